"""Lowering: what groups, blocks, repeats, calls, conditions and names mean."""

from collections.abc import Sequence

import pytest

from specc.diagnostics import Diagnostic
from specc.ir.plan import Plan
from specc.pipeline import Checked, check_text

HEAD = """\
specc = 1
name = "t"
[inputs.x]
shape = [8]
[outputs.y]
task = "regression"
{more}
"""


def whole(layers: str, more: str = "", kind: str = "functional", inputs: str = "") -> str:
    return HEAD.format(more=inputs) + f'{more}\n[model]\nkind = "{kind}"\nlayers = [\n{layers}\n]\n'


def said(checked: Checked) -> list[Diagnostic]:
    """What is said of a spec; not whether its architecture makes sense: these have none."""
    return [one for one in checked.diagnostics
            if not one.code.startswith("AR") and one.severity != "info"]


def lowered(text: str) -> Plan:
    checked = check_text(text.encode())
    assert said(checked) == []
    assert checked.plan is not None
    return checked.plan


def edges(plan: Plan) -> list[tuple[str, Sequence[str]]]:
    return [(node.name, [ref.node for ref in node.refs()]) for node in plan.graph.nodes]


def names_of(text: str) -> list[str]:
    return [one.name for one in said(check_text(text.encode()))]


OUT = '{ type = "Dense", units = 1, name = "y" }'
DENSE = '{ type = "Dense", units = 4 }'


def test_an_entry_takes_the_one_before() -> None:
    plan = lowered(whole(f"{DENSE}, {OUT}"))
    assert edges(plan) == [("dense", ["x"]), ("y", ["dense"])]


def test_unnamed_entries_are_numbered_in_file_order() -> None:
    plan = lowered(whole(f'{DENSE}, {{ type = "ReLU" }}, {DENSE}, {{ type = "ReLU" }}, {OUT}'))
    assert [name for name, _ in edges(plan)] == ["dense", "re_lu", "dense_1", "re_lu_1", "y"]


@pytest.mark.parametrize(("repeat", "names"), [
    (0, []), (1, ["h_1"]), (3, ["h_1", "h_2", "h_3"])])
def test_repeats_are_numbered_also_when_there_is_one(repeat: int, names: list[str]) -> None:
    plan = lowered(whole(f'{{ type = "Dense", units = 4, name = "h", repeat = {repeat} }}, '
                         f'{{ type = "Dense", units = 1, name = "y", inputs = "h" }}'))
    before = ["x", *names]
    assert edges(plan) == [*((n, [b]) for n, b in zip(names, before, strict=False)),
                           ("y", [before[-1]])]


def test_i_counts_from_zero_inside_a_repeat() -> None:
    plan = lowered(whole(f'{{ type = "Dense", units = "=2 ** (3 - i)", repeat = 3 }}, {OUT}'))
    assert [node.layer.get("units") for node in plan.graph.nodes] == [8, 4, 2, 1]


def test_explicit_inputs_of_a_repeated_entry_are_those_of_the_first_copy() -> None:
    plan = lowered(whole(
        f'{{ type = "Dense", units = 8, name = "a" }}, '
        f'{{ type = "Add", name = "s", inputs = ["x", "a"], repeat = 2 }}, {OUT}'))
    assert edges(plan)[1:3] == [("s_1", ["x", "a"]), ("s_2", ["s_1", "a"])]


def test_a_left_out_entry_stands_for_what_would_have_entered_it() -> None:
    for when, enters in (("false", "x"), ("true", "a")):
        plan = lowered(whole(
            f'{{ type = "Dense", units = 8, name = "a", when = "={when}" }}, '
            f'{{ type = "Add", inputs = ["@prev", "x"] }}, {OUT}'))
        assert ("add", [enters, "x"]) in edges(plan)


