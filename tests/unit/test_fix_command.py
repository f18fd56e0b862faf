"""`specc check --fix` and `--diff` as commands: what is written, what is left, what is said."""

from __future__ import annotations

import io
import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from specc.cli import main
from specc.fixes import files as written

SPEC = """# a head
specc = 1
name = "a"

[inputs.x]
shape = [4]            # four

[model]
kind = "sequential"
layers = [{ type = "Dense",   units = 1, activation = "softmax", name = "y" }] # one

[outputs.y]
task = "binary"
metrics = ["accuracy"]

[compile]
optimizer = { type = "Adam", lr = 0.01 }
"""
MENDED = SPEC.replace('"softmax"', '"sigmoid"').replace("lr =", "learning_rate =")
Said = pytest.CaptureFixture[str]


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text("")
    path = tmp_path / "a.specc.toml"
    path.write_text(SPEC)
    return path


def piped(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(text.encode())))


def test_all_that_is_certain_is_written_and_the_rest_kept(spec: Path, capsys: Said) -> None:
    assert main(["check", "--fix", str(spec)]) == 0
    assert spec.read_text() == MENDED
    assert capsys.readouterr().out == "all clear: 1 file\nfixed 2 findings in 1 file\n"


def test_what_is_left_is_said(spec: Path, capsys: Said) -> None:
    spec.write_text(SPEC.replace('task = "binary"', 'task = "binary"\nclases = 2'))
    assert main(["check", "--fix", str(spec), "--format", "concise"]) == 1
    assert "clases = 2" in spec.read_text()
    out = capsys.readouterr().out
    assert "SX301" in out
    assert "found 1 error" in out
    assert "fixed 2 findings in 1 file" in out


def test_a_second_time_changes_nothing(spec: Path, capsys: Said) -> None:
    main(["check", "--fix", str(spec)])
    before = spec.stat().st_mtime_ns
    assert main(["check", "--fix", str(spec)]) == 0
    assert spec.stat().st_mtime_ns == before
    assert "fixed 0 findings\n" in capsys.readouterr().out


