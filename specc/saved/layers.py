"""The tables of a saved model: its layers, inputs, outputs, and an order to call them in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from specc.saved.component import Reading, Unsaid
from specc.saved.config import CODE, Saved, saved
from specc.saved.errors import cut, never_built
from specc.saved.flow import Entering, Flow, Key, entering, keys_of, malformed, wiring
from specc.saved.names import Names
from specc.saved.parts import Input
from specc.source import Path

MODELS = ("Sequential", "Functional", "Model")
HOMES = ("keras", "keras.models", "keras.src.models", "keras.src.engine", "keras.engine")
DEEPEST = 20  # models in one another
DTYPES = ("float32", "float16", "bfloat16", "int32", "int64", "uint8", "bool", "string")


def is_model(one: Saved) -> bool:
    """Whether a saved object is a model whose layers stand in the file."""
    return one.kind in MODELS and any(one.module == home or one.module.startswith(f"{home}.")
                                      for home in HOMES) and "layers" in one.config


def layers_of(one: Saved, reading: Reading) -> tuple[Saved, ...]:
    """The layers of a model in its order, each with its place."""
    layers = one.config.get("layers")
    if not isinstance(layers, list):
        raise malformed(reading, "a model has a list of layers")
    out: list[Saved] = []
    for at, each in enumerate(layers):
        found = saved(each, (*one.path, "config", "layers", at))
        if isinstance(each, Mapping) and each.get("class_name") in CODE:
            raise reading.code(f"its layer {at} is {each['class_name']}")
        if found is None or not found.name:
            raise malformed(reading, f"its layer {at} has no class, config or name")
        out.append(found)
    names = {each.name for each in out}
    if len(names) < len(out):
        raise malformed(reading, "two of its layers have one name")
    return tuple(out)


def every(one: Saved, reading: Reading) -> Iterator[Saved]:
    """Every layer, those of nested models too."""
    stack = [(one, 0)]
    while stack:
        model, depth = stack.pop()
        if depth > DEEPEST:
            raise wiring(reading, f"more than {DEEPEST} models are nested")
        for each in layers_of(model, reading):
            if is_model(each):
                stack.append((each, depth + 1))
            else:
                yield each


def output_keys(one: Saved, layers: Sequence[Saved],
                reading: Reading) -> tuple[tuple[str, Key], ...]:
    """What a model gives: the key in its table of outputs (or ""), and the tensor."""
    if one.kind == "Sequential":
        return (("", (layers[-1].name, 0, 0)),) if layers else ()
    return tuple(keys_of(one.config.get("output_layers"), reading))


def input_layers(one: Saved, layers: Sequence[Saved], reading: Reading) -> tuple[Saved, ...]:
    """The input layers in the order in which tensors enter."""
    found = {each.name: each for each in layers if each.kind == "InputLayer"}
    if one.kind == "Sequential":
        first = tuple(found.values())[:1]
        if not first or layers[0] is not first[0]:
            raise Unsaid(never_built(reading.where, layer=one.name))
        return first
    out: list[Saved] = []
    for _, (name, _, _) in keys_of(one.config.get("input_layers"), reading):
        if name not in found:
            raise malformed(reading, f"its input `{cut(name)}` is no input layer, or one twice")
        out.append(found.pop(name))
    return tuple(out)


def last_layers(one: Saved, reading: Reading, depth: int = 0) -> Iterator[Path]:
    """The places of the layers whose results are the model's outputs."""
    layers = layers_of(one, reading)
    by_name = {each.name: each for each in layers}
    for _, (name, _, _) in output_keys(one, layers, reading):
        layer = by_name.get(name)
        if layer is not None and is_model(layer) and depth < DEEPEST:
            yield from last_layers(layer, reading, depth + 1)
        elif layer is not None:
            yield layer.path


def chain(layers: Sequence[Saved]) -> Iterator[tuple[Saved, int, Entering]]:
    """The calls of a Sequential: each layer on the one before."""
    for before, each in pairwise(layers):
        yield each, 0, Entering((Flow((before.name, 0, 0), _entered(each), "float32"),), {})


def _entered(one: Saved) -> tuple[int | None, ...]:
    """What enters a layer of a Sequential, where its build says so."""
    shape = one.build.get("input_shape")
    good = isinstance(shape, list) and all(each is None or type(each) is int for each in shape)
    return tuple(shape) if isinstance(shape, list) and good else ()


def in_order(layers: Sequence[Saved], reading: Reading) -> Iterator[tuple[Saved, int, Entering]]:
    """Every call of every layer, what it needs before it: the order of the layers where it can.

    Keras lists layers by depth; a layer that is called again can need a later one.
    """
    calls: dict[tuple[str, int], tuple[Saved, Entering]] = {}
    for each in layers:
        for number, node in enumerate(each.inbound if each.kind != "InputLayer" else ()):
            calls[each.name, number] = (each, entering(node, reading.of(each)))
    begun: set[tuple[str, int]] = set()
    done: set[tuple[str, int]] = set()
    for start in calls:
        stack = [start]
        while stack:
            at = stack[-1]
            if at in done:
                stack.pop()
                continue
            one, given = calls[at]
            needs = dict.fromkeys(flow.key[:2] for flow in given.flows() if flow.key[:2] in calls)
            waiting = [need for need in needs if need not in done]
            if not waiting:
                done.add(at)
                yield one, at[1], given
            elif at in begun or begun & set(waiting):
                raise malformed(reading.of(one), "it depends on its own result")
            else:
                begun.add(at)
                stack += reversed(waiting)


def input_of(one: Saved, names: Names, reading: Reading) -> Input:
    """An input layer: the shape behind the batch, and the dtype."""
    shape = one.config.get("batch_shape", one.config.get("batch_input_shape"))
    if not isinstance(shape, list) or not shape or not all(
            each is None or (type(each) is int and 0 < each < 2**31) for each in shape):
        raise malformed(reading, "the shape of an input is a list of sizes, the batch first")
    for key in ("sparse", "ragged", "optional"):
        if one.config.get(key):
            raise wiring(reading, f"the input is {key}, which a spec cannot say")
    if len(shape) < 2:
        raise wiring(reading, "a sample of the input is a single number; a spec says it as [1]")
    dtype = one.config.get("dtype") or "float32"
    if dtype not in DTYPES:
        raise wiring(reading, f"the input is of dtype {cut(dtype)}, which a spec cannot say")
    return Input(one.name, names.take(one.name, "input"), tuple(shape[1:]), dtype)

