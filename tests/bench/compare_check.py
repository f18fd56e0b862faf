"""`specc check`, cold: whole processes of an installed wheel with its bytecode.

    python tests/bench/compare_check.py [ROUNDS] [--keras PYTHON]

The commands take turns, so that a busy machine is unfair to none; what counts is user and system
time of the child. The interpreter that runs this must have specc installed as a wheel; with
--keras, that interpreter (it needs Keras) builds the five-layer model by hand, and imports
NASNetMobile once for its spec. Prints a table for docs/benchmarks.md; exit code 1 where a ratio is
above what the project promises.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

HERE = Path(__file__).parent
FIVE = HERE / "five_layers.specc.toml"
SLOW_ROUNDS = 3  # for what takes seconds
PROMISED = {  # the ratio of the first to the second is at most
    ("5 layers", "pydantic"): 0.47,
    ("NASNetMobile", "5 layers"): 2.5,
    ("20,000 layers", "10,000 layers"): 2.3,
}
NASNET = """
import keras, sys
sys.stdout.write(keras.applications.NASNetMobile(weights=None).to_json())
"""


def cost(command: list[str]) -> float:
    """CPU seconds of a child. RuntimeError where it fails."""
    env = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=env)
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise RuntimeError(f"{' '.join(command)[:200]} ended with {child.returncode}")
    return used.ru_utime + used.ru_stime


def layers(count: int) -> dict[str, Any]:
    """A spec of a chain of many layers."""
    kinds = ({"type": "Dense", "units": 16, "activation": "relu"}, {"type": "BatchNormalization"},
             {"type": "Dropout", "rate": 0.1}, {"type": "Dense", "units": 16, "activation": "gelu"})
    return {"specc": 1, "inputs": {"x": {"shape": [16]}},
            "model": {"kind": "functional",
                      "layers": [kinds[at % 4] for at in range(count - 1)]
                      + [{"type": "Dense", "units": 1, "name": "y"}]},
            "outputs": {"y": {"task": "regression"}}}


def nasnet(python: str, folder: Path) -> Path:
    """NASNetMobile as `specc import` writes it."""
    model, spec = folder / "nasnet.json", folder / "nasnet.specc.toml"
    made = subprocess.run([python, "-c", NASNET], check=True, capture_output=True, text=True)
    model.write_text(made.stdout, encoding="utf-8")
    subprocess.run([sys.executable, "-m", "specc", "import", str(model), "-o", str(spec)],
                   check=True, capture_output=True)
    return spec


def commands(folder: Path, keras: str | None) -> dict[str, list[str]]:
    python = sys.executable
    specc = [str(Path(python).parent / "specc"), "check"]
    many = folder / "many"
    many.mkdir()
    text = FIVE.read_text(encoding="utf-8")
    for at in range(1000):
        (many / f"{at}.specc.toml").write_text(text.replace("units = 64", f"units = {at + 1}"),
                                               encoding="utf-8")
    for count in (10_000, 20_000):
        (folder / f"{count}.specc.json").write_text(json.dumps(layers(count)), encoding="utf-8")
    return {
        "pass": [python, "-c", "pass"],
        "pydantic": [python, "-c", "from pydantic import BaseModel"],
        "5 layers": [*specc, str(FIVE)],
        **({"NASNetMobile": [*specc, str(nasnet(keras, folder))]} if keras else {}),
        "1,000 specs": [*specc, str(many)],
        "10,000 layers": [*specc, str(folder / "10000.specc.json")],
        "20,000 layers": [*specc, str(folder / "20000.specc.json")],
        **({"Keras": [keras, str(HERE / "five_layers.py")]} if keras else {}),
    }


SAID = {"pass": "`python -c pass`", "pydantic": "`python -c 'from pydantic import BaseModel'`",
        "5 layers": "`specc check`, 5 layers", "NASNetMobile": "`specc check`, NASNetMobile",
        "1,000 specs": "`specc check`, 1,000 specs of 5 layers",
        "10,000 layers": "`specc check`, 10,000 layers",
        "20,000 layers": "`specc check`, 20,000 layers",
        "Keras": "the 5-layer model built by hand in Keras"}


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("rounds", nargs="?", type=int, default=10)
    options.add_argument("--keras", metavar="PYTHON")
    given = options.parse_args()
    found: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as name:
        todo = commands(Path(name), given.keras)
        for command in todo.values():
            cost(command)  # so that all find their bytecode
        for turn in range(given.rounds):
            for key, command in todo.items():
                slow = key in ("Keras", "1,000 specs", "10,000 layers", "20,000 layers")
                if not slow or turn < SLOW_ROUNDS:
                    found.setdefault(key, []).append(cost(command))
    middle = {key: median(values) for key, values in found.items()}
    print("| whole process | CPU, median | least | of pydantic's |\n|---|---:|---:|---:|")
    for key, values in found.items():
        print(f"| {SAID[key]} | {middle[key] * 1000:,.1f} ms | {min(values) * 1000:,.1f} ms "
              f"| {middle[key] / middle['pydantic']:.2f} |")
    broken = 0
    for (one, other), most in PROMISED.items():
        if one in middle and other in middle:
            ratio = middle[one] / middle[other]
            broken += ratio > most
            print(f"\n{one} / {other}: {ratio:.3f}, at most {most} is promised")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
