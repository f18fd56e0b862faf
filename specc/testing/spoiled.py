"""One mistake put into a drawn spec: for every code that no page of cases is about, how."""

from __future__ import annotations

import json
from collections.abc import Mapping

from specc.importer.write import as_text
from specc.source import Tree
from specc.testing.composing import Document, Wish
from specc.testing.draws import Chance
from specc.testing.spoilers import (
    Raw,
    Spoil,
    Spoiler,
    above,
    cut,
    dense,
    edited,
    entry,
    on_dense,
    on_first,
    one_of,
    optimizer,
    set_at,
)

CHAIN = Wish("Dense", "MeanSquaredError", None, "sequential", "Adam", vectors=True)
GRAPH = Wish("Dense", "MeanSquaredError", None, "functional", "Adam", vectors=True)
LABELS = Wish("Dense", "BinaryCrossentropy", "multilabel", "functional", "Adam", vectors=True)
SEQUENCE = Wish("Conv1D", "MeanSquaredError", None, "functional", "Adam")
STEPS = Wish("LSTM", "MeanSquaredError", None, "functional", "Adam")
EACH_STEP = Wish("TimeDistributed", "MeanSquaredError", None, "functional", "Adam")
CELLS = Wish("RNN", "MeanSquaredError", None, "functional", "Adam")
ANY = Wish()

Table = Mapping[str, Spoil]

# ------------------------------------------------------------------ the text

TEXT: Table = {
    "SX010": lambda random, document: Raw(
        as_text(document, "toml", None).encode() + b"description = '\xe4'\n"),
    "SX011": lambda random, document: Raw(random.choice([b"", b"\n", b" \n\n"])),
    "SX012": one_of(edited(lambda text: text.replace("[fit]", "[fit")),
                    edited(lambda text: text.replace("[data]\n", "[data]\nsource\n"))),
    "SX013": one_of(edited(lambda text: text.rstrip()[:-1], "json"),
                    edited(lambda text: text.replace(":", "", 1), "json")),
    "SX014": one_of(above("specc = 1"),
                    edited(lambda text: text.replace("{", '{"specc": 1,', 1), "json")),
    "SX015": set_at("params", to={"deep": json.loads("[" * 150 + "]" * 150)}),
    "SX016": edited(lambda text: text.replace("{ validation", "{\n validation")),
    "SX017": edited(lambda text: text.replace("[fit]\n", '[fit]\ndescription = "what"\n')),
    "SX018": edited(lambda text: text.replace('name = "drawn"', "name = drawn")),
    "SX019": edited(lambda text: f"[{text}]", "json"),
    "SX020": above("description = 2020-01-02"),
    "SX021": one_of(above("seed = nan", "seed"), above("seed = inf", "seed")),
    "SX022": set_at("seed", to=10**30),
    "SX023": edited(lambda text: text.replace('"drawn"', '"\\ud800"'), "json"),
}

# ------------------------------------------------------------------ expressions and form

