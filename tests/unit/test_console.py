"""Colors go to a terminal, to a pipe only if asked for, and never into a file; GitHub is told of
files from the root of the repository, and its log of all that is found."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from specc.cli import main
from specc.cli.repository import named, root

pty = pytest.importorskip("pty", reason="pseudo-terminals are for POSIX")
BAD = """\
specc = 1
[inputs.x]
shape = [4]
[model]
kind = "sequential"
layers = [{ type = "Dense", units = 1, activation = "softmax", name = "y" }]
[outputs.y]
task = "binary"
"""
GOOD = BAD.replace("softmax", "sigmoid")
ESCAPE = "\x1b["
Said = pytest.CaptureFixture[str]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "bad.specc.toml").write_text(BAD)
    (tmp_path / "good.specc.toml").write_text(GOOD)
    return tmp_path


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "specc", "check", *arguments]


def environment(more: Mapping[str, str]) -> dict[str, str]:
    plain = {key: value for key, value in os.environ.items()
             if key not in ("NO_COLOR", "FORCE_COLOR", "GITHUB_WORKSPACE")}
    return plain | {"TERM": "xterm-256color"} | dict(more)


def piped(folder: Path, *arguments: str, **more: str) -> str:
    return subprocess.run(command(*arguments), cwd=folder, env=environment(more),
                          capture_output=True, text=True).stdout


def on_terminal(folder: Path, *arguments: str, **more: str) -> str:
    """What a terminal is sent on stdout."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(command(*arguments), cwd=folder, env=environment(more), stdout=theirs,
                          stderr=subprocess.DEVNULL) as run:
        os.close(theirs)
        text = b"".join(chunks(ours))
        run.wait()
    os.close(ours)
    return text.decode().replace("\r\n", "\n")


def chunks(ours: int) -> Iterator[bytes]:
    try:
        while some := os.read(ours, 65536):
            yield some
    except OSError:  # how Linux says that the other end was closed
        return


