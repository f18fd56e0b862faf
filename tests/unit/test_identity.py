"""Identity: what a spec means decides its hashes, not how it is written."""

from __future__ import annotations

import json
import runpy
import struct
import tomllib
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specc.identity import Hashes, canonical, canonical_json, hashes, resolved, saved_files
from specc.ir.plan import Plan
from specc.ops import table
from specc.pipeline import check_file, check_text

ROOT = Path(__file__).parents[2]
STORED = ROOT / "golden" / "hashes.json"
PARTS = ("model", "data", "training")

BASE = """
specc = 1
name = "base"
seed = 3
[data]
source = "iris"
split = { validation = 0.2, test = 0.2 }
[inputs.flower]
columns = ["sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)"]
scale = "standard"
[model]
kind = "sequential"
layers = [
  { type = "Dense", units = 16, activation = "relu", name = "hidden" },
  { type = "Dropout", rate = 0.5 },
  { type = "Dense", units = 3, activation = "softmax", name = "species" },
]
[outputs.species]
task = "multiclass"
target = "species"
loss = "sparse_categorical_crossentropy"
metrics = ["accuracy"]
[compile]
optimizer = { type = "Adam", learning_rate = 0.01 }
[fit]
epochs = 5
callbacks = [{ type = "EarlyStopping", patience = 2 }]
"""

IMAGE = """
specc = 1
[blocks.unit]
params = { filters = 8, kernel = 3 }
layers = [
  { type = "Conv2D", filters = "=filters", kernel_size = "=kernel", padding = "same" },
  { type = "ReLU" },
]
[inputs.image]
shape = [8, 8, 1]
[model]
kind = "functional"
layers = [
%s
  { type = "GlobalAveragePooling2D" },
  { type = "Dense", units = 1, name = "y" },
]
[outputs.y]
task = "regression"
"""

PINNED = Hashes(
    model="260a43c8dd28472b0abb6be489c01cf97fefcb569d1d7c9034721e963daa2eb2",
    data="be90bedc3a142113c8468bb9376ee378f79e150a8e153bb8057c95fe2b1f064b",
    training="a99ded58fea006ac009099d74c4ce74d3e272f6911af6f12b1164c03778a9f78",
    all="3376f49bb24744a724b3cb773e36eccda62553867e0b54ad6c19b128e0586174",
)


def plan_of(text: str, kind: Literal["toml", "json"] = "toml") -> Plan:
    checked = check_text(text.encode(), f"spec.specc.{kind}", kind)
    assert checked.ok, [one.message for one in checked.errors]
    assert checked.plan is not None
    return checked.plan


def changed(text: str, old: str, new: str) -> str:
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times"
    return text.replace(old, new)


def moved(before: Hashes, after: Hashes) -> set[str]:
    """The parts that differ; the whole differs exactly when one of them does."""
    parts = {part for part in PARTS if getattr(before, part) != getattr(after, part)}
    assert (before.all != after.all) == bool(parts)
    return parts


