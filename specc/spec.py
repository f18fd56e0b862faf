"""A spec as plain frozen values: what `specc.syntax` gives and everything behind it takes.

No pydantic here and nothing that computes: the words of `language.md`, one record a table.
Where a value may still hold expressions that only lowering can evaluate (layers, blocks) or the
name of a Keras component (losses, optimizers), the field is a `Tree`: plain dicts and lists.

A place in the file is not stored beside each value. It is the value's path, and `Spec.where`
answers from it, whichever base file (`extends`) the value came from.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal, TypeAlias

from specc.record import Record, field
from specc.source import Path, Tree, Where, owned

Kind: TypeAlias = Literal["sequential", "functional", "wide_and_deep", "subclassed"]
Task: TypeAlias = Literal[
    "regression", "binary", "multiclass", "multilabel", "count", "distribution"
]
Labels: TypeAlias = Literal["index", "onehot", "binary", "sign"]
Encode: TypeAlias = Literal["onehot", "index", "hash"]
Missing: TypeAlias = Literal["error", "mean", "median", "constant", "category", "drop"]
Scale: TypeAlias = Literal["none", "standard", "minmax", "robust"]
Scalar: TypeAlias = bool | int | float | str
Range: TypeAlias = tuple[float, float]


class Split(Record):
    """Fractions of all rows, test first, rounded half up; or a column that says it."""

    validation: float = 0.0
    test: float = 0.0
    seed: int = 0
    stratify: str | None = None
    group: str | None = None
    column: str | None = None


class Window(Record):
    length: int
    horizon: int = 1
    steps: int = 1
    stride: int = 1
    by: str | None = None


class Generator(Record):
    """`{ type = "make_moons", n_samples = 1000 }`: any `sklearn.datasets.make_*`."""

    type: str
    arguments: Mapping[str, Tree]


class Parts(Record):
    """`{ train = ..., validation = ..., test = ... }`: files that are already split."""

    train: str
    validation: str | None = None
    test: str | None = None


Source: TypeAlias = str | Generator | Parts


class Data(Record):
    source: Source
    split: Split = Split()
    order: str | None = None
    window: Window | None = None
    stream: bool = False


class Column(Record):
    """One column (or pattern) of an input, the input's defaults already filled in."""

    name: str
    encode: Encode | None = None
    values: tuple[Scalar, ...] | None = None
    bins: int | None = None
    missing: Missing = "error"
    flag: bool = False
    scale: Scale = "none"


class Text(Record):
    """One text column to (length,) integers: 0 padding, 1 unknown."""

    tokens: int
    length: int


class Input(Record):
    name: str
    columns: tuple[Column, ...] | None = None  # None: all columns that nothing else names
    defaults: Column = Column("*")  # what a column that is only a name, or unnamed, gets
    text: Text | None = None
    shape: tuple[int | str, ...] | None = None  # a word is a free length
    dtype: str | None = None  # None: float32, or int32 for index, hash and text
    range: Range | None = None


class Output(Record):
    name: str
    task: Task
    source: str | None = None  # `from`: the layer or result; None: the one called `name`
    target: str | tuple[str, ...] | None = None
    target_input: str | None = None  # `target = { input = "x" }`
    loss: Tree = None  # None: the task's own
    metrics: tuple[Tree, ...] = ()
    weight: float = 1.0
    class_weight: Literal["balanced"] | Mapping[str, float] | None = None
    sample_weight: str | None = None
    scale: Scale = "none"
    threshold: float = 0.5
    range: Range | None = None
    shape: tuple[int | str, ...] | None = None
    classes: int | tuple[Scalar, ...] | None = None
    labels: Labels | None = None  # None: specc encodes as the loss wants


class Block(Record):
    """A piece of model with parameters, stamped by `{ block = name }`."""

    name: str
    inputs: tuple[str, ...]  # empty: one input, `@in`
    params: Mapping[str, Tree]
    layers: tuple[Tree, ...]


class Tower(Record):
    """`[model.wide]` or `[model.deep]`."""

    input: tuple[str, ...]
    layers: tuple[Tree, ...] = ()


class Model(Record):
    kind: Kind
    layers: tuple[Tree, ...] = ()
    wide: Tower | None = None
    deep: Tower | None = None
    head: tuple[Tree, ...] = ()
    aux: tuple[Tree, ...] = ()
    dtype: Literal["float32", "mixed_float16", "mixed_bfloat16"] = "float32"
    weights: str | None = None


