"""Folding: what it gives is the same model to the last wire, and pleasant to read."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from patience import in_time

from specc.facts import Facts
from specc.importer.fold import fold
from specc.ir.graph import Graph, Node, Ref
from specc.ir.kinds import lower
from specc.ops.arguments import canonical_args
from specc.saved.call import Call, Folded
from specc.spec import Block, Input, Model, Output, Spec

# -- comparing two graphs -------------------------------------------------------------------------


def lowered(layers: Sequence[Mapping[str, Any]], blocks: Mapping[str, Mapping[str, Any]],
            inputs: Sequence[str], keep: Sequence[str]) -> Graph:
    """The graph of a spec with these entries; `keep` are its outputs."""
    outputs = {f"kept{at}_": Output(f"kept{at}_", "regression", source=name)
               for at, name in enumerate(keep)}
    spec = Spec("t", "t", Model("functional", tuple(layers)),
                {name: Input(name, shape=(8,)) for name in inputs}, outputs,
                tree={"inputs": {name: {} for name in inputs},
                      "outputs": {name: {} for name in outputs}},
                blocks={name: Block(name, tuple(one.get("inputs", ())), one.get("params", {}),
                                    tuple(one["layers"])) for name, one in blocks.items()})
    done = lower(spec, Facts())
    assert done.diagnostics == (), [one.message for one in done.diagnostics][:3]
    assert done.value is not None
    return done.value


def unfolded(calls: Sequence[Call]) -> list[dict[str, Any]]:
    """Every call as an entry of its own, nothing left out."""
    return [{**({"call": one.call_of} if one.call_of else {"type": one.type}), "name": one.name,
             "inputs": _written(one.inputs), **({"gives": list(one.given)} if one.given else {}),
             **({"with": dict(one.constants)} if one.constants else {}), **one.args}
            for one in calls]


def _written(inputs: Any) -> Any:
    if isinstance(inputs, Mapping):
        return {key: list(one) if isinstance(one, tuple) else one for key, one in inputs.items()}
    return list(inputs)


def walked(graph: Graph) -> list[str]:
    """The nodes that outputs need, depth first from the outputs backwards, as Keras walks them."""
    nodes = {node.name: node for node in graph.nodes}
    order: list[str] = []
    done: set[str] = set()
    for end in graph.outputs.values():
        stack = [end.node]
        while stack:
            name = stack[-1]
            node = nodes.get(name)
            waiting = [ref.node for ref in node.refs() if ref.node not in done] if node else []
            if waiting and name not in done:
                stack.append(waiting[0])
                continue
            stack.pop()
            if name not in done:
                done.add(name)
                order.append(name)
    return order


def signatures(graph: Graph) -> list[object]:
    """Every node of the walk by what it is and what enters it, names left out."""
    nodes = {node.name: node for node in graph.nodes}
    order = walked(graph)
    place = {name: at for at, name in enumerate(order)}
    layers: dict[str, int] = {}
    return [name if name not in nodes else _signature(nodes[name], place, layers)
            for name in order] + [(place[ref.node], ref.index) for ref in graph.outputs.values()]


def _signature(node: Node, place: Mapping[str, int], layers: dict[str, int]) -> object:
    def ref(one: Ref | tuple[Ref, ...]) -> object:
        if isinstance(one, tuple):
            return tuple(ref(each) for each in one)
        return place[one.node], one.index

    return (node.layer.name, json.dumps(canonical_args(node.layer), sort_keys=True),
            tuple(ref(one) for one in node.args), node.as_list,
            tuple((key, ref(one)) for key, one in node.named.items()), dict(node.constants),
            node.trainable, layers.setdefault(node.layer_name, len(layers)))


def keras_order(graph: Graph) -> list[int]:
    """The layers (as numbered by the walk) in the order in which Keras lists them and their
    weights: by depth, then as the walk from the outputs first meets them
    (`keras.src.ops.function.map_graph`)."""
    nodes = {node.name: node for node in graph.nodes}
    post = walked(graph)
    met: dict[str, int] = {}
    seen: set[str] = set()
    for end in graph.outputs.values():
        stack = [end.node]
        while stack:
            name = stack.pop()
            if name in seen:
                continue
            seen.add(name)
            met.setdefault(nodes[name].layer_name if name in nodes else name, len(met))
            stack += [ref.node for ref in nodes[name].refs()][::-1] if name in nodes else []
    depth: dict[str, int] = {}
    of_layer: dict[str, int] = {}
    for name in reversed(post):
        layer = nodes[name].layer_name if name in nodes else name
        now = max(depth.get(name, 0), of_layer.get(layer, 0))
        of_layer[layer] = depth[name] = now
        for ref in nodes[name].refs() if name in nodes else ():
            depth[ref.node] = max(now + 1, depth.get(ref.node, 0))
    number = {layer: at for at, layer in enumerate(
        dict.fromkeys(nodes[name].layer_name if name in nodes else name for name in post))}
    return [number[one] for one in sorted(of_layer, key=lambda one: (-of_layer[one], met[one]))]


def check(calls: Sequence[Call], inputs: Sequence[str], keep: Sequence[str]) -> Folded:
    """Fold, and prove that it is the same model."""
    done = fold(calls, set(keep), inputs)
    one = lowered(unfolded(calls), {}, inputs, keep)
    two = lowered(done.layers, done.blocks, inputs, keep)
    assert len(one.nodes) == len(two.nodes)
    assert signatures(one) == signatures(two)
    assert keras_order(one) == keras_order(two)
    return done


def lines(folded: Folded) -> int:
    """Lines of the text, an entry a line."""
    def count(entries: Sequence[Mapping[str, Any]]) -> int:
        return sum(2 + count(one["layers"]) if "layers" in one else 1 for one in entries)
    return count(folded.layers) + sum(
        4 + ("inputs" in one) + count(one["layers"]) for one in folded.blocks.values())


# -- random models --------------------------------------------------------------------------------


class Builder:
    """Calls, one after another, as a reader of a saved model would give them."""

    def __init__(self, style: str) -> None:
        self.style = style
        self.calls: list[Call] = []
        self.prefix = ""

    def add(self, kind: str, *inputs: str, **args: Any) -> str:
        number = len(self.calls)
        name = {"auto": kind.lower() if not number else f"{kind.lower()}_{number}",
                "long": f"{self.prefix}_{kind.lower()}{number}",
                "odd": f"{kind[0]}{number}"}[self.style]
        self.calls.append(Call(name, kind, args, inputs))
        return name


def unit(build: Builder, x: str, units: int, norm: bool, act: str) -> str:
    x = build.add("Dense", x, units=units)
    if norm:
        x = build.add("BatchNormalization", x)
    return build.add("Activation", x, activation=act)


def residual(build: Builder, x: str, units: int, project: bool, drop: float) -> str:
    y = unit(build, x, units, True, "relu")
    y = build.add("Dense", y, units=4 * units)
    if drop:
        y = build.add("Dropout", y, rate=drop)
    short = build.add("Dense", x, units=4 * units) if project else x
    return build.add("Activation", build.add("Add", short, y), activation="relu")


def dense(build: Builder, x: str, units: int) -> str:
    return build.add("Concatenate", x, unit(build, x, units, True, "relu"))


def branchy(build: Builder, x: str, units: int, arms: int) -> str:
    return build.add("Concatenate", *(unit(build, x, units + k, k % 2 == 0, "gelu")
                                      for k in range(arms)), x)


@st.composite
def models(draw: Any) -> tuple[list[Call], list[str], list[str]]:
    """Stages of repeated pieces, some across two inputs, some layers shared."""
    build = Builder(draw(st.sampled_from(["auto", "long", "odd"])))
    inputs = ["left", "right"][:draw(st.integers(1, 2))]
    tensors = list(inputs)
    x = inputs[0]
    for stage in range(draw(st.integers(1, 5))):
        kind = draw(st.sampled_from(["unit", "residual", "dense", "branchy", "merge", "call"]))
        units = draw(st.sampled_from([4, 8, 16]))
        growth = draw(st.sampled_from([0, 0, 1, 4]))
        for copy in range(draw(st.integers(1, 5))):
            build.prefix = f"s{stage}_b{copy}"
            width = units + growth * copy
            if kind == "unit":
                x = unit(build, x, width, True, "relu")
            elif kind == "residual":
                x = residual(build, x, width, draw(st.booleans()) or copy == 0, 0.1 * (copy > 1))
            elif kind == "dense":
                x = dense(build, x, width)
            elif kind == "branchy":
                x = branchy(build, x, width, draw(st.integers(1, 3)))
            elif kind == "merge":
                x = build.add("Add", x, draw(st.sampled_from(tensors)))
            else:
                x = shared(build, x)
            tensors.append(x)
    used = {ref for call in build.calls for ref in call.inputs}
    ends = [call.name for call in build.calls if call.name not in used]
    more = draw(st.lists(st.sampled_from([call.name for call in build.calls]), max_size=2))
    return build.calls, inputs, list(dict.fromkeys([*ends, *more]))


def shared(build: Builder, x: str) -> str:
    """A further call of the first layer there is."""
    layers = [call for call in build.calls if call.type == "Dense"]
    if not layers:
        return build.add("Dense", x, units=3)
    name = f"again{len(build.calls)}"
    build.calls.append(Call(name, "", {}, (x,), call_of=layers[0].name))
    return name


@settings(max_examples=200, deadline=None, derandomize=True)
@given(models())
def test_the_model_is_the_same(model: tuple[list[Call], list[str], list[str]]) -> None:
    calls, inputs, keep = model
    done = check(calls, inputs, keep)
    assert lines(done) <= len(calls) + 4 * len(done.blocks)


@settings(max_examples=30, deadline=None, derandomize=True)
@given(models())
def test_the_same_calls_fold_the_same(model: tuple[list[Call], list[str], list[str]]) -> None:
    calls, _, keep = model
    assert fold(calls, set(keep)) == fold(list(calls), frozenset(keep))


@st.composite
def tangles(draw: Any) -> tuple[list[Call], list[str], list[str]]:
    """Few kinds of layers, wired anyhow; a stretch may be stamped again behind itself."""
    size = draw(st.integers(1, 24))
    shape = [(draw(st.sampled_from(["Dense", "ReLU", "Add", "LSTM", "Attention"])),
              draw(st.integers(1, 3)), draw(st.integers(1, 3)), draw(st.integers(1, 9)))
             for _ in range(size)]
    rounds = draw(st.integers(1, 4))
    calls: list[Call] = []
    tensors = ["x"]
    for turn in range(rounds):
        for kind, near, far, units in shape:
            name = f"n{len(calls)}"
            one, two = tensors[-min(near, len(tensors))], tensors[-min(far, len(tensors))]
            if kind == "Add":
                calls.append(Call(name, kind, {}, (one, two)))
            elif kind == "LSTM":
                results = (f"{name}_out", f"{name}_h", f"{name}_c")
                calls.append(Call(name, kind, {"units": units, "return_state": True}, (one,),
                                  given=results))
                tensors.append(results[units % 3])
                continue
            elif kind == "Attention":
                calls.append(Call(name, "MultiHeadAttention", {"num_heads": units, "key_dim": 4},
                                  {"query": one, "value": two},
                                  constants={"use_causal_mask": True} if turn else {}))
            else:
                args = {"units": units + turn} if kind == "Dense" else {}
                calls.append(Call(name, kind, args, (one,)))
            tensors.append(name)
    used = {ref for call in calls for ref in
            (call.inputs.values() if isinstance(call.inputs, Mapping) else call.inputs)}
    return calls, ["x"], [name for call in calls for name in (call.given or (call.name,))[:1]
                          if not used & {call.name, *call.given}]


@settings(max_examples=300, deadline=None, derandomize=True)
@given(tangles())
def test_tangles_stay_as_they_are(model: tuple[list[Call], list[str], list[str]]) -> None:
    calls, inputs, keep = model
    check(calls, inputs, keep)


# -- what it reads like ---------------------------------------------------------------------------


def said(value: Any) -> str:
    """A value as TOML, on one line."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {said(one)}" for key, one in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(said(one) for one in value) + "]"
    return json.dumps(value)


