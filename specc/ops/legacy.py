"""Names and arguments of older Keras, and what stands for them now.

An argument that the table really has is never looked up here, so `alpha` is good in `ELU` and old
in `LeakyReLU`. Sources: the constructors of Keras 1.2, 2.15 and 3.15, and what the latter take
from `**kwargs` and drop.
"""

from __future__ import annotations

from collections.abc import Container, Mapping

from specc.ops.component import Category

_SHAPE = "the shape of what comes in is said in [inputs.NAME]"
_SCHEDULE = ('a rate that falls is a schedule: learning_rate = { type = "InverseTimeDecay",'
             " initial_learning_rate = ..., decay_steps = ..., decay_rate = ... }")
_DECIDED = "Keras 3 decides it"
_NONE = "Keras 3 has none"
_ROWS = "what a row counts for is said in [outputs.NAME] sample_weight"
_CLASSES = "what a class counts for is said in [outputs.NAME] class_weight"

# Arguments that are called differently now: the first of the names that the component has.
RENAMED: Mapping[Category, Mapping[str, tuple[str, ...]]] = {
    "layer": {
        "W_constraint": ("kernel_constraint", "embeddings_constraint", "depthwise_constraint"),
        "W_regularizer": ("kernel_regularizer", "embeddings_regularizer", "depthwise_regularizer"),
        "U_regularizer": ("recurrent_regularizer",),
        "b_constraint": ("bias_constraint",),
        "b_regularizer": ("bias_regularizer",),
        "alpha": ("negative_slope",),
        "atrous_rate": ("dilation_rate",),
        "beta_init": ("beta_initializer",),
        "bias": ("use_bias",),
        "bins": ("bin_boundaries",),
        "border_mode": ("padding",),
        "concat_axis": ("axis",),
        "dim_ordering": ("data_format",),
        "dot_axes": ("axes",),
        "dropout_U": ("recurrent_dropout",),
        "dropout_W": ("dropout",),
        "dtype_policy": ("dtype",),
        "filter_length": ("kernel_size",),
        "forget_bias_init": ("unit_forget_bias",),
        "gamma_init": ("gamma_initializer",),
        "init": ("kernel_initializer", "embeddings_initializer", "depthwise_initializer",
                 "alpha_initializer"),
        "inner_activation": ("recurrent_activation",),
        "inner_init": ("recurrent_initializer",),
        "kernel_dim1": ("kernel_size",),
        "kernel_dim2": ("kernel_size",),
        "kernel_dim3": ("kernel_size",),
        "length": ("size",),
        "nb_col": ("kernel_size",),
        "nb_filter": ("filters",),
        "nb_row": ("kernel_size",),
        "output_dim": ("units",),
        "p": ("rate",),
        "pool_length": ("pool_size",),
        "sigma": ("stddev", "rate"),
        "stride": ("strides",),
        "subsample": ("strides",),
        "subsample_length": ("strides",),
        "theta": ("threshold",),
    },
    "optimizer": {"lr": ("learning_rate",)},
    "callback": {
        "epsilon": ("min_delta",),
        "period": ("save_freq",),
    },
    "regularizer": {"l": ("l1", "l2")},
    "constraint": {"m": ("max_value",)},
}
# Of those, the ones whose value means something else now, so that nobody can rename them blindly.
CHANGED = frozenset({"alpha", "dim_ordering", "dot_axes", "forget_bias_init", "kernel_dim1",
                     "kernel_dim2", "kernel_dim3", "nb_col", "nb_row", "period", "sigma", "length"})

