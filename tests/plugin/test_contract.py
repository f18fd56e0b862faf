"""The whole contract: a healthy spec passes every stage, and for each stage a twin that is broken
there fails it and no other. Where no spec can be broken so, a fault is put in where it would be.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from test_plugin import GOLDEN, SPEC, Project, outcomes, project

from specc.plugin import session
from specc.record import replace
from specc.runner import fresh
from specc.stages import BY_NAME, MARKERS, STAGES

import keras  # isort: skip
import numpy as np  # isort: skip
from jsonschema import Draft7Validator  # isort: skip

from specc.backend import build, feed, save
from specc.backend import whole as whole_epochs
from specc.diagnostics import Outcome
from specc.importer import as_text
from specc.ir.activation import ending
from specc.ops import OPS
from specc.pipeline import check_text
from specc.runner import lifecycle
from specc.runner.probes import PROBES, behaving, written

pytestmark = pytest.mark.keras
pytest_plugins = ["pytester"]
__all__ = ["project"]

BUDGET = "\n[budget]\nparams = 100\n"
EXPECT = '\n[expect]\n"test.y.loss" = { max = 10.0 }\n'
LINE = SPEC + BUDGET
MOST = SPEC.replace('name = "y" }', 'activation = "sigmoid", name = "y" }').replace(
    'task = "regression"\ntarget = "c"', 'task = "binary"\ntarget = "d"') + BUDGET
WHOLE = MOST + GOLDEN + EXPECT
ROWS = "a,b,c,d,e\n" + "".join(
    f"{i % 7 / 7:.3f},{i % 5 / 5:.3f},{i % 3:.3f},{int(i % 7 > i % 5)},{(i % 2) * 2 - 1}\n"
    for i in range(48))


class Shared(fresh.Fresh):
    """One fresh process for all tests here, as for all specs of a session."""

    def close(self) -> None:
        pass


@pytest.fixture(scope="module")
def worker() -> Iterator[Shared]:
    made = Shared()
    yield made
    fresh.Fresh.close(made)


@pytest.fixture
def whole(project: Project, worker: Shared, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A folder with a spec that says everything, and its golden."""
    monkeypatch.setattr(session.Bench, "fresh", worker)
    project.write("specs/rows.csv", ROWS)
    project.spec(WHOLE)
    return project


def held(project: Project, text: str, *arguments: str) -> dict[str, str]:
    """What each stage came to, the golden made for this spec before any fault."""
    project.spec(text)
    result = project.run("-v", *arguments)
    result.stdout.no_fnmatch_line("*Traceback*")
    project.said = result.stdout
    return outcomes(result)


def renewed(project: Project, text: str) -> None:
    project.spec(text)
    update = ("--specc-stage", "golden", "--specc-update-golden", "specs/line.specc.toml")
    assert project.run(*update).ret == 1


def test_a_healthy_spec_passes_every_stage(whole: Project) -> None:
    renewed(whole, WHOLE)
    assert held(whole, WHOLE) == {one.name: "PASSED" for one in STAGES}


def test_every_stage_is_held_by_something() -> None:
    assert set(PROBES) == set(BY_NAME) - {"check", "golden"}
    assert {one.family for one in STAGES} == set(MARKERS)


# What is broken in the spec itself.

BRANCHES = MOST.replace('kind = "sequential"', 'kind = "functional"').replace(
    '{ type = "Dense", units = 4, activation = "tanh" }',
    '''{ type = "Dense", units = 4, activation = "tanh", name = "h", inputs = "x" },
  { type = "Dense", units = 4, activation = "tanh", name = "deaf", inputs = "x" },
  { type = "Dense", units = 4, kernel_initializer = "zeros", trainable = false, name = "cut" },
  { type = "Add", inputs = ["h", "cut"] }''')
NO_HIDDEN = LINE.replace('  { type = "Dense", units = 4, activation = "tanh" },\n', "")
SPECS: dict[str, tuple[str, str]] = {
    "budget": (MOST.replace("params = 100", "params = 5"), "error?IR307? over-budget*"),
    "expect": (MOST + EXPECT.replace("10.0", "0.0"), "error?RU101? failed-expectation*"),
    "settings": (
        LINE.replace('target = "c"', 'target = "c"\nloss = { type = "Huber", delta = 0.1 }'),
        "error?RU211? setting-lost: * the `loss` of a batch is *"),
    "gradients": (BRANCHES, "error?RU209? without-gradient: `*` of `deaf` gets no gradient*"),
    "overfit": (  # the answers have nothing to do with the rows
        NO_HIDDEN.replace("units = 1, name", 'units = 1, kernel_initializer = "zeros", name')
        .replace('target = "c"', 'target = "e"').replace("0.05", "0.005"),
        "error?RU203? loss-stays*"),
    "descends": (LINE.replace("0.05", "4.0"), "error?RU210? loss-rises*"),
}


