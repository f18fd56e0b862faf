"""The pre-commit hooks are for the files that `specc check` finds, and call what exists.

`tox run -e hooks` installs them as a user does.
"""

from __future__ import annotations

import re
import shlex
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from specc.cli.parser import parser
from specc.cli.reading import found
from specc.source import SUFFIXES

ROOT = Path(__file__).parents[2]
HOOKS: list[dict[str, Any]] = yaml.safe_load(
    (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
NAMES = ("a.specc.toml", "a.specc.json", ".specc.toml", "a.b.specc.json", "deep/b.specc.toml",
         "a.specc.toml.bak", "a.specc.yaml", "a.SPECC.toml", "a.specc.tomlx", "aspecc.toml",
         "specc.toml", "a.toml", "a.json", "deep/specc.json", "pyproject.toml", "a.specc.toml~")


def test_both_hooks_are_there() -> None:
    assert [one["id"] for one in HOOKS] == ["specc-check", "specc-fix"]


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook["id"])
def test_the_command_exists(hook: dict[str, Any]) -> None:
    program, *arguments = shlex.split(hook["entry"])
    assert program in PROJECT["scripts"]
    options = parser().parse_args([*arguments, "a.specc.toml"])
    assert options.paths == ["a.specc.toml"]
    assert options.fix == (hook["id"] == "specc-fix")


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook["id"])
def test_the_files_are_those_that_a_folder_is_searched_for(hook: dict[str, Any],
                                                           tmp_path: Path) -> None:
    for name in NAMES:
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text("")
    searched = {Path(file).relative_to(tmp_path).as_posix() for file in found([str(tmp_path)])}
    matched = {name for name in NAMES if re.search(hook["files"], name)}
    assert searched == matched
    assert len(matched) == 5
    assert {suffix.rpartition(".")[2] for suffix in SUFFIXES} == set(hook["types_or"])


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook["id"])
def test_files_are_given_to_one_process(hook: dict[str, Any]) -> None:
    assert hook["language"] == "python"
    assert hook["require_serial"] is True
    assert "pass_filenames" not in hook  # they are, unless a project wants all to be checked
    assert hook["minimum_pre_commit_version"] == "2.9.2"  # the first with types_or


def test_a_hook_installs_no_framework() -> None:
    """pre-commit installs the repository without extras."""
    names = {re.split(r"[<>=!~\[ ]", one)[0] for one in PROJECT["dependencies"]}
    assert names == {"pydantic", "rfc8785", "tree-sitter", "tree-sitter-toml", "tree-sitter-json"}
