"""Goal: what is set for later begins at its moment by the station's own time, and never before. F: E2

Method: a station that has the document loses the network, its power, its clock; what it then goes by is read.
"""

import msgspec
import pytest

from onecard.clock import FalseClock
from onecard.journal.facts import Facts
from onecard.rules.terms import place_at
from onecard.wire import messages as m
from tests.onecard.terminal.stand import NOON, TERMINAL, Stand

HOUR, DAY, YEAR = 3_600, 86_400, 365 * 86_400
MONDAY = NOON + 2 * DAY


def planned(stand: Stand, *rows: tuple[int, dict[str, str]], **now: str) -> m.Document:
    """The office's document: this at once, and rows for later."""
    plain = m.decode_document_body(stand.office.place(**now).body)
    stand.office.versions["terminal"] -= 1
    later = tuple(m.SettingsFrom(since=since, settings=one) for since, one in rows)
    body = m.PlannedTerminalDocument(**msgspec.structs.asdict(plain), planned=later)
    return stand.office.document("terminal", body)


def interval(stand: Stand) -> int:
    return stand.station.upkeep.office.number("tap_interval_s")


@pytest.fixture
def told(stand: Stand) -> Stand:
    """It holds 5 s now and 30 s from Monday on."""
    stand.receive(planned(stand, (MONDAY, {"tap_interval_s": "30"}), tap_interval_s="5"))
    return stand


def test_it_begins_at_its_moment_without_a_word_from_the_office(told: Stand) -> None:
    version = told.facts.versions().terminal
    told.clock.advance(2 * DAY - 1)
    place = told.facts.place
    assert (interval(told), told.facts.place is place) == (5, True)
    told.clock.advance(1)
    assert (interval(told), told.facts.place is told.facts.place) == (30, True)
    assert told.facts.place is not place
    assert told.facts.versions().terminal == version  # decisions go on to name the document


@pytest.mark.parametrize("off_s", [DAY, 2 * DAY - 1, 2 * DAY, 9 * DAY])
def test_a_station_that_was_off_begins_when_it_starts(told: Stand, off_s: int) -> None:
    told.close()
    told.clock.advance(off_s)
    told.start()
    assert interval(told) == (30 if off_s >= 2 * DAY else 5)


@pytest.mark.parametrize("step", [-YEAR, 10 * YEAR, -NOON, 3 * DAY])
def test_a_step_of_the_wall_clock_during_a_session_begins_nothing(told: Stand, step: int) -> None:
    told.clock.step(step)
    assert interval(told) == 5
    told.clock.advance(2 * DAY)
    assert interval(told) == 30
    told.clock.step(-step)
    assert interval(told) == 30


@pytest.mark.parametrize("step", [-YEAR, 10 * YEAR, -NOON])
def test_a_wrong_clock_at_start_begins_nothing_before_and_ends_nothing(told: Stand, step: int) -> None:
    told.clock.step(step)
    told.restart()
    assert (told.station.clock_is_sure, interval(told)) == (False, 5)
    told.clock.step(-step)
    told.clock.advance(2 * DAY)
    told.receive()
    assert interval(told) == 30
    told.clock.step(step)
    told.restart()
    assert (told.station.clock_is_sure, interval(told)) == (False, 30)


def test_the_offices_time_counts_where_the_wall_clock_is_wrong(told: Stand) -> None:
    """A clock that a start believed by mistake is put right with the next word, and so is the plan."""
    told.clock.step(3 * DAY)
    told.restart()
    assert interval(told) == 30
    told.office.clock = FalseClock(NOON + HOUR)
    told.receive()
    assert interval(told) == 5
    told.clock.advance(2 * DAY - HOUR)
    assert interval(told) == 30


def test_a_later_document_replaces_it_before_and_after(told: Stand) -> None:
    told.receive(planned(told, (MONDAY + DAY, {"tap_interval_s": "60"}), tap_interval_s="7"))
    assert interval(told) == 7
    told.clock.advance(2 * DAY)
    assert interval(told) == 7
    told.clock.advance(DAY)
    assert interval(told) == 60
    told.receive(told.office.place(tap_interval_s="9"))  # without a plan, as it always was
    assert interval(told) == 9


def test_of_several_rows_the_newest_that_has_begun_holds(told: Stand) -> None:
    rows = [(MONDAY, {"pad": "implied"}), (MONDAY + DAY, {}), (MONDAY + 2 * DAY, {"pad": "implied"})]
    told.receive(planned(told, *rows))
    found = []
    for _ in range(5):
        found.append(told.facts.place.settings)  # type: ignore[union-attr]
        told.clock.advance(DAY)
    assert found == [{}, {}, {"pad": "implied"}, {}, {"pad": "implied"}]


def test_what_is_set_at_the_station_itself_stays_over_it(told: Stand) -> None:
    told.station.upkeep.set_own({"tap_interval_s": "2"}, 1, 1)
    told.clock.advance(2 * DAY)
    assert interval(told) == 2
    told.station.upkeep.set_own({}, 1, 1)
    assert interval(told) == 30


def test_meals_begin_with_it(told: Stand) -> None:
    told.receive(planned(told, (MONDAY, {"meals": "午餐 00:00-24:00"})))
    before = told.station.upkeep.calendar
    told.clock.advance(2 * DAY)
    after = told.station.upkeep.calendar
    assert (before.meal(MONDAY), after.meal(MONDAY)) == (None, 0)


def test_facts_alone_go_by_the_wall_clock(told: Stand) -> None:
    """Before a station is made of them, as while a stick is read."""
    facts = Facts(told.folder / "facts.db", told.office.key.public, told.clock)
    place = facts.place
    told.clock.advance(2 * DAY)
    assert (place is not None, facts.place is not place) == (True, True)
    facts.close()


def test_the_same_rows_say_the_same_to_whoever_recomputes(told: Stand) -> None:
    body = m.decode_document_body(planned(told, (MONDAY, {"pad": "implied"}), pad="point").body)
    assert isinstance(body, m.TerminalDocument)
    assert place_at(body, MONDAY - 1).settings == {"pad": "point"}
    assert place_at(body, MONDAY).settings == {"pad": "implied"}
    assert body.terminal == TERMINAL
