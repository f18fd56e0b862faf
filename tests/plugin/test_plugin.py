"""The pytest plugin in a project of its own: what it collects, what fails, and what it shows."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path

import pytest

from specc.backend.start import start

pytestmark = pytest.mark.keras
pytest_plugins = ["pytester"]
start()  # once, here: pytester forgets what is imported inside

import specc.backend.errors  # noqa: E402
import specc.runner.goldens  # noqa: E402
import specc.runner.lifecycle  # noqa: E402
import specc.runner.probes  # noqa: E402
import specc.runner.testing  # noqa: E402
from specc.diagnostics import Outcome  # noqa: E402
from specc.record import replace  # noqa: E402
from specc.source import Where  # noqa: E402
from specc.stages import BY_NAME, OPTIONAL, STAGES  # noqa: E402
from specc.syntax import form  # noqa: E402

SPEC = """
specc = 1
name = "line"
seed = 7

[data]
source = "rows.csv"
split = { validation = 0.25, test = 0.25 }

[inputs.x]
columns = ["a", "b"]

[model]
kind = "sequential"
layers = [
  { type = "Dense", units = 4, activation = "tanh" },
  { type = "Dense", units = 1, name = "y" },
]

[outputs.y]
task = "regression"
target = "c"

[compile]
optimizer = { type = "SGD", learning_rate = 0.05 }

