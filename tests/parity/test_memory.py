"""Bytes of weights, of what optimizers keep, and of results, against what Keras allocates.

Random small models are specs that are checked (specc's side) and built (Keras's side). Weights and
optimizers are compared by `nbytes` of every variable; results by the shape and dtype of what every
layer gives for one sample. Scalars of optimizers are left out on both sides: the count of steps,
the learning rate, the loss scale. `MultiOptimizer` cannot be said in a spec.
"""

from __future__ import annotations

import json
import math
import os
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

keras = pytest.importorskip("keras")

from specc.backend.build import build  # noqa: E402
from specc.backend.objects import make  # noqa: E402
from specc.ir.cost import BYTES, WORD, totals  # noqa: E402
from specc.ir.plan import Plan  # noqa: E402
from specc.ops import OPS, table  # noqa: E402
from specc.ops.arguments import resolve  # noqa: E402
from specc.ops.component import Component  # noqa: E402
from specc.pipeline import check_text  # noqa: E402
from specc.source import Where  # noqa: E402

pytestmark = pytest.mark.keras

TIMES = 5 if os.environ.get("HYPOTHESIS_PROFILE") == "sweep" else 1
flag = st.booleans()
small = st.integers(1, 4)
WIDE = ("Dense", "Conv1D", "SeparableConv1D", "LSTM", "GRU", "EinsumDense")
# Layers that take and give (steps, features); what is not written here is drawn.
SEQUENCES: tuple[dict[str, Any], ...] = (
    {"type": "Dense", "units": 3, "activation": "linear"},
    {"type": "Dense", "units": 5, "activation": "relu", "use_bias": False},
    {"type": "Conv1D", "filters": 4, "kernel_size": 2, "padding": "same"},
    {"type": "SeparableConv1D", "filters": 3, "kernel_size": 3, "padding": "same"},
    {"type": "LSTM", "units": 3, "return_sequences": True},
    {"type": "GRU", "units": 2, "return_sequences": True},
    {"type": "RNN", "cell": [{"type": "LSTMCell", "units": 2}, {"type": "GRUCell", "units": 3}],
     "return_sequences": True},
    {"type": "Bidirectional", "layer": {"type": "LSTM", "units": 2, "return_sequences": True}},
    {"type": "TimeDistributed", "layer": {"type": "Dense", "units": 3}},
    {"type": "SpectralNormalization", "layer": {"type": "Dense", "units": 3}},
    {"type": "EinsumDense", "equation": "abc,cd->abd", "output_shape": [6, 3], "bias_axes": "d"},
    {"type": "BatchNormalization"}, {"type": "LayerNormalization"}, {"type": "PReLU"},
    {"type": "Dropout", "rate": 0.5}, {"type": "Normalization", "mean": 0.5, "variance": 1.0},
    {"type": "Rescaling", "scale": 2.0}, {"type": "Activation", "activation": "relu"},
    {"type": "MultiHeadAttention", "num_heads": 2, "key_dim": 3,
     "inputs": {"query": "@prev", "value": "@prev"}},
)
ENTRIES: tuple[dict[str, Any], ...] = (
    {"type": "Embedding", "input_dim": 7, "output_dim": 4},
    {"type": "CategoryEncoding", "num_tokens": 7, "output_mode": "one_hot"},
)
POLICIES = ("float32", "float32", "mixed_float16", "mixed_bfloat16")
JAX = keras.backend.backend() == "jax"  # which makes float32 of float64
DTYPES = (None, None, None, "float16", "bfloat16", "float32" if JAX else "float64",
          "mixed_float16")


@st.composite
def models(draw: st.DrawFn) -> dict[str, Any]:
    """A spec of up to six layers, some frozen, some with a dtype of their own."""
    whole = draw(flag)
    entries = [draw(st.sampled_from(ENTRIES))] if whole else []
    entries += draw(st.lists(st.sampled_from(SEQUENCES), min_size=1, max_size=4))
    layers = []
    for entry in entries:
        own = draw(st.sampled_from(DTYPES))
        frozen = draw(st.integers(0, 4)) == 0
        layers.append(entry | ({"dtype": own} if own else {}) | (
            {"trainable": False} if frozen else {}))
    layers += [{"type": "Flatten"}, {"type": "Dense", "units": 1, "name": "y"}]
    shape: dict[str, Any] = {"shape": [6], "dtype": "int32"} if whole else {"shape": [6, 4]}
    return {"specc": 1, "name": "random", "inputs": {"x": shape},
            "model": {"kind": "functional", "dtype": draw(st.sampled_from(POLICIES)),
                      "layers": layers},
            "outputs": {"y": {"task": "regression"}}}


def planned(spec: dict[str, Any]) -> Plan:
    checked = check_text(json.dumps(spec).encode(), "random.specc.json", "json")
    assert checked.ok, checked.diagnostics
    assert checked.plan is not None
    return checked.plan


def built(plan: Plan) -> Any:
    done = build(plan)
    assert done.value is not None, done.diagnostics
    return done.value


def taken(plan: Plan) -> Any:
    """The model, if the back end has every layer in the dtype that was drawn."""
    done = build(plan)
    assume([one.name for one in done.diagnostics] != ["keras-refuses"])
    assert done.value is not None, done.diagnostics
    return done.value


def bytes_of(variables: Any) -> int:
    """Bytes of variables that are no scalars."""
    return sum(width(one.dtype) * math.prod(one.shape) for one in variables if one.shape != ())


def width(dtype: str) -> int:
    return keras.backend.standardize_dtype(dtype) and int(
        keras.ops.zeros((), dtype).numpy().itemsize)


