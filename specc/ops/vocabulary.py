"""The vocabulary of a lookup, as it is written: how many tokens it makes, and what is wrong.

Special tokens come first: the mask, where whole numbers are given, and those that stand for what
is in no vocabulary.
"""

from __future__ import annotations

from specc.diagnostics import number_of
from specc.ops.component import Component, Value
from specc.ops.op import Misfit, Tensor
from specc.tensor import DType

OOV = {"StringLookup": "[UNK]", "TextVectorization": "[UNK]", "IntegerLookup": -1}


def vocabulary_size(layer: Component) -> int | None:
    """How many numbers a lookup can give, out-of-vocabulary and mask included."""
    if layer.get("pad_to_max_tokens", False):
        found = layer.get("max_tokens")
        return found if isinstance(found, int) else None
    words = layer.get("vocabulary")
    if not isinstance(words, list | tuple):
        return None
    return len(special_tokens(layer)) + len(plain_words(layer, tuple(words)))


def mask_token(layer: Component) -> Value:
    return "" if layer.name == "TextVectorization" else layer.get("mask_token")


def special_tokens(layer: Component) -> tuple[Value, ...]:
    """What stands before the words: the mask (only among integers), then the unknown ones."""
    mask = mask_token(layer)
    first = (mask,) * (mask is not None and layer.get("output_mode", "int") == "int")
    unknown = 1 if layer.name == "TextVectorization" else layer.get("num_oov_indices", 1)
    return (*first, *((layer.get("oov_token", OOV[layer.name]),) * unknown))


def plain_words(layer: Component, words: tuple[Value, ...]) -> tuple[Value, ...]:
    """The words behind the special tokens, which may be written or not."""
    special = special_tokens(layer)
    return words[len(special):] if words[:len(special)] == special else words


def wrong_vocabulary(layer: Component) -> Misfit | None:
    """A misfit when Keras does not take the words that are written."""
    words = layer.get("vocabulary")
    if not isinstance(words, list | tuple):
        return None
    plain = plain_words(layer, tuple(words))
    if not words:
        return Misfit("`vocabulary` holds no word", "vocabulary")
    if len(set(plain)) < len(plain):
        twice = next(word for number, word in enumerate(plain) if word in plain[:number])
        return Misfit(f"`vocabulary` holds {twice!r} twice", "vocabulary")
    reserved = [mask_token(layer)]
    if layer.get("invert", False):
        reserved.append(layer.get("oov_token", OOV[layer.name]))
    for token in reserved:
        if token is not None and token in plain:
            return Misfit(f"`vocabulary` holds {token!r}, which is reserved; leave it out, or "
                          f"begin with {list(special_tokens(layer))}", "vocabulary")
    most = layer.get("max_tokens")
    if most is not None and len(special_tokens(layer)) + len(plain) > most:
        made = number_of(len(special_tokens(layer)) + len(plain), "token")
        return Misfit(f"`vocabulary` makes {made}, and `max_tokens` is {most}", "max_tokens")
    return None


def wrong_mode(layer: Component) -> Misfit | None:
    """A misfit when arguments are written that another `output_mode` would need."""
    mode = layer.get("output_mode", "int")
    if layer.get("pad_to_max_tokens", False) and layer.get("max_tokens") is None:
        return Misfit("`pad_to_max_tokens` needs `max_tokens`", "pad_to_max_tokens")
    if layer.get("invert", False) and mode != "int":
        return Misfit('`invert` needs `output_mode = "int"`', "invert")
    if layer.get("salt") is not None and layer.get("oov_method") == "floormod":
        return Misfit('`salt` needs `oov_method = "farmhash"`', "salt")
    weights = layer.get("idf_weights")
    if weights is not None and mode != "tf_idf":
        return Misfit('`idf_weights` needs `output_mode = "tf_idf"`', "idf_weights")
    if weights is None and mode == "tf_idf" and layer.get("vocabulary") is not None:
        return Misfit('`output_mode = "tf_idf"` with a `vocabulary` needs `idf_weights`',
                      "output_mode")
    return None


def looked_up(layer: Component) -> DType:
    """The dtype of what a lookup gives, whatever `dtype` says: words if it is turned round, else
    whole numbers, and floats only where they are weighted."""
    if layer.get("invert", False) and layer.name == "StringLookup":
        return "string"
    return "float32" if layer.get("output_mode", "int") == "tf_idf" else "int64"


def wrong_key(layer: Component, tensor: Tensor) -> Misfit | None:
    """A misfit when numbers are looked up among words, or words among numbers: TensorFlow casts
    neither to the other."""
    words = layer.name != "IntegerLookup" and not layer.get("invert", False)
    if tensor.dtype is None or words == (tensor.dtype == "string"):
        return None
    if words:
        other = "; use `IntegerLookup`" if layer.name == "StringLookup" else ""
        return Misfit(f"`{layer.name}` looks up texts, but {tensor.dtype} enters{other}")
    turned = " with `invert = true`" if layer.get("invert", False) else ""
    other = "" if turned else "; use `StringLookup`"
    return Misfit(f"`{layer.name}`{turned} looks up whole numbers, but texts enter{other}")
