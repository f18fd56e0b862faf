"""Programs that the authors of the rules had not seen: what is wrong is found, and only that.

The collections, their format, their sources and how they were labelled: `programs/README.md`.
`MISSED`, `FALSE` and `ECHOES` list what specc gets wrong today. They can only shrink: what is
listed and comes out right fails its test.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from functools import cache, reduce
from operator import getitem
from pathlib import Path
from typing import Any

import pytest

from specc.diagnostics import Diagnostic
from specc.pipeline import check_text

FOLDER = Path(__file__).parent / "programs"
ENCODINGS = {"one-hot": "onehot", "integer": "index"}
KEPT = ("epochs", "batch_size", "shuffle", "callbacks")  # of `fit`; the rest are facts

SOFTER = "a warning, since the second layer is bent: only two linear layers are an error"
ONE_AT_A_TIME = "only the activation is named; the loss is named once that is mended"

# (program, rule) of errors that are not found.
MISSED = {
    ("own-linear-conv-1x1", "missing-nonlinearity"): SOFTER,
    ("so-44164749", "wrong-loss-for-task"): ONE_AT_A_TIME,
    ("own-softmax-cce-tags", "wrong-loss-for-task"): ONE_AT_A_TIME,
}

# Correct programs that are called wrong.
FALSE: dict[str, str] = {}

# Programs of which something more than their faults is called an error: echoes of the fault.
ECHOES: dict[str, str] = {}

# Every rule that the catalogue calls an error (also) and that a spec alone can break.
ERRORS = frozenset({
    "batch-size-one", "betas-epsilon-range", "checkpoint-path", "class-weight-regression",
    "clip-conflict", "constant-weight-init", "constraint-as-regularizer", "cosine-single-unit",
    "duplicate-name", "embedding-range", "f1-needs-2d", "flatten-after-rnn-none",
    "flatten-before-conv", "from-logits-with-activation", "frozen-everything", "graph-cycle",
    "groups-divisibility", "high-dropout", "input-rank-mismatch", "kernel-larger-than-input",
    "kld-needs-distribution", "label-encoding-mismatch", "label-sign-mismatch",
    "label-smoothing-range", "learning-rate-too-high", "legacy-decay-argument", "loss-unknown",
    "meaniou-needs-argmax", "merge-shape-mismatch", "metric-accuracy-class",
    "metric-label-mismatch", "metric-unknown", "min-lr-above-lr", "missing-flatten",
    "missing-input-shape", "missing-nonlinearity", "missing-output-activation",
    "mixed-data-format", "monitor-not-logged", "multilabel-softmax",
    "normalization-not-adapted", "output-rank-mismatch", "output-shape-mismatch",
    "output-units-class-mismatch", "pearson-single-column", "plateau-with-schedule",
    "poisson-nonpositive-output", "pool-larger-than-input", "redundant-activation",
    "regression-bounded-output", "reshape-size-mismatch", "rnn-return-sequences-extra",
    "rnn-return-sequences-missing", "self-loop", "shared-layer-shape",
    "sigmoid-with-categorical-crossentropy", "silent-broadcast", "softmax-single-unit",
    "stateful-batch", "stride-and-dilation", "unknown-ref", "validation-is-training-data",
    "wrong-loss-for-task", "wrong-output-activation",
})


def lines(name: str) -> list[dict[str, Any]]:
    path = FOLDER / name
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    return [json.loads(line) for line in text.splitlines()]


COUNTED = [one for name in ("published", "own", "forms") for one in lines(f"{name}.jsonl")]
PROGRAMS = {one["id"]: one for one in (*COUNTED, *lines("found.jsonl"))}
CORRECT = {one["id"]: one for one in lines("correct.jsonl")}


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
    model = {"kind": program["kind"], "layers": program.get("layers"),
             **(program.get("model") or {})}
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


def check(spec: dict[str, Any]) -> tuple[Diagnostic, ...]:
    return check_text(json.dumps(spec).encode(), "program.specc.json", "json").diagnostics


@cache
def found(name: str) -> tuple[Diagnostic, ...]:
    """What is said of a program as it is."""
    return check(spec_of(PROGRAMS[name]))


@cache
def mended(name: str) -> tuple[Diagnostic, ...]:
    return check(spec_of({**PROGRAMS[name], **PROGRAMS[name]["fixed"]}))


@cache
def correct(name: str) -> tuple[Diagnostic, ...]:
    return check(CORRECT[name]["spec"])


def names(fault: dict[str, Any]) -> set[str]:
    return {fault["rule"], *fault.get("either", ())}


def says(one: Diagnostic, fault: dict[str, Any]) -> bool:
    """Whether a finding is about a fault, by one of its names."""
    return one.name in names(fault)


def hit(name: str, fault: dict[str, Any]) -> bool:
    severities = ("error",) if fault["severity"] == "error" else ("error", "warning")
    return any(says(one, fault) and (one.severity in severities or "any_severity" in fault)
               for one in found(name))


def of(severity: str, programs: list[dict[str, Any]]) -> list[tuple[str, dict[str, Any]]]:
    return [(program["id"], fault) for program in programs for fault in program["fault"]
            if fault["severity"] == severity]


def told(said: tuple[Diagnostic, ...]) -> str:
    return "\n".join(f"  {one.severity} {one.name} at {'/'.join(map(str, one.where.path))}: "
                     f"{one.message}" for one in said) or "  nothing"


WRONG = of("error", list(PROGRAMS.values()))
MENDED = [name for name, program in PROGRAMS.items() if program["fixed"]]


def test_there_are_programs() -> None:
    assert len(lines("published.jsonl")) >= 75
    assert len(COUNTED) >= 400
    assert len(CORRECT) >= 250
    assert len(of("error", COUNTED)) >= 300


def test_every_rule_is_broken_twice() -> None:
    broken = Counter(name for _, fault in WRONG for name in names(fault) & ERRORS)
    assert {rule: broken[rule] for rule in ERRORS if broken[rule] < 2} == {}


@pytest.mark.parametrize("name", PROGRAMS)
def test_its_errors_are_found(name: str) -> None:
    said, program = found(name), PROGRAMS[name]
    wrong = []
    for fault in program["fault"]:
        if fault["severity"] != "error":
            continue
        listed = MISSED.get((name, fault["rule"]))
        if hit(name, fault) and listed:
            wrong.append(f"{fault['rule']} is found now: take it out of MISSED")
        if not hit(name, fault) and not listed:
            wrong.append(f"not found: {fault['rule']} ({fault['explanation']})")
    more = tuple(one for one in said if one.severity == "error"
                 and not any(says(one, fault) for fault in program["fault"]))
    if more and name not in ECHOES:
        wrong.append(f"an error beside its faults:\n{told(more)}")
    if name in ECHOES and not more:
        wrong.append("nothing is said beside its faults now: take it out of ECHOES")
    assert not wrong, "\n".join([program["about"], *wrong, "said:", told(said)])


@pytest.mark.parametrize("name", MENDED)
def test_a_mended_program_has_no_error(name: str) -> None:
    wrong = tuple(one for one in mended(name) if one.severity == "error")
    assert not wrong, f"{PROGRAMS[name]['about']}, mended\n{told(wrong)}"


@pytest.mark.parametrize("name", CORRECT)
def test_a_correct_program_has_no_error(name: str) -> None:
    wrong = tuple(one for one in correct(name) if one.severity == "error")
    if name in FALSE:
        assert wrong, "no longer called wrong, so take it out of FALSE"
    else:
        assert not wrong, f"{CORRECT[name]['about']}\n{told(wrong)}"


def references(tree: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Where layers and blocks name what enters them."""
    if isinstance(tree, dict | list):
        for step, value in tree.items() if isinstance(tree, dict) else enumerate(tree):
            yield from references(value, (*path, step))
    elif isinstance(tree, str) and "inputs" in path[-2:] and not tree.startswith("@"):
        yield path


