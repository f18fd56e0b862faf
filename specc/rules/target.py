"""The shape of what a loss is given to compare with: from labels, columns, windows and `shape`."""

from __future__ import annotations

from specc.facts import Facts
from specc.ir.graph import Graph
from specc.record import Record
from specc.spec import Generator, Labels, Output, Parts, Spec
from specc.tensor import BATCH, Dim, Shape

ARRAYS = (".npz", ".npy")  # targets there may have any rank


class Target(Record):
    """`shape` has the batch first, None where the rank is not known; `last` is the size of the
    last axis as far as it is known, classes included only if they are written one-hot."""

    shape: Shape | None
    last: int | None


def target_of(spec: Spec, graph: Graph, output: Output, facts: Facts, labels: Labels | None,
              classes: int | None) -> Target:
    """What an output's loss is given.

    | labels         | shape                                     |
    |----------------|-------------------------------------------|
    | index          | (batch,), (batch, u) or `shape`           |
    | onehot         | (batch, K), or `shape` and K behind it    |
    | binary, sign   | (batch, u) or `shape`                     |
    | none (numbers) | (batch, u) or `shape`; the input's itself |
    """
    if output.target_input is not None:
        entering = next((one for one in graph.inputs if one.name == output.target_input), None)
        shape = entering.tensor.shape if entering else None
        return Target(shape, _number(shape[-1]) if shape else None)
    columns = None if spec.doubtful("data", "window") else _columns(output, facts)
    onehot = labels == "onehot" and output.task in ("binary", "multiclass")
    if output.shape is not None:
        tail: tuple[Dim, ...] = output.shape
        if onehot and (classes is None or tail[-1:] != (classes,)):
            tail = (*tail, classes)
        return Target((BATCH, *tail), _number(tail[-1]) if tail else None)
    several = columns is not None and columns > 1
    last = classes if onehot and not several else columns
    if output.task == "multilabel" and classes is not None:
        last = classes
    if columns is None and output.task == "binary" and not onehot:
        last = 1
    if not _rows_of_scalars(spec) or last is None:
        return Target(None, last)
    if _steps(spec) > 1:
        return _of_steps(spec, output, labels, classes)
    if labels == "index" and last == 1:
        return Target((BATCH,), last)
    return Target((BATCH, last), last)


def _of_steps(spec: Spec, output: Output, labels: Labels | None, classes: int | None) -> Target:
    """Targets of a window that looks several steps ahead: (batch, steps), one-hot rows and several
    columns behind that."""
    written = (output.target,) if isinstance(output.target, str) else output.target or ()
    if len(written) != 1 or "*" in written[0]:
        return Target(None, None)
    if labels == "onehot":
        return Target((BATCH, _steps(spec), classes), classes)
    return Target((BATCH, _steps(spec)), _steps(spec))


def _number(dim: Dim) -> int | None:
    return dim if isinstance(dim, int) else None


def _steps(spec: Spec) -> int:
    return spec.data.window.steps if spec.data and spec.data.window else 1


def _columns(output: Output, facts: Facts) -> int | None:
    """How many target columns there are."""
    if output.name in facts.dims:
        return facts.dims[output.name]
    written = (output.target,) if isinstance(output.target, str) else output.target
    if written is None or any("*" in one for one in written):
        return None
    return len(written)


def _rows_of_scalars(spec: Spec) -> bool:
    """Whether the data are a table: a cell is one number, so a target's rank is known."""
    if spec.data is None:
        return False
    source = spec.data.source
    if isinstance(source, Generator):
        return True
    name = source.train if isinstance(source, Parts) else source
    return not name.lower().endswith(ARRAYS)
