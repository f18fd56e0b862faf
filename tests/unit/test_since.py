"""Which Keras had something first, read from wheels: `scripts/make_since.py`, and what it wrote."""

from __future__ import annotations

import json
import runpy
import zipfile
from pathlib import Path
from typing import Any

from specc.ops import table

ROOT = Path(__file__).parents[2]
SCRIPT = runpy.run_path(str(ROOT / "scripts" / "make_since.py"))
TABLE: dict[str, Any] = {
    "keras": "3.12",
    "activations": ["relu", "mish"],
    "entries": {"layer": {
        "Old": {"params": {"units": {}, "scale": {}, "dtype": {}}},
        "New": {"params": {"units": {}, "later": {}}},
        "Newest": {"params": {"units": {}}},
        "Heir": {"params": {"given": {}, "own": {}}},
    }},
}
BASE = """
class Base:
    def __init__(self, given=1):
        pass
"""
OLD = BASE + """
@keras_export("keras.layers.Old")
class Old:
    def __init__(self, units, **kwargs):
        pass

@keras_export(["keras.layers.Heir", "keras.layers.Other"])
class Heir(Base):
    pass

@keras_export("keras.activations.relu")
def relu(x):
    return x
"""
NEW = OLD.replace("units, **kwargs", "units, *, scale=1, **kwargs") + """
@keras_export("keras.layers.New")
class New:
    def __init__(self, units):
        pass

@keras_export(["keras.activations.mish", "keras.layers.mish"])
def mish(x):
    return x
"""
NEWER = NEW.replace("class New:\n    def __init__(self, units)",
                    "class New:\n    def __init__(self, units, later=1)").replace(
    "class Heir(Base):\n    pass",
    "class Heir(Base):\n    def __init__(self, own, given=1):\n        pass")


def wheel(folder: Path, version: str, source: str) -> Path:
    path = folder / f"keras-{version}.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("keras/src/layers.py", source)
        archive.writestr("keras/api/layers.py", "this is not ( Python")
    return path


def test_marks_are_read_from_wheels(tmp_path: Path) -> None:
    wheels = [wheel(tmp_path, "3.10", NEW), wheel(tmp_path, "3.8", OLD),
              wheel(tmp_path, "3.9", OLD), wheel(tmp_path, "3.11", NEWER)]
    olds = sorted(map(SCRIPT["read"], wheels), key=lambda one: one.version)
    assert SCRIPT["marks"](TABLE, olds) == {
        "activation.mish": "3.10",
        "layer.Heir.own": "3.11",  # a constructor of its own; `given` was inherited before
        "layer.New": "3.10",
        "layer.New.later": "3.11",  # later than the layer itself
        "layer.Newest": "3.12",  # in none of the wheels: the table's own Keras
        "layer.Old.scale": "3.10",
    }


def test_what_was_written_is_in_the_table() -> None:
    marks = json.loads((ROOT / "scripts" / "since.json").read_text("utf-8"))["marks"]
    depths = [key.count(".") for key in marks]
    assert (depths.count(1), depths.count(2)) == (22, 44)  # one of the 22 is an activation
    for key, since in marks.items():
        category, name, *rest = key.split(".")
        if category == "activation":
            assert table.newer_words()[key] == since
            continue
        entry = table.entry(category, name)
        assert entry is not None
        assert (entry.params[rest[0]].since if rest else entry.since) == since


def test_nothing_is_older_than_what_has_it() -> None:
    for key in json.loads((ROOT / "scripts" / "since.json").read_text("utf-8"))["marks"]:
        category, name, *rest = key.split(".")
        entry = table.entry(category, name) if rest else None
        if entry and entry.since:
            assert number(entry.params[rest[0]].since or "") > number(entry.since)


def number(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))
