"""Clocks that are wrong: order, limits and validity stay sane, and money with a date on it waits."""

import pytest

from onecard.devices.readers.virtual import DirectStorage
from onecard.errors import Refused
from onecard.terminal.order import Order
from onecard.terminal.outcome import Completed
from onecard.wire import messages as m
from tests.onecard.terminal.stand import CARD, CASHIER, KEYS, NOON, TODAY, load, make_plastic, read_plastic

DAY, YEAR = 86_400, 365 * 86_400


def sell(stand, plastic, fen=100):
    storage = DirectStorage(plastic)
    return stand.station.sell(storage, stand.station.look(storage), Order.amount(fen))


@pytest.mark.parametrize("step", [-YEAR, 10 * YEAR, -NOON, 3 * DAY])
def test_a_step_of_the_wall_clock_during_a_session_moves_nothing(stand, plastic, step):
    stand.receive(stand.office.types(m.CardType(type=1, name="x", day_limit_fen=1000)))
    sell(stand, plastic, 900)
    stand.clock.step(step)
    with pytest.raises(Refused) as refused:
        sell(stand, plastic, 101)
    assert refused.value.code == "limit.day"
    sold = sell(stand, plastic, 100)
    assert (sold.intent.day, sold.intent.at) == (TODAY, NOON)
    records = stand.journal.records(1, 0)
    assert records[-1].at == NOON + step  # the raw clock is kept as evidence beside it
    assert stand.journal.verify() == len(records)


@pytest.mark.parametrize("step", [-YEAR, 10 * YEAR, -NOON])
def test_a_wrong_clock_at_start_is_not_believed(stand, plastic, step):
    sell(stand, plastic)
    stand.clock.step(step)
    stand.restart()
    assert not stand.station.clock_is_sure
    stand.clock.advance(60)
    sold = sell(stand, plastic)
    assert isinstance(sold, Completed)
    assert (sold.intent.day, sold.intent.at) == (TODAY, NOON + 60)
    stand.clock.step(-step)  # somebody puts it right: the days under the wrong clock have left no trace
    stand.restart()
    assert stand.station.clock_is_sure
    assert sell(stand, plastic).intent.at == NOON + 60


def test_a_contact_puts_the_time_right(stand):
    stand.clock.step(-YEAR)
    stand.restart()
    stand.office.clock.step(YEAR)
    stand.receive()
    stand.office.clock.step(-YEAR)
    assert (stand.station.now(), stand.station.clock_is_sure) == (NOON, True)


def test_under_an_unsure_clock_dated_money_waits(stand, plastic):
    stand.receive(stand.office.loads(load(1, 50, expires_day=TODAY + 10)))
    stand.clock.step(-YEAR)
    stand.restart()
    storage = DirectStorage(plastic)
    assert stand.station.apply_loads(storage, stand.station.look(storage)) is None
    stand.office.clock.step(YEAR)
    stand.receive()
    storage = DirectStorage(plastic)
    assert isinstance(stand.station.apply_loads(storage, stand.station.look(storage)), Completed)


def test_a_card_from_a_later_day_than_an_unsure_clock_is_refused_by_name(stand, plastic):
    from onecard.cards.m1 import M1Card
    from onecard.ids import RecordId
    from onecard.rules.periods import Calendar
    from onecard.rules.purse import Change, advance
    from tests.onecard.terminal.stand import UNIT

    session = M1Card(DirectStorage(plastic), KEYS, UNIT)
    later, _ = advance(
        session.read().newest, Change(), by=RecordId(2, 1, 1), at=NOON + 3 * DAY, calendar=Calendar()
    )
    session.write(later)
    stand.clock.step(-YEAR)
    stand.restart()
    with pytest.raises(Refused) as refused:
        sell(stand, plastic)
    assert refused.value.code == "clock.unsure"
    assert read_plastic(plastic).newest == later


def test_a_till_that_slept_over_the_summer_still_sells(stand, plastic):
    stand.close()
    stand.clock.advance(90 * DAY)
    stand.start()
    assert stand.station.clock_is_sure
    assert sell(stand, plastic).intent.day == TODAY + 90
    assert make_plastic().uid != CARD
    assert stand.station.shift.operator == CASHIER
