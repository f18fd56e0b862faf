"""The operators: one record per Keras layer, with what comes out of it, without Keras.

`OPS[name].infer(layer, entering)` answers shapes, dtypes, weights and FLOPs, or a reason why
Keras would refuse. Layers that hold code (Lambda and the wrappers of other frameworks) have no
record: nothing is known of them but what the spec declares.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module

from specc.ops.op import Op

# Which module holds the record of which layers. A module is imported when a layer of it is first
# asked for: most specs need two or three of them, and checking is to take no time.
FAMILIES: Mapping[str, tuple[str, ...]] = {family: tuple(names.split()) for family, names in {
    "core":
        "Dense Embedding ReversibleEmbedding Masking Identity Activation ReLU LeakyReLU ELU "
        "Softmax PReLU ActivityRegularization Dropout AlphaDropout GaussianDropout "
        "GaussianNoise SpatialDropout1D SpatialDropout2D SpatialDropout3D",
    "einsum": "EinsumDense",
    "convolution":
        "Conv1D Conv2D Conv3D Conv1DTranspose Conv2DTranspose Conv3DTranspose DepthwiseConv1D "
        "DepthwiseConv2D SeparableConv1D SeparableConv2D",
    "pooling":
        "MaxPooling1D GlobalMaxPooling1D AdaptiveMaxPooling1D MaxPooling2D GlobalMaxPooling2D "
        "AdaptiveMaxPooling2D MaxPooling3D GlobalMaxPooling3D AdaptiveMaxPooling3D "
        "AveragePooling1D GlobalAveragePooling1D AdaptiveAveragePooling1D AveragePooling2D "
        "GlobalAveragePooling2D AdaptiveAveragePooling2D AveragePooling3D "
        "GlobalAveragePooling3D AdaptiveAveragePooling3D",
    "reshape": "Flatten Reshape Permute RepeatVector",
    "resize":
        "ZeroPadding1D ZeroPadding2D ZeroPadding3D Cropping1D Cropping2D Cropping3D "
        "UpSampling1D UpSampling2D UpSampling3D",
    "merge": "Add Subtract Multiply Average Maximum Minimum Concatenate Dot",
    "norm":
        "BatchNormalization LayerNormalization GroupNormalization RMSNormalization "
        "UnitNormalization",
    "attention": "MultiHeadAttention GroupQueryAttention Attention AdditiveAttention",
    "recurrent": "SimpleRNN GRU LSTM RNN SimpleRNNCell GRUCell LSTMCell StackedRNNCells",
    "convolution_recurrent": "ConvLSTM1D ConvLSTM2D ConvLSTM3D",
    "image":
        "AutoContrast ContrastLimitedAdaptiveHistogramEqualization MaxNumBoundingBoxes AugMix "
        "CutMix MixUp RandAugment RandomBrightness RandomColorJitter RandomContrast "
        "RandomElasticTransform RandomErasing RandomFlip RandomGaussianBlur RandomHue "
        "RandomInvert RandomPerspective RandomPosterization RandomRotation RandomSaturation "
        "RandomSharpness RandomShear RandomTranslation RandomZoom Solarization Equalization "
        "RandomGrayscale RandomColorDegeneration RandomCrop CenterCrop Resizing",
    "preprocessing":
        "Rescaling Normalization Discretization CategoryEncoding Hashing HashedCrossing "
        "IntegerLookup StringLookup TextVectorization MelSpectrogram",
    "spectrogram": "STFTSpectrogram",
    "wrappers": "Bidirectional Pipeline SpectralNormalization TimeDistributed",
}.items()}
_HOMES = {name: family for family, names in FAMILIES.items() for name in names}


class Ops(Mapping[str, Op]):
    """The records by the name of their layer; every one is held to what its weights ask."""

    def __init__(self) -> None:
        self._known: dict[str, Op] = {}

    def __getitem__(self, name: str) -> Op:
        if name not in self._known:
            self._known |= {op.name: op for op in self._family(_HOMES[name])}
        return self._known[name]

    def __contains__(self, name: object) -> bool:
        return name in _HOMES

    def __iter__(self) -> Iterator[str]:
        return iter(_HOMES)

    def __len__(self) -> int:
        return len(_HOMES)

    def _family(self, family: str) -> Iterator[Op]:
        module = import_module(f"specc.ops.{family}")
        if family == "wrappers":  # they look the layers that they hold up here
            yield from module.wrapping(self)
            return
        from specc.ops.weights import settled

        yield from map(settled, getattr(module, family.upper()))


OPS = Ops()

__all__ = ["FAMILIES", "OPS"]
