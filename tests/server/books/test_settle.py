"""What was given up is settled once, and only by evidence: a read of the card or the chain. (domain.md §5)"""

import pytest

from onecard.ids import RecordId
from onecard.wire.messages import ShiftOpen, Status
from server.books.office.declare_lost import DeclareLost
from server.books.office.declare_lost import Terms as Lost
from server.books.tables import entry as entry_table
from server.books.tables import key_of, remark
from server.cards import tables as cards
from server.cards.service import open_taps
from server.exceptions.tables import exception
from server.terminals.tables import terminal
from tests.server.books.engine import Books
from tests.server.books.station import NOW, UNIT, Move, Plastic, Station
from tests.server.books.test_events import waiting_loads


def opened(books: Books, fen: int = 10_000) -> tuple[Station, Station, Plastic]:
    """Two stations and a card with money on it."""
    station, other, card = Station(1001), Station(1002), Plastic(20_001)
    station.issue(card, fen).done()
    books.upload(station)
    return station, other, card


def taps(books: Books):
    return books.read(lambda connection: open_taps(connection, UNIT))


def torn(books: Books, station: Station, card: Plastic, *, written: bool) -> Move:
    """A sale whose card left in the middle, set aside and given up."""
    move = station.sale(card, 1_000)
    if written:
        move.write()
    station.unresolved(move.id)
    station.give_up(move.id)
    books.upload(station)
    return move


def test_an_open_tap_goes_to_the_other_stations_until_it_is_settled(books: Books) -> None:
    station, _, card = opened(books)
    move = station.sale(card, 1_000)
    station.unresolved(move.id)
    books.upload(station)
    assert [(one.of, one.fen, one.given_up) for one in taps(books)] == [(move.id, 1_000, False)]
    station.give_up(move.id)
    books.upload(station)
    assert [one.given_up for one in taps(books)] == [True]


def test_completing_on_the_same_card_posts_once(books: Books) -> None:
    """The same card comes back before it is given up."""
    station, _, card = opened(books)
    move = station.sale(card, 1_000)
    station.unresolved(move.id)
    books.upload(station)
    move.done()
    books.upload(station)
    assert books.balance("card:20001:1:main:purse") == 9_000
    assert taps(books) == ()
    books.tie_out()


def test_a_written_sale_that_was_given_up_comes_back_as_a_load(books: Books) -> None:
    """Another station reads the card with the sale on it: posted, and its money waits for the member."""
    station, other, card = opened(books)
    move = torn(books, station, card, written=True)
    assert books.balance("card:20001:1:main:purse") == 10_000
    other.see(move.id, card)
    books.upload(other)
    assert books.balance("card:20001:1:main:purse") == 9_000
    assert books.balance("owner:5:payable:11") == 0
    assert [(one.fen, one.kind) for one in waiting_loads(books)] == [(1_000, "sale_reversed")]
    assert taps(books) == ()
    books.tie_out()


def test_the_next_record_of_the_chain_settles_as_well(books: Books) -> None:
    """The other station knew nothing and just sold: its record names the torn sale as the one before."""
    station, other, card = opened(books)
    torn(books, station, card, written=True)
    other.sale(card, 300).done()
    books.upload(other)
    assert books.balance("card:20001:1:main:purse") == 8_700
    assert books.balance("card:20001:1:main:waiting") == 1_000
    assert books.rows(cards.gap) == []
    books.tie_out()


def test_the_chain_that_passes_it_by_proves_that_it_was_not_written(books: Books) -> None:
    station, other, card = opened(books)
    torn(books, station, card, written=False)
    other.sale(card, 300).done()
    books.upload(other)
    assert books.balance("card:20001:1:main:purse") == 9_700
    assert waiting_loads(books) == ()
    assert taps(books) == ()
    books.tie_out()


def test_a_read_of_the_old_record_counts_only_after_giving_up(books: Books) -> None:
    """Before that the terminal may still write it."""
    station, other, card = opened(books)
    move = station.sale(card, 1_000)
    station.unresolved(move.id)
    books.upload(station)
    other.at = station.at
    other.see(move.id, card)
    books.upload(other)
    station.at += 100
    station.give_up(move.id)
    books.upload(station)
    assert len(taps(books)) == 1
    other.at += 1_000
    other.see(move.id, card)
    books.upload(other)
    assert taps(books) == ()
    assert books.balance("card:20001:1:main:purse") == 10_000


