"""Rules over a plan: what is wrong with a model although every part of it is valid."""

from __future__ import annotations

from collections.abc import Iterator

from specc.diagnostics import Diagnostic
from specc.facts import Facts
from specc.ir.plan import Plan
from specc.rules import activation, domain, ending, labels, loss, metric, score, units
from specc.rules.pairing import subject
from specc.rules.rule import Finding, Rule
from specc.source import Path

# In this order: of rules about the same thing, the one that explains most comes first.
RULES: tuple[Rule, ...] = (
    activation.softmax_single_unit,
    ending.redundant_activation,
    ending.multilabel_softmax,
    loss.wrong_loss_for_task,
    labels.label_sign_mismatch,
    labels.label_encoding_mismatch,
    activation.wrong_output_activation,
    activation.missing_output_activation,
    activation.from_logits_with_activation,
    activation.sigmoid_with_categorical_crossentropy,
    domain.kld_needs_distribution,
    domain.poisson_nonpositive_output,
    ending.regression_bounded_output,
    domain.cosine_single_unit,
    units.silent_broadcast,
    units.output_rank_mismatch,
    units.output_units_class_mismatch,
    loss.label_smoothing_range,
    loss.one_vs_rest_multiclass,
    loss.classification_with_regression_loss,
    ending.softmax_with_binary_crossentropy,
    ending.activation_before_softmax,
    domain.hinge_on_probability,
    domain.msle_negative,
    domain.mape_zero_target,
    domain.dice_tversky_output,
    domain.circle_usage,
    domain.ctc_usage,
    labels.class_weight_with_onehot_seq,
    metric.metric_accuracy_class,
    score.metric_label_mismatch,
    score.meaniou_needs_argmax,
    score.f1_needs_2d,
    score.pearson_single_column,
    metric.accuracy_on_regression,
    metric.accuracy_on_multilabel,
    metric.accuracy_on_logits,
    metric.binary_accuracy_on_multiclass,
    score.metric_logits_mismatch,
)


def lint(plan: Plan, facts: Facts) -> Iterator[Diagnostic]:
    """Everything that the rules find: errors first, one diagnostic for one mistake."""
    about = subject(plan, facts)
    found = [(rule, finding) for rule in RULES for finding in rule.find(about)]
    found.sort(key=lambda pair: (pair[1].severity or pair[0].kind.severity) != "error")
    blamed: set[tuple[str, str, Path]] = set()
    for rule, finding in found:
        said = rule.diagnose(finding)
        if said.severity != "error" and {said.code, said.name} & set(plan.spec.ignore):
            continue  # what is not said must not hide what would be
        if finding.output is not None:
            metric = finding.where.path[:4]  # ("outputs", name, "metrics", index)
            things = {(finding.output, aspect, metric if aspect == "metric" else ())
                      for aspect in rule.about}
            if things & blamed:
                continue
            # Metrics are judged one by one: what is wrong with one excuses no other.
            blamed |= {one for one in things if one[1] == "metric"} or things
        yield said


__all__ = ["RULES", "Finding", "Rule", "lint"]
