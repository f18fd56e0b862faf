"""report.html, from folders alone: what it holds, whatever a run left, and nothing gets out."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from math import inf, nan
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from run_folders import a_run, epochs, spec_of

from specc.report import write
from specc.report.page import page
from specc.report.reading import read
from specc.report.verdict import tiles, verdict

VOID = {"meta", "br", "img", "link", "input", "hr"}
EVIL = '</style><script src="http://evil.example/x.js">alert(1)</script><img src=x onerror=y>\'"&'


class Strict(HTMLParser):
    """Every element is closed in its place; what a browser would fetch or run is collected."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), (tag, names)
        self.found.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag, f"</{tag}> in the wrong place"

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def judged(html: str) -> Strict:
    """The page, read strictly: closed in the right order, nothing fetched, nothing run, every
    picture XML, every link within the page."""
    strict = Strict()
    strict.feed(html)
    strict.close()
    assert not strict.open
    ids = [one["id"] for _, one in strict.found if "id" in one]
    assert len(ids) == len(set(ids))
    for tag, attributes in strict.found:
        assert tag not in ("script", "link", "iframe", "object", "embed", "base", "form")
        for name, value in attributes.items():
            assert not name.startswith("on")
            if name == "href":
                assert (value or "").startswith("#")
                assert (value or "")[1:] in ids
            if name in ("src", "srcset", "action", "poster", "data"):
                assert (value or "").startswith("data:image/png;base64,")
    style = html[html.index("<style>"):html.index("</style>")]
    assert "url(" not in style
    assert "@import" not in style
    for picture in re.findall(r"<svg.*?</svg>", html, re.DOTALL):
        ElementTree.fromstring(picture)
    return strict


def words(html: str) -> str:
    return " ".join(" ".join(judged(html).texts).split())


def regression(path: Path, count: int = 40, **more: Any) -> Path:
    rows = "".join(f"{at},{at / 10},{at / 10 + (5 if at == 7 else 0.1)}\n"
                   for at in range(1, count + 1))
    given = {"history": epochs(3, "train.loss", "val.loss", "train.price.mae", "val.price.mae"),
             "metrics": {part: {"loss": 1.25, "price": {"mae": 0.5, "loss": 1.25}}
                         for part in ("train", "validation", "test")},
             "predictions": "row,price.truth,price.prediction\n" + rows}
    return a_run(path, spec_of({"price": "regression"}), **(given | more))


def test_the_numbers_of_a_regression(tmp_path: Path) -> None:
    text = words(page(regression(tmp_path)))
    for one in ("Finished", "3 of 3 epochs in 1 min 40 s", "mae 0.5 test", "price.mae 0.5 0.5 0.5",
                "Predictions against truth", "Errors", "Worst rows", "7 0.7 5.7 5", "hidden",
                "Dense", "(batch, 8)", "keras", "3.15.1", "pip install keras==3.15.1", "seed"):
        assert one in text, one


def test_what_was_set_is_in_the_command(tmp_path: Path) -> None:
    regression(tmp_path)
    planned = json.loads((tmp_path / "plan.json").read_text())
    planned["owners"] = [[["fit", "epochs"], "/here/--set"], [["name"], "/here/--set"]]
    planned["file"] = "/here/a b.specc.toml"
    (tmp_path / "plan.json").write_text(json.dumps(planned))
    assert "specc run '/here/a b.specc.toml' --set fit.epochs=3 --set name=a-run" in words(
        page(tmp_path))


def test_classes_are_counted_and_calibrated(tmp_path: Path) -> None:
    rows = ["1,0,0,0.9,0.1", "2,0,0,0.8,0.2", "3,0,1,0.3,0.7", "4,1,1,0.2,0.8", "5,1,1,0.01,0.99",
            "6,1,0,0.95,0.05"]
    head = "row,y.truth,y.prediction,y.probability.0,y.probability.1\n"
    a_run(tmp_path, spec_of({"y": "binary"}), history=epochs(3, "train.loss"),
          metrics={"train": {"loss": 1.0}, "test": {"loss": 2.0, "y": {"accuracy": 0.75}}},
          predictions=head + "\n".join(rows))
    text = words(page(tmp_path))
    assert "right 4 of 6 (0.667)" in text
    assert "truth 0 1 0 2 1 1 1 2" in text
    assert "Calibration" in text
    assert "6 1 0 0.05 2.996" in text  # the worst row: minus the log of 0.05
    assert "no validation part" in text


