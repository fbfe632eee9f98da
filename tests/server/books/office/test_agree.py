"""Adjustments and bad debts: one person proposes, another one agrees. F: B11 C20"""

from typing import Any

import pytest

from onecard.errors import Refused
from server.adjustment.service import drop, proposals, propose, propose_write_off
from server.books.office.agree import Agree, Terms
from tests.server.books.office.house import ANNA, BEN, WHOLE, House
from tests.server.books.station import NOW, UNIT


def proposed(house: House, debit: str, credit: str, fen: int, **more: Any) -> int:
    terms = {"reason": "mistake", "operator": ANNA, "now": NOW, **more}
    made: int = house.books.write(lambda c: propose(c, UNIT, debit=debit, credit=credit, fen=fen, **terms))
    return made


def agree(house: House, number: int, who: int = BEN) -> Agree:
    return Agree(UNIT, house.key(), Terms(number), who)


def test_two_people_put_it_right(house: House) -> None:
    card = house.account(fen=1_000)
    number = proposed(house, "fee:card", f"card:{card}:main", 300)
    assert house.refused(agree(house, number, ANNA)) == "approval.same_person"
    house.created(agree(house, number))
    assert house.books.balance(f"card:{card}:main") == 1_300
    assert house.refused(agree(house, number)) == "adjust.decided"
    (row,) = house.books.read(lambda c: proposals(c, WHOLE))
    assert (row["state"], row["decided_by"], row["card"]) == ("agreed", BEN, card)


def test_the_same_the_other_way_undoes_it(house: House) -> None:
    card = house.account(fen=1_000)
    before = house.books.accounts()
    house.created(agree(house, proposed(house, "fee:card", f"card:{card}:main", 300)))
    house.created(agree(house, proposed(house, f"card:{card}:main", "fee:card", 300)))
    assert house.books.accounts() == before


def test_a_dropped_proposal_is_not_booked(house: House) -> None:
    number = proposed(house, "vault", "fee:card", 100)
    house.books.write(lambda c: drop(c, UNIT, number, BEN, NOW))
    assert house.refused(agree(house, number)) == "adjust.decided"
    with pytest.raises(Refused, match=r"adjust\.decided"):
        house.books.write(lambda c: drop(c, UNIT, number, BEN, NOW))
    assert house.refused(agree(house, 99)) == "adjust.unknown"


BAD_PAIRS = (
    ("card:1:1:main:purse", "vault", "CNY", "adjust.by_card"),
    ("vault", "card:1:1:main:waiting", "CNY", "adjust.by_card"),
    ("kiosk:2001:cashbox", "vault", "CNY", "adjust.by_card"),
    ("card:1:gift", "vault", "CNY", "adjust.gift"),
    ("card:1:subsidy", "card:1:main", "CNY", "adjust.gift"),
    ("card:1:gift", "till:1001:cash", "CNY", "adjust.gift"),
    ("vault", "vault", "CNY", "adjust.account"),
    ("money", "vault", "CNY", "adjust.account"),
    ("vault", "card:1:points", "PTS", "adjust.currency"),
    ("promo:gift", "card:1:points", "CNY", "adjust.currency"),
    ("cost:points", "card:1:main", "PTS", "adjust.currency"),
)


def test_what_people_cannot_agree_on(house: House) -> None:
    """Gift never becomes cash; a card's own word stands; points are no money."""
    for debit, credit, currency, code in BAD_PAIRS:
        with pytest.raises(Refused) as refused:
            proposed(house, debit, credit, 100, currency=currency)
        assert refused.value.code == code, (debit, credit)
    for fen, reason, code in ((0, "mistake", "amount.zero"), (5, "because", "adjust.reason")):
        with pytest.raises(Refused) as refused:
            proposed(house, "vault", "fee:card", fen, reason=reason)
        assert refused.value.code == code


def test_gift_and_points_may_be_given_back_to_their_cost(house: House) -> None:
    card = house.account()
    house.created(agree(house, proposed(house, "promo:gift", f"card:{card}:gift", 500)))
    house.created(agree(house, proposed(house, f"card:{card}:gift", "promo:gift", 200)))
    house.created(agree(house, proposed(house, "cost:points", f"card:{card}:points", 50, currency="PTS")))
    assert house.books.balance(f"card:{card}:gift") == 300


def test_no_wallet_is_taken_below_zero(house: House) -> None:
    card = house.account(fen=1_000)
    assert house.refused(agree(house, proposed(house, f"card:{card}:main", "vault", 1_001))) == "adjust.short"
    assert house.refused(agree(house, proposed(house, "vault", f"card:{card}:debt", 1))) == "adjust.short"


def test_a_bad_debt_becomes_a_loss_by_name(house: House) -> None:
    """C20: what nobody will get, up to what is owed."""
    card = house.account(fen=500)
    sale = house.station.account_sale(card, 800)
    house.station.done(sale.id, offline=True)
    assert house.books.upload(house.station).results == ()

    def bad(fen: int) -> int:
        made: int = house.books.write(
            lambda c: propose_write_off(
                c, UNIT, card=card, fen=fen, reason="uncollectable", operator=ANNA, now=NOW
            )
        )
        return made

    assert house.refused(agree(house, bad(301))) == "adjust.short"
    house.created(agree(house, bad(300)))
    accounts = house.books.accounts()
    assert (accounts[f"loss:card:{card}"], accounts.get(f"card:{card}:debt", 0)) == (-300, 0)
