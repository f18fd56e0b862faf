"""A slip in an argument, in a whole spec: one finding, on its line, and nothing that follows."""

from __future__ import annotations

import json
from typing import Any

import pytest

from specc.diagnostics import Diagnostic
from specc.ir.entry import TWO_MEANINGS
from specc.ir.lower import KEYS
from specc.ops import table
from specc.ops.arguments import decides_shape
from specc.ops.component import Category
from specc.ops.types import CATEGORIES
from specc.pipeline import check_text
from unit.wrong_values import PARAMS, admits, candidates, required

HEAD = """specc = 1
name = "a"
[inputs.x]
shape = [8, 8, 3]
[model]
kind = "functional"
"""
DENSE = '[[model.layers]]\ntype = "Dense"\nunits = 1\n'
OUTPUT = '[outputs.y]\ntask = "regression"\ntarget = "t"\n'
# Where a component of a category stands: what is before its header, the header, what is behind.
TOP: dict[Category, tuple[str, str, str]] = {
    "layer": (HEAD, "[[model.layers]]", OUTPUT),
    "optimizer": (HEAD + DENSE + OUTPUT, "[compile.optimizer]", ""),
    "schedule": (HEAD + DENSE + OUTPUT + '[compile.optimizer]\ntype = "SGD"\n',
                 "[compile.optimizer.learning_rate]", ""),
    "loss": (HEAD + DENSE + OUTPUT, "[outputs.y.loss]", ""),
    "metric": (HEAD + DENSE + OUTPUT, "[[outputs.y.metrics]]", ""),
    "callback": (HEAD + DENSE + OUTPUT, "[[fit.callbacks]]", ""),
    "initializer": (HEAD + DENSE, "[model.layers.kernel_initializer]", OUTPUT),
    "regularizer": (HEAD + DENSE, "[model.layers.kernel_regularizer]", OUTPUT),
    "constraint": (HEAD + DENSE, "[model.layers.kernel_constraint]", OUTPUT),
}
# Components inside components: category, the components, and what holds them.
INSIDE: list[tuple[Category, tuple[str, ...], tuple[str, str, str]]] = [
    ("layer", ("Dense", "Conv1D", "LayerNormalization", "Dropout", "Rescaling"),
     (HEAD + '[[model.layers]]\ntype = "TimeDistributed"\n', "[model.layers.layer]", OUTPUT)),
    ("layer", ("LSTMCell", "GRUCell", "SimpleRNNCell"),
     (HEAD + '[[model.layers]]\ntype = "RNN"\n', "[model.layers.cell]", OUTPUT)),
    ("layer", ("LSTMCell", "GRUCell"),
     (HEAD + '[[model.layers]]\ntype = "StackedRNNCells"\n', "[[model.layers.cells]]", OUTPUT)),
    ("layer", ("LSTM", "ConvLSTM2D"),
     (HEAD + '[[model.layers]]\ntype = "Bidirectional"\n', "[model.layers.layer]", OUTPUT)),
    ("initializer", ("RandomNormal", "VarianceScaling", "STFT", "Identity"),
     (HEAD + '[[model.layers]]\ntype = "TimeDistributed"\n[model.layers.layer]\ntype = "Dense"\n'
      "units = 1\n", "[model.layers.layer.kernel_initializer]", OUTPUT)),
    ("optimizer", ("Adam", "SGD", "Muon"),
     (HEAD + DENSE + OUTPUT + '[compile.optimizer]\ntype = "LossScaleOptimizer"\n',
      "[compile.optimizer.inner_optimizer]", "")),
    ("schedule", ("CosineDecay", "PiecewiseConstantDecay"),
     (HEAD + DENSE + OUTPUT + '[compile.optimizer]\ntype = "LossScaleOptimizer"\n'
      '[compile.optimizer.inner_optimizer]\ntype = "SGD"\n',
      "[compile.optimizer.inner_optimizer.learning_rate]", "")),
    ("layer", ("Conv2D", "MaxPooling2D", "BatchNormalization", "Reshape"),
     (HEAD + '[[model.layers]]\nblock = "b"\n' + OUTPUT, "[[blocks.b.layers]]", "")),
]


def toml(value: Any) -> str:
    match value:
        case None:
            return '"=none"'
        case bool():
            return "true" if value else "false"
        case str():
            return json.dumps(value)
        case list():
            return f"[{', '.join(toml(one) for one in value)}]"
        case dict():
            return "{ " + ", ".join(f"{key} = {toml(one)}" for key, one in value.items()) + " }"
    return repr(value)


def spec(place: tuple[str, str, str], name: str, args: dict[str, Any]) -> str:
    before, header, after = place
    body = [f'type = "{name}"', *(f"{key} = {toml(value)}" for key, value in args.items())]
    return "\n".join([before + header, *body, after])


def found(text: str) -> list[Diagnostic]:
    return list(check_text(text.encode()).diagnostics)


