"""Rendering: the exact text of five formats, and nothing a terminal would obey."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specc.diagnostics import Diagnostic, Edit, Fix, Related
from specc.diagnostics.render import Format, render
from specc.diagnostics.terminal import WIDTH, cells, clip
from specc.source import Span, Where
from specc.syntax.places import locate

TEXT = '''specc = 1
[model]
layers = [
\t{ type = "Dense", units = 1, activation = "softmax" },
  { type = "Dense", name = "日本 é", units = 0 },
]
'''
BASE = "[params]\n\nunits = 1\n"
SOURCES = {"a.specc.toml": TEXT, "base.toml": BASE}


def at(*path: str | int, file: str = "a.specc.toml") -> Where:
    return Where(file, path)


SOFTMAX = Diagnostic(
    "PA101", "softmax-single-unit", "error", "softmax over one unit is always 1",
    at("model", "layers", 0, "activation"),
    related=(Related(at("model", "layers", 0, "units"), "one unit"),
             Related(at("params", "units", file="base.toml"), "units is set here")),
    fix=Fix("use sigmoid", (Edit(at("model", "layers", 0, "activation"), '"sigmoid"'),)))
UNITS = Diagnostic("OP102", "out-of-range", "warning", "`units` is 0, and must be at least 1",
                   at("model", "layers", 1, "units"), advice="give it a unit")
FOUND = locate([UNITS, SOFTMAX], SOURCES)


def show(*found: Diagnostic, format: Format = "full", color: bool = False, **more: Any) -> str:
    return render(found, SOURCES, format, color, **more)


FULL = '''\
error[PA101] softmax-single-unit: softmax over one unit is always 1
 --> a.specc.toml:4:44
  |
4 |     { type = "Dense", units = 1, activation = "softmax" },
  |                                               ^^^^^^^^^
  |                               - one unit
  |
 ::: base.toml:3:9
  |
3 | units = 1
  |         - units is set here
  |
  = fix: use sigmoid: `"sigmoid"`
  = help: specc explain PA101

warning[OP102] out-of-range: `units` is 0, and must be at least 1
 --> a.specc.toml:5:44
  |
5 |   { type = "Dense", name = "日本 é", units = 0 },
  |                                              ^
  |
  = help: give it a unit
  = help: specc explain OP102

found 1 error and 1 warning in 1 file (checked 2 files)
not checked: rows were not read
'''


def test_full() -> None:
    assert show(*FOUND, files=2, unchecked=["rows were not read"]) == FULL


def test_concise() -> None:
    assert show(*FOUND, format="concise") == (
        "a.specc.toml:4:44: PA101 softmax over one unit is always 1\n"
        "a.specc.toml:5:44: OP102 `units` is 0, and must be at least 1\n"
        "found 1 error and 1 warning in 1 file\n")


@pytest.mark.parametrize(("severities", "files", "summary"), [
    ([], 3, "all clear: 3 files"), ([], 1, "all clear: 1 file"),
    (["error"], 1, "found 1 error in 1 file"),
    (["warning", "warning", "error"], 1, "found 1 error and 2 warnings in 1 file"),
    (["info", "warning", "error"], 3,
     "found 1 error, 1 warning and 1 note in 1 file (checked 3 files)"),
])
def test_summary(severities: list[Any], files: int, summary: str) -> None:
    found = [Diagnostic("SX999", "t", one, "m", Where("a")) for one in severities]
    assert show(*found, format="concise", files=files).splitlines()[-1] == summary


def test_color_only_when_told() -> None:
    for format in ("full", "concise"):
        plain, painted = show(*FOUND, format=format), show(*FOUND, format=format, color=True)
        assert "\x1b" not in plain
        assert "\x1b[1;31m" in painted
        assert re.sub(r"\x1b\[[0-9;]*m", "", painted) == plain
    assert "\x1b" not in show(*FOUND, format="json", color=True)
    assert "\x1b" not in show(*FOUND, format="github", color=True)


def test_sorted_by_file_line_column_and_code() -> None:
    spots = [("b", 1, 1, "SX001"), ("a", 2, 1, "SX001"), ("a", 1, 9, "SX001"),
             ("a", 1, 2, "SX002"), ("a", 1, 2, "SX001")]
    found = [Diagnostic(code, "t", "error", "m", Where(file, span=Span(line, column, line, 9)))
             for file, line, column, code in spots]
    shown = show(*found, format="concise").splitlines()[:-1]
    assert shown == [f"{file}:{line}:{column}: {code} m"
                     for file, line, column, code in sorted(spots)]


def test_a_place_without_a_line() -> None:
    found = Diagnostic("SX001", "no-such-file", "error", "no such file: `x`", Where("x"),
                       related=(Related(Where("y"), "named here"),))
    assert show(found) == (
        "error[SX001] no-such-file: no such file: `x`\n --> x\n  = note: named here (y)\n"
        "  = help: specc explain SX001\n\nfound 1 error in 1 file\n")


def test_a_value_of_many_lines_shows_its_first() -> None:
    found = locate([Diagnostic("SX999", "t", "error", "m", at("model", "layers"))], SOURCES)
    assert show(*found).splitlines()[2:5] == ["  |", "3 | layers = [", "  |          ^..."]


def test_the_end_of_a_line_and_of_the_file() -> None:
    for span in (Span(1, 10, 1, 11), Span(7, 1, 7, 2)):
        found = Diagnostic("SX999", "t", "error", "m", Where("a.specc.toml", span=span))
        assert "^" in show(found)
    beyond = Diagnostic("SX999", "t", "error", "m", Where("a.specc.toml", span=Span(99, 1, 99, 2)))
    assert "^" not in show(beyond)


HOSTILE = "a\x1b[31mb\x9b\u202e\ud800\x07\x7f\rc"


def test_nothing_reaches_the_terminal_raw() -> None:
    text = f'"{HOSTILE}" = 1\n'
    found = Diagnostic("SX999", "t", "error", HOSTILE, Where(HOSTILE, span=Span(1, 2, 1, 3)),
                       advice=HOSTILE, related=(Related(Where("x"), HOSTILE),),
                       fix=Fix(HOSTILE, (Edit(Where("x"), HOSTILE),)))
    formats: list[Format] = ["full", "concise", "github"]
    for format in formats:
        shown = render([found], {HOSTILE: text}, format, False, unchecked=[HOSTILE])
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\ud800-\udfff]",
                             shown.replace("%0D", ""))
        shown.encode("utf-8")
    assert "␛[31mb" in render([found], {HOSTILE: text}, "full", False)


@pytest.mark.parametrize(("text", "columns"), [
    ("abc", 3), ("日本", 4), ("é", 1), ("e\u0301", 1), ("ก็", 1),
    ("한국", 4), ("\u1112\u1161\u11ab", 2), ("👍", 2), ("👍👍", 4), ("👍🏽", 2), ("🇯🇵🇩🇪", 4),
    ("❤", 1), ("❤\ufe0f", 2), ("1\ufe0f\u20e3", 2), ("b\ufe0f", 1), ("a\u200db", 2),
    ("👨\u200d👩\u200d👧", 2), ("👩🏽\u200d💻a", 3), ("🏳\ufe0f\u200d🌈", 2)])
def test_columns_of_a_terminal(text: str, columns: int) -> None:
    assert cells(text) == columns


@given(st.text(max_size=400), st.integers(0, 400), st.integers(1, 400))
def test_clipping_keeps_the_marks_under_the_value(text: str, begin: int, length: int) -> None:
    line = clip(text, begin, length)
    assert cells(line.text) <= WIDTH
    assert line.length >= 1
    assert line.begin + line.length <= max(cells(line.text), line.begin + 1)


@given(st.text("ab é日\t", max_size=400), st.text("xyz", min_size=1, max_size=50),
       st.text("ab é日\t", max_size=400))
def test_the_marks_stand_under_the_value(before: str, value: str, after: str) -> None:
    line = clip(before + value + after, len(before), len(value))
    columns = "".join(char + "\0" * (cells(char) - 1) for char in line.text)
    assert columns[line.begin:line.begin + line.length] == value


def test_a_very_long_line_is_clipped_around_the_value() -> None:
    text = "a = [" + "1, " * 300_000 + '"here", ' + "1, " * 300_000 + "]"
    found = locate([Diagnostic("SX999", "t", "error", "m", Where("a", ("a", 300_000)))],
                   {"a": text})
    shown = render(found, {"a": text}, "full", False).splitlines()
    assert shown[3].startswith("1 | …")
    assert shown[3].endswith("…")
    assert len(shown[3]) <= WIDTH + 4
    mark = re.search(r"\^+", shown[4])
    assert mark is not None
    assert shown[3][mark.start():mark.end()] == '"here"'


# --- for tools ------------------------------------------------------------------------------


def test_json_is_the_document_of_the_design() -> None:
    shown = json.loads(show(*FOUND, format="json", unchecked=["rows were not read"]))
    assert list(shown) == ["specc", "files", "errors", "warnings", "diagnostics", "unchecked"]
    assert (shown["files"], shown["errors"], shown["warnings"]) == (1, 1, 1)
    assert shown["unchecked"] == ["rows were not read"]
    assert re.match(r"\d+\.\d+", shown["specc"])
    assert shown["diagnostics"][0] == {
        "code": "PA101", "name": "softmax-single-unit", "severity": "error",
        "message": "softmax over one unit is always 1", "file": "a.specc.toml",
        "line": 4, "column": 44, "end_line": 4, "end_column": 53,
        "path": "/model/layers/0/activation",
        "related": [
            {"file": "a.specc.toml", "line": 4, "column": 28, "message": "one unit"},
            {"file": "base.toml", "line": 3, "column": 9, "message": "units is set here"}],
        "fix": {"title": "use sigmoid", "edits": [
            {"line": 4, "column": 44, "end_line": 4, "end_column": 53, "text": '"sigmoid"'}]},
        "help": "specc explain PA101"}
    assert shown["diagnostics"][1]["fix"] is None


def test_json_of_nothing() -> None:
    shown = json.loads(show(format="json", files=2))
    assert shown | {"specc": ""} == {"specc": "", "files": 2, "errors": 0, "warnings": 0,
                                     "diagnostics": [], "unchecked": []}


def test_github() -> None:
    assert show(*FOUND, format="github").splitlines() == [
        "::error title=PA101 softmax-single-unit,file=a.specc.toml,line=4,col=44,endLine=4,"
        "endColumn=53::softmax over one unit is always 1",
        "::warning title=OP102 out-of-range,file=a.specc.toml,line=5,col=44,endLine=5,"
        "endColumn=45::`units` is 0, and must be at least 1%0Agive it a unit"]


def test_github_escapes_and_leaves_columns_out_over_lines() -> None:
    found = Diagnostic("SX999", "t", "info", "50%\r\nof: a, b", Where("a,b:c%.toml", span=Span(
        1, 2, 3, 4)))
    assert show(found, format="github") == (
        "::notice title=SX999 t,file=a%2Cb%3Ac%25.toml,line=1,endLine=3::50%25%0D%0Aof: a, b\n")


def test_sarif() -> None:
    shown = json.loads(render(FOUND, SOURCES, "sarif", False, pages={"PA101": "A claim.\n\nWhy."}))
    assert shown["version"] == "2.1.0"
    assert shown["$schema"].endswith("sarif-2.1.0.json")
    run, = shown["runs"]
    assert run["columnKind"] == "unicodeCodePoints"
    driver = run["tool"]["driver"]
    assert driver["name"] == "specc"
    rules = {one["id"]: one for one in driver["rules"]}
    assert sorted(rules) == ["OP102", "PA101"]
    assert rules["PA101"]["shortDescription"] == {"text": "A claim."}
    assert rules["PA101"]["help"] == {"text": "A claim.\n\nWhy.", "markdown": "A claim.\n\nWhy."}
    assert rules["PA101"]["properties"] == {"tags": ["pairing"]}
    assert rules["OP102"]["shortDescription"] == {"text": "out of range"}
    softmax, units = run["results"]
    assert [driver["rules"][one["ruleIndex"]]["id"] for one in (softmax, units)] == [
        softmax["ruleId"], units["ruleId"]] == ["PA101", "OP102"]
    assert (softmax["level"], units["level"]) == ("error", "warning")
    assert units["message"] == {"text": "`units` is 0, and must be at least 1\ngive it a unit"}
    region = {"startLine": 4, "startColumn": 44, "endLine": 4, "endColumn": 53}
    assert softmax["locations"] == [{"physicalLocation": {
        "artifactLocation": {"uri": "a.specc.toml"}, "region": region}}]
    assert [one["message"]["text"] for one in softmax["relatedLocations"]] == [
        "one unit", "units is set here"]
    assert softmax["fixes"] == [{"description": {"text": "use sigmoid"}, "artifactChanges": [{
        "artifactLocation": {"uri": "a.specc.toml"}, "replacements": [{
            "deletedRegion": region, "insertedContent": {"text": '"sigmoid"'}}]}]}]
    prints = [one["partialFingerprints"]["speccFingerprint/v1"] for one in (softmax, units)]
    assert len(set(prints)) == 2
    assert "fixes" not in units
    assert "relatedLocations" not in units


def test_sarif_uris(tmp_path: Path) -> None:
    def uri(file: str) -> str:
        found = Diagnostic("SX001", "t", "error", "m", Where(file))
        result, = json.loads(show(found, format="sarif"))["runs"][0]["results"]
        place = result["locations"][0]["physicalLocation"]
        assert "region" not in place
        return str(place["artifactLocation"]["uri"])

    assert uri("a b/ü.toml") == "a%20b/%C3%BC.toml"
    assert uri(str(tmp_path / "a#.toml")) == f"file://{tmp_path.as_posix()}/a%23.toml"
    assert uri("\udcff.toml") == "%3F.toml"


def test_sarif_fingerprints_do_not_follow_the_line() -> None:
    def mark(line: int) -> str:
        found = Diagnostic("SX001", "t", "error", "m", Where("a", ("b",), span=Span(
            line, 1, line, 2)))
        return json.dumps(json.loads(show(found, format="sarif"))["runs"][0]["results"][0][
            "partialFingerprints"])

    assert mark(1) == mark(2)
