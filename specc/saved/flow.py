"""What enters a call in a saved functional model: tensors, constants, and their structure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

from specc.ops import OPS
from specc.ops.calls import constants_of
from specc.record import Record
from specc.saved.call import Inputs
from specc.saved.component import Reading, Unsaid
from specc.saved.config import TENSOR, TUPLE, saved
from specc.saved.errors import config_malformed, cut, structure_unsaid
from specc.source import Tree
from specc.tensor import Shape

Key: TypeAlias = tuple[str, int, int]  # the layer, which call of it, which of its results
MASKS = ("mask", "query_mask", "value_mask", "key_mask")


class Flow(Record):
    """A tensor that enters. `shape` has the batch first, None where a length is free."""

    key: Key
    shape: Shape
    dtype: str


class Entering(Record):
    """The arguments of a call, with a `Flow` where a tensor stands."""

    args: tuple[Tree, ...]
    named: Mapping[str, Tree]

    def flows(self) -> Iterator[Flow]:
        """Every tensor in order, of names in the alphabet's, as Keras flattens them."""
        yield from flatten(list(self.args))
        yield from flatten(dict(self.named))


def malformed(reading: Reading, reason: str) -> Unsaid:
    return Unsaid(config_malformed(reading.where, layer=reading.layer, reason=reason))


def wiring(reading: Reading, reason: str) -> Unsaid:
    return Unsaid(structure_unsaid(reading.where, layer=reading.layer, reason=reason))


def entering(node: Tree, reading: Reading) -> Entering:
    """One of a layer's `inbound_nodes`."""
    if not isinstance(node, Mapping):
        raise malformed(reading, "its inputs are not in the form that Keras 3 writes; load the "
                                 "model in Keras 3 and save it again")
    args, named = node.get("args"), node.get("kwargs")
    if not isinstance(args, list) or not isinstance(named, Mapping):
        raise malformed(reading, "its inputs lack `args` and `kwargs`")
    return Entering(tuple(_flows(one, reading) for one in args),
                    {str(key): _flows(one, reading) for key, one in named.items()})


def _flows(tree: Tree, reading: Reading) -> Tree:
    """A tree of arguments with its tensors as `Flow`."""
    if isinstance(tree, list):
        return [_flows(one, reading) for one in tree]
    if not isinstance(tree, Mapping):
        return tree
    kind = tree.get("class_name")
    if kind == TENSOR:
        return _flow(tree.get("config"), reading)
    if kind == TUPLE and (one := saved(tree)) is not None:
        return _flows(one.config.get("value"), reading)
    return {key: _flows(one, reading) for key, one in tree.items()}


def _flow(config: Tree, reading: Reading) -> Flow:
    found = config if isinstance(config, Mapping) else {}
    key = key_of(found.get("keras_history"))
    shape = found.get("shape")
    if key is None or not isinstance(shape, list) or not all(
            one is None or (isinstance(one, int) and one >= 0) for one in shape):
        raise malformed(reading, "one of its inputs names no layer, or has no shape")
    dtype = found.get("dtype")
    return Flow(key, tuple(shape), dtype if isinstance(dtype, str) else "float32")


def key_of(tree: Tree) -> Key | None:
    """`["dense", 0, 0]`: a layer, which call of it, which of its results."""
    if not isinstance(tree, list | tuple) or len(tree) != 3:
        return None
    layer, call, result = tree
    good = isinstance(layer, str) and type(call) is int and type(result) is int
    return (layer, call, result) if good and call >= 0 and result >= 0 else None


def flatten(tree: Tree) -> Iterator[Flow]:
    """The tensors of a structure in Keras's order: lists as they are, tables by key."""
    if isinstance(tree, Flow):
        yield tree
    elif isinstance(tree, list):
        for one in tree:
            yield from flatten(one)
    elif isinstance(tree, Mapping):
        for key in sorted(tree):
            yield from flatten(tree[key])


def keys_of(tree: Tree, reading: Reading, name: str = "") -> Iterator[tuple[str, Key]]:
    """The tensors of `input_layers` or `output_layers`, each with the keys that lead to it."""
    key = key_of(tree)
    if key is not None:
        yield name, key
    elif isinstance(tree, list):
        for one in tree:
            yield from keys_of(one, reading, name)
    elif isinstance(tree, Mapping):
        one = saved(tree)
        if one is not None and one.kind == TUPLE:
            yield from keys_of(one.config.get("value"), reading, name)
            return
        for step in sorted(tree):
            yield from keys_of(tree[step], reading, f"{name}_{step}" if name else step)
    else:
        raise malformed(reading, "its inputs or outputs name no layer")


def inputs_of(kind: str, given: Entering, names: Callable[[Flow], str],
              reading: Reading) -> tuple[Inputs, dict[str, Tree]]:
    """What enters a layer, as an entry says it, and the constants of the call."""
    op = OPS[kind]
    args = list(given.args)
    while args and args[-1] is None:
        args.pop()
    constants, named = _constants(kind, given.named, reading)
    named = {key: one for key, one in named.items()
             if not (isinstance(one, list) and not any(True for _ in flatten(one)))}
    if op.takes == "list":
        if named or len(args) != 1 or not isinstance(args[0], list):
            raise wiring(reading, f"`{kind}` is called with more than a list of tensors")
        return tuple(names(one) for one in _each(args[0], kind, reading)), constants
    calls = op.calls or ("inputs",)
    if len(args) > len(calls):
        raise wiring(reading, f"`{kind}` is called with more than a spec can say")
    if not named and all(isinstance(one, Flow) for one in args) and 1 <= len(args) <= 2:
        if len(args) > 1 and not op.calls:
            raise wiring(reading, f"`{kind}` is called with more than one tensor")
        return tuple(names(one) for one in args), constants
    both = {key: one for key, one in zip(calls, args, strict=False) if one is not None} | named
    out: dict[str, str | tuple[str, ...]] = {}
    for key in [*calls, *both]:
        if key not in both or key in out:
            continue
        if key not in calls:
            raise wiring(reading, f"`{kind}` is called with `{cut(key)}`, which a spec cannot say")
        one = both[key]
        out[key] = names(one) if isinstance(one, Flow) else tuple(
            names(each) for each in _each(one, kind, reading))
    if not out:
        raise malformed(reading, "no tensor enters it")
    if len(out) == 1 and not op.calls:
        (only,) = out.values()
        return (only if isinstance(only, tuple) else (only,)), constants
    return out, constants


def _each(tree: Tree, kind: str, reading: Reading) -> list[Flow]:
    """A flat list of tensors; what has another form has no words in a spec."""
    if isinstance(tree, list) and tree and all(isinstance(one, Flow) for one in tree):
        return tree
    raise wiring(reading, f"`{kind}` is called with a structure that a spec cannot say")


def _constants(kind: str, named: Mapping[str, Tree],
               reading: Reading) -> tuple[dict[str, Tree], dict[str, Tree]]:
    """Constants that an entry holds with `with`, and what else was passed by name.

    `training` is left out: Keras writes it whether it was said or not, and a functional model
    gives every layer its own.
    """
    constants: dict[str, Tree] = {}
    rest: dict[str, Tree] = {}
    for key, one in named.items():
        if one is None or one is False or key == "training":
            continue
        if one is True and key in constants_of(kind):
            constants[key] = one
        elif any(True for _ in flatten(one)):
            rest[key] = one
        else:
            raise wiring(reading, f"`{kind}` is called with `{cut(key)}`, which a spec cannot say")
    return constants, rest
