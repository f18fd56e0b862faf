"""docs/rules.md is what the script makes of the catalog, and `specc rules` lists the same."""

from __future__ import annotations

import json
import re
import runpy
from pathlib import Path

import pytest

from specc.catalog import CATALOG, families
from specc.cli import main
from specc.cli.reference import listing

ROOT = Path(__file__).parents[2]
MADE = runpy.run_path(str(ROOT / "scripts" / "make_rules_page.py"))
Said = pytest.CaptureFixture[str]


def written() -> str:
    return (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")


def pages(text: str) -> dict[str, str]:
    """What stands under each code."""
    sections = re.split(r"^## .*\n|^### ", text, flags=re.MULTILINE)
    return {one.split()[0]: one for one in sections if re.match(r"[A-Z]{2}\d{3} ", one)}


def test_the_page_is_current() -> None:
    """First the codes that differ, which are easier to read than two pages."""
    have, want = pages(written()), pages(MADE["page"]())
    assert sorted(have.keys() ^ want.keys()) == [], "run scripts/make_rules_page.py"
    assert [one for one in want if have[one] != want[one]] == [], "run scripts/make_rules_page.py"
    assert written() == MADE["page"](), "run scripts/make_rules_page.py"


def test_every_code_has_a_row_and_a_section_that_it_leads_to() -> None:
    text = written()
    titles = {line[4:].lower().replace(" ", "-") for line in text.splitlines()
              if line.startswith("### ")}
    for one in CATALOG:
        anchor = f"{one.code.lower()}-{one.name}"
        assert anchor in titles
        assert f"| [{one.code}](#{anchor}) | {one.name} | {one.severity} |" in text
        assert one.claim.replace("|", "\\|") in text
    assert all(f"\n## {name}\n" in text for name in families())


def test_every_code_has_a_family() -> None:
    listed = [one for kinds in families().values() for one in kinds]
    assert len(listed) == len(CATALOG)
    assert all(families().values())


def test_rules_are_listed_in_columns(capsys: Said) -> None:
    assert main(["rules"]) == 0
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("  ")]
    assert len(lines) == len(CATALOG)
    columns = {re.sub(r"^(  \S+ +\S+ +\S+ +).*", r"\1", line) for line in lines}
    assert len({len(one) for one in columns}) == 1


def test_rules_keep_to_the_width_of_a_terminal() -> None:
    assert all(len(line) <= 100 for line in listing(100))
    text = " ".join(" ".join(listing(100)).split())
    assert text == " ".join(" ".join(listing()).split())


def test_rules_as_json(capsys: Said) -> None:
    assert main(["rules", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)["rules"]
    assert {one["code"] for one in found} == {one.code for one in CATALOG}
    one = next(one for one in found if one["code"] == "PA101")
    assert (one["name"], one["severity"], one["family"]) == (
        "softmax-single-unit", "error", "pairing")
    assert one["page"].startswith(one["claim"].rstrip("."))
