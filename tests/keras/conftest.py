"""What Keras itself warns of is not ours to mend."""

from __future__ import annotations

import pytest

KERAS = (
    # keras 3.15 on numpy 2: np.array(variable)
    "ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning",
)


def pytest_configure(config: pytest.Config) -> None:
    for one in KERAS:
        config.addinivalue_line("filterwarnings", one)
