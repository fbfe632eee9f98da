"""Goal: ID-003 bytes are read and written exactly, and no bytes whatever stop the parser.

Method: frames that several public drivers and captures agree on, as literal hex; then a seeded byte mutator.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onecard.devices.acceptors.id003 import meaning
from onecard.devices.acceptors.id003.frames import Frame, Parser, crc, encode
from onecard.devices.acceptors.id003.meaning import Denomination

KNOWN = {
    "idle, and the status request": ("FC 05 11 27 56", Frame(0x11)),
    "power-up, and the reset": ("FC 05 40 2B 15", Frame(0x40)),
    "stack": ("FC 05 41 A2 04", Frame(0x41)),
    "initialize": ("FC 05 1B 7D F9", Frame(0x1B)),
    "disabled": ("FC 05 1A F4 E8", Frame(0x1A)),
    "accepting": ("FC 05 12 BC 64", Frame(0x12)),
    "escrow 61": ("FC 06 13 61 B0 FB", Frame(0x13, b"\x61")),
    "escrow 62": ("FC 06 13 62 2B C9", Frame(0x13, b"\x62")),
    "stacking": ("FC 05 14 8A 01", Frame(0x14)),
    "vend valid": ("FC 05 15 03 10", Frame(0x15)),
    "stacked": ("FC 05 16 98 22", Frame(0x16)),
    "reject 79": ("FC 06 17 79 19 00", Frame(0x17, b"\x79")),
}


def test_the_crc_has_its_published_check_value():
    assert crc(b"123456789") == 0x2189


@pytest.mark.parametrize("name", sorted(KNOWN))
def test_known_frames_both_ways(name):
    text, frame = KNOWN[name]
    data = bytes.fromhex(text)
    assert encode(frame) == data
    assert Parser().feed(data) == [frame]


@given(st.integers(0, 255), st.binary(max_size=250))
def test_any_frame_survives_the_wire_byte_by_byte(code, data):
    parser, frame = Parser(), Frame(code, data)
    found = [f for byte in encode(frame) for f in parser.feed(bytes((byte,)))]
    assert found == [frame]
    assert not parser.is_partial
    assert (parser.garbage, parser.bad_check) == (0, 0)


def test_a_frame_is_found_behind_garbage_and_a_false_start():
    parser = Parser()
    assert parser.feed(b"\x00\x11\xfc\x02\xfc" + bytes.fromhex("FC 05 15 03 10")) == []
    assert parser.is_partial  # FC FC asks for 252 bytes, and the credit sits inside them
    assert parser.expire() == [Frame(0x15)]
    assert not parser.is_partial


def test_garbage_before_a_frame_costs_nothing():
    assert Parser().feed(b"\x00\x11\x50" + bytes.fromhex("FC 05 15 03 10")) == [Frame(0x15)]


def test_a_truncated_frame_does_not_swallow_the_next_for_ever():
    parser = Parser()
    assert parser.feed(bytes.fromhex("FC 06 13 61")) == []
    assert parser.expire() == []
    assert parser.feed(bytes.fromhex("FC 05 11 27 56")) == [Frame(0x11)]


@pytest.mark.parametrize("at", range(5))
@pytest.mark.parametrize("bit", range(8))
def test_no_flipped_bit_is_believed(at, bit):
    data = bytearray.fromhex("FC 05 15 03 10")
    data[at] ^= 1 << bit
    parser = Parser()
    assert parser.feed(bytes(data)) + parser.expire() == []


# -- meaning -----------------------------------------------------------------------------------------------


def test_the_currency_table_is_read_by_its_rows():
    data = bytes.fromhex("61 56 01 00  62 56 05 00  66 56 01 02  68 56 00 00")
    assert meaning.currency_table(data) == (
        Denomination(0x61, 0x56, 100),
        Denomination(0x62, 0x56, 500),
        Denomination(0x66, 0x56, 10_000),
    )


@pytest.mark.parametrize("data", ["", "61 56 01", "61 56 01 00 62", "61 56 FF 09", "61 56 FF 07"])
def test_a_table_that_is_none_is_refused(data):
    with pytest.raises(ValueError):
        meaning.currency_table(bytes.fromhex(data))


@given(
    st.lists(st.sampled_from([100, 500, 1000, 2000, 5000, 10_000, 20_000, 100_000]), max_size=8, min_size=1)
)
def test_the_table_survives_the_wire(values):
    rows = tuple(Denomination(0x61 + i, 1, value) for i, value in enumerate(values))
    assert meaning.currency_table(meaning.encode_table(rows)) == rows


def test_unknown_reasons_keep_their_number():
    assert meaning.named(meaning.REJECTS, 0x79) == "inhibited"
    assert meaning.named(meaning.REJECTS, 0xEE) == "code_ee"
    assert meaning.named(meaning.REJECTS, None) == "unknown"
