"""What stands before and behind every node, for rules that look along the graph.

Built once for a plan, in one pass; walks are generators over nodes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from specc.ir.activation import activation_of
from specc.ir.graph import Graph, Node
from specc.record import Record
from specc.tensor import Shape

CONVOLUTIONS = frozenset({
    "Conv1D", "Conv2D", "Conv3D", "Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose",
    "DepthwiseConv1D", "DepthwiseConv2D", "SeparableConv1D", "SeparableConv2D"})
POOLINGS = frozenset({f"{kind}Pooling{rank}D" for kind in ("Max", "Average") for rank in (1, 2, 3)})
GLOBAL_POOLINGS = frozenset({f"Global{one}" for one in POOLINGS})
DENSES = frozenset({"Dense", "EinsumDense"})
NORMALIZATIONS = frozenset({"BatchNormalization", "LayerNormalization", "GroupNormalization",
                            "RMSNormalization", "UnitNormalization"})
DROPOUTS = frozenset({"Dropout", "AlphaDropout", "GaussianDropout", "SpatialDropout1D",
                      "SpatialDropout2D", "SpatialDropout3D"})
RECURRENT = frozenset({"SimpleRNN", "GRU", "LSTM", "RNN", "ConvLSTM1D", "ConvLSTM2D",
                       "ConvLSTM3D", "Bidirectional"})
ATTENTIONS = frozenset({"Attention", "AdditiveAttention", "MultiHeadAttention",
                        "GroupQueryAttention"})
ACTIVATIONS = frozenset({"Activation", "ReLU", "LeakyReLU", "PReLU", "ELU", "Softmax"})
MERGES = frozenset({"Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate",
                    "Dot"})


class Flow(Record):
    """A graph with its edges both ways. Names are those of nodes; inputs have none before them.

    Where a reference leads nowhere any node above may be what was meant, so none is known to have
    a single taker: there are no chains then, and nothing to walk along.
    """

    graph: Graph
    before: Mapping[str, tuple[Node, ...]]  # the nodes whose results enter, in order
    after: Mapping[str, tuple[Node, ...]]  # the nodes that take a result, in order
    ends: frozenset[str]  # nodes whose result is an output
    chains: tuple[tuple[Node, ...], ...]  # nodes that lead to an output, cut at branches and merges
    whole: bool = True  # every reference leads somewhere

    def entering(self, node: Node) -> Shape | None:
        """The shape of the first tensor that enters a node, the batch first."""
        ref = next(node.refs(), None)
        return self.graph.tensor(ref).shape if ref else None

    def leaving(self, node: Node) -> Shape | None:
        """The shape of a node's first result."""
        cost = self.graph.costs.get(node.name)
        return cost.gives[0].shape if cost and cost.gives else None

    def only_after(self, node: Node) -> Node | None:
        """The one node behind, if there is exactly one and the result is no output."""
        behind = self.after[node.name]
        alone = self.whole and len(behind) == 1 and node.name not in self.ends
        return behind[0] if alone else None

    def only_before(self, node: Node) -> Node | None:
        """The one node before, if there is exactly one."""
        ahead = self.before[node.name]
        return ahead[0] if len(ahead) == 1 else None

    def chain_after(self, node: Node) -> Iterator[Node]:
        """The nodes behind, one by one, up to the first branch, merge or output."""
        step = self.only_after(node)
        while step is not None and len(self.before[step.name]) == 1:
            yield step
            step = self.only_after(step)

    def chain_before(self, node: Node) -> Iterator[Node]:
        """The nodes before, one by one, up to the first branch, merge or input."""
        step = self.only_before(node)
        while step is not None and len(self.after[step.name]) == 1:
            yield step
            step = self.only_before(step)

    def activation(self, node: Node) -> str:
        """The activation that a node applies at its end; linear where it has none."""
        return activation_of(node.layer) or "linear"


def flow_of(graph: Graph, outputs: Iterable[str] = ()) -> Flow:
    """The edges of a graph, linear in the number of nodes. outputs: those that it is to have."""
    after: dict[str, list[Node]] = {node.name: [] for node in graph.nodes}
    before: dict[str, tuple[Node, ...]] = {}
    for node in graph.nodes:
        ahead = [found for ref in node.refs() if (found := graph.node(ref.node)) is not None]
        before[node.name] = tuple(ahead)
        for name in dict.fromkeys(one.name for one in ahead):
            after[name].append(node)
    ends = frozenset(ref.node for ref in graph.outputs.values())
    there = {*after, *(one.name for one in graph.inputs)}
    whole = set(outputs) <= set(graph.outputs) and all(
        ref.node in there for node in graph.nodes for ref in node.refs())
    return Flow(graph, before, {name: tuple(nodes) for name, nodes in after.items()}, ends,
                tuple(_chains(graph, before, ends)) if whole else (), whole)


def _chains(graph: Graph, before: Mapping[str, tuple[Node, ...]],
            ends: frozenset[str]) -> Iterator[tuple[Node, ...]]:
    """Nodes one behind the other: each takes nothing but the one before, which gives to nothing
    else and is no output. Nodes that lead to no output are left out."""
    alive, takers = set(ends), dict.fromkeys(ends, 1)
    for node in reversed(graph.nodes):
        if node.name in alive:
            for name in {one.name for one in before[node.name]}:
                alive.add(name)
                takers[name] = takers.get(name, 0) + 1
    behind: dict[str, Node] = {}
    first = []
    for node in graph.nodes:
        if node.name not in alive:
            continue
        ahead = before[node.name]
        if len(ahead) == 1 and sum(1 for _ in node.refs()) == 1 and takers[ahead[0].name] == 1:
            behind[ahead[0].name] = node
        else:
            first.append(node)
    for node in first:
        chain, step = [node], behind.get(node.name)
        while step is not None:
            chain.append(step)
            step = behind.get(step.name)
        yield tuple(chain)
