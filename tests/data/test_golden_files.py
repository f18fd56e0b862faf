"""Goldens as files, without a training: which are renewed at all, what cannot be written, whose a
file is; and what `specc test` takes for specs."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace

import pytest

import specc
import specc.backend.start
from specc.diagnostics import Outcome
from specc.golden import Golden, Losses, golden_path, obtained_path, read, text
from specc.record import replace
from specc.runner import goldens, testing

pytest_plugins = ["pytester"]

HERE = {"key": "k1", "versions": {}, "device": "cpu", "backend": "tensorflow"}
SPEC = """
specc = 1
name = "a"

[data]
source = "rows.csv"

[inputs.x]
columns = ["a"]

[model]
kind = "sequential"
layers = [{ type = "Dense", units = 1, name = "y" }]

[outputs.y]
task = "regression"
target = "c"

[compile]
optimizer = "SGD"

[fit]
epochs = 3
batch_size = 8
"""
GOLDEN = "\n[golden]\nepochs = 1\n"
OUT = '\n[test]\ngolden = "they change every day"\n'
HASHES = {"model": "m", "data": "d", "training": "t"}
IN_JSON = '{"specc": 1, "name": "a", "golden": {"epochs": 1}}'


@pytest.fixture
def project(pytester, monkeypatch) -> Path:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    pytester.makepyprojecttoml('[tool.pytest.ini_options]\nminversion = "8"\n')
    (pytester.path / "rows.csv").write_text("a,c\n" + "1,2\n" * 32, encoding="utf-8")
    (pytester.path / "a.specc.toml").write_text(SPEC + GOLDEN, encoding="utf-8")
    return pytester.path


def made(by: float = 0.0) -> Golden:
    losses = Losses({"train.loss": (0.5 + by,)}, "i", "f")
    return Golden("a.specc.toml", 1, HASHES, HERE, dict.fromkeys(range(goldens.SEEDS), losses))


@pytest.fixture
def ready(project, monkeypatch) -> SimpleNamespace:
    """A spec whose trainings are over at once."""
    monkeypatch.setattr(specc.backend.start, "start", lambda: Outcome("tensorflow"))
    monkeypatch.setattr(specc.backend.start, "environment", lambda: HERE)
    monkeypatch.setattr(goldens, "_parts", lambda _: HASHES)
    monkeypatch.setattr(goldens, "make", lambda *_, **__: Outcome(made(0.25)))
    return SimpleNamespace(plan=specc.check("a.specc.toml").plan)


def put(path: Path, golden: Golden) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text(golden), encoding="utf-8")


def codes(said: testing.Said) -> list[str]:
    return [one.code for one in said.diagnostics]


def test_what_cannot_be_written_beside_a_golden_hides_no_difference(ready):
    path = golden_path("a.specc.toml")
    put(path, made())
    obtained_path(path).mkdir()
    said = testing.held(ready)
    assert codes(said) == ["GO105", "RU106"]
    assert "cannot write `golden/a.obtained.json`: is a directory" in said.diagnostics[1].message
    assert "train.loss" in said.table


def test_a_folder_beside_a_golden_fails_nothing(ready):
    path = golden_path("a.specc.toml")
    put(path, made(0.25))
    obtained_path(path).mkdir()
    assert codes(testing.held(ready)) == []
    said = testing.renewed(ready)
    assert codes(said) == []
    assert said.notes


def test_a_golden_that_lost_a_seed_is_none_also_where_one_is_compared(ready):
    whole = made(0.25)
    path = golden_path("a.specc.toml")
    for lost in (0, 2):
        left = {seed: one for seed, one in whole.seeds.items() if seed != lost}
        put(path, replace(whole, seeds=left))
        said = testing.held(ready)
        assert codes(said) == ["GO102"]
        assert f"no golden file of all its seeds: no {lost}" in said.diagnostics[0].message
        put(path, replace(whole, seeds=left, hashes=HASHES | {"model": "another"}))
        assert codes(testing.held(ready))[0] == "GO103"


@pytest.mark.parametrize("folder", [True, False])
def test_a_golden_that_cannot_be_written_is_a_finding(ready, folder):
    path = golden_path("a.specc.toml")
    if folder:
        path.mkdir(parents=True)
    else:
        path.parent.write_text("a file", encoding="utf-8")
    said = testing.renewed(ready)
    assert codes(said) == ["RU106"]
    assert "cannot write `golden/a.json`" in said.diagnostics[0].message
    assert not said.renewed


def test_where_a_golden_cannot_be_renewed_what_moved_is_still_shown(ready, monkeypatch):
    put(golden_path("a.specc.toml"), made())

    def refused(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "replace", refused)
    said = testing.renewed(ready)
    assert codes(said) == ["GO105", "RU106"]
    assert said.diagnostics[1].message.endswith("permission denied")
    assert "train.loss" in said.table


def test_a_golden_that_is_a_link_stays_one(ready):
    path = golden_path("a.specc.toml")
    real = path.parent / "elsewhere" / "real.json"
    put(real, made())
    path.symlink_to(real)
    assert testing.renewed(ready).renewed
    assert path.is_symlink()
    assert read(real).value == made(0.25)


def test_two_specs_do_not_share_a_golden(ready, project):
    """TOML and JSON of one name have one file: it is held and renewed for one of them."""
    path = golden_path("a.specc.toml")
    put(path, replace(made(), spec="a.specc.json"))
    before = path.read_bytes()
    (project / "a.specc.json").write_text(IN_JSON, encoding="utf-8")
    for said in (testing.held(ready), testing.renewed(ready)):
        assert codes(said) == ["GO102"]
        assert "no golden file of this spec: it is that of `a.specc.json`" in (
            said.diagnostics[0].message)
        assert path.read_bytes() == before
    (project / "a.specc.json").unlink()  # it was renamed
    assert codes(testing.held(ready)) == ["GO105"]
    assert testing.renewed(ready).renewed


def test_the_golden_of_a_spec_elsewhere_can_be_where_one_begins(ready, project):
    path = golden_path("a.specc.toml")
    put(path, replace(made(), spec="b.specc.toml"))
    (project / "b.specc.toml").write_text(SPEC, encoding="utf-8")
    assert codes(testing.held(ready)) == ["GO105"]


@pytest.mark.parametrize(("spec", "stages", "said"), [
    (SPEC, [], "the spec has no [golden]"),
    (SPEC + GOLDEN + OUT, [], "[test] leaves it out: they change every day"),
    (SPEC + GOLDEN, ["check", "canonical"], "the stage `golden` is not among those asked for"),
])
def test_what_is_never_renewed_is_said_before_anything_runs(project, pytester, capsys, spec, stages,
                                                            said):
    (project / "a.specc.toml").write_text(spec, encoding="utf-8")
    assert testing.main(["."], ["a.specc.toml"], stages=stages) == 2
    told = capsys.readouterr()
    assert f"the golden of `a.specc.toml` cannot be renewed: {said}" in told.err
    assert not told.out
    chosen = [word for name in stages for word in ("--specc-stage", name)]
    result = pytester.runpytest_inprocess("-p", "specc.plugin", "--specc-update-golden",
                                          "a.specc.toml", *chosen)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"*`a.specc.toml` cannot be renewed: {said.replace('[', '[[]')}"])


@pytest.mark.parametrize("chosen", [["a.specc.toml", "-k", "canonical"],
                                    ["b.specc.toml::canonical"]], ids=["deselected", "another"])
def test_a_session_that_renews_nothing_fails(project, pytester, chosen):
    (project / "b.specc.toml").write_text(SPEC, encoding="utf-8")
    asked = ("-p", "specc.plugin", "--specc-update-golden", "a.specc.toml", *chosen)
    result = pytester.runpytest_inprocess(*asked)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert result.parseoutcomes()["passed"] == 1
    result.stdout.fnmatch_lines(["the golden of `a.specc.toml` was not renewed: its golden test "
                                 "was not run"])
    assert pytester.runpytest_inprocess(*asked, "--collect-only").ret == 0


def test_a_renewal_that_is_skipped_fails_the_session(project, pytester):
    bare = SPEC.replace('[data]\nsource = "rows.csv"\n', "").replace(
        'columns = ["a"]', "shape = [1]").replace('target = "c"\n', "")
    (project / "a.specc.toml").write_text(bare + GOLDEN, encoding="utf-8")
    result = pytester.runpytest_inprocess("-p", "specc.plugin", "-rs", "--specc-update-golden",
                                          "a.specc.toml", "--specc-stage", "golden")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.assert_outcomes(skipped=1)
    result.stdout.fnmatch_lines([
        "the golden of `a.specc.toml` was not renewed: its golden test was skipped: there is no *"])


def test_a_skip_is_shown_where_the_spec_says_it(project, pytester):
    (project / "a.specc.toml").write_text(SPEC + GOLDEN + OUT, encoding="utf-8")
    result = pytester.runpytest_inprocess("-p", "specc.plugin", "-rs", "--specc-stage", "golden")
    line = (SPEC + GOLDEN + OUT).splitlines().index('golden = "they change every day"') + 1
    result.stdout.fnmatch_lines([f"SKIPPED [[]1] a.specc.toml:{line}: they change every day"])


@pytest.mark.parametrize("name", ["plain.toml", "test_mine.py", "rows.csv"])
def test_a_file_that_is_no_spec_is_said_to_be_none(project, capsys, name):
    (project / name).touch()
    assert testing.main(["a.specc.toml", name]) == 2
    told = capsys.readouterr()
    assert f"`{name}` is no spec: the names of specs end in `.specc.toml` or" in told.err
    assert not told.out


def test_the_command_runs_specs_only(project, capsys):
    """A folder of specs may be a package with tests of its own."""
    (project / "more").mkdir()
    (project / "more" / "__init__.py").write_text("raise ValueError", encoding="utf-8")
    (project / "more" / "test_a.txt").write_text(">>> 1 / 0\n", encoding="utf-8")
    (project / "more" / "test_mine.py").write_text("def test_a():\n    assert 0", encoding="utf-8")
    (project / "more" / "rows.csv").write_text("a,c\n1,2\n", encoding="utf-8")
    (project / "more" / "b.specc.toml").write_text(SPEC, encoding="utf-8")
    assert testing.main(["more"], stages=["canonical"]) == 0
    told = capsys.readouterr().out
    assert "more/b.specc.toml::canonical PASSED" in told
    assert "1 passed" in told


def test_what_runs_wrote_is_tested_where_its_folder_is_named(project, capsys):
    (project / "runs" / "a").mkdir(parents=True)
    (project / "runs" / "a" / "best.specc.toml").write_text(
        SPEC.replace("rows.csv", "../../rows.csv"), encoding="utf-8")
    for asked, tested in ((["."], False), (["runs"], True), (["runs/a"], True),
                          (["runs/a/best.specc.toml"], True), ([".", "runs/a"], True)):
        assert testing.main(asked, stages=["canonical"]) == 0
        assert ("best.specc.toml::canonical" in capsys.readouterr().out) is tested
