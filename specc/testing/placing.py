"""A layer drawn with what enters it, tamed so that a model around it can be trained and judged.

What fits is known to specc's own inference: a case is drawn again until the layer takes it, every
length is known, and nothing is large.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from specc.ops import OPS, table
from specc.ops.arguments import resolve
from specc.ops.component import Component
from specc.ops.component_errors import REASONS
from specc.ops.op import Inferred, Tensor
from specc.ops.types import Part, options_of
from specc.record import Record
from specc.source import Tree, Where
from specc.spec import Range
from specc.tensor import Shape, elements
from specc.testing.draws import Chance
from specc.testing.layers import CASES, Case
from specc.testing.layers.encodings import ENCODINGS
from specc.testing.layers.images import IMAGES

TRIES = 200
LARGEST = 256  # numbers of a sample, in and out
LENGTH = 4  # of what may be any length in a case: rows of a table have no free lengths
FLOATS = ("float32", "float16", "float64", "bfloat16")
NUMBERS = (*FLOATS, "int32", "int64", "uint8", "int16", "bool")
WHOLE = ("Embedding", "ReversibleEmbedding")  # they cut fractions off, which nobody means

# What a model around a layer is not drawn with: rules rightly object, or a table cannot hold it.
LEFT_OUT: Mapping[str, str] = {
    "use_cudnn": "there is none without a GPU",
    "autocast": "Keras does not save it, so that a reloaded model computes otherwise",
    "trainable": "a layer that learns nothing is a mistake where nothing else learns",
    "invert": "words that come out of a model have no loss",
    "sparse": "sparse tensors flatten on no back end",
    "ragged": "rows of a table have one length",
    "data_format": "what stands around the layer has its channels last",
}
STEADY = ("SimpleRNNCell", "GRUCell", "LSTMCell", "StackedRNNCells")  # keep a mask of one batch
MOST_DROPPED = 0.3  # more is `high-dropout`
ALWAYS_SAME = ("zeros", "ones", "identity", "Zeros", "Ones", "Constant", "Identity")


class Unfit(Exception):
    """Nothing that was drawn fits what was wished for."""


class Placed(Record):
    """A layer of a spec: its entry without name and inputs, and the tensors in and out."""

    case: Case
    layer: Component
    gives: tuple[Tensor, ...]

    @property
    def name(self) -> str:
        return self.case.name

    @property
    def chained(self) -> bool:
        """Whether a chain can hold it: one tensor in, one out, nothing said of the call."""
        return (OPS[self.name].takes != "list" and len(self.case.shapes) == 1
                and not self.case.named and not self.case.constants and len(self.gives) == 1)

    @property
    def entering(self) -> list[Shape]:
        return self.case.entered()


def exempt() -> Mapping[str, str]:
    """The layers of the table that no spec can hold, and the table's own words why."""
    said = {}
    for name in table.names("layer"):
        entry = table.entry("layer", name)
        if entry is not None and entry.refused:
            said[name] = REASONS[entry.refused]
    return said


def placed(random: Chance, name: str, vectors: bool = False, chained: bool = False) -> Placed:
    """A layer of that class with what enters it: vectors, or what a chain can hold, if that is
    asked for. Unfit if nothing fits in many tries."""
    for _ in range(TRIES):
        found = fitted(tamed(CASES[name].draw(random)))
        if found is not None and (found.chained or not chained) and not (
                vectors and any(len(one) > 1 for one in found.entering)):
            return found
    raise Unfit(f"{TRIES} cases of {name}, and none that a model could hold")


def fitted(case: Case) -> Placed | None:
    """The case as specc infers it, if a model of a table can hold it."""
    layer = resolve("layer", case.tree, Where("x").at).value
    if layer is None or any(not one or (elements((None, *one)) or LARGEST + 1) > LARGEST
                            for one in case.entered()):
        return None
    done = OPS[case.name].infer(layer, case.entering)
    if not isinstance(done, Inferred) or done.weights is None:
        return None
    main = done.gives[0]
    if case.name.startswith("AdaptiveMax") and 1 in layer.get("output_size"):
        return None  # compiled for TensorFlow, it tries a window one longer than what enters
    if case.name == "TextVectorization" and not layer.get("output_sequence_length"):
        return None  # specc knows how long what comes out is, and Keras does not: nothing is built
    if _single(case, main) or any(one.promised is not None for one in done.gives):
        return None  # Keras would build what follows for what it promises
    if main.shape is None or main.dtype not in NUMBERS:
        return None
    size = elements(main.shape)
    return Placed(case, layer, done.gives) if size and size <= LARGEST else None


