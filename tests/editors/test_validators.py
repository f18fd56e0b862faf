"""Programs that hold files against a JSON Schema: check-jsonschema, taplo and tombi.

Good specs pass all of them, without so much as a warning; a spec with one mistake passes none.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from servers import SCHEMA, tool

pytestmark = pytest.mark.editors

ROOT = SCHEMA.parents[1]
SPECS = sorted((ROOT / "specs").rglob("*.specc.*"))
GOOD = """\
specc = 1
[inputs.x]
shape = [4]
[model]
kind = "sequential"
layers = [
  { type = "Dense", units = 8, activation = "relu" },
  { type = "Bidirectional", layer = { type = "LSTM", units = 2 } },
  { type = "Dense", units = 1, name = "y" },
]
[outputs.y]
task = "regression"
[compile]
optimizer = { type = "Adam", learning_rate = 1e-3 }
[fit]
epochs = 3
"""
GOOD_JSON = """\
{"specc": 1, "$schema": "./specc-1.schema.json", "inputs": {"x": {"shape": [4]}},
 "model": {"kind": "sequential",
           "layers": [{"type": "Dense", "units": 1, "activation": null, "name": "y"}]},
 "outputs": {"y": {"task": "regression"}}}
"""
# One mistake each: what is written in place of what.
BAD = (
    ("epochs = 3", "epoch = 3"), ("epochs = 3", 'epochs = "3"'), ('"regression"', '"regresion"'),
    ("units = 8", "unit = 8, units = 8"), ("units = 8, ", ""), ("units = 8", "units = 0"),
    ('"Dense", units = 8', '"Dens"'), ('"relu"', '"rleu"'), ('"LSTM", units', '"LSTM", unit'),
    ('"Adam"', '"Adma"'), ("learning_rate", "lr"), ("specc = 1", "specc = 2"),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copy(SCHEMA, tmp_path)
    (tmp_path / "good.specc.json").write_text(GOOD_JSON)
    (tmp_path / "good.specc.toml").write_text(GOOD)
    (tmp_path / "named.specc.toml").write_text(f"#:schema ./{SCHEMA.name}\n{GOOD}")
    return tmp_path


@pytest.fixture
def specs(folder: Path, language: Path) -> list[Path]:
    """The specs of the repository and the conformance cases, TOML, naming the schema."""
    made = []
    for spec in (*SPECS, *sorted(language.glob("*.specc.toml"))):
        text = re.sub("^#:schema .*\n", "", spec.read_text(encoding="utf-8"))
        copy = folder / f"{len(made)}_{spec.name}"
        copy.write_text(f"#:schema ./{SCHEMA.name}\n{text}", encoding="utf-8")
        made.append(copy)
    assert len(made) > 30
    return made


def ran(folder: Path, *command: str | Path) -> tuple[int, str]:
    """Exit code and all that is said, without colors."""
    done = subprocess.run([tool(str(command[0])), *map(str, command[1:])], cwd=folder, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.returncode, re.sub(r"\x1b\[[0-9;]*m", "", done.stdout)


def line(old: str, head: str = "") -> int:
    return (head + GOOD[:GOOD.index(old)]).count("\n") + 1


def bad(folder: Path, old: str, new: str, head: str = "") -> Path:
    assert GOOD.count(old) == 1
    file = folder / "bad.specc.toml"
    file.write_text(head + GOOD.replace(old, new, 1))
    return file


# --- check-jsonschema -----------------------------------------------------------------------


def test_check_jsonschema_finds_the_schema_good(folder: Path) -> None:
    assert ran(folder, "check-jsonschema", "--check-metaschema", SCHEMA) == (
        0, "ok -- validation done\n")


def test_check_jsonschema_passes_good_specs(folder: Path, specs: list[Path],
                                            language: Path) -> None:
    cases = [*specs, *language.glob("*.specc.json"), folder / "good.specc.json"]
    assert ran(folder, "check-jsonschema", "--schemafile", SCHEMA, *cases) == (
        0, "ok -- validation done\n")


@pytest.mark.parametrize(("old", "new"), BAD)
def test_check_jsonschema_refuses_a_mistake(folder: Path, old: str, new: str) -> None:
    code, said = ran(folder, "check-jsonschema", "--schemafile", SCHEMA, bad(folder, old, new))
    assert code == 1
    assert "Schema validation errors" in said


def test_check_jsonschema_says_what_is_wrong_with_json(folder: Path) -> None:
    file = folder / "bad.specc.json"
    file.write_text(GOOD_JSON.replace("Dense", "Dens"))
    code, said = ran(folder, "check-jsonschema", "--schemafile", SCHEMA, file)
    assert code == 1
    assert "$.model.layers[0].type: 'Dens' is not one of ['Activation'" in said


# --- taplo ----------------------------------------------------------------------------------


def test_taplo_passes_good_specs(folder: Path, specs: list[Path]) -> None:
    for words in ((f"--schema={SCHEMA.as_uri()}", "good.specc.toml"), ("named.specc.toml",), specs):
        code, said = ran(folder, "taplo", "lint", *words)
        assert (code, "error" in said) == (0, False), said


@pytest.mark.parametrize("by", ["option", "directive"])
@pytest.mark.parametrize(("old", "new"), BAD)
def test_taplo_refuses_a_mistake(folder: Path, old: str, new: str, by: str) -> None:
    """By `--schema`, and by the first line of the spec."""
    head = f"#:schema ./{SCHEMA.name}\n" if by == "directive" else ""
    words = [] if head else [f"--schema={SCHEMA.as_uri()}"]
    code, said = ran(folder, "taplo", "lint", *words, bad(folder, old, new, head))
    assert code == 1
    assert f"bad.specc.toml:{line(old, head)}:" in said


# --- tombi ----------------------------------------------------------------------------------


def test_tombi_passes_good_specs(folder: Path, specs: list[Path]) -> None:
    """Without a warning. Three layers inside each other take it 20 seconds."""
    quick = [one for one in specs if "seq2seq" not in one.name]
    assert len(quick) == len(specs) - 1
    code, said = ran(folder, "tombi", "lint", "--offline", "named.specc.toml", *quick)
    assert (code, said) == (0, f"{len(quick) + 1} files linted successfully\n")


@pytest.mark.parametrize(("old", "new"), BAD)
def test_tombi_refuses_a_mistake(folder: Path, old: str, new: str) -> None:
    head = f"#:schema ./{SCHEMA.name}\n"
    code, said = ran(folder, "tombi", "lint", "--offline", bad(folder, old, new, head))
    assert code == 1
    assert f"bad.specc.toml:{line(old, head)}:" in said


def test_tombi_holds_specs_to_toml_1_0(folder: Path) -> None:
    """As specc does: a newer TOML may break inline tables over lines."""
    file = bad(folder, "{ type = \"Adam\", ", "{\n type = \"Adam\", ",
               f"#:schema ./{SCHEMA.name}\n")
    code, said = ran(folder, "tombi", "lint", "--offline", file)
    assert code == 1, said


# --- the settings of docs/ci.md ---------------------------------------------------------------


@pytest.mark.parametrize(("at", "name", "command"), [
    (0, ".taplo.toml", ("taplo", "lint")), (1, "tombi.toml", ("tombi", "lint", "--offline"))])
def test_settings_of_a_folder(tmp_path: Path, at: int, name: str, command: tuple[str, ...]) -> None:
    """Every spec of the folder is held to the schema, without naming it; other files are not."""
    page = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```toml\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    (tmp_path / name).write_text(blocks[at])
    (tmp_path / "schemas").mkdir()
    shutil.copy(SCHEMA, tmp_path / "schemas")
    (tmp_path / "models").mkdir()
    spec = tmp_path / "models" / "a.specc.toml"
    other = tmp_path / "models" / "other.toml"
    spec.write_text(GOOD)
    other.write_text(GOOD.replace("epochs", "epoch"))
    code, said = ran(tmp_path, *command, spec, other)
    assert code == 0, said
    spec.write_text(GOOD.replace("epochs", "epoch"))
    code, said = ran(tmp_path, *command, spec)
    assert code == 1
    assert "epoch" in said
