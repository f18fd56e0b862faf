"""Which device the back end computes on, and how much memory it held there. For measuring.

Nothing here imports a back end at the top: `only_cpu` is called before there is one.
"""

from __future__ import annotations

import os
import sys

from specc.backend.start import chosen, environment

NO_GPU = {"CUDA_VISIBLE_DEVICES": "-1", "HIP_VISIBLE_DEVICES": "-1", "JAX_PLATFORMS": "cpu"}


def only_cpu() -> None:
    """Hide accelerators from the back end, in this process and those it starts; too late once
    Keras is imported."""
    if "keras" not in sys.modules:
        os.environ |= NO_GPU


def device() -> str:
    """The name of the accelerator that the back end computes on; `cpu` where it sees none."""
    return str(environment()["device"])


def device_peak() -> int | None:
    """Bytes that this process held at most on the accelerator; None where there is none, or where
    it does not say."""
    if device() == "cpu":
        return None
    back_end = chosen().value
    if back_end == "tensorflow":
        import tensorflow as tf

        return int(tf.config.experimental.get_memory_info("GPU:0")["peak"])
    if back_end == "jax":
        import jax

        stats = jax.devices()[0].memory_stats() or {}
        return stats.get("peak_bytes_in_use")
    import torch

    return int(torch.cuda.max_memory_allocated())
