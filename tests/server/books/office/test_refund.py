"""A refund goes back the way the money came, once the shift is closed and here. F: A4 G6"""

import pytest

from onecard.wire.messages import ShiftOpen, encode
from server.books.office.refund import Refund, Terms
from server.books.tables import key_of
from tests.server.books.office.house import ANNA, House
from tests.server.books.station import UNIT, Station


def refund(house: House, sale, lines=()) -> Refund:
    return Refund(UNIT, house.key(), Terms(key_of(sale), lines), ANNA)


def close(house: House) -> None:
    house.station.close_shift(0, 0)
    house.books.upload(house.station)


def test_not_before_the_shift_is_closed_and_uploaded(house: House) -> None:
    """A void and a refund of one sale never overlap."""
    card = house.purse(fen=10_000)
    sold = house.station.sale(card, 1_200).done()
    house.books.upload(house.station)
    assert house.refused(refund(house, sold)) == "refund.open_shift"
    close(house)
    house.created(refund(house, sold))
    assert [(one.fen, one.kind) for one in house.loads(20_001)] == [(1_200, "refund")]
    assert house.books.balance("owner:5:payable:11") == 0
    assert house.refused(refund(house, sold)) == "refund.excess"


def test_not_while_a_void_that_was_given_up_may_stand_on_the_card(house: House) -> None:
    """Torn at its last byte and left by the Z: the card alone knows, and says so at its next tap."""
    card = house.purse(fen=10_000)
    sold = house.station.sale(card, 1_200).done()
    void = house.station.void(card, sold, 1_200)
    void.write()
    house.station.give_up(void.id)
    close(house)
    assert house.refused(refund(house, sold)) == "refund.void_open"
    house.station.see(void.id, card)
    house.books.upload(house.station)
    assert house.refused(refund(house, sold)) == "refund.excess"
    assert house.books.balance("card:20001:1:main:purse") == 10_000 == card.main


def test_a_spare_that_counts_its_shifts_anew_closes_none_of_the_box_before(house: House) -> None:
    """The same shift number, another box: the sale's own shift is still open on the old disk. F: E8"""
    card = house.purse(fen=10_000)
    old = house.station
    sold = old.sale(card, 1_200).done()
    house.books.upload(old)
    spare = Station(old.terminal, epoch=2, at=old.at + 100)
    spare.append(ShiftOpen(**spare.head()))
    spare.close_shift(1, 0)
    house.books.upload(spare)
    assert house.refused(refund(house, sold)) == "refund.open_shift"
    close(house)  # its journal is rescued
    house.created(refund(house, sold))


def test_a_stored_answer_repeats_and_another_order_under_its_id_is_a_conflict(house: House) -> None:
    card = house.purse(fen=10_000)
    sold = house.station.sale(card, 1_200).done()
    close(house)
    order = refund(house, sold)
    assert encode(house.books.do(order)) == encode(house.books.do(order))
    assert len(house.loads(20_001)) == 1
    other = Refund(UNIT, order.key, Terms(key_of(sold), ((0, 1_000),)), ANNA)
    assert house.ask(other) == ("conflict", "record_conflict")


def test_parts_of_a_line_add_up_to_the_whole_to_the_fen(house: House) -> None:
    """Three thirds of an odd amount."""
    card = house.purse(fen=10_000)
    sold = house.station.sale(card, 1_000).done()
    close(house)
    for quantity in (333, 333, 334):
        house.created(refund(house, sold, ((0, quantity),)))
    assert [one.fen for one in house.loads(20_001)] == [333, 333, 334]
    assert house.refused(refund(house, sold, ((0, 1),))) == "refund.excess"


@pytest.mark.parametrize(
    "lines", [((0, 0),), ((0, -5),), ((0, 1_001),), ((1, 10),), ((-1, 10),), ((0, 10), (0, 10))]
)
def test_lines_that_were_not_sold_are_refused(house: House, lines) -> None:
    card = house.purse(fen=10_000)
    sold = house.station.sale(card, 1_000).done()
    close(house)
    assert house.refused(refund(house, sold, lines)) == "refund.excess"


def test_an_unknown_sale_and_what_is_no_sale(house: House) -> None:
    card = house.purse(fen=10_000)
    paid_in = house.station.recharge(card, 500).done()
    close(house)
    assert house.refused(refund(house, paid_in)) == "refund.unknown"
    assert house.refused(refund(house, house.station.next_id)) == "refund.unknown"


def test_what_was_voided_is_not_refunded_as_well(house: House) -> None:
    """I12: Σ reversals ≤ the sale."""
    card = house.purse(fen=10_000)
    sold = house.station.sale(card, 1_200).done()
    house.station.void(card, sold, 1_200).done()
    close(house)
    assert house.refused(refund(house, sold)) == "refund.excess"


def test_an_account_card_has_it_at_once_and_pays_its_debt_first(house: House) -> None:
    account = house.account(fen=2_000)
    sale = house.station.account_sale(account, 1_500)
    house.station.done(sale.id, offline=True)
    more = house.station.account_sale(account, 900)
    house.station.done(more.id, offline=True)
    close(house)
    assert house.books.balance(f"card:{account}:debt") == -400
    house.created(refund(house, sale.id))
    assert house.books.balance(f"card:{account}:debt") == 0
    assert house.books.balance(f"card:{account}:main") == 1_100


def test_a_refund_takes_debt_off_before_it_is_numbered(house: House) -> None:
    """D9: of a plastic, too."""
    card = house.purse(fen=1_000)
    sold = house.station.sale(card, 800).done()
    account = house.account()  # only to have another card about
    assert account
    close(house)
    house.created(refund(house, sold, ((0, 250),)))
    assert [one.fen for one in house.loads(20_001)] == [200]
