"""The page: everything that is read and worked out, put into the template."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from specc.report import health, labels, regression, verdict
from specc.report.answers import answers
from specc.report.curves import figures
from specc.report.drawing import drawing
from specc.report.layers import layer_table
from specc.report.panel import Panel
from specc.report.reading import Contents, read, rows_of
from specc.report.template import rendered
from specc.report.wording import colored, command, flat, packages, page_of, resolved, setting

MOST_FINDINGS = 200
LONG = 60  # lines of a spec from which the page shows only so many until asked
NEVER = ("hashes", "seed", "versions", "before")  # of the environment: they stand elsewhere


def page(path: Path, closing: Mapping[str, Any] | None = None) -> str:
    """The report on the run in a folder, as one HTML document that fetches nothing.

    closing: what status.json is about to hold.
    """
    contents = read(path, closing)
    notes = [*contents.notes]
    panels = list(_panels(contents, notes))
    return rendered(
        "page.html", run=contents, folder=path.resolve().name,
        description=contents.tree.get("description"),
        verdict=verdict.verdict(contents), tiles=verdict.tiles(contents),
        metrics=verdict.metrics_table(contents), lacking=list(verdict.lacking(contents)),
        notes=notes, findings=list(_findings(contents)), more_findings=max(
            0, len(contents.findings) - MOST_FINDINGS),
        curves=figures(contents), health=health.figures(contents.signals),
        scaled=_scaled(contents), panels=panels, **_model(contents),
        **_spec(contents), environment=list(flat(contents.environment, *NEVER)),
        versions=list(flat(contents.environment.get("versions"))),
        elsewhere=contents.environment.get("before"), seed=contents.environment.get("seed"),
        command=command(contents),
        packages=packages(contents))


def _panels(contents: Contents, notes: list[str]) -> Iterator[Panel]:
    table = rows_of(contents, notes)
    if table is None:
        return
    series = _in_order(contents)
    for found in answers(contents, table):
        yield labels.panel(found) if found.classes else regression.panel(found, series=series)


def _scaled(contents: Contents) -> list[str]:
    """The outputs whose loss is not in the units of their target."""
    heads = contents.plan.heads if contents.plan is not None else ()
    return [head.name for head in heads if head.output.scale != "none"]


def _in_order(contents: Contents) -> bool:
    """Whether rows follow one another in time: windows over one series."""
    data = contents.tree.get("data")
    window = data.get("window") if isinstance(data, Mapping) else None
    return isinstance(window, Mapping) and "by" not in window


def _findings(contents: Contents) -> Iterator[dict[str, Any]]:
    """Errors first; the page of a code stands with the first finding of it."""
    order = {kind: at for at, kind in enumerate(verdict.SEVERITIES)}
    shown: set[str] = set()
    for one in sorted(contents.findings, key=lambda one: order.get(str(one.get("severity")), 9)
                      )[:MOST_FINDINGS]:
        code = str(one.get("code", ""))
        text = page_of(code) if code not in shown else None
        shown.add(code)
        severity = str(one.get("severity", ""))
        yield {"code": code, "name": str(one.get("name", "")),
               "severity": severity if severity in order else "info",
               "message": str(one.get("message", "")), "advice": one.get("advice"),
               "line": one.get("line"), "page": text}


def _model(contents: Contents) -> dict[str, Any]:
    """The graph and the layers; from the files that were written where there is no plan."""
    if contents.plan is not None and contents.plan.graph.nodes:
        return {"graph": drawing(contents.plan), "layers": layer_table(contents.plan),
                "summary": None, "graph_png": None}
    picture = contents.path / "graph.png"
    try:
        png = base64.b64encode(picture.read_bytes()).decode("ascii")
    except OSError:
        png = None
    return {"graph": None, "layers": None, "summary": contents.summary, "graph_png": png}


def _spec(contents: Contents) -> dict[str, Any]:
    text, full = contents.spec_text, resolved(contents)
    lines = text.count("\n") if text else 0
    return {"spec": None if text is None else colored(text, json_=contents.spec_is_json),
            "settings": [(key, setting(value)) for key, value in contents.settings],
            "spec_lines": lines, "spec_long": lines > LONG,
            "resolved": None if full is None else colored(full, json_=True)}
