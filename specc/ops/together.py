"""Arguments that do not go together, of all components but layers (inference judges those).

Two sorts: what Keras refuses when it constructs the component, and what it takes and then never
looks at, since another argument, which nobody wrote, would have to switch it on.
Source: the constructors and `call`s of Keras 3.15.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

from specc.diagnostics import Diagnostic, Kind
from specc.later import later
from specc.ops.component import Category, Component
from specc.ops.values import Place
from specc.record import Record

if TYPE_CHECKING:
    from specc.ops import errors
else:
    errors = later("specc.ops.errors")

class Clash(Record):
    key: str  # the argument
    reason: str  # what is wrong with it
    name: str = "arguments_that_clash"  # of the kind in `specc.ops.errors`


Clashes: TypeAlias = Callable[[Component], Iterator[Clash]]
Switches: TypeAlias = Mapping[str, tuple[str, str]]  # argument -> (what switches it on, how)

CLIPS = ("clipnorm", "clipvalue", "global_clipnorm")
_AXES: Switches = {"input_axes": ("output_axes", "`output_axes`"),
                   "output_axes": ("input_axes", "`input_axes`")}
_AVERAGE = ("use_ema", "`use_ema = true`")
_BEST = ("save_best_only", "`save_best_only = true`")

# Arguments that do nothing while another one is not written: by component, "*" is all of them.
SWITCHES: Mapping[tuple[Category, str], Switches] = {
    ("optimizer", "*"): {"ema_momentum": _AVERAGE, "ema_overwrite_frequency": _AVERAGE},
    ("schedule", "CosineDecay"): {"warmup_steps": ("warmup_target", "`warmup_target`"),
                                  "warmup_target": ("warmup_steps", "`warmup_steps`")},
    ("loss", "BinaryFocalCrossentropy"): {
        "alpha": ("apply_class_balancing", "`apply_class_balancing = true`")},
    ("callback", "ModelCheckpoint"): {
        "monitor": _BEST, "mode": _BEST, "initial_value_threshold": _BEST},
    ("callback", "TensorBoard"): {"write_images": ("histogram_freq", "`histogram_freq`")},
    **{("initializer", name): _AXES for name in (
        "GlorotNormal", "GlorotUniform", "HeNormal", "HeUniform", "LecunNormal", "LecunUniform",
        "VarianceScaling")},
}


def clashes(component: Component, place: Place) -> Iterator[Diagnostic]:
    """What is wrong with a component whose arguments are good one by one."""
    for name in ("*", component.name):
        key = (component.category, name)
        for argument, (switch, how) in SWITCHES.get(key, {}).items():
            if idle(component, argument) and switch not in component.args:
                yield errors.argument_without_effect(place(argument).key(), owner=component.name,
                                                     key=argument, needs=how)
        for clash in CLASHES[key](component) if key in CLASHES else ():
            kind: Kind = getattr(errors, clash.name)
            yield kind(place(clash.key), key=clash.key, reason=clash.reason)


def idle(component: Component, argument: str) -> bool:
    """Whether an argument says something that its default does not say."""
    return component.args.get(argument) not in (None, component.defaults.get(argument))


def of_optimizers(one: Component) -> Iterator[Clash]:
    clips = [key for key in CLIPS if one.args.get(key) is not None]
    for key in clips[1:]:
        yield Clash(key, f"cannot stand beside `{clips[0]}`; gradients are clipped in one way",
                    "clip_conflict")
    if "/" in (one.args.get("name") or ""):
        yield Clash("name", "holds a `/`, which separates the names of weights")


def of_piecewise(one: Component) -> Iterator[Clash]:
    boundaries, values = one.args["boundaries"], one.args["values"]
    if len(values) != len(boundaries) + 1:
        yield Clash("values", f"holds a rate more than `boundaries` holds steps, "
                    f"{len(boundaries) + 1}, found {len(values)}")
    if any(one >= after for one, after in pairwise(boundaries)):
        yield Clash("boundaries", "is a list of steps that rise")


def of_auc(one: Component) -> Iterator[Clash]:
    if one.get("num_labels") is not None and not one.get("multi_label"):
        yield Clash("num_labels", "is for several labels; it needs `multi_label = true`")


def of_iou(one: Component) -> Iterator[Clash]:
    classes = one.get("num_classes", 2)  # of BinaryIoU, which has no such argument
    beyond = [each for each in one.get("target_class_ids") if each >= classes]
    if beyond:
        yield Clash("target_class_ids",
                    f"are classes from 0 to {classes - 1}, found {beyond[0]}")


def of_checkpoint(one: Component) -> Iterator[Clash]:
    weights = one.get("save_weights_only")
    ending = ".weights.h5" if weights else ".keras"
    if not one.args["filepath"].endswith(ending):
        why = " with `save_weights_only = true`" if weights else ""
        yield Clash("filepath", f"ends in `{ending}`{why}, found `{one.args['filepath']}`",
                    "checkpoint_path")


def of_random_uniform(one: Component) -> Iterator[Clash]:
    if one.get("minval") > one.get("maxval"):
        yield Clash(_last(one, "minval", "maxval"),
                    "leaves nothing between `minval` and `maxval`")


def of_min_max_norm(one: Component) -> Iterator[Clash]:
    if one.get("min_value") > one.get("max_value"):
        yield Clash(_last(one, "min_value", "max_value"),
                    "leaves nothing between `min_value` and `max_value`")


def _last(one: Component, *keys: str) -> str:
    """Of two arguments the later one that is written."""
    return [key for key in one.args if key in keys][-1]


CLASHES: Mapping[tuple[Category, str], Clashes] = {
    ("optimizer", "*"): of_optimizers,
    ("schedule", "PiecewiseConstantDecay"): of_piecewise,
    ("metric", "AUC"): of_auc,
    ("metric", "IoU"): of_iou,
    ("metric", "OneHotIoU"): of_iou,
    ("metric", "BinaryIoU"): of_iou,
    ("callback", "ModelCheckpoint"): of_checkpoint,
    ("initializer", "RandomUniform"): of_random_uniform,
    ("constraint", "MinMaxNorm"): of_min_max_norm,
}

__all__ = ["CLASHES", "SWITCHES", "clashes"]
