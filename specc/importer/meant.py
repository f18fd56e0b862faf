"""What a saved model means: it was built so, and runs.

Two linear Dense in a row are an error in a spec that leaves `activation` out, for there it is most
likely forgotten. In a saved model it is what it is, and the spec of it has to say so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from specc.ops import table
from specc.record import replace
from specc.saved.call import Call
from specc.saved.parts import Parts
from specc.source import Tree


def spelled_out(parts: Parts) -> Parts:
    """The model, `activation = "linear"` written where a layer could bend and does not."""
    blocks = {name: replace(one, calls=_calls(one.calls)) for name, one in parts.blocks.items()}
    return replace(parts, calls=_calls(parts.calls), blocks=blocks)


def _calls(calls: Sequence[Call]) -> tuple[Call, ...]:
    return tuple(replace(one, args=_args(one), body=_calls(one.body)) for one in calls)


def _args(call: Call) -> Mapping[str, Tree]:
    entry = table.entry("layer", call.type) if call.type else None
    param = entry.params.get("activation") if entry else None
    if param is None or param.required or param.default is not None:
        return call.args
    return {**call.args, "activation": call.args.get("activation") or "linear"}
