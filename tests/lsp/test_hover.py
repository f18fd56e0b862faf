"""Hovers: what is said of what; and that nothing is said which is not so."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from lsp.documents import EVERY, SMALL, SPECS, at, checked, content, here, leaves, plan_of, tree_of
from specc.lsp.hover import hover
from specc.lsp.outline import outline
from specc.lsp.plans import carried, known
from specc.lsp.shapes import facts, hint, listed
from specc.ops.page import page

FILE = "/nowhere/a.specc.toml"
BLOCKS = SMALL.replace("[model]", """[blocks.unit]
params = { width = 2 }
layers = [
  { type = "Dense", units = "=2 * width", name = "a" },
  { type = "ReLU", when = "=width > 4" },
]
[model]""").replace('  { type = "Dense", units = 1,', '''  { block = "unit", name = "first" },
  { block = "unit", width = "=i + 4", repeat = 3 },
  { name = "g", layers = [{ type = "Dense", units = 3 }] },
  { type = "Dense", inputs = "g", units = 1,''')


def said(text: str, word: str, inside: int = 1, before: str | None = None,
         file: str | Path = FILE) -> str:
    found = hover(here(text, file), plan_of(text, file, before), at(text, word, inside))
    return "" if found is None else found.markdown


@pytest.mark.parametrize(("word", "inside", "lines"), [
    ('"Dense"', 3, ["**Dense** every output is a weighted sum of all inputs",
                    "layer `hidden_1` to `hidden_2`, 2 copies",
                    "takes `(batch, 4)`, `(batch, 8)`", "gives 2 x `(batch, 8)` float32",
                    "112 parameters (40, 72), 208 FLOPs"]),
    ('"hidden"', 3, ["layer `hidden_1` to `hidden_2`, 2 copies", page("layer", "Dense")]),
    ('  { type = "Dense", units = 1', 2, ["layer `y`", "gives `(batch, 1)` float32",
                                          "9 parameters, 17 FLOPs"]),
    ("units = \"=units\"", 2, ["`units` of Dense: numbers that come out",
                               "a whole number of at least 1; required"]),
    ('"=units"', 3, ["`=units` is `8`", "`units` of Dense"]),
    ('"=depth"', 3, ["`=depth` is `2`", "`repeat`: how often it is stamped"]),
    ("depth = 2", 2, ["param `depth` is `2`"]),
    ('"relu"', 2, ["**relu** ", "`activation` of Dense: function applied to the result"]),
    ("[inputs.x]", 8, ["input `x`: `(batch, 4)` float32"]),
    ("[outputs.y]", 9, ["output `y`: `(batch, 1)` of `y`, linear at its end",
                        "loss MeanSquaredError (filled in)"]),
    ("kind", 1, ["`kind`: all four kinds lower to one graph"]),
    ('"functional"', 3, ["`kind`: all four kinds"]),
    ("task", 1, ["`task`: what is predicted"]), ("[model]", 2, ["`model`: the layers"]),
])
def test_what_is_said(word: str, inside: int, lines: list[str]) -> None:
    text = said(SMALL, word, inside)
    for line in lines:
        assert line in text


def test_what_blocks_and_groups_make() -> None:
    outer = said(BLOCKS, '"unit", width', 2)
    assert "block **unit**" in outer
    assert "3 copies" in outer
    assert "gives `(batch, 8)`, `(batch, 10)`, `(batch, 12)`" in outer
    inner = said(BLOCKS, '"a"', 1)
    assert "layer `first_a` to `unit_3_a`, 4 copies" in inner
    assert said(BLOCKS, '"=2 * width"', 3).startswith("`=2 * width` is `4`, `8`, `10`, `12`\n")
    relu = said(BLOCKS, '"ReLU"', 2)
    assert "2 copies" in relu
    assert "gives `(batch, 10)`, `(batch, 12)`" in relu
    assert "a group" in said(BLOCKS, '"g"', 1)
    assert said(BLOCKS, 'inputs = "g"', 11).startswith("`g`: a group, gives `(batch, 3)`")
    assert said(BLOCKS, "width = \"=i", 2) == "`width`: of block unit; 2 if it is not given"
    assert said(BLOCKS, '"=width > 4"', 4).startswith("`when`: false leaves it out")


def test_other_tables() -> None:
    text = SMALL + """[compile]
