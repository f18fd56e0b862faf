"""What comes out of an entry of a model and what it costs, in words; all its copies in one line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from specc.ir.cost import add
from specc.ir.graph import Node, Stamp
from specc.ir.plan import Plan
from specc.ops.op import Tensor
from specc.source import Path
from specc.summary import short
from specc.tensor import show

MOST = 8  # different shapes or numbers in a row


def facts(plan: Plan, path: Path, stamps: tuple[Stamp, ...]) -> Iterator[str]:
    """An entry in Markdown, a line each: its layers, what enters and comes out, what it costs."""
    own = [node.layer_name for node in nodes(plan, stamps) if node.where.path == path]
    if own:
        yield f"layer `{own[0]}`" + (f" to `{own[-1]}`, {len(own)} copies" if own[1:] else "")
    elif stamps[1:]:
        yield f"{len(stamps)} copies"
    made = [one for one in stamps if one.begin < one.end]
    if not made:
        yield f"left out: gives what enters it, {marked(map(given, [plan] * len(stamps), stamps))}"
        return
    yield f"takes {marked(taken(plan, one) for one in made)}"
    dtypes = {tensor.dtype for one in made for tensor in given(plan, one) if tensor.dtype}
    yield f"gives {marked(given(plan, one) for one in made)} {' '.join(sorted(dtypes))}".rstrip()
    yield cost(plan, made)


def cost(plan: Plan, made: list[Stamp]) -> str:
    """Parameters and FLOPs of all copies together, those of each where there are several."""
    counts = [params(plan, one) for one in made]
    total, operations = add(counts), add(flops(plan, one) for one in made)
    trained = add(params(plan, one, trainable_only=True) for one in made)
    each = f" ({listed(map(number, counts))})" if made[1:] and total else ""
    frozen = f", {number(trained)} trainable" if trained != total else ""
    layers = {node.layer_name for node in nodes(plan, made)}
    inside = f" in {len(layers)} layers" if len(layers) > len(made) else ""
    return f"{number(total)} parameters{each}{frozen}, {short(operations)}FLOPs{inside}"


def hint(plan: Plan, stamps: tuple[Stamp, ...]) -> str:
    """An entry in a few signs, for the end of its line: what comes out, how many parameters."""
    made = [one for one in stamps if one.begin < one.end]
    if not made:
        return "left out"
    total = add(params(plan, one) for one in made)
    held = "" if total == 0 else f"  {number(total)} params"
    first, *others = _runs(shown(given(plan, one)) for one in made)
    between = ["..."] if others[1:] else []
    return ", ".join([first, *between, *others[-1:]]) + held


def marked(several: Iterable[Iterable[Tensor]]) -> str:
    """Shapes of copies as Markdown."""
    return listed(f"`{shown(one)}`" for one in several)


def listed(texts: Iterable[str]) -> str:
    """What copies have, in their order; equal ones once: `(batch, 8), 2 x (batch, 4)`."""
    runs = _runs(texts)
    return ", ".join([*runs[:MOST], *(["..."] if runs[MOST:] else [])])


def _runs(texts: Iterable[str]) -> list[str]:
    runs = ((text, len(list(several))) for text, several in groupby(texts))
    return [text if count == 1 else f"{count} x {text}" for text, count in runs]


def nodes(plan: Plan, stamps: Iterable[Stamp]) -> list[Node]:
    return [node for one in stamps for node in plan.graph.nodes[one.begin:one.end]]


def given(plan: Plan, stamp: Stamp) -> tuple[Tensor, ...]:
    return tuple(plan.graph.tensor(ref) for ref in stamp.gives)


def taken(plan: Plan, stamp: Stamp) -> tuple[Tensor, ...]:
    """What enters a layer; of a group or block, its first layer."""
    first = plan.graph.nodes[stamp.begin:stamp.end][:1]
    return tuple(plan.graph.tensor(ref) for node in first for ref in node.refs())


def params(plan: Plan, stamp: Stamp, *, trainable_only: bool = False) -> int | None:
    """Numbers in the weights of a copy."""
    return add(plan.graph.costs[node.name].count(trainable_only=trainable_only)
               for node in nodes(plan, (stamp,)))


def flops(plan: Plan, stamp: Stamp) -> int | None:
    return add(plan.graph.costs[node.name].flops for node in nodes(plan, (stamp,)))


def shown(tensors: Iterable[Tensor]) -> str:
    """`(batch, 28, 28, 1)`; several with commas between them."""
    return ", ".join(show(one.shape) for one in tensors)


def number(value: int | None) -> str:
    return "?" if value is None else f"{value:,}"


__all__ = ["cost", "facts", "given", "hint", "listed", "marked", "nodes", "shown", "taken"]
