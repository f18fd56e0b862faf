"""Keras as the oracle: one layer built and called, and the answer compared with specc's.

Layers are called on symbolic tensors. Where that is not the whole truth, on zeros: what specc
refuses must break there, and a dimension that specc knows better must come out as specc says.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
keras = pytest.importorskip("keras")

from specc.backend.objects import make  # noqa: E402
from specc.ops import OPS  # noqa: E402
from specc.ops.arguments import resolve  # noqa: E402
from specc.ops.calls import constants_of  # noqa: E402
from specc.ops.component import Component  # noqa: E402
from specc.ops.op import Inferred, Misfit  # noqa: E402
from specc.ops.shaping import variable_dtype  # noqa: E402
from specc.source import Where  # noqa: E402
from specc.tensor import Shape  # noqa: E402
from specc.testing.layers.shapes import Case, plain  # noqa: E402

REFUSALS = (ValueError, TypeError, IndexError, AttributeError, ZeroDivisionError, KeyError,
            RuntimeError, NotImplementedError, AssertionError, OverflowError)
BATCH = 2

Make = Callable[[Shape, str, bool], Any]
How = Literal["both take it", "both refuse", "specc refuses", "Keras refuses", "they differ",
              "the arguments are refused", "not here"]
Difference = tuple[str, str]  # how, and in what
# What TensorFlow cannot do: no kernel for a dtype, and a crop of images of any size.
NOT_HERE = ("is not in the list of allowed values", "symbolic `tf.Tensor` as a Python `bool`")


@dataclass(frozen=True)
class Verdict:
    """How one case went. `why`: what was said by who refused, or how the answers differ."""

    how: How
    layer: Component | None = None
    why: str = ""
    refusal: str = ""  # what Keras said, where it refused
    differs: frozenset[str] = frozenset()  # ways in which both take it and still differ


def refusals() -> tuple[type[Exception], ...]:
    if keras.backend.backend() != "tensorflow":
        return REFUSALS
    import tensorflow as tf

    return (*REFUSALS, tf.errors.OpError)


# ------------------------------------------------------------------ calling

def symbolic(shape: Shape, dtype: str, masked: bool) -> Any:
    tensor = keras.KerasTensor((None, *plain(shape)), dtype=dtype)
    if masked:
        tensor._keras_mask = keras.KerasTensor(tensor.shape[:-1], dtype="bool")
    return tensor


def zeros(length: int) -> Make:
    """What makes tensors of zeros; free lengths are `length`."""

    def form(shape: Shape, dtype: str, masked: bool) -> Any:
        dims = [BATCH, *(length if dim is None else dim for dim in plain(shape))]
        if dtype == "string":
            import tensorflow as tf

            return tf.constant("", shape=dims)
        return keras.ops.zeros(dims, dtype=dtype)

    return form


def call(layer: Any, case: Case, form: Make) -> list[Any]:
    """The layer called on tensors that `form` makes; its results, flat."""
    masks = (*case.masks, *[False] * len(case.shapes))
    tensors = [form(one, case.dtype, mask)
               for one, mask in zip(case.shapes, masks, strict=False)]
    named = {key: [form(one, case.dtype, False) for one in value] if isinstance(value, list)
             else form(value, "bool" if "mask" in key else case.dtype, False)
             for key, value in case.named.items()}
    args = [tensors] if OPS[case.name].takes == "list" else tensors
    found = layer(*args, **named, **case.constants)
    return [one for one in keras.tree.flatten(found) if one is not None]


# ------------------------------------------------------------------ judging

def judge(case: Case) -> Verdict:
    """One case, by both."""
    found = resolve("layer", case.tree, Where("x").at)
    if found.value is None:
        return Verdict("the arguments are refused", None, "; ".join(
            one.message for one in found.diagnostics))
    layer = found.value
    ours = OPS[case.name].infer(layer, case.entering)
    keras.utils.set_random_seed(1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Keras warns of what it casts and of lost masks
        try:
            theirs = make(layer)
            gives = call(theirs, case, symbolic)
        except refusals() as refusal:
            said = str(refusal).strip()
            if any(one in said for one in NOT_HERE):
                return Verdict("not here", layer, said)
            if isinstance(ours, Misfit):
                return Verdict("both refuse", layer, ours.reason, said)
            return Verdict("Keras refuses", layer, "", said)
    if isinstance(ours, Misfit):
        how: How = "not here" if kills(case, layer) else "specc refuses"
        return Verdict(how, layer, ours.reason)
    return compared(case, layer, ours, list(compare(case, layer, ours, theirs, gives)))


def compared(case: Case, layer: Component, ours: Inferred, found: list[Difference]) -> Verdict:
    """What is to be thought of differences: those that the record declares must come true when
    the layer runs."""
    said = "; ".join(f"{kind}: {text}" for kind, text in found)
    kinds = frozenset(kind for kind, _ in found)
    if not kinds:
        return Verdict("both take it", layer)
    if not kinds <= set(OPS[case.name].differs):
        return Verdict("they differ", layer, said)
    ran = list(runs(case, layer))
    if not ran:  # what would come out cannot be known on this back end
        return Verdict("not here", layer, said)
    if any(fits(ours, gives, kinds) for gives in ran):
        return Verdict("both take it", layer, said, differs=kinds)
    return Verdict("they differ", layer, f"{said}; ran: {[one.shape for one in ran[0]]}")


def compare(case: Case, layer: Component, ours: Inferred, theirs: Any,
            gives: list[Any]) -> Iterator[Difference]:
    """Everything in which two answers differ."""
    counted = OPS[case.name].results_of(layer, case.constants)
    if not len(ours.gives) == len(gives) == counted:
        yield "results", f"{len(ours.gives)}, declared {counted}, Keras {len(gives)}"
        return
    for tensor, other in zip(ours.gives, gives, strict=True):
        if kind := shapes_differ(tensor.shape, other.shape):
            yield kind, f"{tensor.shape}, Keras {other.shape}"
        # Of `...` before free lengths EinsumDense promises axes in another order besides.
        if tensor.promised and case.name != "EinsumDense" and shapes_differ(
                tensor.promised, other.shape) == "shape":
            yield "promise", f"{tensor.promised}, Keras {other.shape}"
        if tensor.dtype != other.dtype:
            yield "dtype", f"{tensor.dtype}, Keras {other.dtype}"
        if tensor.masked != (getattr(other, "_keras_mask", None) is not None):
            yield "mask", f"{tensor.masked}"
    yield from compare_weights(layer, ours, theirs)


def shapes_differ(ours: Shape | None, theirs: tuple[int | None, ...]) -> str:
    """How: "knows" if specc knows a number where Keras knows none, and all else is equal."""
    if ours is None or len(ours) != len(theirs):
        return "shape"
    if plain(ours) == tuple(theirs):
        return ""
    more = all(a == b or b is None for a, b in zip(plain(ours), theirs, strict=True))
    return "knows" if more else "shape"


def compare_weights(layer: Component, ours: Inferred, theirs: Any) -> Iterator[Difference]:
    if ours.weights is None:
        yield "weights", "not known"
        return
    mine = [(one.name.rsplit("/")[-1], one.shape, one.trainable,
             one.dtype or variable_dtype(layer)) for one in ours.weights]
    other = [(one.name, tuple(one.shape), one.trainable, one.dtype) for one in theirs.weights]
    if mine != other:
        yield "weights", f"{mine}, Keras {other}"
    if sum(one.count or 0 for one in ours.weights) != theirs.count_params():
        yield "weights", "their number"


# ------------------------------------------------------------------ running

def runs(case: Case, layer: Component) -> Iterator[list[Any]]:
    """What comes out of the layer when it is called on zeros, for several free lengths.

    Nothing for a length at which it breaks.
    """
    if kills(case, layer):
        return
    shapes = [*case.shapes, *(one for one in case.named.values() if isinstance(one, tuple))]
    numbers = {dim for shape in shapes for dim in shape if isinstance(dim, int)}
    some = any(isinstance(dim, str) for shape in shapes for dim in shape)
    for length in sorted({3} | numbers) if some else [3]:
        keras.utils.set_random_seed(1)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                yield call(make(layer), case, zeros(length))
            except refusals():
                continue


def kills(case: Case, layer: Component) -> bool:
    """Whether TensorFlow may end the whole process: an adaptive pooling to more positions than
    there are has windows of no length, by which its kernel divides (SIGFPE, 2.21), and which
    axes are positions is anyone's guess where there are too many or too few."""
    if not layer.name.startswith("AdaptiveMax"):
        return False
    most, shape = max(layer.get("output_size")), case.shapes[0]
    return len(shape) != int(layer.name[-2]) + 1 or any(
        not isinstance(dim, int) or dim < most for dim in shape)


def breaks(case: Case, layer: Component) -> bool:
    """Whether the layer breaks whenever it is called, or whenever it is trained."""
    return any(next(runs(one, layer), None) is None for one in (case, training(case)))


def training(case: Case) -> Case:
    """The case as a step of training calls it."""
    if "training" in case.constants or "training" not in constants_of(case.name):
        return case
    return Case(case.name, case.args, case.shapes, case.dtype, case.masks, case.named,
                {**case.constants, "training": True})


def fits(ours: Inferred, gives: list[Any], kinds: frozenset[str]) -> bool:
    """Whether what came out on zeros is what was inferred, free lengths aside."""
    return len(ours.gives) == len(gives) and all(
        tensor.shape is not None and len(tensor.shape) == len(other.shape)
        and all(dim == found for dim, found in zip(tensor.shape, other.shape, strict=True)
                if isinstance(dim, int) and found is not None)
        and ("dtype" not in kinds
             or tensor.dtype == keras.backend.standardize_dtype(other.dtype))
        and ("mask" not in kinds
             or tensor.masked == (getattr(other, "_keras_mask", None) is not None))
        for tensor, other in zip(ours.gives, gives, strict=True))
