"""Texts of the page: the spec coloured, the pages of codes, how a run is repeated."""

from __future__ import annotations

import json
import shlex
import tomllib
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from specc.report.reading import Contents
from specc.report.svg import Markup, clean

MOST_LETTERS = 400_000  # of a spec that are coloured


def colored(text: str, *, json_: bool) -> Markup:
    """TOML or JSON as spans that `style.css` colours."""
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers.configs import TOMLLexer
    from pygments.lexers.data import JsonLexer

    if len(text) > MOST_LETTERS:
        from html import escape

        return Markup(escape(clean(text)))
    lexer = JsonLexer() if json_ else TOMLLexer()
    return Markup(highlight(clean(text), lexer, HtmlFormatter(nowrap=True)))


def resolved(contents: Contents) -> str | None:
    """The spec with its bases, settings and parameters in it, as JSON."""
    return json.dumps(contents.tree, indent=2, ensure_ascii=False) if contents.tree else None


def page_of(code: str) -> str | None:
    """What `specc explain CODE` says."""
    from specc.catalog import explain  # knows every code of every stage, ours too: see pyproject

    kind = explain(code)
    return None if kind is None else kind.page


def command(contents: Contents) -> str | None:
    """The command that does the run again, from any folder."""
    file = contents.spec_file
    if file is None:
        return None
    if Path(file).name.startswith("<"):  # it came in a pipe, and stands in the folder
        file = str(contents.path.resolve() / "spec.toml")
    words = ["specc", "run", file]
    for key, value in contents.settings:
        words += ["--set", f"{key}={setting(value)}"]
    return " ".join(map(shlex.quote, words))


def setting(value: Any) -> str:
    """Text stands as it is, unless it would be read as something else."""
    if not isinstance(value, str):
        return _toml(value)
    try:
        tomllib.loads(f"x = {value}")
    except tomllib.TOMLDecodeError:
        return value
    return _toml(value)


def _toml(value: Any) -> str:
    """A value as `--set` takes it: TOML on one line."""
    match value:
        case dict():
            inside = ", ".join(f"{json.dumps(str(key))} = {_toml(one)}"
                               for key, one in value.items())
            return f"{{ {inside} }}"
        case list():
            return f"[{', '.join(map(_toml, value))}]"
    return json.dumps(value)


def packages(contents: Contents) -> str | None:
    """The command that installs what the run ran on."""
    versions = contents.environment.get("versions")
    if not isinstance(versions, Mapping) or not versions:
        return None
    return "pip install " + " ".join(shlex.quote(f"{name}=={version}")
                                     for name, version in versions.items())


def flat(tree: Any, *leave: str) -> Iterator[tuple[str, str]]:
    """`{"cpu": {"name": ...}}` as ("cpu name", ...) pairs; empty tables are left out."""
    for key, value in tree.items() if isinstance(tree, Mapping) else ():
        if key in leave:
            continue
        if isinstance(value, Mapping):
            for inner, one in flat(value):
                yield f"{key} {inner}", one
        else:
            yield key, value if isinstance(value, str) else json.dumps(value)


def lasted(seconds: float) -> str:
    """A duration: `9 s`, `3 min 20 s`, `2 h 5 min`."""
    whole = int(timedelta(seconds=max(0.0, seconds)).total_seconds())
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    if hours:
        return f"{hours:,} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
