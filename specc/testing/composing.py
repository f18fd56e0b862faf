"""A whole spec, drawn around one layer: inputs, body, outputs, training, as a plain document."""

from __future__ import annotations

from typing import Any

from specc.ops import OPS
from specc.ops.op import Entering, Inferred, Tensor
from specc.record import Record
from specc.source import Tree, Where
from specc.spec import Kind
from specc.tensor import elements
from specc.testing.draws import Chance
from specc.testing.endings import Entry, ended, losses, serving
from specc.testing.placing import FLOATS, Placed, exempt, placed, range_of
from specc.testing.training import allowed, trained

KINDS: tuple[Kind, ...] = ("sequential", "functional", "wide_and_deep", "subclassed")
GRAPHS: tuple[Kind, ...] = ("functional", "subclassed", "wide_and_deep")
ROWS = (16, 24, 48)
Document = dict[str, Any]
LINEAR = ("Dense", "EinsumDense", "Conv", "Separable", "Depthwise", "SpectralNormalization",
          "TimeDistributed")  # what has no bend of its own unless it is asked for


class Wish(Record):
    """What a drawn spec has to have; None: anything."""

    layer: str | None = None
    loss: str | None = None
    task: str | None = None
    kind: Kind | None = None
    optimizer: str | None = None
    schedule: str | None = None
    vectors: bool = False  # the inputs of the layer are vectors


