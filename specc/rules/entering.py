"""What enters the model and what it is compared with: TR160 to TR163.

A range is known where the file promises it, where the table of built-in sets has it, or from the
rows. Numbers that are prepared (`scale`), encoded or looked up are not raw.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from specc.facts.columns import label_columns, take
from specc.facts.header import header, known_set
from specc.facts.written import columns_of
from specc.ir.graph import Node
from specc.ir.learning import FIXED
from specc.rules.flow import ATTENTIONS, CONVOLUTIONS, DENSES, RECURRENT
from specc.rules.pairing import Pairing, Subject
from specc.rules.rule import Finding, Rule, each_output, warning
from specc.source import Where
from specc.spec import Column, Input, Range
from specc.tensor import DType

FLOATS: tuple[DType, ...] = ("float16", "bfloat16", "float32", "float64")
WIDE = 10.0  # numbers beyond it are raw: standardized ones hardly are
LEARNING = CONVOLUTIONS | DENSES | RECURRENT | ATTENTIONS
# What numbers pass unchanged on their way to a layer that learns.
PASSING = (FIXED - {"Rescaling"}) | {
    "Concatenate", "Dropout", "GaussianNoise", "Masking", "RepeatVector", "UpSampling1D",
    "UpSampling2D", "UpSampling3D", "MaxPooling1D", "MaxPooling2D", "MaxPooling3D",
    "AveragePooling1D", "AveragePooling2D", "AveragePooling3D", "RandomCrop", "RandomFlip",
    "RandomRotation", "RandomTranslation", "RandomZoom"}
STANDARDIZED: Range = (-3.0, 3.0)  # where nearly all numbers of mean 0 and deviation 1 are
FLAT = 0.1  # a span that no layer tells from a constant at first
WITHOUT_SCALE = ("MeanAbsolutePercentageError", "MeanSquaredLogarithmicError", "Poisson",
                 "CosineSimilarity", "?")
WIDEST_SPREAD, FARTHEST_MEAN = 100.0, 1000.0  # of targets


def place_of(about: Subject, one: Input) -> Where:
    """The range that an input promises, else the input."""
    spec = about.plan.spec
    return spec.where("inputs", one.name, *(("range",) if one.range is not None else ()))


def raw_range(about: Subject, one: Input) -> tuple[Range, str] | None:
    """The widest range of numbers that enter as they are, and whose it is; None if not known."""
    spec, known = about.plan.spec, known_set(about.plan.spec)
    if one.text is not None or spec.doubtful("inputs", one.name):
        return None
    if one.range is not None:
        raw = all(raw_column(column) for column in one.columns or (one.defaults,))
        return (one.range, f"input `{one.name}`") if raw else None
    if about.facts.profile is not None:
        enters = {column.name for _, column in take(
            spec, one, about.facts.columns or (), label_columns(spec)) if raw_column(column)}
        seen = [(column.limits, f"column `{column.name}`")
                for column in about.facts.profile.inputs.get(one.name, ())
                if column.limits and column.name in enters]
        return max(seen, key=lambda pair: reach(pair[0]), default=None)
    if known is None:
        return None
    found = [(limits, f"column `{column.name}`")
             for column in columns_of(spec, one, header(spec)) or () if raw_column(column)
             and (limits := known.range(column.name)) is not None]
    return max(found, key=lambda pair: reach(pair[0]), default=None)


def raw_column(column: Column) -> bool:
    """Whether a column's numbers enter as they are."""
    return column.scale == "none" and column.encode is None


def reach(limits: Range) -> float:
    """The largest size of a number in a range."""
    return max(abs(limits[0]), abs(limits[1]))


def doors(about: Subject) -> Mapping[str, list[Node]]:
    """The layers that take an input itself, by its name."""
    found: dict[str, list[Node]] = {one.name: [] for one in about.plan.graph.inputs}
    for node in about.plan.graph.nodes:
        for name in {ref.node for ref in node.refs()} & found.keys():
            found[name].append(node)
    return found


