"""Modules that are imported when something of them is first used.

    if TYPE_CHECKING:
        from specc.ir import errors
    else:
        errors = later("specc.ir.errors")

For what only a mistake needs: the sentences and pages of diagnostics are a tenth of what checking a
good spec would import. (Python 3.15 has `lazy import` for it, PEP 810.)
"""

from __future__ import annotations

from importlib import import_module
from typing import Any


class later:
    """Stands for a module until something of it is asked for."""

    def __init__(self, name: str) -> None:
        self.__name__ = name

    def __getattr__(self, key: str) -> Any:
        value = getattr(import_module(self.__name__), key)
        setattr(self, key, value)  # so the next time does not come here
        return value
