"""The rules about outputs: whether activation, loss, labels, units, task and metrics fit."""

from __future__ import annotations

from specc.rules import activation, domain, ending, labels, loss, metric, score, units
from specc.rules.rule import Rule

# In this order: of rules about the same thing, the one that explains most comes first.
RULES: tuple[Rule, ...] = (
    activation.softmax_single_unit,
    ending.redundant_activation,
    ending.multilabel_softmax,
    loss.wrong_loss_for_task,
    labels.label_sign_mismatch,
    labels.label_encoding_mismatch,
    labels.label_out_of_range,
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
    ending.logits_never_activated,
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