def test_diff_shows_and_writes_nothing(spec: Path, capsys: Said,
                                       monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(spec.parent)
    assert main(["check", "--diff", spec.name]) == 1
    assert spec.read_text() == SPEC
    said = capsys.readouterr()
    assert said.err == "would fix 2 findings in 1 file\n"
    assert said.out.startswith("--- a.specc.toml\n+++ a.specc.toml\n@@ ")
    spec.write_text(MENDED)
    assert main(["check", "--diff", spec.name]) == 0
    assert capsys.readouterr().out == ""


@pytest.mark.skipif(shutil.which("patch") is None, reason="there is no patch here")
@pytest.mark.parametrize("text", [SPEC, SPEC.replace("\n", "\r\n"), SPEC[:-1]])
def test_a_diff_is_what_patch_takes(spec: Path, text: str, monkeypatch: pytest.MonkeyPatch,
                                    capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    monkeypatch.chdir(spec.parent)
    spec.write_bytes(text.encode())
    assert main(["check", "--diff", spec.name]) == 1
    subprocess.run(["patch", "-s", "--binary", spec.name], input=capfdbinary.readouterr().out,
                   check=True)
    assert spec.read_bytes() == text.replace('"softmax"', '"sigmoid"').replace(
        "lr =", "learning_rate =").encode()


def test_diff_has_one_form(spec: Path, capsys: Said) -> None:
    assert main(["check", "--diff", str(spec), "--format", "json"]) == 2
    assert "leave --format out" in capsys.readouterr().err


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    for option in ("--diff", "--fix"):
        assert main(["check", option, str(tmp_path / "none.specc.toml")]) == 2


def test_json_stays_one_document(spec: Path, capsys: Said) -> None:
    assert main(["check", "--fix", "--format", "json", str(spec)]) == 0
    said = capsys.readouterr()
    assert json.loads(said.out)["errors"] == 0
    assert said.err == "fixed 2 findings in 1 file\n"


def test_a_pipe_gives_the_mended_text(spec: Path, monkeypatch: pytest.MonkeyPatch,
                                      capsys: Said) -> None:
    piped(monkeypatch, SPEC)
    assert main(["check", "--fix", "-"]) == 0
    said = capsys.readouterr()
    assert said.out == MENDED
    assert said.err == "all clear: 1 file\nfixed 2 findings in 1 file\n"


def test_a_pipe_gives_back_what_cannot_be_read(monkeypatch: pytest.MonkeyPatch,
                                               capsys: Said) -> None:
    piped(monkeypatch, "specc = 1\nname = what\nx = [\n")
    assert main(["check", "--fix", "-"]) == 1
    assert capsys.readouterr().out == "specc = 1\nname = what\nx = [\n"


def test_a_pipe_changes_no_file(spec: Path, monkeypatch: pytest.MonkeyPatch,
                                capsys: Said) -> None:
    monkeypatch.chdir(spec.parent)
    piped(monkeypatch, f'specc = 1\nextends = "{spec.name}"\nname = "b"\n')
    assert main(["check", "--fix", "-"]) == 1
    assert spec.read_text() == SPEC


def test_words_without_quotes_are_quoted_one_after_the_other(spec: Path) -> None:
    spec.write_text(SPEC.replace('"a"', "a").replace('"binary"', "binary"))
    assert main(["check", "--fix", str(spec)]) == 0
    assert spec.read_text() == MENDED


def test_a_text_that_cannot_be_read_afterwards_is_left(spec: Path) -> None:
    text = SPEC.replace('"a"', "a") + "x = [\n"
    spec.write_text(text)
    assert main(["check", "--fix", str(spec)]) == 1
    assert spec.read_text() == text


def test_a_quoted_word_that_means_nothing_is_left(spec: Path) -> None:
    text = SPEC.replace('"binary"', "yes")
    spec.write_text(text)
    assert main(["check", "--fix", str(spec)]) == 1
    assert spec.read_text() == text


def test_a_base_is_mended_where_it_says_it(spec: Path) -> None:
    child = spec.with_name("b.specc.toml")
    child.write_text('specc = 1\nextends = "a.specc.toml"\nname = "b"\n')
    assert main(["check", "--fix", str(child)]) == 0
    assert spec.read_text() == MENDED
    assert child.read_text() == 'specc = 1\nextends = "a.specc.toml"\nname = "b"\n'


def test_a_base_is_left_where_its_own_model_would_suffer(spec: Path) -> None:
    """softmax is wrong for the child's one unit, and right for the base's three."""
    base = MENDED.replace("units = 1", 'units = "=units"').replace('"binary"', '"multiclass"')
    base = base.replace("sigmoid", "softmax").replace("[inputs.x]",
                                                      "[params]\nunits = 3\n[inputs.x]")
    spec.write_text(base)
    child = spec.with_name("b.specc.toml")
    child.write_text('specc = 1\nextends = "a.specc.toml"\n[params]\nunits = 1\n'
                     '[outputs.y]\ntask = "binary"\n')
    assert main(["check", str(spec)]) == 0
    assert main(["check", "--fix", str(child)]) == 1
    assert spec.read_text() == base


def test_a_check_says_what_can_be_mended(spec: Path, capsys: Said) -> None:
    main(["check", str(spec)])
    assert capsys.readouterr().out.endswith("found 2 errors in 1 file\n--fix mends 2 of them\n")


def test_a_fix_that_would_bring_an_error_is_left(spec: Path, capsys: Said) -> None:
    """`accuracy` would be the name of the metric, and [expect] holds it to another."""
    text = MENDED + '[expect]\n"train.y.binary_accuracy" = { min = 0.5 }\n'
    text = text.replace("units = 1", "units = 3").replace("sigmoid", "softmax").replace(
        '"binary"', '"multiclass"\nclasses = 3\nlabels = "onehot"').replace(
        '"accuracy"', '"binary_accuracy"')
    spec.write_text(text)
    assert main(["check", "--fix", str(spec)]) == 0
    assert spec.read_text() == text
    assert "1 could be mended, but not without another error\nfixed 0" in capsys.readouterr().out


@pytest.mark.parametrize(("wrong", "right"), [
    ('{"specc": 1, "fit": {"shuffle": True}}', '{"specc": 1, "fit": {"shuffle": true}}'),
    ('{"specc": 1, "fit": {"epochs": 3 , },\n }', '{"specc": 1, "fit": {"epochs": 3  }\n }'),
])
def test_json_as_python_writes_it(tmp_path: Path, wrong: str, right: str) -> None:
    file = tmp_path / "a.specc.json"
    file.write_text(wrong)
    assert main(["check", "--fix", str(file)]) == 1
    assert file.read_text() == right


def test_an_expression_is_never_written_over(spec: Path) -> None:
    text = SPEC.replace('"softmax"', '"=act"').replace("[inputs.x]",
                                                       '[params]\nact = "softmax"\n[inputs.x]')
    spec.write_text(text)
    assert main(["check", "--fix", str(spec)]) == 1
    assert spec.read_text() == text.replace("lr =", "learning_rate =")


def test_a_setting_mends_nothing(spec: Path) -> None:
    spec.write_text(MENDED)
    assert main(["check", "--fix", str(spec), "--set",
                 'model.layers.0.activation="softmax"']) == 1
    assert spec.read_text() == MENDED


def test_only_what_is_selected_is_mended(spec: Path) -> None:
    main(["check", "--fix", "--select", "OP", str(spec)])
    assert spec.read_text() == SPEC.replace("lr =", "learning_rate =")


def test_ends_of_lines_mark_and_mode_are_kept(spec: Path) -> None:
    data = b"\xef\xbb\xbf" + SPEC.replace("# one", "# “öne” 🙂").replace("\n", "\r\n").encode()
    spec.write_bytes(data)
    spec.chmod(0o640)
    assert main(["check", "--fix", str(spec)]) == 0
    assert spec.read_bytes() == data.replace(b'"softmax"', b'"sigmoid"').replace(
        b"lr =", b"learning_rate =")
    assert stat.S_IMODE(spec.stat().st_mode) == 0o640
    assert sorted(os.listdir(spec.parent)) == ["a.specc.toml", "pyproject.toml"]


def test_a_link_stays_one(spec: Path) -> None:
    link = spec.with_name("link.specc.toml")
    link.symlink_to(spec)
    assert main(["check", "--fix", str(link)]) == 0
    assert link.is_symlink()
    assert spec.read_text() == MENDED


def test_what_changed_meanwhile_is_left_alone(spec: Path) -> None:
    spec.write_text("another")
    assert written.write(str(spec), MENDED.encode(), SPEC.encode()) == "it has changed meanwhile"
    assert spec.read_text() == "another"


def test_half_a_file_is_never_seen(spec: Path, monkeypatch: pytest.MonkeyPatch,
                                   capsys: Said) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert main(["check", "--fix", str(spec)]) == 2
    assert "no space left on device" in capsys.readouterr().err
    assert spec.read_text() == SPEC
    assert sorted(os.listdir(spec.parent)) == ["a.specc.toml", "pyproject.toml"]


def test_the_same_spec_as_json(spec: Path) -> None:
    import tomllib

    file = spec.with_name("c.specc.json")
    text = json.dumps(tomllib.loads(SPEC), indent=3)
    file.write_text(text)
    assert main(["check", "--fix", str(file)]) == 0
    assert file.read_text() == text.replace("softmax", "sigmoid").replace('"lr"', '"learning_rate"')


def test_a_diff_of_a_text_without_an_end() -> None:
    shown = written.difference("a", b"x = 1\ny = 2", b"x = 1\ny = 3\n")
    assert shown == ("--- a\n+++ a\n@@ -1,2 +1,2 @@\n x = 1\n-y = 2\n"
                     "\\ No newline at end of file\n+y = 3\n")
