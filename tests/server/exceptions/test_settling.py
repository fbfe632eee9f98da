"""Exceptions have evidence, somebody in charge, and an end that two people put their names to. F: G6 C20"""

import msgspec
import pytest

from onecard.errors import Refused
from onecard.wire.messages import Status
from server.books.office.bear import DoubtTerms
from server.books.office.bear import Terms as Borne
from server.books.office.paper_slip import PaperSlip
from server.books.office.paper_slip import Terms as Slip
from server.books.office.repair import Terms as Right
from server.exceptions import proposal, service
from server.exceptions.tables import exception
from server.organisation.scope import Scope
from tests.server.books.office.conftest import house
from tests.server.books.office.house import ANNA, BEN, TODAY, TYPES, House
from tests.server.books.station import NOW, UNIT, Plastic, Station
from tests.server.exceptions.test_service import books, postgres

__all__ = ["books", "house", "postgres"]


def of_kind(house: House, kind: str):
    return next(row for row in house.books.rows(exception) if row.kind == kind)


def propose(house: House, kind: str, terms, about: int = 0) -> int:
    return house.books.write(lambda c: proposal.propose(c, UNIT, kind, terms, ANNA, NOW, about))


def agree(house: House, number: int, who: int = BEN):
    order = house.books.read(lambda c: proposal.order_of(c, Scope.whole(UNIT), number, who, TYPES))
    answer = house.books.do(order)
    if answer.result.status is Status.CREATED:
        house.books.write(lambda c: proposal.answered(c, UNIT, number, "agreed", who, NOW))
    return answer.result


def excess(house: House):
    """A void larger than its sale: the terminal's difference."""
    card = house.purse(fen=10_000)
    sold = house.station.sale(card, 1_000).done()
    house.station.void(card, sold, 1_500).done()
    house.books.upload(house.station)
    return of_kind(house, "void_excess")


def test_it_is_assigned_and_explained_by_name(house: House) -> None:
    row = excess(house)
    assert house.books.write(lambda c: service.assign(c, UNIT, row.exception, ANNA)) is True
    assert of_kind(house, "void_excess").in_charge == ANNA
    assert house.books.write(lambda c: service.close(c, UNIT, row.exception, ANNA, "seen", NOW)) is True
    done = of_kind(house, "void_excess")
    assert (done.action, done.note, done.closed_by) == ("explained", "seen", ANNA)
    assert house.books.write(lambda c: service.assign(c, UNIT, row.exception, BEN)) is False


@pytest.mark.parametrize(
    ("bearer", "account"),
    [
        ("unit", "loss:card:20001"),
        ("operator:7", "operator:7:cash"),
        ("member", "card:20001:debt"),
        ("owner:1", "owner:1:payable:1"),
    ],
)
def test_who_bears_it_is_said_by_two(house: House, bearer: str, account: str) -> None:
    row = excess(house)
    number = propose(house, "bear", Borne(row.exception, bearer, 500, ANNA, "miskeyed"), row.exception)
    with pytest.raises(Refused, match=r"approval\.same_person"):
        agree(house, number, ANNA)
    assert agree(house, number).status is Status.CREATED
    assert house.books.balance("difference:1001") == 0
    assert house.books.balance(account) == -500
    done = of_kind(house, "void_excess")
    assert (done.action, done.bearer, done.closed_by, done.second) == ("bear", bearer, ANNA, BEN)
    assert house.books.read(lambda c: proposal.proposals(c, Scope.whole(UNIT))) == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"bearer": ""}, "exception.bearer"),
        ({"bearer": "owner:99"}, "exception.bearer"),
        ({"bearer": "operator:x"}, "exception.bearer"),
        ({"bearer": "operator:١٢"}, "exception.bearer"),
        ({"fen": 0}, "exception.amount"),
        ({"fen": -1}, "exception.amount"),
        ({"fen": 501}, "exception.amount"),
        ({"exception": 99}, "exception.unknown"),
        ({"asked_by": BEN}, "approval.same_person"),
    ],
)
def test_settlements_that_make_no_sense(house: House, change: dict, code: str) -> None:
    row = excess(house)
    terms = msgspec.structs.replace(Borne(row.exception, "unit", 500, ANNA, "x"), **change)
    assert agree(house, propose(house, "bear", terms)).reason == code
    assert house.books.balance("difference:1001") == -500


def test_one_matter_has_one_proposal_at_a_time(house: House) -> None:
    row = excess(house)
    terms = Borne(row.exception, "unit", 500, ANNA, "x")
    number = propose(house, "bear", terms, row.exception)
    with pytest.raises(Refused, match=r"proposal\.open"):
        propose(house, "bear", terms, row.exception)
    assert house.books.write(lambda c: proposal.answered(c, UNIT, number, "declined", BEN, NOW)) is True
    with pytest.raises(Refused, match=r"proposal\.unknown"):
        agree(house, number)


