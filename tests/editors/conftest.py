"""The editors: VS Code for JSON; taplo (in the TOML extension of VS Code) and tombi for TOML."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from servers import HERE, SCHEMA, JsonService, Server, tool


@pytest.fixture(scope="session")
def vs_code() -> Iterator[JsonService]:
    service = JsonService()
    yield service
    service.close()


@pytest.fixture(scope="session")
def taplo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    yield from served(tmp_path_factory.mktemp("taplo"), tool("node"), HERE / "taplo.cjs")


@pytest.fixture(scope="session")
def tombi(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    yield from served(tmp_path_factory.mktemp("tombi"), tool("tombi"), "lsp", "--offline")


def served(folder: Path, *command: str | Path) -> Iterator[Server]:
    shutil.copy(SCHEMA, folder)
    server = Server(command, folder)
    yield server
    server.close()