def text(folded: Folded) -> str:
    """Blocks and layers, an entry a line."""
    def entries(layers: Sequence[Mapping[str, Any]], indent: str) -> list[str]:
        out = []
        for one in layers:
            if "layers" not in one:
                out.append(f"{indent}{said(one)}")
                continue
            head = said({key: value for key, value in one.items() if key != "layers"})
            out += [f"{indent}{head[:-2]}, layers = [", *entries(one["layers"], indent + "  "),
                    f"{indent}] }}"]
        return out

    blocks = [line for name, one in folded.blocks.items() for line in (
        f"[{name}]", *(f"{key} = {said(value)}" for key, value in one.items() if key != "layers"),
        *entries(one["layers"], "  "))]
    return "\n".join([*blocks, "[model]", *entries(folded.layers, "  ")])


def chain(*layers: tuple[str, dict[str, Any]]) -> list[Call]:
    build, x = Builder("odd"), "x"
    for kind, args in layers:
        x = build.add(kind, x, **args)
    return build.calls


def read(calls: Sequence[Call], inputs: Sequence[str] = ("x",)) -> str:
    return text(check(calls, inputs, [calls[-1].name]))


def test_equal_layers_in_a_row_are_one_entry() -> None:
    assert read(chain(*[("Dense", {"units": n}) for n in (8, 8, 8, 1)])) == """\
[model]
  { type = "Dense", repeat = 3, units = 8 }
  { type = "Dense", name = "D3", units = 1 }"""


