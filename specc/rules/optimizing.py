"""The optimizer's own numbers: TR101 to TR109.

| optimizers                                      | a learning rate is high above | low below |
|-------------------------------------------------|-------------------------------|-----------|
| Adam, AdamW, Nadam, Adamax, RMSprop             | 0.01                          | 1e-6      |
| SGD                                             | 1, and 0.1 without a schedule | 1e-5      |
| Adagrad, Muon, ScheduleFreeAdamW                | 10                            | 1e-7      |
| Adadelta, Adafactor, Ftrl, Lamb, Lion           | no limit known                | 1e-7      |

Below 1e-7 nothing learns, whatever steps it. Large batches (above 1024 rows) are given larger
rates, and a warm-up may end at one.
"""

from __future__ import annotations

from collections.abc import Iterator

from specc.rules.extent import (
    at_optimizer,
    optimizer,
    rate_of,
    schedule_of,
    trains,
    tuned,
)
from specc.rules.flow import RECURRENT
from specc.rules.pairing import Subject
from specc.rules.rule import Finding, Rule, error, info, warning

ADAPTIVE = ("Adam", "AdamW", "Nadam", "Adamax", "RMSprop")
ANY_RATE = ("Adadelta", "Adafactor", "Ftrl", "Lamb", "Lion")
# Divide by a root of squared gradients that begins at 0, and so 0 by 0 without epsilon.
DIVIDING = (*ADAPTIVE, "Adadelta", "Lamb")
CLIPS = ("clipnorm", "clipvalue", "global_clipnorm")
LARGE_BATCH = 1024
TOO_HIGH = 10.0
LONG_SEQUENCE = 200
DEEP = 3  # layers with weights that plain SGD still trains well


@warning("TR101")
def learning_rate_too_high(about: Subject) -> Iterator[Finding]:
    """The learning rate is far above what the optimizer trains with.

    Why: steps jump over every minimum; the loss rises, or becomes NaN, or relu units die in the
    first steps. From 10 on nothing trains, and from a schedule that begins at 0 neither.

    Example:

        [model]
        kind = "sequential"
        layers = [{ type = "Dense", units = 1 }]
        [outputs.y]
        task = "regression"
        [compile]
        optimizer = { type = "Adam", learning_rate = 0.1 }    # warning: [TR101]

    Use instead: the optimizer's own rate (0.001 for Adam, 0.01 for SGD), or a schedule with a
    warm-up.

    Source: UMLAUT; DeepLocalize 48385830; measured with Keras 3.15.
    """
    one, (rate, key) = optimizer(about), peak(about)
    if rate is not None and rate <= 0:
        yield Finding(at_optimizer(about, "learning_rate", key),
                      f"a learning rate of {rate:g} trains nothing", advice="use one above 0",
                      severity="error")
        return
    if rate is None or one.name in ANY_RATE or about.plan.spec.fit.batch_size > LARGE_BATCH:
        return
    limit = 0.01 if one.name in ADAPTIVE else TOO_HIGH
    if one.name == "SGD":
        limit = 1.0 if schedule_of(about) else 0.1
    certain = rate >= TOO_HIGH
    if certain or rate > limit:
        own = one.defaults.get("learning_rate")
        yield Finding(at_optimizer(about, "learning_rate", key),
                      f"a learning rate of {rate:g} is too high for {one.name}, whose own is {own}",
                      advice=f"use {own}, or what a search finds near it",
                      severity="error" if certain else None)


def peak(about: Subject) -> tuple[float | None, str]:
    """The highest rate, and the argument of the schedule that says it; None with a warm-up, which
    may end at a large one."""
    schedule = schedule_of(about)
    if schedule is None:
        return rate_of(about), ""
    if schedule.get("warmup_steps"):
        rate = schedule.get("warmup_target")
        certain = isinstance(rate, int | float) and not 0 < rate < TOO_HIGH
        return (float(rate), "warmup_target") if certain else (None, "")
    if schedule.name == "PiecewiseConstantDecay":
        return max(schedule.args["values"]), "values"
    rate = schedule.get("initial_learning_rate")
    return (float(rate) if isinstance(rate, int | float) else None), "initial_learning_rate"


