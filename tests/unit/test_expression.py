"""Expressions: what they give, what they refuse, and that nothing makes them slow."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from patience import in_time

from specc.source import Tree, Where
from specc.syntax.expression import (
    Refusal,
    diagnose,
    evaluate,
    evaluate_params,
    is_expression,
    names_in,
    order_params,
    substitute,
    unescape,
)

NAMES: dict[str, Tree] = {
    "units": 30, "rate": 0.001, "deep": True, "kind": "relu", "list": [1, 5, 3],
    "opt": {"type": "Adam"}, "i": 2, "nothing": None, "inputs.deck.size": 9, "lambda": 7,
    "outputs.species.classes": 3, "huge": 2**60,
}


def where(*path: str | int) -> Where:
    return Where("a", path)


GIVES: list[tuple[str, Any]] = [
    ("=4 * units", 120), ("=units // 7", 4), ("=units / 4", 7.5), ("=units % 7", 2),
    ("=2 ** i", 4), ("=2 ** 2 ** 2", 16), ("=-units + 1", -29), ("=+i", 2),
    ("=max(units // 2 ** i, 8)", 8), ("=min(1, 2.5)", 1), ("=round(2.567, 1)", 2.6),
    ("=round(2.5)", 2), ("=abs(-3)", 3), ("=max(list)", 5), ("=min('a', 'b')", "a"),
    ("=i == 0", False), ("=2 if i == 0 else 1", 1), ("=1 < i < 3", True), ("=1 < i < 2", False),
    ("=kind == 'relu' and deep", True), ("=not deep", False), ("=nothing or 5", 5),
    ("=deep == 1", False), ("=1 == 1.0", True), ("=true != deep", False), ("=none", None),
    ("=nothing == none", True), ("='a' + kind", "arelu"), ("='ab' * 2", "abab"),
    ("=2 * 'ab'", "abab"), ("=opt", {"type": "Adam"}), ("=list", [1, 5, 3]), ("=deep", True),
    ("=huge", 2**60), ("= units ", 30), ("=inputs.deck.size", 9), ("=lambda", 7),
    ("=outputs.species.classes * 2", 6), ("==x", "=x"), ("==", "="), ("plain", "plain"),
    ("", ""), ("=0 if true else 1 // 0", 0), ("=false and 1 // 0", False), ("=1_000", 1000),
    ("=0x10", 16), ('="=x"', "=x"), ("=opt == opt", True), ("=2 ** 52 + 1", 2**52 + 1),
    ("=2 ** -1", 0.5), ("=list == list or units", True),
]


@pytest.mark.parametrize(("text", "value"), GIVES)
def test_gives(text: str, value: Any) -> None:
    given_ = evaluate(text, NAMES)
    assert given_ == value
    assert type(given_) is type(value)


REFUSES: list[tuple[str, str, str]] = [
    ("=", "SX201", "nothing stands after `=`; the text `=` is written `==`"),
    ("=4 *", "SX201", "`4 *` is not an expression: invalid syntax"),
    ("=1 +\0", "SX201", "is not an expression"),
    ("=\ud800", "SX201", "is not an expression"),
    ("=(", "SX201", "is not an expression: `(` was never closed"),
    ("=unit", "SX202", "unknown name `unit`; did you mean `units`?"),
    ("=4 * unit", "SX202", "unknown name `unit`; did you mean `units`?"),
    ("=1 if true else unit", "SX202", "unknown name `unit`; did you mean `units`?"),
    ("=inputs.deck.sise + 1", "SX202", "did you mean `inputs.deck.size`?"),
    ("=inputs.price.length", "SX202", "it is not written in the file"),
    ("=units.__class__", "SX202", "unknown name `units.__class__`"),
    ("=__import__('os')", "SX203", "`__import__` is not a function here; there are "
     "`min`, `max`, `round`, `abs`"),
    ("=().__class__", "SX203", "`().__class__` is not a name"),
    ("=max(1, key=2)", "SX203", "`max` takes no arguments by name"),
    ("=[1, 2]", "SX203", "an expression gives one value; write the list in the file"),
    ("=2 ^ 3", "SX203", "there is no `^`; a power is `**`"),
    ("=list[0]", "SX203", "there is no indexing"),
    ("=f'{units}'", "SX203", "there are no f-strings"),
    ("=lambda: 1", "SX203", "expressions have no such thing as `lambda: 1`"),
    ("=(x := 3)", "SX203", "expressions have no such thing as `(x := 3)`"),
    ("=1j", "SX203", "`1j` is not a value of a spec"),
    ("=b'x'", "SX203", "is not a value of a spec"),
    ("=...", "SX203", "is not a value of a spec"),
    ("=1" + " + 1" * 50, "SX203", "an expression has at most 200 characters; this has 202"),
    ("=" + "-" * 90 + "1", "SX203", "operators stand more than 40 deep in one another"),
    ("=" + "(" * 95 + ")" * 95, "SX203", "an expression gives one value"),
    ("=units // 0", "SX204", "division by zero: `30 // 0`"),
    ("=0 ** -1", "SX204", "division by zero"),
    ("=2 ** 65", "SX204", "the exponent 65 is beyond 64"),
    ("=9 ** 9 ** 9", "SX204", "the exponent 387420489 is beyond 64"),
    ("=2 ** 53", "SX204", "the result is too large; numbers stay under 2^53"),
    ("=1e300 * 1e300", "SX204", "too large"),
    ("=1e999", "SX204", "too large"),
    ("=huge + 1", "SX204", "too large"),
    ("=(-8) ** 0.5", "SX204", "the power of a negative number by a fraction is not a number"),
    ("='a' * 10 ** 9", "SX204", "the text would have 1,000,000,000 characters, more than 10,000"),
    ("=units + kind", "SX204", '`+` does not take the number 30 and the text "relu"'),
    ("=deep + 1", "SX204", "`+` does not take `true` and the number 1"),
    ("='%9999999999d' % 1", "SX204", "`%` does not take"),
    ("=list * 3", "SX204", "`*` does not take a list and the number 3"),
    ("=opt < 3", "SX204", "`<` does not take a table and the number 3"),
    ("=-kind", "SX204", 'a sign stands before the text "relu"'),
    ("=max(1)", "SX204", "`max` takes two or more numbers"),
    ("=max(1, 'a')", "SX204", "`max` takes two or more numbers"),
    ("=abs(kind)", "SX204", "`abs` takes one number"),
    ("=round(5, -10 ** 12)", "SX204", "`round` takes a number"),
    ("=round(5, 0.5)", "SX204", "`round` takes a number"),
]


@pytest.mark.parametrize(("text", "code", "reason"), REFUSES)
def test_refuses(text: str, code: str, reason: str) -> None:
    refusal = evaluate(text, NAMES)
    assert isinstance(refusal, Refusal)
    assert refusal.kind.code == code
    assert reason in refusal.reason
    assert diagnose(refusal, where("a")).message == refusal.reason


def test_there_are_cases() -> None:
    assert len(GIVES) > 40
    assert len(REFUSES) > 40


def test_a_counter_outside_a_repeat() -> None:
    refusal = evaluate("=i + 1", {"units": 3})
    assert isinstance(refusal, Refusal)
    assert refusal.reason == "unknown name `i`; `i` counts inside a `repeat`"


def test_names() -> None:
    assert names_in("=max(a, b.c.d) if none else i ** a") == {"a", "b.c.d", "i"}
    assert names_in("=a") == {"a"}
    assert names_in("=true") == names_in("==a") == names_in("a") == names_in("=a +") == frozenset()


def test_escapes() -> None:
    assert [unescape(one) for one in ("==x", "===", "x")] == ["=x", "==", "x"]
    assert [is_expression(one) for one in ("=x", "==x", "x", 3)] == [True, False, False, False]


# --- properties -----------------------------------------------------------------------------

NUMBERS = st.integers(-50, 50).map(str) | st.floats(-50, 50).map(lambda x: f"({x!r})")
ARITHMETIC = st.recursive(
    NUMBERS,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", "*", "/", "//", "%", "**", "<", "==", "and",
                                          "or"]), inner).map(lambda t: f"({' '.join(t)})"),
        st.tuples(st.sampled_from(["min", "max"]), inner, inner).map(
            lambda t: f"{t[0]}({t[1]}, {t[2]})"),
        inner.map(lambda one: f"abs({one})"), inner.map(lambda one: f"(not {one})"),
        st.tuples(inner, inner, inner).map(lambda t: f"({t[0]} if {t[1]} else {t[2]})")),
    max_leaves=8).filter(lambda text: len(text) < 190)


@given(ARITHMETIC)
@settings(deadline=None, max_examples=500)
def test_agrees_with_python(text: str) -> None:
    ours = evaluate("=" + text, {})
    if isinstance(ours, Refusal):
        return
    theirs = eval(text)  # the texts are made above, of numbers and operators
    assert type(ours) is type(theirs)
    assert ours == theirs


@given(st.text(max_size=60) | st.lists(st.sampled_from(
    ["=", "a", "(", ")", "9", "**", "*", "'x'", "max", ",", ".", "if", "else", " ", "-", "not ",
     "lambda", ":", "[", "]", "{", "}", "\n", "\\", "f'", "none", "\ud800"]),
    max_size=40).map("".join))
@settings(deadline=1000, max_examples=1000)
def test_never_raises_and_never_hangs(text: str) -> None:
    names: dict[str, Tree] = {"a": 3, "x": "text", "max": [1]}
    value = evaluate("=" + text, names)
    if isinstance(value, Refusal):
        assert value.reason
        assert value.kind.code != "SX202" or value.facts["name"] in names_in("=" + text)


# --- trees ----------------------------------------------------------------------------------


def test_substitution_replaces_values_and_leaves_keys() -> None:
    tree = {"=units": ["=units", {"a": "==b", "c": "=opt"}], "n": 3, "t": "text", "z": "=none"}
    out = substitute(tree, NAMES, where)
    assert out.ok
    assert out.value == {"=units": [30, {"a": "=b", "c": {"type": "Adam"}}], "n": 3, "t": "text",
                         "z": None}


def test_every_mistake_is_said_at_its_place() -> None:
    out = substitute({"a": ["=unit", {"b": "=1 // 0"}], "c": "=units"}, NAMES, where)
    assert [(one.code, one.where.pointer) for one in out.diagnostics] == [
        ("SX202", "/a/0"), ("SX204", "/a/1/b")]
    assert out.value == {"a": ["=unit", {"b": "=1 // 0"}], "c": 30}


def test_params_in_any_order() -> None:
    out = evaluate_params({"c": "=b + a", "b": "=2 * a", "a": 3, "t": ["=c", "==x"], "u": "=t"},
                          {"a": 99, "inputs.deck.size": 9}, where)
    assert out.diagnostics == ()
    assert out.value == {"c": 9, "b": 6, "a": 3, "t": [9, "=x"], "u": [9, "=x"]}


@pytest.mark.parametrize(("params", "messages"), [
    ({"a": "=b", "b": "=a"}, ["cyclic reference: a -> b -> a"]),
    ({"a": "=a + 1"}, ["cyclic reference: a -> a"]),
    ({"x": "=a", "a": "=1 + b", "b": ["=c"], "c": {"k": "=a"}, "y": "=c"},
     ["cyclic reference: a -> b -> c -> a"]),
    ({"a": "=b", "b": "=a", "c": "=d", "d": "=c"},
     ["cyclic reference: a -> b -> a", "cyclic reference: c -> d -> c"]),
    ({"a": "=b + c", "b": "=a", "c": "=a"}, ["cyclic reference: a -> b -> a"]),
    ({"a": "=b", "b": "=1 // 0", "c": "=[a]"},
     ["division by zero: `1 // 0`", "an expression gives one value; write the list in the file, "
      "expressions in it"]),
    ({"a": "=unit", "units": "=3", "b": "=a", "c": "=b"},
     ["unknown name `unit`; did you mean `units`?"]),
])
def test_one_mistake_in_params_is_said_once(params: dict[str, Tree], messages: list[str]) -> None:
    out = evaluate_params(params, {}, where)
    assert [one.message for one in out.diagnostics] == messages
    assert out.value is not None
    lost = {name: "=" + name for name, value in out.value.items() if isinstance(value, Refusal)}
    assert lost
    assert substitute(lost, out.value, where).diagnostics == ()


def test_long_circles_are_told_short() -> None:
    params = {f"p{n}": f"=p{(n + 1) % 5000}" for n in range(5000)}
    found, = evaluate_params(params, {}, where).diagnostics
    assert found.message == "cyclic reference: p0 -> p1 -> p2 -> p3 -> ... -> p4999 -> p0"


def test_long_chains_are_quick() -> None:
    params = {f"p{n}": f"=p{n + 1} + 1" for n in range(20_000)} | {"p20000": 0}
    begun = time.process_time()
    out = evaluate_params(params, {}, where)
    assert in_time(time.process_time() - begun, 5)
    assert out.value is not None
    assert out.value["p0"] == 20_000


def test_many_edges_are_quick() -> None:
    names = [f"p{n}" for n in range(3000)]
    params = {name: "=" + " + ".join(names[max(0, at - 10):at + 10])
              for at, name in enumerate(names)}
    assert len(names_in(params["p2000"])) == 20
    begun = time.process_time()
    order = order_params(params)
    assert in_time(time.process_time() - begun, 5)
    assert set(order.names) == set(names)


@pytest.mark.parametrize("copies", [1, 10])
def test_params_that_multiply_are_refused(copies: int) -> None:
    """Ten copies of ten copies of ...; and one list in another, 200 deep."""
    params: dict[str, Tree] = {f"p{n}": [f"=p{n + 1}"] * copies for n in range(200)}
    begun = time.process_time()
    out = evaluate_params(params | {"p200": [1]}, {}, where)
    assert in_time(time.process_time() - begun, 2)
    assert {one.code for one in out.diagnostics} == {"SX206"}


def test_a_param_used_often_in_a_document_is_counted() -> None:
    out = substitute(["=big"] * 200, {"big": [0] * 1000}, where)
    assert out.diagnostics[0].code == "SX206"
    assert substitute(["=big"] * 90, {"big": [0] * 1000}, where).ok


@given(st.dictionaries(st.sampled_from("abcdef"), st.lists(st.sampled_from("abcdef"), max_size=3)))
def test_order_is_an_order(needs: dict[str, list[str]]) -> None:
    params: dict[str, Tree] = {name: ["=" + one for one in used] for name, used in needs.items()}
    order = order_params(params)
    assert sorted(order.names) == sorted(params)
    for at, name in enumerate(order.names):
        if name not in order.stuck:
            assert set(needs[name]) & params.keys() <= set(order.names[:at])
    assert bool(order.cycles) is bool(order.stuck)
