"""Specs for tests of data: written as TOML, with as little model as the language allows."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from data_plans import MakeSpec

from specc.spec import Spec
from specc.syntax.document import load
from specc.syntax.parse import parse

SHARED = Path(os.environ.get("SPECC_DATA") or
              Path(__file__).resolve().parents[3] / "shared" / "data")
HEADER = 'specc = 1\nname = "t"\n'
MODEL = '\n[model]\nkind = "sequential"\nlayers = [{ type = "Dense", units = 1 }]\n'


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MakeSpec:
    """Write a spec into a folder of its own and parse it; `SPECC_DATA` is not set."""
    monkeypatch.delenv("SPECC_DATA", raising=False)

    def spec(text: str) -> Spec:
        file = tmp_path / "t.specc.toml"
        file.write_text(HEADER + text + MODEL, encoding="utf-8")
        found = load(str(file)).then(parse)
        assert found.value is not None, found.diagnostics
        assert not found.errors, found.errors
        return found.value

    return spec


@pytest.fixture
def shared(monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of data sets that do not belong to the repository, as `SPECC_DATA`."""
    if not (SHARED / "titanic.csv").exists():
        pytest.skip(f"titanic.csv is not in {SHARED}; point SPECC_DATA at the data sets")
    monkeypatch.setenv("SPECC_DATA", str(SHARED))
    return SHARED
