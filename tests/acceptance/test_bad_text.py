"""Broken text of every kind: one clear answer, soon, in little memory, and never a traceback."""

from __future__ import annotations

import json
import os
import time
import tomllib
from pathlib import Path
from typing import Any

import pytest
from full_spec import FULL, Steps, cut, paths, people, put, rename
from patience import in_time
from ran import Ran, specc

from specc.diagnostics import Diagnostic
from specc.pipeline import check_text

TREE = tomllib.loads(FULL)
PATHS = list(paths(TREE))
VALUES: dict[str, Any] = {
    "a number": 3, "a negative number": -1, "a boolean": True, "a word": "x", "nothing": "",
    "an empty list": [], "an empty table": {}, "a mixed list": [3, "a"], "a table": {"a": 1},
    "a long text": "q" * 5000, "a failing expression": "=1/0", "an unknown name": "=undefined",
    "a huge number": 10**30, "none": "=none", "lists of lists": [[[[[[]]]]]],
}
ONCE = ("a number", "a failing expression", "an unknown name")  # surely one mistake each
SECONDS, MEMORY = 2.0, 300_000_000


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("bad")
    (made / "people.csv").write_text(people(), encoding="utf-8")
    return made


def found(tree: Any, folder: Path) -> tuple[Diagnostic, ...]:
    """What is said of a document, which has to be quick and to have places."""
    begun = time.process_time()
    said = check_text(json.dumps(tree).encode(), str(folder / "full.specc.json"), "json")
    assert in_time(time.process_time() - begun, SECONDS)
    assert all(one.span for one in said.diagnostics)
    assert said.plan is not None or said.errors
    return said.errors


def test_the_full_spec_is_clean(folder: Path) -> None:
    assert found(TREE, folder) == ()


def test_there_are_many_ways_to_break_it() -> None:
    assert len(PATHS) > 200
    assert len(PATHS) * (len(VALUES) + 2) > 3000
    assert {path[0] for path in PATHS} >= {"params", "data", "inputs", "blocks", "model", "tune",
                                           "outputs", "compile", "fit", "budget", "expect"}


@pytest.mark.parametrize("path", PATHS, ids=lambda path: ".".join(map(str, path)))
def test_any_value_in_any_place_is_taken_or_said(path: Steps, folder: Path) -> None:
    for name, value in VALUES.items():
        errors = found(put(TREE, path, value), folder)
        if name in ONCE and len(path) > 1:
            assert len(errors) <= 1, (name, errors)
    found(cut(TREE, path), folder)
    found(rename(TREE, path), folder)


@pytest.mark.parametrize("path", [path for path in PATHS if path[0] not in ("params", "blocks")],
                         ids=lambda path: ".".join(map(str, path)))
def test_a_failing_expression_is_always_said(path: Steps, folder: Path) -> None:
    """Except in parameters that nothing uses and in what `[tune]` evaluates later."""
    errors = found(put(TREE, path, "=1/0"), folder)
    if path[:2] != ("tune", "space"):
        assert errors


SPEC = """specc = 1
[inputs.x]
shape = [4]
[model]
kind = "sequential"
layers = [LAYERS]
[outputs.y]
task = "regression"
"""


def spec(layers: str) -> str:
    return SPEC.replace("LAYERS", layers)


def chain(number: int, layers: str) -> str:
    """Blocks b0, b1 ... each of which stamps the next."""
    blocks = "".join(f"[blocks.b{i}]\nlayers = [{layers.replace('NEXT', f'b{i + 1}')}]\n"
                     for i in range(number))
    return (spec('{ block = "b0" }') + blocks
            + f'[blocks.b{number}]\nlayers = [{{ type = "ReLU", when = false }}]\n')


BIG = '{ type = "Dense", units = 1_000_000_000_000 }'
NESTED = ('{ layers = [{ layers = [{ type = "ReLU", repeat = 9999 }], repeat = 9999 }], '
          'repeat = 9999 }')