[fit]
epochs = 3
batch_size = 8
"""
GOLDEN = "\n[golden]\nepochs = 2\n"
UPDATE = ("--specc-quick", "--specc-update-golden", "specs/line.specc.toml")
ROWS = "a,b,c\n" + "".join(
    f"{i % 7 / 7:.3f},{i % 5 / 5:.3f},{2 * (i % 7 / 7) - i % 5 / 5:.3f}\n" for i in range(48))


class Project:
    """A folder with one spec, tested in this process with the plugin alone."""

    def __init__(self, pytester: pytest.Pytester) -> None:
        self.pytester, self.path = pytester, pytester.path
        pytester.makepyprojecttoml('[tool.pytest]\nminversion = "8"\n')
        (self.path / "specs").mkdir()
        self.write("specs/rows.csv", ROWS)
        self.spec(SPEC + GOLDEN)

    def write(self, name: str, text: str) -> None:
        (self.path / name).write_text(text, encoding="utf-8")

    def spec(self, text: str) -> None:
        self.write("specs/line.specc.toml", text)

    def run(self, *arguments: str) -> pytest.RunResult:
        return self.pytester.runpytest_inprocess("-p", "specc.plugin", *arguments)

    @property
    def golden(self) -> Path:
        return self.path / "golden" / "specs" / "line.json"

    @property
    def obtained(self) -> Path:
        return self.path / "golden" / "specs" / "line.obtained.json"


@pytest.fixture
def project(pytester, monkeypatch) -> Project:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    return Project(pytester)


def outcomes(result: pytest.RunResult) -> dict[str, str]:
    """`{"check": "PASSED"}` from the lines of `-v`."""
    found = {}
    for line in result.outlines:
        word = line.split(" ")
        if "::" in word[0] and len(word) > 1 and word[1].isupper():
            found[word[0].rpartition("::")[2]] = word[1]
    return found


WITHOUT_BOUNDS = [one.name for one in STAGES if one.name not in ("budget", "expect")]


def test_every_spec_under_the_collected_paths_is_a_file_of_tests(project):
    found = project.run("--collect-only", "-q")
    found.stdout.fnmatch_lines([f"specs/line.specc.toml::{name}" for name in WITHOUT_BOUNDS],
                               consecutive=True)
    one = project.run("--collect-only", "-q", "specs/line.specc.toml::reload")
    one.stdout.fnmatch_lines(["specs/line.specc.toml::reload", "", "1 test collected*"])


def test_json_specs_are_collected_and_what_runs_wrote_is_not(project):
    project.write("specs/b.specc.json", "{}")
    (project.path / "runs").mkdir()
    project.write("runs/best.specc.toml", SPEC)
    found = project.run("--collect-only", "-q", "--specc-stage", "check")
    found.stdout.fnmatch_lines(["specs/b.specc.json::check", "specs/line.specc.toml::check", ""])
    found.stdout.no_fnmatch_line("runs/*")
    named = project.run("--collect-only", "-q", "runs/best.specc.toml")
    named.stdout.fnmatch_lines(["runs/best.specc.toml::check"])


def test_a_project_that_opts_out_is_asked_by_name(project):
    project.pytester.makepyprojecttoml("[tool.pytest.ini_options]\nspecc_collect = false\n")
    project.write("test_a.py", "def test_a():\n    pass\n")
    assert project.run("--collect-only", "-q").outlines[:2] == ["test_a.py::test_a", ""]
    for asked in (["specs/line.specc.toml"], ["--specc", "specs"]):
        found = project.run("--collect-only", "-q", *asked)
        found.stdout.fnmatch_lines([f"specs/line.specc.toml::{name}" for name in WITHOUT_BOUNDS],
                                   consecutive=True)
        found.stdout.no_fnmatch_line("test_a.py*")


@pytest.mark.parametrize(("arguments", "names"), [
    (["-m", "specc_text"], ["check", "readers", "canonical"]),
    (["-m", "specc_golden or specc_life"], ["golden", "expect"]),
    (["-m", "slow"], ["expect"]),
    (["-m", "specc_train", "-k", "not resumes"],
     ["gradients", "overfit", "descends", "deterministic"]),
    (["--specc-stage", "range", "--specc-stage", "rows"], ["rows", "range"]),
    (["--specc-quick"], ["check", "golden"]),
])
def test_stages_are_selected(project, arguments, names):
    project.spec(SPEC + GOLDEN + '\n[expect]\n"test.y.loss" = { max = 9.0 }\n')
    found = project.run("--collect-only", "-q", "--strict-markers", *arguments)
    assert found.outlines[:len(names) + 1] == [
        *(f"specs/line.specc.toml::{name}" for name in names), ""]


def test_a_missing_golden_fails_and_is_not_written(project):
    result = project.run("-v", "--specc", "specs", "--specc-quick")
    assert result.ret == 1
    assert outcomes(result) == {"check": "PASSED", "golden": "FAILED"}
    result.stdout.fnmatch_lines(["error?GO101? missing-golden: *golden/specs/line.json*"])
    result.stdout.no_fnmatch_line("*Traceback*")
    assert not project.golden.exists()


def test_a_golden_is_written_by_name_and_fails_then_it_holds(project):
    first = project.run("--specc", "specs", *UPDATE)
    assert first.ret == 1
    first.stdout.fnmatch_lines(["wrote golden/specs/line.json: look at it, and commit it"])
    written = project.golden.read_bytes()
    again = project.run("-v", "--specc", "specs", *UPDATE)
    assert again.ret == 0
    assert outcomes(again) == {"check": "PASSED", "golden": "PASSED"}
    again.stdout.fnmatch_lines(["*golden/specs/line.json stays: no number moved"])
    assert project.golden.read_bytes() == written
    seeds = json.loads(written)["seeds"]
    assert list(seeds) == ["7", "8", "9"]
    assert set(seeds["7"]["values"]) == {"train.loss", "val.loss"}
    assert all(len(values) == 2 for values in seeds["7"]["values"].values())


def test_a_golden_of_another_processor_of_the_same_kind_stays(project):
    assert project.run("--specc", "specs", *UPDATE).ret == 1
    tree = json.loads(project.golden.read_text(encoding="utf-8"))
    tree["environment"]["cpu"]["name"] = "another"
    written = json.dumps(tree)
    project.golden.write_text(written, encoding="utf-8")
    again = project.run("-v", "--specc", "specs", *UPDATE)
    assert again.ret == 0
    again.stdout.fnmatch_lines(["*golden/specs/line.json stays: no number moved"])
    assert project.golden.read_text(encoding="utf-8") == written


def test_a_golden_of_another_environment_is_renewed_though_no_number_moved(project):
    assert project.run("--specc", "specs", *UPDATE).ret == 1
    written = project.golden.read_text(encoding="utf-8")
    tree = json.loads(written)
    tree["environment"] |= {"key": "0" * 16, "python": "3.9.0"}
    project.golden.write_text(json.dumps(tree), encoding="utf-8")
    again = project.run("-v", "--specc", "specs", *UPDATE)
    assert again.ret == 1
    again.stdout.fnmatch_lines(["renewed golden/specs/line.json: no number moved",
                                "*made in another environment: python was 3.9.0, is 3.*"])
    assert project.golden.read_text(encoding="utf-8") == written


def test_a_folder_names_no_golden(project):
    result = project.run("--specc", "specs", "--specc-update-golden", "specs")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*by the name of its spec*`specs` is no file"])


def test_another_loss_fails_with_a_table_and_what_was_obtained(project):
    assert project.run("--specc", "specs", *UPDATE).ret == 1
    written = project.golden.read_text(encoding="utf-8")
    tree = json.loads(written)
    tree["seeds"]["7"]["values"]["val.loss"][1] *= 1.001
    changed = json.dumps(tree)
    project.golden.write_text(changed, encoding="utf-8")
    result = project.run("--specc", "specs", "--specc-quick")
    assert result.ret == 1
    result.stdout.fnmatch_lines([
        "error?GO105? losses-differ: 1 of 4 numbers *epoch 2: val.loss*",
        "seed  epoch  name *expected *got *difference *relative *allowed",
        "   7      2  val.loss *exact",
        "val.loss: o golden, x obtained, [*] both, by epoch"])
    assert project.golden.read_text(encoding="utf-8") == changed
    obtained = json.loads(project.obtained.read_text(encoding="utf-8"))["seeds"]
    assert obtained == {"7": json.loads(written)["seeds"]["7"]}  # of bits, one is enough
    project.golden.write_text(written, encoding="utf-8")
    assert project.run("--specc", "specs", "--specc-quick").ret == 0
    assert not project.obtained.exists()


def test_a_changed_spec_is_said_first(project):
    assert project.run("--specc", "specs", *UPDATE).ret == 1
    project.spec((SPEC + GOLDEN).replace("units = 4", "units = 5"))
    result = project.run("--specc", "specs", "--specc-quick")
    assert result.ret == 1
    result.stdout.fnmatch_lines(["error?GO103?*its `model` changed since", "error?GO105?*"])


def test_an_update_by_name_fails_with_what_moved_and_why(project):
    project.run("--specc", "specs", *UPDATE)
    project.spec((SPEC + GOLDEN).replace("units = 4", "units = 5"))
    result = project.run("--specc", "specs", *UPDATE)
    assert result.ret == 1
    result.stdout.fnmatch_lines(["renewed golden/specs/line.json: 12 of 12 numbers moved",
                                 "*its `model` changed since", "seed  epoch  name *"])
    assert project.run("--specc", "specs", "--specc-quick").ret == 0


def test_a_training_that_diverges_gives_no_golden(project, monkeypatch):
    losses = specc.runner.goldens.losses

    def diverging(ready, seed, **rest):
        made, draws = losses(ready, seed, **rest).value
        values = dict(made.values)
        if seed == 8:
            values["val.loss"] = (values["val.loss"][0], math.nan)
        return Outcome((replace(made, values=values), draws))

    monkeypatch.setattr(specc.runner.goldens, "losses", diverging)
    result = project.run("--specc", "specs", *UPDATE)
    assert result.ret == 1
    result.stdout.fnmatch_lines(["error?GO112?*val.loss is not finite at epoch 2 of seed 8*"])
    assert not project.golden.exists()


def test_nothing_is_renewed_in_ci(project, monkeypatch):
    monkeypatch.setenv("CI", "true")
    result = project.run("--specc", "specs", *UPDATE)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert not project.golden.exists()


def test_an_opt_out_is_a_skip_with_its_reason(project):
    project.spec(SPEC + '\n[test]\noverfit = "too small a net"\n')
    result = project.run("-v", "-rs", "--specc-stage", "overfit", "--specc-stage", "check")
    assert result.ret == 0
    assert outcomes(result)["overfit"] == "SKIPPED"
    result.stdout.fnmatch_lines(["SKIPPED * too small a net"])


def test_the_language_knows_the_tests():
    assert set(form.TestForm.model_fields) == set(OPTIONAL) == set(BY_NAME) - {"check"}


@pytest.mark.parametrize(("line", "said"), [
    ('overfitt = "x"', "unknown-key: unknown key `overfitt` in ?test?; did you mean `overfit`*"),
    ("overfit = true", "wrong-value: a reason is wanted here, as a text; found true"),
    ('overfit = " "', "wrong-value: a reason is wanted here*"),
    ('check = "x"', "unknown-key: unknown key `check` in ?test?; a spec with errors is*"),
])
def test_an_opt_out_that_leaves_nothing_out_is_an_error(project, line, said):
    project.spec(SPEC + f"\n[test]\n{line}\n")
    result = project.run("--specc", "specs", "--specc-quick")
    assert result.ret == 1
    result.stdout.fnmatch_lines([f"error?SX3*? {said}"])


def test_a_mistake_is_shown_as_specc_shows_it(project):
    project.spec(SPEC.replace('activation = "tanh"', 'activation = "tanhh"') + GOLDEN)
    result = project.run("-v", "--specc", "specs")
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*--> specs/line.specc.toml:*", "*tanhh*", "*^^^*"])
    result.stdout.no_fnmatch_line("*item.py*")


def test_a_mistake_fails_every_item_that_runs_alone(project):
    project.spec(SPEC.replace('activation = "tanh"', 'activation = "tanhh"') + GOLDEN)
    result = project.run("-v", "--specc", "specs", "-k", "golden")
    assert outcomes(result) == {"golden": "FAILED"}


def test_a_missing_table_is_a_finding(project):
    (project.path / "specs" / "rows.csv").unlink()
    result = project.run("--specc", "specs")
    assert result.ret == 1
    result.stdout.fnmatch_lines(["error?*rows.csv*"])
    result.stdout.no_fnmatch_line("*item.py*")


def test_a_warning_that_the_project_calls_an_error_fails(project):
    project.spec(SPEC.replace("learning_rate = 0.05", "learning_rate = 1e-12"))
    assert outcomes(project.run("-v", "--specc", "specs", "--specc-quick"))["check"] == "PASSED"
    project.write("pyproject.toml", '[tool.specc]\nseverity = { TR102 = "error" }\n')
    result = project.run("-v", "--specc", "specs", "--specc-quick")
    assert outcomes(result)["check"] == "FAILED"
    result.stdout.fnmatch_lines(["error?TR102? *", "*specs/line.specc.toml:*"])
    project.write("pyproject.toml", "[tool.specc]\nseverity = 3\n")
    result = project.run("-v", "--specc", "specs", "--specc-quick")
    result.stdout.fnmatch_lines(["error?SX402? *", "*pyproject.toml:2:12"])


@pytest.mark.parametrize("stage", ["compiles", "reload", "settings", "gradients"])
def test_whatever_stage_comes_first_begins_as_a_run_does(project, monkeypatch, stage):
    """The back end is chosen and set up before a module of it imports Keras."""
    missing = specc.backend.errors.back_end_missing(Where(""), wanted="a back end", extra="jax")
    monkeypatch.setattr(specc.backend.start, "start", lambda: Outcome(None, (missing,)))
    result = project.run("--specc", "specs", "--specc-stage", stage)
    assert result.ret == 1
    result.stdout.fnmatch_lines(["error?IR902?*"])


def test_a_model_without_rows_is_checked_and_skipped(project):
    project.spec("""