FORM: Table = {
    "SX201": one_of(on_dense(units="=4 *"), set_at("fit", "epochs", to="=(3")),
    "SX202": one_of(on_dense(units="=nowhere"), set_at("fit", "batch_size", to="=size")),
    "SX203": one_of(on_dense(units="=open('x')"), on_dense(units="=(1).real")),
    "SX204": one_of(on_dense(units="=8 // 0"), set_at("fit", "epochs", to="=1 % 0")),
    "SX205": set_at("params", to={"a": "=b", "b": "=a"}),
    "SX206": set_at("params", to={"a": list(range(20))} | {
        f"a{i}": [f"=a{i - 1}" if i else "=a"] * 20 for i in range(6)}),
    "SX301": one_of(set_at("fit", "epoch", to=3), set_at("data", "sourc", to=1),
                    set_at("outputs", "y", "tasks", to="x"), set_at("modell", to={})),
    "SX302": one_of(cut("model", "kind"), cut("outputs", "y", "task"), cut("specc")),
    "SX303": one_of(set_at("seed", to="many"), set_at("fit", "epochs", to="3"),
                    set_at("fit", "shuffle", to="perhaps"), set_at("name", to=7)),
    "SX304": one_of(set_at("model", "kind", to="sequentiel"),
                    set_at("model", "dtype", to="float33"),
                    set_at("fit", "distribute", to="models")),
    "SX305": one_of(set_at("fit", "epochs", to=0), set_at("seed", to=-1),
                    set_at("outputs", "y", "weight", to=-1.0),
                    set_at("data", "split", "validation", to=1.5)),
    "SX306": set_at("outputs", "1st", to={"task": "regression", "target": "t"}),
    "SX307": set_at("data", "source", to={"n_samples": 100}),
    "SX310": set_at("extends", to="nowhere.specc.toml"),
    "SX311": lambda random, document: Raw(
        as_text({**document, "extends": "drawn.specc.toml"}, "toml", None).encode()),
    "SX312": set_at("unset", to=["fit.calbacks"]),
    "SX314": one_of(set_at("specc", to=2), set_at("specc", to=0)),
    "SX315": set_at("tune", to={"space": {"widht": [1, 2]}}),
    "SX316": one_of(set_at("lint", to={"ignore": {"PA999": "why not"}}),
                    set_at("lint", to={"ignore": {"soft-max": "why not"}})),
    "SX318": lambda random, document: {
        **{key: value for key, value in document.items() if key != "data"},
        "lint": {"ignore": {"AR103": "we start large on purpose"}}},
    "SX317": one_of(set_at("lint", to={"ignore": {"OP101": "I know"}}),
                    set_at("lint", to={"ignore": {"input-shape": "I know"}})),
}

# ------------------------------------------------------------------ components

COMPONENTS: Table = {
    "OP101": one_of(on_dense(type="Densse"), optimizer("Adamm"),
                    on_dense(kernel_initializer="glorot")),
    "OP102": one_of(on_dense(unit=3), optimizer({"type": "Adam", "x": 1})),
    "OP103": lambda random, document: (dense(document).pop("units"), document)[1],
    "OP104": one_of(on_dense(units="many"), on_dense(use_bias=3), on_dense(units=[4])),
    "OP105": one_of(on_dense(units=-3), on_dense(units=0)),
    "OP106": entry({"type": "Activation", "activation": "relu", "dtype": "float33"}),
    "OP108": one_of(entry({"type": "Lambda", "function": "x"}), entry({"type": "TFSMLayer"}),
                    entry({"type": "JaxLayer"}), set_at("fit", "callbacks", to=["History"])),
    "OP109": one_of(entry({"type": "ResNet50"}), entry({"type": "MobileNetV2"})),
    "OP112": one_of(on_dense(input_shape=[4]), on_dense(input_dim=4)),
    "OP113": optimizer({"type": "SGD", "decay": 1e-6}),
    "OP114": on_dense(kernel_regularizer="max_norm"),
    "OP115": on_dense(quantization_config={"x": 1}),
    "OP117": one_of(entry({"type": "Adam"}), optimizer("Dense"),
                    set_at("outputs", "y", "loss", to="Dropout")),
    "OP118": one_of(on_dense(kernel_initializer={"seed": 1}),
                    on_dense(bias_regularizer={"l2": 0.1})),
    "OP119": one_of(
        set_at("fit", "callbacks", to=[{"type": "CSVLogger", "filename": "../log.csv"}]),
        set_at("fit", "callbacks", to=[{"type": "CSVLogger", "filename": "/elsewhere/log.csv"}]),
        set_at("fit", "callbacks", to=[{"type": "CSVLogger", "filename": "history.jsonl"}])),
    "OP123": set_at("fit", "callbacks", to=[
        {"type": "ModelCheckpoint", "filepath": "best.keras", "mode": "min"}]),
    "OP124": one_of(set_at("outputs", "y", "loss", to="no_such_loss"),
                    set_at("outputs", "y", "loss", to="msee")),
    "OP125": one_of(set_at("outputs", "y", "metrics", to=["no_such_metric"]),
                    set_at("outputs", "y", "metrics", to=["maee"])),
    "OP126": optimizer({"type": "Adam", "clipnorm": 1.0, "clipvalue": 0.5}),
    "OP127": set_at("fit", "callbacks", to=[{"type": "ModelCheckpoint", "filepath": "best"}]),
}


