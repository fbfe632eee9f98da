"""Reservations, stop list, loads: the same question, the same answer; versions only grow."""

import pytest
from msgspec.structs import replace

from onecard.errors import Conflict, Refused
from onecard.ids import RecordId
from onecard.wire.messages import CardType, Stop
from server.books.tables import counter
from server.cards import service
from server.cards.service import FIRST_CARD, LEFT_OUT
from server.db import write_rows
from tests.server.books.engine import Books
from tests.server.books.station import DAY, NOW, UNIT, Plastic, Station

TYPE = CardType(type=1, name="员工卡", deposit_fen=1_000, fee_fen=200, valid_days=365)
ASK = RecordId(1001, 1, 50)


def reserve(books: Books, id: RecordId = ASK, member: int = 3, uid: str = "01020304"):
    return books.write(lambda c: service.reserve_issue(c, UNIT, id, member, uid, TYPE, NOW))


def state(books: Books, card: int, issue: int = 1) -> str:
    return books.read(lambda c: service.card_status(c, UNIT, card, issue, NOW)).state


def test_the_same_reservation_gets_the_same_number(books: Books) -> None:
    """A2: a lost answer is asked again."""
    first = reserve(books)
    assert reserve(books) == first
    assert (first.card, first.issue, first.deposit_fen, first.fee_fen) == (FIRST_CARD, 1, 1_000, 200)
    assert first.until_day > DAY + 300
    assert reserve(books, RecordId(1001, 1, 51)).card == FIRST_CARD + 1
    with pytest.raises(Conflict):
        reserve(books, member=4)
    assert state(books, first.card) == "reserved"


def test_books_that_were_restored_leave_out_what_the_lost_days_may_have_given_away(books: Books) -> None:
    """A5 G6: two plastics with one number, when a till's record of the first one comes after the second."""
    reserve(books)
    books.write(lambda c: write_rows(c, counter, [(UNIT, "books_epoch", 3)], replace=True))
    # A life between the backup and this one had left out as many and begun there.
    assert reserve(books, RecordId(1001, 1, 51)).card == FIRST_CARD + 1 + 2 * LEFT_OUT
    assert reserve(books, RecordId(1001, 1, 52)).card == FIRST_CARD + 2 + 2 * LEFT_OUT


def test_an_issue_that_is_done_makes_the_card_active(books: Books) -> None:
    grant = reserve(books)
    station, card = Station(1001), Plastic(grant.card)
    station.issue(card, 5_000, deposit=1_000, fee=200).done()
    books.upload(station)
    assert books.kinds() == []
    status = books.read(lambda c: service.card_status(c, UNIT, grant.card, 1, NOW))
    assert (status.state, status.member, status.type, status.books_fen) == ("active", 3, 1, 5_000)


def test_an_issue_that_is_not_written_releases_its_number_for_good(books: Books) -> None:
    grant = reserve(books)
    station = Station(1001)
    move = station.issue(Plastic(grant.card), 5_000)
    station.not_written(move.id)
    books.upload(station)
    assert state(books, grant.card) == "unknown"
    assert reserve(books, RecordId(1001, 1, 51)).card == grant.card + 1


def lose(books: Books, card: int, id: RecordId = ASK) -> int:
    return books.write(lambda c: service.report_loss(c, UNIT, id, card, 1, 7, NOW))


def stops(books: Books, since: int = 0):
    return books.read(lambda c: service.stops_since(c, UNIT, since))


def test_a_loss_report_reaches_the_list_once(books: Books) -> None:
    """A6 E3: version and deltas."""
    one, two = (reserve(books, RecordId(1001, 1, 60 + n)).card for n in range(2))
    assert stops(books) == (0, ())
    assert lose(books, one) == 1
    assert lose(books, one) == 1
    assert lose(books, two, RecordId(1001, 1, 71)) == 2
    assert stops(books) == (2, (Stop(one, 1, "lost", 1), Stop(two, 1, "lost", 2)))
    assert stops(books, 1) == (2, (Stop(two, 1, "lost", 2),))
    assert state(books, one) == "lost"
    with pytest.raises(Conflict):
        lose(books, two)
    with pytest.raises(Refused):
        lose(books, 99_999, RecordId(1001, 1, 72))


def test_taking_a_card_off_the_list_travels_as_a_delta(books: Books) -> None:
    card = reserve(books).card
    lose(books, card, RecordId(1001, 1, 71))
    books.write(lambda c: service.set_stop(c, UNIT, card, 1, "", 7, NOW))
    assert stops(books, 1) == (2, (Stop(card, 1, "", 2),))
    assert stops(books) == (2, ())
    assert state(books, card) == "active"


def test_loads_come_down_as_deltas_and_go_when_applied(books: Books) -> None:
    """D9"""
    kiosk, card = Station(2001), Plastic(20_001)
    kiosk.issue(card, 0).done()
    kiosk.waiting(card, 5_000, (kiosk.credit(5_000, 1),))
    books.upload(kiosk)
    kiosk.waiting(card, 2_000, (kiosk.credit(2_000, 2),))
    books.upload(kiosk)

    def since(version: int):
        return books.read(lambda c: service.loads_since(c, UNIT, version))

    version, loads, applied = since(0)
    assert (version, [one.number for one in loads], applied) == (2, [1, 2], ())
    assert [one.number for one in since(1)[1]] == [2]
    books.write(lambda c: service.mark_published(c, UNIT, version))
    kiosk.load(card, loads[:1]).done()
    books.upload(kiosk)
    assert since(2) == (3, (), ((20_001, 1, 1),))
    assert [one.number for one in since(0)[1]] == [2]


def test_the_digest_of_a_load_covers_everything_else() -> None:
    from onecard.wire.messages import Load
    from server.cards.loads import load_digest

    load = Load(card=1, issue=1, number=1, fen=5, kind="recharge")
    digest = load_digest(load)
    assert load_digest(replace(load, digest=digest)) == digest
    for other in ({"card": 2}, {"issue": 2}, {"number": 2}, {"fen": 6}, {"kind": "void"}, {"wallet": "gift"}):
        assert load_digest(replace(load, **other)) != digest


def test_an_expired_card_says_so(books: Books) -> None:
    grant = reserve(books)
    station = Station(1001)
    move = station.issue(Plastic(grant.card), 0)
    books.upload(station)
    assert state(books, grant.card) == "reserved"
    station.done(move.id)
    books.upload(station)
    late = NOW + 86_400 * 4_000
    status = books.read(lambda c: service.card_status(c, UNIT, grant.card, 1, late))
    assert status.state == "expired"
