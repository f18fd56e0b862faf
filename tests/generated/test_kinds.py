"""The model kinds of one graph are equal: the same seeds give the same weights, and predictions."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

import pytest

pytestmark = [pytest.mark.keras, pytest.mark.slow]
pytest.importorskip("numpy")

import numpy as np  # noqa: E402

import specc  # noqa: E402
from specc.runner.data import read_rows  # noqa: E402
from specc.spec import Kind  # noqa: E402
from specc.testing import Document, written_as  # noqa: E402
from specc.testing.composing import Wish, composed  # noqa: E402
from specc.testing.filling import as_csv, filled  # noqa: E402

CHAINS = ("Dense", "Conv1D", "LSTM", "LayerNormalization", "Embedding", "Conv2D")


def drawn(layer: str) -> Iterator[Document]:
    """Specs around a layer; some of them are no chains, whatever is wished for."""
    for number in count():
        yield composed(Random(f"{layer} {number}"), Wish(layer, kind="sequential"))


def predictions(document: Document, folder: Path, rows: str) -> tuple[list[Any], Any]:
    """Of the model as it starts, and its weights."""
    from specc.backend.build import build
    from specc.backend.feed import pack_inputs

    folder.mkdir()
    (folder / "rows.csv").write_text(rows)
    (folder / "drawn.specc.toml").write_text(written_as(document))
    checked, ready = read_rows(specc.check(folder / "drawn.specc.toml"))
    assert ready is not None, checked.errors
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        done = build(ready.plan, ready.prepared.train.inputs)
        assert done.value is not None, done.diagnostics
        given = done.value(pack_inputs(ready.prepared.train.inputs), training=False)
    found = given if isinstance(given, dict) else {next(iter(document["outputs"])): given}
    return ([np.asarray(found[name]) for name in sorted(found)],
            sorted((one.path, np.asarray(one)) for one in done.value.weights))


def rows_of(document: Document, seed: str) -> str:
    plan = specc.check_text(written_as(document).encode(), "drawn.specc.toml").plan
    assert plan is not None
    return as_csv(filled(Random(seed), plan, 24))


def equal(one: tuple[list[Any], Any], other: tuple[list[Any], Any]) -> None:
    assert len(one[0]) == len(other[0])
    for a, b in zip(one[0], other[0], strict=True):
        np.testing.assert_array_equal(a, b)
    assert len(one[1]) == len(other[1])


@pytest.mark.parametrize("layer", CHAINS)
def test_a_chain_is_the_same_in_three_kinds(layer: str, tmp_path: Path) -> None:
    document = next(one for one in drawn(layer) if one["model"]["kind"] == "sequential")
    rows = rows_of(document, layer)
    kinds: tuple[Kind, ...] = ("sequential", "functional", "subclassed")
    found = [predictions({**document, "model": {**document["model"], "kind": kind}},
                         tmp_path / kind, rows) for kind in kinds]
    equal(found[0], found[1])
    equal(found[0], found[2])


@pytest.mark.parametrize("number", range(4))
def test_wide_and_deep_is_a_functional_graph(number: int, tmp_path: Path) -> None:
    document = composed(Random(f"wide {number}"), Wish("Dense", kind="wide_and_deep"))
    rows = rows_of(document, str(number))
    other = {**document, "model": {"kind": "functional", "layers": list(as_layers(document))}}
    equal(predictions(document, tmp_path / "wide", rows), predictions(other, tmp_path / "f", rows))


def as_layers(document: Document) -> Iterator[dict[str, Any]]:
    """Wide and deep, written out: the towers, what joins them, the head, and `aux` on the deep
    path's last tensor."""
    model = document["model"]
    first, *body = [dict(one) for one in model["deep"]["layers"]]
    deep = [{"inputs": model["deep"]["input"], **first}, *body]
    deep[-1]["gives"] = "deep_end"
    yield from deep
    yield {"type": "Concatenate", "inputs": [model["wide"]["input"], "deep_end"]}
    yield from model["head"]
    for index, one in enumerate(model.get("aux", ())):
        yield {**one, "inputs": "deep_end"} if index == 0 else one
