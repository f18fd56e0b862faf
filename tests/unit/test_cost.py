"""Cost and what cannot be known: optimizers' slots, bytes by dtype, declared shapes, the summary.

Whether the numbers are Keras's and TensorFlow's is proved in tests/parity; here they stand still.
"""

from __future__ import annotations

from typing import Any

import pytest

from specc.ir.cost import totals
from specc.ir.graph import Graph, InputNode, Node, Ref
from specc.ir.infer import infer
from specc.ir.plan import Plan
from specc.ir.slots import numbers
from specc.ops.arguments import resolve
from specc.ops.component import Component
from specc.ops.op import Tensor, Weight
from specc.pipeline import check_text
from specc.source import Where
from specc.summary import as_json, as_text, short, size
from specc.tensor import fold, show


def component(category: Any, type: str, **arguments: Any) -> Component:
    found = resolve(category, {"type": type, **arguments}, Where("x").at)
    assert found.value is not None, found.diagnostics
    return found.value


SPEC = """
specc = 1
name = "small"
[inputs.x]
shape = [4]
[model]
kind = "sequential"
dtype = "float32"
layers = [
  { type = "Dense", units = 8, activation = "relu", name = "hidden" },
  { type = "BatchNormalization", name = "norm" },
  { type = "Dense", units = 1, name = "y" },
]
[outputs.y]
task = "regression"
[compile]
optimizer = { type = "Adam" }
[fit]
batch_size = 16
"""


def plan(text: str = SPEC) -> Plan:
    checked = check_text(text.encode())
    assert checked.ok, checked.diagnostics
    assert checked.plan is not None
    return checked.plan


# -------------------------------------------------------------------- what optimizers keep

MATRIX, VECTOR = Weight("kernel", (5, 7)), Weight("bias", (7,))
KEPT: tuple[tuple[str, dict[str, Any], int, int], ...] = (  # of the matrix, of the vector
    ("SGD", {}, 0, 0), ("SGD", {"momentum": 0.9}, 35, 7),
    ("RMSprop", {}, 35, 7), ("RMSprop", {"momentum": 0.1, "centered": True}, 105, 21),
    ("Adam", {}, 70, 14), ("Adam", {"amsgrad": True}, 105, 21),
    ("AdamW", {"use_ema": True}, 105, 21), ("Adamax", {}, 70, 14), ("Nadam", {}, 70, 14),
    ("Lamb", {}, 70, 14), ("Ftrl", {}, 70, 14), ("Adadelta", {}, 70, 14),
    ("ScheduleFreeAdamW", {}, 70, 14), ("Adagrad", {}, 35, 7),
    ("Lion", {"gradient_accumulation_steps": 4}, 70, 14),
    ("Muon", {}, 35, 14), ("Muon", {"exclude_layers": ["dense"]}, 70, 14),
    ("Adafactor", {}, 35 + 5 + 7, 7),
    ("LossScaleOptimizer", {"inner_optimizer": {"type": "SGD", "momentum": 0.5}}, 35, 7),
)


@pytest.mark.parametrize(("name", "arguments", "matrix", "vector"), KEPT)
def test_slots(name: str, arguments: dict[str, Any], matrix: int, vector: int) -> None:
    optimizer = component("optimizer", name, **arguments)
    assert numbers(optimizer, MATRIX, "dense") == matrix
    assert numbers(optimizer, VECTOR, "dense") == vector


def test_muon_leaves_embeddings_to_adam_unless_told_otherwise() -> None:
    table = Weight("embeddings", (5, 7))
    assert numbers(component("optimizer", "Muon"), table, "words") == 70
    assert numbers(component("optimizer", "Muon", exclude_embeddings=False), table, "words") == 35


def test_a_pattern_is_not_run() -> None:
    """A word is sought; a regular expression of a spec is left unknown."""
    assert numbers(component("optimizer", "Muon", exclude_layers=["(a+)+$"]), MATRIX, "a") is None


