"""Twelve mistakes that Keras lets through, in whole small specs: one diagnostic each, in place."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from specc.diagnostics import Diagnostic
from specc.pipeline import check_text


@dataclass(frozen=True)
class Mistake:
    """`said` stands on `line`; `path` is where in the file. `mended` replaces one text by another
    and leaves nothing to say."""

    name: str
    line: int
    path: str
    text: str
    mended: tuple[str, str]
    severity: str = "error"


CLASSIFIER = """specc = 1
name = "classifier"
[data]
source = "breast_cancer"
split = {{ validation = 0.2, test = 0.2 }}
[inputs.x]
scale = "standard"
[model]
kind = "sequential"
layers = [
  {{ type = "Dense", units = 16, activation = "relu" }},
  {{ type = "Dense", {last} }},
]
[outputs.diagnosis]
task = "binary"
target = "target"
loss = {loss}
"""

DIGITS = """specc = 1
name = "digits"
[data]
source = "digits"
[inputs]
image = {{ shape = [8, 8, 1], scale = "minmax" }}
[model]
kind = "sequential"
layers = [
  {{ type = "Flatten" }},
  {{ type = "Dense", {last}, name = "digit" }},
]
[outputs.digit]
task = "multiclass"
target = "target"
loss = "{loss}"
{labels}
"""

GENES = """specc = 1
name = "genes"
[inputs.x]
shape = [20]
[model]
kind = "sequential"
layers = [{ type = "Dense", units = 3, activation = "softmax", name = "functions" }]
[outputs.functions]
task = "multilabel"
target = ["f1", "f2", "f3"]
loss = "binary_crossentropy"
"""

HEAT = """specc = 1
name = "heat"
[inputs.x]
shape = [20]
[model]
kind = "sequential"
layers = [{{ type = "Dense", units = 1{activation}, name = "degrees" }}]
[outputs.degrees]
task = "{task}"
target = "degrees"
{more}
"""

TWO = """specc = 1
name = "two"
[inputs.x]
shape = [20]
[model]
kind = "functional"
layers = [
  { type = "Dense", units = 1, name = "price", inputs = "x" },
  { type = "Dense", units = 1, name = "rent", inputs = "x" },
]
[outputs.price]
task = "regression"
[outputs.rent]
task = "regression"
[outputs.prize]
task = "regression"
metrics = ["mae"]
"""

TWELVE = (
    Mistake("softmax-single-unit", 12, "/model/layers/1/activation",
            CLASSIFIER.format(last='units = 1, activation = "softmax"',
                              loss='"binary_crossentropy"'), ("softmax", "sigmoid")),
    Mistake("missing-output-activation", 12, "/model/layers/1",
            CLASSIFIER.format(last="units = 1", loss='"binary_crossentropy"'),
            ("units = 1 ", 'units = 1, activation = "sigmoid" ')),
    Mistake("from-logits-with-activation", 12, "/model/layers/1/activation",
            CLASSIFIER.format(last='units = 1, activation = "sigmoid"',
                              loss='{ type = "BinaryCrossentropy", from_logits = true }'),
            (', activation = "sigmoid"', "")),
    Mistake("sigmoid-with-categorical-crossentropy", 11, "/model/layers/1/activation",
            DIGITS.format(last='units = 10, activation = "sigmoid"', labels="",
                          loss="categorical_crossentropy"), ("sigmoid", "softmax")),
    Mistake("multilabel-softmax", 7, "/model/layers/0/activation", GENES, ("softmax", "sigmoid")),
    Mistake("regression-bounded-output", 7, "/model/layers/0/activation",
            HEAT.format(activation=', activation = "relu"', task="regression",
                        more='loss = "mse"\nrange = [-40, 40]'), (', activation = "relu"', "")),
    Mistake("label-encoding-mismatch", 17, "/outputs/digit/labels",
            DIGITS.format(last='units = 10, activation = "softmax"', labels='labels = "onehot"',
                          loss="sparse_categorical_crossentropy"), ("onehot", "index")),
    Mistake("output-units-class-mismatch", 11, "/model/layers/1/units",
            DIGITS.format(last='units = 9, activation = "softmax"', labels="",
                          loss="sparse_categorical_crossentropy"), ("units = 9", "units = 10")),
    Mistake("accuracy-on-regression", 11, "/outputs/degrees/metrics/0",
            HEAT.format(activation="", task="regression", more='metrics = ["accuracy"]'),
            ("accuracy", "mae"), "warning"),
    Mistake("wrong-output-activation", 11, "/model/layers/1/activation",
            DIGITS.format(last='units = 10, activation = "relu"', labels="",
                          loss="categorical_crossentropy"), ("relu", "softmax")),
    Mistake("loss-weights-mismatch", 15, "/outputs/prize", TWO,
            ('[outputs.prize]\ntask = "regression"\n', "")),
    Mistake("poisson-nonpositive-output", 7, "/model/layers/0",
            HEAT.format(activation="", task="count", more='loss = "poisson"'),
            ("units = 1", 'units = 1, activation = "exponential"')),
)


def diagnostics(text: str) -> tuple[Diagnostic, ...]:
    return check_text(text.encode(), "spec.specc.toml").diagnostics


@pytest.mark.parametrize("mistake", TWELVE, ids=lambda one: one.name)
def test_mistake(mistake: Mistake) -> None:
    found = diagnostics(mistake.text)
    assert [(one.name, one.severity) for one in found] == [(mistake.name, mistake.severity)], \
        [one.message for one in found]
    assert found[0].span is not None
    assert found[0].span.line == mistake.line
    assert found[0].where.pointer == mistake.path


@pytest.mark.parametrize("mistake", TWELVE, ids=lambda one: one.name)
def test_mended(mistake: Mistake) -> None:
    old, new = mistake.mended
    assert mistake.text.count(old) == 1
    assert diagnostics(mistake.text.replace(old, new)) == ()


@pytest.mark.parametrize("mistake", TWELVE, ids=lambda one: one.name)
def test_fix_mends(mistake: Mistake) -> None:
    """Where a fix is offered it leaves nothing to say."""
    fix = diagnostics(mistake.text)[0].fix
    if fix is None:
        assert mistake.name not in ("softmax-single-unit", "multilabel-softmax")
        return
    lines = mistake.text.splitlines()
    for edit in fix.edits:
        assert edit.where.span is not None
        at = edit.where.span
        line = lines[at.line - 1]
        lines[at.line - 1] = line[:at.column - 1] + edit.text + line[at.end_column - 1:]
    assert diagnostics("\n".join(lines)) == ()


def test_there_are_twelve() -> None:
    assert len({one.name for one in TWELVE}) == 12


def test_two_mistakes_are_two_diagnostics() -> None:
    """A wrong activation and a metric for another task, said in one pass."""
    text = HEAT.format(activation=', activation = "softmax"', task="regression",
                       more='metrics = ["accuracy", "mae", "binary_accuracy"]')
    assert [one.name for one in diagnostics(text)] == [
        "softmax-single-unit", "accuracy-on-regression", "accuracy-on-regression"]


def test_errors_cannot_be_ignored() -> None:
    text = GENES + '[lint]\nignore = { multilabel-softmax = "on purpose" }\n'
    assert [one.name for one in diagnostics(text)] == ["multilabel-softmax"]


def test_ignored_warning_hides_no_other() -> None:
    """Both are about the output's activation; the first is ignored, so the second is said."""
    text = HEAT.format(activation=', activation = "softplus"', task="regression",
                       more='loss = "poisson"\nmetrics = ["accuracy"]')
    ignored = text + '[lint]\nignore = { PA171 = "counts of whole degrees" }\n'
    assert [one.name for one in diagnostics(text)] == ["accuracy-on-regression"]
    assert diagnostics(ignored) == ()


