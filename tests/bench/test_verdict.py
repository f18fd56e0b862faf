"""Verdicts, from made-up numbers; and the order in which sides take turns."""

from __future__ import annotations

import gc
import weakref
from itertools import islice

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from specc.runner.bench import stored, verdict
from specc.runner.bench.clock import in_turns, orders, without_old_garbage
from specc.runner.bench.figures import FIGURES
from specc.runner.bench.shown import shown
from specc.runner.bench.verdict import Interval, Verdict
from specc.runner.bench.wanted import wanted

STEP, MEMORY = FIGURES["step"], FIGURES["memory"]
TIMES = st.lists(st.floats(1e-6, 1e3), min_size=5, max_size=30)


def around(middle, spread, count, seed=0):
    return list(middle * np.exp(np.random.default_rng(seed).normal(0, spread, count)))


def test_a_clear_difference_is_shown():
    one, other = around(1, 0.01, 20), around(1.2, 0.01, 20, seed=1)
    found = verdict.judged(STEP, one, other, 0.03, in_turns=True)
    assert found.word == "slower"
    assert found.interval.low > 1.03
    assert verdict.judged(STEP, other, one, 0.03, in_turns=True).word == "faster"
    assert verdict.judged(MEMORY, one, other, 0.03, in_turns=False).word == "more"
    assert verdict.judged(MEMORY, other, one, 0.03, in_turns=False).word == "less"


def test_a_difference_within_the_bound_is_not_shown():
    one, other = around(1, 0.001, 20), around(1.2, 0.001, 20)
    assert verdict.judged(STEP, one, other, 0.25, in_turns=True).word == "no difference shown"


def test_what_slows_both_down_goes_out_of_the_ratios():
    """A neighbour makes some rounds four times as long; in turns the difference still shows."""
    busy = np.array([1, 1, 4, 4, 4, 1, 4, 1, 1, 4, 4, 1])
    one, other = list(1.0 * busy), list(1.1 * busy)
    assert verdict.judged(STEP, one, other, 0.03, in_turns=True).word == "slower"
    assert verdict.judged(STEP, one, other, 0.03, in_turns=False).word == "no difference shown"


@pytest.mark.parametrize("count", [1, 2, 4])
def test_few_rounds_show_nothing(count):
    found = verdict.judged(STEP, [1.0] * count, [9.0] * count, 0.03, in_turns=True)
    assert found.word == "no difference shown"
    assert found.ratio == 9
    assert "cannot show one" in found.why


def test_five_processes_show_a_difference_where_they_do_not_overlap():
    one = [1.0, 1.01, 1.02, 1.03, 1.04]
    assert verdict.judged(STEP, one, [1.2] * 5, 0.03, in_turns=False).word == "slower"
    assert verdict.judged(STEP, one, [1.2] * 4 + [1.0], 0.03, in_turns=False
                          ).word == "no difference shown"


@given(TIMES, st.floats(0.01, 100), st.floats(0, 1), st.booleans())
def test_one_against_the_other_is_the_other_against_the_one(times, factor, bound, in_turns):
    other = [factor * one for one in times[::-1]]
    there = verdict.judged(STEP, times, other, bound, in_turns=in_turns)
    back = verdict.judged(STEP, other, times, bound, in_turns=in_turns)
    assume(all(abs(value - edge) > 1e-9 for one in (there, back) if one.interval
               for value in (one.interval.low, one.interval.high)
               for edge in (1 + bound, 1 / (1 + bound))))
    swapped = {"faster": "slower", "slower": "faster"}
    assert back.word == swapped.get(there.word, there.word)
    assert back.ratio == pytest.approx(1 / there.ratio)


@given(TIMES, st.floats(0.01, 100))
def test_the_unit_of_time_changes_nothing(times, scale):
    other = [2 * one for one in times]
    found = verdict.judged(STEP, times, other, 0.1, in_turns=True)
    again = verdict.judged(STEP, [scale * one for one in times], [scale * one for one in other],
                           0.1, in_turns=True)
    assert found.word == again.word


