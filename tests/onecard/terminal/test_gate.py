"""Goal: a card meets at most one task, and exactly one of two threads gets it. F: C10"""

import threading

from onecard.clock import SystemClock
from onecard.errors import Refused
from onecard.terminal.card_event import Began, Ended, Failed, Lifted, Placed
from onecard.terminal.gate import Gate


class Card:
    uid = b"\x04\x01\x02\x03"


def make(nudge=lambda call: call()):
    told, ran = [], []

    def run(task, card):
        ran.append((task, card))
        return Failed(error=Refused("card.blank"))

    return Gate(run, told.append, nudge, SystemClock()), told, ran


def kinds(told):
    return [type(one) for one in told]


def test_nothing_is_asked_of_a_card_while_no_task_waits():
    gate, told, ran = make()
    gate.changed(Card())
    gate.changed(None)
    assert kinds(told) == [Placed, Lifted]
    assert ran == []


def test_a_waiting_task_gets_the_next_card_once():
    gate, told, ran = make()
    gate.arm("read it")
    gate.changed(Card())
    assert kinds(told) == [Placed, Began, Ended]
    gate.changed(None)
    gate.changed(Card())
    assert len(ran) == 1


def test_a_used_card_serves_again_only_where_that_is_wanted():
    gate, _, ran = make()
    gate.arm("read it")
    gate.changed(Card())
    gate.arm("read it")
    assert len(ran) == 1
    assert gate.disarm()
    gate.arm("read it", lying=True)
    assert len(ran) == 2


def test_a_task_taken_back_in_time_meets_no_card():
    gate, _, ran = make()
    gate.arm("read it")
    assert gate.disarm()
    assert not gate.disarm()
    gate.changed(Card())
    assert ran == []


def test_two_cards_are_told_only_while_one_is_wanted():
    gate, told, _ = make()
    gate.refused(Refused("card.two"))
    assert told == []
    gate.arm("read it")
    gate.refused(Refused("card.two"))
    assert kinds(told) == [Began, Ended]


def test_taking_back_and_tapping_at_once_have_one_winner():
    """Two threads, many rounds: the task ran, or it was taken back, never both and never neither."""
    gate, _, ran = make(nudge=lambda call: None)
    for _round in range(300):
        before = len(ran)
        gate.arm("read it")
        start, taken = threading.Barrier(2), []

        def tap(start=start):
            start.wait()
            gate.changed(Card())

        reader = threading.Thread(target=tap)
        reader.start()
        start.wait()
        taken.append(gate.disarm())
        reader.join()
        assert (len(ran) > before) != taken[0]
        gate.changed(None)
