"""Reconciliation finds every way in which the books can be wrong: each is planted once. F: G6"""

from collections.abc import Callable

import msgspec
import pytest
from sqlalchemy import Connection, text

from server.books.recent import recent
from server.books.reconcile import Problem, report
from server.settlement import close, total
from tests.server.books.engine import Books
from tests.server.books.station import NOW, UNIT, Plastic, Station


@pytest.fixture
def day(sqlite_books: Callable[[], Books]) -> Books:
    """Sales, a void, notes, a waiting load and a card whose record is still missing."""
    books = sqlite_books()
    desk, offline, kiosk = Station(1001), Station(1002), Station(2001)
    one, two = Plastic(20_001), Plastic(20_002)
    for card in (one, two):
        desk.issue(card, 10_000, deposit=500).done()
    sold = desk.sale(one, 1_250).done()
    desk.void(one, sold, 1_250).done()
    offline.sale(two, 300).done()
    desk.sale(two, 200).done()
    books.upload(desk)
    kiosk.waiting(one, 5_000, (kiosk.credit(5_000, 1),))
    kiosk.credit(1_000, 2)
    books.upload(kiosk)
    books.tie_out()
    return books


PLANTED = [
    ("UPDATE posting SET fen = fen + 1 WHERE credit LIKE 'owner:%'", "wallet"),
    ("UPDATE posting SET debit = 'nobody' WHERE entry = 1 AND line = 0", "account"),
    ("UPDATE wallet SET fen = fen - 1 WHERE account = 'card:20001:1:main:purse'", "wallet"),
    ("DELETE FROM wallet WHERE account = 'card:20001:deposit'", "wallet"),
    ("UPDATE posting SET fen = fen + 7 WHERE entry = 2 AND line = 0", "purse"),
    ("UPDATE chain SET after_0 = after_0 + 1 WHERE card = 20001", "purse"),
    ("UPDATE link SET before_0 = before_0 + 1 WHERE card = 20001 AND counter = 2", "jump"),
    ("DELETE FROM gap", "gap"),
    ("UPDATE gap SET missing = missing + 1", "gap"),
    ("UPDATE chain SET gaps = 2 WHERE card = 20002", "gap_count"),
    ("UPDATE load SET fen = fen - 1", "waiting"),
    ("UPDATE load SET number = 2", "load_numbers"),
    ("UPDATE fact SET entry = 0 WHERE entry = 3", "fact"),
    ("DELETE FROM fact WHERE entry = 3", "fact"),
    ("UPDATE batch SET batch_no = 99 WHERE batch = 1", "batch_no"),
    ("DELETE FROM batch WHERE batch = 1", "batch"),
    ("DELETE FROM note WHERE fen = 1000", "cashbox"),
    (
        "UPDATE posting SET fen = fen + 5 WHERE debit LIKE 'owner:%' AND credit LIKE 'card:%'",
        "reversals",
    ),
]


#: What a close finds too, though it reads no more than what is new and what is kept.
SEEN_BY_A_CLOSE = ("wallet", "purse", "waiting", "fact", "batch_no", "batch", "reversals")


@pytest.mark.parametrize(("planted", "check"), PLANTED)
def test_a_planted_error_is_found(day: Books, planted: str, check: str) -> None:
    def plant(connection: Connection) -> None:
        connection.execute(text("PRAGMA defer_foreign_keys=ON"))
        for table in ("fact", "entry", "posting", "record"):
            for verb in ("update", "delete"):
                connection.execute(text(f"DROP TRIGGER {table}_no_{verb}"))
        assert connection.execute(text(planted)).rowcount > 0

    day.write(plant)
    assert check in {problem.check for problem in day.problems()}
    if check in SEEN_BY_A_CLOSE:
        assert day.read(seen_by_a_close)  # under this name or another: a changed posting moves a balance


def seen_by_a_close(connection: Connection) -> list[Problem]:
    newest = connection.execute(text("SELECT max(batch_no) FROM batch")).scalar_one()
    return recent(
        connection, UNIT, 0, 0, total.balances(connection, UNIT, total.moved(connection, UNIT, 0, newest))
    )


def test_after_a_close_only_what_came_since_is_read(day: Books) -> None:
    """What is wrong with an entry of before is found by the check of everything; a kept balance always."""
    broken = ("UPDATE fact SET entry = 0 WHERE entry = 3", "UPDATE wallet SET fen = fen - 1 WHERE fen > 1")
    checked = day.read(lambda c: close.check(c, UNIT, 2_000))
    checked = msgspec.structs.replace(checked, unowned=0)
    day.write(lambda c: close.make(c, UNIT, 2_000, checked, 1, NOW))

    def plant(connection: Connection, statement: str) -> None:
        connection.execute(text("DROP TRIGGER IF EXISTS fact_no_update"))
        connection.execute(text(statement))

    day.write(lambda c: plant(c, broken[0]))
    assert day.read(lambda c: close.check(c, UNIT)).problems == ()
    assert "fact" in {problem.check for problem in day.problems()}
    day.write(lambda c: plant(c, broken[1]))
    assert {"fact", "wallet"} <= {one.check for one in day.read(lambda c: close.check(c, UNIT)).problems}


def test_what_is_printed(day: Books) -> None:
    """The demo and the command line end with this line."""
    assert str(day.read(lambda connection: report(connection, UNIT))) == "8 entries, books tie out"
    day.write(lambda c: c.execute(text("UPDATE wallet SET fen = 1 WHERE account = 'card:20001:deposit'")))
    said = str(day.read(lambda connection: report(connection, UNIT)))
    assert said.splitlines() == [
        "wallet card:20001:deposit: expected 500, found 1",
        "8 entries, 1 problems",
    ]