def test_evidence_that_arrives_before_the_intent_is_kept(books: Books) -> None:
    """The other station was online first."""
    station, other, card = opened(books)
    move = station.sale(card, 1_000).write()
    station.unresolved(move.id)
    station.give_up(move.id)
    other.see(move.id, card)
    books.upload(other)
    books.upload(station)
    assert books.balance("card:20001:1:main:waiting") == 1_000
    books.tie_out()


def test_a_recharge_that_was_not_written_waits_as_a_load(books: Books) -> None:
    """The cash is in the till, the card left for good."""
    station, other, card = opened(books)
    move = station.recharge(card, 5_000)
    station.unresolved(move.id)
    station.give_up(move.id)
    books.upload(station)
    other.at = station.at + 100
    other.see(move.id, card)
    books.upload(other)
    assert books.balance("till:1001:cash") == -15_000
    assert [one.fen for one in waiting_loads(books)] == [5_000]
    books.tie_out()


def test_notes_of_a_recharge_that_was_not_written_wait_once(books: Books) -> None:
    """D3: settled by a read; the credits are used up by it."""
    _, other, card = opened(books)
    kiosk = Station(2001)
    credit = kiosk.credit(5_000, 1)
    move = kiosk.recharge(card, 5_000, (credit,))
    kiosk.unresolved(move.id)
    kiosk.give_up(move.id)
    kiosk.waiting(card, 5_000, (credit,))
    answer = books.upload(kiosk)
    assert [one.reason for one in answer.results] == ["credits_not_free"]
    other.at = kiosk.at + 100
    other.see(move.id, card)
    books.upload(other)
    assert books.balance("unresolved:2001") == 0
    assert books.balance("card:20001:1:main:waiting") == 5_000
    books.tie_out()


@pytest.mark.parametrize("written", [True, False])
def test_a_void_given_up_reaches_the_member_either_way(books: Books, written: bool) -> None:
    """Written: on the card. Not written: as a load."""
    station, other, card = opened(books)
    sold = station.sale(card, 1_000).done()
    move = station.void(card, sold, 1_000)
    if written:
        move.write()
    station.give_up(move.id)
    books.upload(station)
    other.at = station.at + 100
    other.see(move.id, card)
    books.upload(other)
    where = "purse" if written else "waiting"
    assert books.balance("owner:5:payable:11") == 0
    assert books.balance("card:20001:1:main:purse") + books.balance("card:20001:1:main:waiting") == 10_000
    assert books.balance(f"card:20001:1:main:{where}") in (10_000, 1_000)
    books.tie_out()


def test_an_issue_that_was_not_written_gives_its_number_back(books: Books) -> None:
    station, card = Station(1001), Plastic(20_001)
    move = station.issue(card, 1_000)
    station.not_written(move.id)
    books.upload(station)
    assert books.accounts() == {}
    station.done(move.id)
    books.upload(station)
    assert books.kinds() == ["outcome_differs"]
    assert books.accounts() == {}


def test_done_after_giving_up_is_seen_and_settled_as_written(books: Books) -> None:
    """It promised never to complete it; the card says it did. Posted, returned, and somebody is told."""
    station, _, card = opened(books)
    move = torn(books, station, card, written=True)
    station.done(move.id)
    books.upload(station)
    assert "done_after_given_up" in books.kinds()
    assert books.balance("card:20001:1:main:waiting") == 1_000
    books.tie_out()


