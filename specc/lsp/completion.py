"""What may be written at a cursor: keys, words, components, names, expressions.

The outline says what the cursor is in, the slot what the language has there, the names what the
document has. Nothing of it needs a document that can be read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from json import dumps
from typing import Literal, TypeAlias

from specc.lsp import names
from specc.lsp.outline import CONTAINERS, Part
from specc.lsp.scene import Scene, params
from specc.lsp.slots import Slot, slot
from specc.lsp.snippets import FILLINGS, filling, key_text, pair, written
from specc.ops import docs, table
from specc.ops.examples import entry_of, toml
from specc.record import Record
from specc.source import Path, dig
from specc.syntax.formula import FUNCTIONS
from specc.syntax.refusal import CONSTANTS

Kind: TypeAlias = Literal["key", "word", "component", "name", "param", "function", "value"]

MOST = 1000  # choices of one place
NAMED = ("inputs", "blocks", "outputs")  # tables of tables that authors name
_REST_OF_WORD = re.compile(r"[\w.@-]*")
_DOTTED_END = re.compile(r"[A-Za-z_][\w.]*$")


class Choice(Record):
    """One thing that may be written.

    `text` is what comes there; of a snippet `$1` is where the cursor goes and `${1:x}` an x to
    be written over.
    """

    label: str
    kind: Kind
    text: str
    snippet: bool = False
    detail: str = ""  # a few words beside it
    doc: str = ""  # more, when it is looked at
    order: int = 0  # the smaller, the earlier
    component: tuple[table.Named, str] | None = None  # whose page says even more


class Completion(Record):
    """The choices at a cursor, and the stretch of the text that each of them replaces."""

    begin: int
    end: int
    quote: str  # the quote that the stretch begins with, "" for none
    choices: tuple[Choice, ...]


def complete(here: Scene, offset: int) -> Completion | None:
    """What may be written at an offset; None where nothing is known."""
    part = here.outline.innermost(offset)
    if part is None or part.role == "comment":
        return None
    if part.role in ("text", "key") and "\n" in here.outline.text[part.begin:offset]:
        return None  # an editor replaces nothing that goes over lines
    if part.role == "text" and (named := _expression(here, part, offset)):
        return named
    begin, end, quote = _stretch(here, part, offset)
    return Completion(begin, end, quote, tuple(islice(_choices(here, part, end, quote), MOST)))


def _choices(here: Scene, part: Part, end: int, quote: str) -> Iterator[Choice]:
    """The choices for a part of a document."""
    path = part.path
    if header := _header_around(here, part):
        opened = here.outline.text[:header.begin]
        yield from _headers(here, path[:-1], several=opened.endswith("[["))
    elif part.role == "key":
        yield from _keys(here, path[:-1], str(path[-1]), assigned=_assigned(here, end))
    elif part.role == "gap" and not _in_list(here, part):
        yield from _keys(here, path, "", assigned=False)
    else:
        yield from _values(here, path, alone=not quote)


def _header_around(here: Scene, part: Part) -> Part | None:
    """The header that a part is in, if any."""
    found = here.outline.around(part.begin) if part.role in ("key", "header") else []
    return next((one for one in found if one.role == "header"), None)


def _in_list(here: Scene, part: Part) -> bool:
    around = [one for one in here.outline.around(part.begin) if one.role in CONTAINERS]
    return bool(around) and around[-1].role == "list" and around[-1].path == part.path[:-1]


def _assigned(here: Scene, end: int) -> bool:
    """Whether a key has its `=` or `:` already."""
    return here.outline.text[end:].lstrip(" \t")[:1] in ("=", ":", ".")


def _stretch(here: Scene, part: Part, offset: int) -> tuple[int, int, str]:
    """What a choice replaces: the word at the cursor, in its quotes; and the quote."""
    text = here.outline.text
    if part.role == "gap" or (part.role == "value" and not text[part.begin:part.end].strip()):
        return offset, offset, ""
    first = text[part.begin:part.begin + 1]
    quote = first if first in ('"', "'") else ""
    if part.closed:
        return part.begin, part.end, quote
    rest = _REST_OF_WORD.match(text, offset)
    return part.begin, rest.end() if rest else offset, quote


# -- keys -----------------------------------------------------------------------------------------


def _keys(here: Scene, path: Path, typed: str, *, assigned: bool) -> Iterator[Choice]:
    """Keys of the table at a path that are not written there yet."""
    table_slot, json = here.slot(path), here.outline.json
    own = dig(here.outline.tree, path)
    there = set(own if isinstance(own, dict) else ()) - {typed}
    owner = table_slot.component
    for key in table_slot.keys:
        if key in there:
            continue
        inner = here.slot((*path, key))
        doc, _, detail = inner.says.partition("\n")
        order = _order(key, owner) if owner else int(key != "type")
        if not path and not json and not assigned and inner.types == {"object"}:
            head = f"[{key}.${{1:name}}]" if key in NAMED else f"[{key}]"
            yield Choice(key, "key", f"{head}\n$0", True, f"[{key}]", doc, 2)
            continue
        yield _key(key, json, filling(inner), assigned, order=order, detail=detail, doc=doc)
    for one in names.keys(here, path):
        if one.word not in there:
            yield _key(one.word, json, FILLINGS.get(path, "$1"), assigned, order=1,
                       detail=one.about)


def _key(key: str, json: bool, filling: str, assigned: bool, *, order: int, detail: str = "",
         doc: str = "") -> Choice:
    """A key; with what comes behind it, where that does not stand there yet."""
    text = key_text(key, json=json) if assigned else pair(key, filling, json=json)
    return Choice(key, "key", text, not assigned, detail, doc, order)


def _order(key: str, owner: table.Entry) -> int:
    """What a component cannot do without, then its arguments, then keys of the language."""
    param = owner.params.get(key)
    return 2 if param is None else 0 if param.required else 1


def _headers(here: Scene, path: Path, *, several: bool) -> Iterator[Choice]:
    """Tables that can have a header below a path."""
    wanted = "array" if several else "object"
    for key in here.slot(path).keys:
        inner = here.slot((*path, key))
        if wanted in inner.types:
            yield Choice(key, "key", key, doc=inner.says)
    for one in names.keys(here, path) if path else ():
        yield Choice(one.word, "name", one.word, detail=one.about)


# -- values ---------------------------------------------------------------------------------------


def _values(here: Scene, path: Path, *, alone: bool) -> Iterator[Choice]:
    """What may be the value at a path. alone: not in quotes, so that it may be no text at all."""
    json, found = here.outline.json, here.slot(path)
    for at, one in enumerate(names.words(here, path)):
        yield Choice(one.word, "name", dumps(one.word, ensure_ascii=False), detail=one.about,
                     order=min(at, 1))
    if "entry" in found.definitions:
        yield from _entries(here, json) if alone else ()
        return
    typed = path[-1:] == ("type",)
    category = here.slot(path[:-1]).holds if typed else found.category
    yield from _words(found, category, typed=typed)
    if not alone:
        return
    if category and category != "activation" and not typed:
        yield from (_component(category, name, json) for name in _names(category, found.words))
    if "boolean" in found.types:
        yield from (Choice(one, "value", one, order=2) for one in ("true", "false"))
    elif found.default is not None:
        shown = dumps(found.default) if json else toml(found.default)
        if isinstance(found.default, int | float | list):
            yield Choice(shown, "value", shown, detail="the default", order=2)
    for one in params(here, path):
        yield Choice(f"={one.word}", "param", dumps(f"={one.word}"), detail=one.about, order=9)


def _words(found: Slot, category: table.Named | None, *, typed: bool) -> Iterator[Choice]:
    """Words of the language, or of Keras: under `type` its class names first, else the short words
    that Keras takes for them."""
    for word in found.words:
        name = table.canonical(category, word) if category else None
        if word in table.BY_OUTPUT:
            yield Choice(word, "component", dumps(word), order=2,
                         detail=" or ".join(table.BY_OUTPUT[word]))
        elif category is None or name is None:
            yield Choice(word, "word", dumps(word))
        else:
            other = word != name if typed else not word.islower()
            yield Choice(word, "component", dumps(word), detail="" if word == name else name,
                         doc=docs.of_component(category, name), order=3 if other else 2,
                         component=(category, name))


def _names(category: table.Named, words: Iterable[str]) -> Iterator[str]:
    """The components that words name, each once."""
    found = (table.canonical(category, word) for word in words)
    return (name for name in dict.fromkeys(found) if name is not None)


def _entries(here: Scene, json: bool) -> Iterator[Choice]:
    """Whole entries of a model: blocks, then layers."""
    for one in names.blocks(here, ()):
        yield Choice(f"block {one.word}", "name", written({"block": one.word}, json=json), True,
                     one.about, order=3)
    layers = slot(("model", "layers", 0, "type"), {}).words
    yield from (_component("layer", name, json) for name in _names("layer", layers))


def _component(category: table.Named, name: str, json: bool) -> Choice:
    """A component as a table, with the arguments that it cannot do without."""
    assert category != "activation"
    tree = entry_of(category, name)
    return Choice(f"{name} {{ }}" if category != "layer" else name, "component",
                  written(tree, json=json), True, ", ".join(key for key in tree if key != "type"),
                  docs.of_component(category, name), 4, (category, name))


# -- expressions ----------------------------------------------------------------------------------


def _expression(here: Scene, part: Part, offset: int) -> Completion | None:
    """The names in an expression; None for a text that is none."""
    text = here.outline.text
    body = part.begin + 1
    if text[body:body + 1] != "=" or text[body:body + 2] == "==" or offset <= body:
        return None
    typed = _DOTTED_END.search(text, body + 1, offset)
    begin = typed.start() if typed else offset
    rest = _REST_OF_WORD.match(text, offset)
    end = min(rest.end() if rest else offset, part.end)
    choices = [Choice(one.word, "param", one.word, detail=one.about)
               for one in params(here, part.path)]
    choices += [Choice(one, "function", f"{one}($1)", True, "a function", order=1)
                for one in FUNCTIONS]
    choices += [Choice(one, "value", one, order=2) for one in CONSTANTS]
    return Completion(begin, end, "", tuple(dict.fromkeys(choices)))


__all__ = ["Choice", "Completion", "Kind", "complete"]
