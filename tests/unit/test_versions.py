"""`specc check --keras VERSION`: what an older Keras lacks of a spec, each where it is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from specc.cli import main
from specc.ir.versions import unknown_version, version_of
from specc.ops import table
from specc.ops.types import CATEGORIES
from specc.pipeline import check_text, held_to

SPEC = """
specc = 1
name = "old"
[params]
act = "sparse_sigmoid"
wrap = { type = "RMSNormalization" }
init = { type = "HeNormal", input_axes = [0], output_axes = [1] }
[inputs.x]
shape = [8, 4]
[blocks.b]
layers = [
  { type = "Dense", units = 4, kernel_initializer = "=init", activation = "elu" },
]
[model]
kind = "functional"
layers = [
  { type = "RMSNormalization", repeat = 3 },
  { type = "TimeDistributed", layer = { type = "RMSNormalization" } },
  { type = "TimeDistributed", layer = "=wrap" },
  { type = "Dense", units = 4, lora_rank = 2, lora_alpha = 3, activation = "=act" },
  { block = "b" },
  { block = "b" },
  { type = "Flatten" },
  { type = "Dense", units = 1, activation = "sigmoid" },
]
[outputs.y]
task = "binary"
target = "t"
loss = "binary_crossentropy"
metrics = ["accuracy", { type = "AUC", curve = "PRGAIN" }]
[compile]
optimizer = { type = "Muon", rms_rate = 0.3 }
[fit]
epochs = 5
callbacks = [{ type = "TerminateOnNaN", raise_error = true }]
"""
LAYERS = "/model/layers"
NEW: dict[str, list[str]] = {  # what is newer than the version before -> where it is written
    "3.9": [f"{LAYERS}/0/type", f"{LAYERS}/1/layer/type", f"{LAYERS}/2/layer"],
    "3.10": [f"{LAYERS}/3/lora_alpha", f"{LAYERS}/3/activation", "/compile/optimizer/type"],
    "3.11": ["/outputs/y/metrics/1/curve"],
    "3.13": ["/compile/optimizer/rms_rate", "/fit/callbacks/0/raise_error"],
    "3.15": ["/blocks/b/layers/0/kernel_initializer/input_axes",
             "/blocks/b/layers/0/kernel_initializer/output_axes"],
}


def lacks(text: str, keras: str) -> list[str]:
    """The places of what is newer; everything about it is an error of one kind."""
    checked = check_text(text.encode(), "old.specc.toml")
    assert checked.ok, checked.diagnostics
    found = held_to(checked, keras).diagnostics
    assert {(one.code, one.severity) for one in found} <= {("OP121", "error")}
    assert all(one.span for one in found)
    return [one.where.pointer for one in found]


@pytest.mark.parametrize("keras", ["3.8", "3.9", "3.10", "3.10.0", "3.11", "3.12.1", "3.13", "3.14",
                                   "3.15", "3.15.1"])
def test_what_is_newer_is_said_once_where_it_is_written(keras: str) -> None:
    """Of `Muon` (3.10) its newer `rms_rate` (3.13) is said only where there is a Muon."""
    asked = version_of(keras)
    assert asked is not None
    wanted = [place for since, places in NEW.items() for place in places
              if (version_of(since) or asked) > asked
              and not (place.endswith("rms_rate") and asked < (3, 10))]
    assert sorted(lacks(SPEC, keras)) == sorted(wanted)


def test_it_says_what_came_when() -> None:
    found = held_to(check_text(SPEC.encode()), "3.12.1").diagnostics
    assert [one.message for one in found if "rms_rate" in one.message] == [
        "`rms_rate` of `Muon` came with Keras 3.13, and 3.12.1 was asked for"]


def test_a_spec_of_old_things_has_nothing_newer() -> None:
    old = SPEC
    for new, known in [("RMSNormalization", "LayerNormalization"), ("sparse_sigmoid", "sigmoid"),
                       (", input_axes = [0], output_axes = [1]", ""), (", lora_alpha = 3", ""),
                       ("PRGAIN", "PR"),
                       ('type = "Muon", rms_rate = 0.3', 'type = "Adam"'),
                       (", raise_error = true", "")]:
        assert new in old
        old = old.replace(new, known)
    assert lacks(old, "3.8") == []


@pytest.mark.parametrize(("text", "reason"), [
    ("3.7", "out of range; specc knows Keras 3.8 to 3.15"),
    ("3.16", "out of range"), ("2.15.0", "out of range"), ("4.0", "out of range"),
    ("3", "takes a version, such as 3.8, found `3`"), ("", "takes a version"),
    ("3.10rc1", "takes a version"), ("3.10.", "takes a version"), ("3.10.1.2", "takes a version"),
    ("٣.٨", "takes a version"),
])
def test_a_version_that_cannot_be_asked_for(text: str, reason: str) -> None:
    assert reason in (unknown_version(text) or "")


@pytest.mark.parametrize("text", ["3.8", "3.8.0", "3.10", "3.15", "3.15.1"])
def test_a_version_that_can(text: str) -> None:
    assert unknown_version(text) is None


def test_from_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "old.specc.toml"
    file.write_text(SPEC, encoding="utf-8")
    assert main(["check", "--format", "concise", "--keras", "3.14", str(file)]) == 1
    assert "OP121 `input_axes` of `HeNormal`" in capsys.readouterr().out
    assert main(["check", "--keras", "3.15", str(file)]) == 0
    assert main(["check", "--keras", "3.7", str(file)]) == 2
    assert "specc knows Keras 3.8 to 3.15" in capsys.readouterr().err


def test_what_was_not_held_against_it_is_listed() -> None:
    broken = held_to(check_text(b"specc = "), "3.9")
    assert "keras 3.9: the model could not be made out" in broken.unchecked
    tuned = held_to(check_text((SPEC + '[tune.space]\nact = ["relu", "tanh"]\n').encode()), "3.9")
    assert any("[tune.space]" in note for note in tuned.unchecked)


def test_every_mark_is_between_the_versions_that_are_known() -> None:
    first, last = version_of(table.oldest()), version_of(table.version())
    assert first is not None
    assert last is not None
    marks = list(table.newer_words().values())
    for category in CATEGORIES:
        for name in table.names(category):
            entry = table.entry(category, name)
            assert entry is not None
            marks += [mark for mark in (entry.since, *(one.since for one in entry.params.values()))
                      if mark]
    assert len(marks) > 60
    assert all(first < (version_of(mark) or first) <= last for mark in marks)


def test_every_newer_word_is_a_word() -> None:
    assert table.newer_words()
    for key in table.newer_words():
        category, *rest = key.split(".")
        if category == "activation":
            assert rest[0] in table.names("activation")
            continue
        name, argument, word = rest
        entry = table.entry(category, name)
        assert entry is not None
        assert f'"{word}"' in entry.params[argument].text
