"""Goal: SSP and eSSP bytes are read and written exactly.  # F: D3

Method: frames that the maker's manual and several decoders agree on, as literal hex; then properties.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onecard.devices.acceptors.ssp import meaning
from onecard.devices.acceptors.ssp.frames import Frame, Parser, crc, encode
from onecard.devices.acceptors.ssp.meaning import Happening
from onecard.devices.acceptors.ssp.secret import (
    DEFAULT_FIXED,
    Agreement,
    is_prime,
    prime,
    seal,
    unseal,
    wire,
)
from onecard.ids import SeededEntropy

KNOWN = {
    "sync": ("7F 80 01 11 65 82", Frame(True, b"\x11")),
    "answer to sync": ("7F 80 01 F0 23 80", Frame(True, b"\xf0")),
    "ok": ("7F 00 01 F0 20 0A", Frame(False, b"\xf0")),
    "poll": ("7F 80 01 07 12 02", Frame(True, b"\x07")),
    "poll, other sequence": ("7F 00 01 07 11 88", Frame(False, b"\x07")),
    "reset": ("7F 80 01 01 06 02", Frame(True, b"\x01")),
    "enable": ("7F 80 01 0A 3F 82", Frame(True, b"\x0a")),
    "disable": ("7F 80 01 09 35 82", Frame(True, b"\x09")),
    "setup": ("7F 80 01 05 1D 82", Frame(True, b"\x05")),
    "hold": ("7F 80 01 18 53 82", Frame(True, b"\x18")),
    "reject": ("7F 80 01 08 30 02", Frame(True, b"\x08")),
    "inhibits 1 to 3": ("7F 80 03 02 07 00 2B B6", Frame(True, b"\x02\x07\x00")),
    "protocol 8": ("7F 80 02 06 08 03 94", Frame(True, b"\x06\x08")),
    "fail": ("7F 80 01 F8 10 00", Frame(True, b"\xf8")),
    "slave reset": ("7F 80 02 F0 F1 1A 22", Frame(True, b"\xf0\xf1")),
    "reading": ("7F 80 03 F0 EF 00 CF CA", Frame(True, b"\xf0\xef\x00")),
    "escrow 3": ("7F 80 03 F0 EF 03 C5 CA", Frame(True, b"\xf0\xef\x03")),
    "credit 4": ("7F 80 03 F0 EE 04 D7 CC", Frame(True, b"\xf0\xee\x04")),
    "stacking": ("7F 80 02 F0 CC 97 A2", Frame(True, b"\xf0\xcc")),
    "stacked": ("7F 80 02 F0 EB 45 A2", Frame(True, b"\xf0\xeb")),
    "rejecting": ("7F 80 02 F0 ED 51 A2", Frame(True, b"\xf0\xed")),
    "disabled": ("7F 80 02 F0 E8 4F A2", Frame(True, b"\xf0\xe8")),
}


@pytest.mark.parametrize(
    ("text", "value"),
    [("123456789", "E7AE"), ("A", "84FC"), ("ABC", "9B06"), ("AAAAAAAA", "E8A6"), ("ABCD", "8C9A")],
)
def test_the_crc_has_its_published_values_low_byte_first(text, value):
    assert crc(text.encode()).to_bytes(2, "little") == bytes.fromhex(value)


@pytest.mark.parametrize("name", sorted(KNOWN))
def test_known_frames_both_ways(name):
    text, frame = KNOWN[name]
    assert encode(frame) == bytes.fromhex(text)
    assert Parser().feed(bytes.fromhex(text)) == [frame]


@given(st.booleans(), st.binary(min_size=1, max_size=255), st.integers(0, 0x7E))
def test_any_frame_survives_the_wire_byte_by_byte(sequence, data, address):
    parser, frame = Parser(), Frame(sequence, data, address)
    assert [f for byte in encode(frame) for f in parser.feed(bytes((byte,)))] == [frame]
    assert not parser.is_partial


def crc_with_stx() -> Frame:
    """A frame whose own CRC holds a 7F."""
    for number in range(100_000):
        frame = Frame(True, number.to_bytes(3, "big"))
        body = bytes((0x80, 3)) + frame.data
        if 0x7F in crc(body).to_bytes(2, "little"):
            return frame
    raise AssertionError("one CRC in 128 does")


def test_a_doubled_byte_in_the_crc_is_one_byte():
    # F: bad pattern: a parser that does not un-stuff the CRC
    frame = crc_with_stx()
    data = encode(frame)
    assert data.count(0x7F) >= 3
    assert Parser().feed(data) == [frame]


def test_a_frame_cut_short_is_forgotten_at_the_next_beginning():
    # F: bad pattern: a parser that waits for ever
    parser = Parser()
    assert parser.feed(bytes.fromhex("7F 80 03 F0 EE")) == []
    assert parser.feed(bytes.fromhex("7F 80 01 F0 23 80")) == [Frame(True, b"\xf0")]
    parser.feed(bytes.fromhex("7F 80 03"))
    parser.expire()
    assert not parser.is_partial


# -- encryption --------------------------------------------------------------------------------------------


def test_numbers_of_the_agreement_travel_lowest_byte_first():
    assert wire(982_451_653) == bytes.fromhex("C5058F3A00000000")
    assert wire(1_287_821) == bytes.fromhex("8DA6130000000000")
    assert wire(DEFAULT_FIXED) == bytes.fromhex("6745230167452301")


def test_primes_are_prime():
    assert [n for n in range(60) if is_prime(n)] == [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47,
                                                     53, 59]  # fmt: skip
    assert is_prime(982_451_653)
    assert not any(is_prime(n) for n in (561, 3_215_031_751, 3_825_123_056_546_413_051))
    assert all(is_prime(prime(SeededEntropy(seed))) for seed in range(3))


def test_both_ends_agree_on_a_key():
    host = Agreement(SeededEntropy(1))
    assert host.generator > host.modulus
    secret = 123_456_789
    theirs = pow(host.generator, secret, host.modulus)
    key = wire(DEFAULT_FIXED) + wire(pow(host.intermediate, secret, host.modulus))
    assert host.key(theirs, DEFAULT_FIXED) == key


@given(st.binary(min_size=1, max_size=80), st.integers(0, 2**32 - 1))
def test_what_is_sealed_is_opened_with_the_key_and_with_no_other(data, count):
    key, other = bytes(range(16)), bytes(range(1, 17))
    sealed = seal(key, count, data, SeededEntropy(3))
    assert sealed[0] == 0x7E
    assert len(sealed) % 16 == 1
    assert unseal(key, sealed) == (count, data)
    assert unseal(other, sealed) != (count, data)


# -- meaning -----------------------------------------------------------------------------------------------


def test_events_and_their_data_are_told_apart():
    found, unread = meaning.happenings(bytes.fromhex("F1 E2 04 EF 00 EE 03 EB E8"))
    assert unread is None
    assert [kind for kind, _ in found] == [
        Happening.RESET, Happening.CLEARED_TO_BOX, Happening.READ, Happening.CREDIT, Happening.STACKED,
        Happening.DISABLED,
    ]  # fmt: skip
    assert dict(found)[Happening.CREDIT] == b"\x03"


@pytest.mark.parametrize("data", ["E8 99 EE 01", "E8 EE"])
def test_behind_an_event_of_unknown_length_nothing_is_read(data):
    found, unread = meaning.happenings(bytes.fromhex(data))
    assert [kind for kind, _ in found] == [Happening.DISABLED]
    assert unread is not None


def test_the_set_up_gives_the_worth_of_each_channel_in_our_currency_only():
    values = {1: 100, 2: 500, 3: 10_000}
    data = meaning.encode_setup(values, 8)
    assert meaning.read_setup(data).values_fen == values
    assert meaning.read_setup(meaning.encode_setup(values, 8, b"EUR")).values_fen == {}
    for size in range(len(data)):
        with pytest.raises(ValueError, match="set-up"):
            meaning.read_setup(data[:size])