TEXTS: dict[str, tuple[str | bytes, int, str]] = {  # text, exit code, code of a finding
    "truncated": (spec('{ type = "Dense", uni'), 1, "SX012"),
    "a truncated table": (spec('{ type = "ReLU" }')[:-30] + "[outputs", 1, "SX012"),
    "empty": ("", 1, "SX011"),
    "only a comment": ("# specc = 1\n", 1, "SX302"),
    "not utf-8": (b"specc = 1\nname = \"\xff\xfe\"\n", 1, "SX010"),
    "binary": (bytes(range(256)) * 50, 1, "SX010"),
    "utf-16": ("specc = 1".encode("utf-16"), 1, "SX010"),
    "control characters": ("specc = 1\nname = \"a\u0007b\"\n", 1, "SX012"),
    "nested lists": ("a = " + "[" * 10_000 + "]" * 10_000, 1, "SX015"),
    "nested tables": ("a = " + "{ a = " * 10_000 + "1" + "}" * 10_000, 1, "SX015"),
    "a deep header": ("[" + ".".join("a" * 10_000) + "]\n", 1, "SX015"),
    "an unknown layer": (spec('{ type = "Dens", units = 3 }'), 1, "OP1"),
    "a layer that holds code": (spec('{ type = "Lambda", function = "x" }'), 1, "OP1"),
    "a wrong type": (spec('{ type = "Dense", units = "many" }'), 1, "OP104"),
    "10^12 units": (spec(BIG + ', { type = "Dense", units = 1 }'), 1, "IR213"),
    "a huge shape": (spec('{ type = "Reshape", target_shape = [' + "2147483647, " * 2000 + "] }"),
                     1, "IR2"),
    "repeats of repeats": (spec(NESTED), 1, "IR112"),
    "repeats of nothing": (spec(NESTED.replace('repeat = 9999 }]', 'when = false }]', 1)), 1,
                           "IR112"),
    "cyclic parameters": ('[params]\na = "=b"\nb = "=a"\n' + spec('{ type = "ReLU" }'), 1,
                          "SX205"),
    "cyclic blocks": (spec('{ block = "a" }') + '[blocks.a]\nlayers = [{ block = "b" }]\n'
                      '[blocks.b]\nlayers = [{ block = "a" }]\n', 1, "IR1"),
    "blocks that double": (chain(40, '{ block = "NEXT" }, { block = "NEXT" }'), 1, "IR112"),
    "a long chain of blocks": (chain(900, '{ block = "NEXT" }'), 1, "IR116"),
    "a group that calls itself": (spec('{ name = "g", layers = [{ call = "g" }] }'), 1, "IR1"),
    "parameters that grow": (
        "[params]\np0 = [1, 2, 3]\n" + "".join(
            f'p{i} = ["=p{i - 1}", "=p{i - 1}", "=p{i - 1}"]\n' for i in range(1, 40))
        + spec('{ type = "ReLU" }'), 1, "SX206"),
    "a huge power": ('[params]\na = "=9**64**64**64"\n' + spec('{ type = "ReLU" }'), 1, "SX204"),
    "a pattern of stars": (SPEC.replace("shape = [4]", f'columns = ["{"*a" * 100}*b"]').replace(
        "specc = 1", 'specc = 1\n[data]\nsource = "people.csv"').replace(
            "LAYERS", '{ type = "Dense", units = 1 }') + 'target = "age"\n', 1, "DA106"),
    "a source outside": (spec('{ type = "Dense", units = 1 }')
                         + '[data]\nsource = "../../../../etc/x.csv"\n', 1, "DA102"),
    "a source that is no data": (spec('{ type = "Dense", units = 1 }')
                                 + '[data]\nsource = "/etc/passwd"\n', 1, "DA101"),
    "a source with too long a name": (spec('{ type = "Dense", units = 1 }')
                                      + f'[data]\nsource = "{"x" * 5000}.csv"\n', 1, "DA1"),
    "a source in a circle": (spec('{ type = "Dense", units = 1 }')
                             + '[data]\nsource = "loop.csv"\n', 1, "DA1"),
    "a trillion generated rows": (
        spec('{ type = "Dense", units = 1 }')
        + '[data]\nsource = { type = "make_moons", n_samples = 1_000_000_000_000 }\n', 1, "DA1"),
    "a base that extends it": ('extends = "spec.specc.toml"\n', 1, "SX311"),
    "a base that is not there": ('extends = "nothing.specc.toml"\n', 1, "SX310"),
    "a base outside": ('extends = "../../../../etc/passwd"\n', 1, "SX310"),
    "a base that is a folder": ('extends = "folder.specc.toml"\n', 1, "SX310"),
    "a base with a zero byte": ('extends = "a\\u0000b"\n', 1, "SX310"),
    "many mistakes": ("".join(f"k{i} = 1\n" for i in range(5000)), 1, "SX024"),
}


