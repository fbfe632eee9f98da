"""Goal: the office starts a till anew between two customers and under nobody's hands. F: E6

Method: the till on a virtual card is asked at each moment of a sale, as its window asks it at each tick.
"""

import pytest

from pos.task import Sell
from tests.onecard.terminal.stand import read_plastic
from tests.pos.test_mode_journey import office
from tests.pos.test_torn_tap_journey import torn


def test_a_bill_and_a_card_that_is_wanted_hold_it(rig):
    assert rig.flow.let_go()
    rig.keys("5 +")
    assert not rig.flow.let_go(), "rung and not paid"
    rig.keys("enter")
    assert rig.overlay.look == "ready"
    assert not rig.flow.let_go(), "somebody is to pay"


def test_a_torn_tap_holds_it_and_the_success_lets_it_go(rig, plastic):
    torn(rig, plastic)
    assert not rig.flow.let_go()
    rig.put(plastic)
    assert rig.overlay.look == "ok"
    assert not rig.flow.let_go(), "the card lies there"
    rig.lift()
    assert rig.flow.let_go()
    rig.keys("f12")
    assert rig.flow.let_go()


def test_a_word_of_a_supervisor_that_is_asked_for_holds_it(rig, plastic):
    torn(rig, plastic)
    rig.keys("f8")
    assert not rig.flow.let_go()


@pytest.mark.parametrize("came", [False, True], ids=["nobody", "a card just came"])
def test_a_reader_that_waits_by_itself_lets_go_unless_a_card_came(rig, plastic, came):
    office(rig, mode="fixed", fixed_fen="350")
    assert isinstance(rig.flow.cards.tap.task, Sell)
    if came:
        rig.gate.disarm()  # the reader's thread has it, and has told the window nothing yet
    assert rig.flow.let_go() is not came
    rig.tap(plastic)
    assert read_plastic(plastic).newest.main_fen == 10_000, "nobody pays a till that is going"
