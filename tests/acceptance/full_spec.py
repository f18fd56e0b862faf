"""A spec that says nearly everything the language has, its data, and ways to break a document."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

Steps = tuple[str | int, ...]

FULL = """
specc = 1
"$schema" = "specc-1.schema.json"
name = "full"
description = "nearly everything"
seed = 3
unset = []

[params]
units = 8
act = "relu"
depth = 2

[data]
source = "people.csv"
split = { validation = 0.2, test = 0.2, seed = 1, stratify = "survived" }
stream = false

[inputs.person]
columns = [
  { name = "age", missing = "median", flag = true, scale = "standard" },
  { name = "sex", encode = "onehot", values = ["female", "male"], missing = "error" },
  { name = "embarked", encode = "onehot", values = ["C", "Q", "S"], missing = "category" },
  "sibsp",
]
missing = "mean"
flag = false
scale = "none"
shape = [9]
dtype = "float32"

[inputs.words]
columns = ["name"]
text = { tokens = 2000, length = 20 }

[inputs.deck]
columns = ["deck"]
encode = "index"
missing = "category"
values = ["A", "B", "C"]

[blocks.unit]
inputs = ["x"]
params = { filters = 64, stride = 1 }
layers = [{ type = "Dense", units = "=filters", inputs = "@x" }, { type = "ReLU" }]

[model]
kind = "functional"
dtype = "float32"
layers = [
  { type = "Embedding", input_dim = "=inputs.deck.size", output_dim = 3, inputs = "deck" },
  { type = "Flatten" },
  { type = "Embedding", input_dim = 2000, output_dim = 4, inputs = "words", gives = "w" },
  { type = "LSTM", units = 4, return_state = true, gives = ["code", "h", "c"] },
  { type = "Concatenate", inputs = ["person", "flatten", "code"], axis = -1 },
  { block = "unit", name = "u", filters = 16, repeat = "=depth", when = "=units > 3" },
  { name = "g", layers = [{ type = "Dense", units = 16, activation = "relu", inputs = "@in" }] },
  { call = "g", inputs = "@prev" },
  { type = "BatchNormalization", momentum = 0.9, with = { training = false } },
  { type = "Dense", name = "d", units = "=units", activation = "=act", trainable = true },
  { type = "Dense", units = 8, kernel_initializer = { type = "HeNormal", seed = 1 } },
  { type = "ReLU" },
  { type = "Dense", units = 8, kernel_regularizer = { type = "L1", l1 = 0.01 } },
  { type = "ReLU" },
  { type = "Dropout", rate = 0.2 },
  { type = "Dense", units = 1, activation = "sigmoid", name = "survived" },
  { type = "Dense", units = 3, activation = "softmax", inputs = "dropout", name = "kind" },
]

[outputs.survived]
task = "binary"
from = "survived"
target = "survived"
loss = { type = "BinaryCrossentropy", label_smoothing = 0.1 }
metrics = ["accuracy", { type = "AUC", name = "auc", num_thresholds = 100 }]
weight = 0.5
class_weight = { "0" = 1.0, "1" = 2.0 }
sample_weight = "fare"
threshold = 0.4
shape = [1]
classes = [0, 1]
labels = "index"

[outputs.kind]
task = "multiclass"
target = "pclass"
loss = "sparse_categorical_crossentropy"
metrics = ["accuracy"]
classes = 3
class_weight = "balanced"

[compile]
jit_compile = "auto"
steps_per_execution = 1
auto_scale_loss = true
[compile.optimizer]
type = "Adam"
clipnorm = 1.0
[compile.optimizer.learning_rate]
type = "ExponentialDecay"
initial_learning_rate = 0.1
decay_steps = 10
decay_rate = 0.5

[fit]
epochs = 3
batch_size = 32
callbacks = [
  { type = "EarlyStopping", monitor = "val_loss", patience = 3 },
  { type = "ModelCheckpoint", filepath = "a.keras" },
  "TerminateOnNaN",
  { type = "CSVLogger", filename = "log.csv" },
]
shuffle = true
validation_batch_size = 100

[tune]
search = "random"
trials = 3
folds = 3
seed = 1
objective = "validation.survived.accuracy"
mode = "max"
[tune.space]
units = { int = [1, 100], step = 2, when = "=depth > 1" }
act = ["relu", "tanh"]
depth = [1, 2]

[budget]
params = 50_000
trainable_params = { min = 1, max = 30_000 }

[expect]
"test.survived.accuracy" = { min = 0.5, max = 1.0 }
test.kind.accuracy = { min = 0.5 }

[golden]
epochs = 3
seeds = [1, 2]

[lint]
ignore = { DA113 = "an example" }
"""


def people(rows: int = 60) -> str:
    """The data of the full spec."""
    lines = ["survived,pclass,sex,age,sibsp,fare,embarked,deck,name"]
    lines += [f"{i % 2},{i % 3 + 1},{'male' if i % 4 else 'female'},{20 + i if i % 7 else ''},"
              f"{i % 4},{i / 3 + 1:.2f},{'CQS'[i % 3]},{'ABC'[i % 3] if i % 5 else ''},"
              f"person {i} of {i % 9}" for i in range(rows)]
    return "\n".join(lines) + "\n"


def paths(tree: Any, head: Steps = ()) -> Iterator[Steps]:
    """Every place in a document that holds a value."""
    if head:
        yield head
    if isinstance(tree, dict):
        for key, value in tree.items():
            yield from paths(value, (*head, key))
    elif isinstance(tree, list):
        for index, value in enumerate(tree):
            yield from paths(value, (*head, index))


def put(tree: Any, path: Steps, value: Any) -> Any:
    """A copy of the document with another value at a place."""
    changed, into = _at(tree, path)
    into[path[-1]] = value
    return changed


def cut(tree: Any, path: Steps) -> Any:
    """A copy of the document without the value at a place."""
    changed, into = _at(tree, path)
    del into[path[-1]]
    return changed


def rename(tree: Any, path: Steps) -> Any:
    """A copy of the document with a key misspelt, or an item of a list said twice."""
    changed, into = _at(tree, path)
    if isinstance(into, dict):
        into[f"{path[-1]}x"] = into.pop(path[-1])
    else:
        into.append(into[path[-1]])
    return changed


def _at(tree: Any, path: Steps) -> tuple[Any, Any]:
    changed = copy.deepcopy(tree)
    into = changed
    for step in path[:-1]:
        into = into[step]
    return changed, into