def _unnamed(random: Chance, document: Document) -> Document:
    first = document["model"]["layers"][0]
    first.pop("gives", None)
    first["return_state"] = True
    for one in document["model"]["layers"][1:]:
        one.pop("inputs", None)
    return document


# Arguments of one kind of layer.
OF_LABELS: Table = {
    "OP122": set_at("outputs", "y", "metrics", to=[{"type": "AUC", "num_labels": 3}])}
OF_SEQUENCE: Table = {"OP107": on_first(kernel_size=[1, 2, 3])}
OF_STEPS: Table = {"OP110": on_first(stateful=True), "IR110": _unnamed}
OF_EACH_STEP: Table = {
    "OP116": on_first(layer={"type": "Dense", "units": 2, "name": "inside"}),
    "IR201": on_first(layer={"type": "Add"}),
}
OF_CELLS: Table = {"OP120": on_first(cell={"type": "LSTM", "units": 2})}

# ------------------------------------------------------------------ the graph


def _counted_late(random: Chance, document: Document) -> Document:
    """A column of which only the rows know the categories, and a bound on what it decides."""
    document["inputs"]["a"] = {"columns": [{"name": "deck", "encode": "onehot"}]}
    document["budget"] = {"params": random.choice([10_000, 50_000])}
    return document


def _stamped_deep(random: Chance, document: Document) -> Document:
    """Blocks that stamp one another deeper than scopes may lie in one another."""
    blocks: dict[str, Tree] = {
        f"b{i}": {"layers": [{"block": f"b{i + 1}"}]} for i in range(60)}
    blocks["b60"] = {"layers": [{"type": "ReLU"}]}
    return entry({"block": "b0"})(random, {**document, "blocks": blocks})  # type: ignore[return-value]


CONNECTED: Table = {
    "IR101": one_of(on_first(inputs="nowhere"), entry({"type": "ReLU", "inputs": "@nowhere"})),
    "IR102": one_of(on_first(name="a"), entry({"type": "ReLU", "name": "a"})),
    "IR103": entry({"units": 3}),
    "IR104": entry({"block": "nowhere"}),
    "IR105": lambda random, document: entry({"block": "unit", "filter": 3})(
        random, {**document, "blocks": {"unit": {"params": {"filters": 4}, "layers": [
            {"type": "Dense", "units": "=filters"}, {"type": "ReLU"}]}}}),
    "IR106": lambda random, document: entry({"block": "unit"})(
        random, {**document, "blocks": {"unit": {"layers": [{"block": "unit"}]}}}),
    "IR107": entry({"call": "nowhere"}),
    "IR109": one_of(entry({"type": "ReLU", "inputs": ["@prev", "@prev"]}),
                    entry({"type": "ReLU", "inputs": {"x": 3}})),
    "IR111": one_of(entry({"type": "ReLU", "repeat": -1}), entry({"type": "ReLU", "when": "no"}),
                    entry({"type": "ReLU", "trainable": "no"})),
    "IR112": entry({"type": "ReLU", "repeat": 10_000_000}),
    "IR115": entry({"model": "backbones/resnet50.h5"}),
    "IR116": _stamped_deep,
    "IR119": entry({"type": "ReLU", "name": "again", "inputs": "again"}),
    "IR202": entry({"type": "Conv3D", "filters": 2, "kernel_size": 2}),
    "IR213": lambda random, document: entry({"type": "Dense", "units": 10**12})(random, document),
    "IR302": set_at("expect", to={"test.nowhere.mae": {"max": 1}}),
    "IR303": set_at("expect", to={"validation.y.topk": {"max": 1}}),
    "IR304": set_at("fit", "callbacks", to=[{"type": "EarlyStopping", "monitor": "val_nothing"}]),
    "IR305": set_at("outputs", "y", "target", to={"input": "nowhere"}),
    "IR306": one_of(set_at("expect", to={"validation.loss": {"min": 2, "max": 1}}),
                    set_at("expect", to={"validation.loss": {"most": 1}})),
    "IR307": one_of(set_at("budget", to={"params": 2}), set_at("budget", to={"weights_bytes": 8})),
    "IR308": _counted_late,
    "IR310": one_of(set_at("outputs", "y", "classes", to=3),
                    set_at("outputs", "y", "threshold", to=0.3)),
    "IR311": set_at("expect", to={"test.loss": {"max": 1}}),
    "IR108": lambda random, document: (
        document["model"]["layers"][0].pop("inputs", None),
        document["inputs"].update(more={"columns": ["more"], "shape": [1]}), document)[2],
    "IR301": lambda random, document: {**document, "outputs": {
        **document["outputs"], "nobody": {"task": "regression", "target": "t"}}},
}
CHAINED: Table = {
    "IR113": on_first(inputs={"inputs": "a"}),
    "IR114": set_at("model", "wide", to={"input": "a", "layers": []}),
}

