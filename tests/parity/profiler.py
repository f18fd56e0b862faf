"""TensorFlow's profiler as the oracle of FLOPs: what a graph does with one sample.

`tf.compat.v1.profiler.profile` adds up the floating-point operations of the nodes of a traced
graph. Four things are put right here, so that like is compared with like:

- functions that a graph calls are counted with it (a convolution in groups is one);
- a node that does not depend on the sample is left out: batch normalization's square root of the
  variance is the same for every sample;
- TensorFlow dilates by cutting the picture into smaller ones, padded to equal sizes: positions that
  are computed and thrown away count no more than they would without that;
- a transposed convolution counts the positions that enter. The profiler takes those that leave,
  divided by the strides, which is the same only with `padding = "same"`.

The profiler has no formula for Einsum, so it is counted here: 2 a product of all its letters.
It has none for MaxPool3D, AvgPool3D, Max and Conv3DBackpropInputV2 either; those stay 0.
"""

from __future__ import annotations

import math
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from typing import Any

import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
keras = pytest.importorskip("keras")

if keras.backend.backend() != "tensorflow":
    pytest.skip("TensorFlow's profiler counts TensorFlow's graphs", allow_module_level=True)

import tensorflow as tf  # noqa: E402

Shape = tuple[int, ...]


def traced(call: Callable[..., Any], shapes: list[Shape], dtype: str = "float32") -> Any:
    """The graph of one call on one sample."""
    specs = [tf.TensorSpec((1, *shape), dtype) for shape in shapes]
    return tf.function(call, autograph=False).get_concrete_function(*specs).graph


def profiled(graph: Any) -> dict[str, int]:
    """FLOPs by node, as the profiler says."""
    profiler = tf.compat.v1.profiler
    options = profiler.ProfileOptionBuilder(profiler.ProfileOptionBuilder.float_operation())
    found: dict[str, int] = {}

    def walk(node: Any) -> None:
        if node.float_ops:
            found[node.name] = node.float_ops
        for child in node.children:
            walk(child)

    root = profiler.profile(graph=graph, cmd="scope",
                            options=options.with_empty_output().with_max_depth(10**6).build())
    walk(root)
    assert root.total_float_ops == sum(found.values())
    return found


def flops(graph: Any, sample: Iterable[str] = ()) -> Iterator[tuple[Any, int]]:
    """Nodes that depend on the sample, and what each costs it.

    sample: names of the placeholders that hold it, in a graph that is called by another.
    """
    counts, live = profiled(graph), set(sample or entering(graph))
    for node in graph.get_operations():
        if not any(one.op.name in live for one in node.inputs):
            continue
        live.add(node.name)
        if node.type.endswith("PartitionedCall"):
            inner = graph._get_function(node.get_attr("f").name).graph
            held = [mine.op.name for mine, theirs in zip(inner.inputs, node.inputs, strict=True)
                    if theirs.op.name in live]
            yield from flops(inner, held)
        elif node.type == "Einsum":
            yield node, summed(node)
        elif node.name in counts:
            yield node, used(node, counts[node.name])


def entering(graph: Any) -> Iterator[str]:
    """The names of the placeholders that hold the sample; variables are captured."""
    captured = {one.op.name for one in graph.internal_captures}
    for node in graph.get_operations():
        held = node.type == "Placeholder" and node.outputs[0].dtype != tf.resource
        if held and node.name not in captured:
            yield node.name


def used(node: Any, count: int) -> int:
    """What of a node's count is of use; see the page."""
    (out,) = node.outputs[:1]
    after = out.consumers()
    if after and after[0].type == "Squeeze":
        after = after[0].outputs[0].consumers()
    if after and after[0].type == "BatchToSpaceND":
        return whole(Fraction(count * elements(after[0].outputs[0]), elements(out)))
    if node.type == "Conv2DBackpropInput":
        strides = math.prod(node.get_attr("strides"))
        each = 2 * elements(node.inputs[1])  # a multiply-add of the kernel, for each position
        assert count == positions(out) * each // strides
        return positions(node.inputs[2]) * each
    return count


def whole(number: Fraction) -> int:
    assert number.denominator == 1, number
    return number.numerator


def elements(tensor: Any) -> int:
    return int(math.prod(tensor.shape))


def positions(tensor: Any) -> int:
    return elements(tensor) // int(tensor.shape[-1])


def summed(node: Any) -> int:
    """2 a multiply-add of an Einsum; 1 a product where nothing is summed."""
    left, right = node.get_attr("equation").decode().split("->")
    sizes: dict[str, int] = {}
    for letters, tensor in zip(left.split(","), node.inputs, strict=True):
        hidden = "ABCDEFG"[:tensor.shape.rank - len(letters.replace("...", ""))]
        named = letters.replace("...", hidden)
        sizes |= {letter: int(size) for letter, size in zip(named, tensor.shape, strict=True)}
        right = right.replace("...", hidden) if hidden else right
    return (1 if set(sizes) <= set(right) else 2) * math.prod(sizes.values())


def by_type(graph: Any) -> Counter[str]:
    """FLOPs by the type of node."""
    found: Counter[str] = Counter()
    for node, count in flops(graph):
        found[node.type] += count
    return +found
