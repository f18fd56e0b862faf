"""How a saved model was compiled: optimizer, losses, metrics and weights, as a spec says them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from specc.ir.scope import snake
from specc.ops import table
from specc.ops.component import Category
from specc.record import Record, field
from specc.saved.component import FUNCTIONS, Reading, Unsaid, component, rounded
from specc.saved.config import CODE, TUPLE, saved
from specc.saved.errors import cut, training_unsaid
from specc.saved.parts import Output
from specc.source import Tree

# Arguments that Keras's own get_config leaves out; the default is assumed, and said.
SILENT = frozenset({"name", "dtype", "reduction", "fn"})


class Judged(Record):
    """What one output is judged by. None: nothing is said of it."""

    loss: Tree = None
    metrics: tuple[Tree, ...] = ()
    weight: float = 1.0


class Training(Record):
    """[compile], and what belongs to each output; empty for a model that was not compiled."""

    compile: Mapping[str, Tree] = field(default_factory=dict)
    judged: Mapping[str, Judged] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def training_of(config: Tree, outputs: Sequence[Output], file: str) -> Training:
    """What `compile_config` says. Raises Unsaid for code and for what a spec has no words for."""
    if not isinstance(config, Mapping) or not config:
        return Training(notes=("the model was not compiled: losses are what the tasks say",))
    notes: list[str] = []
    reading = Reading(file, "", ("compile_config",))
    try:
        return _training(config, outputs, reading, notes)
    except Unsaid as why:
        if why.found.name in ("training-unsaid",):
            raise
        raise _unsaid(reading, why.found.message) from None


def _unsaid(reading: Reading, reason: str) -> Unsaid:
    return Unsaid(training_unsaid(reading.where, reason=reason))


def _training(config: Mapping[str, Tree], outputs: Sequence[Output], reading: Reading,
              notes: list[str]) -> Training:
    out: dict[str, Tree] = {}
    optimizer = config.get("optimizer")
    if optimizer is not None:
        out["optimizer"] = _part(optimizer, "optimizer", "the optimizer", reading, notes)
    if config.get("jit_compile") is True:
        out["jit_compile"] = True
    steps = config.get("steps_per_execution")
    if type(steps) is int and steps > 1:
        out["steps_per_execution"] = steps
    if config.get("run_eagerly"):
        notes.append("run_eagerly is left out: a spec is never run eagerly")
    if config.get("weighted_metrics"):
        notes.append("weighted_metrics are left out")
    losses = _by_output(config.get("loss"), outputs, "loss", reading)
    metrics = _metrics(config.get("metrics"), outputs, reading)
    weights = _by_output(config.get("loss_weights"), outputs, "loss_weights", reading)
    judged: dict[str, Judged] = {}
    for one in outputs:
        loss = losses.get(one.name)
        if loss is None:
            notes.append(f"output `{one.name}` had no loss; it gets weight 0")
        weight = weights.get(one.name, 1.0 if loss is not None else 0.0)
        if not isinstance(weight, int | float) or isinstance(weight, bool):
            raise _unsaid(reading, f"the weight of `{one.name}` is no number")
        judged[one.name] = Judged(
            None if loss is None else _part(loss, "loss", f"the loss of `{one.name}`", reading,
                                            notes),
            tuple(_metric(each, one, reading, notes) for each in metrics.get(one.name, ())),
            float(weight))
    return Training(out, judged, tuple(notes))


def _part(tree: Tree, category: Category, what: str, reading: Reading,
          notes: list[str]) -> Tree:
    """An optimizer, loss or metric: its word, or a table with what is not the default."""
    if isinstance(tree, str):
        if table.canonical(category, tree) is None and not (
                category in ("loss", "metric") and tree in table.BY_OUTPUT):
            raise _unsaid(reading, f"{what} is called `{cut(tree)}`, which Keras has not")
        return tree
    one = saved(tree)
    if one is None:
        name = tree.get("config") if isinstance(tree, Mapping) else None
        function = isinstance(tree, Mapping) and tree.get("class_name") == "function" and (
            (tree.get("module") or "") in FUNCTIONS)
        if function and isinstance(name, str) and table.canonical(category, name):
            return name
        raise _unsaid(reading, f"{what} is a function or has no form that is known")
    if one.kind in CODE:
        raise _unsaid(reading, f"{what} holds code")
    name, args = component(one, category, reading)
    entry = table.entry(category, name)
    lost = [key for key in (entry.params if entry else ())
            if key not in one.config and key not in SILENT]
    if lost:
        notes.append(f"Keras does not save {', '.join(f'`{key}`' for key in lost)} of {what} "
                     f"({name}); the default is assumed")
    if isinstance(args.get("learning_rate"), float):
        args["learning_rate"] = rounded(args["learning_rate"])
        default = table.defaults(category, name).get("learning_rate")
        if args["learning_rate"] == default:
            del args["learning_rate"]
    return {"type": name, **args} if args else name


def _metric(tree: Tree, output: Output, reading: Reading, notes: list[str]) -> Tree:
    """A metric; its name where it is not the class's own."""
    what = f"a metric of `{output.name}`"
    part = _part(tree, "metric", what, reading, notes)
    one = saved(tree)
    if one is None:
        return part
    kind = part if isinstance(part, str) else str(part["type"])
    name = one.config.get("name")
    if not isinstance(name, str) or name == snake(kind) or _plain(name) != name:
        return snake(kind) if part == kind and table.canonical("metric", snake(kind)) else (
            part if isinstance(part, dict) else {"type": kind})
    return {**(part if isinstance(part, dict) else {"type": kind}), "name": name}