specc = 1
name = "bare"
[inputs.x]
shape = [4]
[model]
kind = "sequential"
layers = [{ type = "Dense", units = 1, name = "y" }]
[outputs.y]
task = "regression"
""")
    result = project.run("-v", "--specc", "specs")
    found = outcomes(result)
    assert found["check"] == "PASSED"
    assert found["reload"] == found["overfit"] == "SKIPPED"


def test_what_building_warns_of_is_a_note(project):
    """Once for a stage, however often it builds."""
    last = '  { type = "Dense", units = 1,'
    drop = '  { type = "Dropout", rate = 0.2, with = { training = true } },\n'
    project.spec(SPEC.replace("sequential", "functional").replace(last, drop + last))
    result = project.run("--specc", "specs", "--specc-stage", "descends")
    assert result.ret == 0
    notes = [line for line in result.outlines if "is lost when plain keras loads" in line]
    assert notes == ["specs/line.specc.toml: `training = true` of `dropout` is lost when plain "
                     "keras loads the saved model"]


def test_a_golden_without_a_spec_is_told(project):
    project.run("--specc", "specs", *UPDATE)
    tree = json.loads(project.golden.read_text(encoding="utf-8")) | {"spec": "specs/b.specc.toml"}
    project.write("golden/specs/b.json", json.dumps(tree))
    result = project.run("--specc", "specs", "--specc-quick")
    assert result.ret == 0
    result.stdout.fnmatch_lines(["nothing uses `golden/specs/b.json`*"])


def test_unused_the_plugin_imports_nothing(project):
    project.write("test_a.py", """
