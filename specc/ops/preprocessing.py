"""Scaling, encoding and looking up.

| layer                       | int             | one_hot      | multi_hot, count, tf_idf |
|-----------------------------|-----------------|--------------|--------------------------|
| CategoryEncoding            | -               | (..., depth) | (batch, *[2:], depth)    |
| StringLookup, IntegerLookup | same            | (..., depth) | (batch, *[2:], depth)    |
| Hashing, Discretization     | same            | (..., depth) | (batch, *[2:], depth)    |
| HashedCrossing              | same            | (..., depth) | -                        |
| TextVectorization           | (batch, length) | -            | (batch, depth)           |

In one_hot a last dimension of 1 makes room for the depth; the others count along the axis behind
the batch. These are the shapes that come out; Keras promises others for some of them (see the
notes). Integers are int64, of Discretization int32. What learns its vocabulary from data has an
unknown depth until it is written.

Rescaling and Normalization cost 2 FLOPs an element, MelSpectrogram those of its transform and of
the product with its bands, all others 0.
"""

from __future__ import annotations

from math import log2

from specc.diagnostics import number_of
from specc.ops.component import Component, Value
from specc.ops.op import Entering, Inferred, Misfit, Op, Tensor, Weight
from specc.ops.shaping import (
    compute_dtype,
    count,
    no_axis,
    of_shape,
    resolve_axis,
    several,
    variable_dtype,
    wrong_rank,
)
from specc.ops.vocabulary import (
    looked_up,
    vocabulary_size,
    wrong_key,
    wrong_mode,
    wrong_vocabulary,
)
from specc.ops.weights import free_size
from specc.tensor import Dim, DType, Shape, agree, broadcast, show, size

COUNTED = ("Of (batch, m, n) Keras promises (batch, m, depth) for `multi_hot`, `count` and "
           "`tf_idf`; it counts along m, and (batch, n, depth) comes out.")
LOOKED_UP = (COUNTED + " Whole numbers come out where it promises floats; only `tf_idf` gives "
             "floats, and `StringLookup` turned round gives texts.")


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
        if isinstance(dim := shape[at], str):
            return free_size(layer, dim)
        kept.append(at)
    lengths = tuple(shape[at] for at in sorted(kept))
    gives = Tensor(shape, compute_dtype(layer), tensor.masked)
    mean, variance = layer.get("mean"), layer.get("variance")
    if (mean is None) != (variance is None) or sides(mean) != sides(variance):
        return Misfit("`mean` and `variance` are written together, and equally many of each",
                      "variance" if mean is None else "mean")
    weights: tuple[Weight, ...] = ()
    if mean is None:
        weights = (Weight("mean", lengths, trainable=False),
                   Weight("variance", lengths, trainable=False),
                   Weight("count", (), False, "int64"))
    elif misfit := wrong_mean(mean, lengths, shape):
        return misfit
    return Inferred((gives,), weights, size((2, count(shape))))


def sides(value: Value) -> int | None:
    """How many numbers are written: none stands for one that is written without a list."""
    return len(value) if isinstance(value, list | tuple) else None


def wrong_mean(mean: Value, lengths: Shape, shape: Shape) -> Misfit | None:
    """A misfit when as many means are written as nothing along the axes has."""
    if not isinstance(mean, list | tuple) or not lengths or any(
            isinstance(one, list | tuple) for one in mean):
        return None
    if len(mean) != 1 and not agree(len(mean), lengths[-1]):
        return Misfit(f"`mean` has {number_of(len(mean), 'number')}, but {show(shape)} enters",
                      "mean")
    return None


def one_hot(shape: Shape, depth: Dim) -> Shape | None:
    """The depth behind the shape, or in place of a last 1; not known where that is not known."""
    if len(shape) > 1 and shape[-1] is None:
        return None
    return (*shape[:-1], depth) if len(shape) > 1 and shape[-1] == 1 else (*shape, depth)


def encoded(mode: str, shape: Shape, depth: Dim) -> Shape | None:
    """What an encoding makes of numbers of this shape. Of one number a sample, counting makes one
    row of the whole batch."""
    if mode == "one_hot":
        return one_hot(shape, depth)
    return (*shape[:1], *shape[2:], depth) if len(shape) > 1 else (depth,)


def counted(layer: Component, shape: Shape, depth: Dim, dtype: DType | None) -> Tensor:
    """What an encoding gives, beside what Keras promises: that the last axis is counted along,
    of Hashing in every mode. Whole numbers are no encoding."""
    mode = layer.get("output_mode")
    if mode == "int":
        return Tensor(shape, dtype)
    gives = encoded(mode, shape, depth)
    last = mode != "one_hot" or layer.name == "Hashing"
    said = (*shape[:-1], depth) if last and shape else gives
    return Tensor(gives, dtype, promised=None if said == gives else said)


