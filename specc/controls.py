"""Whether [lint] in a spec and [tool.specc] of its project ignore what there is.

An ignored code must exist, must be no error, and must still ignore something: one that no longer
does is said, where it stands. Nothing is said of what could not have been found: by a spec with
errors, without its rows, under `--set`, or while some specs of the project were not looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache

from specc.catalog import CATALOG, LATER, kinds
from specc.config.errors import unknown_config_code, unyielding_error
from specc.diagnostics import Diagnostic, Kind
from specc.diagnostics.spelling import respelled
from specc.pipeline import Checked, as_the_project_has_it, finish
from specc.record import replace
from specc.source import Path, Where
from specc.spec import Control, Spec, named
from specc.syntax.form_errors import ignored_error, unknown_ignore, unused_ignore

ROWS = ("DA", "PA", "TR")  # families that rows can decide


def controlled(checked: Checked, *, as_written: bool = True, rows: bool = False) -> Checked:
    """What was checked, with what is wrong with [lint] and [tool.specc].

    as_written: without `--set`; rows: they were read.
    """
    spec = checked.plan.spec if checked.plan else None
    if spec is None:
        return checked
    if spec.control is not None and (wrong := _wrong_words(spec.control)):
        return replace(checked, plan=None, diagnostics=located(wrong, spec.control))
    found = list(_wrong_ignores(spec))
    if checked.ok and not found and as_written:
        found = [unused_ignore(place.key(), code=word) for word, place in _places(spec)
                 if place.file == spec.file  # a base has other heirs, who may need it
                 and word not in checked.ignored and _decided(word, checked, rows)]
    said = [one for one in finish(found, checked.plan, checked.sources)
            if one not in checked.diagnostics]
    return replace(checked, diagnostics=(*checked.diagnostics, *said)) if said else checked


def unused_in_projects(done: Sequence[Checked]) -> Iterator[tuple[Control, Diagnostic]]:
    """What a pyproject.toml ignores, and none of the specs that were checked needs, with whose it
    is. It is for the caller to know whether these are all specs of the project."""
    controls = {one.plan.spec.control.file: one.plan.spec.control
                for one in done if one.plan and one.plan.spec.control}
    for control in controls.values():
        about = [one for one in done if one.plan and one.plan.spec.control
                 and one.plan.spec.control.file == control.file]
        used = {path for one in about for path in _used(one)}
        for path, word in control.words:
            if "ignore" in path and path not in used and all(
                    _decided(word, one, rows=False) for one in about):
                found = unused_ignore(Where(control.file, path, "key"), code=word)
                if not {found.code, found.name} & set(control.ignore):
                    yield control, as_the_project_has_it(found, control)


def located(found: Iterable[Diagnostic], control: Control) -> tuple[Diagnostic, ...]:
    """Findings in a pyproject.toml, with their lines."""
    with open(control.file, "rb") as stream:
        return finish(found, None, {control.file: stream.read()})


def _used(checked: Checked) -> Iterator[Path]:
    """The places of the words that ignore something in one spec."""
    control = checked.plan.spec.control if checked.plan else None
    for word, places in control.ignore.items() if control else ():
        if word in checked.ignored:
            yield from places


def _places(spec: Spec) -> Iterator[tuple[str, Where]]:
    for word in spec.ignore:
        yield word, spec.where("lint", "ignore", word)


def _wrong_ignores(spec: Spec) -> Iterator[Diagnostic]:
    """What [lint] ignores and cannot: unknown codes, and codes of nothing but errors."""
    for word, place in _places(spec):
        kind = known().get(word)
        if kind is None:
            milder = [one for one, kind in known().items() if kind.yields]
            yield unknown_ignore(place.key(), code=word, known=milder,
                                 fix=respelled(place.key(), word, milder))
        elif not kind.yields:
            yield ignored_error(place.key(), code=word)


def _wrong_words(control: Control) -> tuple[Diagnostic, ...]:
    """The same of [tool.specc]; `select` may name families and errors."""
    found = []
    for path, word in control.words:
        place, kind = Where(control.file, path), known().get(word)
        if path[2] == "select":
            if not any(named((word,), one.code, one.name) for one in CATALOG):
                found.append(unknown_config_code(place, word=word, known=known()))
        elif kind is None:
            found.append(unknown_config_code(place.key(), word=word, known=known()))
        elif not kind.yields and path[2] != "severity":
            found.append(unyielding_error(place.key(), word=word, done="ignored"))
        elif not kind.yields and control.severity[word] != "error":
            found.append(unyielding_error(place.key(), word=word, done="made less grave"))
    return tuple(found)


def _decided(word: str, checked: Checked, rows: bool) -> bool:
    """Whether a warning would have been found if it were there."""
    kind, plan = known()[word], checked.plan
    if not checked.ok or plan is None or kind is unused_ignore or any(
            kind in kinds(module) for module in LATER):
        return False
    if rows or (plan.spec.data is None and not kind.code.startswith("DA2")):
        return True
    return not checked.unchecked and not kind.code.startswith(ROWS)


@cache
def known() -> Mapping[str, Kind]:
    """Every code and every name."""
    return {word: kind for kind in CATALOG for word in (kind.code, kind.name)}


__all__ = ["controlled", "located", "unused_in_projects"]
