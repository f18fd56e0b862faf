"""What people call components, in papers and other libraries, where Keras has another name.

A guess for a message, never a fix: `f1` may be meant with a threshold, `log_loss` of one class or
of several. Words are compared without case, `_` and `-`; none of them is a name of Keras in its
category (`tests/unit/test_spoken.py`).
"""

from __future__ import annotations

from collections.abc import Mapping

from specc.diagnostics.spelling import plain

MEANT: Mapping[str, Mapping[str, str]] = {
    "metric": {
        "rmse": "RootMeanSquaredError", "rmsd": "RootMeanSquaredError",
        "l1": "MeanAbsoluteError", "l2": "MeanSquaredError",
        "r2": "R2Score", "rsquared": "R2Score", "rsquare": "R2Score",
        "f1": "F1Score", "fscore": "F1Score", "f1measure": "F1Score", "fmeasure": "F1Score",
        "f1macro": "F1Score", "f1micro": "F1Score", "dice": "F1Score", "fbeta": "FBetaScore",
        "rocauc": "AUC", "aucroc": "AUC", "auroc": "AUC", "prauc": "AUC", "aucpr": "AUC",
        "auprc": "AUC", "averageprecision": "AUC",
        "tpr": "Recall", "sensitivity": "Recall", "ppv": "Precision",
        "tp": "TruePositives", "tn": "TrueNegatives", "fp": "FalsePositives",
        "fn": "FalseNegatives",
        "jaccard": "MeanIoU", "miou": "MeanIoU",
        "xent": "crossentropy", "crossentropy": "crossentropy", "logloss": "crossentropy",
        "nll": "crossentropy", "cce": "CategoricalCrossentropy",
        "scce": "SparseCategoricalCrossentropy",
        "kl": "KLDivergence", "kld": "KLDivergence",
        "kullbackleiblerdivergence": "KLDivergence",
        "logcosh": "LogCoshError", "cosine": "CosineSimilarity",
        "cosineproximity": "CosineSimilarity", "pearson": "PearsonCorrelation",
        "pearsonr": "PearsonCorrelation", "corr": "PearsonCorrelation",
        "ccc": "ConcordanceCorrelation",
        "topk": "TopKCategoricalAccuracy", "topkaccuracy": "TopKCategoricalAccuracy",
        "top5": "TopKCategoricalAccuracy", "top5accuracy": "TopKCategoricalAccuracy",
        "precisionscore": "Precision", "recallscore": "Recall", "accuracyscore": "accuracy",
    },
    "loss": {
        "l1": "MeanAbsoluteError", "l1loss": "MeanAbsoluteError",
        "l2": "MeanSquaredError", "l2loss": "MeanSquaredError",
        "rmse": "MeanSquaredError", "rootmeansquarederror": "MeanSquaredError",
        "smoothl1": "Huber", "smoothl1loss": "Huber",
        "xent": "crossentropy", "crossentropy": "crossentropy",
        "crossentropyloss": "crossentropy", "logloss": "crossentropy", "nll": "crossentropy",
        "nllloss": "crossentropy", "softmaxcrossentropy": "CategoricalCrossentropy",
        "cce": "CategoricalCrossentropy", "scce": "SparseCategoricalCrossentropy",
        "sparsecrossentropy": "SparseCategoricalCrossentropy",
        "bceloss": "BinaryCrossentropy", "bcewithlogits": "BinaryCrossentropy",
        "bcewithlogitsloss": "BinaryCrossentropy",
        "focal": "BinaryFocalCrossentropy", "focalloss": "BinaryFocalCrossentropy",
        "kl": "KLDivergence", "kldivloss": "KLDivergence",
        "kullbackleiblerdivergence": "KLDivergence",
        "jaccard": "Dice", "iou": "Dice", "f1": "Dice", "f1score": "Dice", "diceloss": "Dice",
        "cosine": "CosineSimilarity", "cosineproximity": "CosineSimilarity",
        "svm": "Hinge", "hingeloss": "Hinge", "accuracy": "crossentropy",
        "acc": "crossentropy",
    },
    "optimizer": {
        "gd": "SGD", "gradientdescent": "SGD", "stochasticgradientdescent": "SGD",
        "momentum": "SGD", "nag": "SGD", "nesterov": "SGD", "rms": "RMSprop", "radam": "Adam",
    },
    "initializer": {
        "xavier": "GlorotUniform", "xavieruniform": "GlorotUniform",
        "xaviernormal": "GlorotNormal", "glorot": "GlorotUniform", "kaiming": "HeNormal",
        "kaiminguniform": "HeUniform", "kaimingnormal": "HeNormal", "he": "HeNormal",
        "lecun": "LecunNormal", "gaussian": "RandomNormal", "random": "RandomUniform",
    },
    "activation": {
        "logistic": "sigmoid", "identity": "linear", "none": "linear", "lrelu": "leaky_relu",
        "hswish": "hard_silu",
    },
    "layer": {
        "fc": "Dense", "linear": "Dense", "fullyconnected": "Dense", "bn": "BatchNormalization",
        "batchnorm": "BatchNormalization", "batchnorm1d": "BatchNormalization",
        "batchnorm2d": "BatchNormalization", "layernorm": "LayerNormalization",
        "groupnorm": "GroupNormalization", "mha": "MultiHeadAttention",
        "selfattention": "MultiHeadAttention", "conv": "Conv2D", "maxpool": "MaxPooling2D",
        "avgpool": "AveragePooling2D", "gap": "GlobalAveragePooling2D",
        "globalavgpool": "GlobalAveragePooling2D", "bilstm": "Bidirectional",
        "bigru": "Bidirectional", "concat": "Concatenate", "merge": "Concatenate",
    },
    "argument": {
        "act": "activation", "b1": "beta_1", "b2": "beta_2", "channels": "filters",
        "dilation": "dilation_rate", "eps": "epsilon", "hidden": "units", "kernel": "kernel_size",
        "outchannels": "filters", "outfeatures": "units", "pad": "padding", "prob": "rate",
        "wd": "weight_decay",
    },
}
LONGEST = 40  # letters of a word that is looked up


def meant(category: str, word: str) -> str | None:
    """Keras's name of what people call by a word; None where nobody is known to."""
    found = MEANT.get(category, {}).get(plain(word)) if len(word) <= LONGEST else None
    return None if found == word else found


__all__ = ["MEANT", "meant"]
