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
