"""What Keras takes: scripts/make_table.py writes it from installed Keras. Do not edit.

A module and not a file of JSON, since Python has the bytecode of a module read in a third of the
time; it holds one literal and nothing else.
"""

from typing import Any

KERAS: dict[str, Any] = {
  "keras": "3.15",
  "oldest": "3.8",
  "newer_words": {"metric.AUC.curve.PRGAIN": "3.11", "activation.sparse_sigmoid": "3.10"},
  "activations": ["celu", "elu", "exponential", "gelu", "glu", "hard_shrink", "hard_sigmoid", "hard_silu", "hard_tanh", "leaky_relu", "linear", "log_sigmoid", "log_softmax", "mish", "relu", "relu6", "selu", "sigmoid", "silu", "soft_shrink", "softmax", "softplus", "softsign", "sparse_plus", "sparse_sigmoid", "sparsemax", "squareplus", "tanh", "tanh_shrink", "threshold"],
  "models": ["ConvNeXtBase", "ConvNeXtLarge", "ConvNeXtSmall", "ConvNeXtTiny", "ConvNeXtXLarge", "DenseNet121", "DenseNet169", "DenseNet201", "EfficientNetB0", "EfficientNetB1", "EfficientNetB2", "EfficientNetB3", "EfficientNetB4", "EfficientNetB5", "EfficientNetB6", "EfficientNetB7", "EfficientNetV2B0", "EfficientNetV2B1", "EfficientNetV2B2", "EfficientNetV2B3", "EfficientNetV2L", "EfficientNetV2M", "EfficientNetV2S", "InceptionResNetV2", "InceptionV3", "MobileNet", "MobileNetV2", "MobileNetV3Large", "MobileNetV3Small", "NASNetLarge", "NASNetMobile", "ResNet101", "ResNet101V2", "ResNet152", "ResNet152V2", "ResNet50", "ResNet50V2", "VGG16", "VGG19", "Xception"],
  "aliases": {
    "layer": {"AvgPool1D": "AveragePooling1D", "AvgPool2D": "AveragePooling2D", "AvgPool3D": "AveragePooling3D", "Convolution1D": "Conv1D", "Convolution1DTranspose": "Conv1DTranspose", "Convolution2D": "Conv2D", "Convolution2DTranspose": "Conv2DTranspose", "Convolution3D": "Conv3D", "Convolution3DTranspose": "Conv3DTranspose", "GlobalAvgPool1D": "GlobalAveragePooling1D", "GlobalAvgPool2D": "GlobalAveragePooling2D", "GlobalAvgPool3D": "GlobalAveragePooling3D", "GlobalMaxPool1D": "GlobalMaxPooling1D", "GlobalMaxPool2D": "GlobalMaxPooling2D", "GlobalMaxPool3D": "GlobalMaxPooling3D", "GroupedQueryAttention": "GroupQueryAttention", "MaxPool1D": "MaxPooling1D", "MaxPool2D": "MaxPooling2D", "MaxPool3D": "MaxPooling3D", "SeparableConvolution1D": "SeparableConv1D", "SeparableConvolution2D": "SeparableConv2D"},
    "optimizer": {"adadelta": "Adadelta", "adafactor": "Adafactor", "adagrad": "Adagrad", "adam": "Adam", "adamax": "Adamax", "adamw": "AdamW", "ftrl": "Ftrl", "lion": "Lion", "lossscaleoptimizer": "LossScaleOptimizer", "multioptimizer": "MultiOptimizer", "muon": "Muon", "nadam": "Nadam", "rmsprop": "RMSprop", "schedulefreeadamw": "ScheduleFreeAdamW", "sgd": "SGD"},
    "schedule": {},
    "loss": {"BCE": "BinaryCrossentropy", "KLD": "KLDivergence", "MAE": "MeanAbsoluteError", "MAPE": "MeanAbsolutePercentageError", "MSE": "MeanSquaredError", "MSLE": "MeanSquaredLogarithmicError", "bce": "BinaryCrossentropy", "binary_crossentropy": "BinaryCrossentropy", "binary_focal_crossentropy": "BinaryFocalCrossentropy", "categorical_crossentropy": "CategoricalCrossentropy", "categorical_focal_crossentropy": "CategoricalFocalCrossentropy", "categorical_generalized_cross_entropy": "CategoricalGeneralizedCrossEntropy", "categorical_hinge": "CategoricalHinge", "circle": "Circle", "cosine_similarity": "CosineSimilarity", "ctc": "CTC", "dice": "Dice", "hinge": "Hinge", "huber": "Huber", "kl_divergence": "KLDivergence", "kld": "KLDivergence", "log_cosh": "LogCosh", "mae": "MeanAbsoluteError", "mape": "MeanAbsolutePercentageError", "mean_absolute_error": "MeanAbsoluteError", "mean_absolute_percentage_error": "MeanAbsolutePercentageError", "mean_squared_error": "MeanSquaredError", "mean_squared_logarithmic_error": "MeanSquaredLogarithmicError", "mse": "MeanSquaredError", "msle": "MeanSquaredLogarithmicError", "poisson": "Poisson", "sparse_categorical_crossentropy": "SparseCategoricalCrossentropy", "squared_hinge": "SquaredHinge", "tversky": "Tversky"},
    "metric": {"BCE": "BinaryCrossentropy", "MAE": "MeanAbsoluteError", "MAPE": "MeanAbsolutePercentageError", "MSE": "MeanSquaredError", "MSLE": "MeanSquaredLogarithmicError", "acc": "Accuracy", "accuracy": "Accuracy", "auc": "AUC", "bce": "BinaryCrossentropy", "binary_accuracy": "BinaryAccuracy", "binary_crossentropy": "BinaryCrossentropy", "binary_io_u": "BinaryIoU", "categorical_accuracy": "CategoricalAccuracy", "categorical_crossentropy": "CategoricalCrossentropy", "categorical_hinge": "CategoricalHinge", "concordance_correlation": "ConcordanceCorrelation", "cosine_similarity": "CosineSimilarity", "f1_score": "F1Score", "f_beta_score": "FBetaScore", "false_negatives": "FalseNegatives", "false_positives": "FalsePositives", "hinge": "Hinge", "io_u": "IoU", "kl_divergence": "KLDivergence", "log_cosh_error": "LogCoshError", "mae": "MeanAbsoluteError", "mape": "MeanAbsolutePercentageError", "mean": "Mean", "mean_absolute_error": "MeanAbsoluteError", "mean_absolute_percentage_error": "MeanAbsolutePercentageError", "mean_io_u": "MeanIoU", "mean_metric_wrapper": "MeanMetricWrapper", "mean_squared_error": "MeanSquaredError", "mean_squared_logarithmic_error": "MeanSquaredLogarithmicError", "mse": "MeanSquaredError", "msle": "MeanSquaredLogarithmicError", "one_hot_io_u": "OneHotIoU", "one_hot_mean_io_u": "OneHotMeanIoU", "pearson_correlation": "PearsonCorrelation", "poisson": "Poisson", "precision": "Precision", "precision_at_recall": "PrecisionAtRecall", "r2_score": "R2Score", "recall": "Recall", "recall_at_precision": "RecallAtPrecision", "root_mean_squared_error": "RootMeanSquaredError", "sensitivity_at_specificity": "SensitivityAtSpecificity", "sparse_categorical_accuracy": "SparseCategoricalAccuracy", "sparse_categorical_crossentropy": "SparseCategoricalCrossentropy", "sparse_top_k_categorical_accuracy": "SparseTopKCategoricalAccuracy", "specificity_at_sensitivity": "SpecificityAtSensitivity", "squared_hinge": "SquaredHinge", "sum": "Sum", "top_k_categorical_accuracy": "TopKCategoricalAccuracy", "true_negatives": "TrueNegatives", "true_positives": "TruePositives"},
    "callback": {},
    "initializer": {"IdentityInitializer": "Identity", "OrthogonalInitializer": "Orthogonal", "STFTInitializer": "STFT", "constant": "Constant", "glorot_normal": "GlorotNormal", "glorot_uniform": "GlorotUniform", "he_normal": "HeNormal", "he_uniform": "HeUniform", "identity": "Identity", "lecun_normal": "LecunNormal", "lecun_uniform": "LecunUniform", "normal": "RandomNormal", "one": "Ones", "ones": "Ones", "orthogonal": "Orthogonal", "random_normal": "RandomNormal", "random_uniform": "RandomUniform", "stft": "STFT", "truncated_normal": "TruncatedNormal", "uniform": "RandomUniform", "variance_scaling": "VarianceScaling", "zero": "Zeros", "zeros": "Zeros"},
    "regularizer": {"l1": "L1", "l1_l2": "L1L2", "l1l2": "L1L2", "l2": "L2", "orthogonal_regularizer": "OrthogonalRegularizer"},
    "constraint": {"max_norm": "MaxNorm", "min_max_norm": "MinMaxNorm", "non_neg": "NonNeg", "unit_norm": "UnitNorm"},
    "activation": {"hard_swish": "hard_silu", "swish": "silu"}
  },
  "entries": {
    "layer": {
      "Activation": {
        "params": {
          "activation": {"type": "activation"},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "ActivityRegularization": {
        "params": {
          "l1": {"type": "number >= 0", "default": 0.0},
          "l2": {"type": "number >= 0", "default": 0.0},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True}
        }
      },
      "AdaptiveAveragePooling1D": {
        "since": "3.13",
        "params": {
          "output_size": {"type": "spread[1, int >= 1]"},
          "data_format": {"type": "\"channels_first\" | \"channels_last\" | None", "default": None},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "AdaptiveAveragePooling2D": {
        "since": "3.13",
        "params": {
          "output_size": {"type": "spread[2, int >= 1]"},
          "data_format": {"type": "\"channels_first\" | \"channels_last\" | None", "default": None},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "AdaptiveAveragePooling3D": {
        "since": "3.13",
        "params": {
          "output_size": {"type": "spread[3, int >= 1]"},
          "data_format": {"type": "\"channels_first\" | \"channels_last\" | None", "default": None},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "AdaptiveMaxPooling1D": {
        "since": "3.13",
        "params": {
          "output_size": {"type": "spread[1, int >= 1]"},
          "data_format": {"type": "\"channels_first\" | \"channels_last\" | None", "default": None},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "AdaptiveMaxPooling2D": {
        "since": "3.13",
        "params": {
          "output_size": {"type": "spread[2, int >= 1]"},
          "data_format": {"type": "\"channels_first\" | \"channels_last\" | None", "default": None},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "AdaptiveMaxPooling3D": {
        "since": "3.13",
        "params": {
          "output_size": {"type": "spread[3, int >= 1]"},
          "data_format": {"type": "\"channels_first\" | \"channels_last\" | None", "default": None},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "Add": {
        "params": {
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "AdditiveAttention": {
        "params": {
          "use_scale": {"type": "bool", "default": True},
          "dropout": {"type": "0 <= number <= 1", "default": 0.0},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "AlphaDropout": {
        "params": {
          "rate": {"type": "0 <= number <= 1"},
          "noise_shape": {"type": "many[(int >= 1) | None] | None", "default": None},
          "seed": {"type": "(0 <= int <= 4294967295) | None", "default": None},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "Attention": {
        "params": {
          "use_scale": {"type": "bool", "default": False},
          "score_mode": {"type": "\"dot\" | \"concat\"", "default": "dot"},
          "dropout": {"type": "0 <= number <= 1", "default": 0.0},
          "seed": {"type": "(0 <= int <= 4294967295) | None", "default": None},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "AugMix": {
        "since": "3.9",
        "params": {
          "value_range": {"type": "times[2, number]", "default": [0, 255]},
          "num_chains": {"type": "int >= 1", "default": 3},
          "chain_depth": {"type": "int >= 1", "default": 3},
          "factor": {"type": "(0 <= number <= 1) | times[2, 0 <= number <= 1]", "default": 0.3},
          "alpha": {"type": "number > 0", "default": 1.0},
          "all_ops": {"type": "bool", "default": True},
          "interpolation": {"type": "\"bilinear\" | \"nearest\"", "default": "bilinear"},
          "seed": {"type": "(0 <= int <= 4294967295) | None", "default": None},
          "data_format": {"type": "\"channels_first\" | \"channels_last\" | None", "default": None},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "AutoContrast": {
        "params": {
          "value_range": {"type": "times[2, number]", "default": [0, 255]},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "Average": {
        "params": {
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "AveragePooling1D": {
        "params": {
          "pool_size": {"type": "spread[1, int >= 1]"},
          "strides": {"type": "spread[1, int >= 1] | None", "default": None},
          "padding": {"type": "\"valid\" | \"same\"", "default": "valid"},
          "data_format": {"type": "\"channels_first\" | \"channels_last\" | None", "default": None},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "AveragePooling2D": {
        "params": {
          "pool_size": {"type": "spread[2, int >= 1]"},
          "strides": {"type": "spread[2, int >= 1] | None", "default": None},
          "padding": {"type": "\"valid\" | \"same\"", "default": "valid"},
          "data_format": {"type": "\"channels_first\" | \"channels_last\" | None", "default": None},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "AveragePooling3D": {
        "params": {
          "pool_size": {"type": "spread[3, int >= 1]"},
          "strides": {"type": "spread[3, int >= 1] | None", "default": None},
          "padding": {"type": "\"valid\" | \"same\"", "default": "valid"},
          "data_format": {"type": "\"channels_first\" | \"channels_last\" | None", "default": None},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "BatchNormalization": {
        "params": {
          "axis": {"type": "int", "default": -1},
          "momentum": {"type": "0 <= number <= 1", "default": 0.99},
          "epsilon": {"type": "number > 0", "default": 0.001},
          "center": {"type": "bool", "default": True},
          "scale": {"type": "bool", "default": True},
          "beta_initializer": {"type": "initializer", "default": "zeros"},
          "gamma_initializer": {"type": "initializer", "default": "ones"},
          "moving_mean_initializer": {"type": "initializer", "default": "zeros"},
          "moving_variance_initializer": {"type": "initializer", "default": "ones"},
          "beta_regularizer": {"type": "regularizer | None", "default": None},
          "gamma_regularizer": {"type": "regularizer | None", "default": None},
          "beta_constraint": {"type": "constraint | None", "default": None},
          "gamma_constraint": {"type": "constraint | None", "default": None},
          "renorm": {"type": "bool", "default": False, "since": "3.14"},
          "renorm_clipping": {"type": "refused[\"object\"] | None", "default": None, "since": "3.14"},
          "renorm_momentum": {"type": "0 <= number <= 1", "default": 0.99, "since": "3.14"},
          "synchronized": {"type": "bool", "default": False},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "Bidirectional": {
        "params": {
          "layer": {"type": "layer[\"LSTM\", \"GRU\", \"SimpleRNN\", \"RNN\", \"ConvLSTM1D\", \"ConvLSTM2D\", \"ConvLSTM3D\"]"},
          "merge_mode": {"type": "\"sum\" | \"mul\" | \"concat\" | \"ave\" | None", "default": "concat"},
          "weights": {"type": "refused[\"weights\"] | None", "default": None},
          "backward_layer": {"type": "layer[\"LSTM\", \"GRU\", \"SimpleRNN\", \"RNN\", \"ConvLSTM1D\", \"ConvLSTM2D\", \"ConvLSTM3D\"] | None", "default": None},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "CategoryEncoding": {
        "params": {
          "num_tokens": {"type": "int >= 1"},
          "output_mode": {"type": "\"multi_hot\" | \"one_hot\" | \"count\"", "default": "multi_hot"},
          "sparse": {"type": "bool", "default": False},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "CenterCrop": {
        "params": {
          "height": {"type": "int >= 1"},
          "width": {"type": "int >= 1"},
          "data_format": {"type": "\"channels_first\" | \"channels_last\" | None", "default": None},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "Concatenate": {
        "params": {
          "axis": {"type": "int", "default": -1},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "ContrastLimitedAdaptiveHistogramEqualization": {
        "since": "3.14",
        "params": {
          "value_range": {"type": "times[2, number]", "default": [0, 255]},
          "clip_limit": {"type": "number > 0", "default": 4.0},
          "tile_grid_size": {"type": "times[2, int >= 1]", "default": [8, 8]},
          "data_format": {"type": "\"channels_first\" | \"channels_last\" | None", "default": None},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "Conv1D": {
        "params": {
          "filters": {"type": "int >= 1"},
          "kernel_size": {"type": "spread[1, int >= 1]"},
          "strides": {"type": "spread[1, int >= 1]", "default": 1},
          "padding": {"type": "\"valid\" | \"same\" | \"causal\"", "default": "valid"},
          "data_format": {"type": "\"channels_first\" | \"channels_last\" | None", "default": None},
          "dilation_rate": {"type": "spread[1, int >= 1]", "default": 1},
          "groups": {"type": "int >= 1", "default": 1},
          "activation": {"type": "activation | None", "default": None},
          "use_bias": {"type": "bool", "default": True},
          "kernel_initializer": {"type": "initializer", "default": "glorot_uniform"},
          "bias_initializer": {"type": "initializer", "default": "zeros"},
          "kernel_regularizer": {"type": "regularizer | None", "default": None},
          "bias_regularizer": {"type": "regularizer | None", "default": None},
          "activity_regularizer": {"type": "regularizer | None", "default": None},
          "kernel_constraint": {"type": "constraint | None", "default": None},
          "bias_constraint": {"type": "constraint | None", "default": None},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True}
        }
      },
      "Conv1DTranspose": {
        "params": {
          "filters": {"type": "int >= 1"},
          "kernel_size": {"type": "spread[1, int >= 1]"},
          "strides": {"type": "spread[1, int >= 1]", "default": 1},
          "padding": {"type": "\"valid\" | \"same\"", "default": "valid"},
          "output_padding": {"type": "spread[1, int >= 0] | None", "default": None, "since": "3.11"},
          "data_format": {"type": "\"channels_first\" | \"channels_last\" | None", "default": None},
          "dilation_rate": {"type": "spread[1, int >= 1]", "default": 1},
          "activation": {"type": "activation | None", "default": None},
          "use_bias": {"type": "bool", "default": True},
          "kernel_initializer": {"type": "initializer", "default": "glorot_uniform"},
          "bias_initializer": {"type": "initializer", "default": "zeros"},
          "kernel_regularizer": {"type": "regularizer | None", "default": None},
          "bias_regularizer": {"type": "regularizer | None", "default": None},
          "activity_regularizer": {"type": "regularizer | None", "default": None},
          "kernel_constraint": {"type": "constraint | None", "default": None},
          "bias_constraint": {"type": "constraint | None", "default": None},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True}
        }
      },
      "Conv2D": {
        "params": {
          "filters": {"type": "int >= 1"},
          "kernel_size": {"type": "spread[2, int >= 1]"},
          "strides": {"type": "spread[2, int >= 1]", "default": [1, 1]},
          "padding": {"type": "\"valid\" | \"same\"", "default": "valid"},
          "data_format": {"type": "\"channels_first\" | \"channels_last\" | None", "default": None},
          "dilation_rate": {"type": "spread[2, int >= 1]", "default": [1, 1]},
          "groups": {"type": "int >= 1", "default": 1},
          "activation": {"type": "activation | None", "default": None},
          "use_bias": {"type": "bool", "default": True},
          "kernel_initializer": {"type": "initializer", "default": "glorot_uniform"},
          "bias_initializer": {"type": "initializer", "default": "zeros"},
          "kernel_regularizer": {"type": "regularizer | None", "default": None},
          "bias_regularizer": {"type": "regularizer | None", "default": None},
          "activity_regularizer": {"type": "regularizer | None", "default": None},
          "kernel_constraint": {"type": "constraint | None", "default": None},
          "bias_constraint": {"type": "constraint | None", "default": None},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True}
        }
      },
      "Conv2DTranspose": {
        "params": {
          "filters": {"type": "int >= 1"},
          "kernel_size": {"type": "spread[2, int >= 1]"},
          "strides": {"type": "spread[2, int >= 1]", "default": [1, 1]},
          "padding": {"type": "\"valid\" | \"same\"", "default": "valid"},
          "output_padding": {"type": "spread[2, int >= 0] | None", "default": None, "since": "3.11"},
          "data_format": {"type": "\"channels_first\" | \"channels_last\" | None", "default": None},
          "dilation_rate": {"type": "spread[2, int >= 1]", "default": [1, 1]},
          "activation": {"type": "activation | None", "default": None},
          "use_bias": {"type": "bool", "default": True},
          "kernel_initializer": {"type": "initializer", "default": "glorot_uniform"},
          "bias_initializer": {"type": "initializer", "default": "zeros"},
          "kernel_regularizer": {"type": "regularizer | None", "default": None},
          "bias_regularizer": {"type": "regularizer | None", "default": None},
          "activity_regularizer": {"type": "regularizer | None", "default": None},
          "kernel_constraint": {"type": "constraint | None", "default": None},
          "bias_constraint": {"type": "constraint | None", "default": None},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True}
        }
      },
      "Conv3D": {
        "params": {
          "filters": {"type": "int >= 1"},
          "kernel_size": {"type": "spread[3, int >= 1]"},
          "strides": {"type": "spread[3, int >= 1]", "default": [1, 1, 1]},
          "padding": {"type": "\"valid\" | \"same\"", "default": "valid"},
          "data_format": {"type": "\"channels_first\" | \"channels_last\" | None", "default": None},
          "dilation_rate": {"type": "spread[3, int >= 1]", "default": [1, 1, 1]},
          "groups": {"type": "int >= 1", "default": 1},
          "activation": {"type": "activation | None", "default": None},
          "use_bias": {"type": "bool", "default": True},
          "kernel_initializer": {"type": "initializer", "default": "glorot_uniform"},
          "bias_initializer": {"type": "initializer", "default": "zeros"},
          "kernel_regularizer": {"type": "regularizer | None", "default": None},
          "bias_regularizer": {"type": "regularizer | None", "default": None},
          "activity_regularizer": {"type": "regularizer | None", "default": None},
          "kernel_constraint": {"type": "constraint | None", "default": None},
          "bias_constraint": {"type": "constraint | None", "default": None},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True}
        }
      },
      "Conv3DTranspose": {
        "params": {
          "filters": {"type": "int >= 1"},
          "kernel_size": {"type": "spread[3, int >= 1]"},
          "strides": {"type": "spread[3, int >= 1]", "default": [1, 1, 1]},
          "padding": {"type": "\"valid\" | \"same\"", "default": "valid"},
          "data_format": {"type": "\"channels_first\" | \"channels_last\" | None", "default": None},
          "output_padding": {"type": "spread[3, int >= 0] | None", "default": None, "since": "3.11"},
          "dilation_rate": {"type": "spread[3, int >= 1]", "default": [1, 1, 1]},
          "activation": {"type": "activation | None", "default": None},
          "use_bias": {"type": "bool", "default": True},
          "kernel_initializer": {"type": "initializer", "default": "glorot_uniform"},
          "bias_initializer": {"type": "initializer", "default": "zeros"},
          "kernel_regularizer": {"type": "regularizer | None", "default": None},
          "bias_regularizer": {"type": "regularizer | None", "default": None},
          "activity_regularizer": {"type": "regularizer | None", "default": None},
          "kernel_constraint": {"type": "constraint | None", "default": None},
          "bias_constraint": {"type": "constraint | None", "default": None},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True}
        }
      },
      "ConvLSTM1D": {
        "params": {
          "filters": {"type": "int >= 1"},
          "kernel_size": {"type": "spread[1, int >= 1]"},
          "strides": {"type": "spread[1, int >= 1]", "default": 1},
          "padding": {"type": "\"valid\" | \"same\"", "default": "valid"},
          "data_format": {"type": "\"channels_first\" | \"channels_last\" | None", "default": None},
          "dilation_rate": {"type": "spread[1, int >= 1]", "default": 1},
          "activation": {"type": "activation | None", "default": "tanh"},
          "recurrent_activation": {"type": "activation | None", "default": "sigmoid"},
          "use_bias": {"type": "bool", "default": True},
          "kernel_initializer": {"type": "initializer", "default": "glorot_uniform"},
          "recurrent_initializer": {"type": "initializer", "default": "orthogonal"},
          "bias_initializer": {"type": "initializer", "default": "zeros"},
          "unit_forget_bias": {"type": "bool", "default": True},
          "kernel_regularizer": {"type": "regularizer | None", "default": None},
          "recurrent_regularizer": {"type": "regularizer | None", "default": None},
          "bias_regularizer": {"type": "regularizer | None", "default": None},
          "activity_regularizer": {"type": "regularizer | None", "default": None},
          "kernel_constraint": {"type": "constraint | None", "default": None},
          "recurrent_constraint": {"type": "constraint | None", "default": None},
          "bias_constraint": {"type": "constraint | None", "default": None},
          "dropout": {"type": "0 <= number <= 1", "default": 0.0},
          "recurrent_dropout": {"type": "0 <= number <= 1", "default": 0.0},
          "seed": {"type": "(0 <= int <= 4294967295) | None", "default": None},
          "return_sequences": {"type": "bool", "default": False},
          "return_state": {"type": "bool", "default": False},
          "go_backwards": {"type": "bool", "default": False},
          "stateful": {"type": "bool", "default": False},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True}
        }
      },
      "ConvLSTM2D": {
        "params": {
          "filters": {"type": "int >= 1"},
          "kernel_size": {"type": "spread[2, int >= 1]"},
          "strides": {"type": "spread[2, int >= 1]", "default": 1},
          "padding": {"type": "\"valid\" | \"same\"", "default": "valid"},
          "data_format": {"type": "\"channels_first\" | \"channels_last\" | None", "default": None},
          "dilation_rate": {"type": "spread[2, int >= 1]", "default": 1},
          "activation": {"type": "activation | None", "default": "tanh"},
          "recurrent_activation": {"type": "activation | None", "default": "sigmoid"},
          "use_bias": {"type": "bool", "default": True},
          "kernel_initializer": {"type": "initializer", "default": "glorot_uniform"},
          "recurrent_initializer": {"type": "initializer", "default": "orthogonal"},
          "bias_initializer": {"type": "initializer", "default": "zeros"},
          "unit_forget_bias": {"type": "bool", "default": True},
          "kernel_regularizer": {"type": "regularizer | None", "default": None},
          "recurrent_regularizer": {"type": "regularizer | None", "default": None},
          "bias_regularizer": {"type": "regularizer | None", "default": None},
          "activity_regularizer": {"type": "regularizer | None", "default": None},
          "kernel_constraint": {"type": "constraint | None", "default": None},
          "recurrent_constraint": {"type": "constraint | None", "default": None},
          "bias_constraint": {"type": "constraint | None", "default": None},
          "dropout": {"type": "0 <= number <= 1", "default": 0.0},
          "recurrent_dropout": {"type": "0 <= number <= 1", "default": 0.0},
          "seed": {"type": "(0 <= int <= 4294967295) | None", "default": None},
          "return_sequences": {"type": "bool", "default": False},
          "return_state": {"type": "bool", "default": False},
          "go_backwards": {"type": "bool", "default": False},
          "stateful": {"type": "bool", "default": False},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True}
        }
      },
      "ConvLSTM3D": {
        "params": {
          "filters": {"type": "int >= 1"},
          "kernel_size": {"type": "spread[3, int >= 1]"},
          "strides": {"type": "spread[3, int >= 1]", "default": 1},
          "padding": {"type": "\"valid\" | \"same\"", "default": "valid"},
          "data_format": {"type": "\"channels_first\" | \"channels_last\" | None", "default": None},
          "dilation_rate": {"type": "spread[3, int >= 1]", "default": 1},
          "activation": {"type": "activation | None", "default": "tanh"},
          "recurrent_activation": {"type": "activation | None", "default": "sigmoid"},
          "use_bias": {"type": "bool", "default": True},
          "kernel_initializer": {"type": "initializer", "default": "glorot_uniform"},
          "recurrent_initializer": {"type": "initializer", "default": "orthogonal"},
          "bias_initializer": {"type": "initializer", "default": "zeros"},
          "unit_forget_bias": {"type": "bool", "default": True},
          "kernel_regularizer": {"type": "regularizer | None", "default": None},
          "recurrent_regularizer": {"type": "regularizer | None", "default": None},
          "bias_regularizer": {"type": "regularizer | None", "default": None},
          "activity_regularizer": {"type": "regularizer | None", "default": None},
          "kernel_constraint": {"type": "constraint | None", "default": None},
          "recurrent_constraint": {"type": "constraint | None", "default": None},
          "bias_constraint": {"type": "constraint | None", "default": None},
          "dropout": {"type": "0 <= number <= 1", "default": 0.0},
          "recurrent_dropout": {"type": "0 <= number <= 1", "default": 0.0},
          "seed": {"type": "(0 <= int <= 4294967295) | None", "default": None},
          "return_sequences": {"type": "bool", "default": False},
          "return_state": {"type": "bool", "default": False},
          "go_backwards": {"type": "bool", "default": False},
          "stateful": {"type": "bool", "default": False},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True}
        }
      },
      "Cropping1D": {
        "params": {
          "cropping": {"type": "spread[2, int >= 0]", "default": [1, 1]},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "Cropping2D": {
        "params": {
          "cropping": {"type": "spread[2, spread[2, int >= 0]]", "default": [[0, 0], [0, 0]]},
          "data_format": {"type": "\"channels_first\" | \"channels_last\" | None", "default": None},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "Cropping3D": {
        "params": {
          "cropping": {"type": "spread[3, spread[2, int >= 0]]", "default": [[1, 1], [1, 1], [1, 1]]},
          "data_format": {"type": "\"channels_first\" | \"channels_last\" | None", "default": None},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "CutMix": {
        "since": "3.9",
        "params": {
          "factor": {"type": "(0 <= number <= 1) | times[2, 0 <= number <= 1]", "default": 1.0},
          "seed": {"type": "(0 <= int <= 4294967295) | None", "default": None},
          "data_format": {"type": "\"channels_first\" | \"channels_last\" | None", "default": None},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "Dense": {
        "params": {
          "units": {"type": "int >= 1"},
          "activation": {"type": "activation | None", "default": None},
          "use_bias": {"type": "bool", "default": True},
          "kernel_initializer": {"type": "initializer", "default": "glorot_uniform"},
          "bias_initializer": {"type": "initializer", "default": "zeros"},
          "kernel_regularizer": {"type": "regularizer | None", "default": None},
          "bias_regularizer": {"type": "regularizer | None", "default": None},
          "activity_regularizer": {"type": "regularizer | None", "default": None},
          "kernel_constraint": {"type": "constraint | None", "default": None},
          "bias_constraint": {"type": "constraint | None", "default": None},
          "lora_rank": {"type": "(int >= 1) | None", "default": None},
          "lora_alpha": {"type": "(number > 0) | None", "default": None, "since": "3.10"},
          "quantization_config": {"type": "refused[\"object\"] | None", "default": None, "since": "3.13"},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True}
        }
      },
      "DepthwiseConv1D": {
        "params": {
          "kernel_size": {"type": "spread[1, int >= 1]"},
          "strides": {"type": "spread[1, int >= 1]", "default": 1},
          "padding": {"type": "\"valid\" | \"same\"", "default": "valid"},
          "depth_multiplier": {"type": "int >= 1", "default": 1},
          "data_format": {"type": "\"channels_first\" | \"channels_last\" | None", "default": None},
          "dilation_rate": {"type": "spread[1, int >= 1]", "default": 1},
          "activation": {"type": "activation | None", "default": None},
          "use_bias": {"type": "bool", "default": True},
          "depthwise_initializer": {"type": "initializer", "default": "glorot_uniform"},
          "bias_initializer": {"type": "initializer", "default": "zeros"},
          "depthwise_regularizer": {"type": "regularizer | None", "default": None},
          "bias_regularizer": {"type": "regularizer | None", "default": None},
          "activity_regularizer": {"type": "regularizer | None", "default": None},
          "depthwise_constraint": {"type": "constraint | None", "default": None},
          "bias_constraint": {"type": "constraint | None", "default": None},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True}
        }
      },
      "DepthwiseConv2D": {
        "params": {
          "kernel_size": {"type": "spread[2, int >= 1]"},
          "strides": {"type": "spread[2, int >= 1]", "default": [1, 1]},
          "padding": {"type": "\"valid\" | \"same\"", "default": "valid"},
          "depth_multiplier": {"type": "int >= 1", "default": 1},
          "data_format": {"type": "\"channels_first\" | \"channels_last\" | None", "default": None},
          "dilation_rate": {"type": "spread[2, int >= 1]", "default": [1, 1]},
          "activation": {"type": "activation | None", "default": None},
          "use_bias": {"type": "bool", "default": True},
          "depthwise_initializer": {"type": "initializer", "default": "glorot_uniform"},
          "bias_initializer": {"type": "initializer", "default": "zeros"},
          "depthwise_regularizer": {"type": "regularizer | None", "default": None},
          "bias_regularizer": {"type": "regularizer | None", "default": None},
          "activity_regularizer": {"type": "regularizer | None", "default": None},
          "depthwise_constraint": {"type": "constraint | None", "default": None},
          "bias_constraint": {"type": "constraint | None", "default": None},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True}
        }
      },
      "Discretization": {
        "params": {
          "bin_boundaries": {"type": "many[number, 1] | None", "default": None},
          "num_bins": {"type": "(int >= 1) | None", "default": None},
          "epsilon": {"type": "number > 0", "default": 0.01},
          "output_mode": {"type": "\"int\" | \"one_hot\" | \"multi_hot\" | \"count\"", "default": "int"},
          "sparse": {"type": "bool", "default": False},
          "dtype": {"type": "policy | None", "default": None}
        }
      },
      "Dot": {
        "params": {
          "axes": {"type": "int | times[2, int]"},
          "normalize": {"type": "bool", "default": False},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "Dropout": {
        "params": {
          "rate": {"type": "0 <= number <= 1"},
          "noise_shape": {"type": "many[(int >= 1) | None] | None", "default": None},
          "seed": {"type": "(0 <= int <= 4294967295) | None", "default": None},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "ELU": {
        "params": {
          "alpha": {"type": "number", "default": 1.0},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "EinsumDense": {
        "params": {
          "equation": {"type": "text"},
          "output_shape": {"type": "(int >= 1) | many[(int >= 1) | None, 1]"},
          "activation": {"type": "activation | None", "default": None},
          "bias_axes": {"type": "text | None", "default": None},
          "kernel_initializer": {"type": "initializer", "default": "glorot_uniform"},
          "bias_initializer": {"type": "initializer", "default": "zeros"},
          "kernel_regularizer": {"type": "regularizer | None", "default": None},
          "bias_regularizer": {"type": "regularizer | None", "default": None},
          "kernel_constraint": {"type": "constraint | None", "default": None},
          "bias_constraint": {"type": "constraint | None", "default": None},
          "lora_rank": {"type": "(int >= 1) | None", "default": None},
          "lora_alpha": {"type": "(number > 0) | None", "default": None, "since": "3.10"},
          "gptq_unpacked_column_size": {"type": "(int >= 1) | None", "default": None, "since": "3.12"},
          "quantization_config": {"type": "refused[\"object\"] | None", "default": None, "since": "3.13"},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "Embedding": {
        "params": {
          "input_dim": {"type": "int >= 1"},
          "output_dim": {"type": "int >= 1"},
          "embeddings_initializer": {"type": "initializer", "default": "uniform"},
          "embeddings_regularizer": {"type": "regularizer | None", "default": None},
          "embeddings_constraint": {"type": "constraint | None", "default": None},
          "mask_zero": {"type": "bool", "default": False},
          "weights": {"type": "refused[\"weights\"] | None", "default": None},
          "lora_rank": {"type": "(int >= 1) | None", "default": None},
          "lora_alpha": {"type": "(number > 0) | None", "default": None, "since": "3.10"},
          "quantization_config": {"type": "refused[\"object\"] | None", "default": None, "since": "3.13"},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "Equalization": {
        "params": {
          "value_range": {"type": "times[2, number]", "default": [0, 255]},
          "bins": {"type": "int >= 1", "default": 256},
          "data_format": {"type": "\"channels_first\" | \"channels_last\" | None", "default": None},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "Flatten": {
        "params": {
          "data_format": {"type": "\"channels_first\" | \"channels_last\" | None", "default": None},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "FlaxLayer": {
        "refused": "code",
        "params": {
          "module": {"type": "refused[\"component\"]"},
          "method": {"type": "refused[\"component\"]", "default": None},
          "variables": {"type": "refused[\"component\"]", "default": None},
          "dtype": {"type": "refused[\"component\"]", "default": None},
          "autocast": {"type": "refused[\"component\"]", "default": True},
          "activity_regularizer": {"type": "refused[\"component\"]", "default": None}
        }
      },
      "GRU": {
        "params": {
          "units": {"type": "int >= 1"},
          "activation": {"type": "activation | None", "default": "tanh"},
          "recurrent_activation": {"type": "activation | None", "default": "sigmoid"},
          "use_bias": {"type": "bool", "default": True},
          "kernel_initializer": {"type": "initializer", "default": "glorot_uniform"},
          "recurrent_initializer": {"type": "initializer", "default": "orthogonal"},
          "bias_initializer": {"type": "initializer", "default": "zeros"},
          "kernel_regularizer": {"type": "regularizer | None", "default": None},
          "recurrent_regularizer": {"type": "regularizer | None", "default": None},
          "bias_regularizer": {"type": "regularizer | None", "default": None},
          "activity_regularizer": {"type": "regularizer | None", "default": None},
          "kernel_constraint": {"type": "constraint | None", "default": None},
          "recurrent_constraint": {"type": "constraint | None", "default": None},
          "bias_constraint": {"type": "constraint | None", "default": None},
          "dropout": {"type": "0 <= number <= 1", "default": 0.0},
          "recurrent_dropout": {"type": "0 <= number <= 1", "default": 0.0},
          "seed": {"type": "(0 <= int <= 4294967295) | None", "default": None},
          "return_sequences": {"type": "bool", "default": False},
          "return_state": {"type": "bool", "default": False},
          "go_backwards": {"type": "bool", "default": False},
          "stateful": {"type": "bool", "default": False},
          "unroll": {"type": "bool", "default": False},
          "reset_after": {"type": "bool", "default": True},
          "use_cudnn": {"type": "bool | \"auto\"", "default": "auto"},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True}
        }
      },
      "GRUCell": {
        "params": {
          "units": {"type": "int >= 1"},
          "activation": {"type": "activation | None", "default": "tanh"},
          "recurrent_activation": {"type": "activation | None", "default": "sigmoid"},
          "use_bias": {"type": "bool", "default": True},
          "kernel_initializer": {"type": "initializer", "default": "glorot_uniform"},
          "recurrent_initializer": {"type": "initializer", "default": "orthogonal"},
          "bias_initializer": {"type": "initializer", "default": "zeros"},
          "kernel_regularizer": {"type": "regularizer | None", "default": None},
          "recurrent_regularizer": {"type": "regularizer | None", "default": None},
          "bias_regularizer": {"type": "regularizer | None", "default": None},
          "kernel_constraint": {"type": "constraint | None", "default": None},
          "recurrent_constraint": {"type": "constraint | None", "default": None},
          "bias_constraint": {"type": "constraint | None", "default": None},
          "dropout": {"type": "0 <= number <= 1", "default": 0.0},
          "recurrent_dropout": {"type": "0 <= number <= 1", "default": 0.0},
          "reset_after": {"type": "bool", "default": True},
          "seed": {"type": "(0 <= int <= 4294967295) | None", "default": None},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "GaussianDropout": {
        "params": {
          "rate": {"type": "0 <= number <= 1"},
          "seed": {"type": "(0 <= int <= 4294967295) | None", "default": None},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "GaussianNoise": {
        "params": {
          "stddev": {"type": "0 <= number <= 1"},
          "seed": {"type": "(0 <= int <= 4294967295) | None", "default": None},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "GlobalAveragePooling1D": {
        "params": {
          "data_format": {"type": "\"channels_first\" | \"channels_last\" | None", "default": None},
          "keepdims": {"type": "bool", "default": False},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "GlobalAveragePooling2D": {
        "params": {
          "data_format": {"type": "\"channels_first\" | \"channels_last\" | None", "default": None},
          "keepdims": {"type": "bool", "default": False},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "GlobalAveragePooling3D": {
        "params": {
          "data_format": {"type": "\"channels_first\" | \"channels_last\" | None", "default": None},
          "keepdims": {"type": "bool", "default": False},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "GlobalMaxPooling1D": {
        "params": {
          "data_format": {"type": "\"channels_first\" | \"channels_last\" | None", "default": None},
          "keepdims": {"type": "bool", "default": False},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "GlobalMaxPooling2D": {
        "params": {
          "data_format": {"type": "\"channels_first\" | \"channels_last\" | None", "default": None},
          "keepdims": {"type": "bool", "default": False},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "GlobalMaxPooling3D": {
        "params": {
          "data_format": {"type": "\"channels_first\" | \"channels_last\" | None", "default": None},
          "keepdims": {"type": "bool", "default": False},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "GroupNormalization": {
        "params": {
          "groups": {"type": "(int >= 1) | (-1 <= int <= -1)", "default": 32},
          "axis": {"type": "int", "default": -1},
          "epsilon": {"type": "number > 0", "default": 0.001},
          "center": {"type": "bool", "default": True},
          "scale": {"type": "bool", "default": True},
          "beta_initializer": {"type": "initializer", "default": "zeros"},
          "gamma_initializer": {"type": "initializer", "default": "ones"},
          "beta_regularizer": {"type": "regularizer | None", "default": None},
          "gamma_regularizer": {"type": "regularizer | None", "default": None},
          "beta_constraint": {"type": "constraint | None", "default": None},
          "gamma_constraint": {"type": "constraint | None", "default": None},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "GroupQueryAttention": {
        "params": {
          "head_dim": {"type": "int >= 1"},
          "num_query_heads": {"type": "int >= 1"},
          "num_key_value_heads": {"type": "int >= 1"},
          "dropout": {"type": "0 <= number <= 1", "default": 0.0},
          "use_bias": {"type": "bool", "default": True},
          "sliding_window": {"type": "(int >= 1) | None", "default": None, "since": "3.15"},
          "flash_attention": {"type": "bool | None", "default": None},
          "kernel_initializer": {"type": "initializer", "default": "glorot_uniform"},
          "bias_initializer": {"type": "initializer", "default": "zeros"},
          "kernel_regularizer": {"type": "regularizer | None", "default": None},
          "bias_regularizer": {"type": "regularizer | None", "default": None},
          "activity_regularizer": {"type": "regularizer | None", "default": None},
          "kernel_constraint": {"type": "constraint | None", "default": None},
          "bias_constraint": {"type": "constraint | None", "default": None},
          "use_gate": {"type": "bool", "default": False, "since": "3.14"},
          "seed": {"type": "(0 <= int <= 4294967295) | None", "default": None},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True}
        }
      },
      "HashedCrossing": {
        "params": {
          "num_bins": {"type": "int >= 1"},
          "output_mode": {"type": "\"int\" | \"one_hot\"", "default": "int"},
          "sparse": {"type": "bool", "default": False},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "Hashing": {
        "params": {
          "num_bins": {"type": "int >= 1"},
          "mask_value": {"type": "int | text | None", "default": None},
          "salt": {"type": "(int >= 0) | times[2, int >= 0] | None", "default": None},
          "output_mode": {"type": "\"int\" | \"one_hot\" | \"multi_hot\" | \"count\"", "default": "int"},
          "sparse": {"type": "bool", "default": False},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "Identity": {
        "params": {
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "InputLayer": {
        "refused": "input",
        "params": {
          "shape": {"type": "refused[\"component\"]", "default": None},
          "batch_size": {"type": "refused[\"component\"]", "default": None},
          "dtype": {"type": "refused[\"component\"]", "default": None},
          "sparse": {"type": "refused[\"component\"]", "default": None},
          "ragged": {"type": "refused[\"component\"]", "default": None, "since": "3.9"},
          "batch_shape": {"type": "refused[\"component\"]", "default": None},
          "input_tensor": {"type": "refused[\"component\"]", "default": None},
          "optional": {"type": "refused[\"component\"]", "default": False},
          "autocast": {"type": "refused[\"component\"]", "default": True},
          "activity_regularizer": {"type": "refused[\"component\"]", "default": None}
        }
      },
      "IntegerLookup": {
        "params": {
          "max_tokens": {"type": "(int >= 2) | None", "default": None},
          "num_oov_indices": {"type": "int >= 0", "default": 1},
          "mask_token": {"type": "int | None", "default": None},
          "oov_token": {"type": "int", "default": -1},
          "vocabulary": {"type": "many[int, 1] | refused[\"vocabulary\"] | None", "default": None},
          "vocabulary_dtype": {"type": "\"int64\"", "default": "int64"},
          "idf_weights": {"type": "many[number, 1] | None", "default": None},
          "invert": {"type": "bool", "default": False},
          "output_mode": {"type": "\"int\" | \"one_hot\" | \"multi_hot\" | \"count\" | \"tf_idf\"", "default": "int"},
          "sparse": {"type": "bool", "default": False},
          "pad_to_max_tokens": {"type": "bool", "default": False},
          "oov_method": {"type": "\"floormod\" | \"farmhash\"", "default": "floormod", "since": "3.14"},
          "salt": {"type": "(int >= 0) | times[2, int >= 0] | None", "default": None, "since": "3.14"},
          "dtype": {"type": "policy | None", "default": None}
        }
      },
      "JaxLayer": {
        "refused": "code",
        "params": {
          "call_fn": {"type": "refused[\"component\"]"},
          "init_fn": {"type": "refused[\"component\"]", "default": None},
          "params": {"type": "refused[\"component\"]", "default": None},
          "state": {"type": "refused[\"component\"]", "default": None},
          "seed": {"type": "refused[\"component\"]", "default": None},
          "native_serialization_platforms": {"type": "refused[\"component\"]", "default": None, "since": "3.14"},
          "dtype": {"type": "refused[\"component\"]", "default": None},
          "autocast": {"type": "refused[\"component\"]", "default": True},
          "activity_regularizer": {"type": "refused[\"component\"]", "default": None}
        }
      },
      "LSTM": {
        "params": {
          "units": {"type": "int >= 1"},
          "activation": {"type": "activation | None", "default": "tanh"},
          "recurrent_activation": {"type": "activation | None", "default": "sigmoid"},
          "use_bias": {"type": "bool", "default": True},
          "kernel_initializer": {"type": "initializer", "default": "glorot_uniform"},
          "recurrent_initializer": {"type": "initializer", "default": "orthogonal"},
          "bias_initializer": {"type": "initializer", "default": "zeros"},
          "unit_forget_bias": {"type": "bool", "default": True},
          "kernel_regularizer": {"type": "regularizer | None", "default": None},
          "recurrent_regularizer": {"type": "regularizer | None", "default": None},
          "bias_regularizer": {"type": "regularizer | None", "default": None},
          "activity_regularizer": {"type": "regularizer | None", "default": None},
          "kernel_constraint": {"type": "constraint | None", "default": None},
          "recurrent_constraint": {"type": "constraint | None", "default": None},
          "bias_constraint": {"type": "constraint | None", "default": None},
          "dropout": {"type": "0 <= number <= 1", "default": 0.0},
          "recurrent_dropout": {"type": "0 <= number <= 1", "default": 0.0},
          "seed": {"type": "(0 <= int <= 4294967295) | None", "default": None},
          "return_sequences": {"type": "bool", "default": False},
          "return_state": {"type": "bool", "default": False},
          "go_backwards": {"type": "bool", "default": False},
          "stateful": {"type": "bool", "default": False},
          "unroll": {"type": "bool", "default": False},
          "use_cudnn": {"type": "bool | \"auto\"", "default": "auto"},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True}
        }
      },
      "LSTMCell": {
        "params": {
          "units": {"type": "int >= 1"},
          "activation": {"type": "activation | None", "default": "tanh"},
          "recurrent_activation": {"type": "activation | None", "default": "sigmoid"},
          "use_bias": {"type": "bool", "default": True},
          "kernel_initializer": {"type": "initializer", "default": "glorot_uniform"},
          "recurrent_initializer": {"type": "initializer", "default": "orthogonal"},
          "bias_initializer": {"type": "initializer", "default": "zeros"},
          "unit_forget_bias": {"type": "bool", "default": True},
          "kernel_regularizer": {"type": "regularizer | None", "default": None},
          "recurrent_regularizer": {"type": "regularizer | None", "default": None},
          "bias_regularizer": {"type": "regularizer | None", "default": None},
          "kernel_constraint": {"type": "constraint | None", "default": None},
          "recurrent_constraint": {"type": "constraint | None", "default": None},
          "bias_constraint": {"type": "constraint | None", "default": None},
          "dropout": {"type": "0 <= number <= 1", "default": 0.0},
          "recurrent_dropout": {"type": "0 <= number <= 1", "default": 0.0},
          "seed": {"type": "(0 <= int <= 4294967295) | None", "default": None},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "Lambda": {
        "refused": "code",
        "params": {
          "function": {"type": "refused[\"component\"]"},
          "output_shape": {"type": "refused[\"component\"]", "default": None},
          "mask": {"type": "refused[\"component\"]", "default": None},
          "arguments": {"type": "refused[\"component\"]", "default": None},
          "dtype": {"type": "refused[\"component\"]", "default": None},
          "autocast": {"type": "refused[\"component\"]", "default": True},
          "activity_regularizer": {"type": "refused[\"component\"]", "default": None}
        }
      },
      "LayerNormalization": {
        "params": {
          "axis": {"type": "int | many[int, 1]", "default": -1},
          "epsilon": {"type": "number > 0", "default": 0.001},
          "center": {"type": "bool", "default": True},
          "scale": {"type": "bool", "default": True},
          "beta_initializer": {"type": "initializer", "default": "zeros"},
          "gamma_initializer": {"type": "initializer", "default": "ones"},
          "beta_regularizer": {"type": "regularizer | None", "default": None},
          "gamma_regularizer": {"type": "regularizer | None", "default": None},
          "beta_constraint": {"type": "constraint | None", "default": None},
          "gamma_constraint": {"type": "constraint | None", "default": None},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "LeakyReLU": {
        "params": {
          "negative_slope": {"type": "number >= 0", "default": 0.3},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "Masking": {
        "params": {
          "mask_value": {"type": "number", "default": 0.0},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "MaxNumBoundingBoxes": {
        "params": {
          "max_number": {"type": "int >= 1"},
          "fill_value": {"type": "int", "default": -1},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "MaxPooling1D": {
        "params": {
          "pool_size": {"type": "spread[1, int >= 1]", "default": 2},
          "strides": {"type": "spread[1, int >= 1] | None", "default": None},
          "padding": {"type": "\"valid\" | \"same\"", "default": "valid"},
          "data_format": {"type": "\"channels_first\" | \"channels_last\" | None", "default": None},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "MaxPooling2D": {
        "params": {
          "pool_size": {"type": "spread[2, int >= 1]", "default": [2, 2]},
          "strides": {"type": "spread[2, int >= 1] | None", "default": None},
          "padding": {"type": "\"valid\" | \"same\"", "default": "valid"},
          "data_format": {"type": "\"channels_first\" | \"channels_last\" | None", "default": None},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "MaxPooling3D": {
        "params": {
          "pool_size": {"type": "spread[3, int >= 1]", "default": [2, 2, 2]},
          "strides": {"type": "spread[3, int >= 1] | None", "default": None},
          "padding": {"type": "\"valid\" | \"same\"", "default": "valid"},
          "data_format": {"type": "\"channels_first\" | \"channels_last\" | None", "default": None},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "Maximum": {
        "params": {
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "MelSpectrogram": {
        "params": {
          "fft_length": {"type": "int >= 1", "default": 2048},
          "sequence_stride": {"type": "int >= 1", "default": 512},
          "sequence_length": {"type": "(int >= 1) | None", "default": None},
          "window": {"type": "\"hann\" | \"hamming\" | None", "default": "hann"},
          "sampling_rate": {"type": "int >= 1", "default": 16000},
          "num_mel_bins": {"type": "int >= 1", "default": 128},
          "min_freq": {"type": "number >= 0", "default": 20.0},
          "max_freq": {"type": "(number > 0) | None", "default": None},
          "power_to_db": {"type": "bool", "default": True},
          "top_db": {"type": "number > 0", "default": 80.0},
          "mag_exp": {"type": "number > 0", "default": 2.0},
          "min_power": {"type": "number > 0", "default": 1e-10},
          "ref_power": {"type": "number > 0", "default": 1.0},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "Minimum": {
        "params": {
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "MixUp": {
        "params": {
          "alpha": {"type": "number > 0", "default": 0.2},
          "data_format": {"type": "\"channels_first\" | \"channels_last\" | None", "default": None},
          "seed": {"type": "(0 <= int <= 4294967295) | None", "default": None},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "MultiHeadAttention": {
        "params": {
          "num_heads": {"type": "int >= 1"},
          "key_dim": {"type": "int >= 1"},
          "value_dim": {"type": "(int >= 1) | None", "default": None},
          "dropout": {"type": "0 <= number <= 1", "default": 0.0},
          "use_bias": {"type": "bool", "default": True},
          "output_shape": {"type": "(int >= 1) | many[int >= 1, 1] | None", "default": None},
          "attention_axes": {"type": "int | many[int, 1] | None", "default": None},
          "sliding_window": {"type": "(int >= 1) | None", "default": None, "since": "3.15"},
          "flash_attention": {"type": "bool | None", "default": None},
          "kernel_initializer": {"type": "initializer", "default": "glorot_uniform"},
          "bias_initializer": {"type": "initializer", "default": "zeros"},
          "kernel_regularizer": {"type": "regularizer | None", "default": None},
          "bias_regularizer": {"type": "regularizer | None", "default": None},
          "activity_regularizer": {"type": "regularizer | None", "default": None},
          "kernel_constraint": {"type": "constraint | None", "default": None},
          "bias_constraint": {"type": "constraint | None", "default": None},
          "use_gate": {"type": "bool", "default": False, "since": "3.14"},
          "seed": {"type": "(0 <= int <= 4294967295) | None", "default": None},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True}
        }
      },
      "Multiply": {
        "params": {
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "Normalization": {
        "params": {
          "axis": {"type": "int | many[int] | None", "default": -1},
          "mean": {"type": "number | many[number, 1] | None", "default": None},
          "variance": {"type": "(number >= 0) | many[number >= 0, 1] | None", "default": None},
          "invert": {"type": "bool", "default": False},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "PReLU": {
        "params": {
          "alpha_initializer": {"type": "initializer", "default": "Zeros"},
          "alpha_regularizer": {"type": "regularizer | None", "default": None},
          "alpha_constraint": {"type": "constraint | None", "default": None},
          "shared_axes": {"type": "(int >= 1) | many[int >= 1] | None", "default": None},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "Permute": {
        "params": {
          "dims": {"type": "many[int >= 1, 1]"},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "Pipeline": {
        "params": {
          "layers": {"type": "many[layer, 1]"}
        }
      },
      "RMSNormalization": {
        "since": "3.9",
        "params": {
          "axis": {"type": "int", "default": -1},
          "epsilon": {"type": "number > 0", "default": 1e-06},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "RNN": {
        "params": {
          "cell": {"type": "layer[\"LSTMCell\", \"GRUCell\", \"SimpleRNNCell\", \"StackedRNNCells\"] | many[layer[\"LSTMCell\", \"GRUCell\", \"SimpleRNNCell\", \"StackedRNNCells\"], 1]"},
          "return_sequences": {"type": "bool", "default": False},
          "return_state": {"type": "bool", "default": False},
          "go_backwards": {"type": "bool", "default": False},
          "stateful": {"type": "bool", "default": False},
          "unroll": {"type": "bool", "default": False},
          "zero_output_for_mask": {"type": "bool", "default": False},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "RandAugment": {
        "params": {
          "value_range": {"type": "times[2, number]", "default": [0, 255]},
          "num_ops": {"type": "int >= 1", "default": 2},
          "factor": {"type": "(0 <= number <= 1) | times[2, 0 <= number <= 1]", "default": 0.5},
          "interpolation": {"type": "\"bilinear\" | \"nearest\"", "default": "bilinear"},
          "seed": {"type": "(0 <= int <= 4294967295) | None", "default": None},
          "data_format": {"type": "\"channels_first\" | \"channels_last\" | None", "default": None},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "RandomBrightness": {
        "params": {
          "factor": {"type": "(-1 <= number <= 1) | times[2, -1 <= number <= 1]"},
          "value_range": {"type": "times[2, number]", "default": [0, 255]},
          "seed": {"type": "(0 <= int <= 4294967295) | None", "default": None},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "RandomColorDegeneration": {
        "params": {
          "factor": {"type": "(0 <= number <= 1) | times[2, 0 <= number <= 1]"},
          "value_range": {"type": "times[2, number]", "default": [0, 255]},
          "data_format": {"type": "\"channels_first\" | \"channels_last\" | None", "default": None},
          "seed": {"type": "(0 <= int <= 4294967295) | None", "default": None},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "RandomColorJitter": {
        "params": {
          "value_range": {"type": "times[2, number]", "default": [0, 255]},
          "brightness_factor": {"type": "(-1 <= number <= 1) | times[2, -1 <= number <= 1] | None", "default": None},
          "contrast_factor": {"type": "(0 <= number <= 1) | times[2, 0 <= number <= 1] | None", "default": None},
          "saturation_factor": {"type": "(0 <= number <= 1) | times[2, 0 <= number <= 1] | None", "default": None},
          "hue_factor": {"type": "(0 <= number <= 1) | times[2, 0 <= number <= 1] | None", "default": None},
          "seed": {"type": "(0 <= int <= 4294967295) | None", "default": None},
          "data_format": {"type": "\"channels_first\" | \"channels_last\" | None", "default": None},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "RandomContrast": {
        "params": {
          "factor": {"type": "(0 <= number <= 1) | times[2, 0 <= number <= 1]"},
          "value_range": {"type": "times[2, number]", "default": [0, 255]},
          "seed": {"type": "(0 <= int <= 4294967295) | None", "default": None},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "RandomCrop": {
        "params": {
          "height": {"type": "int >= 1"},
          "width": {"type": "int >= 1"},
          "seed": {"type": "(0 <= int <= 4294967295) | None", "default": None},
          "data_format": {"type": "\"channels_first\" | \"channels_last\" | None", "default": None},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "RandomElasticTransform": {
        "since": "3.10",
        "params": {
          "factor": {"type": "(0 <= number <= 1) | times[2, 0 <= number <= 1]", "default": 1.0},
          "scale": {"type": "(0 <= number <= 1) | times[2, 0 <= number <= 1]", "default": 1.0},
          "interpolation": {"type": "\"bilinear\" | \"nearest\"", "default": "bilinear"},
          "fill_mode": {"type": "\"reflect\" | \"wrap\" | \"constant\" | \"nearest\"", "default": "reflect"},
          "fill_value": {"type": "number", "default": 0.0},
          "value_range": {"type": "times[2, number]", "default": [0, 255]},
          "seed": {"type": "(0 <= int <= 4294967295) | None", "default": None},
          "data_format": {"type": "\"channels_first\" | \"channels_last\" | None", "default": None},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "RandomErasing": {
        "since": "3.9",
        "params": {
          "factor": {"type": "(0 <= number <= 1) | times[2, 0 <= number <= 1]", "default": 1.0},
          "scale": {"type": "(0 <= number <= 1) | times[2, 0 <= number <= 1]", "default": [0.02, 0.33]},
          "fill_value": {"type": "number | None", "default": None},
          "value_range": {"type": "times[2, number]", "default": [0, 255]},
          "seed": {"type": "(0 <= int <= 4294967295) | None", "default": None},
          "data_format": {"type": "\"channels_first\" | \"channels_last\" | None", "default": None},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "RandomFlip": {
        "params": {
          "mode": {"type": "\"horizontal\" | \"vertical\" | \"horizontal_and_vertical\"", "default": "horizontal_and_vertical"},
          "seed": {"type": "(0 <= int <= 4294967295) | None", "default": None},
          "data_format": {"type": "\"channels_first\" | \"channels_last\" | None", "default": None},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "RandomGaussianBlur": {
        "since": "3.9",
        "params": {
          "factor": {"type": "(0 <= number <= 1) | times[2, 0 <= number <= 1]", "default": 1.0},
          "kernel_size": {"type": "spread[2, int >= 1]", "default": 3},
          "sigma": {"type": "(0 <= number <= 1) | times[2, 0 <= number <= 1]", "default": 1.0},
          "value_range": {"type": "times[2, number]", "default": [0, 255]},
          "data_format": {"type": "\"channels_first\" | \"channels_last\" | None", "default": None},
          "seed": {"type": "(0 <= int <= 4294967295) | None", "default": None},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "RandomGrayscale": {
        "params": {
          "factor": {"type": "0 <= number <= 1", "default": 0.5},
          "data_format": {"type": "\"channels_first\" | \"channels_last\" | None", "default": None},
          "seed": {"type": "(0 <= int <= 4294967295) | None", "default": None},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "RandomHue": {
        "params": {
          "factor": {"type": "(0 <= number <= 1) | times[2, 0 <= number <= 1]"},
          "value_range": {"type": "times[2, number]", "default": [0, 255]},
          "data_format": {"type": "\"channels_first\" | \"channels_last\" | None", "default": None},
          "seed": {"type": "(0 <= int <= 4294967295) | None", "default": None},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "RandomInvert": {
        "since": "3.9",
        "params": {
          "factor": {"type": "(0 <= number <= 1) | times[2, 0 <= number <= 1]", "default": 1.0},
          "value_range": {"type": "times[2, number]", "default": [0, 255]},
          "seed": {"type": "(0 <= int <= 4294967295) | None", "default": None},
          "data_format": {"type": "\"channels_first\" | \"channels_last\" | None", "default": None},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "RandomPerspective": {
        "since": "3.9",
        "params": {
          "factor": {"type": "(0 <= number <= 1) | times[2, 0 <= number <= 1]", "default": 1.0},
          "scale": {"type": "0 <= number <= 1", "default": 1.0},
          "interpolation": {"type": "\"bilinear\" | \"nearest\"", "default": "bilinear"},
          "fill_value": {"type": "number", "default": 0.0},
          "seed": {"type": "(0 <= int <= 4294967295) | None", "default": None},
          "data_format": {"type": "\"channels_first\" | \"channels_last\" | None", "default": None},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "RandomPosterization": {
        "params": {
          "factor": {"type": "(1 <= int <= 8) | times[2, 1 <= int <= 8]"},
          "value_range": {"type": "times[2, number]", "default": [0, 255]},
          "data_format": {"type": "\"channels_first\" | \"channels_last\" | None", "default": None},
          "seed": {"type": "(0 <= int <= 4294967295) | None", "default": None},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "RandomRotation": {
        "params": {
          "factor": {"type": "(-1 <= number <= 1) | times[2, -1 <= number <= 1]"},
          "fill_mode": {"type": "\"reflect\" | \"wrap\" | \"constant\" | \"nearest\"", "default": "reflect"},
          "interpolation": {"type": "\"bilinear\" | \"nearest\"", "default": "bilinear"},
          "seed": {"type": "(0 <= int <= 4294967295) | None", "default": None},
          "fill_value": {"type": "number", "default": 0.0},
          "data_format": {"type": "\"channels_first\" | \"channels_last\" | None", "default": None},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "RandomSaturation": {
        "params": {
          "factor": {"type": "(0 <= number <= 1) | times[2, 0 <= number <= 1]"},
          "value_range": {"type": "times[2, number]", "default": [0, 255]},
          "data_format": {"type": "\"channels_first\" | \"channels_last\" | None", "default": None},
          "seed": {"type": "(0 <= int <= 4294967295) | None", "default": None},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "RandomSharpness": {
        "params": {
          "factor": {"type": "(0 <= number <= 1) | times[2, 0 <= number <= 1]"},
          "value_range": {"type": "times[2, number]", "default": [0, 255]},
          "data_format": {"type": "\"channels_first\" | \"channels_last\" | None", "default": None},
          "seed": {"type": "(0 <= int <= 4294967295) | None", "default": None},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "RandomShear": {
        "params": {
          "x_factor": {"type": "(0 <= number <= 1) | times[2, 0 <= number <= 1]", "default": 0.0},
          "y_factor": {"type": "(0 <= number <= 1) | times[2, 0 <= number <= 1]", "default": 0.0},
          "interpolation": {"type": "\"bilinear\" | \"nearest\"", "default": "bilinear"},
          "fill_mode": {"type": "\"reflect\" | \"wrap\" | \"constant\" | \"nearest\"", "default": "reflect"},
          "fill_value": {"type": "number", "default": 0.0},
          "data_format": {"type": "\"channels_first\" | \"channels_last\" | None", "default": None},
          "seed": {"type": "(0 <= int <= 4294967295) | None", "default": None},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "RandomTranslation": {
        "params": {
          "height_factor": {"type": "(-1 <= number <= 1) | times[2, -1 <= number <= 1]"},
          "width_factor": {"type": "(-1 <= number <= 1) | times[2, -1 <= number <= 1]"},
          "fill_mode": {"type": "\"reflect\" | \"wrap\" | \"constant\" | \"nearest\"", "default": "reflect"},
          "interpolation": {"type": "\"bilinear\" | \"nearest\"", "default": "bilinear"},
          "seed": {"type": "(0 <= int <= 4294967295) | None", "default": None},
          "fill_value": {"type": "number", "default": 0.0},
          "data_format": {"type": "\"channels_first\" | \"channels_last\" | None", "default": None},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "RandomZoom": {
        "params": {
          "height_factor": {"type": "(-1 < number <= 1) | times[2, -1 < number <= 1]"},
          "width_factor": {"type": "(-1 < number <= 1) | times[2, -1 < number <= 1] | None", "default": None},
          "fill_mode": {"type": "\"reflect\" | \"wrap\" | \"constant\" | \"nearest\"", "default": "reflect"},
          "interpolation": {"type": "\"bilinear\" | \"nearest\"", "default": "bilinear"},
          "seed": {"type": "(0 <= int <= 4294967295) | None", "default": None},
          "fill_value": {"type": "number", "default": 0.0},
          "data_format": {"type": "\"channels_first\" | \"channels_last\" | None", "default": None},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "ReLU": {
        "params": {
          "max_value": {"type": "(number >= 0) | None", "default": None},
          "negative_slope": {"type": "number >= 0", "default": 0.0},
          "threshold": {"type": "number >= 0", "default": 0.0},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "RepeatVector": {
        "params": {
          "n": {"type": "int >= 1"},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "Rescaling": {
        "params": {
          "scale": {"type": "number | many[number, 1]"},
          "offset": {"type": "number | many[number, 1]", "default": 0.0},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "Reshape": {
        "params": {
          "target_shape": {"type": "many[int >= -1]"},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "Resizing": {
        "params": {
          "height": {"type": "int >= 1"},
          "width": {"type": "int >= 1"},
          "interpolation": {"type": "\"bilinear\" | \"nearest\" | \"bicubic\" | \"lanczos3\" | \"lanczos5\"", "default": "bilinear"},
          "crop_to_aspect_ratio": {"type": "bool", "default": False},
          "pad_to_aspect_ratio": {"type": "bool", "default": False},
          "fill_mode": {"type": "\"constant\"", "default": "constant"},
          "fill_value": {"type": "number", "default": 0.0},
          "antialias": {"type": "bool", "default": False, "since": "3.9"},
          "data_format": {"type": "\"channels_first\" | \"channels_last\" | None", "default": None},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "ReversibleEmbedding": {
        "since": "3.12",
        "params": {
          "input_dim": {"type": "int >= 1"},
          "output_dim": {"type": "int >= 1"},
          "tie_weights": {"type": "bool", "default": True},
          "embeddings_initializer": {"type": "initializer", "default": "uniform"},
          "embeddings_regularizer": {"type": "regularizer | None", "default": None},
          "embeddings_constraint": {"type": "constraint | None", "default": None},
          "mask_zero": {"type": "bool", "default": False},
          "reverse_dtype": {"type": "\"bfloat16\" | \"float16\" | \"float32\" | \"float64\" | None", "default": None},
          "logit_soft_cap": {"type": "(number > 0) | None", "default": None},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "STFTSpectrogram": {
        "params": {
          "mode": {"type": "\"log\" | \"magnitude\" | \"psd\" | \"real\" | \"imag\" | \"angle\" | \"stft\"", "default": "log"},
          "frame_length": {"type": "int >= 1", "default": 256},
          "frame_step": {"type": "(int >= 1) | None", "default": None},
          "fft_length": {"type": "(int >= 1) | None", "default": None},
          "window": {"type": "\"bartlett\" | \"blackman\" | \"blackmanharris\" | \"bohman\" | \"boxcar\" | \"cosine\" | \"exponential\" | \"flattop\" | \"hamming\" | \"hann\" | \"lanczos\" | \"nuttall\" | \"parzen\" | \"taylor\" | \"triang\" | \"tukey\" | None", "default": "hann"},
          "periodic": {"type": "bool", "default": False},
          "scaling": {"type": "\"density\" | \"spectrum\" | None", "default": "density"},
          "padding": {"type": "\"valid\" | \"same\"", "default": "valid"},
          "expand_dims": {"type": "bool", "default": False},
          "data_format": {"type": "\"channels_first\" | \"channels_last\" | None", "default": None},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "SeparableConv1D": {
        "params": {
          "filters": {"type": "int >= 1"},
          "kernel_size": {"type": "spread[1, int >= 1]"},
          "strides": {"type": "spread[1, int >= 1]", "default": 1},
          "padding": {"type": "\"valid\" | \"same\"", "default": "valid"},
          "data_format": {"type": "\"channels_first\" | \"channels_last\" | None", "default": None},
          "dilation_rate": {"type": "spread[1, int >= 1]", "default": 1},
          "depth_multiplier": {"type": "int >= 1", "default": 1},
          "activation": {"type": "activation | None", "default": None},
          "use_bias": {"type": "bool", "default": True},
          "depthwise_initializer": {"type": "initializer", "default": "glorot_uniform"},
          "pointwise_initializer": {"type": "initializer", "default": "glorot_uniform"},
          "bias_initializer": {"type": "initializer", "default": "zeros"},
          "depthwise_regularizer": {"type": "regularizer | None", "default": None},
          "pointwise_regularizer": {"type": "regularizer | None", "default": None},
          "bias_regularizer": {"type": "regularizer | None", "default": None},
          "activity_regularizer": {"type": "regularizer | None", "default": None},
          "depthwise_constraint": {"type": "constraint | None", "default": None},
          "pointwise_constraint": {"type": "constraint | None", "default": None},
          "bias_constraint": {"type": "constraint | None", "default": None},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True}
        }
      },
      "SeparableConv2D": {
        "params": {
          "filters": {"type": "int >= 1"},
          "kernel_size": {"type": "spread[2, int >= 1]"},
          "strides": {"type": "spread[2, int >= 1]", "default": [1, 1]},
          "padding": {"type": "\"valid\" | \"same\"", "default": "valid"},
          "data_format": {"type": "\"channels_first\" | \"channels_last\" | None", "default": None},
          "dilation_rate": {"type": "spread[2, int >= 1]", "default": [1, 1]},
          "depth_multiplier": {"type": "int >= 1", "default": 1},
          "activation": {"type": "activation | None", "default": None},
          "use_bias": {"type": "bool", "default": True},
          "depthwise_initializer": {"type": "initializer", "default": "glorot_uniform"},
          "pointwise_initializer": {"type": "initializer", "default": "glorot_uniform"},
          "bias_initializer": {"type": "initializer", "default": "zeros"},
          "depthwise_regularizer": {"type": "regularizer | None", "default": None},
          "pointwise_regularizer": {"type": "regularizer | None", "default": None},
          "bias_regularizer": {"type": "regularizer | None", "default": None},
          "activity_regularizer": {"type": "regularizer | None", "default": None},
          "depthwise_constraint": {"type": "constraint | None", "default": None},
          "pointwise_constraint": {"type": "constraint | None", "default": None},
          "bias_constraint": {"type": "constraint | None", "default": None},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True}
        }
      },
      "SimpleRNN": {
        "params": {
          "units": {"type": "int >= 1"},
          "activation": {"type": "activation | None", "default": "tanh"},
          "use_bias": {"type": "bool", "default": True},
          "kernel_initializer": {"type": "initializer", "default": "glorot_uniform"},
          "recurrent_initializer": {"type": "initializer", "default": "orthogonal"},
          "bias_initializer": {"type": "initializer", "default": "zeros"},
          "kernel_regularizer": {"type": "regularizer | None", "default": None},
          "recurrent_regularizer": {"type": "regularizer | None", "default": None},
          "bias_regularizer": {"type": "regularizer | None", "default": None},
          "activity_regularizer": {"type": "regularizer | None", "default": None},
          "kernel_constraint": {"type": "constraint | None", "default": None},
          "recurrent_constraint": {"type": "constraint | None", "default": None},
          "bias_constraint": {"type": "constraint | None", "default": None},
          "dropout": {"type": "0 <= number <= 1", "default": 0.0},
          "recurrent_dropout": {"type": "0 <= number <= 1", "default": 0.0},
          "return_sequences": {"type": "bool", "default": False},
          "return_state": {"type": "bool", "default": False},
          "go_backwards": {"type": "bool", "default": False},
          "stateful": {"type": "bool", "default": False},
          "unroll": {"type": "bool", "default": False},
          "seed": {"type": "(0 <= int <= 4294967295) | None", "default": None},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True}
        }
      },
      "SimpleRNNCell": {
        "params": {
          "units": {"type": "int >= 1"},
          "activation": {"type": "activation | None", "default": "tanh"},
          "use_bias": {"type": "bool", "default": True},
          "kernel_initializer": {"type": "initializer", "default": "glorot_uniform"},
          "recurrent_initializer": {"type": "initializer", "default": "orthogonal"},
          "bias_initializer": {"type": "initializer", "default": "zeros"},
          "kernel_regularizer": {"type": "regularizer | None", "default": None},
          "recurrent_regularizer": {"type": "regularizer | None", "default": None},
          "bias_regularizer": {"type": "regularizer | None", "default": None},
          "kernel_constraint": {"type": "constraint | None", "default": None},
          "recurrent_constraint": {"type": "constraint | None", "default": None},
          "bias_constraint": {"type": "constraint | None", "default": None},
          "dropout": {"type": "0 <= number <= 1", "default": 0.0},
          "recurrent_dropout": {"type": "0 <= number <= 1", "default": 0.0},
          "seed": {"type": "(0 <= int <= 4294967295) | None", "default": None},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "Softmax": {
        "params": {
          "axis": {"type": "int | many[int, 1]", "default": -1},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "Solarization": {
        "params": {
          "addition_factor": {"type": "(0 <= number <= 1) | times[2, 0 <= number <= 1]", "default": 0.0},
          "threshold_factor": {"type": "(0 <= number <= 1) | times[2, 0 <= number <= 1]", "default": 0.0},
          "value_range": {"type": "times[2, number]", "default": [0, 255]},
          "seed": {"type": "(0 <= int <= 4294967295) | None", "default": None},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "SpatialDropout1D": {
        "params": {
          "rate": {"type": "0 <= number <= 1"},
          "seed": {"type": "(0 <= int <= 4294967295) | None", "default": None},
          "dtype": {"type": "policy | None", "default": None}
        }
      },
      "SpatialDropout2D": {
        "params": {
          "rate": {"type": "0 <= number <= 1"},
          "data_format": {"type": "\"channels_first\" | \"channels_last\" | None", "default": None},
          "seed": {"type": "(0 <= int <= 4294967295) | None", "default": None},
          "dtype": {"type": "policy | None", "default": None}
        }
      },
      "SpatialDropout3D": {
        "params": {
          "rate": {"type": "0 <= number <= 1"},
          "data_format": {"type": "\"channels_first\" | \"channels_last\" | None", "default": None},
          "seed": {"type": "(0 <= int <= 4294967295) | None", "default": None},
          "dtype": {"type": "policy | None", "default": None}
        }
      },
      "SpectralNormalization": {
        "params": {
          "layer": {"type": "layer"},
          "power_iterations": {"type": "int >= 1", "default": 1},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "StackedRNNCells": {
        "params": {
          "cells": {"type": "many[layer[\"LSTMCell\", \"GRUCell\", \"SimpleRNNCell\", \"StackedRNNCells\"], 1]"},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "StringLookup": {
        "params": {
          "max_tokens": {"type": "(int >= 2) | None", "default": None},
          "num_oov_indices": {"type": "int >= 0", "default": 1},
          "mask_token": {"type": "text | None", "default": None},
          "oov_token": {"type": "text | many[text]", "default": "[UNK]"},
          "vocabulary": {"type": "many[text, 1] | refused[\"vocabulary\"] | None", "default": None},
          "idf_weights": {"type": "many[number, 1] | None", "default": None},
          "invert": {"type": "bool", "default": False},
          "output_mode": {"type": "\"int\" | \"one_hot\" | \"multi_hot\" | \"count\" | \"tf_idf\"", "default": "int"},
          "pad_to_max_tokens": {"type": "bool", "default": False},
          "sparse": {"type": "bool", "default": False},
          "encoding": {"type": "text", "default": "utf-8"},
          "salt": {"type": "(int >= 0) | times[2, int >= 0] | None", "default": None, "since": "3.14"},
          "dtype": {"type": "policy | None", "default": None}
        }
      },
      "Subtract": {
        "params": {
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "TFSMLayer": {
        "refused": "code",
        "params": {
          "filepath": {"type": "refused[\"component\"]"},
          "call_endpoint": {"type": "refused[\"component\"]", "default": "serve"},
          "call_training_endpoint": {"type": "refused[\"component\"]", "default": None},
          "dtype": {"type": "refused[\"component\"]", "default": None}
        }
      },
      "TextVectorization": {
        "params": {
          "max_tokens": {"type": "(int >= 2) | None", "default": None},
          "standardize": {"type": "\"lower_and_strip_punctuation\" | \"lower\" | \"strip_punctuation\" | None | refused[\"function\"]", "default": "lower_and_strip_punctuation"},
          "split": {"type": "\"whitespace\" | \"character\" | None | refused[\"function\"]", "default": "whitespace"},
          "ngrams": {"type": "(int >= 1) | many[int >= 1, 1] | None", "default": None},
          "output_mode": {"type": "\"int\" | \"multi_hot\" | \"count\" | \"tf_idf\"", "default": "int"},
          "output_sequence_length": {"type": "(int >= 1) | None", "default": None},
          "pad_to_max_tokens": {"type": "bool", "default": False},
          "vocabulary": {"type": "many[text, 1] | refused[\"vocabulary\"] | None", "default": None},
          "idf_weights": {"type": "many[number, 1] | None", "default": None},
          "sparse": {"type": "bool", "default": False},
          "ragged": {"type": "bool", "default": False},
          "encoding": {"type": "text", "default": "utf-8"},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "TimeDistributed": {
        "params": {
          "layer": {"type": "layer"},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "TorchModuleWrapper": {
        "refused": "code",
        "params": {
          "module": {"type": "refused[\"component\"]"},
          "output_shape": {"type": "refused[\"component\"]", "default": None, "since": "3.10"},
          "dtype": {"type": "refused[\"component\"]", "default": None},
          "autocast": {"type": "refused[\"component\"]", "default": True},
          "activity_regularizer": {"type": "refused[\"component\"]", "default": None}
        }
      },
      "UnitNormalization": {
        "params": {
          "axis": {"type": "int | many[int, 1]", "default": -1},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "UpSampling1D": {
        "params": {
          "size": {"type": "int >= 1", "default": 2},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "UpSampling2D": {
        "params": {
          "size": {"type": "spread[2, int >= 1]", "default": [2, 2]},
          "data_format": {"type": "\"channels_first\" | \"channels_last\" | None", "default": None},
          "interpolation": {"type": "\"nearest\" | \"bilinear\" | \"bicubic\" | \"lanczos3\" | \"lanczos5\"", "default": "nearest"},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "UpSampling3D": {
        "params": {
          "size": {"type": "spread[3, int >= 1]", "default": [2, 2, 2]},
          "data_format": {"type": "\"channels_first\" | \"channels_last\" | None", "default": None},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "ZeroPadding1D": {
        "params": {
          "padding": {"type": "spread[2, int >= 0]", "default": 1},
          "data_format": {"type": "\"channels_first\" | \"channels_last\" | None", "default": None},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "ZeroPadding2D": {
        "params": {
          "padding": {"type": "spread[2, spread[2, int >= 0]]", "default": [1, 1]},
          "data_format": {"type": "\"channels_first\" | \"channels_last\" | None", "default": None},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      },
      "ZeroPadding3D": {
        "params": {
          "padding": {"type": "spread[3, spread[2, int >= 0]]", "default": [[1, 1], [1, 1], [1, 1]]},
          "data_format": {"type": "\"channels_first\" | \"channels_last\" | None", "default": None},
          "dtype": {"type": "policy | None", "default": None},
          "autocast": {"type": "bool", "default": True},
          "activity_regularizer": {"type": "regularizer | None", "default": None}
        }
      }
    },
    "optimizer": {
      "Adadelta": {
        "params": {
          "learning_rate": {"type": "(number > 0) | schedule", "default": 0.001},
          "rho": {"type": "0 <= number <= 1", "default": 0.95},
          "epsilon": {"type": "number >= 0", "default": 1e-07},
          "weight_decay": {"type": "(number >= 0) | None", "default": None},
          "clipnorm": {"type": "(number > 0) | None", "default": None},
          "clipvalue": {"type": "(number > 0) | None", "default": None},
          "global_clipnorm": {"type": "(number > 0) | None", "default": None},
          "use_ema": {"type": "bool", "default": False},
          "ema_momentum": {"type": "0 <= number <= 1", "default": 0.99},
          "ema_overwrite_frequency": {"type": "(int >= 1) | None", "default": None},
          "loss_scale_factor": {"type": "(number > 0) | None", "default": None},
          "gradient_accumulation_steps": {"type": "(int >= 2) | None", "default": None},
          "name": {"type": "text | None", "default": None}
        }
      },
      "Adafactor": {
        "params": {
          "learning_rate": {"type": "(number > 0) | schedule", "default": 0.001},
          "beta_2_decay": {"type": "number <= 0", "default": -0.8},
          "epsilon_1": {"type": "number >= 0", "default": 1e-30},
          "epsilon_2": {"type": "number >= 0", "default": 0.001},
          "clip_threshold": {"type": "number > 0", "default": 1.0},
          "relative_step": {"type": "bool", "default": True},
          "weight_decay": {"type": "(number >= 0) | None", "default": None},
          "clipnorm": {"type": "(number > 0) | None", "default": None},
          "clipvalue": {"type": "(number > 0) | None", "default": None},
          "global_clipnorm": {"type": "(number > 0) | None", "default": None},
          "use_ema": {"type": "bool", "default": False},
          "ema_momentum": {"type": "0 <= number <= 1", "default": 0.99},
          "ema_overwrite_frequency": {"type": "(int >= 1) | None", "default": None},
          "loss_scale_factor": {"type": "(number > 0) | None", "default": None},
          "gradient_accumulation_steps": {"type": "(int >= 2) | None", "default": None},
          "name": {"type": "text | None", "default": None}
        }
      },
      "Adagrad": {
        "params": {
          "learning_rate": {"type": "(number > 0) | schedule", "default": 0.001},
          "initial_accumulator_value": {"type": "number >= 0", "default": 0.1},
          "epsilon": {"type": "number >= 0", "default": 1e-07},
          "weight_decay": {"type": "(number >= 0) | None", "default": None},
          "clipnorm": {"type": "(number > 0) | None", "default": None},
          "clipvalue": {"type": "(number > 0) | None", "default": None},
          "global_clipnorm": {"type": "(number > 0) | None", "default": None},
          "use_ema": {"type": "bool", "default": False},
          "ema_momentum": {"type": "0 <= number <= 1", "default": 0.99},
          "ema_overwrite_frequency": {"type": "(int >= 1) | None", "default": None},
          "loss_scale_factor": {"type": "(number > 0) | None", "default": None},
          "gradient_accumulation_steps": {"type": "(int >= 2) | None", "default": None},
          "name": {"type": "text | None", "default": None}
        }
      },
      "Adam": {
        "params": {
          "learning_rate": {"type": "(number > 0) | schedule", "default": 0.001},
          "beta_1": {"type": "0 <= number < 1", "default": 0.9},
          "beta_2": {"type": "0 <= number < 1", "default": 0.999},
          "epsilon": {"type": "number >= 0", "default": 1e-07},
          "amsgrad": {"type": "bool", "default": False},
          "weight_decay": {"type": "(number >= 0) | None", "default": None},
          "clipnorm": {"type": "(number > 0) | None", "default": None},
          "clipvalue": {"type": "(number > 0) | None", "default": None},
          "global_clipnorm": {"type": "(number > 0) | None", "default": None},
          "use_ema": {"type": "bool", "default": False},
          "ema_momentum": {"type": "0 <= number <= 1", "default": 0.99},
          "ema_overwrite_frequency": {"type": "(int >= 1) | None", "default": None},
          "loss_scale_factor": {"type": "(number > 0) | None", "default": None},
          "gradient_accumulation_steps": {"type": "(int >= 2) | None", "default": None},
          "name": {"type": "text | None", "default": None}
        }
      },
      "AdamW": {
        "params": {
          "learning_rate": {"type": "(number > 0) | schedule", "default": 0.001},
          "weight_decay": {"type": "number >= 0", "default": 0.004},
          "beta_1": {"type": "0 <= number < 1", "default": 0.9},
          "beta_2": {"type": "0 <= number < 1", "default": 0.999},
          "epsilon": {"type": "number >= 0", "default": 1e-07},
          "amsgrad": {"type": "bool", "default": False},
          "clipnorm": {"type": "(number > 0) | None", "default": None},
          "clipvalue": {"type": "(number > 0) | None", "default": None},
          "global_clipnorm": {"type": "(number > 0) | None", "default": None},
          "use_ema": {"type": "bool", "default": False},
          "ema_momentum": {"type": "0 <= number <= 1", "default": 0.99},
          "ema_overwrite_frequency": {"type": "(int >= 1) | None", "default": None},
          "loss_scale_factor": {"type": "(number > 0) | None", "default": None},
          "gradient_accumulation_steps": {"type": "(int >= 2) | None", "default": None},
          "name": {"type": "text | None", "default": None}
        }
      },
      "Adamax": {
        "params": {
          "learning_rate": {"type": "(number > 0) | schedule", "default": 0.001},
          "beta_1": {"type": "0 <= number < 1", "default": 0.9},
          "beta_2": {"type": "0 <= number < 1", "default": 0.999},
          "epsilon": {"type": "number >= 0", "default": 1e-07},
          "weight_decay": {"type": "(number >= 0) | None", "default": None},
          "clipnorm": {"type": "(number > 0) | None", "default": None},
          "clipvalue": {"type": "(number > 0) | None", "default": None},
          "global_clipnorm": {"type": "(number > 0) | None", "default": None},
          "use_ema": {"type": "bool", "default": False},
          "ema_momentum": {"type": "0 <= number <= 1", "default": 0.99},
          "ema_overwrite_frequency": {"type": "(int >= 1) | None", "default": None},
          "loss_scale_factor": {"type": "(number > 0) | None", "default": None},
          "gradient_accumulation_steps": {"type": "(int >= 2) | None", "default": None},
          "name": {"type": "text | None", "default": None}
        }
      },
      "Ftrl": {
        "params": {
          "learning_rate": {"type": "(number > 0) | schedule", "default": 0.001},
          "learning_rate_power": {"type": "number <= 0", "default": -0.5},
          "initial_accumulator_value": {"type": "number >= 0", "default": 0.1},
          "l1_regularization_strength": {"type": "number >= 0", "default": 0.0},
          "l2_regularization_strength": {"type": "number >= 0", "default": 0.0},
          "l2_shrinkage_regularization_strength": {"type": "number >= 0", "default": 0.0},
          "beta": {"type": "number >= 0", "default": 0.0},
          "weight_decay": {"type": "(number >= 0) | None", "default": None},
          "clipnorm": {"type": "(number > 0) | None", "default": None},
          "clipvalue": {"type": "(number > 0) | None", "default": None},
          "global_clipnorm": {"type": "(number > 0) | None", "default": None},
          "use_ema": {"type": "bool", "default": False},
          "ema_momentum": {"type": "0 <= number <= 1", "default": 0.99},
          "ema_overwrite_frequency": {"type": "(int >= 1) | None", "default": None},
          "loss_scale_factor": {"type": "(number > 0) | None", "default": None},
          "gradient_accumulation_steps": {"type": "(int >= 2) | None", "default": None},
          "name": {"type": "text | None", "default": None}
        }
      },
      "Lamb": {
        "params": {
          "learning_rate": {"type": "(number > 0) | schedule", "default": 0.001},
          "beta_1": {"type": "0 <= number < 1", "default": 0.9},
          "beta_2": {"type": "0 <= number < 1", "default": 0.999},
          "epsilon": {"type": "number >= 0", "default": 1e-07},
          "weight_decay": {"type": "(number >= 0) | None", "default": None},
          "clipnorm": {"type": "(number > 0) | None", "default": None},
          "clipvalue": {"type": "(number > 0) | None", "default": None},
          "global_clipnorm": {"type": "(number > 0) | None", "default": None},
          "use_ema": {"type": "bool", "default": False},
          "ema_momentum": {"type": "0 <= number <= 1", "default": 0.99},
          "ema_overwrite_frequency": {"type": "(int >= 1) | None", "default": None},
          "loss_scale_factor": {"type": "(number > 0) | None", "default": None},
          "gradient_accumulation_steps": {"type": "(int >= 2) | None", "default": None},
          "name": {"type": "text | None", "default": None}
        }
      },
      "Lion": {
        "params": {
          "learning_rate": {"type": "(number > 0) | schedule", "default": 0.001},
          "beta_1": {"type": "0 < number < 1", "default": 0.9},
          "beta_2": {"type": "0 <= number < 1", "default": 0.99},
          "weight_decay": {"type": "(number >= 0) | None", "default": None},
          "clipnorm": {"type": "(number > 0) | None", "default": None},
          "clipvalue": {"type": "(number > 0) | None", "default": None},
          "global_clipnorm": {"type": "(number > 0) | None", "default": None},
          "use_ema": {"type": "bool", "default": False},
          "ema_momentum": {"type": "0 <= number <= 1", "default": 0.99},
          "ema_overwrite_frequency": {"type": "(int >= 1) | None", "default": None},
          "loss_scale_factor": {"type": "(number > 0) | None", "default": None},
          "gradient_accumulation_steps": {"type": "(int >= 2) | None", "default": None},
          "name": {"type": "text | None", "default": None}
        }
      },
      "LossScaleOptimizer": {
        "params": {
          "inner_optimizer": {"type": "optimizer"},
          "initial_scale": {"type": "number > 0", "default": 32768.0},
          "dynamic_growth_steps": {"type": "int >= 1", "default": 2000},
          "name": {"type": "text | None", "default": None, "since": "3.12"}
        }
      },
      "MultiOptimizer": {
        "refused": "layer-objects",
        "since": "3.15",
        "params": {
          "optimizer_map": {"type": "refused[\"component\"]"},
          "loss_scale_factor": {"type": "refused[\"component\"]", "default": None},
          "name": {"type": "refused[\"component\"]", "default": None}
        }
      },
      "Muon": {
        "since": "3.10",
        "params": {
          "learning_rate": {"type": "(number > 0) | schedule", "default": 0.001},
          "adam_beta_1": {"type": "0 <= number < 1", "default": 0.9},
          "adam_beta_2": {"type": "0 <= number < 1", "default": 0.999},
          "adam_weight_decay": {"type": "number >= 0", "default": 0.004, "since": "3.13"},
          "epsilon": {"type": "number >= 0", "default": 1e-07},
          "weight_decay": {"type": "number >= 0", "default": 0.004},
          "clipnorm": {"type": "(number > 0) | None", "default": None},
          "clipvalue": {"type": "(number > 0) | None", "default": None},
          "global_clipnorm": {"type": "(number > 0) | None", "default": None},
          "use_ema": {"type": "bool", "default": False},
          "ema_momentum": {"type": "0 <= number <= 1", "default": 0.99},
          "ema_overwrite_frequency": {"type": "(int >= 1) | None", "default": None},
          "loss_scale_factor": {"type": "(number > 0) | None", "default": None},
          "gradient_accumulation_steps": {"type": "(int >= 2) | None", "default": None},
          "name": {"type": "text | None", "default": None},
          "exclude_layers": {"type": "many[text] | None", "default": None},
          "exclude_embeddings": {"type": "bool", "default": True},
          "muon_a": {"type": "number", "default": 3.4445},
          "muon_b": {"type": "number", "default": -4.775},
          "muon_c": {"type": "number", "default": 2.0315},
          "adam_lr_ratio": {"type": "number > 0", "default": 1},
          "momentum": {"type": "0 <= number <= 1", "default": 0.95},
          "ns_steps": {"type": "int >= 1", "default": 5},
          "nesterov": {"type": "bool", "default": True},
          "rms_rate": {"type": "number > 0", "default": 0.2, "since": "3.13"}
        }
      },
      "Nadam": {
        "params": {
          "learning_rate": {"type": "(number > 0) | schedule", "default": 0.001},
          "beta_1": {"type": "0 <= number < 1", "default": 0.9},
          "beta_2": {"type": "0 <= number < 1", "default": 0.999},
          "epsilon": {"type": "number >= 0", "default": 1e-07},
          "weight_decay": {"type": "(number >= 0) | None", "default": None},
          "clipnorm": {"type": "(number > 0) | None", "default": None},
          "clipvalue": {"type": "(number > 0) | None", "default": None},
          "global_clipnorm": {"type": "(number > 0) | None", "default": None},
          "use_ema": {"type": "bool", "default": False},
          "ema_momentum": {"type": "0 <= number <= 1", "default": 0.99},
          "ema_overwrite_frequency": {"type": "(int >= 1) | None", "default": None},
          "loss_scale_factor": {"type": "(number > 0) | None", "default": None},
          "gradient_accumulation_steps": {"type": "(int >= 2) | None", "default": None},
          "name": {"type": "text | None", "default": None}
        }
      },
      "RMSprop": {
        "params": {
          "learning_rate": {"type": "(number > 0) | schedule", "default": 0.001},
          "rho": {"type": "0 <= number <= 1", "default": 0.9},
          "momentum": {"type": "0 <= number <= 1", "default": 0.0},
          "epsilon": {"type": "number >= 0", "default": 1e-07},
          "centered": {"type": "bool", "default": False},
          "weight_decay": {"type": "(number >= 0) | None", "default": None},
          "clipnorm": {"type": "(number > 0) | None", "default": None},
          "clipvalue": {"type": "(number > 0) | None", "default": None},
          "global_clipnorm": {"type": "(number > 0) | None", "default": None},
          "use_ema": {"type": "bool", "default": False},
          "ema_momentum": {"type": "0 <= number <= 1", "default": 0.99},
          "ema_overwrite_frequency": {"type": "(int >= 1) | None", "default": None},
          "loss_scale_factor": {"type": "(number > 0) | None", "default": None},
          "gradient_accumulation_steps": {"type": "(int >= 2) | None", "default": None},
          "name": {"type": "text | None", "default": None}
        }
      },
      "SGD": {
        "params": {
          "learning_rate": {"type": "(number > 0) | schedule", "default": 0.01},
          "momentum": {"type": "0 <= number <= 1", "default": 0.0},
          "nesterov": {"type": "bool", "default": False},
          "weight_decay": {"type": "(number >= 0) | None", "default": None},
          "clipnorm": {"type": "(number > 0) | None", "default": None},
          "clipvalue": {"type": "(number > 0) | None", "default": None},
          "global_clipnorm": {"type": "(number > 0) | None", "default": None},
          "use_ema": {"type": "bool", "default": False},
          "ema_momentum": {"type": "0 <= number <= 1", "default": 0.99},
          "ema_overwrite_frequency": {"type": "(int >= 1) | None", "default": None},
          "loss_scale_factor": {"type": "(number > 0) | None", "default": None},
          "gradient_accumulation_steps": {"type": "(int >= 2) | None", "default": None},
          "name": {"type": "text | None", "default": None}
        }
      },
      "ScheduleFreeAdamW": {
        "since": "3.14",
        "params": {
          "learning_rate": {"type": "(number > 0) | schedule", "default": 0.0025},
          "beta_1": {"type": "0 <= number < 1", "default": 0.9},
          "beta_2": {"type": "0 <= number < 1", "default": 0.999},
          "epsilon": {"type": "number >= 0", "default": 1e-08},
          "warmup_steps": {"type": "int >= 0", "default": 0},
          "weight_decay": {"type": "(number >= 0) | None", "default": None},
          "clipnorm": {"type": "(number > 0) | None", "default": None},
          "clipvalue": {"type": "(number > 0) | None", "default": None},
          "global_clipnorm": {"type": "(number > 0) | None", "default": None},
          "use_ema": {"type": "bool", "default": False},
          "ema_momentum": {"type": "0 <= number <= 1", "default": 0.99},
          "ema_overwrite_frequency": {"type": "(int >= 1) | None", "default": None},
          "loss_scale_factor": {"type": "(number > 0) | None", "default": None},
          "gradient_accumulation_steps": {"type": "(int >= 2) | None", "default": None},
          "name": {"type": "text | None", "default": None}
        }
      }
    },
    "schedule": {
      "CosineDecay": {
        "params": {
          "initial_learning_rate": {"type": "number >= 0"},
          "decay_steps": {"type": "int >= 1"},
          "alpha": {"type": "number >= 0", "default": 0.0},
          "name": {"type": "text", "default": "CosineDecay"},
          "warmup_target": {"type": "(number >= 0) | None", "default": None},
          "warmup_steps": {"type": "int >= 0", "default": 0}
        }
      },
      "CosineDecayRestarts": {
        "params": {
          "initial_learning_rate": {"type": "number >= 0"},
          "first_decay_steps": {"type": "int >= 1"},
          "t_mul": {"type": "number > 0", "default": 2.0},
          "m_mul": {"type": "number > 0", "default": 1.0},
          "alpha": {"type": "number >= 0", "default": 0.0},
          "name": {"type": "text", "default": "SGDRDecay"}
        }
      },
      "ExponentialDecay": {
        "params": {
          "initial_learning_rate": {"type": "number >= 0"},
          "decay_steps": {"type": "int >= 1"},
          "decay_rate": {"type": "number >= 0"},
          "staircase": {"type": "bool", "default": False},
          "name": {"type": "text", "default": "ExponentialDecay"}
        }
      },
      "InverseTimeDecay": {
        "params": {
          "initial_learning_rate": {"type": "number >= 0"},
          "decay_steps": {"type": "int >= 1"},
          "decay_rate": {"type": "number >= 0"},
          "staircase": {"type": "bool", "default": False},
          "name": {"type": "text", "default": "InverseTimeDecay"}
        }
      },
      "PiecewiseConstantDecay": {
        "params": {
          "boundaries": {"type": "many[number >= 0, 1]"},
          "values": {"type": "many[number >= 0, 2]"},
          "name": {"type": "text", "default": "PiecewiseConstant"}
        }
      },
      "PolynomialDecay": {
        "params": {
          "initial_learning_rate": {"type": "number >= 0"},
          "decay_steps": {"type": "int >= 1"},
          "end_learning_rate": {"type": "number >= 0", "default": 0.0001},
          "power": {"type": "number >= 0", "default": 1.0},
          "cycle": {"type": "bool", "default": False},
          "name": {"type": "text", "default": "PolynomialDecay"}
        }
      }
    },
    "loss": {
      "BinaryCrossentropy": {
        "params": {
          "from_logits": {"type": "bool", "default": False},
          "label_smoothing": {"type": "number", "default": 0.0},
          "axis": {"type": "int", "default": -1},
          "reduction": {"type": "\"sum_over_batch_size\" | \"sum\" | \"mean\" | \"mean_with_sample_weight\" | \"none\"", "default": "sum_over_batch_size"},
          "name": {"type": "text", "default": "binary_crossentropy"},
          "dtype": {"type": "\"bfloat16\" | \"float16\" | \"float32\" | \"float64\" | None", "default": None}
        }
      },
      "BinaryFocalCrossentropy": {
        "params": {
          "apply_class_balancing": {"type": "bool", "default": False},
          "alpha": {"type": "0 <= number <= 1", "default": 0.25},
          "gamma": {"type": "number >= 0", "default": 2.0},
          "from_logits": {"type": "bool", "default": False},
          "label_smoothing": {"type": "number", "default": 0.0},
          "axis": {"type": "int", "default": -1},
          "reduction": {"type": "\"sum_over_batch_size\" | \"sum\" | \"mean\" | \"mean_with_sample_weight\" | \"none\"", "default": "sum_over_batch_size"},
          "name": {"type": "text", "default": "binary_focal_crossentropy"},
          "dtype": {"type": "\"bfloat16\" | \"float16\" | \"float32\" | \"float64\" | None", "default": None}
        }
      },
      "CTC": {
        "params": {
          "reduction": {"type": "\"sum_over_batch_size\" | \"sum\" | \"mean\" | \"mean_with_sample_weight\" | \"none\"", "default": "sum_over_batch_size"},
          "name": {"type": "text", "default": "ctc"},
          "dtype": {"type": "\"bfloat16\" | \"float16\" | \"float32\" | \"float64\" | None", "default": None}
        }
      },
      "CategoricalCrossentropy": {
        "params": {
          "from_logits": {"type": "bool", "default": False},
          "label_smoothing": {"type": "number", "default": 0.0},
          "axis": {"type": "int", "default": -1},
          "reduction": {"type": "\"sum_over_batch_size\" | \"sum\" | \"mean\" | \"mean_with_sample_weight\" | \"none\"", "default": "sum_over_batch_size"},
          "name": {"type": "text", "default": "categorical_crossentropy"},
          "dtype": {"type": "\"bfloat16\" | \"float16\" | \"float32\" | \"float64\" | None", "default": None}
        }
      },
      "CategoricalFocalCrossentropy": {
        "params": {
          "alpha": {"type": "(number >= 0) | many[number >= 0, 1]", "default": 0.25},
          "gamma": {"type": "number >= 0", "default": 2.0},
          "from_logits": {"type": "bool", "default": False},
          "label_smoothing": {"type": "number", "default": 0.0},
          "axis": {"type": "int", "default": -1},
          "reduction": {"type": "\"sum_over_batch_size\" | \"sum\" | \"mean\" | \"mean_with_sample_weight\" | \"none\"", "default": "sum_over_batch_size"},
          "name": {"type": "text", "default": "categorical_focal_crossentropy"},
          "dtype": {"type": "\"bfloat16\" | \"float16\" | \"float32\" | \"float64\" | None", "default": None}
        }
      },
      "CategoricalGeneralizedCrossEntropy": {
        "since": "3.10",
        "params": {
          "q": {"type": "0 < number < 1", "default": 0.5},
          "reduction": {"type": "\"sum_over_batch_size\" | \"sum\" | \"mean\" | \"mean_with_sample_weight\" | \"none\"", "default": "sum_over_batch_size"},
          "name": {"type": "text", "default": "categorical_generalized_cross_entropy"},
          "dtype": {"type": "\"bfloat16\" | \"float16\" | \"float32\" | \"float64\" | None", "default": None}
        }
      },
      "CategoricalHinge": {
        "params": {
          "reduction": {"type": "\"sum_over_batch_size\" | \"sum\" | \"mean\" | \"mean_with_sample_weight\" | \"none\"", "default": "sum_over_batch_size"},
          "name": {"type": "text", "default": "categorical_hinge"},
          "dtype": {"type": "\"bfloat16\" | \"float16\" | \"float32\" | \"float64\" | None", "default": None}
        }
      },
      "Circle": {
        "params": {
          "gamma": {"type": "number >= 0", "default": 80.0},
          "margin": {"type": "number", "default": 0.4},
          "remove_diagonal": {"type": "bool", "default": True},
          "reduction": {"type": "\"sum_over_batch_size\" | \"sum\" | \"mean\" | \"mean_with_sample_weight\" | \"none\"", "default": "sum_over_batch_size"},
          "name": {"type": "text", "default": "circle"},
          "dtype": {"type": "\"bfloat16\" | \"float16\" | \"float32\" | \"float64\" | None", "default": None}
        }
      },
      "CosineSimilarity": {
        "params": {
          "axis": {"type": "int", "default": -1},
          "reduction": {"type": "\"sum_over_batch_size\" | \"sum\" | \"mean\" | \"mean_with_sample_weight\" | \"none\"", "default": "sum_over_batch_size"},
          "name": {"type": "text", "default": "cosine_similarity"},
          "dtype": {"type": "\"bfloat16\" | \"float16\" | \"float32\" | \"float64\" | None", "default": None}
        }
      },
      "Dice": {
        "params": {
          "reduction": {"type": "\"sum_over_batch_size\" | \"sum\" | \"mean\" | \"mean_with_sample_weight\" | \"none\"", "default": "sum_over_batch_size"},
          "name": {"type": "text", "default": "dice"},
          "axis": {"type": "int | many[int, 1] | None", "default": None},
          "dtype": {"type": "\"bfloat16\" | \"float16\" | \"float32\" | \"float64\" | None", "default": None}
        }
      },
      "Hinge": {
        "params": {
          "reduction": {"type": "\"sum_over_batch_size\" | \"sum\" | \"mean\" | \"mean_with_sample_weight\" | \"none\"", "default": "sum_over_batch_size"},
          "name": {"type": "text", "default": "hinge"},
          "dtype": {"type": "\"bfloat16\" | \"float16\" | \"float32\" | \"float64\" | None", "default": None}
        }
      },
      "Huber": {
        "params": {
          "delta": {"type": "number > 0", "default": 1.0},
          "reduction": {"type": "\"sum_over_batch_size\" | \"sum\" | \"mean\" | \"mean_with_sample_weight\" | \"none\"", "default": "sum_over_batch_size"},
          "name": {"type": "text", "default": "huber_loss"},
          "dtype": {"type": "\"bfloat16\" | \"float16\" | \"float32\" | \"float64\" | None", "default": None}
        }
      },
      "KLDivergence": {
        "params": {
          "reduction": {"type": "\"sum_over_batch_size\" | \"sum\" | \"mean\" | \"mean_with_sample_weight\" | \"none\"", "default": "sum_over_batch_size"},
          "name": {"type": "text", "default": "kl_divergence"},
          "dtype": {"type": "\"bfloat16\" | \"float16\" | \"float32\" | \"float64\" | None", "default": None}
        }
      },
      "LogCosh": {
        "params": {
          "reduction": {"type": "\"sum_over_batch_size\" | \"sum\" | \"mean\" | \"mean_with_sample_weight\" | \"none\"", "default": "sum_over_batch_size"},
          "name": {"type": "text", "default": "log_cosh"},
          "dtype": {"type": "\"bfloat16\" | \"float16\" | \"float32\" | \"float64\" | None", "default": None}
        }
      },
      "MeanAbsoluteError": {
        "params": {
          "reduction": {"type": "\"sum_over_batch_size\" | \"sum\" | \"mean\" | \"mean_with_sample_weight\" | \"none\"", "default": "sum_over_batch_size"},
          "name": {"type": "text", "default": "mean_absolute_error"},
          "dtype": {"type": "\"bfloat16\" | \"float16\" | \"float32\" | \"float64\" | None", "default": None}
        }
      },
      "MeanAbsolutePercentageError": {
        "params": {
          "reduction": {"type": "\"sum_over_batch_size\" | \"sum\" | \"mean\" | \"mean_with_sample_weight\" | \"none\"", "default": "sum_over_batch_size"},
          "name": {"type": "text", "default": "mean_absolute_percentage_error"},
          "dtype": {"type": "\"bfloat16\" | \"float16\" | \"float32\" | \"float64\" | None", "default": None}
        }
      },
      "MeanSquaredError": {
        "params": {
          "reduction": {"type": "\"sum_over_batch_size\" | \"sum\" | \"mean\" | \"mean_with_sample_weight\" | \"none\"", "default": "sum_over_batch_size"},
          "name": {"type": "text", "default": "mean_squared_error"},
          "dtype": {"type": "\"bfloat16\" | \"float16\" | \"float32\" | \"float64\" | None", "default": None}
        }
      },
      "MeanSquaredLogarithmicError": {
        "params": {
          "reduction": {"type": "\"sum_over_batch_size\" | \"sum\" | \"mean\" | \"mean_with_sample_weight\" | \"none\"", "default": "sum_over_batch_size"},
          "name": {"type": "text", "default": "mean_squared_logarithmic_error"},
          "dtype": {"type": "\"bfloat16\" | \"float16\" | \"float32\" | \"float64\" | None", "default": None}
        }
      },
      "Poisson": {
        "params": {
          "reduction": {"type": "\"sum_over_batch_size\" | \"sum\" | \"mean\" | \"mean_with_sample_weight\" | \"none\"", "default": "sum_over_batch_size"},
          "name": {"type": "text", "default": "poisson"},
          "dtype": {"type": "\"bfloat16\" | \"float16\" | \"float32\" | \"float64\" | None", "default": None}
        }
      },
      "SparseCategoricalCrossentropy": {
        "params": {
          "from_logits": {"type": "bool", "default": False},
          "ignore_class": {"type": "int | None", "default": None},
          "reduction": {"type": "\"sum_over_batch_size\" | \"sum\" | \"mean\" | \"mean_with_sample_weight\" | \"none\"", "default": "sum_over_batch_size"},
          "axis": {"type": "int", "default": -1, "since": "3.10"},
          "name": {"type": "text", "default": "sparse_categorical_crossentropy"},
          "dtype": {"type": "\"bfloat16\" | \"float16\" | \"float32\" | \"float64\" | None", "default": None}
        }
      },
      "SquaredHinge": {
        "params": {
          "reduction": {"type": "\"sum_over_batch_size\" | \"sum\" | \"mean\" | \"mean_with_sample_weight\" | \"none\"", "default": "sum_over_batch_size"},
          "name": {"type": "text", "default": "squared_hinge"},
          "dtype": {"type": "\"bfloat16\" | \"float16\" | \"float32\" | \"float64\" | None", "default": None}
        }
      },
      "Tversky": {
        "params": {
          "alpha": {"type": "number >= 0", "default": 0.5},
          "beta": {"type": "number >= 0", "default": 0.5},
          "reduction": {"type": "\"sum_over_batch_size\" | \"sum\" | \"mean\" | \"mean_with_sample_weight\" | \"none\"", "default": "sum_over_batch_size"},
          "name": {"type": "text", "default": "tversky"},
          "axis": {"type": "int | many[int, 1] | None", "default": None},
          "dtype": {"type": "\"bfloat16\" | \"float16\" | \"float32\" | \"float64\" | None", "default": None}
        }
      }
    },
    "metric": {
      "AUC": {
        "params": {
          "num_thresholds": {"type": "2 <= int <= 1000000", "default": 200},
          "curve": {"type": "\"ROC\" | \"PR\" | \"PRGAIN\"", "default": "ROC"},
          "summation_method": {"type": "\"interpolation\" | \"minoring\" | \"majoring\"", "default": "interpolation"},
          "name": {"type": "text | None", "default": None},
          "dtype": {"type": "\"bfloat16\" | \"float16\" | \"float32\" | \"float64\" | \"int16\" | \"int32\" | \"int64\" | \"uint16\" | \"uint32\" | \"uint64\" | \"uint8\" | None", "default": None},
          "thresholds": {"type": "many[0 <= number <= 1, 1] | None", "default": None},
          "multi_label": {"type": "bool", "default": False},
          "num_labels": {"type": "(int >= 1) | None", "default": None},
          "label_weights": {"type": "many[number >= 0, 1] | None", "default": None},
          "from_logits": {"type": "bool", "default": False}
        }
      },
      "Accuracy": {
        "params": {
          "name": {"type": "text", "default": "accuracy"},
          "dtype": {"type": "\"bfloat16\" | \"float16\" | \"float32\" | \"float64\" | \"int16\" | \"int32\" | \"int64\" | \"uint16\" | \"uint32\" | \"uint64\" | \"uint8\" | None", "default": None}
        }
      },
      "BinaryAccuracy": {
        "params": {
          "name": {"type": "text", "default": "binary_accuracy"},
          "dtype": {"type": "\"bfloat16\" | \"float16\" | \"float32\" | \"float64\" | \"int16\" | \"int32\" | \"int64\" | \"uint16\" | \"uint32\" | \"uint64\" | \"uint8\" | None", "default": None},
          "threshold": {"type": "number", "default": 0.5}
        }
      },
      "BinaryCrossentropy": {
        "params": {
          "name": {"type": "text", "default": "binary_crossentropy"},
          "dtype": {"type": "\"bfloat16\" | \"float16\" | \"float32\" | \"float64\" | \"int16\" | \"int32\" | \"int64\" | \"uint16\" | \"uint32\" | \"uint64\" | \"uint8\" | None", "default": None},
          "from_logits": {"type": "bool", "default": False},
          "label_smoothing": {"type": "0 <= number < 1", "default": 0}
        }
      },
      "BinaryIoU": {
        "params": {
          "target_class_ids": {"type": "many[int >= 0, 1]", "default": [0, 1]},
          "threshold": {"type": "number", "default": 0.5},
          "name": {"type": "text | None", "default": None},
          "dtype": {"type": "\"bfloat16\" | \"float16\" | \"float32\" | \"float64\" | \"int16\" | \"int32\" | \"int64\" | \"uint16\" | \"uint32\" | \"uint64\" | \"uint8\" | None", "default": None}
        }
      },
      "CategoricalAccuracy": {
        "params": {
          "name": {"type": "text", "default": "categorical_accuracy"},
          "dtype": {"type": "\"bfloat16\" | \"float16\" | \"float32\" | \"float64\" | \"int16\" | \"int32\" | \"int64\" | \"uint16\" | \"uint32\" | \"uint64\" | \"uint8\" | None", "default": None}
        }
      },
      "CategoricalCrossentropy": {
        "params": {
          "name": {"type": "text", "default": "categorical_crossentropy"},
          "dtype": {"type": "\"bfloat16\" | \"float16\" | \"float32\" | \"float64\" | \"int16\" | \"int32\" | \"int64\" | \"uint16\" | \"uint32\" | \"uint64\" | \"uint8\" | None", "default": None},
          "from_logits": {"type": "bool", "default": False},
          "label_smoothing": {"type": "0 <= number < 1", "default": 0},
          "axis": {"type": "int", "default": -1}
        }
      },
      "CategoricalHinge": {
        "params": {
          "name": {"type": "text", "default": "categorical_hinge"},
          "dtype": {"type": "\"bfloat16\" | \"float16\" | \"float32\" | \"float64\" | \"int16\" | \"int32\" | \"int64\" | \"uint16\" | \"uint32\" | \"uint64\" | \"uint8\" | None", "default": None}
        }
      },
      "ConcordanceCorrelation": {
        "params": {
          "name": {"type": "text", "default": "concordance_correlation"},
          "dtype": {"type": "\"bfloat16\" | \"float16\" | \"float32\" | \"float64\" | \"int16\" | \"int32\" | \"int64\" | \"uint16\" | \"uint32\" | \"uint64\" | \"uint8\" | None", "default": None},
          "axis": {"type": "int", "default": -1}
        }
      },
      "CosineSimilarity": {
        "params": {
          "name": {"type": "text", "default": "cosine_similarity"},
          "dtype": {"type": "\"bfloat16\" | \"float16\" | \"float32\" | \"float64\" | \"int16\" | \"int32\" | \"int64\" | \"uint16\" | \"uint32\" | \"uint64\" | \"uint8\" | None", "default": None},
          "axis": {"type": "int", "default": -1}
        }
      },
      "F1Score": {
        "params": {
          "average": {"type": "\"micro\" | \"macro\" | \"weighted\" | None", "default": None},
          "threshold": {"type": "(0 < number <= 1) | None", "default": None},
          "name": {"type": "text", "default": "f1_score"},
          "dtype": {"type": "\"bfloat16\" | \"float16\" | \"float32\" | \"float64\" | \"int16\" | \"int32\" | \"int64\" | \"uint16\" | \"uint32\" | \"uint64\" | \"uint8\" | None", "default": None}
        }
      },
      "FBetaScore": {
        "params": {
          "average": {"type": "\"micro\" | \"macro\" | \"weighted\" | None", "default": None},
          "beta": {"type": "number > 0", "default": 1.0},
          "threshold": {"type": "(0 < number <= 1) | None", "default": None},
          "name": {"type": "text", "default": "fbeta_score"},
          "dtype": {"type": "\"bfloat16\" | \"float16\" | \"float32\" | \"float64\" | \"int16\" | \"int32\" | \"int64\" | \"uint16\" | \"uint32\" | \"uint64\" | \"uint8\" | None", "default": None}
        }
      },
      "FalseNegatives": {
        "params": {
          "thresholds": {"type": "(0 <= number <= 1) | many[0 <= number <= 1, 1] | None", "default": None},
          "name": {"type": "text | None", "default": None},
          "dtype": {"type": "\"bfloat16\" | \"float16\" | \"float32\" | \"float64\" | \"int16\" | \"int32\" | \"int64\" | \"uint16\" | \"uint32\" | \"uint64\" | \"uint8\" | None", "default": None}
        }
      },
      "FalsePositives": {
        "params": {
          "thresholds": {"type": "(0 <= number <= 1) | many[0 <= number <= 1, 1] | None", "default": None},
          "name": {"type": "text | None", "default": None},
          "dtype": {"type": "\"bfloat16\" | \"float16\" | \"float32\" | \"float64\" | \"int16\" | \"int32\" | \"int64\" | \"uint16\" | \"uint32\" | \"uint64\" | \"uint8\" | None", "default": None}
        }
      },
      "Hinge": {
        "params": {
          "name": {"type": "text", "default": "hinge"},
          "dtype": {"type": "\"bfloat16\" | \"float16\" | \"float32\" | \"float64\" | \"int16\" | \"int32\" | \"int64\" | \"uint16\" | \"uint32\" | \"uint64\" | \"uint8\" | None", "default": None}
        }
      },
      "IoU": {
        "params": {
          "num_classes": {"type": "int >= 1"},
          "target_class_ids": {"type": "many[int >= 0, 1]"},
          "name": {"type": "text | None", "default": None},
          "dtype": {"type": "\"bfloat16\" | \"float16\" | \"float32\" | \"float64\" | \"int16\" | \"int32\" | \"int64\" | \"uint16\" | \"uint32\" | \"uint64\" | \"uint8\" | None", "default": None},
          "ignore_class": {"type": "int | None", "default": None},
          "sparse_y_true": {"type": "bool", "default": True},
          "sparse_y_pred": {"type": "bool", "default": True},
          "axis": {"type": "int", "default": -1}
        }
      },
      "KLDivergence": {
        "params": {
          "name": {"type": "text", "default": "kl_divergence"},
          "dtype": {"type": "\"bfloat16\" | \"float16\" | \"float32\" | \"float64\" | \"int16\" | \"int32\" | \"int64\" | \"uint16\" | \"uint32\" | \"uint64\" | \"uint8\" | None", "default": None}
        }
      },
      "LogCoshError": {
        "params": {
          "name": {"type": "text", "default": "logcosh"},
          "dtype": {"type": "\"bfloat16\" | \"float16\" | \"float32\" | \"float64\" | \"int16\" | \"int32\" | \"int64\" | \"uint16\" | \"uint32\" | \"uint64\" | \"uint8\" | None", "default": None}
        }
      },
      "Mean": {
        "params": {
          "name": {"type": "text", "default": "mean"},
          "dtype": {"type": "\"bfloat16\" | \"float16\" | \"float32\" | \"float64\" | \"int16\" | \"int32\" | \"int64\" | \"uint16\" | \"uint32\" | \"uint64\" | \"uint8\" | None", "default": None}
        }
      },
      "MeanAbsoluteError": {
        "params": {
          "name": {"type": "text", "default": "mean_absolute_error"},
          "dtype": {"type": "\"bfloat16\" | \"float16\" | \"float32\" | \"float64\" | \"int16\" | \"int32\" | \"int64\" | \"uint16\" | \"uint32\" | \"uint64\" | \"uint8\" | None", "default": None}
        }
      },
      "MeanAbsolutePercentageError": {
        "params": {
          "name": {"type": "text", "default": "mean_absolute_percentage_error"},
          "dtype": {"type": "\"bfloat16\" | \"float16\" | \"float32\" | \"float64\" | \"int16\" | \"int32\" | \"int64\" | \"uint16\" | \"uint32\" | \"uint64\" | \"uint8\" | None", "default": None}
        }
      },
      "MeanIoU": {
        "params": {
          "num_classes": {"type": "int >= 1"},
          "name": {"type": "text | None", "default": None},
          "dtype": {"type": "\"bfloat16\" | \"float16\" | \"float32\" | \"float64\" | \"int16\" | \"int32\" | \"int64\" | \"uint16\" | \"uint32\" | \"uint64\" | \"uint8\" | None", "default": None},
          "ignore_class": {"type": "int | None", "default": None},
          "sparse_y_true": {"type": "bool", "default": True},
          "sparse_y_pred": {"type": "bool", "default": True},
          "axis": {"type": "int", "default": -1}
        }
      },
      "MeanMetricWrapper": {
        "refused": "metric-function",
        "params": {
          "fn": {"type": "refused[\"component\"]"},
          "name": {"type": "refused[\"component\"]", "default": None},
          "dtype": {"type": "refused[\"component\"]", "default": None}
        }
      },
      "MeanSquaredError": {
        "params": {
          "name": {"type": "text", "default": "mean_squared_error"},
          "dtype": {"type": "\"bfloat16\" | \"float16\" | \"float32\" | \"float64\" | \"int16\" | \"int32\" | \"int64\" | \"uint16\" | \"uint32\" | \"uint64\" | \"uint8\" | None", "default": None}
        }
      },
      "MeanSquaredLogarithmicError": {
        "params": {
          "name": {"type": "text", "default": "mean_squared_logarithmic_error"},
          "dtype": {"type": "\"bfloat16\" | \"float16\" | \"float32\" | \"float64\" | \"int16\" | \"int32\" | \"int64\" | \"uint16\" | \"uint32\" | \"uint64\" | \"uint8\" | None", "default": None}
        }
      },
      "OneHotIoU": {
        "params": {
          "num_classes": {"type": "int >= 1"},
          "target_class_ids": {"type": "many[int >= 0, 1]"},
          "name": {"type": "text | None", "default": None},
          "dtype": {"type": "\"bfloat16\" | \"float16\" | \"float32\" | \"float64\" | \"int16\" | \"int32\" | \"int64\" | \"uint16\" | \"uint32\" | \"uint64\" | \"uint8\" | None", "default": None},
          "ignore_class": {"type": "int | None", "default": None},
          "sparse_y_pred": {"type": "bool", "default": False},
          "axis": {"type": "int", "default": -1}
        }
      },
      "OneHotMeanIoU": {
        "params": {
          "num_classes": {"type": "int >= 1"},
          "name": {"type": "text | None", "default": None},
          "dtype": {"type": "\"bfloat16\" | \"float16\" | \"float32\" | \"float64\" | \"int16\" | \"int32\" | \"int64\" | \"uint16\" | \"uint32\" | \"uint64\" | \"uint8\" | None", "default": None},
          "ignore_class": {"type": "int | None", "default": None},
          "sparse_y_pred": {"type": "bool", "default": False},
          "axis": {"type": "int", "default": -1}
        }
      },
      "PearsonCorrelation": {
        "params": {
          "name": {"type": "text", "default": "pearson_correlation"},
          "dtype": {"type": "\"bfloat16\" | \"float16\" | \"float32\" | \"float64\" | \"int16\" | \"int32\" | \"int64\" | \"uint16\" | \"uint32\" | \"uint64\" | \"uint8\" | None", "default": None},
          "axis": {"type": "int", "default": -1}
        }
      },
      "Poisson": {
        "params": {
          "name": {"type": "text", "default": "poisson"},
          "dtype": {"type": "\"bfloat16\" | \"float16\" | \"float32\" | \"float64\" | \"int16\" | \"int32\" | \"int64\" | \"uint16\" | \"uint32\" | \"uint64\" | \"uint8\" | None", "default": None}
        }
      },
      "Precision": {
        "params": {
          "thresholds": {"type": "(0 <= number <= 1) | many[0 <= number <= 1, 1] | None", "default": None},
          "top_k": {"type": "(int >= 1) | None", "default": None},
          "class_id": {"type": "(int >= 0) | None", "default": None},
          "name": {"type": "text | None", "default": None},
          "dtype": {"type": "\"bfloat16\" | \"float16\" | \"float32\" | \"float64\" | \"int16\" | \"int32\" | \"int64\" | \"uint16\" | \"uint32\" | \"uint64\" | \"uint8\" | None", "default": None}
        }
      },
      "PrecisionAtRecall": {
        "params": {
          "recall": {"type": "0 <= number <= 1"},
          "num_thresholds": {"type": "1 <= int <= 1000000", "default": 200},
          "class_id": {"type": "(int >= 0) | None", "default": None},
          "name": {"type": "text | None", "default": None},
          "dtype": {"type": "\"bfloat16\" | \"float16\" | \"float32\" | \"float64\" | \"int16\" | \"int32\" | \"int64\" | \"uint16\" | \"uint32\" | \"uint64\" | \"uint8\" | None", "default": None}
        }
      },
      "R2Score": {
        "params": {
          "class_aggregation": {"type": "\"uniform_average\" | \"variance_weighted_average\" | None", "default": "uniform_average"},
          "num_regressors": {"type": "int >= 0", "default": 0},
          "name": {"type": "text", "default": "r2_score"},
          "dtype": {"type": "\"bfloat16\" | \"float16\" | \"float32\" | \"float64\" | \"int16\" | \"int32\" | \"int64\" | \"uint16\" | \"uint32\" | \"uint64\" | \"uint8\" | None", "default": None}
        }
      },
      "Recall": {
        "params": {
          "thresholds": {"type": "(0 <= number <= 1) | many[0 <= number <= 1, 1] | None", "default": None},
          "top_k": {"type": "(int >= 1) | None", "default": None},
          "class_id": {"type": "(int >= 0) | None", "default": None},
          "name": {"type": "text | None", "default": None},
          "dtype": {"type": "\"bfloat16\" | \"float16\" | \"float32\" | \"float64\" | \"int16\" | \"int32\" | \"int64\" | \"uint16\" | \"uint32\" | \"uint64\" | \"uint8\" | None", "default": None}
        }
      },
      "RecallAtPrecision": {
        "params": {
          "precision": {"type": "0 <= number <= 1"},
          "num_thresholds": {"type": "1 <= int <= 1000000", "default": 200},
          "class_id": {"type": "(int >= 0) | None", "default": None},
          "name": {"type": "text | None", "default": None},
          "dtype": {"type": "\"bfloat16\" | \"float16\" | \"float32\" | \"float64\" | \"int16\" | \"int32\" | \"int64\" | \"uint16\" | \"uint32\" | \"uint64\" | \"uint8\" | None", "default": None}
        }
      },
      "RootMeanSquaredError": {
        "params": {
          "name": {"type": "text", "default": "root_mean_squared_error"},
          "dtype": {"type": "\"bfloat16\" | \"float16\" | \"float32\" | \"float64\" | \"int16\" | \"int32\" | \"int64\" | \"uint16\" | \"uint32\" | \"uint64\" | \"uint8\" | None", "default": None}
        }
      },
      "SensitivityAtSpecificity": {
        "params": {
          "specificity": {"type": "0 <= number <= 1"},
          "num_thresholds": {"type": "1 <= int <= 1000000", "default": 200},
          "class_id": {"type": "(int >= 0) | None", "default": None},
          "name": {"type": "text | None", "default": None},
          "dtype": {"type": "\"bfloat16\" | \"float16\" | \"float32\" | \"float64\" | \"int16\" | \"int32\" | \"int64\" | \"uint16\" | \"uint32\" | \"uint64\" | \"uint8\" | None", "default": None}
        }
      },
      "SparseCategoricalAccuracy": {
        "params": {
          "name": {"type": "text", "default": "sparse_categorical_accuracy"},
          "dtype": {"type": "\"bfloat16\" | \"float16\" | \"float32\" | \"float64\" | \"int16\" | \"int32\" | \"int64\" | \"uint16\" | \"uint32\" | \"uint64\" | \"uint8\" | None", "default": None}
        }
      },
      "SparseCategoricalCrossentropy": {
        "params": {
          "name": {"type": "text", "default": "sparse_categorical_crossentropy"},
          "dtype": {"type": "\"bfloat16\" | \"float16\" | \"float32\" | \"float64\" | \"int16\" | \"int32\" | \"int64\" | \"uint16\" | \"uint32\" | \"uint64\" | \"uint8\" | None", "default": None},
          "from_logits": {"type": "bool", "default": False},
          "ignore_class": {"type": "int | None", "default": None, "since": "3.14"},
          "axis": {"type": "int", "default": -1}
        }
      },
      "SparseTopKCategoricalAccuracy": {
        "params": {
          "k": {"type": "int >= 1", "default": 5},
          "name": {"type": "text", "default": "sparse_top_k_categorical_accuracy"},
          "dtype": {"type": "\"bfloat16\" | \"float16\" | \"float32\" | \"float64\" | \"int16\" | \"int32\" | \"int64\" | \"uint16\" | \"uint32\" | \"uint64\" | \"uint8\" | None", "default": None},
          "from_sorted_ids": {"type": "bool", "default": False}
        }
      },
      "SpecificityAtSensitivity": {
        "params": {
          "sensitivity": {"type": "0 <= number <= 1"},
          "num_thresholds": {"type": "1 <= int <= 1000000", "default": 200},
          "class_id": {"type": "(int >= 0) | None", "default": None},
          "name": {"type": "text | None", "default": None},
          "dtype": {"type": "\"bfloat16\" | \"float16\" | \"float32\" | \"float64\" | \"int16\" | \"int32\" | \"int64\" | \"uint16\" | \"uint32\" | \"uint64\" | \"uint8\" | None", "default": None}
        }
      },
      "SquaredHinge": {
        "params": {
          "name": {"type": "text", "default": "squared_hinge"},
          "dtype": {"type": "\"bfloat16\" | \"float16\" | \"float32\" | \"float64\" | \"int16\" | \"int32\" | \"int64\" | \"uint16\" | \"uint32\" | \"uint64\" | \"uint8\" | None", "default": None}
        }
      },
      "Sum": {
        "params": {
          "name": {"type": "text", "default": "sum"},
          "dtype": {"type": "\"bfloat16\" | \"float16\" | \"float32\" | \"float64\" | \"int16\" | \"int32\" | \"int64\" | \"uint16\" | \"uint32\" | \"uint64\" | \"uint8\" | None", "default": None}
        }
      },
      "TopKCategoricalAccuracy": {
        "params": {
          "k": {"type": "int >= 1", "default": 5},
          "name": {"type": "text", "default": "top_k_categorical_accuracy"},
          "dtype": {"type": "\"bfloat16\" | \"float16\" | \"float32\" | \"float64\" | \"int16\" | \"int32\" | \"int64\" | \"uint16\" | \"uint32\" | \"uint64\" | \"uint8\" | None", "default": None}
        }
      },
      "TrueNegatives": {
        "params": {
          "thresholds": {"type": "(0 <= number <= 1) | many[0 <= number <= 1, 1] | None", "default": None},
          "name": {"type": "text | None", "default": None},
          "dtype": {"type": "\"bfloat16\" | \"float16\" | \"float32\" | \"float64\" | \"int16\" | \"int32\" | \"int64\" | \"uint16\" | \"uint32\" | \"uint64\" | \"uint8\" | None", "default": None}
        }
      },
      "TruePositives": {
        "params": {
          "thresholds": {"type": "(0 <= number <= 1) | many[0 <= number <= 1, 1] | None", "default": None},
          "name": {"type": "text | None", "default": None},
          "dtype": {"type": "\"bfloat16\" | \"float16\" | \"float32\" | \"float64\" | \"int16\" | \"int32\" | \"int64\" | \"uint16\" | \"uint32\" | \"uint64\" | \"uint8\" | None", "default": None}
        }
      }
    },
    "callback": {
      "BackupAndRestore": {
        "refused": "resume",
        "params": {
          "backup_dir": {"type": "refused[\"component\"]"},
          "save_freq": {"type": "refused[\"component\"]", "default": "epoch"},
          "double_checkpoint": {"type": "refused[\"component\"]", "default": False},
          "delete_checkpoint": {"type": "refused[\"component\"]", "default": True}
        }
      },
      "CSVLogger": {
        "params": {
          "filename": {"type": "file"},
          "separator": {"type": "\",\" | \";\" | \":\" | \"|\" | \" \" | \"\\t\"", "default": ","},
          "append": {"type": "bool", "default": False}
        }
      },
      "CallbackList": {
        "refused": "always-there",
        "params": {
          "callbacks": {"type": "refused[\"component\"]", "default": None},
          "add_history": {"type": "refused[\"component\"]", "default": False},
          "add_progbar": {"type": "refused[\"component\"]", "default": False},
          "model": {"type": "refused[\"component\"]", "default": None}
        }
      },
      "EarlyStopping": {
        "params": {
          "monitor": {"type": "text", "default": "val_loss"},
          "min_delta": {"type": "number >= 0", "default": 0},
          "patience": {"type": "int >= 0", "default": 0},
          "verbose": {"type": "0 <= int <= 2", "default": 0},
          "mode": {"type": "\"auto\" | \"min\" | \"max\"", "default": "auto"},
          "baseline": {"type": "number | None", "default": None},
          "restore_best_weights": {"type": "bool", "default": False},
          "start_from_epoch": {"type": "int >= 0", "default": 0}
        }
      },
      "History": {
        "refused": "always-there",
        "params": {}
      },
      "LambdaCallback": {
        "refused": "function-callback",
        "params": {
          "on_epoch_begin": {"type": "refused[\"component\"]", "default": None},
          "on_epoch_end": {"type": "refused[\"component\"]", "default": None},
          "on_train_begin": {"type": "refused[\"component\"]", "default": None},
          "on_train_end": {"type": "refused[\"component\"]", "default": None},
          "on_train_batch_begin": {"type": "refused[\"component\"]", "default": None},
          "on_train_batch_end": {"type": "refused[\"component\"]", "default": None}
        }
      },
      "LearningRateScheduler": {
        "refused": "function-callback",
        "params": {
          "schedule": {"type": "refused[\"component\"]"},
          "verbose": {"type": "refused[\"component\"]", "default": 0}
        }
      },
      "ModelCheckpoint": {
        "params": {
          "filepath": {"type": "file"},
          "monitor": {"type": "text", "default": "val_loss"},
          "verbose": {"type": "0 <= int <= 2", "default": 0},
          "save_best_only": {"type": "bool", "default": False},
          "save_weights_only": {"type": "bool", "default": False},
          "mode": {"type": "\"auto\" | \"min\" | \"max\"", "default": "auto"},
          "save_freq": {"type": "(int >= 1) | \"epoch\"", "default": "epoch"},
          "initial_value_threshold": {"type": "number | None", "default": None}
        }
      },
      "OrbaxCheckpoint": {
        "refused": "orbax",
        "since": "3.14",
        "params": {
          "directory": {"type": "refused[\"component\"]"},
          "monitor": {"type": "refused[\"component\"]", "default": "val_loss"},
          "verbose": {"type": "refused[\"component\"]", "default": 0},
          "save_best_only": {"type": "refused[\"component\"]", "default": False},
          "mode": {"type": "refused[\"component\"]", "default": "auto"},
          "save_freq": {"type": "refused[\"component\"]", "default": "epoch"},
          "initial_value_threshold": {"type": "refused[\"component\"]", "default": None},
          "max_to_keep": {"type": "refused[\"component\"]", "default": 1},
          "save_on_background": {"type": "refused[\"component\"]", "default": True},
          "save_weights_only": {"type": "refused[\"component\"]", "default": False}
        }
      },
      "ProgbarLogger": {
        "refused": "always-there",
        "params": {}
      },
      "ReduceLROnPlateau": {
        "params": {
          "monitor": {"type": "text", "default": "val_loss"},
          "factor": {"type": "0 < number < 1", "default": 0.1},
          "patience": {"type": "int >= 0", "default": 10},
          "verbose": {"type": "0 <= int <= 2", "default": 0},
          "mode": {"type": "\"auto\" | \"min\" | \"max\"", "default": "auto"},
          "min_delta": {"type": "number >= 0", "default": 0.0001},
          "cooldown": {"type": "int >= 0", "default": 0},
          "min_lr": {"type": "number >= 0", "default": 0.0}
        }
      },
      "RemoteMonitor": {
        "refused": "network",
        "params": {
          "root": {"type": "refused[\"component\"]", "default": "http://localhost:9000"},
          "path": {"type": "refused[\"component\"]", "default": "/publish/epoch/end/"},
          "field": {"type": "refused[\"component\"]", "default": "data"},
          "headers": {"type": "refused[\"component\"]", "default": None},
          "send_as_json": {"type": "refused[\"component\"]", "default": False}
        }
      },
      "SwapEMAWeights": {
        "params": {
          "swap_on_epoch": {"type": "bool", "default": False}
        }
      },
      "TensorBoard": {
        "params": {
          "log_dir": {"type": "file", "default": "logs"},
          "histogram_freq": {"type": "int >= 0", "default": 0},
          "write_graph": {"type": "bool", "default": True},
          "write_images": {"type": "bool", "default": False},
          "write_steps_per_second": {"type": "bool", "default": False},
          "update_freq": {"type": "(int >= 1) | \"epoch\" | \"batch\"", "default": "epoch"},
          "profile_batch": {"type": "(int >= 0) | times[2, int >= 0]", "default": 0},
          "embeddings_freq": {"type": "int >= 0", "default": 0},
          "embeddings_metadata": {"type": "refused[\"object\"] | None", "default": None}
        }
      },
      "TerminateOnNaN": {
        "params": {
          "raise_error": {"type": "bool", "default": False, "since": "3.13"}
        }
      }
    },
    "initializer": {
      "Constant": {
        "params": {
          "value": {"type": "number", "default": 0.0}
        }
      },
      "GlorotNormal": {
        "params": {
          "seed": {"type": "(0 <= int <= 4294967295) | None", "default": None},
          "input_axes": {"type": "many[int, 1] | None", "default": None, "since": "3.15"},
          "output_axes": {"type": "many[int, 1] | None", "default": None, "since": "3.15"}
        }
      },
      "GlorotUniform": {
        "params": {
          "seed": {"type": "(0 <= int <= 4294967295) | None", "default": None},
          "input_axes": {"type": "many[int, 1] | None", "default": None, "since": "3.15"},
          "output_axes": {"type": "many[int, 1] | None", "default": None, "since": "3.15"}
        }
      },
      "HeNormal": {
        "params": {
          "seed": {"type": "(0 <= int <= 4294967295) | None", "default": None},
          "input_axes": {"type": "many[int, 1] | None", "default": None, "since": "3.15"},
          "output_axes": {"type": "many[int, 1] | None", "default": None, "since": "3.15"}
        }
      },
      "HeUniform": {
        "params": {
          "seed": {"type": "(0 <= int <= 4294967295) | None", "default": None},
          "input_axes": {"type": "many[int, 1] | None", "default": None, "since": "3.15"},
          "output_axes": {"type": "many[int, 1] | None", "default": None, "since": "3.15"}
        }
      },
      "Identity": {
        "params": {
          "gain": {"type": "number", "default": 1.0}
        }
      },
      "LecunNormal": {
        "params": {
          "seed": {"type": "(0 <= int <= 4294967295) | None", "default": None},
          "input_axes": {"type": "many[int, 1] | None", "default": None, "since": "3.15"},
          "output_axes": {"type": "many[int, 1] | None", "default": None, "since": "3.15"}
        }
      },
      "LecunUniform": {
        "params": {
          "seed": {"type": "(0 <= int <= 4294967295) | None", "default": None},
          "input_axes": {"type": "many[int, 1] | None", "default": None, "since": "3.15"},
          "output_axes": {"type": "many[int, 1] | None", "default": None, "since": "3.15"}
        }
      },
      "Ones": {
        "params": {}
      },
      "Orthogonal": {
        "params": {
          "gain": {"type": "number", "default": 1.0},
          "seed": {"type": "(0 <= int <= 4294967295) | None", "default": None}
        }
      },
      "RandomNormal": {
        "params": {
          "mean": {"type": "number", "default": 0.0},
          "stddev": {"type": "number >= 0", "default": 0.05},
          "seed": {"type": "(0 <= int <= 4294967295) | None", "default": None}
        }
      },
      "RandomUniform": {
        "params": {
          "minval": {"type": "number", "default": -0.05},
          "maxval": {"type": "number", "default": 0.05},
          "seed": {"type": "(0 <= int <= 4294967295) | None", "default": None}
        }
      },
      "STFT": {
        "params": {
          "side": {"type": "\"real\" | \"imag\"", "default": "real"},
          "window": {"type": "\"bartlett\" | \"blackman\" | \"blackmanharris\" | \"bohman\" | \"boxcar\" | \"cosine\" | \"exponential\" | \"flattop\" | \"hamming\" | \"hann\" | \"lanczos\" | \"nuttall\" | \"parzen\" | \"taylor\" | \"triang\" | \"tukey\" | None", "default": "hann"},
          "scaling": {"type": "\"density\" | \"spectrum\" | None", "default": "density"},
          "periodic": {"type": "bool", "default": False}
        }
      },
      "TruncatedNormal": {
        "params": {
          "mean": {"type": "number", "default": 0.0},
          "stddev": {"type": "number >= 0", "default": 0.05},
          "seed": {"type": "(0 <= int <= 4294967295) | None", "default": None}
        }
      },
      "VarianceScaling": {
        "params": {
          "scale": {"type": "number > 0", "default": 1.0},
          "mode": {"type": "\"fan_in\" | \"fan_out\" | \"fan_avg\"", "default": "fan_in"},
          "distribution": {"type": "\"truncated_normal\" | \"untruncated_normal\" | \"uniform\"", "default": "truncated_normal"},
          "seed": {"type": "(0 <= int <= 4294967295) | None", "default": None},
          "input_axes": {"type": "many[int, 1] | None", "default": None, "since": "3.15"},
          "output_axes": {"type": "many[int, 1] | None", "default": None, "since": "3.15"}
        }
      },
      "Zeros": {
        "params": {}
      }
    },
    "regularizer": {
      "L1": {
        "params": {
          "l1": {"type": "number >= 0", "default": 0.01}
        }
      },
      "L1L2": {
        "params": {
          "l1": {"type": "number >= 0", "default": 0.0},
          "l2": {"type": "number >= 0", "default": 0.0}
        }
      },
      "L2": {
        "params": {
          "l2": {"type": "number >= 0", "default": 0.01}
        }
      },
      "OrthogonalRegularizer": {
        "params": {
          "factor": {"type": "number >= 0", "default": 0.01},
          "mode": {"type": "\"rows\" | \"columns\"", "default": "rows"}
        }
      }
    },
    "constraint": {
      "MaxNorm": {
        "params": {
          "max_value": {"type": "number >= 0", "default": 2},
          "axis": {"type": "int | many[int, 1]", "default": 0}
        }
      },
      "MinMaxNorm": {
        "params": {
          "min_value": {"type": "number >= 0", "default": 0.0},
          "max_value": {"type": "number >= 0", "default": 1.0},
          "rate": {"type": "0 <= number <= 1", "default": 1.0},
          "axis": {"type": "int | many[int, 1]", "default": 0}
        }
      },
      "NonNeg": {
        "params": {}
      },
      "UnitNorm": {
        "params": {
          "axis": {"type": "int | many[int, 1]", "default": 0}
        }
      }
    }
  }
}