def quarantined(house: House) -> tuple[Station, Plastic, object, bytes]:
    """A sale whose sums differ; its card took it, and the next record names it."""
    card = house.purse(fen=10_000)
    move = house.station.sale(card, 1_000)
    record = house.station.records[-1]
    wrong = bytes(record.body).replace(b'"due_fen":1000', b'"due_fen":1001')
    assert wrong != bytes(record.body)
    good = bytes(record.body)
    house.station.records.pop()
    house.station.append(None, raw=wrong)
    move.done()
    house.station.sale(card, 300).done()
    house.books.upload(house.station)
    return house.station, card, move.id, good


def test_a_quarantined_record_is_put_right_under_its_own_id(house: House) -> None:
    """Both digests are kept, and the original bytes again answer ``exists``."""
    station, card, of, good = quarantined(house)
    row = of_kind(house, "quarantined")
    seen = house.books.read(lambda c: service.evidence(c, UNIT, row.fact))
    assert seen.named_by  # the card's next record names it: it is on the card
    assert "sums" not in seen.record
    number = propose(house, "repair", Right(row.exception, row.fact, good, True, ANNA, "typo"), row.exception)
    answer = agree(house, number)
    assert answer.status is Status.CREATED
    assert house.books.balance("card:20001:1:main:purse") == card.main == 8_700
    house.books.tie_out()
    again = house.books.upload(station, 0, len(station.records))
    assert again.results == ()
    assert house.books.balance("owner:5:payable:11") == 1_300
    # It can be voided like any other sale since then.
    station.void(card, of, 1_000).done()
    house.books.upload(station)
    assert house.books.balance("owner:5:payable:11") == 300
    assert "void_unknown" not in house.books.kinds()


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "repair.malformed"),
        (b"{}", "repair.malformed"),
        (b"[" * 9_000, "repair.malformed"),
        (b"x" * 20_000, "repair.malformed"),
        (b"\xff\xfe", "repair.malformed"),
    ],
)
def test_bytes_that_are_no_record(house: House, body: bytes, code: str) -> None:
    quarantined(house)
    row = of_kind(house, "quarantined")
    number = propose(house, "repair", Right(row.exception, row.fact, body, True, ANNA, "x"))
    assert agree(house, number).reason == code


def test_another_records_body_is_no_repair(house: House) -> None:
    station, *_ = quarantined(house)
    row = of_kind(house, "quarantined")
    other = bytes(station.records[-2].body)
    number = propose(house, "repair", Right(row.exception, row.fact, other, True, ANNA, "x"))
    assert agree(house, number).reason == "repair.other_id"


def test_a_doubtful_note_becomes_the_members(house: House) -> None:
    from onecard.wire.messages import CashDoubt

    house.purse(fen=0)
    kiosk = Station(2001)
    kiosk.append(
        CashDoubt(**kiosk.head(), acceptor="A1", boot=1, cycle=1, value_fen=2_000, what="x", card=20_001)
    )
    house.books.upload(kiosk)
    row = of_kind(house, "cash_doubt")
    number = propose(house, "pay_doubt", DoubtTerms(row.exception, 20_001, 1, 2_000, ANNA, "in the box"))
    assert agree(house, number).status is Status.CREATED
    assert [(one.fen, one.kind) for one in house.loads(20_001)] == [(2_000, "pay_doubt")]
    assert house.books.balance("difference:2001") == -2_000


# ---- paper slips


def slip(house: House, card: int, asked_by: int = ANNA, **change) -> PaperSlip:
    terms = Slip(house.outlet, 12, card, 1, 800, TODAY, NOW - 60, asked_by)
    return PaperSlip(UNIT, house.key(), msgspec.structs.replace(terms, **change), BEN, TYPES)


def test_a_paper_slip_is_entered_once_by_two(house: House) -> None:
    """C20: at once from the server, by a negative load from a plastic; what is not there is owed."""
    account, card = house.account(fen=500), house.purse(fen=600)
    house.created(slip(house, account))
    assert house.books.balance(f"card:{account}:debt") == -300
    assert house.refused(slip(house, account)) == "slip.twice"
    house.created(slip(house, 20_001, number=13))
    house.collect(card)
    assert (card.main, house.books.balance("card:20001:debt")) == (0, -200)
    assert house.books.balance(f"owner:{house.owner}:payable:{house.outlet}") == 1_600


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"fen": 0}, "amount.zero"),
        ({"fen": 1 << 24}, "amount.too_large"),
        ({"number": 0}, "slip.number"),
        ({"day": TODAY + 1}, "slip.day"),
        ({"day": TODAY - 200}, "slip.day"),
        ({"outlet": 99}, "outlet.unknown"),
        ({"issue": 9}, "card.unknown"),
        ({"asked_by": BEN}, "approval.same_person"),
        ({"asked_by": 0}, "approval.same_person"),
    ],
)
def test_slips_that_make_no_sense(house: House, change: dict, code: str) -> None:
    account = house.account(fen=500)
    assert house.refused(slip(house, account, **change)) == code
