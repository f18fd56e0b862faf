"""One mistake is said once and in its line, however often a value is used, wherever it is given."""

from __future__ import annotations

import pytest

from specc.diagnostics import Diagnostic
from specc.pipeline import check_text

HEAD = """specc = 1
[inputs.x]
shape = [4]
"""
TAIL = """[outputs.y]
task = "regression"
"""


def found(text: str, tail: str = TAIL) -> list[Diagnostic]:
    """The errors; what is only probably wrong is not what this is about."""
    return list(check_text((HEAD + text + tail).encode(), "a.specc.toml").errors)


def places(one: Diagnostic) -> list[str]:
    return [known.where.pointer for known in (one, *one.related)]


def test_a_parameter_that_cannot_be_used_is_said_once() -> None:
    one, = found("""
[params]
width = "many"
[model]
kind = "sequential"
layers = [{ type = "Dense", units = "=width" }, { type = "Dense", units = "=width // 2" },
          { type = "Dense", units = 1, name = "y" }]
""")
    assert places(one) == ["/model/layers/0/units", "/params/width"]


def test_two_parameters_are_said_twice() -> None:
    a, b = found("""
[params]
a = -1
b = -2
[model]
kind = "sequential"
layers = [{ type = "Dense", units = "=a" }, { type = "Dense", units = "=b" },
          { type = "Dense", units = 1, name = "y" }]
""")
    assert [places(a)[1], places(b)[1]] == ["/params/a", "/params/b"]


def test_a_component_in_a_parameter_is_named_where_it_is_wrong() -> None:
    one, = found("""
[params]
how = { type = "Adam", lerning_rate = 0.1 }
[model]
kind = "sequential"
layers = [{ type = "Dense", units = 1, name = "y" }]
[compile]
optimizer = "=how"
""")
    assert places(one)[1:] == ["/params/how/lerning_rate"]


BLOCKS = """
[blocks.unit]
params = { size = 8, act = "relu" }
layers = [{ type = "Dense", units = "=size", activation = "=act" },
          { type = "Dense", units = "=2 * size", activation = "relu" }]
[blocks.pair]
params = { size = 4, act = "relu" }
layers = [{ block = "unit", size = "=size" }, { block = "unit", size = 2, act = "=act" }]
[model]
kind = "functional"
layers = [%s, { type = "Dense", units = 1, name = "y" }]
"""


@pytest.mark.parametrize(("entry", "wanted"), [
    ('{ block = "unit", size = -3 }',
     ["/blocks/unit/layers/0/units", "/model/layers/0/size"]),
    ('{ block = "pair", size = 1.5 }',
     ["/blocks/unit/layers/0/units", "/blocks/pair/layers/0/size", "/model/layers/0/size"]),
    ('{ block = "pair", params = { act = "reluu" } }',
     ["/blocks/unit/layers/0/activation", "/blocks/pair/layers/1/act",
      "/model/layers/0/params/act"]),
])
def test_a_value_given_to_a_block_is_named_where_it_is_given(entry: str,
                                                             wanted: list[str]) -> None:
    one, = found(BLOCKS % entry)
    assert places(one) == wanted


def test_a_default_of_a_block_is_named_where_it_stands() -> None:
    one, = found(BLOCKS.replace("size = 8", "size = 0") % '{ block = "unit" }')
    assert places(one) == ["/blocks/unit/layers/0/units", "/blocks/unit/params/size"]


@pytest.mark.parametrize(("right", "wrong", "code"), [
    ("[model]", "[modl]", "SX301"),
    ("layers = [", "layersx = [", "SX301"),
    ("return_state", "reurn_state", "OP102"),
    ("gives", "gies", "OP102"),
    ("type = \"LSTM\"", "typ = \"LSTM\"", "IR103"),
    ("repeat = 2", "repeat = -2", "IR111"),
])
def test_what_hangs_on_a_mistake_is_not_said(right: str, wrong: str, code: str) -> None:
    text = """
[model]
kind = "functional"
layers = [
  { type = "Reshape", target_shape = [2, 2] },
  { type = "LSTM", units = 3, return_state = true, gives = ["code", "h", "c"] },
  { type = "Concatenate", inputs = ["h", "c"] },
  { type = "Dense", units = "=3 + i", activation = "relu", repeat = 2 },
  { type = "Dense", units = 1, name = "y" },
]
"""
    assert found(text) == []
    assert code in [one.code for one in found(text.replace(right, wrong))]
    assert len(found(text.replace(right, wrong))) == 1


def test_a_name_that_is_taken_hides_nothing_and_breaks_nothing() -> None:
    one, = found("""
[model]
kind = "functional"
layers = [{ type = "Dense", units = 4, name = "x" }, { type = "Add", inputs = ["x", "@prev"] },
          { type = "Dense", units = 1, name = "y" }]
""")
    assert one.code == "IR102"


def test_many_keys_that_a_task_does_not_look_at_are_one_finding() -> None:
    one, = found("""
[model]
kind = "sequential"
layers = [{ type = "Dense", units = 3, activation = "softmax", name = "y" }]
""", """[outputs.y]
task = "regression"
labels = "onehot"
classes = ["a", "b", "c"]
""")
    assert one.code == "IR310"
    assert places(one) == ["/outputs/y/classes", "/outputs/y/task", "/outputs/y/labels"]


def test_a_target_among_inputs_that_were_misspelt_is_not_missed() -> None:
    tail = '[outputs.y]\ntask = "regression"\ntarget = { input = "x" }\n'
    text = '[model]\nkind = "sequential"\nlayers = [{ type = "Dense", units = 4, name = "y" }]\n'
    assert found(text, tail) == []
    one, = check_text((HEAD.replace("inputs", "inptus") + text + tail).encode(), "a").errors
    assert one.code == "SX301"
