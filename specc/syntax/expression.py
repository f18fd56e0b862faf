"""Expressions in a document: texts that begin with `=`, put in place of what they compute.

`specc.syntax.formula` computes one; here are the names it sees, params that use one another, and
the replacing in a whole tree. Mistakes are said at their places, each once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, TypeAlias

from specc.diagnostics import Diagnostic, Outcome
from specc.later import later
from specc.record import Record, field, replace
from specc.source import Path, Tree, Where
from specc.syntax.brackets import DEPTH
from specc.syntax.refusal import Refusal, name_alone

if TYPE_CHECKING:
    from specc.syntax import errors
else:
    errors = later("specc.syntax.errors")

Place: TypeAlias = Callable[..., Where]  # the steps of a path to the place of the value there

VALUES = 100_000  # values that params may put into a document
# Stands for a value that was refused and said: whatever uses it stays silent.
SAID = Refusal(None, said=True)


class Order(Record):
    """In which order params can be computed."""

    names: tuple[str, ...]  # all params, each after those it uses
    cycles: tuple[tuple[str, ...], ...]  # the circles, each param in one at most: (a, b, a)
    stuck: frozenset[str]  # where a circle closes; these never get a value


class _Work(Record, frozen=False):
    """One substitution under way."""

    names: Mapping[str, Tree]
    place: Place
    found: list[Diagnostic] = field(default_factory=list)
    room: int = VALUES  # how many values may still be put in
    failed: bool = False  # something was refused, said here or before


def is_expression(value: Tree) -> bool:
    """Whether a value is computed: a text that begins with one `=`."""
    return isinstance(value, str) and value.startswith("=") and not value.startswith("==")


def unescape(text: str) -> str:
    """`"==x"` is the text `=x`."""
    return text[1:] if text.startswith("==") else text


def names_in(text: str) -> frozenset[str]:
    """The names an expression uses, `inputs.deck.size` as one; none where it cannot be read."""
    if not is_expression(text):
        return frozenset()
    if (name := name_alone(text)) is not None:
        return frozenset((name,))
    from specc.syntax import formula  # with Python's grammar, which a name alone does not need

    parsed = formula.parse(text)
    return frozenset() if isinstance(parsed, Refusal) else frozenset(formula.names(parsed))


def evaluate(text: str, names: Mapping[str, Tree]) -> Tree | Refusal:
    """What a text stands for: the value of an expression, or the text itself.

    `"=name"` gives the value as it is, of any kind. Unknown names are refused also in a branch
    that is not taken. A name whose value is a `Refusal` gives that refusal, marked as said.
    """
    if not is_expression(text):
        return unescape(text)
    if (name := name_alone(text)) is not None:
        return _unusable([name], names) or names[name]
    from specc.syntax import formula

    parsed = formula.parse(text)
    if isinstance(parsed, Refusal):
        return parsed
    return _unusable(sorted(formula.names(parsed)), names) or formula.compute(parsed, names)


def _unusable(used: Sequence[str], names: Mapping[str, Tree]) -> Refusal | None:
    """Why an expression over these names has no value, whatever it computes."""
    for name in used:
        if name not in names:
            return _unknown(name, names)
    for name in used:
        if isinstance(value := names[name], Refusal):
            return replace(value, said=True)
    return None


def diagnose(refusal: Refusal, where: Where) -> Diagnostic:
    """What is said of a refused expression at its place."""
    assert refusal.kind is not None, "said already"
    return refusal.kind(where, **refusal.facts)


def substitute(tree: Tree, names: Mapping[str, Tree], place: Place) -> Outcome[Tree]:
    """The tree with every expression in its values replaced; keys are left alone.

    `place(*path)` is where a value stands. A refused expression is left as written and said; one
    that was refused before, at the param it comes from, is a `Refusal` in the tree (`refusals`
    finds them), for the caller to leave out.
    """
    if not _computed(tree):
        return Outcome(tree)
    work = _Work(names, place)
    return Outcome(_put(tree, (), work), tuple(work.found))


def _computed(tree: Tree) -> bool:
    """Whether anything in a tree begins with `=`; most of what is written does not."""
    if isinstance(tree, str):
        return tree[:1] == "="
    if isinstance(tree, dict):
        return any(map(_computed, tree.values()))
    return isinstance(tree, list) and any(map(_computed, tree))


def bind(table: Mapping[str, Tree], names: Mapping[str, Tree],
         place: Place) -> Outcome[dict[str, Tree]]:
    """The values of names that entries give to blocks and groups, none using another.

    A name that has no value is `SAID`, so that whatever uses it stays silent.
    """
    work = _Work(names, place)
    out: dict[str, Tree] = {}
    for name, tree in table.items():
        work.failed = False
        value = _put(tree, (name,), work)
        out[name] = SAID if work.failed else value
    return Outcome(out, tuple(work.found))


def refusals(tree: Tree, path: Path = ()) -> Iterator[Path]:
    """Where `substitute` left a refusal in a tree."""
    if isinstance(tree, Refusal):
        yield path
    elif isinstance(tree, dict | list):
        for step, value in tree.items() if isinstance(tree, dict) else enumerate(tree):
            yield from refusals(value, (*path, step))


def evaluate_params(params: Mapping[str, Tree], names: Mapping[str, Tree],
                    place: Place) -> Outcome[dict[str, Tree]]:
    """The params, each computed after those it uses; `place(name, *path)` is where one stands.

    A param that has no value is a `Refusal` in the result, so that whatever uses it stays silent:
    one mistake, one diagnostic.
    """
    order = order_params(params)
    known = {**names, **dict.fromkeys(params, SAID)}
    work = _Work(known, place)
    work.found = [errors.cyclic_reference(place(one[0]), names=one) for one in order.cycles]
    for name in order.names:
        if name in order.stuck:
            continue
        work.failed = False
        value = _put(params[name], (name,), work)
        known[name] = SAID if work.failed else value
    return Outcome({name: known[name] for name in params}, tuple(work.found))


def order_params(params: Mapping[str, Tree]) -> Order:
    """A depth-first order of the params by what they use, without recursion."""
    needs = {name: sorted(set(_used(tree)) & params.keys()) for name, tree in params.items()}
    done: dict[str, None] = {}
    cycles: list[tuple[str, ...]] = []
    stuck: set[str] = set()
    in_cycle: set[str] = set()
    for root in params:
        trail = {} if root in done else {root: iter(needs[root])}
        while trail:
            name = next(reversed(trail))
            need = next(trail[name], None)
            if need is None:
                del trail[name]
                done[name] = None
            elif need in trail:
                stuck.add(name)
                if not {name, need} & in_cycle:
                    members = list(trail)
                    circle = members[members.index(need):]
                    in_cycle.update(circle)
                    cycles.append((*circle, need))
            elif need not in done:
                trail[need] = iter(needs[need])
    return Order(tuple(done), tuple(cycles), frozenset(stuck))


def _put(tree: Tree, path: Path, work: _Work) -> Tree:
    if isinstance(tree, dict):
        return {key: _put(value, (*path, key), work) for key, value in tree.items()}
    if isinstance(tree, list):
        return [_put(value, (*path, at), work) for at, value in enumerate(tree)]
    if not isinstance(tree, str):
        return tree
    value = evaluate(tree, work.names)
    if isinstance(value, dict | list) and not _fits(value, len(path), work):
        value = Refusal(errors.grows_too_large, {"limit": VALUES})
    if not isinstance(value, Refusal):
        return value
    work.failed = True
    if value.said:
        return value
    work.found.append(diagnose(value, work.place(*path)))
    return tree


def _fits(tree: Tree, depth: int, work: _Work) -> bool:
    """Whether a list or table may be put in: counts it off the room that is left.

    A table shared by many is stored once, but walked once for each that holds it.
    """
    todo = [(tree, depth)]
    while todo:
        value, depth = todo.pop()
        work.room -= 1
        if work.room < 0 or depth > DEPTH:
            return False
        inner = value.values() if isinstance(value, dict) else value
        if isinstance(value, dict | list):
            todo.extend((one, depth + 1) for one in inner)
    return True


def _used(tree: Tree) -> Iterator[str]:
    """Every name that the expressions in a tree use."""
    todo = [tree]
    while todo:
        value = todo.pop()
        if isinstance(value, str):
            yield from names_in(value)
        elif isinstance(value, dict | list):
            todo.extend(value.values() if isinstance(value, dict) else value)


def _unknown(name: str, names: Mapping[str, Tree]) -> Refusal:
    hint = None
    if name == "i":
        hint = "`i` counts inside a `repeat`"
    elif name.startswith(("inputs.", "outputs.")):
        hint = "it is not written in the file"
    known = tuple(islice(names, 1000))
    return Refusal(errors.unknown_name, {"name": name, "known": known, "hint": hint})


__all__ = ["SAID", "Order", "Refusal", "bind", "diagnose", "evaluate", "evaluate_params",
           "is_expression", "names_in", "order_params", "refusals", "substitute", "unescape"]
