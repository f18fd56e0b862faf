"""The example of a GitHub workflow does what it says: its steps are run, in a repository."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
FILE = ROOT / "docs" / "examples" / "github-workflow.yml"
TEXT = FILE.read_text(encoding="utf-8")
WORKFLOW: dict[Any, Any] = yaml.safe_load(TEXT)
JOBS: dict[str, dict[str, Any]] = WORKFLOW["jobs"]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
GOOD = """\
specc = 1
[inputs.x]
shape = [4]
[model]
kind = "sequential"
layers = [{ type = "Dense", units = 1, activation = "sigmoid", name = "y" }]
[outputs.y]
task = "binary"
"""
BAD = GOOD.replace("sigmoid", "softmax")
COMMAND = re.compile(r"::(error|warning|notice) (?P<properties>[^\r\n]*?)::(?P<message>[^\r\n]*)")
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the steps are for bash")


class Runner:
    """As GitHub's: steps in bash, one after the other, in the checkout."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.summary = folder.parent / "summary.md"
        self.out = self.err = ""
        programs = Path(sys.executable).parent
        self.environment = {**os.environ, "GITHUB_WORKSPACE": str(folder), "CI": "true",
                            "GITHUB_STEP_SUMMARY": str(self.summary),
                            "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"}

    def run(self, job: str) -> bool:
        """Whether the job passes."""
        failed = False
        for step in JOBS[job]["steps"]:
            if "run" not in step or "pip install" in step["run"]:
                continue
            assert step.get("if") in (None, "failure()")
            if failed == (step.get("if") is not None):
                done = subprocess.run(["bash", "-e", "-c", step["run"]], cwd=self.folder,
                                      env=self.environment, capture_output=True, text=True)
                self.out, self.err = self.out + done.stdout, self.err + done.stderr
                failed = failed or done.returncode != 0
        return not failed


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    folder = tmp_path / "repository"
    (folder / "models").mkdir(parents=True)
    (folder / ".git").mkdir()
    (folder / "models" / "a.specc.toml").write_text(GOOD)
    return Runner(folder)


def test_actions_are_pinned_and_permissions_few() -> None:
    assert WORKFLOW["permissions"] == {"contents": "read"}
    assert JOBS["check"].get("permissions") is None
    assert JOBS["code-scanning"]["permissions"] == {"contents": "read", "security-events": "write"}
    used = [step["uses"] for job in JOBS.values() for step in job["steps"] if "uses" in step]
    assert len(used) == 5
    assert all(re.fullmatch(r"[\w-]+(/[\w-]+)+@[0-9a-f]{40}", one) for one in used)
    lines = [line for line in TEXT.splitlines() if "uses:" in line]
    assert all(re.search(r"# v\d+\.\d+\.\d+$", line) for line in lines)
    assert all(step["with"] == {"persist-credentials": False} for job in JOBS.values()
               for step in job["steps"] if "checkout" in step.get("uses", ""))
    assert "pull_request" in WORKFLOW[True]  # YAML 1.1 reads `on` so
    assert "pull_request_target" not in TEXT


def test_only_the_base_package_is_installed() -> None:
    """Of this version, for a Python that it is for."""
    wanted = f'python -m pip install "specc=={PROJECT["version"]}"'
    installed = [step["run"] for job in JOBS.values() for step in job["steps"]
                 if "pip" in step.get("run", "")]
    assert installed == [wanted] * len(JOBS)
    pythons = {step["with"]["python-version"] for job in JOBS.values() for step in job["steps"]
               if "setup-python" in step.get("uses", "")}
    assert all(f"Programming Language :: Python :: {one}" in PROJECT["classifiers"]
               for one in pythons)


def test_good_specs_pass(runner: Runner) -> None:
    assert runner.run("check")
    assert runner.out == ""
    assert runner.err == "all clear: 1 file\n"
    assert not runner.summary.exists()
    assert runner.run("code-scanning")


def test_a_mistake_is_marked_in_the_diff(runner: Runner) -> None:
    (runner.folder / "models" / "bad, 50%.specc.toml").write_text(BAD)
    assert not runner.run("check")
    first = runner.out.splitlines()[0]
    assert first == ("::error title=PA101 softmax-single-unit,file=models/bad%2C 50%25.specc.toml,"
                     "line=6,col=53,endLine=6,endColumn=62::softmax over one unit is always 1"
                     "%0Ause sigmoid")
    summary = runner.summary.read_text()
    assert summary.startswith("```\nerror[PA101] softmax-single-unit: ")
    assert summary.endswith("found 1 error in 1 file (checked 2 files)\n"
                            "--fix mends 1 of them\n```\n")


def test_the_log_and_the_summary_have_more_than_github_marks(runner: Runner) -> None:
    """Ten errors of a step are marked, so all are in the log too, with their places."""
    for number in range(12):
        (runner.folder / "models" / f"bad{number}.specc.toml").write_text(BAD)
    assert not runner.run("check")
    assert len(COMMAND.findall(runner.out)) == 12
    places = re.findall(r"^models/bad\d+\.specc\.toml:6:53: PA101 ", runner.err, re.MULTILINE)
    assert len(places) == 12
    assert "found 12 errors in 12 files (checked 13 files)\n" in runner.err
    assert runner.summary.read_text().count("error[PA101]") == 12


def test_code_scanning_gets_what_is_found(runner: Runner) -> None:
    """And the job passes, since alerts say the rest; not where specc could not work."""
    (runner.folder / "models" / "bad.specc.toml").write_text(BAD)
    assert runner.run("code-scanning")
    run, = json.loads((runner.folder / "specc.sarif").read_text())["runs"]
    assert [one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
            for one in run["results"]] == ["models/bad.specc.toml"]
    for spec in (runner.folder / "models").iterdir():
        spec.unlink()
    assert not runner.run("code-scanning")


def test_every_line_of_stdout_is_a_command(runner: Runner) -> None:
    """As GitHub's runner reads them: properties between commas, each escaped."""
    texts = ('name = "50%, a:b\\r\\n::error::x"\n', "sead = 3\n", '"a\\nb" = 1\n')
    for number, text in enumerate(texts):
        (runner.folder / "models" / f"bad{number}.specc.toml").write_text(text + GOOD)
    assert not runner.run("check")
    lines = [line for line in runner.out.split("\n") if line]
    assert len(lines) >= 3
    for line in lines:
        found = COMMAND.fullmatch(line)
        assert found, line
        properties = dict(one.split("=", 1) for one in found["properties"].split(","))
        assert set(properties) <= {"title", "file", "line", "col", "endLine", "endColumn"}
        assert all(re.fullmatch(r"[^%:,]|([^%:,]|%25|%0D|%0A|%3A|%2C)*", one)
                   for one in properties.values())
        assert re.fullmatch(r"([^%]|%25|%0D|%0A)*", found["message"])
        assert ("col" in properties) == (properties["line"] == properties["endLine"])
