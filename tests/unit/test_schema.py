"""The JSON Schema: draft 7, every good spec passes, a broken one fails where it is broken."""

from __future__ import annotations

import copy
import json
import re
import runpy
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator
from jsonschema.exceptions import best_match

from specc.ops import docs, table
from specc.ops.types import CATEGORIES
from specc.pipeline import check_text
from specc.schema import DRAFT, schema
from specc.schema.operators import slug
from specc.schema.says import SAYS, WORDS
from specc.schema.tables import WRITTEN
from specc.syntax import form
from unit.wrong_values import PARAMS, admits, candidates

ROOT = Path(__file__).parents[2]
CASES = ROOT.parent / "shared" / "language"
SPECS = sorted((ROOT / "specs").rglob("*.specc.*"))
LATER_DRAFTS = {"$defs", "prefixItems", "unevaluatedProperties", "unevaluatedItems",
                "dependentRequired", "dependentSchemas", "minContains", "maxContains",
                "$dynamicRef", "$anchor"}


@pytest.fixture(scope="module")
def whole() -> dict[str, Any]:
    return schema()


@pytest.fixture(scope="module")
def validator(whole: dict[str, Any]) -> Draft7Validator:
    return Draft7Validator(whole)


def read(path: Path) -> Any:
    text = path.read_text(encoding="utf-8-sig")
    return json.loads(text) if path.suffix == ".json" else tomllib.loads(text)


def said(validator: Draft7Validator, document: Any) -> list[tuple[str, str]]:
    """Path and message of every error, of alternatives the best."""
    best = [best_match([one]) for one in validator.iter_errors(document)]
    return [("/".join(map(str, one.absolute_path)), one.message) for one in best
            if one is not None]


def good() -> dict[str, Any]:
    return tomllib.loads("""
specc = 1
name = "good"
seed = 1
[params]
units = 8
[data]
source = "iris"
split = { validation = 0.2, test = 0.2 }
[inputs.x]
columns = ["a", { name = "b", scale = "standard" }]
[model]
kind = "functional"
layers = [
  { type = "Conv1D", filters = "=units", kernel_size = 3, name = "first", inputs = "x" },
  { type = "Bidirectional", layer = { type = "LSTM", units = 4 } },
  { name = "g", layers = [{ type = "Dense", units = 2, activation = "relu" }], repeat = 2 },
  { block = "b", width = 3 },
  { call = "first" },
  { model = "part.keras", trainable = false },
]
[blocks.b]
params = { width = 2 }
layers = [{ type = "Dense", units = "=width" }]
[outputs.y]
task = "regression"
loss = { type = "Huber", delta = 2 }
metrics = ["mae", { type = "MeanSquaredError", name = "error" }]
[compile.optimizer]
type = "Adam"
learning_rate = { type = "CosineDecay", initial_learning_rate = 1e-3, decay_steps = 10 }
[fit]
epochs = 3
callbacks = [{ type = "EarlyStopping", patience = 2 }]
[tune.space]
units = { int = [2, 8] }
[budget]
params = 1000
flops = { max = 10 }
[expect]
"test.y.mae" = { max = 1.0 }
""")


REMOVE = object()

