"""The operators: one record per Keras layer, with what comes out of it, without Keras.

`OPS[name].infer(layer, entering)` answers shapes, dtypes, weights and FLOPs, or a reason why
Keras would refuse. Layers that hold code (Lambda and the wrappers of other frameworks) have no
record: nothing is known of them but what the spec declares.
"""

from __future__ import annotations

from collections.abc import Mapping

from specc.ops.attention import ATTENTION
from specc.ops.convolution import CONVOLUTION
from specc.ops.convolution_recurrent import CONVOLUTION_RECURRENT
from specc.ops.core import CORE
from specc.ops.einsum import EINSUM
from specc.ops.image import IMAGE
from specc.ops.merge import MERGE
from specc.ops.norm import NORM
from specc.ops.op import Op
from specc.ops.pooling import POOLING
from specc.ops.preprocessing import PREPROCESSING
from specc.ops.recurrent import RECURRENT
from specc.ops.reshape import RESHAPE
from specc.ops.resize import RESIZE
from specc.ops.spectrogram import SPECTROGRAM
from specc.ops.wrappers import wrapping

FAMILIES = (
    CORE, EINSUM, CONVOLUTION, POOLING, RESHAPE, RESIZE, MERGE, NORM, ATTENTION, RECURRENT,
    CONVOLUTION_RECURRENT, IMAGE, PREPROCESSING, SPECTROGRAM,
)

_ops = {op.name: op for family in FAMILIES for op in family}
_ops.update({op.name: op for op in wrapping(_ops)})
OPS: Mapping[str, Op] = _ops

__all__ = ["FAMILIES", "OPS"]
