"""Frozen records: what `dataclass(frozen=True, slots=True)` gives, without its start-up.

    class Node(Record):
        name: str
        args: tuple[Ref, ...] = ()
        named: Mapping[str, Ref] = field(default_factory=dict)

Checking a spec defines about a hundred such classes. `dataclasses` writes and compiles the source
of six methods for each and imports `inspect` to do it: more than everything else that checking
does together (docs/decisions/0009). Here a class shares its methods with all others, and its
fields are slots. Type checkers know a record as a dataclass (PEP 681).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, dataclass_transform

MISSING: Any = type("Missing", (), {"__repr__": lambda self: "MISSING"})()


OFTEN = 1000  # records of a class, after which it gets an `__init__` of its own


class Made:
    """A default that is made anew for every record."""

    __slots__ = ("make",)

    def __init__(self, make: Callable[[], Any]) -> None:
        self.make = make


def field(*, default_factory: Callable[[], Any]) -> Any:
    """A field whose default is made by a call: a dict, a list."""
    return Made(default_factory)


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
class RecordType(type):
    """Turns the annotations of a class into slots, in order, with their defaults.

    aside: fields that two equal records may differ in, and that are not shown.

    Nothing else is done before the first record of a class is made: most classes of a program
    never have one.
    """

    __fields__: tuple[str, ...]
    _defaults: dict[str, Any]

    def __new__(cls, name: str, bases: tuple[type, ...], body: dict[str, Any], *,
                frozen: bool = True, aside: tuple[str, ...] = ()) -> RecordType:
        own = body.get("__annotations__", {})
        defaults = {key: body.pop(key, MISSING) for key in own}
        body["__slots__"] = tuple(own)
        for base in bases:
            if inherited := getattr(base, "_defaults", None):
                defaults = inherited | defaults
                body["__slots__"] = tuple(key for key in own if key not in inherited)
        body["__fields__"] = body["__match_args__"] = tuple(defaults)
        body["_defaults"] = defaults
        body["_told"] = tuple(key for key in defaults if key not in aside)
        body["_shape"] = None
        if bases:  # not that of a base, which may be written out for the base's own fields
            body.setdefault("__init__", Record.__init__)
        if not frozen:
            body |= {"__setattr__": object.__setattr__, "__delattr__": object.__delattr__,
                     "__hash__": None}
        return super().__new__(cls, name, bases, body)


class Shape:
    """What is worked out of a class when it gets its first record."""

    __slots__ = ("made", "setters", "tails")

    def __init__(self, kind: RecordType) -> None:
        defaults = tuple(kind._defaults.values())
        self.setters = tuple(getattr(kind, key).__set__ for key in kind.__fields__)
        # By the number given: the defaults of the rest, None where one is missing or made.
        self.tails = tuple(
            None if any(one is MISSING or type(one) is Made for one in defaults[given:])
            else defaults[given:] for given in range(len(defaults)))
        self.made = 0


class Record(metaclass=RecordType):
    """The base of all records: built by position or by name, equal by value, never changed."""

    if TYPE_CHECKING:
        __fields__: ClassVar[tuple[str, ...]]
        _defaults: ClassVar[dict[str, Any]]
        _told: ClassVar[tuple[str, ...]]
        _shape: ClassVar[Shape | None]

    def __init__(self, *args: Any, **named: Any) -> None:
        kind = type(self)
        shape = kind._shape
        if shape is None:
            shape = kind._shape = Shape(kind)
        shape.made += 1
        if shape.made > OFTEN and kind.__init__ is Record.__init__:
            kind.__init__ = _written_out(kind)  # type: ignore[method-assign]
        setters = shape.setters
        given = len(args)
        if named or given > len(setters):
            args += self._by_name(given, named)
        elif given < len(setters):
            tail = shape.tails[given]
            args += self._by_name(given, {}) if tail is None else tail
        for put, value in zip(setters, args):  # noqa: B905  (hot: equal by now)
            put(self, value)

    def _by_name(self, given: int, named: dict[str, Any]) -> tuple[Any, ...]:
        """The values that were not given by position: by name, else their default."""
        fields, kind = self.__fields__, type(self).__name__
        if given > len(fields):
            raise TypeError(f"{kind} has {len(fields)} fields, found {given}")
        if strange := [key for key in named if key not in fields[given:]]:
            raise TypeError(f"{kind} takes no `{strange[0]}`, or has it already")
        values = {**{key: self._defaults[key] for key in fields[given:]}, **named}
        if lacking := [key for key, value in values.items() if value is MISSING]:
            raise TypeError(f"{kind} needs `{lacking[0]}`")
        return tuple(value.make() if type(value) is Made else value for value in values.values())

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Record) or type(other) is not type(self):
            return NotImplemented
        return all(getattr(self, key) == getattr(other, key) for key in self._told)

    def __hash__(self) -> int:
        return hash(tuple([getattr(self, key) for key in self._told]))

    def __repr__(self) -> str:
        inside = ", ".join(f"{key}={getattr(self, key)!r}" for key in self._told)
        return f"{type(self).__qualname__}({inside})"

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), tuple([getattr(self, key) for key in self.__fields__])

    def __setattr__(self, key: str, value: Any) -> None:
        raise AttributeError(f"cannot assign `{key}`: a {type(self).__name__} is frozen")

    def __delattr__(self, key: str) -> None:
        raise AttributeError(f"cannot delete `{key}`: a {type(self).__name__} is frozen")


R = TypeVar("R", bound=Record)  # here: a bound that is a text takes a compiler to read


def _written_out(kind: type[Record]) -> Callable[..., None]:
    """The `__init__` that one would write for a class: three times as fast, and a tenth of a
    millisecond to compile, so only classes with many records get one."""
    scope: dict[str, Any] = {}
    takes, puts = [], []
    for at, (key, default) in enumerate(kind._defaults.items()):
        scope[f"put{at}"], scope[f"default{at}"] = getattr(kind, key).__set__, default
        made = type(default) is Made
        takes.append(key if default is MISSING else f"{key}=default{at}")
        value = f"{key}.make() if {key} is default{at} else {key}" if made else key
        puts.append(f"    put{at}(self, {value})")
    exec(f"def __init__(self, {', '.join(takes)}):\n" + "\n".join(puts or ["    pass"]), scope)
    return scope["__init__"]  # type: ignore[no-any-return]


def replace(record: R, **changes: Any) -> R:
    """The same record with other values in some fields."""
    values = [changes.pop(key) if key in changes else getattr(record, key)
              for key in record.__fields__]
    if changes:
        raise TypeError(f"{type(record).__name__} has no `{next(iter(changes))}`")
    return type(record)(*values)


def fields(kind: Record | type[Record]) -> Mapping[str, Any]:
    """The fields of a record in order, with their defaults (MISSING, or what makes one)."""
    return kind._defaults


def as_dict(record: Any) -> Any:
    """A record as a table, records inside it too; lists and tuples become lists."""
    if isinstance(record, Record):
        return {key: as_dict(getattr(record, key)) for key in record.__fields__}
    if isinstance(record, Mapping):
        return {key: as_dict(value) for key, value in record.items()}
    if isinstance(record, list | tuple):
        return [as_dict(value) for value in record]
    return record


__all__ = ["Record", "as_dict", "field", "fields", "replace"]