@warning("TR102")
def learning_rate_too_low(about: Subject) -> Iterator[Finding]:
    """The learning rate is so low that weights stay where they were.

    Why: below 1e-7 a step is smaller than what float32 tells apart in most weights. An info where
    it is only far below what the optimizer trains with (1e-6 for Adam and its kin, 1e-5 for SGD)
    and no trained weights are tuned.

    Example:

        [model]
        kind = "sequential"
        layers = [{ type = "Dense", units = 1 }]
        [outputs.y]
        task = "regression"
        [compile]
        optimizer = { type = "Adam", learning_rate = 1e-8 }    # warning: [TR102]

    Use instead: 1e-3 for Adam, 1e-2 for SGD.

    Source: UMLAUT; DeepLocalize 55328966.
    """
    one, rate = optimizer(about), rate_of(about)
    limit = 1e-6 if one.name in ADAPTIVE else 1e-5 if one.name == "SGD" else 1e-7
    if rate is not None and rate < limit and not tuned(about):
        own = one.defaults.get("learning_rate")
        yield Finding(at_optimizer(about, "learning_rate"),
                      f"a learning rate of {rate:g} is too low for {one.name}, whose own is {own}",
                      advice=f"use {own}", severity="info" if rate >= 1e-7 else None)


@error("TR103", milder=True)
def betas_epsilon_range(about: Subject) -> Iterator[Finding]:
    """A number of the optimizer at which its formula breaks.

    Why: with `epsilon = 0` a weight whose gradient is 0 (a constant column, a dead relu) becomes
    NaN in the first step, and on a CPU the loss may still look healthy. With `rho = 1` RMSprop
    forgets nothing and remembers nothing: it divides by 0. With `momentum = 1` nothing ever
    slows down, and `weight_decay` above 0.1 pulls weights to 0: warnings.

    Example:

        [model]
        kind = "sequential"
        layers = [{ type = "Dense", units = 1 }]
        [outputs.y]
        task = "regression"
        [compile]
        optimizer = { type = "Adam", epsilon = 0 }    # error: [TR103]

    Use instead: the optimizer's own values; 1e-7 for `epsilon`.

    Source: measured with Keras 3.15. What is out of range for every optimizer is an error before
    (OP105).
    """
    one = optimizer(about)
    if one.name in DIVIDING and one.get("epsilon") == 0:
        yield Finding(at_optimizer(about, "epsilon"), f"with `epsilon = 0` {one.name} divides 0 by "
                      "0 where a gradient is 0, and the weight becomes NaN", advice="use 1e-7")
    if one.name in ("RMSprop", "Adadelta") and one.get("rho") == 1:
        yield Finding(at_optimizer(about, "rho"), f"with `rho = 1` {one.name} never takes a "
                      "gradient into its average", advice="use 0.9",
                      severity=None if one.name == "RMSprop" else "warning")
    if one.get("momentum") == 1:
        yield Finding(at_optimizer(about, "momentum"), "with `momentum = 1` no step is ever "
                      "forgotten, so weights never come to rest", advice="use 0.9",
                      severity="warning")
    if (one.get("weight_decay") or 0) > 0.1 and one.name != "Lion":  # which wants ten times more
        yield Finding(at_optimizer(about, "weight_decay"), f"a weight decay of "
                      f"{one.get('weight_decay'):g} pulls weights to 0 faster than most losses pull"
                      " them away", advice="use 0.01 or less", severity="warning")


