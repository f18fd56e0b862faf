"""Write scripts/since.json: which entries and arguments of the table older Kerases lack.

    python scripts/make_since.py keras-3.8.0-*.whl keras-3.9.0-*.whl ... keras-3.15.0-*.whl

The wheels are read, never run: names and arguments of constructors are in the source. What the
oldest wheel has gets no mark; what none of them has is `since` the table's own Keras. One wheel of
every minor version is wanted: a mark is the first version among them that has the thing.
"""

from __future__ import annotations

import ast
import json
import re
import sys
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from specc.ops.keras_table import KERAS

ROOT = Path(__file__).resolve().parent.parent
SINCE = ROOT / "scripts" / "since.json"
HOMES = {
    "layer": "keras.layers.", "optimizer": "keras.optimizers.", "loss": "keras.losses.",
    "schedule": "keras.optimizers.schedules.", "metric": "keras.metrics.",
    "callback": "keras.callbacks.", "initializer": "keras.initializers.",
    "regularizer": "keras.regularizers.", "constraint": "keras.constraints.",
}
ACTIVATIONS = "keras.activations."

Version: TypeAlias = tuple[int, ...]


@dataclass
class Keras:
    """What one Keras makes public. `classes`: name -> the arguments of its constructor."""

    version: Version
    classes: dict[str, set[str]] = field(default_factory=dict)
    functions: set[str] = field(default_factory=set)


def read(wheel: Path) -> Keras:
    """One wheel's public classes, with the arguments they inherit, and its public functions."""
    keras = Keras(version(wheel))
    own: dict[str, ast.ClassDef] = {}
    public: list[tuple[str, ast.ClassDef]] = []
    for node in definitions(wheel):
        if isinstance(node, ast.FunctionDef):
            keras.functions |= set(exported(node))
            continue
        names = list(exported(node))
        public += [(name, node) for name in names]
        if names or node.name not in own:  # of two classes of one name the public one is meant
            own[node.name] = node
    keras.classes = {name: arguments(node, own) for name, node in public}
    return keras


def definitions(wheel: Path) -> Iterator[ast.ClassDef | ast.FunctionDef]:
    with zipfile.ZipFile(wheel) as archive:
        for name in sorted(archive.namelist()):
            if name.startswith("keras/src/") and name.endswith(".py"):
                for node in ast.parse(archive.read(name)).body:
                    if isinstance(node, ast.ClassDef | ast.FunctionDef):
                        yield node


def exported(node: ast.ClassDef | ast.FunctionDef) -> Iterator[str]:
    """The public names that `@keras_export` gives a class or a function."""
    for call in node.decorator_list:
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and (
                call.func.id == "keras_export"):
            named = ast.literal_eval(call.args[0])
            yield from [named] if isinstance(named, str) else named


def arguments(node: ast.ClassDef, classes: Mapping[str, ast.ClassDef]) -> set[str]:
    """The names that a class's constructor takes: its own, else those of its first base."""
    for one in node.body:
        if isinstance(one, ast.FunctionDef) and one.name == "__init__":
            return {each.arg for each in (*one.args.args, *one.args.kwonlyargs)} - {"self"}
    for base in node.bases:
        name = base.id if isinstance(base, ast.Name) else getattr(base, "attr", "")
        if name in classes and classes[name] is not node:
            return arguments(classes[name], classes)
    return set()


def marks(table: Mapping[str, Any], olds: list[Keras]) -> dict[str, str]:
    """`layer.Dense.lora_alpha` -> the first Keras that has it."""
    out: dict[str, str] = {}
    for category, rows in table["entries"].items():
        for name, row in rows.items():
            public = HOMES[category] + name
            entry = first(table, [(old, public in old.classes) for old in olds])
            out[f"{category}.{name}"] = entry
            for key in row["params"]:
                if not common(category, key):
                    at = first(table, [(old, key in old.classes.get(public, ())) for old in olds])
                    out[f"{category}.{name}.{key}"] = "" if at == entry else at
    for name in table["activations"]:
        out[f"activation.{name}"] = first(
            table, [(old, ACTIVATIONS + name in old.functions) for old in olds])
    return {key: since for key, since in sorted(out.items()) if since}


def first(table: Mapping[str, Any], has: list[tuple[Keras, bool]]) -> str:
    """The first Keras of those that have it; "" for the oldest, the table's own for none."""
    holding = [old.version for old, there in has if there]
    if not holding:
        return str(table["keras"])
    return "" if holding[0] == has[0][0].version else text(holding[0])


def common(category: str, key: str) -> bool:
    """What every layer has through Layer itself, and is in few of their own constructors."""
    return category == "layer" and key in {"dtype", "autocast", "activity_regularizer"}


def version(wheel: Path) -> Version:
    found = re.search(r"-(\d+)\.(\d+)", wheel.name)
    return tuple(int(part) for part in found.groups()) if found else ()


def text(parts: Version) -> str:
    return ".".join(str(part) for part in parts)


def main(wheels: list[str]) -> int:
    if not wheels:
        print(__doc__)
        return 2
    olds = sorted((read(Path(one)) for one in wheels), key=lambda old: old.version)
    found = marks(KERAS, olds)
    whole = {"oldest": text(olds[0].version), "marks": found}
    SINCE.write_text(json.dumps(whole, indent=2) + "\n", encoding="utf-8")
    depths = [key.count(".") for key in found]
    print(f"{depths.count(1)} entries, {depths.count(2)} arguments newer than {whole['oldest']}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