# what is written another way and means the same: (what, old, new)
SAME = (
    ("name", 'name = "base"', 'name = "other"\ndescription = "of iris"'),
    ("kind", '"sequential"', '"functional"'),
    ("alias of a loss", '"sparse_categorical_crossentropy"', '"SparseCategoricalCrossentropy"'),
    ("table of a loss", '"sparse_categorical_crossentropy"',
     '{ type = "SparseCategoricalCrossentropy", from_logits = false, name = "l" }'),
    ("filled-in loss", 'loss = "sparse_categorical_crossentropy"\n', ""),
    ("filled-in labels", 'task = "multiclass"', 'task = "multiclass"\nlabels = "index"'),
    ("metric resolved", '["accuracy"]', '["SparseCategoricalAccuracy"]'),
    ("metric named", '["accuracy"]',
     '[{ type = "SparseCategoricalAccuracy", name = "acc" }]'),
    ("alias of an activation", 'activation = "relu"', 'activation = { type = "relu" }'),
    ("default of a layer", "units = 16", "units = 16, use_bias = true"),
    ("default initializer", "units = 16",
     'units = 16, kernel_initializer = { type = "GlorotUniform", seed = "=none" }'),
    ("default null", "units = 16", 'units = 16, kernel_regularizer = "=none"'),
    ("integer in a float slot", "rate = 0.5", 'rate = 0.5, noise_shape = "=none"'),
    ("default of an optimizer", "learning_rate = 0.01",
     'learning_rate = 0.01, beta_1 = 0.9, name = "mine"'),
    ("written number", "learning_rate = 0.01", "learning_rate = 1e-2"),
    ("expression", "units = 16", 'units = "=4 * 4"'),
    ("default of fit", "epochs = 5", "epochs = 5\nbatch_size = 32\nshuffle = true"),
    ("default of compile", "[compile]", '[compile]\njit_compile = "auto"'),
    ("default of a callback", "patience = 2", 'patience = 2, monitor = "val_loss", min_delta = 0'),
    ("specc's name of a monitor", "patience = 2", 'patience = 2, monitor = "validation.loss"'),
    ("output's own loss", "patience = 2", 'patience = 2, monitor = "val.species.loss"'),
    ("default of a split", "test = 0.2 }", "test = 0.2, seed = 0 }"),
    ("default shape", 'scale = "standard"', 'scale = "standard"\nshape = [4]'),
    ("default dtype", 'scale = "standard"', 'scale = "standard"\ndtype = "float32"'),
    ("default missing", 'scale = "standard"', 'scale = "standard"\nmissing = "error"'),
    ("column as a table", '"sepal width (cm)"',
     '{ name = "sepal width (cm)", scale = "standard" }'),
    ("default weight", 'task = "multiclass"', 'task = "multiclass"\nweight = 1.0\nthreshold = 0.5'),
    ("from", 'task = "multiclass"', 'task = "multiclass"\nfrom = "species"'),
    ("trainable", "units = 16", "units = 16, trainable = true"),
    ("inputs written", 'name = "hidden"', 'name = "hidden", inputs = "flower"'),
    ("left-out layer", "{ type = \"Dropout\", rate = 0.5 },",
     '{ type = "Dropout", rate = 0.5 }, { type = "ReLU", when = "=1 > 2" },'),
    ("budget", "[fit]", "[budget]\nparams = 1000\n[fit]"),
    ("expect", "[fit]", '[expect]\n"test.species.accuracy" = { min = 0.5 }\n[fit]'),
    ("golden", "[fit]", "[golden]\nepochs = 2\n[fit]"),
    ("params and tune", "[fit]", "[params]\nx = 1\n[tune.space]\nx = [1, 2]\n[fit]"),
    ("lint", "[fit]", '[lint]\nignore = { XX999 = "none here" }\n[fit]'),
)