# what is wrong, where it is put, what is put there, where the error must be found
BROKEN: tuple[tuple[str, str, Any, str], ...] = (
    ("unknown table", "modle", {}, ""),
    ("unknown key", "fit/epoch", 3, "fit"),
    ("version", "specc", 2, "specc"),
    ("no version", "specc", REMOVE, ""),
    ("no model", "model", REMOVE, ""),
    ("no kind", "model/kind", REMOVE, "model"),
    ("unknown kind", "model/kind", "seqential", "model/kind"),
    ("text for a number", "fit/epochs", "3", "fit/epochs"),
    ("zero epochs", "fit/epochs", 0, "fit/epochs"),
    ("fraction", "data/split/validation", 1.5, "data/split/validation"),
    ("negative seed", "seed", -1, "seed"),
    ("unknown scale", "inputs/x/columns/1/scale", "stanard", "inputs/x/columns/1/scale"),
    ("unknown key of a column", "inputs/x/columns/1/scal", "standard", "inputs/x/columns/1"),
    ("number for a column", "inputs/x/columns/0", 3, "inputs/x/columns/0"),
    ("shape", "inputs/x/shape", [8, 0], "inputs/x/shape/1"),
    ("range of three", "inputs/x/range", [0, 1, 2], "inputs/x/range"),
    ("input named with a dash", "inputs/a-b", {}, "inputs"),
    ("unknown layer", "model/layers/0/type", "Conv1", "model/layers/0/type"),
    ("refused layer", "model/layers/0/type", "Lambda", "model/layers/0/type"),
    ("unknown argument", "model/layers/0/filter", 3, "model/layers/0"),
    ("missing argument", "model/layers/0/filters", REMOVE, "model/layers/0"),
    ("argument of another type", "model/layers/0/kernel_size", "3", "model/layers/0/kernel_size"),
    ("argument too small", "model/layers/0/filters", 0, "model/layers/0/filters"),
    ("argument too long", "model/layers/0/kernel_size", [3, 3], "model/layers/0/kernel_size"),
    ("unknown word", "model/layers/0/padding", "sam", "model/layers/0/padding"),
    ("unknown activation", "model/layers/2/layers/0/activation", "rleu",
     "model/layers/2/layers/0/activation"),
    ("argument of a nested layer", "model/layers/1/layer/unit", 3, "model/layers/1/layer"),
    ("name of a nested layer", "model/layers/1/layer/name", "n", "model/layers/1/layer/name"),
    ("kind of a nested layer", "model/layers/1/layer/type", "Dense", "model/layers/1/layer/type"),
    ("bad name", "model/layers/0/name", "9th", "model/layers/0/name"),
    ("entry without meaning", "model/layers/3/block", REMOVE, "model/layers/3"),
    ("two meanings", "model/layers/4/type", "ReLU", "model/layers/4"),
    ("argument of a group", "model/layers/2/units", 3, "model/layers/2"),
    ("negative repeat", "model/layers/2/repeat", -1, "model/layers/2/repeat"),
    ("stateful", "model/layers/1/layer/stateful", True, "model/layers/1/layer/stateful"),
    ("no layers in a block", "blocks/b/layers", [], "blocks/b/layers"),
    ("layer in a block", "blocks/b/layers/0/type", "Dnse", "blocks/b/layers/0/type"),
    ("no task", "outputs/y/task", REMOVE, "outputs/y"),
    ("unknown task", "outputs/y/task", "regresion", "outputs/y/task"),
    ("unknown loss", "outputs/y/loss", "msee", "outputs/y/loss"),
    ("argument of a loss", "outputs/y/loss/delta", "2", "outputs/y/loss/delta"),
    ("unknown metric", "outputs/y/metrics/0", "maee", "outputs/y/metrics/0"),
    ("argument of a metric", "outputs/y/metrics/1/from", 3, "outputs/y/metrics/1"),
    ("one class", "outputs/y/classes", 1, "outputs/y/classes"),
    ("class weight", "outputs/y/class_weight", "balance", "outputs/y/class_weight"),
    ("unknown optimizer", "compile/optimizer/type", "Adma", "compile/optimizer/type"),
    ("argument of an optimizer", "compile/optimizer/lr", 0.1, "compile/optimizer"),
    ("optimizer without type", "compile/optimizer/type", REMOVE, "compile/optimizer"),
    ("argument of a schedule", "compile/optimizer/learning_rate/decay_steps", "ten",
     "compile/optimizer/learning_rate/decay_steps"),
    ("missing argument of a schedule", "compile/optimizer/learning_rate/decay_steps", REMOVE,
     "compile/optimizer/learning_rate"),
    ("loss of Keras's compile", "compile/loss", "mse", "compile"),
    ("refused callback", "fit/callbacks/0/type", "LambdaCallback", "fit/callbacks/0/type"),
    ("argument of a callback", "fit/callbacks/0/patience", "two", "fit/callbacks/0/patience"),
    ("empty choices", "tune/space/units", [], "tune/space/units"),
    ("interval of texts", "tune/space/units/int", ["a", "b"], "tune/space/units/int/0"),
    ("budget of text", "budget/params", "many", "budget/params"),
    ("unknown bound", "budget/flops/most", 3, "budget/flops"),
    ("bound of text", "expect/test.y.mae/max", "low", "expect/test.y.mae/max"),
    ("reason missing", "lint", {"ignore": {"PA101": ""}}, "lint/ignore/PA101"),
)