def test_of_what_is_not_known_nothing_is_said() -> None:
    assert numbers(component("optimizer", "Adam"), Weight("kernel", (None, 7)), "dense") is None
    assert numbers(Component("optimizer", "mine:Own"), MATRIX, "dense") is None


# -------------------------------------------------------------------- bytes

def test_only_what_is_trained_has_slots() -> None:
    sums = totals(plan().graph, plan().optimizer)
    assert sums.params == 40 + 32 + 9
    assert sums.trainable_params == 40 + 16 + 9
    assert sums.weights_bytes == 4 * 81
    assert sums.optimizer_bytes == 2 * 4 * 65
    assert sums.activation_bytes == 4 * (8 + 8 + 1)
    frozen = SPEC.replace('name = "hidden"', 'name = "hidden", trainable = false')
    assert totals(plan(frozen).graph, plan(frozen).optimizer).optimizer_bytes == 2 * 4 * 25


def test_under_a_mixed_policy_weights_stay_and_results_are_halved() -> None:
    """The output stays float32."""
    sums = totals(plan(SPEC.replace('"float32"', '"mixed_float16"')).graph)
    assert sums.weights_bytes == 4 * 81
    assert sums.activation_bytes == 2 * (8 + 8) + 4


def test_a_layer_with_a_dtype_of_its_own() -> None:
    own = plan(SPEC.replace('name = "hidden"', 'name = "hidden", dtype = "float64"'))
    sums = totals(own.graph, own.optimizer)
    assert sums.weights_bytes == 8 * 40 + 4 * 41
    assert sums.optimizer_bytes == 2 * (8 * 40 + 4 * 25)
    assert sums.activation_bytes == 8 * 8 + 4 * 9


def test_a_held_layer_keeps_its_dtype() -> None:
    layer = component("layer", "TimeDistributed", layer={
        "type": "Dense", "units": 3, "dtype": "float16"})
    sums = totals(inferred(Node("n", "n", layer, (Ref("x"),)), shape=(5, 4)))
    assert sums.weights_bytes == 2 * 15


# -------------------------------------------------------------------- what is declared

def graph(*nodes: Node, shape: tuple[Any, ...] = (4,)) -> Graph:
    return Graph((InputNode("x", Tensor(("batch", *shape)), Where("x")),), nodes,
                 {"y": Ref(nodes[-1].name)})


def inferred(*nodes: Node, shape: tuple[Any, ...] = (4,)) -> Graph:
    found = infer(graph(*nodes, shape=shape))
    assert found.value is not None
    return found.value


def code(declared: Any = None) -> Node:
    return Node("own", "own", Component("layer", "labmodels.vae:Sampling"), (Ref("x"),),
                declared=declared)


def test_code_without_a_shape_says_so() -> None:
    found = infer(graph(code(), Node("y", "y", component("layer", "Dense", units=1),
                                     (Ref("own"),))))
    assert [(one.name, one.severity) for one in found.diagnostics] == [
        ("unknown-output-shape", "warning")]
    assert found.unchecked == (
        "own: `labmodels.vae:Sampling` is code, so its weights and cost are not known",)


def test_code_with_a_shape_is_followed() -> None:
    behind = Node("y", "y", component("layer", "Dense", units=3), (Ref("own"),))
    found = infer(graph(code(((16,),)), behind))
    assert found.diagnostics == ()
    assert found.value is not None
    assert found.value.costs["y"].count() == 51
    sums = totals(found.value)
    assert (sums.params, sums.flops) == (None, None)  # of the code nothing is known
    assert sums.activation_bytes == 4 * (16 + 3)


def test_code_may_declare_several_results() -> None:
    behind = Node("y", "y", component("layer", "Dense", units=3), (Ref("own", 1),))
    found = inferred(code(((16,), (5, 2))), behind)
    assert found.costs["y"].gives[0].shape == ("batch", 5, 3)


