"""Folders as runs leave them, written by hand: no Keras, and any file can be missing or broken."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from specc.identity import resolved
from specc.pipeline import check_text
from specc.planned import record
from specc.summary import as_text

SPEC = """specc = 1
name = {name}
description = {description}
seed = 3
[inputs.x]
shape = [4]
[model]
kind = "functional"
layers = [
  {{ type = "Dense", units = 8, activation = "relu", name = "hidden" }},
{layers}
]
{outputs}
[fit]
epochs = {epochs}
"""

TASKS = {
    "regression": ("linear", 1, '["mae"]', ""),
    "count": ("softplus", 1, '["mae"]', ""),
    "binary": ("sigmoid", 1, '["accuracy"]', ""),
    "multiclass": ("softmax", 3, '["accuracy"]', "classes = 3"),
    "multilabel": ("sigmoid", 3, '["binary_accuracy"]', "classes = 3"),
}


def spec_of(tasks: Mapping[str, str], name: str = "a-run", description: str = "words",
            epochs: int = 3) -> str:
    """A spec with an output a task: `{"price": "regression"}`."""
    layers = "".join(f'  {{ type = "Dense", units = {TASKS[task][1]}, activation = '
                     f'"{TASKS[task][0]}", name = "{output}", inputs = "hidden" }},\n'
                     for output, task in tasks.items())
    outputs = "".join(f'[outputs.{output}]\ntask = "{task}"\nmetrics = {TASKS[task][2]}\n'
                      f"{TASKS[task][3] if task == 'multiclass' else ''}\n"
                      for output, task in tasks.items())
    return SPEC.format(name=json.dumps(name), description=json.dumps(description), layers=layers,
                       outputs=outputs, epochs=epochs)


def a_run(path: Path, text: str, *, history: Sequence[Mapping[str, Any]] = (),
          metrics: Mapping[str, Any] | None = None, predictions: str | None = None,
          status: str | None = "finished", findings: Sequence[Mapping[str, Any]] = ()) -> Path:
    """The folder of a run of a spec, as `specc run` writes it."""
    path.mkdir(parents=True, exist_ok=True)
    done = check_text(text.encode())
    assert done.plan is not None, done.diagnostics
    plan = done.plan
    known = resolved(plan)
    files = {
        "spec.json": json.dumps(known), "spec.toml": text, "summary.txt": as_text(plan),
        "plan.json": json.dumps(record(plan.spec, plan_facts())),
        "environment.json": json.dumps({
            "python": "3.12.1", "backend": "tensorflow", "versions": {"keras": "3.15.1"},
            "cpu": {"name": "a & b"}, "seed": 3, "hashes": known["hashes"]}),
        "log.txt": "2026-01-01T00:00:00Z begin a.specc.toml\n2026-01-01T00:01:40Z finished\n",
        "history.jsonl": "".join(json.dumps(row) + "\n" for row in history),
    }
    if metrics is not None:
        files["metrics.json"] = json.dumps(metrics)
    if predictions is not None:
        files["predictions.csv"] = predictions
    if status is not None:
        files["status.json"] = json.dumps({"status": status, "diagnostics": list(findings)})
    for name, content in files.items():
        (path / name).write_text(content, encoding="utf-8", errors="surrogatepass")
    return path


def plan_facts() -> Any:
    from specc.facts import Facts

    return Facts()


def epochs(count: int, *keys: str) -> list[dict[str, Any]]:
    """A history in which everything falls."""
    return [{"epoch": at, **dict.fromkeys(keys, 1.0 / at)} for at in range(1, count + 1)]
