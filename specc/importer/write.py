"""The tree of a spec as text that people read: TOML, one entry a line, or JSON.

Lists of entries are broken after every entry, since an inline table may not be; other lists only
where a line would be longer than 100.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Literal

from specc.source import Tree
from specc.syntax.rendered import key_of, rendered

WIDTH = 100
INDENT = "  "


def as_text(tree: Mapping[str, Tree], kind: Literal["toml", "json"], schema: str | None) -> str:
    """The text of a spec. schema: where its JSON Schema lies, for editors; None: not said."""
    if kind == "json":
        head = {"$schema": schema} if schema else {}
        return json.dumps({**head, **tree}, indent=1, ensure_ascii=False) + "\n"
    lines = [f"#:schema {schema}"] if schema else []
    lines += [f"{key_of(key)} = {rendered(value, 'toml')}" for key, value in tree.items()
              if not isinstance(value, Mapping)]
    for name, table in tree.items():
        if isinstance(table, Mapping):
            lines += _table(name, table)
    return "\n".join(lines) + "\n"


def _table(name: str, table: Mapping[str, Tree]) -> Iterator[str]:
    """`[name]`; tables of tables (inputs, blocks, outputs) as `[name.each]`."""
    nested = name in ("inputs", "blocks", "outputs")
    for part, values in table.items() if nested else [("", table)]:
        yield ""
        yield f"[{name}.{key_of(part)}]" if nested else f"[{name}]"
        for key, value in values.items():
            yield from _pair(key, value)


def _pair(key: str, value: Tree) -> Iterator[str]:
    begin = f"{key_of(key)} = "
    line = begin + rendered(value, "toml")
    if key != "layers" and (len(line) <= WIDTH or not isinstance(value, list)):
        yield line
        return
    yield from _list(begin, value, "", "")


def _list(begin: str, values: list[Tree], indent: str, end: str) -> Iterator[str]:
    """A list over several lines: `begin [`, each element, `] end`."""
    yield f"{indent}{begin}["
    for value in values:
        yield from _element(value, indent + INDENT)
    yield f"{indent}]{end}"


def _element(value: Tree, indent: str) -> Iterator[str]:
    line = f"{indent}{rendered(value, 'toml')},"
    if isinstance(value, Mapping) and isinstance(value.get("layers"), list):
        head = {key: one for key, one in value.items() if key != "layers"}
        inner = "".join(f"{key_of(key)} = {rendered(one, 'toml')}, " for key, one in head.items())
        yield from _list(f"{{ {inner}layers = ", value["layers"], indent, " },")
    elif len(line) > WIDTH and isinstance(value, Mapping) and (broken := _longest(value)):
        yield from _broken(value, broken, indent)
    else:
        yield line


def _longest(value: Mapping[str, Tree]) -> str | None:
    """The key of the list that is worth breaking: long, of several elements."""
    lists = {key: len(rendered(one, "toml")) for key, one in value.items()
             if isinstance(one, list) and len(one) > 1}
    key = max(lists, key=lambda one: lists[one], default=None)
    return key if key is not None and lists[key] > WIDTH // 2 else None


def _broken(value: Mapping[str, Tree], broken: str, indent: str) -> Iterator[str]:
    """An entry whose one long list is written over several lines, as many elements as fit."""
    keys = list(value)
    at = keys.index(broken)
    before = "".join(f"{key_of(key)} = {rendered(value[key], 'toml')}, " for key in keys[:at])
    after = "".join(f", {key_of(key)} = {rendered(value[key], 'toml')}" for key in keys[at + 1:])
    yield f"{indent}{{ {before}{key_of(broken)} = ["
    line = f"{indent}{INDENT}"
    for one in value[broken]:
        text = f"{rendered(one, 'toml')}, "
        if line.strip() and len(line) + len(text.rstrip()) > WIDTH:
            yield line.rstrip()
            line = f"{indent}{INDENT}"
        line += text
    yield line.rstrip()
    yield f"{indent}]{after} }},"
