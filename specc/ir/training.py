"""How a model is trained and what must hold: optimizer, callbacks, and the names of numbers.

A number has one name everywhere: `<split>.<output>.<metric>`, as in `test.price.mae`, and
`<split>.loss` for the sum of all. `monitor` accepts Keras's names for them too.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence, Sized
from typing import TYPE_CHECKING

from specc.diagnostics import Diagnostic, Outcome
from specc.ir.cost import Totals
from specc.ir.heads import BY_SHAPE, metric_keys
from specc.ir.plan import Head
from specc.later import later
from specc.ops.arguments import resolve
from specc.ops.component import Component
from specc.ops.table import BY_OUTPUT, canonical
from specc.source import Where
from specc.spec import Bound, Parts, Spec
from specc.syntax.written import table

if TYPE_CHECKING:
    from specc.diagnostics import spelling
    from specc.facts import streams
    from specc.ir import output_errors
    from specc.ops import spoken
else:
    spelling, spoken = later("specc.diagnostics.spelling"), later("specc.ops.spoken")
    output_errors, streams = later("specc.ir.output_errors"), later("specc.facts.streams")

SPLITS = ("train", "validation", "test")
UNMONITORED = ("learning_rate",)


def optimizer(spec: Spec) -> Outcome[Component]:
    """The optimizer, by its name or with arguments."""
    return resolve("optimizer", spec.compile.optimizer,
                   lambda *steps: spec.where("compile", "optimizer", *steps))


def callbacks(spec: Spec, heads: Sequence[Head],
              doubtful: Sized = ()) -> Outcome[tuple[Component, ...]]:
    """The callbacks, what they monitor compared with what an epoch reports."""
    out: list[Component] = []
    found: list[Diagnostic] = []
    for index, tree in enumerate(spec.fit.callbacks):
        if tree is None and spec.doubtful("fit", "callbacks", index):
            continue
        place = spec.where("fit", "callbacks", index)
        done = resolve("callback", tree, place.at)
        found += done.diagnostics
        if done.value is None or done.errors:
            continue
        out.append(done.value)
        monitor = done.value.get("monitor") if compares(done.value) else None
        doubt = len(doubtful) or ("outputs",) in spec.broken
        if isinstance(monitor, str) and not doubt:
            written = isinstance(tree, dict) and "monitor" in tree
            found += unlogged(spec, heads, monitor, place.at("monitor") if written else place)
    return Outcome(tuple(out), tuple(found))


def unlogged(spec: Spec, heads: Sequence[Head], monitor: str, at: Where) -> Iterator[Diagnostic]:
    """A monitor that no epoch reports: for want of validation rows, or under another name."""
    known = tuple(monitors(spec, heads, validated=keeps(spec, "validation")))
    if monitor in known:
        return
    everything = tuple(monitors(spec, heads, validated=True))
    named = [one for one in everything if alike(monitor, one, heads)]
    meant = named[0] if named else None
    if (meant or monitor) in everything and (meant or monitor) not in known:
        yield output_errors.monitor_not_logged(
            at, monitor=monitor, known=known, validated=False,
            advice="add validation = 0.2 to [data] split, or watch a number of the training rows")
        return
    fix = None
    if at.path[-1] == "monitor":
        sure = len(named) == 1 and alike(monitor, named[0], heads, sure=True)
        fix = spelling.written(at, named[0]) if sure else spelling.respelled(at, monitor, known)
    yield output_errors.monitor_not_logged(at, monitor=monitor, known=known, meant=meant, fix=fix)


def alike(word: str, known: str, heads: Sequence[Head], *, sure: bool = False) -> bool:
    """Whether a number is called by another name of its metric: `val_acc` where `val_accuracy` is
    reported, `lr` for the rate. sure: by a name of Keras's."""
    if word == "lr":
        return known in UNMONITORED and not sure
    return any(known.endswith(key) and word.startswith(known[:-len(key)])
               and _names(word[len(known) - len(key):], metric, sure=sure)
               for head in heads for key, metric in head.metrics)


def _names(word: str, metric: Component, *, sure: bool) -> bool:
    """Whether a word means the class of a metric."""
    if metric.name in BY_OUTPUT.get(word, ()) or metric.name == canonical("metric", word):
        return True
    return not sure and metric.name == spoken.meant("metric", word)


def compares(callback: Component) -> bool:
    """Whether a callback looks at what it monitors; a checkpoint of every epoch does not."""
    return callback.name != "ModelCheckpoint" or callback.get("save_best_only") is True


def unsupported(spec: Spec) -> Iterator[Diagnostic]:
    """Words of the language that do not go with others in the same spec."""
    if spec.data is not None and spec.data.stream:
        yield from streams.unsuited(spec)


def keeps(spec: Spec, part: str) -> bool:
    """Whether there are rows of a part; assumed where no data are named."""
    if part == "train" or spec.data is None or spec.doubtful("data", "split"):
        return True
    split, source = spec.data.split, spec.data.source
    return getattr(split, part) > 0 or split.column is not None or (
        isinstance(source, Parts) and getattr(source, part) is not None)


