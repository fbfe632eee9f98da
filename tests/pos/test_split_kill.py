"""Goal: whatever step the till is killed at, a bill that two cards pay is paid by each of them once.

Method: as in ``test_desk_kill.py``; after the restart the cashier goes on with what is due. F: C4
"""

from collections import Counter

import pytest

from onecard.wire import messages as m
from tests.pos.mortal import killed_everywhere
from tests.pos.test_desk_kill import FEN, books, exchange, finish_aside, image_of, main, newest, put
from tests.pos.test_refund_journey import end_shift

pytestmark = pytest.mark.xdist_group("town")


def pay_both(town, cards) -> None:
    """8.00 and 4.50: ten of it by the first card, the rest by the second."""
    town.till.keys("8 + 4.5 f6 10 f3")
    put(town, cards["first"])
    town.till.lift()
    town.till.keys("escape escape")
    pay_rest(town, cards)


def pay_rest(town, cards) -> None:
    """All that is still due."""
    town.till.keys("enter")
    put(town, cards["second"])
    town.till.keys("escape")
    town.till.lift()
    exchange(town)


def go_on(town, cards) -> None:
    # The open tap says whose card is wanted back.
    for tap in town.till.station.open_taps():
        finish_aside(town, next(one for one in cards.values() if image_of(one).identity.card == tap.card))
    town.till.wait(0.5)
    first = newest(cards["first"]).main_fen == FEN
    second = newest(cards["second"]).main_fen == FEN
    assert second or not first, "the rest was paid before the first part"
    if first:
        assert town.till.view.amount == "￥0.00"
        pay_both(town, cards)
    elif second:
        assert town.till.view.amount == "￥2.50"
        pay_rest(town, cards)
    exchange(town)


def test_two_cards_pay_one_bill(town):
    # F: C4
    for n in range(2):
        end_shift(town)
        cards = {name: town.plastic(FEN, f"04E55{n}0{at}") for at, name in enumerate(("first", "second"))}
        numbers = [town.look(card).card for card in cards.values()]

        def check(town, cards, numbers=numbers) -> None:
            assert town.problems() == []
            assert town.till.station.open_taps() == []
            assert [newest(card).main_fen for card in cards.values()] == [FEN - 1_000, FEN - 250]
            assert books(town, *map(main, numbers))[1:] == [FEN - 1_000, FEN - 250]
            journal = town.till.journal
            bodies = list(journal.bodies(journal.index.open_shift()))
            done = {body.of for body in bodies if isinstance(body, m.Done)}
            first, second = (one for one in bodies if isinstance(one, m.Sale) and one.id in done)
            assert (first.due_fen, second.due_fen, second.beside) == (1_000, 250, first.id)

        if n:
            died, same = killed_everywhere(town, cards, pay_both, go_on, check)
            print(f"split: died at {len(died)} of {len(died) + len(same)} steps: {dict(Counter(died))}")
            assert Counter(died)["sync"] >= 4
        else:
            pay_both(town, cards)
            town.till.lift()
            check(town, cards)
