"""Goal: whatever step the till is killed at, a deposit for a room leaves a card once and is held once.

Method: as in ``test_desk_kill.py``: the app without its window in a process of its own, killed (-9) at every
named step; then the cashier goes on as anybody would. F: C19
"""

from functools import partial

import pytest
from sqlalchemy import select

from onecard.wire import errands as e
from server.hold.tables import hold
from tests.pos.test_desk_kill import (
    FEN,
    asked_once,
    books,
    exchange,
    finish_aside,
    finish_left,
    lived_then_killed,
    main,
    newest,
    open_job,
    put,
    to_desk,
)
from tests.pos.test_refund_journey import end_shift

pytestmark = pytest.mark.xdist_group("town")
DEPOSIT = 1_500


def held(town) -> list[tuple[int, str]]:
    """Deposits of the office: fen and state."""
    query = select(hold.c.fen, hold.c.state).order_by(hold.c.hold)
    return town.office.read(lambda c: [tuple(row) for row in c.execute(query)])


def pay(who, town, cards) -> None:
    """Room, amount, the member's card."""
    open_job(town, "hold", who=who)
    town.till.type("room", "K8")
    town.till.keys("15 enter")
    put(town, cards["old"])
    exchange(town)
    town.till.lift()


def pay_again(who, town, cards) -> None:
    finish_aside(town, cards["old"])
    finish_left(town)
    to_desk(town)
    open_job(town, "left")
    if town.till.view.list.rows:
        town.till.keys("enter")
        exchange(town)
    if newest(cards["old"]).main_fen == FEN:
        pay(who, town, cards)


def test_a_deposit_for_a_room(town):
    # F: C19
    before = 0
    for n, who in enumerate(("房甲", "房乙")):
        end_shift(town)
        cards, cash = {"old": town.plastic(FEN, f"04E5400{n}", name=who)}, books(town)[0]
        card = town.look(cards["old"]).card

        def check(town, cards, cash=cash, card=card, before=before) -> None:
            asked_once(town, e.OpenHold)
            assert newest(cards["old"]).main_fen == FEN - DEPOSIT
            assert books(town, main(card)) == [cash, FEN - DEPOSIT]
            assert held(town)[before:] == [(DEPOSIT, "held")]

        life, again = partial(pay, who), partial(pay_again, who)
        lived_then_killed(n, "deposit", town, cards, life, again, check)
        before = len(held(town))
