"""Goal: a tap that only an earlier life of a terminal's disk knew of is not open for ever.

Method: a sale is torn and set aside, the disk is replaced by one that never heard of it, the card comes.
"""

import pytest

from onecard.devices.readers.virtual import DirectStorage
from onecard.terminal.evidence import OTHER_LIFE
from onecard.terminal.order import Order
from onecard.terminal.outcome import Unfinished
from onecard.wire import messages as m
from tests.onecard.terminal.stand import CASHIER, Stand, make_plastic


@pytest.fixture
def torn(tmp_path):
    """(the plastic, the first life of a terminal, its tap as the office tells of it)."""
    (tmp_path / "one").mkdir()
    first, plastic = Stand(tmp_path / "one"), make_plastic()
    first.station.open_shift(CASHIER, 0)
    storage = DirectStorage(plastic)
    look = first.station.look(storage)
    plastic.tear_at(plastic.commands + 2, None)
    ended = first.station.sell(storage, look, Order.amount(100))
    assert isinstance(ended, Unfinished)
    first.station.set_aside(ended.id)
    plastic._fault = None
    write = ended.intent.purse
    tap = m.OpenTap(
        of=ended.id, card=look.card, issue=look.issue, kind="sale", fen=100, counter=write.counter, at=1
    )
    return plastic, first, tap


# F: C10 E8
def test_a_tap_of_an_earlier_life_is_given_up_once_and_before_the_evidence(torn, tmp_path):
    plastic, first, tap = torn
    (tmp_path / "two").mkdir()
    second = Stand(tmp_path / "two", clock=first.clock, office=first.office)
    second.receive(first.office.open_taps(tap))
    for _ in range(2):
        look = second.station.look(DirectStorage(plastic))
        assert look.foreign_open == (tap,)
    (given_up,) = second.bodies(m.GivenUp)
    (seen,) = second.bodies(m.Seen)
    assert (given_up.of, given_up.why) == (tap.of, OTHER_LIFE)
    assert seen.of == tap.of
    assert given_up.id < seen.id  # "not yet" is proof only when nobody could write it any more


def test_an_own_tap_stays_its_own(torn):
    plastic, first, tap = torn
    first.receive(first.office.open_taps(tap))
    look = first.station.look(DirectStorage(plastic))
    assert look.foreign_open == ()
    assert [one.id for one in look.own_open] == [tap.of]
    assert not list(first.bodies(m.GivenUp))


def test_another_terminals_tap_is_not_given_up(torn, tmp_path):
    plastic, first, tap = torn
    (tmp_path / "other").mkdir()
    other = Stand(tmp_path / "other", clock=first.clock, office=first.office, terminal=1002)
    other.receive(first.office.open_taps(tap))
    assert other.station.look(DirectStorage(plastic)).foreign_open == (tap,)
    assert not list(other.bodies(m.GivenUp))
