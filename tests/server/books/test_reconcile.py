"""Reconciliation finds every way in which the books can be wrong: each is planted once. F: G6"""

from collections.abc import Callable

import pytest
from sqlalchemy import Connection, text

from server.books.reconcile import report
from tests.server.books.engine import Books
from tests.server.books.station import UNIT, Plastic, Station


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


def test_what_is_printed(day: Books) -> None:
    """The demo and the command line end with this line."""
    assert str(day.read(lambda connection: report(connection, UNIT))) == "8 entries, books tie out"
    day.write(lambda c: c.execute(text("UPDATE wallet SET fen = 1 WHERE account = 'card:20001:deposit'")))
    said = str(day.read(lambda connection: report(connection, UNIT)))
    assert said.splitlines() == [
        "wallet card:20001:deposit: expected 500, found 1",
        "8 entries, 1 problems",
    ]
