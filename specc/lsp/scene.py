"""A document as far as it is written, and the names that can be spoken of at a place in it.

Nothing here waits for a check, and nothing needs a document without mistakes: names are found as
lowering finds them (`specc.ir.scope`), upwards from where one stands, in what is there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import takewhile

from specc.ir.graph import Ref
from specc.ir.lower import MEANINGS
from specc.ir.scope import Scope, snake
from specc.lsp.outline import Outline, outline
from specc.lsp.slots import Slot, below, slot
from specc.record import Record, field
from specc.source import Path, Tree, dig
from specc.syntax.document import Document, merged
from specc.syntax.values import is_name
from specc.syntax.written import table, written

# Where the entries of a model stand, in the order that they are lowered, which is one scope.
LISTS: tuple[Path, ...] = (("model", "layers"), ("model", "wide", "layers"),
                           ("model", "deep", "layers"), ("model", "head"), ("model", "aux"))
MOST_COPIES = 20  # of a repeated entry, that are offered by name


class Name(Record):
    """A word that may stand at a place."""

    word: str
    about: str = ""  # a line on it
    path: Path | None = None  # where it is defined


class Scene(Record, aside=("slots",)):
    """A document, its bases under it."""

    file: str
    outline: Outline
    document: Document
    slots: dict[Path, Slot] = field(default_factory=dict)  # filled when they are asked for

    @property
    def tree(self) -> dict[str, Tree]:
        return self.document.tree

    def at(self, path: Path) -> Tree:
        return dig(self.tree, path)

    def slot(self, path: Path) -> Slot:
        """What the language has at a path."""
        if path not in self.slots:
            self.slots[path] = (below(self.slot(path[:-1]), path[-1]) if path
                                else slot((), self.tree))
        return self.slots[path]


def scene(file: str, text: str, texts: Mapping[str, bytes]) -> Scene:
    """The scene of a text; `texts` stand for files, by real path."""
    read = outline(text, file.endswith(".json"))
    return Scene(file, read, merged(file, read.tree, text.encode("utf-8", "surrogatepass"), texts))


def entry_path(path: Path) -> Path | None:
    """The path of the entry of a model or block that a path is in, the innermost; None outside."""
    base = 3 if path[:1] == ("blocks",) and path[2:3] == ("layers",) else next(
        (len(one) for one in LISTS if path[:len(one)] == one), len(path))
    end = None
    for at in range(base, len(path), 2):  # a list of entries, an entry, its list, an entry ...
        if not isinstance(path[at], int):
            break
        end = at + 1
        if path[end:end + 1] != ("layers",):
            break
    return None if end is None else path[:end]


def entries_around(path: Path) -> Iterator[Path]:
    """The entries that a path is in: groups, and the entry itself, the innermost first."""
    inner = entry_path(path)
    while inner is not None:
        yield inner
        inner = entry_path(inner[:-1])


def references(here: Scene, path: Path) -> Iterator[Name]:
    """What the entry at or around a path can refer to, the nearest first."""
    yield from (one for one, _ in _visible(here, path))
    inner = entry_path(path)
    if inner is None:
        return
    if inner[-1] != 0:
        yield Name("@prev", "the entry before")
    yield Name("@in", "what enters this group, block or model")
    declared = here.at((*inner[:2], "inputs")) if inner[0] == "blocks" else None
    for at, name in enumerate(declared if isinstance(declared, list) else ()):
        yield Name(f"@{name}", "an input of this block", (*inner[:2], "inputs", at))


def callees(here: Scene, path: Path) -> Iterator[Name]:
    """What `call` can use again from the entry at a path."""
    return (one for one, callable_ in _visible(here, path) if callable_)


def _visible(here: Scene, path: Path) -> Iterator[tuple[Name, bool]]:
    """The names above an entry (or all, of a path outside of any), and whether each can be
    called."""
    for inner in entries_around(path):
        yield from reversed(list(named(here, _lists_up_to(here, inner[:-1]), int(inner[-1]))))
    if entry_path(path) is None:
        yield from reversed(list(named(here, [one for one in LISTS if here.at(one)], None)))
    for name in table(here.tree, "inputs"):
        yield Name(name, "an input of the model", ("inputs", name)), False


def _lists_up_to(here: Scene, last: Path) -> list[Path]:
    """The lists that are one scope with a list, and stand before it."""
    if last not in LISTS:
        return [last]
    return [*(one for one in takewhile(lambda one: one != last, LISTS) if here.at(one)), last]


def named(here: Scene, lists: list[Path], end: int | None) -> Iterator[tuple[Name, bool]]:
    """The names of the entries in lists of one scope, in the last only those before `end`; and
    whether each can be called. Unnamed entries are called as lowering calls them."""
    scope = Scope("", {}, {}, None)
    for base in lists:
        entries = here.at(base)
        whole = entries if isinstance(entries, list) else []
        for at, entry in enumerate(whole[:end] if base == lists[-1] else whole):
            meaning = next((key for key in MEANINGS if key in entry), "") if isinstance(
                entry, dict) else ""
            if meaning:
                yield from _names_of(entry, meaning, (*base, at), scope)


def _names_of(entry: Mapping[str, Tree], meaning: str, path: Path,
              scope: Scope) -> Iterator[tuple[Name, bool]]:
    what = str(entry[meaning]) if meaning != "layers" else "a group"
    own, repeat = entry.get("name"), entry.get("repeat")
    copies = None if repeat is None else repeat if isinstance(repeat, int) else 1
    if isinstance(own, str) and is_name(own):
        name = own
    else:
        word = {"type": snake(what), "layers": "group", "model": "model"}.get(meaning, what)
        name = scope.name_unnamed(word or "layer", copies)
    words = [f"{name}_{number + 1}" for number in range(min(copies or 0, MOST_COPIES))]
    for word in (name, *words):
        scope.names[word] = Ref(word)
        yield Name(word, what, path), meaning != "call" or "name" in entry
    given = entry.get("gives")
    for one in given if isinstance(given, list) else [given]:
        if isinstance(one, str) and one != name:
            yield Name(one, f"a result of {name}", path), False


def params(here: Scene, path: Path) -> Iterator[Name]:
    """What an expression at a path can speak of: params of groups and the block around it, those
    of the document, `i` in what is repeated, and what is written of inputs and outputs."""
    around = list(entries_around(path))
    if any("repeat" in entry for one in around if isinstance(entry := here.at(one), dict)):
        yield Name("i", "counts the copies of a repeated entry, from 0")
    for one in around:
        yield from _params_at(here, (*one, "params"), "of this group")
    if path[:1] == ("blocks",):
        yield from _params_at(here, (*path[:2], "params"), "of this block")
    yield from _params_at(here, ("params",), "in [params]")
    for word, value in written(here.tree, {}).items():
        yield Name(word, f"{value}, as it is written there", tuple(word.split(".")[:2]))


def _params_at(here: Scene, path: Path, whose: str) -> Iterator[Name]:
    from specc.ops.examples import toml

    found = here.at(path)
    for name, value in found.items() if isinstance(found, dict) else ():
        yield Name(name, f"{toml(value)} {whose}", (*path, name))


__all__ = ["LISTS", "Name", "Scene", "callees", "entries_around", "entry_path", "named", "params",
           "references", "scene"]
