"""What `specc bench`, `backends` and `test --mutants` refuse before they read a spec."""

from __future__ import annotations

from argparse import ArgumentTypeError
from pathlib import Path

import pytest

from specc.cli import main
from specc.plugin.measuring import percent, whole

Said = pytest.CaptureFixture[str]
BROKEN = "this is no TOML"  # whoever reads it says so


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder; what is needed counts as installed, as none of it is imported."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("specc.cli.running.find_spec", lambda name: True)
    (tmp_path / "specs").mkdir()
    for name in ("a.specc.toml", "b[1].specc.toml", "plain.toml"):
        (tmp_path / name).write_text(BROKEN, encoding="utf-8")
    return tmp_path


def refused(words: list[str], capsys: Said) -> str:
    assert main(words) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    return captured.err


@pytest.mark.parametrize(("words", "says"), [
    (["plain.toml"], "`plain.toml` is not measured: specs end in `.specc.toml` or `.specc.json`"),
    (["b[1].specc.toml"], "`b[1].specc.toml` is not measured: pytest, underneath, takes `::`"),
    (["specs"], "`specs` is a folder, and one spec is wanted"),
    (["a.specc.toml", "specs"], "`specs` is a folder, and one spec is wanted"),
    (["none.toml"], "there is no `none.toml`"),
    (["a.specc.toml", ""], "there is no ``"),
    (["a.specc.toml", "--figures", ""], "--figures takes names with commas between them"),
    (["a.specc.toml", "--figures", ","], "--figures takes names with commas between them"),
    (["a.specc.toml", "--figures", "step,"], "--figures takes names with commas between them"),
    (["a.specc.toml", "--max-time", "nan"], "--max-time and --fail-slower take a number that is"),
    (["a.specc.toml", "--max-time", "inf"], "--max-time and --fail-slower take a number that is"),
    (["a.specc.toml", "--compare", "--fail-slower", "nan"], "take a number that is finite"),
    (["a.specc.toml", "--compare", "--fail-slower", "inf"], "take a number that is finite"),
    (["a.specc.toml", "--max-time", "-1"], "--max-time and --fail-slower at least 0"),
])
def test_what_cannot_be_measured_is_said_before_it_is_read(
        words: list[str], says: str, capsys: Said) -> None:
    assert says in refused(["bench", *words], capsys)


def test_another_spec_may_be_called_anything(capsys: Said) -> None:
    """Only the first one is found by pytest. Here it is broken, and that is said."""
    assert main(["bench", "a.specc.toml", "plain.toml"]) == 1
    assert "toml-syntax" in capsys.readouterr().err


def test_a_python_of_a_back_end_that_is_left_out_is_refused(capsys: Said) -> None:
    said = refused(["backends", "a.specc.toml", "--backends", "tensorflow,torch",
                    "--python", "torch=x", "--python", "jax=/usr/bin/python3"], capsys)
    assert said == ("specc: `--python jax=/usr/bin/python3` names a back end which `--backends` "
                    "leaves out\n")


def test_two_pythons_of_one_back_end_are_refused(capsys: Said) -> None:
    said = refused(["backends", "a.specc.toml", "--python", "jax=a", "--python", "jax=b"], capsys)
    assert said == "specc: `--python jax=...` is given twice; which Python has jax?\n"


def test_an_empty_name_of_a_back_end_is_refused(capsys: Said) -> None:
    said = refused(["backends", "a.specc.toml", "--backends", ""], capsys)
    assert said.startswith("specc: `` is not understood: back ends are ")


@pytest.mark.parametrize("names", ["tensorflow", "jax,jax", "torch,torch,torch"])
def test_a_back_end_is_not_compared_with_itself(names: str, capsys: Said) -> None:
    said = refused(["backends", "a.specc.toml", "--backends", names], capsys)
    assert said == (f"specc: there is nothing to compare with: `--backends` names only "
                    f"{names.partition(',')[0]}; name another one: --backends NAME,NAME\n")


@pytest.mark.parametrize("words", [
    ["--python", "jax"], ["--python", "jax="], ["--epochs", "0"], ["--epochs", "-2"]])
def test_the_option_that_is_not_understood_is_named(words: list[str], capsys: Said) -> None:
    said = refused(["backends", "a.specc.toml", "--python", "torch=x", *words], capsys)
    assert said.startswith(f"specc: `{' '.join(words)}` is not understood: back ends are ")


@pytest.mark.parametrize("word", ["nan", "inf", "-1"])
def test_the_plugin_takes_only_percentages(word: str) -> None:
    with pytest.raises(ArgumentTypeError, match=f"{word} is no percentage of 0 or more"):
        percent(word)


@pytest.mark.parametrize(("least", "word"), [
    (1, "0"), (1, "-3"), (0, "-4"), (0, "1.5"), (1, "many"), (1, "")])
def test_the_plugin_takes_only_whole_numbers_that_the_command_takes(least: int, word: str) -> None:
    with pytest.raises(ArgumentTypeError, match=f"{word} is no whole number of {least} or more"):
        whole(least)(word)
    assert (whole(0)("0"), whole(1)("1")) == (0, 1)


def test_no_path_is_said_alike_with_mutants_and_without(capsys: Said) -> None:
    said = refused(["test", "--mutants"], capsys)
    assert said == refused(["test"], capsys) == "specc: name the specs to test\n"