def test_every_copy_of_every_entry_knows_its_nodes_and_what_it_gives() -> None:
    blocks = ('[blocks.b]\nlayers = [{ type = "Dense", units = 4 }, '
              '{ type = "ReLU", when = "=false" }]\n')
    plan = lowered(whole(f'{{ block = "b", name = "twice", repeat = 2 }}, {OUT}', more=blocks))
    nodes = [node.name for node in plan.graph.nodes]
    found = [(one.place().pointer, nodes[one.begin:one.end], one.gives[0].node)
             for one in plan.graph.stamps]
    first, second = ["twice_1_dense"], ["twice_2_dense"]
    assert found == [
        ("/blocks/b/layers/0", first, first[0]), ("/blocks/b/layers/1", [], first[0]),
        ("/model/layers/0", first, first[0]),
        ("/blocks/b/layers/0", second, second[0]), ("/blocks/b/layers/1", [], second[0]),
        ("/model/layers/0", second, second[0]),
        ("/model/layers/1", ["y"], "y")]


def test_groups_prefix_names_and_keep_them_to_themselves() -> None:
    group = f'{{ name = "g", repeat = 2, layers = [{DENSE}, {{ type = "ReLU", name = "r" }}] }}'
    plan = lowered(whole(f"{group}, {OUT}"))
    assert edges(plan) == [("g_1_dense", ["x"]), ("g_1_r", ["g_1_dense"]),
                           ("g_2_dense", ["g_1_r"]), ("g_2_r", ["g_2_dense"]), ("y", ["g_2_r"])]
    assert names_of(whole(f'{group}, {{ type = "Dense", units = 1, name = "y", inputs = "r" }}')
                    ) == ["unknown-ref"]


BLOCK = """
[blocks.res]
params = { units = 8, project = false }
layers = [
  { type = "Dense", units = "=units", name = "short", when = "=project", inputs = "@in" },
  { type = "Dense", units = "=units", inputs = "@in" },
  { type = "Add", inputs = ["@prev", "short"] },
]
"""


def test_blocks_take_parameters_and_residuals_read_the_same() -> None:
    plan = lowered(whole(f'{{ block = "res", name = "a" }}, '
                         f'{{ block = "res", name = "b", units = 3, project = true }}, {OUT}',
                         BLOCK))
    assert edges(plan) == [
        ("a_dense", ["x"]), ("a_add", ["a_dense", "x"]), ("b_short", ["a_add"]),
        ("b_dense", ["a_add"]), ("b_add", ["b_dense", "b_short"]), ("y", ["b_add"])]


def test_a_macro_and_its_expansion_are_the_same_graph() -> None:
    macro = lowered(whole(f'{{ type = "Dense", name = "h", units = 4, repeat = 2 }}, {OUT}'))
    plain = lowered(whole(f'{{ type = "Dense", name = "h_1", units = 4 }}, '
                          f'{{ type = "Dense", name = "h_2", units = 4 }}, {OUT}'))
    assert edges(macro) == edges(plain)


def test_call_uses_the_same_weights_again() -> None:
    text = whole(
        '{ name = "tower", inputs = "x", gives = "a", layers = ['
        '{ type = "Dense", units = 4, name = "d" }, { type = "ReLU" }] }, '
        '{ call = "tower", inputs = "z", gives = "b" }, '
        f'{{ type = "Concatenate", inputs = ["a", "b"] }}, {OUT}', inputs="[inputs.z]\nshape = [8]")
    plan = lowered(text)
    first, again = (node for node in plan.graph.nodes if node.layer_name == "tower_d")
    assert first.name != again.name
    assert [ref.node for ref in again.args] == ["z"]
    assert plan.graph.costs[again.name].count() == 0
    assert plan.graph.costs[first.name].count() == 36


def test_a_further_call_needs_the_weights_of_the_first() -> None:
    tower = ('{ type = "Dense", units = 4, name = "d", inputs = "x" }, '
             '{ call = "d", inputs = "z", gives = "again" }, '
             f'{{ type = "Concatenate", inputs = ["d", "again"] }}, {OUT}')
    assert not names_of(whole(tower, inputs="[inputs.z]\nshape = [8]"))
    found, = check_text(whole(tower, inputs="[inputs.z]\nshape = [5]").encode()).diagnostics
    assert found.name == "shared-layer-shape"
    assert "(8, 4) where it is called first, and here it would take (5, 4)" in found.message


