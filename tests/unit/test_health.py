"""The rules about training, on signals made by hand: no Keras, no arrays."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specc.catalog import explain
from specc.diagnostics import Diagnostic
from specc.health import RULES
from specc.health.causes import EXPLAINS, causes
from specc.health.rate import diverged, rounded, smoothed, suggest
from specc.health.rule import Baseline, Ground, Seen, Words
from specc.health.schedule import Pace, derives, due, looks
from specc.health.signals import (
    LayerSignal,
    NormSignal,
    OutputSignal,
    Probe,
    Signals,
    WeightSignal,
    from_json,
    to_json,
    without_look,
)
from specc.health.watch import Watcher
from specc.pipeline import check_text
from specc.record import replace
from specc.source import Where

SPEC = b"""\
specc = 1
name = "a"
[inputs.x]
shape = [2]
[model]
kind = "sequential"
layers = [
  { type = "Dense", units = 8, activation = "relu" },
  { type = "Dense", units = 8, activation = "tanh", name = "bent" },
  { type = "Dense", units = 1, name = "y" },
]
[outputs.y]
task = "regression"
[fit]
epochs = 16
"""
GROUND = Ground(100, 50, 4, {"y": Baseline("predicting the mean", 1.0, 1.0)})
NUMBERS = st.one_of(st.floats(), st.sampled_from([0.0, -1.0, math.nan, math.inf, 1e38]))
SHARES = st.one_of(st.none(), NUMBERS)


@cache
def plan() -> Any:
    found = check_text(SPEC, "a.specc.toml")
    assert found.plan is not None
    assert found.ok, found.errors
    return found.plan


SLOW = Pace(epoch=1e4, look=10.0)  # epochs of which each is worth a look


def watcher(ground: Ground = GROUND) -> Watcher:
    return Watcher(plan(), ground, RULES)


def weight(layer: str, at: int, **more: Any) -> WeightSignal:
    """A kernel that moves by a tenth of its size an epoch."""
    sample = tuple(0.3 + 0.03 * at * (1 if i % 2 else -1) for i in range(8))
    kept = {"layer": layer, "name": "kernel", "count": 64, "norm": 2.0, "most": 0.5 + 0.01 * at,
            "gradient": 1e-2, "gradient_norm": 0.1, "gradient_most": 0.05, "alike": 0.4,
            "sample": sample}
    return WeightSignal(**{**kept, **more})


def healthy(at: int, loss: float) -> Probe:
    layers = (LayerSignal("dense", "relu", 8, 0.5, dead=0.1),
              LayerSignal("bent", "saturating", 8, 0.4, saturated=0.0),
              LayerSignal("y", "other", 1, 0.7))
    weights = tuple(weight(name, at) for name in ("dense", "bent", "y"))
    return Probe(loss, 0.0, layers, weights, (OutputSignal("y", 0.8, 1.0, -2.0, 2.0),),
                 (NormSignal("norm", 1.5),))


def falling(epochs: int = 16) -> list[Signals]:
    """A training that goes well: the loss halves every few epochs, validation follows."""
    found = [Signals(0, {}, 0.01, healthy(0, 1.3))]
    for epoch in range(1, epochs + 1):
        loss = 0.1 + 0.9 * 0.7 ** epoch
        logs = {"train.loss": loss, "val.loss": 1.1 * loss}
        look = due(epoch, epochs, "epoch", SLOW)
        found.append(Signals(epoch, logs, 0.01 if look else None,
                             healthy(epoch, loss) if look else None))
    return found


def seen(several: list[Signals], ground: Ground = GROUND) -> set[str]:
    one = watcher(ground)
    one.replay(several)
    one.close()
    return {each.name for each in one.found}


def test_what_goes_well_is_left_alone() -> None:
    assert seen(falling()) == set()


@settings(max_examples=30)
@given(st.integers(1, 60), st.floats(0.1, 10.0), st.floats(0.5, 0.98))
def test_silence_whatever_the_scale(epochs: int, start: float, ratio: float) -> None:
    several = [Signals(0, {}, 0.01, healthy(0, 1.5 * start))]
    for epoch in range(1, epochs + 1):
        loss = start * (0.02 + 0.98 * ratio ** epoch)
        several.append(Signals(epoch, {"train.loss": loss, "val.loss": 1.05 * loss}, 0.01,
                               healthy(epoch, loss)))
    ground = Ground(100, 50, 4, {"y": Baseline("predicting the mean", 2 * start, 2 * start)})
    assert seen(several, ground) <= {"overtraining"}


WEIGHTS = st.builds(
    WeightSignal, st.sampled_from(["dense", "bent", "y", "?"]),
    st.sampled_from(["kernel", "bias"]), st.integers(0, 9), NUMBERS, NUMBERS, NUMBERS, NUMBERS,
    NUMBERS, SHARES, st.lists(st.floats(-1e6, 1e6), max_size=3).map(tuple))
PROBES = st.builds(
    Probe, NUMBERS, NUMBERS,
    st.lists(st.builds(LayerSignal, st.sampled_from(["dense", "bent", "y", "?"]),
                       st.sampled_from(["relu", "saturating", "other"]), st.integers(0, 9),
                       NUMBERS, SHARES, SHARES), max_size=3).map(tuple),
    st.one_of(st.lists(WEIGHTS, max_size=4), st.lists(WEIGHTS.map(
        lambda one: replace(one, gradient=None, gradient_norm=None, gradient_most=None)),
        max_size=4)).map(tuple),
    st.lists(st.builds(OutputSignal, st.sampled_from(["y", "?"]), NUMBERS, NUMBERS, NUMBERS,
                       NUMBERS, st.lists(NUMBERS, max_size=3).map(tuple)), max_size=2).map(tuple),
    st.lists(st.builds(NormSignal, st.sampled_from(["dense", "?"]), NUMBERS),
             max_size=2).map(tuple))
LOGS = st.dictionaries(st.sampled_from(["train.loss", "val.loss", "train.y.accuracy", "odd"]),
                       st.one_of(NUMBERS, st.just([1.0, 2.0])))


@settings(max_examples=50)
@given(st.lists(st.tuples(LOGS, st.one_of(st.none(), NUMBERS), st.one_of(st.none(), PROBES)),
                max_size=8))
def test_no_number_is_too_odd(several: list[tuple[Any, Any, Any]]) -> None:
    one = watcher()
    for epoch, (logs, rate, probe) in enumerate(several):
        one.add(Signals(epoch, logs, rate, probe))
    one.close()
    assert len(one.causes()) <= len(one.found)


@given(PROBES, st.one_of(st.none(), st.floats(0, 1)))
def test_a_line_of_signals_reads_back(probe: Probe, rate: float | None) -> None:
    import json

    one = Signals(3, {"train.loss": 1.0}, rate, probe)
    again = from_json(json.loads(json.dumps(to_json(one))), one.logs)
    assert repr(again) == repr(one)  # NaN equals nothing


def test_an_epoch_without_a_look_knows_the_rate_that_is_logged() -> None:
    assert without_look(4, {"learning_rate": 0.5}).rate == 0.5
    assert without_look(4, {"train.loss": 0.5}).rate is None


def test_dead_units_need_two_looks() -> None:
    def dead(one: Signals) -> Signals:
        assert one.probe is not None
        layers = (LayerSignal("dense", "relu", 8, 0.0, dead=1.0), *one.probe.layers[1:])
        probe = Probe(one.probe.loss, 0.0, layers, one.probe.weights, one.probe.outputs)
        return Signals(one.epoch, one.logs, one.rate, probe)

    several = falling()
    assert "dead-relu" not in seen([*several[:2], dead(several[2]), *several[3:]])
    assert "dead-relu" in seen([several[0], dead(several[1]), dead(several[2]), *several[3:]])


def test_layers_that_fade_need_a_chain() -> None:
    deep = SPEC.replace(b'"tanh", name', b'"tanh", repeat = 4, name')
    plan_ = check_text(deep, "a.specc.toml").plan
    assert plan_ is not None
    names = [node.name for node in plan_.graph.nodes][1:5]

    def found(ratio: float, fallen: float) -> set[str]:
        layers = tuple(LayerSignal(name, "saturating", 8, ratio ** at, saturated=0.0)
                       for at, name in enumerate(names))
        one = Watcher(plan_, GROUND, RULES)
        one.replay(Signals(epoch, {}, 0.01, Probe(1.0 - fallen * epoch, 0.0, layers, tuple(
            weight(name, epoch) for name in ("dense", "y")))) for epoch in range(3))
        return {each.name for each in one.found}

    assert "poor-init" in found(0.05, 0.0)
    assert "poor-init" not in found(0.05, 0.1)
    assert "poor-init" not in found(0.5, 0.0)


def test_weights_that_begin_wide() -> None:
    def begun(norm: float) -> set[str]:
        first = healthy(0, 1.3)
        wide = weight("dense", 0, norm=norm)
        return seen([Signals(0, {}, 0.01, replace(first, weights=(wide, *first.weights[1:])))])

    assert begun(40.0) == {"weight-variance"}  # 64 numbers of 5
    assert begun(20.0) == set()


def test_a_loss_is_huge_beside_that_of_a_constant() -> None:
    def stays(loss: float, constant: float) -> set[str]:
        ground = Ground(100, 50, 4, {"y": Baseline("predicting the mean", constant, constant)})
        several = falling(4)
        return seen([several[0], *(Signals(one.epoch, {"train.loss": loss}, 0.01)
                                   for one in several[1:])], ground)

    assert "huge-loss" in stays(2000.0, 1.0)
    assert "huge-loss" in stays(30.0, 1.0)
    assert "huge-loss" not in stays(2000.0, 1800.0)
    assert "huge-loss" not in stays(9.0, 1.0)


def test_a_text_of_which_most_is_padding() -> None:
    def told(**words: Any) -> list[str]:
        kept = {"length": 100, "padding": 0.3, "enough": 80, "unknown": 0.1, **words}
        ground = replace(GROUND, texts={"x": Words(**kept)})
        one = watcher(ground)
        one.add(falling()[0])
        return [each.message for each in one.found if each.name == "seq-padding-ratio"]

    assert told() == []
    assert told(padding=0.9) == []  # the longest texts need it
    assert "90%" in told(padding=0.9, enough=20)[0]
    assert "30%" in told(unknown=0.3)[0]


def test_rows_of_an_embedding_that_are_never_trained() -> None:
    coded = SPEC.replace(b"layers = [\n", b"""layers = [
  { type = "Embedding", input_dim = 100, output_dim = 2, name = "codes" },
  { type = "Flatten" },
""")
    plan_ = check_text(coded, "a.specc.toml").plan
    assert plan_ is not None

    def found(moving: int) -> set[str]:
        one = Watcher(plan_, GROUND, RULES)
        for epoch in range(3):
            sample = tuple(0.1 * epoch if at < moving else 0.5 for at in range(64))
            held = weight("codes", 0, name="embeddings", sample=sample)
            one.add(Signals(epoch, {}, 0.01, Probe(1.0 / (1 + epoch), 0.0, (), (held,))))
        one.close()
        return {each.name for each in one.found}

    assert "dead-embedding" in found(10)
    assert "dead-embedding" not in found(40)
    assert "dead-embedding" not in found(0)  # nothing is trained: another matter


def test_accuracy_that_creeps_while_the_loss_falls_on() -> None:
    kinds = (SPEC.replace(b'units = 1,', b'units = 3, activation = "softmax",')
             .replace(b'task = "regression"',
                      b'task = "multiclass"\nclasses = 3\nmetrics = ["accuracy"]'))
    plan_ = check_text(kinds, "a.specc.toml").plan
    assert plan_ is not None
    key = f"train.{Seen(plan_, GROUND, Signals(0), (), {}, ()).accuracy(plan_.heads[0])}"

    def found(losses: list[float], gain: float) -> set[str]:
        one = Watcher(plan_, GROUND, RULES)
        one.replay(Signals(at + 1, {"train.loss": loss, key: 0.4 + gain * at}, 0.01)
                   for at, loss in enumerate(losses))
        one.close()
        return {each.name for each in one.found}

    creeping = [1.1 - 0.01 * at for at in range(16)]
    resting = [0.9 + 0.3 * 0.5 ** at for at in range(16)]
    assert "slow-convergence" in found(creeping, 0.005)
    assert "slow-convergence" not in found(creeping, 0.02)
    assert "slow-convergence" not in found(resting, 0.005)


def test_a_series_is_held_to_its_last_value() -> None:
    ground = Ground(100, 50, 4, {"y": Baseline("predicting the mean", 9.0, 9.0, last_loss=0.01)})
    assert seen(falling(), ground) == {"worse-than-baseline"}


def said(name: str) -> Diagnostic:
    kind = explain(name)
    assert kind is not None
    return kind(Where("a.specc.toml", (name,)), message=name)


def test_one_root_cause_and_the_others_also_seen() -> None:
    (root,) = causes([said("constant-predictions"), said("loss-not-decreasing"),
                      said("dead-relu")])
    assert root.name == "dead-relu"
    assert root.severity == "error"  # as grave as what it explains
    assert [one.message.split(":")[1].split()[0] for one in root.related] == [
        "constant-predictions", "loss-not-decreasing"]


def test_a_loss_that_rises_explains_that_it_became_huge() -> None:
    (root,) = causes([said("huge-loss"), said("underfitting"), said("loss-increasing")])
    assert root.name == "loss-increasing"
    assert len(root.related) == 2


def curves(train: list[float], val: list[float]) -> list[Signals]:
    return [Signals(epoch, {"train.loss": a, "val.loss": b}, None, None)
            for epoch, (a, b) in enumerate(zip(train, val, strict=True), 1)]


def test_rows_are_learned_by_heart_only_while_their_loss_stays_low() -> None:
    train, val = [1.0, 0.6, 0.4, 0.3, 0.2, 0.15, 0.1], [1.0, 0.7, 0.6, 0.6, 0.8, 0.9, 1.0]
    assert "overfitting" in seen(curves(train, val))
    rising = [1.0, 0.6, 0.4, 0.3, 0.5, 0.55, 0.6]  # both get worse: steps too large
    assert "overfitting" not in seen(curves(rising, val))


def test_two_causes_are_two() -> None:
    found = causes([said("suspiciously-perfect"), said("lr-too-high")])
    assert {one.name for one in found} == {"suspiciously-perfect", "lr-too-high"}
    assert not any(one.related for one in found)


def test_what_is_ignored_explains_nothing() -> None:
    found = causes([said("lr-too-low"), said("loss-not-decreasing")],
                   lambda one: one.name == "lr-too-low")
    assert [one.name for one in found] == ["loss-not-decreasing"]


def test_what_explains_and_is_explained_has_a_code() -> None:
    names = {*EXPLAINS, *(name for several in EXPLAINS.values() for name in several)}
    assert [one for one in names if explain(one) is None] == []


def test_looks_come_ever_later() -> None:
    assert looks(100, SLOW) == (0, 1, 2, 4, 8, 16, 32, 64)
    assert [one for one in range(21) if due(one, 20, "epoch", SLOW)] == [0, 1, 2, 4, 8, 16, 20]
    assert all(due(one, 20, "full", SLOW) for one in range(21))
    assert not any(due(one, 20, "off", SLOW) for one in range(21))


def test_short_epochs_are_looked_at_less_often() -> None:
    assert looks(1000, Pace(1.0, 10.0)) == (0, 1, 2, 4, 512)
    assert looks(3, Pace(1.0, 10.0)) == (0, 1, 2)
    assert due(100, 100, "epoch", Pace(1.0, 10.0))


@given(st.integers(1, 5000), st.floats(1e-3, 1e5), st.floats(1e-3, 1e5))
def test_looks_beyond_the_first_cost_a_tenth(epochs: int, epoch: float, look: float) -> None:
    found = looks(epochs, Pace(epoch, look))
    assert list(found) == sorted(set(found))
    assert all(len(found[:at]) * look <= 0.1 * one * epoch
               for at, one in enumerate(found) if one > 4)


def test_what_has_to_be_compiled_to_derive_waits_until_it_is_worth_it() -> None:
    pace = Pace(10.0, 1.0, derive=300.0)
    assert [derives(one, "epoch", pace) for one in (0, 299, 300)] == [False, False, True]
    assert derives(0, "full", pace)
    assert derives(0, "epoch", Pace(10.0, 1.0))


@pytest.mark.parametrize(("rate", "written"), [(0.0123, 0.01), (0.0099, 0.009), (3.7, 3.0),
                                               (0.001, 0.001), (1e-5, 1e-5)])
def test_a_rate_is_rounded_down_to_a_digit(rate: float, written: float) -> None:
    assert rounded(rate) == written


def test_a_rate_is_suggested_where_the_loss_falls_fastest() -> None:
    rates = [1e-6 * (1e7 ** (step / 199)) for step in range(200)]
    points = [(rate, 1.0 / (1.0 + (rate / 1e-2) ** 2) + (rate / 0.5) ** 4) for rate in rates]
    found = suggest(points)
    assert found.rate is not None
    assert 3e-3 <= found.rate <= 3e-2


def test_no_rate_is_suggested_where_nothing_falls() -> None:
    assert suggest([(10 ** (-6 + step / 30), 1.0) for step in range(200)]).rate is None
    assert suggest([(1e-6, 1.0)]).rate is None
    assert suggest([]).rate is None


@given(st.lists(st.tuples(NUMBERS, NUMBERS), max_size=40))
def test_suggesting_takes_any_numbers(points: list[tuple[float, float]]) -> None:
    found = suggest(sorted(points, key=repr))
    assert found.rate is None or found.rate > 0


def test_smoothing_begins_at_the_first_loss() -> None:
    assert smoothed([2.0, 2.0, 2.0]) == pytest.approx([2.0, 2.0, 2.0])
    assert not diverged([1.0] * 50)
    assert diverged([1.0] * 20 + [40.0] * 20)
