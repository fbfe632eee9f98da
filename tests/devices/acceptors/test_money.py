"""Goal: no note is lost, doubled or guessed, whatever happens in whatever state.  # F: D3 D10 G4

Method: the kiosk's own rules over each driver and simulator. Bring a note into every state, let one thing go
wrong, let it heal, and compare the paper with what is on disk: credited, returned, or a doubt for the office.
"""

import random
from collections.abc import Callable

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from onecard.devices import cable
from onecard.devices.acceptors.mechanics import At
from tests.devices.acceptors.rig import RIGS
from tests.devices.acceptors.till import Till

#: Reached by a note that the kiosk takes, in this order; and by one that it does not.
STATES = (At.REST, At.ACCEPTING, At.ESCROW, At.STACKING, At.PASSED, At.STACKED, At.REJECTING, At.RETURNING)
#: Where money is at stake, and a machine needs longer to come to rest.
AT_STAKE = (At.ESCROW, At.STACKING, At.PASSED)


def power_cut(passed: bool) -> Callable[[Till], None]:
    def event(till: Till) -> None:
        till.rig.simulator.power_cut(note_passed=passed)
        till.run(3)
        till.rig.simulator.power_on()

    return event


def crash(till: Till) -> None:
    till.start()


def crash_for_long(till: Till) -> None:
    for _ in range(80):
        till.rig.clock.advance(0.1)
        till.rig.simulator.tick()
    till.start()


def crash_with_power_cut(till: Till) -> None:
    till.rig.simulator.power_cut()
    till.rig.clock.advance(5)
    till.rig.simulator.power_on()
    till.start()


def deaf(direction: str, seconds: float) -> Callable[[Till], None]:
    def event(till: Till) -> None:
        getattr(till.rig.cable, direction).damage = cable.drop
        till.run(seconds)
        till.rig.cable.heal()

    return event


def deaf_and_cut(till: Till) -> None:
    """Nobody is heard, meanwhile the power goes, and the kiosk notices only later."""
    till.rig.cable.to_host.damage = cable.drop
    till.run(0.5)
    till.rig.simulator.power_cut()
    till.run(0.3)
    till.rig.simulator.power_on()
    till.run(0.3)
    till.rig.cable.heal()


def unplugged(till: Till) -> None:
    till.rig.cable.to_device.clear()
    till.rig.cable.to_host.clear()
    till.open_again()


EVENTS: dict[str, Callable[[Till], None]] = {
    "power cut, passed": power_cut(passed=True),
    "power cut, not passed": power_cut(passed=False),
    "crash": crash,
    "crash for long": crash_for_long,
    "crash with power cut": crash_with_power_cut,
    "host deaf for a moment": deaf("to_host", 0.5),
    "host deaf for long": deaf("to_host", 6),
    "device deaf for a moment": deaf("to_device", 0.5),
    "device deaf for long": deaf("to_device", 6),
    "deaf and power cut": deaf_and_cut,
    "line opened again": unplugged,
}


def bring_to(till: Till, state: At) -> None:
    """Run until the machine stands in ``state`` with a 50 yuan note, and not one poll longer."""
    till.rig.until(lambda: till.rig.simulator.takes_notes)
    if state is At.REST:
        return
    if state is At.RETURNING:
        # The kiosk does not want it: its session is over.
        till.intake = till.intake.__class__(values_fen=till.intake.values_fen, boot=till.intake.boot)
    assert till.rig.simulator.insert(
        5_000, reject=till.rig.kind.bad_note[0] if state is At.REJECTING else None
    )
    till.rig.until(lambda: till.rig.at is state)


def works_again(till: Till) -> None:
    """Another note is taken and credited."""
    box = list(till.rig.simulator.memory.box_fen)
    credits = till.disk.credited_fen
    till.open()
    till.run(1)
    till.rig.until(lambda: till.rig.simulator.takes_notes)
    assert till.rig.simulator.insert(1_000)
    till.run(6)
    assert till.rig.simulator.memory.box_fen == [*box, 1_000]
    assert till.disk.credited_fen == credits + 1_000


@pytest.mark.hypothesis  # `make fuzz` runs it too, and then all of it
@pytest.mark.parametrize("event", sorted(EVENTS))
@pytest.mark.parametrize("name", sorted(RIGS))
def test_no_event_in_any_state_loses_doubles_or_guesses(name, event):
    for state in STATES:
        till = Till(RIGS[name])
        bring_to(till, state)
        EVENTS[event](till)
        till.run(14 if state in (At.ACCEPTING, *AT_STAKE) else 6)
        try:
            till.check()
            if state is At.REST:
                assert till.disk.records == [], "nothing was there"
            works_again(till)
            till.check()
        except AssertionError as error:
            raise AssertionError(f"{name}: {event} in {state.name}: {error}") from error


def test_the_ordinary_note_is_credited_without_a_doubt():
    for kind in RIGS.values():
        till = Till(kind)
        for value_fen in (5_000, 100):
            till.rig.until(lambda till=till: till.rig.simulator.takes_notes)
            till.run(0.3)
            till.rig.simulator.insert(value_fen)
            till.run(6)
        assert till.disk.credited_fen == sum(till.rig.simulator.memory.box_fen) == 5_100
        assert till.disk.doubted_fen == 0


@pytest.mark.parametrize("name", sorted(RIGS))
@settings(max_examples=2, phases=[Phase.generate])
@given(seed=st.integers(1, 1 << 32))
def test_random_days_balance(name, seed):
    """Customers, losses, power cuts and crashes as a seed wants them; as many days as are asked for."""
    dice = random.Random(f"{name} {seed}")
    till = Till(RIGS[name])
    happenings = [EVENTS[event] for event in sorted(EVENTS)]
    for _ in range(12):
        till.rig.simulator.insert(dice.choice((100, 1_000, 5_000)))
        till.run(dice.uniform(0.1, 3))
        dice.choice(happenings)(till)
        till.run(dice.uniform(0.1, 6))
    till.run(30)
    assert till.rig.simulator.memory.box_fen, "days without a note in the box say nothing"
    till.check()


def test_a_unit_that_was_left_alone_with_its_credit_until_it_fell_silent_is_reset():
    """F: D3. ID-003: the kiosk was off for minutes behind its order, and the unit itself had power."""
    for is_new in (True, False):
        till = Till(RIGS["id003"])
        bring_to(till, At.PASSED)
        till.rig.clock.advance(100)
        till.rig.simulator.tick()
        assert till.rig.simulator.is_mute
        if is_new:
            till.start()
        till.run(90)
        assert (
            till.disk.credited_fen + till.disk.doubted_fen == sum(till.rig.simulator.memory.box_fen) == 5_000
        )
        till.check()
        works_again(till)
