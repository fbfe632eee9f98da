"""Goal: whatever comes over the wire, no driver or simulator stops, and noise is never money.

Method: a seeded mutator of what each side truly says; parsers alone stand in tests/fuzz.
``ONECARD_FUZZ_EXAMPLES`` raises the numbers for a long run; ID-003 has its own, as old, beside its frames.
"""

import os
import random

import pytest

from onecard.devices.acceptors import Credited, Dropped
from tests.devices.acceptors.rig import RIGS, TRIED, intake

ASKED = int(os.environ.get("ONECARD_FUZZ_EXAMPLES", "0"))
DRIVEN = max(400, ASKED // 20)

pytestmark = pytest.mark.hypothesis  # `make fuzz` runs it too


def mutated(dice: random.Random, frames: list[bytes]) -> bytes:
    data = bytearray(dice.choice(frames))
    for _ in range(dice.randrange(4)):
        at = dice.randrange(len(data) or 1)
        match dice.randrange(4):
            case 0 if data:
                data[at] = dice.randrange(256)
            case 1 if data:
                data[at] ^= 1 << dice.randrange(8)
            case 2 if data:
                del data[at]
            case _:
                data.insert(at, dice.randrange(256))
    return bytes(data)


class Tap:
    """Remembers what goes over one direction of a cable."""

    def __init__(self) -> None:
        self.heard: list[bytes] = []

    def __call__(self, data: bytes) -> bytes:
        self.heard.append(data)
        return data


@pytest.mark.parametrize("name", TRIED)
def test_a_driver_fed_with_noise_goes_on_and_credits_nothing(name):
    rig = RIGS[name]()
    intake(rig)
    tap = rig.cable.to_host.damage = Tap()
    rig.until_open()
    rig.simulator.insert(5_000, reject=rig.kind.bad_note[0])
    rig.run(3)
    rig.cable.heal()
    rig.simulator.power_cut()  # only noise answers from here
    dice, said = random.Random(name), [data for data in tap.heard if data]
    for _ in range(DRIVEN):
        rig.cable.device.write(mutated(dice, said) if dice.random() < 0.8 else dice.randbytes(9))
        events = rig.driver.poll()
        if rig.kind.has_check:
            assert not any(isinstance(event, Credited | Dropped) for event in events)
    assert rig.credited_fen == 0
    rig.simulator.power_on()
    rig.until_open()
    rig.run(4)
    rig.simulator.insert(1_000)
    rig.run(8)
    assert rig.simulator.memory.box_fen == [1_000]
    if rig.kind.has_check:
        assert rig.credited_fen == 1_000


@pytest.mark.parametrize("name", TRIED)
def test_a_simulator_fed_with_noise_goes_on(name):
    rig = RIGS[name]()
    rig.keeps_books = False  # an order of nobody's may do anything
    intake(rig)
    tap = rig.cable.to_device.damage = Tap()
    rig.until_open()
    rig.simulator.insert(5_000)
    rig.run(4)
    rig.cable.heal()
    dice, said, taken = random.Random(name), [data for data in tap.heard if data], 1
    for _ in range(DRIVEN):
        rig.cable.host.write(mutated(dice, said))
        taken += rig.simulator.insert(dice.choice([100, 500, 700]))
        rig.clock.advance(dice.random())
        rig.simulator.tick()
        rig.cable.host.read_available()
    memory = rig.simulator.memory
    assert len(memory.box_fen) + len(memory.returned_fen) + (memory.place != "none") == taken
