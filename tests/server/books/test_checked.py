"""A check that a station made alone is in the log once, however often it comes. F: A13"""

import msgspec
from sqlalchemy import select

from onecard.clock import local
from onecard.wire.check import Checked
from server.operators.tables import operation_log
from tests.server.books.engine import Books
from tests.server.books.station import Station


def logged(books: Books) -> list[tuple[int, str, dict[str, object]]]:
    table = operation_log
    query = select(table).where(table.c.action == "till.identify").order_by(table.c.seq)
    rows = books.read(lambda connection: connection.execute(query).all())
    return [(row.operator, row.subject, msgspec.json.decode(row.detail)) for row in rows]


def said(body: Checked) -> str:
    return local(body.at).strftime("%Y-%m-%d %H:%M:%S")


def test_each_check_is_logged_once_though_its_upload_comes_again(books: Books) -> None:
    station = Station(1001)
    first = Checked(**station.head(), card=20_001, issue=2, state="active")
    station.append(first)
    second = Checked(**station.head(), card=20_001, issue=1, state="lost")
    station.append(second)
    books.upload(station)
    books.upload(station)
    assert logged(books) == [
        (first.operator, "20001", {"state": "active", "terminal": 1001, "checked_at": said(first)}),
        (first.operator, "20001", {"state": "lost", "terminal": 1001, "checked_at": said(second)}),
    ]
    books.tie_out()
