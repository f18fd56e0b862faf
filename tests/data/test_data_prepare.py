"""Columns, targets and weights: what is learned, what comes out, what is refused."""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from data_plans import MakeSpec, plan
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from specc.data import text
from specc.data.decode import decode, truth
from specc.data.encode import apply_column, bucket, fit_column
from specc.data.folds import fold_parts, folded
from specc.data.learn import Dataset, learn
from specc.data.preparation import Preparation
from specc.data.prepare import Arrays, Prepared, apply, prepare
from specc.data.table import typed
from specc.data.target import TargetFit, codes_of, encode
from specc.ops.component import Component
from specc.source import Where
from specc.spec import Column, Labels, Scale, Spec

HERE = Where("t")


def column_of(column: Column, values: list[Any], train: int | None = None) -> np.ndarray[Any, Any]:
    """One column learned from its first `train` rows and applied to all."""
    data = typed(values)
    rows = np.arange(1, len(values) + 1)
    fit = fit_column(column, data, np.arange(train or len(values)), HERE, rows).value
    assert fit is not None
    made = apply_column(fit, data, HERE, rows)
    assert not [d for d in made.diagnostics if d.severity == "error"], made.diagnostics
    assert made.made.shape[1] == fit.width
    return made.made


@pytest.mark.parametrize(("column", "values", "expected"), [
    (Column("a", missing="mean"), [1.0, None, 3.0], [[1], [2], [3]]),
    (Column("a", missing="median", flag=True), [1, 2, None, 9], [[1, 0], [2, 0], [2, 1], [9, 0]]),
    (Column("a", missing="constant"), [1.0, None], [[1], [0]]),
    (Column("a"), [True, False], [[1], [0]]),
    (Column("a", scale="minmax"), [2.0, 4.0, 3.0], [[0], [1], [0.5]]),
    (Column("a", scale="standard"), [1.0, 3.0], [[-1], [1]]),
    (Column("a", scale="standard"), [5.0, 5.0], [[0], [0]]),
    (Column("a", scale="robust"), [1.0, 2.0, 3.0, 4.0, 5.0], [[-1], [-0.5], [0], [0.5], [1]]),
    (Column("a", scale="standard", missing="mean", flag=True), [1.0, None, 3.0],
     [[-(1.5**0.5), 0], [0, 1], [1.5**0.5, 0]]),
    (Column("a", "onehot"), ["b", "a", "b"], [[0, 1], [1, 0], [0, 1]]),
    (Column("a", "onehot", ("a", "b"), missing="category"), ["b", None], [[0, 1, 0], [0, 0, 1]]),
    (Column("a", "onehot", ("a", "b")), ["b", "c"], [[0, 1], [0, 0]]),
    (Column("a", "index"), ["b", "a", "c"], [[2], [1], [3]]),
    (Column("a", "index", ("c", "a"), missing="category"), ["c", None, "a"], [[1], [0], [2]]),
    (Column("a", "index"), [30, 7, 30], [[2], [1], [2]]),
    (Column("a", "index", ("7", "30")), [30, 7], [[2], [1]]),
    (Column("a", "index"), [True, False], [[2], [1]]),
    (Column("a", "hash", bins=100, missing="category"), ["x", None, "x"],
     [[bucket("x", 100)], [0], [bucket("x", 100)]]),
])
def test_one_column(column: Column, values: list[Any], expected: list[list[float]]) -> None:
    np.testing.assert_allclose(column_of(column, values), expected)


def test_hashes_are_pinned() -> None:
    assert [bucket(value, 1000) for value in ("a", "b", 3, True)] == [
        bucket("a", 1000), bucket("b", 1000), bucket("3", 1000), bucket("true", 1000)]
    assert bucket("a", 1000) == 584
    assert {bucket(i, 8) for i in range(200)} == set(range(1, 8))


def test_what_training_rows_never_held_is_unknown() -> None:
    assert column_of(Column("a", "index"), ["a", "b", "z"], train=2).tolist() == [[1], [2], [0]]


