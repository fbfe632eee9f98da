"""Every event sums to zero, and its reversal undoes it. F: B11"""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from onecard.books import accounts
from onecard.books.entry import Posting, effect, move, reversal
from onecard.books.events import (
    clearing,
    credit,
    debt,
    issue,
    load,
    lock,
    recharge,
    sale,
    void,
    waiting,
    write_off,
)
from onecard.books.wallets import NAMES, changes
from onecard.cards.image import Slot
from onecard.ids import RecordId
from onecard.wire.messages import (
    AppliedLoad,
    Balances,
    Credit,
    FullSale,
    Issue,
    Line,
    LoadIntent,
    Lock,
    Pay,
    PricedLine,
    PurseWrite,
    Recharge,
    Sale,
    Source,
    Use,
    Void,
    Waiting,
)

ID = RecordId(1001, 1, 7)
HEAD = {"unit": 1, "id": ID, "at": 1_780_000_000, "day": 2_000}
fens = st.integers(0, 100_000)


def purse(main: int = 0, gift: int = 0, cleared: tuple[int, int, int] = (0, 0, 0)) -> PurseWrite:
    """A write that changes the main purse and the gift slot by so much, and clears what expired."""
    base = 500_000
    first, second, third = cleared
    before = Balances(base, Slot(base), Slot(second, 9), Slot(third, 9))
    after = Balances(base + main, Slot(base + gift - first), Slot(), Slot())
    return PurseWrite(
        card=8_001, issue=1, uid="01", counter=3, prev=RecordId(1, 1, 1),
        before=before, after=after, cleared=cleared,
    )  # fmt: skip


def a_sale(main: int, gift: int, on_card: bool = True) -> Sale:
    due = main + gift
    pays = (Pay("main", main), Pay("gift", gift))
    return Sale(
        **HEAD, outlet=11, owner=5, card=8_001, issue=1, lines=(Line(price_fen=due, total_fen=due),),
        due_fen=due, pays=pays, purse=purse(-main, -gift) if on_card else None,
    )  # fmt: skip


def sums_to_zero(postings: tuple[Posting, ...]) -> None:
    assert sum(effect(postings).values()) == 0
    assert effect((*postings, *reversal(postings))) == {}
    assert all(accounts.kind_of(name) for p in postings for name in (p.debit, p.credit))


@given(main=fens, gift=fens, on_card=st.booleans())
def test_sale(main: int, gift: int, on_card: bool) -> None:
    one = a_sale(main, gift, on_card)
    assert sale.fault(one) == ""
    sums_to_zero(sale.postings(one))
    assert effect(sale.postings(one)).get("owner:5:payable:11", 0) == main + gift
    sums_to_zero(sale.returned_as_load(one))
    both = effect((*sale.postings(one), *sale.returned_as_load(one)))
    assert "owner:5:payable:11" not in both


def a_full_sale(**more: Any) -> FullSale:
    """Of ￥12 with ￥2 off, and two baths; from a card on the server."""
    lines = (
        PricedLine(price_fen=1_200, total_fen=1_200, discount_fen=200, category="meal"),
        PricedLine(price_fen=500, quantity=2_000, total_fen=1_000, discount_fen=1_000, uses="bath"),
    )
    fields: dict[str, Any] = {
        **HEAD, "outlet": 11, "owner": 5, "card": 8_001, "issue": 1, "lines": lines, "discount_fen": 1_200,
        "due_fen": 1_000, "pays": (Pay("main", 1_000),), "uses": (Use("bath", 2),),
    }  # fmt: skip
    return FullSale(**fields | more)


#: F: B1 B5 B7 B8 B12. What each pay comes out of.
PAYERS = {
    "main": "card:8001:main",
    "gift2": "card:8001:gift2",
    "credit": "member:31:credit",
    "centre": "centre:3",
    "points": "cost:points",
    "cash": "till:1001:cash",
}


@pytest.mark.parametrize("wallet", PAYERS)
def test_every_payer_pays_the_owner_and_is_found_again(wallet: str) -> None:
    one = a_full_sale(
        pays=(Pay(wallet, 1_000),), centre=3 * (wallet == "centre"), spent=50 * (wallet == "points")
    )
    assert sale.fault(one) == ""
    (money, *_) = sale.postings(one, member=31)
    assert money == Posting(PAYERS[wallet], "owner:5:payable:11", 1_000)
    assert sale.payer_name(money.debit) == wallet


@given(earned=st.integers(0, 10**6), spent=st.integers(0, 10**6), worth=st.integers(0, 1_000))
def test_what_moves_beside_the_pays_is_told_apart_from_them(earned: int, spent: int, worth: int) -> None:
    """B5 B7: each currency sums to zero, and a whole void takes points and uses back."""
    one = a_full_sale(earned=earned, spent=spent)
    postings = (*sale.postings(one), *sale.used(one, one.uses[0], worth))
    for currency in {p.currency for p in postings}:
        sums_to_zero(tuple(p for p in postings if p.currency == currency))
    beside = sale.beside(postings)
    assert effect(p for p in postings if p not in beside) == {
        "card:8001:main": -1_000,
        "owner:5:payable:11": 1_000,
    }
    uses = {p.debit: p.fen for p in beside if p.currency == "CNT:bath"}
    assert uses == {"card:8001:uses:bath": 2}


