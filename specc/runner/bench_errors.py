"""What `specc bench` and `specc backends` can say: RU codes from 301."""

from __future__ import annotations

from specc.diagnostics import error


@error("RU301")
def no_gpu_here(backend: str) -> str:
    """A GPU is to be measured, and the back end sees none.

    Why: what a CPU takes must not be filed as what a GPU takes.

    Example:

        specc bench a.specc.toml --device gpu

    Use instead: a machine with a GPU, and a back end that is built for it; or `--device cpu`.
    """
    return f"no GPU here: {backend} sees none"


@error("RU302")
def twin_unusable(path: str, reason: str) -> str:
    """The twin that was named gives no model that can be trained on the spec's rows.

    Example:

        specc bench a.specc.toml --twin by_hand.py

    Use instead: a Python file with `def model():` that returns a compiled `keras.Model`, which
    takes the inputs of the spec (one array, or several by name) and its targets.
    """
    return f"`{path}` cannot be measured beside the spec: {reason}"


@error("RU303")
def no_such_result(asked: str, folder: str, reason: str = "") -> str:
    """A stored result that was named is not there, or is none.

    Example:

        specc bench a.specc.toml --baseline 0007

    Use instead: the number that a file in `.benchmarks` begins with, or the path of one.
    `--compare` takes the newest that fits, and is content where there is none.
    """
    if reason:  # there is a file, and it is none
        return f"`{asked}` is no result of `specc bench`: {reason}"
    return f"there is no stored result `{asked}` in `{folder}`"


@error("RU304")
def slower_than_allowed(figure: str, word: str, percent: float, allowed: float) -> str:
    """A figure got worse by more than is allowed.

    Why: the difference lies beyond the noise that was measured in the same run.

    Example:

        specc bench a.specc.toml --compare --fail-slower 10

    Use instead: find what made it so; or store the new result with --save, if it is meant.
    """
    return f"{figure} is {percent:.1f} % {word}, and {allowed:g} % is allowed"


@error("RU305")
def measured_on_the_cpu(backend: str) -> str:
    """The CPU is to be measured, and the back end had begun on a GPU before.

    Example:

        pytest --specc-bench --specc-bench-device cpu

    Use instead: a process that has not imported Keras yet, or CUDA_VISIBLE_DEVICES=-1.
    """
    return f"{backend} computes on a GPU already, so the CPU cannot be measured in this process"


@error("RU306")
def process_failed(reason: str) -> str:
    """A fresh process, which is to tell the time of importing and the memory, ended with an error.

    Example:

        specc bench a.specc.toml

    Use instead: `--processes 0` leaves those figures out.
    """
    return f"a process that was started to be measured ended with an error: {reason}"


@error("RU311")
def back_ends_differ(what: str, first: str, other: str, far: float, allowed: float) -> str:
    """Two back ends compute something else from the same weights and rows.

    Why: a model that is trained on one and served on another then predicts something else.

    Example:

        specc backends a.specc.toml

    Use instead: find the layer; `--format json` has the numbers of each row of the table.
    """
    return (f"{what} of {first} and {other} differ by {far:.1e} of themselves, and {allowed:.0e} "
            "is allowed")


@error("RU312")
def back_end_not_here(name: str, python: str) -> str:
    """A back end that was asked for is not installed there.

    Example:

        specc backends a.specc.toml --backends tensorflow,jax

    Use instead: install it, or name a Python that has it: --python jax=/path/to/python.
    """
    return f"{name} is not installed for `{python}`"


@error("RU313")
def back_end_failed(name: str, reason: str) -> str:
    """A back end ended with an error where the spec was built or trained on it.

    Example:

        specc backends a.specc.toml

    Use instead: `KERAS_BACKEND=jax specc run a.specc.toml` says more.
    """
    return f"{name} could not do it: {reason}"


UNUSABLE = frozenset({"RU301", "RU302", "RU303", "RU305", "RU306",
                       "RU312", "RU313"})  # exit code 2
