"""Mistakes in the form of a spec: each said once, in its place, and all of them at once."""

import pytest

from specc.pipeline import Checked, check_text

CLEAN = """\
specc = 1
name = "clean"

[params]
units = 3

[data]
source = "iris"
split = { validation = 0.2, test = 0.2 }

[inputs.x]
scale = "standard"

[model]
kind = "sequential"
layers = [
  { type = "Dense", units = "=units", activation = "relu" },
  { type = "Dense", units = 3, activation = "softmax", name = "species" },
]

[outputs.species]
task = "multiclass"
target = "species"
metrics = ["accuracy"]

[compile]
optimizer = { type = "Adam", learning_rate = 1e-3 }

[fit]
epochs = 40

[tune]
search = "grid"

[tune.space]
units = [3, 4]

[budget]
params = 500

[expect]
"test.species.accuracy" = { min = 0.5 }

[golden]
epochs = 2
"""


def said(text: str) -> list[tuple[int, str]]:
    return [(one.span.line if one.span else 0, one.name) for one in checked(text).diagnostics]


def checked(text: str) -> Checked:
    return check_text(text.encode(), "a.specc.toml")


def swap(old: str, new: str) -> str:
    assert old in CLEAN
    return CLEAN.replace(old, new)


def test_the_clean_spec_is_clean() -> None:
    assert checked(CLEAN).diagnostics == ()


PLANTED = {
    "[data]": ('validation = 0.2, test', 'validation = 1.2, test', "out-of-range"),
    "[inputs]": ('scale = "standard"', 'scale = "standart"', "unknown-word"),
    "[model]": ('activation = "relu"', 'activation = "rely"', "argument-word"),
    "[outputs]": ('metrics = ["accuracy"]', 'metrics = ["acuracy"]', "metric-unknown"),
    "[compile]": ("learning_rate = 1e-3", "learning_rat = 1e-3", "unknown-argument"),
    "[fit]": ("epochs = 40", 'epochs = "3"', "wrong-type"),
    "[tune]": ('search = "grid"', 'serach = "grid"', "unknown-key"),
    "[budget]": ("params = 500", "params = 5", "over-budget"),
    "[golden]": ("epochs = 2\n", "epochs = 0\n", "out-of-range"),
}


@pytest.mark.parametrize("table", PLANTED)
def test_one_mistake_is_one_diagnostic(table: str) -> None:
    old, new, name = PLANTED[table]
    text = swap(old, new)
    line = text[:text.index(new)].count("\n") + 1
    assert said(text) == [(line, name)]


def test_nine_mistakes_in_nine_tables_are_nine_diagnostics() -> None:
    text = CLEAN
    for old, new, _ in PLANTED.values():
        text = text.replace(old, new)
    lines = [text[:text.index(new)].count("\n") + 1 for _, new, _ in PLANTED.values()]
    names = [name for *_, name in PLANTED.values()]
    # the expectation speaks of a metric that was misspelt: that is said at the metric alone
    assert sorted(said(text)) == sorted(zip(lines, names, strict=True))


MISTAKES = [
    ("specc = 1\n", "specc = 2\n", "language-version"),
    ("specc = 1\n", "", "missing-key"),
    ('name = "clean"', 'name = "a b"', "malformed-name"),
    ("[fit]\n", "[fit]\nvalidation_split = 0.2\n", "unknown-key"),
    ("[compile]\n", '[compile]\nloss = "mse"\n', "unknown-key"),
    ("[fit]\n", "[fit]\nseed = 3\n", "swallowed-key"),
    ('task = "multiclass"', 'task = "multi"', "unknown-word"),
    ('task = "multiclass"\n', "", "missing-key"),
    ("units = [3, 4]", "unit = [3, 4]", "unknown-space-key"),
    ("units = [3, 4]", "units = { int = [4, 3] }", "wrong-value"),
    ("epochs = 40", "epochs = 3.0", "wrong-type"),
    ("epochs = 40", "epochs = true", "wrong-type"),
    ('kind = "sequential"', 'kind = "sequental"', "unknown-word"),
    ('{ type = "Dense", units = 3,', '{ type = "Dens", units = 3,', "unknown-component"),
    ('"=units"', '"=unit"', "unknown-name"),
    ('"test.species.accuracy"', '"test.spezies.accuracy"', "unknown-output"),
    ('"test.species.accuracy"', '"test.species.acuracy"', "unknown-metric-key"),
    ("{ min = 0.5 }", "{ minimum = 0.5 }", "wrong-bound"),
    ('target = "species"', 'target = "spezies"', "unknown-column"),
]


@pytest.mark.parametrize(("old", "new", "name"), MISTAKES)
def test_a_mistake_has_a_name_and_a_place(old: str, new: str, name: str) -> None:
    found = checked(swap(old, new)).diagnostics
    assert [one.name for one in found] == [name]
    assert found[0].span is not None
    assert found[0].message


def test_a_spec_without_model_says_so_once() -> None:
    assert [name for _, name in said('specc = 1\n[inputs.x]\nshape = [3]\n')] == [
        "missing-key", "missing-key"]


def test_every_diagnostic_points_into_the_file() -> None:
    text = swap("epochs = 40", 'epochs = "3"')
    (found,) = checked(text).diagnostics
    assert found.where.pointer == "/fit/epochs"
    span = found.span
    assert span is not None
    assert text.splitlines()[span.line - 1][span.column - 1:span.end_column - 1] == '"3"'


def test_a_setting_of_no_parameter_is_refused() -> None:
    done = check_text(CLEAN.encode(), "a.specc.toml", settings=["params.unit=4"])
    assert [one.name for one in done.diagnostics] == ["unusable-setting"]
    assert "did you mean `units`?" in done.diagnostics[0].message
    assert check_text(CLEAN.encode(), "a.specc.toml", settings=["params.units=4"]).ok