def test_who_pays_may_be_left_open_only_without_a_purse() -> None:
    assert sale.fault(a_full_sale(pays=())) == ""
    assert sale.fault(a_full_sale(pays=(), purse=purse(-1_000))) == "sums_differ"
    assert sale.fault(a_sale(500, 0, on_card=False)) == ""
    assert sale.fault(replace(a_sale(500, 0, on_card=False), pays=())) == "sums_differ"


@given(main=fens, gift=fens, left=fens)
def test_void(main: int, gift: int, left: int) -> None:
    """Goes back by the original pays; what is beyond them never comes from the owner."""
    pays = (Pay("main", main), Pay("gift", gift))
    one = Void(**HEAD, voids=ID, card=8_001, issue=1, pays=pays, purse=purse(main, gift))
    assert void.fault(one) == ""
    rest = {"main": left, "gift": gift}
    postings = void.postings(one, 5, 11, rest)
    sums_to_zero(postings)
    found = effect(postings)
    assert -found.get("owner:5:payable:11", 0) == min(main, left) + gift
    assert found.get("card:8001:1:main:purse", 0) == main
    sums_to_zero(void.as_load(one, 5, 11, rest))


@given(fen=fens, cash=st.booleans())
def test_recharge(fen: int, cash: bool) -> None:
    credits = () if cash else (RecordId(1001, 1, 3),)
    source = Source.TILL if cash else Source.CASHBOX
    one = Recharge(**HEAD, source=source, amount_fen=fen, credits=credits, purse=purse(fen))
    assert recharge.fault(one) == ""
    sums_to_zero(recharge.postings(one))
    sums_to_zero(recharge.as_load(one))
    origin = "till:1001:cash" if cash else "unresolved:1001"
    assert effect(recharge.postings(one)).get(origin, 0) == -fen


@given(opening=fens, deposit=fens, fee=fens)
def test_issue(opening: int, deposit: int, fee: int) -> None:
    one = Issue(
        **HEAD, card=8_001, issue=1, type=1, uid="01", until=4_000, opening_fen=opening, deposit_fen=deposit,
        fee_fen=fee, purse=purse(opening),
    )  # fmt: skip
    assert issue.fault(one) == ""
    sums_to_zero(issue.postings(one))
    assert effect(issue.postings(one)).get("till:1001:cash", 0) == -(opening + deposit + fee)


@given(fen=st.integers(-100_000, 100_000))
def test_load_and_its_remainders(fen: int) -> None:
    one = LoadIntent(**HEAD, loads=(AppliedLoad(1, fen, ""),), purse=purse(fen))
    assert load.fault(one) == ""
    for postings in (
        load.applied(8_001, 1, "main", fen),
        load.unknown(1001, 8_001, 1, fen),
        load.expired(8_001, 1, "gift", abs(fen)),
        load.owed(8_001, 1, "main", abs(fen)),
    ):
        sums_to_zero(postings)
    assert effect(load.applied(8_001, 1, "main", fen)).get("card:8001:1:main:purse", 0) == fen


def test_numbers_of_loads_follow_each_other() -> None:
    """D9: never skipped."""
    loads = (AppliedLoad(1, 5, ""), AppliedLoad(3, 5, ""))
    assert load.fault(LoadIntent(**HEAD, loads=loads, purse=purse(10))) == "numbers_differ"


@given(fen=fens)
def test_cash_at_the_kiosk_and_the_rest(fen: int) -> None:
    note = Credit(**HEAD, acceptor="A", boot=1, cycle=1, value_fen=fen)
    later = Waiting(**HEAD, card=8_001, issue=1, amount_fen=fen, credits=(ID,))
    sums_to_zero(credit.postings(note))
    sums_to_zero(waiting.postings(later))
    assert "unresolved:1001" not in effect((*credit.postings(note), *waiting.postings(later)))
    sums_to_zero(write_off.postings(8_001, 1, "main", fen))
    sums_to_zero(debt.postings(8_001, "main", fen))
    sums_to_zero(recharge.account_postings(1001, 8_001, fen))


@given(first=fens, second=fens, third=fens)
def test_what_expired_leaves_the_purse_whatever_the_event(first: int, second: int, third: int) -> None:
    """A lock moves no money, and still clears."""
    write = purse(cleared=(first, second, third))
    assert changes(write) == (0, 0, 0, 0)
    assert lock.fault(Lock(**HEAD, reason="lost", stop_version=1, purse=write)) == ""
    sums_to_zero(clearing.postings(write))
    gone = sum(fen for name, fen in effect(clearing.postings(write)).items() if name.endswith(":purse"))
    assert gone == -(first + second + third)


@pytest.mark.parametrize("wallet", [name for name in NAMES if name != "gift"])
def test_a_purse_that_moves_otherwise_is_a_fault(wallet: str) -> None:
    one = a_sale(100, 50)
    moved = (Pay("main", 100), Pay(wallet, 50)) if wallet != "main" else (Pay("main", 150),)
    from msgspec.structs import replace

    assert sale.fault(replace(one, pays=moved)) == "purse_differs"
    assert sale.fault(replace(one, due_fen=151)) == "sums_differ"
    assert sale.fault(replace(one, pays=(Pay("main", 75), Pay("main", 75)))) == "wallets_differ"


def test_a_posting_cannot_be_unbalanced_or_empty() -> None:
    assert move("vault", "till:1:cash", 0) == ()
    assert move("vault", "till:1:cash", -5) == (Posting("till:1:cash", "vault", 5),)
    for bad in (("vault", "till:1:cash", 0), ("vault", "till:1:cash", -1), ("vault", "vault", 1)):
        with pytest.raises(AssertionError):
            Posting(*bad)
