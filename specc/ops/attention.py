"""Attention.

| layer               | gives                        | weights                                     |
|---------------------|------------------------------|---------------------------------------------|
| MultiHeadAttention  | query's shape, or with       | query, key, (gate,) value: kernel           |
|                     | `output_shape` at its end    | (n, heads, dim), bias; attention_output     |
| GroupQueryAttention | query's shape                | the same, key and value with fewer heads    |
| Attention           | (*query[:-1], value[-1])     | scale (), concat_score_weight ()            |
| AdditiveAttention   | (*query[:-1], value[-1])     | scale (n,)                                  |

FLOPs: 2 a multiply-add of the projections, the scores and the weighted sums, 1 a bias; softmax,
scaling and masks 0. Additive scores cost 2 a number (query and key added, and summed over the
features), 3 where a scale stands inside the sum.
"""

from __future__ import annotations

from collections.abc import Mapping

from specc.diagnostics import number_of
from specc.ops.component import Component
from specc.ops.merge import listed
from specc.ops.op import Entering, Inferred, Misfit, Op, Tensor, Weight
from specc.ops.shaping import compute_dtype, no_axis, resolve_axis, several, total
from specc.record import Record, replace
from specc.tensor import Dim, Shape, agree, show, size

CALLS = ("query", "value", "key", "query_mask", "value_mask", "key_mask", "attention_mask")


class Projection(Record):
    """A dense layer onto (heads, dim) at every position of a tensor."""

    name: str
    enters: Shape
    heads: int
    dim: int

    def weights(self, *, biased: bool) -> tuple[Weight, ...]:
        kernel = Weight(f"{self.name}/kernel", (self.enters[-1], self.heads, self.dim))
        bias = Weight(f"{self.name}/bias", (self.heads, self.dim))
        return (kernel, bias) if biased else (kernel,)

    def flops(self, *, biased: bool) -> int | None:
        made = size((*self.enters[1:-1], self.heads, self.dim))
        return total((size((2, self.enters[-1], made)), made if biased else 0))


def bound(entering: Entering, calls: tuple[str, ...]) -> Mapping[str, Tensor]:
    """The tensors by the name of the argument they are passed as."""
    named = {name: one for name, one in entering.named.items() if isinstance(one, Tensor)}
    return {**dict(zip(calls, entering.args, strict=False)), **named}


def three(layer: Component, entering: Entering) -> tuple[Tensor, Tensor, Tensor] | Misfit:
    """Query, value and key; the key is the value when it is not given."""
    given = bound(entering, CALLS)
    for name in ("query", "value"):
        if name not in given:
            return Misfit(f"`{layer.name}` needs `{name}`")
    return given["query"], given["value"], given.get("key", given["value"])


def unknown(layer: Component, entering: Entering) -> Inferred:
    scores = entering.constants.get("return_attention_scores") is True
    return Inferred((Tensor(None, compute_dtype(layer)),) * (1 + scores), None, None)


def wrong_three(layer: Component, query: Shape, value: Shape, key: Shape) -> Misfit | None:
    for name, shape in (("query", query), ("value", value), ("key", key)):
        if len(shape) < 3:
            return Misfit(f"`{layer.name}` takes (batch, ..., features) as `{name}`, "
                          f"but {show(shape)} enters", slug="input-rank-mismatch")
    if len(value) != len(key) or not all(map(agree, value[1:-1], key[1:-1])):
        return Misfit(f"`value` {show(value)} and `key` {show(key)} may differ only in the last "
                      "dimension")
    for one, other in zip(value[1:-1], key[1:-1], strict=True):
        if {type(one), type(other)} == {int, str}:  # Keras compares them as they are
            return Misfit(f"`value` {show(value)} and `key` {show(key)} must be equal but in the "
                          "last dimension, and a free length is no number")
    return None


