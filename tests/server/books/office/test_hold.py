"""A deposit at the opening of a room, settled at closing, given back by itself. F: C19"""

from typing import Any

import pytest

from onecard.wire.messages import encode
from server.books.office.hold import LONGEST_S, Closing, Hold, Opening, ReleaseDue, Settle
from server.hold.service import holds
from server.organisation.scope import Scope
from tests.server.books.office.house import ANNA, TYPES, House
from tests.server.books.station import NOW, UNIT


def opened(house: House, card: int, fen: int = 20_000, **more: Any) -> Hold:
    terms = {
        "card": card,
        "issue": 1,
        "outlet": house.outlet,
        "place": "K8",
        "fen": fen,
        "until": NOW + 3_600,
    }
    return Hold(UNIT, house.key(), Opening(**{**terms, **more}), ANNA, TYPES)


def closing(house: House, hold: Hold, due: int) -> Settle:
    return Settle(UNIT, house.key(), Closing(hold.key, due), ANNA)


def test_what_is_held_cannot_be_spent(house: House) -> None:
    card = house.account(fen=30_000)
    assert house.created(opened(house, card)).balance_fen == 10_000
    assert house.books.balance(f"card:{card}:hold") == 20_000
    sale = encode(house.station.account_sale(card, 10_001))
    assert house.books.sell(1001, sale).result.reason == "purse.short"


@pytest.mark.parametrize(("due", "left"), [(12_000, 18_000), (20_000, 10_000), (25_000, 5_000), (0, 30_000)])
def test_the_bill_comes_out_of_the_deposit(house: House, due: int, left: int) -> None:
    """Less: the rest goes back. More: the wallet pays the difference. Nothing: all of it goes back."""
    card = house.account(fen=30_000)
    hold = opened(house, card)
    house.created(hold)
    assert house.created(closing(house, hold, due)).balance_fen == left
    accounts = house.books.accounts()
    assert accounts[f"card:{card}:main"] == left
    assert accounts.get(f"owner:{house.owner}:payable:{house.outlet}", 0) == due
    assert f"card:{card}:hold" not in accounts


def test_a_bill_beyond_deposit_and_wallet_is_refused_and_the_deposit_stays(house: House) -> None:
    card = house.account(fen=30_000)
    hold = opened(house, card)
    house.created(hold)
    assert house.refused(closing(house, hold, 30_001)) == "purse.short"
    assert house.books.balance(f"card:{card}:hold") == 20_000
    house.created(closing(house, hold, 30_000))


def test_it_goes_back_by_itself(house: House) -> None:
    """Once, at its time, and not a second before."""
    card = house.account(fen=30_000)
    hold = opened(house, card)
    house.created(hold)
    house.books.clock.advance(3_599)
    assert house.books.do(ReleaseDue(UNIT)) == 0
    house.books.clock.advance(1)
    assert [house.books.do(ReleaseDue(UNIT)), house.books.do(ReleaseDue(UNIT))] == [1, 0]
    assert house.books.balance(f"card:{card}:main") == 30_000
    assert house.refused(closing(house, hold, 100)) == "hold.ended"


def test_it_is_settled_once(house: House) -> None:
    card = house.account(fen=30_000)
    hold = opened(house, card)
    house.created(hold)
    first = closing(house, hold, 5_000)
    answer = house.created(first)
    assert encode(house.books.do(first)) == encode(answer)
    assert house.refused(closing(house, hold, 5_000)) == "hold.ended"
    assert house.refused(Settle(UNIT, house.key(), Closing(12_345, 1), ANNA)) == "hold.unknown"


BAD_HOLDS: tuple[tuple[dict[str, Any], str], ...] = (
    ({"fen": 0}, "amount.zero"),
    ({"fen": 30_001}, "purse.short"),
    ({"until": NOW}, "hold.malformed"),
    ({"until": NOW + LONGEST_S + 1}, "hold.malformed"),
    ({"place": ""}, "hold.malformed"),
    ({"place": "x" * 33}, "hold.malformed"),
    ({"outlet": 99}, "outlet.unknown"),
    ({"issue": 2}, "card.unknown"),
)


def test_what_no_hold_may_say(house: House) -> None:
    card = house.account(fen=30_000)
    for bad, code in BAD_HOLDS:
        assert house.refused(opened(house, card, **bad)) == code, bad


def test_a_negative_bill_is_refused(house: House) -> None:
    hold = opened(house, house.account(fen=30_000))
    house.created(hold)
    assert house.refused(closing(house, hold, -1)) == "amount.malformed"


def test_money_on_a_card_cannot_be_held(house: House) -> None:
    """It could be spent elsewhere the same minute."""
    card = house.purse(fen=30_000)
    assert house.refused(opened(house, card.card)) == "hold.on_card"


def test_the_list_shows_what_is_held_in_ones_own_outlets(house: House) -> None:
    card = house.account(fen=30_000)
    hold = opened(house, card)
    house.created(hold)
    mine = Scope.whole(UNIT)
    others = Scope(UNIT, frozenset({(99, 0)}))
    assert [row["place"] for row in house.books.read(lambda c: holds(c, mine))] == ["K8"]
    assert house.books.read(lambda c: holds(c, others)) == []
    house.created(closing(house, hold, 100))
    assert house.books.read(lambda c: holds(c, mine)) == []
    (ended,) = house.books.read(lambda c: holds(c, mine, ended=True))
    assert (ended["state"], ended["due_fen"]) == ("settled", 100)
