"""Specs as tests: pytest collects them where it is asked to, by `--specc PATH` or by the ini
option `specc_specs`.

Each spec gives items; `[test] NAME = "reason"` leaves one out, with its reason:

| item       | holds                                                             | left out by    |
|------------|-------------------------------------------------------------------|----------------|
| `check`    | no errors, rows read too; a budget is held here                   |                |
| `compiles` | builds; as many parameters as computed; finite predictions        | --specc-quick  |
| `reload`   | saved and loaded again, it predicts the same bits                 | --specc-quick  |
| `overfit`  | the loss of one batch falls clearly                               | --specc-quick  |
| `golden`   | the first epochs' losses are the golden ones, if there is [golden]|                |
| `lives`    | the whole life, with [expect]                                     | no --specc-full|

Every pytest of an environment imports this module, so it imports nothing but pytest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from specc.diagnostics import Diagnostic
    from specc.pipeline import Checked
    from specc.runner.data import Ready

SUFFIXES = (".specc.toml", ".specc.json")
NOTE = "specc-note"  # in an item's properties: what is to be said at the end
PROJECT = "specc-project"
BACK_ENDS = r"(keras|tensorflow|jax|torch)\b"  # what these warn of fails no spec
KERAS_WARNS = "__array__ implementation doesn't accept a copy keyword"  # Keras 3.15 on NumPy 2


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("specc", "model specs")
    group.addoption("--specc", action="append", default=[], metavar="PATH",
                    help="test these specs; folders are searched for *.specc.toml and .json")
    group.addoption("--specc-quick", action="store_true", help="check and golden only")
    group.addoption("--specc-full", action="store_true",
                    help="train specs in full too, and hold [expect]")
    group.addoption("--specc-update", action="append", default=[], metavar="SPEC",
                    help="renew the golden of this spec, show what moved, and pass")
    group.addoption("--specc-regen", action="store_true",
                    help="renew goldens that differ or are missing, and fail")
    group.addoption("--specc-regen-all", action="store_true", help="renew all goldens, and pass")
    parser.addini("specc_specs", "specs that every run tests: files and folders", type="args")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "specc: a test of a model spec")
    options = config.option
    if options.specc_regen or options.specc_regen_all or options.specc_update:
        from specc.runner.goldens import in_ci

        if in_ci():
            raise pytest.UsageError("golden files are not rewritten in CI (GO108)")
    asked = [str(path) for path in options.specc]
    if asked and config.args_source is not pytest.Config.ArgsSource.ARGS:
        config.args[:] = asked  # only these
    elif config.args_source is not pytest.Config.ArgsSource.ARGS:
        asked = [str(path) for path in in_ini(config)]
        config.args += [path for path in asked if path not in config.args]
    else:
        config.args += asked


def in_ini(config: pytest.Config) -> Iterator[Path]:
    """Paths of the ini option, which start from the folder of the ini file."""
    base = config.inipath.parent if config.inipath else config.rootpath
    return (base / path for path in config.getini("specc_specs"))


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    if not file_path.name.endswith(SUFFIXES):
        return None
    config = parent.config
    asked = [*(Path(path).resolve() for path in config.option.specc), *in_ini(config)]
    named = parent.session.isinitpath(file_path)
    if not named and not any(file_path.is_relative_to(one) for one in asked):
        return None
    made: SpecFile = SpecFile.from_parent(parent, path=file_path)
    return made


class NotAsSpecified(Exception):
    """What an item found; `text` is all that a person is to see."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class SpecFile(pytest.File):
    """A spec; what its items share is made when the first of them needs it."""

    def __init__(self, **rest: Any) -> None:
        super().__init__(**rest)
        self._checked: Checked | None = None
        self._ready: Ready | None = None
        self._told = False

    def collect(self) -> Iterator[pytest.Item]:
        option = self.config.option
        for name in ITEMS:
            if name in ("compiles", "reload", "overfit") and option.specc_quick:
                continue
            if name == "lives" and not option.specc_full:
                continue
            if name == "golden" and not self.has_golden():
                continue
            item: SpecItem = SpecItem.from_parent(self, name=name)
            item.add_marker("specc")
            yield item

    def has_golden(self) -> bool:
        """A spec that cannot be read may have one: its item then says that it was not held."""
        plan = self.checked.plan
        return plan is None or plan.spec.golden is not None

    @property
    def checked(self) -> Checked:
        if self._checked is None:
            import specc

            self._checked = specc.check(shown(self.path))
        return self._checked

    @property
    def notes(self) -> tuple[str, ...]:
        """What was done to the rows while they were read, as dropping some."""
        return self._ready.dataset.notes if self._ready else ()

    def opt_out(self, name: str) -> str | None:
        plan = self.checked.plan
        return plan.spec.test.get(name) if plan else None

    def read(self) -> tuple[Diagnostic, ...]:
        """Check with rows, where there is [data]; every item begins here, and one tells."""
        from specc.runner.data import read_rows

        if self._ready is None and self.checked.ok:
            self._checked, self._ready = read_rows(self.checked)
        return self.checked.errors

    def ready(self) -> Ready:
        """What a model needs. One item says what is wrong with the spec, the others skip."""
        found = self.read()
        if found:
            if self._told:
                pytest.skip("the spec has errors, which another item shows")
            self.tell(found)
        if self._ready is None:
            pytest.skip("there is no [data], so there are no rows to try it with")
        return self._ready

    def tell(self, found: Iterable[Diagnostic], more: str = "") -> None:
        """Fail with findings, as `specc` prints them; warnings alone do not fail."""
        from specc.diagnostics.render import render
        from specc.pipeline import finish

        done = finish(found, self.checked.plan, self.checked.sources)
        if any(one.severity == "error" for one in done):
            self._told = True
            text = render(done, self.checked.sources, "full", color=False)
            raise NotAsSpecified(f"{text}\n{more}" if more else text)

    def forget(self) -> None:
        """Rows of a spec whose items are done."""
        self._ready = None


