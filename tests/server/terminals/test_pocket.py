"""Goal: whoever holds a card sees all that is his: office wallets, points, what waits, what lies ready.

Method: one member with all of it, on both engines; one line of a subsidy is picked up, then the rest.
"""

from onecard.wire import errands as e
from onecard.wire.pockets import AskPockets, Pockets
from tests.server.terminals.desk import Desk
from tests.server.terminals.test_lookup import code


def pockets(desk: Desk, card: int) -> Pockets:
    return desk.till.ask("/t/pockets", AskPockets(card=card, issue=1), Pockets)


# F: D1 D2 B3
def test_all_that_is_a_holders_is_told_and_one_subsidy_can_be_taken_without_the_other(desk: Desk) -> None:
    member = desk.member()
    card = desk.plastic(member=member)
    desk.earn(card, 40)
    desk.released(member, 2_000)
    desk.released(member, 3_000)
    before = pockets(desk, card.card)
    assert before.points == 40
    assert [one.fen for one in before.ready] == [2_000, 3_000]
    assert before.waiting == ()
    first = before.ready[0]
    desk.done(e.CollectSubsidy, card=card.card, issue=1, list=first.list, line=first.line)
    after = pockets(desk, card.card)
    assert [one.fen for one in after.ready] == [3_000]
    assert sum(fen for _, fen in after.waiting) == 2_000
    desk.done(e.CollectSubsidy, card=card.card, issue=1)
    assert pockets(desk, card.card).ready == ()


# F: D1
def test_an_account_cards_wallets_are_told_and_a_card_of_nobody_is_not(desk: Desk) -> None:
    card = desk.account(fen=4_200, member=desk.member())
    assert [(one.wallet, one.fen) for one in pockets(desk, card).pockets] == [("main", 4_200)]
    assert code(desk, "/t/pockets", AskPockets(card=999_999, issue=1)) == "card.unknown"
