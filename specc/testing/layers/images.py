"""Images: augmentation, resizing, and pipelines of both."""

from __future__ import annotations

from typing import Any

from specc.testing import draws as st
from specc.testing.layers.shapes import Cases, free, length, located, one, shape, small
from specc.testing.layers.values import arguments

PLAIN = (
    "AugMix", "AutoContrast", "ContrastLimitedAdaptiveHistogramEqualization", "CutMix",
    "Equalization", "MaxNumBoundingBoxes", "MixUp", "RandAugment", "RandomBrightness",
    "RandomColorJitter", "RandomContrast", "RandomElasticTransform", "RandomErasing",
    "RandomFlip", "RandomGaussianBlur", "RandomGrayscale", "RandomHue", "RandomInvert",
    "RandomPerspective", "RandomPosterization", "RandomRotation", "RandomSaturation",
    "RandomSharpness", "RandomShear", "RandomTranslation", "RandomZoom", "Solarization",
)
PIXELS = st.sampled_from(["float32", "float32", "int32", "uint8"])
images = located(2)
COLORED = ("AugMix", "RandAugment", "RandomColorJitter", "RandomGrayscale", "RandomHue",
           "RandomSaturation")  # know colors of some channels only
colored = shape(free(length), free(length), st.sampled_from([3, 3, 3, 1]))
sized = {"height": small, "width": small}
steps = st.lists(st.sampled_from([
    {"type": "Rescaling", "scale": 2.0},
    {"type": "CenterCrop", "height": 2, "width": 3},
    {"type": "Resizing", "height": 3, "width": 2},
    {"type": "RandomFlip"},
    {"type": "RandomContrast", "factor": 0.5},
    {"type": "RandomCrop", "height": 2, "width": 2},
]), min_size=1, max_size=3)
OWN: dict[str, dict[str, Any]] = {
    "RandomGrayscale": {"factor": st.sampled_from([0.1, 0.5])},
    "RandomPosterization": {"factor": st.sampled_from([1, 4, 8])},
    "RandomSaturation": {"factor": st.sampled_from([0.1, 0.5, [0.2, 0.7]])},
    "RandomPerspective": {"scale": st.sampled_from([0.1, 0.5])},
    "RandomBrightness": {"factor": st.sampled_from([0.1, 0.5, [-0.5, 0.2]])},
    "RandomRotation": {"factor": st.sampled_from([0.1, 0.5, [-0.5, 0.2]])},
    "RandomTranslation": {"height_factor": st.sampled_from([0.1, [-0.5, 0.2]]),
                          "width_factor": st.sampled_from([0.1, [-0.5, 0.2]])},
    "RandomZoom": {"height_factor": st.sampled_from([0.1, [-0.5, 0.2]]),
                   "width_factor": st.sampled_from([None, 0.1, [-0.5, 0.2]])},
    "RandomElasticTransform": {"scale": st.sampled_from([0.5, [0.1, 0.2]])},
    "RandomErasing": {"scale": st.sampled_from([0.5, [0.1, 0.2]])},
    "RandomGaussianBlur": {"kernel_size": st.sampled_from([3, [3, 5]])},
    "ContrastLimitedAdaptiveHistogramEqualization": {
        "tile_grid_size": st.sampled_from([[2, 2], [1, 3]])},
}

IMAGES: dict[str, Cases] = {
    **{name: one(name, arguments(name, **OWN.get(name, {})),
                 colored if name in COLORED else images, PIXELS) for name in PLAIN},
    **{name: one(name, arguments(name, **sized), images, PIXELS)
       for name in ("RandomCrop", "CenterCrop")},
    "Resizing": one("Resizing", arguments("Resizing", **sized), images, PIXELS),
    "RandomColorDegeneration": one(
        "RandomColorDegeneration", arguments(
            "RandomColorDegeneration", factor=st.sampled_from([0.1, 0.5, [0.2, 0.7]])),
        colored, PIXELS),
    "Pipeline": one("Pipeline", arguments("Pipeline", layers=steps), images, PIXELS),
    "Rescaling": one("Rescaling", arguments("Rescaling"), images, PIXELS),
}
