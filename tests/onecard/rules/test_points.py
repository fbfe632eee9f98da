"""Points come from money that counts, for goods that count, and are worth what the type says. F: B5"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onecard.errors import Refused
from onecard.rules.points import earned, needed, worth
from onecard.wire.intents import Pay
from onecard.wire.terms import PointsTerms
from tests.onecard.rules.test_pricing import DINNER, HERE, LUNCH

ONE_PER_YUAN = PointsTerms(per_100_yuan=100, redeem_fen=50)

EARNINGS = {
    "a point per yuan, rounded down": (ONE_PER_YUAN, [("meal", 1_999)], [Pay("main", 1_999)], LUNCH, 19),
    "cash counts as well": (ONE_PER_YUAN, [("meal", 1_000)], [Pay("cash", 1_000)], LUNCH, 10),
    "gift money earns nothing": (
        ONE_PER_YUAN, [("meal", 1_000)], [Pay("gift", 600), Pay("main", 400)], LUNCH, 4,
    ),
    "goods that do not count": (
        PointsTerms(per_100_yuan=100, categories=("meal",)),
        [("shop", 700), ("meal", 300)], [Pay("main", 1_000)], LUNCH, 3,
    ),
    "another meal": (
        PointsTerms(per_100_yuan=100, periods=("午餐",)),
        [("meal", 1_000)], [Pay("main", 1_000)], DINNER, 0,
    ),
    "no rule": (None, [("meal", 1_000)], [Pay("main", 1_000)], LUNCH, 0),
    "points pay, points earn nothing": (ONE_PER_YUAN, [("meal", 1_000)], [Pay("points", 1_000)], LUNCH, 0),
}  # fmt: skip


@pytest.mark.parametrize("name", EARNINGS)
def test_earning(name):
    terms, lines, pays, when, points = EARNINGS[name]
    assert earned(terms, lines, pays, when, HERE) == points


def test_redeeming():
    assert worth(ONE_PER_YUAN, 199) == 99
    assert needed(ONE_PER_YUAN, 99) == 198
    for terms in (None, PointsTerms(per_100_yuan=100)):
        for ask in (worth, needed):
            with pytest.raises(Refused) as refused:
                ask(terms, 100)
            assert refused.value.code == "points.not_money"


@given(fen=st.integers(0, 10**7), redeem_fen=st.integers(1, 10_000))
def test_the_points_asked_for_are_enough_and_not_one_more(fen, redeem_fen):
    terms = PointsTerms(redeem_fen=redeem_fen)
    points = needed(terms, fen)
    assert worth(terms, points) >= fen
    assert points == 0 or worth(terms, points - 1) < fen
