"""Goal: a KTV's counter sells room and goods on one bill, and a branch without recharge can only sell.

Method: the whole till and the whole server in one process; receipt and books say which wallets paid.
"""

import msgspec
import pytest

from onecard.cards.m1 import M1Card
from onecard.devices.readers.virtual import DirectStorage
from onecard.wire import messages as m
from tests.world.box import KEYS
from tests.world.office import UNIT

pytestmark = pytest.mark.xdist_group("town")


def purse(plastic):
    return M1Card(DirectStorage(plastic), KEYS, UNIT).read().newest


@pytest.fixture
def ktv(town):
    """The gift wallet pays rooms and nothing else; goods are paid with real money."""
    town.type(
        m.CardType(
            type=7,
            name="贵宾卡",
            wallets=(
                m.WalletTerms(wallet="gift", categories=("房费",)),
                m.WalletTerms(wallet="main"),
            ),
        )
    )
    town.products(("小包房", "房费", 18_800), ("啤酒", "酒水", 1_500), ("薯片", "零食", 800))
    return town


def test_room_and_goods_on_one_bill_with_gift_and_real_money_apart(ktv) -> None:
    # F: C12 C4
    town, till = ktv, ktv.till
    plastic = town.plastic(20_000, "04F10001", type=7)
    town.gift(plastic, 10_000)
    goods = {one.name: f"product:{one.product}" for one in till.till.products}
    till.keys(f"{goods['小包房']} 2 * {goods['啤酒']} {goods['薯片']}")
    assert till.view.amount == "￥226.00"
    till.keys("enter")
    till.tap(plastic)
    assert till.overlay.look == "ok"
    sale = next(body for body in reversed(till.bodies()) if isinstance(body, m.Sale))
    assert {pay.wallet: pay.fen for pay in sale.pays} == {"gift": 10_000, "main": 12_600}
    paper = till.paper()
    assert "赠送 100.00" in paper
    assert "主钱包 126.00" in paper
    assert (purse(plastic).main_fen, purse(plastic).slots[0].amount_fen) == (7_400, 0)
    till.keys("escape")
    assert town.problems() == []
    assert town.inbox() == []


def test_gift_never_pays_for_goods(ktv) -> None:
    # F: C12
    town, till = ktv, ktv.till
    plastic = town.plastic(500, "04F10002", type=7)
    town.gift(plastic, 10_000)
    goods = {one.name: f"product:{one.product}" for one in till.till.products}
    till.keys(f"{goods['啤酒']} enter")
    till.tap(plastic)
    assert till.overlay.look == "refused"
    assert purse(plastic).slots[0].amount_fen == 10_000
    till.keys("escape clear clear")


def test_a_site_where_nobody_may_recharge_sells_and_nothing_else(ktv) -> None:
    # F: C13
    town, till = ktv, ktv.till
    plastic = town.plastic(1_000, "04F10003")
    operator = till.till.operator
    rights = tuple(one for one in operator.permissions if not one.startswith("desk."))
    till.till.operator = msgspec.structs.replace(operator, permissions=rights)
    till.flow.show()
    till.answer()
    shut = {one.key: one for one in till.view.frame.keys}["f9"]
    assert not shut.enabled
    assert shut.reason == "没有权限"
    till.keys("f9")
    assert till.screen == "sell"
    till.keys("5 enter")
    till.tap(plastic)
    assert purse(plastic).main_fen == 500
    till.keys("escape")
    till.till.operator = operator
    assert town.problems() == []
