"""What the values of a spec's tables must be: each check gives the sentence of what is wrong.

Both readers of a form use these: `specc.syntax.form` (pydantic) and `specc.syntax.certain`.
"""

from __future__ import annotations

from collections.abc import Iterable

from specc.source import Tree

NAME = r"^[A-Za-z][A-Za-z0-9_]{0,63}$"
FILE_NAME = r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$"
LARGEST = 2**31

TABLES = ("params", "data", "inputs", "blocks", "model", "outputs", "compile", "fit", "tune",
          "budget", "expect", "golden", "bench", "test", "lint")
# What belongs to the top of the file.
SCALARS = ("specc", "$schema", "name", "description", "seed", "extends", "unset")


def is_name(text: str) -> bool:
    """Whether a text is `NAME`, told without a pattern, which would take longer to compile than
    a spec to check."""
    return (text.isascii() and len(text) <= 64 and text[:1].isalpha()
            and text.replace("_", "a").isalnum())


def is_file_name(text: str) -> bool:
    """Whether a text is `FILE_NAME`."""
    plain = text.replace("_", "a").replace(".", "a").replace("-", "a")
    return text.isascii() and len(text) <= 100 and text[:1].isalnum() and plain.isalnum()


def kind_of(value: Tree) -> str:
    """What a value is, in the words of the file: `a text "20"`, `a table`, `true`."""
    match value:
        case None:
            return "nothing"
        case bool():
            return "true" if value else "false"
        case int() | float():
            return f"the number {value}"
        case str():
            return f'the text "{value if len(value) <= 40 else value[:37] + "..."}"'
        case list():
            return "a list"
        case _:
            return "a table"


def is_number(value: Tree) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _texts(value: Tree) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, str) for one in value)


def scalar(value: Tree) -> str | None:
    if isinstance(value, str | bool | int | float):
        return None
    return f"a text, a number or a boolean is wanted here, found {kind_of(value)}"


def distinct(value: Iterable[Tree]) -> str | None:
    seen: set[str] = set()
    for one in value:
        if str(one) in seen:
            return f"{kind_of(one)} stands in it twice"
        seen.add(str(one))
    return None


def pair(value: Tree) -> str | None:
    ok = isinstance(value, list) and len(value) == 2 and all(map(is_number, value))
    if ok and value[0] <= value[1]:
        return None
    return "two numbers are wanted here, the smaller first: [0, 255]"


def shape(value: Tree) -> str | None:
    if not isinstance(value, list) or not value:
        return 'a list of sizes is wanted here: [28, 28, 1], or ["time", 8]'
    for one in value:
        free = isinstance(one, str) and one.isidentifier()
        if not free and (not isinstance(one, int) or isinstance(one, bool)
                         or not 1 <= one < LARGEST):
            return f"a size is a positive number or a word for a free length, found {kind_of(one)}"
    return None


def component(value: Tree) -> str | None:
    if isinstance(value, str) and value:
        return None
    if isinstance(value, dict):
        return None if "type" in value else (
            'a component is its name, or a table with `type`: { type = "Adam" }')
    return f"a component is its name, or a table with `type`; found {kind_of(value)}"


def loss(value: Tree) -> str | None:
    """One component; several of them are several outputs of one tensor."""
    weighed = isinstance(value, dict) and len(value) > 1 and all(
        isinstance(one, int | float) for one in value.values())
    if weighed or (isinstance(value, list) and len(value) > 1):
        return 'an output has one loss; add a second output with from = "..."'
    return component(value)


def components(value: Tree) -> str | None:
    if isinstance(value, list):
        return None
    return f"a list of components is wanted here, found {kind_of(value)}"


def source(value: Tree) -> str | None:
    if isinstance(value, str) and value:
        return None
    if isinstance(value, dict) and isinstance(value.get("type"), str):
        return None
    if isinstance(value, dict) and set(value) <= {"train", "validation", "test"} and all(
            isinstance(one, str) for one in value.values()) and "train" in value:
        return None
    return ("a source is a built-in name, a file, a generator with `type`, "
            "or { train = ..., validation = ..., test = ... }")


def target(value: Tree) -> str | None:
    if (isinstance(value, str) and value) or _texts(value):
        return None
    if isinstance(value, dict) and set(value) == {"input"} and isinstance(value["input"], str):
        return None
    return 'a target is a column, a list of columns, or { input = "x" }'


def classes(value: Tree) -> str | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return None if 2 <= value < LARGEST else f"there are at least 2 classes, found {value}"
    if isinstance(value, list) and len(value) >= 2 and all(
            isinstance(one, str | int | float) for one in value):
        names = list(map(str, value))
        twice = next((name for at, name in enumerate(names) if name in names[:at]), None)
        return None if twice is None else f"two classes are called `{twice}`"
    return 'classes is a number from 2, or a list of names: ["no", "yes"]'


def class_weight(value: Tree) -> str | None:
    if value == "balanced":
        return None
    if isinstance(value, dict) and all(is_number(one) and one >= 0 for one in value.values()):
        return None
    return ('class_weight is "balanced", or a table from class to a number: '
            "{ no = 1.0, yes = 2.0 }")


def optimize_jit(value: Tree) -> str | None:
    if value == "auto" or isinstance(value, bool):
        return None
    return 'jit_compile is true, false or "auto"'


def bound(value: Tree) -> str | None:
    if is_number(value) or isinstance(value, dict):
        return None
    return f"a bound is a number, or {{ min = 10, max = 20 }}; found {kind_of(value)}"


def reason(value: Tree) -> str | None:
    if isinstance(value, str) and value.strip():
        return None
    return f"a reason is wanted here, as a text; found {kind_of(value)}"


def inputs(value: Tree) -> str | None:
    if isinstance(value, str) or _texts(value):
        return None
    return "an input is a name, or a list of names"


def whole_bound(value: Tree) -> Tree:
    """A number (at most), or { min, max }, as a table either way."""
    return {"max": value} if is_number(value) else value


def whole_column(value: Tree) -> Tree:
    """A column that is only a name, as a table."""
    return {"name": value} if isinstance(value, str) else value
