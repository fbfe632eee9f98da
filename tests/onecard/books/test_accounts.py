"""Account names are set for good: golden vectors of every one."""

import pytest

from onecard.books import accounts
from onecard.books.accounts import Kind

GOLDEN = [
    (accounts.purse(8_001, 2, "main"), "card:8001:2:main:purse", Kind.MEMBER),
    (accounts.waiting(8_001, 2, "gift"), "card:8001:2:gift:waiting", Kind.MEMBER),
    (accounts.account(8_001, "main"), "card:8001:main", Kind.MEMBER),
    (accounts.deposit(8_001), "card:8001:deposit", Kind.MEMBER),
    (accounts.claim(77), "claim:77", Kind.MEMBER),
    (accounts.debt(8_001), "card:8001:debt", Kind.RECEIVABLE),
    (accounts.credit(31), "member:31:credit", Kind.RECEIVABLE),
    (accounts.centre(12), "centre:12", Kind.RECEIVABLE),
    (accounts.held(8_001), "card:8001:hold", Kind.MEMBER),
    (accounts.uses(8_001, "bath"), "card:8001:uses:bath", Kind.MEMBER),
    (accounts.prepaid(8_001, "bath"), "card:8001:prepaid:bath", Kind.MEMBER),
    (accounts.count("bath"), "count:bath", Kind.COST),
    (accounts.till(1_001), "till:1001:cash", Kind.CASH),
    (accounts.operator_cash(7), "operator:7:cash", Kind.CASH),
    (accounts.cashbox(2_001), "kiosk:2001:cashbox", Kind.CASH),
    (accounts.VAULT, "vault", Kind.CASH),
    (accounts.gateway("wechat"), "gateway:wechat", Kind.CASH),
    (accounts.payable(5, 11), "owner:5:payable:11", Kind.OWNER),
    (accounts.commission(5), "fee:commission:5", Kind.INCOME),
    (accounts.fee("issue"), "fee:issue", Kind.INCOME),
    (accounts.breakage("main"), "breakage:main", Kind.INCOME),
    (accounts.PROMO_GIFT, "promo:gift", Kind.COST),
    (accounts.subsidy_fund(9), "subsidy:fund:9", Kind.COST),
    (accounts.COST_POINTS, "cost:points", Kind.COST),
    (accounts.loss(8_001), "loss:card:8001", Kind.COST),
    (accounts.unresolved(1_001), "unresolved:1001", Kind.OPEN),
    (accounts.difference(1_001), "difference:1001", Kind.OPEN),
]


@pytest.mark.parametrize(("made", "golden", "kind"), GOLDEN)
def test_names_and_kinds(made: str, golden: str, kind: Kind) -> None:
    assert made == golden
    assert accounts.kind_of(made) is kind


@pytest.mark.parametrize(
    "name", ["", "card", "card:1", "card:x:main", "till:1:Cash", "vault:1", "owner:5:payable", "card:١:debt"]
)
def test_what_is_no_account_has_no_kind(name: str) -> None:
    assert accounts.kind_of(name) is None


@pytest.mark.parametrize(
    ("name", "wallet"),
    [
        ("card:8001:2:gift:purse", "gift"),
        ("card:8001:2:main:waiting", "main"),
        ("card:8001:points", "points"),
        ("card:8001:deposit", None),
        ("card:8001:debt", None),
        ("card:8001:hold", None),
        ("owner:5:payable:11", None),
    ],
)
def test_the_wallet_behind_a_name(name: str, wallet: str | None) -> None:
    assert accounts.wallet_of(name) == wallet


def test_only_accounts_of_cards_claims_and_debtors_are_kept_as_rows() -> None:
    """A row per outlet or till would be updated by each sale."""
    kept = {golden for _, golden, _ in GOLDEN if accounts.is_wallet(golden)}
    assert all(name.startswith(("card:", "claim:", "member:", "centre:")) for name in kept)
    assert len(kept) == 11


@pytest.mark.parametrize(
    ("name", "purpose"),
    [
        ("card:8001:2:main:purse", "paid"),
        ("card:8001:subsidy2", "given"),
        ("card:8001:hold", "paid"),
        ("card:8001:prepaid:bath", "paid"),
        ("card:8001:uses:bath", ""),
        ("card:8001:points", ""),
        ("card:8001:deposit", "deposit"),
        ("till:1001:cash", ""),
    ],
)
def test_points_and_uses_are_no_money_and_what_was_paid_for_uses_is(name: str, purpose: str) -> None:
    """F: B5 B7"""
    assert accounts.purpose_of(name) == purpose


def test_uses_are_no_wallet_that_a_sale_takes_money_from() -> None:
    """F: B7"""
    assert accounts.wallet_of("card:8001:uses:bath") is None
    assert accounts.wallet_of("card:8001:prepaid:bath") is None