def test_a_further_call_has_constants_of_its_own() -> None:
    plan = lowered(whole('{ type = "Dropout", rate = 0.5, name = "s" }, '
                         '{ call = "s", with = { training = true } }, ' + OUT))
    assert [dict(node.constants) for node in plan.graph.nodes] == [{}, {"training": True}, {}]


@pytest.mark.parametrize(("name", "taken"), [("x", "an input"), ("hidden", "another entry")])
def test_an_output_has_a_name_of_its_own(name: str, taken: str) -> None:
    text = whole('{ type = "Dense", units = 4, name = "hidden" }, ' + OUT).replace(
        "[outputs.y]", f'[outputs.{name}]\nfrom = "y"')
    (one,) = said(check_text(text.encode()))
    assert one.message == f"`{name}` is already the name of {taken}"
    assert lowered(text.replace(f"[outputs.{name}]", "[outputs.y]"))


def test_several_results_are_named() -> None:
    lstm = '{{ type = "LSTM", units = 3, return_state = true{gives} }}, {{ type = "Dense", units = 1, name = "y", inputs = "{one}" }}'  # noqa: E501
    text = whole(lstm.format(gives=', gives = ["s", "h", "c"]', one="h")).replace("[8]", "[5, 8]")
    assert edges(lowered(text))[-1] == ("y", ["lstm"])
    text = whole(lstm.format(gives="", one="lstm")).replace("[8]", "[5, 8]")
    assert names_of(text) == ["unnamed-results"]


def test_wide_and_deep_concatenates_wide_then_deep() -> None:
    text = HEAD.format(more='[inputs.z]\nshape = [3]') + """
[model]
kind = "wide_and_deep"
head = [{ type = "Dense", units = 1, name = "y" }]
aux = [{ type = "Dense", units = 1, name = "side" }]
[model.wide]
input = ["x", "z"]
[model.deep]
input = "x"
layers = [{ type = "Dense", units = 4, name = "deep" }]
[outputs.side]
task = "regression"
"""
    assert edges(lowered(text)) == [
        ("concatenate", ["x", "z"]), ("deep", ["x"]), ("concatenate_1", ["concatenate", "deep"]),
        ("y", ["concatenate_1"]), ("side", ["deep"])]


