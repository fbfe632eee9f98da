"""Goal: a sale of an earlier shift goes back the way it was paid, once, with a supervisor's word.

Method: the whole till and the whole server in one process; a shift ends in between, books are looked at.
"""

import pytest

from onecard.wire import errands
from onecard.wire import messages as m

pytestmark = pytest.mark.xdist_group("town")


def end_shift(town) -> None:
    town.sync()
    assert isinstance(town.till.close_shift(), m.ShiftClose)
    town.sync()


def open_refunds(town) -> None:
    town.till.keys(f"f11 {town.door('refund')}")
    assert town.till.screen == "refund"


def rows(town) -> list[tuple[str, ...]]:
    return [row.cells for row in town.till.view.rows]


def waiting(town, plastic) -> list[int]:
    look = town.look(plastic)
    return [
        one.fen for one in town.till.station.facts.loads(look.card, look.issue, look.image.newest.last_load)
    ]


def test_a_whole_sale_waits_for_its_card(town) -> None:
    # F: C7
    till, plastic = town.till, town.plastic(5_000, "04E10001")
    till.keys("12.5 enter")
    till.tap(plastic)
    till.keys("escape")
    town.sync()
    open_refunds(town)
    assert till.view.rows[0].tone == "muted"  # this shift's: that is a void
    till.keys("enter")
    assert till.message
    till.keys("escape")
    end_shift(town)
    open_refunds(town)
    assert rows(town)[0][-2:] == ("12.50", "12.50")
    till.keys("enter enter")
    assert till.screen == "sell"
    assert "12.50" in till.message
    town.sync()
    assert waiting(town, plastic) == [1_250]
    assert "退款" in till.paper()
    assert town.problems() == []
    open_refunds(town)
    assert rows(town)[0][-1] == "0.00"
    till.keys("escape")


def test_one_line_of_a_cash_sale_comes_out_of_the_drawer(town) -> None:
    # F: C7 C4
    till = town.till
    till.keys("8 + 4.5 + 3 f6 enter")
    before = town.cash()
    end_shift(town)
    open_refunds(town)
    assert rows(town)[0][1] == "现金"
    till.keys("enter row:0 row:2")
    assert till.view.sum == "￥4.50"
    till.keys("enter")
    assert "4.50" in till.message
    assert till.papers[-1].kick_drawer
    assert town.cash() == before - 450
    assert till.station.expected_cash_fen() == -450  # the float of this shift is nothing
    assert town.problems() == []
    errand = next(body for body in reversed(till.bodies()) if isinstance(body, errands.RefundSale))
    assert errand.lines == ((1, 1000),)


def test_only_the_card_that_is_shown(town) -> None:
    # F: C7
    till = town.till
    cards = [town.plastic(5_000, f"04E1001{n}") for n in range(2)]
    for plastic in cards:
        till.keys("7 enter")
        till.tap(plastic)
        till.keys("escape")
    end_shift(town)
    open_refunds(town)
    till.keys("f2")
    till.tap(cards[0])
    assert len(rows(town)) == 1
    till.keys("escape")


def test_nothing_opens_without_the_office(town) -> None:
    till = town.till
    sync, till.till.sync = till.till.sync, None
    till.keys(f"f11 {town.door('refund')}")
    assert till.screen == "more"
    till.till.sync = sync
