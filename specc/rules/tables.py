"""What losses and activations are, as tables that every family of rules reads.

Source: Keras 3.15 itself, measured (see `docs/rules`); names are canonical, aliases folded.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import inf

from specc.spec import Range

BINARY = frozenset({"BinaryCrossentropy", "BinaryFocalCrossentropy"})
CATEGORICAL = frozenset({"CategoricalCrossentropy", "CategoricalFocalCrossentropy"})
SPARSE = frozenset({"SparseCategoricalCrossentropy", "CategoricalGeneralizedCrossEntropy"})
EXCLUSIVE = CATEGORICAL | SPARSE  # one class of K
PROBABILISTIC = BINARY | EXCLUSIVE  # take the logarithm (or a power) of a probability
MARGIN = frozenset({"Hinge", "SquaredHinge"})
HINGES = MARGIN | {"CategoricalHinge"}
DISTANCES = frozenset({"MeanSquaredError", "MeanAbsoluteError", "Huber", "LogCosh"})
REGRESSION = DISTANCES | {"MeanAbsolutePercentageError", "MeanSquaredLogarithmicError"}
OVERLAPS = frozenset({"Dice", "Tversky"})
# Losses that let (N, 3) meet (N, 1) in silence; cross-entropies compare the shapes.
BROADCASTING = REGRESSION | {"Poisson", "CosineSimilarity"}

# Metrics that cut probabilities at `thresholds`.
CUT = frozenset({"Precision", "Recall", "TruePositives", "TrueNegatives", "FalsePositives",
                 "FalseNegatives"})

# Where the values of each activation lie. Not in the table: nothing is known (`threshold`).
BOUNDS: Mapping[str, Range] = {
    "linear": (-inf, inf),
    "sigmoid": (0, 1), "hard_sigmoid": (0, 1), "sparse_sigmoid": (0, 1),
    "softmax": (0, 1), "sparsemax": (0, 1),
    "tanh": (-1, 1), "hard_tanh": (-1, 1), "softsign": (-1, 1),
    "relu": (0, inf), "relu6": (0, 6), "softplus": (0, inf), "exponential": (0, inf),
    "squareplus": (0, inf), "sparse_plus": (0, inf),
    "log_softmax": (-inf, 0), "log_sigmoid": (-inf, 0),
    "elu": (-1, inf), "celu": (-1, inf), "selu": (-1.7581, inf), "gelu": (-0.17, inf),
    "silu": (-0.2785, inf), "mish": (-0.3089, inf), "hard_silu": (-0.375, inf),
    "leaky_relu": (-inf, inf), "glu": (-inf, inf), "hard_shrink": (-inf, inf),
    "soft_shrink": (-inf, inf), "tanh_shrink": (-inf, inf),
}
SIGMOIDS = frozenset({"sigmoid", "hard_sigmoid", "sparse_sigmoid"})
SOFTMAXES = frozenset({"softmax", "sparsemax"})
PROBABILITIES = SIGMOIDS | SOFTMAXES
CENTERED = frozenset({"tanh", "hard_tanh", "softsign"})  # between -1 and 1
POSITIVE = frozenset({"softplus", "exponential", "squareplus"})  # never 0
HALF_LINES = frozenset({"relu", "relu6", "softplus", "exponential", "squareplus", "sparse_plus"})


def within(inner: Range, outer: Range) -> bool:
    """Whether every value of one range lies in another."""
    return outer[0] <= inner[0] and inner[1] <= outer[1]
