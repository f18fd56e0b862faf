"""What was measured of a spec, as a table for people and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median
from typing import Any

from specc.record import as_dict
from specc.runner.bench.figures import FIGURES, Unit
from specc.runner.bench.session import OTHER, THIS, Bench, Found
from specc.runner.bench.verdict import Verdict

SIZES = (("GiB", 2**30), ("MiB", 2**20), ("KiB", 2**10))


def as_json(bench: Bench) -> dict[str, Any]:
    """One document. Seconds and bytes; `noise` is a part of the median."""
    this = bench.sides[THIS]
    plan = this.ready.plan
    units = {unit: [one for one in bench.found.values() if FIGURES[one.name].unit == unit]
             for unit in ("s", "B")}
    return {
        "name": plan.spec.name, "file": this.file, "hash": this.spec["hashes"]["all"],
        "hashes": this.spec["hashes"], "environment": bench.environment,
        "machine": bench.machine, "device": bench.environment["device"],
        "timer": bench.wanted.timer,
        "rows": len(this.ready.prepared.train), "batch_size": plan.spec.fit.batch_size,
        "times": {one.name: _spread(one) for one in units["s"]},
        "memory": {one.name: _spread(one) for one in units["B"]},
        "compile": bench.compile_seconds, "rows_per_second": bench.rows_per_second,
        "twin": _twin(bench), "against": _against(bench),
    }


def _spread(found: Found) -> dict[str, Any]:
    return {"median": found.median, "least": min(found.rounds), "most": max(found.rounds),
            "count": len(found.rounds), "noise": found.noise, "data": list(found.rounds)}


def _twin(bench: Bench) -> dict[str, Any] | None:
    if bench.ratio is None:
        return None
    ratio, interval = bench.ratio
    return {"is": bench.twin.says, "ratio": ratio,
            "interval": as_dict(interval) if interval else None}


def _against(bench: Bench) -> dict[str, Any] | None:
    """What this was compared with, and the verdict on each figure."""
    verdicts = {one.name: as_dict(one.verdict) for one in bench.found.values() if one.verdict}
    if not verdicts:
        return None
    if OTHER in bench.sides:
        other = bench.sides[OTHER]
        return {"kind": "spec", "name": other.ready.plan.spec.name, "file": other.file,
                "hash": other.spec["hashes"]["all"], "verdicts": verdicts,
                "data": {one.name: list(one.other) for one in bench.found.values()}}
    found = bench.baseline
    return {"kind": "stored", "file": found.path if found else None,
            "name": found.spec["name"] if found else None,
            "hash": found.spec["hashes"]["all"] if found else None,
            "changes": list(bench.changes()), "verdicts": verdicts}


def as_text(bench: Bench) -> str:
    """A table of what was measured; with verdicts where there is something to compare with."""
    return "\n".join([*_head(bench), "", *_table(bench), *_foot(bench)])


def _head(bench: Bench) -> Iterator[str]:
    this, environment = bench.sides[THIS], bench.environment
    device = environment["device"]
    on = environment["cpu"]["name"] if device == "cpu" else device
    yield (f"{this.ready.plan.spec.name}  {len(this.ready.prepared.train):,} rows in batches of "
           f"{this.ready.plan.spec.fit.batch_size}, {environment['backend']} on {on}")
    if OTHER in bench.sides:
        yield f"against {bench.sides[OTHER].file}, in turns: ratios are its times to these"
    elif bench.baseline is not None:
        yield f"against {bench.baseline.name}: ratios are these times to those"
        yield from (f"  {text}" for text in bench.changes())


def _table(bench: Bench) -> Iterator[str]:
    compared = any(one.verdict for one in bench.found.values())
    yield (f"{'':14} {'median':>10} {'least':>10} {'most':>10} {'rounds':>6} {'noise':>7}"
           + (f" {'other':>10} {'ratio':>6}  {'99 % interval':14} {'bound':>6}  verdict"
              if compared else ""))
    for name in FIGURES:
        if name not in bench.found:
            continue
        one, unit = bench.found[name], FIGURES[name].unit
        cells = [shown(value, unit) for value in (one.median, min(one.rounds), max(one.rounds))]
        yield (f"{name.replace('_', ' '):14} {cells[0]:>10} {cells[1]:>10} {cells[2]:>10} "
               f"{len(one.rounds):>6} {one.noise:>7.1%}"
               + (_judged(bench, one, one.verdict, unit) if one.verdict else ""))


def _judged(bench: Bench, one: Found, verdict: Verdict, unit: Unit) -> str:
    if verdict.ratio is None:
        return f" {'':10} {'':6}  {'':14} {'':6}  {verdict.word}: {verdict.why}"
    before = one.other or (bench.baseline.figures[one.name] if bench.baseline else ())
    span = verdict.interval
    within = f"{span.low:.3f} to {span.high:.3f}" if span else ""
    return (f" {shown(median(before), unit):>10} {verdict.ratio:>6.3f}  {within:14} "
            f"{verdict.bound:>6.1%}  {verdict.word}" + (f": {verdict.why}" if verdict.why else ""))


def _foot(bench: Bench) -> Iterator[str]:
    yield ""
    if (seconds := bench.compile_seconds) is not None:
        yield f"{'compiling':14} {shown(seconds, 's'):>10}  the first step without a step"
    for name, value in bench.rows_per_second.items():
        yield f"{name.replace('_', ' '):14} {value:>10,.0f} rows/s"
    if bench.ratio is not None:
        ratio, span = bench.ratio
        within = f" ({span.low:.2f} to {span.high:.2f})" if span else ""
        yield (f"{'twin':14} {ratio:>10.2f}  times as long an epoch{within}: {bench.twin.says}")


def shown(value: float, unit: Unit = "s") -> str:
    """`12.3 ms`, `410 MiB`: in the unit that fits."""
    if unit == "B":
        name, size = next(((name, size) for name, size in SIZES if value >= size), ("B", 1))
        return f"{value / size:,.4g} {name}"
    for name, scale in (("s", 1.0), ("ms", 1e-3)):
        if value >= scale:
            return f"{value / scale:.3g} {name}"
    return f"{value * 1e6:.3g} µs"

