"""Every slip in every argument of every component is refused: once, in its place, with a reason.

The same values that a type takes are taken. What a type takes is said a second time, in
`wrong_values.admits`, and the two opinions are compared.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specc.diagnostics import Diagnostic
from specc.ops import legacy, table
from specc.ops.arguments import resolve
from specc.ops.component import Category
from specc.ops.types import CATEGORIES
from specc.source import Where
from specc.syntax.places import locate
from unit.wrong_values import (
    CLOSED,
    NAMES,
    PARAMS,
    SLIPS,
    admits,
    candidates,
    described,
    required,
)

# About several arguments, each good: tests/unit/test_together.py.
TOGETHER = ("OP122", "OP123", "OP126", "OP127")
BASE = ("model", "layers", 2)
HERE = Where("a.specc.toml", BASE)
# What an argument's message says when it does not name a type: a word, a component.
SAID = {
    "unknown-component": "is called", "loss-unknown": "is called", "metric-unknown": "is called",
    "wrong-category": "belongs here",
    "constraint-as-regularizer": "takes a", "component-without-type": "is its name, or a table",
    "unfit-component": "cannot be", "refused-component": "", "refused-value": "",
    "path-outside-run": "inside the run's folder", "missing-argument": "needs",
    "unknown-argument": "has no argument", "legacy-argument": "takes no", "untrusted-name": "",
}


def said_of(category: Category, tree: Any) -> tuple[Diagnostic, ...]:
    done = resolve(category, tree, HERE.at)
    assert (done.value is None) == bool(done.diagnostics)
    return done.diagnostics


def test_every_component_and_argument_is_looked_at() -> None:
    assert len(NAMES) == 269
    assert len(CLOSED) == 253
    assert len(PARAMS) > 1800


@pytest.mark.parametrize("category", CATEGORIES)
def test_the_simplest_arguments_are_good(category: Category) -> None:
    for one, name in CLOSED:
        if one == category:
            assert said_of(category, {"type": name, **required(category, name)}) == (), name


def test_every_slip_in_every_argument_is_refused_once_in_its_place() -> None:
    refused: Counter[str] = Counter()
    taken = 0
    for category, name, param in PARAMS:
        whole = {"type": name, **required(category, name)}
        for slip, value in candidates(param.text, param.type):
            if category == "layer" and param.name == "stateful" and value is True:
                continue  # a kind of its own: rows are shuffled
            said = said_of(category, {**whole, param.name: value})
            about = f"{category}.{name}.{param.name} = {value!r} ({param.text})"
            if admits(param.type, value):
                assert all(one.code in TOGETHER for one in said), about
                taken += 1
                continue
            assert len(said) == 1, f"{about}: {[one.message for one in said]}"
            assert said[0].severity == "error"
            assert said[0].where.path[:4] == (*BASE, param.name), about
            assert reasoned(said[0], described(param.type)), f"{about}: {said[0].message}"
            refused[slip] += 1
    assert sum(refused.values()) > 100_000, refused
    assert taken > 7_000
    assert min(refused[slip] for slip in SLIPS) > 900, refused


def reasoned(one: Diagnostic, wanted: set[str]) -> bool:
    """Whether a message says what is wanted, in the words of the type or of its kind."""
    if one.name in ("argument-type", "argument-range", "argument-length"):
        return any(text in one.message for text in wanted) or "below 2^53" in one.message or (
            "`type` is" in one.message)
    if one.name == "argument-word":
        return any(way in one.message for way in ("did you mean", "it is one of", "lists them"))
    return SAID[one.name] in one.message


def test_every_argument_that_cannot_be_missing_is_asked_for() -> None:
    seen = 0
    for category, name, param in PARAMS:
        if param.required:
            whole = {"type": name, **required(category, name)}
            del whole[param.name]
            one, = said_of(category, whole)
            assert (one.name, one.where.path) == ("missing-argument", BASE)
            assert f"`{param.name}`" in one.message
            seen += 1
    assert seen > 80


@pytest.mark.parametrize("category", CATEGORIES)
def test_an_argument_of_another_component_is_refused(category: Category) -> None:
    """Every argument that a category knows, in every component that lacks it."""
    names = [name for one, name in CLOSED if one == category]
    keys = {key for name in names for key in table.entry(category, name).params}  # type: ignore[union-attr]
    keys |= {"wobble", "Units", "kernel-size", "", "type ", "0"}
    keys |= {*legacy.RENAMED.get(category, ()), *legacy.ELSEWHERE.get(category, ())}
    for name in names:
        whole = {"type": name, **required(category, name)}
        entry = table.entry(category, name)
        assert entry is not None
        for key in sorted(keys - set(entry.params)):
            said = said_of(category, {**whole, key: 1})
            assert len(said) == 1, (name, key, said)
            assert said[0].name in ("unknown-argument", "legacy-argument", "legacy-decay-argument")
            assert (said[0].where.path, said[0].where.part) == ((*BASE, key), "key")


@pytest.mark.parametrize("category", CATEGORIES)
def test_an_unknown_component_is_refused(category: Category) -> None:
    for name in table.names(category):
        for word in {name + "x", name[:-1], name[1:], name.swapcase(), f" {name}", name + "2D2"}:
            if table.canonical(category, word):
                continue  # Keras finds optimizers in any case; `Add` is in `AddN`
            for tree, place in (({"type": word}, (*BASE, "type")), (word, BASE)):
                said = said_of(category, tree)
                assert len(said) == 1, (word, said)
                assert said[0].where.path == place
                unknown = f"{category}-unknown" if category in ("loss", "metric") \
                    else "unknown-component"
                assert said[0].name in (unknown, "wrong-category", "model-as-layer",
                                        "constraint-as-regularizer"), word
                assert f"`{word}`" in said[0].message


def test_what_the_table_refuses_is_refused_whatever_its_arguments_are() -> None:
    for category, name in NAMES:
        if (category, name) not in CLOSED:
            for tree in ({"type": name}, {"type": name, "wobble": 1}):
                assert [one.name for one in said_of(category, tree)] == ["refused-component"]


@pytest.mark.parametrize("tree", [
    None, True, 3, 2.5, [], ["Dense"], {}, {"type": None}, {"type": ["Dense"]}, {"type": {}},
    {"units": 3}, "", {"type": ""}])
@pytest.mark.parametrize("category", CATEGORIES)
def test_what_is_no_component_is_refused(category: Category, tree: Any) -> None:
    assert len(said_of(category, tree)) == 1


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(CLOSED), st.data())
def test_one_slip_among_good_arguments_is_the_only_one_said(one: tuple[Category, str],
                                                            data: Any) -> None:
    """All arguments written, one of them wrong."""
    category, name = one
    entry = table.entry(category, name)
    assert entry is not None
    written: dict[str, Any] = {"type": name}
    wrong: dict[str, list[Any]] = {}
    for key, param in entry.params.items():
        values = [value for _, value in candidates(param.text, param.type)]
        right = [value for value in values if admits(param.type, value)
                 and not (key == "stateful" and value is True)]
        wrong[key] = [value for value in values if not admits(param.type, value)]
        if key in required(category, name):
            right = [required(category, name)[key]]
        if right:
            written[key] = data.draw(st.sampled_from(right))
    if any(one.code in TOGETHER for one in said_of(category, written)):
        return
    assert said_of(category, written) == ()
    keys = [key for key in entry.params if wrong[key]]
    if keys:
        key = data.draw(st.sampled_from(keys))
        written[key] = data.draw(st.sampled_from(wrong[key]))
        said = said_of(category, written)
        assert len(said) == 1, (written, said)
        assert said[0].where.path[:4] == (*BASE, key)


@pytest.mark.parametrize(("category", "name", "key", "instead"), [
    ("layer", "Dense", "input_shape", "[inputs.NAME]"),
    ("layer", "Dense", "input_dim", "[inputs.NAME]"),
    ("layer", "Conv2D", "batch_input_shape", "[inputs.NAME]"),
    ("layer", "Embedding", "input_length", "[inputs.NAME]"),
    ("layer", "Dense", "weights", "[model] weights"),
    ("layer", "LSTM", "implementation", "Keras 3 decides it"),
    ("layer", "GRU", "time_major", "time comes second"),
    ("layer", "LSTM", "inner_activation", "use `recurrent_activation`"),
    ("layer", "LSTM", "dropout_U", "use `recurrent_dropout`"),
    ("layer", "Dense", "W_regularizer", "use `kernel_regularizer`"),
    ("layer", "Embedding", "W_regularizer", "use `embeddings_regularizer`"),
    ("layer", "DepthwiseConv2D", "init", "use `depthwise_initializer`"),
    ("layer", "Conv2D", "nb_filter", "use `filters`"),
    ("layer", "Conv2D", "border_mode", "use `padding`"),
    ("layer", "MaxPooling1D", "pool_length", "use `pool_size`"),
    ("layer", "LeakyReLU", "alpha", "use `negative_slope`"),
    ("layer", "Dropout", "p", "use `rate`"),
    ("layer", "GaussianNoise", "sigma", "use `stddev`"),
    ("layer", "BatchNormalization", "fused", "Keras 3 decides it"),
    ("layer", "LayerNormalization", "rms_scaling", "`RMSNormalization`"),
    ("layer", "Attention", "causal", "use_causal_mask"),
    ("layer", "Discretization", "bins", "use `bin_boundaries`"),
    ("layer", "StringLookup", "vocabulary_size", "counts `vocabulary`"),
    ("optimizer", "Adam", "lr", "use `learning_rate`"),
    ("optimizer", "Adam", "decay", "InverseTimeDecay"),
    ("optimizer", "Nadam", "schedule_decay", "InverseTimeDecay"),
    ("optimizer", "SGD", "jit_compile", "[compile] jit_compile"),
    ("optimizer", "LossScaleOptimizer", "dynamic", "always moves"),
    ("loss", "BinaryCrossentropy", "class_weight", "[outputs.NAME] class_weight"),
    ("loss", "MeanSquaredError", "sample_weight", "[outputs.NAME] sample_weight"),
    ("metric", "AUC", "sample_weight", "[outputs.NAME] sample_weight"),
    ("callback", "ModelCheckpoint", "period", "use `save_freq`"),
    ("callback", "ReduceLROnPlateau", "epsilon", "use `min_delta`"),
    ("callback", "TensorBoard", "write_grads", "Keras 3 has none"),
    ("initializer", "Zeros", "dtype", "of the layer"),
    ("regularizer", "L1", "l", "use `l1`"),
    ("regularizer", "L2", "l", "use `l2`"),
    ("constraint", "MaxNorm", "m", "use `max_value`"),
])
def test_an_argument_of_an_older_keras_says_what_to_write(category: Category, name: str, key: str,
                                                         instead: str) -> None:
    one, = said_of(category, {"type": name, **required(category, name), key: 1})
    assert one.code == ("OP113" if key in ("lr", "decay") else "OP112")
    assert instead in one.message


def test_what_is_renamed_has_its_new_name_somewhere() -> None:
    for category, renamed in legacy.RENAMED.items():
        known = {key for one, name in CLOSED if one == category
                 for key in table.entry(category, name).params}  # type: ignore[union-attr]
        assert {name for names in renamed.values() for name in names} <= known
        assert not set(renamed) & set(legacy.ELSEWHERE.get(category, ()))
    assert {key for renamed in legacy.RENAMED.values() for key in renamed} >= legacy.CHANGED


@pytest.mark.parametrize(("source", "text"), [('p = 0.5', "rate"), ('{"p": 0.5}', '"rate"')])
def test_a_new_name_for_the_same_value_is_a_fix(source: str, text: str) -> None:
    found = resolve("layer", {"type": "Dropout", "p": 0.5}, Where("a").at).diagnostics
    one, = locate(found, {"a": source})
    assert one.fix is not None
    assert [(edit.where.part, edit.text) for edit in one.fix.edits] == [("key", text)]


@pytest.mark.parametrize(("category", "tree"), [
    ("layer", {"type": "Conv2D", "filters": 8, "kernel_size": 3, "nb_row": 3}),
    ("layer", {"type": "Conv2D", "filters": 8, "kernel_size": 3, "nb_filter": 8}),
    ("callback", {"type": "ModelCheckpoint", "filepath": "a.keras", "period": 5}),
    ("optimizer", {"type": "Adam", "learning_rate": 0.1, "lr": 0.1}),
])
def test_no_fix_where_the_value_changed_or_the_name_is_taken(category: Category,
                                                            tree: dict[str, Any]) -> None:
    one, = said_of(category, tree)
    assert one.fix is None


def test_all_that_is_missing_is_one_mistake() -> None:
    one, = said_of("layer", "Conv2D")
    assert one.message == ("`Conv2D` needs `filters`: a whole number of at least 1; and "
                           "`kernel_size`: a whole number of at least 1, or a list of 2")