@pytest.mark.parametrize("stage", SPECS)
def test_a_spec_that_is_broken_fails_one_stage(whole: Project, stage: str) -> None:
    text, said = SPECS[stage]
    found = held(whole, text)
    whole.said.fnmatch_lines([said])
    assert failing(found) == [stage]


def failing(found: dict[str, str]) -> list[str]:
    assert set(found.values()) <= {"PASSED", "FAILED", "SKIPPED"}
    assert len(found) >= len(STAGES) - 2
    skipped = {name for name, word in found.items() if word == "SKIPPED"}
    assert skipped <= {"range"}  # a linear output has none
    return [name for name, word in found.items() if word == "FAILED"]


# What no spec can break: a fault, put in where it would be.

def strict_schema(patch: pytest.MonkeyPatch) -> None:
    """The JSON Schema does not know of three epochs."""
    patch.setattr(written, "validator", lambda: Draft7Validator(
        {"properties": {"fit": {"properties": {"epochs": {"maximum": 2}}}}}))


def forgetful_writer(patch: pytest.MonkeyPatch) -> None:
    """TOML loses the seed."""
    patch.setattr(written, "as_text", lambda tree, kind, schema: as_text(
        {key: one for key, one in tree.items() if (key, kind) != ("seed", "toml")}, kind, schema))


def wrong_table(patch: pytest.MonkeyPatch) -> None:
    """The table of operators has one weight too many in a Dense."""
    right = OPS["Dense"]

    def infer(layer: Any, takes: Any) -> Any:
        found = right.infer(layer, takes)
        return replace(found, weights=(*found.weights, found.weights[-1]))

    patch.setitem(OPS._known, "Dense", replace(right, infer=infer))


def mixed_rows(patch: pytest.MonkeyPatch) -> None:
    """In batches of five, predictions are a little larger."""
    right = save.predict

    def predict(*args: Any, batch_size: int = save.BATCH, **rest: Any) -> Any:
        found = right(*args, batch_size=batch_size, **rest)
        return {name: one * (1 + 1e-5 * (batch_size == 5)) for name, one in found.items()}

    patch.setattr(save, "predict", predict)


def loud_outputs(patch: pytest.MonkeyPatch) -> None:
    """A sigmoid that goes up to 3; what is proved to be on the disk is right."""
    right = save.predict

    def predict(*args: Any, anew: bool = False, **rest: Any) -> Any:
        found = right(*args, anew=anew, **rest)
        return found if anew else {name: 3 * one for name, one in found.items()}

    patch.setattr(save, "predict", predict)


def other_file(patch: pytest.MonkeyPatch) -> None:
    """What is on the disk, as the fresh process finds it, is another model."""
    right = Shared.predict

    def predict(self: Shared, model: Path, *rest: Any) -> Any:
        loaded = keras.saving.load_model(model)
        loaded.layers[-1].bias.assign_add([1e-6])
        loaded.save(beside := model.with_name("other.keras"))
        return right(self, beside, *rest)

    patch.setattr(Shared, "predict", predict)


def random_order(patch: pytest.MonkeyPatch) -> None:
    """The order of rows in the first epoch is another one each time."""
    drawn = iter(range(10**6))
    patch.setattr(whole_epochs, "order_of", lambda count, seed, epoch, shuffle: feed.order_of(
        count, seed if epoch else seed + next(drawn), epoch, shuffle))


def lost_step(patch: pytest.MonkeyPatch) -> None:
    """The optimizer begins anew when a run is resumed."""
    right = lifecycle.put_back

    def put_back(before: Any, model: Any, folder: Any) -> None:
        right(before, model, folder)
        if before.epochs:
            model.optimizer.iterations.assign(0)

    patch.setattr(lifecycle, "put_back", put_back)


def refused_model(patch: pytest.MonkeyPatch) -> None:
    """Keras refuses to build it."""
    def refused(plan: Any, *rest: Any, **more: Any) -> Any:
        return Outcome(None, (build.errors.keras_refuses(
            plan.spec.where("model"), component="Dense", name="y", reason="no room"),))

    patch.setattr(build, "build", refused)


def dead_process(patch: pytest.MonkeyPatch) -> None:
    """The fresh process dies over the question; the next one begins another."""
    def ask(self: Shared, question: Any) -> None:
        return None

    patch.setattr(Shared, "_ask", ask)


