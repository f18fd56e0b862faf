"""Places: the text found for a path must read back as the value at that path."""

from __future__ import annotations

import json
import math
import time
import tomllib
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from patience import in_time

from specc.diagnostics import Diagnostic, Edit, Fix, Related
from specc.source import Path, Span, Tree, Where, dig
from specc.syntax.places import duplicates, locate

FILE = "a.specc.toml"


def at(text: str | bytes, *path: str | int, part: Any = "value", file: str = FILE) -> Span:
    found = Diagnostic("SX999", "test", "error", "", Where(file, path, part))
    span = locate([found], {file: text})[0].span
    assert span is not None
    return span


def cut(text: str, span: Span) -> str:
    """The text of a span, by the definition of line and column and nothing else."""
    lines = text.split("\n")
    if span.line == span.end_line:
        return lines[span.line - 1][span.column - 1:span.end_column - 1]
    return "\n".join([lines[span.line - 1][span.column - 1:], *lines[span.line:span.end_line - 1],
                      lines[span.end_line - 1][:span.end_column - 1]])


def paths(tree: Tree, base: Path = ()) -> list[Path]:
    items: Any = tree.items() if isinstance(tree, dict) else enumerate(tree)
    found: list[Path] = []
    for key, value in items:
        found.append((*base, key))
        if isinstance(value, dict | list):
            found.extend(paths(value, (*base, key)))
    return found


def spelled(key: str, quote: bool) -> str:
    bare = key.isascii() and key.replace("_", "a").replace("-", "a").isalnum()
    return key if bare and not quote else json.dumps(key, ensure_ascii=False)


def inline(value: Tree, gap: str) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{spelled(k, False)} = {inline(v, '')}"
                                for k, v in value.items()) + " }"
    if isinstance(value, list):
        return "[" + "".join(f"{gap}{inline(one, gap)}, " for one in value) + gap + "]"
    return json.dumps(value, ensure_ascii=False)


def dump(tree: dict[str, Any], style: list[bool], base: str = "") -> str:
    """TOML in changing layouts: inline or under headers, broken arrays, quoted and dotted keys."""
    here, below = "", ""
    for at_, (key, value) in enumerate(tree.items()):
        flag = style[at_ % len(style)]
        name = spelled(key, flag)
        full = f"{base}.{name}" if base else name
        if isinstance(value, dict) and flag:
            below += f"[{full}] # [x]\n{dump(value, style, full)}"
        elif isinstance(value, list) and value and flag and all(
                isinstance(one, dict) for one in value):
            for one in value:
                below += f"[[{full}]]\n{dump(one, style, full)}"
        elif isinstance(value, dict) and value and not flag:
            here += "".join(f"{name} . {spelled(k, True)}= {inline(v, '')}\n"
                            for k, v in value.items())
        else:
            gap = "\n  # é ] [\n  " if flag and not _holds_table(value) else ""
            here += f"{name} = {inline(value, gap)} # = é\n"
    return here + below


def _holds_table(value: Tree) -> bool:
    return isinstance(value, dict) or (
        isinstance(value, list) and any(_holds_table(one) for one in value))


KEYS = st.one_of(st.sampled_from(["a", "b", "units", "1", "a b", "é.", '"', "#", "\\", "日本", ""]),
                 st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=6))
SCALARS = st.one_of(st.booleans(), st.integers(-10**6, 10**6),
                    st.floats(0.001, 1e6, allow_nan=False),
                    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"])),
                    st.sampled_from(["#", "]", "a = 1", "=x", 'é"é', "\\", "'''", '"""']))
TREES = st.dictionaries(KEYS, st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=12), max_size=5)


def check_all(text: str, tree: Tree, read: Any) -> int:
    """Every path's text is its value, or (tables under headers) a key that names it."""
    wanted = paths(tree)
    found = locate([Diagnostic("SX999", "t", "error", "", Where(FILE, path)) for path in wanted],
                   {FILE: text})
    for one in found:
        assert one.span is not None
        piece, path = cut(text, one.span), one.where.path
        try:
            value = read(piece)
        except ValueError:
            value = math.nan
        if value != dig(tree, path):
            assert isinstance(dig(tree, path), dict | list), (path, piece)
            names: Any = tomllib.loads(f"{piece} = 1")
            last = [step for step in path if isinstance(step, str)]
            while names != 1:
                (name, names), = names.items()
            assert name == last[-1], (path, piece)
    return len(wanted)


