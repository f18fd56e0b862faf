"""Specs with one mistake, drawn for every rule in turn: each is caught by the rule that is named.

`SPECC_GENERATED=2000` (tox run -e generated) draws so many.
"""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

import specc
from specc.catalog import CATALOG, LATER, explain, kinds
from specc.testing.mistakes import ELSEWHERE, Mistake, decidable, mistake, undrawn

COUNT = int(os.environ.get("SPECC_GENERATED", "60"))
FULL = 2000
LEAST = 5  # specs of every rule, in the full sweep


@dataclass(frozen=True)
class Caught:
    number: int
    code: str
    said: tuple[str, ...]
    errors: int

    @property
    def good(self) -> bool:
        return self.code in self.said


def drawn(number: int) -> Mistake:
    codes = decidable()
    return mistake(Random(f"mistake {number}"), codes[number % len(codes)])


def caught(number: int, folder: Path) -> Caught:
    found = drawn(number)
    file = folder / f"drawn.specc.{found.form}"
    file.write_bytes(found.text)
    (folder / "rows.csv").unlink(missing_ok=True)
    if found.rows is not None:
        (folder / "rows.csv").write_text(found.rows, encoding="utf-8")
    checked = specc.check(file)
    if found.reads:
        from specc.runner.data import read_rows

        checked, _ = read_rows(checked)
    file.unlink()
    codes = tuple(one.code for one in checked.diagnostics)
    return Caught(number, found.code, codes, len({one.code for one in checked.errors}))


def numbers() -> range | list[int]:
    """All of them; of sixty, spread over all rules."""
    total = len(decidable())
    return range(COUNT) if total <= COUNT else [at * total // COUNT for at in range(COUNT)]


@pytest.mark.keras
def test_every_mistake_is_caught_by_the_rule_that_is_named(tmp_path: Path) -> None:
    """pandas reads the rows of some, so it runs where Keras does; Keras is not needed."""
    found = [caught(number, tmp_path) for number in numbers()]
    codes = Counter(one.code for one in found)
    alone = sum(one.errors <= 1 for one in found)
    print(f"{len(found)} specs with one mistake, {sum(one.good for one in found)} caught by the "
          f"rule that is named, {alone} with no other error beside it; {len(codes)} rules, the "
          f"fewest specs have {codes.most_common()[-1]}")
    print("not drawn:", "; ".join(f"{code} {why}" for code, why in undrawn().items()))
    assert [one for one in found if not one.good] == []
    if len(found) >= FULL:
        assert [code for code in decidable() if codes[code] < LEAST] == []


def test_every_code_is_drawn_or_said_to_come_from_elsewhere() -> None:
    later = {one.code for module in LATER for one in kinds(module)}
    checking = {one.code for one in CATALOG if one.code not in later}
    assert checking - set(decidable()) == set(undrawn())
    for code, why in undrawn().items():
        assert code in ELSEWHERE, (code, why)
    assert not set(ELSEWHERE) & set(decidable())
    assert len(decidable()) >= 250


def test_a_mistake_says_its_name() -> None:
    for number in range(0, 300, 7):
        one = drawn(number)
        kind = explain(one.code)
        assert kind is not None
        assert kind.name == one.name