def _plain(name: str) -> str:
    return "".join(each for each in name if each.isascii() and (each.isalnum() or each in "_-"))


def _by_output(tree: Tree, outputs: Sequence[Output], key: str,
               reading: Reading) -> dict[str, Tree]:
    """A value for each output: one for all, a list in order, or a table by name."""
    if tree is None:
        return {}
    if isinstance(tree, Mapping) and not _object(tree):
        return dict(_named(tree, outputs, key, reading))
    listed = _listed(tree)
    if listed is None:
        return {one.name: tree for one in outputs}
    flat = [each[0] if isinstance(each, list) and len(each) == 1 else each for each in listed]
    if len(flat) != len(outputs):
        raise _unsaid(reading, f"`{key}` has {len(flat)} values for {len(outputs)} outputs")
    return {one.name: each for one, each in zip(outputs, flat, strict=True) if each is not None}


def _named(tree: Mapping[str, Tree], outputs: Sequence[Output], key: str,
           reading: Reading) -> Iterator[tuple[str, Tree]]:
    left = dict(tree)
    for one in outputs:
        for name in (*one.keras, one.name):
            if name in left:
                value = left.pop(name)
                if value is not None:
                    yield one.name, value
                break
    strange = [name for name, value in left.items() if value is not None]
    if strange:
        raise _unsaid(reading, f"`{key}` names `{cut(strange[0])}`, which is no output")


def _metrics(tree: Tree, outputs: Sequence[Output], reading: Reading) -> dict[str, list[Tree]]:
    """The metrics of each output: a list for one; for several a list or table of lists."""
    if tree is None:
        return {}
    if isinstance(tree, Mapping) and not _object(tree):
        found = dict(_named(tree, outputs, "metrics", reading))
    else:
        listed = _listed(tree)
        if listed is None or len(outputs) == 1:
            whole = [tree] if listed is None else listed
            nested = len(whole) == 1 and _listed(whole[0]) is not None
            return {one.name: _all(whole[0] if nested else whole) for one in outputs}
        if len(listed) != len(outputs):
            raise _unsaid(reading, f"`metrics` has {len(listed)} values for {len(outputs)} outputs")
        found = {one.name: each for one, each in zip(outputs, listed, strict=True)}
    return {name: _all(each) for name, each in found.items()}


def _all(tree: Tree) -> list[Tree]:
    listed = _listed(tree)
    return [each for each in ([tree] if listed is None else listed) if each is not None]


def _listed(tree: Tree) -> list[Tree] | None:
    """A list or saved tuple; None for anything else."""
    one = saved(tree)
    if one is not None and one.kind == TUPLE:
        tree = one.config.get("value")
    return tree if isinstance(tree, list) else None


def _object(tree: Mapping[str, Tree]) -> bool:
    """Whether a table is a saved object, and not one by name."""
    return "class_name" in tree and "config" in tree
