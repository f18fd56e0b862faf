"""Which constants a layer's `call` takes: what `with = { training = false }` may say.

Keras drops `training` where a layer has no such argument, so a constant that is not in this table
would look as if it did something. A test compares the table with Keras.
"""

from __future__ import annotations

from collections.abc import Mapping

_TRAINING = frozenset((
    "Dense", "EinsumDense", "Dropout", "AlphaDropout", "GaussianDropout", "GaussianNoise",
    "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D", "BatchNormalization",
    "MultiHeadAttention", "GroupQueryAttention", "Attention", "AdditiveAttention",
    "SimpleRNN", "GRU", "LSTM", "RNN", "SimpleRNNCell", "GRUCell", "LSTMCell", "StackedRNNCells",
    "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D", "Bidirectional", "TimeDistributed",
    "SpectralNormalization", "Pipeline", "AutoContrast", "AugMix", "CutMix", "MixUp",
    "ContrastLimitedAdaptiveHistogramEqualization", "MaxNumBoundingBoxes", "RandAugment",
    "RandomBrightness", "RandomColorJitter", "RandomContrast", "RandomElasticTransform",
    "RandomErasing", "RandomFlip", "RandomGaussianBlur", "RandomHue", "RandomInvert",
    "RandomPerspective", "RandomPosterization", "RandomRotation", "RandomSaturation",
    "RandomSharpness", "RandomShear", "RandomTranslation", "RandomZoom", "RandomGrayscale",
    "RandomColorDegeneration", "RandomCrop", "Solarization", "Equalization", "CenterCrop",
    "Resizing",
))
_CAUSAL = frozenset(("MultiHeadAttention", "GroupQueryAttention", "Attention",
                     "AdditiveAttention"))
LAYERS: Mapping[str, frozenset[str]] = {  # constant -> the layers whose call takes it
    "training": _TRAINING,
    "use_causal_mask": _CAUSAL,
    "return_attention_scores": _CAUSAL,
    "reverse": frozenset(("ReversibleEmbedding",)),
}


def constants_of(layer: str) -> tuple[str, ...]:
    """The constants that a layer's call takes; all of them are true or false."""
    return tuple(name for name, layers in LAYERS.items() if layer in layers)
