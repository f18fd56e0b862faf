"""The table agrees with the installed Keras: what there is, what it takes, and what is refused."""

from __future__ import annotations

import importlib.util
import inspect
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from specc.ops import table
from specc.ops.arguments import resolve
from specc.ops.component import Category, Component
from specc.ops.together import SWITCHES
from specc.ops.types import (
    CATEGORIES,
    Activation,
    Bool,
    Either,
    File,
    Many,
    Nothing,
    Number,
    Part,
    Refused,
    Text,
    Times,
    Type,
    Words,
)
from specc.source import Where

pytestmark = pytest.mark.keras

ROOT = Path(__file__).parent.parent.parent
HERE = Where("a.specc.toml")
CLOSED = [(category, name) for category in CATEGORIES for name in table.names(category)
          if not table.entry(category, name).refused]  # type: ignore[union-attr]

# What a required argument must be where the simplest value of its type will not do.
GOOD: dict[str, dict[str, Any]] = {
    "EinsumDense": {"equation": "ab,bc->ac", "output_shape": 4},
    "Discretization": {"bin_boundaries": [0.0, 1.0]},
    "MultiHeadAttention": {"num_heads": 2, "key_dim": 2},
    "IoU": {"num_classes": 2, "target_class_ids": [0]},
    "OneHotIoU": {"num_classes": 2, "target_class_ids": [0]},
    "PiecewiseConstantDecay": {"boundaries": [1.0], "values": [1.0, 0.5]},
    "ModelCheckpoint": {"filepath": "a.keras"},
}
# Values that Keras takes only together with another argument: the other argument.
WITH: dict[tuple[str, str], dict[str, Any]] = {
    ("AUC", "num_labels"): {"multi_label": True},
    ("Bidirectional", "backward_layer"): {
        "layer": {"type": "LSTM", "units": 1, "go_backwards": True}},
    ("Discretization", "num_bins"): {"bin_boundaries": None},
    ("Discretization", "bin_boundaries"): {"num_bins": None},
    ("Discretization", "sparse"): {"output_mode": "one_hot"},
    ("Hashing", "sparse"): {"output_mode": "one_hot"},
    ("Hashing", "dtype"): {"output_mode": "one_hot"},
    ("IntegerLookup", "idf_weights"): {"output_mode": "tf_idf", "vocabulary": [3]},
    ("IntegerLookup", "sparse"): {"output_mode": "one_hot"},
    ("IntegerLookup", "pad_to_max_tokens"): {"max_tokens": 5},
    ("IntegerLookup", "salt"): {"oov_method": "farmhash"},
    ("ModelCheckpoint", "save_weights_only"): {"filepath": "a.weights.h5"},
    ("RandomUniform", "minval"): {"maxval": 1.0},
    ("Normalization", "mean"): {"variance": [1.0]},
    ("Normalization", "variance"): {"mean": [1.0]},
    ("STFTSpectrogram", "fft_length"): {"frame_length": 1},
    ("StringLookup", "idf_weights"): {"output_mode": "tf_idf", "vocabulary": ["a"]},
    ("StringLookup", "sparse"): {"output_mode": "one_hot"},
    ("StringLookup", "pad_to_max_tokens"): {"max_tokens": 5},
    ("TextVectorization", "idf_weights"): {"output_mode": "tf_idf", "vocabulary": ["a"]},
    ("TextVectorization", "sparse"): {"output_mode": "multi_hot"},
    ("TextVectorization", "pad_to_max_tokens"): {"max_tokens": 5},
}
# Where one value of several asks for another argument: only this value is left out.
NOT_ALONE: set[tuple[str, str, Any]] = {
    ("Discretization", "bin_boundaries", None),
    ("Discretization", "num_bins", None),
    ("ModelCheckpoint", "filepath", "a"),
    ("ModelCheckpoint", "save_weights_only", False),
    ("Normalization", "mean", None),
    ("Normalization", "variance", None),
    ("AUC", "num_labels", None),
    ("Bidirectional", "backward_layer", None),
    ("IntegerLookup", "idf_weights", None),
    ("Normalization", "mean", 0.5),
    ("Normalization", "variance", 0),
    ("StringLookup", "idf_weights", None),
    ("TextVectorization", "idf_weights", None),
}


@pytest.fixture(scope="module")
def make_table() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_table", ROOT / "scripts" / "make_table.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_table_is_what_the_script_makes_of_keras(make_table: ModuleType) -> None:
    written = make_table.read(make_table.TABLE.read_text(encoding="utf-8"))
    found = sorted(make_table.differences(written, make_table.make()))
    assert not found, "run scripts/make_table.py:\n" + "\n".join(found)


def test_the_file_is_written_as_the_script_writes_it(make_table: ModuleType) -> None:
    text = make_table.TABLE.read_text(encoding="utf-8")
    assert text == make_table.text_of(make_table.read(text))


@pytest.mark.parametrize("change", [
    lambda rows: rows["entries"]["layer"].pop("Dense"),
    lambda rows: rows["entries"]["layer"]["Dense"]["params"].pop("units"),
    lambda rows: rows["entries"]["layer"]["Dense"]["params"]["use_bias"].update(default=1),
    lambda rows: rows["entries"]["layer"].update(Dance={}),
    lambda rows: rows["aliases"]["loss"].pop("mse"),
])
def test_a_difference_is_found(make_table: ModuleType, change: Any) -> None:
    written = make_table.read(make_table.TABLE.read_text(encoding="utf-8"))
    fresh = make_table.read(make_table.TABLE.read_text(encoding="utf-8"))
    change(fresh)
    assert len(list(make_table.differences(written, fresh))) == 1


