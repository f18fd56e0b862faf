"""Scaling, encoding and looking up.

| layer                       | int             | one_hot         | multi_hot, count, tf_idf |
|-----------------------------|-----------------|-----------------|--------------------------|
| CategoryEncoding            | -               | (..., depth)    | (*[:-1], depth)          |
| StringLookup, IntegerLookup | same            | (..., depth)    | (*[:-1], depth)          |
| Hashing                     | same            | (*[:-1], depth) | (*[:-1], depth)          |
| Discretization              | same            | (..., depth)    | (batch, *[2:], depth)    |
| TextVectorization           | (batch, length) | -               | as StringLookup          |

In one_hot a last dimension of 1 makes room for the depth. These are the shapes that Keras gives
layers downstream, which build their weights from them. Integers are int64, of Discretization
int32. What learns its vocabulary from data has an unknown depth until it is written.

Rescaling and Normalization cost 2 FLOPs an element, all others 0.
"""

from __future__ import annotations

from specc.ops.component import Component, Value
from specc.ops.op import Entering, Inferred, Misfit, Op, Tensor, Weight
from specc.ops.shaping import (
    compute_dtype,
    count,
    elementwise,
    no_axis,
    of_shape,
    resolve_axis,
    several,
    wrong_rank,
)
from specc.tensor import Dim, DType, Shape, agree, show, size

OOV = {"StringLookup": "[UNK]", "TextVectorization": "[UNK]", "IntegerLookup": -1}


def infer_normalization(layer: Component, tensor: Tensor, shape: Shape) -> Inferred | Misfit:
    """Along `axis` its own mean and variance: learned (and counted), or written."""
    kept = []
    for axis in several(layer.get("axis", -1)):
        at = resolve_axis(axis, len(shape))
        if at is None:
            return no_axis(axis, shape)
        if at == 0:
            return Misfit(f"axis {axis} of {show(shape)} is the batch", "axis",
                          "input-rank-mismatch")
        kept.append(at)
    lengths = tuple(shape[at] for at in sorted(kept))
    gives = Tensor(shape, compute_dtype(layer), tensor.masked)
    mean = layer.get("mean")
    weights: tuple[Weight, ...] = ()
    if mean is None:
        weights = (Weight("mean", lengths, trainable=False),
                   Weight("variance", lengths, trainable=False),
                   Weight("count", (), False, "int64"))
    elif misfit := wrong_mean(mean, lengths, shape):
        return misfit
    return Inferred((gives,), weights, size((2, count(shape))))


def wrong_mean(mean: Value, lengths: Shape, shape: Shape) -> Misfit | None:
    """A misfit when as many means are written as nothing along the axes has."""
    if not isinstance(mean, list | tuple) or not lengths or any(
            isinstance(one, list | tuple) for one in mean):
        return None
    if len(mean) != 1 and not agree(len(mean), lengths[-1]):
        return Misfit(f"`mean` has {len(mean)} numbers, but {show(shape)} enters", "mean")
    return None


def one_hot(shape: Shape, depth: Dim) -> Shape | None:
    """The depth behind the shape, or in place of a last 1; not known where that is not known."""
    if len(shape) == 1:
        return (*shape, depth)
    if not isinstance(shape[-1], int):
        return None
    return (*shape[:-1], depth) if shape[-1] == 1 else (*shape, depth)


def infer_category_encoding(layer: Component, tensor: Tensor, shape: Shape) -> Inferred | Misfit:
    depth = layer.get("num_tokens")
    if layer.get("output_mode", "multi_hot") == "one_hot":
        return Inferred((Tensor(one_hot(shape, depth), compute_dtype(layer)),))
    gives = (*shape[:-1], depth)
    return Inferred((Tensor(gives, compute_dtype(layer)),))


def infer_discretization(layer: Component, tensor: Tensor, shape: Shape) -> Inferred | Misfit:
    """Numbers to the number of their bin."""
    bounds, bins = layer.get("bin_boundaries"), layer.get("num_bins")
    if (bounds is None) == (bins is None):
        return Misfit("`Discretization` takes either `num_bins` or `bin_boundaries`",
                      None if bins is None else "num_bins")
    depth = bins if bounds is None else len(bounds) + 1
    mode = layer.get("output_mode", "int")
    if mode == "int":
        return Inferred((Tensor(shape, "int32"),))
    if mode == "one_hot":
        return Inferred((Tensor(one_hot(shape, depth), compute_dtype(layer)),))
    gives = (shape[0], *shape[2:], depth) if len(shape) > 1 else (depth,)
    return Inferred((Tensor(gives, compute_dtype(layer)),))


def hashed_dtype(layer: Component) -> DType | None:
    if layer.get("dtype") is None and layer.get("output_mode", "int") == "int":
        return "int64"
    return compute_dtype(layer)


def infer_hashing(layer: Component, tensor: Tensor, shape: Shape) -> Inferred | Misfit:
    whole = layer.get("output_mode", "int") == "int"
    gives = shape if whole else (*shape[:-1], layer.get("num_bins"))
    return Inferred((Tensor(gives, hashed_dtype(layer)),))


def infer_hashed_crossing(layer: Component, entering: Entering) -> Inferred | Misfit:
    """Two columns to one: the bin of each pair."""
    shapes = [tensor.shape for tensor in entering.args]
    if len(shapes) != 2:
        return Misfit(f"`HashedCrossing` takes 2 tensors, but {len(shapes)} enter")
    left, right = shapes
    if left is None or right is None:
        return Inferred((Tensor(None, hashed_dtype(layer)),))
    if len(left) != len(right) or not all(map(agree, left[1:], right[1:])):
        return Misfit(f"{show(left)} and {show(right)} must be equal to be crossed",
                      slug="merge-shape-mismatch")
    mode, bins = layer.get("output_mode", "int"), layer.get("num_bins")
    if mode == "int":
        return Inferred((Tensor(left, hashed_dtype(layer)),))
    return Inferred((Tensor(one_hot(left, bins), hashed_dtype(layer)),))


