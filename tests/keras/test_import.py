"""Random models made in Keras, saved, imported and built again: the same weights, the same output.

Each model is drawn from its number: inputs, layers, operations, shared layers, nested models.
"""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers as L
from keras import ops

import specc
from specc.importer import Imported, as_text, import_model

pytestmark = pytest.mark.keras

WIDTHS = (3, 4, 6)
FLAT = (
    lambda d: L.Dense(d.choice(WIDTHS), activation=d.choice([None, "relu", "tanh", "gelu"])),
    lambda d: L.Dense(d.choice(WIDTHS), use_bias=False, kernel_regularizer=d.choice(
        ["l2", keras.regularizers.L1(0.5), None]), kernel_initializer=d.choice(
        ["he_normal", keras.initializers.RandomNormal(stddev=0.1), "glorot_uniform"])),
    lambda d: L.BatchNormalization(momentum=d.choice([0.9, 0.99])),
    lambda d: L.LayerNormalization(epsilon=1e-5),
    lambda d: L.Dropout(0.3),
    lambda d: L.LeakyReLU(0.1),
    lambda d: L.PReLU(),
    lambda d: L.Rescaling(0.5, offset=[1.0]),
    lambda d: L.UnitNormalization(),
    lambda d: L.Activation(d.choice(["swish", "softplus"])),
)
LONG = (
    lambda d: L.LSTM(d.choice(WIDTHS), return_sequences=True, dropout=0.1),
    lambda d: L.Bidirectional(L.GRU(2, return_sequences=True), merge_mode=d.choice(
        ["concat", "sum"])),
    lambda d: L.Bidirectional(L.LSTM(2, return_sequences=True), backward_layer=L.LSTM(
        2, activation="relu", return_sequences=True, go_backwards=True)),
    lambda d: L.TimeDistributed(L.Dense(d.choice(WIDTHS), kernel_constraint="max_norm")),
    lambda d: L.Conv1D(d.choice(WIDTHS), 3, padding="same", dilation_rate=2),
    lambda d: L.SeparableConv1D(4, 3, padding=d.choice(["same", "valid"])),
    lambda d: L.RNN([L.LSTMCell(3), L.GRUCell(2)], return_sequences=True),
    lambda d: L.EinsumDense("...x,xy->...y", output_shape=4, bias_axes="y"),
    lambda d: L.SpatialDropout1D(0.2),
    lambda d: L.GroupNormalization(groups=1),
)