class Compile(Record):
    optimizer: Tree = "rmsprop"  # Keras's own default
    jit_compile: bool | Literal["auto"] = "auto"
    steps_per_execution: int = 1
    auto_scale_loss: bool = True


class Fit(Record):
    epochs: int = 1
    batch_size: int = 32
    callbacks: tuple[Tree, ...] = ()
    shuffle: bool = True
    validation_batch_size: int = 1024
    distribute: Literal["data_parallel"] | None = None


class Choices(Record):
    """A list of choices; one that is a component may hold intervals of its own."""

    options: tuple[Tree, ...]
    when: str | None = None


class Interval(Record):
    """`{ int = [a, b] }`, `{ float = [a, b] }` or `{ log = [a, b] }`, both ends included."""

    kind: Literal["int", "float"]
    low: float
    high: float
    log: bool = False
    step: float | None = None
    when: str | None = None  # an expression over the other parameters of the trial


class Tune(Record):
    search: Literal["grid", "random", "halving"] = "random"
    trials: int = 10
    folds: int = 3
    seed: int = 0
    objective: str | None = None  # None: validation.loss
    mode: Literal["min", "max"] | None = None
    space: Mapping[str, Choices | Interval] = field(default_factory=dict)


class Bound(Record):
    min: float | None = None
    max: float | None = None


class Golden(Record):
    epochs: int | None = None  # None: as many as [fit], at most 5
    tolerance: float | None = None
    seeds: tuple[int, ...] | None = None


class Control(Record):
    """What a project says of findings: [tool.specc], as far as it is about one spec."""

    file: str  # its pyproject.toml, as findings name it
    folder: str  # the folder of that file
    select: tuple[str, ...] = ()  # the warnings that are wanted; empty: all
    ignore: Mapping[str, tuple[Path, ...]] = field(default_factory=dict)  # code or name -> places
    severity: Mapping[str, Literal["error", "warning", "info"]] = field(default_factory=dict)
    asked: tuple[str, ...] = ()  # what the command line selects: it is not ignored here
    words: tuple[tuple[Path, str], ...] = ()  # every code that is written there, and its place


def named(words: Iterable[str], code: str, name: str) -> bool:
    """Whether words select a code: the code itself, its family (`PA`, `PA1`), or the name."""
    return any(code.startswith(word) or name == word for word in words)


class Spec(Record):
    """One file, one model. `tree` is the document after extends, --set and params."""

    file: str
    name: str
    model: Model
    inputs: Mapping[str, Input]
    outputs: Mapping[str, Output]
    seed: int = 0
    description: str | None = None
    params: Mapping[str, Tree] = field(default_factory=dict)
    data: Data | None = None
    blocks: Mapping[str, Block] = field(default_factory=dict)
    compile: Compile = Compile()
    fit: Fit = Fit()
    tune: Tune | None = None
    budget: Mapping[str, Bound] = field(default_factory=dict)
    expect: Mapping[str, Bound] = field(default_factory=dict)
    golden: Golden | None = None
    test: Mapping[str, str] = field(default_factory=dict)  # a test that is left out -> reason
    ignore: Mapping[str, str] = field(default_factory=dict)  # [lint] ignore: code -> reason
    control: Control | None = None
    tree: Tree = None
    broken: frozenset[Path] = frozenset()  # what was left out because it was wrong
    owners: Mapping[Path, str] = field(default_factory=dict)  # which file a path came from

    def doubtful(self, *path: str | int) -> bool:
        """Whether something at, below or above `path` was left out because it was wrong."""
        return any(path[:len(one)] == one[:len(path)] for one in self.broken)

    def ignores(self, code: str, name: str) -> bool:
        """Whether warnings of that code and name are not said about this spec."""
        if code in self.ignore or name in self.ignore:
            return True
        control = self.control
        if control is None or code in control.asked or name in control.asked:
            return False
        if code in control.ignore or name in control.ignore:
            return True
        wanted = control.select and (*control.select, *control.severity)
        return bool(wanted) and not named(wanted, code, name)

    def where(self, *path: str | int) -> Where:
        """The place of the value at `path`, in the file that wrote it."""
        return owned(self.file, self.owners, path)
