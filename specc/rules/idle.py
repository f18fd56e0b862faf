"""Arguments that a layer takes and never looks at: SH140 to SH149."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from specc.diagnostics import Related
from specc.ir.graph import Node
from specc.ops.shaping import several
from specc.ops.together import idle
from specc.rules.pairing import Subject
from specc.rules.rule import Finding, Rule, warning

# What switches an argument off: another one, and the value it has then.
OFF: Mapping[str, tuple[str, object]] = {
    **{f"bias_{part}": ("use_bias", False) for part in ("initializer", "regularizer",
                                                        "constraint")},
    **{f"beta_{part}": ("center", False) for part in ("initializer", "regularizer", "constraint")},
    **{f"gamma_{part}": ("scale", False) for part in ("initializer", "regularizer", "constraint")},
    "renorm_momentum": ("renorm", False),
    "renorm_clipping": ("renorm", False),
    "lora_alpha": ("lora_rank", None),
}
FILLED = ("constant",)  # modes of filling that take a `fill_value`


@warning("SH140")
def dead_config(about: Subject) -> Iterator[Finding]:
    """An argument is written that nothing looks at, since another one leaves it nothing to do.

    Why: it reads as if it did something, and whoever tunes it changes nothing.

    Example:

        [model]
        kind = "sequential"
        [[model.layers]]
        type = "Dense"
        units = 1
        use_bias = false
        bias_initializer = "ones"    # warning: [SH140]
        [outputs.y]
        task = "regression"

    Use instead: leave it out, or switch on what it is for.

    Source: the constructors of Keras 3.15, and the weights they make.
    """
    for node in about.plan.graph.layers():
        for argument, switch, how in _dead(node):
            known = (Related(node.at(switch), "this leaves it nothing to do"),)
            yield Finding(node.at(argument).key(), f"`{argument}` of `{node.layer.name}` does "
                          f"nothing with {how}", advice="leave it out",
                          related=known if switch in node.written else ())


def _dead(node: Node) -> Iterator[tuple[str, str, str]]:
    """(argument, the one that switches it off, how) of all that does nothing."""
    layer = node.layer
    for argument in layer.args:
        if argument in node.doubtful or not idle(layer, argument):
            continue
        switch, value = OFF.get(argument, ("", None))
        if switch and switch not in node.doubtful and layer.get(switch) == value:
            yield argument, switch, f"`{switch} = {_written(value)}`"
        elif argument == "dilation_rate" and "kernel_size" in layer.args and not any(
                one > 1 for one in several(layer.get("kernel_size"))):
            yield argument, "kernel_size", "a kernel of 1"
        elif argument == "fill_value" and layer.get("fill_mode", "constant") not in FILLED:
            yield argument, "fill_mode", f"`fill_mode = \"{layer.get('fill_mode')}\"`"


def _written(value: object) -> str:
    return "none" if value is None else str(value).lower()


RULES: tuple[Rule, ...] = (dead_config,)

__all__ = ["RULES", "dead_config"]
