"""Write scripts/since.json: which entries and arguments of the table older Kerases lack.

    python scripts/make_since.py keras-3.8.0-*.whl keras-3.10.0-*.whl keras-3.12.0-*.whl

The wheels are read, never run: names and arguments of constructors are in the source. What the
oldest wheel has gets no mark; what none of them has is `since` the table's own Keras.
"""

from __future__ import annotations

import ast
import json
import re
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
TABLE = ROOT / "specc" / "ops" / "keras.json"
SINCE = ROOT / "scripts" / "since.json"
HOMES = {
    "layer": "keras.layers.", "optimizer": "keras.optimizers.", "loss": "keras.losses.",
    "schedule": "keras.optimizers.schedules.", "metric": "keras.metrics.",
    "callback": "keras.callbacks.", "initializer": "keras.initializers.",
    "regularizer": "keras.regularizers.", "constraint": "keras.constraints.",
}


def exported(node: ast.ClassDef) -> Iterator[str]:
    """The public names that `@keras_export` gives a class."""
    for call in node.decorator_list:
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and (
                call.func.id == "keras_export"):
            named = ast.literal_eval(call.args[0])
            yield from [named] if isinstance(named, str) else named


def constructors(wheel: Path) -> dict[str, set[str] | None]:
    """Public name -> arguments of the constructor; None where the class has none of its own."""
    found: dict[str, set[str] | None] = {}
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if not name.startswith("keras/src/") or not name.endswith(".py"):
                continue
            for node in ast.walk(ast.parse(archive.read(name))):
                if isinstance(node, ast.ClassDef):
                    found |= dict.fromkeys(exported(node), arguments(node))
    return found


def arguments(node: ast.ClassDef) -> set[str] | None:
    """The names in a class's own `__init__`."""
    for one in node.body:
        if isinstance(one, ast.FunctionDef) and one.name == "__init__":
            return {each.arg for each in (*one.args.args, *one.args.kwonlyargs)} - {"self"}
    return None


def marks(table: dict[str, Any], wheels: list[Path]) -> dict[str, str]:
    """`layer.Dense.lora_alpha` -> the first Keras that has it."""
    olds = sorted(((version(one), constructors(one)) for one in wheels), key=lambda old: old[0])
    out: dict[str, str] = {}
    for category, rows in table["entries"].items():
        for name, row in rows.items():
            public = HOMES[category] + name
            first = next((at for at, old in olds if public in old), None)
            if first != olds[0][0]:
                out[f"{category}.{name}"] = table["keras"] if first is None else text(first)
                continue
            now = [key for key in row["params"] if not common(category, key)]
            for key in now:
                holding = [at for at, old in olds if old.get(public) is None or (
                    key in (old[public] or ()))]
                if not holding or holding[0] != olds[0][0]:
                    at = table["keras"] if not holding else text(holding[0])
                    out[f"{category}.{name}.{key}"] = at
    return dict(sorted(out.items()))


def common(category: str, key: str) -> bool:
    """What every layer has through Layer itself, and is in few of their own constructors."""
    return category == "layer" and key in {"dtype", "autocast", "activity_regularizer"}


def version(wheel: Path) -> tuple[int, ...]:
    found = re.search(r"-(\d+)\.(\d+)", wheel.name)
    return tuple(int(part) for part in found.groups()) if found else ()


def text(parts: tuple[int, ...]) -> str:
    return ".".join(str(part) for part in parts)


def main(wheels: list[str]) -> int:
    if not wheels:
        print(__doc__)
        return 2
    found = marks(json.loads(TABLE.read_text(encoding="utf-8")), [Path(one) for one in wheels])
    SINCE.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    print(f"{len(found)} marks")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
