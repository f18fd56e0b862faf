"""What lowering can say: IR1xx, names, references and entries."""

from __future__ import annotations

from collections.abc import Iterable

from specc.diagnostics import error, nearest


@error("IR101")
def unknown_ref(name: str, known: Iterable[str], later: bool = False) -> str:
    """A reference names no tensor that stands above it.

    References look upwards only, and names inside a group or block are local to it.

    Example:

        layers = [{ type = "Dense", units = 3, inputs = "hiden" }]

    Use instead: the name of an input, or of an entry further up.
    """
    if later:
        return f"`{name}` is defined further down, and references look upwards only"
    return f"nothing above is called `{name}`" + nearest(name, known)


@error("IR119")
def self_loop(name: str) -> str:
    """An entry takes what it gives itself.

    Why: a layer's input has to be there before its output. A recurrent layer keeps its own state.

    Example:

        layers = [{ type = "Dense", units = 3, name = "hidden", inputs = "hidden" }]

    Use instead: the name of an input, or of an entry further up.
    """
    return f"`{name}` takes its own result"


@error("IR102")
def duplicate_name(name: str, taken: str) -> str:
    """Two things have one name. Inputs, layers, results and outputs share one space.

    Example:

        layers = [{ type = "Dense", units = 3, name = "a" }, { type = "ReLU", name = "a" }]

    Use instead: another name, or none: unnamed layers are numbered.
    """
    return f"`{name}` is already the name of {taken}"


@error("IR103")
def entry_without_meaning(found: Iterable[str]) -> str:
    """An entry is one of: a layer (`type`), a group (`layers`), a block, a call, a saved model.

    Example:

        layers = [{ units = 3 }]

    Use instead: `{ type = "Dense", units = 3 }`.
    """
    keys = list(found)
    if keys:
        return f"an entry is one thing, this one has {' and '.join(f'`{key}`' for key in keys)}"
    return "an entry needs `type`, `layers`, `block`, `call` or `model`"


@error("IR104")
def unknown_block(name: str, known: Iterable[str]) -> str:
    """An entry stamps a block that [blocks] does not have.

    Example:

        layers = [{ block = "botleneck" }]

    Use instead: the name of a table in [blocks].
    """
    return f"there is no block `{name}`" + nearest(name, known)


@error("IR105")
def unknown_block_key(key: str, block: str, known: Iterable[str]) -> str:
    """An entry gives a block a parameter that it does not have.

    Example:

        layers = [{ block = "unit", filter = 3 }]

    Use instead: one of the names in the block's `params`.
    """
    return f"block `{block}` has no parameter `{key}`" + nearest(key, known)


@error("IR106")
def graph_cycle(chain: Iterable[str]) -> str:
    """A block stamps itself, or entries take each other's results: it would never end.

    Why: references look upwards only, so what is computed is always there before it is taken.

    Example:

        [blocks.a]
        layers = [{ block = "a" }]

    Use instead: `repeat` for blocks; for entries, the name of something further up.
    """
    return "cyclic reference: " + " -> ".join(chain)


@error("IR107")
def unknown_callee(name: str, known: Iterable[str]) -> str:
    """`call` uses a layer, group or block again; it has to stand above, under that name.

    Example:

        layers = [{ call = "tower", inputs = "right" }]

    Use instead: give the first use `name = "tower"`.
    """
    return f"nothing above is called `{name}` that could be called again" + nearest(name, known)


@error("IR108")
def ambiguous_input(known: Iterable[str]) -> str:
    """The first entry of a model with several inputs has to say which it takes.

    Example:

        [inputs.a]
        [inputs.b]
        [model]
        layers = [{ type = "Dense", units = 3 }]

    Use instead: `inputs = "a"`.
    """
    return f"which input enters here? say inputs = {' or '.join(repr(n) for n in known)}"