def test_a_sale_that_a_lost_terminal_completes_when_it_is_found_is_told(books: Books) -> None:
    """Its money went back while the terminal was lost; now the goods went too, and nobody else would know."""
    station, other, card = opened(books)
    move = station.sale(card, 1_000)
    move.write()
    station.unresolved(move.id)
    books.upload(station)
    other.at = station.at + 10
    other.see(move.id, card)
    books.upload(other)
    place = {"kind": "pos", "name": "1001", "outlet": 1, "public_key": "", "settings": "{}"}
    row = place | {"unit_id": UNIT, "terminal": 1001, "state": "revoked", "epoch": 1, "made_at": NOW}
    books.write(lambda connection: connection.execute(terminal.insert().values(row)))
    lost = DeclareLost(UNIT, key_of(RecordId(65_000, 2, 1)), Lost(1001, 7), 8)
    assert books.do(lost).result.status is Status.CREATED
    assert books.balance("card:20001:1:main:waiting") == 1_000
    told = set(books.kinds())
    station.done(move.id)
    books.upload(station)
    assert set(books.kinds()) - told == {"done_after_given_up"}
    books.tie_out()


def test_a_void_that_became_a_load_is_not_paid_again(books: Books) -> None:
    """I12: rung again after it was settled: the card has the money, so it is the terminal's difference."""
    station, other, card = opened(books)
    sold = station.sale(card, 1_000).done()
    move = station.void(card, sold, 1_000)
    station.give_up(move.id)
    books.upload(station)
    other.at = station.at + 100
    other.see(move.id, card)
    books.upload(other)
    station.at = other.at + 1
    station.void(card, sold, 1_000).done()
    books.upload(station)
    assert books.balance("owner:5:payable:11") == 0
    assert books.balance("difference:1001") == -1_000
    assert "void_excess" in books.kinds()
    books.tie_out()


def test_a_second_void_that_reaches_no_card_says_how_much_was_too_much(books: Books) -> None:
    """I12 I6: nothing is paid twice, and the inbox has the sum and the sale."""
    station, other, card = opened(books)
    sold = station.sale(card, 1_000).done()
    station.void(card, sold, 1_000).done()
    second = station.void(card, sold, 1_000)
    station.give_up(second.id)
    books.upload(station)
    other.at = station.at + 100
    other.see(second.id, card)
    books.upload(other)
    (excess,) = (row for row in books.rows(exception) if row.kind == "void_excess")
    assert excess.fen == 1_000
    assert str(sold) in excess.detail
    assert books.balance("card:20001:1:main:waiting") == 0
    books.tie_out()


def test_a_sale_that_came_back_as_a_load_cannot_be_voided_as_well(books: Books) -> None:
    station, other, card = opened(books)
    move = torn(books, station, card, written=True)
    other.see(move.id, card)
    books.upload(other)
    station.at = other.at + 1
    station.void(card, move.id, 1_000).done()
    books.upload(station)
    assert books.balance("owner:5:payable:11") == 0
    assert books.balance("difference:1001") == -1_000
    books.tie_out()


def opened_shift(books: Books) -> tuple[Station, Station, Plastic]:
    station, other, card = opened(books)
    station.append(ShiftOpen(**station.head(), float_fen=500))
    return station, other, card


@pytest.mark.parametrize("written", [True, False, None])
def test_the_cash_of_an_issue_given_up_is_in_the_till_whatever_the_card_says(
    books: Books, written: bool | None
) -> None:
    """C8: deposit, fee and opening amount were taken; a person has to give them back or let them stand."""
    station, other, _ = opened_shift(books)
    card, first = Plastic(20_002), len(station.records)
    move = station.issue(card, 3_000, deposit=1_000, fee=500)
    if written:
        move.write()
    station.unresolved(move.id)
    station.give_up(move.id)
    station.close_shift(first, 4_500)
    books.upload(station)
    assert books.balance("till:1001:cash") == -14_500
    assert books.balance("unresolved:1001") == 4_500
    (told,) = [row for row in books.rows(exception) if row.kind == "issue_given_up"]
    assert (told.card, told.fen) == (20_002, 4_500)
    books.tie_out()
    if written is None:
        return  # the medium went into the bin: the money stays where somebody has to look
    other.at = station.at + 100
    if written:
        other.see(move.id, card)
    else:
        other.issue(card, 0).done()  # the same number on another medium: the first never was
    books.upload(other)
    books.tie_out()
    assert books.balance("till:1001:cash") == -14_500
    if written:
        assert books.balance("unresolved:1001") == 0
        assert books.balance("card:20002:1:main:purse") == 3_000
        assert books.balance("card:20002:deposit") == 1_000
    else:
        assert books.balance("unresolved:1001") == 4_500
        assert "issue_not_written" in books.kinds()


