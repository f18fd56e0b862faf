"""What rules about the inside of a model look along, and what they leave alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_saved_parts import CONV, POOL, SPEC, checked, layer, saved, sequential

from specc.facts import written
from specc.pipeline import check_text
from specc.rules.pairing import Subject, subject

HEAD = """specc = 1
name = "t"
[inputs.x]
shape = [8]
[outputs.y]
task = "regression"
[model]
kind = "functional"
layers = [
"""
DENSE = '{ type = "Dense", units = 8, activation = "relu" }'
OUT = '{ type = "Dense", units = 1, name = "y" }'


def of(*layers: str) -> Subject:
    read = check_text((HEAD + ",\n".join(layers) + "\n]\n").encode())
    assert read.plan is not None
    return subject(read.plan, written(read.plan.spec))


def chains(*layers: str) -> list[list[str]]:
    return [[node.name for node in chain] for chain in of(*layers).flow.chains]


def test_a_model_without_branches_is_one_chain() -> None:
    assert chains(DENSE, '{ type = "Dropout", rate = 0.1 }', OUT) == [["dense", "dropout", "y"]]


def test_a_branch_and_a_merge_cut_chains() -> None:
    found = chains('{ type = "Dense", units = 8, name = "a" }', '{ type = "ReLU", name = "b" }',
                   '{ type = "Add", inputs = ["a", "b"], name = "s" }', OUT)
    assert found == [["a"], ["b"], ["s", "y"]]


def test_a_tensor_that_enters_twice_is_a_merge() -> None:
    found = chains('{ type = "Dense", units = 8, name = "a" }',
                   '{ type = "Multiply", inputs = ["a", "a"], name = "s" }', OUT)
    assert found == [["a"], ["s", "y"]]


def test_an_input_that_enters_beside_a_layer_is_a_merge() -> None:
    found = chains('{ type = "Dense", units = 8, name = "a" }',
                   '{ type = "Add", inputs = ["a", "x"], name = "s" }', OUT)
    assert found == [["a"], ["s", "y"]]


def test_what_leads_to_no_output_is_no_branch() -> None:
    found = chains('{ type = "Dense", units = 8, name = "a" }', '{ type = "ReLU", name = "lost" }',
                   '{ type = "ELU", inputs = "a", name = "b" }', OUT)
    assert found == [["a", "b", "y"]]


def test_an_output_ends_a_chain() -> None:
    text = HEAD.replace("[model]", '[outputs.z]\ntask = "regression"\nfrom = "a"\n[model]')
    read = check_text((text + '{ type = "Dense", units = 8, name = "a" },\n' + OUT
                          + "\n]\n").encode())
    assert read.plan is not None
    flow = subject(read.plan, written(read.plan.spec)).flow
    assert [[node.name for node in chain] for chain in flow.chains] == [["a"], ["y"]]


def test_words_are_those_of_wrappers_too() -> None:
    words = of(DENSE, '{ type = "Reshape", target_shape = [2, 4] }',
               '{ type = "TimeDistributed", layer = { type = "Dense", units = 2, '
               'kernel_initializer = "zeros", activation = "selu" } }',
               '{ type = "Flatten" }', OUT).words
    assert {"kernel_initializer", "target_shape", "units"} <= words.arguments
    assert words.hidden == {"relu", "selu"}  # the output's `linear` is not hidden
    assert words.narrow
    assert not words.frozen


BROKEN = {
    '{ type = "ReLU", name = 3 }': "wrong-entry-value",
    '{ type = "ReLuu" }': "unknown-component",
    '{ type = "ReLU", when = "=nope" }': "unknown-name",
    '{ type = "Activation", activation = "rulu" }': "argument-word",
    '{ type = "Activation" }': "missing-argument",
    '{ block = "q" }': "unknown-block",
    "3": "wrong-type",
}


@pytest.mark.parametrize("between", BROKEN)
def test_a_broken_activation_is_not_a_missing_one(between: str) -> None:
    layers = ['{ type = "Dense", units = 8 }', between, OUT]
    found = check_text((HEAD + ",\n".join(layers) + "\n]\n").encode()).diagnostics
    assert [one.name for one in found] == [BROKEN[between]]


def test_and_an_activation_that_is_missing_is_said() -> None:
    layers = ['{ type = "Dense", units = 8 }', OUT]
    found = check_text((HEAD + ",\n".join(layers) + "\n]\n").encode()).diagnostics
    assert [one.name for one in found] == ["missing-nonlinearity"]


@pytest.mark.parametrize(("part", "batch", "said"), [
    ("", 4, ["frozen-batchnorm"]), ("", 32, []), (", trainable = false", 4, []),
    (", with = { training = false }", 4, [])])
def test_a_saved_part_forgets_its_statistics_in_small_batches(
        tmp_path: Path, part: str, batch: int, said: list[str]) -> None:
    saved(tmp_path, sequential(CONV, layer("BatchNormalization", "norm"), POOL,
                               shape=(None, None, 3)))
    text = SPEC.replace(", trainable = false", part) + f"[fit]\nepochs = 9\nbatch_size = {batch}\n"
    assert [one.name for one in checked(tmp_path, text).diagnostics] == said