def monitors(spec: Spec, heads: Sequence[Head], *, validated: bool) -> Iterator[str]:
    """Every name that `monitor` accepts: Keras's, then specc's. validated: whether there are rows
    of validation."""
    keys = ["loss"]
    for head in heads:  # Keras names the output only where there are several
        keys += ([key for key, _ in head.metrics] if len(heads) == 1
                 else [f"{head.name}_{key}" for key in metric_keys(head)])
    for prefix in ("", "val_") if validated else ("",):
        yield from (prefix + key for key in keys)
    for split in ("train", "val", "validation") if validated else ("train",):
        yield f"{split}.loss"
        yield from (f"{split}.{head.name}.{key}" for head in heads for key in metric_keys(head))
    yield from UNMONITORED


def numbers(heads: Sequence[Head], splits: Iterable[str] = SPLITS) -> Iterator[str]:
    """Every `split.output.metric`, and `split.loss`."""
    for split in splits:
        yield f"{split}.loss"
        yield from (f"{split}.{head.name}.{key}" for head in heads for key in metric_keys(head))


def expectations(spec: Spec, heads: Sequence[Head],
                 doubtful: Container[str] = ()) -> Iterator[Diagnostic]:
    """[expect] and the objective of [tune] name numbers that exist, with bounds that mean one.

    doubtful: outputs with a metric that was wrong; what names them is not complained of again.
    """
    for key, bound in spec.expect.items():
        place = spec.where(*expect_path(spec, key))
        named = key.split(".")[1:2]
        if (named and named[0] in doubtful) or spec.doubtful(*place.path):
            continue
        wrong = list(_number(spec, key, place.key(), heads))
        part = key.partition(".")[0]
        if not wrong and not keeps(spec, part):
            wrong = [output_errors.no_such_part(place.key(), key=key, part=part)]
        yield from wrong or _bound(bound, place)
    objective = spec.tune.objective if spec.tune else None
    if objective and ("tune", "objective") not in spec.broken and not computable(objective, heads):
        yield from _number(spec, objective, spec.where("tune", "objective"), heads)


def computable(objective: str, heads: Sequence[Head]) -> bool:
    """Whether an objective is a metric of Keras that the spec does not list: it is added then."""
    split, _, rest = objective.partition(".")
    name, _, metric = rest.rpartition(".")
    return split in SPLITS and any(head.name == name for head in heads) and (
        metric in BY_SHAPE or canonical("metric", metric) is not None)


def expect_path(spec: Spec, key: str) -> tuple[str, ...]:
    """Where `test.price.mae` is written: dotted key, nested tables, or a mixture."""
    def search(table: object, rest: str) -> tuple[str, ...] | None:
        if not rest:
            return ()
        for name in table if isinstance(table, dict) else ():
            if rest == name or rest.startswith(f"{name}."):
                found = search(table[name], rest[len(name) + 1:])  # type: ignore[index]
                if found is not None:
                    return (name, *found)
        return None

    tree = spec.tree.get("expect", {}) if isinstance(spec.tree, dict) else {}
    return ("expect", *(search(tree, key) or (key,)))


def _number(spec: Spec, key: str, place: Where, heads: Sequence[Head]) -> Iterator[Diagnostic]:
    split, _, rest = key.partition(".")
    known = list(numbers(heads))
    if key in known:
        return
    name, dot, _ = rest.rpartition(".")
    declared = list(table(spec.tree, "outputs"))
    if ("outputs",) in spec.broken:
        return
    if dot and split in SPLITS and name not in [head.name for head in heads]:
        if name not in declared:
            yield output_errors.unknown_output(place, name=name,
                                               known=[head.name for head in heads])
        return
    if spec.doubtful("outputs", name):
        return  # its metrics were wrong, and that was said
    near = [one for one in known if one.startswith(f"{split}.")] or known
    whole = key in (place.path[-1], spec.tune.objective if spec.tune else None)
    meant = next((one for one in near if alike(key, one, heads)), None)
    free = [one for one in near if one not in spec.expect]
    yield output_errors.unknown_metric_key(
        place, key=key, known=near, meant=meant,
        fix=spelling.respelled(place, key, free) if whole else None)


def _bound(bound: Bound, place: Where) -> Iterator[Diagnostic]:
    for value in (bound.min, bound.max):
        if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
            yield output_errors.wrong_bound(place, reason="a bound is a number")
            return
    if bound.min is None and bound.max is None:
        yield output_errors.wrong_bound(place, reason="a bound needs `min`, `max` or both")
    elif bound.min is not None and bound.max is not None and bound.min > bound.max:
        yield output_errors.wrong_bound(place,
                                        reason=f"`min` {bound.min} is above `max` {bound.max}")


def budget(spec: Spec, totals: Totals, *, whole: bool) -> Iterator[Diagnostic]:
    """[budget] held against what inference counted. whole: the model had no mistake, so that what
    is not known is for the data to say."""
    for key, bound in spec.budget.items():
        found = getattr(totals, key)
        place = spec.where("budget", key)
        if spec.doubtful("budget", key):
            continue
        if wrong := list(_bound(bound, place)):
            yield from wrong
            continue
        if found is None:
            if whole:
                yield output_errors.budget_unknown(place, name=key)
        elif bound.max is not None and found > bound.max:
            yield output_errors.over_budget(place, name=key, found=found,
                                            wanted=f"at most {_plain(bound.max)} wanted")
        elif whole and bound.min is not None and found < bound.min:
            yield output_errors.over_budget(place, name=key, found=found,
                                            wanted=f"at least {_plain(bound.min)} wanted")


def _plain(number: float) -> str:
    """A bound as it is written: 5,000 and not 5,000.0."""
    return f"{int(number) if number == int(number) else number:,}"