def test_labels_are_counted_each(tmp_path: Path) -> None:
    head = "row," + ",".join(f"y.{part}.{name}" for part in ("truth", "prediction", "probability")
                             for name in "abc") + "\n"
    rows = ["1,1,0,0,1,0,0,0.9,0.2,0.1", "2,0,0,1,1,0,1,0.6,0.4,0.7", "3,1,0,1,0,0,1,0.1,0.1,0.9"]
    a_run(tmp_path, spec_of({"y": "multilabel"}), history=epochs(2, "train.loss", "val.loss"),
          metrics={"validation": {"loss": 1.0}}, predictions=head + "\n".join(rows))
    text = words(page(tmp_path))
    assert "labels right 7 of 9 (0.778)" in text
    assert "a 2 2 1 1 1 0.5 0.5 0.5" in text
    assert "b 0 0 0 0 0" in text  # never there, never said
    assert "There is no test part: predictions are of the validation rows." in text


def test_many_classes_are_few_on_the_page(tmp_path: Path) -> None:
    names = [f"class {at}" for at in range(400)]
    rows = [f"{at},{names[at % 400]},{names[(at + (at % 3 == 0)) % 400]}" for at in range(2000)]
    a_run(tmp_path, spec_of({"y": "multiclass"}), history=epochs(2, "train.loss"),
          metrics={"test": {"loss": 1.0}},
          predictions="row,y.truth,y.prediction\n" + "\n".join(rows))
    html = page(tmp_path)
    assert "(others)" in words(html)
    assert len(html) < 150_000


def test_thousands_of_epochs_and_rows_make_a_small_page(tmp_path: Path) -> None:
    generator = np.random.default_rng(0)
    truth = generator.normal(size=20_000)
    rows = "".join(f"{at},{one:.4f},{one + 0.1:.4f}\n" for at, one in enumerate(truth))
    regression(tmp_path, predictions="row,price.truth,price.prediction\n" + rows,
               history=epochs(20_000, "train.loss", "val.loss"))
    assert len(page(tmp_path)) < 300_000


def test_several_outputs_have_a_section_each(tmp_path: Path) -> None:
    text = spec_of({"price": "regression", "kind": "binary"})
    a_run(tmp_path, text, history=epochs(2, "train.loss", "train.price.mae", "train.kind.loss"),
          metrics={"test": {"loss": 3.0, "price": {"mae": 1.0}, "kind": {"accuracy": 0.5}}},
          predictions="row,price.truth,price.prediction,kind.truth,kind.prediction\n1,1,2,0,1\n")
    headings = re.findall(r"<h2>(\w+) <span", page(tmp_path))
    assert headings == ["price", "kind"]
    found = tiles(read(tmp_path))
    assert [one.label for one in found] == ["price · mae", "kind · accuracy", "loss"]


def test_rows_in_time_are_shown_over_time(tmp_path: Path) -> None:
    regression(tmp_path)
    planned = json.loads((tmp_path / "plan.json").read_text())
    planned["tree"]["data"] = {"source": "a.csv", "window": {"length": 3}}
    (tmp_path / "plan.json").write_text(json.dumps(planned))
    assert "Over time" in words(page(tmp_path))


@pytest.mark.parametrize(("status", "findings", "kind", "word"), [
    ("finished", [], "good", "Finished"),
    ("finished", [{"code": "RU101", "severity": "error", "message": "m"}], "bad",
     "Finished, with errors"),
    ("finished", [{"code": "XX", "severity": "warning"}], "doubtful", "Finished, with warnings"),
    ("interrupted", [], "open", "Interrupted"),
    ("running", [], "open", "Not finished"), ("stopped", [], "open", "Stopped"),
    (None, [], "open", "Not finished")])
def test_the_verdict(tmp_path: Path, status: str | None, findings: list[dict[str, Any]], kind: str,
                     word: str) -> None:
    regression(tmp_path, status=status, findings=findings)
    found = verdict(read(tmp_path))
    assert (found.kind, found.word) == (kind, word)
    judged(page(tmp_path))


def test_a_run_that_was_gone_on_with(tmp_path: Path) -> None:
    regression(tmp_path)
    (tmp_path / "log.txt").write_text(
        "2026-01-01T00:00:00Z begin a.specc.toml 0\n2026-01-01T00:01:00Z interrupted\n"
        "2026-01-02T00:00:00Z resume a.specc.toml 0\nerror RU101 begin 2\n"
        "2026-01-02T00:01:00Z finished\n")
    known = json.loads((tmp_path / "environment.json").read_text())
    (tmp_path / "environment.json").write_text(json.dumps(known | {"before": [known]}))
    text = words(page(tmp_path))
    assert "3 of 3 epochs in 2 sittings" in text
    assert "begun in another environment" in text


