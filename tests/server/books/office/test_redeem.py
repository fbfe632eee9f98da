"""Points for goods and for balance, which is gift money. F: B5"""

from typing import Any

from msgspec.structs import replace

from onecard.books.entry import PTS, Posting
from onecard.wire.messages import Status, encode
from onecard.wire.terms import PointsTerms
from server.books.command import Single
from server.books.office.redeem import Redeem, Terms
from server.books.sheet import Event, Fact, Sheet
from server.reward.service import add_reward, end_reward, rewards
from server.reward.tables import redeemed
from tests.server.books.office.house import ACCOUNT, ANNA, WHOLE, House
from tests.server.books.station import UNIT

#: 100 points are worth ¥1.
WORTH = {2: replace(ACCOUNT, points=PointsTerms(redeem_fen=100))}


class Earn(Single):
    """Points as a sale brings them."""

    def __init__(self, card: int, points: int) -> None:
        self.unit = UNIT
        self._card, self._points = card, points

    def want(self, sheet: Sheet) -> None:
        """Nothing."""

    def decide(self, sheet: Sheet) -> None:
        key = sheet.server_key()
        event = Event(kind="sale", fact=key, card=self._card, at=sheet.now, day=2_000, fen=0)
        posting = Posting("cost:points", f"card:{self._card}:points", self._points, PTS)
        sheet.facts.put(key, Fact(None, Status.CREATED, "", sheet.enter(event, (posting,))))


def rich(house: House, points: int) -> int:
    card = house.account()
    house.books.do(Earn(card, points))
    return card


def redeem(house: House, card: int, **terms: Any) -> Redeem:
    return Redeem(UNIT, house.key(), Terms(card, 1, **terms), ANNA, WORTH)


def test_points_become_goods(house: House) -> None:
    card = rich(house, 1_000)
    cup = house.books.write(lambda c: add_reward(c, UNIT, name="杯子", points=300, stock=2))
    assert house.created(redeem(house, card, reward=cup, pieces=2)).balance_fen == 400
    assert house.books.balance(f"card:{card}:points") == 400
    assert house.books.balance("cost:points") == -400
    assert house.refused(redeem(house, card, reward=cup, pieces=1)) == "reward.stock"
    assert [(row.pieces, row.points) for row in house.books.rows(redeemed)] == [(2, 600)]


def test_points_become_balance_that_is_gift(house: House) -> None:
    """Never paid in, never cash."""
    card = rich(house, 1_000)
    house.created(redeem(house, card, points=950))
    accounts = house.books.accounts()
    assert (accounts[f"card:{card}:points"], accounts[f"card:{card}:gift"]) == (50, 950)
    assert f"card:{card}:main" not in accounts


def test_a_reward_of_balance(house: House) -> None:
    card = rich(house, 1_000)
    ten = house.books.write(lambda c: add_reward(c, UNIT, name="10 元", points=400, fen=1_000))
    house.created(redeem(house, card, reward=ten, pieces=2))
    assert house.books.balance(f"card:{card}:gift") == 2_000
    assert [row["name"] for row in house.books.read(lambda c: rewards(c, WHOLE))] == ["10 元"]


BAD_WISHES: tuple[tuple[dict[str, Any], str], ...] = (
    ({"points": 1_001}, "points.short"),
    ({"points": 0}, "amount.zero"),
    ({"points": -5}, "amount.zero"),
    ({"reward": 9, "pieces": 1}, "reward.unknown"),
    ({"reward": 1, "pieces": 0}, "amount.zero"),
    ({"reward": 1, "pieces": -1}, "amount.zero"),
    ({"reward": 1, "pieces": 4}, "points.short"),
    ({"points": 10, "issue": 2}, "card.unknown"),
)


def test_what_cannot_be_redeemed(house: House) -> None:
    house.books.write(lambda c: add_reward(c, UNIT, name="杯子", points=300))
    card = rich(house, 1_000)
    for bad, code in BAD_WISHES:
        terms = Terms(**{"card": card, "issue": 1, **bad})
        assert house.refused(Redeem(UNIT, house.key(), terms, ANNA, WORTH)) == code, bad


def test_points_that_pay_nothing_are_kept(house: House) -> None:
    card = rich(house, 1_000)
    order = Redeem(UNIT, house.key(), Terms(card, 1, points=10), ANNA, {2: ACCOUNT})
    assert house.refused(order) == "points.not_money"


def test_an_ended_reward_is_gone_and_an_old_answer_stays(house: House) -> None:
    card = rich(house, 1_000)
    cup = house.books.write(lambda c: add_reward(c, UNIT, name="杯子", points=300))
    order = redeem(house, card, reward=cup, pieces=1)
    first = house.created(order)
    assert house.books.write(lambda c: end_reward(c, UNIT, cup))
    assert house.refused(redeem(house, card, reward=cup, pieces=1)) == "reward.unknown"
    assert encode(house.books.do(order)) == encode(first)


def test_two_at_the_last_piece(house: House) -> None:
    """One transaction, two people, one cup."""
    card = rich(house, 1_000)
    cup = house.books.write(lambda c: add_reward(c, UNIT, name="杯子", points=300, stock=1))
    orders = [redeem(house, card, reward=cup, pieces=1) for _ in range(2)]
    answers = house.books.run(house.books.lane.post(orders))
    assert [answer.result.reason for answer in answers] == ["", "reward.stock"]