def drawn(test: Any, *draws: st.SearchStrategy[Any], examples: int) -> None:
    settings(max_examples=examples * TIMES, derandomize=True, deadline=None, database=None,
             suppress_health_check=list(HealthCheck),
             phases=(Phase.generate, Phase.shrink))(given(*draws)(test))()


ARGUMENTS: dict[str, st.SearchStrategy[Any]] = {  # what decides how much is kept
    "momentum": st.sampled_from([0.0, 0.9]), "centered": flag, "amsgrad": flag, "use_ema": flag,
    "gradient_accumulation_steps": st.sampled_from([None, 2]), "nesterov": st.just(False),
    "exclude_embeddings": flag, "exclude_layers": st.sampled_from([[], ["dense", "lstm_cell"]]),
}
OPTIMIZERS = [name for name in table.names("optimizer") if name != "MultiOptimizer"]


def arguments(name: str) -> st.SearchStrategy[dict[str, Any]]:
    entry = table.entry("optimizer", name)
    assert entry is not None
    return st.fixed_dictionaries({}, optional={
        key: value for key, value in ARGUMENTS.items() if key in entry.params})


def component(tree: Any) -> Component:
    found = resolve("optimizer", tree, Where("x").at)
    assert found.value is not None, found.diagnostics
    return found.value


def test_all_optimizers_but_one_are_compared() -> None:
    entry = table.entry("optimizer", "MultiOptimizer")
    assert entry is not None
    assert entry.refused
    assert len(OPTIMIZERS) == 15


def test_what_optimizers_keep() -> None:
    """Every optimizer, with random arguments, on every random model."""
    compared: dict[str, set[int]] = {name: set() for name in OPTIMIZERS}

    def check(spec: dict[str, Any], data: st.DataObject) -> None:
        plan = planned(spec)
        variables = taken(plan).trainable_variables
        for name in OPTIMIZERS:
            tree: dict[str, Any] = {"type": name, **data.draw(arguments(name))}
            if name == "LossScaleOptimizer":
                tree["inner_optimizer"] = {"type": "Adam", **data.draw(arguments("Adam"))}
            optimizer = component(tree)
            theirs = make(optimizer)
            theirs.build(variables)
            ours = totals(plan.graph, optimizer).optimizer_bytes
            assert ours == bytes_of(theirs.variables), (tree, spec["model"]["layers"])
            compared[name].add(ours)

    drawn(check, models(), st.data(), examples=30)
    assert min(len(found) for found in compared.values()) > 3


def test_weights_and_results() -> None:
    """Weights, trainable or not, and what every layer gives for one sample."""
    compared = set()

    def check(spec: dict[str, Any]) -> None:
        plan = planned(spec)
        model = taken(plan)
        sums = totals(plan.graph, plan.optimizer)
        assert sums.params == model.count_params()
        assert sums.weights_bytes == sum(
            width(one.dtype) * math.prod(one.shape) for one in model.weights)
        given = [(one.dtype, math.prod(one.shape[1:])) for layer in model.layers
                 if type(layer).__name__ != "InputLayer"
                 for one in keras.tree.flatten(layer.output)]
        assert sums.activation_bytes == sum(width(dtype) * count for dtype, count in given), (
            spec["model"], given)
        compared.add((sums.weights_bytes, sums.activation_bytes))

    drawn(check, models(), examples=60)
    assert len(compared) > 30


# Layers that choose their dtype whatever the model's policy is, and some that do not.
ENCODERS: tuple[tuple[dict[str, Any], str], ...] = (
    ({"type": "Hashing", "num_bins": 3}, "int32"),
    ({"type": "Hashing", "num_bins": 3, "output_mode": "one_hot"}, "int32"),
    ({"type": "Discretization", "bin_boundaries": [0.0, 1.0]}, "float32"),
    ({"type": "Discretization", "bin_boundaries": [0.0], "output_mode": "one_hot"}, "float32"),
    ({"type": "IntegerLookup", "vocabulary": [3, 4]}, "int64"),
    ({"type": "IntegerLookup", "vocabulary": [3, 4], "output_mode": "one_hot"}, "int64"),
    ({"type": "CategoryEncoding", "num_tokens": 3, "output_mode": "one_hot"}, "int32"),
    ({"type": "Rescaling", "scale": 2.0}, "float32"),
    ({"type": "Normalization", "mean": 0.5, "variance": 1.0}, "float32"),
)


@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16"])
@pytest.mark.parametrize(("entry", "dtype"), ENCODERS, ids=[
    f"{entry['type']}-{entry.get('output_mode', 'int')}" for entry, _ in ENCODERS])
def test_encoders_under_a_policy(entry: dict[str, Any], dtype: str, policy: str) -> None:
    spec = {"specc": 1, "name": "one", "inputs": {"x": {"shape": [1], "dtype": dtype}},
            "model": {"kind": "functional", "dtype": policy, "layers": [
                {**entry, "name": "first"}, {"type": "Dense", "units": 1, "name": "y"}]},
            "outputs": {"y": {"task": "regression"}}}
    plan = planned(spec)
    first = built(plan).get_layer("first")
    # What is said to differ from its promise is run.
    theirs = (first(keras.ops.zeros((2, 1), dtype)) if "dtype" in OPS[entry["type"]].differs
              else first.output)
    (ours,) = plan.graph.costs["first"].gives
    assert (ours.dtype, ours.shape) == (
        keras.backend.standardize_dtype(theirs.dtype), ("batch", *theirs.shape[1:]))


def test_widths() -> None:
    for dtype in ("float16", "bfloat16", "float32", "float64", "int8", "int16", "int32", "int64",
                  "uint8", "uint16", "bool"):
        assert BYTES.get(dtype, WORD) == width(dtype)