def vocabulary_size(layer: Component) -> int | None:
    """How many numbers a lookup can give, out-of-vocabulary and mask included."""
    if layer.get("pad_to_max_tokens", False):
        found = layer.get("max_tokens")
        return found if isinstance(found, int) else None
    words = layer.get("vocabulary")
    if not isinstance(words, list | tuple):
        return None
    return len(special_tokens(layer)) + len(plain_words(layer, tuple(words)))


def mask_token(layer: Component) -> Value:
    return "" if layer.name == "TextVectorization" else layer.get("mask_token")


def special_tokens(layer: Component) -> tuple[Value, ...]:
    """What stands before the words: the mask (only among integers), then the unknown ones."""
    mask = mask_token(layer)
    first = (mask,) * (mask is not None and layer.get("output_mode", "int") == "int")
    unknown = 1 if layer.name == "TextVectorization" else layer.get("num_oov_indices", 1)
    return (*first, *((layer.get("oov_token", OOV[layer.name]),) * unknown))


def plain_words(layer: Component, words: tuple[Value, ...]) -> tuple[Value, ...]:
    """The words behind the special tokens, which may be written or not."""
    special = special_tokens(layer)
    return words[len(special):] if words[:len(special)] == special else words


def wrong_vocabulary(layer: Component) -> Misfit | None:
    """A misfit when Keras does not take the words that are written."""
    words = layer.get("vocabulary")
    if not isinstance(words, list | tuple):
        return None
    plain = plain_words(layer, tuple(words))
    if not words:
        return Misfit("`vocabulary` holds no word", "vocabulary")
    if len(set(plain)) < len(plain):
        twice = next(word for number, word in enumerate(plain) if word in plain[:number])
        return Misfit(f"`vocabulary` holds {twice!r} twice", "vocabulary")
    reserved = [mask_token(layer)]
    if layer.get("invert", False):
        reserved.append(layer.get("oov_token", OOV[layer.name]))
    for token in reserved:
        if token is not None and token in plain:
            return Misfit(f"`vocabulary` holds {token!r}, which is reserved; leave it out, or "
                          f"begin with {list(special_tokens(layer))}", "vocabulary")
    most = layer.get("max_tokens")
    if most is not None and len(special_tokens(layer)) + len(plain) > most:
        return Misfit(f"`vocabulary` makes {len(special_tokens(layer)) + len(plain)} tokens, "
                      f"and `max_tokens` is {most}", "max_tokens")
    return None


def infer_lookup(layer: Component, tensor: Tensor, shape: Shape) -> Inferred | Misfit:
    if misfit := wrong_vocabulary(layer):
        return misfit
    mode = layer.get("output_mode", "int")
    if mode == "int":
        return Inferred((Tensor(shape, "int64"),))
    return Inferred((Tensor(encoded(mode, shape, vocabulary_size(layer)), "float32"),))


def encoded(mode: str, shape: Shape, depth: Dim) -> Shape | None:
    return one_hot(shape, depth) if mode == "one_hot" else (*shape[:-1], depth)


def infer_text(layer: Component, tensor: Tensor, shape: Shape) -> Inferred | Misfit:
    """Texts, one a row, to the numbers of their words, or to counts of the vocabulary."""
    if misfit := wrong_vocabulary(layer):
        return misfit
    mode, splits = layer.get("output_mode", "int"), layer.get("split", "whitespace") is not None
    if splits and len(shape) > 1 and isinstance(shape[-1], int) and shape[-1] != 1:
        return Misfit(f"`TextVectorization` takes one text a row, but {show(shape)} enters",
                      slug="input-rank-mismatch")
    if mode == "int":
        return Inferred((Tensor((shape[0], layer.get("output_sequence_length")), "int64"),))
    if splits:
        shape = (*shape, None)
    elif len(shape) == 1:
        shape = (*shape, 1)
    return Inferred((Tensor(encoded(mode, shape, vocabulary_size(layer)), "float32"),))


def infer_spectrogram(layer: Component, tensor: Tensor, shape: Shape) -> Inferred | Misfit:
    """(batch, samples) to (batch, num_mel_bins, frames)."""
    if misfit := wrong_rank(layer, shape, "batch", "samples"):
        return misfit
    stride = layer.get("sequence_stride", 512)
    frames = (shape[1] + stride + 1) // stride if isinstance(shape[1], int) else None
    gives = (shape[0], layer.get("num_mel_bins", 128), frames)
    return Inferred((Tensor(gives, compute_dtype(layer)),), (), None)


PREPROCESSING = (
    Op("Rescaling", elementwise(cost=2)),
    Op("Normalization", of_shape(infer_normalization), needs_state=True),
    Op("Discretization", of_shape(infer_discretization), needs_state=True),
    Op("CategoryEncoding", of_shape(infer_category_encoding)),
    Op("Hashing", of_shape(infer_hashing)),
    Op("HashedCrossing", infer_hashed_crossing, "list"),
    Op("IntegerLookup", of_shape(infer_lookup), needs_state=True),
    Op("StringLookup", of_shape(infer_lookup), needs_state=True),
    Op("TextVectorization", of_shape(infer_text), needs_state=True),
    Op("MelSpectrogram", of_shape(infer_spectrogram)),
)
