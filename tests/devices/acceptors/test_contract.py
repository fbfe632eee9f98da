"""Contract of every cash acceptor, run on each driver's simulator through real bytes.  # F: D3

Goal: a stacked note is exactly one credit, whatever happens to cable, power and application. Method: drive
the simulator into every state, let one thing go wrong there, heal it, and compare the notes in the cash box
with the credits that an intake would have booked.
"""

import itertools
import random
from collections.abc import Callable

import pytest

from onecard.devices import cable
from onecard.devices.acceptors import (
    Credited,
    Escrowed,
    Faulted,
    Idle,
    PoweredUp,
    Rejected,
    Returned,
    Stacked,
    Stacking,
)
from onecard.devices.acceptors.mechanics import At
from onecard.errors import DeviceGone
from tests.devices.acceptors.rig import ALL, FULL, RIGS, TRIED, Rig, intake

ID003 = [name for name in sorted(RIGS) if name.startswith("id003")]


@pytest.fixture(params=TRIED)
def rig(request) -> Rig:
    return RIGS[request.param]()


@pytest.fixture(params=[name for name in TRIED if RIGS[name].repeats])
def repeating(request) -> Rig:
    """An acceptor that tells its credit until it is acknowledged, also to an application that starts anew."""
    return RIGS[request.param]()


# -- one note ----------------------------------------------------------------------------------------------


def test_a_note_is_escrowed_stacked_and_credited_once(rig):
    intake(rig)
    rig.until_open()
    assert rig.simulator.insert(10_000)
    events = rig.run(6)
    told = [e for e in events if not isinstance(e, Credited)]
    assert Escrowed(1, 10_000) in told
    assert told.index(Escrowed(1, 10_000)) < told.index(Stacking(1)) < told.index(Stacked(1))
    assert events.index(Credited(1, 10_000)) < events.index(Stacked(1))
    assert list(rig.credits.values()) == [10_000]
    assert rig.simulator.memory.box_fen == [10_000]
    assert rig.simulator.memory.uncredited_fen == []


def test_every_value_is_credited_as_itself(rig):
    intake(rig)
    rig.until_open()
    for value_fen in rig.driver.values_fen:
        assert rig.simulator.insert(value_fen)
        rig.run(5)
    assert list(rig.credits.values()) == list(rig.driver.values_fen) == rig.simulator.memory.box_fen


def test_a_held_note_goes_back_on_order(rig):
    intake(rig, stack=False)
    rig.until_open()
    rig.simulator.insert(500)
    events = rig.run(5)
    assert Returned(1) in events
    assert rig.credits == {}
    assert rig.simulator.memory.returned_fen == [500]


def test_nothing_is_credited_before_the_order_to_stack(rig):
    rig.until_open()
    rig.simulator.insert(500)
    events = rig.run(9)
    assert Escrowed(1, 500) in events
    assert not any(isinstance(e, Credited | Stacking) for e in events)


def test_noise_that_reads_as_one_credit_is_not_money():
    rig = RIGS["id003"]()
    intake(rig, stack=False)
    rig.until_open()
    for _ in range(5):
        rig.cable.device.write(bytes.fromhex("FC 05 15 03 10"))
        rig.run(1)
    assert not any(isinstance(e, Credited) for e in rig.events)


def test_a_forgotten_note_comes_back_by_itself(rig):
    rig.until_open()
    rig.simulator.insert(500)
    events = rig.run(15)
    assert Returned(1) in events
    assert Idle(True) in events[events.index(Returned(1)) :]
    rig.driver.stack()  # too late: there is no note any more
    rig.run(5)
    assert rig.simulator.memory.box_fen == []


def test_a_credit_repeats_until_it_is_acknowledged(rig):
    rig.until_open()
    rig.simulator.insert(2_000)
    rig.until_event(Escrowed)
    rig.order_stack()
    rig.until_event(Credited)
    events = rig.run(5)
    assert len([e for e in events if isinstance(e, Credited)]) == 50
    assert not any(isinstance(e, Stacked) for e in events)
    rig.driver.acknowledge()
    events = rig.run(2)
    assert not any(isinstance(e, Credited) for e in events)
    assert Stacked(1) in events
    assert rig.credits == {(rig.boot, 1): 2_000}


