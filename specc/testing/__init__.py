"""Property tests for specs: drawn ones, drawn mistakes, and rows to train on.

    from specc.testing import mistaken, rows, specs

    @given(specs())
    def test_something(document): ...

Needs Hypothesis (`pip install "specc[test]"`), and imports it when a strategy is first made. What
is drawn is a plain document, the tree that a TOML or JSON file holds (`written_as` makes the text),
and it shrinks to the smallest that still fails.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

    from specc.pipeline import Checked
    from specc.spec import Kind, Task
    from specc.testing.mistakes import Mistake

Document = dict[str, Any]


def specs(*, kind: Kind | None = None, layer: str | None = None, loss: str | None = None,
          task: Task | None = None, optimizer: str | None = None) -> SearchStrategy[Document]:
    """Valid specs, as plain documents: any kind, layer, loss, ... or the one that is asked for.

    Their rows are to lie in `rows.csv` beside them: see `rows`. ValueError for names that are not
    drawn, and for what does not go together.
    """
    from specc.testing.composing import Wish, composed
    from specc.testing.shrinking import shrinking
    from specc.testing.wished import refused

    wish = Wish(layer, loss, task, kind, optimizer)
    if wrong := refused(wish):
        raise ValueError(wrong)
    return shrinking(lambda random: composed(random, wish))


def mistaken(*codes: str) -> SearchStrategy[Mistake]:
    """Specs with one mistake of one of these rules (codes or names; none: of any)."""
    from specc.catalog import explain
    from specc.testing.mistakes import decidable, mistake
    from specc.testing.shrinking import shrinking

    known = [kind.code for word in codes if (kind := explain(str(word))) is not None]
    if len(known) < len(codes):
        raise ValueError(f"no rule is called one of {', '.join(map(str, codes))}")
    undrawn = [code for code in known if code not in decidable()]
    if undrawn:
        raise ValueError(f"no document has a mistake of {', '.join(undrawn)} by itself")
    wanted = tuple(known) or decidable()
    return shrinking(lambda random: mistake(random, random.choice(wanted)))


def rows(spec: Document | Checked, count: int = 24) -> SearchStrategy[str]:
    """Rows that a spec can be trained on, as the text of a csv: its columns, with values of the
    types, ranges and classes that it says."""
    from specc.testing.filling import as_csv, filled, plan_of
    from specc.testing.shrinking import shrinking

    if count < 1:
        raise ValueError(f"a table has 1 row or more, not {count}")
    plan = plan_of(spec)
    return shrinking(lambda random: as_csv(filled(random, plan, count)))


def written_as(document: Document, form: Literal["toml", "json"] = "toml") -> str:
    """The text of a document."""
    from specc.importer.write import as_text

    if form not in ("toml", "json"):
        raise ValueError(f"a document is written as toml or json, not as {form}")
    return as_text(document, form, None)


__all__ = ["Document", "mistaken", "rows", "specs", "written_as"]
