"""What `check` calls an error, `compile` and `run` refuse with the same words; warnings build."""

from __future__ import annotations

from pathlib import Path

import pytest

from specc.diagnostics import SpecError
from specc.pipeline import check_text
from specc.runner.compiling import compile_plan, compile_to
from specc.runner.lifecycle import run
from specc.source import Where
from unit.test_pairing import TWELVE, Mistake

pytestmark = pytest.mark.keras

IDS = [one.name for one in TWELVE]


def test_there_are_cases() -> None:
    assert {one.severity for one in TWELVE} == {"error", "warning"}


@pytest.mark.parametrize("mistake", TWELVE, ids=IDS)
def test_compile_refuses_errors_and_builds_with_warnings(mistake: Mistake, tmp_path: Path) -> None:
    checked = check_text(mistake.text.encode(), "a.specc.toml")
    if mistake.severity == "warning":
        model, _ = compile_plan(checked)
        assert model.count_params() > 0
        return
    with pytest.raises(SpecError) as refused:
        compile_to(checked, tmp_path / "model.keras")
    assert refused.value.diagnostics == checked.diagnostics
    assert not (tmp_path / "model.keras").exists()


@pytest.mark.parametrize("mistake", [one for one in TWELVE if one.severity == "error"][:3],
                         ids=lambda one: one.name)
def test_run_refuses_errors(mistake: Mistake, tmp_path: Path) -> None:
    checked = check_text(mistake.text.encode(), "a.specc.toml")
    with pytest.raises(SpecError) as refused:
        run(checked, tmp_path)
    assert refused.value.diagnostics == checked.diagnostics
    assert list(tmp_path.iterdir()) == []


def test_what_a_graph_could_not_do_is_said() -> None:
    """TensorFlow begins with that there was an error, and ends with which."""
    from specc.backend.build import refusal

    text = """Graph execution error:

Detected at node while/conv2d_transpose/conv_transpose defined at (most recent call last):
  File "nn.py", line 1181, in conv_transpose

Current CPU implementations do not yet support dilation rates larger than 1.
\t [[{{node while/conv2d_transpose/conv_transpose}}]] [Op:__inference_several_2026]"""
    said = refusal(RuntimeError(text), Where("a", ("fit",)), "fit")
    assert "do not yet support dilation rates larger than 1" in said.message
    assert "Graph execution" not in said.message