# -- which notes -------------------------------------------------------------------------------------------


def test_the_mouth_is_shut_until_enabled_and_again_after(rig):
    rig.run(5)
    assert not rig.simulator.insert(500)
    rig.until_open()
    rig.driver.enable(frozenset())
    rig.until_event(Idle)
    assert rig.events[-1] == Idle(False)
    assert not rig.simulator.insert(500)


def test_only_enabled_values_are_taken(rig):
    intake(rig)
    rig.until_open()
    rig.driver.enable(frozenset({500, 1_000}))
    rig.run(1)
    rig.simulator.insert(10_000)
    events = rig.run(4)
    assert any(isinstance(e, Rejected) for e in events)
    assert not any(isinstance(e, Escrowed) for e in events)
    assert rig.simulator.memory.returned_fen == [10_000]
    rig.simulator.insert(500)
    rig.run(5)
    assert list(rig.credits.values()) == [500]


@pytest.mark.parametrize("name", [name for name in TRIED if RIGS[name].says_values])
def test_values_come_from_the_device_not_from_their_place(name):
    rig = RIGS[name](values_fen=(10_000, 100, 5_000))  # F: bad pattern: denominations by position
    intake(rig)
    rig.until_open()
    assert rig.driver.values_fen == (100, 5_000, 10_000)
    rig.simulator.insert(100)
    rig.run(5)
    assert list(rig.credits.values()) == [100]


def test_a_bad_note_is_rejected_with_its_reason(rig):
    intake(rig)
    rig.until_open()
    bad, word = rig.kind.bad_note
    rig.simulator.insert(1_000, reject=bad)
    events = rig.run(4)
    assert [e.reason for e in events if isinstance(e, Rejected)] == [word]
    assert rig.credits == {}
    assert rig.simulator.memory.returned_fen == [1_000]


# -- faults ------------------------------------------------------------------------------------------------

FAULTS: dict[str, tuple[Callable[[Rig], object], str]] = {
    "jam": (lambda rig: rig.simulator.jam(), "jam"),
    "jam in the stacker": (lambda rig: rig.simulator.jam("stacker"), "jam"),
    "box out": (lambda rig: rig.simulator.take_box_out(), "box_out"),
    "cheated": (lambda rig: rig.simulator.cheat(), "cheated"),
    "failure": (lambda rig: rig.simulator.fail(), "failure"),
    "power off": (lambda rig: rig.simulator.power_cut(), "silent"),
    "cable deaf": (lambda rig: setattr(rig.cable.to_host, "damage", cable.drop), "silent"),
}


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_a_fault_is_told_once(rig, name):
    break_it, kind = FAULTS[name]
    kind = rig.kind.faults.get(name, kind)
    rig.until_open()
    break_it(rig)
    told = [e for e in rig.run(20) if isinstance(e, Faulted)]
    assert [e.kind for e in told] == ([] if kind is None else [kind])


def test_a_full_box_takes_no_more(rig):
    full = rig.kind(capacity=2)
    intake(full)
    full.until_open()
    for _ in range(2):
        full.simulator.insert(100)
        full.run(5)
    assert full.events[-1] == Faulted("box_full")
    assert not full.simulator.insert(100)
    assert full.credited_fen == 200


def test_after_the_box_is_back_notes_are_taken_again(rig):
    intake(rig)
    rig.until_open()
    rig.simulator.take_box_out()
    rig.run(3)
    rig.simulator.put_box_back()
    rig.until(lambda: rig.simulator.takes_notes)
    rig.run(1)
    rig.simulator.insert(500)
    rig.run(5)
    assert list(rig.credits.values()) == [500]


