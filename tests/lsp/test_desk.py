"""The desk: what is checked when, and that nothing old is ever shown over what is new."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from lsp.documents import BASE, SMALL
from specc.diagnostics import Diagnostic
from specc.lsp import desk as desks
from specc.lsp import views
from specc.lsp.board import Board, Said
from specc.lsp.desk import Bulletin, Desk
from specc.lsp.views import Open, View
from specc.source import Span, Where

WRONG = SMALL.replace("task", "tasc")


class Seen:
    """What a desk publishes, and the bugs it reports."""

    def __init__(self) -> None:
        self.bulletins: list[Bulletin] = []
        self.bugs: list[Exception] = []
        self.renewals = 0

    def renewed(self) -> None:
        self.renewals += 1

    def of(self, document: Open) -> list[tuple[int | None, list[str]]]:
        return [(one.document.version if one.document else None, [f.code for f, _ in one.found])
                for one in self.bulletins if one.file == document.real]


def document(path: Path, version: int, text: str) -> Open:
    return Open(path.as_uri(), str(path), version, text)


def at_desk(work: Callable[[Desk, Seen], Coroutine[Any, Any, None]], delay: float = 0.01) -> Seen:
    """Work at a desk, on an event loop of its own."""
    seen = Seen()

    async def run() -> None:
        desk = Desk(seen.bulletins.append, seen.bugs.append, seen.renewed, delay)
        try:
            await asyncio.wait_for(work(desk, seen), 60)
        finally:
            desk.stop()

    asyncio.run(run())
    return seen


class Slow:
    """Checks that wait until they are let go."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.begun: list[int] = []
        self.go = Event()

        def view(one: Open, texts: dict[str, bytes], before: View | None) -> View:
            self.begun.append(one.version)
            self.go.wait(60)
            return views.view(one, texts, before)

        monkeypatch.setattr(desks, "view", view)


async def until(holds: Callable[[], bool]) -> None:
    while not holds():
        await asyncio.sleep(0.001)


def test_a_document_is_looked_at_when_it_opens_and_when_it_changes(tmp_path: Path) -> None:
    file = tmp_path / "a.specc.toml"

    async def work(desk: Desk, seen: Seen) -> None:
        for version, text in enumerate((SMALL, WRONG, SMALL)):
            desk.put(document(file, version, text))
            found = await desk.view(file.as_uri())
            assert found is not None
            assert found.document.version == version

    seen = at_desk(work)
    assert seen.of(document(file, 0, "")) == [(0, []), (1, ["SX301"]), (2, [])]
    assert not seen.bugs


def test_many_changes_are_one_check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = Slow(monkeypatch)
    slow.go.set()
    file = tmp_path / "a.specc.toml"

    async def work(desk: Desk, seen: Seen) -> None:
        desk.put(document(file, 1, SMALL))
        await desk.view(file.as_uri())
        for version in range(2, 50):
            desk.put(document(file, version, SMALL + "#" * version))
        await until(lambda: len(seen.bulletins) == 2)

    seen = at_desk(work, delay=0.05)
    assert slow.begun == [1, 49]
    assert [version for version, _ in seen.of(document(file, 0, ""))] == [1, 49]