optimizer = { type = "Adam", learning_rate = { type = "CosineDecay", decay_steps = 3 } }
[fit]
callbacks = [{ type = "EarlyStopping", monitor = "loss" }]
[tune.space]
units = [2, 4]
[lint]
ignore = { TR120 = "few" }
"""
    assert page("optimizer", "Adam") in said(text, '"Adam"', 2)
    assert "**CosineDecay**" in said(text, '"CosineDecay"', 2)
    assert "`decay_steps` of CosineDecay" in said(text, "decay_steps", 2)
    assert "`monitor` of EarlyStopping" in said(text, "monitor", 2)
    assert "the sum of all losses" in said(text, '"loss"', 2)
    assert said(text, "units = [2", 2) == "`units`: 8 in [params]"
    assert said(text, "units = 8", 2) == "param `units` is `8`\n\nsearched over `[2, 4]`"
    code = said(text, "TR120", 2)
    assert code.startswith("**TR120** batch-size-too-large (warning)\n\nA batch holds all rows")
    assert code.count("A batch holds all rows") == 1
    assert said(SMALL + "# nothing\n", "nothing") == ""


def test_json() -> None:
    text = ('{"specc": 1, "inputs": {"x": {"shape": [4]}}, "model": {"kind": "functional", '
            '"layers": [{"type": "Dense", "units": 1, "name": "y"}]}, '
            '"outputs": {"y": {"task": "regression"}}}')
    file = "/nowhere/a.specc.json"
    assert "gives `(batch, 1)`" in said(text, '"Dense"', 2, file=file)
    assert "`units` of Dense" in said(text, '"units"', 2, file=file)
    assert said(text, '"kind"', 2, file=file) == "`kind`: all four kinds lower to one graph"
    assert "input `x`: `(batch, 4)`" in said(text, '"x"', 1, file=file)


def test_errors_elsewhere_are_no_hindrance() -> None:
    text = SMALL.replace('"relu"', '"rellu"') + "[fit]\nepoch = 3\n"
    assert "gives 2 x `(batch, 8)`" in said(text, '"Dense"', 2)
    assert "gives `(batch, 1)`" in said(text, '"y" }', 1)


@pytest.mark.parametrize(("old", "new", "word", "holds"), [
    ("[outputs", '[fit]\nx = "\n[outputs', '"Dense"', False),  # another header: who knows
    ("specc = 1\n", "specc = 1\nseed = \n", '"Dense"', False),
    ('"small"', '"small', '"Dense"', True),
    ('  { type = "Dense", units = 1', '  { type = "De\n  { type = "Dense", units = 1', '"hidden"',
     True),
    ('  { type = "Dense", units = 1', '  { type = "De\n  { type = "Dense", units = 1', '"y" }',
     False),
    ("units = 8", "units = 8 8", '"hidden"', False),
    ("shape = [4]", "shape = [4", '"hidden"', False),
    ("depth = 2", "depth = 2\nx = [", '"hidden"', False),
])
def test_the_last_good_plan_counts_where_it_must_hold(old: str, new: str, word: str,
                                                      holds: bool) -> None:
    broken = SMALL.replace(old, new)
    assert checked(broken, FILE).plan is None
    text = said(broken, word, 1, before=SMALL)
    assert ("gives `" in text or "gives 2" in text) is holds
    assert "**Dense**" in text


def test_what_is_used_again_is_not_sure() -> None:
    """Another copy of a block enters it with what the first gave; so does a further call."""
    broken = BLOCKS.replace('{ type = "ReLU", when', '{ type = "ReL, when')
    assert "gives `" not in said(broken, '"a"', 1, before=BLOCKS)
    called = SMALL.replace("]\n[outputs", '  { call = "hidden", inputs = "y" },\n]\n[outputs')
    for text in (SMALL, called):
        broken = text.replace('units = 1, name = "y"', 'units = , name = "y"')
        assert ("gives 2" in said(broken, '"hidden"', 1, before=text)) is (text is SMALL)


# -- laws -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("file", SPECS, ids=lambda file: file.name)
def test_every_position_of_every_spec(file: Path) -> None:
    text = content(file)
    there, plan, said_of = here(text, file), plan_of(text, file), 0
    for offset in range(len(text) + 1):
        found = hover(there, plan, offset)
        if found is not None:
            assert found.begin <= offset <= found.end
            assert found.markdown.strip()
            said_of += 1
    assert said_of > len(text) / 4


@pytest.mark.parametrize("file", EVERY, ids=lambda file: file.name)
def test_every_key_of_the_language_is_explained(file: Path) -> None:
    text = content(file)
    there, plan = here(text, file), plan_of(text, file)
    known_ = [path for path, _ in leaves(tree_of(text)) if isinstance(path[-1], str)
              and path[:1] not in (("params",), ("expect",), ("blocks",), ("lint",))
              and "class_weight" not in path and path[:2] != ("tune", "space")]
    for path in known_:
        part = there.outline.key(path)
        assert part is not None
        found = hover(there, plan, part.begin)
        trusted = ":" in str(there.at((*path[:-1], "type"))) or "with" in path
        assert found is not None or trusted, path


VALUES = st.sampled_from(["1", "2", "5", "3e-3", '"relu"', '"same"', '"=units"', "true", "[2, 2]",
                          '"mae"', '{ type = "ReLU" }', '"x"', ""])


TEXTS = [SMALL, BLOCKS, *(text for text in map(content, SPECS) if "extends" not in text)]


@given(st.sampled_from(TEXTS), st.data())
@settings(max_examples=120)
def test_what_holds_is_so(text: str, data: st.DataObject) -> None:
    """A value is replaced, or a line doubled or dropped. Where both texts have a plan, all that
    the old one is said to know still is what the new one knows."""
    parts = [one for one in outline(text, False).parts if one.role in ("text", "value", "table")
             and one.end > one.begin]
    part = data.draw(st.sampled_from(parts))
    new = text[:part.begin] + data.draw(VALUES) + text[part.end:]
    if data.draw(st.booleans()):
        lines = text.split("\n")
        at_ = data.draw(st.integers(0, len(lines) - 1))
        new = "\n".join(lines[:at_] + lines[at_:at_ + 1] * data.draw(st.sampled_from([0, 2]))
                        + lines[at_ + 1:])
    old, now = (known(checked(one, FILE), one) for one in (text, new))
    assert old is not None
    assume(now is not None and new != text)
    kept = carried(old, new)
    for path, stamps in old.stamps.items() if kept else ():
        if kept is not None and now is not None and kept.holds(path):
            assert list(facts(old.plan, path, stamps)) == list(
                facts(now.plan, path, now.stamps[path])), (path, new)


@given(st.sampled_from(EVERY), st.data())
@settings(max_examples=80)
def test_mutilated_documents(file: Path, data: st.DataObject) -> None:
    text = content(file)
    cut = data.draw(st.integers(0, len(text)))
    put = data.draw(st.sampled_from(["", '"', "[", "{ type = ", "\n[", "= 3"]))
    whole = text[:cut] + put + data.draw(st.sampled_from(["", text[cut:]]))
    plan = plan_of(whole, file, text)
    there = here(whole, file)
    for offset in {cut, *range(0, len(whole) + 1, 61)}:
        hover(there, plan, offset)


def test_equal_copies_stand_once() -> None:
    assert listed(["a", "a", "b", "a"]) == "2 x a, b, a"
    assert listed(map(str, range(20))) == "0, 1, 2, 3, 4, 5, 6, 7, ..."


def test_hints_are_short() -> None:
    found = plan_of(BLOCKS, FILE)
    assert found is not None
    shown = {path[-1]: hint(found.plan, stamps) for path, stamps in found.stamps.items()
             if path[:2] == ("model", "layers") and len(path) == 3}
    assert shown == {0: "2 x (batch, 8)  112 params", 1: "(batch, 4)  36 params",
                     2: "(batch, 8), ..., (batch, 12)  262 params", 3: "(batch, 3)  39 params",
                     4: "(batch, 1)  4 params"}
