"""How drawn specs are trained: optimizers, schedules, callbacks, `[fit]`."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from specc.ops import table
from specc.source import Tree
from specc.testing.draws import Chance

# Learning rates that authors give each optimizer.
RATES: Mapping[str, tuple[float, ...]] = {
    "SGD": (0.01, 0.05), "Adagrad": (0.01, 0.05), "Adadelta": (0.5, 1.0), "Ftrl": (0.01, 0.05),
    "Adafactor": (0.001, 0.01), "Lion": (0.0001, 0.0003), "Muon": (0.001, 0.005),
}
USUAL = (0.001, 0.003)
FURTHER: tuple[dict[str, Tree], ...] = (
    {}, {"clipnorm": 1.0}, {"clipvalue": 0.5}, {"global_clipnorm": 1.0}, {"weight_decay": 0.01},
    {"use_ema": True, "ema_momentum": 0.9})
CALLBACKS = ("EarlyStopping", "ReduceLROnPlateau", "ModelCheckpoint", "TerminateOnNaN",
             "CSVLogger", "SwapEMAWeights")  # TensorBoard needs a package of its own


def allowed(category: Any) -> tuple[str, ...]:
    """The components of a category that a spec may hold."""
    return tuple(name for name in table.names(category)
                 if not table.entry(category, name).refused)  # type: ignore[union-attr]


def trained(random: Chance, rows: int, validated: bool, optimizer: str | None = None,
            schedule: str | None = None) -> dict[str, Tree]:
    """The tables `compile` and `fit`; rows: how many are trained on."""
    epochs = random.randint(1, 2)
    batch = random.choice([8, 16, 32])
    steps = epochs * math.ceil(rows / batch)
    name = optimizer or random.choice(allowed("optimizer"))
    made = _optimizer(random, name, steps, schedule)
    fit: dict[str, Tree] = {"epochs": epochs, "batch_size": batch}
    if random.random() < 0.2:
        fit["validation_batch_size"] = 32
    scheduled = isinstance(made.get("inner_optimizer", made).get("learning_rate"), dict)
    callbacks = _callbacks(random, validated, scheduled, bool(made.get("use_ema")))
    if callbacks:
        fit["callbacks"] = callbacks
    compiled: dict[str, Tree] = {"optimizer": made, "jit_compile": False}
    if random.random() < 0.1:
        compiled["steps_per_execution"] = 2
    return {"compile": compiled, "fit": fit}


def _optimizer(random: Chance, name: str, steps: int,
               schedule: str | None = None) -> dict[str, Tree]:
    if name == "LossScaleOptimizer":
        inner = random.choice(["SGD", "Adam"])
        return {"type": name, "inner_optimizer": _optimizer(random, inner, steps, schedule)}
    found: dict[str, Tree] = {"type": name}
    rate = random.choice(RATES.get(name, USUAL))
    if schedule is not None or random.random() < 0.25:
        found["learning_rate"] = _schedule(
            schedule or random.choice(allowed("schedule")), rate, steps)
    elif random.random() < 0.5:
        found["learning_rate"] = rate
    if name != "ScheduleFreeAdamW" and random.random() < 0.4:
        found |= random.choice(FURTHER)
    if name == "SGD" and random.random() < 0.5:
        found["momentum"] = 0.9
    return found


def _schedule(name: str, rate: float, steps: int) -> dict[str, Tree]:
    found: dict[str, Tree] = {"type": name}
    if name == "PiecewiseConstantDecay":
        return {**found, "boundaries": [max(1, steps // 2)], "values": [rate, rate / 10]}
    first = "first_decay_steps" if name == "CosineDecayRestarts" else "decay_steps"
    found |= {"initial_learning_rate": rate, first: max(1, steps)}
    if name in ("ExponentialDecay", "InverseTimeDecay"):
        found["decay_rate"] = 0.9
    return found


def _callbacks(random: Chance, validated: bool, scheduled: bool, averaged: bool) -> list[Tree]:
    found: list[Tree] = []
    for name in CALLBACKS:
        wanted = 1.0 if name == "SwapEMAWeights" else 0.2
        if random.random() < wanted and (one := _callback(name, validated, scheduled, averaged)):
            found.append(one)
    return found


def _callback(name: str, validated: bool, scheduled: bool, averaged: bool) -> Tree:
    """A callback that fits, or None: what it watches has to be there."""
    match name:
        case "EarlyStopping" if validated:
            return {"type": name, "monitor": "val_loss", "patience": 3,
                    "restore_best_weights": True}
        case "ReduceLROnPlateau" if validated and not scheduled:
            return {"type": name, "monitor": "val_loss", "patience": 1, "min_lr": 1e-7}
        case "ModelCheckpoint" if validated:
            return {"type": name, "filepath": "best.keras", "monitor": "val_loss",
                    "save_best_only": True}
        case "CSVLogger":
            return {"type": name, "filename": "log.csv"}
        case "SwapEMAWeights" if averaged:
            return {"type": name}
        case "TerminateOnNaN":
            return name
    return None


__all__ = ["CALLBACKS", "allowed", "trained"]
