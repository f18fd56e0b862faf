"""Checking imports no framework, no arrays, and for a clean spec not even what messages need."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
SPECS = sorted((ROOT / "specs").rglob("*.specc.*"))
FRAMEWORKS = frozenset(("keras", "tensorflow", "jax", "torch", "numpy", "pandas", "sklearn",
                        "scipy", "matplotlib", "scikeras", "pyarrow"))
# What takes longer to import than a spec takes to check.
SLOW = frozenset(("pydantic", "dataclasses", "inspect", "pathlib", "argparse", "difflib", "ast",
                  "hashlib", "zipfile", "importlib.metadata"))
MESSAGES = frozenset(("tree_sitter", "tree_sitter_toml", "tree_sitter_json", "rich"))

CHECKING = """
import specc
from specc.cli import main
assert main(["check", *sys.argv[1:]]) == 0
for spec in sys.argv[1:]:
    assert main(["summary", spec]) == 0
"""


def imported(program: str, *arguments: str) -> frozenset[str]:
    """The packages that a fresh interpreter holds after running a program."""
    probe = ("import json, sys\n" + program + "\nsys.stdout.write(chr(10) + json.dumps("
             "sorted({name.partition('.')[0] for name in sys.modules})))")
    done = subprocess.run([sys.executable, "-c", probe, *arguments], cwd=ROOT, check=True,
                          capture_output=True, text=True)
    return frozenset(json.loads(done.stdout.splitlines()[-1]))


def test_there_are_specs() -> None:
    assert len(SPECS) >= 10


def test_importing_specc_imports_no_framework() -> None:
    assert not imported("import specc") & (FRAMEWORKS | MESSAGES)


def test_checking_every_spec_imports_no_framework() -> None:
    found = imported(CHECKING, *map(str, SPECS))
    assert "specc" in found
    assert not found & FRAMEWORKS


def test_a_clean_spec_needs_no_parser_of_places_and_no_terminal() -> None:
    assert not imported(CHECKING, *map(str, SPECS)) & MESSAGES


def test_checking_a_clean_spec_imports_nothing_slow() -> None:
    """The whole process is held to less than half of what importing pydantic takes."""
    found = imported("from specc.cli import main\nassert main(['check', sys.argv[1]]) == 0",
                     str(ROOT / "specs" / "digits.specc.toml"))
    assert "specc" in found
    assert not found & SLOW


def test_commands_that_look_things_up_import_no_framework() -> None:
    looking = ('from specc.cli import main\nfor words in (["explain", "SX301"], ["rules"], '
               '["ops", "Dense"], ["schema"]):\n    assert main(words) == 0')
    assert not imported(looking) & FRAMEWORKS


def test_a_broken_spec_imports_no_framework(tmp_path: Path) -> None:
    file = tmp_path / "broken.specc.toml"
    file.write_text('specc = 1\n[model]\nkind = "sequential"\nlayers = [{ type = "Dens" }]\n',
                    encoding="utf-8")
    found = imported('from specc.cli import main\nassert main(["check", sys.argv[1]]) == 1',
                     str(file))
    assert not found & FRAMEWORKS


def test_this_test_can_fail(tmp_path: Path) -> None:
    """The same probe, with one import too many, reports it."""
    module = tmp_path / "torch.py"
    module.write_text("", encoding="utf-8")
    path = f"sys.path.insert(0, {str(tmp_path)!r})"
    found = imported(f"{path}\n{CHECKING}\nimport torch", *map(str, SPECS))
    assert found & FRAMEWORKS == {"torch"}