def broken(path: str, value: Any) -> Any:
    document = copy.deepcopy(good())
    *steps, last = (int(step) if step.isdigit() else step for step in path.split("/"))
    into: Any = document
    for step in steps:
        into = into[step]
    if value is REMOVE:
        del into[last]
    else:
        into[last] = value
    return document


def test_collections_are_not_empty() -> None:
    assert len(BROKEN) >= 15
    assert SPECS, "no spec under specs/"


def test_schema_is_draft_7(whole: dict[str, Any]) -> None:
    assert whole["$schema"] == DRAFT == Draft7Validator.META_SCHEMA["$id"]
    Draft7Validator.check_schema(whole)
    used = {key for part in parts(whole) for key in part}
    assert "definitions" in used
    assert not used & LATER_DRAFTS


def parts(tree: Any) -> Iterator[Mapping[str, Any]]:
    """Every schema in a schema, and every table of them."""
    if isinstance(tree, dict):
        yield tree
    for one in tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ():
        yield from parts(one)


def test_every_reference_leads_to_a_definition_and_all_are_used(whole: dict[str, Any]) -> None:
    refs = {part["$ref"] for part in parts(whole) if isinstance(part.get("$ref"), str)}
    known = {f"#/definitions/{name}" for name in whole["definitions"]}
    assert refs == known


def test_committed_schema_is_current() -> None:
    make = runpy.run_path(str(ROOT / "scripts" / "make_schema.py"))
    current = make["text"]()
    assert make["FILE"].read_text(encoding="utf-8") == current, "run scripts/make_schema.py"
    assert len(current.encode()) < 1_000_000


def test_the_good_spec_is_good(validator: Draft7Validator) -> None:
    assert said(validator, good()) == []


@pytest.mark.parametrize("path", SPECS, ids=[one.relative_to(ROOT).as_posix() for one in SPECS])
def test_specs_of_the_repository_pass(validator: Draft7Validator, path: Path) -> None:
    assert said(validator, read(path)) == []


@pytest.mark.skipif(not CASES.is_dir(), reason=f"the conformance cases are not at {CASES}")
def test_conformance_cases_pass(validator: Draft7Validator) -> None:
    cases = sorted(CASES.glob("*.specc.*"))
    assert len(cases) >= 25
    assert {one.name: found for one in cases if (found := said(validator, read(one)))} == {}


@pytest.mark.parametrize(("path", "value", "where"), [one[1:] for one in BROKEN],
                         ids=[one[0] for one in BROKEN])
def test_a_broken_spec_fails_where_it_is_broken(validator: Draft7Validator, path: str,
                                                value: Any, where: str) -> None:
    assert where in [at for at, _ in said(validator, broken(path, value))]


@pytest.mark.parametrize(("path", "value"), [one[1:3] for one in BROKEN],
                         ids=[one[0] for one in BROKEN])
def test_what_the_schema_refuses_specc_refuses(path: str, value: Any) -> None:
    assert errors(broken(path, value)) - errors(good())


def errors(document: Any) -> set[tuple[str, str, str]]:
    checked = check_text(json.dumps(document).encode(), "a.specc.json", "json")
    return {(one.code, one.where.pointer, one.message) for one in checked.errors}


