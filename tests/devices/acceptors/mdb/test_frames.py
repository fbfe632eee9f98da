"""Goal: MDB blocks and what adaptors make of them are read and written exactly.  # F: D3

Method: checks of published commands, as literal hex; each adaptor there and back; every poll byte.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onecard.devices.acceptors.mdb import frames
from onecard.devices.acceptors.mdb.adaptor import Hex, Raw, check_of, opened, sealed
from onecard.devices.acceptors.mdb.frames import Kind, Route, Status

KNOWN = {
    "34 FF FF 00 00": 0x32,
    "34 00 00 00 00": 0x34,
    "35 00": 0x35,
    "30": 0x30,
    "0F 02 14": 0x25,
    "0C 00 FF 00 FF": 0x0A,
}


@pytest.mark.parametrize("text", sorted(KNOWN))
def test_known_checks(text):
    data = bytes.fromhex(text)
    assert check_of(data) == KNOWN[text]
    assert opened(sealed(data)) == data


@given(st.binary(min_size=1, max_size=35))
def test_any_block_survives_each_adaptor(data):
    sign = len(data) == 1 and data[0] in (0x00, 0xAA, 0xFF)
    for adaptor in (Hex(), Hex(checks=False)):
        wire = adaptor.encode(data)
        if not sign:
            assert [b for byte in wire for b in adaptor.feed(bytes((byte,)))] == [data]
    raw = Raw()
    assert raw.feed(raw.encode(data)) == []
    if not sign:
        assert raw.expire() == [data]


def test_acknowledgements_stand_alone():
    assert Hex().encode(b"\x00") == b"00\r\n"
    assert Hex().feed(b"00\r\nFF\r\n") == [b"\x00", b"\xff"]
    assert Raw().encode(b"\x00") == b"\x00"


def test_a_wrong_check_is_no_block():
    adaptor = Hex()
    assert adaptor.feed(b"90 91\r\nzz\r\n90 90\r\n") == [b"\x90"]


def test_every_poll_byte_is_something():
    for byte in range(256):
        one = frames.report(byte)
        if byte & 0xF0 == 0x80:
            assert (one.kind, one.value, one.bill) == (Kind.BILL, Route.STACKED, byte & 15)
        elif byte & 0xF0 == 0x90:
            assert (one.kind, one.value, one.bill) == (Kind.BILL, Route.ESCROW, byte & 15)
        elif byte == 0x06:
            assert (one.kind, one.value) == (Kind.STATUS, Status.JUST_RESET)
        elif byte & 0xE0 == 0x40:
            assert (one.kind, one.value) == (Kind.ATTEMPTS, byte & 31)
        elif one.kind is Kind.BILL:
            assert one.value in (Route.RETURNED, Route.TO_RECYCLER, Route.REJECTED)
        else:
            assert one.kind in (Kind.STATUS, Kind.UNKNOWN)


def test_the_set_up_gives_values_of_our_currency_only():
    values = (100, 500, 1_000, 2_000, 5_000, 10_000)
    assert frames.read_setup(frames.encode_setup(values)).values_fen == dict(enumerate(values))
    assert frames.read_setup(frames.encode_setup(values, b"\x19\x78")).values_fen == {}
    with pytest.raises(ValueError, match="set-up"):
        frames.read_setup(bytes(26))
