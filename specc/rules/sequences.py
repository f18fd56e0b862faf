"""Embeddings, masks and attention: SH130 to SH139."""

from __future__ import annotations

from collections.abc import Iterator

from specc.diagnostics import Related
from specc.ir.activation import activation_of
from specc.ir.graph import Node, applied
from specc.ir.vocabulary import KEEPS
from specc.ops.component import Component
from specc.rules.flow import (
    ATTENTIONS,
    CONVOLUTIONS,
    DENSES,
    NORMALIZATIONS,
    POOLINGS,
    RECURRENT,
)
from specc.rules.pairing import Subject
from specc.rules.rule import Finding, Rule, info, warning
from specc.tensor import show

# Layers that give fractions, whatever enters.
FRACTIONS = frozenset({
    "Normalization", "Embedding", "Softmax", "GaussianNoise", "SpectralNormalization",
    *DENSES, *CONVOLUTIONS, *NORMALIZATIONS, *RECURRENT, *ATTENTIONS})
BENT = frozenset({"sigmoid", "tanh", "softmax", "softplus", "elu", "selu", "gelu", "silu"})
PASSED = KEEPS | {"Activation", "ReLU", "LeakyReLU", "Dropout"}  # looked through
# Layers that take a masked tensor, and drop the mask (Keras's `supports_masking` is False).
DEAF = frozenset({
    "Flatten", "Reshape", "Permute", "RepeatVector", "RMSNormalization", "EinsumDense",
    "Cropping1D", "ZeroPadding1D", "UpSampling1D", "GlobalMaxPooling1D",
    *(one for one in (*CONVOLUTIONS, *POOLINGS) if "1D" in one)})
FAR = 4  # times wider or narrower than the model


@warning("SH130")
def embedding_not_first(about: Subject) -> Iterator[Finding]:
    """An embedding looks up what another layer has computed.

    Why: fractions are cut to integers, and no gradient goes back through a look-up: what stands
    before is never trained.

    Example:

        [model]
        kind = "sequential"
        layers = [
          { type = "Dense", units = 8 },
          { type = "Embedding", input_dim = 100, output_dim = 8 },    # warning: [SH130]
          { type = "Flatten" },
          { type = "Dense", units = 1 },
        ]
        [outputs.y]
        task = "regression"

    Use instead: the embedding right behind the input, or behind a lookup that gives integers.

    Source: own.
    """
    for node in about.plan.graph.nodes:
        if applied(node).layer.name != "Embedding":
            continue
        before = about.flow.only_before(node)
        while before and not _fractions(before) and applied(before).layer.name in PASSED:
            before = about.flow.only_before(before)
        if before is not None and _fractions(before):
            made = applied(before).layer.name
            yield Finding(node.where, f"the embedding is fed by `{made}`, which gives "
                          "no integers", advice="feed it an input of integers",
                          related=(Related(before.where, "the fractions come from here"),))


def _fractions(node: Node) -> bool:
    """Whether what a node gives is certainly no integer."""
    layer = applied(node).layer
    if layer.name == "Rescaling":
        parts = (layer.get("scale"), layer.get("offset", 0.0))
        return any(isinstance(one, float) and one % 1 for one in parts)
    if layer.name == "Activation":
        return activation_of(layer) in BENT
    return layer.name in FRACTIONS


@warning("SH131")
def mask_lost(about: Subject) -> Iterator[Finding]:
    """A mask is made, and a layer that knows nothing of masks takes the tensor.

    Why: from there on padding counts like any other step. Keras warns when the model is built, and
    trains.

    Example:

        [inputs.x]
        shape = [20]
        dtype = "int32"
        [model]
        kind = "sequential"
        layers = [
          { type = "Embedding", input_dim = 100, output_dim = 8, mask_zero = true },
          { type = "Flatten" },    # warning: [SH131]
          { type = "Dense", units = 1 },
        ]
        [outputs.y]
        task = "regression"

    Use instead: layers that take masks (recurrent layers, GlobalAveragePooling1D, attention), or
    no `mask_zero`.

    Source: measured with Keras 3.15: `supports_masking` of each layer.
    """
    graph = about.plan.graph
    source: dict[str, Node] = {}
    said: set[str] = set()
    for node in graph.nodes:
        if not source and not graph.costs[node.name].gives[0].masked:
            continue
        makers = [source[ref.node] for ref in node.refs()
                  if ref.node in source and graph.tensor(ref).masked]
        if makers and node.layer.name in DEAF and makers[0].name not in said:
            said.add(makers[0].name)
            yield Finding(node.where, f"`{node.layer.name}` drops the mask that "
                          f"`{makers[0].layer.name}` makes",
                          advice="use layers that take masks, or make none", related=(
                              Related(makers[0].at("mask_zero"), "the mask is made here"),))
        if about.plan.graph.costs[node.name].gives[0].masked:
            source[node.name] = makers[0] if makers else node


