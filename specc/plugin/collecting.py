"""Which files are specs to be tested, and what the tests of one spec share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from specc.plugin.item import NotAsSpecified, SpecItem
from specc.plugin.options import RUNS, asked_for
from specc.plugin.session import bench
from specc.plugin.telling import shown
from specc.source import SUFFIXES
from specc.stages import STAGES, Stage

if TYPE_CHECKING:
    from specc.diagnostics import Diagnostic
    from specc.pipeline import Checked
    from specc.runner.data import Ready
    from specc.runner.subject import Subject

ELSEWHERE = "what is wrong with the spec, another test shows"


def is_wanted(path: Path, parent: pytest.Collector) -> bool:
    """Whether a file is a spec to be tested."""
    if not path.name.endswith(SUFFIXES):
        return False
    config = parent.config
    if config.getoption("specc_bench", False):
        return False  # they are measured then (specc.plugin.measuring)
    if parent.session.isinitpath(path) or asked_for(path, config):
        return True
    inside = path.relative_to(config.rootpath) if path.is_relative_to(config.rootpath) else path
    return bool(config.getini("specc_collect")) and RUNS not in inside.parts


class SpecFile(pytest.File):
    """A spec; what its tests share is made when the first of them needs it."""

    def __init__(self, **rest: Any) -> None:
        super().__init__(**rest)
        self._checked: Checked | None = None
        self._read: Checked | None = None
        self._ready: Ready | None = None
        self._subject: Subject | None = None
        self.told = False

    def collect(self) -> Iterator[pytest.Item]:
        option = self.config.option
        for stage in STAGES:
            left_out = (option.specc_quick and not stage.quick) or (
                option.specc_stage and stage.name not in option.specc_stage)
            if not left_out and self.has(stage):
                item: SpecItem = SpecItem.from_parent(self, name=stage.name)
                yield item

    def has(self, stage: Stage) -> bool:
        """Whether the spec says what the stage is to hold. A spec that cannot be read may: the
        test then says that it was not held."""
        plan = self.checked.plan
        return stage.asked is None or plan is None or bool(getattr(plan.spec, stage.asked))

    @property
    def checked(self) -> Checked:
        """What checking says before rows are read."""
        if self._checked is None:
            import specc

            self._checked = specc.check(shown(self.path))
        return self._checked

    @property
    def notes(self) -> tuple[str, ...]:
        """What was not looked at, and what was done to the rows while they were read."""
        said = self._read.unchecked if self._read else ()
        return (*said, *(self._ready.dataset.notes if self._ready else ()))

    def opt_out(self, name: str) -> str | None:
        plan = self.checked.plan
        return plan.spec.test.get(name) if plan else None

    def line(self, *path: str) -> int | None:
        """The line of what stands at `path`; None where nothing does in this very file."""
        from specc.syntax.places import span_of

        plan = self.checked.plan
        place = plan.spec.where(*path) if plan else None
        if place is None or place.file != shown(self.path):
            return None
        span = span_of(self.checked.sources[place.file], place.path)
        return span.line if span else None

    def read(self) -> tuple[Diagnostic, ...]:
        """Check with rows, where there is [data]: the errors. A budget is a stage of its own."""
        if self._read is None:
            from specc.runner.data import read_rows
            from specc.runner.subject import without_budget

            self._read, self._ready = read_rows(without_budget(self.checked))
        return self._read.errors

    def sound(self) -> None:
        """Go on only with a spec without errors. One test tells of them, the others skip."""
        found = self.read()
        if found:
            self.broken(found)

    def ready(self) -> Ready:
        """What a model needs."""
        self.sound()
        if self._ready is None:
            pytest.skip("there is no [data], so there are no rows to try it with")
        return self._ready

    def subject(self) -> Subject:
        """What the stages look at together."""
        from specc.runner.subject import Subject

        self.sound()
        if self._subject is None:
            shared, plan = bench(self.config), self.checked.plan
            assert plan is not None
            assert self._read is not None
            self._subject = Subject(self._read, self._ready, plan.spec.budget, shared.scratch,
                                    shared.fresh)
        return self._subject

    def broken(self, found: Iterable[Diagnostic]) -> None:
        """Fail with what keeps every stage from going on; skip, if that was told already."""
        if self.told:
            pytest.skip(ELSEWHERE)
        self.told = True
        self.tell(found)
        pytest.skip(ELSEWHERE)  # found were warnings alone

    def tell(self, found: Iterable[Diagnostic], more: str = "") -> None:
        """Fail with findings, as `specc` prints them; warnings alone do not fail."""
        from specc.diagnostics.render import render
        from specc.pipeline import finish

        done = finish(found, self.checked.plan, self.checked.sources)
        if any(one.severity == "error" for one in done):
            text = render(done, self.checked.sources, "full", color=False)
            raise NotAsSpecified(f"{text}\n{more}" if more else text)

    def forget(self) -> None:
        """Rows and models of a spec whose tests are done."""
        self._read = self._ready = self._subject = None
