"""How pytest-xdist hands out tests: what belongs to one spec together."""

from __future__ import annotations

from typing import Any

from xdist.scheduler import LoadScopeScheduling

from specc.source import SUFFIXES


class Together(LoadScopeScheduling):  # type: ignore[misc]
    """The tests of a spec are one unit of work, any other test is one by itself."""

    def _split_scope(self, nodeid: str) -> Any:
        file = nodeid.partition("::")[0]
        return file if file.endswith(SUFFIXES) else nodeid