# values that are good, however unusual: (where, what)
ALSO_GOOD: tuple[tuple[str, Any], ...] = (
    ("$schema", "../schemas/specc-1.schema.json"),
    ("fit/epochs", "=units"),
    ("data/split", "=half"),
    ("data/split/validation", "=1 / 5"),
    ("data/source", {"type": "make_moons", "n_samples": 100}),
    ("data/source", {"train": "a.csv", "test": "b.csv"}),
    ("compile/optimizer", "adam"),
    ("compile/optimizer", "ADAM"),
    ("compile/optimizer", "=optimizer"),
    ("compile/optimizer", {"type": "adam", "learning_rate": 0.1}),
    ("compile/optimizer/learning_rate", "=units / 10"),
    ("outputs/y/loss", "mse"),
    ("outputs/y/loss", "labs.losses:Mine"),
    ("outputs/y/metrics", ["accuracy", "acc", "=metric"]),
    ("outputs/y/target", {"input": "x"}),
    ("outputs/y/class_weight", {"no": 1, "yes": "=units"}),
    ("model/layers/0/type", "Convolution1D"),
    ("model/layers/0/type", "labs.layers:Mine"),
    ("model/layers/0/kernel_size", [3]),
    ("model/layers/0/kernel_size", ["=units"]),
    ("model/layers/0/padding", "=padding"),
    ("model/layers/0/activation", {"type": "relu"}),
    ("model/layers/0/activation", None),
    ("model/layers/0/kernel_initializer", {"type": "HeNormal", "seed": 1}),
    ("model/layers/0/kernel_initializer", "he_normal"),
    ("model/layers/0/kernel_regularizer", {"type": "L2", "l2": "=1 / 100"}),
    ("model/layers/0", {"type": "GroupNormalization", "groups": -1}),
    ("model/layers/0", {"type": "Pipeline", "layers": [{"type": "RandomFlip"}]}),
    ("fit/callbacks", [{"type": "CSVLogger", "filename": "a.csv", "separator": "\t"}]),
    ("model/layers/0/inputs", ["x"]),
    ("model/layers/0/inputs", {"query": "x", "state": ["x", "x"]}),
    ("model/layers/2/when", "=units > 4"),
    ("tune/space/units", ["=none", 1, {"type": "Adam", "learning_rate": {"log": [1e-4, 1]}}]),
    ("tune/space/units", {"int": [1, 8], "log": True}),
    ("tune/space/units", {"log": [0.1, 8], "when": "=units > 2"}),
    ("expect", {"test": {"y": {"mae": {"max": 1}, "loss": 3}}}),
    ("budget/params", "=units * 100"),
)


@pytest.mark.parametrize(("path", "value"), ALSO_GOOD, ids=[
    f"{path}={json.dumps(value)}"[:60] for path, value in ALSO_GOOD])
def test_unusual_values_pass(validator: Draft7Validator, path: str, value: Any) -> None:
    assert said(validator, broken(path, value)) == []


def test_a_spec_with_a_base_may_leave_out_what_the_base_gives(validator: Draft7Validator) -> None:
    document = {"specc": 1, "extends": "base.specc.toml", "outputs": {"y": {"weight": 0.5}},
                "compile": {"optimizer": {"learning_rate": {"decay_steps": 20}}}}
    assert said(validator, document) == []
    alone = {key: value for key, value in document.items() if key != "extends"}
    assert {at for at, _ in said(validator, alone)} == {
        "", "outputs/y", "compile/optimizer", "compile/optimizer/learning_rate"}


def test_every_component_and_argument_is_there(whole: dict[str, Any]) -> None:
    """Those a spec may hold; `refused` ones are not."""
    known = whole["definitions"]
    count = 0
    for category in CATEGORIES:
        for name in table.names(category):
            entry = table.entry(category, name)
            assert entry is not None
            assert (f"{category}.{name}" in known) == (not entry.refused)
            if entry.refused:
                continue
            sayable = {key for key, one in entry.params.items()
                       if not one.text.startswith("refused")}
            assert sayable <= set(known[f"{category}.{name}"]["properties"])
            count += len(sayable)
    assert count > 1000


def plain(value: float) -> bool:
    """A number whose kind JSON Schema tells as we do: not nan, not 3.0, exact in JSON."""
    return abs(value) < 2**53 and not (isinstance(value, float) and value.is_integer())


def test_what_an_argument_takes_its_schema_admits(whole: dict[str, Any]) -> None:
    """And what is refused for its type alone, the schema refuses too: numbers, lists, null."""
    types = {param.text: param.type for _, _, param in PARAMS}
    seen = refused = 0
    for text, kind in types.items():
        name = f"argument.{slug(text)}"
        if name not in whole["definitions"]:
            continue
        schema = Draft7Validator({"$ref": f"#/definitions/{name}",
            "definitions": whole["definitions"]})
        for _, value in candidates(text, kind):
            if admits(kind, value):
                assert schema.is_valid(value), f"{text}: {value!r}"
                seen += 1
            elif value is None or (isinstance(value, bool | int | float) and plain(value)):
                assert not schema.is_valid(value), f"{text}: {value!r}"
                refused += 1
    assert seen > 500
    assert refused > 1000