# what changes the meaning, and the parts it changes: (what, old, new, parts)
REAL = (
    ("units", "units = 16", "units = 17", {"model"}),
    ("activation", '"relu"', '"gelu"', {"model"}),
    ("layer name", 'name = "hidden"', 'name = "first"', {"model"}),
    ("layer", '{ type = "Dropout", rate = 0.5 },', "", {"model"}),
    ("rate", "rate = 0.5", "rate = 0.25", {"model"}),
    ("seed of an initializer", "units = 16",
     'units = 16, kernel_initializer = { type = "GlorotUniform", seed = 1 }', {"model"}),
    ("regularizer", "units = 16", 'units = 16, kernel_regularizer = "l2"', {"model"}),
    ("frozen", "units = 16", "units = 16, trainable = false", {"model"}),
    ("call arguments", "rate = 0.5", "rate = 0.5, with = { training = false }", {"model"}),
    ("subclassed", '"sequential"', '"subclassed"', {"model"}),
    ("policy", '"sequential"', '"sequential"\ndtype = "mixed_float16"', {"model"}),
    ("source", 'source = "iris"', 'source = "flowers.csv"', {"data"}),
    ("split", "validation = 0.2", "validation = 0.25", {"data"}),
    ("split seed", "test = 0.2 }", "test = 0.2, seed = 1 }", {"data"}),
    ("scale", 'scale = "standard"', 'scale = "minmax"', {"data"}),
    ("missing", 'scale = "standard"', 'scale = "standard"\nmissing = "mean"', {"data"}),
    ("order of columns", '"sepal length (cm)", "sepal width (cm)"',
     '"sepal width (cm)", "sepal length (cm)"', {"data"}),
    ("fewer columns", ', "petal width (cm)"', "", {"data", "model"}),
    ("promised range", 'scale = "standard"', 'scale = "standard"\nrange = [-5, 5]', {"data"}),
    ("classes", 'task = "multiclass"',
     'task = "multiclass"\nclasses = ["virginica", "versicolor", "setosa"]', {"data"}),
    ("seed", "seed = 3", "seed = 4", {"training"}),
    ("learning rate", "learning_rate = 0.01", "learning_rate = 0.02", {"training"}),
    ("optimizer", '"Adam"', '"SGD"', {"training"}),
    ("epochs", "epochs = 5", "epochs = 6", {"training"}),
    ("batch size", "epochs = 5", "epochs = 5\nbatch_size = 16", {"training"}),
    ("shuffle", "epochs = 5", "epochs = 5\nshuffle = false", {"training"}),
    ("patience", "patience = 2", "patience = 3", {"training"}),
    ("monitor", "patience = 2", 'patience = 2, monitor = "val_accuracy"', {"training"}),
    ("no callback", 'callbacks = [{ type = "EarlyStopping", patience = 2 }]', "", {"training"}),
    ("loss", '"sparse_categorical_crossentropy"', '"categorical_crossentropy"', {"training"}),
    ("metric", '["accuracy"]', '["accuracy", "SparseTopKCategoricalAccuracy"]', {"training"}),
    ("weight", 'task = "multiclass"', 'task = "multiclass"\nweight = 0.5', {"training"}),
    ("class weight", 'task = "multiclass"',
     'task = "multiclass"\nclass_weight = "balanced"', {"training"}),
    ("steps", "[compile]", "[compile]\nsteps_per_execution = 2", {"training"}),
    ("starting weights", '"sequential"', '"sequential"\nweights = "runs/a/model.keras"',
     {"training"}),
)

# a macro and what it expands to, as entries of IMAGE
MACROS = (
    ("block",
     '{ block = "unit", name = "a" },',
     '{ type = "Conv2D", filters = 8, kernel_size = 3, padding = "same", name = "a_conv2d" },'
     '{ type = "ReLU", name = "a_re_lu" },'),
    ("block with parameters",
     '{ block = "unit", name = "a", filters = 4, kernel = 5 },',
     '{ type = "Conv2D", filters = 4, kernel_size = [5, 5], padding = "same",'
     ' name = "a_conv2d" },'
     '{ type = "ReLU", name = "a_re_lu" },'),
    ("group",
     '{ name = "g", layers = [{ type = "ReLU", name = "r" }, { type = "ReLU", name = "s" }] },',
     '{ type = "ReLU", name = "g_r" }, { type = "ReLU", name = "g_s" },'),
    ("repeat",
     '{ type = "Conv2D", filters = "=4 * (i + 1)", kernel_size = 3, repeat = 2, name = "c" },',
     '{ type = "Conv2D", filters = 4, kernel_size = 3, name = "c_1" },'
     '{ type = "Conv2D", filters = 8, kernel_size = 3, name = "c_2" },'),
    ("call of a group",
     '{ name = "g", layers = [{ type = "Conv2D", filters = 1, kernel_size = 1, name = "c" }] },'
     '{ call = "g" },',
     '{ type = "Conv2D", filters = 1, kernel_size = 1, name = "g_c" }, { call = "g_c" },'),
    ("alias of a layer",
     '{ type = "MaxPool2D", name = "p" },',
     '{ type = "MaxPooling2D", pool_size = [2, 2], name = "p" },'),
    ("reference",
     '{ type = "ReLU", name = "r" }, { type = "Add", inputs = ["@prev", "image"], name = "s" },',
     '{ type = "ReLU", name = "r" }, { type = "Add", inputs = ["r", "image"], name = "s" },'),
)


