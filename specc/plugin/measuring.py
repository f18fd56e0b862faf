"""Specs measured by pytest: with `--specc-bench` every spec under the collected paths is a file of
benchmarks, `bench[step]`, `bench[epoch]`, ..., which pytest-benchmark shows and stores.

`specc bench` is this plugin and pytest-benchmark, and nothing else of pytest. Every pytest of an
environment imports this module, so it imports nothing but pytest and what pytest does.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from specc.runner.bench.session import Bench
    from specc.runner.bench.wanted import Wanted

COMMAND = "specc-bench-command"  # the plugin by which `specc bench` says what it wants
KERAS_WARNS = "__array__ implementation doesn't accept a copy keyword"  # Keras 3.15 on NumPy 2
BACK_ENDS = r"(keras|tensorflow|jax|torch)\b"
WANTED: pytest.StashKey[Wanted] = pytest.StashKey()
BENCHES: pytest.StashKey[dict[str, Bench]] = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("specc-bench", "what model specs cost (with pytest-benchmark)")
    group.addoption("--specc-bench", action="store_true",
                    help="measure specs: import, check, build, first step, step, epoch, predict, "
                         "memory")
    group.addoption("--specc-bench-against", metavar="SPEC",
                    help="measure each in turns with this spec, and judge the difference")
    group.addoption("--specc-bench-compare", action="store_true",
                    help="judge against the newest stored result of the same spec and machine")
    group.addoption("--specc-bench-baseline", metavar="RESULT",
                    help="judge against this stored result: a number, or a file")
    group.addoption("--specc-bench-device", choices=("auto", "cpu", "gpu"), default="auto",
                    help="skip where this is not what the back end computes on")
    group.addoption("--specc-bench-rounds", type=whole(1), metavar="N", help="at least")
    group.addoption("--specc-bench-processes", type=whole(0), metavar="N",
                    help="fresh ones, for importing and memory; 0 leaves these out")
    group.addoption("--specc-bench-twin", type=Path, metavar="FILE",
                    help="a Python file with `def model()`: a compiled keras.Model to train beside")
    group.addoption("--specc-bench-fail-slower", type=percent, metavar="PERCENT",
                    help="fail where a figure is shown to be slower by more")


def whole(least: int) -> Callable[[str], int]:
    """A whole number of so much or more."""
    def number(word: str) -> int:
        try:
            found = int(word)
        except ValueError:
            found = least - 1
        if found < least:
            raise argparse.ArgumentTypeError(f"{word} is no whole number of {least} or more")
        return found

    return number


def percent(word: str) -> float:
    """A share that can be told from none and from any."""
    number = float(word)
    if not (isfinite(number) and number >= 0):
        raise argparse.ArgumentTypeError(f"{word} is no percentage of 0 or more")
    return number


@pytest.hookimpl(tryfirst=True)  # before pytest-benchmark reads its options
def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "specc_bench: measures a model spec")
    command = config.pluginmanager.get_plugin(COMMAND)
    option = config.option
    if command is None and not option.specc_bench:
        return
    if not config.pluginmanager.has_plugin("pytest_benchmark.plugin") and (
            not config.pluginmanager.has_plugin("benchmark")):
        raise pytest.UsageError('--specc-bench needs pytest-benchmark: pip install "specc[test]"')
    from specc.runner.bench.wanted import wanted

    config.stash[BENCHES] = {}
    config.stash[WANTED] = command.wanted if command is not None else wanted(
        against=option.specc_bench_against, compare=option.specc_bench_compare,
        baseline=option.specc_bench_baseline, device=option.specc_bench_device,
        rounds=option.specc_bench_rounds, processes=option.specc_bench_processes,
        twin=option.specc_bench_twin,
        timer="cpu" if "process_time" in str(option.benchmark_timer) else "wall",
        control=bool(option.benchmark_save or option.benchmark_autosave) or None)
    if command is not None:
        command.benches = config.stash[BENCHES]
    option.benchmark_save_data = True  # verdicts are made of rounds


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    if WANTED not in parent.config.stash:
        return None
    from specc.source import SUFFIXES

    if not file_path.name.endswith(SUFFIXES):
        return None
    made: BenchFile = BenchFile.from_parent(parent, path=file_path)
    return made


class BenchFile(pytest.File):
    """A spec to be measured."""

    def collect(self) -> Iterator[pytest.Item]:
        for name in self.config.stash[WANTED].measures:
            item: BenchItem = BenchItem.from_parent(self, name=f"bench[{name}]", measure=name)
            item.add_marker("specc_bench")
            yield item

    def bench(self) -> Bench:
        """The measurement, begun: rows are read and Keras is imported once for all of its items."""
        from specc.runner.bench.session import Bench

        benches = self.config.stash[BENCHES]
        name = shown(self.path)
        if name not in benches:
            benches[name] = Bench(name, self.config.stash[WANTED])
        benches[name].begin(session_of(self.config).storage)
        return benches[name]


class BenchItem(pytest.Item):
    """One measure of a spec."""

    parent: BenchFile
    fixturenames = ("benchmark",)  # what --benchmark-only and --benchmark-skip look for

    def __init__(self, *, measure: str, **rest: Any) -> None:
        super().__init__(**rest)
        self.measure = measure

    def runtest(self) -> None:
        import warnings

        from specc.diagnostics import SpecError
        from specc.runner.bench.clock import Timer

        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", KERAS_WARNS, DeprecationWarning)
            warnings.filterwarnings("ignore", module=BACK_ENDS)
            try:
                self.parent.bench().measure(self.measure, Timer(self, session_of(self.config)))
            except SpecError as wrong:
                command = self.config.pluginmanager.has_plugin(COMMAND)
                if not command and any(one.code == "RU301" for one in wrong.diagnostics):
                    pytest.skip(wrong.diagnostics[0].message)
                raise
        self._held()

    def _held(self) -> None:
        percent = self.config.option.specc_bench_fail_slower
        if percent is None:
            return
        from specc.diagnostics import SpecError
        from specc.runner.bench.session import too_slow

        found = too_slow(self.parent.bench(), percent, self.measure)
        if found:
            raise SpecError(found)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException],
                     style: Any = None) -> Any:
        from specc.diagnostics import SpecError
        from specc.diagnostics.render import render

        if isinstance(excinfo.value, SpecError):
            return render(excinfo.value.diagnostics, {}, "full", color=False)
        return super().repr_failure(excinfo)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        return self.path, 0, f"{self.name} of {shown(self.path)}"


def shown(path: Path) -> str:
    """A path as people write it: from the working folder, where it is in there."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def session_of(config: pytest.Config) -> Any:
    """What pytest-benchmark keeps for a session: options, storage, benchmarks."""
    return config.pluginmanager.get_plugin("pytest-benchmark")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    benches = terminalreporter.config.stash.get(BENCHES, {})
    from_command = terminalreporter.config.pluginmanager.get_plugin(COMMAND) is not None
    if from_command or not any(one.found for one in benches.values()):
        return
    from specc.runner.bench.shown import as_text

    terminalreporter.section("specc bench")
    for bench in benches.values():
        if bench.found:
            terminalreporter.write_line(as_text(bench))
            terminalreporter.write_line("")
