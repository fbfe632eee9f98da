"""Goal: a bill is paid in cash, in two parts, by a bank's card or at a member's price, and the books agree.

Method: the whole till and the whole server in one process; receipts and books are looked at in the end.
"""

from collections.abc import Callable

import pytest

from onecard.cards.m1 import M1Card
from onecard.devices.readers.virtual import DirectStorage
from onecard.errors import OneCardError, Refused
from onecard.wire import messages as m
from pos.foreign import Approval
from tests.world.box import KEYS
from tests.world.office import UNIT

pytestmark = pytest.mark.xdist_group("town")


class Bank:
    """A bank's terminal beside the till: says what it is told to."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, int]] = []
        self.word: Approval | OneCardError = Approval(approval="A00123", reference="r-1")

    def pay(self, fen: int, then: Callable[[Approval | OneCardError], None]) -> None:
        self.asked.append(("pay", fen))
        then(self.word)

    def take_back(self, *_: object) -> None:
        raise AssertionError("nothing is taken back here")


def test_cash_with_change_opens_the_drawer_and_is_in_the_till(town) -> None:
    # F: C6 C4
    till = town.till
    before = town.cash()
    till.keys("12.5 f6")
    assert till.screen == "tender"
    assert till.view.due == "￥12.50"
    till.keys("10")
    assert (till.view.change, till.view.change_tone) == ("￥2.50", "refuse")
    till.keys("enter")
    assert till.screen == "tender"
    till.keys("clear note:20")
    assert (till.view.change_label, till.view.change) == ("找零", "￥7.50")
    till.keys("enter")
    assert till.screen == "sell"
    assert "找零 ￥7.50" in till.view.last_detail
    assert till.papers[-1].kick_drawer
    assert "找零 7.50" in till.paper()
    assert till.view.amount == "￥0.00"
    assert town.problems() == []
    assert town.cash() - before == 1250


def test_part_by_card_and_the_rest_in_cash(town) -> None:
    # F: C4
    till, card = town.till, town.plastic(1_000, "04B10001")
    before = town.cash()
    till.keys("8 + 4.5 f6 10 f3")
    assert till.overlay.look == "ready"
    till.tap(card)
    till.keys("enter")
    assert till.screen == "tender"
    assert till.view.due == "￥2.50"
    assert read_plastic_fen(card) == 0
    till.keys("enter")
    assert till.screen == "sell"
    first, second = till.bodies()[-4], till.bodies()[-2]
    assert isinstance(first, m.Sale)
    assert isinstance(second, m.CounterSale)
    assert second.beside == first.id
    assert first.due_fen + second.due_fen == 1250
    assert town.problems() == []
    assert town.cash() - before == 250


def test_a_bill_paid_in_part_is_not_lost_when_somebody_looks_away(town) -> None:
    till, card = town.till, town.plastic(1_000, "04B10002")
    till.keys("12.5 f6 10 f3")
    till.tap(card)
    till.keys("enter escape")
    assert till.screen == "sell"
    assert till.view.amount == "￥2.50"
    till.keys("f10")
    assert till.screen == "sell"
    till.keys("f6 enter")
    assert till.view.amount == "￥0.00"
    assert town.problems() == []


def test_a_member_shows_his_card_for_its_price_and_points_and_pays_cash(town) -> None:
    # F: C4
    till = town.till
    town.type(
        m.CardType(
            type=9,
            name="会员卡",
            stores_value=True,
            discounts=(m.Discount(off=2_000),),
            points=m.PointsTerms(per_100_yuan=100),
        )
    )
    card = town.plastic(0, "04B10003", type=9)
    before = town.cash()
    till.keys("10 f6 f2")
    till.tap(card)
    assert till.view.due == "￥8.00"
    assert "王*明" in till.view.member
    till.keys("10 enter")
    sale = till.bodies()[-2]
    assert isinstance(sale, m.CounterSale)
    assert (sale.discount_fen, sale.due_fen, sale.earned) == (200, 800, 8)
    assert "本次积分 8" in till.paper()
    assert town.problems() == []
    assert town.cash() - before == 800
    assert town.inbox() == []


def test_a_banks_card_pays_through_its_own_terminal(town) -> None:
    # F: C4 C16
    till, bank = town.till, Bank()
    till.till.foreign["bank"] = bank
    before, at_bank = town.cash(), town.sum_of("gateway:bank")
    till.keys("30 f6 f4")
    assert till.screen == "sell"
    sale = till.bodies()[-2]
    assert isinstance(sale, m.CounterSale)
    assert (sale.approval, sale.reference) == ("A00123", "r-1")
    assert "授权号 A00123" in till.paper()
    bank.word = Refused("bank.declined", reason="51")
    till.keys("40 f6 f4")
    assert till.screen == "tender"
    assert till.message
    till.keys("escape clear clear")
    assert town.problems() == []
    assert town.cash() == before
    assert town.sum_of("gateway:bank") - at_bank == -3000


def test_cash_that_is_given_back_leaves_the_drawer_and_the_z_agrees(town) -> None:
    # F: C4 C7 C8
    till = town.till
    before, expected = town.cash(), till.station.expected_cash_fen()
    till.keys("6.6 f6 enter f2")
    till.keys("enter")
    assert till.view.rows[0].cells[-1] == "完成"
    assert till.papers[-1].kick_drawer
    assert town.problems() == []
    assert town.cash() == before
    assert till.station.expected_cash_fen() == expected
    till.keys("escape")
    closed = till.close_shift()
    assert isinstance(closed, m.ShiftClose)
    assert town.problems() == []


@pytest.mark.parametrize(
    ("keys", "code"),
    [
        ("5 enter", "tender.short"),
        ("5000 enter", "amount"),
        ("f3", "tender.part"),
        ("20 f3", "tender.part"),
        ("char:x enter", "amount"),
    ],
)
def test_what_cannot_be_taken_says_why_and_is_not_booked(town, keys, code) -> None:
    till = town.till
    count = len(till.bodies())
    till.keys(f"12.5 f6 {keys}")
    assert till.screen == "tender"
    assert till.message
    assert len(till.bodies()) == count
    till.keys("escape clear clear")


def read_plastic_fen(card) -> int:
    return M1Card(DirectStorage(card), KEYS, UNIT).read().newest.main_fen
