"""The words of a spec with what each means: what an editor lists behind `type = "` or `task = "`.

Draft 7 has no place for what one word of several means. VS Code reads `enumDescriptions`, taplo
(the TOML extension) `x-taplo`; validators pass over both.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from specc.ops import docs, table
from specc.ops.component import Category
from specc.ops.table import Named
from specc.ops.types import CATEGORIES

Schema: TypeAlias = dict[str, Any]


def listed(meanings: Mapping[str, str]) -> Schema:
    """One word of several."""
    texts = list(meanings.values())
    return {"enum": list(meanings), "enumDescriptions": texts,
            "x-taplo": {"docs": {"enumValues": texts}}}


def definitions() -> dict[str, Schema]:
    """`layer.word`, `optimizer.word`, ..., `activation.word`: the words for components."""
    out = {f"{category}.word": of_components(category) for category in CATEGORIES}
    known = table.words("activation")
    return out | {"activation.word": listed({one: meaning("activation", one) for one in known})}


def of_components(category: Category, names: Iterable[str] = ()) -> Schema:
    """The words for components of a category; for `names` only, if any."""
    return listed({one: meaning(category, one) for one in words(category, names)})


def meaning(category: Named, word: str) -> str:
    """What a component does; of an alias, also whose; of a word that Keras decides, which."""
    if word in table.BY_OUTPUT:
        *others, last = table.BY_OUTPUT[word]
        return f"{', '.join(others)} or {last}: the labels and the output decide"
    name = table.canonical(category, word)
    assert name is not None, f"{word!r} is no word for a {category}"
    said = docs.of_component(category, name)
    return said if word == name else f"{name}: {said}"


def words(category: Category, names: Iterable[str] = ()) -> tuple[str, ...]:
    """The words for components that a spec may hold: names, aliases, what Keras decides itself."""
    wanted = set(names) or {name for name in table.names(category) if allowed(category, name)}
    known = [word for word in table.words(category) if table.canonical(category, word) in wanted]
    late = [word for word, classes in table.BY_OUTPUT.items() if wanted & set(classes)
            and category in ("loss", "metric")]
    return tuple(dict.fromkeys((*known, *(late if not names else ()))))


def spellings(category: Category, name: str) -> Schema:
    """All texts that mean one component. Not as `enum`: VS Code shows nothing for a word where a
    second `enum` looks at it."""
    known = [word for word in table.words(category) if table.canonical(category, word) == name]
    late = [word for word, classes in table.BY_OUTPUT.items()
            if category in ("loss", "metric") and name == classes[-1]]
    options: list[Schema] = [{"const": word} for word in (*known, *late)]
    if category == "optimizer":
        options.append({"type": "string", "pattern": _any_case(name)})
    return {"anyOf": options} if options[1:] else options[0]


def chosen(category: Category, name: str, then: Schema | None = None) -> Schema:
    """What holds where `type` names a component: its definition, or `then`."""
    return {"if": {"properties": {"type": spellings(category, name)}, "required": ["type"]},
            "then": then or {"$ref": f"#/definitions/{category}.{name}"}}


def cases(category: Category) -> tuple[str, ...]:
    """Keras finds optimizers however their names are capitalized."""
    if category != "optimizer":
        return ()
    return tuple(_any_case(name) for name in table.names(category) if allowed(category, name))


def _any_case(name: str) -> str:
    return "^" + "".join(f"[{one.upper()}{one.lower()}]" if one.isalpha() else one
                         for one in name) + "$"


def allowed(category: Category, name: str) -> bool:
    """Whether a spec may hold a component."""
    entry = table.entry(category, name)
    return entry is not None and not entry.refused


__all__ = ["Schema", "allowed", "cases", "chosen", "definitions", "listed", "of_components",
           "words"]
