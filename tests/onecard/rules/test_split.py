"""Who pays a bill: in order, whole, and no wallet for what it may not pay for. F: B1 B8 C4

Besides tables, every answer is compared with one found by trying all ways to share out a small bill.
"""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onecard.errors import Refused
from onecard.rules.split import Pocket, split, split_by_scope
from onecard.wire.intents import Pay
from onecard.wire.terms import WalletTerms

HERE, ELSEWHERE = 31, 32
ROOM, SHOP = "room", "shop"


def gift(fen, *, outlets=(), categories=()):
    return Pocket("gift", fen, WalletTerms(wallet="gift", outlets=outlets, categories=categories))


def plain(name, fen):
    return Pocket(name, fen, WalletTerms(wallet=name))


def test_a_bill_is_split_in_the_order_of_the_wallets():
    wallets = [("subsidy", 300), ("gift", 0), ("main", 1000)]
    assert split(250, wallets) == (Pay("subsidy", 250),)
    assert split(800, wallets) == (Pay("subsidy", 300), Pay("main", 500))
    with pytest.raises(Refused) as refused:
        split(1301, wallets)
    assert refused.value.params == {"balance": 1300, "due": 1301}


#: Lines, wallets → who pays, or the refusal. A KTV: room fee and supermarket goods on one bill. F: B1 C12
BILLS = {
    "gift pays where it may": (
        [(ROOM, 500), (SHOP, 300)],
        [gift(1000, categories=(ROOM,)), plain("main", 1000)],
        {"gift": 500, "main": 300},
    ),
    "gift of another outlet pays nothing": (
        [(ROOM, 500)],
        [gift(1000, outlets=(ELSEWHERE,)), plain("main", 1000)],
        {"main": 500},
    ),
    "subsidy first, gift next, credit last": (
        [("meal", 900)],
        [plain("subsidy", 200), plain("gift", 300), plain("main", 100), plain("credit", 500)],
        {"subsidy": 200, "gift": 300, "main": 100, "credit": 300},
    ),
    "a wide wallet leaves room for a narrow one behind it": (
        [(ROOM, 100), (SHOP, 100)],
        [plain("subsidy", 100), gift(100, categories=(ROOM,)), plain("main", 0)],
        {"subsidy": 100, "gift": 100},
    ),
    "the order stands although another way would use more gift": (
        [(ROOM, 100)],
        [plain("subsidy", 100), gift(100, categories=(ROOM,))],
        {"subsidy": 100},
    ),
    "money enough, but not for these goods": (
        [(SHOP, 300)],
        [gift(1000, categories=(ROOM,)), plain("main", 299)],
        "wallet.scope",
    ),
    "not money enough": ([(SHOP, 300)], [gift(0), plain("main", 299)], "purse.short"),
    "nothing to pay": ([(SHOP, 0)], [gift(5), plain("main", 299)], {}),
    "no wallet at all": ([(SHOP, 1)], [], "purse.short"),
}


@pytest.mark.parametrize("name", BILLS)
def test_scopes(name):
    lines, pockets, expected = BILLS[name]
    if isinstance(expected, str):
        with pytest.raises(Refused) as refused:
            split_by_scope(lines, pockets, HERE)
        assert refused.value.code == expected
        return
    pays = split_by_scope(lines, pockets, HERE)
    assert {pay.wallet: pay.fen for pay in pays} == expected


def by_trying(lines, pockets, outlet):
    """The best payment by order among all ways to pay fen by fen, ``None`` when there is none."""
    names = [None, *range(len(pockets))]
    units = [category for category, fen in lines for _ in range(fen)]
    best = None
    for choice in product(names[1:], repeat=len(units)):
        used = [choice.count(at) for at in range(len(pockets))]
        if any(paid > one.fen for paid, one in zip(used, pockets, strict=True)):
            continue
        if all(
            (not pockets[at].terms.outlets or outlet in pockets[at].terms.outlets)
            and (not pockets[at].terms.categories or category in pockets[at].terms.categories)
            for at, category in zip(choice, units, strict=True)
        ):
            best = max(used, best) if best is not None else used
    return best


categories = st.sampled_from([(), (ROOM,), (SHOP,), (ROOM, SHOP)])
outlets = st.sampled_from([(), (HERE,), (ELSEWHERE,)])


@given(
    lines=st.lists(st.tuples(st.sampled_from([ROOM, SHOP, "meal"]), st.integers(0, 3)), max_size=3).filter(
        lambda lines: sum(fen for _, fen in lines) <= 6
    ),
    terms=st.lists(st.tuples(st.integers(0, 4), outlets, categories), min_size=1, max_size=3),
)
def test_nobody_could_pay_better_by_the_same_order(lines, terms):
    """Whole bills, no wallet beyond what it has and may, and refused only where nobody could pay."""
    pockets = [
        Pocket(f"w{n}", fen, WalletTerms(wallet=f"w{n}", outlets=places, categories=goods))
        for n, (fen, places, goods) in enumerate(terms)
    ]
    best = by_trying(lines, pockets, HERE)
    try:
        pays = split_by_scope(lines, pockets, HERE)
    except Refused:
        assert best is None
        return
    found = {pay.wallet: pay.fen for pay in pays}
    assert best == [found.get(one.wallet, 0) for one in pockets]


@given(
    total=st.integers(0, 10_000),
    wallets=st.lists(st.integers(0, 3_000), min_size=1, max_size=5),
    more=st.integers(0, 500),
)
def test_more_money_never_makes_a_bill_unpayable(total, wallets, more):
    pockets = [(f"w{n}", fen) for n, fen in enumerate(wallets)]
    richer = [(name, fen + more) for name, fen in pockets]
    try:
        pays = split(total, pockets)
    except Refused:
        assert sum(wallets) < total
        return
    assert sum(pay.fen for pay in pays) == total == sum(pay.fen for pay in split(total, richer))
    scoped = split_by_scope([("x", total)], [Pocket(name, fen) for name, fen in pockets], HERE)
    assert scoped == pays
