"""Reading: what is wrong with the text, where, and in which words."""

from __future__ import annotations

import json
import os
import tomllib
from pathlib import Path
from typing import Any

import pytest

from specc.diagnostics import Diagnostic
from specc.source import Where
from specc.syntax import errors
from specc.syntax.errors import UNREADABLE
from specc.syntax.places import locate
from specc.syntax.reader import LIMIT, Format, read, read_file


def only(text: str | bytes, kind: Format = "toml") -> Diagnostic:
    """The one finding, with its place."""
    data = text.encode() if isinstance(text, str) else text
    out = read("a", data, kind)
    assert not out.ok
    assert len(out.diagnostics) == 1, out.diagnostics
    return locate(out.diagnostics, {"a": data})[0]


def place(found: Diagnostic) -> tuple[int, int, int]:
    assert found.span is not None
    return found.span.line, found.span.column, found.span.end_column


GOOD = {"specc": 1, "name": "x", "a": {"b": [1, 2.5, True, {"c": "é"}]}}


def test_good_documents() -> None:
    toml = b'specc = 1\r\nname = "x"\n[a]\nb = [1, 2.5, true, { c = "\xc3\xa9" }]\n'
    assert read("a", toml, "toml").value == GOOD
    assert read("a", json.dumps(GOOD).encode(), "json").value == GOOD
    assert read("a", b"\xef\xbb\xbf" + toml, "toml").value == GOOD
    assert read("a", b"\xef\xbb\xbf" + json.dumps(GOOD).encode(), "json").value == GOOD


def test_types_are_exact() -> None:
    tree: Any = read("a", b"a = true\nb = 1\nc = 15.0\n", "toml").value
    assert [type(one) for one in tree.values()] == [bool, int, float]