class Drawn:
    """A model that grows at random: tensors to go on from, layers to use again."""

    def __init__(self, number: int, depth: int = 0) -> None:
        self.draw, self.depth = random.Random(number), depth
        self.shared: list[Any] = []
        self.used: set[str] = set()

    def name(self) -> str | None:
        """Sometimes a name, some of which no spec could have."""
        if self.draw.random() < 0.6:
            return None
        name = self.draw.choice(["block:conv", "a-b", "ß", "x_1", "in", "7th", "Dense", "x" * 70])
        name = f"{name}{len(self.used)}"
        self.used.add(name)
        return name

    def layer(self, long: bool) -> Any:
        make = self.draw.choice(FLAT + LONG if long else FLAT)
        layer = make(self.draw)
        if (name := self.name()) is not None:
            layer.name = name
        if self.draw.random() < 0.15:
            layer.trainable = False
        return layer

    def one(self, x: Any) -> Any:
        """One more step from a tensor."""
        long, kind = len(x.shape) == 3, self.draw.random()
        if kind < 0.5:
            layer = self.layer(long)
            if not isinstance(layer, L.Dropout):
                self.shared.append((layer, x.shape))
            return layer(x)
        if kind < 0.6:
            fits = [one for one, shape in self.shared if shape == x.shape]
            return self.draw.choice(fits)(x) if fits else x * 2.0
        if kind < 0.75:
            return self.operation(x)
        if kind < 0.85 and long:
            return L.MultiHeadAttention(2, 3, dropout=0.1)(x, x, use_causal_mask=True)
        if kind < 0.92 and self.depth == 0:
            return self.nested(x)
        return L.Concatenate()([x, L.Dense(2)(x)])

    def operation(self, x: Any) -> Any:
        flat = [lambda: x + 3, lambda: 1.5 - x, lambda: x / 4.0, lambda: x * x, lambda: -x,
                lambda: ops.maximum(x, x * 0.5), lambda: ops.relu(x), lambda: ops.silu(x),
                lambda: ops.concatenate([x, x], axis=-1), lambda: ops.softmax(x),
                lambda: x - ops.sigmoid(x)]
        long = [lambda: ops.transpose(x, (0, 2, 1)), lambda: x[:, 1:3], lambda: ops.reshape(
            x, (-1, x.shape[1] * x.shape[2], 1))]
        cut = len(x.shape) == 3 and x.shape[1] > 3
        return self.draw.choice(flat + (long if cut else []))()

    def nested(self, x: Any) -> Any:
        """A model inside the model: a chain, one of two inputs, or one of two outputs."""
        kind, inner = self.draw.random(), Drawn(self.draw.randrange(10**9), 1)
        shape, name = x.shape[1:], self.name()
        more = {"name": name} if name else {}
        if kind < 0.4:
            model = keras.Sequential([keras.Input(shape), L.Dense(4, "relu"), L.Dense(3)], **more)
            y = model(x)
            return L.Add()([y, model(x)]) if self.draw.random() < 0.4 else y
        a, b = keras.Input(shape, name="first"), keras.Input(shape, name="second")
        if kind < 0.6:
            model = keras.Model(a, inner.grown(a, 3), **more)
            return model(x)
        if kind < 0.8:
            both = L.Add()([L.Dense(3)(a), L.Dense(3)(b)])
            model = keras.Model([a, b] if self.draw.random() < 0.5 else {
                "second": b, "first": a}, both, **more)
            one = [x, x * 2.0] if isinstance(model.input, list) else {"first": x, "second": -x}
            y = model(one)
            return L.Multiply()([y, model(one)]) if self.draw.random() < 0.4 else y
        model = keras.Model(a, [L.Dense(3)(a), L.Dense(3)(a)], **more)
        y, z = model(x)
        return L.Subtract()([y, z])

    def grown(self, x: Any, steps: int) -> Any:
        for _ in range(steps):
            x = self.one(x)
        return x

    def model(self) -> Any:
        """A whole functional model with one or two inputs and outputs."""
        shapes = [self.draw.choice([(5,), (4,), (6, 3), (5, 4)]) for _ in range(
            self.draw.choice([1, 1, 2]))]
        inputs = [keras.Input(shape, name=self.name()) for shape in shapes]
        ends = [self.grown(one, self.draw.randint(1, 5)) for one in inputs]
        flat = [L.Flatten()(one) if len(one.shape) != 2 else one for one in ends]
        x = L.Concatenate()(flat) if len(flat) > 1 else flat[0]
        outputs = [L.Dense(3, name="a_out")(x)]
        if self.draw.random() < 0.4:
            outputs.append(L.Dense(1, activation="sigmoid", name="b_out")(x))
        return keras.Model(inputs if len(inputs) > 1 else inputs[0],
                           outputs if len(outputs) > 1 else outputs[0])


def imported(source: Any, *, fold: bool) -> Imported:
    done = import_model(source, fold=fold)
    assert done.diagnostics == ()
    assert done.value is not None
    return done.value


def built(spec: Imported) -> Any:
    checked = specc.check_text(as_text(spec.tree, "toml", None).encode())
    assert checked.errors == ()
    return specc.compile(checked)


def outputs(given: Any, names: list[str]) -> list[np.ndarray]:
    """Outputs in order, whether Keras gives one, a list or a table."""
    if isinstance(given, dict):
        return [ops.convert_to_numpy(given[name]) for name in names]
    return [ops.convert_to_numpy(one) for one in (given if isinstance(given, list) else [given])]


def rows(model: Any) -> list[np.ndarray]:
    draw = np.random.default_rng(0)
    return [draw.normal(size=(2, *one.shape[1:])).astype("float32") for one in model.inputs]


def same(model: Any, again: Any, spec: Imported) -> None:
    """Weights in the same order (layers of nested models where they stand), equal outputs."""
    x = rows(model)
    wanted = model(x if len(x) > 1 else x[0], training=False)
    shapes = [tuple(one.shape) for one in model.weights]
    assert sorted(tuple(one.shape) for one in again.weights) == sorted(shapes)
    names = list(spec.tree["inputs"])
    given = again(dict(zip(names, x, strict=True)) if len(x) > 1 else x[0], training=False)
    wanted = outputs(wanted, sorted(wanted) if isinstance(wanted, dict) else [])
    given = outputs(given, list(spec.tree["outputs"]))
    for one, other in zip(given, wanted, strict=True):
        assert np.array_equal(one, other)


