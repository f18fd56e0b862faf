"""A project with a mistake of every look: its files by name, as bytes.

Tabs, wide and combining letters, a byte order mark, lines that end as on Windows, a line that is
too long to show, a value over several lines, a base file, fixes of several edits, text that a
terminal would obey, files that cannot be read.
"""

from __future__ import annotations

import json

HEAD = "specc = 1\n[inputs.x]\nshape = [4]\n"
BASE = """\
# what both models share
[params]

ending = "softmax"

[inputs.x]
shape = [4]
"""
DERIVED = """\
specc = 1
extends = "base.toml"

[model]
kind = "sequential"
layers = [
  { type = "Dense", units = 8, activation = "relu" },
  { type = "Dense", units = 1, activation = "=ending", name = "y" },
]

[outputs.y]
task = "binary"
"""
TABS = HEAD + """\
[model]
kind = "sequential"
layers = [
\t{ type = "Dense",\tunits = 0, activation = "relu" },
\t\t{ type = "Dense",\tunits = 1, name = "y", actvation = "relu" },
]
[outputs.y]
task = "regression"
"""
WIDE = HEAD + """\
[model]
kind = "sequential"
layers = [
  { type = "Dense", units = 1, name = "日本" },  # 日本
]
[outputs."日本"]
task = "regression"
[lint]
ignore = { "👨‍👩‍👧 e\u0301 日本" = "👍🏽", PA999 = "❤️" }
"""
WINDOWS = HEAD + """\
[model]
kind = "sequential"
layers = [{ type = "Dense", units = 1, activation = "softmax", name = "y" }]
[outputs.y]
task = "binary"
"""
LONG = {
    "specc": 1, "inputs": {"x": {"shape": [4]}},
    "model": {"kind": "sequential", "layers": [
        *[{"type": "Dense", "units": 4, "activation": "elu"} for _ in range(4)],
        {"type": "Dense", "units": "many", "activation": "elu"},
        *[{"type": "Dense", "units": 4, "activation": "elu"} for _ in range(4)],
        {"type": "Dense", "units": 1, "activation": "sofmax " * 80, "name": "y"}]},
    "outputs": {"y": {"task": "regression"}}}
LINES = HEAD + """\
[model]
kind = "sequential"
layers = [{ type = "Dense", units = 3, activation = "softmax", name = "y" }]
[outputs.y]
task = "multiclass"
classes = [
  "setosa",
  "virginica",
  "setosa",
]
"""
FIXES = HEAD + """\
[model]
kind = "sequential"
layers = [{ type = "Dense", units = 1, activation = "sigmoid", name = "y" }]
[outputs.y]
task = "binary"
metrics = [{ type = "F1Score" }]
[compile]
optimizer = { type = "Adam", lr = 0.01 }
"""
FORM = """\
specc = 1
name = "form"
sead = 3

[model]
kind = "sequental"
layers = [{ type = "Dense", units = "4" }, { type = "Dense", units = 1, name = "y" }]

[outputs.y]
task = "regression"
metrics = ["mae", "maee"]

[fit]
epochs = 0
"""
WARNED = """\
specc = 1
[data]
source = "rows.csv"
[inputs.x]
columns = ["a"]
[inputs.idle]
columns = ["b"]
[model]
kind = "functional"
layers = [
  { type = "Dense", units = 4, activation = "relu", inputs = "x" },
  { type = "ReLU" },
  { type = "Dense", units = 1, name = "y" },
]
[outputs.y]
task = "regression"
target = "c"
"""
HOSTILE = HEAD + '"\\u001b[31mred\\u202e" = "a\\u0007\\u200b"\n'
FILES: dict[str, bytes] = {
    "base.toml": BASE.encode(),
    "derived.specc.toml": DERIVED.encode(),
    "empty.specc.toml": b"",
    "fixes.specc.toml": FIXES.encode(),
    "form.specc.toml": FORM.encode(),
    "hostile.specc.toml": HOSTILE.encode(),
    "latin.specc.toml": "specc = 1\nname = 'n\xe4me'\n".encode("latin-1"),
    "lines.specc.toml": LINES.encode(),
    "long.specc.json": json.dumps(LONG).encode(),
    "models/tabs.specc.toml": TABS.encode(),
    "models/wide.specc.toml": WIDE.encode(),
    "models/windows.specc.toml": b"\xef\xbb\xbf" + WINDOWS.replace("\n", "\r\n").encode(),
    "syntax.specc.toml": b"specc = 1\n[fit]\nepochs = ten\n",
    "warned.specc.toml": WARNED.encode(),
}