REFUSED = [
    ('{ type = "Dense", units = 4, inputs = "nope" }, ' + OUT, "", "unknown-ref"),
    ('{ type = "Dense", units = 4, inputs = "y" }, ' + OUT, "", "graph-cycle"),
    ('{ type = "Dense", units = 4, inputs = "b" }, { type = "Dense", units = 4, name = "b", '
     'inputs = "x" }, ' + OUT, "", "unknown-ref"),
    ('{ type = "Dense", units = 4, name = "a", inputs = "b" }, { type = "ReLU", name = "c", '
     'inputs = "a" }, { type = "ReLU", name = "b", inputs = ["c"] }, ' + OUT, "", "graph-cycle"),
    ('{ type = "Dense", units = 4, name = "a", inputs = "a" }, ' + OUT, "", "self-loop"),
    ('{ type = "Dense", units = 4, name = "x" }, ' + OUT, "", "duplicate-name"),
    (f'{DENSE.replace("units", "name = " + chr(34) + "a" + chr(34) + ", units")}, '
     f'{{ type = "ReLU", name = "a" }}, {OUT}', "", "duplicate-name"),
    ("{ units = 3 }, " + OUT, "", "entry-without-meaning"),
    ('{ block = "rse" }, ' + OUT, BLOCK, "unknown-block"),
    ('{ block = "res", unit = 3 }, ' + OUT, BLOCK, "unknown-block-key"),
    ('{ call = "tower" }, ' + OUT, "", "unknown-callee"),
    ('{ block = "a" }, ' + OUT, '[blocks.a]\nlayers = [{ block = "a" }]', "graph-cycle"),
    (f'{{ type = "ReLU", repeat = -1 }}, {OUT}', "", "wrong-entry-value"),
    (f'{{ type = "ReLU", repeat = 1_000_000_000_000 }}, {OUT}', "", "too-many-layers"),
    (f'{{ type = "ReLU", when = 3 }}, {OUT}', "", "wrong-entry-value"),
    (f'{{ type = "Dense", units = 4, inputs = ["x", "x"] }}, {OUT}', "", "wrong-inputs"),
    (f'{{ call = "s" }}, {{ type = "Dense", units = 4, name = "s" }}, {OUT}', "",
     "unknown-callee"),
    ('{ type = "Reshape", target_shape = [2, 4] }, { type = "LSTM", units = 2, '
     'inputs = ["@prev", "@prev", "@prev"] }, ' + OUT, "", "wrong-inputs"),
    # one name, though one is a layer of a group and the other is not
    ('{ name = "a", layers = [{ type = "ReLU", name = "b" }] }, { type = "ReLU", name = "a_b" }, '
     + OUT, "", "duplicate-name"),
    ('{ type = "ReLU", name = "a_b" }, { name = "a", layers = [{ type = "ReLU", name = "b" }] }, '
     + OUT, "", "duplicate-name"),
    ('{ name = "a", layers = [{ type = "ReLU", name = "b" }, { type = "ReLU", name = "b" }] }, '
     + OUT, "", "duplicate-name"),
    ('{ type = "ReLU", name = "d_1" }, { type = "ReLU", name = "d", repeat = 2 }, ' + OUT, "",
     "duplicate-name"),
    # what nothing reads
    ('{ type = "ReLU", params = { a = 1 } }, ' + OUT, "", "wrong-entry-value"),
    (f'{{ layers = [{DENSE}], with = {{ training = true }} }}, {OUT}', "", "wrong-entry-value"),
    (f'{{ layers = [{DENSE}], output_shape = [4] }}, {OUT}', "", "wrong-entry-value"),
    ('{ block = "res", with = { training = true } }, ' + OUT, BLOCK, "wrong-entry-value"),
    (f'{{ type = "ReLU", name = "s" }}, {{ call = "s", trainable = false }}, {OUT}', "",
     "wrong-entry-value"),
    (f'{{ type = "ReLU", with = {{ training = true }} }}, {OUT}', "", "wrong-entry-value"),
    (f'{{ type = "Dropout", rate = 0.5, with = {{ trainin = true }} }}, {OUT}', "",
     "wrong-entry-value"),
    (f'{{ type = "Dropout", rate = 0.5, with = {{ training = "=a" }} }}, {OUT}',
     "[params]\na = 1", "wrong-entry-value"),
    ('{ type = "Dropout", rate = 0.5, name = "s" }, { call = "s", with = { trainin = true } }, '
     + OUT, "", "wrong-entry-value"),
    ('{ layers = [{ type = "ReLU" }], name = "s" }, { call = "s", with = { training = true } }, '
     + OUT, "", "wrong-entry-value"),
]


@pytest.mark.parametrize(("layers", "more", "name"), REFUSED)
def test_refused_once_with_a_place(layers: str, more: str, name: str) -> None:
    checked = check_text(whole(layers, more).encode())
    assert [one.name for one in said(checked)] == [name]
    assert said(checked)[0].span is not None


def test_no_inputs_on_the_first_entry_of_several_inputs() -> None:
    text = whole(f"{DENSE}, {OUT}", inputs="[inputs.z]\nshape = [3]")
    assert "ambiguous-input" in names_of(text)


def test_a_sequential_model_is_a_chain() -> None:
    text = whole(f'{DENSE}, {{ type = "Dense", units = 1, name = "y", inputs = "x" }}',
                 kind="sequential")
    assert names_of(text)[0] == "not-a-chain"


def test_a_mistake_in_a_block_stamped_often_is_said_once_where_it_is_written() -> None:
    block = '[blocks.b]\nlayers = [{ type = "Dense", unit = 3 }]\n'
    found = check_text(whole(f'{{ block = "b", repeat = 5 }}, {OUT}', block).encode()).diagnostics
    assert {one.where.path[:3] for one in found} == {("blocks", "b", "layers")}
    assert len(found) <= 2  # the unknown argument, and the one that is missing


def test_the_order_of_tables_never_matters() -> None:
    text = whole(f'{{ block = "res" }}, {OUT}', BLOCK)
    start, *tables = text.split("\n[")
    turned = "\n[".join([start, *reversed(tables)])
    assert edges(lowered(turned)) == edges(lowered(text))
