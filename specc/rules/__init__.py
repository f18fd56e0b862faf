"""Rules over a plan: what is wrong with a model although every part of it is valid.

A rule stands in the module of its family, and in the family's `RULES`. A family is imported when a
plan has something that it is about: a hundred rules are more than most specs need, and checking is
to take no time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import Any

from specc.diagnostics import Diagnostic
from specc.facts import Facts
from specc.facts.columns import label_columns, leaked
from specc.ir.plan import Plan
from specc.rules.pairing import Subject, subject
from specc.rules.rule import Finding, Rule
from specc.source import Path
from specc.spec import Parts

# Each family, and whether it has anything to say of a plan. A family says nothing of what its
# condition leaves out: tests/unit/test_families.py asks all of them of every case and every spec.
FAMILIES: Mapping[str, Callable[[Subject], bool]] = {
    "images": lambda about: about.writes("data_format", "axis") or _pictures(about),
    "ranks": lambda about: any(one.shape is not None and len(one.shape) > 2
                               for one in about.pairings),
    "outputs": lambda about: bool(about.pairings),
    "optimizing": lambda about: _optimizing(about),
    "scheduling": lambda about: not isinstance(about.plan.optimizer.get("learning_rate"), float),
    "computing": lambda about: _computing(about),
    "fitting": lambda about: _fitting(about),
    "watching": lambda about: bool(about.plan.callbacks),
    "entering": lambda about: _entering(about),
    "augmenting": lambda about: any(name.startswith(("Rand", "AugMix", "CutMix", "MixUp"))
                                    for name in about.census),
    "maps": lambda about: about.writes("padding") or _transposed(about) or (
        about.has(("Flatten",)) and _heavy(about)),
    "merges": lambda about: about.has(("Add", "Multiply", "Average", "Maximum", "Minimum",
                                       "Concatenate")),
    "sequences": lambda about: about.has(("Embedding", "Masking", "MultiHeadAttention",
                                          "Bidirectional")),
    "shapes": lambda about: about.plan.spec.data is None and any(
        None in (one.tensor.shape or ()) for one in about.plan.graph.inputs),
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
}


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


def rules_of(family: str) -> tuple[Rule, ...]:
    """The rules of a family, in their order: of rules about the same thing, the one that explains
    most comes first."""
    rules: tuple[Rule, ...] = import_module(f"specc.rules.{family}").RULES
    return rules


def lint(plan: Plan, facts: Facts, *, everything: bool = False) -> Iterator[Diagnostic]:
    """All that the rules find: errors first, one diagnostic for one mistake.

    everything: ask the families too that have nothing to say (which tests do).
    """
    about = subject(plan, facts)
    rules = [rule for family, concerned in FAMILIES.items() if everything or concerned(about)
             for rule in rules_of(family)]
    found = [(rule, finding) for rule in rules for finding in rule.find(about)]
    found.sort(key=lambda pair: (pair[1].severity or pair[0].kind.severity) != "error")
    blamed: set[tuple[str, str, Path]] = set()
    for rule, finding in found:
        said = rule.diagnose(finding)
        if said.severity != "error" and plan.spec.ignores(said.code, said.name):
            yield said  # `finish` leaves it out; it must not hide what would be said
            continue
        if finding.output is not None:
            metric = finding.where.path[:4]  # ("outputs", name, "metrics", index)
            things = {(finding.output, aspect, metric if aspect == "metric" else ())
                      for aspect in rule.about}
            if things & blamed:
                continue
            # Metrics are judged one by one: what is wrong with one excuses no other.
            blamed |= {one for one in things if one[1] == "metric"} or things
        yield said


def __getattr__(name: str) -> Any:
    """`RULES`: every rule of every family, imported when somebody asks for them all."""
    if name != "RULES":
        raise AttributeError(name)
    return tuple(rule for family in FAMILIES for rule in rules_of(family))


__all__ = ["FAMILIES", "Finding", "Rule", "lint", "rules_of"]