WRONG: list[tuple[Format, str | bytes, str, tuple[int, int, int], str]] = [
    ("toml", "a = 1\nname =\n", "SX012", (2, 7, 8),
     "invalid value, found the end of the line"),
    ("toml", "a = 1\nname\n", "SX012", (2, 5, 6),
     "expected `=` after a key in a key/value pair, found the end of the line"),
    ("toml", "é\n", "SX012", (1, 1, 2), "invalid statement"),
    ("toml", "a = [1,\n 2", "SX012", (2, 3, 4), "unclosed array; the file ends here"),
    ("toml", 'a = "x\n', "SX012", (1, 7, 8), "illegal character `\\n`, found the end of the line"),
    ("toml", 'a = """x\n', "SX012", (1, 9, 10), "unterminated string; the file ends here"),
    ("toml", "a = relu\n", "SX018", (1, 5, 9),
     '`relu` is not a value; did you mean `"relu"`?'),
    ("toml", "a = [True]\n", "SX018", (1, 6, 10), "`True` is not a value; did you mean `true`?"),
    ("toml", "a = None\n", "SX018", (1, 5, 9), '`None` is not a value; did you mean `"=none"`?'),
    ("toml", 'a = 1\nb = { x = 1,\n  y = 2 }\n', "SX016", (2, 13, 14),
     "an inline table `{ }` ends on the line it begins on"),
    ("toml", 'b = {\n  x = 1\n}\n', "SX016", (1, 6, 7),
     "an inline table `{ }` ends on the line it begins on"),
    ("toml", 'b = [ { x = 1 # }\n } ]\n', "SX016", (1, 18, 19),
     "an inline table `{ }` ends on the line it begins on"),
    ("toml", "a = 1\nb = 2\n'a' = 3\n", "SX014", (3, 1, 4), "`a` is written twice"),
    ("toml", "[t]\nb = 2\n[t]\n", "SX014", (3, 2, 3), "`t` is written twice"),
    ("toml", "a = 1979-05-27\n", "SX020", (1, 5, 15),
     'a spec holds no dates or times; write `"1979-05-27"` if text is meant'),
    ("toml", "a = [{ b = [07:32:00] }]\n", "SX020", (1, 13, 21),
     'a spec holds no dates or times; write `"07:32:00"` if text is meant'),
    ("toml", "[x]\na = nan\n", "SX021", (2, 5, 8), "`nan` is not a finite number"),
    ("toml", "[[x]]\na = [-inf]\n", "SX021", (2, 6, 10), "`-inf` is not a finite number"),
    ("toml", "a = 1e999\n", "SX021", (1, 5, 10), "`inf` is not a finite number"),
    ("toml", "a = 9223372036854775808\n", "SX022", (1, 5, 24),
     "whole numbers lie between -2^63 and 2^63"),
    ("toml", 'a = "9"\nb = ' + "9" * 5000, "SX022", (2, 5, 5005),
     "whole numbers lie between -2^63 and 2^63"),
    ("toml", "a = 2021-02-30\n", "SX012", (1, 5, 6), "invalid date or datetime"),
    ("toml", b"a = 1\nb = \"\xc3\xa9\xff\"\n", "SX010", (2, 7, 8), "byte 0xff is not utf-8"),
    ("toml", "a = 1\n".encode("utf-16"), "SX010", (1, 1, 2),
     "byte 0xff is not utf-8; the file looks like UTF-16"),
    ("toml", "", "SX011", (1, 1, 2), "the file is empty; a spec begins with `specc = 1`"),
    ("json", " \n ", "SX011", (1, 1, 2), "the file is empty; a spec begins with `specc = 1`"),
    ("json", '{"a": 1,\n "b": }', "SX013", (2, 7, 8), "expecting value"),
    ("json", '{"a": [1, 2', "SX013", (1, 12, 13), "expecting `,` delimiter; the file ends here"),
    ("json", '{"a": nope}', "SX013", (1, 7, 11), "expecting value"),
    ("json", '{"a": {"b": 1,\n"c": 2, "b": 3}}', "SX014", (2, 9, 12), "`b` is written twice"),
    ("json", '{"é": "NaN", "b": [NaN]}', "SX021", (1, 20, 23), "`NaN` is not a finite number"),
    ("json", '{"a": -Infinity}', "SX021", (1, 7, 16), "`-Infinity` is not a finite number"),
    ("json", '{"a": 1e999}', "SX021", (1, 7, 12), "`inf` is not a finite number"),
    ("json", '{"a": ' + "9" * 5000 + "}", "SX022", (1, 7, 5007),
     "whole numbers lie between -2^63 and 2^63"),
    ("json", '{"a": "\\ud83d"}', "SX023", (1, 7, 15), "`\\ud83d` is half of a character"),
    ("json", "[1]", "SX019", (1, 1, 1), "a spec is a table of keys; this is a list"),
    ("json", "null", "SX019", (1, 1, 1), "a spec is a table of keys; this is null"),
    ("json", "false", "SX019", (1, 1, 1), "a spec is a table of keys; this is true or false"),
    ("json", '""', "SX019", (1, 1, 1), "a spec is a table of keys; this is a text"),
]


@pytest.mark.parametrize(("kind", "text", "code", "where", "message"), WRONG)
def test_wrong_documents(kind: Format, text: str | bytes, code: str,
                         where: tuple[int, int, int], message: str) -> None:
    found = only(text, kind)
    assert (found.code, found.message) == (code, message)
    if where[0]:
        assert place(found) == where


def test_there_are_wrong_documents() -> None:
    assert len(WRONG) > 30


@pytest.mark.parametrize(("text", "kind", "line", "column"), [
    ("a = 1\na = 2\n", "toml", 1, 1), ('{"k":\n{"a": 1, "a": 2}}', "json", 2, 2),
    ("a = 1\nx = [1, [2\n", "toml", 2, 9), ('{"a": [', "json", 1, 7),
    ("\n\n a = { b = 1,\n}", "toml", 3, 6),
])
def test_related_places(text: str, kind: Format, line: int, column: int) -> None:
    related, = only(text, kind).related
    assert related.where.span is not None
    assert (related.where.span.line, related.where.span.column) == (line, column)