@pytest.mark.parametrize("written", [True, False])
def test_the_z_of_a_shift_with_a_recharge_given_up_agrees_with_the_books(books: Books, written: bool) -> None:
    """C8 G6: before it is settled, and after."""
    station, other, card = opened_shift(books)
    first = len(station.records)
    station.recharge(card, 1_000).done()
    move = station.recharge(card, 5_000)
    if written:
        move.write()
    station.give_up(move.id)
    station.close_shift(first, 6_000)
    books.upload(station)
    books.tie_out()
    assert books.balance("unresolved:1001") == 5_000
    other.at = station.at + 100
    other.see(move.id, card)
    books.upload(other)
    assert books.balance("unresolved:1001") == 0
    where = "purse" if written else "waiting"
    assert books.balance(f"card:20001:1:main:{where}") == (16_000 if written else 5_000)
    books.tie_out()


def test_a_z_that_says_other_cash_than_the_books_is_found(books: Books) -> None:
    station, _, card = opened_shift(books)
    first = len(station.records)
    station.recharge(card, 1_000).done()
    station.close_shift(first, 900)
    books.upload(station)
    assert [(one.check, one.expected, one.found) for one in books.problems()] == [("shift", 900, 1_000)]


@pytest.mark.parametrize("how", ["written", "not_written", "unknown"])
@pytest.mark.parametrize("late", [False, True])
def test_cash_rung_again_is_credited_once(books: Books, how: str, late: bool) -> None:
    """A3: the second recharge takes the cash of the first one over, settled before or after it."""
    station, other, card = opened_shift(books)
    second, first = Plastic(20_009), len(station.records)
    station.issue(second, 0).done()
    move = station.recharge(card, 5_000)
    if how == "written":
        move.write()
    station.give_up(move.id)

    def settle() -> None:
        books.upload(station)
        if how != "unknown":
            other.at = station.at + 100
            other.see(move.id, card)
            books.upload(other)
            station.at = other.at + 1

    if not late:
        settle()
    station.recharge(second, 5_000, replaces=move.id).done()
    station.close_shift(first, 5_000)
    settle()
    assert books.balance("till:1001:cash") == -15_000
    assert books.balance("card:20009:1:main:purse") == 5_000
    on_card, waits = (books.balance(f"card:20001:1:main:{where}") for where in ("purse", "waiting"))
    settled = {"written": (15_000, -5_000), "not_written": (10_000, 0), "unknown": (10_000, -5_000)}
    assert (on_card, waits) == settled[how]
    assert books.balance("unresolved:1001") == (5_000 if how == "unknown" else 0)
    books.tie_out()


def test_a_recharge_that_was_replaced_twice_is_told(books: Books) -> None:
    station, _, card = opened_shift(books)
    move = station.recharge(card, 5_000)
    station.give_up(move.id)
    for _ in range(2):
        station.recharge(card, 5_000, replaces=move.id).done()
    books.upload(station)
    assert "replaced_twice" in books.kinds()
    assert books.balance("till:1001:cash") == -20_000
    books.tie_out()


@pytest.mark.parametrize("written", [True, False])
def test_why_a_void_was_made_is_kept_beside_its_entry(books: Books, written: bool) -> None:
    """C7: also when it reached the member another way."""
    station, other, card = opened(books)
    sold = station.sale(card, 1_000).done()
    move = station.void(card, sold, 1_000, reason="goods", supervisor=9)
    if written:
        move.done()
    else:
        station.give_up(move.id)
        other.at = station.at + 100
        other.see(move.id, card)
    books.upload(station)
    books.upload(other)
    ((_, entry, reason, supervisor),) = books.rows(remark)
    assert (reason, supervisor) == ("goods", 9)
    (event,) = [row for row in books.rows(entry_table) if row.entry == entry]
    assert event.kind == ("void" if written else "waiting")
