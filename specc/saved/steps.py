"""What is no layer of Keras's own, written with layers: operations and private layers.

| saved                            | written                                                   |
|----------------------------------|-----------------------------------------------------------|
| `x + y`, `-`, `*`, maximum ...   | Add, Subtract, Multiply, Maximum, Minimum                 |
| `x + 3`, `x * 3`, `3 - x`, `x/2` | Rescaling(scale, offset)                                  |
| `relu(x)`, `sigmoid(x)` ...      | Activation                                                |
| concatenate, reshape, transpose  | Concatenate, Reshape, Permute                             |
| `x[:, 2:5]`, `x[:, 0]`           | Cropping1D, and Reshape where an axis is dropped          |
| LayerScale (ConvNeXt)            | EinsumDense("abcd,d->abcd") without bias                  |
| CustomScaleLayer (Inception)     | Rescaling of the second, Add                              |
| StochasticDepth (ConvNeXt)       | Dropout, one draw a sample                                |

Operations know no masks and take any dtype; where a layer would behave otherwise, they are refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from specc.ir.scope import snake
from specc.ops import table
from specc.record import Record
from specc.saved.component import Reading, Unsaid
from specc.saved.config import ARRAY, SLICE, Saved, saved
from specc.saved.errors import cut, operation_unsaid
from specc.saved.flow import Entering, Flow
from specc.source import Tree
from specc.tensor import Shape

OPERATIONS = "keras.src.ops."
APPLICATIONS = "keras.src.applications."


class Step(Record):
    """One layer of what is written instead; the last one gives the result.

    `takes`: positions of tensors that enter, or words of earlier steps.
    """

    word: str  # what its name ends with; "" for the last
    type: str
    args: Mapping[str, Tree]
    takes: tuple[int | str, ...] = (0,)


class Refused(Exception):
    """Why something cannot be written with layers."""


Constant: TypeAlias = float | list[float]
Maker: TypeAlias = Callable[[Mapping[str, Tree], Sequence[Tree]], Sequence[Step]]


def rewrites(one: Saved) -> bool:
    """Whether an object of this module is written with other layers."""
    return one.module.startswith(OPERATIONS) or (
        one.module.startswith(APPLICATIONS) and one.kind in PRIVATE)


def steps_of(one: Saved, given: Entering, reading: Reading) -> tuple[Step, ...]:
    """The layers that say a saved operation or private layer. Unsaid where none do."""
    named = {key: value for key, value in given.named.items()
             if value is not None and key != "training"}
    try:
        if one.module.startswith(APPLICATIONS):
            return tuple(PRIVATE[one.kind](one.config, given.args))
        maker = MAKERS.get(one.kind) or _activation(one.kind)
        if maker is None:
            raise Refused("specs are made of layers, and none does this")
        args = [*given.args, *named.values()]  # operations are recorded by position
        return tuple(maker(one.config, args))
    except Refused as why:
        raise Unsaid(operation_unsaid(reading.where, layer=reading.layer, name=snake(one.kind),
                                      reason=str(why))) from None


def dtype_of(flows: Sequence[Flow]) -> str:
    """The one float dtype of all tensors that enter an operation."""
    dtypes = {one.dtype for one in flows}
    if len(dtypes) != 1:
        raise Refused(f"its tensors are of different dtypes ({', '.join(sorted(dtypes))})")
    (only,) = dtypes
    if not only.startswith(("float", "bfloat")):
        raise Refused(f"it computes in {cut(only)}, and layers in floats")
    return only


def _number(tree: Tree) -> Constant | None:
    """A constant that Rescaling takes: a number, or a list of them along the last axis."""
    one = saved(tree)
    if one is not None and one.kind == ARRAY:
        tree = one.config.get("value")
    if isinstance(tree, list) and len(tree) == 1:
        tree = tree[0]
    good = isinstance(tree, int | float) and not isinstance(tree, bool)
    if isinstance(tree, list) and tree and all(isinstance(each, int | float)
                                               and not isinstance(each, bool) for each in tree):
        return [float(each) for each in tree]
    return float(tree) if good else None


def _merge(layer: str) -> Maker:
    """Two tensors: a merging layer."""
    def make(config: Mapping[str, Tree], args: Sequence[Tree]) -> Sequence[Step]:
        if len(args) == 2 and all(isinstance(one, Flow) for one in args):
            if len(args[0].shape) != len(args[1].shape):
                raise Refused("its tensors have different numbers of dimensions")
            return (Step("", layer, {}, (0, 1)),)
        raise Refused("it is not said of two tensors")

    return make


def _scale(of: Callable[[Constant, bool], Mapping[str, Tree]], layer: str | None) -> Maker:
    """A tensor and a constant: Rescaling; two tensors: a merging layer, if there is one."""
    def make(config: Mapping[str, Tree], args: Sequence[Tree]) -> Sequence[Step]:
        if len(args) != 2:
            raise Refused("it is not said of two values")
        left, right = args
        if isinstance(left, Flow) and isinstance(right, Flow):
            if layer is None:
                raise Refused("a constant alone can be divided by")
            return _merge(layer)(config, args)
        constant = _number(right if isinstance(left, Flow) else left)
        if constant is None:
            raise Refused("its constant is no number")
        return (Step("", "Rescaling", of(constant, isinstance(left, Flow))),)

    return make


def _each(constant: Constant, of: Callable[[float], float]) -> Constant:
    return [of(one) for one in constant] if isinstance(constant, list) else of(constant)


def _difference(constant: Constant, tensor_first: bool) -> Mapping[str, Tree]:
    if tensor_first:
        return {"scale": 1.0, "offset": _each(constant, lambda one: -one)}
    return {"scale": -1.0, "offset": constant}


def _quotient(constant: Constant, tensor_first: bool) -> Mapping[str, Tree]:
    if not tensor_first:
        raise Refused("a constant is divided by a tensor")
    if 0.0 in (constant if isinstance(constant, list) else [constant]):
        raise Refused("it divides by zero")
    return {"scale": _each(constant, lambda one: 1.0 / one)}


def _negative(config: Mapping[str, Tree], args: Sequence[Tree]) -> Sequence[Step]:
    return (Step("", "Rescaling", {"scale": -1.0}),)


def _concatenate(config: Mapping[str, Tree], args: Sequence[Tree]) -> Sequence[Step]:
    tensors = args[0] if args and isinstance(args[0], list) else []
    if not tensors or not all(isinstance(one, Flow) for one in tensors):
        raise Refused("it is not said of a list of tensors")
    axis = config.get("axis", -1)
    if axis is None or axis == 0 or axis == -len(tensors[0].shape):
        raise Refused("it joins samples of a batch")
    return (Step("", "Concatenate", {"axis": axis}, tuple(range(len(tensors)))),)


def _reshape(config: Mapping[str, Tree], args: Sequence[Tree]) -> Sequence[Step]:
    shape = config.get("newshape")
    if not isinstance(shape, list) or not shape or not args or not isinstance(args[0], Flow):
        raise Refused("its shape is not written")
    entering = args[0].shape
    behind = [-1 if one is None else one for one in shape[1:]]
    sizes = [one for one in behind if isinstance(one, int)]
    if len(sizes) != len(behind) or sizes.count(-1) > 1:
        raise Refused("more than one length is free")
    whole = -1 not in sizes and all(isinstance(one, int) for one in entering[1:]) and (
        _product(sizes) == _product(one for one in entering[1:] if isinstance(one, int)))
    if shape[0] not in (None, -1) or (shape[0] == -1 and not whole):
        raise Refused("it mixes samples of a batch")
    return (Step("", "Reshape", {"target_shape": behind}),)


def _product(sizes: object) -> int:
    total = 1
    for one in sizes:  # type: ignore[attr-defined]
        total *= one
    return total


def _transpose(config: Mapping[str, Tree], args: Sequence[Tree]) -> Sequence[Step]:
    axes = config.get("axes")
    if not isinstance(axes, list) or len(axes) < 2 or axes[0] != 0:
        raise Refused("it moves the samples of a batch")
    return (Step("", "Permute", {"dims": axes[1:]}),)


def _one_shape(args: Sequence[Tree]) -> list[int]:
    """The sizes behind the batch, at most one of them free (-1)."""
    if not args or not isinstance(args[0], Flow):
        raise Refused("it is not said of a tensor")
    behind = [one if isinstance(one, int) else -1 for one in args[0].shape[1:]]
    if behind.count(-1) > 1:
        raise Refused("more than one length is free")
    return behind


def _expand(config: Mapping[str, Tree], args: Sequence[Tree]) -> Sequence[Step]:
    behind, axis = _one_shape(args), config.get("axis")
    if type(axis) is not int or not -len(behind) - 1 <= axis <= len(behind) + 1 or axis == 0:
        raise Refused("its axis is the batch's, or none")
    at = axis - 1 if axis > 0 else len(behind) + 1 + axis
    return (Step("", "Reshape", {"target_shape": [*behind[:at], 1, *behind[at:]]}),)


def _squeeze(config: Mapping[str, Tree], args: Sequence[Tree]) -> Sequence[Step]:
    behind, axis = _one_shape(args), config.get("axis")
    if type(axis) is not int or axis == 0 or not -len(behind) <= axis <= len(behind):
        raise Refused("its axis is the batch's, or none")
    at = axis - 1 if axis > 0 else len(behind) + axis
    if behind[at] != 1:
        raise Refused(f"axis {axis} has not the size 1")
    return (Step("", "Reshape", {"target_shape": [*behind[:at], *behind[at + 1:]]}),)


def _item(config: Mapping[str, Tree], args: Sequence[Tree]) -> Sequence[Step]:
    """`x[:, a:b]` and `x[:, i]` of (batch, length, channels)."""
    key = args[1] if len(args) == 2 else None
    if not isinstance(key, list) or len(key) != 2 or not isinstance(args[0], Flow) or (
            len(args[0].shape) != 3) or _slice(key[0]) != (None, None, None):
        raise Refused("only the second axis of (batch, length, channels) can be cropped")
    length, channels = args[0].shape[1:]
    if not isinstance(length, int) or length < 1:
        raise Refused("the length of what is cropped is free")
    drop = type(key[1]) is int
    if drop and not -length <= key[1] < length:
        raise Refused("its index lies outside")
    at = slice(key[1] % length, key[1] % length + 1) if drop else slice(*_slice(key[1]))
    begin, end, step = at.indices(length)
    if step != 1 or begin >= end:
        raise Refused("it takes single entries, or none")
    crop = Step("crop" if drop else "", "Cropping1D", {"cropping": [begin, length - end]})
    if not drop:
        return (crop,)
    if not isinstance(channels, int):
        raise Refused("the number of channels is free")
    return (crop, Step("", "Reshape", {"target_shape": [channels]}, ("crop",)))


def _slice(tree: Tree) -> tuple[int | None, int | None, int | None]:
    one = saved(tree) if isinstance(tree, Mapping) else None
    if one is None or one.kind != SLICE:
        raise Refused("its index is no slice")
    found = tuple(one.config.get(key) for key in ("start", "stop", "step"))
    if not all(each is None or type(each) is int for each in found) or found[2] == 0:
        raise Refused("its index is no slice")
    return found  # type: ignore[return-value]


def _softmax(config: Mapping[str, Tree], args: Sequence[Tree]) -> Sequence[Step]:
    axis = config.get("axis", -1)
    if axis == -1:
        return (Step("", "Activation", {"activation": "softmax"}),)
    return (Step("", "Softmax", {"axis": axis}),)


def _leaky(config: Mapping[str, Tree], args: Sequence[Tree]) -> Sequence[Step]:
    return (Step("", "LeakyReLU", {"negative_slope": config.get("negative_slope", 0.2)}),)


def _activation(kind: str) -> Maker | None:
    """An activation that Keras knows as a word; of others with arguments only the default."""
    name = table.canonical("activation", snake(kind)) or table.canonical("activation", kind.lower())
    if name is None:
        return None

    def make(config: Mapping[str, Tree], args: Sequence[Tree]) -> Sequence[Step]:
        more = {key: one for key, one in config.items() if key != "name"}
        if more and not (name == "gelu" and more == {"approximate": False}):
            raise Refused("it has arguments")
        if len(args) != 1:
            raise Refused("it is not said of one tensor")
        return (Step("", "Activation", {"activation": name}),)

    return make


def _layer_scale(config: Mapping[str, Tree], args: Sequence[Tree]) -> Sequence[Step]:
    """Each channel times a weight; (batch, height, width, channels)."""
    channels, start = config.get("projection_dim"), config.get("init_values")
    shape: Shape = args[0].shape if args and isinstance(args[0], Flow) else ()
    if type(channels) is not int or not isinstance(start, int | float) or len(shape) != 4:
        raise Refused("it is not as Keras writes it")
    return (Step("", "EinsumDense", {
        "equation": "abcd,d->abcd", "output_shape": [*shape[1:3], channels],
        "kernel_initializer": {"type": "Constant", "value": float(start)}}),)


def _custom_scale(config: Mapping[str, Tree], args: Sequence[Tree]) -> Sequence[Step]:
    """The first tensor, and the second times a number."""
    scale = config.get("scale")
    tensors = args[0] if args and isinstance(args[0], list) else []
    if not isinstance(scale, int | float) or len(tensors) != 2:
        raise Refused("it is not as Keras writes it")
    return (Step("scale", "Rescaling", {"scale": float(scale)}, (1,)),
            Step("", "Add", {}, (0, "scale")))


def _stochastic_depth(config: Mapping[str, Tree], args: Sequence[Tree]) -> Sequence[Step]:
    rate = config.get("drop_path_rate")
    rank = len(args[0].shape) if args and isinstance(args[0], Flow) else 0
    if not isinstance(rate, int | float) or rank < 2:
        raise Refused("it is not as Keras writes it")
    return (Step("", "Dropout", {"rate": float(rate), "noise_shape": [None] + [1] * (rank - 1)}),)


MAKERS: Mapping[str, Maker] = {
    "Add": _scale(lambda one, first: {"scale": 1.0, "offset": one}, "Add"),
    "Subtract": _scale(_difference, "Subtract"),
    "Multiply": _scale(lambda one, first: {"scale": one}, "Multiply"),
    "Divide": _scale(_quotient, None),
    "TrueDivide": _scale(_quotient, None),
    "Maximum": _merge("Maximum"),
    "Minimum": _merge("Minimum"),
    "Negative": _negative,
    "Concatenate": _concatenate,
    "Reshape": _reshape,
    "Transpose": _transpose,
    "ExpandDims": _expand,
    "Squeeze": _squeeze,
    "GetItem": _item,
    "Softmax": _softmax,
    "LeakyRelu": _leaky,
}
PRIVATE: Mapping[str, Maker] = {
    "LayerScale": _layer_scale,
    "CustomScaleLayer": _custom_scale,
    "StochasticDepth": _stochastic_depth,
}