def infer_multi_head(layer: Component, entering: Entering) -> Inferred | Misfit:
    tensors = three(layer, entering)
    if isinstance(tensors, Misfit):
        return tensors
    query, value, key = (tensor.shape for tensor in tensors)
    if query is None or value is None or key is None:
        return unknown(layer, entering)
    if misfit := wrong_three(layer, query, value, key):
        return misfit
    attended = attention_axes(layer, query)
    if isinstance(attended, Misfit):
        return attended
    if len(query) != len(value) or not all(
            agree(query[axis], value[axis]) for axis in range(1, len(query) - 1)
            if axis not in attended):
        return Misfit(f"`query` {show(query)} and `value` {show(value)} may differ only in the "
                      "dimensions that are attended over and in the last")
    if attended != (1,) and (hides := hiding(layer, entering, tensors)):
        return Misfit(f"{hides} hides steps along axis 1, and `{layer.name}` attends over "
                      f"{axes_of(attended)} of {show(query)}; set `attention_axes = 1`",
                      "sliding_window" if "sliding_window" in hides else None)
    heads, dim = layer.get("num_heads"), layer.get("key_dim")
    deep = layer.get("value_dim") or dim
    parts = [Projection("query", query, heads, dim), Projection("key", key, heads, dim),
             Projection("value", value, heads, deep)]
    if layer.get("use_gate", False):
        parts.insert(2, Projection("gate", query, heads, deep))
    last = several(layer.get("output_shape")) or query[-1:]
    gives = (*query[:-1], *last)
    others = tuple(value[axis] for axis in attended if axis < len(value) - 1)
    pairs = size((*query[1:-1], *others))
    found = project(layer, tensors[0], parts, gives, last, size((2, heads, dim + deep, pairs)))
    apart = (dim for axis, dim in enumerate(query[:-1]) if axis not in attended)
    return scored(layer, entering, found,
                  (*apart, heads, *(query[axis] for axis in attended), *others))


def hiding(layer: Component, entering: Entering, tensors: tuple[Tensor, Tensor, Tensor]) -> str:
    """What hides some steps of others: Keras makes such masks for one axis, the first."""
    if layer.get("sliding_window") is not None:
        return "`sliding_window`"
    if entering.constants.get("use_causal_mask") is True:
        return "`use_causal_mask`"
    masked = (name for name, tensor in zip(CALLS, tensors, strict=False)
              if tensor.masked or f"{name}_mask" in entering.named)
    return next((f"the mask of `{name}`" for name in masked), "")


def axes_of(attended: tuple[int, ...]) -> str:
    return f"{'axis' if len(attended) == 1 else 'axes'} {' and '.join(map(str, attended))}"


def scored(layer: Component, entering: Entering, found: Inferred, scores: Shape) -> Inferred:
    """The result, and the scores behind it where the call asks for them."""
    if entering.constants.get("return_attention_scores") is not True:
        return found
    return replace(found, gives=(*found.gives, Tensor(scores, compute_dtype(layer))))


def attention_axes(layer: Component, query: Shape) -> tuple[int, ...] | Misfit:
    """The axes attended over, all between the batch and the features if not written."""
    written = several(layer.get("attention_axes"))
    if not written:
        return tuple(range(1, len(query) - 1))
    found = []
    for axis in written:
        at = resolve_axis(axis, len(query))
        if at is None:
            return no_axis(axis, query, "attention_axes")
        found.append(at)
    return tuple(found)


def project(layer: Component, query: Tensor, parts: list[Projection], gives: Shape,
            last: Shape, scores: int | None) -> Inferred:
    """All projections, the attention itself, and the projection of its heads onto `last`."""
    biased = bool(layer.get("use_bias", True))
    weights = [weight for part in parts for weight in part.weights(biased=biased)]
    value = parts[-1]
    weights.append(Weight("attention_output/kernel", (parts[0].heads, value.dim, *last)))
    out = size(gives[1:])
    terms = [*(part.flops(biased=biased) for part in parts), scores,
             size((2, parts[0].heads, value.dim, out))]
    if biased:
        weights.append(Weight("attention_output/bias", last))
        terms.append(out)
    if len(parts) == 4:
        terms.append(size((*parts[0].enters[1:-1], parts[0].heads, value.dim)))
    return Inferred((Tensor(gives, compute_dtype(layer), query.masked),), tuple(weights),
                    total(terms))