def resolved(whole: Mapping[str, Any], one: Any) -> Any:
    """A schema, or the definition that it is a reference to."""
    while isinstance(one, dict) and "$ref" in one:
        one = whole["definitions"][one["$ref"].removeprefix("#/definitions/")]
    return one


def test_every_argument_says_what_it_does_and_what_it_is_unwritten(whole: dict[str, Any]) -> None:
    """A description at every argument, with the default in words; `default` where JSON has it,
    but for null, which TOML has not."""
    defaults = 0
    for category, name, param in PARAMS:
        if param.text.startswith("refused"):
            continue
        said = resolved(whole, whole["definitions"][f"{category}.{name}"]["properties"][param.name])
        line = docs.of_argument(category, name, param.name)
        at = f"{category}.{name}.{param.name}"
        if param.name != "stateful":
            assert line, at
            assert said["description"].startswith(line), at
            assert ("default" in said["description"].splitlines()[1]) != param.required, at
        assert ("default" in said) == (not param.required and param.default is not None), at
        if "default" in said:
            assert said["default"] == param.default, at
            json.dumps(said["default"], allow_nan=False)
            defaults += 1
    assert defaults > 800


def test_every_default_is_admitted(whole: dict[str, Any]) -> None:
    """By its own schema: what an editor fills in is not then marked."""
    seen = 0
    for name, component in whole["definitions"].items():
        for key, one in component.get("properties", {}).items():
            said = resolved(whole, one)
            if isinstance(said, dict) and "default" in said:
                one = {**said, "definitions": whole["definitions"]}
                assert Draft7Validator(one).is_valid(said["default"]), f"{name}.{key}"
                seen += 1
    assert seen > 1000


def test_every_component_says_what_it_does(whole: dict[str, Any]) -> None:
    """In its definition, and behind each word for it, for both sorts of editors."""
    for category in (*CATEGORIES, "activation"):
        listed = whole["definitions"][f"{category}.word"]
        assert listed["enumDescriptions"] == listed["x-taplo"]["docs"]["enumValues"]
        assert len(listed["enum"]) == len(listed["enumDescriptions"]) == len(set(listed["enum"]))
        said = dict(zip(listed["enum"], listed["enumDescriptions"], strict=True))
        assert all(said.values())
        for name in table.names(category):
            if name in said:
                line = docs.of_component(category, name)
                assert said[name] == line
                if category != "activation":
                    assert whole["definitions"][f"{category}.{name}"]["description"].startswith(
                        line)
    words = whole["definitions"]["layer.word"]
    aliased = words["enumDescriptions"][words["enum"].index("Convolution2D")]
    assert aliased.startswith("Conv2D: ")


def test_every_word_of_the_language_has_a_meaning(whole: dict[str, Any]) -> None:
    """But for number types, which say it themselves, and names of keys, which say it as keys."""
    lists = {name: one for name, one in parts_by_name(whole) if "enum" in one}
    bare = {name.rpartition(".")[2] for name, one in lists.items() if "enumDescriptions" not in one}
    assert len(lists) > 10
    assert bare == {"dtype", "source"}
    for one in lists.values():
        assert len(one["enum"]) == len(one.get("enumDescriptions", one["enum"]))
    assert {one.replace("Preparing", "Input") for one in WORDS} <= set(lists)