def copied(model: Any, again: Any, spec: Imported) -> None:
    """Copy weights in order; of nested models, whose layers Keras sorts anew, by path."""
    nested = any(isinstance(one, keras.Model) for one in model.layers)
    if not nested:
        assert [tuple(one.shape) for one in again.weights] == [
            tuple(one.shape) for one in model.weights]
        again.set_weights(model.get_weights())
        return
    by_layer = {layer.name: layer for layer in again.layers}
    for path, layer in leaves(model, ()):
        target = by_layer[named(path, by_layer)]
        target.set_weights(layer.get_weights())


def leaves(model: Any, path: tuple[str, ...]) -> list[tuple[tuple[str, ...], Any]]:
    found = []
    for layer in model.layers:
        if isinstance(layer, keras.Model):
            found += leaves(layer, (*path, layer.name))
        elif layer.weights:
            found.append(((*path, layer.name), layer))
    return found


def named(path: tuple[str, ...], known: dict[str, Any]) -> str:
    from specc.saved.names import spelled

    wanted = "_".join(spelled(one) for one in path)
    return wanted if wanted in known else spelled(path[-1])


@pytest.mark.parametrize("number", range(60))
def test_a_random_model_comes_back(number: int, tmp_path: Path) -> None:
    keras.backend.clear_session()
    keras.utils.set_random_seed(number)
    model = Drawn(number).model()
    for weight in model.weights:  # zeros and ones would hide an exchange
        if weight.dtype == "float32":
            weight.assign(weight + np.random.default_rng(1).uniform(
                0, 0.1, weight.shape).astype("float32"))
    source: Any = model.to_json().encode()
    if number % 3 == 0:
        source = tmp_path / "model.keras"
        model.save(source)
    plain = imported(source, fold=False)
    again = built(plain)
    copied(model, again, plain)
    same(model, again, plain)
    assert [one.trainable for _, one in leaves(model, ())].count(False) == [
        one.trainable for one in again.layers if one.weights].count(False)
    folded = imported(source, fold=True)
    shorter = built(folded)
    assert [tuple(one.shape) for one in shorter.weights] == [
        tuple(one.shape) for one in again.weights]
    shorter.set_weights(again.get_weights())
    same(model, shorter, folded)


# -- what a random model does not hold -------------------------------------------------------------


def come_back(model: Any) -> Imported:
    """A model, its spec unfolded and folded: equal weights and outputs. The unfolded spec."""
    plain = imported(model.to_json().encode(), fold=False)
    again = built(plain)
    copied(model, again, plain)
    same(model, again, plain)
    shorter = built(imported(model.to_json().encode(), fold=True))
    shorter.set_weights(again.get_weights())
    same(model, shorter, plain)
    return plain


def entries(spec: Imported) -> list[dict[str, Any]]:
    return list(spec.tree["model"]["layers"])


def test_states_of_recurrent_layers_have_names() -> None:
    x = keras.Input((5, 3), name="x")
    encoder = L.LSTM(4, return_state=True, return_sequences=True)
    y, h, c = encoder(x)
    z = L.LSTM(4)(y, initial_state=[h, c])
    again, state, _ = encoder(L.Dense(3)(y))
    end = L.Concatenate()([z, state, L.Flatten()(again)])
    come_back(keras.Model(x, L.Dense(2)(end)))


def test_a_frozen_wrapper_freezes_what_it_holds() -> None:
    x = keras.Input((5, 3), name="x")
    whole, part = (L.TimeDistributed(L.Dense(4)) for _ in range(2))
    end = L.Flatten()(part(whole(x)))
    whole.trainable = False
    spec = come_back(keras.Model(x, L.Dense(2)(end)))
    assert [one.get("trainable") for one in entries(spec)] == [False, None, None, None]
    part.layer.trainable = False
    (found,) = import_model(keras.Model(x, L.Dense(2)(end)).to_json().encode()).diagnostics
    assert "frozen alone" in found.message


