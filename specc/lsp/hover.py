"""What stands at a cursor, in Markdown: what the plan makes of it, and what the language says.

Sections are asked for in order (`SECTIONS`). What the plan says needs one that holds; what the
tables say of components, arguments, keys and codes is always there.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from specc.lsp import meaning, names
from specc.lsp.meaning import LINES, Place, Section
from specc.lsp.outline import CONTAINERS
from specc.lsp.plans import Known
from specc.lsp.scene import Scene, entry_path
from specc.lsp.shapes import facts
from specc.ops import docs, table
from specc.ops.examples import toml
from specc.ops.page import about, page
from specc.record import Record
from specc.source import Path, Tree

NAMES_ENTRY = ("type", "name", "block", "call")  # keys whose value stands for the whole entry
OWN_SECTION = (("outputs",), ("lint", "ignore"))  # tables whose keys have more said of them


class Hover(Record):
    """What is said, and the stretch of the text that it is about."""

    markdown: str
    begin: int
    end: int


def hover(here: Scene, known: Known | None, offset: int) -> Hover | None:
    """What is known of the place at an offset; None where that is nothing."""
    around = [one for one in here.outline.parts if one.role != "gap" and (
        one.holds(offset) or (one.begin == offset and one.role in CONTAINERS))]
    if not around or around[-1].role == "comment":
        return None
    part = around[-1]
    path = part.path
    if part.role in CONTAINERS and entry_path(path) != path:
        return None  # between two things; inside an entry that is the entry
    place = Place(here, known, part, path, here.slot(path))
    said = [text for section in SECTIONS for text in section(place)]
    if not said:
        return None
    end = part.end if part.closed else min(part.end, _line_end(here.outline.text, part.begin))
    return Hover("\n\n".join(said), part.begin, end)


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


# -- entries of a model ---------------------------------------------------------------------------


def _entry(place: Place) -> Iterator[str]:
    """An entry: what it is, what comes out of each copy, what it costs."""
    path = _pointed_entry(place)
    if path is None:
        return
    entry = place.here.at(path)
    yield _title(place, path, entry if isinstance(entry, dict) else {})
    plan, known = place.plan, place.known
    stamps = known.stamps.get(path, ()) if known and plan else ()
    if plan is not None and stamps:
        yield LINES.join(facts(plan, path, stamps))
    found = place.here.slot(path).component
    if found is not None:
        yield _page(found.category, found.name)


def _pointed_entry(place: Place) -> Path | None:
    """The entry that is pointed at: itself, or the word that says what it is."""
    path = place.path
    inner = entry_path(path)
    if inner is None or (len(path) > len(inner) and path[len(inner):] not in [
            (key,) for key in NAMES_ENTRY]):
        return None
    on_key = place.part.role == "key" and len(path) > len(inner)
    return None if on_key or "entry" not in place.here.slot(inner).definitions else inner


def _title(place: Place, path: Path, entry: dict[str, Tree]) -> str:
    found = place.here.slot(path).component
    if found is not None:
        return f"**{found.name}** {docs.of_component(found.category, found.name)}"
    for key, what in (("block", "block"), ("call", "a further call of"), ("model", "saved part")):
        if key in entry:
            return f"{what} **{entry[key]}**"
    return "a group" if "layers" in entry else "an entry"


# -- components, arguments, keys ------------------------------------------------------------------


def _component(place: Place) -> Iterator[str]:
    """A component of Keras, by its name in a slot or by the `type` of its table."""
    typed = place.path[-1:] == ("type",)
    if not isinstance(place.value, str) or _pointed_entry(place) or (
            place.part.role == "key" and not typed):
        return
    found = place.here.slot(place.path[:-1]).holds if typed else place.slot.category
    name = table.canonical(found, place.value) if found else None
    if found is not None and name is not None:
        yield f"**{name}** {docs.of_component(found, name)}"
        if found != "activation":
            yield _page(found, name)


@cache
def _page(category: table.Named, name: str) -> str:
    return f"```text\n{page(category, name)}\n```"


def _key(place: Place) -> Iterator[str]:
    """A key or an argument: what it is for, what it may be, what it is if it is not written."""
    path = place.path
    given = [one for one in names.keys(place.here, path[:-1]) if path and one.word == path[-1]]
    if given and path[:-1] not in OWN_SECTION:
        yield f"`{given[0].word}`: {given[0].about}"
        return
    while path and place.slot.schemas and not place.here.slot(path).says:
        path = path[:-1]  # a key or an item that is explained with what it is in
    says = place.here.slot(path).says
    if not path or not says or _pointed_entry(place) or isinstance(path[-1], int):
        return
    key, entry = str(path[-1]), place.here.slot(path[:-1]).component
    if entry is not None and key in entry.params:
        yield LINES.join((f"`{key}` of {entry.name}: {says.splitlines()[0]}",
                          about(entry.params[key])))
        return
    default = place.slot.default if path == place.path else None
    yield f"`{key}`: {says}" + ("" if default is None else f"{LINES}default {toml(default)}")


def _code(place: Place) -> Iterator[str]:
    """A code that is ignored: its page."""
    if len(place.path) != 3 or place.path[:2] != ("lint", "ignore"):
        return
    from specc.catalog import explain

    kind = explain(str(place.path[2]))
    if kind is not None:
        yield f"**{kind.code}** {kind.name} ({kind.severity})"
        yield kind.page


SECTIONS: tuple[Section, ...] = (
    meaning.expression, _entry, _component, meaning.input_, meaning.output, meaning.param,
    meaning.named, _code, _key)

__all__ = ["SECTIONS", "Hover", "hover"]
