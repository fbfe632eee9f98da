"""Goal: of what a box did after its loss was reported only that counts which cards themselves confirm.

Method: its journal is rescued; another terminal has seen some of its cards since. On both engines. F: E8 G6
"""

from typing import Any

from onecard.wire import messages as m
from server.books import intake
from server.books.intake import Sender
from server.books.office.repair import PutRight
from server.books.office.repair import Terms as Right
from server.exceptions.tables import exception
from tests.server.books.engine import Books
from tests.server.books.station import UNIT, Plastic, Station, signature_holds


def rescue(books: Books, box: Station, lost_at: int) -> m.Uploaded:
    sender = Sender(UNIT, box.terminal, signature_holds, None, lost_at)
    return books.run(intake.upload(books.lane, sender, box.upload(box.sent)))


def waiting(books: Books) -> list[Any]:
    rows = [row for row in books.rows(exception) if row.kind == "quarantined"]
    assert all(row.detail == '{"reason":"after_loss"}' for row in rows)
    return [(row.card, row.fen) for row in rows]


def test_only_what_another_terminals_record_names_is_posted(books: Books) -> None:
    desk, box = Station(1001), Station(1002)
    seen, unseen = Plastic(20_001), Plastic(20_002)
    for card in (seen, unseen):
        desk.issue(card, 10_000).done()
    books.upload(desk)
    box.at = desk.at + 10
    box.sale(seen, 100).done()
    box.sale(unseen, 200).done()
    lost_at = box.at
    box.at += 60
    box.sale(seen, 300).done()  # named by the next one, which the desk's record names
    box.sale(seen, 400).done()
    forged = box.recharge(unseen, 5_000)
    forged.done()
    box.append(
        m.Credit(**box.head(), acceptor="A1", boot=1, cycle=1, value_fen=9_900, card=seen.card, issue=1)
    )
    desk.at = box.at + 10
    desk.sale(seen, 500).done()
    books.upload(desk)
    told = rescue(books, box, lost_at)
    assert {one.status for one in told.results} == {m.Status.QUARANTINED}
    assert books.balance("card:20001:1:main:purse") == seen.main == 8_700
    assert books.balance("card:20002:1:main:purse") == 9_800
    assert books.balance("till:1002:cash") == books.balance("kiosk:1002:cashbox") == 0
    assert waiting(books) == [(20_002, 5_000), (20_001, 9_900)]
    books.tie_out()
    # Two people who have looked decide otherwise.
    found = [one for one in books.rows(exception) if one.kind == "quarantined"]
    row = next(one for one in found if one.card == 20_002)
    body = bytes(box.records[forged.id.seq - 1].body)
    books.do(PutRight(UNIT, 1 << 40, Right(row.exception, row.fact, body, True, 1, "the card shows it"), 2))
    assert books.balance("card:20002:1:main:purse") == unseen.main == 14_800
    books.tie_out()


def test_a_clock_that_is_put_back_helps_nobody(books: Books) -> None:
    box, card = Station(1002), Plastic(20_003)
    box.issue(card, 1_000).done()
    lost_at = box.at
    box.at += 60
    box.sale(card, 100).done()
    box.at -= 120
    box.recharge(card, 5_000).done()
    rescue(books, box, lost_at)
    assert books.balance("card:20003:1:main:purse") == 1_000
    assert waiting(books) == [(20_003, -100), (20_003, 5_000)]
