"""`--format sarif` holds to SARIF 2.1.0, for what every rule finds in its own cases.

The schema here says of the objects that specc writes what the standard (OASIS, section 3) says of
them: which properties they have, which they need, of what type. Others are refused.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from test_cases import CASES

from specc.cli import main
from specc.diagnostics.render import render
from specc.pipeline import check_text

TEXT = {"type": "string"}
LINE = {"type": "integer", "minimum": 1}


def thing(*needed: str, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(needed),
            "additionalProperties": False}


def several(item: dict[str, Any], *, unique: bool = True, least: int = 0) -> dict[str, Any]:
    return {"type": "array", "items": item, "uniqueItems": unique, "minItems": least}


MESSAGE = thing("text", text=TEXT)
REGION = thing(startLine=LINE, startColumn=LINE, endLine=LINE, endColumn=LINE)
URI = r"^[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+$"  # the letters of RFC 3986
ARTIFACT = thing("uri", uri={"type": "string", "pattern": URI})
PLACE = thing("physicalLocation", message=MESSAGE,
              physicalLocation=thing("artifactLocation", artifactLocation=ARTIFACT, region=REGION))
REPLACEMENT = thing("deletedRegion", deletedRegion=REGION, insertedContent=thing("text", text=TEXT))
FIX = thing("artifactChanges", description=MESSAGE, artifactChanges=several(thing(
    "artifactLocation", "replacements", artifactLocation=ARTIFACT,
    replacements=several(REPLACEMENT, unique=False, least=1)), least=1))
RULE = thing("id", id=TEXT, name=TEXT, shortDescription=MESSAGE, fullDescription=MESSAGE,
             help=thing("text", text=TEXT, markdown=TEXT), properties=thing(tags=several(TEXT)))
RESULT = thing(
    "message", message=MESSAGE, ruleId=TEXT, ruleIndex={"type": "integer", "minimum": 0},
    level={"enum": ["none", "note", "warning", "error"]}, locations=several(PLACE, unique=False),
    partialFingerprints={"type": "object", "additionalProperties": TEXT},
    relatedLocations=several(PLACE), fixes=several(FIX))
INVOCATION = thing(
    "executionSuccessful", executionSuccessful={"type": "boolean"},
    toolExecutionNotifications=several(thing(
        "message", message=MESSAGE, level={"enum": ["none", "note", "warning", "error"]})))
SARIF = {"$schema": "http://json-schema.org/draft-07/schema#"} | thing(
    "version", "runs", **{"$schema": TEXT}, version={"const": "2.1.0"}, runs=several(thing(
        "tool", columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
        results=several(RESULT, unique=False),
        invocations=several(INVOCATION),
        tool=thing("driver", driver=thing("name", name=TEXT, version=TEXT, rules=several(RULE)))),
        unique=False))
VALIDATOR = jsonschema.Draft7Validator(SARIF)


def wrong(document: Any) -> list[str]:
    """What the standard forbids, beyond the schema too: an index must lead to its rule."""
    found = [f"{one.json_path}: {one.message[:200]}" for one in VALIDATOR.iter_errors(document)]
    for run in () if found else document["runs"]:
        rules = [one["id"] for one in run["tool"]["driver"]["rules"]]
        found += [one["ruleId"] for one in run["results"]
                  if rules[one["ruleIndex"]] != one["ruleId"]]
        found += [str(region) for region in regions(run) if (
            region["startLine"], region["startColumn"]) > (region["endLine"], region["endColumn"])]
    return found


def regions(tree: Any) -> list[dict[str, int]]:
    if isinstance(tree, dict):
        own = [tree] if "startLine" in tree else []
        return own + [one for value in tree.values() for one in regions(value)]
    return [one for value in tree for one in regions(value)] if isinstance(tree, list) else []


@pytest.mark.parametrize("page", sorted({case.page for case in CASES}))
def test_all_that_rules_find(page: str) -> None:
    for case in CASES:
        if case.page == page and case.marks:
            text = case.text.encode()
            found = check_text(text, "a case.specc.toml").diagnostics
            shown = render(found, {"a case.specc.toml": text}, "sarif", False)
            assert wrong(json.loads(shown)) == [], case.title


@pytest.mark.parametrize("text", ["specc = 1\n", "specc = \n", "", 'specc = 1\n"\\u00e4 [" = 3\n'])
def test_the_command(text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "ä #%.specc.toml").write_text(text, encoding="utf-8")
    main(["check", str(tmp_path), "--format", "sarif"])
    document = json.loads(capsys.readouterr().out)
    assert wrong(document) == []
    assert document["runs"][0]["results"]


def test_nothing_found_is_a_run_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    case = next(case for case in CASES if not case.marks and "[data]" not in case.text)
    (tmp_path / "a.specc.toml").write_text(case.text, encoding="utf-8")
    assert main(["check", str(tmp_path), "--format", "sarif"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert wrong(document) == []
    assert document["runs"][0]["results"] == []


@pytest.mark.parametrize(("old", "new"), [
    (r'"level": "\w+"', '"level": "fatal"'), (r'"ruleIndex": 0', '"ruleIndex": -1'),
    (r'"startLine": \d+', '"startLine": 0'), (r'"uri": "a', '"uri": "a b'),
    (r'"driver"', '"drivers"'), (r'"ruleId"', '"rule"'), (r'"startColumn": \d+',
                                                          '"startColumn": 99')])
def test_this_test_can_fail(old: str, new: str) -> None:
    case = next(case for case in CASES if case.marks)
    text = case.text.encode()
    shown = render(check_text(text, "a.specc.toml").diagnostics, {"a.specc.toml": text}, "sarif",
                   False)
    assert wrong(json.loads(shown)) == []
    changed, count = re.subn(old, new, shown)
    assert count
    assert wrong(json.loads(changed)) != []