@pytest.mark.parametrize("name", CORRECT)
def test_a_misspelt_reference_is_one_mistake(name: str) -> None:
    said = {(one.code, one.where.path) for one in correct(name)}
    for path in references({key: CORRECT[name]["spec"].get(key) for key in ("model", "blocks")}):
        spec = deepcopy(CORRECT[name]["spec"])
        *above, last = path
        holder = reduce(getitem, above, spec)
        holder[last] += "_misspelt"
        more = tuple(one for one in check(spec) if (one.code, one.where.path) not in said)
        assert {one.name for one in more} == {"unknown-ref"}, f"{path}\n{told(more)}"


def test_what_is_listed_exists() -> None:
    assert set(MISSED) <= {(name, fault["rule"]) for name, fault in WRONG}
    assert set(FALSE) <= set(CORRECT)
    assert set(ECHOES) <= set(PROGRAMS)


def test_recall_of_errors() -> None:
    wrong = of("error", COUNTED)
    missed = [(name, fault["rule"]) for name, fault in wrong if not hit(name, fault)]
    assert len(missed) <= 0.05 * len(wrong), missed


def test_most_warnings_are_found() -> None:
    warned = of("warning", COUNTED)
    missed = [(name, fault["rule"]) for name, fault in warned if not hit(name, fault)]
    assert len(warned) >= 100
    assert len(missed) <= 0.1 * len(warned), missed