def test_a_stamped_mistake_is_said_once() -> None:
    stamped = '{ type = "Dense", units = 1, activation = "softmax", repeat = 3 }'
    text = HEAT.format(activation="", task="regression", more="").replace(
        "layers = [", f"layers = [{stamped}, ")
    assert [one.name for one in diagnostics(text)] == ["softmax-single-unit"]


def test_unknown_activation_is_said_once() -> None:
    """What could not be read is not judged."""
    text = GENES.replace("softmax", "sofmax")
    assert [one.code for one in diagnostics(text)] == ["OP106"]


def test_inside_a_wrapper_the_place_is_exact() -> None:
    text = """specc = 1
name = "letters"
[inputs.x]
shape = [20, 4]
[model]
kind = "sequential"
layers = [{ type = "TimeDistributed", layer = { type = "Dense", units = 9, activation = "relu" } }]
[outputs.y]
task = "multiclass"
classes = 10
shape = [20]
loss = "sparse_categorical_crossentropy"
"""
    assert [(one.name, one.where.pointer) for one in diagnostics(text)] == [
        ("output-units-class-mismatch", "/model/layers/0/layer/units"),
        ("wrong-output-activation", "/model/layers/0/layer/activation")]


def test_expressions_get_no_fix() -> None:
    """A parameter may be used elsewhere, so its use is not overwritten."""
    text = GENES.replace('activation = "softmax"', 'activation = "=last"') + (
        '[params]\nlast = "softmax"\n')
    found = diagnostics(text)
    assert [one.name for one in found] == ["multilabel-softmax"]
    assert found[0].fix is None