@given(TREES, st.lists(st.booleans(), min_size=1, max_size=4))
@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
def test_toml_places_read_back(tree: dict[str, Any], style: list[bool]) -> None:
    text = dump(tree, style)
    assert tomllib.loads(text) == tree
    check_all(text, tree, lambda piece: tomllib.loads(f"v = {piece}")["v"])


@given(TREES, st.sampled_from([None, 0, 2]), st.booleans())
@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.too_slow])
def test_json_places_read_back(tree: dict[str, Any], indent: int | None, ascii_: bool) -> None:
    text = json.dumps(tree, indent=indent, ensure_ascii=ascii_)
    check_all(text, tree, json.loads)


HOSTILE = '''\
top = 1 # [not.a.table]
"quoted key".'and.dots' = "# not a comment"
"é" = "日本" # wide
a.b.c = 1
a.b.d = [ [1, 2], # ]
  [3,
   { x = [4], "y z" = { w = "}" } } ] ]
text = """
[fake]
x = 1"""
raw = \'\'\'C:\\[x]\'\'\'

[deep.er.still]
k = true
[deep]
k = 0x1F
[[list]]
n = 1
[list.sub]
n = 10
[[list.inner]]
n = 100
[[list.inner]]
n = 101
[[list]]
n = 2
[[list.inner]]
n = 200
  [ spaced . "out" ]
  k = 1_000
'''


def test_hostile_layout_reads_back() -> None:
    tree = tomllib.loads(HOSTILE)
    assert check_all(HOSTILE, tree, lambda piece: tomllib.loads(f"v = {piece}")["v"]) > 40
    crlf = HOSTILE.replace("\n", "\r\n")
    assert check_all(crlf, tomllib.loads(crlf),
                     lambda piece: tomllib.loads(f"v = {piece}")["v"]) > 40


@pytest.mark.parametrize(("path", "part", "expected"), [
    (("top",), "value", "1"), (("top",), "key", "top"),
    (("quoted key",), "key", '"quoted key"'), (("quoted key", "and.dots"), "key", "'and.dots'"),
    (("é",), "key", '"é"'), (("é",), "value", '"日本"'),
    (("a", "b", "d", 1, 1, "y z"), "key", '"y z"'),
    (("a", "b", "d", 1, 1, "y z", "w"), "value", '"}"'),
    (("deep",), "value", "deep"), (("deep", "er"), "value", "er"),
    (("deep", "er", "still"), "value", "deep.er.still"),
    (("deep", "er", "still"), "key", "still"),
    (("list", 1, "inner", 0, "n"), "value", "200"),
    (("list", 0, "inner", 1, "n"), "value", "101"),
    (("list", 0, "sub", "n"), "value", "10"),
    (("spaced", "out", "k"), "value", "1_000"),
])
def test_parts_of_a_hostile_layout(path: Path, part: str, expected: str) -> None:
    assert cut(HOSTILE, at(HOSTILE, *path, part=part)) == expected


def test_elements_of_an_array_of_tables_are_told_apart() -> None:
    lines = [at(HOSTILE, "list", one).line for one in (0, 1)]
    text = HOSTILE.split("\n")
    assert [text[line - 1] for line in lines] == ["[[list]]", "[[list]]"]
    assert lines[1] > lines[0]


def test_explicit_header_counts_more_than_a_mention() -> None:
    assert at("[a.b]\nx = 1\n[a]\ny = 1\n", "a") == Span(3, 2, 3, 3)


def test_missing_paths_fall_back_to_the_nearest_ancestor() -> None:
    text = '[data]\nsource = "=1 + x"\n[[layers]]\nargs = { a = 1 }\n'
    assert cut(text, at(text, "data", "split")) == "data"
    assert cut(text, at(text, "data", "split", part="key")) == "data"
    assert cut(text, at(text, "data", "source", "deeper", 3)) == '"=1 + x"'
    assert cut(text, at(text, "layers", 0, "units")) == "layers"
    assert cut(text, at(text, "layers", 0, "args", "b")) == "{ a = 1 }"
    assert at(text, "nowhere") == Span(1, 1, 1, 1) == at(text)


def test_bom_and_bytes() -> None:
    assert at(b'\xef\xbb\xbfk = 1\n', "k", part="key") == Span(1, 1, 1, 2)
    assert at(b'\xef\xbb\xbf{"k": 1}', "k", file="a.json") == Span(1, 7, 1, 8)


