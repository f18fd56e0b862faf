"""`specc import` without Keras: small saved models, hostile files, and bytes of any kind.

`imported/*.json` are what Keras's `to_json` gave; tests/keras/test_import.py compares many more.
"""

from __future__ import annotations

import copy
import io
import json
import struct
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specc.cli import main
from specc.importer import Imported, as_text, import_model
from specc.importer.fold import fold
from specc.importer.same import same
from specc.pipeline import check_text
from specc.saved.call import Folded
from specc.saved.component import rounded
from specc.saved.names import Names, spelled

SAVED = {path.stem: path.read_bytes()
         for path in sorted((Path(__file__).parent / "imported").glob("*.json"))}


def imported(source: bytes | Path, **how: bool) -> Imported:
    done = import_model(source, **how)
    assert done.diagnostics == ()
    assert done.value is not None
    return done.value


def refused(source: bytes | Path) -> tuple[str, str]:
    """The code and message of the one reason why a model is refused."""
    done = import_model(source)
    assert done.value is None
    (found,) = done.diagnostics
    return found.code, found.message


def tree(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(SAVED[name])
    return found


def layer(model: dict[str, Any], name: str) -> dict[str, Any]:
    return next(one for one in model["config"]["layers"] if one["config"].get("name") == name)


def changed(name: str, inside: str, **config: Any) -> bytes:
    """A saved model with other values in the config of one layer."""
    model = tree(name)
    layer(model, inside)["config"].update(config)
    return json.dumps(model).encode()


def text(value: Imported) -> str:
    return as_text(value.tree, "toml", None)


# -- what comes out -------------------------------------------------------------------------------


def test_there_are_saved_models() -> None:
    assert set(SAVED) == {"functional", "residual", "sequential"}


def test_a_compiled_sequential_is_a_page() -> None:
    assert text(imported(SAVED["sequential"], fold=False)) == """\
specc = 1
name = "iris_net"

[inputs.rows]
shape = [4]

[model]
kind = "sequential"
layers = [
  { type = "Dense", name = "hidden", units = 8, activation = "relu" },
  { type = "Dropout", name = "dropout", rate = 0.25 },
  { type = "Dense", name = "species", units = 3, activation = "softmax" },
]

[outputs.species]
task = "multiclass"
classes = 3
loss = "sparse_categorical_crossentropy"
metrics = ["accuracy"]

[compile]
optimizer = { type = "Adam", learning_rate = 0.003, clipnorm = 1.0 }
"""


def test_wiring_is_written_as_the_language_says_it() -> None:
    spec = imported(SAVED["functional"], fold=False)
    entries = {one["name"]: one for one in spec.tree["model"]["layers"]}
    assert entries["encoder"]["gives"] == ["encoder", "encoder_1", "encoder_2"]
    assert entries["share_again"] == {
        "call": "share", "name": "share_again", "inputs": "wide_deep"}
    assert entries["add"]["inputs"] == ["share", "share_again"]
    assert {one["type"] for one in entries.values() if "type" in one} >= {"Add", "Rescaling"}
    assert [one["type"] for one in entries["inner"]["layers"]] == ["Dense", "LayerNormalization"]
    assert entries["inner_again"]["call"] == "inner"
    assert entries["both"]["layer"] == {"type": "GRU", "units": 3, "kernel_regularizer": "L2"}
    assert list(spec.tree["blocks"]["two"]["inputs"]) == ["p", "q"]
    assert entries["two"]["inputs"]["p"] == "inner"
    assert spec.tree["outputs"]["sold"]["from"] == "dense_3"
    assert spec.tree["outputs"]["price"]["weight"] == 2.0


@pytest.mark.parametrize("name", sorted(SAVED))
def test_folding_changes_nothing_but_names(name: str) -> None:
    plain, folded = (imported(SAVED[name], fold=fold) for fold in (False, True))
    assert plain.checked.plan is not None
    assert folded.checked.plan is not None
    assert same(plain.checked.plan.graph, folded.checked.plan.graph)
    assert len(text(folded)) <= len(text(plain))


@pytest.mark.parametrize("wrong", [{"filters": 5}, {"name": "image"}])
def test_what_folding_gets_wrong_is_not_used(
        wrong: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    def slipped(layers: Any, keep: Any, inputs: Any) -> Folded:
        done = fold(layers, keep, inputs)
        first = done.layers[0]
        inside = first["layers"][0] if "layers" in first else first
        inside.update(wrong)
        return done

    monkeypatch.setattr("specc.importer.entries.fold", slipped)
    done = import_model(SAVED["residual"])
    assert [(one.code, one.severity) for one in done.diagnostics] == [("IM201", "warning")]
    assert done.value is not None
    assert text(done.value) == text(imported(SAVED["residual"], fold=False))


def test_another_layer_is_not_the_same() -> None:
    graphs = []
    for units in (8, 9):
        plan = imported(changed("sequential", "hidden", units=units)).checked.plan
        assert plan is not None
        graphs.append(plan.graph)
    assert not same(*graphs)


@pytest.mark.parametrize("name", sorted(SAVED))
def test_toml_and_json_say_the_same(name: str) -> None:
    spec = imported(SAVED[name])
    written = tomllib.loads(text(spec))
    as_json = json.loads(as_text(spec.tree, "json", "schema.json"))
    assert as_json.pop("$schema") == "schema.json"
    assert written == as_json
    assert check_text(text(spec).encode()).errors == ()
    assert text(imported(SAVED[name])) == text(spec)


def test_lines_are_short_where_they_can_be() -> None:
    model = changed("sequential", "dropout", rate=0.1)
    model = json.dumps(json.loads(model) | {"name": "x"}).encode()
    found = tree("functional")
    layer(found, "share")["config"]["kernel_initializer"] = {
        "module": "keras.initializers", "class_name": "Constant", "registered_name": None,
        "config": {"value": 1.5}}
    long = tree("sequential")
    long["config"]["layers"][2] = {
        "module": "keras.layers", "class_name": "Discretization", "registered_name": None,
        "config": {"name": "bins", "bin_boundaries": [0.125 * n for n in range(60)]}}
    spec = imported(json.dumps(long).encode(), fold=False)
    assert max(map(len, text(spec).splitlines())) <= 100
    assert tomllib.loads(text(spec))["model"]["layers"][1]["bin_boundaries"][-1] == 7.375


def test_the_config_may_come_as_an_archive_or_as_a_text_in_quotes(tmp_path: Path) -> None:
    wanted = text(imported(SAVED["sequential"]))
    assert text(imported(archive({"config.json": SAVED["sequential"], "model.weights.h5": b"?"}))
                ) == wanted
    assert text(imported(json.dumps(SAVED["sequential"].decode()).encode())) == wanted
    file = tmp_path / "model.keras"
    file.write_bytes(archive({"metadata.json": b"{", "config.json": SAVED["sequential"]}))
    assert text(imported(file)) == wanted


def test_what_no_name_may_be_is_spelled() -> None:
    names = Names()
    assert [names.take(one) for one in ("a:b", "a-b", "a_b", "7th", "", "ß", "x" * 80)] == [
        "a_b", "a_b_2", "a_b_3", "layer_7th", "layer", "layer_2", "x" * 64]
    assert spelled("conv2d/kernel:0") == "conv2d_kernel_0"


@given(st.lists(st.text(max_size=70), max_size=8))
def test_names_are_good_and_each_once(wanted: list[str]) -> None:
    names = Names()
    taken = [names.take(one) for one in wanted]
    assert len(set(taken)) == len(taken)
    assert all(one.isascii() and one[0].isalpha() and len(one) <= 64 for one in taken)


@given(st.floats(width=32, min_value=2.0**-30, max_value=1024.0))
def test_rounded_rates_are_the_same_in_float32(value: float) -> None:
    short = rounded(value)
    assert struct.pack("f", short) == struct.pack("f", value)
    assert len(repr(short)) <= len(repr(value))
    assert rounded(0.0010000000474974513) == 0.001
    assert rounded(0.1) == 0.1


# -- what is refused ------------------------------------------------------------------------------


def words(value: object) -> str:
    """A case's name: what it says, not its bytes."""
    return value if isinstance(value, str) else "model"


def foreign(**said: Any) -> bytes:
    """The sequential model with another first layer."""
    model = tree("sequential")
    model["config"]["layers"][1] = {
        "module": "keras.layers", "class_name": "Dense", "registered_name": None,
        "config": {"name": "evil", "units": 3}} | said
    return json.dumps(model).encode()


@pytest.mark.parametrize(("source", "code", "says"), [
    (foreign(class_name="Lambda", config={"name": "evil", "function": {}}), "IM105", "`evil`"),
    (foreign(class_name="Dens"), "IM106", "did you mean `Dense`?"),
    (foreign(class_name="system", module="os"), "IM107", "`os`"),
    (foreign(class_name="Dense", module="keras.layersevil"), "IM107", "`keras.layersevil`"),
    (foreign(class_name="Mine", module=None, registered_name="My>Mine"), "IM107", "`Mine`"),
    (foreign(class_name="TFSMLayer", config={"name": "evil", "filepath": "/x"}), "IM105", "evil"),
    (foreign(class_name="__lambda__", config={"value": ["4wA="]}), "IM105", "code"),
    (changed("sequential", "hidden", activation={
        "module": "builtins", "class_name": "function", "config": "mine",
        "registered_name": "function"}), "IM105", "`hidden`: holds code (the function mine)"),
    (changed("sequential", "hidden", activation={
        "class_name": "__lambda__", "config": {"value": ["4wA=", None, None]}}), "IM105", "code"),
    (changed("sequential", "hidden", kernel_initializer={
        "module": "pickle", "class_name": "loads", "config": {}, "registered_name": None}),
     "IM107", "`pickle`"),
    (changed("sequential", "hidden", units=-3), "IM108", "`hidden`: `units`"),
    (changed("sequential", "hidden", units="8"), "IM108", "`hidden`: `units`"),
    (changed("sequential", "hidden", strange=1), "IM108", "has no argument `strange`"),
    (changed("sequential", "hidden", quantization_config={"a": 1}), "IM108", "`hidden`"),
    (changed("sequential", "rows", batch_shape=[None, -1]), "IM104", "`rows`"),
    (changed("sequential", "rows", batch_shape=[None]), "IM111", "single number"),
    (changed("sequential", "rows", dtype="float64"), "IM111", "float64"),
    (changed("sequential", "rows", ragged=True), "IM111", "`rows`: the input is ragged"),
    (changed("functional", "add", axis=1), "IM108", "`add`"),
    (b'{"class_name": "Mine", "config": {"layers": []}, "module": "m"}', "IM111", "`Mine`"),
    (b'{"class_name": "Lambda", "config": {}, "module": "keras.layers"}', "IM105", "code"),
    (b"{}", "IM104", "class_name"),
    (b"[]", "IM101", "no JSON"),
    (b"", "IM101", "empty"),
    (b'{"a": 1, "a": 2}', "IM103", "`a` is there twice"),
    (b'{"a": ' + b"[" * 500 + b"]" * 500 + b"}", "IM103", "too deeply"),
    (b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "IM103", "too deeply"),
    (b'{"a": ' + b"9" * 5000 + b"}", "IM103", "digits"),
    (b'{"a": "\\ud800"}', "IM103", "no Unicode"),
    (b'{"a": "\xff"}', "IM103", "UTF-8"),
    (b'{"a": ', "IM103", "line 1"),
    (b"\x89HDF\r\n\x1a\n" + bytes(50), "IM101", "HDF5"),
    (b"\x80\x04\x95" + bytes(50), "IM101", "pickle"),
    (b"\x1f\x8b" + bytes(50), "IM101", "gzip"),
], ids=words)
def test_what_a_spec_may_not_hold_is_refused(source: bytes, code: str, says: str) -> None:
    found, message = refused(source)
    assert found == code, message
    assert says in message
    assert "\n" not in message
    assert len(message) < 400


def test_a_model_that_was_never_built_says_so() -> None:
    model = tree("sequential")
    del model["config"]["layers"][0]
    assert refused(json.dumps(model).encode())[0] == "IM110"


def node(name: str, *histories: list[Any], **named: Any) -> dict[str, Any]:
    """A Dense layer on other layers, as a functional model writes it."""
    tensors = [{"class_name": "__keras_tensor__", "config": {
        "shape": [None, 4], "dtype": "float32", "keras_history": one}} for one in histories]
    return {"module": "keras.layers", "class_name": "Dense", "registered_name": None, "name": name,
            "config": {"name": name, "units": 4},
            "inbound_nodes": [{"args": tensors, "kwargs": named}]}


def wired(*layers: dict[str, Any], ends: Any) -> bytes:
    start = {"module": "keras.layers", "class_name": "InputLayer", "registered_name": None,
             "name": "x", "config": {"name": "x", "batch_shape": [None, 4], "dtype": "float32"},
             "inbound_nodes": []}
    return json.dumps({"module": "keras.src.models.functional", "class_name": "Functional",
                       "config": {"name": "m", "layers": [start, *layers],
                                  "input_layers": ["x", 0, 0], "output_layers": ends}}).encode()


@pytest.mark.parametrize(("source", "code", "says"), [
    (wired(node("a", ["b", 0, 0]), node("b", ["a", 0, 0]), ends=["b", 0, 0]), "IM104", "own"),
    (wired(node("a", ["a", 0, 0]), ends=["a", 0, 0]), "IM104", "own result"),
    (wired(node("a", ["gone", 0, 0]), ends=["a", 0, 0]), "IM104", "`gone` is not there"),
    (wired(node("a", ["x", 0, 3]), ends=["a", 0, 0]), "IM104", "`x` is not there"),
    (wired(node("a", ["x", 0, 0]), ends=["b", 0, 0]), "IM104", "`b` is not there"),
    (wired(node("a", ["x", 0, 0]), ends=[]), "IM104", "no output"),
    (wired(node("a", ["x", 0, 0]), ends=None), "IM104", "inputs or outputs"),
    (wired(node("a", ["x", 0, 0]), node("a", ["x", 0, 0]), ends=["a", 0, 0]), "IM104", "one name"),
    (wired(node("a", ["x", 0, 0], ["x", 0, 0]), ends=["a", 0, 0]), "IM111", "more than"),
    (wired(node("a", ["x", 0, 0], strange=3), ends=["a", 0, 0]), "IM111", "`strange`"),
    (wired(node("a"), ends=["a", 0, 0]), "IM104", "no tensor"),
    (wired(ends=["x", 0, 0]), "IM111", "no layers"),
    (wired(node("a", ["x", 0, 0]) | {"inbound_nodes": [[["x", 0, 0, {}]]]}, ends=["a", 0, 0]),
     "IM104", "Keras 3"),
], ids=words)
def test_wiring_that_leads_nowhere_is_refused(source: bytes, code: str, says: str) -> None:
    found, message = refused(source)
    assert (found, says in message) == (code, True), message


def test_a_chain_of_thousands_is_walked_without_recursion() -> None:
    chain = [node(f"d{at}", [f"d{at + 1}" if at < 2999 else "x", 0, 0]) for at in range(3000)]
    spec = imported(wired(*chain, ends=["d0", 0, 0]))
    assert spec.checked.plan is not None
    assert len(spec.checked.plan.graph.nodes) == 3000
    assert len(text(spec).splitlines()) < 30


@pytest.mark.parametrize("module", [
    "keras.optimizers", "keras.src.optimizers.adam",
    "keras.src.backend.torch.optimizers.torch_adam"])
def test_an_optimizer_is_known_wherever_it_was_saved(module: str) -> None:
    """Under torch Keras makes a subclass of its own, and saves the name of that."""
    model = tree("sequential")
    model["compile_config"]["optimizer"]["module"] = module
    assert imported(json.dumps(model).encode()).tree["compile"]["optimizer"]["type"] == "Adam"


# -- archives -------------------------------------------------------------------------------------


def archive(members: dict[str, bytes], pack: int = zipfile.ZIP_STORED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", pack) as made:
        for name, data in members.items():
            made.writestr(name, data)
    return file.getvalue()


def linked() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        link = zipfile.ZipInfo("config.json")
        link.external_attr = 0o120777 << 16
        made.writestr(link, "/etc/passwd")
    return file.getvalue()


def twice() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        made.writestr("config.json", SAVED["sequential"])
        with pytest.warns(UserWarning, match="Duplicate name"):
            made.writestr("config.json", b"{}")
    return file.getvalue()


def claiming(size: int) -> bytes:
    """An archive whose config claims another size, in its header and in the list of members."""
    data = bytearray(archive({"config.json": SAVED["sequential"]}))
    for begin, at in ((data.find(b"PK\x03\x04"), 22), (data.find(b"PK\x01\x02"), 24)):
        data[begin + at:begin + at + 4] = struct.pack("<I", size)
    return bytes(data)


def flagged(bit: int) -> bytes:
    data = bytearray(archive({"config.json": SAVED["sequential"]}))
    for begin, at in ((data.find(b"PK\x03\x04"), 6), (data.find(b"PK\x01\x02"), 8)):
        data[begin + at] |= bit
    return bytes(data)


def listing(count: int) -> bytes:
    """An archive that claims to list so many members."""
    data = bytearray(archive({"config.json": b"{}"}))
    at = data.rfind(b"PK\x05\x06")
    data[at + 8:at + 16] = struct.pack("<HHI", count, count, 2**31)
    return bytes(data)


@pytest.mark.parametrize(("source", "says"), [
    (archive({"config.json": b"{}", "../../.bashrc": b""}), "leads out"),
    (archive({"config.json": b"{}", "/etc/passwd": b""}), "leads out"),
    (archive({"config.json": b"{}", "..\\x": b""}), "leads out"),
    (archive({"config.json": b"{}", "C:/x": b""}), "leads out"),
    (archive({"weights.h5": b""}), "has no config.json"),
    (linked(), "is a link"),
    (twice(), "there twice"),
    (archive({"config.json": bytes(30 * 2**20)}, zipfile.ZIP_DEFLATED), "claims to unpack"),
    (archive({"config.json": bytes(33 * 2**20)}, zipfile.ZIP_DEFLATED), "claims 34,603,008"),
    (archive({"config.json": SAVED["residual"]}, zipfile.ZIP_BZIP2), "packed in a way"),
    (archive({f"assets/{n}": b"" for n in range(10_001)} | {"config.json": b"{}"}), "lists 10,002"),
    (claiming(10), "refused"),
    (claiming(2**31), "claims"),
    (flagged(1), "encrypted"),
    (listing(65_000), "lists 65,000"),
    (archive({"config.json": SAVED["sequential"]})[:-30], "cut off"),
    (archive({"config.json": SAVED["sequential"]})[40:], "refused"),
    (b"PK\x03\x04", "cut off"),
], ids=words)
def test_archives_that_would_do_harm_are_refused(source: bytes, says: str) -> None:
    source = source if source.startswith(b"PK") else b"PK\x03\x04" + source
    code, message = refused(source)
    assert (code, says in message) == ("IM102", True), message


def test_what_keras_2_wrote_is_refused() -> None:
    old = archive({"metadata.json": b'{"keras_version": "2.15.0"}', "config.json": b"{}"})
    assert refused(old) == (
        "IM104", "Keras 2.15.0 wrote it; load it in Keras 3 and save it again")


def test_a_member_beside_the_config_is_never_read() -> None:
    bomb = archive({"config.json": SAVED["sequential"], "model.weights.h5": bytes(200 * 2**20)},
                   zipfile.ZIP_DEFLATED)
    assert imported(bomb).tree["name"] == "iris_net"


# -- bytes of any kind ----------------------------------------------------------------------------


@given(st.binary(max_size=400))
def test_no_bytes_break_it(data: bytes) -> None:
    for begin in (b"", b"PK", b"PK\x03\x04", b'{"class_name": "Functional", "config": '):
        done = import_model(begin + data)
        assert done.value is None
        assert done.diagnostics


@given(st.data())
def test_no_changed_archive_breaks_it(data: st.DataObject) -> None:
    source = bytearray(archive({"metadata.json": b"{}", "config.json": SAVED["sequential"]},
                               zipfile.ZIP_DEFLATED))
    for _ in range(data.draw(st.integers(1, 6))):
        source[data.draw(st.integers(0, len(source) - 1))] = data.draw(st.integers(0, 255))
    done = import_model(bytes(source[:data.draw(st.integers(0, len(source)))]))
    assert (done.value is None) == bool(done.diagnostics)


SCRAPS = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 10), st.integers(), st.floats(allow_nan=True),
    st.text(max_size=6), st.sampled_from([
        "keras.layers", "Dense", "Lambda", "__lambda__", "function", "Functional", "x", "=i",
        "relu", "mixed_float16", "__tuple__", "keras.src.ops.numpy"]),
    st.lists(st.integers(-1, 5), max_size=3), st.just({}), st.just([]), st.sampled_from([
        {"class_name": "__numpy__", "config": {"value": [1.0, 2.0], "dtype": "float32"}},
        {"class_name": "__tuple__", "config": {"value": [2, 2]}},
        {"class_name": "LSTM", "module": "keras.layers", "config": {"units": 2, "name": "l"}},
        {"class_name": "Adam", "module": "keras.optimizers", "config": {}},
        ["x", 0, 0], ["encoder", 0, 1], [["x", 0, 0]]]))


def places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else (
        enumerate(value) if isinstance(value, list) else ())
    for key, one in items:
        yield (*at, key)
        yield from places(one, (*at, key))


PLACES = {name: list(places(json.loads(data))) for name, data in SAVED.items()}


@given(st.sampled_from(sorted(SAVED)), st.data())
def test_no_changed_config_breaks_it(name: str, data: st.DataObject) -> None:
    """A value put, taken or moved anywhere: a spec that lowers, or a reason."""
    model = copy.deepcopy(tree(name))
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.sampled_from(PLACES[name]))
        put(model, place, data)
    source = json.dumps(model).encode("utf-8", "surrogatepass")
    done = import_model(source)
    if done.value is None:
        assert done.diagnostics
        assert all(one.code.startswith("IM") for one in done.diagnostics), done.diagnostics
        return
    written = text(done.value)
    assert tomllib.loads(written)["model"]["layers"]
    again = check_text(written.encode())
    assert [one.code for one in again.errors] == [one.code for one in done.value.checked.errors]
    assert all(one.code.startswith(("PA", "IR", "OP", "AR", "TR")) for one in again.errors)


