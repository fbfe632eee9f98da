"""Goal: what moved at another's card terminal is a sale here, is given back, or is in the inbox with its sum.

Method: a till's orders, words, sales and Z in every order in which they can come, on both engines. F: C16 C17
"""

from typing import Any

import pytest

from onecard.ids import RecordId
from onecard.wire import messages as m
from server.books.office.declare_lost import DeclareLost
from server.books.office.declare_lost import Terms as Lost
from server.exceptions.tables import exception
from server.terminals.tables import terminal
from tests.server.books.engine import Books
from tests.server.books.station import UNIT, Station

TILL = 1001


def order(till: Station, fen: int, device: str = "city", kind: str = "sale", original: str = "") -> RecordId:
    return till.append(
        m.ForeignOrder(**till.head(), device=device, kind=kind, fen=fen, original=original)  # type: ignore[arg-type]
    )


def word(till: Station, of: RecordId, *, is_approved: bool = True) -> RecordId:
    return till.append(m.ForeignWord(id=till.next_id, at=till.at, of=of, is_approved=is_approved))


def sold(till: Station, of: RecordId, fen: int, device: str = "city") -> RecordId:
    sale = m.CounterSale(
        **till.head(), outlet=11, owner=5, due_fen=fen, lines=(m.PricedLine(price_fen=fen, total_fen=fen),),
        pays=(m.Pay(device, fen),), reference=str(of),
    )  # fmt: skip
    till.append(sale)
    return till.done(sale.id)


def unclaimed(books: Books) -> list[Any]:
    """(fen, is closed, note) of each."""
    rows = [row for row in books.rows(exception) if row.kind == "foreign_unclaimed"]
    return [(row.fen, row.closed_at is not None, row.note) for row in rows]


def test_a_debit_that_no_sale_names_is_told_at_the_shifts_end_and_a_sale_ends_it(books: Books) -> None:
    till = Station(TILL)
    good, bad, none = order(till, 700), order(till, 900), order(till, 300)
    word(till, good)
    sold(till, good, 700)
    word(till, bad)
    word(till, none, is_approved=False)
    books.upload(till)
    assert unclaimed(books) == [], "the shift is open: its cashier sees it there"
    till.close_shift(1, 0)
    books.upload(till)
    assert unclaimed(books) == [(900, False, "")]
    sold(till, bad, 900)
    books.upload(till)
    assert unclaimed(books) == [(900, True, "sold")]
    books.tie_out()


@pytest.mark.parametrize("at_once", [True, False])
def test_what_is_paid_back_is_nobodys_any_more(books: Books, at_once: bool) -> None:
    """``at_once``: everything comes in one upload."""
    till = Station(TILL)
    bad = order(till, 900, "bank")
    word(till, bad)
    till.close_shift(1, 0)
    if not at_once:
        books.upload(till)
        assert unclaimed(books) == [(900, False, "")]
    word(till, order(till, 900, "bank", "void", str(bad)))
    books.upload(till)
    assert unclaimed(books) == ([] if at_once else [(900, True, "given_back")])


def test_a_word_after_the_end_of_its_shift_is_told_at_once(books: Books) -> None:
    till = Station(TILL)
    late = order(till, 900)
    till.close_shift(1, 0)
    word(till, late)
    books.upload(till)
    assert unclaimed(books) == [(900, False, "")]


def test_what_a_lost_till_had_debited_or_asked_is_told(books: Books) -> None:
    till = Station(TILL)
    word(till, order(till, 900))
    order(till, 400)
    books.upload(till)
    row = {
        "unit_id": UNIT, "terminal": TILL, "kind": "pos", "name": "1", "outlet": 1, "state": "enrolled",
        "epoch": 1, "public_key": "", "settings": "{}", "made_at": 0,
    }  # fmt: skip
    books.write(lambda c: c.execute(terminal.insert().values(**row)))
    books.do(DeclareLost(UNIT, 1 << 40, Lost(TILL, 1), 2))
    assert unclaimed(books) == [(900, False, ""), (400, False, "")]


def test_the_members_proof_is_in_the_inbox_before_the_shift_ends(books: Books) -> None:
    till = Station(TILL)
    bad = order(till, 900)
    word(till, bad)
    till.append(m.ForeignProof(id=till.next_id, at=till.at, of=bad, supervisor=7))
    books.upload(till)
    assert unclaimed(books) == [(900, False, "")]


def test_sums_that_differ_from_the_banks_are_told_until_they_agree(books: Books) -> None:
    till = Station(TILL)

    def compared(theirs: tuple[int, int, int, int]) -> list[Any]:
        ours = (2, 2_500, 1, 450)
        till.append(m.ForeignTotals(**till.head(), device="bank", batch="3", ours=ours, theirs=theirs))
        books.upload(till)
        rows = [row for row in books.rows(exception) if row.kind == "foreign_differs"]
        return [(row.fen, row.closed_at is not None) for row in rows]

    assert compared((3, 2_600, 1, 450)) == [(100, False)]
    assert compared((2, 2_500, 1, 450)) == [(100, True)]