def test_collections_are_not_empty() -> None:
    assert len(SAME) > 30
    assert len(REAL) > 30
    assert len(MACROS) > 5


@pytest.mark.parametrize(("old", "new"), [one[1:] for one in SAME], ids=[one[0] for one in SAME])
def test_another_way_to_write_it_changes_nothing(old: str, new: str) -> None:
    before, after = plan_of(BASE), plan_of(changed(BASE, old, new))
    assert canonical(after) == canonical(before)
    assert hashes(after) == hashes(before)


@pytest.mark.parametrize(("old", "new", "parts"), [one[1:] for one in REAL],
                         ids=[one[0] for one in REAL])
def test_a_real_change_changes_its_part(old: str, new: str, parts: set[str]) -> None:
    assert moved(hashes(plan_of(BASE)), hashes(plan_of(changed(BASE, old, new)))) == parts


@pytest.mark.parametrize(("macro", "expansion"), [one[1:] for one in MACROS],
                         ids=[one[0] for one in MACROS])
def test_macro_is_its_expansion(macro: str, expansion: str) -> None:
    short, long = plan_of(IMAGE % macro), plan_of(IMAGE % expansion)
    assert canonical(short) == canonical(long)
    assert hashes(short) == hashes(long)


def test_wide_and_deep_is_a_functional_model() -> None:
    rest = """
[inputs.a]
shape = [2]
[inputs.b]
shape = [3]
[outputs.y]
task = "regression"
[model]
"""
    wide = plan_of("specc = 1" + rest + """kind = "wide_and_deep"
head = [{ type = "Dense", units = 1, name = "y" }]
wide = { input = "a" }
deep = { input = "b", layers = [{ type = "Dense", units = 4, name = "h" }] }
""")
    plain = plan_of("specc = 1" + rest + """kind = "functional"
layers = [
  { type = "Dense", units = 4, name = "h", inputs = "b" },
  { type = "Concatenate", inputs = ["a", "h"] },
  { type = "Dense", units = 1, name = "y" },
]
""")
    assert hashes(wide) == hashes(plain)


def test_positional_and_named_inputs_are_one() -> None:
    rest = """
specc = 1
[inputs.x]
shape = [5, 8]
[outputs.y]
task = "regression"
[model]
kind = "functional"
layers = [
  { type = "MultiHeadAttention", num_heads = 2, key_dim = 4, inputs = %s },
  { type = "Dense", units = 1, name = "y" },
]
"""
    positional = plan_of(rest % '["x", "x"]')
    named = plan_of(rest % '{ value = "x", query = "x" }')
    assert hashes(positional) == hashes(named)
    assert canonical(named)["model"]["calls"]["multi_head_attention"]["named"] == {
        "query": "x", "value": "x"}


def turned(tree: Any) -> Any:
    """The same tables with their keys in the opposite order."""
    if isinstance(tree, dict):
        return {key: turned(value) for key, value in reversed(tree.items())}
    return [turned(one) for one in tree] if isinstance(tree, list) else tree


def test_toml_and_json_twins_and_the_order_of_tables() -> None:
    tree = tomllib.loads(BASE)
    twin = hashes(plan_of(json.dumps(tree), "json"))
    assert twin == hashes(plan_of(BASE))
    assert json.dumps(turned(tree)) != json.dumps(tree)
    assert hashes(plan_of(json.dumps(turned(tree)), "json")) == twin


def test_all_columns_is_not_the_pattern_of_all() -> None:
    columns = next(line for line in BASE.splitlines() if line.startswith("columns"))
    rest = plan_of(changed(BASE, columns, ""))
    every = plan_of(changed(BASE, columns, 'columns = ["*"]'))
    assert hashes(rest).data != hashes(every).data