def steered(number: int) -> Wish:
    """What the spec of that number has: every layer, loss, kind, optimizer and schedule in turn,
    so that a few hundred in a row hold everything often."""
    names, all_losses = layers(), losses()
    layer, kind = names[number % len(names)], KINDS[(number // len(names) + number) % len(KINDS)]
    if kind == "sequential" and layer not in chainable():
        kind = GRAPHS[number % len(GRAPHS)]
    optimizers, schedules = allowed("optimizer"), allowed("schedule")
    return Wish(
        layer, all_losses[number % len(all_losses)], None, kind,
        optimizers[number % len(optimizers)],
        schedules[number // 3 % len(schedules)] if number % 3 == 0 else None)


def layers() -> tuple[str, ...]:
    """Every layer of the table that a spec can hold."""
    return tuple(name for name in OPS if name not in exempt())


def composed(random: Chance, wish: Wish) -> Document:
    """A valid spec as a plain document, whose data lie in `rows.csv` beside it."""
    chained = wish.kind == "sequential"
    names = SIMPLE if random.random() < 0.3 else chainable() if chained else layers()
    main = placed(random, wish.layer or random.choice(names), wish.vectors, chained)
    ways = KINDS if main.chained else GRAPHS
    kind = random.choice(ways) if wish.kind is None else wish.kind
    draft = Draft(random, kind)
    draft.around(main)
    loss = wish.loss or random.choice(serving(wish.task))
    draft.output("y", loss, wish.task)
    if kind == "wide_and_deep" and random.random() < 0.5:
        draft.output("aux", random.choice(losses()))
    elif kind in ("functional", "subclassed") and random.random() < 0.25:
        draft.output("z", random.choice(losses()))
    found: Document = written(draft.document(wish))
    return found


def written(tree: Tree) -> Any:
    """The document as a file holds it: None is an expression, since TOML has none."""
    if isinstance(tree, dict):
        return {key: written(value) for key, value in tree.items()}
    if isinstance(tree, list | tuple):
        return [written(value) for value in tree]
    return "=none" if tree is None else tree


# Layers that nobody calls with one tensor alone.
CALLED = ("MultiHeadAttention", "GroupQueryAttention", "Attention", "AdditiveAttention",
          "SimpleRNNCell", "GRUCell", "LSTMCell", "StackedRNNCells", "HashedCrossing", "Dot")
SIMPLE = ("Dense", "Conv1D", "Conv2D", "LSTM", "Embedding", "Dropout")


def chainable() -> tuple[str, ...]:
    """The layers that a chain can hold, with some of their arguments."""
    return tuple(name for name in layers() if OPS[name].takes != "list" and name not in CALLED)


class Draft:
    """A document while it is drawn: entries in order, and what flows out of the last."""

    def __init__(self, random: Chance, kind: Kind) -> None:
        self.random, self.kind = random, kind
        self.inputs: dict[str, Any] = {}
        self.body: list[Entry] = []
        self.ends: dict[str, list[Entry]] = {}
        self.outputs: dict[str, Any] = {}
        self.now = Tensor(("batch", 1))

    def input(self, shape: Any, dtype: str, limits: Any = None) -> str:
        name = "abcdefgh"[len(self.inputs)]
        count = elements((None, *shape)) or 1
        table: dict[str, Tree] = {
            "columns": [f"{name}_{i}" for i in range(count)] if count < 4 else [f"{name}_*"],
            "shape": list(shape)}
        if dtype != "float32":
            table["dtype"] = dtype
        if limits is not None:
            table["range"] = list(limits)
        self.inputs[name] = table
        return name

    # ------------------------------------------------------------------ the body

    def around(self, main: Placed) -> None:
        """Inputs, what may stand before the layer, the layer, and what makes a vector of it."""
        limits, names = range_of(main), []
        for shape in main.entering:
            names.append(self.input(shape, main.case.dtype, limits))
        if self.kind == "wide_and_deep":
            self.wide = self.input((self.random.randint(1, 4),), "float32")
        self.first = names[0]
        entry: Entry = {"type": main.name, **main.case.args}
        if not main.chained:
            entry |= _called(main, names)
        if len(main.gives) > 1:
            entry["gives"] = ["main", *(f"more_{i}" for i in range(1, len(main.gives)))]
            self.after: str | None = "main"
        else:
            self.after = None
        self.body.append(entry)
        self.now = main.gives[0]
        if main.name.startswith(LINEAR) and not _bent(main.case.args):
            self.add({"type": "ReLU"})
        self.flat()
        for _ in range(self.random.randint(0, 2)):
            self.filler()

    def add(self, entry: Entry) -> None:
        """An entry behind the last one."""
        if self.after is not None:
            entry = {**entry, "inputs": self.after}
            self.after = None
        found = _inferred(entry, self.now)
        assert found is not None, (entry, self.now)
        self.now = found
        self.body.append(entry)

    def flat(self) -> None:
        """A vector of floats, whatever flows now."""
        if self.now.dtype not in FLOATS:
            self.add({"type": "Rescaling", "scale": 0.1})
        rank = len(self.now.shape or ())
        ways = {3: ("Flatten", "GlobalAveragePooling1D", "GRU"), 4: (
            "Flatten", "GlobalAveragePooling2D", "GlobalMaxPooling2D"),
            5: ("Flatten", "GlobalAveragePooling3D")}.get(rank, ("Flatten",))
        if rank != 2:
            name = self.random.choice(ways)
            if "RandomCrop" in repr(self.body[-1]):  # crops while training only
                name = "GlobalAveragePooling2D"
            self.add({"type": name, **({"units": 4} if name == "GRU" else {})})

    def filler(self) -> None:
        """A layer more, of a vector."""
        name = self.random.choice(("Dense", "Dropout", "BatchNormalization", "LayerNormalization"))
        if self.body[-1]["type"] in ("Dropout", "BatchNormalization", "LayerNormalization"):
            name = "Dense"
        self.add({
            "Dense": {"type": name, "units": self.random.randint(3, 16), "activation": "relu"},
            "Dropout": {"type": name, "rate": 0.2}}.get(name, {"type": name}))

    # ------------------------------------------------------------------ the ends

    def output(self, name: str, loss: str, task: str | None = None) -> None:
        drawn = ended(self.random, loss, name, task)
        self.outputs[name] = drawn.output
        self.ends[name] = drawn.layers

    def document(self, wish: Wish) -> Document:
        found: Document = {"specc": 1, "name": "drawn", "seed": self.random.randint(0, 99)}
        rows = self.random.choice(ROWS)
        split: dict[str, Tree] = {"validation": 0.25}
        found["data"] = {"source": "rows.csv", "split": split}
        found["inputs"] = self.inputs
        found["model"] = {"kind": self.kind, **self.model()}
        found["outputs"] = self.outputs
        return found | trained(self.random, rows * 3 // 4, True, wish.optimizer, wish.schedule)

    def model(self) -> dict[str, Any]:
        first, *others = self.ends.values()
        if self.kind == "wide_and_deep":
            made: dict[str, Any] = {"wide": {"input": self.wide, "layers": []},
                                    "deep": {"input": self.first, "layers": self.body},
                                    "head": first}
            if others:
                made["aux"] = others[0]
            return made
        entries = list(self.body)
        if others:
            if self.after is not None:
                self.add({"type": "Identity"})
                entries = list(self.body)
            entries[-1] = {**entries[-1], "name": "features"}
        if self.after is not None and not others:
            first = [{**first[0], "inputs": self.after}, *first[1:]]
        entries += first
        for more in others:
            entries += [{**more[0], "inputs": "features"}, *more[1:]]
        if self.kind != "sequential" and len(self.inputs) > 1 and "inputs" not in entries[0]:
            entries[0] = {**entries[0], "inputs": self.first}
        return {"layers": entries}


def _bent(args: dict[str, Any]) -> bool:
    """Whether a layer has an activation that is not linear."""
    held = args.get("layer")
    value = args.get("activation", held.get("activation") if isinstance(held, dict) else None)
    return value not in (None, "linear")


def _called(main: Placed, names: list[str]) -> Entry:
    """`inputs` and `with` of a layer that takes more than one tensor."""
    case, rest = main.case, list(names)
    found: Entry = {}
    positional = [rest.pop(0) for _ in case.shapes]
    calls = OPS[main.name].calls
    if case.named:
        table: dict[str, Tree] = dict(zip(calls, positional, strict=False))
        for key, value in case.named.items():
            table[key] = [rest.pop(0) for _ in value] if isinstance(value, list) else rest.pop(0)
        found["inputs"] = table
    elif len(positional) > 2 and OPS[main.name].takes == "arguments":
        found["inputs"] = dict(zip(calls, positional, strict=False))
    else:
        found["inputs"] = positional if len(positional) > 1 else positional[0]
    if case.constants:
        found["with"] = dict(case.constants)
    return found


def _inferred(entry: Entry, tensor: Tensor) -> Tensor | None:
    from specc.ops.arguments import resolve

    tree = {key: value for key, value in entry.items() if key not in ("inputs", "name")}
    layer = resolve("layer", tree, Where("x").at).value
    if layer is None:
        return None
    done = OPS[layer.name].infer(layer, Entering((tensor,)))
    return done.gives[0] if isinstance(done, Inferred) else None


__all__ = ["KINDS", "Document", "Wish", "composed", "layers", "steered"]
