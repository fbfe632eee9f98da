"""Shares of a refund: never more than is left, and in the end the whole."""

from hypothesis import given
from hypothesis import strategies as st

from onecard.books.events import refund

wallets = st.dictionaries(
    st.sampled_from(["main", "gift", "meal", "subsidy"]), st.integers(1, 5_000), min_size=1
)


@given(paid=wallets, cuts=st.lists(st.integers(1, 3_000), max_size=12))
def test_shares_add_up_and_no_wallet_gets_more_than_it_paid(paid: dict[str, int], cuts: list[int]) -> None:
    left = dict(paid)
    for cut in [*cuts, 10**9]:
        fen = min(cut, sum(left.values()))
        if fen == 0:
            break
        parts = refund.shares(paid, left, fen)
        assert sum(parts.values()) == fen
        for wallet, part in parts.items():
            assert 0 < part <= left[wallet]
            left[wallet] -= part
        gone, whole = sum(paid.values()) - sum(left.values()), sum(paid.values())
        for wallet, own in paid.items():
            # By the split of the sale, to the fen.
            assert abs((own - left[wallet]) * whole - own * gone) <= whole
    assert not any(left.values())


@given(
    total=st.integers(0, 100_000),
    quantity=st.integers(1, 5_000),
    cuts=st.lists(st.integers(1, 2_000), max_size=10),
)
def test_the_parts_of_a_line_are_the_line(total: int, quantity: int, cuts: list[int]) -> None:
    before = fen = 0
    for cut in [*cuts, quantity]:
        now = min(cut, quantity - before)
        fen += refund.line_fen(total, quantity, before, now)
        before += now
    assert (before, fen) == (quantity, total)


@given(totals=st.lists(st.integers(0, 9_999), max_size=8), share=st.integers(0, 100))
def test_a_discount_is_shared_out_whole(totals: list[int], share: int) -> None:
    discount = sum(totals) * share // 100
    parts = refund.discounts(totals, discount)
    assert sum(parts) == discount
    assert all(0 <= part <= total for part, total in zip(parts, totals, strict=True))
