"""docs/strategies.md: its examples run, and it names what exists."""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

import specc.testing

PAGE = (Path(__file__).parents[2] / "docs" / "strategies.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def run(text: str) -> None:
    names: dict[str, Any] = {"__name__": "example"}
    exec(compile(text, "strategies.md", "exec"), names)
    tests = [one for name, one in names.items() if name.startswith("test_")]
    assert len(tests) == 1
    tests[0]()


def test_there_are_examples() -> None:
    assert len(BLOCKS) == 3


@pytest.mark.parametrize("text", BLOCKS[:2], ids=["tool", "mistake"])
def test_an_example_runs(text: str) -> None:
    run(text)


@pytest.mark.keras
def test_the_example_that_trains() -> None:
    run(BLOCKS[2])


def test_every_strategy_is_on_the_page() -> None:
    for name in set(specc.testing.__all__) - {"Document"}:
        assert f"`{name}(" in PAGE


def test_an_example_can_fail() -> None:
    """A tool that forgets its deep copy breaks the law."""
    wrong = BLOCKS[0].replace("copy.deepcopy(document)", "document")
    wrong = wrong.replace('one["units"] *= 2', 'one["units"] *= 0')
    with pytest.raises(BaseException, match=r"Failing|Falsif|assert"):
        run(wrong)


def test_no_module_takes_the_name_of_a_strategy() -> None:
    """`from specc.testing import mistaken` is the function, whatever was imported before."""
    for name in specc.testing.__all__:
        strategy = getattr(specc.testing, name)
        assert callable(strategy) or name == "Document"
        assert find_spec(f"specc.testing.{name}") is None
