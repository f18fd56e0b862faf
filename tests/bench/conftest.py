"""Benchmarks measure only when they are asked for: `pytest -m bench tests/bench`."""

from __future__ import annotations

import pytest

KERAS = (  # keras 3.15 on numpy 2: np.array(variable)
    "ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning",
)


def pytest_configure(config: pytest.Config) -> None:
    for one in KERAS:
        config.addinivalue_line("filterwarnings", one)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if "bench" in config.option.markexpr:
        return
    left_out = [one for one in items if one.get_closest_marker("bench")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [one for one in items if not one.get_closest_marker("bench")]
