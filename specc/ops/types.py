"""What an argument may be: small frozen data, and one line of text for each.

The table (`keras_table.py`) and the hints (`scripts/hints.toml`) write a type as a line of Python's
own grammar, that `parse` turns into data:

| text                        | means                                                          |
|-----------------------------|----------------------------------------------------------------|
| `int`, `int >= 1`           | a whole number                                                 |
| `number`, `0 <= number < 1` | any number; a whole one is good                                |
| `bool`, `text`, `None`      |                                                                |
| `"valid" | "same"`          | one of these words                                             |
| `dtype`, `activation`       | a word of Keras's own list                                     |
| `file`                      | a path inside the run's folder                                 |
| `times[2, int]`             | a list of exactly two                                          |
| `spread[2, int]`            | the same, or one value that stands for both                    |
| `many[int]`, `many[int, 1]` | a list of any length (at least one)                            |
| `initializer`, `layer`, ... | a component of that category                                   |
| `layer["LSTM", "GRU"]`      | one of these components                                        |
| `refused["array"]`          | Keras takes it, a spec cannot say it                           |
| `a | b`                     | either; comparisons in parentheses: `(int >= 1) | None`        |
"""

from __future__ import annotations

import re
from functools import cache
from typing import TypeAlias, get_args

from specc.diagnostics import with_article
from specc.ops.component import Category
from specc.record import Record

CATEGORIES: tuple[Category, ...] = get_args(Category)

DTYPES = (  # no int8: Keras reads it as a way to quantize, and refuses it
    "bfloat16", "bool", "complex128", "complex64", "float16", "float32", "float64", "int16",
    "int32", "int64", "string", "uint16", "uint32", "uint64", "uint8",
)
POLICIES = ("mixed_bfloat16", "mixed_float16")


class Number(Record):
    """`low` and `high` belong to the range unless `open_low`, `open_high`. None: no bound."""

    whole: bool = False
    low: float | None = None
    high: float | None = None
    open_low: bool = False
    open_high: bool = False

    def holds(self, value: float) -> bool:
        """Whether a number lies within the bounds."""
        if self.low is not None and (value <= self.low if self.open_low else value < self.low):
            return False
        return self.high is None or (value < self.high if self.open_high else value <= self.high)

    @property
    def bounded(self) -> bool:
        return self.low is not None or self.high is not None


class Bool(Record):
    pass


class Text(Record):
    pass


class Nothing(Record):
    """None: written `"=none"`."""


class Words(Record):
    """`of` says whose words: "" for a list of this parameter alone."""

    words: tuple[str, ...]
    of: str = ""


class Activation(Record):
    """The name of an activation; the table knows them."""


class File(Record):
    """A path inside the run's folder: relative, and never upwards."""


class Times(Record):
    """A list of exactly `count`. `spread`: one value alone stands for all of them."""

    count: int
    item: Type
    spread: bool = False


class Many(Record):
    """A list of any length from `least`."""

    item: Type
    least: int = 0


class Part(Record):
    """A component; of these names only, unless `names` is empty."""

    category: Category
    names: tuple[str, ...] = ()


class Refused(Record):
    """Keras takes it and a spec cannot say it. `why`: a key of `component_errors.REASONS`."""

    why: str


class Either(Record):
    options: tuple[Type, ...]


Type: TypeAlias = (Number | Bool | Text | Nothing | Words | Activation | File | Times | Many
                   | Part | Refused | Either)

ATOMS: dict[str, Type] = {
    "int": Number(whole=True),
    "number": Number(),
    "bool": Bool(),
    "text": Text(),
    "activation": Activation(),
    "file": File(),
    "dtype": Words(DTYPES, "dtype"),
    "policy": Words(tuple(sorted((*DTYPES, *POLICIES))), "dtype or policy"),
    **{category: Part(category) for category in CATEGORIES},
}


@cache
def parse(text: str) -> Type:
    """The type that a line of the notation writes. `ValueError` for a line that is none."""
    words = _TOKEN.findall(text)
    try:
        kind, rest = _union(words)
    except (IndexError, KeyError, ValueError):
        kind, rest = Nothing(), ["?"]
    if rest:
        raise ValueError(f"no type: {text}")
    return kind


Tokens: TypeAlias = list[str]  # what is still to be read
_TOKEN = re.compile(r'"[^"]*"|-?[0-9][0-9.e-]*|[A-Za-z_]+|[<>]=?|\S')


def _union(words: Tokens) -> tuple[Type, Tokens]:
    """`a | b | c`"""
    kind, words = _bounded(words)
    while words[:1] == ["|"]:
        other, words = _bounded(words[1:])
        kind = either(kind, other)
    return kind, words


def _bounded(words: Tokens) -> tuple[Type, Tokens]:
    """`0 <= number < 1`, `int >= 1`, or what has no bounds."""
    low: float | None = None
    high: float | None = None
    open_low = open_high = False
    if _is_number(words[0]):
        low, open_low, words = _number(words[0]), words[1] == "<", words[2:]
        if words[0] not in ("int", "number"):
            raise ValueError(words[0])
    kind, words = _atom(words)
    if isinstance(kind, Number) and words and words[0][0] in "<>":
        sign, bound, words = words[0], _number(words[1]), words[2:]
        if sign[0] == "<":
            high, open_high = bound, sign == "<"
        else:
            low, open_low = bound, sign == ">"
    if isinstance(kind, Number) and (low is not None or high is not None):
        kind = Number(kind.whole, low, high, open_low, open_high)
    return kind, words


