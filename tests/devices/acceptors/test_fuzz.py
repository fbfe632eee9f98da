"""Goal: whatever comes over the wire, no parser, driver or simulator stops, and noise is never money.

Method: a seeded mutator of each protocol's true frames. ``ONECARD_FUZZ_EXAMPLES`` raises the numbers for a
long run; ID-003 has its own, as old, beside its frames.
"""

import os
import random
from collections.abc import Callable
from typing import Any

import pytest

from onecard.devices.acceptors import Credited, Dropped
from onecard.devices.acceptors.ccnet import frames as ccnet
from onecard.devices.acceptors.cctalk import frames as cctalk
from onecard.devices.acceptors.ebds import frames as ebds
from onecard.devices.acceptors.ict import frames as ict
from onecard.devices.acceptors.mdb import adaptor as mdb
from onecard.devices.acceptors.mdb import frames as mdb_frames
from onecard.devices.acceptors.ssp import frames as ssp
from onecard.devices.acceptors.ssp import meaning as ssp_meaning
from onecard.devices.acceptors.ssp import secret
from onecard.ids import SeededEntropy
from tests.devices.acceptors.rig import RIGS, TRIED, intake

ASKED = int(os.environ.get("ONECARD_FUZZ_EXAMPLES", "0"))
PARSED = max(6_000, ASKED)
DRIVEN = max(400, ASKED // 20)

pytestmark = pytest.mark.hypothesis  # `make fuzz` runs it too

DATA = [b"", b"\x01", b"\x7f\x7f", b"\x02\x03", bytes(11), bytes(range(60)), b"\xff" * 20]
SEVEN = [bytes(byte & 0x7F for byte in data) for data in DATA]
KEY = bytes(range(16))

#: A fresh parser, and the true bytes that its protocol sends.
PARSERS: dict[str, tuple[Callable[[], Any], list[bytes]]] = {
    "ssp": (ssp.Parser, [ssp.encode(ssp.Frame(bool(n % 2), d + bytes((n,)))) for n, d in enumerate(DATA)]),
    "ccnet": (ccnet.Parser, [ccnet.encode(ccnet.Frame(0x80 + n, d)) for n, d in enumerate(DATA)]),
    "ebds": (ebds.Parser, [ebds.encode(ebds.Frame(2, n % 2, d)) for n, d in enumerate(SEVEN)]),
    "cctalk-sum": (
        lambda: cctalk.Parser(1, "sum"),
        [cctalk.encode(cctalk.Frame(1, 0, d, 40), "sum") for d in DATA],
    ),
    "cctalk-crc": (
        lambda: cctalk.Parser(1, "crc"),
        [cctalk.encode(cctalk.Frame(1, 0, d), "crc") for d in DATA],
    ),
    "mdb-hex": (mdb.Hex, [mdb.Hex().encode(d[:36]) for d in DATA if d]),
    "mdb-raw": (mdb.Raw, [mdb.Raw().encode(d[:36]) for d in DATA if d]),
    "ict": (ict.Tokens, [bytes.fromhex(text) for text in ("808F", "8140", "10", "11", "813E", "5E29")]),
}


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


@pytest.mark.parametrize("name", sorted(PARSERS))
def test_mutated_bytes_neither_stop_a_parser_nor_hide_what_follows(name):
    make, frames = PARSERS[name]
    dice, parser, seen = random.Random(name), make(), 0
    for _ in range(PARSED):
        seen += len(parser.feed(mutated(dice, frames)))
        if dice.random() < 0.2 or name == "mdb-raw":  # where a silence is what ends a block
            seen += len(parser.expire())
    assert seen > PARSED / 10, "the mutator leaves enough whole frames to prove that parsing goes on"
    parser.expire()
    fresh, whole = make(), frames[1]
    expected = fresh.feed(whole) + fresh.expire()
    assert expected
    assert parser.feed(whole) + parser.expire() == expected, "and the next whole frame is read"


def test_mutated_answers_are_read_or_refused():
    """The meanings above the frames: set-up blocks, event lists, sealed packets."""
    dice = random.Random(9)
    setup = ssp_meaning.encode_setup({1: 100, 2: 500}, 8)
    sealed = secret.seal(KEY, 7, b"\x07", SeededEntropy(1))
    block = mdb_frames.encode_setup((100, 500))
    for _ in range(PARSED // 4):
        ssp_meaning.happenings(dice.randbytes(dice.randrange(12)))
        opened = secret.unseal(KEY, changed := mutated(dice, [sealed]))
        assert opened is None or changed == sealed or len(opened[1]) <= 9
        for read, true in ((ssp_meaning.read_setup, setup), (mdb_frames.read_setup, block)):
            try:
                values = read(mutated(dice, [true])).values_fen
            except ValueError:
                continue
            assert all(0 < fen <= 10**9 for fen in values.values())


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
