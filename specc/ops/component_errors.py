"""What can be wrong with a component: its name, where it stands, what Keras has it since."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from specc.diagnostics import error, nearest, with_article

# Why the table refuses a component or a value (its `refused`), and what to do instead.
REASONS: Mapping[str, str] = {
    "code": "holds code, which a spec may not; write a layer class and name it"
            ' "module:Class" (needs --trust)',
    "input": "is not a layer of a spec; inputs are tables of their own: [inputs.NAME]",
    "layer-objects": "maps layers to optimizers, and a spec has one optimizer",
    "metric-function": "wraps a function, which a spec may not hold; name a metric of Keras",
    "function-callback": "takes a function, which a spec may not hold; for a learning rate that"
                         " changes, give the optimizer a schedule",
    "network": "sends what it sees over the network; read history.jsonl in the run's folder",
    "resume": "is not needed; `specc run --resume` goes on where a run stopped",
    "orbax": "needs a package of its own; use `ModelCheckpoint`",
    "always-there": "is always there; leave it out",
    "component": "cannot stand in a spec",
    "object": "is an object of Python, which a spec cannot hold; leave it out",
    "weights": "is a list of arrays, which a spec cannot hold; saved weights are named in"
               " [model] weights",
    "vocabulary": "is a list in a spec, not a file; write the words, or use `text` or `encode`"
                  " in [inputs.NAME]",
    "function": "cannot be a function in a spec; use one of its words",
}


@error("OP101")
def unknown_component(category: str, name: str, known: Iterable[str],
                      meant: str | None = None) -> str:
    """A component has a name that Keras 3.15 does not have.

    Why: names are Keras's class names, in Keras's spelling. Losses, metrics, optimizers,
    initializers, regularizers, constraints and activations are found by Keras's short names
    too (`mse`, `adam`, `he_normal`). `specc ops` lists them all.

    Example:

        [model]
        kind = "sequential"
        layers = [{ type = "Densse", units = 8 }]

    Use instead: `type = "Dense"`.
    """
    return f"no {category} is called `{name}`" + (
        near(name, known, meant) or f"; `specc ops` lists what {with_article(category)} can be")


@error("OP124")
def loss_unknown(category: str, name: str, known: Iterable[str],
                 meant: str | None = None) -> str:
    """A loss has a name that Keras 3.15 does not have.

    Why: losses are found by Keras's class names and by its short names (`mse`, `bce`, `kld`).
    `specc ops` lists them all.

    Example:

        [outputs.y]
        task = "regression"
        loss = "mean_square_error"

    Use instead: `loss = "mean_squared_error"`.
    """
    return unknown_component.say(category, name, known, meant)


@error("OP125")
def metric_unknown(category: str, name: str, known: Iterable[str],
                   meant: str | None = None) -> str:
    """A metric has a name that Keras 3.15 does not have.

    Why: metrics are found by Keras's class names and by its short names (`mae`, `acc`, `auc`).
    `specc ops` lists them all.

    Example:

        [outputs.y]
        task = "binary"
        metrics = ["acuracy"]

    Use instead: `metrics = ["accuracy"]`.
    """
    return unknown_component.say(category, name, known, meant)


@error("OP108")
def refused_component(name: str, why: str) -> str:
    """A component of Keras that a spec may not hold.

    Why: a spec is data. It is read, compared and hashed, and reading it runs nothing. What holds
    a function, a module or a file of code cannot be in it; what specc does by itself need not.

    Example:

        [model]
        kind = "sequential"
        layers = [{ type = "Lambda", function = "x + 1" }]

    Use instead: a layer class of your own, `type = "mymodule:PlusOne"`, with `--trust`.
    """
    return f"`{name}` {REASONS[why]}"


@error("OP109")
def model_as_layer(name: str) -> str:
    """A whole architecture of `keras.applications` stands where a layer belongs.

    Why: it would be downloaded and built by a function; its layers would be nowhere in the spec.

    Example:

        [model]
        kind = "functional"
        layers = [{ type = "ResNet50" }]

    Use instead: save it once, and use `{ model = "backbones/resnet50.keras" }`.
    """
    return (f"`{name}` is a model, not a layer; save it once and use"
            f' {{ model = "backbones/{name.lower()}.keras" }}')


@error("OP111")
def untrusted_name(name: str) -> str:
    """A component is a class of Python, `module:Class`.

    Why: importing it runs code, so it needs `--trust`, and its module must be listed in
    `[tool.specc] trust` of pyproject.toml.

    Example:

        [model]
        kind = "sequential"
        layers = [{ type = "labmodels.vae:Sampling", output_shape = [16] }]

    Use instead: a layer of Keras, or `specc run --trust`.
    """
    module = name.partition(":")[0]
    return (f"`{name}` is Python, which runs only with --trust, and `{module}` must be listed in"
            " [tool.specc] trust")


@error("OP117")
def wrong_category(name: str, found: str, wanted: str) -> str:
    """A component of one category stands where another belongs.

    Example:

        [compile]
        optimizer = "CosineDecay"

    Use instead: `optimizer = { type = "SGD", learning_rate = { type = "CosineDecay", ... } }`.
    """
    return f"`{name}` is {with_article(found)}, and {with_article(wanted)} belongs here"


@error("OP118")
def component_without_type(category: str, keys: Iterable[str]) -> str:
    """A table that should be a component has no `type`.

    Example:

        [compile]
        optimizer = { learning_rate = 0.001 }

    Use instead: `optimizer = { type = "Adam", learning_rate = 0.001 }`.
    """
    return (f"{with_article(category)} is its name, or a table with `type`; this table has "
            f"{some(list(keys))}")


@error("OP120")
def unfit_component(key: str, name: str, known: Iterable[str]) -> str:
    """A nested component is of a kind that its place cannot use.

    Example:

        [model]
        kind = "sequential"
        layers = [{ type = "RNN", cell = { type = "LSTM", units = 8 } }]

    Use instead: `cell = { type = "LSTMCell", units = 8 }`.
    """
    known = list(known)
    return f"`{key}` cannot be `{name}`" + (
        nearest(name, known) or f"; it is one of {', '.join(f'`{one}`' for one in known)}")


@error("OP121")
def needs_newer_keras(what: str, since: str, asked: str) -> str:
    """A spec uses what the Keras that was asked for, `--keras 3.10`, does not have yet.

    Why: the same spec is often built with several Kerases. The table knows for every component,
    argument and word which one had it first; `specc ops NAME` shows it.

    Example (checked with `--keras 3.8`):

        [model]
        kind = "sequential"
        layers = [{ type = "RMSNormalization" }]

    Use instead: what that Keras has, here `LayerNormalization`, or a newer Keras.
    """
    return f"{what} came with Keras {since}, and {asked} was asked for"


def near(word: str, known: Iterable[str], meant: str | None) -> str:
    """What may be meant: what people call so elsewhere, else what is spelled most alike."""
    return f"; did you mean `{meant}`?" if meant else nearest(word, known)


def some(known: list[str]) -> str:
    shown = ", ".join(f"`{one}`" for one in known[:8])
    return (shown + (", ..." if len(known) > 8 else "")) or "nothing"
