"""Records behave as frozen, slotted dataclasses do, which they stand for."""

from __future__ import annotations

import copy
import pickle
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from dataclasses import replace as dataclass_replace
from typing import Any, Generic, TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specc.record import Record, as_dict, field, replace

T = TypeVar("T")


class Point(Record):
    x: int
    y: int = 2
    tags: list[str] = field(default_factory=list)
    z: float = 0.5


@dataclass(frozen=True, slots=True)
class Oracle:
    x: int
    y: int = 2
    tags: list[str] = dataclass_field(default_factory=list)
    z: float = 0.5


class Open(Record, frozen=False):
    x: int = 1


class Box(Record, Generic[T]):
    value: T | None


class Wider(Point):
    w: int = 9


ARGUMENTS = st.tuples(
    st.lists(st.integers(0, 3), max_size=5),
    st.dictionaries(st.sampled_from(("x", "y", "tags", "z", "q")), st.integers(0, 3), max_size=4))


@given(ARGUMENTS)
def test_records_are_made_as_dataclasses_are(arguments: tuple[list[int], dict[str, int]]) -> None:
    args, named = arguments
    made: list[Any] = []
    for kind in (Point, Oracle):
        try:
            one = kind(*args, **named)  # type: ignore[arg-type]
            made.append([one.x, one.y, one.tags, one.z])
        except TypeError:
            made.append(None)
    assert made[0] == made[1]


@given(st.dictionaries(st.sampled_from(("x", "y", "z", "q")), st.integers(0, 3)))
def test_replace_is_as_that_of_dataclasses(changes: dict[str, int]) -> None:
    made: list[Any] = []
    for kind, change in ((Point, replace), (Oracle, dataclass_replace)):
        try:
            one: Any = change(kind(1), **changes)  # type: ignore[operator, type-var]
            made.append((one.x, one.y, one.tags, one.z))
        except TypeError:
            made.append(None)
    assert made[0] == made[1]


def test_a_made_default_is_made_anew() -> None:
    assert Point(1).tags is not Point(1).tags


def test_a_record_is_frozen_and_has_no_other_attributes() -> None:
    one = Point(1)
    for change in (lambda: setattr(one, "x", 2), lambda: delattr(one, "x"),
                   lambda: setattr(one, "other", 2)):
        with pytest.raises(AttributeError):
            change()
    assert not hasattr(one, "__dict__")


def test_a_record_that_is_not_frozen_can_be_changed_and_has_no_hash() -> None:
    one = Open()
    one.x = 5
    assert one == Open(5)
    with pytest.raises(AttributeError):
        one.other = 3  # type: ignore[attr-defined]
    with pytest.raises(TypeError):
        hash(one)


def test_equality_is_of_value_and_class() -> None:
    assert Point(1, z=3.0) == Point(1, 2, [], 3.0) != Point(2)
    assert Wider(1) != Point(1)
    assert Box(1) != 1
    assert hash(Box((1, 2))) == hash(Box((1, 2)))


def test_a_record_travels_and_matches() -> None:
    one = Wider(4, tags=["a"], w=7)
    assert pickle.loads(pickle.dumps(one)) == one == copy.deepcopy(one)
    assert copy.deepcopy(one).tags is not one.tags
    match one:
        case Wider(x, _, tags=[tag], w=w):
            assert (x, tag, w) == (4, "a", 7)
        case _:
            pytest.fail("no match")


def test_what_is_printed_says_all_fields() -> None:
    assert repr(Point(1)) == repr(Oracle(1)).replace("Oracle", "Point")
    assert as_dict(Box((Point(1), {"k": Box(None)}))) == {
        "value": [{"x": 1, "y": 2, "tags": [], "z": 0.5}, {"k": {"value": None}}]}


def test_a_class_with_many_records_behaves_as_before() -> None:
    """It gets an `__init__` of its own then; its subclasses keep theirs."""
    many = [Point(at, z=1.0) for at in range(1500)]
    assert many[7] == Point(7, 2, [], 1.0) == replace(many[8], x=7)
    assert many[7].tags is not many[8].tags
    assert Wider(1, w=3) == Wider(1, 2, [], 0.5, 3)
    for wrong in (lambda: Point(), lambda: Point(1, q=2), lambda: Point(1, 2, [], 3, 4),
                  lambda: Point(1, x=1)):
        with pytest.raises(TypeError):
            wrong()


def test_what_stands_aside_is_neither_compared_nor_shown() -> None:
    class Placed(Record, aside=("place",)):
        x: int
        place: object = None

    assert Placed(1, "here") == Placed(1, "there") != Placed(2, "here")
    assert hash(Placed(1, [])) == hash(Placed(1))
    assert repr(Placed(1, "here")).endswith("Placed(x=1)")
    assert replace(Placed(1, "here"), x=2).place == "here"
