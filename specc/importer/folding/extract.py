"""Which pieces become blocks, which groups, and what is written for each copy."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from specc.importer.folding.expressions import ABSENT, computed, names_in
from specc.importer.folding.item import Item, Ref, distinct, rewired
from specc.importer.folding.naming import flag_name, role_of, stem
from specc.importer.folding.pairs import Forest
from specc.importer.folding.params import Params, most, params_of
from specc.importer.folding.similar import skeleton_of
from specc.importer.folding.skeleton import Skeleton, Spot, resolve
from specc.importer.folding.stretches import cut
from specc.importer.folding.template import Columns, arguments, common, defaults_of, filled
from specc.importer.folding.tokens import Token
from specc.record import Record, replace
from specc.source import Tree, Where
from specc.syntax.expression import substitute

BLOCK_LINES = 4  # header, params, and the brackets of layers
GROUP_LINES = 2
LEAST_GAIN = 3  # lines that a block must save
ARGUMENT_LINES = 0.3  # what each value costs that a stamp gives, beyond two
LEAST_WIRED = 10  # entries of a block that takes more than two tensors


class Body(Record):
    """What a block or a group holds. `params`: names and defaults; `inputs`: names, if several."""

    items: tuple[Item, ...]
    params: Mapping[str, Tree]
    inputs: tuple[str, ...]
    anonymous: bool  # a group
    names: tuple[tuple[str, ...], ...] = ()  # of each copy: what its layers were called


class Piece(Record):
    """One entry to be: copies that follow one another, their params as expressions in `i`."""

    copies: tuple[Token, ...]
    values: Mapping[str, Tree]


class Plan(Record):
    """How all copies of one symbol are written."""

    body: Body | None  # None: single items
    pieces: Mapping[tuple[int, int, int], tuple[Piece, ...]]  # by the spot of a token
    gain: float


def choose(forest: Forest) -> tuple[list[list[Token]], dict[int, Plan]]:
    """Tokens that cover every list, and for the symbols among them how they are written.

    The largest first: what is not worth its lines is taken apart into what it was made of.
    """
    covers = [list(forest.tokens(text)) for text in range(len(forest.texts))]
    plans: dict[int, Plan] = {}
    refused: set[int] = set()
    stamps = [stamped(items) for items in forest.texts[1:]]
    while True:
        groups: dict[int, list[Token]] = {}
        for cover in covers:
            for token in cover:
                base = forest.symbols[token.symbol].base
                if base not in plans and (token.low < token.high or token.symbol != base):
                    groups.setdefault(base, []).append(token)
        open_ones = [base for base in groups if base not in refused]
        if not open_ones:
            return covers, plans
        base = max(open_ones, key=lambda one: (forest.symbols[one].size, -one))
        plan = plan_of(forest, base, groups[base])
        inside = stamped(plan.body.items) if plan is not None and plan.body is not None else set()
        homes = {token.text - 1 for token in groups[base] if token.text}
        if plan is not None and plan.gain >= LEAST_GAIN and not homes & _reached(inside, stamps):
            plans[base] = plan
            for home in homes:
                stamps[home] |= inside
            continue
        refused.add(base)
        gone = {token.spot for token in groups[base]}
        covers = [forest.chained([part for token in cover for part in
                                  (_apart(forest, token) if token.spot in gone else (token,))])
                  for cover in covers]


def stamped(items: Sequence[Item]) -> set[int]:
    """The blocks and groups that a list stamps."""
    return {at for item in items for at in item.head.values() if isinstance(at, int)}


def _reached(start: Collection[int], stamps: Sequence[Collection[int]]) -> set[int]:
    """All blocks that are stamped by these, or by blocks in them: none may hold itself."""
    found: set[int] = set()
    todo = list(start)
    while todo:
        at = todo.pop()
        if at not in found:
            found.add(at)
            todo += stamps[at]
    return found


def _apart(forest: Forest, token: Token) -> Iterator[Token]:
    """What a token was made of; of a run, what each copy was made of."""
    if forest.symbols[token.symbol].base != token.symbol:
        for copy in token.children:
            yield from copy.children or (copy,)
    else:
        yield from token.children or (token,)


def plan_of(forest: Forest, base: int, tokens: Sequence[Token]) -> Plan | None:
    """How all copies of a symbol would be written; None where they cannot be one."""
    copies = [copy for token in tokens for copy in token.copies(forest.symbols)]
    if any(_shows_more(forest, token) for token in tokens):
        return None
    if forest.symbols[base].size == 1 and copies[0].low == copies[0].high:
        return _items_plan(forest, tokens)
    plan = _plan(forest, tokens, copies, sealed=True)
    if plan is None or plan.body is None or not plan.body.anonymous:
        return plan
    return _plan(forest, tokens, copies, sealed=False)


def _plan(forest: Forest, tokens: Sequence[Token], copies: Sequence[Token], *,
          sealed: bool) -> Plan | None:
    """A block, or a group if a single entry is all there is: that one sees what is around it."""
    skeleton = skeleton_of(forest, copies[0])
    seen = {place: at for at, place in enumerate(
        place for place in range(len(skeleton.places))
        if any(copy.parts[place] is not None for copy in copies))}
    stems = [stem(_layer_names(forest, copy)) for copy in copies]
    wires = [one.wires for one in skeleton.places]
    columns = Columns(sealed=sealed)
    places = []
    for place in seen:
        made = _place(forest, place, copies, columns, stems)
        if made is None:
            return None
        put = {old: f"@{spot}" if isinstance(spot, int) else (seen[spot[0]], spot[1])
               for old, spot in _spots(place, seen, made, wires)}
        places.append(replace(made, inputs=rewired(made.inputs, put)))
    if any("i" in names_in(one) for row in columns.rows for one in row):
        return None
    params = params_of(columns)
    if params is None:
        return None
    defaults = {name: _default(forest, copies, row) for name, row in params.rows.items()}
    if any(one is ABSENT for one in defaults.values()):
        return None
    return _worth(forest, skeleton, tokens, copies, places, params, defaults)


def _default(forest: Forest, copies: Sequence[Token], row: Sequence[object]) -> Tree:
    """What a param is where it is not given: the value that most copies have, if it is a plain
    one, else what such an expression comes to where it stands."""
    plain = [one for one in row if one is not ABSENT and not computed(one)]
    if plain:
        return most(plain)
    for copy, one in zip(copies, row, strict=True):
        if one is not ABSENT and copy.text > 0:
            names = forest.params[copy.text - 1]
            done = substitute(one, names, lambda *_: Where(""))
            if not done.diagnostics:
                return done.value
    return ABSENT


def _shows_more(forest: Forest, token: Token) -> bool:
    """Whether something outside uses another result of the last item than the first."""
    return (token.text, token.high) in forest.several and token.low < token.high


def _spots(place: int, seen: Collection[int],
           item: Item, wires: Sequence[tuple[Spot, ...]]) -> Iterator[tuple[Ref, Spot]]:
    """What each tensor that enters an entry is in the skeleton, where only `seen` are there."""
    for old, wire in zip(distinct(item.refs()), wires[place], strict=True):
        yield old, resolve(wire, wires, seen)


def _place(forest: Forest, place: int, copies: Sequence[Token],
           columns: Columns, stems: Sequence[str]) -> Item | None:
    """An entry of the body, holes where the copies differ; wired as in one of them. `stems`: what
    the names of each copy begin with."""
    items = [None if (part := copy.parts[place]) is None else forest.texts[copy.text][part]
             for copy in copies]
    known = next(item for item in items if item is not None)
    defaults = defaults_of(known.what) if "type" in known.head else forest.defaults(known)
    role = role_of([(start, one.names) for start, one in zip(stems, items, strict=True)
                    if one is not None])
    args = arguments([ABSENT if one is None else one.args for one in items], defaults, columns,
                     role)
    if args is None:
        return None
    repeat = common([ABSENT if one is None else one.repeat for one in items], columns,
                    (role, "repeat"))
    when = None
    if any(one is None for one in items):
        when = columns.hole([one is not None for one in items], (role, flag_name(known.what)))
    names = tuple(name for one in items if one is not None for name in one.names[-1:])
    return replace(known, args=args, repeat=repeat, when=when, names=names)


def _worth(forest: Forest, skeleton: Skeleton, tokens: Sequence[Token], copies: Sequence[Token],
           places: Sequence[Item], params: Params, plain: Mapping[str, Tree]) -> Plan | None:
    """The plan with what it saves: as a group if one entry is all there is, else as a block."""
    number = {copy.spot: at for at, copy in enumerate(copies)}
    pieces: dict[tuple[int, int, int], tuple[Piece, ...]] = {}
    lines = 0.0
    before = 0
    for token in tokens:
        own = token.copies(forest.symbols)
        rows = {name: [row[number[copy.spot]] for copy in own] for name, row in params.rows.items()}
        parts, cost = cut(rows, len(own))
        pieces[token.spot] = tuple(Piece(own[a:b], values) for a, b, values in parts)
        lines += cost + len(parts) * ARGUMENT_LINES * max(0, len(rows) - 2)
        before += sum(part is not None for copy in own for part in copy.parts)
    if skeleton.inputs > 2 and len(places) < LEAST_WIRED:
        return None
    count = sum(len(one) for one in pieces.values())
    alone = count == 1
    single = alone and len(copies) == 1
    if single:
        return None
    defaults = {} if alone else plain
    items = tuple(_filled(one, params.holes, skeleton.inputs) for one in places)
    names = tuple(_layer_names(forest, copy) for copy in copies)
    inputs = INPUTS[:skeleton.inputs] if skeleton.inputs > 1 else ()
    if len(inputs) != (skeleton.inputs if skeleton.inputs > 1 else 0) or (alone and inputs):
        return None
    body = Body(items, defaults, inputs, alone, names)
    overhead = GROUP_LINES if alone else BLOCK_LINES + bool(inputs)
    return Plan(body, pieces, before - lines - len(items) - overhead)


def _layer_names(forest: Forest, copy: Token) -> tuple[str, ...]:
    """What the last layer of each entry of a copy was called."""
    items = (forest.texts[copy.text][part] for part in copy.parts if part is not None)
    return tuple(item.names[-1] for item in items if item.names)


INPUTS = ("x", "skip", "third", "fourth", "fifth", "sixth")


def _filled(item: Item, holes: Mapping[int, Tree], inputs: int) -> Item:
    """An entry of the body with what stands for its holes; inputs by name."""
    names: dict[Ref, Ref] = {f"@{k}": "@in" if inputs == 1 else f"@{INPUTS[k]}"
                             for k in range(min(inputs, len(INPUTS)))}
    when = filled(item.when, holes)
    return replace(item, args=filled(dict(item.args), holes), repeat=filled(item.repeat, holes),
                   when=when, inputs=rewired(item.inputs, names))


def _items_plan(forest: Forest, tokens: Sequence[Token]) -> Plan | None:
    """Single items in a row: one entry with `repeat`, arguments as expressions in `i`."""
    pieces: dict[tuple[int, int, int], tuple[Piece, ...]] = {}
    saved = 0.0
    for token in tokens:
        own = token.copies(forest.symbols)
        items = [forest.texts[copy.text][copy.low] for copy in own]
        columns = Columns(sealed=False)
        args = arguments([one.args for one in items], defaults_of(items[0].what), columns)
        if args is None or any("i" in names_in(one) for row in columns.rows for one in row):
            pieces[token.spot] = tuple(Piece((copy,), {}) for copy in own)
            continue
        rows = {str(at): list(row) for at, row in enumerate(columns.rows)}
        parts, cost = cut(rows, len(own), least=3 if rows else 2)
        pieces[token.spot] = tuple(
            Piece(own[a:b], filled(args, {int(at): one for at, one in values.items()}))
            for a, b, values in parts)
        saved += len(own) - cost
    return Plan(None, pieces, LEAST_GAIN + saved)