def test_an_older_result_is_never_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A check is under way while the text changes twice; only the last text is shown."""
    slow = Slow(monkeypatch)
    file = tmp_path / "a.specc.toml"

    async def work(desk: Desk, seen: Seen) -> None:
        desk.put(document(file, 1, WRONG))
        await until(lambda: slow.begun == [1])
        desk.put(document(file, 2, WRONG + "\n"))
        desk.put(document(file, 3, SMALL))
        asked = asyncio.ensure_future(desk.view(file.as_uri()))
        await asyncio.sleep(0.05)
        assert not asked.done()
        slow.go.set()
        found = await asked
        assert found is not None
        assert found.document.version == 3

    assert at_desk(work).of(document(file, 0, "")) == [(3, [])]
    assert slow.begun == [1, 3]


def test_asking_does_not_wait_for_the_pause(tmp_path: Path) -> None:
    file = tmp_path / "a.specc.toml"

    async def work(desk: Desk, seen: Seen) -> None:
        desk.put(document(file, 1, SMALL))
        await desk.view(file.as_uri())
        desk.put(document(file, 2, WRONG))  # the pause is longer than the test may take
        found = await desk.view(file.as_uri())
        assert found is not None
        assert found.document.version == 2

    at_desk(work, delay=1000)


def test_what_extends_a_base_is_looked_at_with_it(tmp_path: Path) -> None:
    base, file, other = (tmp_path / f"{one}.specc.toml" for one in ("base", "a", "other"))
    base.write_text(BASE)
    (tmp_path / "pyproject.toml").write_text("")
    text = 'extends = "base.specc.toml"\n' + SMALL.replace("units = 8\n", "")

    async def work(desk: Desk, seen: Seen) -> None:
        desk.put(document(other, 1, SMALL))
        desk.put(document(file, 1, text))
        await desk.view(other.as_uri())
        await desk.view(file.as_uri())
        seen.bulletins.clear()
        assert seen.renewals == 0
        desk.put(document(base, 1, BASE.replace("8", "-3")))
        await desk.view(file.as_uri())
        assert seen.renewals == 1
        assert seen.of(document(file, 0, ""))[-1] == (1, ["OP105"])
        desk.put(document(base, 2, BASE))
        await desk.view(file.as_uri())
        assert seen.of(document(file, 0, ""))[-1] == (1, [])
        desk.put(document(base, 3, "[params]\nunits = \n"))
        await desk.view(file.as_uri())
        await desk.view(base.as_uri())
        assert seen.of(document(base, 0, ""))[-1][1]  # what is wrong with it is shown in it
        desk.close(base.as_uri())
        await desk.view(file.as_uri())
        assert seen.of(document(base, 0, ""))[-1] == (None, [])
        assert not seen.of(document(other, 0, ""))

    assert not at_desk(work).bugs


def test_a_base_that_changes_during_a_check_is_looked_at_again(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody knows yet that the document has a base: it has never been looked at."""
    slow = Slow(monkeypatch)
    base, file = tmp_path / "base.toml", tmp_path / "a.specc.toml"
    base.write_text("")
    (tmp_path / "pyproject.toml").write_text("")
    text = 'extends = "base.toml"\n' + SMALL

    async def work(desk: Desk, seen: Seen) -> None:
        desk.put(document(base, 1, ""))
        desk.put(document(file, 1, text))
        await until(lambda: slow.begun == [1])
        desk.put(document(base, 2, "[fit]\nepoch = 3\n"))
        slow.go.set()
        await desk.view(file.as_uri())
        assert [codes for _, codes in seen.of(document(base, 0, ""))] == [["SX301"]]

    assert not at_desk(work).bugs
    assert slow.begun == [1, 1]


def test_closing_takes_everything_back(tmp_path: Path) -> None:
    file = tmp_path / "a.specc.toml"

    async def work(desk: Desk, seen: Seen) -> None:
        desk.put(document(file, 1, WRONG))
        await desk.view(file.as_uri())
        desk.put(document(file, 2, WRONG + "\n"))
        desk.close(file.as_uri())
        assert await desk.view(file.as_uri()) is None
        desk.close(file.as_uri())

    seen = at_desk(work)
    assert [version for version, _ in seen.of(document(file, 0, ""))] == [1, None]
    assert seen.of(document(file, 0, ""))[-1] == (None, [])


def test_what_is_no_spec_is_not_looked_at(tmp_path: Path) -> None:
    async def work(desk: Desk, seen: Seen) -> None:
        desk.put(document(tmp_path / "pyproject.toml", 1, "x = ["))
        desk.touch()
        assert await desk.view((tmp_path / "pyproject.toml").as_uri()) is None

    assert not at_desk(work).bulletins


def test_a_bug_is_reported_and_the_next_check_runs(tmp_path: Path,
                                                   monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a.specc.toml"

    def view(one: Open, texts: dict[str, bytes], before: View | None) -> View:
        if one.version == 1:
            raise ZeroDivisionError("a bug")
        return views.view(one, texts, before)

    monkeypatch.setattr(desks, "view", view)

    async def work(desk: Desk, seen: Seen) -> None:
        desk.put(document(file, 1, SMALL))
        assert await desk.view(file.as_uri()) is None
        desk.put(document(file, 2, SMALL))
        assert await desk.view(file.as_uri()) is not None

    assert [str(one) for one in at_desk(work).bugs] == ["a bug"]


# -- the board ------------------------------------------------------------------------------------


def finding(code: str, line: int = 1) -> Diagnostic:
    return Diagnostic(code, code.lower(), "error", code,
                      Where("base", ("a",), span=Span(line, 1, line, 2)))


def codes(board: Board, file: str, text: str | None = None) -> list[str]:
    return [one.code for one, _ in board.of(file, text)]


def test_several_documents_say_the_same_once() -> None:
    board = Board()
    assert board.put("a", {"base": Said("t", (finding("X"), finding("Y")), {})}) == {"base"}
    assert board.put("b", {"base": Said("t", (finding("X"), finding("X", 2)), {}),
                           "b": Said("u", (), {})}) == {"base", "b"}
    assert codes(board, "base") == ["X", "Y", "X"]
    assert board.drop("a") == {"base"}
    assert codes(board, "base") == ["X", "X"]
    assert board.put("b", {"b": Said("u", (), {})}) == {"base", "b"}
    assert codes(board, "base") == []
    assert board.drop("nobody") == set()


def test_only_the_text_of_now_is_spoken_of() -> None:
    board = Board()
    board.put("a", {"base": Said("old", (finding("X"),), {})})
    board.put("b", {"base": Said("new", (finding("Y"),), {})})
    assert codes(board, "base", "new") == ["Y"]
    assert codes(board, "base", None) == ["X", "Y"]
