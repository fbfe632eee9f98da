"""A sale decided as a whole: price, limits, wallets, points, in this order; each refusal by name. F: A1"""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from onecard.cards.image import Purse, Slot
from onecard.errors import Refused
from onecard.rules.deal import decide, pockets_of
from onecard.rules.limits import Spent
from onecard.rules.split import Pocket
from onecard.wire.messages import CardType, Discount, Pay, PointsTerms, PricedLine, WalletTerms
from tests.onecard.rules.test_pricing import HERE, LUNCH, line

TYPE = CardType(
    type=1,
    name="职工卡",
    sale_limit_fen=5_000,
    wallets=(
        WalletTerms(wallet="subsidy", categories=("meal",)),
        WalletTerms(wallet="gift", outlets=(99,)),
        WalletTerms(wallet="main"),
    ),
    discounts=(Discount(off=1_000),),
    points=PointsTerms(per_100_yuan=1_000),
)
PURSE = Purse(main_fen=10_000, slots=(Slot(700), Slot(500, 2_400), Slot()))


def test_a_sale_with_everything():
    deal = decide(TYPE, [line(1_000), line(500, "shop")], LUNCH, HERE, pockets_of(TYPE, PURSE, 2_315))
    assert (deal.bill.due_fen, deal.bill.discount_fen) == (1_350, 150)
    assert deal.pays == (Pay("subsidy", 500), Pay("main", 850))
    assert deal.earned == 85
    assert not deal.is_plain


def test_a_plain_card_pays_from_its_main_purse():
    deal = decide(
        CardType(type=1, name="x"),
        [line(1_000)],
        LUNCH,
        HERE,
        pockets_of(CardType(type=1, name="x"), PURSE, None),
    )
    assert (deal.pays, deal.is_plain) == ((Pay("main", 1_000),), True)


def test_dated_money_stays_where_the_clock_is_unsure():
    assert pockets_of(TYPE, PURSE, None)[0].fen == 0
    assert pockets_of(TYPE, PURSE, 2_401)[0].fen == 0
    assert pockets_of(TYPE, PURSE, 2_400)[0].fen == 500


REFUSALS = {
    "nothing rung": ([line(0)], {}, "amount.zero"),
    "the limit is on what is to be paid": ([line(5_560)], {}, "limit.sale"),
    "less than the limit after its discount": ([line(5_555)], {}, ""),
    "offline": ([line(2_000)], {"cap_fen": 1_799}, "limit.offline"),
    "too much": ([line(5_000), line(300, "shop")], {"purse": Purse(main_fen=10)}, "purse.short"),
    "money, but not for this": ([line(600, "shop")], {"purse": replace(PURSE, main_fen=10)}, "wallet.scope"),
    "half a use": ([PricedLine(quantity=500, price_fen=5, total_fen=3, uses="bath")], {}, "count.pieces"),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_refusals(name):
    lines, more, code = REFUSALS[name]
    more = dict(more)
    pockets = pockets_of(TYPE, more.pop("purse", PURSE), 2_315)
    if not code:
        decide(TYPE, lines, LUNCH, HERE, pockets, **more)
        return
    with pytest.raises(Refused) as refused:
        decide(TYPE, lines, LUNCH, HERE, pockets, **more)
    assert refused.value.code == code


def test_a_free_meal_is_a_sale():
    """What costs nothing by a rule still counts as a meal; what was nothing to begin with is no sale."""
    card_type = CardType(type=1, name="x", discounts=(Discount(price_fen=0, first_n=1),))
    deal = decide(card_type, [line(1_200)], LUNCH, HERE, [Pocket("main", 0)], Spent())
    assert (deal.bill.due_fen, deal.bill.first_n, deal.pays) == (0, 1, ())
    with pytest.raises(Refused, match=r"purse\.short"):
        decide(card_type, [line(1_200)], LUNCH, HERE, [Pocket("main", 0)], Spent(first_n=1))


@given(
    fens=st.lists(
        st.tuples(st.integers(0, 3_000), st.sampled_from(["meal", "shop"])), min_size=1, max_size=4
    ),
    main=st.integers(0, 6_000),
    gift=st.integers(0, 3_000),
    subsidy=st.integers(0, 3_000),
    outlet=st.sampled_from([HERE, 99]),
)
def test_what_is_decided_adds_up(fens, main, gift, subsidy, outlet):
    """Σ pays = due, nobody pays more than it has, gift only in its outlet, subsidy only for meals."""
    purse = Purse(main_fen=main, slots=(Slot(gift), Slot(subsidy, 2_400), Slot()))
    try:
        deal = decide(
            TYPE,
            [line(fen, category) for fen, category in fens],
            LUNCH,
            outlet,
            pockets_of(TYPE, purse, 2_315),
        )
    except Refused as refused:
        if refused.code not in ("amount.zero", "limit.sale", "purse.short", "wallet.scope"):
            raise
        return
    paid = {pay.wallet: pay.fen for pay in deal.pays}
    assert sum(paid.values()) == deal.bill.due_fen
    assert paid.get("main", 0) <= main
    assert paid.get("gift", 0) <= (gift if outlet == 99 else 0)
    meals = sum(fen for category, fen in deal.bill.nets() if category == "meal")
    assert paid.get("subsidy", 0) <= min(subsidy, meals)