def hold(place: tuple[str, str, str], category: Category, name: str, param: table.Param,
         value: Any) -> None:
    """One finding about the slip, at its value; what else is said is said of the good spec too."""
    args = {**required(category, name), param.name: value}
    text = spec(place, name, args)
    said = found(text)
    here = [one for one in said if param.name in one.where.path]
    about = f"{name}.{param.name} = {value!r}: {[one.message for one in said]}"
    assert len(here) == 1, about
    span = here[0].span
    assert span is not None, about
    begin = place[0].count("\n") + 3 + list(args).index(param.name)
    assert span.line == begin, about
    assert span.column > len(param.name) + 3, about
    pointer = here[0].where.pointer
    assert f"/{param.name}" in pointer
    good = {(one.code, one.where.pointer)
            for one in found(spec(place, name, required(category, name)))}
    rest = {(one.code, one.where.pointer) for one in said if one is not here[0]}
    assert rest <= good, about


def slips(number: int, category: Category, param: table.Param) -> list[Any]:
    """Two wrong values of an argument, others for every argument."""
    wrong = [value for _, value in candidates(param.text, param.type)
             if not admits(param.type, value)]
    return [wrong[number % len(wrong)], wrong[(7 * number + 3) % len(wrong)]]


@pytest.mark.parametrize("category", CATEGORIES)
def test_a_slip_in_any_argument_is_one_finding_on_its_line(category: Category) -> None:
    seen = 0
    for number, (one, name, param) in enumerate(PARAMS):
        if one == category:
            for value in slips(number, category, param):
                if not (param.name == "stateful" and value is True):
                    hold(TOP[category], category, name, param, value)
                    seen += 1
    assert seen > 10


@pytest.mark.parametrize(("category", "names", "place"), INSIDE, ids=lambda one: str(one)[-40:])
def test_a_slip_inside_another_component(category: Category, names: tuple[str, ...],
                                         place: tuple[str, str, str]) -> None:
    for name in names:
        entry = table.entry(category, name)
        assert entry is not None
        for number, param in enumerate(entry.params.values()):
            for value in slips(number, category, param):
                if not (param.name == "stateful" and value is True):
                    hold(place, category, name, param, value)


@pytest.mark.parametrize(("wrong", "place"), [
    ('padding = "sames"', "padding"), ("strides = -1", "strides"), ("filters = 2.5", "filters"),
    ("paddng = 'same'", "paddng"), ("dilation_rate = [1]", "dilation_rate"),
])
def test_a_shape_that_a_slip_left_open_is_not_complained_of(wrong: str, place: str) -> None:
    """With `padding = "same"` the two would fit; nobody knows what was meant."""
    text = f"""
specc = 1
name = "a"
[inputs.x]
shape = [8, 8, 3]
[model]
kind = "functional"
layers = [
  {{ type = "Conv2D", filters = 3, kernel_size = 3, {wrong}, name = "c" }},
  {{ type = "Add", inputs = ["c", "x"] }},
  {{ type = "GlobalAveragePooling2D" }},
  {{ type = "Dense", units = 1 }},
]
[outputs.y]
task = "regression"
target = "t"
""".replace("filters = 3, kernel_size = 3, filters", "kernel_size = 3, filters")
    one, = found(text)
    assert one.where.path[-1] == place


def test_a_slip_that_decides_no_shape_hides_none() -> None:
    text = HEAD + """[[model.layers]]
type = "Dense"
units = 4
activation = "rellu"
[[model.layers]]
type = "Conv1D"
filters = 1
kernel_size = 3
""" + OUTPUT
    assert [one.name for one in found(text)] == [
        "argument-word", "input-rank-mismatch"]


@pytest.mark.parametrize(("layer", "key", "decides"), [
    ("Conv2D", "padding", True), ("Conv2D", "paddin", True), ("Conv2D", "nb_filter", True),
    ("LSTM", "return_sequences", True), ("TimeDistributed", "layer", True),
    ("Conv2D", "kernel_initializer", False), ("Conv2D", "activation", False),
    ("Dropout", "rate", False), ("Dropout", "p", False), ("Dropout", "seed", False),
    ("Conv2D", "input_shape", False), ("Conv2D", "wobble", False), ("Nothing", "x", False),
])
def test_which_arguments_decide_a_shape(layer: str, key: str, decides: bool) -> None:
    assert decides_shape(layer, key) == decides


def test_keys_of_the_language_that_are_arguments_of_a_layer_are_known() -> None:
    entries = [table.entry("layer", name) for name in table.names("layer")]
    params = {key for entry in entries if entry and not entry.refused for key in entry.params}
    assert set(TWO_MEANINGS) == KEYS & params


def test_a_pipeline_is_a_layer_with_layers() -> None:
    text = HEAD + """[[model.layers]]
type = "Pipeline"
layers = [{ type = "CenterCrop", height = 4, width = 4 }, { type = "RandomFlip" }]
[[model.layers]]
type = "Flatten"
""" + DENSE + OUTPUT
    checked = check_text(text.encode())
    assert checked.ok, checked.diagnostics
    assert checked.plan is not None
    first = checked.plan.graph.nodes[0]
    assert [one.name for one in first.layer.args["layers"]] == ["CenterCrop", "RandomFlip"]
    assert checked.plan.graph.costs[first.name].gives[0].shape == ("batch", 4, 4, 3)


@pytest.mark.parametrize("name", ["{}", "false", "[]", "0", '""', "3"])
def test_a_metric_is_called_by_a_name(name: str) -> None:
    text = HEAD + DENSE + OUTPUT + f'metrics = [{{ type = "MeanAbsoluteError", name = {name} }}]\n'
    one, = found(text)
    assert one.where.path[-1] == "name"
