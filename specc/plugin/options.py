"""What can be said on pytest's command line and in its settings."""

from __future__ import annotations

from pathlib import Path

import pytest

from specc.plugin import telling
from specc.stages import FAMILIES, MARKERS, STAGES

RUNS = "runs"  # a folder that runs and searches write into: what is there is no source


def add(parser: pytest.Parser) -> None:
    group = parser.getgroup("specc", "model specs")
    group.addoption("--specc", action="append", default=[], metavar="PATH",
                    help="test these specs; folders are searched for *.specc.toml and .json")
    group.addoption("--specc-stage", action="append", default=[], metavar="STAGE",
                    choices=[one.name for one in STAGES], help="of specs, this stage only")
    quick = " and ".join(one.name for one in STAGES if one.quick)
    group.addoption("--specc-quick", action="store_true", help=f"of specs, {quick} only")
    group.addoption("--specc-update-golden", action="append", default=[], metavar="SPEC",
                    help="rewrite the golden of this spec, and fail with what moved; not in CI")
    parser.addini("specc_collect", "whether specs that lie under the collected paths are tests",
                  type="bool", default=True)


def configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "specc: a test of a model spec")
    for family, marker in MARKERS.items():
        config.addinivalue_line("markers", f"{marker}: of a spec, {FAMILIES[family]}")
    config.addinivalue_line("markers", "slow: of a spec, what needs a whole run")
    options = config.option
    if options.specc_update_golden:
        from specc.runner.goldens import in_ci, never_renewed

        if in_ci():
            raise pytest.UsageError("golden files are not rewritten in CI (GO108)")
        for path in options.specc_update_golden:
            why = never_renewed(path, options.specc_stage)
            if why is not None:
                raise pytest.UsageError(why)
        telling.watch(config, options.specc_update_golden)
    asked = [str(path) for path in options.specc]
    if asked and config.args_source is not pytest.Config.ArgsSource.ARGS:
        config.args[:] = asked  # only these
    else:
        config.args += asked


def asked_for(path: Path, config: pytest.Config) -> bool:
    """Whether `--specc` names a file, or a folder above it; what lies in a folder `runs` is asked
    for by that folder's name, or one in it."""
    return any(path.is_relative_to(folder) and RUNS not in path.relative_to(folder).parts
               for folder in (Path(one).resolve() for one in config.option.specc))
