"""Two readers, one meaning: what language.md section 9 names about models, a case each.

What it names about rows stands in tests/data/test_two_readers_rows.py.
"""

from __future__ import annotations

import json

from specc.identity import hashes
from specc.pipeline import Checked, check_text

ONE = """
specc = 1
[inputs.x]
shape = [4]
[model]
kind = "functional"
layers = [{layers}]
[outputs.y]
task = "regression"
"""
TWO = ONE.replace("[model]", "[inputs.z]\nshape = [3]\n[model]")
WIDE = """
specc = 1
[inputs.a]
shape = [4]
[inputs.b]
shape = [3]
[model]
kind = "wide_and_deep"
head = [{ type = "Dense", units = 1, name = "y" }]
[model.wide]
input = ["b", "a"]
[model.deep]
input = "a"
layers = [{ type = "Dense", units = 2, name = "deep" }]
[outputs.y]
task = "regression"
"""
DENSE = '{ type = "Dense", units = 4, activation = "relu" }'
LAST = '{ type = "Dense", units = 1, name = "y" }'


def checked(text: str, *settings: str) -> Checked:
    return check_text(text.encode(), "a.specc.toml", settings=settings)


def edges(text: str, *settings: str) -> list[tuple[str, list[str]]]:
    """Every call of a layer, and what enters it."""
    found = checked(text, *settings)
    assert found.plan is not None
    assert found.diagnostics == ()
    return [(node.name, [ref.node for ref in node.refs()]) for node in found.plan.graph.nodes]


def names(text: str) -> list[str]:
    return [one.name for one in checked(text).diagnostics]


def test_a_reference_to_what_is_repeated_no_time_means_what_would_have_entered_it() -> None:
    layers = ('{ type = "ReLU", name = "r" }, { type = "Dense", units = 4, name = "d", '
              'repeat = 0 }, { type = "Add", name = "sum", inputs = ["x", "d"] }, ' + LAST)
    assert edges(ONE.replace("{layers}", layers)) == [
        ("r", ["x"]), ("sum", ["x", "r"]), ("y", ["sum"])]


def test_inputs_of_a_repeated_entry_are_those_of_the_first_copy() -> None:
    layers = ('{ type = "ReLU", name = "a" }, { type = "Dense", units = 4, name = "d", '
              'activation = "relu", inputs = "x", repeat = 3 }, '
              '{ type = "Add", name = "sum", inputs = ["a", "d"] }, '
              + LAST)
    assert edges(ONE.replace("{layers}", layers)) == [
        ("a", ["x"]), ("d_1", ["x"]), ("d_2", ["d_1"]), ("d_3", ["d_2"]), ("sum", ["a", "d_3"]),
        ("y", ["sum"])]


def test_several_inputs_and_no_inputs_on_the_first_entry_is_an_error() -> None:
    assert names(TWO.replace("{layers}", f"{DENSE}, {LAST}")).count("ambiguous-input") == 1
    said = next(one for one in checked(TWO.replace("{layers}", LAST)).errors)
    assert said.where.pointer == "/model/layers/0"


def test_a_list_of_wide_inputs_is_concatenated_first_and_in_its_order() -> None:
    assert edges(WIDE) == [
        ("concatenate", ["b", "a"]), ("deep", ["a"]), ("concatenate_1", ["concatenate", "deep"]),
        ("y", ["concatenate_1"])]


def test_a_shared_name_means_its_first_call() -> None:
    layers = ('{ type = "Dense", units = 4, name = "s" }, { type = "ReLU" }, { call = "s" }, '
              '{ type = "Add", name = "sum", inputs = ["@prev", "s"] }, ' + LAST)
    assert dict(edges(ONE.replace("{layers}", layers)))["sum"] == ["s@1", "s"]


def test_the_order_of_tables_never_matters() -> None:
    text = WIDE
    start, *tables = text.split("\n[")
    turned = "\n[".join([start, *reversed([one.rstrip("\n") for one in tables])]) + "\n"
    first, second = checked(text), checked(turned)
    assert first.plan is not None
    assert second.plan is not None
    assert edges(turned) == edges(text)
    assert hashes(first.plan) == hashes(second.plan)


def test_toml_and_json_are_the_same_data() -> None:
    tree = {"specc": 1, "inputs": {"x": {"shape": [4]}},
            "model": {"kind": "functional", "layers": [{"type": "Dense", "units": 1}]},
            "outputs": {"y": {"task": "regression"}}}
    one = check_text(json.dumps(tree).encode(), "a.specc.json", "json")
    other = checked(ONE.replace("{layers}", '{ type = "Dense", units = 1 }'))
    assert one.plan is not None
    assert other.plan is not None
    assert hashes(one.plan) == hashes(other.plan)


def test_settings_index_lists_by_number() -> None:
    text = ONE.replace("{layers}", f"{DENSE}, {LAST}")
    found = checked(text, "model.layers.0.units=7")
    assert found.plan is not None
    assert [node.layer.args["units"] for node in found.plan.graph.nodes] == [7, 1]
    assert [one.name for one in checked(text, "model.layers.2.units=7").diagnostics] == [
        "unusable-setting"]