def test_bytes_of_the_source_stand_for_its_name() -> None:
    here = plan_of(changed(BASE, 'source = "iris"', 'source = "a.csv"'))
    there = plan_of(changed(BASE, 'source = "iris"', 'source = "sub/../b.csv"'))
    assert hashes(here).data != hashes(there).data
    assert hashes(here, "00ff") == hashes(there, "00ff")
    assert moved(hashes(here, "00ff"), hashes(here, "00fe")) == {"data"}
    assert canonical(there)["data"]["source"] == "b.csv"


def test_bytes_of_saved_parts_belong_to_the_model() -> None:
    text = IMAGE % '{ model = "parts/a.keras", output_shape = [8, 8, 4] },'
    plan = plan_of(text)
    assert saved_files(plan) == ("parts/a.keras",)
    one = hashes(plan, files={"parts/a.keras": "aa"})
    two = hashes(plan, files={"parts/a.keras": "bb"})
    assert moved(one, two) == {"model"}


def test_hashes_do_not_depend_on_files_being_there(tmp_path: Path) -> None:
    text = changed(BASE, 'source = "iris"', 'source = "flowers.csv"').encode()
    spec = tmp_path / "a.specc.toml"
    spec.write_bytes(text)
    absent = check_file(str(spec)).plan
    (tmp_path / "flowers.csv").write_text(
        "sepal length (cm),sepal width (cm),petal length (cm),petal width (cm),species\n"
        "1,2,3,4,a\n", encoding="utf-8")
    present = check_file(str(spec)).plan
    assert absent is not None
    assert present is not None
    assert hashes(absent) == hashes(present)


def test_whole_numbers_beyond_json_stay_apart() -> None:
    file = changed(BASE, 'source = "iris"', 'source = "flowers.csv"')
    text = changed(file, 'task = "multiclass"', 'task = "multiclass"\nclasses = [1, 2, %d]')
    one, two = plan_of(text % (2**60)), plan_of(text % (2**60 + 1))
    assert hashes(one).data != hashes(two).data


def test_resolved_holds_the_form_and_its_hashes() -> None:
    plan = plan_of(BASE)
    found = resolved(plan)
    assert json.loads(json.dumps(found)) == found
    assert found["canonical"] == canonical(plan)
    assert found["hashes"]["all"] == hashes(plan).all
    assert set(found["hashes"]) == {*PARTS, "all"}
    assert found["canonical"]["model"]["layers"]["hidden"] == {
        "type": "Dense", "units": 16, "activation": "relu"}


def test_the_form_has_not_moved() -> None:
    """A change here changes the hash of every spec: raise `FORM` with it, and say so."""
    assert hashes(plan_of(BASE)) == PINNED


# -- RFC 8785 -------------------------------------------------------------------------------------

# Source: RFC 8785, appendix B (IEEE 754 bits and the number as written), and section 3.2.
NUMBERS = (
    ("0000000000000000", "0"), ("8000000000000000", "0"), ("0000000000000001", "5e-324"),
    ("8000000000000001", "-5e-324"), ("7fefffffffffffff", "1.7976931348623157e+308"),
    ("ffefffffffffffff", "-1.7976931348623157e+308"), ("4340000000000000", "9007199254740992"),
    ("c340000000000000", "-9007199254740992"), ("4430000000000000", "295147905179352830000"),
    ("44b52d02c7e14af5", "9.999999999999997e+22"), ("44b52d02c7e14af6", "1e+23"),
    ("44b52d02c7e14af7", "1.0000000000000001e+23"), ("444b1ae4d6e2ef4e", "999999999999999700000"),
    ("444b1ae4d6e2ef4f", "999999999999999900000"), ("444b1ae4d6e2ef50", "1e+21"),
    ("3eb0c6f7a0b5ed8c", "9.999999999999997e-7"), ("3eb0c6f7a0b5ed8d", "0.000001"),
    ("41b3de4355555553", "333333333.3333332"), ("41b3de4355555554", "333333333.33333325"),
    ("41b3de4355555555", "333333333.3333333"), ("41b3de4355555556", "333333333.3333334"),
    ("41b3de4355555557", "333333333.33333343"), ("becbf647612f3696", "-0.0000033333333333333333"),
    ("43143ff3c1cb0959", "1424953923781206.2"),
)