FAULTS: dict[str, tuple[str, Callable[[pytest.MonkeyPatch], None], str]] = {
    "readers": ("readers", strict_schema, "error?RU204? readers-disagree: the JSON Schema*"),
    "canonical": ("canonical", forgetful_writer, "error?RU205? not-the-same-*TOML*training*"),
    "inferred": ("inferred", wrong_table, "error?RU206? *the weights of `dense`*"),
    "rows": ("rows", mixed_rows, "error?RU207? row-not-alone: `y` differs in batches of 5*"),
    "range": ("range", loud_outputs, "error?RU208? outside-its-range: `y` ends with sigmoid*"),
    "reload": ("reload", other_file, "error?RU103? reload-differs*"),
    "a process that dies": ("reload", dead_process, "error?RU213? not-loaded-elsewhere*died*"),
    "resumes": ("resumes", lost_step, "error?RU212? resumed-otherwise: *`iteration`*optimizer*"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_fails_one_stage(whole: Project, monkeypatch: pytest.MonkeyPatch,
                                 name: str) -> None:
    stage, put_in, said = FAULTS[name]
    put_in(monkeypatch)
    found = held(whole, MOST)
    whole.said.fnmatch_lines([said])
    assert failing(found) == [stage]


def test_trainings_that_differ_fail_one_stage(whole: Project,
                                              monkeypatch: pytest.MonkeyPatch) -> None:
    """A golden would see it too: the spec has none."""
    random_order(monkeypatch)
    found = held(whole, MOST)
    whole.said.fnmatch_lines(["error?RU118? not-repeatable: *`dense/kernel` differs*"])
    assert failing(found) == ["deterministic"]


def test_a_golden_number_that_moved_fails_one_stage(whole: Project) -> None:
    renewed(whole, MOST + GOLDEN)
    tree = json.loads(whole.golden.read_text(encoding="utf-8"))
    tree["seeds"]["7"]["values"]["train.loss"][0] *= 1.001
    whole.golden.write_text(json.dumps(tree), encoding="utf-8")
    found = held(whole, MOST + GOLDEN)
    whole.said.fnmatch_lines(["error?GO105? *"])
    assert failing(found) == ["golden"]


def test_a_model_that_is_not_built_is_told_once(whole: Project,
                                                monkeypatch: pytest.MonkeyPatch) -> None:
    refused_model(monkeypatch)
    found = held(whole, SPEC)
    whole.said.fnmatch_lines(["error?IR901? *no room*"])
    assert [name for name, word in found.items() if word == "FAILED"] == ["compiles"]
    assert {name for name, word in found.items() if word == "PASSED"} == {
        "check", "readers", "canonical"}


def test_a_mistake_is_told_once_and_keeps_all_others_from_going_on(whole: Project) -> None:
    found = held(whole, WHOLE.replace('"tanh"', '"tanhh"'))
    assert [name for name, word in found.items() if word == "FAILED"] == ["check"]
    assert set(found) == set(BY_NAME)
    assert {word for name, word in found.items() if name != "check"} == {"SKIPPED"}


SOFTMAX = """
specc = 1
[inputs.x]
shape = [4]
[model]
kind = "sequential"
layers = [{ type = "Dense", units = 3, activation = "softmax", name = "y" }]
[outputs.y]
task = "multiclass"
classes = 3
"""


@pytest.mark.parametrize(("values", "said"), [
    ([[0.25, 0.25, 0.5]], None),
    ([[0.25, 0.25, 0.25]], "a row sums to 0.75"),
    ([[0.25, 0.25, 0.5], [1.5, -0.5, 0.0]], "it reaches -0.5"),
    ([[np.nan, 0.5, 0.5]], None),
])
def test_probabilities_sum_to_one(values: Any, said: str | None) -> None:
    plan = check_text(SOFTMAX.encode(), "a.specc.toml").plan
    assert plan is not None
    end = ending(plan.graph, plan.heads[0].tensor)
    assert end is not None
    subject: Any = SimpleNamespace(plan=plan)
    assert behaving._outside(np.array(values), end, subject, "y") == said


JSON = {"specc": 1, "description": None, "inputs": {"x": {"shape": [4]}},
        "model": {"kind": "sequential", "dtype": "float32",
                  "layers": [{"type": "Dense", "units": 1, "name": "y"}]},
        "outputs": {"y": {"task": "regression", "loss": {"type": "Huber", "delta": 2}}}}


def test_what_toml_cannot_say_is_not_asked_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    checked = check_text(json.dumps(JSON).encode(), "a.specc.json", "json")
    assert checked.errors == ()
    subject: Any = SimpleNamespace(plan=checked.plan)
    asked = []
    monkeypatch.setattr(written, "as_text", lambda tree, kind, schema: asked.append(kind) or
                        as_text(tree, kind, schema))
    assert list(written.canonical(subject)) == []
    assert list(written.readers(subject)) == []
    assert asked == ["json"]
