"""Programs that the authors of the rules had not seen: what is wrong is found, what is right passes.

The collections, their format and their sources are described in `programs/README.md`. Labels follow
the catalogue of rules alone and were written before specc was run on them.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "programs"
ENCODINGS = {"one-hot": "onehot", "integer": "index"}
KEPT = ("epochs", "batch_size", "shuffle", "callbacks")  # of `fit`; the rest are facts


def lines(name: str) -> list[dict[str, Any]]:
    text = (FOLDER / name).read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def output_of(program: dict[str, Any]) -> dict[str, Any]:
    """The one output of a program whose task, loss and metrics are said at its top."""
    task = program["task"]
    known = {"task": task["kind"], "classes": task.get("num_classes"),
             "labels": ENCODINGS.get(task.get("labels"), task.get("labels")),
             "shape": task.get("label_shape"), "range": task.get("range"),
             "class_weight": task.get("class_weight"), "target": task.get("target"),
             "loss": program["loss"], "metrics": program["metrics"]}
    return {key: value for key, value in known.items() if value is not None}


def spec_of(program: dict[str, Any]) -> dict[str, Any]:
    """A program as a spec: what it is told about its data is declared."""
    model = {"kind": program["kind"], "layers": program.get("layers"), **(program.get("model") or {})}
    data = {"shape": program.get("input_shape"), "range": program.get("input_range"),
            "dtype": program.get("input_dtype")}
    spec = {
        "specc": 1, "name": "program",
        "params": program.get("params"), "data": program.get("data"),
        "inputs": program.get("inputs") or {
            "x": {key: value for key, value in data.items() if value is not None}},
        "blocks": program.get("blocks"),
        "model": {key: value for key, value in model.items() if value is not None},
        "outputs": program.get("outputs") or {"y": output_of(program)},
        "compile": {"optimizer": program["optimizer"]},
        "fit": {key: program["fit"][key] for key in KEPT if key in program["fit"]},
    }
    return {key: value for key, value in spec.items() if value is not None}
