"""What blocks and entries are called: as their layers were, else after what they do."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Container, Mapping, Sequence

from specc.importer.folding.item import Item
from specc.ir.scope import snake
from specc.syntax.values import NAME

SHORT: Mapping[str, str] = {
    "Conv1D": "conv", "Conv2D": "conv", "Conv3D": "conv", "Conv2DTranspose": "upconv",
    "DepthwiseConv2D": "depthwise", "SeparableConv2D": "separable", "Dense": "dense",
    "BatchNormalization": "norm", "LayerNormalization": "norm", "Activation": "act", "ReLU": "act",
    "ZeroPadding2D": "pad", "MaxPooling2D": "pool", "AveragePooling2D": "pool",
    "GlobalAveragePooling2D": "pool", "MultiHeadAttention": "attention", "Add": "add",
    "Concatenate": "concat", "Multiply": "scale", "Dropout": "drop", "LSTM": "lstm", "GRU": "gru",
}
MOST_LETTERS = 40  # of a name that may still get a number
AFTER = ("Activation", "ReLU", "Dropout")  # what may follow the layer that a block is called by
LONGEST = 24  # letters of a name that is made of parts


def free(wish: str, taken: Container[str]) -> str:
    """The name, or with a number if it is taken."""
    if not re.fullmatch(NAME, wish) or len(wish) > MOST_LETTERS:
        wish = "part"
    name, number = wish, 1
    while name in taken:
        number += 1
        name = f"{wish}_b{number}" if wish[-1].isdigit() else f"{wish}{number}"
    return name


def stem(names: Sequence[str]) -> str:
    """What the names of layers begin with, up to a word's end: `conv2_block1` of ResNet's."""
    if len(names) < 2:
        return ""
    prefix = "".join(_shared([list(name) for name in names]))
    if any(len(one) > len(prefix) and one[len(prefix)] != "_" for one in names):
        prefix = prefix.rpartition("_")[0]
    return prefix.strip("_")


def _shared(lists: Sequence[Sequence[str]]) -> list[str]:
    """What all lists begin with."""
    out = []
    for column in zip(*lists, strict=False):
        if len(set(column)) > 1:
            break
        out.append(column[0])
    return out


def plain(name: str) -> str:
    """A name without its numbers: `conv2_block1` is `conv_block`, `block2a` is `block`."""
    words = [re.sub(r"\d+[a-z]?$|\d+", "", word) for word in name.split("_")]
    return "_".join(word for word in words if word)


def block_name(copies: Sequence[Sequence[str]], items: Sequence[Item], common: str,
               taken: Collection[str]) -> str:
    """The name of a block, by the names of its layers in each copy, and by what it holds."""
    kinds = [one.what for one in items]
    if "GlobalAveragePooling2D" in kinds[:-2] and kinds[-1] == "Multiply":
        return free("squeeze_excite", taken)
    words = Counter(word for names in copies
                    if (word := plain(stem(names).removeprefix(common).strip("_"))))
    if words:
        word, count = words.most_common(1)[0]
        if 2 * count >= len(copies) and len(word) > 1 and word not in AUTOMATIC \
                and word not in taken:
            return free(word, taken)
    ends = [plain(names[-1].removeprefix(common).strip("_")).split("_")
            for names in copies if names]
    shared = _shared(ends) if len(ends) == len(copies) else []
    while shared and shared[-1].lower() in ENDINGS:
        shared.pop()
    if shared and len(word := "_".join(shared)) > 2 and word not in AUTOMATIC:
        return free(word, taken)
    return free(by_content(items), taken)


ENDINGS = frozenset({"add", "concat", "concatenate", "out", "output", "bn", "norm", "relu", "act",
                     "activation", "conv", "dense", "drop", "dropout", "normalization", "conv2d",
                     "batch", "multiply", "project", "re", "lu", "pool"})
AUTOMATIC = frozenset({"conv", "conv2d", "dense", "batch", "batch_normalization", "activation",
                       "add", "re_lu", "block", "layer", "model"}) - {"block"}


def role_of(copies: Sequence[tuple[str, Sequence[str]]]) -> str:
    """What one layer of a block is called in all copies, given what each copy's names begin with
    and its own."""
    words = set()
    for prefix, own in copies:
        rest = own[-1].removeprefix(prefix).strip("_") if own and prefix else ""
        words.add("_".join(word for word in rest.split("_") if not word.isdigit()))
    return words.pop() if len(words) == 1 else ""


def short(layer: str) -> str:
    """A layer's type in one word."""
    return SHORT.get(layer, snake(layer))


def flag_name(layer: str) -> str:
    """What the param is called that says whether a layer (and those that go with it) is there."""
    word = short(layer)
    return {"conv": "project", "dense": "project", "add": "residual"}.get(word, f"with_{word}")


def by_content(items: Sequence[Item]) -> str:
    """A block is called after what it does, a short chain after its layers."""
    kinds = [one.what for one in items]
    always = [one.what for one in items if one.when is None]
    last = next((one for one in reversed(always) if one not in AFTER), "")
    if last == "Add" and len(items) > 2:
        return "residual"
    if last == "Concatenate" and len(items) > 2:
        return "branches"
    if last == "Multiply" and len(items) > 2:
        return "gate"
    parts = [short(one) for one in kinds if not one.isdigit() and one != "layers"]
    parts = list(dict.fromkeys(parts))
    while len(parts) > 1 and len("_".join(parts)) > LONGEST:
        parts.pop()
    return "_".join(parts) or "cell"
