"""Image augmentation and resizing. No weights; FLOPs are not counted (0).

Images are (batch, height, width, channels). Keras also takes one image without a batch; in a model
the batch is always there, so a layer that sets height and width takes four dimensions.
"""

from __future__ import annotations

from specc.ops.component import Component
from specc.ops.op import Inferred, Misfit, Op, Tensor
from specc.ops.shaping import (
    carried,
    channels_first,
    compute_dtype,
    join,
    of_shape,
    split,
    wrong_positions,
)
from specc.tensor import Shape, show

ALIKE = (  # the same shape comes out, and nothing is asked of it
    "AutoContrast", "ContrastLimitedAdaptiveHistogramEqualization", "MaxNumBoundingBoxes",
)
RANDOM = (
    "AugMix", "CutMix", "MixUp", "RandAugment", "RandomBrightness", "RandomColorJitter",
    "RandomContrast", "RandomElasticTransform", "RandomErasing", "RandomFlip",
    "RandomGaussianBlur", "RandomHue", "RandomInvert", "RandomPerspective",
    "RandomPosterization", "RandomRotation", "RandomSaturation", "RandomSharpness",
    "RandomShear", "RandomTranslation", "RandomZoom", "Solarization",
)


def infer_alike(layer: Component, tensor: Tensor, shape: Shape) -> Inferred | Misfit:
    """Images of the same size."""
    if misfit := wrong_image(layer, shape):
        return misfit
    return Inferred((Tensor(shape, compute_dtype(layer)),))


def infer_kept(layer: Component, tensor: Tensor, shape: Shape) -> Inferred | Misfit:
    """Images of the same size, whole numbers left as they are."""
    if misfit := wrong_image(layer, shape):
        return misfit
    return Inferred((Tensor(shape, carried(layer, tensor.dtype),
                            tensor.masked and layer.name == "Equalization"),))


def wrong_image(layer: Component, shape: Shape) -> Misfit | None:
    """A misfit unless images enter, or one without channels for each sample."""
    if len(shape) in (3, 4):
        return None
    return Misfit(f"`{layer.name}` takes images, but {show(shape)} enters",
                  slug="input-rank-mismatch")


def infer_resized(layer: Component, tensor: Tensor, shape: Shape) -> Inferred | Misfit:
    """Images of `height` and `width`."""
    if misfit := wrong_positions(layer, shape, 2):
        return misfit
    _, channels = split(layer, shape)
    gives = join(layer, shape, (layer.get("height"), layer.get("width")), channels)
    return Inferred((Tensor(gives, compute_dtype(layer)),))


def infer_colored(layer: Component, tensor: Tensor, shape: Shape) -> Inferred | Misfit:
    """Images with red, green and blue."""
    if misfit := wrong_image(layer, shape):
        return misfit
    channels = shape[-3 if channels_first(layer) else -1]
    if isinstance(channels, int) and channels != 3:
        return Misfit(f"`{layer.name}` takes 3 channels, but {show(shape)} has {channels}")
    return Inferred((Tensor(shape, compute_dtype(layer)),))


ALONE = ("Keras also takes one image without a batch; in a model the batch is always there, and "
         "its height and width would stand for it.")
IMAGE = (
    *(Op(name, of_shape(infer_alike)) for name in ALIKE),
    *(Op(name, of_shape(infer_alike), random=True) for name in RANDOM),
    Op("Equalization", of_shape(infer_kept)),
    Op("RandomGrayscale", of_shape(infer_kept), random=True),
    Op("RandomColorDegeneration", of_shape(infer_colored), random=True),
    Op("RandomCrop", of_shape(infer_resized), random=True, note=ALONE, differs=("stricter",)),
    Op("CenterCrop", of_shape(infer_resized), note=ALONE, differs=("stricter",)),
    Op("Resizing", of_shape(infer_resized), note=ALONE, differs=("stricter",)),
)