def test_linear_layers_in_a_row_are_said_to_be_meant() -> None:
    x = keras.Input((6,), name="x")
    plain = come_back(keras.Model(x, L.Dense(2)(L.Dense(4)(x))))
    assert [one["activation"] for one in entries(plain)] == ["linear", "linear"]
    bent = come_back(keras.Model(x, L.Dense(2)(L.Dense(4, activation="relu")(x))))
    assert [one.get("activation") for one in entries(bent)] == ["relu", None]


def test_attention_takes_its_tensors_by_name() -> None:
    x = keras.Input((5, 4), name="x")
    y = L.Dense(4)(x)
    a = L.MultiHeadAttention(2, 3)(x, y)
    b = L.MultiHeadAttention(2, 3)(query=x, value=y, key=a)
    c = L.MultiHeadAttention(2, 3)(x, y, a, use_causal_mask=True)
    d = L.Attention(use_scale=True)([b, c])
    e = L.GroupQueryAttention(4, 4, 2)(d, x)
    come_back(keras.Model(x, L.Dense(2)(e)))


def test_outputs_in_a_table_keep_their_keys() -> None:
    x = keras.Input((4,), name="x")
    hidden = L.Dense(3, name="hidden")(x)
    model = keras.Model(x, {"first": L.Dense(1)(hidden), "hidden": L.Dense(2)(hidden)})
    spec = come_back(model)
    assert list(spec.tree["outputs"]) == ["first", "hidden_output"]
    nested = keras.Model(x, {"a": [hidden, L.Dense(2)(x)], "b": L.Dense(1)(x)})
    assert len(imported(nested.to_json().encode(), fold=True).tree["outputs"]) == 3


def test_a_free_length_is_a_word() -> None:
    x, y = keras.Input((None, 3), name="x"), keras.Input((None, None, 2), name="y")
    end = L.Concatenate()([L.GlobalMaxPooling1D()(x), L.GlobalMaxPooling2D()(y)])
    spec = imported(keras.Model([x, y], L.Dense(2)(end)).to_json().encode(), fold=True)
    assert spec.tree["inputs"]["x"]["shape"] == ["x_length", 3]
    assert spec.tree["inputs"]["y"]["shape"] == ["y_height", "y_width", 2]


@pytest.mark.tensorflow  # lookups
def test_preprocessing_keeps_written_state() -> None:
    x = keras.Input((1,), name="x")
    y = keras.Input((1,), name="y", dtype="int64")
    end = L.Concatenate()([
        L.Normalization(mean=[1.0], variance=[4.0])(x),
        L.Discretization(bin_boundaries=[0.0, 1.0], output_mode="one_hot")(x),
        L.IntegerLookup(vocabulary=[3, 4, 5], output_mode="one_hot")(y),
        L.Flatten()(L.Embedding(6, 2)(L.IntegerLookup(vocabulary=[3, 4, 5])(y)))])
    model = keras.Model([x, y], L.Dense(2)(end))
    plain = imported(model.to_json().encode(), fold=False)
    again = built(plain)
    again.set_weights(model.get_weights())
    values = [np.array([[0.5], [2.0]]), np.array([[4], [9]])]
    given = again(dict(zip("xy", values, strict=True)))
    assert np.array_equal(outputs(given, list(plain.tree["outputs"]))[0], model(values))


def test_an_activation_that_is_a_layer_stands_behind_its_layer() -> None:
    x = keras.Input((6, 3), name="x")
    shared = L.Dense(3, activation=L.LeakyReLU(0.3), name="shared")
    y = L.Conv1D(4, 2, activation=L.ReLU(max_value=2.0), name="conv")(shared(shared(x)))
    spec = come_back(keras.Model(x, L.Dense(2)(y)))
    assert [one.get("type", one.get("call")) for one in entries(spec)] == [
        "Dense", "LeakyReLU", "shared", "shared_leaky_re_lu", "Conv1D", "ReLU", "Dense"]
    weighing = keras.Model(x, L.Dense(2, activation=L.PReLU())(y))
    (found,) = import_model(weighing.to_json().encode()).diagnostics
    assert "layer of its own" in found.message


