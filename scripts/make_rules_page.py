"""Write docs/rules.md: every code with its page, from the text that `specc explain` prints.

    python scripts/make_rules_page.py
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from specc.catalog import CATALOG, families
from specc.diagnostics import Kind

PAGE = Path(__file__).resolve().parent.parent / "docs" / "rules.md"
HEAD = """# What specc finds

Made by `scripts/make_rules_page.py` from the text of `specc explain CODE`.

An **error** is certainly wrong: a spec that has one is neither compiled nor run, and it cannot be
ignored. A **warning** is probably wrong, an **info** worth a thought; both can be ignored with a
reason, in `[lint] ignore` of a spec or in `[tool.specc]` of pyproject.toml. A finding can be graver
or milder than its code: the page says when.
"""
PARTS = re.compile(r"^(Why|Example(?: \([^)]*\))?|Use instead|Source):", re.MULTILINE)


def page() -> str:
    groups = families()
    parts = [HEAD, "| family | about | codes |\n|---|---|---|"]
    parts += [f"| {kinds[0].code[:2]} | [{name}](#{name}) | {len(kinds)} |"
              for name, kinds in groups.items()]
    parts.append(f"\n{len(CATALOG)} codes in all.\n")
    for name, kinds in groups.items():
        parts += section(name, kinds)
    return "\n".join(parts)


def section(name: str, kinds: tuple[Kind, ...]) -> Iterator[str]:
    """A family: a line on each of its codes, then their pages."""
    yield f"## {name}\n\n| code | name | severity | claim |\n|---|---|---|---|"
    for one in kinds:
        yield (f"| [{one.code}](#{anchor(one)}) | {one.name} | {one.severity} "
               f"| {cell(one.claim)} |")
    yield ""
    for one in kinds:
        text = PARTS.sub(r"**\1:**", one.page)
        yield f"### {title(one)}\n\n*{one.severity}*. {text}\n"


def title(kind: Kind) -> str:
    return f"{kind.code} {kind.name}"


def anchor(kind: Kind) -> str:
    """What a renderer makes of the title."""
    return title(kind).lower().replace(" ", "-")


def cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(PAGE.name, len(page().splitlines()), "lines,", len(CATALOG), "codes")
