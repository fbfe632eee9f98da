"""Goal: whatever comes over the wire, neither end stops, and noise is never money. Method: seeded bytes.

``ONECARD_FUZZ_EXAMPLES`` raises the number for a long run.
"""

import os
import random

import pytest

from onecard.clock import FalseClock
from onecard.devices.acceptors import Credited
from onecard.devices.acceptors.id003 import meaning
from onecard.devices.acceptors.id003.frames import Frame, encode
from onecard.devices.acceptors.id003.meaning import State
from onecard.devices.acceptors.id003.simulator import Simulator
from onecard.devices.cable import Cable
from tests.devices.acceptors.rig import RIGS, intake

EXAMPLES = max(20_000, int(os.environ.get("ONECARD_FUZZ_EXAMPLES", "0")))

pytestmark = pytest.mark.hypothesis  # `make fuzz` runs it too


def noise(dice: random.Random, frames: list[bytes]) -> bytes:
    data = bytearray(dice.choice(frames) if dice.random() < 0.7 else dice.randbytes(dice.randrange(1, 12)))
    for _ in range(dice.randrange(3)):
        data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
    return bytes(data)


def test_a_driver_fed_with_noise_goes_on_and_credits_nothing():
    dice = random.Random(7)
    said = [
        encode(Frame(s, b"\x61" if s is State.ESCROW else b"")) for s in State if s is not State.VEND_VALID
    ]
    said += [encode(Frame(meaning.ACK)), encode(Frame(meaning.INVALID_COMMAND))]
    said += [encode(Frame(0x8A, meaning.encode_table(RIGS["id003"]().simulator.table))), encode(Frame(0x13))]
    rig = RIGS["id003"]()
    intake(rig)
    rig.until_open()
    rig.simulator.power_cut()  # only noise answers from here
    for _ in range(EXAMPLES):
        rig.cable.device.write(noise(dice, said))
        assert not any(isinstance(event, Credited) for event in rig.driver.poll())
    rig.simulator.power_on()
    rig.until_open()
    rig.simulator.insert(1_000)
    rig.run(6)
    assert rig.credited_fen == 1_000


def test_a_simulator_fed_with_noise_goes_on():
    dice, clock, joined = random.Random(8), FalseClock(), Cable()
    simulator = Simulator(clock, joined.device)
    taken = 0
    for _ in range(EXAMPLES):
        code = dice.choice((0x11, 0x40, 0xC0, 0xC3, 0x41, 0x43, 0x50, dice.randrange(256)))
        frame = Frame(code, dice.randbytes(dice.randrange(4)) if dice.random() < 0.5 else b"\x00")
        joined.host.write(noise(dice, [encode(frame)]) if dice.random() < 0.3 else encode(frame))
        taken += simulator.insert(dice.choice([100, 500, 700]))
        clock.advance(dice.random())
        simulator.tick()
        joined.host.read_available()
    assert taken > EXAMPLES / 1000
    memory = simulator.memory
    assert len(memory.box_fen) + len(memory.returned_fen) + (memory.place != "none") == taken
