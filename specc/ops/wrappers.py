"""Layers that hold layers: Bidirectional, TimeDistributed, SpectralNormalization, Pipeline.

The records are made over the table of all other records, which the inner layers are looked up in
(the wrappers themselves stand in it too, so they nest). What is wrong with an inner layer is told
of the argument that holds it.
"""

from __future__ import annotations

from collections.abc import Mapping

from specc.ops.component import Component
from specc.ops.op import Entering, Inferred, Misfit, Op, Tensor, Weight
from specc.ops.recurrent import CALLS, count_states, given_states, main, plural, prefixed
from specc.ops.shaping import (
    MIXED,
    compute_dtype,
    count,
    of_shape,
    total,
    typed,
    variable_dtype,
)
from specc.record import replace
from specc.tensor import Dim, Shape, agree, show, size

RECURRENT_LAYERS = ("SimpleRNN", "GRU", "LSTM", "RNN", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D")
KERNELS = ("kernel", "embeddings")  # what spectral normalization can divide
HELD = "What Keras promises of the layer it holds, it promises of this one: see the note there."
UNPROMOTED = ("Conv1D", "Conv2D", "Conv3D", "DepthwiseConv", "SeparableConv", "PReLU")
MERGES = {"sum": 1, "mul": 1, "ave": 2, "concat": 0, None: 0}  # FLOPs an element that leaves


def inner_result(ops: Mapping[str, Op], layer: Component, entering: Entering,
                 param: str) -> Inferred | Misfit:
    """What a held layer gives; its misfit, told of the argument that holds it."""
    found = ops[layer.name].infer(layer, entering) if layer.name in ops else Misfit(
        f"`{layer.name}` has no known shape")
    if isinstance(found, Misfit):
        return replace(found, param=param)
    return found if found.weights is None else replace(found, weights=typed(layer, found.weights))


def single(ops: Mapping[str, Op], layer: Component, wrapper: str) -> Misfit | None:
    """A misfit unless the held layer makes one tensor of one tensor."""
    if layer.name in ops and ops[layer.name].takes == "list":
        return Misfit(f"`{wrapper}` passes one tensor on, and `{layer.name}` takes several",
                      "layer")
    if layer.name in ops and ops[layer.name].results(layer) > 1:
        return Misfit(f"`{wrapper}` takes one result, and `{layer.name}` gives "
                      f"{ops[layer.name].results(layer)}", "layer")
    return None


def infer_time_distributed(ops: Mapping[str, Op], layer: Component, tensor: Tensor,
                           shape: Shape) -> Inferred | Misfit:
    """(batch, steps, ...): the layer at every step, with the same weights."""
    held = layer.get("layer")
    if len(shape) < 3:
        return Misfit(f"`TimeDistributed` takes (batch, steps, ...), but {show(shape)} enters",
                      slug="input-rank-mismatch")
    if misfit := single(ops, held, "TimeDistributed"):
        return misfit
    step = Tensor((shape[0], *shape[2:]), tensor.dtype)
    found = inner_result(ops, held, Entering((step,)), "layer")
    if isinstance(found, Misfit):
        return found
    if misfit := wrong_dtypes(layer, held):
        return misfit
    gives, said = (None if one is None else (one[0], shape[1], *one[1:])
                   for one in (found.gives[0].shape, found.gives[0].promised))
    weights = None if found.weights is None else prefixed("layer/", found.weights)
    return Inferred((Tensor(gives, compute_dtype(layer), tensor.masked, said),), weights,
                    size((shape[1], found.flops)))


def wrong_dtypes(layer: Component, held: Component) -> Misfit | None:
    """A misfit when a layer would meet numbers of another dtype than its weights have, which its
    products do not take: TimeDistributed casts to its own dtype, and nothing casts after it."""
    own = compute_dtype(layer)
    if not held.name.startswith(UNPROMOTED) or layer.get("dtype") in MIXED or (
            own == variable_dtype(held)):
        return None
    return Misfit(f"`TimeDistributed` hands on {own}, and the weights of `{held.name}` are "
                  f"{variable_dtype(held)}; give both the same `dtype`",
                  "dtype" if "dtype" in layer.args else "layer")


def infer_spectral(ops: Mapping[str, Op], layer: Component, tensor: Tensor,
                   shape: Shape) -> Inferred | Misfit:
    """The layer, its kernel divided by its largest singular value while training."""
    held = layer.get("layer")
    if misfit := single(ops, held, "SpectralNormalization"):
        return misfit
    found = inner_result(ops, held, Entering((tensor,)), "layer")
    if isinstance(found, Misfit):
        return found
    gives = (replace(found.gives[0], dtype=compute_dtype(layer), masked=False),)
    if found.weights is None:
        return Inferred(gives, None, found.flops)
    kernel = next((one for one in found.weights if one.name in KERNELS), None)
    if kernel is None:
        return Misfit(f"`{held.name}` has no kernel to normalize", "layer")
    vector = Weight("vector_u", (1, kernel.shape[-1]), False, kernel.dtype)
    rest = (one for one in found.weights if one is not kernel)
    return Inferred(gives, (replace(kernel, name=f"layer/{kernel.name}"), vector,
                            *prefixed("layer/", rest)), found.flops)


def infer_pipeline(ops: Mapping[str, Op], layer: Component,
                   entering: Entering) -> Inferred | Misfit:
    """The layers one after the other."""
    tensor = entering.first
    weights: list[Weight] | None = []
    flops: list[int | None] = []
    for number, held in enumerate(layer.get("layers")):
        found = inner_result(ops, held, Entering((tensor,)), "layers")
        if isinstance(found, Misfit):
            return found
        tensor = found.gives[0]
        flops.append(found.flops)
        if weights is None or found.weights is None:
            weights = None
        else:
            weights += prefixed(f"layers_{number}/", found.weights)
    return Inferred((replace(tensor, masked=False),), None if weights is None else tuple(weights),
                    total(flops))


def mirrored(layer: Component) -> Component | Misfit:
    """The layer that reads backwards: the one written, else the forward one turned round."""
    forward, backward = layer.get("layer"), layer.get("backward_layer")
    for held in (forward, backward):
        if held is not None and held.name not in RECURRENT_LAYERS:
            return Misfit(f"`Bidirectional` takes a recurrent layer, not `{held.name}`",
                          "layer" if held is forward else "backward_layer")
    turned = bool(forward.get("go_backwards", False))
    if backward is None:
        if turned:
            return Misfit("the layer of `Bidirectional` already goes backwards", "layer")
        mirror: Component = forward
        return mirror
    if turned == bool(backward.get("go_backwards", False)):
        return Misfit("`layer` and `backward_layer` go the same way", "backward_layer")
    if forward.get("return_state", False) and count_states(forward) != count_states(backward):
        return Misfit(f"`layer` keeps {plural(count_states(forward))} and `backward_layer` "
                      f"{count_states(backward)}; with `return_state` they must keep equally many",
                      "backward_layer")
    for key in ("return_sequences", "return_state", "stateful"):
        if bool(forward.get(key, False)) != bool(backward.get(key, False)):
            return Misfit(f"`layer` and `backward_layer` must have the same `{key}`",
                          "backward_layer")
    back: Component = backward
    return back


def infer_bidirectional(ops: Mapping[str, Op], layer: Component,
                        entering: Entering) -> Inferred | Misfit:
    """Forwards and backwards, then merged; states of both, the forward ones first."""
    forward, backward = layer.get("layer"), mirrored(layer)
    if isinstance(backward, Misfit):
        return backward
    given = given_states(entering)
    half = len(given) // 2
    first = inner_result(ops, forward, starting(entering, given[:half]), "layer")
    if isinstance(first, Misfit):
        return first
    second = inner_result(ops, backward, starting(entering, given[half:]), "layer")
    if isinstance(second, Misfit):
        return second
    merged = merge(layer, first.gives[0], second.gives[0])
    if isinstance(merged, Misfit):
        return merged
    dtype = compute_dtype(layer)
    states = (*(Tensor(one.shape, dtype) for one in first.gives[1:]),
              *(Tensor(two.shape, dtype, promised=None if two.shape == one.shape else one.shape)
                for one, two in zip(first.gives[1:], second.gives[1:], strict=True)))
    weights = None
    if first.weights is not None and second.weights is not None:
        weights = (*prefixed("forward_layer/", first.weights),
                   *prefixed("backward_layer/", second.weights))
    cost = size((MERGES[layer.get("merge_mode", "concat")], count(merged[0].shape)))
    return Inferred((*merged, *states), weights, total((first.flops, second.flops, cost)))


def starting(entering: Entering, states: tuple[Tensor, ...]) -> Entering:
    """The same sequences, started from these states."""
    return Entering((main(entering),), {"initial_state": states} if states else {})


def merge(layer: Component, forward: Tensor, backward: Tensor) -> tuple[Tensor, ...] | Misfit:
    """Both directions in one tensor; as two where `merge_mode` is none."""
    dtype, mode = compute_dtype(layer), layer.get("merge_mode", "concat")
    one, other = forward.shape, backward.shape
    if mode is None:
        return (Tensor(one, dtype, forward.masked),
                Tensor(other, dtype, backward.masked, None if one == other else one))
    if one is None or other is None:
        return (Tensor(None, dtype),)
    last: Dim = one[-1]
    said: Dim = one[-1]
    if mode == "concat":
        last, said = (total(dim if isinstance(dim, int) else None for dim in (one[-1], behind))
                      for behind in (other[-1], one[-1]))
    elif not agree(one[-1], other[-1]):
        return Misfit(f"`merge_mode = \"{mode}\"` takes equally many units, "
                      f"found {show(one)} and {show(other)}", "merge_mode")
    return (Tensor((*one[:-1], last), dtype, forward.masked,
                   None if last == said else (*one[:-1], said)),)


def results(layer: Component) -> int:
    """How many tensors Bidirectional gives."""
    held = layer.get("layer")
    states = count_states(held) if held.get("return_state", False) else 0
    return (2 if layer.get("merge_mode", "concat") is None else 1) + 2 * states


def wrapping(ops: Mapping[str, Op]) -> tuple[Op, ...]:
    """The wrappers, over the table that their inner layers are looked up in."""
    return (
        Op("Bidirectional", lambda layer, entering: infer_bidirectional(ops, layer, entering),
           "arguments", CALLS, results, ("layer", "backward_layer"), random=True,
           differs=("shape", "stricter"),
           note="Keras promises what `layer` gives for both directions, whatever "
                "`backward_layer` gives; so with `return_state` both must keep equally many "
                "states."),
        Op("TimeDistributed",
           of_shape(lambda layer, *rest: infer_time_distributed(ops, layer, *rest)),
           inner=("layer",), note=HELD, differs=("shape", "stricter")),
        Op("SpectralNormalization",
           of_shape(lambda layer, *rest: infer_spectral(ops, layer, *rest)), inner=("layer",),
           note=HELD, differs=("shape",)),
        Op("Pipeline", lambda layer, entering: infer_pipeline(ops, layer, entering),
           inner=("layers",), differs=("knows", "stricter"),
           note="Where a layer in it crops or resizes images of any size, Keras promises any size "
                "still. It takes one image without a batch, as those layers do."),
    )