@pytest.mark.parametrize(("bits", "written"), NUMBERS)
def test_numbers_are_written_as_ecmascript_does(bits: str, written: str) -> None:
    assert canonical_json(struct.unpack(">d", bytes.fromhex(bits))[0]) == written.encode()


def test_texts_and_keys_as_the_rfc_has_them() -> None:
    value = {"numbers": [333333333.33333329, 1e30, 4.50, 2e-3, 0.000000000000000000000000001],
             "string": "\u20ac$\u000f\u000aA'\u0042\u0022\u005c\\\"/",
             "literals": [None, True, False]}
    assert canonical_json(value) == (
        b'{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
        b'"string":"\xe2\x82\xac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}')
    keys = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]
    assert list(json.loads(canonical_json(dict.fromkeys(keys)))) == [
        "\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]


TEXT = st.text(st.characters(codec="utf-8"), max_size=8)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-2**53 + 1, 2**53 - 1) | TEXT
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=20)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(VALUES)
def test_canonical_json_is_json_and_settles(value: Any) -> None:
    once = canonical_json(value)
    again = json.loads(once, parse_int=float)
    assert again == value
    assert canonical_json(again) == once


# -- the specs of the repository ------------------------------------------------------------------

SPECS = [one for folder in (ROOT / "specs", ROOT.parent / "shared" / "language")
         for one in sorted(folder.rglob("*.specc.toml"))]


def read(path: Path) -> Any:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def hashes_of(tree: Any, path: Path) -> Hashes | None:
    """The hashes of a tree as if it stood in the file; None of a spec with errors."""
    checked = check_text(json.dumps(tree).encode(), str(path), "json")
    return hashes(checked.plan) if checked.plan is not None and checked.ok else None


def with_defaults(tree: Any) -> Any:
    """The same with every default of Keras written out, in layers and in what they hold."""
    if isinstance(tree, list):
        return [with_defaults(one) for one in tree]
    if not isinstance(tree, dict):
        return tree
    entry = table.entry("layer", str(tree.get("type")))
    defaults = {key: one.default for key, one in entry.params.items()
                if not one.required and "refused" not in one.text} if entry else {}
    return {**defaults, **{key: with_defaults(one) for key, one in tree.items()}}


def test_there_are_specs() -> None:
    assert len(SPECS) > 10


@pytest.mark.parametrize("path", SPECS, ids=[f"{one.parent.name}/{one.name}" for one in SPECS])
def test_a_spec_is_the_same_in_any_order_and_with_defaults_written(path: Path) -> None:
    tree = read(path)
    found = hashes_of(tree, path)
    if found is None:
        assert "labmodels" in path.read_text(encoding="utf-8"), "only a trusted spec has errors"
        return
    assert hashes_of(turned(tree), path) == found
    full = {**tree, "model": with_defaults(tree.get("model", {})),
            "blocks": with_defaults(tree.get("blocks", {}))}
    assert json.dumps(full) != json.dumps(tree) or "model" not in tree
    assert hashes_of(full, path) == found


def test_hashes_of_all_specs_are_the_stored_ones() -> None:
    stored = json.loads(STORED.read_text(encoding="utf-8"))
    found = runpy.run_path(str(ROOT / "scripts" / "make_hashes.py"))["hashes_of_specs"]()
    assert found, "no spec under specs/ is without errors"
    assert found == stored, (
        "a spec or the canonical form changed: if that was meant, run "
        "`python scripts/make_hashes.py`")
