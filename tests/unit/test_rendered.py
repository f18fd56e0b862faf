"""What `specc check` prints of a project full of mistakes, to the letter, in every format.

The texts are in `rendered/`; `SPECC_UPDATE=1 pytest tests/unit/test_rendered.py` writes them anew,
and a person reads the difference.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

from specc.cli import console, main
from specc.diagnostics import machine
from specc.diagnostics.render import Format
from specc.diagnostics.terminal import WIDTH, cells, split
from unit.project import FILES

FOLDER = Path(__file__).parent / "rendered"
UPDATE = os.environ.get("SPECC_UPDATE") == "1"
NAMES = {"full": "full.txt", "concise": "concise.txt", "json": "json.json", "github": "github.txt",
         "sarif": "sarif.json", "color": "color.txt", "log": "github-log.txt", "diff": "diff.txt"}
FORMATS: tuple[Format, ...] = ("full", "concise", "json", "github", "sarif")
ARGUMENTS = (".", "gone.specc.toml", "--set", "seed=many")
Said = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in FILES.items():
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(text)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)
    monkeypatch.setattr(machine, "_version", lambda: "0.0.0")
    return tmp_path


def held(name: str, text: str) -> None:
    """A text is the one in its file."""
    file = FOLDER / NAMES[name]
    if UPDATE:
        file.write_text(text, encoding="utf-8", newline="\n")
    assert file.is_file(), f"there is no {file.name}: SPECC_UPDATE=1 writes it"
    assert text == file.read_text(encoding="utf-8"), f"{file.name}: SPECC_UPDATE=1 writes it anew"


@pytest.mark.parametrize("format", FORMATS)
def test_a_format(format: Format, capsys: Said) -> None:
    assert main(["check", *ARGUMENTS, "--format", format]) == 2  # a file cannot be read
    shown = capsys.readouterr()
    held(format, shown.out)
    if format == "github":
        held("log", shown.err)
    else:
        assert shown.err == ""


def test_in_color(capsys: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    """Escapes are shown as signs."""
    monkeypatch.setattr(console, "colored", lambda stream: True)
    main(["check", *ARGUMENTS])
    held("color", capsys.readouterr().out.replace("\x1b", "␛"))


def test_the_difference_a_fix_makes(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """As it is printed, byte order marks and the ends of lines on Windows included."""
    main(["check", ".", "--diff"])
    shown = capfdbinary.readouterr()
    held("diff", shown.out.decode().replace("\r", "␍").replace("\ufeff", "<BOM>"))
    assert shown.err == b"would fix 3 findings in 2 files\n"


def test_no_text_is_left_over() -> None:
    assert {one.name for one in FOLDER.iterdir()} == set(NAMES.values())


def test_the_project_has_every_look() -> None:
    """What the texts are worth: something of everything is in them."""
    found = json.loads((FOLDER / NAMES["json"]).read_text(encoding="utf-8"))
    said = found["diagnostics"]
    assert {one["severity"] for one in said} == {"error", "warning", "info"}
    assert {one["line"] is None for one in said} == {True, False}
    assert any(one["line"] != one["end_line"] for one in said)
    assert any(one["file"] != other["file"] for one in said for other in one["related"])
    assert any(one["file"] == other["file"] for one in said for other in one["related"])
    assert any(one["fix"] and len(one["fix"]["edits"]) > 1 for one in said)
    assert found["unchecked"]
    texts = b"".join(FILES.values())
    assert b"\t" in texts
    assert b"\r\n" in texts
    assert b"\xef\xbb\xbf" in texts
    assert any(cells(line) > 300 for line in split(texts))


def test_marks_stand_under_what_json_says() -> None:
    """The carets of `full` are under the stretch of text between the columns of `json`."""
    shown = (FOLDER / NAMES["full"]).read_text(encoding="utf-8")
    found = json.loads((FOLDER / NAMES["json"]).read_text(encoding="utf-8"))["diagnostics"]
    places = [one for one in found if one["line"] and one["line"] == one["end_line"]]
    seen = 0
    for one in places:
        head = f"{one['severity']}[{one['code']}]"
        block = next(part for part in shown.split("\n\n") if part.startswith(head) and re.search(
            rf"--> {re.escape(one['file'])}:{one['line']}:{one['column']}$", part, re.MULTILINE))
        lines = block.split("\n")
        caret = next(at for at, line in enumerate(lines) if re.fullmatch(r" +\| +\^+", line))
        line = lines[caret - 1]
        begin, end = lines[caret].index("^"), lines[caret].rindex("^") + 1
        value = split(FILES[one["file"]])[one["line"] - 1][one["column"] - 1:one["end_column"] - 1]
        if value and len(value) < 60:
            assert line[index_at(line, begin):index_at(line, end)] == value
            seen += 1
        assert end - begin == min(max(cells(value), 1), WIDTH - 2)
    assert seen > 15


def index_at(line: str, column: int) -> int:
    """How many characters of a line are drawn before a column."""
    return max(at for at in range(len(line) + 1) if cells(line[:at]) == column)
