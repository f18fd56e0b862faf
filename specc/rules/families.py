"""Families of rules: which there are, and when each has anything to say.

A family is a module of this package with a tuple `RULES`. It is imported when a plan has something
that it is about: a hundred rules are more than most specs need, and checking is to take no time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from specc.facts.columns import label_columns, leaked
from specc.rules.pairing import Subject
from specc.spec import Parts

# Losses and metrics that take only some values.
NARROW = frozenset({"Poisson", "KLDivergence", "Hinge", "SquaredHinge", "CategoricalHinge",
                    "MeanSquaredLogarithmicError", "MeanAbsolutePercentageError",
                    "CosineSimilarity"})
STRUCTURED = frozenset({"Dice", "Tversky", "Circle", "CTC"})  # losses of masks and the like
# Metrics of numbers, which say of numbers what they mean.
PLAIN = frozenset({"MeanAbsoluteError", "MeanSquaredError", "RootMeanSquaredError"})

# Each family, and whether it has anything to say of a plan. A family says nothing of what its
# condition leaves out: tests/unit/test_families.py asks all of them of every case and every spec.
FAMILIES: Mapping[str, Callable[[Subject], bool]] = {
    "images": lambda about: about.writes("data_format", "axis") or _pictures(about),
    "ranks": lambda about: any(one.shape is not None and len(one.shape) > 2
                               for one in about.pairings),
    "optimizing": lambda about: _optimizing(about),
    "scheduling": lambda about: not isinstance(about.plan.optimizer.get("learning_rate"), float),
    "computing": lambda about: _computing(about),
    "fitting": lambda about: _fitting(about),
    "watching": lambda about: bool(about.plan.callbacks),
    "writing": lambda about: len(about.plan.callbacks) > 1 or any(
        one.name == "ModelCheckpoint" for one in about.plan.callbacks),
    "entering": lambda about: _entering(about),
    "augmenting": lambda about: any(name.startswith(("Rand", "AugMix", "CutMix", "MixUp"))
                                    for name in about.census),
    "maps": lambda about: about.writes("padding") or _transposed(about) or (
        about.has(("Flatten",)) and _heavy(about)),
    "merges": lambda about: about.has(("Add", "Multiply", "Average", "Maximum", "Minimum",
                                       "Concatenate")),
    "sequences": lambda about: about.has(("Embedding", "Masking", "MultiHeadAttention",
                                          "Bidirectional", "TimeDistributed")),
    "shapes": lambda about: about.plan.spec.data is None and any(
        None in (one.tensor.shape or (None,)) for one in about.plan.graph.inputs),
    "idle": lambda about: about.writes(
        "bias_initializer", "bias_regularizer", "bias_constraint", "beta_initializer",
        "beta_regularizer", "beta_constraint", "gamma_initializer", "gamma_regularizer",
        "gamma_constraint", "renorm_momentum", "renorm_clipping", "lora_alpha", "dilation_rate",
        "fill_value"),
    "initial": lambda about: "selu" in about.words.hidden or any(
        one.endswith("_initializer") for one in about.words.arguments),
    "dropping": lambda about: about.writes("rate", "stddev"),
    "normal": lambda about: any(one.endswith("Normalization") and one != "Normalization"
                                for one in about.census),
    "regular": lambda about: about.has(("ActivityRegularization",)) or any(
        one.endswith("_regularizer") for one in about.words.arguments),
    "frozen": lambda about: about.words.frozen or (
        about.plan.spec.fit.batch_size < 8 and any(
            one.model_file for one in about.plan.graph.nodes)),
    "bending": lambda about: not about.words.hidden.isdisjoint((
        "linear", "softmax", "sparsemax", "sigmoid", "hard_sigmoid", "sparse_sigmoid", "tanh",
        "hard_tanh", "softsign")),
    "depth": lambda about: len(about.plan.graph.nodes) >= 10,
    "stacks": lambda about: about.has(("Conv1D", "Conv2D", "Conv3D"), 3) or (
        about.has(("Conv2D", "Conv3D"), 2) and _heavy(about, 10_000_000)),
    "windows": lambda about: about.has(("Conv1D",)) or len({
        node.layer.args.get("kernel_size") for node in about.plan.graph.nodes
        if node.layer.name in ("Conv2D", "Conv3D")}) > 1,
    "columns": lambda about: about.facts.profile is not None or _answers_itself(about),
    "sampling": lambda about: about.facts.profile is not None,
    "dense": lambda about: (about.words.narrow or about.has(("Dense",), 4) or any(
        one.model_file for one in about.plan.graph.nodes)),
    # The rules about outputs: whether activation, loss, labels, units, task and metrics fit.
    "activation": lambda about: bool(about.pairings),
    "ending": lambda about: bool(about.pairings),
    "loss": lambda about: bool(about.pairings),
    "units": lambda about: bool(about.pairings),
    "labels": lambda about: any(one.labels or one.range or one.class_weight
                                for one in about.plan.spec.outputs.values()),
    "domain": lambda about: any(one.loss in NARROW or any(
        metric.name in NARROW for _, metric in one.head.metrics) for one in about.pairings),
    "structured": lambda about: any(one.loss in STRUCTURED for one in about.pairings),
    "metric": lambda about: any(one.head.metrics for one in about.pairings),
    "score": lambda about: any(metric.name not in PLAIN or one.classified for one in about.pairings
                               for _, metric in one.head.metrics),
}

# Of rules about the same thing of one output, the one that explains most comes first; rules that
# are not named here come before all of these.
PRECEDENCE: Mapping[str, int] = {code: at for at, code in enumerate((
    "PA101", "PA110", "PA107", "PA154", "PA120", "PA150", "PA151", "PA153", "PA103", "PA102",
    "PA104", "PA105", "PA131", "PA130", "PA108", "PA135", "PA160", "PA161", "PA162", "PA123",
    "PA121", "PA122", "PA106", "PA109", "PA111", "PA132", "PA133", "PA134", "PA136", "PA137",
    "PA138", "PA152", "PA170", "PA180", "PA181", "PA182", "PA183", "PA171", "PA172", "PA173",
    "PA174", "PA184",
), 1)}


def _pictures(about: Subject) -> bool:
    """Whether an input may be an image that begins with its channels."""
    shapes = [one.tensor.shape or () for one in about.plan.graph.inputs]
    return any(len(shape) == 4 and shape[1] in (1, 3, 4) for shape in shapes)


def _transposed(about: Subject) -> bool:
    return about.has(f"Conv{rank}DTranspose" for rank in (1, 2, 3))


def _heavy(about: Subject, least: int = 40_000_000) -> bool:
    """Whether one Dense alone holds tens of millions of weights."""
    graph = about.plan.graph
    return any((graph.costs[node.name].count() or 0) > least
               for node in graph.nodes if node.layer.name == "Dense")


def _optimizing(about: Subject) -> bool:
    """Whether the optimizer says more than a usual rate, or trains what needs more."""
    one, nodes = about.plan.optimizer, about.plan.graph.nodes
    rate = one.get("learning_rate")
    return (not isinstance(rate, float) or not 1e-5 <= rate <= 0.01
            or (one.name == "SGD" and ("nesterov" in one.args or len(nodes) > 3))
            or not {"epsilon", "rho", "momentum", "weight_decay"}.isdisjoint(one.args)
            or about.has(("SimpleRNN", "GRU", "LSTM", "RNN", "ConvLSTM1D", "ConvLSTM2D",
                          "ConvLSTM3D", "Bidirectional")))


def _computing(about: Subject) -> bool:
    """Whether averages, compilation or precision are other than usual."""
    plan = about.plan
    ends = [plan.graph.node(head.tensor.node) for head in plan.heads]
    return (plan.spec.compile.jit_compile is True or plan.spec.model.dtype != "float32"
            or not {"use_ema", "inner_optimizer"}.isdisjoint(plan.optimizer.args)
            or any(one.name == "SwapEMAWeights" for one in plan.callbacks)
            or any(node is not None and "dtype" in node.layer.args for node in ends))


def _fitting(about: Subject) -> bool:
    """Whether training is very short, very long, or measured with little."""
    spec, rows = about.plan.spec, about.facts.rows
    fit, data, tree = spec.fit, spec.data, spec.tree
    if fit.epochs >= 100 or fit.batch_size == 1 or not fit.shuffle or (
            data is not None and isinstance(data.source, Parts)):
        return True
    if any(not one.weight or one.class_weight not in (None, "balanced")
           for one in spec.outputs.values()):
        return True
    if not isinstance(tree, dict) or ("fit" not in tree and "compile" not in tree):
        return False
    if fit.epochs == 1 or not any(head.output.metrics for head in about.plan.heads):
        return True
    if data is None or data.split.validation == 0 or rows is None:
        return data is not None and data.split.validation == 0
    least = rows * (1 - data.split.validation - data.split.test) - 1  # that are trained on
    steps = fit.batch_size * (about.plan.optimizer.get("gradient_accumulation_steps") or 1)
    return (least * fit.epochs < 100 * steps or fit.batch_size * 10 > max(least, 320)
            or (rows >= 250 and rows * data.split.validation < 51))


def _entering(about: Subject) -> bool:
    """Whether numbers may enter or be compared as they are, or integers."""
    spec, graph = about.plan.spec, about.plan.graph
    built_in = spec.data is not None and isinstance(spec.data.source, str) and (
        "." not in spec.data.source)
    raw = any((max(map(abs, one.range)) > 10 if one.range is not None else built_in)
              and one.text is None and any(column.scale == "none" and column.encode is None
                                           for column in one.columns or (one.defaults,))
              for one in spec.inputs.values())
    whole = {one.name for one in graph.inputs if str(one.tensor.dtype).startswith(("int", "uint"))}
    return (raw or about.facts.profile is not None or "Rescaling" in about.census
            or any(one.range and (one.range[1] - one.range[0] > 300 or abs(sum(one.range)) > 2000)
                   for one in about.pairings)
            or (bool(whole) and any(ref.node in whole and node.layer.name != "Embedding"
                                    for node in graph.nodes for ref in node.refs())))


def _answers_itself(about: Subject) -> bool:
    """Whether an input takes a column that an output is to predict."""
    spec, columns = about.plan.spec, about.facts.columns
    return spec.data is not None and columns is not None and any(
        leaked(spec, columns, label_columns(spec)))


__all__ = ["FAMILIES", "PRECEDENCE"]
