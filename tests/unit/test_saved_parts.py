"""Saved parts inside a spec: what is known of them by reading their config, without Keras.

The archives are written by hand here; that Keras's own are read alike is shown in
tests/keras/test_parts.py.
"""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from specc.ir.cost import totals
from specc.pipeline import Checked, check_file


def layer(kind: str, name: str, **config: Any) -> dict[str, Any]:
    return {"module": "keras.layers", "class_name": kind, "registered_name": None,
            "config": {"name": name, **config}}


def sequential(*layers: dict[str, Any], shape: tuple[int | None, ...]) -> dict[str, Any]:
    enters = layer("InputLayer", "enters", batch_shape=[None, *shape], dtype="float32")
    return {"module": "keras", "class_name": "Sequential", "registered_name": None,
            "config": {"name": "part", "layers": [enters, *layers]}}


CONV = layer("Conv2D", "conv", filters=4, kernel_size=[3, 3])
POOL = layer("GlobalAveragePooling2D", "pool")
FREE = sequential(CONV, POOL, shape=(None, None, 3))  # any picture with three channels

SPEC = """
specc = 1
name = "transfer"
[inputs.image]
shape = [8, 8, 3]
[model]
kind = "functional"
layers = [
  { model = "part.keras", name = "part", trainable = false },
  { type = "Dense", units = 2, name = "y" },
]
[outputs.y]
task = "regression"
target = ["a", "b"]
"""


def saved(folder: Path, config: dict[str, Any], name: str = "part.keras") -> None:
    with zipfile.ZipFile(folder / name, "w") as archive:
        archive.writestr("config.json", json.dumps(config))
        archive.writestr("metadata.json", json.dumps({"keras_version": "3.15.1"}))


def checked(folder: Path, text: str = SPEC) -> Checked:
    (folder / "a.specc.toml").write_text(text)
    return check_file(str(folder / "a.specc.toml"))


def test_a_part_is_inferred_for_what_enters(tmp_path: Path) -> None:
    saved(tmp_path, FREE)
    found = checked(tmp_path)
    assert found.diagnostics == ()
    assert found.unchecked == ()
    assert found.plan is not None
    costs = found.plan.graph.costs
    assert costs["part"].gives[0].shape == ("batch", 4)
    assert costs["part"].flops == 36 * 4 * (2 * 27 + 1) + 36 * 4
    sums = totals(found.plan.graph)
    assert (sums.params, sums.trainable_params) == (112 + 10, 10)


@pytest.mark.parametrize(("was", "now", "code", "says"), [
    ("[8, 8, 3]", "[8, 8, 1]", "input-shape",
     "`part.keras` takes (batch, height, width, 3) as `enters`, but (batch, 8, 8, 1) enters"),
    ("[8, 8, 3]", "[2, 2, 3]", "input-shape",
     "inside `part.keras`: a 3x3 window does not fit in (batch, 2, 2, 3)"),
    ('name = "part"', 'name = "part", output_shape = [5]', "declared-shape-mismatch",
     "declared as (batch, 5), but it is (batch, 4)"),
    ('{ type = "Dense"', '{ type = "Conv2D", filters = 1, kernel_size = 1 }, { type = "Dense"',
     "input-rank-mismatch",
     "`Conv2D` takes (batch, height, width, channels), but (batch, 4) enters"),
])
def test_what_does_not_fit_is_said(was: str, now: str, code: str, says: str,
                                   tmp_path: Path) -> None:
    saved(tmp_path, FREE)
    (said,) = checked(tmp_path, SPEC.replace(was, now)).diagnostics
    assert (said.name, said.message) == (code, says)


@pytest.mark.parametrize(("budget", "names"), [
    ("params = 122", []), ("params = 121", ["over-budget"]), ("flops = 100", ["over-budget"]),
    ("trainable_params = 10", []), ("trainable_params = 9", ["over-budget"])])
def test_a_budget_is_held_against_a_part(budget: str, names: list[str], tmp_path: Path) -> None:
    saved(tmp_path, FREE)
    found = checked(tmp_path, f"{SPEC}[budget]\n{budget}\n")
    assert [one.name for one in found.diagnostics] == names


@pytest.mark.parametrize(("config", "why"), [
    (sequential(layer("Lambda", "own"), shape=(4,)), "holds code"),
    (sequential(layer("Conv2D", "conv", filters=-4, kernel_size=[3, 3]), shape=(8, 8, 3)), "-4"),
    ({"class_name": "Own", "config": {}, "module": "own"}, "Own"),
    ({}, "class_name"),
])
def test_what_cannot_be_read_is_listed(config: dict[str, Any], why: str, tmp_path: Path) -> None:
    saved(tmp_path, config)
    found = checked(tmp_path)
    assert found.diagnostics == ()
    (note,) = found.unchecked
    assert note.startswith("part.keras: not read (")
    assert why in note


def test_a_part_that_is_not_there_yet_or_no_archive(tmp_path: Path) -> None:
    assert checked(tmp_path).unchecked == (
        "part.keras: not read (there is no such file yet)",)
    (tmp_path / "part.keras").write_bytes(b"PK\x03\x04 cut off")
    (note,) = checked(tmp_path).unchecked
    assert note.startswith("part.keras: not read (")
    (tmp_path / "part.keras").unlink()
    (tmp_path / "part.keras").mkdir()
    (note,) = checked(tmp_path).unchecked
    assert note.startswith("part.keras: not read (")


def test_a_part_is_read_again_when_it_was_saved_again(tmp_path: Path) -> None:
    saved(tmp_path, FREE)
    assert checked(tmp_path).ok
    saved(tmp_path, sequential(CONV, POOL, shape=(None, None, 1)))
    assert [one.name for one in checked(tmp_path).diagnostics] == ["input-shape"]


def test_a_spec_without_parts_does_not_import_the_importer(tmp_path: Path) -> None:
    import subprocess
    import sys

    (tmp_path / "a.specc.toml").write_text(SPEC.replace(
        '{ model = "part.keras", name = "part", trainable = false }', '{ type = "Flatten" }'))
    script = ("import sys; from specc.pipeline import check_file; "
              "assert check_file('a.specc.toml').ok; "
              "sys.exit('specc.importer' in sys.modules)")
    assert subprocess.run([sys.executable, "-c", script], cwd=tmp_path, check=False).returncode == 0
