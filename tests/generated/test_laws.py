"""specc's own laws, held to drawn specs."""

from __future__ import annotations

import copy
from collections import Counter
from random import Random
from typing import Any

from hypothesis import find, given, settings
from hypothesis import strategies as st

from generated.living import components, drawn
from specc.identity import canonical, hashes
from specc.pipeline import Checked, check_text
from specc.source import Path
from specc.syntax.document import from_text
from specc.testing import Document, mistaken, specs, written_as
from specc.testing.mistakes import Mistake, permuted

FEW = settings(max_examples=60)


def checked(document: Document, form: Any = "toml") -> Checked:
    return check_text(written_as(document, form).encode(), f"drawn.specc.{form}", form)


def said(found: Checked) -> Counter[tuple[str, str, Path]]:
    """What was said, without its lines."""
    return Counter((one.code, one.message, one.where.path) for one in found.diagnostics)


@FEW
@given(specs())
def test_a_drawn_spec_has_no_error(document: Document) -> None:
    found = checked(document)
    assert found.errors == ()
    assert found.plan is not None


@FEW
@given(specs())
def test_what_is_written_is_read(document: Document) -> None:
    """Parse of dump is the identity, in both forms; and they mean the same."""
    forms: tuple[Any, ...] = ("toml", "json")
    for form in forms:
        read = from_text("drawn", written_as(document, form).encode(), form).value
        assert read is not None
        assert read.tree == document
    plans = [checked(document, form).plan for form in forms]
    assert plans[0] is not None
    assert plans[1] is not None
    assert canonical(plans[0]) == canonical(plans[1])


@FEW
@given(specs(), st.integers(0, 99))
def test_the_order_of_tables_never_matters(document: Document, seed: int) -> None:
    other = permuted(Random(seed), document)
    before, after = checked(document), checked(other)
    assert said(before) == said(after)
    assert before.plan is not None
    assert after.plan is not None
    assert hashes(before.plan) == hashes(after.plan)


@FEW
@given(mistaken())
def test_checking_says_the_same_each_time(one: Mistake) -> None:
    def once() -> list[Any]:
        found = check_text(one.text, f"drawn.specc.{one.form}", one.form).diagnostics
        return [(d.code, d.message, d.where, d.span) for d in found]

    assert once() == once()


def less_known(document: Document, choice: Random) -> Document:
    """The same spec with something unsaid that narrows what may be."""
    known = copy.deepcopy(document)
    if choice.random() < 0.5:
        del known["data"]
    for one in known["inputs"].values():
        if choice.random() < 0.5:
            one.pop("range", None)
        if choice.random() < 0.5 and len(one["shape"]) == 1:
            del one["shape"]
            one["columns"] = ["*"]
    for one in known["outputs"].values():
        if one["task"] == "multiclass" and choice.random() < 0.5:
            one.pop("classes", None)
    return known


@FEW
@given(specs(), st.integers(0, 99))
def test_knowing_less_never_adds_an_error(document: Document, seed: int) -> None:
    found = checked(less_known(document, Random(seed)))
    assert found.errors == (), [one.message for one in found.errors]


def test_a_failing_spec_shrinks_to_a_few_lines() -> None:
    """The smallest spec with a Dropout has the Dropout, an output, and what a spec cannot lack."""
    smallest = find(specs(), lambda one: "Dropout" in set(components(one)),
                    settings=settings(max_examples=2000, database=None), random=Random(0))
    text = written_as(smallest)
    lines = [line for line in text.splitlines() if line]
    assert len(lines) <= 40, text  # 30, where Hypothesis has the time to end
    assert len(list(components(smallest))) <= 5
    assert smallest["model"]["kind"] == "sequential"
    assert len(smallest["outputs"]) == len(smallest["inputs"]) == 1


def test_a_mistake_shrinks_too() -> None:
    smallest = find(mistaken("softmax-single-unit"), lambda one: True,
                    settings=settings(database=None), random=Random(0))
    assert smallest.code == "PA101"
    assert len(smallest.text.splitlines()) <= 16


def test_drawn_specs_differ() -> None:
    """The laws are held to many specs, not to one many times."""
    texts = {written_as(drawn(number)) for number in range(200)}
    assert len(texts) == 200
