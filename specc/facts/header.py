"""What is known about the columns of a source without reading a row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specc.diagnostics import Diagnostic
from specc.facts.builtins import BUILT_INS, BuiltIn, built_in
from specc.facts.known import Header
from specc.later import later
from specc.source import Where
from specc.spec import Generator, Parts, Spec

if TYPE_CHECKING:
    from specc.facts import errors
else:
    errors = later("specc.facts.errors")

ENDINGS = (".csv", ".parquet", ".jsonl", ".npz", ".npy")
MOST_GENERATED = 10**8  # numbers that a generator may be asked for


def header(spec: Spec) -> Header:
    """What is known about the columns of a spec's source without reading a row."""
    if spec.data is None:
        return Header()
    source, where = spec.data.source, spec.where("data", "source")
    if isinstance(source, Generator):
        return _of_generator(source, where)
    if isinstance(source, Parts):
        return _of_parts(spec, source)
    return _of_name(spec, source, where)


def _of_parts(spec: Spec, parts: Parts) -> Header:
    """The train part speaks for all; the others are read too, so that a bad file is said."""
    named = (("train", parts.train), ("validation", parts.validation), ("test", parts.test))
    found = [_of_name(spec, name, spec.where("data", "source", part))
             for part, name in named if name is not None]
    return Header(found[0].columns, None, found[0].labels,
                  tuple(line for one in found for line in one.unchecked),
                  tuple(line for one in found for line in one.diagnostics))


def _of_name(spec: Spec, source: str, where: Where) -> Header:
    known = built_in(source)
    if known is not None:
        return Header(known.columns, known.rows, known.labels)
    if not source.lower().endswith(ENDINGS):
        names = [one.name for one in BUILT_INS]
        return Header(diagnostics=(errors.unknown_source(where, source=source, built_ins=names),))
    from specc.facts.files import file_header, locate_source  # only files need what it imports

    path = locate_source(spec, source, where)
    if isinstance(path, Diagnostic):
        return Header(diagnostics=(path,))
    return file_header(path, source, where)


def _of_generator(source: Generator, where: Where) -> Header:
    from specc.facts.generators import (
        RECIPES,
        features_of,
        recipe,
        rows_of,
        targets_of,
        wrong_counts,
    )

    found = recipe(source.type)
    if found is None:
        names = [one.name for one in RECIPES]
        return Header(diagnostics=(errors.unknown_generator(
            where.at("type"), generator=source.type, generators=names),))
    wrong = tuple(
        errors.generator_argument(where.at(argument).key(), generator=source.type,
                                  argument=argument, arguments=found.parameters)
        for argument in source.arguments if argument not in found.parameters)
    wrong += tuple(errors.generator_count(where.at(key), argument=key,
                                          found=source.arguments[key])
                   for key in wrong_counts(source, found))
    if wrong:
        return Header(diagnostics=wrong)
    targets = targets_of(source, found)
    rows, width = rows_of(source, found), len(features_of(source, found))
    if rows * (width + len(targets)) > MOST_GENERATED:
        return Header(diagnostics=(errors.too_many_numbers(
            where, what=f"`{source.type}`", count=rows * (width + len(targets)),
            most=MOST_GENERATED),))
    return Header((*features_of(source, found), *targets), rows_of(source, found), targets)


def known_set(spec: Spec) -> BuiltIn | None:
    """The built-in set that a spec's source names, or None."""
    return built_in(spec.data.source) if spec.data and isinstance(spec.data.source, str) else None