def infer_group_query(layer: Component, entering: Entering) -> Inferred | Misfit:
    tensors = three(layer, entering)
    if isinstance(tensors, Misfit):
        return tensors
    query, value, key = (tensor.shape for tensor in tensors)
    if query is None or value is None or key is None:
        return unknown(layer, entering)
    heads, fewer = layer.get("num_query_heads"), layer.get("num_key_value_heads")
    if fewer < 1 or heads % fewer:
        return Misfit(f"{heads} query heads do not divide among {fewer}", "num_key_value_heads")
    for name, shape in (("query", query), ("value", value), ("key", key)):
        if len(shape) != 3:
            return Misfit(f"`{layer.name}` takes (batch, steps, features) as `{name}`, "
                          f"but {show(shape)} enters", slug="input-rank-mismatch")
    if misfit := wrong_three(layer, query, value, key):
        return misfit
    if not agree(query[-1], value[-1]):
        return Misfit(f"`query` {show(query)} and `value` {show(value)} must be equal in the last "
                      "dimension")
    dim = layer.get("head_dim")
    parts = [Projection("query", query, heads, dim), Projection("key", key, fewer, dim),
             Projection("value", value, fewer, dim)]
    if layer.get("use_gate", False):
        parts.insert(2, Projection("gate", query, heads, dim))
    scores = size((4, heads, dim, query[1], value[1]))
    found = project(layer, tensors[0], parts, query, query[-1:], scores)
    return scored(layer, entering, found, (query[0], heads, query[1], value[1]))


def infer_attention(layer: Component, entering: Entering) -> Inferred | Misfit:
    """[query, value] or [query, value, key]: scores of query and key weigh the values."""
    shapes = [tensor.shape for tensor in entering.args]
    if len(shapes) not in (2, 3):
        return Misfit(f"`{layer.name}` takes a query, a value and possibly a key, "
                      f"but {number_of(len(shapes), 'tensor')} "
                      f"{'enters' if len(shapes) == 1 else 'enter'}")
    found = [shape for shape in shapes if shape is not None]
    if len(found) < len(shapes):
        return unknown(layer, entering)
    query, value, key = found[0], found[1], found[-1]
    if min(map(len, found)) < 3:
        short = min(found, key=len)
        return Misfit(f"`{layer.name}` takes (batch, steps, features), but {show(short)} enters",
                      slug="input-rank-mismatch")
    additive = layer.name == "AdditiveAttention" or layer.get("score_mode") == "concat"
    if not fits(query[-1], key[-1], stretches=additive):
        return Misfit(f"query and key differ in the last dimension: {listed((query, key))}")
    if not agree(key[-2], value[-2]):
        return Misfit(f"value and key differ in the number of steps: {listed((value, key))}")
    gives = (*query[:-1], value[-1])
    scores = size((*query[1:-1], key[-2]))
    inside = 3 if additive and layer.get("use_scale", False) else 2
    flops = total((size((inside, query[-1], scores)), size((2, value[-1], scores))))
    tensor = Tensor(gives, compute_dtype(layer), entering.args[0].masked)
    return scored(layer, entering, Inferred((tensor,), score_weights(layer, query), flops),
                  (*query[:-1], key[-2]))


def fits(a: Dim, b: Dim, *, stretches: bool) -> bool:
    return agree(a, b) or (stretches and 1 in (a, b))


def score_weights(layer: Component, query: Shape) -> tuple[Weight, ...]:
    if layer.name == "AdditiveAttention":
        return (Weight("scale", query[-1:]),) if layer.get("use_scale", True) else ()
    scale = (Weight("scale", ()),) if layer.get("use_scale", False) else ()
    concat = layer.get("score_mode") == "concat"
    return (*scale, Weight("concat_score_weight", ())) if concat else scale


MIXED = ("Keras also takes (batch, features), and then lets the rows of a batch attend to each "
         "other: what is predicted of a row depends on its neighbours.")
SCORES = {"return_attention_scores": 1}
ATTENTION = (
    Op("MultiHeadAttention", infer_multi_head, "arguments", CALLS, random=True, further=SCORES,
       note="Keras promises scores of (batch, heads, n, n), n the query's steps; they are "
            "(batch, heads, query's steps, value's steps). It takes masks of steps whatever axes "
            "are attended over, and breaks when it runs.", differs=("shape", "knows", "stricter")),
    Op("GroupQueryAttention", infer_group_query, "arguments", CALLS, random=True, further=SCORES),
    Op("Attention", infer_attention, "list", random=True, further=SCORES, note=MIXED,
       differs=("stricter",)),
    Op("AdditiveAttention", infer_attention, "list", random=True, further=SCORES, note=MIXED,
       differs=("stricter",)),
)
