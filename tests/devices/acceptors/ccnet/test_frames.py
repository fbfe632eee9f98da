"""Goal: CCNET bytes and its bill table are read and written exactly.  # F: D3

Method: frames that several public drivers agree on, as literal hex; then properties.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onecard.devices.acceptors.ccnet import meaning
from onecard.devices.acceptors.ccnet.frames import Frame, Parser, encode
from onecard.devices.acceptors.id003.frames import crc

KNOWN = {
    "poll": ("02 03 06 33 DA 81", Frame(0x33)),
    "idle": ("02 03 06 14 67 D4", Frame(0x14)),
    "reset": ("02 03 06 30 41 B3", Frame(0x30)),
    "ack": ("02 03 06 00 C2 82", Frame(0x00)),
    "get status": ("02 03 06 31 C8 A2", Frame(0x31)),
    "identification": ("02 03 06 37 FE C7", Frame(0x37)),
}


@pytest.mark.parametrize("name", sorted(KNOWN))
def test_known_frames_both_ways(name):
    text, frame = KNOWN[name]
    data = bytes.fromhex(text)
    assert encode(frame) == data
    assert Parser().feed(data) == [frame]
    assert crc(data) == 0, "over a whole frame"


@given(st.integers(0, 255), st.binary(max_size=249))
def test_any_frame_survives_the_wire_byte_by_byte(code, data):
    parser, frame = Parser(), Frame(code, data)
    assert [f for byte in encode(frame) for f in parser.feed(bytes((byte,)))] == [frame]
    assert not parser.is_partial


def test_a_frame_is_found_behind_garbage_and_a_false_start():
    parser = Parser()
    assert parser.feed(bytes.fromhex("00 03 02 03 FE") + bytes.fromhex("02 03 06 14 67 D4")) == []
    assert parser.expire() == [Frame(0x14)]


def test_what_another_address_says_is_not_ours():
    assert Parser().feed(encode(Frame(0x14, address=0x01))) == []


@given(st.lists(st.sampled_from([100, 500, 1000, 2000, 5000, 10_000]), max_size=24).map(tuple))
def test_the_bill_table_survives_the_wire(values):
    rows = meaning.bill_table(meaning.encode_table(values))
    assert [(row.place, row.value_fen) for row in rows] == list(enumerate(values))


@pytest.mark.parametrize("size", [0, 5, 119, 121])
def test_a_table_of_another_size_is_none(size):
    with pytest.raises(ValueError, match="bill table"):
        meaning.bill_table(bytes(size))


def test_a_negative_power_divides():
    data = bytes((10,)) + b"CHN" + bytes((0x81,))
    assert meaning.bill_table(data.ljust(120, b"\0"))[0].value_fen == 100