def test_silence_ends_with_idle(rig):
    rig.until_open()
    rig.cable.to_device.damage = cable.drop
    rig.until_event(Faulted)
    rig.cable.heal()
    assert rig.until_event(Idle) == Idle(True)


def test_a_cut_cable_is_a_gone_device(rig):
    rig.until_open()
    rig.cable.cut()
    with pytest.raises(DeviceGone):
        rig.driver.poll()


# -- power and application ---------------------------------------------------------------------------------

STATES = ("idle", "accepting", "escrow", "stacking", "credited", "acknowledged", "rejecting", "returning")


def bring_to(rig: Rig, state: str) -> None:
    """Until the device is in ``state``, with a 50 yuan note where there is one."""
    rig.until_open()
    if state == "idle":
        return
    assert rig.simulator.insert(5_000, reject=rig.kind.bad_note[0] if state == "rejecting" else None)
    if state == "accepting":
        rig.run(0.3)
        return
    if state == "rejecting":
        rig.until(lambda: rig.at is At.REJECTING)
        rig.run(0.2)
        return
    rig.until_event(Escrowed)
    if state == "escrow":
        return
    if state == "returning":
        rig.driver.give_back()
        rig.until_event(Returned)
        return
    rig.order_stack()
    if state == "stacking":
        rig.until_event(Stacking)
        return
    rig.until_event(Credited)
    if state == "credited":
        return
    rig.driver.acknowledge()
    rig.run(0.2)


def said_of(rig: Rig, place: str) -> str:
    """What the device can say of where the note was; a value it says is a credit, and no note is left
    over."""
    if rig.kind.after_cut == "where":
        return place
    return "none" if rig.kind.after_cut == "nothing" or place == "stacker" else place


@pytest.mark.parametrize("passed", [True, False])
@pytest.mark.parametrize("state", STATES)
def test_a_power_cut_in_any_state_neither_loses_nor_doubles(rig, state, passed):
    bring_to(rig, state)
    rig.simulator.power_cut(note_passed=passed)
    place = rig.simulator.memory.place
    rig.run(5)
    rig.simulator.power_on()
    intake(rig)
    events = rig.run(8)
    up = [e for e in events if isinstance(e, PoweredUp)]
    if state in ("credited", "acknowledged"):
        # The credit had been reported; if it was not booked and acknowledged then, it is now.
        assert list(rig.credits.values()) == [5_000]
    elif place == "stacker" and rig.kind.after_cut == "value":
        assert list(rig.credits.values()) == [5_000], "the device says what went in"
        assert rig.ordered in rig.credits, "and it belongs to the order to stack"
    else:
        assert rig.credits == {}, "only the credit point is money"
    assert [e.note for e in up] == [said_of(rig, place)]
    memory = rig.simulator.memory
    if place == "stacker":
        assert memory.box_fen == [5_000], "it went in at the reset; the journal's stack order is the evidence"
    elif place == "acceptor":
        assert memory.returned_fen == [5_000]
    rig.simulator.insert(1_000)  # and it works again
    rig.run(6)
    assert rig.simulator.memory.box_fen[-1] == 1_000
    assert list(rig.credits.values())[-1] == 1_000


@pytest.mark.parametrize("state", STATES)
def test_an_application_crash_in_any_state_neither_loses_nor_doubles(rig, state):
    bring_to(rig, state)
    rig.restart_driver()
    intake(rig)
    rig.run(10)
    memory = rig.simulator.memory
    missed = sum(memory.box_fen) - rig.credited_fen
    if rig.kind.repeats or rig.ordered in rig.credits or not memory.box_fen:
        assert missed == 0
        assert memory.uncredited_fen == []
    else:
        assert missed == 5_000, "told once, to nobody: the order to stack is the evidence"
    assert len(memory.box_fen) + len(memory.returned_fen) == (0 if state == "idle" else 1)
    rig.simulator.insert(1_000)
    rig.run(6)
    assert sum(memory.box_fen) == rig.credited_fen + missed
    assert memory.box_fen[-1] == 1_000


