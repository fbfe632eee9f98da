"""A unit of two branches with a till each and a kiosk, whose people sell, recharge, close and pay in."""

from typing import Any

from sqlalchemy import Connection, insert

from onecard.wire.messages import Collection, Notes
from server.cards.service import reserve_issue
from server.organisation.service import add_branch, add_outlet, add_owner, add_unit
from server.settlement import close
from server.terminals.tables import terminal
from tests.server.books.engine import Books
from tests.server.books.station import DAY, NOW, UNIT, Plastic, Station
from tests.server.books.test_decision import TYPE

FINANCE, CHIEF, CASHIER = 1, 2, 7
#: Of every medium that a test station issues.
UID = "01020304"


def furnish(connection: Connection) -> None:
    """Branches 1 and 2, owners 1 and 2, outlets 1 and 2; tills 1001 and 1002, kiosk 2001 in branch 1."""
    add_unit(connection, UNIT, "U", NOW)
    for name in ("A", "B"):
        add_outlet(
            connection, UNIT, name, add_branch(connection, UNIT, name), add_owner(connection, UNIT, name)
        )
    for number, kind, outlet in ((1001, "pos", 1), (1002, "pos", 2), (2001, "kiosk", 1)):
        values = {
            "unit_id": UNIT, "terminal": number, "kind": kind, "name": str(number), "outlet": outlet,
            "state": "enrolled", "epoch": 1, "made_at": NOW,
        }  # fmt: skip
        connection.execute(insert(terminal).values(**values))


class Unit:
    """``day`` is what its stations call today."""

    def __init__(self, books: Books) -> None:
        self.books = books
        books.write(furnish)
        self.tills = {1: Station(1001), 2: Station(1002)}
        self.kiosk = Station(2001)
        grant = books.write(lambda c: reserve_issue(c, UNIT, self.tills[1].next_id, 1, UID, TYPE, NOW))
        self.card = Plastic(grant.card)

    def today(self, day: int) -> None:
        for station in (*self.tills.values(), self.kiosk):
            station.day = day

    def issue(self, fen: int) -> None:
        self.tills[1].issue(self.card, fen).done()

    def sell(self, outlet: int, fen: int) -> Any:
        return self.tills[outlet].sale(self.card, fen, outlet=outlet, owner=outlet).done()

    def recharge(self, outlet: int, fen: int) -> None:
        self.tills[outlet].recharge(self.card, fen).done()

    def collect(self, fen: int, attendant: int) -> None:
        """The attendant empties the kiosk and counts ``fen`` in notes of 50.00 and one rest."""
        counted = (Notes(5_000, fen // 5_000), Notes(fen % 5_000 or 1, int(fen % 5_000 > 0)))
        head = {**self.kiosk.head(), "operator": attendant}
        self.kiosk.append(Collection(**head, acceptor="A1", counted=counted, witness=CHIEF))

    def upload(self) -> None:
        for station in (*self.tills.values(), self.kiosk):
            if len(station.records) > station.sent:
                self.books.upload(station)

    def close(self, day: int, by: int = FINANCE, seconded_by: int = 0) -> close.Close:
        def work(connection: Connection) -> close.Close:
            checked = close.check(connection, UNIT, day)
            return close.make(connection, UNIT, day, checked, by, NOW, seconded_by)

        return self.books.write(work)


__all__ = ["CASHIER", "CHIEF", "DAY", "FINANCE", "Unit"]