def test_correct_programs_are_seldom_warned_of() -> None:
    said = [*map(correct, CORRECT), *map(mended, MENDED)]
    warnings = sum(one.severity == "warning" for each in said for one in each)
    assert warnings <= 0.1 * len(said)


def test_allowances_are_there() -> None:
    """The column "must NOT fire when": a correct program for each rule that has an entry in it."""
    covered = Counter(words.split(":")[0] for one in CORRECT.values() for words in one["covers"])
    needed = {
        "softmax-single-unit", "missing-output-activation", "wrong-output-activation",
        "from-logits-with-activation", "multilabel-softmax", "wrong-loss-for-task",
        "one-vs-rest-multiclass", "classification-with-regression-loss",
        "regression-bounded-output", "output-units-class-mismatch", "output-rank-mismatch",
        "silent-broadcast", "label-encoding-mismatch", "label-sign-mismatch",
        "hinge-on-probability", "poisson-nonpositive-output", "msle-negative",
        "mape-zero-target", "kld-needs-distribution", "cosine-single-unit",
        "dice-tversky-output", "circle-usage", "ctc-usage", "activation-before-softmax",
        "accuracy-on-logits", "metric-logits-mismatch", "metric-label-mismatch",
        "binary-accuracy-on-multiclass", "meaniou-needs-argmax", "f1-needs-2d",
        "pearson-single-column", "missing-flatten", "nonpositive-output-size",
        "kernel-exceeds-map-same", "reshape-size-mismatch", "merge-shape-mismatch",
        "residual-broadcast", "disconnected-layer", "duplicate-name", "channels-order-suspect",
        "mixed-data-format", "batchnorm-axis-suspect", "flatten-after-rnn-none",
        "rnn-return-sequences-extra", "embedding-not-first", "mask-lost", "shared-layer-shape",
        "groups-divisibility", "output-shape-mismatch", "redundant-activation",
        "constant-weight-init", "dropout-before-batchnorm", "dropout-before-pooling",
        "missing-nonlinearity", "pooling-after-every-conv", "dropout-on-output",
        "norm-after-output", "batchnorm-on-single-step", "saturating-hidden-activation",
        "softmax-hidden", "selu-without-lecun", "large-init", "tiny-hidden-layer",
        "bottleneck-collapse", "vanishing-depth", "frozen-everything", "conv1d-long-kernel",
        "learning-rate-too-high", "learning-rate-too-low", "batch-size-one",
        "batch-size-too-large", "unnormalized-input", "normalization-not-adapted",
        "integer-input", "unscaled-target", "shuffle-off", "ema-misuse",
        "mixed-precision-output",
    }
    assert needed - set(covered) == set()
