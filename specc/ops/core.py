"""Dense layers, embeddings, activations, dropout and noise.

| layer               | gives           | weights                       | FLOPs                 |
|---------------------|-----------------|-------------------------------|-----------------------|
| Dense               | (..., units)    | kernel (n, units), bias       | 2n + 1 an element     |
| EinsumDense         | see `equation`  | kernel, bias along bias_axes  | 2 a product, 1 a bias |
| Embedding           | (..., output)   | embeddings (input, output)    | 0: it looks up        |
| PReLU               | same            | alpha, 1 along shared_axes    | 0                     |
| activations, dropout, noise | same    | -                             | 0                     |

Dense takes integers as well: Keras casts only floats to the layer's dtype, and the product with
a float kernel is a float.
"""

from __future__ import annotations

from specc.ops.component import Component
from specc.ops.op import Entering, Inferred, Misfit, Op, Tensor, Weight
from specc.ops.shaping import (
    FLOATS,
    POSITIONS,
    compute_dtype,
    count,
    elementwise,
    no_axis,
    of_shape,
    resolve_axis,
    several,
    total,
    with_lora,
    wrong_lora,
    wrong_positions,
)
from specc.tensor import Dim, Shape, agree, show, size


def infer_dense(layer: Component, tensor: Tensor, shape: Shape) -> Inferred | Misfit:
    """(batch, ..., n) to (batch, ..., units)."""
    if len(shape) < 2:
        return Misfit(f"`Dense` takes (batch, ..., features), but {show(shape)} enters",
                      slug="input-rank-mismatch")
    if misfit := wrong_lora(layer, "kernel_constraint"):
        return misfit
    units = layer.get("units")
    gives = (*shape[:-1], units)
    weights = [Weight("kernel", (shape[-1], units))]
    flops = size((2, shape[-1], count(gives)))
    if layer.get("use_bias", True):
        weights.append(Weight("bias", (units,)))
        flops = total((flops, count(gives)))
    return Inferred((Tensor(gives, compute_dtype(layer), tensor.masked),),
                    with_lora(layer, tuple(weights)), flops)


def infer_embedding(layer: Component, entering: Entering) -> Inferred | Misfit:
    """Integers of any shape to vectors, (..., output_dim). Floats are cut to integers.

    Called with `reverse`, vectors of (..., output_dim) to a number for each of `input_dim`.
    """
    if misfit := wrong_lora(layer, "embeddings_constraint"):
        return misfit
    tensor = entering.first
    table: Shape = (layer.get("input_dim"), layer.get("output_dim"))
    weights = with_lora(layer, (Weight("embeddings", table),))
    if layer.name == "ReversibleEmbedding" and not layer.get("tie_weights", True):
        weights = (*weights, Weight("reverse_embeddings", (table[1], table[0])))
    if entering.constants.get("reverse") is True:
        return reversed_embedding(layer, tensor, table, weights)
    shape = None if tensor.shape is None else (*tensor.shape, table[1])
    gives = Tensor(shape, compute_dtype(layer), bool(layer.get("mask_zero", False)))
    return Inferred((gives,), weights, 0)


def reversed_embedding(layer: Component, tensor: Tensor, table: Shape,
                       weights: tuple[Weight, ...]) -> Inferred | Misfit:
    """(..., output_dim) to (..., input_dim): the product with the table, transposed."""
    shape = tensor.shape
    dtype = layer.get("reverse_dtype") or compute_dtype(layer)
    if shape is None:
        return Inferred((Tensor(None, dtype),), weights, None)
    if len(shape) < 2 or not agree(shape[-1], table[1]):
        return Misfit(f"`{layer.name}` turns back (..., {table[1]}), but {show(shape)} enters")
    gives = (*shape[:-1], table[0])
    return Inferred((Tensor(gives, dtype),), weights, size((2, table[1], count(gives))))


def infer_masking(layer: Component, entering: Entering) -> Inferred:
    """The tensor itself, and a mask of the steps that are not all `mask_value`."""
    return Inferred((Tensor(entering.first.shape, compute_dtype(layer), masked=True),))


def infer_softmax(layer: Component, tensor: Tensor, shape: Shape) -> Inferred | Misfit:
    for axis in several(layer.get("axis", -1)):
        if resolve_axis(axis, len(shape)) is None:
            return no_axis(axis, shape)
    return Inferred((Tensor(shape, compute_dtype(layer), tensor.masked),))


def infer_prelu(layer: Component, tensor: Tensor, shape: Shape) -> Inferred | Misfit:
    """One slope for each number of a sample, shared along `shared_axes` (counted from 1)."""
    slopes: list[Dim] = list(shape[1:])
    for axis in several(layer.get("shared_axes")):
        if not 1 <= axis <= len(slopes):
            return no_axis(axis, shape, "shared_axes")
        slopes[axis - 1] = 1
    return Inferred((Tensor(shape, compute_dtype(layer), tensor.masked),),
                    (Weight("alpha", tuple(slopes)),))


def infer_noise(layer: Component, entering: Entering) -> Inferred | Misfit:
    """Numbers that are scaled or moved at random while training, which whole ones cannot be."""
    tensor, shape = entering.first, entering.first.shape
    if misfit := layer.name.startswith("Spatial") and shape is not None and wrong_positions(
            layer, shape, int(layer.name[-2])):
        return misfit  # whole channels are dropped: there must be positions and channels
    acts = entering.constants.get("training") is not False
    if acts and layer.get("rate", layer.get("stddev")) and tensor.dtype not in (None, *FLOATS):
        return Misfit(f"`{layer.name}` makes fractions while it trains, but {tensor.dtype} enters; "
                      "put `Rescaling` with `scale = 1.0` before it")
    return Inferred((Tensor(shape, compute_dtype(layer), tensor.masked),))


NOISE = "Keras takes whole numbers, and breaks in the first step of training."
CORE = (
    Op("Dense", of_shape(infer_dense)),
    Op("Embedding", infer_embedding),
    Op("ReversibleEmbedding", infer_embedding, differs=("dtype", "mask", "stricter"),
       note="Keras promises no mask for `mask_zero`, and sets one when it runs; called with "
            "`reverse`, it promises the layer's dtype and gives `reverse_dtype`, and takes "
            "(batch,) when the batch is as long as the vectors."),
    Op("Masking", infer_masking),
    Op("Identity", elementwise(keeps_dtype=True)),
    Op("Activation", elementwise()),
    Op("ReLU", elementwise()),
    Op("LeakyReLU", elementwise()),
    Op("ELU", elementwise()),
    Op("Softmax", of_shape(infer_softmax)),
    Op("PReLU", of_shape(infer_prelu)),
    Op("ActivityRegularization", elementwise()),
    *(Op(name, infer_noise, random=True, note=NOISE, differs=("stricter",)) for name in (
        "Dropout", "AlphaDropout", "GaussianDropout", "GaussianNoise",
        *(f"SpatialDropout{rank}D" for rank in POSITIONS))),
)
