"""Write docs/ops.md: every component and argument on one page, from the table and its lines.

    python scripts/make_ops_page.py

What many components of a category share, with one type, default and meaning, stands once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from specc.ops import OPS, docs, table
from specc.ops.component import Category
from specc.ops.component_errors import REASONS
from specc.ops.examples import toml
from specc.ops.types import CATEGORIES, describe

PAGE = Path(__file__).resolve().parent.parent / "docs" / "ops.md"
SHARED = 8  # components of a category that have an argument in common
HEAD = """# Components of Keras {version}

Made by `scripts/make_ops_page.py` from the table that checks specs; `specc ops NAME` shows the
same, with an example. What has no `since` is in Keras {oldest} and later.
"""
PLURALS = {"loss": "losses"}


def page() -> str:
    parts = [HEAD.format(version=table.version(), oldest=table.oldest())]
    for category in CATEGORIES:
        parts += section(category)
    parts += ["## activations\n", "| word | also | gives |\n|---|---|---|"]
    for name in table.names("activation"):
        also = ", ".join(f"`{one}`" for one in other_words("activation", name))
        since = table.newer_words().get(f"activation.{name}")
        mark = f" (since {since})" if since else ""
        parts.append(f"| `{name}`{mark} | {also} | {cell(docs.of_component('activation', name))} |")
    return "\n".join(parts) + "\n"


def section(category: Category) -> Iterator[str]:
    """A category: what its components share, then each."""
    names = table.names(category)
    yield f"## {PLURALS.get(category, category + 's')}\n"
    counts = Counter(row for name in names for row in rows(category, name))
    shared = [row for row, count in counts.items() if count >= SHARED]
    if shared:
        yield "Shared arguments:\n\n" + HEADER
        yield from sorted(shared)
        yield ""
    for name in names:
        yield from component(category, name, shared)


HEADER = "| argument | may be | default | does |\n|---|---|---|---|"


def component(category: Category, name: str, shared: list[str]) -> Iterator[str]:
    entry = table.entry(category, name)
    assert entry is not None
    yield f"### {name}" + (f" (since {entry.since})" if entry.since else "") + "\n"
    yield docs.of_component(category, name) + "\n"
    if words := other_words(category, name):
        yield "Also " + ", ".join(f"`{one}`" for one in words) + ".\n"
    if entry.refused:
        yield f"Refused in a spec: `{name}` {REASONS[entry.refused]}.\n"
        return
    own = [row for row in rows(category, name) if row not in shared]
    if own:
        yield HEADER
        yield from own
        yield ""
    common = [key for key, row in zip(entry.params, rows(category, name), strict=True)
              if row in shared]
    if common:
        yield "Shared: " + ", ".join(f"`{key}`" for key in common) + ".\n"
    if category == "layer" and OPS[name].note:
        yield f"Note: {OPS[name].note}\n"


def rows(category: Category, name: str) -> list[str]:
    """A row of the table for each argument."""
    entry = table.entry(category, name)
    params = entry.params.values() if entry and not entry.refused else ()
    return [f"| `{one.name}`{f' (since {one.since})' if one.since else ''} "
            f"| {cell(describe(one.type))} | {default(one)} "
            f"| {cell(docs.of_argument(category, name, one.name))} |" for one in params]


def default(param: table.Param) -> str:
    if param.required:
        return "required"
    return "none" if param.default is None else f"`{toml(param.default)}`"


def other_words(category: table.Named, name: str) -> list[str]:
    return [word for word in table.words(category) if word != name
            and word not in table.BY_OUTPUT and table.canonical(category, word) == name]


def cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(PAGE.name, len(page().splitlines()), "lines")
