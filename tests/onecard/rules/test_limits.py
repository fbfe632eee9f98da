"""Limits say which rule, and how far one may still go. Table-driven. F: A1 A15 B9"""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from onecard.cards.image import Identity, Purse
from onecard.clock import card_seconds
from onecard.errors import Refused
from onecard.rules import limits
from onecard.rules.limits import Spent
from onecard.rules.periods import Calendar, When, parse_meals
from onecard.wire.messages import CardType, Discount
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
}


def refusal_of(work, *args, **more):
    """What a check says: ``None`` or (code, parameters)."""
    try:
        work(*args, **more)
    except Refused as refused:
        return refused.code, refused.params
    return None


@pytest.mark.parametrize("name", SALES)
def test_a_sale_by_the_cards_own_record(name):
    purse, fen, more, expected = SALES[name]
    calendar = Calendar()
    spent = limits.spent_of(purse, NOON, calendar)
    assert refusal_of(limits.check, TYPE, fen, calendar.when(NOON), 31, spent, **more) == expected


LUNCH = When(NOON, 2315, 0, "午餐")
BETWEEN = LUNCH._replace(meal="")
PLAIN = CardType(type=1, name="x")
#: Card type, moment, outlet, what was spent before, and what a sale of ￥10 then gets.
RULES = {
    "no limit is no limit": (PLAIN, LUNCH, 31, Spent(NOON, 10**6, 99, 10**6, 99), None),
    "its own outlet": (replace(PLAIN, outlets=(31, 32)), LUNCH, 31, Spent(), None),
    "another outlet": (replace(PLAIN, outlets=(32,)), LUNCH, 31, Spent(), ("limit.outlet", {})),
    "its own meal": (replace(PLAIN, periods=("午餐",)), LUNCH, 31, Spent(), None),
    "another meal": (
        replace(PLAIN, periods=("早餐", "晚餐")),
        LUNCH,
        31,
        Spent(),
        ("limit.period", {"periods": "早餐 晚餐"}),
    ),
    "between meals": (
        replace(PLAIN, periods=("午餐",)),
        BETWEEN,
        31,
        Spent(),
        ("limit.period", {"periods": "午餐"}),
    ),
    "the meal's rest": (replace(PLAIN, meal_limit_fen=1500), LUNCH, 31, Spent(meal_fen=500), None),
    "too much in this meal": (
        replace(PLAIN, meal_limit_fen=1499),
        LUNCH,
        31,
        Spent(meal_fen=500),
        ("limit.meal", {"cap": 1499, "left": 999}),
    ),
    "too often in this meal": (
        replace(PLAIN, meal_count_limit=2),
        LUNCH,
        31,
        Spent(meal_count=2),
        ("limit.meal_count", {"cap": 2}),
    ),
    "meal limits rest between meals": (
        replace(PLAIN, meal_limit_fen=1, meal_count_limit=1),
        BETWEEN,
        31,
        Spent(meal_fen=500, meal_count=1),
        None,
    ),
}


@pytest.mark.parametrize("name", RULES)
def test_place_and_meal(name):
    card_type, when, outlet, spent, expected = RULES[name]
    assert refusal_of(limits.check, card_type, 1000, when, outlet, spent) == expected


@given(
    fen=st.integers(1, 20_000),
    more=st.integers(0, 20_000),
    day=st.integers(0, 20_000),
    meal=st.integers(0, 20_000),
    day_limit=st.integers(0, 20_000),
    meal_limit=st.integers(0, 20_000),
    later=st.integers(0, 200),
)
def test_a_smaller_sale_on_a_fresher_card_is_never_worse_off(
    fen, more, day, meal, day_limit, meal_limit, later
):
    """Monotone: what is allowed stays allowed for less money, less spent before and a longer pause."""
    card_type = replace(PLAIN, day_limit_fen=day_limit, meal_limit_fen=meal_limit, min_interval_s=60)
    spent = Spent(NOON - 30, day, 1, meal, 1)
    fresher = Spent(NOON - 30 - later, day // 2, 1, meal // 2, 1)
    if refusal_of(limits.check, card_type, fen + more, LUNCH, 31, spent) is None:
        assert refusal_of(limits.check, card_type, fen, LUNCH, 31, fresher) is None


def test_only_a_rule_that_looks_back_asks_what_was_spent():
    assert not limits.needs_spent(replace(PLAIN, sale_limit_fen=1, discounts=(Discount(off=1),)))
    for asks in (
        {"day_limit_fen": 1},
        {"day_count_limit": 1},
        {"meal_limit_fen": 1},
        {"meal_count_limit": 1},
        {"min_interval_s": 1},
        {"discounts": (Discount(price_fen=1, first_n=1),)},
    ):
        assert limits.needs_spent(replace(PLAIN, **asks)), asks


def test_the_cards_record_counts_meals_and_days_apart():
    calendar = Calendar(0, parse_meals("午餐 10:30-14:00; 晚餐 17:00-20:00"))
    purse = Purse(
        last_time=card_seconds(NOON), day_total=30, day_count=2, meal_total=12, meal_count=1, first_n=1
    )
    assert limits.spent_of(purse, NOON + 60, calendar) == Spent(NOON, 300, 2, 120, 1, 1)
    assert limits.spent_of(purse, NOON + 6 * 3600, calendar) == Spent(NOON, 300, 2, 0, 0, 1)
    assert limits.spent_of(purse, NOON + DAY, calendar) == Spent(NOON, 0, 0, 0, 0, 0)


@pytest.mark.parametrize(
    ("media", "medium", "fits"), [((), "uid", True), (("m1",), "m1", True), (("cpu",), "m1", False)]
)
def test_media_are_the_types_own(media, medium, fits):
    found = refusal_of(limits.check_medium, replace(PLAIN, media=media), medium)
    assert found == (None if fits else ("card.medium", {}))


#: F: A15. Amount, cash?, named?, anonymous type? → what is said; from ￥5,000 no cash, from ￥10,000 a name.
THRESHOLDS = [
    (499_999, True, False, False, None),
    (500_000, True, True, False, "limit.cashless"),
    (500_000, False, False, False, None),
    (999_999, False, False, True, None),
    (1_000_000, False, False, False, "limit.named"),
    (1_000_000, False, True, False, None),
    (1_000_000, False, True, True, "limit.named"),
]


@pytest.mark.parametrize(("fen", "cash", "named", "anonymous", "code"), THRESHOLDS)
def test_prepaid_card_rules(fen, cash, named, anonymous, code):
    card_type = replace(
        PLAIN, cap_fen=10**7, cashless_from_fen=500_000, named_from_fen=1_000_000, anonymous=anonymous
    )
    found = refusal_of(limits.check_recharge, card_type, Purse(), fen, cash=cash, named=named)
    assert (found and found[0]) == code


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
