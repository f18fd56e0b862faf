"""A saved model taken apart: its inputs, calls and outputs, named as a spec names them."""

from __future__ import annotations

from collections.abc import Mapping

from specc.record import Record
from specc.saved.call import Call


class Input(Record):
    """One model input: its name in the file and in the spec."""

    keras: str
    name: str
    shape: tuple[int | None, ...]  # without the batch
    dtype: str


class Output(Record):
    """One model output. `keras`: what `compile` may call it, its key in a table first."""

    keras: tuple[str, ...]
    name: str
    source: str  # the entry or result that gives it


class BlockOf(Record):
    """The layers of a nested model with several inputs."""

    inputs: tuple[str, ...]
    calls: tuple[Call, ...]


class Parts(Record):
    """A model taken apart."""

    name: str
    sequential: bool
    policy: str
    inputs: tuple[Input, ...]
    calls: tuple[Call, ...]
    outputs: tuple[Output, ...]
    blocks: Mapping[str, BlockOf]
    # Full names, for what is to be seen of masks once the model is inferred:
    maskless: tuple[str, ...]  # layers that stand for operations: no mask may enter
    masked: tuple[str, ...]  # layers that are given a mask: one must enter by itself
    leaving: tuple[str, ...]  # what nested models give, and calls of Keras's own drop masks of
    notes: tuple[str, ...]  # what was assumed