def _single(case: Case, gives: Tensor) -> bool:
    """Whether a softmax would be taken over one number, which is always 1."""
    soft = case.name == "Softmax" or case.args.get("activation") in ("softmax", "log_softmax")
    return soft and 1 in (gives.shape or ())


def tamed(case: Case) -> Case:
    """The case with known lengths and without what a model around it cannot have."""
    shapes = [tuple(dim if isinstance(dim, int) else LENGTH for dim in one)
              for one in case.entered()]
    case = case.reshaped(shapes)
    args = dict(_tamed(case.name, case.args))
    # What drops while it predicts, predicts otherwise each time: no reloaded model could agree.
    constants = {key: value for key, value in case.constants.items()
                 if (key, value) != ("training", True)}
    return Case(case.name, args, case.shapes, _dtype(case), (), case.named, constants)


def _dtype(case: Case) -> str:
    """What an input may be: numbers that a layer with weights can learn from."""
    if case.name in WHOLE and not case.constants:
        return "int32"
    return case.dtype if case.name in ENCODINGS else "float32"


def _tamed(name: str, args: Mapping[str, Any]) -> Iterator[tuple[str, Tree]]:
    entry = table.entry("layer", name)
    assert entry is not None
    for key, value in args.items():
        if key in LEFT_OUT or _apart(name, key, args):
            continue
        if key == "rate" and isinstance(value, int | float):
            yield key, min(value, MOST_DROPPED)
        elif any(isinstance(one, Part) and one.category == "initializer"
                 for one in options_of(entry.params[key].type)) and _starts_equal(value):
            continue
        elif isinstance(value, list):
            yield key, [_inner(one) for one in value]
        else:
            yield key, _inner(value)


def _apart(name: str, key: str, args: Mapping[str, Any]) -> bool:
    """Whether an argument does not go with the layer's others where a model is trained."""
    if name in STEADY and key in ("dropout", "recurrent_dropout"):
        return True
    if key == "activity_regularizer" and not _has_kernel(name):
        return True  # Keras saves few of them with it: not Identity, not ELU
    if key == "num_oov_indices" and args[key] == 0:
        return True  # rows of any words are drawn, and Keras stops at one that it has no index for
    if key == "dtype" and str(args[key]).startswith("mixed"):
        return True  # a reloaded model predicts other last bits
    if name == "RandomShear" and key.endswith("factor"):
        return not isinstance(args[key], list)  # Keras saves (-x, x), and refuses to load that
    if key == "dtype":
        # Keras adds the losses of regularizers, and bounds weights, in one dtype.
        held = any(one.endswith(("regularizer", "constraint")) or one == "lora_rank"
                   for one in args)
        return held or name.endswith("3D") or name in (*IMAGES, "ActivityRegularization")
    # TensorFlow on a CPU dilates no transposed convolution, and steps alike along both axes.
    if key == "strides" and name in ("DepthwiseConv2D", "SeparableConv2D"):
        return isinstance(args[key], list)
    return key == "dilation_rate" and name.endswith("Transpose")


def _has_kernel(name: str) -> bool:
    entry = table.entry("layer", name)
    return entry is not None and any(one in entry.params for one in (
        "kernel_initializer", "embeddings_initializer"))


def _inner(value: Tree) -> Tree:
    """A layer that a layer holds, tamed too."""
    if isinstance(value, dict) and table.entry("layer", value.get("type", "")) is not None:
        return {"type": value["type"], **dict(_tamed(
            value["type"], {key: one for key, one in value.items() if key != "type"}))}
    return value


def _starts_equal(value: Tree) -> bool:
    """Whether all weights would start as one number: units that never part."""
    name = value.get("type") if isinstance(value, dict) else value
    return name in ALWAYS_SAME


def range_of(one: Placed) -> Range | None:
    """Which values the layer takes, where they are counted or are brightness."""
    get = one.layer.get
    counted = {"Embedding": "input_dim", "ReversibleEmbedding": "input_dim",
               "CategoryEncoding": "num_tokens"}.get(one.name)
    if counted is not None and not one.case.constants:
        return (0, get(counted) - 1)
    if "value_range" in one.layer.defaults or "value_range" in one.layer.args:
        low, high = get("value_range")
        return (float(low), float(high))
    if one.case.dtype in ("uint8", "int32", "int16", "int64"):
        return (0, 9)
    return (0, 1) if one.case.dtype == "bool" else None


__all__ = ["LEFT_OUT", "Placed", "Unfit", "exempt", "fitted", "placed", "range_of", "tamed"]
