"""Goal: mistakes that are in use elsewhere are not made here.  # F: D3

Method: each as the situation in which it costs money. A reset over a credit and denominations by position
stand in the contract suite, the counter of a ring and un-doubled CRC bytes beside their frames.
"""

import pytest

from onecard.devices import cable
from onecard.devices.acceptors import Credited, Escrowed, PoweredUp
from onecard.devices.acceptors.ebds.frames import Frame, Parser, encode
from onecard.devices.acceptors.mechanics import At, Timing
from onecard.devices.acceptors.ssp import frames as ssp
from onecard.devices.acceptors.ssp.meaning import Order
from tests.devices.acceptors.rig import RIGS, TRIED, intake


def heard_by(rig) -> list[int]:
    """Commands of the host as the unit hears them, in plain SSP."""
    parser, commands = ssp.Parser(), list[int]()

    def listen(data: bytes) -> bytes:
        commands.extend(frame.data[0] for frame in parser.feed(data))
        return data

    rig.cable.to_device.damage = listen
    return commands


def test_a_note_in_escrow_is_never_polled_while_somebody_decides():
    rig = RIGS["ssp"]()
    rig.until_open()
    rig.simulator.insert(5_000)
    rig.until_event(Escrowed)
    commands = heard_by(rig)
    rig.run(8)
    assert set(commands) == {Order.HOLD}
    assert rig.at is At.ESCROW
    rig.order_stack()
    rig.until_event(Credited)
    assert Order.POLL in commands


@pytest.mark.parametrize("name", ["ssp", "essp"])
def test_a_driver_that_starts_over_a_held_note_does_not_poll_it_in(name):
    rig = RIGS[name]()
    rig.until_open()
    rig.simulator.insert(5_000)
    rig.until_event(Escrowed)
    rig.restart_driver()
    intake(rig)
    rig.run(5)
    assert rig.simulator.memory.box_fen == []
    assert rig.simulator.memory.returned_fen == [5_000]


def test_a_level_that_stands_for_long_is_one_credit():
    rig = RIGS["ebds"]()
    intake(rig)
    rig.until_open()
    rig.simulator.insert(5_000)
    parser = Parser()

    def stuck(data: bytes) -> bytes:
        """The unit goes on saying STACKED for every message, acknowledged or not."""
        (frame,) = parser.feed(data)
        if rig.at in (At.PASSED, At.STACKED):
            return encode(Frame(2, frame.ack, bytes.fromhex("101028000102")))
        return data

    rig.cable.to_host.damage = stuck
    rig.run(6)
    rig.cable.heal()
    rig.run(3)
    assert len(rig.credits) == 1


@pytest.mark.parametrize("name", ["essp", "ebds"])
def test_a_note_told_before_and_after_a_power_cut_is_one_credit(name):
    rig = RIGS[name]()
    intake(rig)
    rig.until_open()
    rig.simulator.insert(5_000)
    rig.until_event(Credited)
    rig.run(0.1)
    rig.simulator.power_cut()
    rig.run(2)
    rig.simulator.power_on()
    rig.run(8)
    assert any(isinstance(event, PoweredUp) for event in rig.events)
    assert list(rig.credits.values()) == [5_000] == rig.simulator.memory.box_fen
    assert {event.cycle for event in rig.events if isinstance(event, Credited)} == {1}, "told as one note"


@pytest.mark.parametrize("name", ["essp", "ccnet", "ebds", "mdb", "id003"])
def test_a_device_that_repeats_a_credit_is_not_let_go_before_it_is_on_disk(name):
    rig = RIGS[name]()
    rig.until_open()
    rig.simulator.insert(5_000)
    rig.until_event(Escrowed)
    rig.order_stack()
    rig.until_event(Credited)
    rig.run(5)
    if name == "essp":
        assert rig.simulator.unacknowledged == 1
    elif name == "mdb":
        assert rig.simulator.memory.uncredited_fen == [5_000]
    else:
        assert rig.at is At.PASSED
    rig.driver.acknowledge()
    rig.run(2)
    assert rig.simulator.memory.box_fen == [5_000]
    assert rig.simulator.memory.uncredited_fen == []


def test_a_slow_stacker_is_waited_for_by_a_driver_that_starts_meanwhile():
    rig = RIGS["cctalk"](timing=Timing(stack=6))
    rig.until_open()
    rig.simulator.insert(5_000)
    rig.until_event(Escrowed)
    rig.order_stack()
    rig.run(0.5)
    rig.restart_driver()
    intake(rig)
    rig.run(12)
    assert rig.credits == {rig.ordered: 5_000}


def test_a_frame_that_never_ends_delays_and_deafens_nobody():
    for name in TRIED:
        rig = RIGS[name]()
        intake(rig)
        rig.until_open()
        for beginning in ("7F 80 FF", "02 03 FE", "02 7E", "01 40", "FC FE", "81", "39 39"):
            rig.cable.device.write(bytes.fromhex(beginning))
            rig.run(0.4)
        rig.simulator.insert(1_000)
        rig.run(7)
        assert rig.credited_fen == 1_000, name


def test_an_answer_in_the_clear_is_no_credit_where_a_key_was_agreed():
    rig = RIGS["essp"]()
    intake(rig)
    rig.until_open()
    for sequence in (True, False) * 10:
        rig.cable.device.write(ssp.encode(ssp.Frame(sequence, bytes.fromhex("F0 EE 05"))))
        rig.run(0.5)
    assert rig.credits == {}


def test_without_the_key_that_was_asked_for_nothing_is_taken():
    rig = RIGS["essp"](fixed_key=None)
    rig.driver.enable(frozenset({5_000}))
    rig.run(10)
    assert not rig.simulator.takes_notes


def test_a_lost_answer_carries_an_order_out_once():
    rig = RIGS["essp"]()
    rig.until_open()
    for _ in range(3):
        rig.simulator.insert(1_000)
        rig.until_event(Escrowed)
        rig.order_stack()
        rig.cable.to_host.damage = cable.drop
        rig.run(0.5)
        rig.cable.heal()
        intake(rig)
        rig.run(6)
        rig.react = lambda event: None
    assert rig.simulator.memory.box_fen == [1_000] * 3
    assert list(rig.credits.values()) == [1_000] * 3
