"""What reading a saved model can say: IM codes."""

from __future__ import annotations

from collections.abc import Iterable

from specc.diagnostics import error, nearest, warning

LONGEST = 80  # letters of a saved text that a message repeats


def cut(text: object) -> str:
    """A text out of a file, short enough for a message."""
    word = str(text)
    return word if len(word) <= LONGEST else word[:LONGEST - 1] + "…"


@error("IM101")
def not_a_saved_model(found: str) -> str:
    """A file is none of what `specc import` reads: a `.keras` archive, its `config.json`, or the
    text of `model.to_json()`.

    Why: other formats hold code or pickled objects, which specc never runs.

    Example:

        specc import old.h5 -o old.specc.toml

    Use instead: load it in Keras once and `model.save("model.keras")`.
    """
    return f"{found}; specc reads `.keras` archives, config.json, and what model.to_json() gives"


@error("IM102")
def archive_refused(reason: str) -> str:
    """An archive is broken, or made so that unpacking it would do harm.

    Why: a `.keras` file is a zip, and a zip can claim any path, size and number of members.
    Nothing is unpacked; of its members only config.json and metadata.json are read, within limits.

    Example: a member called `../../.bashrc`, or 40 kB that unpack to 40 GB.

    Use instead: a file that Keras wrote.
    """
    return f"the archive is refused: {reason}"


@error("IM103")
def config_unreadable(reason: str) -> str:
    """The text of a saved model is no JSON, or is larger or deeper than any model's.

    Example: a `config.json` cut off halfway.

    Use instead: the text as `model.to_json()` gave it.
    """
    return f"the model's config cannot be read: {reason}"


@error("IM104")
def config_malformed(layer: str, reason: str) -> str:
    """A saved model's config is JSON, but not in the form that Keras 3 writes.

    Example: a layer whose inputs name a layer that is not there.

    Use instead: the file as Keras 3 wrote it; what Keras 2 wrote, saved again by Keras 3.
    """
    return f"{_of(layer)}{reason}"


@error("IM105")
def holds_code(layer: str, what: str) -> str:
    """A saved model holds code: a Lambda, a function's body, a pickled object.

    Why: a spec is data, and reading one runs nothing. Code in a file is code of whoever wrote it.

    Example: `keras.layers.Lambda(lambda x: x / 255)`

    Use instead: a layer that says the same (`Rescaling`), or a layer class of your own, named
    "module:Class" in the spec (needs --trust).
    """
    return f"{_of(layer)}holds code ({cut(what)}), which a spec may not"


@error("IM106")
def class_unknown(layer: str, name: str, known: Iterable[str] = ()) -> str:
    """A layer's class is none of Keras's.

    Why: it is found in Python code that the file does not hold, so nothing is known of it.

    Example: a model with a layer class of your own.

    Use instead: Keras's layers; or write the spec by hand and name the class "module:Class".
    """
    return f"{_of(layer)}Keras has no class `{cut(name)}`{nearest(name, known)}"


@error("IM107")
def module_foreign(layer: str, module: str, name: str) -> str:
    """A saved model names a class of another package than Keras, or a private one.

    Why: specc looks up names in its own table alone, and imports nothing that a file names.

    Example: `"module": "os", "class_name": "system"`

    Use instead: Keras's own layers.
    """
    return f"{_of(layer)}`{cut(name)}` is of the module `{cut(module)}`, which is not Keras's"


@error("IM108")
def argument_unsaid(layer: str, reason: str) -> str:
    """An argument of a layer, loss or optimizer cannot be written in a spec.

    Example: a layer with a quantization config.

    Use instead: a model without it.
    """
    return f"{_of(layer)}{reason}"


@error("IM109")
def operation_unsaid(layer: str, name: str, reason: str) -> str:
    """A model computes with an operation of keras.ops that no layer says.

    Why: specs are made of layers. Operations between tensors become merging layers, those with a
    constant Rescaling, and a few others the layer of the same meaning; the rest has none.

    Example: `keras.ops.fft(x)`

    Use instead: layers, or a layer class of your own that is named "module:Class".
    """
    return f"{_of(layer)}the operation `{cut(name)}` has no layer that says it: {reason}"


@error("IM110")
def never_built(layer: str) -> str:
    """A Sequential was never built, so the file does not say what goes in.

    Example: `keras.Sequential([keras.layers.Dense(3)]).to_json()`

    Use instead: `keras.Input(shape)` as the first entry, or `model.build(shape)` before saving.
    """
    return f"{_of(layer)}the model was never built, so the shape of its input is not in the file"


@error("IM111")
def structure_unsaid(layer: str, reason: str) -> str:
    """How a model is wired cannot be said in a spec.

    Example: a sparse or optional input.

    Use instead: dense inputs that are always there.
    """
    return f"{_of(layer)}{reason}"


@error("IM112")
def training_unsaid(reason: str) -> str:
    """How a model was compiled cannot be said in a spec.

    Why: a loss, metric or optimizer that is a function or a class of your own is code.

    Example: `model.compile("adam", loss=lambda y, p: ...)`

    Use instead: Keras's own; or `specc import --no-compile`, which leaves training out.
    """
    return f"{reason}; --no-compile leaves training out"


@warning("IM201")
def not_folded(reason: str) -> str:
    """Repeats were found, but the folded spec is not exactly the same model, so it is not used.

    Example: none is known; it would be a bug in specc.

    Use instead: the spec as it is, every layer on its own line.
    """
    return f"repeats are not folded: {reason}"


def _of(layer: str) -> str:
    return f"`{cut(layer)}`: " if layer else ""