@given(TIMES, st.booleans())
def test_nothing_differs_from_itself(times, in_turns):
    assert verdict.judged(STEP, times, times, 0.03, in_turns=in_turns
                          ).word == "no difference shown"


@given(st.lists(st.floats(1e-3, 1e3), min_size=9, max_size=40))
def test_an_interval_holds_the_median_of_what_it_is_made_of(values):
    found = verdict.interval(values, 0.99)
    assert found.low <= float(np.median(values)) * (1 + 1e-12)
    assert found.high >= float(np.median(values)) * (1 - 1e-12)


def test_the_interval_is_wrong_as_seldom_as_it_says():
    """Of 500 medians of nine values whose median is 1, at most 1 % lie outside."""
    random = np.random.default_rng(5)
    outside = 0
    for _ in range(500):
        found = verdict.interval(list(random.exponential(1 / np.log(2), 9)), 0.99)
        outside += not found.low <= 1 <= found.high
    assert outside <= 5


def test_noise_alone_is_seldom_called_a_difference():
    """The whole rule on equal things, 200 times: the bound comes from a control of the same."""
    wrong = 0
    for seed in range(200):
        this, control, other = (around(1, 0.1, 12, seed=(seed, part)) for part in range(3))
        bound = verdict.noise(STEP, this, control)
        wrong += verdict.judged(STEP, this, other, bound,
                                in_turns=True).word != "no difference shown"
    assert wrong <= 1


def test_noise_is_what_a_control_shows_and_never_below_the_floor():
    assert verdict.noise(STEP, [1.0] * 9, [1.0] * 9) == verdict.FLOOR["s"]
    assert verdict.noise(STEP, [1.0] * 9, [1.5] * 9) == pytest.approx(0.5)
    assert verdict.noise(STEP, [1.5] * 9, [1.0] * 9) == pytest.approx(0.5)
    assert verdict.noise(STEP, [1.0, 1.2, 1.5]) == pytest.approx(0.25)  # without, of few
    assert verdict.noise(STEP, [1.0, 2.0] * 10) == pytest.approx(1)  # every other round


@given(st.floats(0.1, 10), st.floats(0.1, 10))
def test_how_far_an_interval_reaches_is_the_same_both_ways(one, other):
    low, high = sorted((one, other))
    assert Interval(low, high).beyond == pytest.approx(Interval(1 / high, 1 / low).beyond)


def test_only_what_is_shown_to_be_worse_can_fail():
    found = [Verdict("step", "slower", 1.3), Verdict("epoch", "slower", 1.05),
             Verdict("build", "no difference shown", 1.9), Verdict("memory", "more", 1.4),
             Verdict("check", "no baseline"), Verdict("rows", "faster", 0.2)]
    assert [one.figure for one in verdict.worse(found, 10)] == ["step", "memory"]


def test_sides_take_turns():
    assert list(islice(orders("abc"), 6)) == [
        tuple("abc"), tuple("bca"), tuple("cab"), tuple("cba"), tuple("acb"), tuple("bac")]
    asked: list[str] = []

    def side(name):
        return lambda: asked.append(name) or {"step": 1.0, "other": 2.0}

    found = in_turns({"a": side("a"), "b": side("b")}, 3, 0, lambda: 0.0)
    assert "".join(asked) == "abba" + "ba"
    assert found == {name: {"step": [1.0] * 3, "other": [2.0] * 3} for name in "ab"}


def test_short_rounds_are_repeated_until_their_time_is_over():
    now = iter(range(100))
    found = in_turns({"a": lambda: {"step": 1.0}}, 2, 10, lambda: next(now))
    assert len(found["a"]["step"]) == 10


ENVIRONMENT = {"platform": "Linux", "backend": "jax", "device": "cpu", "threads": {"intra": 2},
               "cpu": {"name": "a"}, "flags": {}, "versions": {"keras": "3.15"}}


def benchmark(name, digest, figure, data, timer="wall", **more):
    spec = {"name": name, "hashes": dict.fromkeys(("all", *stored.PARTS), digest)}
    machine = stored.machine_key(ENVIRONMENT, timer)
    return {"extra_info": stored.note(spec, ENVIRONMENT, machine, figure, 0.05, more),
            "stats": {"data": data}}