def test_a_finding_stands_with_its_page_once(tmp_path: Path) -> None:
    one = {"code": "RU101", "name": "failed-expectation", "severity": "error",
           "message": "test.price.mae is 2, at most 1 is expected", "advice": "train longer"}
    regression(tmp_path, findings=[one, one, {"code": "ZZ999", "severity": "?", "message": "new"}])
    text = words(page(tmp_path))
    assert text.count("What RU101 means") == 1
    assert text.count("at most 1 is expected") == 2
    assert "A number that the spec expects came out otherwise." in text
    assert "train longer" in text


@pytest.mark.parametrize("gone", [
    "spec.json", "spec.toml", "plan.json", "environment.json", "log.txt", "history.jsonl",
    "metrics.json", "predictions.csv", "status.json", "summary.txt"])
@pytest.mark.parametrize("left", [None, "", "{", "[1]", "null", '{"tree": 3, "status": [1]}',
                                  '"', "\x00\x00", "a,b\n1"])
def test_a_file_that_is_gone_or_strange_costs_no_page(tmp_path: Path, gone: str, left: str | None
                                                      ) -> None:
    regression(tmp_path)
    if left is None:
        (tmp_path / gone).unlink()
    else:
        (tmp_path / gone).write_text(left)
    judged(page(tmp_path))


def test_bytes_that_are_no_text_cost_no_page(tmp_path: Path) -> None:
    for name in [path.name for path in regression(tmp_path).iterdir()]:
        (tmp_path / name).write_bytes(b"\xff\xfe\x00\x80" * 9)
    assert "cannot be read" in words(page(tmp_path))


def test_an_empty_folder_has_a_page(tmp_path: Path) -> None:
    text = words(page(tmp_path))
    assert "There is no finished epoch." in text
    assert "Not finished" in text


def test_without_a_plan_the_files_still_tell(tmp_path: Path) -> None:
    regression(tmp_path)
    (tmp_path / "plan.json").unlink()
    (tmp_path / "graph.png").write_bytes(b"\x89PNG")
    text = words(page(tmp_path))
    assert "parameters" in text  # of summary.txt
    assert "Predictions against truth" in text


def test_what_was_measured_of_the_model_is_drawn(tmp_path: Path) -> None:
    regression(tmp_path)
    rows = [{"epoch": at, "rate": 0.1, "probe": {
        "layers": [{"node": "hidden", "dead": at / 10, "saturated": None}],
        "weights": [{"layer": "hidden", "name": name, "gradient_norm": 3.0 + name.count("k")}
                    for name in ("kernel", "bias")]}} for at in range(4)]
    (tmp_path / "signals.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    text = words(page(tmp_path))
    assert "Gradients" in text
    assert "Dead units" in text
    assert "Saturated units" not in text


@pytest.mark.parametrize("left", ["", "{", "[1]", '{"epoch": 1}', '{"epoch": "a", "probe": 3}',
                                  '{"epoch": 1, "probe": {"layers": 3, "weights": [3, {}]}}',
                                  '{"epoch": 1, "probe": {"layers": [{"node": 1, "dead": "x"}]}}'])
def test_other_measurements_are_left_alone(tmp_path: Path, left: str) -> None:
    regression(tmp_path)
    (tmp_path / "signals.jsonl").write_text(left)
    assert "Inside the model" not in words(page(tmp_path))


def test_a_torn_history_has_the_epochs_before(tmp_path: Path) -> None:
    regression(tmp_path)
    with (tmp_path / "history.jsonl").open("a") as file:
        file.write('{"epoch": 4, "tra')
    assert len(read(tmp_path).history) == 3
    assert "history.jsonl ends within a line" in words(page(tmp_path))


def test_words_of_others_are_words(tmp_path: Path) -> None:
    """Names of classes, the spec, messages, files: shown, never obeyed."""
    quoted = EVIL.replace('"', '""')
    rows = f'1,"{quoted}","{quoted}",0.5,0.5\n2,b,"{quoted}",0.4,0.6\n'
    a_run(tmp_path / "<b>run", spec_of({"y": "multiclass"}, name="n<i>", description=EVIL),
          history=[{"epoch": 1, f"train.{EVIL}": 1.0, "train.loss": 2.0}],
          metrics={"test": {"loss": 1.0, EVIL: {EVIL: EVIL}}},
          predictions=f'row,y.truth,y.prediction,"y.probability.{quoted}",y.probability.b\n{rows}',
          findings=[{"code": EVIL, "name": EVIL, "severity": EVIL, "message": EVIL,
                     "advice": EVIL, "line": EVIL}], status=EVIL)
    (tmp_path / "<b>run" / "environment.json").write_text(
        json.dumps({EVIL: EVIL, "versions": {EVIL: EVIL}, "hashes": {EVIL: EVIL}, "seed": EVIL}))
    (tmp_path / "<b>run" / "spec.toml").write_text(EVIL)
    html = page(tmp_path / "<b>run")
    assert EVIL.split("<img")[0] in " ".join(judged(html).texts)
    assert "<script" not in html


def test_controls_and_halves_of_pairs_have_no_place(tmp_path: Path) -> None:
    regression(tmp_path, findings=[{"code": "a\x00b", "message": "\ud800 \x1b[31m \ufffe",
                                    "severity": "error"}])
    write(tmp_path)
    html = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]", html)