def test_a_short_row_of_sizes_stays_as_it_is() -> None:
    assert read(chain(*[("Dense", {"units": n}) for n in (64, 32, 8, 1)])) == """\
[model]
  { type = "Dense", units = 64 }
  { type = "Dense", units = 32 }
  { type = "Dense", units = 8 }
  { type = "Dense", name = "D3", units = 1 }"""


def test_residual_stages_are_one_block_with_a_shortcut_that_may_be_left_out() -> None:
    build, x = Builder("long"), "x"
    for stage, (units, count) in enumerate(((4, 2), (8, 3), (16, 3))):
        for copy in range(count):
            build.prefix = f"stage{stage}_block{copy}"
            x = residual(build, x, units, copy == 0, 0)
    build.prefix = "head"
    build.add("Dense", x, units=1)
    assert read(build.calls) == """\
[stage_block]
params = { units = 8, project = false }
  { type = "Dense", name = "shortcut", units = "=4 * units", when = "=project" }
  { type = "Dense", inputs = "@in", units = "=units" }
  { type = "BatchNormalization" }
  { type = "Activation", activation = "relu" }
  { type = "Dense", units = "=4 * units" }
  { type = "Add", inputs = ["shortcut", "@prev"] }
  { type = "Activation", activation = "relu" }
[model]
  { block = "stage_block", repeat = 2, units = 4, project = "=i == 0" }
  { block = "stage_block", repeat = 3, project = "=i == 0" }
  { block = "stage_block", repeat = 3, units = 16, project = "=i == 0" }
  { type = "Dense", name = "head_dense51", units = 1 }"""


