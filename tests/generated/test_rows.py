"""Rows that are drawn for a spec can be read as it says: columns, types, ranges, classes."""

from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import specc
from specc.diagnostics import SpecError
from specc.testing import Document, rows, specs, written_as
from specc.testing.filling import plan_of

ROOT = Path(__file__).parents[2]
OWN = """
specc = 1
[data]
source = "rows.csv"
order = "day"
split = { validation = 0.2, test = 0.2 }
[inputs.person]
columns = [
  "age",
  { name = "sex", encode = "onehot", values = ["f", "m"] },
  { name = "deck", encode = "index", missing = "category" },
]
[inputs.words]
columns = ["said"]
text = { tokens = 20, length = 4 }
[model]
kind = "functional"
layers = [
  { type = "Embedding", input_dim = 20, output_dim = 3, inputs = "words" },
  { type = "Flatten", name = "read" },
  { type = "Concatenate", inputs = ["person", "read"] },
  { type = "Dense", units = 3, activation = "softmax", name = "kind" },
]
[outputs.kind]
task = "multiclass"
classes = ["a", "b", "c"]
target = "kind"
sample_weight = "weight"
"""


@pytest.mark.keras
@settings(max_examples=25)
@given(specs(), st.data())
def test_drawn_rows_fit_the_drawn_spec(document: Document, data: st.DataObject) -> None:
    read(written_as(document), data.draw(rows(document)))


@pytest.mark.keras
@settings(max_examples=10)
@given(st.data())
def test_rows_fit_a_spec_that_an_author_wrote(data: st.DataObject) -> None:
    checked = specc.check_text(OWN.encode())
    text = data.draw(rows(checked, count=40))
    read(OWN, text)
    head, *lines = csv.reader(io.StringIO(text))
    assert {"age", "sex", "deck", "said", "kind", "weight", "day"} <= set(head)
    assert len(lines) == 40


def read(spec: str, text: str) -> None:
    """pandas reads them, so it is asked for where Keras is."""
    from specc.runner.data import read_rows

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "drawn.specc.toml")
        file.write_text(spec, encoding="utf-8")
        Path(folder, "rows.csv").write_text(text, encoding="utf-8")
        checked, ready = read_rows(specc.check(file))
    assert checked.errors == ()
    assert ready is not None


def test_there_are_no_rows_of_a_spec_with_errors() -> None:
    with pytest.raises(SpecError):
        plan_of({"specc": 1})
