"""What is advised can be done: whoever does it meets no other error."""

from __future__ import annotations

import pytest

from specc.diagnostics import Diagnostic
from specc.pipeline import check_text

ONE_UNIT = """specc = 1
name = "one_unit"
[inputs.x]
shape = [4]
[model]
kind = "sequential"
layers = [{{ type = "Dense", {last} }}]
[outputs.y]
{output}
"""


def said(text: str, name: str) -> Diagnostic:
    """The one diagnostic of that name."""
    return next(one for one in check_text(text.encode()).diagnostics if one.name == name)


@pytest.mark.parametrize(("output", "advice", "last", "then"), [
    ('task = "binary"\nloss = "binary_crossentropy"', "use sigmoid",
     'units = 1, activation = "sigmoid"', None),
    ('task = "binary"\nloss = "sparse_categorical_crossentropy"\nlabels = "index"',
     "use 2 units, or sigmoid with BinaryCrossentropy", 'units = 2, activation = "softmax"', None),
    ('task = "binary"\nloss = "sparse_categorical_crossentropy"\nlabels = "index"',
     "use 2 units, or sigmoid with BinaryCrossentropy", 'units = 1, activation = "sigmoid"',
     'task = "binary"\nloss = "binary_crossentropy"\nlabels = "index"'),
    ('task = "binary"\nloss = "categorical_crossentropy"\nlabels = "onehot"', "use 2 units",
     'units = 2, activation = "softmax"', None),
    ('task = "binary"\nloss = "hinge"', "use no activation, as `Hinge` takes any number",
     "units = 1", None),
    ('task = "binary"\nloss = { type = "BinaryCrossentropy", from_logits = true }',
     "use no activation, as `BinaryCrossentropy` takes any number", "units = 1", None),
    ('task = "multiclass"\nclasses = 3', "use 3 units", 'units = 3, activation = "softmax"', None),
    ('task = "regression"\nloss = "mse"', "use no activation", "units = 1", None),
    ('task = "regression"\nrange = [0, 1]\nloss = "binary_crossentropy"', "use sigmoid",
     'units = 1, activation = "sigmoid"', None),
    ('task = "count"\nloss = "poisson"', "use softplus or exponential",
     'units = 1, activation = "softplus"', None),
])
def test_instead_of_softmax_over_one_unit(output: str, advice: str, last: str,
                                          then: str | None) -> None:
    found = said(ONE_UNIT.format(last='units = 1, activation = "softmax"', output=output),
                 "softmax-single-unit")
    assert found.advice == advice
    mended = check_text(ONE_UNIT.format(last=last, output=then or output).encode()).diagnostics
    assert [one.message for one in mended if one.severity == "error"] == []


WATCHED = """specc = 1
name = "watched"
[data]
source = "breast_cancer"
split = {{ {split}test = 0.2 }}
[inputs.x]
scale = "standard"
[model]
kind = "sequential"
layers = [{{ type = "Dense", units = 1, activation = "sigmoid" }}]
[outputs.y]
task = "binary"
target = "target"
metrics = [
  "accuracy", {{ type = "AUC" }}, {{ type = "F1Score", threshold = 0.5, average = "micro" }},
]
[fit]
epochs = 30
callbacks = [{{ type = "EarlyStopping", monitor = "{monitor}", patience = 5, mode = "max" }}]
"""


@pytest.mark.parametrize(("monitor", "meant", "sure"), [
    ("val_acc", "val_accuracy", True), ("acc", "accuracy", True),
    ("val.y.acc", "val.y.accuracy", True), ("val_auroc", "val_auc", False),
    ("val_f1", "val_f1_score", False), ("lr", "learning_rate", False),
])
def test_a_monitor_by_another_name_of_its_metric(monitor: str, meant: str, sure: bool) -> None:
    found = said(WATCHED.format(split="validation = 0.2, ", monitor=monitor), "monitor-not-logged")
    assert f"did you mean `{meant}`?" in found.message
    assert (found.fix is not None) == sure


@pytest.mark.parametrize("monitor", ["val_loss", "val_accuracy", "val_acc", "validation.loss"])
def test_a_monitor_for_which_there_are_no_rows(monitor: str) -> None:
    found = said(WATCHED.format(split="", monitor=monitor), "monitor-not-logged")
    assert found.message == f"no epoch reports `{monitor}`: there are no validation rows"
    assert str(found.advice).startswith("add validation = 0.2 to [data] split")
    mended = check_text(WATCHED.format(split="validation = 0.2, ", monitor="val_loss").encode())
    assert mended.ok


def test_an_expectation_by_another_name_of_its_metric() -> None:
    text = WATCHED.format(split="validation = 0.2, ", monitor="val_loss")
    found = said(text + '[expect]\n"test.y.acc" = { min = 0.9 }\n', "unknown-metric-key")
    assert "did you mean `test.y.accuracy`?" in found.message


@pytest.mark.parametrize(("last", "output", "name", "advice", "then"), [
    ('units = 1, activation = "sigmoid"', 'task = "binary"\nmetrics = ["mape"]',
     "mape-zero-target", "use accuracy", '"accuracy"'),
    ('units = 5, activation = "sigmoid"', 'task = "multilabel"\nclasses = 5\nmetrics = ["mape"]',
     "mape-zero-target", "use binary_accuracy", '"binary_accuracy"'),
    ("units = 1", 'task = "binary"\nmetrics = ["r2_score"]', "metric-label-mismatch",
     'use { type = "BinaryAccuracy", threshold = 0.0 }',
     '{ type = "BinaryAccuracy", threshold = 0.0 }'),
    ("units = 1", 'task = "regression"\nmetrics = [{ type = "Mean" }]', "metric-label-mismatch",
     "use mae", '"mae"'),
])
def test_instead_of_a_metric(last: str, output: str, name: str, advice: str, then: str) -> None:
    text = ONE_UNIT.format(last=last, output=output)
    assert said(text, name).advice == advice
    mended = check_text(text.replace(output[output.index("["):], f"[{then}]").encode())
    assert [one.message for one in mended.diagnostics] == []
