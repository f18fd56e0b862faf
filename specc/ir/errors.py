"""What lowering and inference can say: IR1xx names and references, IR2xx shapes, IR3xx outputs."""

from __future__ import annotations

from collections.abc import Iterable

from specc.diagnostics import Kind, error, nearest, warning


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
    """A block stamps itself, directly or through others, so it would never end.

    Example:

        [blocks.a]
        layers = [{ block = "a" }]

    Use instead: `repeat`.
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


@error("IR201")
def input_shape(reason: str) -> str:
    """What enters a layer does not fit it.

    Example:

        { type = "RepeatVector", n = 3 }     # behind an image

    Use instead: reshape before it, or another layer.
    """
    return reason


@error("IR202")
def input_rank_mismatch(reason: str) -> str:
    """What enters a layer has too many or too few axes.

    Example:

        [inputs.x]
        shape = [10]
        [model]
        layers = [{ type = "Conv2D", filters = 8, kernel_size = 3 }]

    Use instead: `shape = [28, 28, 1]`, or a Reshape before the layer.
    """
    return reason


@error("IR203")
def nonpositive_output_size(reason: str) -> str:
    """A window, kernel or crop is larger than what it slides over: nothing would come out.

    Example:

        [inputs.x]
        shape = [2, 2, 1]
        [model]
        layers = [{ type = "Conv2D", filters = 8, kernel_size = 3 }]

    Use instead: `padding = "same"`, fewer poolings, or a larger input.
    """
    return reason


@error("IR204")
def reshape_size_mismatch(reason: str) -> str:
    """A reshape would change how many numbers there are.

    Example:

        { type = "Reshape", target_shape = [5, 5] }     # behind 24 numbers

    Use instead: a shape with the same product; one size may be -1.
    """
    return reason


@error("IR205")
def merge_shape_mismatch(reason: str) -> str:
    """Tensors that are merged do not fit together.

    Example:

        { type = "Add", inputs = ["a", "b"] }           # (batch, 3) and (batch, 4)

    Use instead: project one of them first.
    """
    return reason


@error("IR206")
def flatten_before_conv(reason: str) -> str:
    """A convolution or pooling stands behind a Flatten, where there is no image any more.

    Example:

        layers = [{ type = "Flatten" }, { type = "Conv2D", filters = 8, kernel_size = 3 }]

    Use instead: the Flatten behind the last convolution.
    """
    return reason


@error("IR207")
def declared_shape_mismatch(declared: str, inferred: str) -> str:
    """`output_shape` (or an input's `shape`) says something else than what comes out.

    Example:

        [inputs.x]
        columns = ["a", "b", "c"]
        shape = [2, 2]

    Use instead: leave it out, or say the shape that fits.
    """
    return f"declared as {declared}, but it is {inferred}"


@error("IR208")
def flatten_after_rnn_none(reason: str) -> str:
    """A layer needs the size of an axis whose length is free.

    Example:

        [inputs.x]
        shape = ["time", 8]
        [model]
        layers = [{ type = "Flatten" }, { type = "Dense", units = 1 }]

    Use instead: a pooling over the free axis, or a fixed length.
    """
    return reason


@warning("IR209")
def disconnected_layer(name: str) -> str:
    """No output needs this layer, so Keras drops it in silence.

    Example:

        layers = [
          { type = "Dense", units = 3, name = "lost", inputs = "x" },
          { type = "Dense", units = 1, name = "price", inputs = "x" },
        ]

    Use instead: connect it, or remove it.
    """
    return f"no output depends on `{name}`"


@warning("IR210")
def unused_input(name: str) -> str:
    """No layer takes this input; Keras still demands data for it.

    Example:

        [inputs.unused]
        columns = ["a"]

    Use instead: connect it, or remove it.
    """
    return f"nothing takes the input `{name}`"


@error("IR301")
def loss_weights_mismatch(name: str, known: Iterable[str]) -> str:
    """[outputs.NAME] gives loss, metrics or weight to an output that the model does not have.

    Example:

        [model]
        layers = [
          { type = "Dense", units = 1, name = "price" },
          { type = "Dense", units = 1, name = "other" },
        ]
        [outputs.prize]
        task = "regression"

    Use instead: the name of a layer or result, or `from = "price"`.
    """
    return f"the model has no output `{name}`" + nearest(name, known)


@error("IR302")
def unknown_output(name: str, known: Iterable[str]) -> str:
    """An expectation or objective names an output that [outputs] does not have.

    Example:

        [expect]
        "test.prize.mae" = { max = 1.0 }

    Use instead: `"test.price.mae"`.
    """
    return f"there is no output `{name}`" + nearest(name, known)


@error("IR303")
def unknown_metric_key(key: str, known: Iterable[str]) -> str:
    """An expectation, objective or monitor names a metric that is not computed.

    Example:

        [expect]
        "test.price.rmse" = { max = 1.0 }

    Use instead: add it to `metrics` of [outputs.price].
    """
    names = list(known)
    return (f"no metric is called `{key}`" + nearest(key, names)
            + f" (there are {', '.join(f'`{n}`' for n in names[:12])})")


@error("IR304")
def monitor_not_logged(monitor: str, known: Iterable[str]) -> str:
    """A callback watches a number that no epoch reports, so it would never act.

    Why: Keras only warns, once an epoch, and trains on.

    Example:

        [fit]
        callbacks = [{ type = "EarlyStopping", monitor = "val_acc" }]

    Use instead: `monitor = "val_loss"`, with a validation split.
    """
    names = list(known)
    return (f"no epoch reports `{monitor}`" + nearest(monitor, names)
            + f" (reported: {', '.join(f'`{n}`' for n in names[:8])})")


@error("IR305")
def unknown_input(name: str, known: Iterable[str]) -> str:
    """A target or a tower names an input that [inputs] does not have.

    Example:

        target = { input = "pixels" }

    Use instead: the name of a table in [inputs].
    """
    return f"there is no input `{name}`" + nearest(name, known)


@error("IR306")
def wrong_bound(reason: str) -> str:
    """A bound is a number (at most), or a table with `min`, `max` or both.

    Example:

        [expect]
        "test.price.mae" = { at_most = 3 }

    Use instead: `{ max = 3 }`.
    """
    return reason


@error("IR307")
def over_budget(name: str, found: int, wanted: str) -> str:
    """The model is larger, or costs more, than its [budget] allows.

    Example:

        [budget]
        params = 10

    Use instead: a smaller model, or a larger budget.
    """
    return f"{name} is {found:,}, {wanted}"


@warning("IR308")
def budget_unknown(name: str) -> str:
    """A [budget] cannot be computed before the data or a saved part are read, so it was not held.

    Example:

        [budget]
        params = 10_000          # with a one-hot column whose values only the data know

    Use instead: say `values`, `shape` or `output_shape`, or drop the bound.
    """
    return f"{name} is not known here, so its budget was not checked"


@error("IR211")
def groups_divisibility(reason: str) -> str:
    """Groups divide the channels that enter and the filters that leave; here they do not.

    Example:

        { type = "Conv2D", filters = 8, kernel_size = 3, groups = 3 }

    Use instead: a number of groups that divides both.
    """
    return reason


@error("IR212")
def stride_and_dilation(reason: str) -> str:
    """A convolution strides or dilates along an axis, not both.

    Example:

        { type = "Conv2D", filters = 8, kernel_size = 3, strides = 2, dilation_rate = 2 }

    Use instead: one of them.
    """
    return reason


MISFITS: dict[str, Kind] = {kind.name: kind for kind in (
    input_shape, input_rank_mismatch, nonpositive_output_size, reshape_size_mismatch,
    merge_shape_mismatch, flatten_before_conv, flatten_after_rnn_none, groups_divisibility,
    stride_and_dilation)}
