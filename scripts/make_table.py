"""Write specc/ops/keras_table.py: what installed Keras takes, and scripts/hints.toml says of it.

    python scripts/make_table.py            write the table
    python scripts/make_table.py --check    say how the table differs from Keras; exit 1 if it does

Keras tells the names, the parameters, their order and their defaults; types come from the hints.
A parameter that no hint covers stops the script and is named.
"""

from __future__ import annotations

import ast
import inspect
import json
import re
import sys
import tomllib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import keras
from keras.src import (
    activations,
    constraints,
    initializers,
    losses,
    metrics,
    optimizers,
    regularizers,
)

from specc.ops.types import nullable, parse

ROOT = Path(__file__).resolve().parent.parent
TABLE = ROOT / "specc" / "ops" / "keras_table.py"
HINTS = ROOT / "scripts" / "hints.toml"
SINCE = ROOT / "scripts" / "since.json"

# category -> public module, base class, and the module whose `get` takes strings
PLACES: dict[str, tuple[ModuleType, type, ModuleType | None]] = {
    "layer": (keras.layers, keras.layers.Layer, None),
    "optimizer": (keras.optimizers, keras.optimizers.Optimizer, optimizers),
    "schedule": (keras.optimizers.schedules, keras.optimizers.schedules.LearningRateSchedule, None),
    "loss": (keras.losses, keras.losses.Loss, losses),
    "metric": (keras.metrics, keras.metrics.Metric, metrics),
    "callback": (keras.callbacks, keras.callbacks.Callback, None),
    "initializer": (keras.initializers, keras.initializers.Initializer, initializers),
    "regularizer": (keras.regularizers, keras.regularizers.Regularizer, regularizers),
    "constraint": (keras.constraints, keras.constraints.Constraint, constraints),
}
ABSTRACT = {"Wrapper"}  # public, and only there to be inherited from
LAYER_KEYS = {"name", "trainable"}  # keys of the spec language, not arguments
LAYER_COMMON = {"dtype": None, "autocast": True, "activity_regularizer": None}
REQUIRED = inspect.Parameter.empty


def classes(category: str) -> dict[str, type]:
    """The concrete public classes by the name to use: the class's own, where it is public."""
    module, base, _ = PLACES[category]
    found: dict[type, str] = {}
    for name in sorted(dir(module)):
        one = getattr(module, name)
        if not inspect.isclass(one) or not issubclass(one, base) or one is base:
            continue
        if one.__name__ in ABSTRACT:
            continue
        if one not in found or name == one.__name__:
            found[one] = name
    return {name: one for one, name in sorted(found.items(), key=lambda item: item[1])}


def parameters(category: str, one: type, omitted: Collection[str] = ()) -> dict[str, Any]:
    """Name -> default (or REQUIRED), in Keras's order, the ones that all layers have last."""
    out: dict[str, Any] = {}
    open_ended = False
    for parameter in list(inspect.signature(one.__init__).parameters.values())[1:]:
        if parameter.kind is parameter.VAR_KEYWORD:
            open_ended = True
        elif parameter.kind is not parameter.VAR_POSITIONAL:
            out[parameter.name] = parameter.default
    if category == "layer":
        out = {key: value for key, value in out.items() if key not in LAYER_KEYS}
        common = LAYER_COMMON if open_ended else {}
        out |= {key: value for key, value in common.items() if key not in {*out, *omitted}}
    return out


def aliases(category: str) -> dict[str, str]:
    """Every other word that Keras takes for a class: public aliases, shortcuts, functions."""
    module, _, lookup = PLACES[category]
    names = {one: name for name, one in classes(category).items()}
    functions = {snake(one.__name__): name for one, name in names.items()}
    words = {word: getattr(module, word) for word in dir(module)}
    if lookup is not None:
        words |= lookup.ALL_OBJECTS_DICT
    out = {one.__name__: name for one, name in names.items()}
    for word, thing in words.items():
        if inspect.isclass(thing) and thing in names:
            out[word] = names[thing]
        elif inspect.isfunction(thing) and category == "loss" and thing.__name__ in functions:
            out[word] = functions[thing.__name__]
    return {word: name for word, name in sorted(out.items()) if word != name}


def snake(name: str) -> str:
    """`KLDivergence` -> `kl_divergence`: Keras's own rule for the names of loss functions."""
    spaced = re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1_\2", name)
    return re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", spaced).lower()


def type_of(category: str, name: str, key: str, default: Any,
            hints: Mapping[str, Any]) -> str | None:
    """The line of the type notation for one parameter, or None where nothing says it."""
    shared = hints.get(category, {})
    own = shared.get(name, {})
    required = key in hints["required"].get(name, ())
    if name in hints["refused"].get(category, {}):
        return 'refused["component"]'
    for source in (own, shared, hints["any"]):
        if isinstance(source.get(key), str):
            return _finish(source[key], name, default, required=required)
    for ending, line in hints["endings"].items():
        if key.endswith(ending):
            return _finish(line, name, default, required=required)
    if isinstance(default, bool):
        return "bool"
    if isinstance(default, float):
        return "number"
    return None


def _finish(line: str, name: str, default: Any, *, required: bool) -> str:
    """A hint made exact: `N` filled in, and None allowed where it is Keras's default."""
    rank = re.search(r"(\d)D", name)
    line = re.sub(r"\bN\b", rank[1] if rank else "0", line)
    if default is not None or required or nullable(parse(line)):
        return line
    bare = isinstance(ast.parse(line, mode="eval").body, ast.Compare)
    return f"({line}) | None" if bare else f"{line} | None"


def _hints() -> dict[str, Any]:
    return tomllib.loads(HINTS.read_text(encoding="utf-8"))


