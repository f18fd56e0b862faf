"""What people call components: every word leads to a name of Keras, and none is one already."""

from __future__ import annotations

import pytest

from specc.diagnostics.spelling import plain
from specc.ops import table
from specc.ops.spoken import MEANT, meant
from specc.pipeline import check_text

WORDS = [(category, word, name) for category, words in MEANT.items()
         for word, name in words.items() if category != "argument"]

SPEC = """specc = 1
name = "words"
[inputs.x]
shape = [4]
[model]
kind = "sequential"
layers = [
  { type = "Dense", units = 8, activation = "relu", kernel_initializer = "he_normal" },
  { type = "Dense", units = 1 },
]
[outputs.y]
task = "regression"
loss = "mse"
metrics = ["mae"]
[compile]
optimizer = { type = "Adam", weight_decay = 0.01 }
"""


@pytest.mark.parametrize(("category", "word", "name"), WORDS)
def test_a_word_leads_to_a_name_of_keras(category: table.Named, word: str, name: str) -> None:
    assert word == plain(word)
    assert table.canonical(category, name) or name in table.BY_OUTPUT
    assert plain(name) != word or name in table.BY_OUTPUT, "that is a spelling"
    assert not any(plain(one) == word for one in table.words(category)), "Keras takes it"


def test_arguments_lead_to_arguments() -> None:
    known = {key for kind in ("layer", "optimizer") for name in table.names(kind)
             if (one := table.entry(kind, name)) for key in one.params}
    assert set(MEANT["argument"].values()) <= known


def test_a_name_of_keras_leads_nowhere() -> None:
    assert meant("metric", "crossentropy") is None
    assert meant("metric", "a" * 10_000) is None


@pytest.mark.parametrize(("old", "new", "said"), [
    ('"mae"', '"RMSE"', "no metric is called `RMSE`; did you mean `RootMeanSquaredError`?"),
    ('"mae"', '"f1"', "no metric is called `f1`; did you mean `F1Score`?"),
    ('"mae"', '"R2"', "no metric is called `R2`; did you mean `R2Score`?"),
    ('"mae"', '"jaccard"', "no metric is called `jaccard`; did you mean `MeanIoU`?"),
    ('"mae"', '"log_loss"', "no metric is called `log_loss`; did you mean `crossentropy`?"),
    ('"mse"', '"rmse"', "no loss is called `rmse`; did you mean `MeanSquaredError`?"),
    ('"mse"', '"xent"', "no loss is called `xent`; did you mean `crossentropy`?"),
    ('"he_normal"', '"xavier"',
     "no initializer is called `xavier`; did you mean `GlorotUniform`?"),
    ('"relu"', '"lrelu"', "`activation` has no activation `lrelu`; did you mean `leaky_relu`?"),
    ("weight_decay", "wd", "`Adam` has no argument `wd`; did you mean `weight_decay`?"),
    ('optimizer = {', 'lr = 0.1\noptimizer = {', "unknown key `lr` in [compile]; the rate belongs "
     'to the optimizer: optimizer = { type = "Adam", learning_rate = 0.001 }'),
    ('type = "Dense", units = 8', 'type = "Linear", units = 8',
     "no layer is called `Linear`; did you mean `Dense`?"),
])
def test_it_is_asked_whether_that_was_meant(old: str, new: str, said: str) -> None:
    found = [one for one in check_text(SPEC.replace(old, new).encode()).diagnostics
             if one.severity == "error"]
    assert [one.message for one in found] == [said]
    assert found[0].fix is None


def test_a_word_of_another_category_is_told_what_was_meant() -> None:
    found = check_text(SPEC.replace('"mse"', '"l2"').encode()).diagnostics
    assert [(one.message, one.advice) for one in found] == [
        ("`l2` is a regularizer, and a loss belongs here", "use `MeanSquaredError`")]


def test_another_spelling_is_no_guess() -> None:
    found = check_text(SPEC.replace('"mae"', '"R2_Score"').encode()).diagnostics
    assert found[0].fix is not None
