"""Objects as Keras saves them to components as a spec writes them.

Names are looked up in the table alone; arguments equal to Keras's defaults are left out, and
nested components without arguments are their word.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping

from specc.diagnostics import Diagnostic, nearest
from specc.ops import table
from specc.ops.arguments import canonical_args, resolve
from specc.ops.component import Category, Component
from specc.ops.types import CATEGORIES, POLICIES
from specc.record import replace
from specc.saved.config import ARRAY, CODE, TUPLE, Saved, saved
from specc.saved.errors import (
    argument_unsaid,
    class_unknown,
    cut,
    holds_code,
    module_foreign,
)
from specc.source import Path, Tree, Where

HOMES: Mapping[Category, tuple[str, ...]] = {
    category: (f"keras.{category}s", f"keras.src.{category}s") for category in CATEGORIES
} | {"loss": ("keras.losses", "keras.src.losses"),
     "schedule": ("keras.optimizers.schedules", "keras.src.optimizers.schedules"),
     # On torch `keras.optimizers.Adam()` is a subclass of its own, and saved as that.
     "optimizer": ("keras.optimizers", "keras.src.optimizers",
                   "keras.src.backend.torch.optimizers")}
FUNCTIONS = ("", "builtins", "keras.activations", "keras.losses", "keras.metrics",
             "keras.src.activations", "keras.src.losses", "keras.src.metrics")
# What get_config says besides the arguments of a constructor, and changes nothing.
QUIET: Mapping[str, tuple[Tree, ...]] = {
    "data_format": ("channels_last",), "oov_method": ("floormod",), "implementation": (1, 2),
    "is_legacy_optimizer": (True,), "dtype": ("float32",), "trainable": (True,),
}
# Arguments that take a number or a list, and are saved as a list.
LISTED = frozenset({("LayerNormalization", "axis"), ("Normalization", "axis"),
                    ("UnitNormalization", "axis")})
COMPUTED = ("name", "vocabulary_size", "batch_input_shape", "batch_shape")


class Unsaid(Exception):
    """Why something saved cannot be written in a spec: a diagnostic."""

    def __init__(self, found: Diagnostic) -> None:
        self.found = found
        super().__init__(found.message)


class Reading:
    """Where and in which layer something is read, for what is said of it."""

    def __init__(self, file: str, layer: str = "", path: Path = (), *,
                 frozen: bool = False) -> None:
        self.where, self.layer, self.frozen = Where(file, path), layer, frozen

    def of(self, one: Saved) -> Reading:
        return Reading(self.where.file, one.name or one.kind, one.path,
                       frozen=one.config.get("trainable") is False)

    def unsaid(self, reason: str) -> Unsaid:
        return Unsaid(argument_unsaid(self.where, layer=self.layer, reason=reason))

    def code(self, what: str) -> Unsaid:
        return Unsaid(holds_code(self.where, layer=self.layer, what=what))


def component(one: Saved, category: Category, reading: Reading, policy: str = "float32", *,
              keep_dtype: bool = False) -> tuple[str, dict[str, Tree]]:
    """The class and the arguments of a saved object, defaults left out.

    policy: the model's dtype policy, which is no argument of a layer. keep_dtype: write the
    layer's own even so.
    """
    name = class_name(one, category, reading)
    if name == "Bidirectional":
        one = replace(one, config={key: _inner(value) for key, value in one.config.items()})
    args = arguments(one, category, name, reading, policy, keep_dtype)
    return name, shortened(category, name, args, reading)


def shortened(category: Category, name: str, args: Mapping[str, Tree],
              reading: Reading) -> dict[str, Tree]:
    """Arguments as a spec writes them, checked, defaults left out."""
    written = {"type": name, **args}
    return _short(category, written, _resolved(category, written, reading), reading)


def class_name(one: Saved, category: Category, reading: Reading) -> str:
    """The class that the table knows; Unsaid for everything else."""
    if one.kind in CODE or one.kind == "function":
        raise reading.code(f"{one.kind} {one.config.get('name', '')}".strip())
    if not any(one.module == home or one.module.startswith(f"{home}.")
               for home in HOMES[category]):
        raise Unsaid(module_foreign(reading.where, layer=reading.layer, module=one.module,
                                    name=one.kind))
    entry = table.entry(category, one.kind)
    if entry is None:
        raise Unsaid(class_unknown(reading.where, layer=reading.layer, name=one.kind,
                                   known=table.names(category)))
    if entry.refused:
        raise reading.code(one.kind)
    return one.kind


def arguments(one: Saved, category: Category, name: str, reading: Reading, policy: str,
              keep_dtype: bool = False) -> dict[str, Tree]:
    """What a config says, as a spec would write it, defaults and all."""
    entry = table.entry(category, name)
    params = entry.params if entry else {}
    out: dict[str, Tree] = {}
    for key, value in one.config.items():
        if category == "layer" and key == "dtype" and key in params:
            own = policy_of(value, reading)
            if own is not None and (keep_dtype or own != policy):
                out[key] = own
        elif key == "data_format" and value == "channels_last":
            continue  # what specc builds with, whatever Keras is set to
        elif key in params and key != "name":
            plain = value_of(value, reading, policy, key)
            if (name, key) in LISTED and isinstance(plain, list) and len(plain) == 1:
                (plain,) = plain
            if not (plain is None and not params[key].nullable):
                out[key] = plain
        elif not _quiet(key, value):
            raise reading.unsaid(f"`{name}` has no argument `{cut(key)}`"
                                 + nearest(key, params))
    if name == "Bidirectional" and _mirrored(out):
        del out["backward_layer"]
    return out


def _inner(value: Tree) -> Tree:
    """A layer inside Bidirectional, without what Bidirectional sets itself."""
    if not isinstance(value, Mapping) or not isinstance(value.get("config"), Mapping):
        return value
    return {**value, "config": {key: each for key, each in value["config"].items()
                                if key != "zero_output_for_mask"}}


def _quiet(key: str, value: Tree) -> bool:
    if value is None or value is False or key in COMPUTED:
        return True
    if key == "dtype" and isinstance(value, dict):
        return True
    return isinstance(value, str | int) and value in QUIET.get(key, ())


def _mirrored(args: Mapping[str, Tree]) -> bool:
    """Whether the backward layer is the one that Keras makes of the forward one."""
    forward, backward = args.get("layer"), args.get("backward_layer")
    if not isinstance(forward, dict) or not isinstance(backward, dict):
        return False
    turned = {**forward, "go_backwards": not forward.get("go_backwards", False)}
    return {"go_backwards": False, **turned} == {"go_backwards": False, **backward}


def policy_of(value: Tree, reading: Reading) -> str | None:
    """The name of a dtype policy; None where none is said."""
    one = saved(value)
    if one is not None:
        value = one.config.get("name")
        if one.kind != "DTypePolicy":
            raise reading.unsaid(f"a spec cannot say the dtype policy `{cut(one.kind)}`")
    if value is None or isinstance(value, str):
        return value
    raise reading.unsaid("its dtype is no policy")


def value_of(value: Tree, reading: Reading, policy: str, key: str = "") -> Tree:
    """One saved value as a spec writes it. Unsaid for code, and for what has no form."""
    if isinstance(value, list):
        return [value_of(each, reading, policy, key) for each in value]
    if not isinstance(value, Mapping):
        return value
    if value.get("class_name") == "function":
        return _function(value, reading)
    if value.get("class_name") in CODE:
        raise reading.code(f"{cut(key)} is {value['class_name']}")
    one = saved(value)
    if one is None:
        raise reading.unsaid(f"`{cut(key)}` is a table, which no argument of a spec is")
    if one.kind in (TUPLE, ARRAY):
        return value_of(one.config.get("value"), reading, policy, key)
    if one.kind == "DTypePolicy":
        return policy_of(value, reading)
    category = category_of(one, reading)
    if category == "layer" and key.endswith("activation"):
        raise reading.unsaid(f"`{key}` is the layer `{one.kind}`; an activation with arguments is "
                             "a layer of its own in a spec")
    name, args = component(one, category, reading, policy)
    if category == "layer" and one.config.get("trainable") is False and not reading.frozen:
        raise reading.unsaid(f"`{key}` is frozen alone, which a spec says only of whole layers")
    return {"type": name, **args} if args else name


def _function(value: Mapping[str, Tree], reading: Reading) -> str:
    """A function that Keras knows by name; any other is code."""
    name, module = value.get("config"), value.get("module") or ""
    known = isinstance(name, str) and module in FUNCTIONS and any(
        table.canonical(one, name) for one in ("activation", "loss", "metric"))
    if not known:
        raise reading.code(f"the function {name if isinstance(name, str) else ''}")
    return str(name)


def category_of(one: Saved, reading: Reading) -> Category:
    """The category of a saved object, by the module that it is said to be of."""
    for category in ("schedule", *CATEGORIES):
        if any(one.module == home or one.module.startswith(f"{home}.")
               for home in HOMES[category]):
            return category
    raise Unsaid(module_foreign(reading.where, layer=reading.layer, module=one.module,
                                name=one.kind))


def _resolved(category: Category, written: Mapping[str, Tree], reading: Reading) -> Component:
    """The component, checked against the table."""
    done = resolve(category, written, lambda *steps: reading.where.at("config", *steps))
    if done.value is None:
        raise reading.unsaid(done.diagnostics[0].message)
    return done.value


def made_of(kind: str, args: Mapping[str, Tree]) -> Component:
    """The component of a layer whose arguments are known to be good."""
    done = resolve("layer", {"type": kind, **args}, Where("").at)
    assert done.value is not None
    return done.value


def _short(category: Category, written: Mapping[str, Tree], made: Component,
           reading: Reading) -> dict[str, Tree]:
    """The arguments that are not the default; `[3, 3]` is 3 where that is the same."""
    canonical = canonical_args(made)
    entry = table.entry(category, made.name)
    out: dict[str, Tree] = {}
    for key in entry.params if entry else ():
        if key not in canonical:
            continue
        value = out[key] = _words(canonical[key])
        for shorter in _collapsed(value):
            tried = resolve(category, {**written, key: shorter}, reading.where.at)
            if tried.value is not None and canonical_args(tried.value) == canonical:
                out[key] = shorter
                break
    return out


def _collapsed(value: Tree) -> Iterator[Tree]:
    """Shorter ways to write a list whose elements are equal, the shortest first."""
    if isinstance(value, list) and value and not isinstance(value[0], dict):
        if all(one == value[0] for one in value):
            yield from _collapsed(value[0])
            yield value[0]
        if isinstance(value[0], list) and all(
                isinstance(one, list) and one and one == one[:1] * len(one) for one in value):
            yield [one[0] for one in value]


def _words(value: Tree) -> Tree:
    """Components without arguments as their word."""
    if isinstance(value, list):
        return [_words(one) for one in value]
    if not isinstance(value, dict):
        return value
    inner = {key: _words(one) for key, one in value.items()}
    return inner["type"] if set(inner) == {"type"} else inner


def policies(layers: Iterator[Saved]) -> str:
    """The policy of most layers, if it is one that a model can have as a whole."""
    counts: dict[str, int] = {}
    for one in layers:
        own = saved(one.config.get("dtype"))
        name = own.config.get("name") if own else one.config.get("dtype")
        if isinstance(name, str):
            counts[name] = counts.get(name, 0) + 1
    most = max(counts, key=lambda name: counts[name], default="float32")
    return most if most in POLICIES else "float32"


def rounded(value: float) -> float:
    """The shortest number that is the same in 32 bits: 0.0010000000474974513 is 0.001.

    Keras keeps learning rates as float32 and saves what that holds.
    """
    try:
        if struct.unpack("f", struct.pack("f", value))[0] != value:
            return value
        return next(short for digits in range(1, 18)
                    if struct.pack("f", short := float(f"{value:.{digits}g}"))
                    == struct.pack("f", value))
    except (OverflowError, ValueError):
        return value

