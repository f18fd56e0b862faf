"""The pre-commit hooks in a repository of their own, installed from this checkout as from its URL.

pre-commit downloads what they need: `tox run -e hooks`.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.hooks

ROOT = Path(__file__).parents[2]
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
BASE = "[inputs.x]\nshape = [4]\n"
DERIVED = GOOD.replace("[inputs.x]\nshape = [4]\n", 'extends = "base.toml"\n')
# What the hooks may install: the base package, what it needs, and what pip brings.
BASIC = {"specc", "pydantic", "pydantic_core", "annotated-types", "typing_extensions",
         "typing-inspection", "rfc8785", "tree-sitter", "tree-sitter-toml", "tree-sitter-json",
         "pip", "setuptools", "wheel"}


class Repository:
    """A git repository, with pre-commit's cache beside it."""

    def __init__(self, folder: Path, cache: Path) -> None:
        self.folder = folder
        self.environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith("GIT_")},
            "PRE_COMMIT_HOME": str(cache), "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b.c",
            "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@b.c"}
        folder.mkdir(parents=True, exist_ok=True)
        self.git("init", "--quiet")

    def run(self, *command: str) -> tuple[int, str]:
        done = subprocess.run(command, cwd=self.folder, env=self.environment, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        return done.returncode, done.stdout

    def git(self, *words: str) -> str:
        code, said = self.run("git", *words)
        assert code == 0, said
        return said.strip()

    def write(self, **files: str) -> None:
        """Files by name (`__` for a dot), staged."""
        for name, text in files.items():
            file = self.folder / name.replace("__", ".")
            file.write_text(text)
        self.git("add", "--all")


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="session")
def source(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> Repository:
    """This checkout as a repository: what is committed, and what would be."""
    made = Repository(tmp_path_factory.mktemp("source") / "specc", cache)
    listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
                            cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (made.folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, made.folder / name)
    made.git("add", "--all")
    made.git("commit", "--quiet", "--message", "a snapshot")
    return made


@pytest.fixture
def project(tmp_path: Path, source: Repository, cache: Path) -> Repository:
    """A repository with a good spec, a bad one and a file that is none."""
    made = Repository(tmp_path / "project", cache)
    made.write(good__specc__toml=GOOD, bad__specc__toml=BAD, other__toml="[fit]\nepoch = 3\n",
               readme__md="nothing")
    return made


def configured(project: Repository, source: Repository, hook: str = "specc-check",
               block: int = 0) -> None:
    """As docs/ci.md says, with this checkout as the repository and its commit as `rev`."""
    page = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
    text = re.findall(r"^```yaml\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)[block]
    for old, new in (("URL-OF-THIS-REPOSITORY", str(source.folder)),
                     ("v0.1.0", source.git("rev-parse", "HEAD")), ("specc-check", hook)):
        assert old in text
        text = text.replace(old, new)
    (project.folder / ".pre-commit-config.yaml").write_text(text)
    project.git("add", "--all")


def test_try_repo(project: Repository, source: Repository) -> None:
    """Without a configuration, on all files: the specs are checked, the rest is left alone."""
    code, said = project.run("pre-commit", "try-repo", str(source.folder), "specc-check",
                             "--all-files", "--color=never")
    assert code == 1
    assert re.search(r"specc check\.+Failed\n- hook id: specc-check\n- exit code: 1\n", said), said
    assert "error[PA101] softmax-single-unit: softmax over one unit is always 1\n" \
        " --> bad.specc.toml:6:53\n" in said
    assert "found 1 error in 1 file (checked 2 files)\n" in said
    assert "other.toml" not in said


def test_what_passes(project: Repository, source: Repository) -> None:
    configured(project, source)
    code, said = project.run("pre-commit", "run", "--files", "good.specc.toml")
    assert code == 0
    assert re.search(r"^specc check\.+Passed\n\Z", said, re.MULTILINE), said
    code, said = project.run("pre-commit", "run", "--files", "other.toml", "readme.md")
    assert code == 0
    assert said.endswith("(no files to check)Skipped\n")


def test_the_environment_is_the_base_package(project: Repository, source: Repository,
                                             cache: Path) -> None:
    configured(project, source)
    code, said = project.run("pre-commit", "install-hooks")
    assert code == 0, said
    pythons = list(cache.glob("repo*/py_env-*/bin/python"))
    assert pythons
    for python in pythons:
        listed = subprocess.run(
            [python, "-c", "import json, importlib.metadata as m\n"
             "print(json.dumps([one.name.lower() for one in m.distributions()]))"],
            check=True, capture_output=True, text=True).stdout
        names = set(json.loads(listed))
        assert "specc" in names
        assert names <= BASIC


def test_a_commit(project: Repository, source: Repository) -> None:
    """Refused with a bad spec, made with good ones; only what is committed is looked at."""
    configured(project, source)
    code, said = project.run("pre-commit", "install")
    assert code == 0, said
    code, said = project.run("git", "commit", "--message", "bad")
    assert code == 1
    assert "PA101" in said
    project.write(bad__specc__toml=GOOD)
    (project.folder / "good.specc.toml").write_text(BAD)  # not staged: not in the commit
    code, said = project.run("git", "commit", "--message", "good")
    assert code == 0, said


def test_fix_mends_and_fails_once(project: Repository, source: Repository) -> None:
    configured(project, source, "specc-fix")
    code, said = project.run("pre-commit", "run", "--all-files", "--color=never")
    assert code == 1
    assert "- files were modified by this hook\n" in said
    assert "fixed 1 finding in 1 file\n" in said
    assert (project.folder / "bad.specc.toml").read_text() == GOOD
    assert (project.folder / "other.toml").read_text() == "[fit]\nepoch = 3\n"
    code, said = project.run("pre-commit", "run", "--all-files")
    assert code == 0, said


def test_fix_says_what_it_cannot_mend(project: Repository, source: Repository) -> None:
    configured(project, source, "specc-fix")
    project.write(good__specc__toml=GOOD, bad__specc__toml=GOOD.replace("units = 1", "unit = 1"))
    code, said = project.run("pre-commit", "run", "--all-files", "--color=never")
    assert code == 1
    assert "OP102" in said
    assert "modified" not in said


def test_a_base_that_changes_alone(project: Repository, source: Repository) -> None:
    """Only files of the commit are given to a hook, and a base need not be a spec: whoever wants
    the specs on it checked has all checked."""
    configured(project, source)
    project.write(bad__specc__toml=DERIVED, base__toml=BASE)
    project.git("commit", "--quiet", "--message", "all", "--no-verify")
    project.write(base__toml=BASE.replace("[4]", "[0]"))
    code, said = project.run("pre-commit", "run")
    assert code == 0
    assert "Skipped" in said
    configured(project, source, block=1)
    code, said = project.run("pre-commit", "run", "--color=never")
    assert code == 1
    assert "--> base.toml:2:9" in said


def test_many_specs_are_one_check(project: Repository, source: Repository) -> None:
    """In one process: one sum, and what a project ignores for nothing can be told."""
    (project.folder / "pyproject.toml").write_text(
        '[tool.specc]\nignore = { TR120 = "not here" }\n')
    (project.folder / "bad.specc.toml").write_text(GOOD)
    for number in range(60):
        (project.folder / f"m{number}.specc.toml").write_text(GOOD)
    configured(project, source, "specc-check\n    verbose: true")
    code, said = project.run("pre-commit", "run", "--all-files", "--color=never")
    assert code == 0
    assert said.count("(checked 62 files)") == 1
    assert "SX318" in said