class SpecItem(pytest.Item):
    """One thing that a spec is held to."""

    parent: SpecFile

    def runtest(self) -> None:
        import warnings

        reason = self.parent.opt_out(self.name)
        if reason is not None and self.name != "check":
            pytest.skip(reason)
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", KERAS_WARNS, DeprecationWarning)
            warnings.filterwarnings("ignore", module=BACK_ENDS)
            ITEMS[self.name](self)

    def note(self, text: str) -> None:
        """Something for the end of the session."""
        self.user_properties.append((NOTE, f"{shown(self.path)}: {text}"))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException],
                     style: Any = None) -> Any:
        if isinstance(excinfo.value, NotAsSpecified):
            return excinfo.value.text
        return super().repr_failure(excinfo)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        return self.path, None, f"{self.name} of {shown(self.path)}"


def shown(path: Path) -> str:
    """A path as people write it: from the working folder, where it is in there."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def check(item: SpecItem) -> None:
    from specc.golden.record import golden_path

    file = item.parent
    found = file.read()
    plan = file.checked.plan
    file.tell(found)
    if plan and plan.spec.golden is None and golden_path(plan.spec.file).is_file():
        item.note("there is a golden file, and no [golden] that would use it (GO107)")
    for one in (*file.checked.unchecked, *file.notes):
        item.note(one)


def compiles(item: SpecItem) -> None:
    from specc.runner import probes

    item.parent.tell(probes.compiles(item.parent.ready()))


def reload(item: SpecItem) -> None:
    from specc.runner import probes

    item.parent.tell(probes.reloads(item.parent.ready()))


def overfit(item: SpecItem) -> None:
    from specc.runner import probes

    item.parent.tell(probes.overfits(item.parent.ready()))


def golden(item: SpecItem) -> None:
    from specc.facts.files import project_folder
    from specc.runner import testing

    ready = item.parent.ready()
    item.user_properties.append((PROJECT, project_folder(str(item.path.parent))))
    option = item.config.option
    named = {Path(path).resolve() for path in option.specc_update}
    by_name = option.specc_regen_all or item.path.resolve() in named
    mode: testing.Mode = "renew" if by_name else "regen" if option.specc_regen else "hold"
    said = testing.golden(ready, mode)
    for note in said.notes:
        item.note(note)
    item.parent.tell(said.diagnostics, said.table)
    if said.renewed and mode == "regen":
        raise NotAsSpecified(f"the golden was renewed\n{said.table}")


def lives(item: SpecItem) -> None:
    from specc.runner import probes

    item.parent.ready()
    item.parent.tell(probes.lives(item.parent.checked))


ITEMS = {"check": check, "compiles": compiles, "reload": reload, "overfit": overfit,
         "golden": golden, "lives": lives}


def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    if isinstance(item, SpecItem) and (nextitem is None or nextitem.parent is not item.parent):
        item.parent.forget()


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """What passed and is still worth saying: bands, renewed goldens, files that nothing uses."""
    told = [pair for reports in terminalreporter.stats.values() for report in reports
            if getattr(report, "when", None) == "call" for pair in report.user_properties]
    notes = [str(text) for name, text in told if name == NOTE]
    projects = sorted({str(path) for name, path in told if name == PROJECT})
    if projects:
        from specc.golden import unused

        notes += [one.message for path in projects for one in unused(Path(path))]
    if notes:
        terminalreporter.section("specc")
        for note in dict.fromkeys(notes):
            terminalreporter.write_line(note)