def without(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


@pytest.mark.parametrize("format", ["full", "concise"])
def test_a_terminal_gets_colors_and_a_pipe_the_same_text(folder: Path, format: str) -> None:
    shown = on_terminal(folder, "bad.specc.toml", "--format", format)
    plain = piped(folder, "bad.specc.toml", "--format", format)
    assert "\x1b[1;31m" in shown
    assert ESCAPE not in plain
    assert without(shown) == plain


def test_a_clean_spec_has_colors_too(folder: Path) -> None:
    assert on_terminal(folder, "good.specc.toml") == "\x1b[32mall clear: \x1b[0m1 file\n"
    assert piped(folder, "good.specc.toml") == "all clear: 1 file\n"


@pytest.mark.parametrize(("name", "value", "colored"), [
    ("NO_COLOR", "1", False), ("NO_COLOR", "0", False), ("NO_COLOR", "", True),
    ("TERM", "dumb", False)])
def test_a_terminal_that_wants_none(folder: Path, name: str, value: str, colored: bool) -> None:
    assert (ESCAPE in on_terminal(folder, "bad.specc.toml", **{name: value})) == colored


@pytest.mark.parametrize("format", ["json", "github", "sarif"])
def test_tools_get_none_even_on_a_terminal(folder: Path, format: str) -> None:
    assert ESCAPE not in on_terminal(folder, "bad.specc.toml", "--format", format, FORCE_COLOR="1")


def test_a_pipe_gets_colors_if_asked_for(folder: Path) -> None:
    """As for the log of a CI; NO_COLOR comes before."""
    shown = piped(folder, "bad.specc.toml", FORCE_COLOR="1")
    assert ESCAPE in shown
    assert without(shown) == piped(folder, "bad.specc.toml")
    assert ESCAPE not in piped(folder, "bad.specc.toml", FORCE_COLOR="1", NO_COLOR="1")
    assert ESCAPE not in piped(folder, "bad.specc.toml", FORCE_COLOR="")


def test_a_file_never_gets_colors(folder: Path) -> None:
    for name in ("bad", "good"):
        file = folder / "out.txt"
        with file.open("wb") as out:
            subprocess.run(command(f"{name}.specc.toml"), cwd=folder, stdout=out,
                           env=environment({"FORCE_COLOR": "1"}))
        assert file.read_text()
        assert ESCAPE not in file.read_text()


# --- GitHub ---------------------------------------------------------------------------------


@pytest.fixture
def repository(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """With a spec in `models/`, where the command runs."""
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)
    (folder / ".git").mkdir()
    models = folder / "models" / "deep"
    models.mkdir(parents=True)
    (models / "a.specc.toml").write_text(BAD)
    monkeypatch.chdir(folder / "models")
    return folder


def annotated(capsys: Said) -> list[str]:
    return re.findall(r"file=([^,:]+)", capsys.readouterr().out)


def test_files_are_named_from_the_root(repository: Path, capsys: Said) -> None:
    """Wherever in the repository the command runs."""
    for path in (".", "deep/a.specc.toml", "./deep", str(repository / "models")):
        main(["check", path, "--format", "github"])
        assert annotated(capsys) == ["models/deep/a.specc.toml"]
    main(["check", "../bad.specc.toml", "--format", "github"])
    assert annotated(capsys) == ["bad.specc.toml"]


def test_sarif_names_files_from_the_root(repository: Path, capsys: Said) -> None:
    main(["check", ".", "--format", "sarif"])
    run, = json.loads(capsys.readouterr().out)["runs"]
    result, = run["results"]
    change, = result["fixes"][0]["artifactChanges"]
    assert {result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
            change["artifactLocation"]["uri"]} == {"models/deep/a.specc.toml"}
    assert run["tool"]["driver"]["rules"][0]["help"]["text"].startswith("A softmax over one unit")


def test_people_see_files_as_they_named_them(repository: Path, capsys: Said) -> None:
    main(["check", ".", "--format", "concise"])
    assert capsys.readouterr().out.startswith("deep/a.specc.toml:6:53: PA101")
    main(["check", "./deep/a.specc.toml", "--format", "concise"])
    assert capsys.readouterr().out.startswith("./deep/a.specc.toml:6:53: PA101")


def test_the_workspace_comes_before_the_git_folder(repository: Path,
                                                   monkeypatch: pytest.MonkeyPatch) -> None:
    """A repository may be checked out in a folder of the workspace."""
    assert root() == str(repository)
    monkeypatch.setenv("GITHUB_WORKSPACE", str(repository.parent))
    assert root() == str(repository.parent)
    monkeypatch.setenv("GITHUB_WORKSPACE", str(repository / "models" / "deep"))  # not above
    assert root() == str(repository)
    monkeypatch.setenv("GITHUB_WORKSPACE", str(repository / "models"))
    assert root() == str(repository / "models")
    monkeypatch.setenv("GITHUB_WORKSPACE", str(repository / "mod"))  # begins alike
    assert root() == str(repository)
    (repository / ".git").rmdir()
    monkeypatch.delenv("GITHUB_WORKSPACE")
    assert root() == str(repository / "models")


def test_what_is_no_file_of_the_repository_keeps_its_name(repository: Path,
                                                          tmp_path_factory: pytest.TempPathFactory,
                                                          ) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "b.specc.toml"
    elsewhere.write_text(BAD)
    for name in ("<stdin>", "--set", "gone.specc.toml", "", str(elsewhere)):
        assert named(name, str(repository)) == name
    (repository / "models" / "..a.specc.toml").write_text(BAD)
    assert named("..a.specc.toml", str(repository)) == "models/..a.specc.toml"


def test_the_log_has_every_place_and_the_sum(repository: Path, capsys: Said) -> None:
    """GitHub shows ten annotations of a kind, and of none the place in its log."""
    main(["check", "deep/a.specc.toml", "--format", "github"])
    shown = capsys.readouterr()
    assert [line.split(" ")[0] for line in shown.out.splitlines()] == ["::error"]
    assert shown.err == ("models/deep/a.specc.toml:6:53: PA101 softmax over one unit is always 1\n"
                         "found 1 error in 1 file\n")
    main(["check", "../good.specc.toml", "--format", "github"])
    shown = capsys.readouterr()
    assert (shown.out, shown.err) == ("", "all clear: 1 file\n")


def test_what_was_not_looked_at_is_told_to_everyone(repository: Path, capsys: Said) -> None:
    spec = repository / "models" / "deep" / "a.specc.toml"
    spec.write_text(GOOD.replace("[outputs.y]", '[data]\nsource = "none.csv"\n[outputs.y]\n'
                                 'target = "y"'))
    note = "none.csv was not found"
    for format in ("full", "concise", "json", "sarif", "github"):
        main(["check", "deep", "--format", format])
        shown = capsys.readouterr()
        assert note in (shown.err if format == "github" else shown.out), format
