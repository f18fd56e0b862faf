"""One call of one layer, as the importer passes it from stage to stage; and what folding gives.

Plain data: names are references, arguments are what the language would write. A list of calls is
in the order of the model's layers, every reference looks backwards, and names are unique in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from specc.record import Record, field
from specc.source import Tree

# One reference, several in order, or by keyword of the layer's `call`.
Inputs: TypeAlias = tuple[str, ...] | Mapping[str, str | tuple[str, ...]]


class Call(Record):
    """A layer that is called, a group of layers, a block that is stamped, or a further call.

    `inputs` are never left out: names of model inputs, of earlier calls or their results; inside
    a `body`, or the layers of a block, also "@in" and "@x", what enters there.

    A layer: `type` and `args` (plain JSON, defaults dropped, `trainable = false` among them).
    A further call of the layer or group `call_of`: `type` is "", `args` are empty; `name` is what
    others refer to it by.
    A group, one tensor in and one out: `body` holds its calls; the last one is its result.
    A block: `block` names it, `args` are its parameters.
    """

    name: str
    type: str
    args: Mapping[str, Tree]
    inputs: Inputs
    call_of: str | None = None
    given: tuple[str, ...] = ()  # names of its results, where there are several
    constants: Mapping[str, Tree] = field(default_factory=dict)  # `with`
    body: tuple[Call, ...] = ()
    block: str | None = None


class Folded(Record):
    """Entries as the language writes them, and the blocks that they use.

    `blocks` maps a name to `{"params": {...}, "layers": [...]}` (and `inputs`, where it has more
    than one), as `[blocks.NAME]` writes it.
    """

    layers: list[dict[str, Tree]]
    blocks: dict[str, dict[str, Tree]]