def test_nested_models_of_every_form() -> None:
    shape = (4,)
    a, b = keras.Input(shape, name="a"), keras.Input(shape, name="b")
    hidden = L.Dense(4, name="hidden")(a)
    two = keras.Model(a, [hidden, L.Dense(4, name="late")(hidden)], name="two")
    inner = keras.Model([a, b], L.Add()([L.Dense(4)(a), two(b)[1]]), name="inner")
    middle = keras.Sequential([keras.Input(shape), keras.Sequential([
        keras.Input(shape), L.Dense(4, "relu")], name="deep"), L.Dropout(0.1)], name="middle")
    through = keras.Model(a, [a, L.Dense(4)(a)], name="through")
    frozen = keras.Sequential([keras.Input(shape), L.Dense(4)], name="frozen")
    frozen.trainable = False
    x = keras.Input(shape, name="x")
    p, q = two(x)
    r, s = two(middle(x))
    t, u = through(inner([p, s]))
    end = L.Concatenate()([q, r, t, u, inner([u, x]), middle(t), frozen(x)])
    model = keras.Model(x, L.Dense(2)(end))
    # Keras itself forgets that a model is shared between two others when it saves them
    spec = come_back(keras.models.model_from_json(model.to_json()))
    groups = {one["name"]: one for one in entries(spec)}
    assert "layers" in groups["middle"]["layers"][0]
    assert groups["frozen"]["layers"][0]["trainable"] is False
    assert groups["inner"]["block"] == "inner"
    assert groups["inner_again"]["call"] == "inner"
    assert groups["two_hidden_again"]["call"] == "two_hidden"


def test_a_policy_of_most_layers_is_the_models() -> None:
    x = keras.Input((6,), name="x")
    y = L.Dense(4, dtype="mixed_bfloat16")(x)
    y = L.Dense(4, dtype="mixed_bfloat16")(y) + y
    y = L.Dense(4, dtype="float32")(L.Dense(3, dtype="mixed_bfloat16")(y))
    half = keras.Model(x, L.Dense(2, dtype="mixed_bfloat16")(y))
    whole = keras.Model(x, L.Dense(2, dtype="float32")(y))
    for model in (half, whole):
        spec = come_back(model)
        assert spec.tree["model"]["dtype"] == "mixed_bfloat16"
        assert [layer.dtype_policy.name for layer in built(spec).layers
                if isinstance(layer, L.Dense)] == [
            layer.dtype_policy.name for layer in model.layers if isinstance(layer, L.Dense)]


def test_operations_that_a_mask_enters_are_refused() -> None:
    x = keras.Input((5,), name="x")
    y = L.Embedding(7, 4, mask_zero=True)(x)
    added = keras.Model(x, L.Dense(1)(L.LSTM(3)(y + L.Dense(4)(y))))
    (found,) = import_model(added.to_json().encode()).diagnostics
    assert (found.code, found.severity) == ("IM109", "error")
    come_back(keras.Model(x, L.Dense(1)(L.LSTM(3)(L.Add()([y, L.Dense(4)(y)])))))


def test_masks_go_where_they_went() -> None:
    x, z = keras.Input((5,), name="x"), keras.Input((5, 3), name="z")
    y, m = L.Embedding(7, 4, mask_zero=True)(x), L.Masking()(z)
    a = L.Add()([y, L.Dense(4)(y)])
    t = L.Bidirectional(L.LSTM(3, return_sequences=True))(L.TimeDistributed(L.Dense(3))(y))
    ends = [L.LSTM(2)(L.MultiHeadAttention(2, 3)(a, y)),
            L.GlobalAveragePooling1D()(L.Concatenate()([y, m])),
            L.LSTM(2)(L.Attention()([t, L.Dense(6)(y)]))]
    model = keras.Model([x, z], L.Dense(2)(L.Concatenate()(ends)))
    spec = imported(model.to_json().encode(), fold=True)
    again = built(spec)
    again.set_weights(model.get_weights())
    draw = np.random.default_rng(0)
    rows = [draw.integers(0, 3, (4, 5)), draw.integers(0, 2, (4, 5, 3)).astype("float32")]
    given = again(dict(zip("xz", rows, strict=True)))
    assert np.array_equal(outputs(given, list(spec.tree["outputs"]))[0],
                          ops.convert_to_numpy(model(rows)))
    own = L.LSTM(2)(L.Dense(3)(z), mask=ops.not_equal(z[:, :, 0], 0.0))
    (found,) = import_model(keras.Model(z, own).to_json().encode()).diagnostics
    assert found.code == "IM111"