ODD = st.sampled_from([nan, inf, -inf, 0.0, -0.0, 1e308, -1e308, 5e-324, 1.0, 1e-12, 3, None, True,
                       "word", [1.0], {"a": 1}])


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(history=st.lists(st.dictionaries(st.sampled_from(
    ["epoch", "train.loss", "val.loss", "train.price.mae", "val.price.mae", "learning_rate", "x"]),
    ODD), max_size=5),
       truth=st.lists(st.floats(), max_size=30), predicted=st.floats(),
       metrics=st.dictionaries(st.sampled_from(["test", "train", "price"]), ODD | st.dictionaries(
           st.sampled_from(["loss", "price"]), ODD | st.dictionaries(st.just("mae"), ODD))))
def test_any_numbers_have_a_page(tmp_path: Path, history: list[dict[str, Any]], truth: list[float],
                                 predicted: float, metrics: dict[str, Any]) -> None:
    rows = "".join(f"{at},{one},{predicted}\n" for at, one in enumerate(truth))
    judged(page(regression(tmp_path, history=history, metrics=metrics,
                           predictions="row,price.truth,price.prediction\n" + rows)))


KEYS = st.sampled_from([
    "status", "diagnostics", "code", "severity", "message", "line", "advice", "versions", "hashes",
    "seed", "before", "cpu", "all", "canonical", "name", "description", "tree", "file", "owners",
    "facts", "fit", "epochs", "data", "window", "outputs", "price", "task", "test", "train", "loss",
    "mae", "epoch", "probe", "layers", "weights", "train.loss", "val.loss", "model", "kind"])
JSON = st.recursive(ODD.filter(lambda one: not isinstance(one, list | dict)) | KEYS,
                    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner,
                                                                                max_size=4),
                    max_leaves=12)
FILES = st.sampled_from(["status.json", "environment.json", "spec.json", "plan.json",
                         "metrics.json", "history.jsonl", "signals.jsonl"])


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.dictionaries(FILES, st.dictionaries(KEYS, JSON, max_size=5) | JSON, min_size=1))
def test_any_json_has_a_page(tmp_path: Path, files: dict[str, Any]) -> None:
    regression(tmp_path)
    for name, tree in files.items():
        (tmp_path / name).write_text(json.dumps(tree) + "\n")
    judged(page(tmp_path))


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(["binary", "multiclass", "multilabel"]),
       st.lists(st.tuples(st.sampled_from(["0", "1", "nan", "", "NA", "True", "1.0"]),
                          st.sampled_from(["0", "1", "nan", "", "x"]), st.floats(),
                          st.floats(0, 1)), max_size=12))
def test_any_classes_have_a_page(tmp_path: Path, task: str,
                                 rows: list[tuple[str, str, float, float]]) -> None:
    head = "row,y.truth,y.prediction,y.probability.0,y.probability.1\n"
    a_run(tmp_path, spec_of({"y": task}), history=epochs(1, "train.loss"),
          metrics={"train": {"loss": 1.0}}, predictions=head + "".join(
              f"{at},{','.join(map(str, row))}\n" for at, row in enumerate(rows)))
    judged(page(tmp_path))


@pytest.mark.parametrize("task", ["regression", "count"])
def test_outputs_of_several_columns(tmp_path: Path, task: str) -> None:
    head = ",".join(["row", *(f"y.{part}.{at}" for part in ("truth", "prediction")
                              for at in range(1, 10))])
    rows = "\n".join(",".join(["1", *map(str, range(18))]) for _ in range(5))
    a_run(tmp_path, spec_of({"y": task}), history=epochs(1, "train.loss"),
          metrics={"test": {"loss": 1.0}}, predictions=f"{head}\n{rows}\n")
    text = words(page(tmp_path))
    assert "By column" in text
    assert "Charts are of the first 6 of 9 columns." in text