def wrong_sparse(layer: Component) -> Misfit | None:
    """A misfit when whole numbers are to be sparse, which only encodings can be."""
    if layer.get("sparse", False) and layer.get("output_mode", "int") == "int":
        return Misfit('`sparse` needs an `output_mode` other than "int"', "sparse")
    return None


def infer_category_encoding(layer: Component, tensor: Tensor, shape: Shape) -> Inferred | Misfit:
    return Inferred((counted(layer, shape, layer.get("num_tokens"), compute_dtype(layer)),))


def infer_discretization(layer: Component, tensor: Tensor, shape: Shape) -> Inferred | Misfit:
    """Numbers to the number of their bin."""
    bounds, bins = layer.get("bin_boundaries"), layer.get("num_bins")
    if (bounds is None) == (bins is None):
        return Misfit("`Discretization` takes either `num_bins` or `bin_boundaries`",
                      None if bins is None else "num_bins")
    if misfit := wrong_sparse(layer):
        return misfit
    depth = bins if bounds is None else len(bounds) + 1
    mode = layer.get("output_mode", "int")
    if mode == "int":
        return Inferred((Tensor(shape, "int32"),))
    return Inferred((Tensor(encoded(mode, shape, depth), compute_dtype(layer)),))


def hashed_dtype(layer: Component) -> DType | None:
    if layer.get("dtype") is None and layer.get("output_mode", "int") == "int":
        return "int64"
    return variable_dtype(layer) if layer.name == "Hashing" else compute_dtype(layer)


def wrong_hash(layer: Component) -> Misfit | None:
    """A misfit when the numbers of bins are to be floats."""
    dtype = layer.get("dtype")
    if dtype is not None and layer.get("output_mode", "int") == "int" and "int" not in dtype:
        return Misfit(f'`dtype = "{dtype}"` holds no whole numbers, and the numbers of the bins '
                      'are given unless `output_mode` says otherwise', "dtype")
    return wrong_sparse(layer)


def infer_hashing(layer: Component, tensor: Tensor, shape: Shape) -> Inferred | Misfit:
    if misfit := wrong_hash(layer):
        return misfit
    return Inferred((counted(layer, shape, layer.get("num_bins"), hashed_dtype(layer)),))


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
    if len(left) > 2 or (not agree(left[-1], 1) and len(left) == 2):
        return Misfit(f"`HashedCrossing` takes one value a sample, but {show(left)} enters")
    mode, bins = layer.get("output_mode", "int"), layer.get("num_bins")
    if mode == "int":
        return Inferred((Tensor(left, hashed_dtype(layer)),))
    return Inferred((Tensor(one_hot(left, bins), hashed_dtype(layer)),))


def infer_lookup(layer: Component, tensor: Tensor, shape: Shape) -> Inferred | Misfit:
    if misfit := (wrong_sparse(layer) or wrong_mode(layer) or wrong_vocabulary(layer)
                  or wrong_key(layer, tensor)):
        return misfit
    return Inferred((counted(layer, shape, vocabulary_size(layer), looked_up(layer)),))


def joined(words: Dim, ngrams: Value) -> Dim:
    """How many runs of words there are, of each of the widths of `ngrams`."""
    if ngrams is None:
        return words
    if not isinstance(words, int):
        return None
    widths = range(1, ngrams + 1) if isinstance(ngrams, int) else ngrams
    return sum(max(words - width + 1, 0) for width in widths)


def infer_text(layer: Component, tensor: Tensor, shape: Shape) -> Inferred | Misfit:
    """Texts, one a row, to the numbers of their words, or to counts of the vocabulary."""
    if misfit := (wrong_sparse(layer) or wrong_mode(layer) or wrong_vocabulary(layer)
                  or wrong_key(layer, tensor)):
        return misfit
    mode, splits = layer.get("output_mode", "int"), layer.get("split", "whitespace") is not None
    split = splits and len(shape) > 1
    if split:
        if not agree(shape[-1], 1):
            return Misfit(f"`TextVectorization` takes one text a row, but {show(shape)} enters",
                          slug="input-rank-mismatch")
        shape = shape[:-1]
    length, ngrams = layer.get("output_sequence_length"), layer.get("ngrams")
    if not splits and len(shape) == 1 and (length is not None or ngrams is not None):
        return Misfit("without `split`, `ngrams` and `output_sequence_length` need "
                      "(batch, words), but (batch,) enters", "split", "input-rank-mismatch")
    words = (*shape, None) if splits else (*shape[:-1], joined(shape[-1], ngrams))
    if mode == "int":
        gives = words if length is None else (*words[:-1], length)
        return Inferred((Tensor(gives, "int64"),))
    depth = vocabulary_size(layer)
    said = (*shape, 1, depth) if split else None  # the axis that was taken off is promised still
    return Inferred((Tensor(encoded(mode, words, depth), looked_up(layer), promised=said),))


