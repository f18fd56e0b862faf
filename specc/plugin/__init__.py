"""Specs as tests: every `*.specc.toml` and `*.specc.json` under the collected paths is a file of
tests, one for each stage of `specc.stages`.

    pytest                                  # where specs are
    pytest specs/a.specc.toml::reload       # one stage of one spec
    pytest -m "not slow"                    # none that needs a whole run

`specc_collect = false` in pytest's settings leaves specs to those that ask: by a file's name, or by
`--specc PATH`. docs/testing.md is the page.

Every pytest of an environment imports this package, so it imports nothing but pytest and the table
of stages; what a test needs is imported when the first one runs.
"""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from specc.plugin import options, session, telling
from specc.plugin.collecting import SpecFile, is_wanted
from specc.plugin.item import SpecItem


def pytest_addoption(parser: pytest.Parser) -> None:
    options.add(parser)


def pytest_configure(config: pytest.Config) -> None:
    options.configure(config)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    if not is_wanted(file_path, parent):
        return None
    made: SpecFile = SpecFile.from_parent(parent, path=file_path)
    return made


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """With `-n`, the stages of a spec go to one worker, which makes its models once; every other
    test goes where there is room, as without this plugin."""
    if config.getvalue("dist") != "load":
        return None  # somebody said how
    from specc.plugin.distributing import Together

    return Together(config, log)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, Any]:
    """A stage that is skipped is so because of its spec: that is the place pytest shows."""
    report = yield
    if isinstance(item, SpecItem) and report.skipped and isinstance(report.longrepr, tuple):
        report.longrepr = (str(item.path), item.line, report.longrepr[2])
    return report


def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    if isinstance(item, SpecItem) and (nextitem is None or nextitem.parent is not item.parent):
        item.parent.forget()


def pytest_terminal_summary(terminalreporter: Any) -> None:
    telling.summary(terminalreporter)


def pytest_unconfigure(config: pytest.Config) -> None:
    session.close(config)