@warning("TR104")
def nesterov_no_momentum(about: Subject) -> Iterator[Finding]:
    """Nesterov's momentum is asked for, and there is no momentum.

    Why: without momentum it is plain SGD: the weights are the same, bit by bit.

    Example:

        [model]
        kind = "sequential"
        layers = [{ type = "Dense", units = 1 }]
        [outputs.y]
        task = "regression"
        [compile]
        optimizer = { type = "SGD", nesterov = true }    # warning: [TR104]

    Use instead: `momentum = 0.9` beside it.

    Source: measured with Keras 3.15.
    """
    one = optimizer(about)
    if one.name == "SGD" and one.get("nesterov") and not one.get("momentum"):
        yield Finding(at_optimizer(about, "nesterov"), "`nesterov` does nothing without momentum",
                      advice="add momentum = 0.9")


@info("TR105")
def momentum_missing(about: Subject) -> Iterator[Finding]:
    """Plain SGD trains a model of more than three layers one behind the other.

    Why: gradients of the first layers are small and noisy; with momentum they add up, and
    training takes a fraction of the epochs.

    Example:

        [model]
        kind = "sequential"
        layers = [
          { type = "Dense", units = 16, activation = "relu", repeat = 4 },
          { type = "Dense", units = 1 },
        ]
        [outputs.y]
        task = "regression"
        [compile]
        optimizer = { type = "SGD", learning_rate = 0.01 }    # info: [TR105]

    Use instead: `momentum = 0.9`.

    Source: own judgement.
    """
    one = optimizer(about)
    if one.name != "SGD" or one.get("momentum") or one.get("nesterov") or not trains(
            about.plan.spec):
        return
    layers = depth(about)
    if layers > DEEP:
        yield Finding(at_optimizer(about), f"SGD without momentum trains {layers} layers in a row",
                      advice="add momentum = 0.9")


def depth(about: Subject) -> int:
    """Layers that learn, counted along the path that has most of them."""
    above: dict[str, int] = {}
    for node in about.plan.graph.nodes:
        before = max((above[one.name] for one in about.flow.before[node.name]), default=0)
        above[node.name] = before + learns(about, node.name)
    return max(above.values(), default=0)


def learns(about: Subject, name: str) -> bool:
    """Whether a node has weights that are trained: a matrix, not only scales and shifts."""
    cost = about.plan.graph.costs.get(name)
    weights = cost.weights or () if cost else ()
    return any(weight.trainable and len(weight.shape) > 1 for weight in weights)


@info("TR106")
def no_clip_rnn(about: Subject) -> Iterator[Finding]:
    """Recurrent layers, stacked or over long sequences, are trained without clipping gradients.

    Why: a gradient is multiplied once for every step of the sequence and every layer; one large
    one is enough to throw the weights away.

    Example:

        [inputs.x]
        shape = [300, 4]
        [model]
        kind = "sequential"
        layers = [{ type = "LSTM", units = 8 }, { type = "Dense", units = 1 }]
        [outputs.y]
        task = "regression"
        [compile]
        optimizer = { type = "Adam", learning_rate = 0.001 }    # info: [TR106]

    Use instead: `clipnorm = 1.0` in the optimizer.

    Source: own judgement.
    """
    one = optimizer(about)
    clips = one.name == "?" or any(one.get(clip) is not None for clip in CLIPS)
    if clips or not trains(about.plan.spec) or about.has(
            ("LayerNormalization", "RMSNormalization")):
        return
    layers = [node for node in about.plan.graph.nodes if node.layer.name in RECURRENT]
    lengths = [shape[1] for node in layers if (shape := about.flow.entering(node)) is not None
               and len(shape) > 1 and isinstance(shape[1], int)]
    longest = max((one for one in lengths if isinstance(one, int)), default=0)
    if len(layers) >= 2:
        why = f"{len(layers)} recurrent layers are"
    elif longest > LONG_SEQUENCE:
        why = f"a recurrent layer over {longest} steps is"
    else:
        return
    yield Finding(at_optimizer(about), f"{why} trained without clipping gradients",
                  advice="add clipnorm = 1.0")


RULES: tuple[Rule, ...] = (
    learning_rate_too_high, learning_rate_too_low, betas_epsilon_range, nesterov_no_momentum,
    momentum_missing, no_clip_rnn,
)

__all__ = ["RULES"]