def plain(value: Any) -> Any:
    """A default as JSON holds it: tuples become lists."""
    return [plain(one) for one in value] if isinstance(value, tuple) else value


def make() -> dict[str, Any]:
    """The whole table. `SystemExit` names the parameters that no hint covers."""
    hints = _hints()
    since = json.loads(SINCE.read_text(encoding="utf-8"))
    marks = since["marks"]
    entries: dict[str, Any] = {}
    unknown: list[str] = []
    for category in PLACES:
        table = entries[category] = {}
        for name, one in classes(category).items():
            params: dict[str, Any] = {}
            omitted = hints["omitted"].get(name, ()) if category == "layer" else ()
            for key, default in parameters(category, one, omitted).items():
                line = type_of(category, name, key, default, hints)
                if line is None:
                    unknown.append(f"{category}.{name}.{key} = {default!r}")
                    continue
                row = params[key] = {"type": line}
                if default is not REQUIRED and key not in hints["required"].get(name, ()):
                    row["default"] = plain(default)
                if f"{category}.{name}.{key}" in marks:
                    row["since"] = marks[f"{category}.{name}.{key}"]
            table[name] = {"params": params}
            if name in hints["refused"].get(category, {}):
                table[name]["refused"] = hints["refused"][category][name]
            if f"{category}.{name}" in marks:
                table[name]["since"] = marks[f"{category}.{name}"]
    if unknown:
        raise SystemExit("no hint in scripts/hints.toml for\n  " + "\n  ".join(unknown))
    words = {category: aliases(category) | hints["words"].get(category, {}) for category in PLACES}
    functions = {word: thing.__name__ for word, thing in activations.ALL_OBJECTS_DICT.items()}
    words["activation"] = {word: name for word, name in functions.items() if word != name}
    return {
        "keras": ".".join(keras.__version__.split(".")[:2]),
        "oldest": since["oldest"],
        "newer_words": hints["since"] | {
            key: at for key, at in marks.items() if key.startswith("activation.")},
        "activations": sorted(set(functions.values())),
        "models": [name for name in dir(keras.applications) if inspect.isfunction(
            getattr(keras.applications, name))],
        "aliases": {category: dict(sorted(table.items())) for category, table in words.items()},
        "entries": entries,
    }


HEAD = '''"""What Keras takes: scripts/make_table.py writes it from installed Keras. Do not edit.

A module and not a file of JSON, since Python has the bytecode of a module read in a third of the
time; it holds one literal and nothing else.
"""

from typing import Any

KERAS: dict[str, Any] = {'''


def read(text: str) -> dict[str, Any]:
    """The table in the text of the module, without running it."""
    table: dict[str, Any] = ast.literal_eval(text.partition("KERAS: dict[str, Any] = ")[2])
    return table


def literal(value: Any) -> str:
    """A value of the table as Python writes it, texts as JSON does."""
    if isinstance(value, str):
        return json.dumps(value)
    if isinstance(value, list):
        return "[" + ", ".join(map(literal, value)) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{literal(key)}: {literal(one)}"
                               for key, one in value.items()) + "}"
    return repr(value)


def text_of(table: Mapping[str, Any]) -> str:
    """The table as a module with a parameter on each line, so that a diff can be read."""
    lines = [HEAD]
    for key in ("keras", "oldest", "newer_words", "activations", "models"):
        lines.append(f"  {literal(key)}: {literal(table[key])},")
    lines.append('  "aliases": {')
    lines += _joined([f"    {literal(category)}: {literal(words)}"
                      for category, words in table["aliases"].items()])
    lines += ["  },", '  "entries": {']
    lines += _joined([_category_text(category, rows)
                      for category, rows in table["entries"].items()])
    lines += ["  }", "}"]
    return "\n".join(lines) + "\n"


def _category_text(category: str, rows: Mapping[str, Any]) -> str:
    inside = _joined([_entry_text(name, entry) for name, entry in rows.items()])
    return "\n".join([f"    {literal(category)}: {{", *inside, "    }"])


def _entry_text(name: str, entry: Mapping[str, Any]) -> str:
    head = [f'        {literal(key)}: {literal(value)},'
            for key, value in entry.items() if key != "params"]
    params = _joined([f"          {literal(key)}: {literal(row)}"
                      for key, row in entry["params"].items()])
    body = ['        "params": {', *params, "        }"] if params else ['        "params": {}']
    return "\n".join([f"      {literal(name)}: {{", *head, *body, "      }"])


def _joined(parts: list[str]) -> list[str]:
    return [part + ("," if i < len(parts) - 1 else "") for i, part in enumerate(parts)]


def differences(written: Any, fresh: Any, path: str = "") -> Iterator[str]:
    """Where a written table and a fresh one part: one line each, with both values."""
    if isinstance(written, dict) and isinstance(fresh, dict):
        for key in written.keys() | fresh.keys():
            at = f"{path}.{key}".lstrip(".")
            if key not in fresh:
                yield f"{at}: in the table, not in Keras"
            elif key not in written:
                yield f"{at}: in Keras, not in the table"
            else:
                yield from differences(written[key], fresh[key], at)
    elif written != fresh or type(written) is not type(fresh):
        yield f"{path}: {json.dumps(written)} in the table, {json.dumps(fresh)} in Keras"


def main(arguments: list[str]) -> int:
    fresh = make()
    if "--check" in arguments:
        found = sorted(differences(read(TABLE.read_text(encoding="utf-8")), fresh))
        print("\n".join(found) or "the table agrees with Keras")
        return 1 if found else 0
    TABLE.write_text(text_of(fresh), encoding="utf-8")
    print({category: len(rows) for category, rows in fresh["entries"].items()})
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