def module_of(category: Category) -> Any:
    import keras

    return {"layer": keras.layers, "optimizer": keras.optimizers, "loss": keras.losses,
            "schedule": keras.optimizers.schedules, "metric": keras.metrics,
            "callback": keras.callbacks, "initializer": keras.initializers,
            "regularizer": keras.regularizers, "constraint": keras.constraints}[category]


def build(value: Any, many: type = tuple) -> Any:
    """A component as the object of Keras. Metrics want lists (`thresholds`), others tuples."""
    if isinstance(value, tuple):
        return many(build(one, many) for one in value)
    if not isinstance(value, Component):
        return value
    made = getattr(module_of(value.category), value.name)
    many = list if value.category == "metric" or value.name in {
        "Pipeline", "RNN", "StackedRNNCells"} else tuple
    return made(**{key: build(one, many) for key, one in value.args.items()})


def values(kind: Type) -> Iterator[Any]:
    """Every word, both edges, every alternative: what the type says is good."""
    match kind:
        case Number(low=None, high=None, whole=whole):
            yield 1 if whole else 0.5
        case Number(low=low, high=high, whole=whole):
            step = 1 if whole else 0.25
            edges = [] if low is None else [low + (step if kind.open_low else 0)]
            edges += [] if high is None else [high - (step if kind.open_high else 0)]
            yield from edges
        case Bool():
            yield from (True, False)
        case Text():
            yield "text"
        case Nothing():
            yield None
        case Words(words=words, of=""):
            yield from words
        case Words(words=words):
            yield "float32"
        case Activation():
            yield from table.names("activation")
        case File():
            yield "a"
        case Times(count=count, item=item, spread=spread):
            for one in values(item):
                yield [one] * count
                if spread and not isinstance(one, list):
                    yield one
        case Many(item=item, least=least):
            for one in values(item):
                yield [one] * max(1, least)
        case Part(category=category, names=names):
            for name in names or table.names(category):
                if not table.entry(category, name).refused:  # type: ignore[union-attr]
                    yield {"type": name, **required(category, name)}
                    if not names and category == "layer":
                        return
        case Either(options=options):
            for option in options:
                yield from values(option)
        case Refused():
            return


def required(category: Category, name: str) -> dict[str, Any]:
    """The simplest arguments that a component cannot do without."""
    entry = table.entry(category, name)
    assert entry is not None
    out = {key: next(values(param.type)) for key, param in entry.params.items() if param.required}
    if "layer" in out and not entry.params["layer"].text.startswith("layer["):
        out["layer"] = {"type": "Dense", "units": 1}
    return out | GOOD.get(name, {})


def switched_on(category: Category, name: str, key: str) -> dict[str, Any]:
    """What an argument does nothing without, so that specc refuses it alone."""
    for owner in ("*", name):
        if key in SWITCHES.get((category, owner), {}):
            switch = SWITCHES[category, owner][key][0]
            entry = table.entry(category, name)
            assert entry is not None
            return {switch: next(values(entry.params[switch].type))}
    return {}


def test_every_component_is_looked_at() -> None:
    assert len(CLOSED) > 240


@pytest.mark.parametrize(("category", "name"), CLOSED, ids=[f"{c}-{n}" for c, n in CLOSED])
def test_keras_takes_what_the_table_calls_good(category: Category, name: str) -> None:
    entry = table.entry(category, name)
    assert entry is not None
    refused = []
    for key, param in entry.params.items():
        for value in values(param.type):
            tree = {"type": name, **required(category, name), **WITH.get((name, key), {}),
                    **switched_on(category, name, key), key: value}
            if tree.get("stateful") or (
                    not isinstance(value, (list, dict)) and (name, key, value) in NOT_ALONE):
                continue
            made = resolve(category, tree, HERE.at)
            assert made.value is not None, made.diagnostics
            try:
                build(made.value)
            except (ValueError, TypeError, NotImplementedError, AttributeError, KeyError,
                    ImportError) as problem:
                refused.append(f"{key} = {value!r}: {str(problem).splitlines()[0]}")
    assert not refused, "\n".join(refused)


@pytest.mark.parametrize("category", ["loss", "metric", "initializer", "regularizer",
                                      "constraint", "optimizer"])
def test_keras_finds_the_same_for_every_word(category: Category) -> None:
    module = module_of(category)
    for word in table.words(category):
        name = table.canonical(category, word)
        assert name is not None
        entry = table.entry(category, name)
        assert entry is not None
        if entry.refused or any(one.required for one in entry.params.values()):
            continue
        found = meaning(module, word)
        if inspect.isfunction(found):  # a loss is a function beside its class
            assert found.__name__.replace("_", "") == name.lower(), word
            continue
        kind = found if inspect.isclass(found) else type(found)
        assert kind is getattr(module, name) or word == "acc", word


def meaning(module: Any, word: str) -> Any:
    """What Keras makes of a word: by `get`, or as a public name (`keras.regularizers.l1_l2`)."""
    try:
        return module.get(word)
    except (ValueError, KeyError):  # KeyError: "constant", which Keras builds without its value
        return getattr(module, word, None)


def test_keras_finds_the_same_activation_for_every_word() -> None:
    import keras

    for word in table.words("activation"):
        assert keras.activations.get(word).__name__ == table.canonical("activation", word)
