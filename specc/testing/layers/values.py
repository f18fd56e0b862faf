"""Values of a parameter, drawn from its type in the table of Keras.

A parameter that a new Keras adds is drawn without a change here. Written by hand is only what the
types do not say: which values fit together (`arguments(name, **own)`), and a few sorts of values
that mean the same in every layer (`BY_NAME`).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from specc.ops import table
from specc.ops.types import (
    Activation,
    Bool,
    Either,
    File,
    Many,
    Nothing,
    Number,
    Part,
    Refused,
    Text,
    Times,
    Type,
    Words,
)
from specc.testing import draws as st

Args = dict[str, Any]
Values = st.Strategy[Any]

FLOATS = ("float16", "bfloat16", "float32", "float64", "mixed_float16", "mixed_bfloat16")
# Names that say more than their type: a range has two ends in order, factors lie in a range.
pairs = st.sampled_from([[0, 255], [0, 1]])
unit = st.sampled_from([0.0, 0.1, 0.5, 1.0])
within = st.one_of(unit, st.sampled_from([[0.1, 0.2], [0.3, 0.9], [0.0, 1.0]]))
BY_NAME: Mapping[str, Values] = {
    "dtype": st.sampled_from([None, *FLOATS]),
    "value_range": pairs,
    "factor": within, "scale_factor": within, "sigma": within,
    "brightness_factor": st.none() | within, "contrast_factor": st.none() | within,
    "saturation_factor": st.none() | within, "hue_factor": st.none() | within,
    "x_factor": within, "y_factor": within,
    "addition_factor": within, "threshold_factor": within,
    "seed": st.none() | st.integers(0, 99),
}
# What fits a weight of any rank, many times over; then what takes some ranks only.
INITIALIZERS = st.one_of(*[st.sampled_from([
    "zeros", "ones", "glorot_uniform", "he_normal", "RandomNormal",
    {"type": "Constant", "value": 0.5}, {"type": "RandomUniform", "minval": 0.1, "maxval": 0.2},
    {"type": "VarianceScaling", "scale": 2.0, "mode": "fan_out"},
])] * 12, st.sampled_from(["orthogonal", "identity", {"type": "Orthogonal", "gain": 2.0}]))
BY_CATEGORY: Mapping[str, Values] = {
    "initializer": INITIALIZERS,
    "regularizer": st.sampled_from(["l2", "l1", {"type": "L1L2", "l1": 0.001, "l2": 0.002}]),
    "constraint": st.sampled_from(["non_neg", "unit_norm", {"type": "MaxNorm", "max_value": 3}]),
    "layer": st.sampled_from([{"type": "Dense", "units": 3}, {"type": "Dropout", "rate": 0.5}]),
}


def of(kind: Type) -> Values:
    """Good values of a type, small ones."""
    match kind:
        case Number():
            return numbers(kind)
        case Bool():
            return st.booleans()
        case Text() | File():
            return st.sampled_from(["a", "b"])
        case Nothing():
            return st.none()
        case Words(words=words):
            return st.sampled_from(words)
        case Activation():  # one of them halves what enters: more often than once in thirty
            return st.sampled_from([*table.names("activation"), "glu", "glu"])
        case Times(count=count, item=item, spread=spread):
            several = st.lists(of(item), min_size=count, max_size=count)
            return st.one_of(of(item), several) if spread else several
        case Many(item=item, least=least):
            return st.lists(of(item), min_size=max(1, least), max_size=max(1, least) + 1)
        case Part(category=category):
            return BY_CATEGORY[category]
        case Either(options=options):
            return st.one_of(*(of(one) for one in options if not isinstance(one, Refused)))
        case Refused():
            return st.nothing()


def numbers(kind: Number) -> Values:
    """Both ends, where there are any, and what lies between or beyond."""
    step = 1 if kind.whole else 0.25
    low = None if kind.low is None else kind.low + step * kind.open_low
    high = None if kind.high is None else kind.high - step * kind.open_high
    if low is None:
        low = -3 * step if high is None else high - 4 * step
    if high is None:
        high = low + 4 * step
    if kind.whole:
        return st.integers(int(low), int(high))
    return st.sampled_from([low, (low + high) / 2, high])


@cache
def parameters(name: str) -> Mapping[str, table.Param]:
    """The parameters of a layer, as the table has them."""
    entry = table.entry("layer", name)
    assert entry is not None
    return entry.params


def arguments(name: str, **own: Values) -> st.Strategy[Args]:
    """Arguments of a layer, each of them written or left to its default; required ones written.

    `own`: values that the types do not say. `st.nothing()` leaves a parameter out.
    """
    needed: dict[str, Values] = {}
    free: dict[str, Values] = {}
    for key, param in parameters(name).items():
        values = own[key] if key in own else BY_NAME.get(key, of(param.type))
        if values.is_empty or (key == "stateful" and key not in own):
            continue  # a spec may not say it
        (needed if param.required else free)[key] = values
    return st.fixed_dictionaries(needed, optional=free)