def test_tokens() -> None:
    assert text.tokens("Don't STOP — me, now!\tA_b") == ["dont", "stop", "me", "now", "ab"]
    words = text.vocabulary(["b a", "a b c", "d"], 5)
    assert words == ("a", "b", "c")
    assert text.encode(["a zz C a", None, "b"], words, 3).tolist() == [[2, 1, 4], [0, 0, 0],
                                                                      [3, 0, 0]]


def learned(spec: Spec) -> Dataset:
    found = learn(spec)
    assert found.value is not None, found.diagnostics
    return found.value


def prepared(spec: Spec, labels: dict[str, Labels | None] | None = None) -> Prepared:
    found = prepare(plan(spec, labels), learned(spec))
    assert found.value is not None, found.diagnostics
    return found.value


MIXED = '''[data]
source = "m.csv"
split = { validation = 0.2, test = 0.3 }
[inputs.x]
columns = [{ name = "n", missing = "median", scale = "standard", flag = true },
           { name = "c", encode = "onehot", missing = "category" }]
[inputs.i]
columns = ["c"]
encode = "index"
missing = "category"
[inputs.t]
columns = ["words"]
text = { tokens = 6, length = 4 }
[outputs.y]
task = "regression"
target = "y"
scale = "minmax"
'''


def mixed(n: int = 40, shift: float = 0.0, rows: Collection[int] = ()) -> str:
    """A csv; the rows named are changed beyond recognition."""
    lines = ["n,c,words,y"]
    for i in range(n):
        changed = i in rows
        number = "" if i % 7 == 3 else str(i * 1.5 + (shift if changed else 0))
        word = "odd" if changed else "abc"[i % 3]
        lines.append(f"{number},{'' if i % 5 == 4 else word},{word} {word} w{i % 4},"
                     f"{i + (shift if changed else 0)}")
    return "\n".join(lines) + "\n"