def test_an_unacknowledged_credit_at_start_is_reported_and_not_reset_away(repeating):
    # F: bad pattern: reset on VEND VALID at connect
    rig = repeating
    bring_to(rig, "stacking")
    rig.until(lambda: rig.at is At.PASSED)
    rig.restart_driver()
    rig.until_event(Credited)
    events = rig.run(3)
    assert {(type(e), e.cycle) for e in events} == {(Credited, 0)}
    assert not any(isinstance(e, PoweredUp) for e in rig.events[-30:])
    rig.driver.acknowledge()
    events = rig.run(5)
    assert any(isinstance(e, PoweredUp) for e in events), "the reset comes after"
    assert rig.simulator.memory.uncredited_fen == []
    assert rig.credited_fen == 5_000


@pytest.mark.parametrize("name", ID003)
def test_a_unit_that_fell_silent_over_its_credit_is_reset_only_after_the_acknowledgement(name):
    rig = RIGS[name]()
    bring_to(rig, "credited")
    rig.run(70)
    assert any(isinstance(e, Faulted) and e.kind == "silent" for e in rig.events)
    assert rig.at is At.PASSED
    assert rig.events[-1] == Credited(1, rig.events[-1].value_fen)
    rig.driver.acknowledge()
    rig.run(15)
    assert rig.simulator.takes_notes
    assert rig.credits == {(rig.ordered): 5_000}


# -- a bad cable -------------------------------------------------------------------------------------------

DAMAGE = {
    "lost": cable.drop,
    "flipped data": cable.flip(2, 0x10),
    "flipped crc": cable.flip(-1),
    "flipped sync": cable.flip(0),
    "flipped length up": cable.flip(1, 0x40),
    "flipped length down": cable.flip(1, 0x01),
    "cut short": cable.truncate(3),
    "noise before": lambda data: b"\xfc\xfc\x07" + data,
    "noise after": lambda data: data + b"\x00\xff\xfc",
    "twice": lambda data: data + data,
}


MISHAPS = [*itertools.product(sorted(DAMAGE), ("to_host", "to_device"))]


@pytest.mark.hypothesis  # `make fuzz` runs it too, and then all of it
@pytest.mark.parametrize("name", TRIED)
@pytest.mark.parametrize("state", ["idle", "accepting", "escrow", "stacking", "credited", "acknowledged"])
def test_a_damaged_cable_for_a_while_neither_loses_nor_doubles(name, state):
    dice = random.Random(f"{name} {state}")
    for damage, direction in MISHAPS if FULL else dice.sample(MISHAPS, 6 if name == "id003" else 4):
        rig = RIGS[name]()
        bring_to(rig, state)
        getattr(rig.cable, direction).damage = DAMAGE[damage]
        intake(rig)
        rig.run(1)
        rig.cable.heal()
        rig.run(25)
        memory, what = rig.simulator.memory, f"{damage} {direction}"
        if rig.kind.survives_damage:
            assert sum(memory.box_fen) == rig.credited_fen, what
            assert memory.uncredited_fen == [], what
        assert len(memory.box_fen) >= len(rig.credits), what
        if rig.kind.has_check:
            assert sum(memory.box_fen) >= rig.credited_fen, what
        assert memory.place == "none", what
        rig.until(lambda rig=rig: rig.simulator.takes_notes)


def test_a_second_note_in_the_mouth_is_a_fault_and_does_not_end_the_cycle():
    rig = RIGS["id003"]()
    bring_to(rig, "escrow")
    rig.simulator.is_paused = True
    events = rig.run(1)
    assert events == [Faulted("jam", "second_note")]
    rig.simulator.is_paused = False
    rig.order_stack()
    intake(rig)
    rig.run(5)
    assert rig.credits == {rig.ordered: 5_000}


