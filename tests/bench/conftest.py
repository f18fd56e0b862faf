"""Benchmarks measure only when they are asked for: `pytest -m bench tests/bench`."""

from __future__ import annotations

import pytest


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if "bench" in config.option.markexpr:
        return
    left_out = [one for one in items if one.get_closest_marker("bench")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [one for one in items if not one.get_closest_marker("bench")]
