"""Goal: EBDS bytes are read and written exactly.  # F: D3

Method: frames of a maker's own tests and of public drivers, as literal hex; then properties.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onecard.devices.acceptors.ebds import meaning
from onecard.devices.acceptors.ebds.frames import Frame, Parser, encode
from onecard.devices.acceptors.ebds.meaning import At, Other, Status, Trouble

KNOWN = {
    "poll, all notes": ("02 08 10 7F 00 00 03 67", Frame(1, 0, b"\x7f\0\0")),
    "idle": ("02 0B 21 01 10 00 00 01 02 03 38", Frame(2, 1, bytes.fromhex("011000000102"))),
    "accepting": ("02 0B 21 02 10 00 00 01 02 03 3B", Frame(2, 1, bytes.fromhex("021000000102"))),
    "escrow 1": ("02 0B 21 04 10 08 00 01 02 03 35", Frame(2, 1, bytes.fromhex("041008000102"))),
    "stacking": ("02 0B 21 08 10 00 00 01 02 03 31", Frame(2, 1, bytes.fromhex("081000000102"))),
    "stacked 1": ("02 0B 21 11 10 08 00 01 02 03 20", Frame(2, 1, bytes.fromhex("111008000102"))),
}


@pytest.mark.parametrize("name", sorted(KNOWN))
def test_known_frames_both_ways(name):
    text, frame = KNOWN[name]
    assert encode(frame) == bytes.fromhex(text)
    assert Parser().feed(bytes.fromhex(text)) == [frame]


def test_known_answers_mean_what_they_say():
    box = Trouble.BOX_PRESENT
    known = {name: meaning.read(frame.data) for name, (_, frame) in KNOWN.items()}
    assert known["idle"] == Status(At.IDLE, box, Other(0), 0)
    assert known["escrow 1"] == Status(At.ESCROWED, box, Other(0), 1)
    assert known["stacked 1"] == Status(At.STACKED | At.IDLE, box, Other(0), 1)
    assert meaning.read(b"\x01\x10") is None


@given(st.integers(0, 7), st.integers(0, 1), st.lists(st.integers(0, 127), max_size=100).map(bytes))
def test_any_frame_survives_the_wire_byte_by_byte(kind, ack, data):
    parser, frame = Parser(), Frame(kind, ack, data)
    assert [f for byte in encode(frame) for f in parser.feed(bytes((byte,)))] == [frame]
    assert not parser.is_partial


def test_a_frame_is_found_behind_garbage_and_a_false_start():
    parser = Parser()
    assert parser.feed(b"\x55\x02\x7f" + bytes.fromhex("02 0B 21 01 10 00 00 01 02 03 38")) == []
    assert len(parser.expire()) == 1


@pytest.mark.parametrize("at", range(11))
@pytest.mark.parametrize("bit", range(7))
def test_no_flipped_bit_is_believed(at, bit):
    data = bytearray.fromhex("02 0B 21 11 10 08 00 01 02 03 20")
    data[at] ^= 1 << bit
    parser = Parser()
    assert parser.feed(bytes(data)) + parser.expire() == []
