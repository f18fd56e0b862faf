"""Where things lie, how Hypothesis works here, and what is run only when it is asked for."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
# They take long, or programs from a registry: tox run -e ...
ASKED = ("editors", "hooks", "health", "power")

settings.register_profile("default", deadline=None, derandomize=True, print_blob=True,
                          suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("sweep", deadline=None, max_examples=200, print_blob=True,
                          suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))
os.environ.setdefault("SPECC_DATA", str(SHARED / "data"))
for name in ("NO_COLOR", "FORCE_COLOR", "GITHUB_WORKSPACE"):  # what a CI may say
    os.environ.pop(name, None)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if os.environ.get("KERAS_BACKEND", "tensorflow") != "tensorflow":
        for one in items:
            if one.get_closest_marker("tensorflow"):
                one.add_marker(pytest.mark.skip(reason="only TensorFlow does this"))
    left_out = [one for one in items for mark in ASKED
                if one.get_closest_marker(mark) and mark not in config.option.markexpr]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [one for one in items if one not in left_out]


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository."""
    return ROOT


@pytest.fixture(scope="session")
def language() -> Path:
    """The conformance cases of the language, which lie beside the repository."""
    folder = SHARED / "language"
    if not folder.is_dir():
        pytest.skip(f"the conformance cases are not beside the repository ({folder.name})")
    return folder