# Arguments that are said elsewhere now, or not at all. Keras 3 takes some of them through
# **kwargs and drops them: `decay`, `implementation`, `input_length`, `rms_scaling`.
ELSEWHERE: Mapping[Category, Mapping[str, str]] = {
    "layer": {
        "adjustment": _NONE,
        "batch_input_shape": _SHAPE,
        "batch_shape": _SHAPE,
        "batch_size": "the batch is said in [fit] batch_size",
        "causal": "it belongs to the call: with = { use_causal_mask = true }",
        "consume_less": _DECIDED,
        "dynamic": _NONE,
        "fused": _DECIDED,
        "has_input_vocabulary": "Keras finds out by itself",
        "implementation": _DECIDED,
        "input_dim": _SHAPE,
        "input_dtype": "the type of what comes in is said in [inputs.NAME] dtype",
        "input_length": _SHAPE,
        "input_shape": _SHAPE,
        "input_tensor": "what comes in is said in [inputs.NAME]",
        "mask": "it belongs to the call: inputs = { ..., mask = \"...\" }",
        "ragged": "rows have one length in a spec",
        "return_attention_scores": "it belongs to the call, and a spec takes the first result",
        "rms_scaling": "use the layer `RMSNormalization`",
        "time_major": "time comes second, after the batch",
        "training": "it belongs to the call: with = { training = false }",
        "virtual_batch_size": _NONE,
        "vocabulary_size": "Keras counts `vocabulary`",
        "weights": "saved weights are named in [model] weights",
    },
    "optimizer": {
        "decay": _SCHEDULE,
        "dynamic": "its scale always moves",
        "experimental_run_tf_function": _NONE,
        "gradient_aggregator": _NONE,
        "gradient_transformers": _NONE,
        "is_legacy_optimizer": _NONE,
        "jit_compile": "it is said in [compile] jit_compile",
        "loss_scale": "use `loss_scale_factor`, or [compile] auto_scale_loss",
        "schedule_decay": _SCHEDULE,
        "steps_per_execution": "it is said in [compile] steps_per_execution",
    },
    "schedule": {"decay": "use `decay_rate` and `decay_steps`"},
    "loss": {
        "class_weight": _CLASSES,
        "fn": "a loss is named by its class",
        "loss_weight": "it is said in [outputs.NAME] weight",
        "pos_weight": _CLASSES,
        "sample_weight": _ROWS,
        "weight": "it is said in [outputs.NAME] weight",
    },
    "metric": {
        "class_weight": _CLASSES,
        "fn": "a metric is named by its class",
        "sample_weight": _ROWS,
        "weighted": _ROWS,
    },
    "callback": {
        "batch_size": "the batch is said in [fit] batch_size",
        "embeddings_data": _NONE,
        "embeddings_layer_names": _NONE,
        "experimental_io_device": _NONE,
        "load_weights_on_restart": "start from weights with [model] weights",
        "model": "Keras gives it the model",
        "options": _NONE,
        "params": "Keras gives it the settings",
        "write_grads": _NONE,
    },
    "initializer": {"dtype": "weights have the type of their layer: `dtype` of the layer"},
}

# Of those, the ones that do the same with the same arguments.
SAME = frozenset({"BatchNormalizationV1", "BatchNormalizationV2", "Convolution2DTranspose",
                  "CuDNNGRU", "CuDNNLSTM", "Deconvolution2D", "Deconvolution3D",
                  "TimeDistributedDense"})

DECAY = frozenset({"lr", "decay"})  # a rule has a name for these: legacy-decay-argument

# Classes of older Keras by the ones that do their work now.
COMPONENTS: Mapping[str, str] = {
    "AtrousConvolution1D": "Conv1D",
    "AtrousConvolution2D": "Conv2D",
    "BatchNormalizationV1": "BatchNormalization",
    "BatchNormalizationV2": "BatchNormalization",
    "Convolution2DTranspose": "Conv2DTranspose",
    "CuDNNGRU": "GRU",
    "CuDNNLSTM": "LSTM",
    "Deconvolution2D": "Conv2DTranspose",
    "Deconvolution3D": "Conv3DTranspose",
    "LocallyConnected1D": "Conv1D",
    "LocallyConnected2D": "Conv2D",
    "MaxoutDense": "Dense",
    "RandomHeight": "RandomZoom",
    "RandomWidth": "RandomZoom",
    "RectifiedAdam": "Adam",
    "SyncBatchNormalization": "BatchNormalization",
    "ThresholdedReLU": "ReLU",
    "TimeDistributedDense": "Dense",
}


def now(category: Category, key: str, has: Container[str]) -> str | None:
    """What an argument is called now, by a component that has these arguments; else None."""
    names = RENAMED.get(category, {}).get(key, ())
    return next((name for name in names if name in has), None)


def instead(category: Category, key: str, has: Container[str]) -> str | None:
    """What to write for an argument of an older Keras; None where it is simply unknown."""
    name = now(category, key, has)
    return f"use `{name}`" if name else ELSEWHERE.get(category, {}).get(key)


__all__ = ["CHANGED", "COMPONENTS", "DECAY", "ELSEWHERE", "RENAMED", "SAME", "instead", "now"]