def test_after_a_silence_the_order_for_one_note_is_not_given_to_the_next(rig):
    bring_to(rig, "escrow")
    rig.cable.to_device.damage = cable.drop
    rig.order_stack()  # on its way while nobody listens
    rig.until(lambda: rig.simulator.memory.returned_fen == [5_000])
    rig.run(0.5)
    inserted = rig.simulator.insert(5_000)  # another note of the same value, if its mouth is still open
    rig.run(1)
    rig.cable.heal()
    rig.run(2)
    events = rig.events
    assert Returned(1) in events
    assert rig.simulator.memory.box_fen == [], "nobody ordered this one in"
    intake(rig)
    if rig.at is At.ESCROW:
        assert events.index(Returned(1)) < events.index(Escrowed(2, 5_000))
        rig.order_stack()
        rig.run(4)
        assert rig.credits == {(rig.boot, 2): 5_000}
    else:
        rig.run(4)
        assert rig.simulator.memory.returned_fen == [5_000] * (1 + inserted), "or it is sent back unseen"


def test_a_stray_byte_that_looks_like_a_beginning_does_not_deafen_the_driver(rig):
    rig.until_open()
    rig.cable.device.write(b"\xfc\xfe")  # claims 252 more bytes
    assert rig.run(5) == []


def test_one_power_up_is_told_once_however_bad_the_line(rig):
    rig.until_open()
    written = [0]

    def without_every_third(data: bytes) -> bytes:
        written[0] += 1
        return data if written[0] % 3 else b""

    rig.simulator.power_cut()
    rig.run(3)
    rig.cable.to_host.damage = without_every_third
    rig.simulator.power_on()
    events = rig.run(20)
    assert len([e for e in events if isinstance(e, PoweredUp)]) == 1
    assert rig.simulator.takes_notes


def test_answers_one_poll_late_change_nothing(rig):
    rig.cable.to_host.delay_reads = 1
    intake(rig)
    rig.until_open()
    for value_fen in (100, 10_000):
        rig.simulator.insert(value_fen)
        rig.run(10)
    assert list(rig.credits.values()) == [100, 10_000] == rig.simulator.memory.box_fen


@pytest.mark.parametrize("seed", range(12))
def test_random_days_balance(seed):
    """A seeded hour of customers, damage, power cuts and crashes: notes in the box = credits + notes that a
    power cut took past the lever, and those are known to the journal as a stack order without credit."""
    dice = random.Random(seed)
    rig = RIGS[dice.choice(ID003)]()
    intake(rig)
    rig.until_open()
    memory = rig.simulator.memory
    by_power_cut = 0
    for _ in range(60):
        rig.simulator.insert(dice.choice(sorted(ALL)), reject="magnetic" if dice.random() < 0.1 else None)
        rig.run(dice.uniform(0.1, 3))
        match dice.randrange(6):
            case 0:
                wire = dice.choice([rig.cable.to_host, rig.cable.to_device])
                wire.damage = DAMAGE[dice.choice(sorted(DAMAGE))]
                rig.run(dice.uniform(0.1, 4))
                rig.cable.heal()
            case 1:
                rig.simulator.power_cut(note_passed=dice.random() < 0.5)
                known = rig.credits.get(rig.ordered) if rig.ordered else None
                if memory.place == "stacker" and known is None:
                    by_power_cut += memory.note_fen
                rig.run(dice.uniform(0.1, 4))
                rig.simulator.power_on()
            case 2:
                rig.restart_driver()
        rig.run(dice.uniform(0.1, 8))
    rig.run(30)
    assert memory.place == "none"
    assert sum(memory.box_fen) == rig.credited_fen + by_power_cut


def test_an_order_to_stack_still_on_the_wire_at_a_crash_keeps_its_credit(rig):
    bring_to(rig, "escrow")
    rig.order_stack()
    rig.simulator.tick()
    rig.driver.poll()  # the order leaves …
    rig.restart_driver()  # … and nobody is there to see what it did
    intake(rig)
    rig.run(10)
    memory = rig.simulator.memory
    assert memory.box_fen == [5_000] or rig.credited_fen == 0
    if rig.kind.repeats:
        assert sum(memory.box_fen) == rig.credited_fen
        assert memory.uncredited_fen == []