def parts_by_name(whole: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The parts of every key of the language's tables, by table and key."""
    tables = {"Spec": whole} | {name: one for name, one in whole["definitions"].items()
                                if "." not in name and name[0].isupper()}
    for name, one in tables.items():
        for key, value in one.get("properties", {}).items():
            for part in parts(value):
                yield f"{name}.{key}", part


def test_arguments_are_offered_where_then_is_not_followed(whole: dict[str, Any]) -> None:
    """Every argument of a category, in an alternative that never holds: each with a text, and
    with the values that any component takes."""
    entry = whole["definitions"]["entry"]
    offers = next(one["anyOf"] for one in entry["allOf"] if "anyOf" in one)
    assert {"$ref": "#/definitions/layer.offer"} in [one["allOf"][0] for one in offers[1:]]
    for offer in offers[1:]:
        never = Draft7Validator({**offer, "definitions": whole["definitions"]})
        assert not any(never.is_valid(one) for one in ({}, {"units": 3}, {"type": "Dense"}, 3, ""))
    count = 0
    for category in CATEGORIES:
        offered = whole["definitions"][f"{category}.offer"]["properties"]
        owned = {param.name for of, _, param in PARAMS
                 if of == category and not re.fullmatch(r'refused\["\w+"\]', param.text)}
        assert set(offered) == owned | {"type"}
        assert all(one["description"] for one in offered.values())
        count += len(offered)
    assert count > 300
    words = {part for one in parts(whole["definitions"]["layer.offer"]["properties"]["padding"])
             for part in one.get("enum", ())}
    assert words == {"valid", "same", "causal"}
    assert "Conv2D" in whole["definitions"]["layer.offer"]["properties"]["filters"]["description"]


def test_what_taplo_offers_has_an_end(whole: dict[str, Any]) -> None:
    """A key with `allOf` and no other alternatives or `properties` sends taplo's completion round
    in a circle until its stack is full, and the TOML extension of VS Code dies of it. Not where it
    finds the properties of a table at once."""
    seen = 0
    for name, one in reached(whole):
        for key, value in one.get("properties", {}).items():
            if isinstance(value, dict) and "allOf" in value:
                inner = [resolved(whole, part) for part in value["allOf"]]
                alone = len({"allOf", "anyOf", "oneOf"} & value.keys()) == 1
                assert not alone or "properties" in value or any(
                    "properties" in part for part in inner), f"{name}.{key}"
                seen += 1
    assert seen > 100


def reached(whole: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The definitions that an editor reaches that does not follow `then` and `else`."""
    open_, seen = [("", whole)], set()
    while open_:
        name, tree = open_.pop()
        for part in visible(tree):
            yield name, part
            ref = part.get("$ref", "").removeprefix("#/definitions/")
            if ref and ref not in seen:
                seen.add(ref)
                open_.append((ref, whole["definitions"][ref]))


def visible(tree: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(tree, dict):
        yield tree
        for key, one in tree.items():
            if key not in ("then", "else", "if", "definitions", "default"):
                yield from visible(one)
    for one in tree if isinstance(tree, list) else ():
        yield from visible(one)


def test_conditions_list_no_words(whole: dict[str, Any]) -> None:
    """VS Code shows nothing for a word where a second `enum`, which does not hold it, looks at it:
    conditions compare with `const`."""
    conditions = [part["if"] for part in parts(whole) if isinstance(part.get("if"), dict)]
    assert len(conditions) > 300
    assert not [one for one in conditions for part in parts(one)
                if "enum" in part.get("properties", {}).get("type", {})]


def test_every_part_says_whether_a_table_may_have_other_keys(whole: dict[str, Any]) -> None:
    """tombi takes silence for a no, and warns of every key."""
    silent = [sorted(part) for part in parts(whole) if isinstance(part.get("properties"), dict)
              and "additionalProperties" not in part]
    assert silent == []


def test_every_key_of_the_language_is_described() -> None:
    keys = set()
    for name in dir(form):
        model = getattr(form, name)
        if isinstance(model, type) and issubclass(model, form.Form) and model is not form.Form:
            inherited = form.Preparing.model_fields if issubclass(
                model, form.Preparing) and model is not form.Preparing else {}
            keys |= {f"{name.removesuffix('Form')}.{one.alias or key}"
                     for key, one in model.model_fields.items() if key not in inherited}
    assert set(SAYS) == keys
    assert set(WRITTEN) <= keys | {"Input.values", "Column.values"}


def test_no_key_is_left_open(whole: dict[str, Any]) -> None:
    """A key that pydantic leaves open has its type in `WRITTEN`."""
    tables = {name: one for name, one in whole["definitions"].items()
              if "." not in name and "properties" in one and name != "entry"}
    tables["Spec"] = whole
    assert len(tables) > 15
    assert [f"{name}.{key}" for name, one in tables.items() for key, value in
            one["properties"].items()
            if not set(value) & {"type", "anyOf", "allOf", "const", "enum"}] == []
