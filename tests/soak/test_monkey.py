"""Goal: whatever an operator or a member does, in whatever order: no crash, no way that leads nowhere, no
success before it is on disk, and books, journals, notes and plastic that agree. F: C14 D3

Method: a monkey of one seed at the whole till and at the whole kiosk of one office; the same one in real
windows for hours is ``make soak``. Bugs are planted to see that it notices.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from onecard.terminal import tap
from onecard.wire import messages as m
from pos.flow import Flow
from tests.pos.town import Town
from tests.soak import books
from tests.soak.blind import BlindTill
from tests.soak.blind_hall import BlindHall
from tests.soak.watch import slope_mb_per_hour

EVENTS = 2_000
#: A note takes its seconds, and the kiosk's clocks all of them.
AT_KIOSK = 1_600


@pytest.fixture
def town() -> Iterator[Town]:
    made = Town("monkey")
    yield made
    made.close()


def told(box: Any) -> books.Told:
    return books.Told(name=box.name, terminal=box.number, bodies=box.bodies(), verified=box.journal.verify(),
                      pending=box.journal.pending)  # fmt: skip


def test_a_monkey_at_the_till_breaks_nothing(town: Town) -> None:  # F: C14
    monkey = BlindTill(town, 7)
    monkey.play(EVENTS)
    town.sync()
    assert monkey.found == []
    assert books.disagreements(town.office, [told(town.till)], monkey.cards) == []
    assert len(monkey._seen) > 20


def test_a_monkey_before_the_kiosk_breaks_nothing(town: Town) -> None:  # F: D3 D8
    monkey = BlindHall(town, 7)
    monkey.play(AT_KIOSK)
    town.sync()
    kiosk = told(monkey.kiosk)
    monkey.close()
    kiosk.kept = {"shown": [], "box_fen": monkey.kiosk.memory.box_fen, "inside_fen": 0}
    assert monkey.found == []
    assert books.disagreements(town.office, [told(town.till), kiosk], monkey.cards) == []
    assert len(monkey._seen) > 20


def notices(monkey: BlindTill, what: str) -> bool:
    """Within 600 events; what is found early need not be looked for any longer."""
    for events in range(60, 660, 60):
        monkey.play(events)
        if any(what in one for one in monkey.found):
            return True
    return False


def test_success_before_the_record_is_noticed(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    def forgotten(id: Any, at: int, intent: Any, image: Any, proof: Any) -> m.NotWritten:
        return m.NotWritten(id=id, at=at, of=intent.id)

    monkeypatch.setattr(tap, "_outcome", forgotten)
    assert notices(BlindTill(town, 7), "is shown as done")


def test_a_screen_without_a_way_out_is_noticed(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    act = Flow.act
    monkeypatch.setattr(
        Flow, "act", lambda flow, action: None if flow.screen == "void" else act(flow, action)
    )
    assert notices(BlindTill(town, 7), "no way home from void")


def test_a_straight_line_is_drawn_through_the_sizes_behind_the_warm_up() -> None:
    grown = [(float(minute), 100.0 + (minute - 30) * 0.02 if minute >= 30 else 60.0) for minute in range(121)]
    assert abs(slope_mb_per_hour(grown) - 1.2) < 0.01
    assert slope_mb_per_hour([(0.0, 5.0)]) == 0.0
