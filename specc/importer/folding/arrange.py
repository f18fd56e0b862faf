"""The order of entries: branches one after another, whatever belongs together side by side.

Keras lists layers by depth, so that the layers of parallel branches alternate. Its order follows
from the wiring alone (`keras.src.ops.function.map_graph`), so any order in which references look
upwards builds the same model with the same order of weights.

Here: after every tensor's last use is known, an item belongs to the nearest item through which
everything it computes must pass (its immediate post-dominator). The items that belong to one are
a subtree, and a subtree can always stand together: only its root is used outside of it.
"""

from __future__ import annotations

from collections.abc import Sequence

from specc.importer.folding.item import Item

TRUNK = 20  # items that a branch must hold to come before all others: it is no branch


def arrange(items: Sequence[Item]) -> list[int]:
    """The indices of the items in their new order."""
    consumers: list[list[int]] = [[] for _ in items]
    for at, item in enumerate(items):
        for ref in dict.fromkeys(ref[0] for ref in item.refs() if not isinstance(ref, str)):
            consumers[ref].append(at)
    order = _emit(items, _lifted(items, _dominated(consumers)))
    place = {at: new for new, at in enumerate(order)}
    later = all(place[one] < place[at] for at, item in enumerate(items)
                for one in (item.calls, *(ref[0] for ref in item.refs()
                                          if not isinstance(ref, str))) if one is not None)
    return order if later and _calls_in_order(items, order) else list(range(len(items)))


def _calls_in_order(items: Sequence[Item], order: Sequence[int]) -> bool:
    """Whether the calls of each shared layer still follow one another as they did."""
    last: dict[int, int] = {}
    for at in order:
        layer = items[at].calls
        if layer is not None:
            if last.get(layer, layer) > at:
                return False
            last[layer] = at
    return True


class _Tree:
    """What each item belongs to; the root, which stands for the outside, has the index n.

    Items are added from the last to the first, so that what one belongs to is there already.
    `up[k][v]` is the 2^k-th ancestor of v, so that ancestors are found in log n steps.
    """

    def __init__(self, count: int) -> None:
        self.root = count
        self.depth = [0] * (count + 1)
        self.levels = max(1, count.bit_length())
        self.up = [[count] * (count + 1) for _ in range(self.levels + 1)]

    def add(self, at: int, parent: int) -> None:
        self.depth[at] = self.depth[parent] + 1
        self.up[0][at] = parent
        for k in range(self.levels):
            self.up[k + 1][at] = self.up[k][self.up[k][at]]

    def parent(self, at: int) -> int:
        return self.up[0][at]

    def above(self, at: int, depth: int) -> int:
        """The ancestor of `at` (or itself) that lies at `depth`."""
        rise = self.depth[at] - depth
        k = 0
        while rise:
            if rise & 1:
                at = self.up[k][at]
            rise >>= 1
            k += 1
        return at

    def common(self, a: int, b: int) -> int:
        """The nearest ancestor of both."""
        low = min(self.depth[a], self.depth[b])
        a, b = self.above(a, low), self.above(b, low)
        if a == b:
            return a
        for k in range(self.levels, -1, -1):
            if self.up[k][a] != self.up[k][b]:
                a, b = self.up[k][a], self.up[k][b]
        return self.up[0][a]


def _dominated(consumers: Sequence[Sequence[int]]) -> _Tree:
    """The post-dominator tree."""
    tree = _Tree(len(consumers))
    for at in range(len(consumers) - 1, -1, -1):
        users = consumers[at]
        parent = users[0] if users else tree.root
        for one in users[1:]:
            parent = tree.common(parent, one)
        tree.add(at, parent)
    return tree


def _sizes(tree: _Tree) -> list[int]:
    """How many items belong to each, itself included."""
    size = [1] * (tree.root + 1)
    for at in range(tree.root):
        size[tree.parent(at)] += size[at]
    return size


def _lifted(items: Sequence[Item], tree: _Tree) -> _Tree:
    """The tree in which much that only a chain of layers uses belongs to what the chain belongs
    to, so that other branches can come between the two."""
    size = _sizes(tree)
    past = list(range(len(items) + 1))  # beyond a chain: what it belongs to
    for at in range(len(items) - 1, -1, -1):
        if len(dict.fromkeys(items[at].refs())) == 1:
            past[at] = past[tree.parent(at)]
    out = _Tree(len(items))
    for at in range(len(items) - 1, -1, -1):
        parent = tree.parent(at)
        out.add(at, past[parent] if size[at] > TRUNK else parent)
    return out


def _emit(items: Sequence[Item], tree: _Tree) -> list[int]:
    """Subtrees whole, in the order in which their parent uses them, each after what it needs."""
    size = _sizes(tree)
    needs: list[dict[int, None]] = [{} for _ in items]  # of a subtree: its siblings' roots
    wanted: list[dict[int, None]] = [{} for _ in range(len(items) + 1)]  # of a parent: its inputs
    for at, item in enumerate(items):
        for ref in item.refs():
            if isinstance(ref, str):
                continue
            parent = tree.parent(ref[0])
            if parent == at:
                wanted[at][ref[0]] = None
            else:
                needs[tree.above(at, tree.depth[parent] + 1)][ref[0]] = None
    for at in range(len(items)):
        wanted[tree.parent(at)].setdefault(at)
    for at, inner in enumerate(wanted):
        least = min((size[one] for one in inner), default=0)
        trunk = [one for one in inner if size[one] > max(TRUNK, 4 * least)]
        wanted[at] = dict.fromkeys([*trunk, *inner])
    order: list[int] = []
    todo = [(at, False) for at in reversed(wanted[tree.root])]
    begun: set[int] = set()
    while todo:
        at, ready = todo.pop()
        if ready:
            order.append(at)
        elif at not in begun:
            # Its siblings first, then what belongs to it, then the item itself.
            missing = [one for one in needs[at] if one not in begun]
            if missing:
                todo.append((at, False))
                todo += [(one, False) for one in reversed(missing)]
                continue
            begun.add(at)
            todo.append((at, True))
            todo += [(one, False) for one in reversed(wanted[at])]
    return order
