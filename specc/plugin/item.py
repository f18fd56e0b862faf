"""A test: one stage of one spec."""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from specc.plugin.telling import NOTE, PROJECT, RENEWS, shown
from specc.stages import BY_NAME, MARKERS

if TYPE_CHECKING:
    from specc.plugin.collecting import SpecFile

BACK_ENDS = r"(keras|tensorflow|jax|torch)\b"  # what these warn of fails no spec
KERAS_WARNS = "__array__ implementation doesn't accept a copy keyword"  # Keras 3.15 on NumPy 2


class NotAsSpecified(Exception):
    """What a test found; `text` is all that a person is to see."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class SpecItem(pytest.Item):
    """One thing that a spec is held to."""

    parent: SpecFile

    def __init__(self, **rest: Any) -> None:
        super().__init__(**rest)
        self.stage = BY_NAME[self.name]
        for marker in ("specc", MARKERS[self.stage.family], *(["slow"] if self.stage.slow else [])):
            self.add_marker(marker)

    @property
    def renews(self) -> bool:
        """Whether it is to write its golden anew."""
        named = self.config.option.specc_update_golden
        return self.name == "golden" and self.path.resolve() in [Path(one).resolve()
                                                                 for one in named]

    def runtest(self) -> None:
        if self.renews:
            self.user_properties.append((RENEWS, str(self.path.resolve())))
        reason = self.parent.opt_out(self.name)
        if reason is not None and self.stage.left_out is not None:
            pytest.skip(reason)
        with quiet():
            OWN.get(self.name, probe)(self)

    @property
    def line(self) -> int:
        """Where [test] leaves it out, else the spec's first line."""
        return self.parent.line("test", self.name) or 1

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


@contextmanager
def quiet() -> Iterator[None]:
    """Without what Keras and its back ends warn of and log."""
    logger = logging.getLogger("tensorflow")  # says that models are traced, which they are to be
    before = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", KERAS_WARNS, DeprecationWarning)
            warnings.filterwarnings("ignore", module=BACK_ENDS)
            yield
    finally:
        logger.setLevel(before)


def check(item: SpecItem) -> None:
    from specc.golden.record import golden_path

    file = item.parent
    found = file.read()
    plan = file.checked.plan
    if found:
        file.told = True
        file.tell(found)
    if plan and plan.spec.golden is None and os.path.isfile(golden_path(plan.spec.file)):
        item.note("there is a golden file, and no [golden] that would use it (GO107)")
    for one in file.notes:
        item.note(one)


def golden(item: SpecItem) -> None:
    from specc.golden.record import home
    from specc.runner import testing

    ready = item.parent.ready()
    item.user_properties.append((PROJECT, str(home(str(item.path)))))
    said = testing.renewed(ready) if item.renews else testing.held(ready)
    for note in said.notes:
        item.note(note)
    item.parent.tell(said.diagnostics, said.table)
    if said.renewed:
        raise NotAsSpecified(f"{said.renewed}\n{said.table}")


def probe(item: SpecItem) -> None:
    """Every other stage: what `specc.runner.probes` has under its name."""
    from specc.diagnostics import SpecError
    from specc.runner.probes import PROBES
    from specc.runner.subject import NotBuilt, NotLooked

    file = item.parent
    subject = file.subject()
    try:
        if item.stage.family != "text":
            subject.begin()
        found = tuple(PROBES[item.name](subject))
    except NotLooked as why:
        pytest.skip(str(why))
    except NotBuilt as refused:
        file.broken(refused.diagnostics)
    except SpecError as wrong:
        file.tell(wrong.diagnostics)
        raise
    else:
        file.tell(found)
    finally:
        for note in subject.notes:
            item.note(note)
        subject.notes.clear()


OWN: Mapping[str, Callable[[SpecItem], None]] = {"check": check, "golden": golden}