def test_every_duplicate_is_reported_at_once() -> None:
    texts: dict[Format, str] = {"toml": "a = 1\na = 2\nb = 1\nb = 2\n",
                                "json": '{"a": 1, "a": 2, "b": 1, "b": 2}'}
    for kind, text in texts.items():
        assert [one.where.path for one in read("a", text.encode(), kind).diagnostics] == [
            ("a",), ("b",)]


def test_every_forbidden_value_is_reported_at_once() -> None:
    out = read("a", b"a = nan\nb = [1979-05-27, inf]\n[c]\nd = 00:00:00\n", "toml")
    assert sorted(one.code for one in out.diagnostics) == ["SX020", "SX020", "SX021", "SX021"]


def test_a_bare_word_is_mended() -> None:
    fix = only("a = relu\n").fix
    assert fix is not None
    assert [edit.text for edit in fix.edits] == ['"relu"']


@pytest.mark.parametrize(("text", "advice"), [
    ('{"a": 1,}', "JSON takes no comma before a closing bracket"),
    ('{"a": 1} // x', "JSON has no comments; a `.specc.toml` file has"),
    ("{'a': 1}", 'JSON quotes with `"`'),
])
def test_advice_for_what_json_lacks(text: str, advice: str) -> None:
    found = only(text, "json")
    assert found.advice == advice or "trailing comma" in found.message


def test_broken_inline_table_says_what_to_do() -> None:
    assert only("a = {\n}").advice == "break inside [ ], or give it a header"


def test_swallowed_key_names_the_table() -> None:
    found = errors.swallowed_key(Where("a", ("data", "seed")), key="seed", table="[data]")
    assert found.message == ("`seed` belongs to the top of the file; "
                             "here it is read as a key of `[data]`")


# TOML 1.1 accepts each of these; a file must mean the same on every interpreter.
NEWER = ['a = { b = 1, }', 'a = { b = 1\n}', 'a = "\\e"', 'a = "\\x41"', 'a = 12:30',
         'a = { # x\n}', "é = 1"]


@pytest.mark.parametrize("text", NEWER)
def test_toml_is_1_0_on_every_interpreter(text: str) -> None:
    assert not read("a", text.encode(), "toml").ok


def test_toml_1_0_is_accepted() -> None:
    text = '"é".b = { c = [\n 1, # }\n 2, ], d = "{" }\ne = """\n{\n"""\nf = \'\'\'{\n\'\'\'\n'
    assert read("a", text.encode(), "toml").value == tomllib.loads(text)


# --- files ----------------------------------------------------------------------------------


def test_a_file_and_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / "a.specc.json"
    path.write_bytes(b'{"a": 1}')
    assert read_file(path).value == ({"a": 1}, b'{"a": 1}')
    toml = tmp_path / "a.specc.toml"
    toml.write_bytes(b"a = 1")
    assert read_file(str(toml)).value == ({"a": 1}, b"a = 1")


def code_of(path: Any, limit: int = LIMIT) -> str:
    found, = read_file(path, limit).diagnostics
    return found.code


def test_what_could_not_work(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    large = tmp_path / "large.toml"
    large.write_bytes(b"a = 1\n" * 100)
    codes = [code_of(tmp_path / "none.toml"), code_of(tmp_path), code_of(pipe), code_of("a\0b"),
             code_of(large, 599), code_of("x" * 5000), code_of(large / "below")]
    assert codes == ["SX001", "SX002", "SX003", "SX003", "SX004", "SX003", "SX003"]
    assert set(codes) <= UNREADABLE
    assert read_file(large, 600).diagnostics[0].code == "SX014"


def test_a_large_file_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "sparse.specc.toml"
    with open(path, "wb") as file:
        file.truncate(10**12)
    monkeypatch.setattr("builtins.open", lambda *_: pytest.fail("the file was opened"))
    assert code_of(path) == "SX004"


def test_no_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.toml"
    path.write_bytes(b"a = 1")

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("builtins.open", refuse)
    found, = read_file(path).diagnostics
    assert (found.code, found.message) == ("SX003", f"cannot read `{path}`: permission denied")


def test_syntax_errors_are_findings_not_failures() -> None:
    assert not {one[2] for one in WRONG} & UNREADABLE
