"""Facts about a spec's data once its rows are read: what lowering is given for a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from specc.data.encode import ColumnFit
from specc.data.inputs import INTEGERS
from specc.data.preparation import Preparation
from specc.facts import Facts
from specc.facts.classes import JUDGED_BY_CLASS
from specc.facts.columns import targets
from specc.spec import Range, Spec


def facts_from(spec: Spec, learned: Preparation, columns: Sequence[str],
               inputs: Mapping[str, NDArray[Any]], answers: Mapping[str, NDArray[Any]],
               limits: Mapping[str, Range | None]) -> Facts:
    """Widths, sizes, classes and ranges of all usable rows."""
    ranges = {name: _span(found) for name, found in answers.items()
              if learned.targets[name].classes is None and not learned.targets[name].one_hot}
    for name, target in learned.targets.items():
        found = inputs.get(target.input or "")
        if found is not None and found.dtype != object:
            ranges[name] = _span(found)
    sizes = {name: size for name, one in learned.inputs.items()
             if (size := _size(spec, name, one.columns)) is not None}
    return Facts(
        columns=tuple(columns),
        rows=len(next(iter(inputs.values()), ())),
        widths={name: one.width for name, one in learned.inputs.items()},
        sizes=sizes,
        classes={name: one.names for name, one in learned.targets.items()
                 if one.task in JUDGED_BY_CLASS and one.input is None},
        ranges=ranges,
        dims=_dims(spec, learned),
        input_ranges={name: span for name, span in limits.items() if span is not None},
        from_rows=True,
    )


def _span(found: NDArray[Any]) -> Range:
    return float(np.min(found)), float(np.max(found))


def _size(spec: Spec, name: str, columns: Sequence[ColumnFit]) -> int | None:
    """How many different integers the input can hold, if it holds nothing but integers."""
    text = spec.inputs[name].text
    if text is not None:
        return text.tokens
    if not columns or any(one.encode not in INTEGERS for one in columns):
        return None
    return max(one.bins if one.encode == "hash" else len(one.values) + 1 for one in columns)


def _dims(spec: Spec, learned: Preparation) -> dict[str, int]:
    """Target columns where they are not simply the list: patterns, windows, autoencoders."""
    out: dict[str, int] = {}
    for name, one in learned.targets.items():
        if one.input is not None:
            if one.input in learned.inputs and learned.inputs[one.input].shape is None:
                out[name] = learned.inputs[one.input].width
        elif learned.window is not None and len(one.columns) == 1:
            out[name] = learned.window.steps
        elif len(one.columns) != len(targets(spec.outputs[name])):
            out[name] = len(one.columns)
    return out
