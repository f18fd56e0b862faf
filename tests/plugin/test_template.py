"""The template of a repository does what its README says, in an empty folder; and `pytest -n`."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from specc.stages import STAGES

pytestmark = pytest.mark.keras
ROOT = Path(__file__).parents[2]
TEMPLATE = ROOT / "docs" / "template"
WORKFLOW = yaml.safe_load((TEMPLATE / ".github/workflows/specs.yml").read_text(encoding="utf-8"))
HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """The template as somebody begins with it."""
    folder = tmp_path / "models"
    shutil.copytree(TEMPLATE, folder)
    return folder


def called(folder: Path, *command: str, code: int = 0) -> str:
    program = [str(Path(sys.executable).parent / command[0]), *command[1:]]
    outside = {key: one for key, one in os.environ.items()
               if not key.startswith(("PYTEST", "SPECC"))}
    done = subprocess.run(program, cwd=folder, env=outside, capture_output=True, text=True,
                          check=False)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout


def test_the_files_are_there() -> None:
    names = {path.relative_to(TEMPLATE).as_posix() for path in TEMPLATE.rglob("*")
             if path.is_file()}
    assert names == {".github/workflows/specs.yml", ".gitignore", ".pre-commit-config.yaml",
                     "README.md", "pyproject.toml", "specs/wine.specc.toml"}


def test_check_and_pytest_pass(copied: Path) -> None:
    """The golden is made as the README says, then everything is held: twice the same."""
    called(copied, "specc", "check", ".", "--strict")
    spec = copied / "specs" / "wine.specc.toml"
    spec.write_text(spec.read_text(encoding="utf-8") + "\n[golden]\nepochs = 2\n")
    environment = os.environ.pop("CI", None)
    try:
        called(copied, "specc", "test", "--update-golden", "specs/wine.specc.toml", "--stage",
               "golden", code=1)  # for a person to look at
    finally:
        if environment is not None:
            os.environ["CI"] = environment
    said = called(copied, "pytest", "-v", "-p", "no:cacheprovider")
    assert re.findall(r"wine\.specc\.toml::(\w+) PASSED", said) == [one.name for one in STAGES]
    assert f"{len(STAGES)} passed" in said
    assert not (copied / "runs").exists()


def test_the_workflow_calls_what_exists() -> None:
    assert WORKFLOW["permissions"] == {"contents": "read"}
    commands = [step["run"] for job in WORKFLOW["jobs"].values() for step in job["steps"]
                if "run" in step]
    assert commands == ['python -m pip install "specc==0.1.0"', "specc check --format github .",
                        'python -m pip install "specc[tensorflow,test]==0.1.0"', "pytest -n 2"]
    used = [step["uses"] for job in WORKFLOW["jobs"].values() for step in job["steps"]
            if "uses" in step]
    assert all(re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", one) for one in used)
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"][
        "optional-dependencies"]
    assert any(one.startswith("pytest-xdist") for one in extras["test"])


def test_the_hook_exists() -> None:
    config = yaml.safe_load((TEMPLATE / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    (repository,) = config["repos"]
    assert {one["id"] for one in repository["hooks"]} <= {one["id"] for one in HOOKS}


def test_the_readme_names_commands_that_exist() -> None:
    from specc.cli.parser import parser

    text = (TEMPLATE / "README.md").read_text(encoding="utf-8")
    commands = re.findall(r"^\| `specc ([^`]+)`", text, re.MULTILINE)
    commands += re.findall(r"^    specc (.+)$", text, re.MULTILINE)
    assert len(commands) == 3
    for command in commands:
        parser().parse_args(shlex.split(command))


def test_with_several_processes_the_stages_of_a_spec_stay_together(copied: Path) -> None:
    text = (copied / "specs" / "wine.specc.toml").read_text(encoding="utf-8")
    for name in "abcd":
        (copied / "specs" / f"{name}.specc.toml").write_text(text, encoding="utf-8")
    (copied / "specs" / "test_own.py").write_text(
        "import pytest\n@pytest.mark.parametrize('n', range(40))\ndef test_own(n):\n    pass\n")
    said = called(copied, "pytest", "-v", "-n", "2", "-p", "no:cacheprovider", "-m",
                  "specc_text or not specc")
    places: dict[str, set[str]] = {}
    for worker, file in re.findall(r"\[(gw\d)\].* PASSED (\S+)::\w+ ?$", said, re.MULTILINE):
        places.setdefault(file, set()).add(worker)
    specs = {file: workers for file, workers in places.items() if file.endswith(".toml")}
    assert len(specs) == 5
    assert all(len(workers) == 1 for workers in specs.values())
    own = set(re.findall(r"\[(gw\d)\].* PASSED \S+test_own\.py::", said))
    assert set.union(*specs.values(), own) == {"gw0", "gw1"}
    assert said.count(" PASSED ") == 5 * 4 + 40


def test_specc_test_takes_several_processes(copied: Path) -> None:
    said = called(copied, "specc", "test", "specs", "--jobs", "2", "--stage", "readers",
                  "--stage", "canonical")
    assert "2 passed" in said
