"""What GitHub reads: SARIF by its official schema, and the example of a workflow by GitHub's.

The schema of SARIF 2.1.0 comes with a package of Microsoft's, `@microsoft/jest-sarif`.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from servers import HERE, SCHEMA, tool
from test_cases import CASES

from specc.catalog import CATALOG
from specc.cli import main
from specc.diagnostics.render import render
from specc.pipeline import check_text
from unit.project import FILES

pytestmark = pytest.mark.editors

ROOT = SCHEMA.parents[1]
OFFICIAL = HERE / "node_modules" / "@microsoft" / "jest-sarif" / "lib" / "schemas"
PAGES = {kind.code: kind.page for kind in CATALOG}


@pytest.fixture(scope="module")
def standard() -> Any:
    document = json.loads((OFFICIAL / "sarif-2.1.0-rtm.5.json").read_text(encoding="utf-8"))
    return jsonschema.validators.validator_for(document)(document)


def wrong(standard: Any, document: Any) -> list[str]:
    return [f"{one.json_path}: {one.message[:200]}" for one in standard.iter_errors(document)]


def test_all_that_rules_find_is_sarif(standard: Any) -> None:
    seen = 0
    for case in (one for one in CASES if one.marks):
        text = case.text.encode()
        found = check_text(text, "case.specc.toml").diagnostics
        shown = render(found, {}, "sarif", False, ["nothing"], pages=PAGES)
        assert wrong(standard, json.loads(shown)) == [], case.title
        seen += 1
    assert seen > 300


def test_the_command_prints_sarif(standard: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                  capsys: pytest.CaptureFixture[str]) -> None:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(text)
    monkeypatch.chdir(tmp_path)
    main(["check", ".", "gone.specc.toml", "--set", "seed=many", "--format", "sarif"])
    document = json.loads(capsys.readouterr().out)
    assert len(document["runs"][0]["results"]) > 20
    assert wrong(standard, document) == []
    document["runs"][0]["results"][0]["level"] = "fatal"
    assert wrong(standard, document) != []


def test_the_example_is_a_workflow() -> None:
    """By the schema of workflows that check-jsonschema brings."""
    done = subprocess.run([tool("check-jsonschema"), "--builtin-schema", "vendor.github-workflows",
                           ROOT / "docs" / "examples" / "github-workflow.yml"],
                          text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert (done.returncode, done.stdout) == (0, "ok -- validation done\n")