def takers(about: Subject, first: Iterable[Node]) -> Iterator[Node]:
    """The layers that an input's numbers reach unchanged, those that learn from them and others.

    first: the layers that take the input itself.
    """
    seen: set[str] = set()
    behind = list(first)
    while behind:
        node = behind.pop()
        if node.name in seen:
            continue
        seen.add(node.name)
        if node.layer.name in PASSING and not node.model_file:
            behind += about.flow.after[node.name]
        else:
            yield node


@warning("TR160")
def unnormalized_input(about: Subject) -> Iterator[Finding]:
    """Numbers far from 0 enter a layer that learns, as they are.

    Why: weights start as if every input had mean 0 and deviation 1. Numbers up to 255, or columns
    of which one is a thousand times the other, saturate units or give gradients of which only
    the largest column's counts.

    Example:

        [inputs.x]
        shape = [28, 28, 1]
        range = [0, 255]    # warning: [TR160]
        [model]
        kind = "sequential"
        layers = [{ type = "Flatten" }, { type = "Dense", units = 10, activation = "softmax" }]
        [outputs.digit]
        task = "multiclass"
        classes = 10

    Use instead: `{ type = "Rescaling", scale = "=1 / 255" }` as the first layer, or `scale =
    "standard"` in the input.

    Source: UMLAUT (whose limit of 1 fires on standardized data); DeepDiagnosis; eleven programs.
    """
    entered = doors(about)
    for one in about.plan.spec.inputs.values():
        found = raw_range(about, one)
        if found is None or reach(found[0]) <= WIDE or one.dtype not in (None, *FLOATS):
            continue
        for node in takers(about, entered.get(one.name, ())):
            if node.layer.name in LEARNING:
                low, high = found[0]
                yield Finding(place_of(about, one), f"{found[1]} holds numbers from {low:g} to "
                              f"{high:g}, and `{node.layer_name}` takes them as they are",
                              advice='use scale = "standard", or Rescaling or Normalization first')
                break


@warning("TR161")
def double_rescaling(about: Subject) -> Iterator[Finding]:
    """Numbers that are small already are divided once more.

    Why: what is left spans less than 0.1, so to the first layer all rows look the same.

    Example:

        [inputs.x]
        shape = [28, 28, 1]
        range = [0, 1]
        [model]
        kind = "sequential"
        layers = [
          { type = "Rescaling", scale = 0.00392156862745098 },    # warning: [TR161]
          { type = "Flatten" },
          { type = "Dense", units = 10, activation = "softmax" },
        ]
        [outputs.digit]
        task = "multiclass"
        classes = 10

    Use instead: one of the two.

    Source: own judgement.
    """
    entered = doors(about)
    for one in about.plan.spec.inputs.values():
        limits = prepared_range(about, one)
        for node in takers(about, entered.get(one.name, ())):
            yield from divided(about, node, limits)


def divided(about: Subject, node: Node | None, limits: Range | None) -> Iterator[Finding]:
    """The first Rescaling of a row of them that leaves next to nothing of a small range."""
    while node is not None and node.layer.name == "Rescaling" and limits is not None:
        before, limits = limits, rescaled(node, limits)
        small = width(before) <= width(STANDARDIZED)
        if limits is not None and small and width(limits) < FLAT < width(before):
            yield Finding(node.where, f"it divides numbers from {before[0]:g} to {before[1]:g} once"
                          f" more, to a span of {width(limits):.2g}",
                          advice="leave one of the two out")
            return
        node = about.flow.only_after(node)


def width(limits: Range) -> float:
    """The span of a range."""
    return limits[1] - limits[0]


def prepared_range(about: Subject, one: Input) -> Range | None:
    """The range of an input's numbers after `scale`, where one holds for all of them."""
    columns = one.columns or (one.defaults,)
    scales = {column.scale for column in columns}
    if one.text is not None or any(column.encode for column in columns) or len(scales) > 1:
        return None
    scale = scales.pop()
    if scale == "none":
        return about.facts.input_ranges.get(one.name)
    return (0.0, 1.0) if scale == "minmax" else STANDARDIZED


