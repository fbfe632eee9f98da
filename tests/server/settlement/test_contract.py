"""What a contract takes off: worked by hand; and sums that do not depend on how a period was cut. F: G7"""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onecard.books.entry import effect
from onecard.books.events import settle
from onecard.errors import Refused
from server.organisation.service import add_branch, add_outlet, add_owner, add_unit
from server.settlement.contract import Contract, Taking, agree, contracts, dues
from tests.server.books.engine import Books
from tests.server.books.station import DAY, NOW, UNIT

wallets = st.sampled_from(["main", "gift", "subsidy", "credit"])
days, fens = st.integers(DAY, DAY + 3), st.integers(-5_000, 50_000)
takings = st.builds(Taking, days, st.integers(1, 3), wallets, fens)
shares = st.integers(0, 10_000)
agreements = st.builds(
    Contract, st.just(5), st.integers(0, 3), st.integers(DAY - 1, DAY + 3), shares, st.integers(0, 9_000),
    shares, shares,
)  # fmt: skip


@pytest.mark.parametrize(
    ("contract", "found", "expected"),
    [
        # 12.5 % of 1,000.00
        (Contract(5, 0, DAY, 1_250), [("main", 100_000)], (100_000, 12_500, 0, 0)),
        # half a fen goes up
        (Contract(5, 0, DAY, 5), [("main", 1_000)], (1_000, 1, 0, 0)),
        # the owner bears 30 % of gifts and 10 % of subsidies; commission is on what is left to him
        (
            Contract(5, 0, DAY, 1_000, 0, 3_000, 1_000),
            [("main", 10_000), ("gift", 1_000), ("subsidy", 2_000)],
            (13_000, 1_250, 300, 200),
        ),
        # a minimum
        (Contract(5, 0, DAY, 100, 5_000), [("main", 10_000)], (10_000, 5_000, 0, 0)),
        # more taken back than sold: commission comes back as well
        (Contract(5, 0, DAY, 1_000), [("main", -1_005)], (-1_005, -101, 0, 0)),
        # nothing agreed yet on that day
        (Contract(5, 0, DAY + 1, 1_000), [("main", 10_000)], (10_000, 0, 0, 0)),
    ],
)
def test_hand_worked_examples(
    contract: Contract, found: list[tuple[str, int]], expected: tuple[int, int, int, int]
) -> None:
    (due,) = dues([contract], [Taking(DAY, 11, wallet, fen) for wallet, fen in found])
    assert (due.payable_fen, due.commission_fen, due.gift_fen, due.subsidy_fen) == expected


def test_an_outlets_own_agreement_goes_before_the_general_one_and_new_ones_from_their_day() -> None:
    agreed = [Contract(5, 0, DAY, 1_000), Contract(5, 2, DAY, 2_000), Contract(5, 2, DAY + 1, 3_000)]
    found = [Taking(DAY, 1, "main", 100), Taking(DAY, 2, "main", 100), Taking(DAY + 1, 2, "main", 100)]
    assert [(due.outlet, due.commission_fen) for due in dues(agreed, found)] == [(1, 10), (2, 50)]


@given(st.lists(agreements, max_size=4), st.lists(takings, max_size=12), st.randoms())
def test_no_fen_is_lost_and_order_does_not_matter(
    agreed: list[Contract], found: list[Taking], random: Random
) -> None:
    """payable = paid out + commission + the owner's parts; the settlement leaves nothing owed."""
    made = dues(agreed, found)
    assert sum(due.payable_fen for due in made) == sum(one.fen for one in found)
    shuffled = list(found)
    random.shuffle(shuffled)
    assert dues(agreed, shuffled) == made
    moved = effect(settle.postings(5, made))
    for due in made:
        assert moved.get(f"owner:5:payable:{due.outlet}", 0) == -due.payable_fen


@given(st.lists(takings, max_size=12), shares)
def test_cutting_a_taking_in_two_changes_nothing(found: list[Taking], rate: int) -> None:
    agreed = [Contract(5, 0, DAY - 1, rate)]
    halves = [
        part
        for one in found
        for part in (
            Taking(one.day, one.outlet, one.wallet, one.fen - 1),
            Taking(one.day, one.outlet, one.wallet, 1),
        )
    ]
    assert dues(agreed, halves) == dues(agreed, found)


@pytest.mark.parametrize(
    ("contract", "code"),
    [
        (Contract(1, 0, DAY, 10_001), "contract.share"),
        (Contract(1, 0, DAY, -1), "contract.share"),
        (Contract(1, 0, DAY, 0, -1), "contract.share"),
        (Contract(1, 9, DAY), "contract.outlet"),
        (Contract(2, 1, DAY), "contract.outlet"),
    ],
)
def test_an_impossible_agreement_is_refused(books: Books, contract: Contract, code: str) -> None:
    def place(connection: object) -> None:
        add_unit(connection, UNIT, "U", NOW)
        owners = [add_owner(connection, UNIT, name) for name in ("A", "B")]
        add_outlet(connection, UNIT, "O", add_branch(connection, UNIT, "B"), owners[0])

    books.write(place)
    with pytest.raises(Refused) as refused:
        books.write(lambda c: agree(c, UNIT, contract, 7, NOW))
    assert refused.value.code == code
    books.write(lambda c: agree(c, UNIT, Contract(1, 1, DAY, 500), 7, NOW))
    assert books.read(lambda c: contracts(c, UNIT, 1)) == [Contract(1, 1, DAY, 500)]
