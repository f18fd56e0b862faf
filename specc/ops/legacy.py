"""Names and arguments of older Keras, and what stands for them now."""

from __future__ import annotations

from collections.abc import Mapping

from specc.ops.component import Category

_SHAPE = "the shape of what comes in is said in [inputs.NAME]"
_SCHEDULE = ('a rate that falls is a schedule: learning_rate = { type = "InverseTimeDecay",'
             " initial_learning_rate = ..., decay_steps = ..., decay_rate = ... }")

# Arguments that layers of Keras 3 take through **kwargs without using them in a spec's way, and
# the ones of Keras 1 and 2. An entry of the table that really has the argument comes first.
ARGUMENTS: Mapping[Category, Mapping[str, str]] = {
    "layer": {
        "input_shape": _SHAPE,
        "batch_input_shape": _SHAPE,
        "batch_shape": _SHAPE,
        "batch_size": "the batch is said in [fit] batch_size",
        "input_dim": _SHAPE,
        "input_length": _SHAPE,
        "input_dtype": "the type of what comes in is said in [inputs.NAME] dtype",
        "weights": "saved weights are named in [model] weights",
        "nb_filter": "use `filters`",
        "nb_row": "use `kernel_size`",
        "nb_col": "use `kernel_size`",
        "filter_length": "use `kernel_size`",
        "border_mode": "use `padding`",
        "subsample": "use `strides`",
        "subsample_length": "use `strides`",
        "dim_ordering": "use `data_format`",
        "output_dim": "use `units`",
        "bias": "use `use_bias`",
        "init": "use `kernel_initializer`",
        "inner_init": "use `recurrent_initializer`",
        "inner_activation": "use `recurrent_activation`",
        "W_regularizer": "use `kernel_regularizer`",
        "b_regularizer": "use `bias_regularizer`",
        "W_constraint": "use `kernel_constraint`",
        "b_constraint": "use `bias_constraint`",
        "p": "use `rate`",
        "alpha": "use `negative_slope`",
        "implementation": "Keras 3 decides it",
        "time_major": "time comes second, after the batch",
        "fused": "Keras 3 decides it",
        "virtual_batch_size": "Keras 3 has none",
        "rms_scaling": "use the layer `RMSNormalization`",
    },
    "optimizer": {
        "lr": "use `learning_rate`",
        "decay": _SCHEDULE,
        "jit_compile": "it is said in [compile] jit_compile",
    },
    "callback": {
        "period": "use `save_freq`",
        "epsilon": "use `min_delta`",
        "options": "Keras 3 has none",
        "write_grads": "Keras 3 has none",
        "batch_size": "the batch is said in [fit] batch_size",
    },
}

DECAY = frozenset({"lr", "decay"})  # a rule has a name for these: legacy-decay-argument

# Arguments that old ones are called now, where the value can stay as it is.
RENAMED: Mapping[str, str] = {"lr": "learning_rate"}

# Classes of older Keras by the ones that do their work now.
COMPONENTS: Mapping[str, str] = {
    "CuDNNLSTM": "LSTM",
    "CuDNNGRU": "GRU",
    "ThresholdedReLU": "ReLU",
    "Convolution2DTranspose": "Conv2DTranspose",
    "Deconvolution2D": "Conv2DTranspose",
    "AtrousConvolution2D": "Conv2D",
    "LocallyConnected1D": "Conv1D",
    "LocallyConnected2D": "Conv2D",
    "BatchNormalizationV1": "BatchNormalization",
    "BatchNormalizationV2": "BatchNormalization",
    "SyncBatchNormalization": "BatchNormalization",
    "MaxoutDense": "Dense",
    "RectifiedAdam": "Adam",
}
