"""Goal: the same server on PostgreSQL. F: P2. Method: a whole day of a unit and every kind of page on it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from server.operators import log
from tests.server.books.engine import Cluster, cluster
from tests.server.console.day import Day
from tests.server.office import PASSWORD, Office


@pytest.fixture(scope="module")
def postgres() -> Iterator[Cluster]:
    yield from cluster()


@pytest.fixture
def office(postgres: Cluster, tmp_path: Path) -> Iterator[Office]:
    made = Office(tmp_path / "server", db=postgres.new())
    yield made
    made.close()


def test_terminals_and_pages_work_the_same(office: Office) -> None:
    day, browser = Day(office), office.administrator()
    card = day.cards[0].card
    for path in (
        "/",
        "/members",
        "/members?q=%E6%9D%8E",
        f"/members/{day.members[0]}",
        "/cards",
        f"/cards/{card}/1",
        "/transactions?kind=sale",
        "/terminals",
        f"/terminals/{day.first.terminal}",
        "/exceptions",
        "/operators",
        "/roles",
        "/organisation",
        "/statistics?first=2026-01-01",
        "/statistics/csv",
        "/members/many?department=%E8%A1%8C%E6%94%BF%E9%83%A8",
        "/members/many/idle?days=1",
        "/members/export/csv",
        "/members/import",
        "/log?q=terminal&since=2026-01-01",
        "/system",
        "/takeover",
    ):
        reply = browser.get(path)
        assert reply.status == 200, (path, reply.text[-800:])
    assert str(day.hidden) in browser.get(f"/cards/{card}/1").text
    assert browser.post("/members/new", name="新人", branch="1").status == 303
    office.operator("east", 5, branch=day.branch, password=PASSWORD)
    manager = office.browser()
    manager.log_in("east", PASSWORD)
    assert manager.get("/").status == 200
    for _ in range(5):
        assert office.browser().log_in("admin", "wrong password").status == 422
    assert office.browser().log_in("admin", PASSWORD).status == 429
    assert office.read(lambda c: log.check(c, 1)) == []
    assert set(day.first.till.fetch()) >= {"terminal", "types", "members", "stops", "open_taps"}
