"""Changes to a spec, one at a time: the table, and those that take more than a line.

Where there are several places, the first is changed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from specc.runner.mutants.edits import (
    HIDDEN,
    Change,
    Document,
    argument,
    changing,
    drop,
    entries,
    input_with,
    layer,
    layers_dropped,
    more,
    optimizer,
    output,
    plus,
    put,
    times,
)


def learning_rate(factor: float) -> Change:
    def edit(document: Document) -> bool:
        one = optimizer(document)
        default = 0.01 if one["type"] == "SGD" else 0.001
        rate = one.get("learning_rate", default)
        if isinstance(rate, dict):
            return put(rate, "initial_learning_rate", times(rate.get("initial_learning_rate"),
                                                            factor))
        return put(one, "learning_rate", times(rate, factor))

    return changing(edit)


def momentum(document: Document) -> bool:
    one = optimizer(document)
    if one["type"] in ("SGD", "RMSprop"):
        return drop(one, "momentum")
    return one["type"].startswith(("Adam", "Nadam")) and put(one, "beta_1", 0.0)


def other_optimizer(document: Document) -> bool:
    one = optimizer(document)
    kept = {key: value for key, value in one.items() if key == "learning_rate"}
    document["compile"]["optimizer"] = {"type": "Adam" if one["type"] == "SGD" else "SGD"} | kept
    return True


def schedule(document: Document) -> bool:
    one = optimizer(document)
    rate = one.get("learning_rate")
    return isinstance(rate, dict) and put(one, "learning_rate", rate.get("initial_learning_rate"))


def other_activation(document: Document) -> bool:
    one = layer(document, hidden=True)
    return one is not None and put(one, "activation",
                                   "tanh" if one["activation"] == "relu" else "relu")


def average_pooling(document: Document) -> bool:
    one = layer(document, "MaxPooling2D")
    return one is not None and put(one, "type", "AveragePooling2D") and bool(
        one.setdefault("pool_size", 2))


def other_initializer(document: Document) -> bool:
    one = layer(document, "Dense", "Conv1D", "Conv2D", "LSTM", "GRU", "SimpleRNN")
    if one is None:
        return False
    known = one.get("kernel_initializer", "glorot_uniform")
    return put(one, "kernel_initializer",
               "he_uniform" if known == "glorot_uniform" else "glorot_uniform")


def other_loss(document: Document) -> bool:
    one = output(document)
    if one is None:
        return False
    loss = one.get("loss")
    name = loss.get("type") if isinstance(loss, dict) else loss
    if name is None and one.get("task") == "regression":
        return put(one, "loss", "mae")
    if name is None and one.get("task") == "count":
        return put(one, "loss", "mse")
    if name in (None, "BinaryCrossentropy", "CategoricalCrossentropy"):
        fills = {"binary": "BinaryCrossentropy", "multilabel": "BinaryCrossentropy"}
        kind = name or fills.get(one.get("task", ""))
        if kind is None:
            return False
        old = dict(loss) if isinstance(loss, dict) else {}
        smooth = old.get("label_smoothing", 0.0)
        return put(one, "loss", old | {"type": kind, "label_smoothing": smooth + 0.05})
    return put(one, "loss", "mse" if name != "mse" else "mae")


def swapped_weights(document: Document) -> bool:
    outputs = list(document.get("outputs", {}).values())
    if len(outputs) < 2:
        return False
    first, second = (one.get("weight", 1.0) for one in outputs[:2])
    outputs[0]["weight"], outputs[1]["weight"] = second, first
    return bool(first != second)


def heavier_output(document: Document) -> bool:
    outputs = list(document.get("outputs", {}).values())
    return len(outputs) > 1 and put(outputs[0], "weight", times(outputs[0].get("weight", 1.0), 1.1))


def hidden_layer(document: Document) -> bool:
    """A hidden Dense that nothing names, where another one stands before or behind it."""
    for several, at in entries(document):
        one = several[at]
        if one.get("type") == "Dense" and one.get("activation") in HIDDEN and "name" not in one \
                and "inputs" not in one and len(several) > 2:
            several.pop(at)
            return True
    return False


def other_scale(document: Document) -> bool:
    one = input_with(document, "scale")
    return one is not None and put(one, "scale",
                                   "minmax" if one["scale"] == "standard" else "standard")


def fewer_columns(document: Document) -> bool:
    one = input_with(document, "columns")
    columns = one["columns"] if one else []
    if len(columns) < 2:
        return False
    columns.pop()
    return True


def other_split(key: str, step: float) -> Callable[[Document], bool]:
    def edit(document: Document) -> bool:
        split = document.get("data", {}).get("split")
        return isinstance(split, dict) and put(split, key, plus(split.get(key), step))

    return edit


def unstratified(document: Document) -> bool:
    return drop(document.get("data", {}).get("split"), "stratify")


def window(key: str) -> Callable[[Document], bool]:
    def edit(document: Document) -> bool:
        one = document.get("data", {}).get("window")
        return isinstance(one, dict) and put(one, key, plus(one.get(key), 1))

    return edit


def fit(key: str, value: Callable[[Any], Any]) -> Change:
    """A key of [fit], from what it is."""
    defaults = {"batch_size": 32, "shuffle": True}
    return changing(lambda document: put(document.setdefault("fit", {}), key,
                                         value(document.get("fit", {}).get(key,
                                                                           defaults.get(key)))))


DENSE, CONV = ("Dense",), ("Conv1D", "Conv2D", "Conv3D", "SeparableConv2D", "DepthwiseConv2D")
RECURRENT, EMBEDDING = ("LSTM", "GRU", "SimpleRNN"), ("Embedding",)
DROPOUT = ("Dropout", "SpatialDropout1D", "SpatialDropout2D", "GaussianDropout", "AlphaDropout")
WEIGHTED = DENSE + CONV + RECURRENT

DOCUMENTS: dict[str, tuple[str, Change]] = {
    "learning-rate-higher": ("the learning rate, times 1.1", learning_rate(1.1)),
    "learning-rate-lower": ("the learning rate, times 0.9", learning_rate(0.9)),
    "other-optimizer": ("Adam for SGD, SGD for any other", changing(other_optimizer)),
    "momentum-ignored": ("momentum, or Adam's beta_1, is none", changing(momentum)),
    "epsilon": ("the optimizer's epsilon is 1e-3", changing(
        lambda document: optimizer(document)["type"] != "SGD"
        and put(optimizer(document), "epsilon", 1e-3))),
    "weight-decay": ("a weight decay of 1e-3", changing(
        lambda document: put(optimizer(document), "weight_decay", 1e-3))),
    "clipped-gradients": ("gradients clipped to a norm of 0.1", changing(
        lambda document: put(optimizer(document), "clipnorm", 0.1))),
    "schedule-dropped": ("the schedule's first learning rate, always", changing(schedule)),
    "batch-doubled": ("batches of twice as many rows",
                      fit("batch_size", lambda now: times(now, 2))),
    "batch-one-less": ("batches of one row less", fit("batch_size", lambda now: plus(now, -1))),
    "shuffle-off": ("rows in their own order", fit("shuffle", lambda now: not now)),
    "unit-more": ("one unit more in a hidden layer", more("units", 1, *DENSE, hidden=True)),
    "unit-less": ("one unit less in a hidden layer", more("units", -1, *DENSE, hidden=True)),
    "layer-dropped": ("a hidden layer less", changing(hidden_layer)),
    "other-activation": ("another activation in a hidden layer", changing(other_activation)),
    "other-initializer": ("another initializer of one kernel", changing(other_initializer)),
    "bias-dropped": ("no bias in one layer", argument("use_bias", False, *WEIGHTED)),
    "bias-initial": ("a bias that starts at 0.01",
                     argument("bias_initializer", {"type": "Constant", "value": 0.01}, *DENSE)),
    "regularized": ("a penalty of 1e-3 on one kernel",
                    argument("kernel_regularizer", {"type": "L2", "l2": 1e-3}, *WEIGHTED)),
    "layer-frozen": ("one layer is not trained", argument("trainable", False, *WEIGHTED)),
    "kernel-constrained": ("one kernel kept at a norm of 1",
                           argument("kernel_constraint", {"type": "MaxNorm", "max_value": 1.0},
                                    *WEIGHTED)),
    "dropout-removed": ("no dropout", layers_dropped(*DROPOUT)),
    "dropout-more": ("dropout, 0.05 more", more("rate", 0.05, *DROPOUT)),
    "batch-norm-removed": ("no batch normalization", layers_dropped("BatchNormalization")),
    "batch-norm-momentum": ("batch normalization with a momentum of 0.9",
                            argument("momentum", 0.9, "BatchNormalization")),
    "filter-more": ("one filter more", more("filters", 1, *CONV)),
    "kernel-larger": ("a kernel one larger", more("kernel_size", 1, *CONV)),
    "strides": ("a stride of 2", argument("strides", 2, *CONV)),
    "average-pooling": ("the mean where it was the maximum", changing(average_pooling)),
    "recurrent-unit-more": ("one recurrent unit more", more("units", 1, *RECURRENT)),
    "recurrent-reversed": ("a sequence read backwards", argument("go_backwards", True, *RECURRENT)),
    "forget-bias": ("no unit forget bias", argument("unit_forget_bias", False, "LSTM")),
    "embedding-wider": ("an embedding one wider", more("output_dim", 1, *EMBEDDING)),
    "embedding-initializer": ("an embedding that starts otherwise",
                              argument("embeddings_initializer", "glorot_uniform", *EMBEDDING)),
    "other-loss": ("another loss, or labels smoothed by 0.05 more", changing(other_loss)),
    "loss-weights-swapped": ("the weights of two outputs swapped", changing(swapped_weights)),
    "loss-weight": ("the weight of one output, times 1.1", changing(heavier_output)),
    "class-weight-dropped": ("no class weights", changing(
        lambda document: drop(output(document, "class_weight"), "class_weight"))),
    "target-unscaled": ("the target as it is", changing(
        lambda document: drop(output(document, "scale"), "scale"))),
    "input-unscaled": ("one input as it is", changing(
        lambda document: drop(input_with(document, "scale"), "scale"))),
    "other-scale": ("an input between 0 and 1 for one of mean 0, or back", changing(other_scale)),
    "column-dropped": ("one column less", changing(fewer_columns)),
    "other-missing": ("gaps filled by the mean for the median", changing(
        lambda document: any(isinstance(one, dict) and one.get("missing") == "median"
                             and put(one, "missing", "mean")
                             for table in document.get("inputs", {}).values()
                             for one in table.get("columns", [])))),
    "other-rows": ("a hundredth more rows for validation", changing(
        other_split("validation", 0.01))),
    "unstratified": ("a split that does not look at classes", changing(unstratified)),
    "longer-window": ("windows of one step more", changing(window("length"))),
    "later-horizon": ("a horizon of one step more", changing(window("horizon"))),
    "lower-precision": ("mixed_bfloat16", changing(
        lambda document: put(document["model"], "dtype", "mixed_bfloat16"))),
}