@settings(max_examples=10, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(shift=st.floats(-1e6, 1e6))
def test_only_training_rows_teach(make: MakeSpec, tmp_path: Path, shift: float) -> None:
    (tmp_path / "m.csv").write_text(mixed())
    spec = make(MIXED)
    before = learned(spec)
    held = {*before.parts["validation"].tolist(), *before.parts["test"].tolist()}
    (tmp_path / "m.csv").write_text(mixed(shift=shift, rows=held))
    after = learned(spec)
    assert before.preparation == after.preparation
    train = before.parts["train"].tolist()
    (tmp_path / "m.csv").write_text(mixed(shift=99, rows=set(train[:9])))
    assert learned(spec).preparation != before.preparation


def test_a_preparation_survives_its_file_and_new_tables(make: MakeSpec, tmp_path: Path) -> None:
    (tmp_path / "m.csv").write_text(mixed())
    spec = make(MIXED)
    data, made = learned(spec), prepared(spec)
    saved = json.loads(json.dumps(data.preparation.to_json()))
    again = Preparation.from_json(saved, HERE).value
    assert again == data.preparation
    raw = pd.read_csv(tmp_path / "m.csv")
    table = apply(again, raw, "new.csv").value
    assert table is not None
    for name, array in made.train.inputs.items():
        assert np.array_equal(array, table.inputs[name][made.train.rows])
        assert array.dtype == table.inputs[name].dtype
    assert {name: one.dtype.name for name, one in made.train.inputs.items()} == \
        {"x": "float32", "i": "int32", "t": "int32"}
    wrong = Preparation.from_json({**saved, "version": 2}, HERE)
    assert [one.code for one in wrong.errors] == ["DA219"]
    assert Preparation.from_json({"version": 1}, HERE).errors[0].code == "DA219"
    assert Preparation.from_json([], HERE).errors[0].code == "DA219"


def test_tables_that_do_not_fit_are_said(make: MakeSpec, tmp_path: Path) -> None:
    (tmp_path / "m.csv").write_text(mixed())
    preparation = learned(make(MIXED)).preparation
    raw = pd.read_csv(tmp_path / "m.csv")

    def codes(frame: pd.DataFrame) -> list[str]:
        return [one.code for one in apply(preparation, frame, "new.csv").diagnostics]

    assert codes(raw.drop(columns="n")) == ["DA218"]
    assert codes(raw.assign(n=["x"] * 40)) == ["DA203"]
    assert codes(raw.assign(c=["new"] * 40)) == ["DA211"]
    assert codes(raw.assign(words=[None] * 40)) == ["DA202"]
    assert codes(raw.assign(n=[np.inf] * 40)) == ["DA202"]
    assert codes(raw.iloc[:0]) == ["DA104"]
    assert codes(raw.assign(n=[[1]] * 40)) == ["DA103"]


def target(columns: int = 1, classes: tuple[Any, ...] | None = ("a", "b", "c"),
           task: Any = "multiclass") -> TargetFit:
    return TargetFit("y", task, tuple("pqrs"[:columns]), classes)


ENCODINGS: list[tuple[Labels, tuple[Any, ...], Any]] = [
    ("index", ("a", "b", "c"), "multiclass"), ("onehot", ("a", "b", "c"), "multiclass"),
    ("binary", ("no", "yes"), "binary"), ("sign", (0, 1), "binary"),
    ("onehot", (False, True), "binary"), ("index", (3, 5), "binary"),
]


@pytest.mark.parametrize(("labels", "classes", "task"), ENCODINGS)
@given(data=st.data())
def test_labels_come_back(labels: Labels, classes: tuple[Any, ...], task: Any,
                          data: st.DataObject) -> None:
    codes = np.array(data.draw(st.lists(st.integers(0, len(classes) - 1), min_size=1)))
    fit = target(1, classes, task)
    made = encode(codes[:, None], fit, labels)
    shape = {"index": (len(codes),), "onehot": (len(codes), len(classes))}
    assert made.shape == shape.get(labels, (len(codes), 1))
    assert made.dtype == (np.int32 if labels == "index" else np.float32)
    assert codes_of(made, labels).reshape(-1).tolist() == codes.tolist()


def test_labels_of_several_columns() -> None:
    found = np.array([[0, 1], [1, 1]])
    multi = target(2, (0, 1), "multilabel")
    assert encode(found, multi, "binary").tolist() == [[0, 1], [1, 1]]
    assert encode(found, multi, "sign").tolist() == [[-1, 1], [1, 1]]
    assert encode(found, target(2), "index").tolist() == [[0, 1], [1, 1]]
    assert encode(found, target(2), "onehot").shape == (2, 2, 3)
    real = target(2, None, "regression")
    assert encode(found.astype(float), real, None).shape == (2, 2)


IRIS = '[data]\nsource = "iris"\nsplit = { test = 0.2 }\n[inputs.x]\n[outputs.y]\n'


def test_classes_written_decide_the_numbers(make: MakeSpec) -> None:
    spec = make(IRIS + 'task = "multiclass"\ntarget = "species"\n'
                'classes = ["virginica", "setosa", "versicolor"]\n')
    data, made = learned(spec), prepared(spec, {"y": "index"})
    species = data.frame["species"].iloc[made.train.rows]
    names = ["virginica", "setosa", "versicolor"]
    assert [names[i] for i in made.train.targets["y"]] == species.tolist()


REFUSED = {
    "DA206": 'task = "multiclass"\ntarget = "species"\nclasses = ["setosa", "versicolour", '
             '"virginica"]\n',
    "DA207": 'task = "multiclass"\ntarget = "target"\nclasses = 5\n',
    "DA208": 'task = "binary"\ntarget = "species"\n',
    "DA212": 'task = "regression"\ntarget = "target"\nrange = [0, 1]\n',
    "DA215": 'task = "multiclass"\ntarget = "species"\nclass_weight = { setossa = 2.0 }\n',
    "DA119": 'task = "multiclass"\nclasses = 3\n',
}


@pytest.mark.parametrize("code", REFUSED)
def test_targets_that_do_not_fit(code: str, make: MakeSpec) -> None:
    spec = make(IRIS + REFUSED[code])
    found = learn(spec).then(lambda data: prepare(plan(spec, {"y": "index"}), data))
    assert [one.code for one in found.errors] == [code]
    assert found.errors[0].where.path[:2] == ("outputs", "y")


CELLS = (
    ("nan-in-data", "a,y\n1,1\n,2\n3,3\n", "column `a` has 1 gap (row 2); say what they mean with "
     "`missing`"),
    ("text-in-numbers", "a,y\n1,1\nNA,2\n3,3\n", "column `a` holds numbers, but row 2 holds `NA`"),
    ("nan-in-data", "a,y\n1,1\ninf,2\n3,3\n", "column `a` holds an infinite number (row 2)"),
    ("nan-in-data", "a,y\n1,1\n2,inf\n3,3\n", "target `y` holds an infinite number (row 2)"),
    ("nan-in-data", "a,y\n1,1\n2,\n3,\n", "target `y` has 2 gaps (rows 2 and 3)"),
)


@pytest.mark.parametrize(("name", "rows", "message"), CELLS)
def test_cells_are_named_by_their_row(name: str, rows: str, message: str, make: MakeSpec,
                                      tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(rows)
    found = learn(make('[data]\nsource = "a.csv"\n[inputs.x]\ncolumns = ["a"]\n[outputs.y]\n'
                       'task = "regression"\ntarget = "y"\n'))
    assert [(one.name, one.message) for one in found.errors] == [(name, message)]


LABELS = (
    ("", "1,2,3", None),  # specc counts the classes itself
    ('labels = "index"', "0,1,2", None),
    ('labels = "index"\nrange = [0, 2]', "0,1,2", None),
    ('labels = "index"', "no,yes,perhaps", None),  # there are no numbers that could be wrong
    ('labels = "index"', "1,2,3", "label-out-of-range"),
    ('labels = "index"', "-1,0,1", "label-out-of-range"),
    ("", "0,0.1,0.2", "label-out-of-range"),
    ("range = [0, 1]", "0,1,2", "range-broken"),
    ("", "0,1,1", "missing-class"),
)


@pytest.mark.parametrize(("promise", "values", "name"), LABELS)
def test_labels_are_held_to_what_is_said_of_them(promise: str, values: str, name: str | None,
                                                 make: MakeSpec, tmp_path: Path) -> None:
    rows = [f"{i},{value}" for i, value in enumerate(values.split(",") * 3)]
    (tmp_path / "a.csv").write_text("\n".join(["a,y", *rows]) + "\n")
    found = learn(make('[data]\nsource = "a.csv"\n[inputs.x]\ncolumns = ["a"]\n[outputs.y]\n'
                       f'task = "multiclass"\nclasses = 3\ntarget = "y"\n{promise}\n'))
    assert [one.name for one in found.errors] == ([] if name is None else [name])


def test_all_mistakes_of_a_table_are_said_at_once(make: MakeSpec, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,b,y,w\n,x,,1\n2,y,3,-1\n")
    found = learn(make('[data]\nsource = "a.csv"\n[inputs.x]\ncolumns = ["a", "b"]\n[outputs.y]\n'
                       'task = "regression"\ntarget = "y"\nsample_weight = "w"\n'))
    assert sorted(one.code for one in found.errors) == ["DA202", "DA202", "DA203", "DA214"]


def test_weights(make: MakeSpec, tmp_path: Path) -> None:
    body = "".join(f"{i},{'yes' if i % 4 == 0 else 'no'},{i + 1},{'test' if i > 7 else 'train'}\n"
                   for i in range(12))
    (tmp_path / "a.csv").write_text("a,y,w,part\n" + body)
    text = ('[data]\nsource = "a.csv"\nsplit = { column = "part" }\n[inputs.x]\n'
            'columns = ["a"]\n[outputs.y]\ntask = "binary"\ntarget = "y"\n')

    def weights(more: str) -> tuple[Arrays, list[float] | None]:
        made = prepared(make(text + more), {"y": "binary"})
        assert made.test is not None
        found = made.train.weights.get("y")
        return made.test, None if found is None else found.tolist()

    assert weights("")[1] is None
    test, found = weights('class_weight = "balanced"\n')
    assert found == pytest.approx([2, 2 / 3, 2 / 3, 2 / 3] * 2)  # n / (K * rows of the class)
    assert not test.weights
    test, found = weights('class_weight = { yes = 3.0 }\nsample_weight = "w"\n')
    assert found == [3, 2, 3, 4, 15, 6, 7, 8]
    assert test.weights["y"].tolist() == [9, 10, 11, 12]


def test_shapes_fold_in_c_order(make: MakeSpec) -> None:
    spec = make('[data]\nsource = "digits"\n[inputs.image]\nshape = [8, 8, 1]\nrange = [0, 16]\n'
                '[outputs.y]\ntask = "multiclass"\ntarget = "digit"\n')
    made = prepared(spec, {"y": "index"})
    image = made.train.inputs["image"]
    assert image.shape == (1797, 8, 8, 1)
    assert image[3, 2, 5, 0] == learned(spec).frame["pixel_2_5"][3]


def test_promises_are_held_against_the_values(make: MakeSpec) -> None:
    text = '[data]\nsource = "digits"\n[inputs.image]\n{}\n[outputs.y]\n' \
           'task = "multiclass"\ntarget = "digit"\n'
    assert [d.code for d in learn(make(text.format("range = [0, 15]"))).errors] == ["DA212"]
    assert [d.code for d in learn(make(text.format('dtype = "bool"'))).errors] == ["DA216"]
    assert learn(make(text.format('dtype = "uint8"'))).ok
    fold = '[data]\nsource = "digits"\n[inputs.image]\nshape = ["rows", 8]\n[outputs.y]\n' \
           'task = "multiclass"\ntarget = "digit"\n'
    assert prepared(make(fold), {"y": "index"}).train.inputs["image"].shape == (1797, 8, 8)


def test_an_autoencoder_aims_at_its_input(make: MakeSpec) -> None:
    spec = make('[data]\nsource = "iris"\n[inputs.x]\nscale = "standard"\n[outputs.y]\n'
                'task = "regression"\ntarget = { input = "x" }\n')
    data, made = learned(spec), prepared(spec)
    # Nothing else names the label columns, but they are no input.
    assert data.facts.widths == {"x": 4}
    assert data.facts.dims == {"y": 4}
    assert made.train.targets["y"] is made.train.inputs["x"]


def head_of(spec: Spec, labels: Labels | None, loss: str, **arguments: Any) -> Any:
    return plan(spec, {"y": labels}, Component("loss", loss, arguments)).head("y")


def test_predictions_are_in_the_words_of_the_data(make: MakeSpec) -> None:
    spec = make(IRIS + 'task = "multiclass"\ntarget = "species"\n')
    fit = learned(spec).preparation.targets["y"]
    head = head_of(spec, "index", "SparseCategoricalCrossentropy", from_logits=True)
    found = decode(head, fit, np.log([[0.7, 0.2, 0.1], [0.1, 0.1, 0.8]]))
    assert found["y.prediction"].tolist() == ["setosa", "virginica"]
    np.testing.assert_allclose(found["y.probability.virginica"], [0.1, 0.8])
    assert truth(head, fit, np.array([0, 2]))["y.truth"].tolist() == ["setosa", "virginica"]


def test_two_classes_by_threshold(make: MakeSpec, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,y\n1,no\n2,yes\n")
    spec = make('[data]\nsource = "a.csv"\n[inputs.x]\n[outputs.y]\ntask = "binary"\n'
                'target = "y"\nthreshold = 0.4\n')
    fit = learned(spec).preparation.targets["y"]
    found = decode(head_of(spec, "binary", "BinaryCrossentropy"), fit, np.array([[0.39], [0.41]]))
    assert found["y.prediction"].tolist() == ["no", "yes"]
    np.testing.assert_allclose(found["y.probability.no"], [0.61, 0.59])
    logits = head_of(spec, "binary", "BinaryCrossentropy", from_logits=True)
    found = decode(logits, fit, np.array([[-800.0], [0.0]]))
    np.testing.assert_allclose(found["y.probability.yes"], [0, 0.5])
    found = decode(head_of(spec, "sign", "Hinge"), fit, np.array([[-0.3], [0.1]]))
    assert found["y.prediction"].tolist() == ["no", "yes"]
    assert list(found) == ["y.prediction"]
    pair = head_of(spec, "index", "SparseCategoricalCrossentropy")
    assert decode(pair, fit, np.array([[0.55, 0.45]]))["y.prediction"].tolist() == ["yes"]


@given(values=st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=20),
       scale=st.sampled_from(["none", "standard", "minmax", "robust"]))
def test_targets_come_back_in_their_own_units(values: list[float], scale: Scale) -> None:
    from specc.data.encode import scale_of
    from specc.data.target import answers, in_own_units

    center, divide = scale_of(np.array(values), scale)
    fit = TargetFit("y", "regression", ("y",), None, (center,), (divide,))
    made, said = answers(fit, pd.DataFrame({"y": values}), HERE, np.arange(len(values)),
                         learned=True)
    assert not said
    size = max(1.0, max(map(abs, values)))
    np.testing.assert_allclose(in_own_units(fit, made)[:, 0], values, rtol=1e-9, atol=1e-9 * size)


def test_folds_validate_every_row_once(make: MakeSpec) -> None:
    spec = make('[data]\nsource = "iris"\nsplit = { validation = 0.2, test = 0.2 }\n[inputs.x]\n'
                'scale = "standard"\n[outputs.y]\ntask = "multiclass"\ntarget = "species"\n')
    data = learned(spec)
    parts = fold_parts(spec, data, 4)
    kept = sorted([*data.parts["train"].tolist(), *data.parts["validation"].tolist()])
    assert sorted(row for one in parts for row in one["validation"].tolist()) == kept
    for one in parts:
        assert sorted([*one["train"].tolist(), *one["validation"].tolist()]) == kept
        assert one["test"] is data.parts["test"]
    made = folded(spec, data, 4).value
    assert made is not None
    centers = {one.preparation.inputs["x"].columns[0].center for one in made}
    assert len(centers) == 4  # each fold learned from its own rows
    assert folded(spec, data, 121).errors[0].code == "DA210"


def test_titanic(make: MakeSpec, shared: Path) -> None:
    spec = make('''[data]
source = "titanic.csv"
split = { validation = 0.2, test = 0.2, stratify = "survived" }
[inputs.person]
columns = [{ name = "age", missing = "median", flag = true }, "fare",
           { name = "sex", encode = "onehot", values = ["female", "male"] }, "adult_male"]
scale = "standard"
[inputs.deck]
columns = ["deck"]
encode = "index"
missing = "category"
values = ["A", "B", "C", "D", "E", "F", "G"]
[outputs.survived]
task = "binary"
target = "alive"
classes = ["no", "yes"]
class_weight = "balanced"
''')
    shared_data = learn(spec).value
    assert shared_data is not None
    assert shared_data.facts.widths == {"person": 6, "deck": 1}
    assert shared_data.facts.sizes == {"deck": 8}
    made = prepare(plan(spec, {"survived": "binary"}), shared_data).value
    assert made is not None
    assert made.test is not None
    assert (len(made.train), len(made.test)) == (535, 178)
    weights, targets = made.train.weights["survived"], made.train.targets["survived"][:, 0]
    assert weights[targets == 1].sum() == pytest.approx(weights[targets == 0].sum())


def test_penguins_drop_the_rows_with_gaps(make: MakeSpec, shared: Path) -> None:
    spec = make('[data]\nsource = "penguins.csv"\nsplit = { test = 0.25 }\n[inputs.body]\n'
                'columns = ["*_mm", "body_mass_g"]\nmissing = "drop"\n[outputs.species]\n'
                'task = "multiclass"\ntarget = "species"\n')
    made = prepared(spec, {"species": "onehot"})
    assert made.test is not None
    assert (len(made.train), len(made.test)) == (256, 86)
    assert made.train.targets["species"].sum(axis=1).tolist() == [1.0] * 256


def test_dow_jones_in_windows(make: MakeSpec, shared: Path) -> None:
    spec = make('[data]\nsource = "dowjones.csv"\norder = "Date"\n'
                'window = { length = 12, horizon = 1 }\nsplit = { test = 0.2 }\n[inputs.past]\n'
                'columns = ["Price"]\n[outputs.next]\ntask = "regression"\ntarget = "Price"\n')
    made = prepared(spec)
    assert made.train.inputs["past"].shape == (519 - 12, 12, 1)
    assert made.train.inputs["past"][1, -1, 0] == made.train.targets["next"][0, 0]
