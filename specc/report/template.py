"""Pages out of templates: every value escaped, the style inside, nothing fetched."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any

from specc.report.svg import Markup, clean


def rendered(name: str, **values: Any) -> str:
    """A template of this package with values in it."""
    page: str = _templates().get_template(name).render(css=Markup(_resource("style.css")), **values)
    return page


@cache
def _templates() -> Any:
    """All templates of this package; each is compiled once."""
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    return Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True,
                       lstrip_blocks=True, finalize=_finalized, loader=FunctionLoader(_resource))


def _finalized(value: Any) -> Any:
    """What a template shows: nothing for None, and no character that a page cannot hold."""
    if value is None:
        return ""
    return value if hasattr(value, "__html__") or not isinstance(value, str) else clean(value)


def _resource(name: str) -> str:
    return resources.files("specc.report").joinpath(name).read_text(encoding="utf-8")
