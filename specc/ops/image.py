"""Image augmentation and resizing. No weights; FLOPs are not counted (0).

Images are (batch, height, width, channels). Keras also takes one image without a batch; in a model
the batch is always there, so a layer that sets height and width takes four dimensions.
"""

from __future__ import annotations

from specc.ops.component import Component
from specc.ops.op import Inferred, Misfit, Op, Tensor
from specc.ops.shaping import (
    FLOATS,
    carried,
    channels_first,
    compute_dtype,
    join,
    of_shape,
    split,
    spread,
    wrong_positions,
)
from specc.tensor import Shape, show

ALIKE = (  # the same shape comes out, and nothing is asked of it
    "AutoContrast", "MaxNumBoundingBoxes",
)
RANDOM = (
    "CutMix", "MixUp", "RandomBrightness", "RandomElasticTransform", "RandomErasing", "RandomFlip",
    "RandomGaussianBlur", "RandomInvert", "RandomPerspective", "RandomPosterization",
    "RandomRotation", "RandomSharpness", "RandomShear", "RandomTranslation", "RandomZoom",
    "Solarization",
)


def infer_alike(layer: Component, tensor: Tensor, shape: Shape) -> Inferred | Misfit:
    """Images of the same size."""
    if misfit := wrong_image(layer, shape):
        return misfit
    return Inferred((Tensor(shape, compute_dtype(layer)),))


def infer_tiled(layer: Component, tensor: Tensor, shape: Shape) -> Inferred | Misfit:
    """Images of the same size, each tile of them for itself; what a tile lacks is mirrored."""
    if misfit := wrong_image(layer, shape):
        return misfit
    for tiles, length in zip(spread(layer.get("tile_grid_size", 8), 2),
                             split(layer, shape if len(shape) == 4 else (None, *shape))[0],
                             strict=True):
        if isinstance(length, int) and length > 0 and -length % tiles > length:
            return Misfit(f"{tiles} tiles do not fit in {length} of {show(shape)}; a tile holds "
                          "a pixel at least, and half of them can be mirrored", "tile_grid_size")
    return Inferred((Tensor(shape, compute_dtype(layer)),))


def infer_kept(layer: Component, tensor: Tensor, shape: Shape) -> Inferred | Misfit:
    """Images of the same size, whole numbers left as they are."""
    if misfit := wrong_image(layer, shape) or wrong_colors(layer, shape):
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
    if misfit := wrong_positions(layer, shape, 2) or wrong_aspect(layer):
        return misfit
    _, channels = split(layer, shape)
    gives = join(layer, shape, (layer.get("height"), layer.get("width")), channels)
    return Inferred((Tensor(gives, compute_dtype(layer)),))


def wrong_aspect(layer: Component) -> Misfit | None:
    """A misfit when what does not fit is to be cut off and to be filled up."""
    both = ("crop_to_aspect_ratio", "pad_to_aspect_ratio")
    if not all(layer.get(key, False) for key in both):
        return None
    return Misfit("`crop_to_aspect_ratio` cuts off what `pad_to_aspect_ratio` would fill up; keep "
                  "one of them", [key for key in layer.args if key in both][-1])


def infer_colored(layer: Component, tensor: Tensor, shape: Shape) -> Inferred | Misfit:
    """Images whose colors are turned: red, green and blue, in fractions where they are not cast."""
    if misfit := wrong_image(layer, shape) or wrong_colors(layer, shape):
        return misfit
    if layer.name in UNCAST and tensor.dtype not in (None, *FLOATS):
        return Misfit(f"`{layer.name}` computes in fractions and casts nothing, but {tensor.dtype} "
                      "enters; put `Rescaling` with `scale = 1.0` before it")
    return Inferred((Tensor(shape, compute_dtype(layer)),))


def wrong_colors(layer: Component, shape: Shape) -> Misfit | None:
    """A misfit when there are other channels than a layer knows colors of."""
    channels, known = shape[-3 if channels_first(layer) else -1], CHANNELS.get(layer.name)
    turns = layer.name != "RandomColorJitter" or any(layer.get(key) is not None for key in TURNING)
    if known is None or not turns or not isinstance(channels, int) or channels in known:
        return None
    return Misfit(f"`{layer.name}` takes {' or '.join(map(str, known))} channels, but "
                  f"{show(shape)} has {channels}")


TURNING = ("saturation_factor", "hue_factor")
UNCAST = ("RandomSaturation", "RandomContrast")
CHANNELS = {**dict.fromkeys(("RandomHue", "RandomSaturation", "RandomColorJitter",
                             "RandomColorDegeneration"), (3,)),
            **dict.fromkeys(("RandomGrayscale", "RandAugment", "AugMix"), (1, 3))}
TRAINED = ("Keras looks at channels and dtype when it trains, and then breaks.")
ALONE = ("Keras also takes one image without a batch; in a model the batch is always there, and "
         "its height and width would stand for it.")
IMAGE = (
    *(Op(name, of_shape(infer_alike)) for name in ALIKE),
    *(Op(name, of_shape(infer_alike), random=True) for name in RANDOM),
    *(Op(name, of_shape(infer_colored), random=True, note=TRAINED, differs=("stricter",))
      for name in ("AugMix", "RandAugment", "RandomColorJitter", "RandomContrast", "RandomHue",
                   "RandomSaturation")),
    Op("ContrastLimitedAdaptiveHistogramEqualization", of_shape(infer_tiled)),
    Op("Equalization", of_shape(infer_kept)),
    Op("RandomGrayscale", of_shape(infer_kept), random=True, note=TRAINED, differs=("stricter",)),
    Op("RandomColorDegeneration", of_shape(infer_colored), random=True),
    Op("RandomCrop", of_shape(infer_resized), random=True, note=ALONE, differs=("stricter",)),
    Op("CenterCrop", of_shape(infer_resized), note=ALONE, differs=("stricter",)),
    Op("Resizing", of_shape(infer_resized), note=ALONE, differs=("stricter",)),
)