def rescaled(node: Node, limits: Range) -> Range | None:
    """A range behind a Rescaling of one number."""
    scale, offset = node.layer.get("scale"), node.layer.get("offset", 0.0)
    if not isinstance(scale, int | float) or not isinstance(offset, int | float):
        return None
    low, high = sorted((limits[0] * scale + offset, limits[1] * scale + offset))
    return low, high


@warning("TR162")
def integer_input(about: Subject) -> Iterator[Finding]:
    """Integers enter a layer that multiplies them.

    Why: integers are mostly numbers of words or categories, and to `Dense` category 7 is seven
    times category 1. Convolutions of TensorFlow take no integers at all: an error.

    Example:

        [inputs.x]
        shape = [4]
        dtype = "int32"    # warning: [TR162]
        [model]
        kind = "sequential"
        layers = [{ type = "Dense", units = 1 }]
        [outputs.y]
        task = "regression"

    Use instead: `dtype = "float32"` for numbers; `Embedding` or `encode = "onehot"` for
    categories.

    Source: UMLAUT; measured with Keras 3.15 on TensorFlow.
    """
    entered = doors(about)
    for one in about.plan.graph.inputs:
        if not str(one.tensor.dtype).startswith(("int", "uint")):
            continue
        for node in takers(about, entered.get(one.name, ())):
            if node.layer.name in LEARNING - ATTENTIONS:
                spec = about.plan.spec
                written = spec.inputs[one.name].dtype is not None
                yield Finding(spec.where("inputs", one.name, *(("dtype",) if written else ())),
                              f"`{node.layer_name}` takes the {one.tensor.dtype} of input "
                              f"`{one.name}` as they are",
                              advice="use float32, or Embedding for categories",
                              severity="error" if node.layer.name in CONVOLUTIONS else None)
                break


@warning("TR163")
@each_output
def unscaled_target(one: Pairing) -> Iterator[Finding]:
    """Targets of a regression are in the hundreds or thousands, and the loss sees them so.

    Why: a squared error of prices begins at 10^10. Steps either explode or, with a rate that is
    small enough, never arrive.

    Example:

        [model]
        kind = "sequential"
        layers = [{ type = "Dense", units = 1 }]
        [outputs.price]
        task = "regression"
        range = [20_000, 900_000]    # warning: [TR163]

    Use instead: `scale = "standard"`: metrics and predictions stay in the target's own units.

    Source: DeepLocalize 52800582, 48934338.
    """
    limits, output = one.range, one.head.output
    if limits is None or one.task != "regression" or output.scale != "none" or (
            one.loss in WITHOUT_SCALE or ":" in one.loss or rescaled_end(one)):
        return
    spread, middle = width(limits) / 12 ** 0.5, sum(limits) / 2  # of even targets
    if one.profile is not None and one.profile.deviation is not None:
        spread, middle = one.profile.deviation, one.profile.mean or 0.0
    if one.loss == "Huber" and one.head.loss.get("delta", 1.0) >= spread / 10:
        return
    if spread > WIDEST_SPREAD or abs(middle) > FARTHEST_MEAN:
        yield Finding(one.at("range") if output.range else one.at(), f"targets from {limits[0]:g} "
                      f"to {limits[1]:g} enter the loss as they are",
                      advice='add scale = "standard"')


def rescaled_end(one: Pairing) -> bool:
    """Whether the model's last layer brings its output into the targets' units."""
    node = one.plan.graph.node(one.head.tensor.node)
    return node is None or node.layer.name in ("Rescaling", "Normalization", "Multiply", "Add") or (
        bool(node.model_file) or ":" in node.layer.name)


RULES: tuple[Rule, ...] = (
    unnormalized_input, double_rescaling, integer_input, unscaled_target,
)

__all__ = ["RULES"]
