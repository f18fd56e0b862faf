"""[tool.specc] in pyproject.toml: what it selects, ignores and weighs, and its mistakes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

import specc
from specc.cli import main
from specc.cli.running import NEEDED
from specc.config import matches
from specc.facts.files import project_folder
from specc.pipeline import control_of

DEAD = """specc = 1
name = "a"
[inputs.x]
shape = [4]
[model]
kind = "functional"
layers = [
  { type = "Dense", units = 2, inputs = "x" },
  { type = "Dense", units = 1, inputs = "x", name = "y" },
]
[outputs.y]
task = "regression"
"""  # one warning: IR209 disconnected-layer
CLEAN = DEAD.replace('  { type = "Dense", units = 2, inputs = "x" },\n', "")
Said = pytest.CaptureFixture[str]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with a spec, and one in a folder of it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "legacy").mkdir()
    (tmp_path / "a.specc.toml").write_text(DEAD)
    (tmp_path / "legacy" / "b.specc.toml").write_text(DEAD)
    return tmp_path


def config(project: Path, text: str) -> None:
    (project / "pyproject.toml").write_text(f"[tool.specc]\n{text}\n")


def names(file: str = "a.specc.toml", **more: list[str]) -> list[str]:
    return [one.name for one in specc.check(file, **more).diagnostics]


def severities(file: str = "a.specc.toml") -> list[str]:
    return [one.severity for one in specc.check(file).diagnostics]


def test_the_spec_has_one_warning(project: Path) -> None:
    assert names() == ["disconnected-layer"]


@pytest.mark.parametrize("word", ["IR209", "disconnected-layer"])
def test_a_warning_is_ignored_by_code_or_name(project: Path, word: str) -> None:
    config(project, f'ignore = {{ {word} = "a toy" }}')
    assert names() == []
    assert specc.check_text(DEAD.encode(), "a.specc.toml").diagnostics == ()


@pytest.mark.parametrize(("select", "said"), [
    (["IR"], 1), (["IR209"], 1), (["disconnected-layer"], 1), (["PA"], 0), (["PA", "IR2"], 1)])
def test_a_selection_leaves_out_other_warnings(project: Path, select: list[str],
                                               said: int) -> None:
    config(project, f"select = {json.dumps(select)}")
    assert len(names()) == said


def test_what_is_weighed_is_wanted(project: Path) -> None:
    config(project, 'select = ["PA"]\nseverity = { disconnected-layer = "error" }')
    assert severities() == ["error"]


def test_no_selection_leaves_out_an_ignore_of_nothing(project: Path) -> None:
    config(project, 'select = ["PA"]')
    Path("a.specc.toml").write_text(CLEAN + LINT)
    assert names() == ["unused-ignore"]


def test_no_selection_leaves_out_an_error(project: Path) -> None:
    config(project, 'select = ["PA"]')
    Path("a.specc.toml").write_text(DEAD.replace("units = 1", "unit = 1"))
    assert "unknown-argument" in names()


@pytest.mark.parametrize("level", ["error", "warning", "info"])
def test_a_warning_may_be_graver_or_milder(project: Path, level: str) -> None:
    config(project, f'severity = {{ IR209 = "{level}" }}')
    assert severities() == [level]
    assert main(["check", "a.specc.toml"]) == int(level == "error")
    assert specc.check("a.specc.toml").ok == (level != "error")


def test_what_the_project_makes_an_error_stops_compiling(project: Path) -> None:
    config(project, 'severity = { disconnected-layer = "error" }')
    with pytest.raises(specc.SpecError):
        specc.load("a.specc.toml")


@pytest.mark.skipif(any(find_spec(one) is None for one in NEEDED), reason="needs specc[run]")
def test_other_commands_stop_there_too(project: Path, capsys: Said) -> None:
    config(project, 'severity = { disconnected-layer = "error" }')
    assert main(["compile", "a.specc.toml", "-o", "a.keras"]) == 1
    assert "error[IR209]" in capsys.readouterr().err
    config(project, "severity = 3")
    for words in (["compile", "a.specc.toml", "-o", "a.keras"], ["run", "a.specc.toml"]):
        assert main(words) == 2
        assert "error[SX402]" in capsys.readouterr().err
    assert not Path("a.keras").exists()


def test_a_reason_in_the_spec_outweighs_the_projects_severity(project: Path) -> None:
    """A rule of the house has exceptions, each with a reason."""
    config(project, 'severity = { IR209 = "error" }')
    Path("a.specc.toml").write_text(DEAD + '[lint]\nignore = { IR209 = "to be wired" }\n')
    assert names() == []


def test_paths_are_from_the_folder_of_the_project(project: Path) -> None:
    config(project, '[tool.specc.per-path]\n"legacy/**" = { ignore = { IR209 = "as printed" } }')
    assert names() == ["disconnected-layer"]
    assert names("legacy/b.specc.toml") == []
    os.chdir("legacy")
    assert names("b.specc.toml") == []


@pytest.mark.parametrize(("pattern", "path", "hit"), [
    ("*.specc.toml", "a.specc.toml", True), ("*.specc.toml", "x/y/a.specc.toml", True),
    ("legacy", "legacy/x/a.specc.toml", True), ("legacy", "x/legacy/a.specc.toml", True),
    ("x/legacy", "legacy/a.specc.toml", False), ("x/legacy/", "x/legacy/a.specc.toml", True),
    ("x/*", "x/a", True), ("x/*.toml", "x/y/a.toml", False), ("x/**/*.toml", "x/y/z/a.toml", True),
    ("x/**/a.toml", "x/a.toml", True), ("x/?.toml", "x/ab.toml", False), ("a.b", "axb", False),
    ("legacy", "legacy2/a.specc.toml", False), ("**", "x/y", True)])
def test_patterns(pattern: str, path: str, hit: bool) -> None:
    assert matches(pattern, path) is hit


# -- where it is looked for -----------------------------------------------------------------------


def test_the_nearest_project_counts(project: Path) -> None:
    config(project, 'ignore = { IR209 = "a toy" }')
    (project / "legacy" / "pyproject.toml").write_text("[project]\nname = 'own'\n")
    assert names() == []
    assert names("legacy/b.specc.toml") == ["disconnected-layer"]


@pytest.mark.parametrize("mark", [".git", "pyproject.toml", None])
def test_it_is_the_folder_that_data_must_lie_in(project: Path, mark: str | None) -> None:
    config(project, 'ignore = { IR209 = "a toy" }')
    if mark:
        (project / "legacy" / mark).write_text("")
    folder = project_folder(str((project / "legacy").resolve()))
    found = control_of("legacy/b.specc.toml").value
    assert (found is not None) == (folder == str(project.resolve()))
    assert found is None or found.folder == folder


def test_a_project_that_says_nothing_imports_nothing(project: Path) -> None:
    for text in ("[project]\nname = 'x'\n", "[tool.ruff]\nline-length = 100\n", "specc = [\n"):
        (project / "pyproject.toml").write_text(text)
        assert control_of("a.specc.toml").value is None
        assert names() == ["disconnected-layer"]


@pytest.mark.parametrize("table", ["[tool.ruff]", "[tool.specc]"])
def test_a_project_that_says_nothing_costs_nothing(project: Path, table: str) -> None:
    """What reads the table, and knows every code, is imported for a table only."""
    (project / "pyproject.toml").write_text(f"[project]\nname = 'x'\n{table}\n")
    probe = ("import json, sys\nfrom specc.cli import main\nmain(['check', 'a.specc.toml'])\n"
             "print(json.dumps([name in sys.modules for name in "
             "('specc.config', 'specc.controls', 'specc.catalog')]))")
    Path("a.specc.toml").write_text(CLEAN)
    done = subprocess.run([sys.executable, "-c", probe], check=True, capture_output=True, text=True)
    assert json.loads(done.stdout.splitlines()[-1]) == [table == "[tool.specc]"] * 3


def test_the_table_may_be_written_in_another_way(project: Path) -> None:
    (project / "pyproject.toml").write_text('[tool]\nspecc.ignore.IR209 = "a toy"\n')
    assert names() == []


# -- what is wrong with it ------------------------------------------------------------------------

WRONG = {
    'ignores = { IR209 = "a toy" }': ("unknown-config-key", "/tool/specc/ignores"),
    "ignore = ['IR209']": ("wrong-config", "/tool/specc/ignore"),
    'ignore = { IR209 = "" }': ("wrong-config", "/tool/specc/ignore/IR209"),
    "ignore = { IR209 = true }": ("wrong-config", "/tool/specc/ignore/IR209"),
    'ignore = { IR999 = "why" }': ("unknown-config-code", "/tool/specc/ignore/IR999"),
    'ignore = { ir209 = "why" }': ("unknown-config-code", "/tool/specc/ignore/ir209"),
    'ignore = { IR = "why" }': ("unknown-config-code", "/tool/specc/ignore/IR"),
    'ignore = { PA101 = "why" }': ("unyielding-error", "/tool/specc/ignore/PA101"),
    'ignore = { softmax-single-unit = "why" }': (
        "unyielding-error", "/tool/specc/ignore/softmax-single-unit"),
    'select = "IR"': ("wrong-config", "/tool/specc/select"),
    'select = ["IR", 3]': ("wrong-config", "/tool/specc/select/1"),
    'select = ["IR", "XX"]': ("unknown-config-code", "/tool/specc/select/1"),
    'severity = { IR209 = "off" }': ("wrong-config", "/tool/specc/severity/IR209"),
    "severity = { IR209 = [] }": ("wrong-config", "/tool/specc/severity/IR209"),
    "severity = 3": ("wrong-config", "/tool/specc/severity"),
    'severity = { PA101 = "warning" }': ("unyielding-error", "/tool/specc/severity/PA101"),
    'severity = { PA999 = "error" }': ("unknown-config-code", "/tool/specc/severity/PA999"),
    "trust = 'labmodels'": ("wrong-config", "/tool/specc/trust"),
    "trust = ['lab models']": ("wrong-config", "/tool/specc/trust/0"),
    'per-path = { "/abs" = {} }': ("wrong-config", "/tool/specc/per-path/~1abs"),
    'per-path = { "../x" = {} }': ("wrong-config", "/tool/specc/per-path/..~1x"),
    'per-path = { "x" = 3 }': ("wrong-config", "/tool/specc/per-path/x"),
    'per-path = { "x" = { select = ["IR"] } }': (
        "unknown-config-key", "/tool/specc/per-path/x/select"),
    'per-path = { "x" = { ignore = { PA101 = "why" } } }': (
        "unyielding-error", "/tool/specc/per-path/x/ignore/PA101"),
}


@pytest.mark.parametrize("text", WRONG)
def test_a_mistake_is_said_at_its_place_and_is_wrong_usage(project: Path, text: str,
                                                           capsys: Said) -> None:
    config(project, text)
    (said,) = specc.check("a.specc.toml").diagnostics
    assert (said.name, said.where.pointer) == WRONG[text]
    assert (said.where.file, said.span and said.span.line) == ("pyproject.toml", 2)
    assert not specc.check("a.specc.toml").ok
    for words in (["a.specc.toml"], ["."], [".", "--select", "PA"], [".", "--fix"]):
        capsys.readouterr()
        assert main(["check", *words]) == 2
        out, err = capsys.readouterr()
        assert out.count(said.message) == 1
        assert "leaves out" not in err
    assert main(["summary", "a.specc.toml"]) == 2
    assert " | " + text in capsys.readouterr().err


def test_a_known_error_may_be_called_one(project: Path) -> None:
    config(project, 'severity = { PA101 = "error" }\nselect = ["PA101", "IR"]\ntrust = ["a.b"]')
    assert names() == ["disconnected-layer"]


@pytest.mark.parametrize(("text", "line"), [
    (b"[tool.specc\n", 1), (b"[tool.specc]\n\nignore = {\n", 3), (b"[tool.specc]\n\xff = 3\n", 2),
    (b"[tool.specc]\n[tool.specc]\n", 2), (b"[tool.specc]\nx = 1\nx = 2\n", 3)])
def test_what_is_no_toml_is_said_with_its_line(project: Path, text: bytes, line: int) -> None:
    (project / "pyproject.toml").write_bytes(text)
    (said,) = specc.check("a.specc.toml").diagnostics
    assert said.name == "unreadable-config"
    assert said.span is None or said.span.line == line
    assert main(["check", "."]) == 2


def test_a_folder_of_that_name_is_said(project: Path) -> None:
    (project / "pyproject.toml").mkdir()
    assert names() == ["unreadable-config"]
    assert main(["check", "a.specc.toml"]) == 2


# -- the command line wins ------------------------------------------------------------------------


def test_what_the_command_line_selects_is_said(project: Path, capsys: Said) -> None:
    config(project, 'select = ["PA"]\nignore = { disconnected-layer = "a toy" }')
    main(["check", "a.specc.toml"])
    assert "IR209" not in capsys.readouterr().out
    main(["check", "a.specc.toml", "--select", "IR209"])
    assert "IR209" in capsys.readouterr().out
    assert names(select=["disconnected-layer"]) == ["disconnected-layer"]


def test_a_family_from_the_command_line_brings_back_nothing_ignored(project: Path,
                                                                    capsys: Said) -> None:
    config(project, 'ignore = { IR209 = "a toy" }')
    main(["check", "a.specc.toml", "--select", "IR"])
    assert "IR209" not in capsys.readouterr().out
    config(project, 'select = ["PA"]')
    main(["check", "a.specc.toml", "--select", "IR"])
    assert "IR209" in capsys.readouterr().out


def test_what_the_command_line_ignores_is_not_said(project: Path, capsys: Said) -> None:
    config(project, 'select = ["IR"]')
    main(["check", "a.specc.toml", "--ignore", "disconnected-layer"])
    assert "IR209" not in capsys.readouterr().out


# -- ignores that ignore nothing ------------------------------------------------------------------

LINT = '[lint]\nignore = { IR209 = "to be wired" }\n'


def test_an_ignore_of_nothing_is_said_at_its_key(project: Path) -> None:
    Path("a.specc.toml").write_text(CLEAN + LINT)
    (said,) = specc.check("a.specc.toml").diagnostics
    assert (said.name, said.severity, said.where.pointer, said.where.part) == (
        "unused-ignore", "warning", "/lint/ignore/IR209", "key")
    assert names("a.specc.toml") == ["unused-ignore"]
    Path("a.specc.toml").write_text(DEAD + LINT)
    assert names("a.specc.toml") == []


def test_a_warning_of_a_rule_is_missed_too(project: Path) -> None:
    text = CLEAN.replace('"regression"', '"binary"').replace(
        'name = "y"', 'activation = "sigmoid", name = "y"')
    ignore = '[lint]\nignore = { classification-with-regression-loss = "a Brier score" }\n'
    for loss, said in (("mse", []), ("binary_crossentropy", ["unused-ignore"])):
        Path("a.specc.toml").write_text(f'{text}loss = "{loss}"\n{ignore}')
        assert names() == said
    Path("a.specc.toml").write_text(f'{text}loss = "mse"\n')
    assert names() == ["classification-with-regression-loss"]


SILENT = {
    "an error keeps rules from running": CLEAN.replace('"y" }', '"y", unit = 3 }') + LINT,
    "only rows can decide": CLEAN.replace(
        "[inputs.x]\nshape = [4]", '[data]\nsource = "gone.csv"\n[inputs.x]\ncolumns = ["a"]')
    + 'target = "t"\n[lint]\nignore = { TR120 = "few rows" }\n',
    "only a run can decide": CLEAN + '[lint]\nignore = { GO104 = "another machine" }\n',
}


@pytest.mark.parametrize("why", SILENT)
def test_nothing_is_said_of_what_was_not_looked_for(project: Path, why: str) -> None:
    Path("a.specc.toml").write_text(SILENT[why])
    assert "unused-ignore" not in names()


def test_rows_decide_what_they_can(project: Path, capsys: Said) -> None:
    pytest.importorskip("pandas")
    Path("a.csv").write_text("a,t\n" + "".join(f"{at},{at % 7}.5\n" for at in range(200)))
    Path("a.specc.toml").write_text(SILENT["only rows can decide"].replace("gone", "a"))
    main(["check", "a.specc.toml"])
    assert "SX318" not in capsys.readouterr().out
    main(["check", "--data", "a.specc.toml"])
    assert capsys.readouterr().out.count("SX318]") == 1


def test_what_is_set_for_once_tells_nothing_of_the_spec(project: Path) -> None:
    Path("a.specc.toml").write_text(CLEAN + LINT)
    assert names(settings=["seed=3"]) == []


def test_a_base_ignores_for_its_heirs(project: Path) -> None:
    Path("a.specc.toml").write_text(DEAD + LINT)
    Path("c.specc.toml").write_text(
        'extends = "a.specc.toml"\n[model]\nlayers = [{ type = "Dense", units = 1, inputs = "x", '
        'name = "y" }]\n')
    assert names("c.specc.toml") == []


def test_a_project_is_told_when_all_its_specs_were_checked(project: Path, capsys: Said) -> None:
    config(project, 'ignore = { PA108 = "no need", IR209 = "a toy" }\n[tool.specc.per-path]\n'
                    '"nowhere/*" = { ignore = { IR209 = "gone" } }')
    assert main(["check", "a.specc.toml"]) == 0
    assert "unused-ignore" not in capsys.readouterr().out
    assert main(["check", "."]) == 0
    out = capsys.readouterr().out
    assert out.count("unused-ignore: ") == 2
    assert "pyproject.toml:2:12\n" in out
    assert "pyproject.toml:4:28\n" in out
    main(["check", ".", "--set", "seed=3"])
    assert "unused-ignore" not in capsys.readouterr().out
    main(["check", ".", "--ignore", "unused-ignore"])
    assert "unused-ignore" not in capsys.readouterr().out
    assert main(["check", ".", "--strict"]) == 1


def test_a_project_is_not_told_while_one_of_its_specs_has_errors(project: Path,
                                                                 capsys: Said) -> None:
    config(project, 'ignore = { PA108 = "no need" }')
    Path("legacy/b.specc.toml").write_text(DEAD.replace("units = 1", "unit = 1"))
    assert main(["check", "."]) == 1
    assert "unused-ignore" not in capsys.readouterr().out


def test_whoever_ignores_this_is_not_told(project: Path, capsys: Said) -> None:
    config(project, 'ignore = { PA108 = "some day", unused-ignore = "cleaned up on Mondays" }')
    Path("a.specc.toml").write_text(CLEAN + LINT)
    assert main(["check", "."]) == 0
    assert "unused-ignore" not in capsys.readouterr().out
