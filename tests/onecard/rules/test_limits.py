"""Limits say which rule, and how far one may still go. Table-driven. F: B9"""

import pytest
from msgspec.structs import replace

from onecard.cards.image import Identity, Purse
from onecard.clock import card_seconds
from onecard.errors import Refused
from onecard.rules import limits
from onecard.rules.periods import Calendar
from onecard.rules.split import split
from onecard.wire.intents import Pay
from onecard.wire.messages import CardType
from tests.onecard.rules.test_purse import DAY, NOON

TYPE = CardType(
    type=1,
    name="x",
    cap_fen=20_000,
    sale_limit_fen=5000,
    day_limit_fen=8000,
    day_count_limit=3,
    min_interval_s=30,
    pin_above_fen=3000,
    recharge_min_fen=100,
)
EARLIER = Purse(main_fen=10_000, last_time=card_seconds(NOON - 3600), day_total=300, day_count=1)

SALES = {
    "fine": (EARLIER, 3000, {}, None),
    "nothing": (EARLIER, 0, {}, ("amount.zero", {})),
    "above the cap per sale": (EARLIER, 5001, {}, ("limit.sale", {"cap": 5000})),
    "above the offline cap": (EARLIER, 2001, {"cap_fen": 2000}, ("limit.offline", {"cap": 2000})),
    "with the PIN": (EARLIER, 5000, {"pin_verified": True}, None),
    "without it": (EARLIER, 3001, {}, ("limit.pin", {"above": 3000})),
    "too soon": (
        replace(EARLIER, last_time=card_seconds(NOON - 10)),
        100,
        {},
        ("limit.interval", {"wait_s": 20}),
    ),
    "soon after a recharge": (
        replace(EARLIER, last_time=card_seconds(NOON - 10), day_count=0),
        100,
        {},
        None,
    ),
    "too often": (replace(EARLIER, day_count=3), 100, {}, ("limit.day_count", {"cap": 3})),
    "too much today": (replace(EARLIER, day_total=600), 2001, {}, ("limit.day", {"cap": 8000, "left": 2000})),
    "the day's rest": (replace(EARLIER, day_total=600), 2000, {}, None),
    "yesterday does not count": (
        replace(EARLIER, day_total=800, day_count=3, last_time=card_seconds(NOON - DAY)),
        3000,
        {},
        None,
    ),
    "more than is there": (
        replace(EARLIER, main_fen=99),
        100,
        {},
        ("purse.short", {"balance": 99, "due": 100}),
    ),
}


@pytest.mark.parametrize("name", SALES)
def test_a_sale(name):
    purse, fen, more, expected = SALES[name]
    if expected is None:
        limits.check_sale(TYPE, purse, fen, NOON, Calendar(), **more)
        return
    with pytest.raises(Refused) as refused:
        limits.check_sale(TYPE, purse, fen, NOON, Calendar(), **more)
    assert (refused.value.code, refused.value.params) == expected


@pytest.mark.parametrize(
    ("fen", "code"),
    [(0, "amount.zero"), (99, "limit.recharge_min"), (100, ""), (10_000, ""), (10_001, "limit.cap")],
)
def test_a_recharge(fen, code):
    if not code:
        limits.check_recharge(TYPE, EARLIER, fen)
        return
    with pytest.raises(Refused) as refused:
        limits.check_recharge(TYPE, EARLIER, fen)
    assert refused.value.code == code


def test_a_card_above_its_cap_has_no_room():
    assert limits.cap_room(TYPE, Purse(main_fen=30_000)) == 0


@pytest.mark.parametrize(
    ("today", "code"), [(9, "card.not_yet_valid"), (10, ""), (20, ""), (21, "card.expired")]
)
def test_both_ends_of_validity_count(today, code):
    identity = Identity(unit=1, card=1, issue=1, type=1, key_version=1, from_day=10, until_day=20)
    if not code:
        limits.check_validity(identity, today)
        return
    with pytest.raises(Refused) as refused:
        limits.check_validity(identity, today)
    assert refused.value.code == code


def test_a_bill_is_split_in_the_order_of_the_wallets():
    # F: C4
    wallets = [("subsidy", 300), ("gift", 0), ("main", 1000)]
    assert split(250, wallets) == (Pay("subsidy", 250),)
    assert split(800, wallets) == (Pay("subsidy", 300), Pay("main", 500))
    with pytest.raises(Refused) as refused:
        split(1301, wallets)
    assert refused.value.params == {"balance": 1300, "due": 1301}
