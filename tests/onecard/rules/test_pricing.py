"""What a line costs whom, where and when; and that not a fen is lost on the way. F: B4 B6 B13"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onecard.errors import Refused
from onecard.rules.condition import particular
from onecard.rules.periods import When
from onecard.rules.pricing import offered, price, total_of, unit_price, uses_of
from onecard.wire.messages import (
    CardType,
    Condition,
    Discount,
    Line,
    Price,
    PricedLine,
    Product,
    Use,
)

HERE, ELSEWHERE = 31, 32
#: A Monday's lunch; card day 2315 is 2026-05-04.
LUNCH = When(1_777_867_200, 2315, 0, "午餐")
DINNER = LUNCH._replace(meal="晚餐")
SUNDAY = LUNCH._replace(day=2314, kind=6)
HOLIDAY = LUNCH._replace(kind=7)
WEEKEND = 0b110_0000
NOODLES = Product(
    product=1, name="面", category="meal", price_fen=1_500,
    prices=(
        Price(fen=900, level=2, periods=("午餐",)),
        Price(fen=1_100, level=2),
        Price(fen=1_800, days=WEEKEND),
        Price(fen=2_000, days=1 << 7),
        Price(fen=1_400, outlets=(ELSEWHERE,)),
        Price(fen=1_600, since=2_400),
    ),
)  # fmt: skip


@pytest.mark.parametrize(
    ("level", "when", "outlet", "fen"),
    [
        (0, LUNCH, HERE, 1_500),
        (1, LUNCH, HERE, 1_500),
        (2, LUNCH, HERE, 900),
        (2, DINNER, HERE, 1_100),
        (0, SUNDAY, HERE, 1_800),
        (2, SUNDAY, HERE, 900),
        (0, HOLIDAY, HERE, 2_000),
        (0, LUNCH, ELSEWHERE, 1_400),
        (0, LUNCH._replace(day=2_399), HERE, 1_500),
        (0, LUNCH._replace(day=2_400), HERE, 1_600),
    ],
)
def test_the_first_price_that_holds(level, when, outlet, fen):
    """B6 B13: by level, meal, weekday, holiday, outlet and effective day."""
    assert unit_price(NOODLES, level, when, outlet) == fen


def test_the_particular_price_comes_before_the_general():
    rows = [
        Price(fen=1),
        Price(fen=2, since=9),
        Price(fen=3, days=1),
        Price(fen=4, periods=("x",)),
        Price(fen=5, level=1),
    ]
    ordered = sorted(rows, key=lambda row: particular(row, row.level), reverse=True)
    assert [row.fen for row in ordered] == [5, 4, 3, 2, 1]


@pytest.mark.parametrize(
    ("when", "there"), [(LUNCH, True), (DINNER, False), (SUNDAY, False), (LUNCH._replace(day=2_400), False)]
)
def test_a_menu_has_days_and_meals(when, there):
    dish = Product(
        product=1,
        name="x",
        category="meal",
        price_fen=1,
        menu=(Condition(periods=("午餐",), days=31, until=2_399),),
    )
    assert offered(dish, when, HERE) is there
    assert offered(NOODLES, when, HERE)


def line(fen, category="meal", product=0, quantity=1_000):
    return Line(
        product=product,
        category=category,
        quantity=quantity,
        price_fen=fen,
        total_fen=total_of(fen, quantity),
    )


def rung(lines, *discounts, when=LUNCH, outlet=HERE, products=(), first_n=0, level=0):
    card_type = CardType(type=1, name="x", level=level, discounts=discounts)
    return price(lines, card_type, when, outlet, {one.product: one for one in products}, first_n)


def test_a_product_is_charged_at_the_price_of_the_cards_level():
    bill = rung(
        [line(1_500, product=1, quantity=2_500), line(700, product=1), line(300)],
        products=(NOODLES,),
        level=2,
    )
    assert [(one.price_fen, one.total_fen) for one in bill.lines] == [(900, 2_250), (700, 700), (300, 300)]
    assert (bill.due_fen, bill.discount_fen, bill.off) == (3_250, 0, ())


EIGHTY = Discount(off=2_000)
#: Lines (category, fen), rows of the type, when, where → what is off each line.
DISCOUNTS = {
    "none": ([("meal", 1_000)], (), LUNCH, HERE, (0,)),
    "a share": ([("meal", 1_000), ("meal", 333)], (EIGHTY,), LUNCH, HERE, (200, 66)),
    "by category": (
        [("meal", 1_000), ("shop", 1_000)],
        (Discount(off=1_000, categories=("meal",)),), LUNCH, HERE, (100, 0),
    ),
    "by meal": ([("meal", 1_000)], (Discount(off=1_000, periods=("晚餐",)),), LUNCH, HERE, (0,)),
    "by outlet": ([("meal", 1_000)], (Discount(off=1_000, outlets=(ELSEWHERE,)),), LUNCH, HERE, (0,)),
    "by weekday": ([("meal", 1_000)], (Discount(off=1_000, days=WEEKEND),), SUNDAY, HERE, (100,)),
    "over": ([("meal", 1_000)], (Discount(off=1_000, until=2_314),), LUNCH, HERE, (0,)),
    "one row per line, the first": (
        [("meal", 1_000), ("shop", 1_000)],
        (Discount(off=5_000, categories=("meal",)), EIGHTY), LUNCH, HERE, (500, 200),
    ),
    "a price": ([("meal", 1_000), ("meal", 400)], (Discount(price_fen=600),), LUNCH, HERE, (400, 0)),
    "everything": ([("meal", 1_000)], (Discount(off=10_000),), LUNCH, HERE, (1_000,)),
    "at most": (
        [("meal", 1_000), ("meal", 500)], (Discount(off=5_000, most_fen=300),), LUNCH, HERE, (200, 100)
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", DISCOUNTS)
def test_discounts(name):
    """B4."""
    lines, rows, when, outlet, off = DISCOUNTS[name]
    bill = rung([line(fen, category) for category, fen in lines], *rows, when=when, outlet=outlet)
    assert (bill.off or (0,) * len(lines)) == off
    assert bill.discount_fen == sum(off)
    assert bill.due_fen == sum(fen for _, fen in lines) - sum(off)
    assert [one.discount_fen for one in bill.priced()] == list(off)


FIRST_TWO = Discount(price_fen=200, first_n=2, categories=("meal",), most_fen=1_500)


@pytest.mark.parametrize(
    ("had", "lines", "due", "counted"),
    [
        (0, [("meal", 1_200)], 200, 1),
        (1, [("meal", 1_200), ("meal", 300)], 200, 1),
        (2, [("meal", 1_200)], 1_200, 0),
        (0, [("meal", 1_200), ("shop", 300)], 500, 1),
        (0, [("shop", 300)], 300, 0),
        (0, [("meal", 150)], 150, 0),
        (0, [("meal", 2_000)], 500, 1),
    ],
)
def test_the_first_meals_of_a_day_have_a_price_of_their_own(had, lines, due, counted):
    """B4: the meal costs ￥2 whatever is on the plate, the house pays up to ￥15, and only for meals."""
    bill = rung([line(fen, category) for category, fen in lines], FIRST_TWO, first_n=had)
    assert (bill.due_fen, bill.first_n) == (due, counted)


def test_uses_pay_whole_lines_and_come_in_pieces():
    """B7."""
    bath = PricedLine(category="bath", quantity=2_000, price_fen=500, total_fen=1_000, uses="bath")
    bill = rung([bath, line(300)], EIGHTY)
    assert (bill.off, bill.due_fen) == ((1_000, 60), 240)
    assert uses_of(bill.lines) == (Use("bath", 2),)
    assert bill.priced()[0].uses == "bath"
    with pytest.raises(Refused) as refused:
        uses_of([PricedLine(quantity=1_500, price_fen=500, total_fen=750, uses="bath")])
    assert refused.value.code == "count.pieces"


def test_a_bill_beyond_every_purse_is_refused():
    with pytest.raises(Refused) as refused:
        rung([line(16_000_000), line(1_000_000)])
    assert refused.value.code == "amount.too_large"


@pytest.mark.parametrize(
    ("fen", "quantity", "total"), [(1_999, 500, 1_000), (1, 499, 0), (1, 500, 1), (1_234, 1_000, 1_234)]
)
def test_half_a_fen_is_rounded_up(fen, quantity, total):
    assert total_of(fen, quantity) == total


rows = st.builds(
    Discount,
    off=st.integers(0, 10_000),
    price_fen=st.none() | st.integers(0, 3_000),
    most_fen=st.integers(0, 3_000),
    first_n=st.integers(0, 3),
    categories=st.sampled_from([(), ("meal",), ("shop",)]),
)
lines = st.lists(st.tuples(st.integers(0, 5_000), st.sampled_from(["meal", "shop"])), min_size=1, max_size=6)


@given(lines=lines, discounts=st.lists(rows, max_size=3), first_n=st.integers(0, 3))
def test_a_discount_is_never_negative_and_never_more_than_the_line(lines, discounts, first_n):
    bill = rung([line(fen, category) for fen, category in lines], *discounts, first_n=first_n)
    off = bill.off or (0,) * len(lines)
    assert all(0 <= part <= fen for part, (fen, _) in zip(off, lines, strict=True))
    assert bill.due_fen + bill.discount_fen == sum(fen for fen, _ in lines)
    assert sum(off) == bill.discount_fen
    assert [fen for _, fen in bill.nets()] == [fen - part for part, (fen, _) in zip(off, lines, strict=True)]


@given(lines=lines, row=rows, more=st.integers(0, 5_000))
def test_a_longer_bill_is_never_cheaper(lines, row, more):
    """Monotone: nobody saves by having something added."""
    short = rung([line(fen, category) for fen, category in lines], row)
    longer = rung([*(line(fen, category) for fen, category in lines), line(more)], row)
    assert longer.due_fen >= short.due_fen