def _atom(words: Tokens) -> tuple[Type, Tokens]:
    """A word, a text, what stands in parentheses, or `head[...]`."""
    head, words = words[0], words[1:]
    if head == "(":
        kind, words = _union(words)
        return kind, _after(")", words)
    if head[0] == '"':
        return Words((_quoted(head),)), words
    if words[:1] == ["["]:
        return _generic(head, words[1:])
    return (Nothing() if head == "None" else ATOMS[head]), words


def _generic(head: str, words: Tokens) -> tuple[Type, Tokens]:
    match head:
        case "times" | "spread":
            item, rest = _union(_after(",", words[1:]))
            return Times(int(words[0]), item, head == "spread"), _after("]", rest)
        case "many":
            item, rest = _union(words)
            if rest[0] == ",":
                return Many(item, int(rest[1])), _after("]", rest[2:])
            return Many(item), _after("]", rest)
        case "refused":
            return Refused(_quoted(words[0])), _after("]", words[1:])
    end = words.index("]")
    names = tuple(_quoted(word) for word in words[:end] if word != ",")
    if head not in CATEGORIES:
        raise ValueError(head)
    return Part(head, names), words[end + 1:]


def _after(sign: str, words: Tokens) -> Tokens:
    """What stands behind a sign that must come now."""
    if words[0] != sign:
        raise ValueError(words[0])
    return words[1:]


def _quoted(word: str) -> str:
    if word[0] != '"':
        raise ValueError(word)
    return word[1:-1].replace("\\t", "\t")


def _is_number(word: str) -> bool:
    return word[0] in "-0123456789"


def _number(word: str) -> float:
    """Whole where it is written so: bounds are shown as they stand."""
    return float(word) if set(word) & {".", "e"} else int(word)


def either(left: Type, right: Type) -> Type:
    """The union: words of one list are joined, unions flattened."""
    options: list[Type] = []
    for one in (*options_of(left), *options_of(right)):
        last = options[-1] if options else None
        if isinstance(one, Words) and isinstance(last, Words) and one.of == last.of == "":
            options[-1] = Words((*last.words, *one.words))
        elif one not in options:
            options.append(one)
    return options[0] if len(options) == 1 else Either(tuple(options))


def options_of(kind: Type) -> tuple[Type, ...]:
    """The alternatives of a type; the type itself when it has none."""
    return kind.options if isinstance(kind, Either) else (kind,)


def nullable(kind: Type) -> bool:
    """Whether None is a good value."""
    return Nothing() in options_of(kind)


def describe(kind: Type) -> str:
    """A type as messages say it: `a whole number of at least 1, or none`."""
    match kind:
        case Number():
            return _describe_number(kind)
        case Bool():
            return "true or false"
        case Text():
            return "text"
        case Nothing():
            return "none"
        case Words(words=words, of=""):
            return (f"`{words[0]}`" if len(words) == 1
                    else f"one of {', '.join(f'`{word}`' for word in words)}")
        case Words(of=of):
            return with_article(of)
        case Activation():
            return "the name of an activation"
        case File():
            return "a path inside the run's folder"
        case Times(count=count, item=item, spread=spread):
            inside = plural(item)
            return f"{describe(item)}, or a list of {count}" if spread else f"{count} {inside}"
        case Many(item=item, least=least):
            return f"a list of {plural(item)}" + (f", at least {least}" if least else "")
        case Part(category=category, names=names):
            return with_article(category) + (f" ({', '.join(names)})" if names else "")
        case Refused():
            return "what a spec cannot say"
        case Either(options=options):
            shown = [describe(one) for one in options if not isinstance(one, Refused)]
            return ", or ".join(shown)


def plural(kind: Type) -> str:
    """The same for several: `whole numbers of at least 1`."""
    one = describe(kind)
    for article in ("a ", "an "):
        one = one.removeprefix(article)
    head, of, rest = one.partition(" of at least")
    if isinstance(kind, (Number, Part)):
        words = head.split(" ")
        at = words.index("number") if "number" in words else 0
        words[at] += "s"
        return " ".join(words) + of + rest
    return one if isinstance(kind, Text) else f"values, each {describe(kind)}"


def _describe_number(kind: Number) -> str:
    name = "a whole number" if kind.whole else "a number"
    low, high = _show(kind.low), _show(kind.high)
    if kind.low is not None and kind.low == kind.high:
        return low
    if kind.low is not None and kind.high is not None:
        if not kind.open_low and not kind.open_high:
            return f"{name} from {low} to {high}"
        begin = f"above {low}" if kind.open_low else f"from {low}"
        return f"{name} {begin} {'below' if kind.open_high else 'up to'} {high}"
    if kind.low is not None:
        return f"{name} above {low}" if kind.open_low else f"{name} of at least {low}"
    if kind.high is not None:
        return f"{name} below {high}" if kind.open_high else f"{name} of at most {high}"
    return name


def _show(bound: float | None) -> str:
    if bound is None:
        return ""
    return str(bound) if isinstance(bound, int) else f"{bound:g}"