import sys
def test_a():
    heavy = ("pydantic", "keras", "tensorflow", "numpy", "specc.pipeline", "specc.spec")
    assert not [name for name in heavy if name in sys.modules]
    assert "specc.plugin.collecting" in sys.modules
""")
    done = subprocess.run([sys.executable, "-m", "pytest", "-p", "specc.plugin", "-q",
                           "-p", "no:cacheprovider", "test_a.py"], cwd=project.path,
                          capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


class TestCommand:
    """`specc test` in this process."""

    @pytest.fixture(autouse=True)
    def here(self, project, monkeypatch):
        monkeypatch.chdir(project.path)
        self.project = project

    def test_exit_codes(self, capsys):
        from specc.cli import main

        spec = "specs/line.specc.toml"
        assert main(["test", "specs", "--quick"]) == 1
        assert "GO101" in capsys.readouterr().out
        assert main(["test", "--update-golden", spec, "--quick"]) == 1  # for a person to look at
        assert "wrote golden/specs/line.json" in capsys.readouterr().out
        assert main(["test", spec, "--quick"]) == 0

    def test_what_cannot_work(self, capsys, monkeypatch):
        from specc.cli import main

        (self.project.path / "empty").mkdir()
        for arguments, said in ((["nowhere"], "there is no `nowhere`"),
                                (["empty"], "no spec files in empty"),
                                ([], "name the specs"),
                                (["--update-golden", "specs"], "is a folder")):
            assert main(["test", *arguments]) == 2
            assert said in capsys.readouterr().err
        monkeypatch.setenv("CI", "1")
        assert main(["test", "--update-golden", "specs/line.specc.toml"]) == 2
        assert "GO108" in capsys.readouterr().err
        assert not self.project.golden.exists()

    def test_without_pytest_it_says_how_to_get_it(self, capsys, monkeypatch):
        monkeypatch.setattr(specc.runner.testing, "find_spec", lambda name: None)
        assert specc.runner.testing.main(["specs"]) == 2
        assert 'pip install "specc[test]"' in capsys.readouterr().err