def put(model: Any, place: tuple[Any, ...], data: st.DataObject) -> None:
    """Another value at a place, if it is still there; or none."""
    for step in place[:-1]:
        if not isinstance(model, dict | list) or (
                step not in model if isinstance(model, dict) else step >= len(model)):
            return
        model = model[step]
    last = place[-1]
    there = last in model if isinstance(model, dict) else (
        isinstance(model, list) and isinstance(last, int) and last < len(model))
    if not there:
        return
    how = data.draw(st.sampled_from(["put", "take", "twice"]))
    if how == "put":
        model[last] = data.draw(SCRAPS)
    elif how == "take":
        del model[last]
    elif isinstance(model, list):
        model.append(copy.deepcopy(model[last]))


# -- the command ----------------------------------------------------------------------------------


def test_the_command_writes_once_and_says_what_it_assumed(
        tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model, spec = tmp_path / "model.json", tmp_path / "a.specc.toml"
    model.write_bytes(SAVED["sequential"])
    assert main(["import", str(model), "-o", str(spec)]) == 0
    said = capsys.readouterr()
    assert said.out == ""
    assert 'assumed: output `species`: task = "multiclass"' in said.err
    assert main(["check", str(spec)]) == 0
    before = spec.read_bytes()
    assert main(["import", str(model), "-o", str(spec)]) == 2
    assert "--force" in capsys.readouterr().err
    assert spec.read_bytes() == before
    assert main(["import", str(model), "-o", str(spec), "--force", "--no-compile"]) == 0
    assert "loss" not in spec.read_text()
    assert sorted(one.name for one in tmp_path.iterdir()) == ["a.specc.toml", "model.json"]


def test_the_command_writes_json_and_to_stdout(
        tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model, spec = tmp_path / "model.json", tmp_path / "a.specc.json"
    model.write_bytes(SAVED["residual"])
    assert main(["import", str(model), "-o", str(spec)]) == 0
    assert main(["check", str(spec)]) == 0
    capsys.readouterr()
    assert main(["import", str(model), "--no-fold"]) == 0
    assert tomllib.loads(capsys.readouterr().out)["model"]["layers"][0]["name"] == "block0_conv"


def test_the_schema_is_named_where_it_lies(tmp_path: Path) -> None:
    (tmp_path / "schemas").mkdir()
    (tmp_path / "schemas" / "specc-1.schema.json").write_text("{}")
    (tmp_path / "specs").mkdir()
    model, spec = tmp_path / "model.json", tmp_path / "specs" / "a.specc.toml"
    model.write_bytes(SAVED["sequential"])
    assert main(["import", str(model), "-o", str(spec)]) == 0
    assert spec.read_text().startswith("#:schema ../schemas/specc-1.schema.json\n")


@pytest.mark.parametrize(("data", "code"), [(b"nonsense", 1), (b"", 1), (None, 2)])
def test_the_command_writes_nothing_it_could_not_read(
        tmp_path: Path, data: bytes | None, code: int, capsys: pytest.CaptureFixture[str]) -> None:
    model, spec = tmp_path / "model.keras", tmp_path / "a.specc.toml"
    if data is not None:
        model.write_bytes(data)
    assert main(["import", str(model), "-o", str(spec)]) == code
    assert "Traceback" not in capsys.readouterr().err
    assert not spec.exists()


def test_a_model_with_a_mistake_is_written_and_the_mistake_said(
        tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model, spec = tmp_path / "model.json", tmp_path / "a.specc.toml"
    model.write_bytes(changed("sequential", "species", activation="relu"))
    assert main(["import", str(model), "-o", str(spec)]) == 1
    line = spec.read_text().splitlines().index(next(
        one for one in spec.read_text().splitlines() if '"relu" },' in one and "species" in one))
    assert f"a.specc.toml:{line + 1}:" in (said := capsys.readouterr().err)
    assert "PA103" in said
    assert main(["check", str(spec)]) == 1


def test_importing_needs_no_framework(tmp_path: Path) -> None:
    file = tmp_path / "model.json"
    file.write_bytes(SAVED["functional"])
    program = ("import sys\nfrom specc.cli import main\n"
               f"assert main(['import', {str(file)!r}]) == 0\n"
               "assert not {'keras', 'tensorflow', 'numpy', 'pickle5', 'h5py'} & set(sys.modules)")
    subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)
