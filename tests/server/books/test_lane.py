"""The lane: collects, commits together, halves what fails, and says when it is full."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from server.books import lane as lanes
from server.books.lane import Overloaded
from server.books.sheet import Sheet
from tests.server.books.engine import Books
from tests.server.books.station import UNIT


class Say:
    """A command that answers with its number, or fails."""

    unit = UNIT
    weight = 1

    def __init__(self, number: int, *, fails: bool = False) -> None:
        self.number = number
        self.fails = fails

    def want(self, sheet: Sheet) -> None:
        pass

    def decide(self, sheet: Sheet) -> tuple[int, int]:
        if self.fails:
            raise RuntimeError("planted")
        return self.number, id(sheet)

    def parts(self) -> Sequence[Any]:
        return ()

    def joined(self, results: Sequence[Any]) -> Any:
        raise AssertionError


def test_what_waits_is_committed_together(books: Books) -> None:
    """The first goes alone, the others gather behind it: two transactions, not a hundred."""

    async def ask() -> list[tuple[int, int]]:
        return list(await asyncio.gather(*(books.lane.do(Say(n)) for n in range(100))))

    answers = books.run(ask())
    assert [number for number, _ in answers] == list(range(100))
    assert len({sheet for _, sheet in answers}) <= 3


def test_one_that_fails_fails_alone(books: Books) -> None:
    async def ask() -> list[Any]:
        asked = [books.lane.do(Say(n, fails=n == 37)) for n in range(64)]
        return list(await asyncio.gather(*asked, return_exceptions=True))

    answers = books.run(ask())
    assert isinstance(answers[37], RuntimeError)
    assert [one[0] for n, one in enumerate(answers) if n != 37] == [n for n in range(64) if n != 37]


def test_a_full_queue_says_so_at_once(books: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    """Overload is an answer, not a wait without end."""
    monkeypatch.setattr(lanes, "QUEUE", 10)

    async def ask() -> list[Any]:
        asked = [books.lane.do(Say(n)) for n in range(30)]
        return list(await asyncio.gather(*asked, return_exceptions=True))

    answers = books.run(ask())
    assert sum(isinstance(one, Overloaded) for one in answers) == 20
    assert books.do(Say(1))[0] == 1


def test_a_caller_that_goes_away_does_not_stop_the_others(books: Books) -> None:
    async def ask() -> tuple[int, int]:
        gone = asyncio.create_task(books.lane.do(Say(1)))
        stays = asyncio.create_task(books.lane.do(Say(2)))
        await asyncio.sleep(0)
        gone.cancel()
        return await stays

    assert books.run(ask())[0] == 2
