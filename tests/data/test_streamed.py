"""Streamed rows are the rows: learned, prepared and said of as in memory, to the last bit."""

from __future__ import annotations

import errno
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from data_plans import plan

from specc.data import columnar, spool, streamed
from specc.data.files import marked, settle
from specc.data.learn import Dataset, learn
from specc.data.order import AHEAD, Blocks, permutation
from specc.data.prepare import Prepared, prepare
from specc.data.source import read_table
from specc.data.spool import Spool, Streamed
from specc.diagnostics import Outcome
from specc.pipeline import check_text
from specc.record import replace
from specc.spec import Spec
from specc.syntax.document import load
from specc.syntax.parse import parse

SPEC = """\
specc = 1
name = "streamed"
[data]
source = {source}
stream = {stream}
split = {{ {split} }}
{more}
[inputs.x]
columns = [
  {{ name = "a", scale = "standard", missing = "mean", flag = true }},
  {{ name = "b", scale = "robust", missing = "median" }},
  {{ name = "whole", scale = "minmax" }},
  {{ name = "town", encode = "onehot", missing = "category" }},
  {{ name = "yes", encode = "onehot" }},
]
[inputs.id]
columns = [{{ name = "town", encode = "index", missing = "category" }},
           {{ name = "day", encode = "hash", bins = 16 }}]
[outputs.y]
task = "regression"
target = "y"
scale = "standard"
sample_weight = "w"
[outputs.c]
task = "multiclass"
target = "class"
[model]
kind = "sequential"
layers = [{{ type = "Dense", units = 1 }}]
"""