def test_related_places_and_fixes_are_located_and_others_are_left_alone() -> None:
    text = "a = 1\nb = 2\n"
    done = Where(FILE, ("b",), span=Span(9, 9, 9, 10))
    found = Diagnostic("SX999", "t", "error", "", Where(FILE, ("a",)),
                       related=(Related(Where(FILE, ("b",)), "here"), Related(done, "there"),
                                Related(Where("other.toml", ("b",)), "elsewhere")),
                       fix=Fix("two", (Edit(Where(FILE, ("b",)), "3"),)))
    one, = locate([found], {FILE: text})
    assert [each.where.span for each in one.related] == [Span(2, 5, 2, 6), Span(9, 9, 9, 10), None]
    assert one.fix is not None
    assert [each.where.span for each in one.fix.edits] == [Span(2, 5, 2, 6)]


def test_a_fix_whose_place_is_not_in_the_text_is_dropped() -> None:
    text = "[t]\na = { b = 1 }\n"
    for path in (("t", "a", "c"), ("t",), ("x",)):
        found = Diagnostic("SX999", "t", "error", "", Where(FILE, path),
                           fix=Fix("set", (Edit(Where(FILE, path), "1"),)))
        assert locate([found], {FILE: text})[0].fix is None


def test_renaming_a_key_renames_every_mention_of_it() -> None:
    text = "[modle.wide]\nx = 1\n[modle.deep]\ny = 1\n"
    where = Where(FILE, ("modle",), "key")
    found = Diagnostic("SX999", "t", "error", "", where, fix=Fix("m", (Edit(where, "model"),)))
    fix = locate([found], {FILE: text})[0].fix
    assert fix is not None
    assert [cut(text, edit.where.span) for edit in fix.edits if edit.where.span] == ["modle"] * 2


@pytest.mark.parametrize(("text", "expected"), [
    ("a = 1\nb = 2\na = 3\n", [(("a",), 1, 3)]),
    ("a = 1\na = 2\na = 3\n", [(("a",), 1, 2), (("a",), 1, 3)]),
    ("[t]\nx = 1\n[u]\n[t]\n", [(("t",), 1, 4)]),
    ("t = { x = 1, x = 2 }\n", [(("t", "x"), 1, 1)]),
    ('{"a": {"b": 1,\n"b": 2},\n"a": 3}', [(("a", "b"), 1, 2), (("a",), 1, 3)]),
    ("[a.b]\n[a]\n[[c]]\nx = 1\n[[c]]\nx = 1\n[c.d]\n", []),
    ("a.b = 1\na.c = 2\n", []),
    ("a = { x = 1 }\na = { x = 1 }\n", [(("a",), 1, 2)]),
    ("[t]\nx = 1\n[t]\nx = 1\n", [(("t",), 1, 3)]),
])
def test_duplicates(text: str, expected: list[Any]) -> None:
    found = [(path, first.line, again.line) for path, first, again in duplicates(text)]
    assert found == expected


@pytest.mark.parametrize("text", ["", "[", "a = ", "{", '{"a"', "[[", "[a", "= =", "a = {b = [",
                                  '"', "[a]]\nb = 1\n", "\0", "é", "[]\na = 1"])
def test_broken_text_is_survived(text: str) -> None:
    assert at(text, "a", "b", 3).line >= 1
    list(duplicates(text))


def test_twenty_thousand_entries_are_quick() -> None:
    text = "".join(f'[[t]]\nname = "é{n}"\nlist = [{n}, {{ x = {n} }}]\n' for n in range(10_000))
    found = [Diagnostic("SX999", "t", "error", "", Where(FILE, ("t", n, "list", 1, "x")))
             for n in range(10_000)]
    begun = time.process_time()
    located = locate(found, {FILE: text})
    assert in_time(time.process_time() - begun, 2)
    assert all(one.span and one.span.line == 3 * n + 3 for n, one in enumerate(located))


def test_one_long_line_is_quick() -> None:
    text = json.dumps({"é": list(range(20_000))}, ensure_ascii=False)
    found = [Diagnostic("SX999", "t", "error", "", Where("a.json", ("é", n)))
             for n in range(20_000)]
    begun = time.process_time()
    located = locate(found, {"a.json": text})
    assert in_time(time.process_time() - begun, 2)
    assert all(one.span and cut(text, one.span) == str(n) for n, one in enumerate(located))
