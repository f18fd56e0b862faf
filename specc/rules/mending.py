"""Fixes of metrics: another class, or arguments set, under the name that they have."""

from __future__ import annotations

from json import dumps

from specc.diagnostics import Edit, Fix
from specc.rules.pairing import Judge, Pairing

Value = str | int | float | bool


def with_arguments(one: Pairing, judge: Judge, **arguments: Value) -> Fix | None:
    """A metric with arguments set: in its table, or in one that takes the place of its word."""
    tree = one.written(judge.where)
    if isinstance(tree, str):
        return in_place_of_word(one, judge, judge.metric.name, **arguments)
    if not isinstance(tree, dict) or any(isinstance(tree.get(key), str) for key in arguments):
        return None
    said = " and ".join(f"{key} = {dumps(value)}" for key, value in arguments.items())
    return Fix(f"set {said}", tuple(Edit(judge.where.at(key), dumps(value), key not in tree)
                                    for key, value in arguments.items()))


def in_place_of_word(one: Pairing, judge: Judge, kind: str, **arguments: Value) -> Fix | None:
    """A metric that is only a word, replaced by a class with arguments of the same name."""
    if not isinstance(one.written(judge.where), str):
        return None
    table = {"type": kind, "name": judge.key, **arguments}
    inside = ", ".join(f"{key} = {dumps(value)}" for key, value in table.items())
    return Fix(f"use {kind}", (Edit(judge.where, f"{{ {inside} }}"),))


def as_word(one: Pairing, judge: Judge, word: str) -> Fix | None:
    """A word in place of a metric that says nothing but its class."""
    tree = one.written(judge.where)
    if isinstance(tree, str) or (isinstance(tree, dict) and set(tree) == {"type"}):
        return Fix(f"use {word}", (Edit(judge.where, dumps(word)),))
    return None


__all__ = ["as_word", "in_place_of_word", "with_arguments"]