def infer_spectrogram(layer: Component, tensor: Tensor, shape: Shape) -> Inferred | Misfit:
    """(batch, samples) to (batch, num_mel_bins, frames)."""
    if misfit := wrong_rank(layer, shape, "batch", "samples"):
        return misfit
    if compute_dtype(layer) == "float64" and layer.get("power_to_db", True):
        return Misfit("decibels are computed in float32 only; leave `dtype` out, or set "
                      "`power_to_db = false`", "dtype")
    half = layer.get("fft_length", 2048) // 2
    if isinstance(shape[1], int) and shape[1] <= half:
        return Misfit(f"the first and last frame mirror {half} samples, and there are only "
                      f"{shape[1]}", "fft_length")
    stride = layer.get("sequence_stride", 512)
    frames = (shape[1] + stride + 1) // stride if isinstance(shape[1], int) else None
    gives = (shape[0], layer.get("num_mel_bins", 128), frames)
    return Inferred((Tensor(gives, compute_dtype(layer)),), (), size((frames, each_frame(layer))))


def each_frame(layer: Component) -> int:
    """FLOPs of one frame: a fast Fourier transform of n real numbers, 2.5 n log2 n, and 2 a
    multiply-add of its n / 2 + 1 frequencies with every band."""
    length, bands = layer.get("fft_length", 2048), layer.get("num_mel_bins", 128)
    transform = round(2.5 * length * log2(length)) if length > 1 else 0
    return int(transform + 2 * (length // 2 + 1) * bands)


def infer_rescaling(layer: Component, tensor: Tensor, shape: Shape) -> Inferred | Misfit:
    """Several scales or offsets are one for each number along the last axis, or make several of
    one."""
    gives = shape
    for key in ("scale", "offset"):
        many = sides(layer.get(key, 0.0))
        if many is None:
            continue
        found = broadcast([gives[1:], (many,)])
        if found is None or len(found) != len(shape) - 1:
            return Misfit(f"`{key}` has {number_of(many, 'number')}, but {show(shape)} enters", key)
        gives = (shape[0], *found)
    promised = None if gives == shape else shape
    return Inferred((Tensor(gives, compute_dtype(layer), tensor.masked, promised),), (),
                    size((2, count(gives))))


PREPROCESSING = (
    Op("Rescaling", of_shape(infer_rescaling), differs=("shape", "knows"),
       note="Several scales or offsets make several numbers of one, which Keras does not promise."),
    Op("Normalization", of_shape(infer_normalization), needs_state=True),
    Op("Discretization", of_shape(infer_discretization), needs_state=True),
    Op("CategoryEncoding", of_shape(infer_category_encoding), note=COUNTED, differs=("shape",)),
    Op("Hashing", of_shape(infer_hashing), differs=("shape",),
       note="Keras promises (*shape[:-1], num_bins) for every encoding; `one_hot` gives "
            "(*shape, num_bins), a last 1 left out, and the others (batch, *shape[2:], num_bins)."),
    Op("HashedCrossing", infer_hashed_crossing, "list"),
    *(Op(name, of_shape(infer_lookup), needs_state=True, note=LOOKED_UP,
         differs=("shape", "dtype")) for name in ("IntegerLookup", "StringLookup")),
    Op("TextVectorization", of_shape(infer_text), needs_state=True,
       differs=("shape", "dtype", "knows", "stricter"),
       note="Of (batch, 1) Keras promises (batch, 1, depth) for `multi_hot`, `count` and "
            "`tf_idf`; (batch, depth) comes out, of `multi_hot` and `count` whole numbers where it "
            "promises floats. Without `split`, (batch, words) comes out where "
            "any length is promised, and `ngrams` and `output_sequence_length` of (batch,) would "
            "mix samples."),
    Op("MelSpectrogram", of_shape(infer_spectrogram), differs=("stricter",),
       note="Of three dimensions Keras promises another shape than comes out; of no more samples "
            "than half of `fft_length` it promises frames, and breaks when it runs, as it does "
            "with decibels in float64."),
)