def test_what_is_stamped_in_one_place_is_a_group() -> None:
    build, x = Builder("auto"), "x"
    for _ in range(6):
        x = dense(build, x, 8)
    build.add("Dense", x, units=1)
    assert read(build.calls) == """\
[model]
  { repeat = 6, layers = [
    { type = "Dense", units = 8 }
    { type = "BatchNormalization" }
    { type = "Activation", activation = "relu" }
    { type = "Concatenate", inputs = ["@in", "@prev"] }
  ] }
  { type = "Dense", name = "dense_24", units = 1 }"""


def test_two_sublayers_that_take_turns_are_one_encoder() -> None:
    build, x = Builder("auto"), "x"
    for layer in range(4):
        build.calls.append(Call(f"attend{layer}", "MultiHeadAttention",
                                {"num_heads": 4, "key_dim": 8}, {"query": x, "value": x}))
        x = build.add("LayerNormalization", build.add("Add", x, f"attend{layer}"))
        y = build.add("Dense", build.add("Dense", x, units=64, activation="gelu"), units=32)
        x = build.add("LayerNormalization", build.add("Add", x, y))
    build.add("Dense", x, units=1)
    assert read(build.calls) == """\
[model]
  { repeat = 4, layers = [
    { type = "MultiHeadAttention", inputs = { query = "@in", value = "@in" }, \
num_heads = 4, key_dim = 8 }
    { type = "Add", inputs = ["@in", "@prev"] }
    { type = "LayerNormalization", name = "stem" }
    { type = "Dense", units = 64, activation = "gelu" }
    { type = "Dense", units = 32 }
    { type = "Add", inputs = ["stem", "@prev"] }
    { type = "LayerNormalization" }
  ] }
  { type = "Dense", name = "dense_28", units = 1 }"""


def test_branches_that_alternate_are_put_one_after_another() -> None:
    calls = [Call("a1", "Dense", {"units": 4}, ("x",)), Call("b1", "Dense", {"units": 8}, ("x",)),
             Call("a2", "ReLU", {}, ("a1",)), Call("b2", "Softmax", {}, ("b1",)),
             Call("y", "Concatenate", {}, ("a2", "b2"))]
    assert read(calls) == """\
[model]
  { type = "Dense", units = 4 }
  { type = "ReLU", name = "a2" }
  { type = "Dense", inputs = "x", units = 8 }
  { type = "Softmax" }
  { type = "Concatenate", name = "y", inputs = ["a2", "@prev"] }"""


