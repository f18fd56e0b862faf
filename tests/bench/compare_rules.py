"""What all rules together add to a check: the same specs with and without them, warm.

    python tests/bench/compare_rules.py [ROUNDS] [--keras PYTHON]

One process checks each spec both ways in turn, so that a busy machine is unfair to neither; what
counts is processor time. Without rules a check reads, lowers, infers and judges outputs. The 1,000
specs are those of this repository, the clean cases of its rules among them, over and over;
NASNetMobile is as `specc import` writes it, with an interpreter that has Keras. Prints a table for
docs/benchmarks.md; exit code 1 where the ratio is above what the project promises.
"""

from __future__ import annotations

import argparse
import gc
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from typing import TypeAlias

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.compare_check import nasnet
from test_cases import CASES

from specc import pipeline
from specc.pipeline import check_text

ROOT = Path(__file__).parents[2]
COUNT, PROMISED = 1000, 1.3
Text: TypeAlias = tuple[str, bytes]  # the file's name, what it holds


def specs() -> list[Text]:
    """Specs as people write them: every example, and every case that is clean."""
    files = [(str(path), path.read_bytes()) for path in sorted((ROOT / "specs").rglob("*.toml"))]
    clean = [(f"{at}.specc.toml", case.text.encode()) for at, case in enumerate(CASES)
             if not case.marks]
    return list(islice(cycle(files + clean), COUNT))


def seconds(name: str, text: bytes) -> float:
    """Processor time of one check."""
    begin = time.process_time()
    check_text(text, name)
    return time.process_time() - begin


def without_rules(name: str, text: bytes) -> float:
    """The same of a check that asks no rule."""
    lint = pipeline.lint
    pipeline.lint = lambda *_, **__: iter(())  # type: ignore[assignment]
    try:
        return seconds(name, text)
    finally:
        pipeline.lint = lint


def compare(texts: list[Text], rounds: int) -> tuple[float, float]:
    """Median seconds of all texts with rules and without; each spec both ways, one by one."""
    found = []
    for _ in range(rounds + 1):
        gc.collect()  # otherwise it falls on either side by chance
        gc.disable()
        both = [(seconds(*one), without_rules(*one)) for one in texts]
        gc.enable()
        found.append((sum(rules for rules, _ in both), sum(plain for _, plain in both)))
    warm = found[1:]
    return median(rules for rules, _ in warm), median(plain for _, plain in warm)


def subjects(keras: str | None) -> Iterator[tuple[str, list[Text]]]:
    yield f"{COUNT:,} specs", specs()
    if keras:
        with tempfile.TemporaryDirectory() as folder:
            file = nasnet(keras, Path(folder))
            yield "NASNetMobile", [(str(file), file.read_bytes())] * 20


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("rounds", nargs="?", type=int, default=7)
    options.add_argument("--keras", metavar="PYTHON")
    given = options.parse_args()
    broken = 0
    print("| warm, for each spec | with rules | without | ratio |\n|---|---:|---:|---:|")
    for name, texts in subjects(given.keras):
        rules, plain = compare(texts, given.rounds)
        broken += rules / plain > PROMISED
        print(f"| {name} | {rules / len(texts) * 1000:.3f} ms | {plain / len(texts) * 1000:.3f} ms "
              f"| {rules / plain:.2f} |")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