# ------------------------------------------------------------------ the data


def _windowed(random: Chance, document: Document) -> Document:
    document["data"]["window"] = {"length": 4}
    document["inputs"]["a"] = {"columns": ["a_0"], "shape": [4, 1]}
    document["model"]["layers"].insert(0, {"type": "Flatten"})
    return document


def _streamed(random: Chance, document: Document) -> Document:
    """Rows that are made up, and asked for as a stream."""
    document["data"] = {"source": {"type": "make_regression", "n_samples": 60, "n_features": 2},
                        "stream": True, "split": {"validation": 0.25}}
    document["inputs"] = {"a": {"columns": ["x0", "x1"]}}
    document["outputs"]["y"]["target"] = "y"
    document["outputs"]["y"].pop("metrics", None)
    document["model"]["layers"][-1]["units"] = 1
    return document


DATA: Table = {
    "DA101": one_of(set_at("data", "source", to="iriss"), set_at("data", "source", to="mnist")),
    "DA102": one_of(set_at("data", "source", to="../../../../secrets.csv"),
                    set_at("data", "source", to="/etc/secrets.csv")),
    "DA107": one_of(set_at("data", "source", to={"type": "make_mooons"}),
                    set_at("data", "source", to={"type": "load_iris"})),
    "DA108": set_at("data", "source", to={"type": "make_moons", "samples": 100}),
    "DA110": set_at("inputs", "a", to={"columns": ["a_0", "a_0"], "shape": [2]}),
    "DA112": set_at("inputs", "a", to={"columns": ["a_0", "a_1"], "shape": [3]}),
    "DA114": set_at("inputs", "a", to={"shape": [2], "columns": [
        {"name": "deck", "encode": "onehot", "values": ["a", "b"], "missing": "mean"}]}),
    "DA115": one_of(set_at("data", "split", to={"validation": 0.25, "stratify": "y", "group": "g"}),
                    set_at("data", "split", to={"validation": 0.25, "column": "part"})),
    "DA116": set_at("data", "source", to={"type": "make_moons", "n_samples": 10**12}),
    "DA117": _windowed,
    "DA118": set_at("inputs", "a", to={"columns": ["a_0"], "scale": "standard",
                                       "text": {"tokens": 10, "length": 4}}),
    "DA119": cut("outputs", "y", "target"),
    "DA120": set_at("data", "source", to={"type": "make_moons", "n_samples": "many"}),
    "DA121": _streamed,
}

SPOILERS: tuple[Spoiler, ...] = tuple(
    Spoiler(code, wish, spoil)
    for wish, tables in {
        ANY: (TEXT, FORM), GRAPH: (COMPONENTS, CONNECTED), CHAIN: (CHAINED, DATA),
        LABELS: (OF_LABELS,), SEQUENCE: (OF_SEQUENCE,), STEPS: (OF_STEPS,),
        EACH_STEP: (OF_EACH_STEP,), CELLS: (OF_CELLS,)}.items()
    for table in tables for code, spoil in table.items())

__all__ = ["CHAIN", "SPOILERS"]
