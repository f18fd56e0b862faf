"""One record per layer: what it takes, and what comes out, without Keras.

`Op.infer(layer, takes)` is given the checked component and the tensors that enter, in the order
of the layer's `call` arguments, and answers `Inferred`, or a `Misfit`: a plain reason, since it
knows no place. Whatever depends on a dimension that is not a number is None, and silent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal, TypeAlias

from specc.ops.component import Component, Value
from specc.record import Record, field
from specc.tensor import DType, Shape, size

Takes: TypeAlias = Literal["one", "list", "arguments"]
# How a record may part from Keras's symbolic answer. "shape", "dtype", "mask": Keras promises
# another one than comes out when it runs. "knows": Keras promises any length where it is known.
# "stricter": Keras takes what cannot be meant.
Differs: TypeAlias = Literal["shape", "dtype", "mask", "knows", "stricter"]


class Tensor(Record):
    """What flows along an edge. `shape` has the batch first; None is not known."""

    shape: Shape | None
    dtype: DType | None = "float32"
    masked: bool = False
    promised: Shape | None = None  # what Keras says comes out, where that is another shape


class Weight(Record):
    name: str
    shape: Shape
    trainable: bool = True
    dtype: DType | None = None  # None: that of the layer's variables, see `variable_dtype`

    @property
    def count(self) -> int | None:
        return size(self.shape)


class Inferred(Record):
    """What a layer gives: its results in order, its weights in Keras's order, its cost.

    `flops`: one forward pass of one sample; a multiply-add counts 2, a bias 1 an element, batch
    normalization 2 an element, activation functions 0. None: not known.
    """

    gives: tuple[Tensor, ...]
    weights: tuple[Weight, ...] | None = ()  # None: not known
    flops: int | None = 0


class Misfit(Record):
    """Why a layer cannot take what enters it. `param` names the argument to underline."""

    reason: str
    param: str | None = None
    slug: str = "input-shape"  # the kind: see specc.ir.shape_errors


class Entering(Record):
    """The tensors that enter a layer.

    `args`: positional, in order. `named`: by keyword of the layer's `call`
    (`initial_state` may be a tuple of tensors). `constants`: what the call holds besides.
    """

    args: tuple[Tensor, ...] = ()
    named: Mapping[str, Tensor | tuple[Tensor, ...]] = field(default_factory=dict)
    constants: Mapping[str, Value] = field(default_factory=dict)  # `with = { ... }`

    @property
    def first(self) -> Tensor:
        """The main tensor, however it was passed."""
        if self.args:
            return self.args[0]
        head = next(iter(self.named.values()))
        return head[0] if isinstance(head, tuple) else head


Infer: TypeAlias = Callable[[Component, Entering], Inferred | Misfit]


class Op(Record):
    """The record of one layer class.

    `takes`: "one" tensor, a "list" of tensors (merging layers), or call "arguments" by name
    (`calls` names them in order, the first is the main one).
    `results`: how many tensors come out, when that is not one (recurrent `return_state`);
    `further`: constants of the call that add results, and how many.
    `note`: where this record and Keras's symbolic shapes part, and why; `differs` says how.
    """

    name: str
    infer: Infer
    takes: Takes = "one"
    calls: tuple[str, ...] = ()
    results: Callable[[Component], int] = lambda layer: 1
    inner: tuple[str, ...] = ()  # arguments that hold layers: ("layer",), ("cell",), ("cells",)
    random: bool = False  # draws numbers while training
    needs_state: bool = False  # learns from data outside training (Normalization, lookups)
    further: Mapping[str, int] = field(default_factory=dict)
    note: str | None = None
    differs: tuple[Differs, ...] = ()

    def results_of(self, layer: Component, constants: Mapping[str, Value]) -> int:
        """How many tensors come out of a layer called with these constants."""
        return self.results(layer) + sum(
            more for key, more in self.further.items() if constants.get(key) is True)
