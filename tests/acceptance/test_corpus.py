"""The synthetic buggy programs of NeuraLint, and what mends them (Nikanjam et al., TOSEM 2021).

A fault counts once for a program and a name. Left out is what cannot be said in Keras (`tf1-*`) and
a constant initializer of the output layer, which is not wrong.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from specc.pipeline import Checked, check_text

CORPUS = Path(__file__).parents[3] / "shared" / "corpus" / "synthetic.jsonl"
LABELS = {"one-hot": "onehot", "onehot": "onehot", "01": "binary", "integer": "index",
          "int": "index", "index": "index"}


def programs() -> list[dict[str, Any]]:
    if not CORPUS.exists():
        return []
    return [json.loads(line) for line in CORPUS.read_text(encoding="utf-8").splitlines()]


PROGRAMS = programs()
pytestmark = pytest.mark.skipif(not PROGRAMS, reason="the corpus is not beside this checkout")


def entry(layer: dict[str, Any]) -> dict[str, Any]:
    inputs = layer.get("inputs")
    rest = {key: value for key, value in layer.items() if key != "inputs"}
    return rest if inputs is None else {**rest, "inputs": inputs[0] if len(inputs) == 1 else inputs}


def spec_of(program: dict[str, Any]) -> dict[str, Any]:
    """A program as a spec: what it is told about its data is declared."""
    given = [one for one in program["layers"] if one["type"] in ("Input", "InputLayer")]
    name = given[0].get("name", "image") if given else "image"
    task = program["task"]
    output: dict[str, Any] = {"task": task["kind"], "loss": program["loss"],
                              "metrics": program.get("metrics") or []}
    if task.get("num_classes"):
        output["classes"] = task["num_classes"]
    if task.get("labels") in LABELS:
        output["labels"] = LABELS[task["labels"]]
    if task.get("label_shape"):
        output["shape"] = task["label_shape"]
    fit = {key: value for key, value in (program.get("fit") or {}).items()
           if key in ("epochs", "batch_size", "shuffle") and value is not None}
    return {
        "specc": 1, "name": "program", "inputs": {name: {"shape": program["input_shape"]}},
        "model": {"kind": program["kind"],
                  "layers": [entry(one) for one in program["layers"] if one not in given]},
        "outputs": {"y": output}, "compile": {"optimizer": program["optimizer"]}, "fit": fit,
    }


def checked(program: dict[str, Any]) -> Checked:
    return check_text(json.dumps(spec_of(program)).encode(), "program.specc.json", "json")


def faults(program: dict[str, Any], severity: str) -> set[str]:
    last = len(program["layers"]) - 1
    return {one["rule"] for one in program["fault"]
            if one["severity"] == severity and not one["rule"].startswith("tf1-")
            and not (one["rule"] == "constant-weight-init" and one["layer_index"] == last)}


def test_there_are_programs() -> None:
    assert len(PROGRAMS) == 30
    assert sum(len(faults(one, "error")) for one in PROGRAMS) >= 12


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda one: one["id"])
def test_every_error_is_found_under_its_name(program: dict[str, Any]) -> None:
    found = {one.name for one in checked(program).errors}
    assert faults(program, "error") <= found
    if not faults(program, "error"):
        assert not found


@pytest.mark.parametrize("program", [one for one in PROGRAMS if one["fixed"]],
                         ids=lambda one: one["id"])
def test_a_mended_program_has_no_error(program: dict[str, Any]) -> None:
    assert checked({**program, **program["fixed"]}).errors == ()


def test_most_warnings_are_found() -> None:
    named = [(program, name) for program in PROGRAMS for name in faults(program, "warning")]
    found = [name in {one.name for one in checked(program).diagnostics}
             for program, name in named]
    missed = [(program["id"], name) for (program, name), hit in zip(named, found, strict=True)
              if not hit]
    assert len(named) >= 5
    assert sum(found) >= 0.9 * len(named), missed