def test_a_layer_that_was_refused_is_not_warned_of() -> None:
    node = Node("own", "own", Component("layer", "?"), (Ref("x"),))
    assert infer(graph(node)) == infer(graph(node))
    assert infer(graph(node)).diagnostics == ()
    assert infer(graph(node)).unchecked == ()


def test_a_declared_shape_fills_only_what_is_not_known() -> None:
    """The rest stays: the length that is known, the dtype, the mask."""
    lookup = component("layer", "IntegerLookup", output_mode="multi_hot")
    node = Node("n", "n", lookup, (Ref("x"),), declared=((16,),))
    (gives,) = inferred(node, shape=(3,)).costs["n"].gives
    assert (gives.shape, gives.dtype) == (("batch", 16), "int64")
    named = Node("n", "n", component("layer", "Identity"), (Ref("x"),), declared=(("time", 8),))
    assert inferred(named, shape=(6, None)).costs["n"].gives[0].shape == ("batch", 6, 8)


def test_results_that_are_not_declared_stay() -> None:
    lstm = component("layer", "LSTM", units=3, return_state=True)
    node = Node("n", "n", lstm, (Ref("x"),), declared=((3,),))
    assert [show(one.shape) for one in inferred(node, shape=(5, 2)).costs["n"].gives] == [
        "(batch, 3)"] * 3


def test_free_lengths_are_laid_into_one() -> None:
    assert fold((2, 3)) == 6
    assert fold(("time",)) == "time"
    assert fold(("time", 8, 2)) == "16*time"
    assert fold(("time", 1)) == "time"
    assert fold(("time", None)) is None


# -------------------------------------------------------------------- the summary

def test_the_document() -> None:
    found = as_json(plan())
    assert list(found) == ["name", "hash", "kind", "layers", "outputs", "params",
                           "trainable_params", "flops", "memory", "batch_size"]
    assert found["layers"][0] == {
        "name": "hidden", "type": "Dense", "inputs": ["x"], "output_shape": [None, 8],
        "params": 40, "trainable_params": 40, "flops": 72}
    assert found["flops"] == 72 + 16 + 17
    assert found["memory"] == {"weights": 324, "optimizer": 520, "activations_per_sample": 68,
                               "activations_per_batch": 1088}


def test_the_table() -> None:
    _, *lines = as_text(plan()).splitlines()
    assert lines[1:] == [
        "layer   type                takes (or the one above)  gives       params  FLOPs",
        "x       Input                                         (batch, 4)",
        "hidden  Dense                                         (batch, 8)      40    72",
        "norm    BatchNormalization                            (batch, 8)      32    16",
        "y       Dense                                         (batch, 1)       9    17",
        "-" * 79,
        "total                                                                 81   105",
        "",
        "parameters   81 (65 trainable)",
        "operations   105 FLOPs forward for one sample",
        "weights      324 B",
        "optimizer    520 B (Adam)",
        "activations  68 B for one sample, 1.1 KiB for a batch of 16",
        "",
        "output y: regression, loss MeanSquaredError (filled in), metrics none",
    ]


def test_what_is_not_known_is_named() -> None:
    text = SPEC.replace("shape = [4]", 'shape = ["time", 4]')
    assert "operations   ? FLOPs forward for one sample; not known of hidden, norm, y" in as_text(
        plan(text)).splitlines()


@pytest.mark.parametrize(("number", "text"), [
    (None, "? "), (0, "0 "), (999, "999 "), (1000, "1.000 k"), (25_690, "25.69 k"),
    (999_949, "999.9 k"), (999_951, "1.000 M"), (7_755_134_952, "7.755 G"), (10**12, "1.000 T")])
def test_short(number: int | None, text: str) -> None:
    assert short(number) == text


@pytest.mark.parametrize(("number", "text"), [
    (None, "?"), (0, "0 B"), (1023, "1023 B"), (1024, "1.0 KiB"), (102_546_848, "97.8 MiB"),
    (2**34, "16.0 GiB"), (2**42, "4.0 TiB")])
def test_size(number: int | None, text: str) -> None:
    assert size(number) == text
