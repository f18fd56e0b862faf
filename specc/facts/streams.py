"""What cannot be streamed, seen in the spec alone.

`[data] stream = true` is for tables larger than memory: numbers and categories in parquet or csv.
Whatever needs all rows at once, or has them in memory anyway, is refused by name.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

from specc.diagnostics import Diagnostic
from specc.facts import errors
from specc.facts.builtins import built_in
from specc.source import Path
from specc.spec import Data, Generator, Spec

STREAMED = (".parquet", ".csv")
IN_MEMORY = "leave `stream` out, as these rows fit in memory"
FILES = "write them as parquet or csv"


def unsuited(spec: Spec) -> Iterator[Diagnostic]:
    """Each thing in a spec with `stream = true` that needs its rows in memory."""
    data = spec.data
    if data is None or not data.stream:
        return
    if data.window is not None:
        yield errors.stream_unsuited(spec.where("data", "window"), what="windows",
                                     instead="leave `stream` out, or write the windows as columns")
    yield from _sources(spec, data)
    for name, one in spec.inputs.items():
        if one.text is not None or one.dtype == "string":
            key = "text" if one.text is not None else "dtype"
            yield errors.stream_unsuited(
                spec.where("inputs", name, key), what=f"the texts of input `{name}`",
                instead="write tokens as columns, or use `encode = \"hash\"` or `\"index\"`")
    for name, output in spec.outputs.items():
        if output.target_input is not None:
            yield errors.stream_unsuited(
                spec.where("outputs", name, "target"), what=f"input `{output.target_input}` as the "
                f"target of output `{name}`", instead="name its columns as `target`")


def _sources(spec: Spec, data: Data) -> Iterator[Diagnostic]:
    at: Path = ("data", "source")
    if isinstance(data.source, Generator):
        yield errors.stream_unsuited(spec.where(*at), what=f"rows of `{data.source.type}`",
                                     instead=IN_MEMORY)
        return
    if isinstance(data.source, str):
        files = {at: data.source}
    else:
        files = {(*at, part): file for part in ("train", "validation", "test")
                 if (file := getattr(data.source, part)) is not None}
    endings = set()
    for path, file in files.items():
        ending = os.path.splitext(file)[1].lower()
        endings.add(ending)
        if built_in(file) is not None:
            yield errors.stream_unsuited(spec.where(*path), what=f"the built-in `{file}`",
                                         instead=IN_MEMORY)
        elif ending not in STREAMED:
            yield errors.stream_unsuited(spec.where(*path), what=f"rows of `{file}`",
                                         instead=FILES)
    if len(endings) > 1 and endings <= set(STREAMED):
        yield errors.stream_unsuited(spec.where(*at), what="csv and parquet in one data set",
                                     instead="write all parts in one format")


__all__ = ["STREAMED", "unsuited"]