def test_the_fingerprint_is_of_the_machine_not_of_versions():
    key = stored.machine_key(ENVIRONMENT, "wall")
    assert key == stored.machine_key(ENVIRONMENT | {"versions": {}, "python": "3.13"}, "wall")
    assert key == stored.machine_key(ENVIRONMENT | {"flags": {"JAX_PLATFORMS": "cpu"}}, "wall")
    assert len({key, stored.machine_key(ENVIRONMENT, "cpu"),
                *(stored.machine_key(ENVIRONMENT | changed, "wall") for changed in (
                    {"backend": "torch"}, {"device": "a GPU"}, {"threads": {"intra": 1}},
                    {"cpu": {"name": "b"}}, {"flags": {"XLA_FLAGS": "--x"}}))}) == 7


def test_the_newest_result_of_the_same_spec_is_found():
    files = [("old", {"datetime": "2026-01-01", "benchmarks": [
                  benchmark("s", "1", "step", [1.0]),
                  benchmark("s", "1", "import", [3.0], bytes={"memory": [5, 6]})]}),
             ("new", {"datetime": "2026-02-01", "benchmarks": [
                  benchmark("s", "1", "step", [2.0]), benchmark("t", "2", "step", [9.0]),
                  {"extra_info": {}, "stats": {"data": [1.0]}}]})]  # of somebody else
    found = list(stored.results(files))
    machine = found[0].machine
    one, why = stored.fitting(found, {"name": "s", "hashes": {"all": "1"}}, machine)
    assert (one.path, one.figures, why) == ("new", {"step": [2.0]}, "")
    old = next(iter(stored.results(files[:1])))
    assert old.figures == {"step": [1.0], "import": [3.0], "memory": [5.0, 6.0]}

    changed = {"name": "s", "hashes": {"all": "3"}}
    assert stored.fitting(found, changed, machine)[0] is None
    assert "the spec has changed" in stored.fitting(found, changed, machine)[1]
    assert stored.fitting(found, changed, machine, named=True)[0].path == "new"
    assert "another machine" in stored.fitting(found, changed, "x", named=True)[1]
    stranger = {"name": "u", "hashes": {"all": "3"}}
    assert stored.fitting(found, stranger, machine) == (None, "nothing is stored of this spec")


def test_a_verdict_takes_more_rounds_than_a_look():
    look, judged = wanted(figures=None, against=None), wanted(compare=True)
    assert (look.rounds, look.processes, look.control) == (5, 3, False)
    assert (judged.rounds, judged.processes, judged.control) == (9, 5, True)
    assert wanted(against="b", rounds=3, processes=0).measures[-1] == "predict"


@pytest.mark.parametrize(("value", "unit", "text"), [
    (1.5, "s", "1.5 s"), (0.0125, "s", "12.5 ms"), (0.00000125, "s", "1.25 µs"),
    (3 * 2**20, "B", "3 MiB"), (12, "B", "12 B")])
def test_numbers_have_a_unit(value, unit, text):
    assert shown(value, unit) == text


def test_a_round_begins_without_garbage_and_pays_for_none_that_is_older():
    class Loop:
        """Garbage that only a collection finds."""

        def __init__(self):
            self.me = self

    kept, frozen = [Loop() for _ in range(1000)], gc.get_freeze_count()
    dead: list[weakref.ref[Loop]] = []

    def turn():
        found = {"dead": sum(one() is not None for one in dead),
                 "old": sum(isinstance(one, Loop) for one in gc.get_objects())}
        dead.append(weakref.ref(Loop()))
        return found

    with without_old_garbage({"a": turn}) as swept:
        assert [swept["a"]() for _ in range(3)] == [{"dead": 0, "old": 0}] * 3
        assert gc.get_freeze_count() > len(kept)
    assert gc.get_freeze_count() <= frozen


def test_what_was_set_aside_comes_back_where_a_round_fails():
    def turn():
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), without_old_garbage({"a": turn}) as swept:
        swept["a"]()
    assert gc.get_freeze_count() == 0