@warning("SH132")
def attention_head_dim(about: Subject) -> Iterator[Finding]:
    """The heads of an attention are much wider or narrower than the model, or do not divide it.

    Why: `key_dim` is the size of each head. With the model's whole width in it, an attention has as
    many times the weights as it has heads; with far too little it cannot tell positions apart.

    Example:

        [inputs.x]
        shape = [20, 64]
        [model]
        kind = "functional"
        [[model.layers]]
        type = "MultiHeadAttention"
        num_heads = 8
        key_dim = 64    # warning: [SH132]
        inputs = { query = "x", value = "x" }
        [[model.layers]]
        type = "GlobalAveragePooling1D"
        [[model.layers]]
        type = "Dense"
        units = 1
        [outputs.y]
        task = "regression"

    Use instead: `key_dim = "=width // heads"`, with a width that the heads divide.

    Source: own; Vaswani et al. 2017, arXiv:1706.03762, section 3.2.2.
    """
    for node in about.plan.graph.nodes:
        if node.layer.name != "MultiHeadAttention" or node.doubtful:
            continue
        ref = node.named.get("query", next(node.refs(), None))
        shape = about.plan.graph.tensor(ref).shape if ref and not isinstance(ref, tuple) else None
        width = shape[-1] if shape else None
        heads, size = node.layer.get("num_heads"), node.layer.get("key_dim")
        if not isinstance(width, int) or not isinstance(heads, int) or not isinstance(size, int):
            continue
        if heads * size > FAR * width or heads * size * FAR < width:
            yield Finding(node.at("key_dim"), f"{heads} heads of {size} are {heads * size} wide, "
                          f"and the model is {width}: {show(shape)}",
                          advice=f"use key_dim = {max(width // heads, 1)}")
        elif width % heads and node.layer.get("value_dim") is None:
            yield Finding(node.at("num_heads"), f"{heads} heads do not divide the model's width, "
                          f"{width}", advice="use heads that divide it")


@info("SH133")
def bidirectional_merge_units(about: Subject) -> Iterator[Finding]:
    """Both directions stand side by side, and what follows counts on the width of one.

    Why: a Bidirectional is twice as wide as the `units` in it, unless `merge_mode` says otherwise.
    A Reshape to `units` makes twice the steps of it; an attention whose heads add up to `units`
    looks at half the width.

    Example:

        [inputs.x]
        shape = [20, 4]
        [model]
        kind = "sequential"
        layers = [
          { type = "Bidirectional", layer = { type = "GRU", units = 16, return_sequences = true } },
          { type = "Reshape", target_shape = [-1, 16] },    # info: [SH133]
          { type = "GlobalAveragePooling1D" },
          { type = "Dense", units = 1 },
        ]
        [outputs.y]
        task = "regression"

    Use instead: twice the width, or `merge_mode = "sum"`.

    Source: own.
    """
    for node in about.plan.graph.nodes:
        if node.layer.name != "Bidirectional" or node.layer.get("merge_mode") != "concat":
            continue
        held = node.layer.get("layer")
        units = held.get("units") if isinstance(held, Component) else None
        if not isinstance(units, int):
            continue
        for after in about.flow.after[node.name]:
            if _width_of_one(after, units):
                yield Finding(after.where, f"both directions of {units} units are {2 * units} wide",
                              advice=f"count on {2 * units}", related=(
                                  Related(node.where, "they are laid side by side here"),))


def _width_of_one(node: Node, units: int) -> bool:
    """Whether a layer behind a Bidirectional counts on the units of one direction."""
    layer = node.layer
    if layer.name == "Reshape":
        return tuple(layer.get("target_shape"))[-1:] == (units,)
    if layer.name != "MultiHeadAttention":
        return False
    heads, size = layer.get("num_heads"), layer.get("key_dim")
    return isinstance(heads, int) and isinstance(size, int) and heads * size == units


RULES: tuple[Rule, ...] = (embedding_not_first, mask_lost, attention_head_dim,
                           bidirectional_merge_units)

__all__ = ["RULES", "attention_head_dim", "bidirectional_merge_units", "embedding_not_first",
           "mask_lost"]
