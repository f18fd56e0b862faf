"""What slides over positions: convolution, pooling, padding, spectrograms."""

from __future__ import annotations

from typing import Any

from specc.ops import table
from specc.testing import draws as st
from specc.testing.layers.shapes import (
    Case,
    Cases,
    Draw,
    free,
    length,
    located,
    one,
    shape,
    small,
)
from specc.testing.layers.values import arguments

RANKS = (1, 2, 3)


def per_axis(rank: int, size: st.Strategy[int]) -> st.Strategy[Any]:
    return st.one_of(size, st.lists(size, min_size=rank, max_size=rank))


@st.composite
def convolved(draw: Draw, name: str, rank: int) -> Case:
    """Mostly one of strides and dilation, since Keras refuses both; channels that divide."""
    choices: dict[str, Any] = {"kernel_size": per_axis(rank, small)}
    if draw(st.integers(0, 4)):
        choices |= draw(st.sampled_from([{"strides": st.nothing()},
                                         {"dilation_rate": st.nothing()}]))
    choices.setdefault("strides", per_axis(rank, st.integers(1, 3)))
    choices.setdefault("dilation_rate", per_axis(rank, small))
    params = table.entry("layer", name).params  # type: ignore[union-attr]
    if "filters" in params:
        choices["filters"] = st.sampled_from([1, 2, 3, 4, 6])
    if "groups" in params:
        choices["groups"] = st.sampled_from([1, 1, 2, 3])
    if "output_padding" in params:
        choices["output_padding"] = st.one_of(st.none(), per_axis(rank, st.integers(0, 2)))
    return draw(one(name, arguments(name, **choices), located(rank)))


def pooled(name: str, rank: int) -> Cases:
    return one(name, arguments(name, pool_size=per_axis(rank, st.integers(1, 3)),
                               strides=st.none() | per_axis(rank, small)), located(rank))


def ended(name: str, rank: int) -> Cases:
    """Padding and cropping: one number, one an axis, or a pair an axis."""
    key = "padding" if name.startswith("Zero") else "cropping"
    number = st.integers(0, 3)
    pair = st.lists(number, min_size=2, max_size=2)
    ways: list[st.Strategy[Any]] = [number, pair] if rank == 1 else [
        number, st.lists(number, min_size=rank, max_size=rank),
        st.lists(pair, min_size=rank, max_size=rank)]
    return one(name, arguments(name, **{key: st.one_of(*ways)}), located(rank))


def any_of(name: str, rank: int) -> Cases:
    return one(name, arguments(name), located(rank))


@st.composite
def conv_lstm(draw: Draw, name: str, rank: int) -> Case:
    choices: dict[str, Any] = {"filters": small, "kernel_size": per_axis(rank, st.integers(1, 3))}
    choices |= draw(st.sampled_from([{"strides": st.nothing()},
                                     {"dilation_rate": st.nothing()}]))
    choices.setdefault("strides", per_axis(rank, st.integers(1, 2)))
    choices.setdefault("dilation_rate", per_axis(rank, st.integers(1, 2)))
    enters = shape(free(length), *(st.integers(2, 8) for _ in range(rank)), small)
    return draw(one(name, arguments(name, **choices), enters,
                    st.sampled_from(["float32", "float32", "float16"])))


@st.composite
def transformed(draw: Draw) -> Case:
    """STFTSpectrogram: the transform is as long as the frame or longer."""
    frame = draw(st.integers(2, 20))
    found = draw(arguments(
        "STFTSpectrogram", frame_length=st.just(frame),
        frame_step=st.none() | st.integers(1, frame),
        fft_length=st.none() | st.integers(frame, frame + 8)))
    found["frame_length"] = frame
    return Case("STFTSpectrogram", found, (draw(shape(st.integers(4, 40), small)),),
                draw(st.sampled_from(["float32", "float32", "float16", "int32"])))


WINDOWS: dict[str, Cases] = {
    **{f"{kind}{rank}D{tail}": convolved(f"{kind}{rank}D{tail}", rank)
       for kind, tail, ranks in (("Conv", "", RANKS), ("Conv", "Transpose", RANKS),
                                 ("DepthwiseConv", "", (1, 2)), ("SeparableConv", "", (1, 2)))
       for rank in ranks},
    **{f"{kind}Pooling{rank}D": pooled(f"{kind}Pooling{rank}D", rank)
       for kind in ("Max", "Average") for rank in RANKS},
    **{f"{way}{kind}Pooling{rank}D": any_of(f"{way}{kind}Pooling{rank}D", rank)
       for way in ("Global", "Adaptive") for kind in ("Max", "Average") for rank in RANKS},
    **{f"{kind}{rank}D": ended(f"{kind}{rank}D", rank)
       for kind in ("ZeroPadding", "Cropping") for rank in RANKS},
    **{f"UpSampling{rank}D": any_of(f"UpSampling{rank}D", rank) for rank in RANKS},
    **{f"ConvLSTM{rank}D": conv_lstm(f"ConvLSTM{rank}D", rank) for rank in RANKS},
    "STFTSpectrogram": transformed(),
    "MelSpectrogram": one(
        "MelSpectrogram", arguments(
            "MelSpectrogram", fft_length=st.sampled_from([64, 128]),
            sequence_stride=st.sampled_from([16, 64]),
            sequence_length=st.sampled_from([None, 32, 64]),
            sampling_rate=st.sampled_from([8000, 16000]), max_freq=st.sampled_from([None, 4000.0]),
            min_freq=st.sampled_from([0.0, 20.0]), num_mel_bins=small,
            min_power=st.sampled_from([1e-10, 1e-5]), ref_power=st.sampled_from([1.0, 2.0])),
        shape(free(st.sampled_from([200, 400]))), st.sampled_from(["float32", "float16"])),
}
