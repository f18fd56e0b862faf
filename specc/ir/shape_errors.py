"""What inference can say: IR2xx, shapes and connections."""

from __future__ import annotations

from specc.diagnostics import Kind, error, warning
from specc.tensor import counted


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
    """A crop takes all there is, or padding is taken off that is not there: nothing would come out.

    Example:

        [inputs.x]
        shape = [5, 3]
        [model]
        layers = [{ type = "Cropping1D", cropping = 3 }]

    Use instead: a smaller crop, or a larger input.
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
    """The weights of a layer would be as long as an axis whose length is free.

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


@error("IR213")
def layer_too_large(layer: str, what: str, count: int, most: int) -> str:
    """A layer holds, or gives for one sample, more numbers than any machine has memory for.

    Why: nothing of that size is built; it is a slip of a digit, or an axis that was meant to be
    another one.

    Example:

        layers = [{ type = "Dense", units = 1_000_000_000_000 }]

    Use instead: a size that can be built; Keras needs 4 bytes for each number.
    """
    return f"`{layer}` {what} {counted(count)} numbers; at most {most:,} can be built"


@error("IR214")
def embedding_range(name: str, rows: int, value: int | None) -> str:
    """An embedding is fed an integer that it has no row for.

    Why: TensorFlow stops in the middle of an epoch; other back ends take another row and say
    nothing. An index keeps 0 for what is unknown or missing, so it holds one integer more than it
    has values. Fractions are cut off, so numbers that are scaled nearly all become 0.

    Example:

        [inputs.deck]
        columns = ["deck"]
        encode = "index"
        values = ["A", "B", "C"]
        [model]
        layers = [{ type = "Embedding", input_dim = 3, output_dim = 2 }]

    Use instead: `input_dim = "=inputs.deck.size"`.
    """
    if value is None:
        return f"`{name}` holds fractions, and an embedding takes integers"
    known = f"`{name}` may hold {value}"
    if value < 0:
        return f"{known}, and an embedding takes no integer below 0"
    return f"{known}, and the embedding has rows 0 to {rows - 1}; it needs {value + 1} of them"


@warning("IR215")
def unknown_output_shape(layer: str, why: str) -> str:
    """What a layer gives cannot be known here, so nothing behind it is checked.

    Why: a class of one's own is code; a lookup without a vocabulary learns how wide it is
    (`vocabulary` or `pad_to_max_tokens` say it). What is declared is held against what was learned.

    Example:

        [inputs.word]
        shape = [1]
        dtype = "string"
        [model]
        layers = [{ type = "StringLookup", output_mode = "one_hot" }, { type = "Dense", units = 2 }]

    Use instead: `output_shape = [16]` in the entry: the shape without the batch.
    """
    return f"the shape that `{layer}` gives is not known, since {why}"


@error("IR216")
def rnn_return_sequences_missing(reason: str) -> str:
    """A layer takes a sequence, and the recurrent layer before it gives only its last step.

    Why: a recurrent layer gives (batch, units) unless it is told to return every step.

    Example:

        layers = [{ type = "LSTM", units = 8 }, { type = "LSTM", units = 8 }]

    Use instead: `return_sequences = true` in the first of them.
    """
    return reason


@error("IR217")
def kernel_larger_than_input(reason: str) -> str:
    """A kernel is larger than what it slides over: nothing would come out.

    Example:

        [inputs.x]
        shape = [2, 2, 1]
        [model]
        layers = [{ type = "Conv2D", filters = 8, kernel_size = 3 }]

    Use instead: `padding = "same"`, fewer poolings before, or a larger input.
    """
    return reason


@error("IR218")
def pool_larger_than_input(reason: str) -> str:
    """A pooling's window is larger than what it slides over: nothing would come out.

    Why: each pooling of 2 halves the positions; one too many has none left to pool.

    Example:

        [inputs.x]
        shape = [2, 2, 1]
        [model]
        layers = [{ type = "MaxPooling2D", pool_size = 3 }]

    Use instead: `padding = "same"`, fewer poolings, or a larger input.
    """
    return reason


@error("IR219")
def shared_layer_shape(reason: str) -> str:
    """A layer that is called again would need weights of another shape than its first call made.

    Example:

        layers = [
          { type = "Dense", units = 8, name = "shared", inputs = "four" },
          { call = "shared", inputs = "five" },
        ]

    Use instead: a layer for each, or inputs of the same width.
    """
    return reason


MISFITS: dict[str, Kind] = {kind.name: kind for kind in (
    input_shape, input_rank_mismatch, nonpositive_output_size, kernel_larger_than_input,
    pool_larger_than_input, reshape_size_mismatch,
    merge_shape_mismatch, flatten_before_conv, flatten_after_rnn_none, groups_divisibility,
    stride_and_dilation, shared_layer_shape)}
