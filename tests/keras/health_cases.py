"""What goes wrong in training: for each rule a spec that provokes it, and a healthy twin.

Both are made of one template, and differ in what is named. The rows are drawn, the same each time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

TEMPLATE = """\
specc = 1
name = "case"
seed = {seed}
[data]
source = {source}
{split}
[inputs.x]
columns = {columns}
{how}
[model]
kind = "functional"
layers = [
{layers}
]
[outputs.y]
{output}
[compile]
optimizer = {optimizer}
[fit]
epochs = {epochs}
batch_size = {batch}
callbacks = [{callbacks}]
"""
RAW = 'scale = "none"'
HUGE = 'kernel_initializer = { type = "RandomNormal", stddev = 200.0 }'
SMALL = 'kernel_initializer = { type = "RandomNormal", stddev = 1e-4 }'
ALIKE = 'kernel_initializer = { type = "RandomNormal", mean = 0.1, stddev = 1e-12 }'
DOWN = 'bias_initializer = { type = "Constant", value = -40.0 }'


def stack(*layers: str) -> str:
    """Layers as the template takes them."""
    return "\n".join(f"  {{ {one} }}," for one in layers)


PLAIN = {
    "source": '"numbers.csv"', "split": "split = { validation = 0.25 }",
    "columns": '["a", "b", "c", "d"]', "how": 'scale = "standard"',
    "layers": stack('type = "Dense", units = 16, activation = "relu"',
        'type = "Dense", units = 1, name = "y"'),
    "output": 'task = "regression"\ntarget = "y"\nscale = "standard"\nmetrics = ["mae"]',
    "optimizer": '{ type = "Adam", learning_rate = 0.005 }', "epochs": 8, "batch": 32,
    "callbacks": "",
}
KINDS = {
    "source": '"kinds.csv"',
    "layers": stack('type = "Dense", units = 16, activation = "relu"',
        'type = "Dense", units = 3, activation = "softmax", name = "y"'),
    "output": 'task = "multiclass"\ntarget = "kind"\nmetrics = ["accuracy"]',
}
TWO = {
    "source": '"two.csv"',
    "layers": stack('type = "Dense", units = 16, activation = "relu"',
        'type = "Dense", units = 1, activation = "sigmoid", name = "y"'),
    "output": 'task = "binary"\ntarget = "yes"\nmetrics = ["accuracy"]',
}


@dataclass(frozen=True)
class Case:
    """`wrong` and `right`: what each says instead of the template; `both`: what both say. `root`:
    what may explain the rule in the wrong one, unless it is the root itself."""

    wrong: Mapping[str, object]
    right: Mapping[str, object] = field(default_factory=dict)
    both: Mapping[str, object] = field(default_factory=dict)
    root: tuple[str, ...] = ()

    def text(self, *, healthy: bool, seed: int) -> str:
        own = self.right if healthy else self.wrong
        return TEMPLATE.format(**{**PLAIN, **self.both, **own, "seed": seed})


def deep(layer: str, count: int) -> str:
    """A layer many times over, then the output."""
    return stack(f"{layer}, repeat = {count}", 'type = "Dense", units = 1, name = "y"')


def sgd(rate: float, more: str = "") -> dict[str, object]:
    return {"optimizer": f'{{ type = "SGD", learning_rate = {rate!r}{more} }}'}


def adam(rate: float) -> dict[str, object]:
    return {"optimizer": f'{{ type = "Adam", learning_rate = {rate!r} }}'}


CODED = ('type = "Flatten"', 'type = "Dense", units = 1, name = "y"')
CASES: Mapping[str, Case] = {
    "nan-in-input": Case({"columns": '["a", "vast"]'}, {"columns": '["a", "b"]'},
                         {"how": 'dtype = "float16"'}),
    "nan-or-inf": Case(
        {"columns": '["a", "vast"]', "how": RAW}, {},
        {"layers": stack('type = "Dense", units = 16, trainable = false',
        'type = "Activation", activation = "tanh"',
        'type = "Dense", units = 1, name = "y"')}),
    "negative-loss": Case(
        {"output": 'task = "distribution"\ntarget = ["a", "b"]\nloss = "CategoricalCrossentropy"'},
        {"output": 'task = "distribution"\ntarget = ["p", "q"]\nloss = "CategoricalCrossentropy"'},
        {"columns": '["c", "d"]', "layers": stack('type = "Dense", units = 8, activation = "relu"',
        'type = "Dense", units = 2, activation = "softmax", name = "y"')}),
    "loss-not-finite": Case({"how": RAW}, {}, {**sgd(0.05), "columns": '["a", "wider"]'}),
    "vanishing-gradient": Case(
        {"layers": deep('type = "Dense", units = 16, activation = "sigmoid"', 12)},
        {"layers": deep('type = "Dense", units = 16, activation = "relu"', 3)},
        {"epochs": 6}),
    "exploding-gradient": Case(
        {"layers": deep('type = "Dense", units = 32, activation = "relu", kernel_initializer = '
                        '{ type = "RandomNormal", stddev = 2.0 }', 6), **adam(1e-4)},
        {"layers": deep('type = "Dense", units = 32, activation = "relu"', 6), **adam(1e-3)}),
    "zero-gradient-layer": Case(
        {"layers": stack('type = "Dense", units = 8',
        'type = "Discretization", bin_boundaries = [-0.5, 0.0, 0.5]',
        'type = "Dense", units = 8, activation = "relu"',
        'type = "Dense", units = 1, name = "y"')},
        {"layers": stack('type = "Dense", units = 8',
        'type = "Dense", units = 8, activation = "relu"',
        'type = "Dense", units = 1, name = "y"')}),
    "dead-relu": Case(
        {"layers": stack(f'type = "Dense", units = 16, activation = "relu", {DOWN}',
        'type = "Dense", units = 1, name = "y"')}),
    "saturated-activation": Case(
        {"layers": stack(f'type = "Dense", units = 16, activation = "tanh", {HUGE}',
        'type = "Dense", units = 1, name = "y"')},
        {"layers": stack('type = "Dense", units = 16, activation = "tanh"',
        'type = "Dense", units = 1, name = "y"')}, root=("weight-variance",)),
    "weight-symmetry": Case(
        {"layers": stack(f'type = "Dense", units = 16, activation = "tanh", {ALIKE}',
        f'type = "Dense", units = 1, {ALIKE}, name = "y"')},
        {"layers": stack('type = "Dense", units = 16, activation = "tanh"',
        'type = "Dense", units = 1, name = "y"')}),
    "large-weights": Case({"source": '"easy.csv"', **adam(1.0), "epochs": 14}, adam(0.05), {
        **TWO, "layers": stack('type = "Dense", units = 1, activation = "sigmoid", name = "y"')}),
    "batchnorm-stat-drift": Case(
        {"layers": stack('type = "BatchNormalization", momentum = 0.999',
        'type = "Dense", units = 16, activation = "relu"',
        'type = "Dense", units = 1, name = "y"'), "epochs": 3},
        {"layers": stack('type = "BatchNormalization", momentum = 0.9',
        'type = "Dense", units = 16, activation = "relu"',
        'type = "Dense", units = 1, name = "y"'), "epochs": 8},
        {"how": RAW, "columns": '["wide", "wider"]'}),
    "activation-scale": Case(
        {"layers": stack('type = "Dense", units = 16, activation = "relu"',
        f'type = "Dense", units = 16, activation = "relu", {SMALL}',
        'type = "Dense", units = 1, name = "y"')},
        {"layers": stack('type = "Dense", units = 16, activation = "relu"',
        'type = "Dense", units = 16, activation = "relu"',
        'type = "Dense", units = 1, name = "y"')}),
    "lr-too-high": Case({**adam(3.0), "epochs": 8}, {"epochs": 8}),
    "lr-too-low": Case(sgd(1e-7), sgd(0.01)),
    "loss-not-decreasing": Case(
        {"source": '"noise.csv"', "columns": '["a"]', **sgd(0.01), "layers": stack(
            'type = "Dense", units = 1, kernel_initializer = "zeros", name = "y"')}, sgd(0.01)),
    "loss-increasing": Case({**sgd(1.0), "epochs": 12}, {**sgd(0.1), "epochs": 12}, {
        "layers": stack('type = "Dense", units = 1, name = "y"'), "batch": 300},
        ("lr-too-high",)),
    "oscillating-loss": Case(
        {**sgd(0.7, ", momentum = 0.95"), "batch": 300}, sgd(0.01),
        {"layers": stack('type = "Dense", units = 1, name = "y"'), "epochs": 20}),
    "unchanged-weights": Case(sgd(1e-12), sgd(0.01), root=("lr-too-low",)),
    "loss-at-chance": Case(
        {"source": '"noise.csv"', **sgd(0.1), "epochs": 12,
         "layers": stack('type = "Dense", units = 3, activation = "softmax", name = "y"')},
        {}, KINDS),
    "lr-exhausted": Case(
        {"callbacks": '{ type = "ReduceLROnPlateau", monitor = "loss", patience = 1, factor = 0.1, '
         'min_delta = 0.5, min_lr = 1e-6 }'},
        {"callbacks": '{ type = "ReduceLROnPlateau", monitor = "loss", patience = 5, '
         'min_lr = 1e-6 }'}, {"epochs": 20, **adam(0.03)}),
    "constant-predictions": Case(
        {"layers": stack('type = "Dense", units = 16, activation = "relu"',
        f'type = "Dense", units = 1, activation = "relu", {DOWN}, name = "y"'),
         "output": 'task = "count"\ntarget = "count"\nloss = "MeanSquaredError"'},
        {"layers": stack('type = "Dense", units = 16, activation = "relu"',
        'type = "Dense", units = 1, activation = "softplus", name = "y"'),
         "output": 'task = "count"\ntarget = "count"\nloss = "MeanSquaredError"'},
        root=("dead-relu",)),
    "accuracy-frozen-loss-falls": Case(
        {"output": 'task = "binary"\ntarget = "yes"\nmetrics = [{ type = "BinaryAccuracy", '
         'threshold = 0.99999, name = "accuracy" }]'}, {},
        {**TWO, "source": '"mostly.csv"', "epochs": 12, **adam(0.01)}),
    "accuracy-at-majority": Case({"source": '"rare.csv"', "epochs": 12}, {}, {
        **TWO, **adam(0.02),
        "layers": stack('type = "Dense", units = 1, activation = "sigmoid", name = "y"')}),
    "class-collapse": Case({"source": '"rare_kinds.csv"', **adam(0.003)}, {}, KINDS),
    "worse-than-baseline": Case(
        {"split": "", "source": '{ train = "numbers.csv", validation = "turned.csv" }',
         "epochs": 5}, {}),
    "underfitting": Case(
        {"layers": stack('type = "Dense", units = 16, activation = "relu"',
                         'type = "Dense", units = 1, kernel_initializer = { type = "RandomNormal", '
                         'stddev = 2.0 }, name = "y"'), **adam(5e-5), "epochs": 2},
        {**adam(0.02), "epochs": 4}),
    "overfitting": Case(
        {"source": '"few.csv"', "layers": deep('type = "Dense", units = 256, activation = "relu"',
                                             2), **adam(0.003), "epochs": 40},
        {"epochs": 15}),
    "overtraining": Case({**sgd(0.05), "epochs": 150}, {**sgd(0.005), "epochs": 20},
                         {"layers": stack('type = "Dense", units = 1, name = "y"'),
                          "source": '"line.csv"'}),
    "val-better-than-train": Case(
        {"split": "", "source": '{ train = "hard.csv", validation = "easy.csv" }'},
        {"source": '"easy.csv"'}, TWO),
    "poor-init": Case(
        {"layers": deep('type = "Dense", units = 16, activation = "tanh", kernel_initializer = '
                        '{ type = "RandomNormal", stddev = 0.05 }', 8)},
        {"layers": deep('type = "Dense", units = 16, activation = "tanh"', 3)}, sgd(0.02)),
    "weight-variance": Case(
        {"layers": stack('type = "Dense", units = 16, activation = "relu", kernel_initializer = '
                         '{ type = "RandomNormal", stddev = 8.0 }',
                         'type = "Dense", units = 1, name = "y"')}),
    "huge-loss": Case(
        {"layers": stack('type = "Dense", units = 16, activation = "relu"',
                         'type = "Dense", units = 1, kernel_initializer = { type = "RandomNormal", '
                         'stddev = 100.0 }, name = "y"'), **adam(0.001)},
        root=("weight-variance",)),
    "slow-convergence": Case(sgd(3e-4), sgd(0.05), {**KINDS, "source": '"many_kinds.csv"',
                                                    "epochs": 14}),
    "dead-embedding": Case(
        {"layers": stack('type = "Embedding", input_dim = 100, output_dim = 4', *CODED)},
        {"layers": stack('type = "Embedding", input_dim = 10, output_dim = 4', *CODED)},
        {"columns": '["code"]', "how": 'scale = "none"\ndtype = "int32"',
         "source": '"words.csv"', **adam(0.05)}),
    "seq-padding-ratio": Case(
        {"how": "text = { tokens = 40, length = 60 }"},
        {"how": "text = { tokens = 40, length = 12 }"},
        {"columns": '["text"]', "source": '"words.csv"', **adam(0.02),
         "layers": stack('type = "Embedding", input_dim = "=inputs.x.size", output_dim = 4, '
                         'mask_zero = true', 'type = "GlobalAveragePooling1D"',
                         'type = "Dense", units = 1, name = "y"')}),
    "suspiciously-perfect": Case({"columns": '["a", "b", "answer"]', **adam(0.05)},
                                 {"columns": '["a", "b"]', **adam(0.005)}, TWO),
}


def rows(folder: Path) -> None:
    """Write the tables that the cases are about."""
    draw = np.random.Generator(np.random.PCG64(7))
    n = 400
    x = draw.normal(size=(n, 4))
    y = x[:, 0] + 2 * x[:, 1] - 0.5 * x[:, 2] * x[:, 3] + 0.1 * draw.normal(size=n)
    table = pd.DataFrame(x, columns=list("abcd"))
    table["wide"], table["wider"] = 300 * x[:, 0], 5000 * x[:, 1] + 100
    table["vast"] = 1e38 * x[:, 0].clip(-3, 3)
    table["p"] = 1 / (1 + np.exp(x[:, 2]))
    table["q"] = 1 - table["p"]
    numbers = table.assign(y=y, count=draw.poisson(np.exp(0.5 * x[:, 0] + 1)))
    numbers.to_csv(folder / "numbers.csv", index=False)
    numbers.assign(y=-y).to_csv(folder / "turned.csv", index=False)
    table.assign(y=3 * x[:, 0] + draw.normal(size=n)).to_csv(folder / "line.csv", index=False)
    score = x @ np.array([[1.0, 0.0, -1.0], [0.5, -1.0, 0.5], [0, 0, 0], [0, 0, 0]]) * 2
    kind = (score + draw.gumbel(size=score.shape)).argmax(axis=1)
    words = np.array(["hen", "ibis", "jay"])
    table.assign(kind=words[kind]).to_csv(folder / "kinds.csv", index=False)
    rare = np.where(draw.random(n) < 0.08, 2, (x[:, 0] > 0).astype(int))
    table.assign(kind=words[rare]).to_csv(folder / "rare_kinds.csv", index=False)
    chance = 1 / (1 + np.exp(-3 * x[:, 0] - x[:, 1]))
    yes = (draw.random(n) < chance).astype(int)
    table.assign(yes=yes, answer=3.0 * (2 * yes - 1)).to_csv(folder / "two.csv", index=False)
    mostly = (draw.random(n) < 1 / (1 + np.exp(-3 * x[:, 0] - 2))).astype(int)
    table.assign(yes=mostly).to_csv(folder / "mostly.csv", index=False)
    numbers.assign(y=y + draw.normal(size=n))[:80].to_csv(folder / "few.csv", index=False)
    few = (draw.random(n) < 1 / (1 + np.exp(2.6 - 0.5 * x[:, 0]))).astype(int)
    table.assign(yes=few).to_csv(folder / "rare.csv", index=False)
    table.assign(y=draw.normal(size=n), yes=draw.integers(0, 2, n),
                 kind=words[draw.integers(0, 3, n)]).to_csv(folder / "noise.csv", index=False)
    code = draw.integers(0, 10, n)
    said = [draw.integers(0, 30, size) for size in draw.integers(6, 13, n)]
    table.assign(
        code=code, text=[" ".join(f"w{one}" for one in several) for several in said],
        y=np.array([(several < 10).mean() for several in said]) + 0.2 * (code % 2) +
        0.05 * draw.normal(size=n)).to_csv(folder / "words.csv", index=False)
    many = draw.normal(size=(2000, 4))
    drawn = many[:, :1] * [1.0, 0.0, -1.0] + many[:, 1:2] * [0.5, -1.0, 0.5]
    pd.DataFrame(many, columns=list("abcd")).assign(
        kind=words[(2 * drawn + draw.gumbel(size=drawn.shape)).argmax(axis=1)]
    ).to_csv(folder / "many_kinds.csv", index=False)
    wrong = np.where(draw.random(n) < 0.3, 1 - (x[:, 0] > 0), x[:, 0] > 0).astype(int)
    table.assign(yes=wrong).to_csv(folder / "hard.csv", index=False)
    table.assign(yes=(x[:, 0] > 0).astype(int)).to_csv(folder / "easy.csv", index=False)


Made = Callable[[str], Path]