@error("IR109")
def wrong_inputs(reason: str) -> str:
    """`inputs` does not fit what the layer takes: one tensor, a list, or arguments by name.

    Example:

        layers = [{ type = "Dense", units = 3, inputs = ["a", "b"] }]

    Use instead: merge first, `{ type = "Concatenate", inputs = ["a", "b"] }`.
    """
    return reason


@error("IR110")
def unnamed_results(layer: str, results: int) -> str:
    """A layer that gives several results has to name them.

    Example:

        layers = [{ type = "LSTM", units = 3, return_state = true }]

    Use instead: `gives = ["sequence", "h", "c"]`.
    """
    return f"`{layer}` gives {results} results; name them: gives = [{results} names]"


@error("IR111")
def wrong_entry_value(reason: str) -> str:
    """A key of an entry (repeat, when, gives, with, trainable) has a value that cannot be meant.

    Example:

        layers = [{ type = "ReLU", repeat = -1 }]

    Use instead: `repeat` is a whole number from 0, `when` true or false.
    """
    return reason


@error("IR112")
def too_many_layers(limit: int) -> str:
    """Repeats multiply to more layers than any model has.

    Example:

        layers = [{ type = "ReLU", repeat = 1_000_000_000 }]

    Use instead: a number that can be built.
    """
    return f"the model has more than {limit:,} layers"


@error("IR116")
def scopes_too_deep(limit: int) -> str:
    """Groups, blocks and calls stand in one another deeper than anybody can follow.

    Example:

        [blocks.b0]
        layers = [{ block = "b1" }]    # and so on to b99

    Use instead: `repeat`, or fewer blocks.
    """
    return f"groups, blocks and calls are more than {limit} deep in one another"


@error("IR113")
def not_a_chain(layer: str) -> str:
    """A sequential model is a chain: one input, each layer takes the one before, one output.

    Example:

        kind = "sequential"
        layers = [{ type = "Dense", units = 3 }, { type = "Dense", units = 3, inputs = "x" }]

    Use instead: `kind = "functional"`.
    """
    return f"`{layer}` breaks the chain of a sequential model; use kind = \"functional\""


@error("IR114")
def wrong_tables(kind: str, reason: str) -> str:
    """The tables of [model] do not fit its kind.

    Example:

        [model]
        kind = "wide_and_deep"
        layers = [{ type = "Dense", units = 3 }]

    Use instead: [model.wide], [model.deep] and `head`.
    """
    return f"kind = \"{kind}\" {reason}"


@error("IR115")
def wrong_saved_part(file: str) -> str:
    """A saved part or saved weights come from a `.keras` file, and from nothing else.

    Why: `.h5` files and pickles can run code when they are loaded.

    Example:

        layers = [{ model = "backbones/resnet50.h5" }]

    Use instead: save the model once as `backbones/resnet50.keras`.
    """
    return f"`{file}` is no .keras file; other formats are not read"


@error("IR117", milder=True)
def normalization_not_adapted(component: str, at_hand: bool = True) -> str:
    """A layer that learns from data has no state, and nothing teaches it.

    Why: Normalization, Discretization, lookups and TextVectorization hold a state that is learned
    from the training rows when the spec is run. Without it they pass values through, or know no
    words; Keras accepts that. Only what stands behind an input is taught, with nothing between but
    layers that always do the same (Rescaling, Resizing, Reshape and their like): what another layer
    makes of the rows changes while the model is trained. A warning where the layer stands well and
    there are no data: checked or compiled alone, the model is not what will be trained.

    Example:

        layers = [{ type = "Dense", units = 8 }, { type = "Normalization" }]

    Use instead: `[inputs.x] scale = "standard"`, or the layer first; `[data]` and `specc run`, or
    the state itself (`mean`, `variance`, `vocabulary`).
    """
    if not at_hand:
        return f"`{component}` learns from data, and there are none: it is left as it begins"
    return (f"`{component}` learns from data outside training; put it directly behind an input, or "
            "use scale, encode or text there")