@pytest.fixture(scope="module")
def place(folder: Path) -> Path:
    (folder / "folder.specc.toml").mkdir()
    (folder / "loop.csv").symlink_to("loop.csv")
    (folder / "loop.specc.toml").symlink_to("loop.specc.toml")
    (folder / "large.specc.toml").write_text("#" * 5_000_000, encoding="ascii")
    (folder / "good.specc.toml").write_text(spec('{ type = "Dense", units = 1 }'),
                                            encoding="ascii")
    (folder / "windows.specc.toml").write_bytes(
        b"\xef\xbb\xbf" + spec('{ type = "Dense", units = 1 }').replace("\n", "\r\n").encode())
    return folder


def answered(ran: Ran, code: int, word: str) -> None:
    """The exit code and the finding, no traceback, within the limits."""
    assert "Traceback" not in ran.out
    assert ran.code == code, ran.out
    assert word in ran.out
    assert in_time(ran.cpu, SECONDS)
    assert ran.memory <= MEMORY


def test_there_are_texts() -> None:
    assert len(TEXTS) >= 30


@pytest.mark.parametrize("name", TEXTS)
def test_text_gets_its_answer_in_time(name: str, place: Path) -> None:
    text, code, word = TEXTS[name]
    (place / "spec.specc.toml").write_bytes(text if isinstance(text, bytes) else text.encode())
    answered(specc("check", "spec.specc.toml", folder=place), code, word)


COMMANDS: dict[str, tuple[tuple[str, ...], int, str]] = {
    "a missing file": (("check", "nothing.specc.toml"), 2, "SX001"),
    "a file over the limit": (("check", "large.specc.toml"), 2, "SX004"),
    "a circle of links": (("check", "loop.specc.toml"), 2, "SX003"),
    "a folder without specs": (("check", "folder.specc.toml"), 2, "no spec files"),
    "a device": (("check", os.devnull), 2, "SX003"),
    "a file that is no spec": (("check", "people.csv"), 1, "SX012"),
    "a byte order mark": (("check", "windows.specc.toml"), 0, "all clear"),
    "an unknown command": (("chek", "good.specc.toml"), 2, "usage"),
    "no command": ((), 2, "usage"),
    "an unknown format": (("check", "good.specc.toml", "--format", "xml"), 2, "usage"),
    "an unknown code": (("check", "good.specc.toml", "--select", "ZZ9"), 2, "ZZ9"),
    "a setting without a value": (("check", "good.specc.toml", "--set", "fit"), 1, "SX313"),
    "a setting that leads nowhere": (("check", "good.specc.toml", "--set", "fit..epochs=3"), 1,
                                     "SX313"),
    "a nested setting": (("check", "good.specc.toml", "--set", "seed=" + "[" * 5000), 1, "SX303"),
    "a deep setting": (("check", "good.specc.toml", "--set", ".".join("a" * 5000) + "=1"), 1,
                       "SX313"),
    "a setting of the base": (("check", "good.specc.toml", "--set", "extends=x"), 1, "SX313"),
    "the summary of nothing": (("summary", "nothing.specc.toml"), 2, "SX001"),
    "the summary of a folder": (("summary", "folder.specc.toml"), 2, "SX002"),
    "an unknown page": (("explain", "ZZ999"), 2, "ZZ999"),
    "an unknown component": (("ops", "Dens"), 2, "Dens"),
}


def test_there_are_commands() -> None:
    assert len(COMMANDS) >= 15


@pytest.mark.parametrize("name", COMMANDS)
def test_command_gets_its_answer_in_time(name: str, place: Path) -> None:
    arguments, code, word = COMMANDS[name]
    answered(specc(*arguments, folder=place), code, word)


def test_standard_input_is_checked_too(place: Path) -> None:
    answered(specc("check", "-", folder=place, text=b"specc = "), 1, "SX012")
    answered(specc("check", "-", folder=place, text=b""), 1, "SX011")


@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root reads everything")
def test_a_file_without_permission(place: Path) -> None:
    secret = place / "secret.specc.toml"
    secret.write_text("specc = 1", encoding="ascii")
    secret.chmod(0)
    answered(specc("check", "secret.specc.toml", folder=place), 2, "SX003")


def test_machines_get_one_document(place: Path) -> None:
    (place / "spec.specc.toml").write_text(spec('{ type = "Dens" }'), encoding="ascii")
    ran = specc("check", "spec.specc.toml", "--format", "json", folder=place)
    assert json.loads(ran.out)["errors"] == 1


def test_what_a_process_uses_is_measured(place: Path) -> None:
    ran = specc("check", "good.specc.toml", folder=place)
    assert ran.code == 0
    assert ran.cpu > 0.01
    assert ran.memory > 10_000_000
