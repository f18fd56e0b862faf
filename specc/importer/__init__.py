"""A saved Keras model, read as data, written as a spec: no Keras, no code run.

    outcome = import_model("model.keras")     # or config.json, or model.to_json() as bytes
    outcome.value.tree                        # the spec; None where the model was refused
    as_text(outcome.value.tree, "toml", None)

The modules are imported when somebody asks for these names: the kinds of `specc.importer.errors`
are listed where nothing is imported.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from specc.importer.reading import Imported, import_model
    from specc.importer.write import as_text

_HOMES = {"Imported": "reading", "import_model": "reading", "as_text": "write"}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module `specc.importer` has no attribute `{name}`")
    from importlib import import_module

    return getattr(import_module(f"specc.importer.{_HOMES[name]}"), name)


__all__ = ["Imported", "as_text", "import_model"]
