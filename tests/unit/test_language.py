"""The conformance cases of the language: clean, or refused with the right words."""

from pathlib import Path

import pytest

from specc.pipeline import check_file

CASES = Path(__file__).parents[3] / "shared" / "language"
REFUSED = {"vae_trusted.specc.toml": ("untrusted-name", "needs --trust|only with --trust")}
FILES = sorted(path.name for path in CASES.glob("*.specc.*"))


def test_there_are_cases(language: Path) -> None:
    assert len(FILES) >= 25


@pytest.mark.parametrize("name", [name for name in FILES if name not in REFUSED])
def test_case_has_no_error(name: str) -> None:
    """And hardly a warning: each can be defended, and none is about form or shapes."""
    checked = check_file(str(CASES / name))
    assert checked.ok, checked.errors
    warnings = [one for one in checked.diagnostics if one.severity == "warning"]
    assert len(warnings) <= 2
    assert {one.code[:2] for one in checked.diagnostics} <= {"SH", "AR", "TR"}


def test_trusted_names_are_refused(language: Path) -> None:
    for name, (slug, _) in REFUSED.items():
        checked = check_file(str(language / name))
        assert [one.name for one in checked.diagnostics] == [slug]
        assert "--trust" in checked.diagnostics[0].message
        assert checked.diagnostics[0].span is not None


def test_resnet50_is_resnet50(language: Path) -> None:
    from specc.ir.cost import totals

    checked = check_file(str(language / "resnet50.specc.toml"))
    assert checked.plan is not None
    sums = totals(checked.plan.graph)
    assert sums.params == 25_636_712  # keras.applications.ResNet50
    assert sums.trainable_params == 25_583_592


def test_what_was_not_looked_at_is_said(language: Path) -> None:
    checked = check_file(str(language / "transfer.specc.toml"))
    assert any("resnet50.keras" in note for note in checked.unchecked)
