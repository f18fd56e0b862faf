"""Sentences of the language reference, each held by the smallest spec that shows it.

What has a test of its own beside its module is not repeated here.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import specc
from specc.pipeline import Checked, check_file, check_text

SPEC = """
specc = 1
[params]
n = 6
[inputs.x]
shape = [4]
[model]
kind = "sequential"
layers = [{ type = "Dense", units = "=n", activation = "elu" }, { type = "Dense", units = 1 }]
[outputs.y]
task = "regression"
"""
HIDDEN = '{ type = "Dense", units = "=n", activation = "elu" }'

SIZES = """
specc = 1
[params]
n = 10
words = ["A", "B"]
rows = "=inputs.deck.size"
[inputs.deck]
columns = ["d"]
encode = "index"
values = "=words"
[inputs.h]
columns = [{ name = "h", encode = "hash", bins = "=n * 2" }]
[model]
kind = "functional"
layers = [
  { type = "Embedding", input_dim = "=rows", output_dim = 2, inputs = "deck", name = "one" },
  { type = "Embedding", input_dim = "=inputs.h.size", output_dim = 2, inputs = "h", name = "two" },
  { type = "Concatenate", inputs = ["one", "two"] },
  { type = "Flatten" },
  { type = "Dense", units = 1 },
]
[outputs.y]
task = "regression"
"""


def checked(text: str, *settings: str) -> Checked:
    return check_text(text.encode(), "a.specc.toml", settings=settings)


def messages(found: Checked) -> list[str]:
    return [one.message for one in found.diagnostics]


def arguments(found: Checked, layer: str) -> dict[str, object]:
    assert found.plan is not None
    node = found.plan.graph.node(layer)
    assert node is not None
    return dict(node.layer.args)


def test_the_small_specs_are_clean() -> None:
    assert checked(SPEC).diagnostics == ()
    assert checked(SIZES).diagnostics == ()


# -- 1. the file ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("key", "table"), [
    ("seed = 3", "[fit]"), ('name = "a"', "[fit]"), ('description = "a"', "[outputs.y]"),
    ("specc = 1", "[fit]"),
])
def test_a_swallowed_key_is_said_once_with_its_table(key: str, table: str) -> None:
    text = SPEC.replace("specc = 1\n", "" if key.startswith("specc") else "specc = 1\n")
    text = text + f"{key}\n" if table == "[outputs.y]" else text + f"{table}\n{key}\n"
    word = key.split()[0]
    assert messages(checked(text)) == [
        f"`{word}` belongs to the top of the file; here it is read as a key of `{table}`"]


# -- 2. values ------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [
    SPEC + '[fit]\nbatch_size = "=n / 2"\n', SPEC.replace("units = 1 ", "units = 15.0 ")])
def test_a_whole_number_is_no_float(text: str) -> None:
    (said,) = messages(checked(text))
    assert said.endswith("; use // for whole division")


def test_expressions_speak_of_what_is_written_by_expressions() -> None:
    found = checked(SIZES)
    assert arguments(found, "one")["input_dim"] == 3
    assert arguments(found, "two")["input_dim"] == 20


@pytest.mark.parametrize("unset", ['"tune"', "[3]"])
def test_unset_is_a_list_of_names(unset: str, tmp_path: Path) -> None:
    (tmp_path / "base.specc.toml").write_text(SPEC + "[tune]\nfolds = 2\n")
    file = tmp_path / "a.specc.toml"
    file.write_text(f'extends = "base.specc.toml"\nunset = {unset}\n')
    (said,) = check_file(str(file)).diagnostics
    assert (said.name, said.where.pointer) == ("wrong-value", "/unset")


@pytest.mark.parametrize("base", ["nowhere.specc.toml", "a.specc.toml", "../../x.specc.toml"])
def test_a_base_that_cannot_be_read_is_said_at_its_name(base: str, tmp_path: Path) -> None:
    file = tmp_path / "a.specc.toml"
    file.write_text(f'\nextends = "{base}"\n')
    (said,) = check_file(str(file)).diagnostics
    assert said.span is not None
    assert (said.span.line, said.span.column) == (2, 11)


# -- 3. data and inputs, 7. refused ---------------------------------------------------------------

NORMALIZED = SPEC.replace(HIDDEN, '{ type = "Normalization" }')


def test_what_nothing_adapts_is_a_warning() -> None:
    (said,) = checked(NORMALIZED).diagnostics
    assert (said.name, said.severity) == ("normalization-not-adapted", "warning")
    data = '[data]\nsource = "gone.csv"\n' + NORMALIZED.replace("shape = [4]", 'columns = ["a"]')
    assert checked("specc = 1\n" + data.replace("specc = 1", "") + 'target = "y"\n'
                   ).diagnostics == ()
    learned = NORMALIZED.replace('"Normalization"', '"Normalization", mean = 1.0, variance = 2.0')
    assert checked(learned).diagnostics == ()


@pytest.mark.parametrize("layer", ["Normalization", "Discretization", "IntegerLookup"])
def test_what_learns_stands_behind_an_input(layer: str) -> None:
    state = ", num_bins = 4" if layer == "Discretization" else ""
    text = SPEC.replace('{ type = "Dense", units = 1 }', f'{{ type = "{layer}"{state} }}')
    assert [one.message for one in checked(text).errors if one.name == "normalization-not-adapted"
            ] == [f"`{layer}` learns from data outside training; put it directly behind an input, "
                  "or use scale, encode or text there"]


def test_fixed_layers_may_stand_between_an_input_and_what_learns() -> None:
    chain = '{ type = "Rescaling", scale = 0.5 }, { type = "Identity" }, { type = "Normalization" }'
    found = checked(SPEC.replace(HIDDEN, chain)).diagnostics
    assert [(one.name, one.severity) for one in found] == [
        ("normalization-not-adapted", "warning")]
    learned = chain.replace("Identity", "PReLU")
    found = checked(SPEC.replace(HIDDEN, learned)).diagnostics
    assert [(one.name, one.severity) for one in found] == [("normalization-not-adapted", "error")]


# -- 6. training and the rest ---------------------------------------------------------------------

DEAD = SPEC.replace('"sequential"', '"functional"').replace(
    "layers = [", 'layers = [{ type = "Dense", units = 2 }, ').replace(
    '"=n", ', '"=n", inputs = "x", ')
IGNORES = {
    'IR209 = "a toy"': [],
    'disconnected-layer = "a toy"': [],
    'IR999 = "a toy"': ["disconnected-layer", "unknown-ignore"],
    'ir209 = "a toy"': ["disconnected-layer", "unknown-ignore"],
    'PA101 = "a toy"': ["disconnected-layer", "ignored-error"],
    'softmax-single-unit = "a toy"': ["disconnected-layer", "ignored-error"],
    'IR209 = ""': ["disconnected-layer", "wrong-value"],
    'IR209 = " "': ["disconnected-layer", "wrong-value"],
    "IR209 = true": ["disconnected-layer", "wrong-value"],
}


@pytest.mark.parametrize("ignore", IGNORES)
def test_warnings_are_ignored_with_a_reason_and_errors_never(ignore: str) -> None:
    found = specc.check_text(f"{DEAD}[lint]\nignore = {{ {ignore} }}\n".encode(), "a.specc.toml")
    assert sorted(one.name for one in found.diagnostics) == IGNORES[ignore]
    assert all(one.span is not None for one in found.diagnostics)


@pytest.mark.parametrize("table", [
    "[bench]\nsteps = 3\n", '[test]\nreloads = "slow"\n', '[test]\ncheck = "slow"\n',
    "[budget]\nparams = { most = 3 }\n",
])
def test_a_key_that_nothing_reads_is_refused(table: str) -> None:
    assert [one.name for one in checked(SPEC + table).diagnostics] == ["unknown-key"]


def test_a_test_is_left_out_with_a_reason() -> None:
    found = checked(SPEC + '[test]\nreload = "the layers are written elsewhere"\n')
    assert found.plan is not None
    assert found.plan.spec.test == {"reload": "the layers are written elsewhere"}
    (said,) = messages(checked(SPEC + "[test]\nreload = true\n"))
    assert said == "a reason is wanted here, as a text; found true"


@pytest.mark.parametrize(("rate", "said"), [("0.6", []), ("1.0", ["high-dropout"])])
def test_of_an_error_that_is_now_and_then_a_warning_the_warning_is_ignored(
        rate: str, said: list[str]) -> None:
    dropping = SPEC.replace(HIDDEN, f'{HIDDEN}, {{ type = "Dropout", rate = {rate} }}')
    assert [one.name for one in checked(dropping).diagnostics] == ["high-dropout"]
    lint = '[lint]\nignore = { high-dropout = "few rows, many columns" }\n'
    found = specc.check_text(f"{dropping}{lint}".encode(), "a.specc.toml")
    assert [one.name for one in found.diagnostics] == said


def test_a_budget_is_said_as_it_is_written() -> None:
    (said,) = messages(checked(SPEC + "[budget]\nparams = 5\n"))
    assert said == "params is 37, at most 5 wanted"


# -- 5. outputs -----------------------------------------------------------------------------------

UNREAD = {
    "regression": ['class_weight = "balanced"', "threshold = 0.3", "classes = 3",
                   'labels = "onehot"'],
    "multiclass": ["threshold = 0.3", 'scale = "standard"'],
    "multilabel": ['class_weight = "balanced"', 'scale = "minmax"'],
}


@pytest.mark.parametrize(("task", "line"), [(t, one) for t, some in UNREAD.items() for one in some])
def test_what_a_task_does_not_look_at_is_refused(task: str, line: str) -> None:
    units = {"regression": "1", "multiclass": "3", "multilabel": "3"}[task]
    text = SPEC.replace("units = 1 ", f"units = {units} ").replace("regression", task)
    assert checked(text).diagnostics == ()
    (said,) = checked(f"{text}{line}\n").diagnostics
    classes = task == "regression" and line.startswith("class_weight")
    assert said.name == ("class-weight-regression" if classes else "unread-key")
    assert said.where.pointer == f"/outputs/y/{line.split()[0]}"


def test_no_metric_is_called_as_the_loss_is() -> None:
    (said,) = messages(checked(
        SPEC + 'metrics = [{ type = "MeanAbsoluteError", name = "loss" }]\n'))
    assert said == "`loss` is already the name of the output's loss itself"


@pytest.mark.parametrize(("split", "part"), [
    ("{ validation = 0.2 }", "test"), ("{ test = 0.2 }", "validation")])
def test_expectations_are_of_rows_that_there_are(split: str, part: str) -> None:
    text = SPEC.replace("[inputs.x]\nshape = [4]", f'[data]\nsource = "gone.csv"\nsplit = {split}\n'
                        '[inputs.x]\ncolumns = ["a"]') + 'target = "b"\n[expect]\n'
    assert checked(text + "train.loss = 1.0\n").diagnostics == ()
    (said,) = messages(checked(text + f'"{part}.y.loss" = 1.0\n'))
    assert said == f"`{part}.y.loss` needs {part} rows, and [data] keeps none"


# -- 7. refused -----------------------------------------------------------------------------------

CODE = 'holds code, which a spec may not; write a layer class and name it "module:Class" ' \
       "(needs --trust)"
LAYERS = {
    **{name: f"`{name}` {CODE}"
       for name in ("Lambda", "TFSMLayer", "TorchModuleWrapper", "JaxLayer", "FlaxLayer")},
    "ResNet50": "`ResNet50` is a model, not a layer; save it once and use "
                '{ model = "backbones/resnet50.keras" }',
}


@pytest.mark.parametrize("layer", LAYERS)
def test_what_is_no_layer_of_a_spec_is_refused(layer: str) -> None:
    assert messages(checked(SPEC.replace('"Dense", units = "=n"', f'"{layer}"'))) == [LAYERS[layer]]


def test_state_between_batches_is_refused() -> None:
    text = SPEC.replace("[4]", "[5, 4]").replace(
        '"Dense", units = "=n"', '"LSTM", units = 3, stateful = true')
    (said,) = messages(checked(text))
    assert said.startswith("rows are shuffled, so state between batches means nothing")


@pytest.mark.parametrize("loss", ['["mse", "mae"]', "{ mse = 0.5, mae = 0.5 }"])
def test_an_output_has_one_loss(loss: str) -> None:
    assert messages(checked(f"{SPEC}loss = {loss}\n")) == [
        'an output has one loss; add a second output with from = "..."']


@pytest.mark.parametrize("text", [SPEC + 'add_loss = "x"\n', SPEC + "[loss]\nboth = 1\n"])
def test_a_loss_over_several_outputs_is_not_in_version_1(text: str) -> None:
    (said,) = messages(checked(text))
    assert said.endswith("; a loss over more than one output and its target is not in version 1")


MONITORS = {
    1: (("loss", "val_loss", "mae", "val_mae", "val.loss", "train.y.mae", "validation.y.loss"),
        ("y_loss", "val_y_mae", "test.y.mae", "mse")),
    2: (("loss", "y_loss", "val_y_mae", "val.z.loss", "train.y.mae"),
        ("mae", "val_mae", "z_mae", "test.loss")),
}


@pytest.mark.parametrize("outputs", MONITORS)
def test_a_monitor_is_a_name_of_keras_or_of_specc(outputs: int) -> None:
    text = SPEC + 'metrics = ["mae"]\n' + '[outputs.z]\ntask = "regression"\n' * (outputs == 2)
    text = text.replace("units = 1 }", 'units = 1, name = "y" }').replace(
        "[{ type", '[{ name = "z", type').replace('"=n"', "1").replace('"sequential"',
                                                                       '"functional"')
    good, bad = MONITORS[outputs]
    for monitor in (*good, *bad):
        said = checked(f'{text}[fit]\nepochs = 9\ncallbacks = [{{ type = "EarlyStopping", '
                       f'monitor = "{monitor}", patience = 3, restore_best_weights = true }}]\n'
                       ).diagnostics
        assert [one.name for one in said] == ["monitor-not-logged"] * (monitor in bad), monitor


# -- what an embedding is fed ---------------------------------------------------------------------

DECK = """
specc = 1
[inputs.deck]
{deck}
[model]
kind = "sequential"
layers = [
  {{ type = "Embedding", input_dim = {rows}, output_dim = 2 }},
  {{ type = "Flatten" }},
  {{ type = "Dense", units = 1 }},
]
[outputs.y]
task = "regression"
"""
DECKS = {
    'columns = ["deck"]\nencode = "index"\nvalues = ["A", "B", "C"]\nshape = [1]': 4,
    'columns = ["deck"]\nencode = "hash"\nbins = 9\nshape = [1]': 9,
    'columns = ["deck"]\ntext = { tokens = 50, length = 3 }': 50,
    'shape = [3]\ndtype = "int32"\nrange = [0, 9]': 10,
}


@pytest.mark.parametrize("deck", DECKS)
def test_an_embedding_has_a_row_for_every_integer(deck: str) -> None:
    rows = DECKS[deck]
    assert checked(DECK.format(deck=deck, rows=rows)).diagnostics == ()
    (said,) = checked(DECK.format(deck=deck, rows=rows - 1)).diagnostics
    assert said.where.pointer == "/model/layers/0/input_dim"
    assert said.message == (f"`deck` may hold {rows - 1}, and the embedding has rows 0 to "
                            f"{rows - 2}; it needs {rows} of them")


def test_an_embedding_takes_no_negative_integer() -> None:
    deck = 'shape = [3]\ndtype = "int32"\nrange = [-1, 4]'
    (said,) = messages(checked(DECK.format(deck=deck, rows=9)))
    assert said.startswith("`deck` may hold -1")


@pytest.mark.parametrize(("when", "name"), [
    ("=depth > 1", "unknown-name"), ("=n >", "expression-syntax"), ("=n[0] > 1",
                                                                    "expression-refused")])
def test_conditions_of_a_space_are_read_before_anything_is_trained(when: str, name: str) -> None:
    text = SPEC + f'[tune.space]\nn = {{ int = [1, 5], when = "{when}" }}\n'
    (said,) = checked(text).diagnostics
    assert (said.name, said.where.pointer) == (name, "/tune/space/n/when")
    assert checked(text.replace(when, "=n > 1")).diagnostics == ()


NULLS = ["/model/layers/0/repeat", "/model/layers/0/when", "/model/layers/0/trainable",
         "/fit/callbacks/0", "/outputs/y/metrics/0", "/unset"]


@pytest.mark.parametrize("pointer", NULLS)
def test_null_is_no_value_where_one_is_wanted(pointer: str) -> None:
    tree = {"specc": 1, "inputs": {"x": {"shape": [4]}}, "fit": {"epochs": 5, "callbacks": []},
            "model": {"kind": "sequential", "layers": [{"type": "Dense", "units": 1}]},
            "outputs": {"y": {"task": "regression", "metrics": []}}}
    *steps, last = pointer[1:].split("/")
    into: Any = tree
    for step in steps:
        into = into[int(step)] if step.isdigit() else into[step]
    if isinstance(into, list):
        into.append(None)
    else:
        into[last] = None
    (said,) = check_text(json.dumps(tree).encode(), "a.specc.json", "json").diagnostics
    assert said.where.pointer == pointer
