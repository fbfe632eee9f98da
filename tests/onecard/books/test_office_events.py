"""What the office posts: every event sums to zero, and its reversal undoes it.

F: A3 A17 B2 B3 B5 B8 B11 B12 C19
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onecard.books import accounts
from onecard.books.accounts import Kind
from onecard.books.entry import Posting, effect, reversal
from onecard.books.events import (
    adjust,
    centre_meal,
    correct_recharge,
    gift,
    hold,
    pay_credit,
    recharge,
    redeem,
    subsidy_clear,
    subsidy_release,
    write_off,
)
from onecard.books.events.subsidy_clear import Grant

CARD = 8_001
fens = st.integers(1, 100_000)
#: The wallet of a card that lives on the server, and one whose money waits for it.
pockets = st.sampled_from([accounts.account(CARD, "main"), accounts.waiting(CARD, 2, "main")])
gift_pockets = st.sampled_from([accounts.account(CARD, "gift"), accounts.waiting(CARD, 2, "gift")])


def sums_to_zero(postings: tuple[Posting, ...]) -> dict[str, int]:
    """Per currency; and every name is an account. What the postings do to each."""
    for currency in {one.currency for one in postings}:
        assert sum(effect(one for one in postings if one.currency == currency).values()) == 0
    assert effect((*postings, *reversal(postings))) == {}
    assert all(accounts.kind_of(name) for one in postings for name in (one.debit, one.credit))
    return effect(postings)


@given(pocket=pockets, fen=fens)
def test_a_recharge_moves_cash_into_the_wallet(pocket: str, fen: int) -> None:
    found = sums_to_zero(recharge.office_postings("operator:7:cash", pocket, fen))
    assert found == {"operator:7:cash": -fen, pocket: fen}


@given(pocket=pockets, fen=fens, share=st.integers(0, 100))
def test_a_correction_takes_all_of_it_from_wallet_and_debt(pocket: str, fen: int, share: int) -> None:
    """And undoes the recharge where the wallet still holds it."""
    owed = fen * share // 100
    found = sums_to_zero(correct_recharge.postings(CARD, pocket, "till:1:cash", fen, owed))
    assert found.get("till:1:cash") == fen
    assert found.get(pocket, 0) == owed - fen
    assert found.get(accounts.debt(CARD), 0) == -owed
    whole = correct_recharge.postings(CARD, pocket, "till:1:cash", fen, 0)
    assert effect((*recharge.office_postings("till:1:cash", pocket, fen), *whole)) == {}


@given(pocket=gift_pockets, fen=fens)
def test_a_gift_never_touches_cash(pocket: str, fen: int) -> None:
    """Neither given nor taken back."""
    given_, back = gift.postings(pocket, fen), correct_recharge.gift_postings(CARD, pocket, fen, 0)
    for postings in (given_, back, correct_recharge.gift_postings(CARD, pocket, fen, fen)):
        found = sums_to_zero(postings)
        assert not any(accounts.kind_of(name) is Kind.CASH for name in found)
    assert effect((*given_, *back)) == {}


@given(batch=st.integers(1, 9_999), pocket=pockets, fen=fens)
def test_a_subsidy_comes_out_of_its_own_fund(batch: int, pocket: str, fen: int) -> None:
    postings = subsidy_release.postings(batch, pocket, fen)
    assert sums_to_zero(postings)[f"subsidy:fund:{batch}"] == -fen
    assert effect((*postings, *subsidy_clear.postings(pocket, {batch: fen}))) == {}


grants = st.lists(
    st.builds(Grant, batch=st.integers(1, 5), fen=fens, expires_day=st.sampled_from([0, 10, 20, 30])),
    max_size=6,
)


@given(given_=grants, balance=st.integers(-100, 700_000), today=st.integers(0, 40))
def test_what_expires_first_is_spent_first(given_: list[Grant], balance: int, today: int) -> None:
    """Never more than is there, never from a grant that still holds, and what still holds is kept whole."""
    parts = subsidy_clear.expired(balance, given_, today)
    cleared = sum(parts.values())
    gone = sum(one.fen for one in given_ if 0 < one.expires_day < today)
    lasting = sum(one.fen for one in given_) - gone
    assert 0 <= cleared <= min(max(0, balance), gone)
    assert cleared == min(gone, max(0, balance - lasting))
    late = {one.batch for one in given_ if 0 < one.expires_day < today}
    assert parts.keys() <= late


@given(points=fens, fen=st.integers(0, 100_000), pocket=gift_pockets)
def test_points_are_never_mixed_with_money(points: int, fen: int, pocket: str) -> None:
    postings = redeem.postings(CARD, points, pocket, fen)
    sums_to_zero(postings)
    by = {one.currency: one.fen for one in postings}
    assert by == ({"PTS": points, "CNY": fen} if fen else {"PTS": points})


@given(held=fens, due=fens)
def test_a_hold_is_settled_by_way_of_the_wallet(held: int, due: int) -> None:
    """So that a refund of the bill finds the pocket it came from; released, it never was."""
    opened, closed = hold.held(CARD, held), hold.settled(CARD, held, due, 5, 11)
    sums_to_zero(opened)
    sums_to_zero(closed)
    assert effect((*opened, *closed)) == {"card:8001:main": -due, "owner:5:payable:11": due}
    assert effect((*opened, *hold.released(CARD, held))) == {}
    owners = [one for one in closed if accounts.kind_of(one.credit) is Kind.OWNER]
    assert [accounts.wallet_of(one.debit) for one in owners] == ["main"]


@given(fen=fens)
def test_what_a_centre_eats_it_owes_until_it_pays(fen: int) -> None:
    meal, paid = centre_meal.postings(3, 5, 11, fen), pay_credit.postings("gateway:bank", "centre:3", fen)
    assert sums_to_zero(meal)["centre:3"] == -fen
    sums_to_zero(paid)
    assert "centre:3" not in effect((*meal, *paid))
    assert effect((*meal, *centre_meal.postings(3, 5, 11, -fen))) == {}
    assert sums_to_zero(write_off.bad_debt(CARD, fen)) == {"loss:card:8001": -fen, "card:8001:debt": fen}


NAMES = (
    *("vault", "till:1:cash", "gateway:bank", "fee:card", "promo:gift", "cost:points", "subsidy:fund:3"),
    *("card:8001:main", "card:8001:gift", "card:8001:subsidy", "card:8001:points", "card:8001:debt"),
    *("card:8001:2:main:purse", "card:8001:2:gift:waiting", "member:4:credit", "centre:3", "difference:1"),
    *("owner:5:payable:11", "kiosk:2:cashbox", "no account"),
)
names = st.sampled_from(NAMES)


@given(debit=names, credit=names, fen=fens, currency=st.sampled_from(["CNY", "PTS"]))
def test_what_people_may_agree_on(debit: str, credit: str, fen: int, currency: str) -> None:
    """Whatever pair is let through: gift stays gift, cards speak for themselves, points are no money."""
    if adjust.fault(debit, credit, currency):
        return
    sums_to_zero(adjust.postings(debit, credit, fen, currency))
    assert not any(name.endswith((":purse", ":waiting", ":cashbox")) for name in (debit, credit))
    if accounts.wallet_of(debit) in adjust.GIVEN:
        assert accounts.kind_of(credit) is Kind.COST or accounts.wallet_of(credit) in adjust.GIVEN
    assert ("card:8001:points" in (debit, credit)) <= (currency == "PTS")


@pytest.mark.parametrize(
    "pair", [("vault", "fee:card"), ("fee:card", "card:8001:main"), ("difference:1", "vault")]
)
def test_ordinary_adjustments_are_let_through(pair: tuple[str, str]) -> None:
    assert adjust.fault(*pair, "CNY") == ""
