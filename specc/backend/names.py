"""Names of logged values: Keras's keys, and specc's.

| specc              | Keras, one output | Keras, several     |
|--------------------|-------------------|--------------------|
| `train.loss`       | `loss`            | `loss`             |
| `train.price.loss` | (is `train.loss`) | `price_loss`       |
| `train.price.mae`  | `mae`             | `price_mae`        |
| `val.price.mae`    | `val_mae`         | `val_price_mae`    |

Keras's keys are ambiguous (output `a_b` with metric `c`, output `a` with metric `b_c`); metric
objects are renamed where that happens. No Keras here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from specc.ir.plan import Head

Keys: TypeAlias = dict[str, str]  # Keras's key, without `val_` -> specc's, without `train.`
History: TypeAlias = dict[str, Any]

PARTS = {"train": "", "val": "val_", "validation": "val_"}


def metric_names(heads: Sequence[Head]) -> dict[tuple[str, str], str]:
    """The `name` each Keras metric object is given, by (output, key): its key where it can be."""
    several = len(heads) > 1
    taken = {"loss", "val_loss"}
    for head in heads:
        taken |= {f"{head.name}_loss", f"val_{head.name}_loss"} if several else set()
    names: dict[tuple[str, str], str] = {}
    for head in heads:
        for key, _ in head.metrics:
            name = key
            while taken & _both(logged := _joined(head, name, several)):
                name += "_"
            taken |= _both(logged)
            names[head.name, key] = name
    return names


def log_keys(heads: Sequence[Head]) -> Keys:
    """What Keras logs in an epoch, with specc's name of it: `{"price_mae": "price.mae"}`."""
    several = len(heads) > 1
    keys = {"loss": "loss"}
    if several:
        keys |= {f"{head.name}_loss": f"{head.name}.loss" for head in heads}
    names = metric_names(heads)
    for head in heads:
        for key, _ in head.metrics:
            keys[_joined(head, names[head.name, key], several)] = f"{head.name}.{key}"
    return keys


def to_specc(keys: Keys, logs: Mapping[str, Any]) -> dict[str, Any]:
    """The logs of one epoch under specc's names: `train.loss`, `val.price.mae`.

    What specc does not know (`learning_rate`, which a callback adds) keeps its name.
    """
    named: dict[str, Any] = {}
    for key, value in logs.items():
        bare = key.removeprefix("val_")
        if key in keys:
            named[f"train.{keys[key]}"] = plain(value)
        elif bare in keys:
            named[f"val.{keys[bare]}"] = plain(value)
        else:
            named[key] = plain(value)
    return named


def to_keras(keys: Keys, monitor: str) -> str | None:
    """Keras's key for what a spec calls a value, in either form; None for what is not logged."""
    if monitor in keys or monitor.removeprefix("val_") in keys or monitor == "learning_rate":
        return monitor
    part, _, rest = monitor.partition(".")
    if part not in PARTS:
        part, rest = "train", monitor
    named = {name: key for key, name in keys.items()}
    if "loss" in named and rest.endswith(".loss") and len(_outputs(keys)) <= 1:
        known = _outputs(keys)
        if not known or rest == f"{known[0]}.loss":
            rest = "loss"  # one output: its loss is the loss
    found = named.get(rest)
    return None if found is None else PARTS[part] + found


def monitorable(keys: Keys) -> list[str]:
    """Every name that a callback can watch, in specc's form."""
    return [f"{part}.{name}" for part in ("val", "train") for name in keys.values()]


def plain(value: Any) -> Any:
    """A logged value as Python numbers: a float, or a list of them (a metric per class)."""
    listed = value.tolist() if hasattr(value, "tolist") else value
    return float(listed) if isinstance(listed, int | float) else listed


def _joined(head: Head, name: str, several: bool) -> str:
    return f"{head.name}_{name}" if several else name


def _both(key: str) -> set[str]:
    """A key and its twin of the other part: `mae` and `val_mae`."""
    return {key, f"val_{key}", key.removeprefix("val_")}


def _outputs(keys: Keys) -> list[str]:
    found: Iterable[str] = (name.partition(".")[0] for name in keys.values() if "." in name)
    return list(dict.fromkeys(found))
