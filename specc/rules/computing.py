"""How a step is computed: averaged weights, compilation, precision. TR115 to TR117."""

from __future__ import annotations

from collections.abc import Iterator

from specc.ir.training import keeps
from specc.rules.extent import at_callback, at_optimizer, callbacks, optimizer, put
from specc.rules.pairing import Subject
from specc.rules.rule import Finding, Rule, warning

HALVES = ("float16", "mixed_float16")
# What XLA cannot compile on every device: drawn or resampled by kernels that it lacks.
UNCOMPILED = ("CutMix", "MixUp")
RESAMPLED = ("bicubic", "lanczos3", "lanczos5", "gaussian", "mitchellcubic")


@warning("TR115")
def ema_misuse(about: Subject) -> Iterator[Finding]:
    """Averages of the weights are kept, and what is measured are other weights.

    Why: with `use_ema` alone every epoch is validated with the weights as they are, and the
    average takes their place when training ends: the model that is saved was never measured, and
    `restore_best_weights` throws the average away. `SwapEMAWeights` without `use_ema` has nothing
    to swap, and Keras raises at the first validation.

    Example:

        [model]
        kind = "sequential"
        layers = [{ type = "Dense", units = 1 }]
        [outputs.y]
        task = "regression"
        [compile]
        optimizer = { type = "Adam", use_ema = true }    # warning: [TR115]

    Use instead: `callbacks = [{ type = "SwapEMAWeights" }]` beside it.

    Source: measured with Keras 3.15.
    """
    spec, averages = about.plan.spec, optimizer(about).get("use_ema") is True
    swaps = [(index, one) for index, one in callbacks(about) if one.name == "SwapEMAWeights"]
    whole = len(about.plan.callbacks) == len(spec.fit.callbacks)
    if averages and whole and not swaps and optimizer(about).get("ema_overwrite_frequency") is None:
        yield Finding(at_optimizer(about, "use_ema"), "the averaged weights take their place when "
                      "training ends, and no epoch was measured with them",
                      advice='add { type = "SwapEMAWeights" } to the callbacks')
    for index, one in () if averages else swaps:
        raises = one.get("swap_on_epoch") or (spec.data is not None and keeps(spec, "validation"))
        yield Finding(at_callback(about, index), "`SwapEMAWeights` swaps in averages that the "
                      "optimizer does not keep", severity="error" if raises else None,
                      advice="set use_ema = true in the optimizer")


@warning("TR116")
def jit_with_dynamic(about: Subject) -> Iterator[Finding]:
    """`jit_compile = true` for a model that XLA compiles badly or not at all.

    Why: XLA compiles for one shape: every new length of a sequence, and every last batch, is
    compiled again, which takes longer than the step it saves. Some layers are made of kernels
    that XLA lacks, and then the first step fails.

    Example:

        [inputs.x]
        shape = ["time", 4]
        [model]
        kind = "sequential"
        layers = [{ type = "GlobalAveragePooling1D" }, { type = "Dense", units = 1 }]
        [outputs.y]
        task = "regression"
        [compile]
        jit_compile = true    # warning: [TR116]

    Use instead: `jit_compile = "auto"`, or a length that is a number.

    Source: own judgement; layers measured with Keras 3.15 on TensorFlow.
    """
    plan = about.plan
    if plan.spec.compile.jit_compile is not True:
        return
    where = plan.spec.where("compile", "jit_compile")
    for node in plan.graph.nodes:
        if node.layer.name in UNCOMPILED or node.layer.get("interpolation") in RESAMPLED:
            yield Finding(where, f"XLA cannot compile `{node.layer.name}`",
                          advice='use jit_compile = "auto"', fix=put(about, where, "auto"))
            return
    for one in plan.graph.inputs:
        free = [dim for dim in (one.tensor.shape or ())[1:] if not isinstance(dim, int)]
        if free and free[0] is not None:
            yield Finding(where, f"XLA compiles anew for every length of `{free[0]}` that input "
                          f"`{one.name}` brings", advice='use jit_compile = "auto"')
            return


@warning("TR117")
def mixed_precision_output(about: Subject) -> Iterator[Finding]:
    """Half precision where it does not reach: in an output, or in gradients without a scale.

    Why: float16 ends at 65,504 and knows nothing between 0 and 6e-8. A softmax or loss in it
    becomes infinite or 0, and gradients vanish unless the loss is scaled up before.

    Example:

        [model]
        kind = "sequential"
        dtype = "mixed_float16"
        layers = [
          { type = "Dense", units = 8, activation = "relu" },
          { type = "Dense", units = 3 },
          { type = "Softmax", dtype = "float16" },    # warning: [TR117]
        ]
        [outputs.y]
        task = "multiclass"
        classes = 3

    Use instead: no `dtype` at the last layer, which then is float32; `auto_scale_loss = true`.

    Source: Keras's guide to mixed precision; measured with Keras 3.15.
    """
    plan = about.plan
    for head in plan.heads:
        node = plan.graph.node(head.tensor.node)
        if node is not None and node.layer.args.get("dtype") in HALVES:
            yield Finding(node.at("dtype"), f"output `{head.name}` is computed in float16",
                          advice="leave `dtype` out: outputs are float32")
    off = plan.spec.model.dtype == "mixed_float16" and not plan.spec.compile.auto_scale_loss
    if off and plan.optimizer.name != "LossScaleOptimizer" and (
            plan.optimizer.get("loss_scale_factor") is None):
        where = plan.spec.where("compile", "auto_scale_loss")
        yield Finding(where, "gradients in float16 without a scale become 0 when they are small",
                      advice="set auto_scale_loss = true", fix=put(about, where, True))


RULES: tuple[Rule, ...] = (ema_misuse, jit_with_dynamic, mixed_precision_output)

__all__ = ["RULES"]
