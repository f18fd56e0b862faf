"""`pytest --specc-bench`: specs measured beside, or instead of, a project's own benchmarks."""

from __future__ import annotations

import json
import os

import pytest

from specc.backend.start import start

pytestmark = pytest.mark.keras
pytest_plugins = ["pytester"]
start()  # once, here: pytester forgets what is imported inside

import specc.runner.bench.session  # noqa: E402
import specc.runner.bench.shown  # noqa: E402, F401

SPEC = """
specc = 1
name = "small"
[data]
source = { type = "make_regression", n_samples = 60, n_features = 3 }
[inputs.x]
scale = "standard"
[model]
kind = "sequential"
layers = [{ type = "Dense", units = 1, name = "y" }]
[outputs.y]
task = "regression"
target = "y"
[fit]
epochs = 2
"""
PLUGINS = ("-p", "pytest_benchmark.plugin", "-p", "specc.plugin.measuring")
QUICK = ("--specc-bench", "--specc-bench-rounds=1", "--specc-bench-processes=0")


@pytest.fixture
def project(pytester, monkeypatch):
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)  # with it, nothing is measured
    pytester.makepyprojecttoml('[tool.pytest]\nminversion = "8"\n')
    (pytester.path / "small.specc.toml").write_text(SPEC, encoding="utf-8")
    return pytester


def test_specs_are_benchmarks_which_pytest_benchmark_shows_and_stores(project):
    done = project.runpytest_inprocess(*PLUGINS, *QUICK, "--benchmark-json=out.json", "-v",
                                       "-k", "check or build")
    done.assert_outcomes(passed=2, deselected=5)
    done.stdout.fnmatch_lines(["small.specc.toml::bench[[]check[]] PASSED*",
                               "small.specc.toml::bench[[]build[]] PASSED*"])
    done.stdout.fnmatch_lines(["*specc bench*", "small  60 rows in batches of 32*"])
    found = json.loads((project.path / "out.json").read_text())
    assert [one["name"] for one in found["benchmarks"]] == ["check of small", "build of small"]
    for one in found["benchmarks"]:
        assert one["stats"]["rounds"] == len(one["stats"]["data"]) >= 1
        told = one["extra_info"]["specc"]
        assert told["spec"]["hashes"].keys() == {"model", "data", "training", "all"}
        assert told["environment"]["key"]


def test_without_the_option_specs_are_not_measured(project):
    project.makepyfile("def test_one(): pass")
    project.runpytest_inprocess(*PLUGINS).assert_outcomes(passed=1)
    project.runpytest_inprocess(*PLUGINS, *QUICK, "-k", "one or check").assert_outcomes(
        passed=2, deselected=6)


def test_pytest_benchmark_leaves_them_out_as_its_own(project):
    project.makepyfile("def test_one(): pass")
    asked = (*PLUGINS, *QUICK, "-k", "one or check")
    project.runpytest_inprocess(*asked, "--benchmark-skip").assert_outcomes(
        passed=1, skipped=1, deselected=6)
    project.runpytest_inprocess(*asked, "--benchmark-only").assert_outcomes(
        passed=1, skipped=1, deselected=6)
    done = project.runpytest_inprocess(*asked, "--benchmark-disable")
    done.assert_outcomes(passed=2, deselected=6)  # run, not timed
    done.stdout.no_fnmatch_line("*rows in batches*")


def test_no_gpu_skips_with_the_reason(project):
    from specc.backend.devices import device

    if device() != "cpu":
        pytest.skip("there is a GPU here")
    done = project.runpytest_inprocess(*PLUGINS, *QUICK, "--specc-bench-device=gpu", "-rs",
                                       "-k", "check")
    done.assert_outcomes(skipped=1, deselected=6)
    done.stdout.fnmatch_lines(["*no GPU here: * sees none"])


def test_a_spec_with_mistakes_fails_with_what_specc_says(project):
    (project.path / "small.specc.toml").write_text(SPEC.replace("units = 1", "units = 0"),
                                                   encoding="utf-8")
    done = project.runpytest_inprocess(*PLUGINS, *QUICK, "-k", "check")
    done.assert_outcomes(failed=1, deselected=6)
    done.stdout.fnmatch_lines(["error[[]*", "*small.specc.toml:*"])
    done.stdout.no_fnmatch_line("*Traceback*")


def test_what_is_slower_than_a_stored_result_fails(project):
    asked = (*PLUGINS, "--specc-bench", "--specc-bench-rounds=9", "-k", "check or build")
    project.runpytest_inprocess(*asked, "--benchmark-save=first").assert_outcomes(
        passed=2, deselected=6)
    (path,) = (project.path / ".benchmarks").rglob("*.json")
    kept = json.loads(path.read_text())
    one = kept["benchmarks"][0]  # check, as if it had taken a hundredth
    one["stats"]["data"] = [value / 100 for value in one["stats"]["data"]]
    path.write_text(json.dumps(kept))
    done = project.runpytest_inprocess(*asked, "--specc-bench-compare",
                                       "--specc-bench-fail-slower=300")
    done.assert_outcomes(passed=1, failed=1, deselected=6)
    done.stdout.fnmatch_lines(["*RU304*check is * slower, and 300 % is allowed*"])


def test_it_needs_pytest_benchmark(project):
    done = project.runpytest_inprocess("-p", "specc.plugin.measuring", "--specc-bench")
    assert done.ret == pytest.ExitCode.USAGE_ERROR
    done.stderr.fnmatch_lines(["*--specc-bench needs pytest-benchmark*"])


@pytest.mark.parametrize(("option", "says"), [
    ("--specc-bench-rounds=0", "0 is no whole number of 1 or more"),
    ("--specc-bench-rounds=-3", "-3 is no whole number of 1 or more"),
    ("--specc-bench-processes=-4", "-4 is no whole number of 0 or more"),
])
def test_too_few_rounds_or_processes_are_a_usage_error(project, option, says):
    done = project.runpytest_inprocess(*PLUGINS, *QUICK, option)
    assert done.ret == pytest.ExitCode.USAGE_ERROR
    done.stderr.fnmatch_lines([f"*argument {option.partition('=')[0]}: {says}"])


def test_importing_the_plugin_imports_no_framework():
    import subprocess
    import sys

    program = ("import sys, specc.plugin.measuring\n"
               "print(sorted({'keras', 'numpy', 'scipy', 'pytest_benchmark', 'specc.runner'}"
               " & sys.modules.keys()))")
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True,
                          check=True, env=os.environ)
    assert done.stdout.strip() == "[]"