def test_private_layers_of_applications_are_public_ones() -> None:
    from keras.src.applications.convnext import LayerScale, StochasticDepth
    from keras.src.applications.inception_resnet_v2 import CustomScaleLayer

    x = keras.Input((4, 4, 3), name="x")
    y = LayerScale(0.5, 3)(x)
    y = CustomScaleLayer(0.17)([x, y])
    y = StochasticDepth(0.25)(y)
    model = keras.Model(x, L.Dense(2)(L.GlobalAveragePooling2D()(y)))
    spec = come_back(model)
    assert [one["type"] for one in entries(spec)] == [
        "EinsumDense", "Rescaling", "Add", "Dropout", "GlobalAveragePooling2D", "Dense"]
    assert entries(spec)[3]["noise_shape"] == ["=none", 1, 1, 1]


# -- how a model was compiled ----------------------------------------------------------------------


def compiled_alike(model: Any) -> tuple[Imported, Any]:
    spec = imported(model.to_json().encode(), fold=True)
    assert spec.checked.errors == ()
    return spec, built(spec)


def test_optimizer_loss_and_metrics_come_back() -> None:
    model = keras.Sequential([keras.Input((4,)), L.Dense(8, "relu"), L.Dense(3, "softmax")])
    schedule = keras.optimizers.schedules.ExponentialDecay(0.1, 10, 0.9)
    model.compile(keras.optimizers.Adam(schedule, clipnorm=1.0), "sparse_categorical_crossentropy",
                  metrics=["accuracy", keras.metrics.SparseTopKCategoricalAccuracy(2, name="top2")])
    spec, again = compiled_alike(model)
    assert spec.tree["model"]["kind"] == "sequential"
    assert again.optimizer.get_config() == model.optimizer.get_config() | {
        "name": again.optimizer.name}
    x = np.random.default_rng(0).normal(size=(9, 4)).astype("float32")
    y = np.arange(9) % 3
    again.set_weights(model.get_weights())
    wanted, found = (one.evaluate(x, y, verbose=0, return_dict=True) for one in (model, again))
    assert wanted == found
    model.fit(x, y, epochs=2, shuffle=False, verbose=0)
    again.fit(x, y, epochs=2, shuffle=False, verbose=0)
    assert all(map(np.array_equal, model.get_weights(), again.get_weights()))


def test_a_rate_that_float32_rounded_is_short_again() -> None:
    model = keras.Sequential([keras.Input((4,)), L.Dense(1)])
    model.compile(keras.optimizers.SGD(0.003, momentum=0.9), keras.losses.Huber(2.0))
    spec, again = compiled_alike(model)
    assert spec.tree["compile"]["optimizer"] == {
        "type": "SGD", "learning_rate": 0.003, "momentum": 0.9}
    assert float(again.optimizer.learning_rate) == float(model.optimizer.learning_rate)
    assert any("`delta`" in one and "Huber" in one for one in spec.assumed)
    model.compile("adam", "mse")
    assert compiled_alike(model)[0].tree["compile"]["optimizer"] == "Adam"


def two_heads() -> Any:
    x = keras.Input((4,), name="x")
    return keras.Model(x, [L.Dense(1, name="price")(x), L.Dense(1, "sigmoid", name="sold")(x)])


@pytest.mark.parametrize("said", [
    {"loss": ["mse", "binary_crossentropy"], "loss_weights": [1.0, 0.5],
     "metrics": [["mae"], ["accuracy"]]},
    {"loss": {"sold": "binary_crossentropy", "price": keras.losses.MeanSquaredError()},
     "loss_weights": {"sold": 0.5}, "metrics": {"price": "mae", "sold": ["accuracy"]}},
])
def test_losses_of_several_outputs_come_back(said: dict[str, Any]) -> None:
    model = two_heads()
    model.compile("rmsprop", **said)
    spec, _ = compiled_alike(model)
    said_of = spec.tree["outputs"]
    assert {name: one["task"] for name, one in said_of.items()} == {
        "price": "regression", "sold": "binary"}
    assert said_of["sold"]["weight"] == 0.5
    assert said_of["price"]["metrics"] == ["mae"]
    assert said_of["sold"]["metrics"] == ["accuracy"]


def test_a_loss_that_is_code_is_refused_or_left_out() -> None:
    model = two_heads()

    def own(y: Any, p: Any) -> Any:
        return y - p

    model.compile("adam", own)
    source = model.to_json().encode()
    (found,) = import_model(source).diagnostics
    assert found.code == "IM112"
    assert import_model(source, training=False).value is not None