def test_rates_that_grow_evenly_are_a_fraction_of_the_depth() -> None:
    build, x = Builder("odd"), "x"
    for at in range(1, 6):
        y = build.add("Dropout", unit(build, x, 8, True, "relu"), rate=0.2 * at / 17)
        x = build.add("Add", y, x)
    assert 'rate = "=0.2 * (i + 1) / 17"' in read(build.calls)


# -- what must not happen -------------------------------------------------------------------------


def test_a_shared_layer_is_called_again_by_its_name() -> None:
    calls = [Call("tower", "Dense", {"units": 4}, ("left",)),
             Call("tower_again", "", {}, ("right",), call_of="tower"),
             Call("y", "Subtract", {}, ("tower", "tower_again"))]
    assert read(calls, ("left", "right")) == """\
[model]
  { type = "Dense", name = "tower", inputs = "left", units = 4 }
  { call = "tower", inputs = "right" }
  { type = "Subtract", name = "y", inputs = ["tower", "@prev"] }"""


def test_what_is_kept_stays_an_entry_of_the_model_under_its_name() -> None:
    calls = chain(*[("Dense", {"units": 8})] * 6)
    done = check(calls, ["x"], ["D2", "D5"])
    assert [one["name"] for one in done.layers if "name" in one] == ["D2", "D5"]


def test_a_name_that_is_kept_is_not_given_to_another_layer() -> None:
    calls = [Call("first", "Dense", {"units": 2}, ("x",)),
             Call("dense", "Dense", {"units": 3}, ("first",))]
    assert check(calls, ["x"], ["dense"]).layers[0]["name"] == "first"


def test_text_that_looks_like_an_expression_stays_text() -> None:
    calls = [Call(f"e{at}", "EinsumDense", {"equation": "=no" if at else "ab,bc->ac",
                                            "output_shape": [4]}, (f"e{at - 1}" if at else "x",))
             for at in range(2)]
    assert fold(calls, {"e1"}).layers[1]["equation"] == "==no"


def test_the_comparison_sees_a_wire_a_value_and_a_shared_layer() -> None:
    calls = chain(("Dense", {"units": 8}), ("ReLU", {}), ("Dense", {"units": 8}))
    plain = lowered(unfolded(calls), {}, ["x"], ["D2"])
    for other in (
        [*calls[:2], Call("D2", "Dense", {"units": 8}, ("D0",))],
        [*calls[:2], Call("D2", "Dense", {"units": 9}, ("R1",))],
        [*calls[:2], Call("D2", "", {}, ("R1",), call_of="D0")],
    ):
        assert signatures(lowered(unfolded(other), {}, ["x"], ["D2"])) != signatures(plain)


LARGE = 4_000
HOSTILE: dict[str, Any] = {
    "equal": lambda at: Call(f"a{at}", "Dense", {"units": 4}, (f"a{at - 1}" if at else "x",)),
    "growing": lambda at: Call(f"a{at}", "Dense", {"units": at + 1},
                               (f"a{at - 1}" if at else "x",)),
    "random": lambda at: Call(f"a{at}", "Dense", {"units": at * at % 7919 % 9 + 1},
                              (f"a{at - 1}" if at else "x",)),
    "types": lambda at: Call(f"a{at}", ("Flatten", "ReLU", "Softmax")[at * at % 7919 % 3], {},
                             (f"a{at - 1}" if at else "x",)),
    "fan": lambda at: Call(f"a{at}", "Dense", {"units": at + 1}, ("a0" if at else "x",)),
    "skips": lambda at: Call(f"a{at}", "Add", {}, (f"a{at - 1}" if at else "x",
                                                   f"a{max(0, at - 1 - at * at % 61)}"
                                                   if at else "x")),
    "nested": lambda at: Call(f"a{at}", "Add", {}, (f"a{at - 1}" if at else "x",
                                                    f"a{LARGE - 1 - at}" if at > LARGE // 2
                                                    else f"a{at - 1}" if at else "x")),
}


@pytest.mark.parametrize("shape", HOSTILE)
def test_large_models_fold_in_seconds(shape: str) -> None:
    calls = [HOSTILE[shape](at) for at in range(LARGE)]
    start = time.process_time()
    check(calls, ["x"], [calls[-1].name])
    assert in_time(time.process_time() - start, 30)