def table(rows: int = 999, seed: int = 3) -> pd.DataFrame:
    """Numbers, gaps, booleans, text and dates."""
    rng = np.random.default_rng(seed)
    a = rng.normal(50.0, 20.0, rows)
    a[rng.random(rows) < 0.1] = np.nan
    town = np.array(["Ulm", "Köln", "Bonn, am Rhein", ""], dtype=object)[rng.integers(0, 4, rows)]
    town[town == ""] = None
    return pd.DataFrame({
        "a": a, "b": rng.lognormal(size=rows), "whole": rng.integers(-5, 90, rows),
        "town": town, "yes": rng.random(rows) < 0.3,
        "day": [f"2024-01-{one:02}" for one in rng.integers(1, 29, rows)],
        "y": rng.normal(size=rows) * 3 + 7, "w": rng.random(rows) + 0.5,
        "class": np.array(["low", "mid", "high"])[rng.integers(0, 3, rows)]})


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pieces so small that a table of a thousand rows has many of each kind."""
    monkeypatch.setattr(columnar, "AT_ONCE", 100)
    monkeypatch.setattr(spool, "BLOCK", 64)
    monkeypatch.setattr(streamed, "PIECE", 128)


def spec_of(folder: Path, text: str) -> Spec:
    file = folder / "a.specc.toml"
    file.write_text(text, encoding="utf-8")
    found = load(str(file)).then(parse)
    assert not found.errors, found.errors
    assert found.value is not None
    return found.value


def both(folder: Path, source: str, more: str = "",
         split: str = "validation = 0.2, test = 0.2") -> tuple[Outcome[Dataset], Outcome[Dataset]]:
    """What is learned in memory, and of a stream."""
    one, two = (learn(spec_of(folder, SPEC.format(source=source, stream=stream, more=more,
                                                  split=split))) for stream in ("false", "true"))
    return one, two


def arrays(dataset: Dataset, folder: Path, source: str) -> Prepared:
    spec = spec_of(folder, SPEC.format(source=source, stream="true", more="", split=""))
    found = prepare(plan(spec, {"c": "index"}), dataset)
    assert found.value is not None, found.diagnostics
    return found.value


def same(a: Mapping[str, Any], b: Mapping[str, Any]) -> None:
    assert a.keys() == b.keys()
    for name, one in a.items():
        other = b[name][:]
        assert one.dtype == other.dtype
        assert one.tobytes() == other.tobytes(), name


@pytest.mark.parametrize("ending", ["parquet", "csv"])
@pytest.mark.parametrize(("more", "split"), [
    ("", "validation = 0.2, test = 0.2"),
    ('order = "day"', "validation = 0.2, test = 0.1"),
    ("", 'test = 0.25, stratify = "class"'),
    ("", 'validation = 0.3, group = "day"'),
])
def test_all_is_learned_and_prepared_as_in_memory(tmp_path: Path, ending: str, more: str,
                                                  split: str) -> None:
    write(table(), tmp_path / f"rows.{ending}")
    source = f'"rows.{ending}"'
    held, lazy = both(tmp_path, source, more, split)
    assert not lazy.errors, lazy.errors
    assert held.value is not None
    assert lazy.value is not None
    a, b = held.value, lazy.value
    assert b.preparation == a.preparation
    assert (b.digest, b.notes) == (a.digest, a.notes)
    assert b.numbers.tobytes() == a.numbers.tobytes()
    same(a.parts, b.parts)
    same(a.answers, b.answers)
    same(a.weights, b.weights)
    assert replace(b.facts, profile=None) == replace(a.facts, profile=None)
    assert held.diagnostics == lazy.diagnostics
    left, right = arrays(a, tmp_path, source), arrays(b, tmp_path, source)
    for part in ("train", "validation", "test"):
        one, other = getattr(left, part), getattr(right, part)
        if one is None:
            assert other is None
            continue
        assert all(isinstance(found, Streamed) for found in other.inputs.values())
        same(one.inputs, other.inputs)
        same(one.targets, other.targets)
        same(one.weights, other.weights)
        assert one.rows.tobytes() == other.rows.tobytes()


def write(frame: pd.DataFrame, path: Path) -> None:
    if path.suffix == ".csv":
        frame.to_csv(path, index=False)
    else:
        frame.to_parquet(path, row_group_size=170)


@pytest.mark.parametrize("ending", ["parquet", "csv"])
def test_parts_from_files(tmp_path: Path, ending: str) -> None:
    for seed, part in enumerate(("train", "test")):
        frame = table(400 if part == "train" else 150, seed)
        turned = frame[frame.columns[::-1]] if part == "test" else frame
        write(turned, tmp_path / f"{part}.{ending}")
    source = f'{{ train = "train.{ending}", test = "test.{ending}" }}'
    held, lazy = both(tmp_path, source, split="validation = 0.2")
    assert held.value is not None
    assert lazy.value is not None
    assert lazy.value.preparation == held.value.preparation
    assert lazy.value.digest == held.value.digest
    assert lazy.value.numbers.tolist() == held.value.numbers.tolist()
    same(held.value.parts, lazy.value.parts)
    same(arrays(held.value, tmp_path, source).test.inputs,  # type: ignore[union-attr]
         arrays(lazy.value, tmp_path, source).test.inputs)  # type: ignore[union-attr]


def test_rows_with_gaps_are_dropped(tmp_path: Path) -> None:
    write(table(), tmp_path / "rows.parquet")
    text = SPEC.format(source='"rows.parquet"', stream="{}", more="", split="test = 0.2")
    text = text.replace('missing = "mean"', 'missing = "drop"')
    held, lazy = (learn(spec_of(tmp_path, text.replace("stream = {}", f"stream = {word}")))
                  for word in ("false", "true"))
    assert held.value is not None
    assert lazy.value is not None
    assert lazy.value.notes == held.value.notes
    assert "rows dropped" in held.value.notes[0]
    assert lazy.value.preparation == held.value.preparation
    same(held.value.answers, lazy.value.answers)
    assert lazy.value.numbers.tolist() == held.value.numbers.tolist()


HARD = {
    "gap in a number": {"b": {700: np.nan}},
    "infinity": {"b": {3: np.inf, 800: -np.inf}},
    "text among numbers": {"whole": {650: "many"}},
    "a gap among classes": {"class": {10: None, 990: None}},
    "a gap in a weight": {"w": {500: np.nan}},
}


@pytest.mark.parametrize("name", HARD)
def test_what_is_wrong_is_said_as_in_memory(tmp_path: Path, name: str) -> None:
    frame = table().astype(object)
    for column, changes in HARD[name].items():
        for row, value in changes.items():
            frame.loc[row, column] = value
    frame.to_csv(tmp_path / "rows.csv", index=False)
    text = SPEC.format(source='"rows.csv"', stream="{}", more="", split="test = 0.2")
    text = text.replace(', missing = "median"', "")
    held, lazy = (learn(spec_of(tmp_path, text.replace("stream = {}", f"stream = {word}")))
                  for word in ("false", "true"))
    assert held.diagnostics == lazy.diagnostics
    assert held.errors


PROMISES = """\
specc = 1
name = "promises"
[data]
source = "rows.parquet"
stream = {stream}
split = {{ test = 0.2 }}
[inputs.x]
columns = ["a", "b"]
dtype = "{dtype}"
{range}
[inputs.k]
columns = [{{ name = "k", encode = "onehot" }}]
[outputs.y]
task = "regression"
target = "y"
[model]
kind = "sequential"
layers = [{{ type = "Dense", units = 1 }}]
"""


@pytest.mark.parametrize(("dtype", "range"), [("float32", "range = [0, 940]"), ("int32", ""),
                                              ("int32", "range = [0, 900]"), ("bfloat16", "")])
def test_promises_are_held_against_all_columns(tmp_path: Path, dtype: str, range: str) -> None:
    a = np.arange(1000.0)
    b = a.copy()
    b[555] = 0.5
    k = np.arange(1000) % 7
    k[[1, 500]] = 77, 78  # in no training row, most likely, and then a warning
    pd.DataFrame({"a": a[::-1], "b": b, "k": k, "y": a}).to_parquet(tmp_path / "rows.parquet")
    held, lazy = (learn(spec_of(tmp_path, PROMISES.format(stream=word, dtype=dtype, range=range)))
                  for word in ("false", "true"))
    assert held.diagnostics == lazy.diagnostics
    assert bool(held.errors) == (dtype != "bfloat16")


WORDS = [
    ["1", "2", None, "3"], ["1", "2", "3", "4"], ["1", "2", "3.5", "-0"], ["true", "False", "true"],
    ["true", None, "FALSE"], ["true", "1", "0"], ["1_000", "2", "3"], ["nan", "nan", "nan"],
    ["nan", "nan", "1"], ["inf", "nan", None], [None, None, None], ["1", "x", "2"], [" 4 ", "5"],
    ["9223372036854775808", "1", "2"], ["1e3", "2", None], ["NA", "1", "2"], ["0", "-0", "0.0"],
]


@pytest.mark.parametrize("words", WORDS, ids=str)
@pytest.mark.parametrize("size", [1, 2, 9])
def test_a_csv_column_has_the_kind_of_all_its_cells(words: list[str | None], size: int) -> None:
    whole = np.array(words, dtype=object)
    wanted = settle(marked(pd.DataFrame({"c": pd.Series(whole, dtype=object)}), csv=True), ())

    def read() -> Iterator[Any]:
        for begin in range(0, len(words), size):
            yield whole[begin:begin + size].copy()

    found = columnar.settled(read)
    made = columnar.objects(read) if found is None else found
    assert made.dtype == wanted["c"].to_numpy().dtype
    assert [repr(one) for one in made.tolist()] == [repr(one) for one in wanted["c"].tolist()]


KINDS = {
    "int32": pd.Series(np.arange(9), dtype="int32"),
    "uint64": pd.Series(np.arange(9), dtype="uint64"),
    "float16": pd.Series(np.arange(9) / 2, dtype="float16"),
    "nullable": pd.Series([1, None, 3, 4, 5, 6, 7, 8, 9], dtype="Int64"),
    "gaps late": pd.Series([1, 2, 3, 4, 5, 6, 7, 8, None], dtype="Int64"),
    "bool": pd.Series([True, False, None] * 3, dtype="boolean"),
    "bool late": pd.Series([True] * 8 + [None], dtype="boolean"),
    "text": pd.Series(["a", None, "b"] * 3),
    "all gaps first": pd.Series([None] * 4 + ["b"] * 5),
    "category": pd.Series(["a", "b", "a"] * 3, dtype="category"),
    "numbered": pd.Series([1, 2, 1] * 3, dtype="category"),
    "dates": pd.Series(pd.date_range("2024-01-01", periods=9)),
    "zone": pd.Series(pd.date_range("2024-01-01", periods=9, tz="Europe/Berlin")),
    "empty": pd.Series([None] * 9, dtype="object"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_parquet_column_has_the_kind_it_has_in_memory(tmp_path: Path, kind: str,
                                                        monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columnar, "AT_ONCE", 4)
    path = tmp_path / "rows.parquet"
    frame = pd.DataFrame({"c": KINDS[kind], "d": np.arange(9)})
    frame.set_index("d").to_parquet(path)
    wanted = read_table(path).value
    opened = columnar.open_file(path, "rows.parquet", spec_of_nowhere())
    assert wanted is not None
    assert opened.value is not None
    assert opened.value.columns == tuple(wanted.columns) == ("c",)
    found = columnar.column_of([opened.value], "c", text=False)
    there = wanted["c"].to_numpy()
    assert found.dtype == there.dtype
    assert [repr(one) for one in found.tolist()] == [repr(one) for one in there.tolist()]


def spec_of_nowhere() -> Any:
    from specc.source import Where

    return Where("a.specc.toml")


@pytest.mark.parametrize(("name", "content", "code"), [
    ("rows.csv", b"a,b\n1,2\n1,2,3\n", "DA1"), ("rows.csv", b"a,a\n1,2\n", "DA1"),
    ("rows.csv", b"a,b\n", "DA1"), ("rows.parquet", b"PAR1 no more", "DA1"),
])
def test_files_that_cannot_be_read(tmp_path: Path, name: str, content: bytes, code: str) -> None:
    (tmp_path / name).write_bytes(content)
    text = PROMISES.replace("rows.parquet", name)
    held, lazy = (learn(spec_of(tmp_path, text.format(stream=word, dtype="float32", range="")))
                  for word in ("false", "true"))
    assert lazy.errors
    assert lazy.errors[0].code.startswith(code)
    assert [one.code for one in lazy.errors] == [one.code for one in held.errors]


def test_a_file_that_breaks_in_the_middle_is_a_diagnostic(tmp_path: Path) -> None:
    path = tmp_path / "rows.parquet"
    table(20_000).to_parquet(path)
    raw = bytearray(path.read_bytes())
    raw[200:120_000] = bytes(119_800)
    path.write_bytes(raw)
    _, lazy = both(tmp_path, '"rows.parquet"')
    assert [one.name for one in lazy.errors] == ["unreadable-source"]


UNSUITED = {
    'source = "iris"': "the built-in `iris`",
    'source = { type = "make_moons" }': "rows of `make_moons`",
    'source = "rows.jsonl"': "rows of `rows.jsonl`",
    'source = "rows.csv"\norder = "d"\nwindow = { length = 3 }': "windows",
    'source = { train = "a.csv", test = "b.parquet" }': "csv and parquet in one data set",
}


@pytest.mark.parametrize("data", UNSUITED)
def test_what_cannot_be_streamed_is_refused_by_name(data: str) -> None:
    text = (f'specc = 1\nname = "a"\n[data]\n{data}\nstream = true\n[inputs.x]\ncolumns = ["a"]\n'
            '[model]\nlayers = [{ type = "Dense", units = 1, name = "y" }]\n'
            '[outputs.y]\ntask = "regression"\ntarget = "y"\n')
    found = check_text(text.encode(), "a.specc.toml")
    said = [one.message for one in found.diagnostics if one.name == "stream-unsuited"]
    assert [one.startswith(UNSUITED[data]) for one in said] == [True], found.diagnostics


@pytest.mark.parametrize("full", ["before", "while"])
@pytest.mark.parametrize("ending", ["parquet", "csv"])
def test_no_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str, full: str) -> None:
    write(table(), tmp_path / f"rows.{ending}")
    if full == "before":
        usage = spool.shutil.disk_usage(tmp_path)
        monkeypatch.setattr(spool.shutil, "disk_usage", lambda folder: usage._replace(free=10))
    else:
        def full_disk(file: Any, data: Any) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(spool.Temporary, "write", full_disk, raising=False)
    _, lazy = both(tmp_path, f'"rows.{ending}"')
    assert [one.name for one in lazy.errors] == ["no-room"]
    assert "TMPDIR" in lazy.errors[0].message


def test_a_spool_gives_what_was_put(monkeypatch: pytest.MonkeyPatch) -> None:
    made = np.random.default_rng(1).normal(size=(300, 5))
    one = Spool(300, 5, "float32")
    for begin in range(0, 300, 128):
        one.put(begin, 3, made[begin:begin + 128, 3:])
        one.put(begin, 0, made[begin:begin + 128, :3])
    wanted = made.astype("float32")
    rows = np.random.default_rng(2).permutation(300).astype(np.int64)
    assert one.take(rows).tobytes() == wanted[rows].tobytes()
    assert one.take(rows[:0]).shape == (0, 5)
    part = Streamed(one, np.arange(7, 290, 3), (5, 1))
    assert part.shape == (95, 5, 1)
    assert len(part) == 95
    assert part.nbytes == 95 * 20
    assert part[10:20].tobytes() == wanted[7:290:3][10:20].tobytes()
    assert np.asarray(part).tobytes() == wanted[7:290:3].tobytes()
    assert np.concatenate(list(part.pieces(40)))[:, :, 0].tobytes() == wanted[7:290:3].tobytes()


def test_the_order_of_an_epoch_is_a_function_of_seed_and_epoch() -> None:
    order = Blocks(10_000, 64)

    def epoch(seed: int, number: int) -> list[int]:
        return np.concatenate(list(order.windows(seed, number, True))).tolist()

    first = epoch(7, 3)
    assert sorted(first) == list(range(10_000))
    assert epoch(7, 3) == first
    assert epoch(7, 4) != first
    assert epoch(8, 3) != first
    windows = list(order.windows(7, 3, True))
    assert {len(one) for one in windows[:-1]} <= {64 * AHEAD, 64 * AHEAD - 48}  # the last block
    assert all(len({row // 64 for row in one.tolist()}) == AHEAD for one in windows[:-1])
    plain = np.concatenate(list(order.windows(7, 3, False)))
    assert plain.tolist() == list(range(10_000))


def test_the_order_is_what_it_was() -> None:
    """Every run ever made with `stream = true` hangs on these numbers."""
    rows = np.concatenate(list(Blocks(40, 2).windows(42, 1, True)))
    assert rows.tolist() == KNOWN
    assert list(permutation(5, 42, 1)) == [4, 3, 0, 2, 1]
    assert Blocks.of(10**7, 20) == Blocks(10**7, 8192)
    assert Blocks.of(50_000, 3072).block == 341
    assert Blocks.of(10, 10**8).block == 64


KNOWN = [6, 7, 29, 30, 0, 15, 1, 39, 36, 20, 37, 14, 4, 18, 5, 10, 19, 21, 38, 32, 31, 24, 27, 25,
         33, 28, 26, 9, 8, 11, 22, 23, 12, 2, 34, 35, 16, 13, 17, 3]
