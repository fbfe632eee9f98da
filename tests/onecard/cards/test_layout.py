"""The bytes on a card, fixed for good: golden vectors, round trips, and a MAC that misses no flipped bit."""

import msgspec
import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES128
from cryptography.hazmat.primitives.ciphers.modes import ECB
from hypothesis import given, settings
from hypothesis import strategies as st

from onecard.cards.image import Identity, Purse, Slot
from onecard.cards.layout import (
    CardMac,
    decode_identity,
    decode_purse,
    encode_identity,
    encode_purse,
)
from onecard.errors import CardForeign

KEY = bytes(range(16))
UID = bytes.fromhex("04782E21801D80")
MAC = CardMac(KEY, UID)

IDENTITY = Identity(
    unit=0x01020304,
    card=800_000_000_123,
    issue=2,
    type=7,
    key_version=3,
    until_day=4018,
    class_=9,
    from_day=2192,
    flags=0x80,
)
PURSE = Purse(
    main_fen=123_456,
    slots=(Slot(5_000, 2_345), Slot(0, 0), Slot(1, 2_400)),
    counter=0x1234,
    last_terminal=1001,
    last_epoch=3,
    last_seq=70_000,
    last_time=216_000_000,
    last_load=258,
    day_total=1_234,
    day_count=9,
    meal_total=155,
    meal_count=2,
    first_n=3,
    locked=True,
)

# Written down by hand from the table in the design, byte by byte; only the MACs were computed.
IDENTITY_BODY = "01 04030201 7B40B743BA 02 07 03 B20F 09  9008 80 0000000000"
PURSE_BODY = "40E201 881300 2909 000000 0000 0100006009 03 701101 00E6DF0C D204 09 9B00 2311 341200 0201 E903"
IDENTITY_MAC = "90B2FA778FEE3401"
PURSE_MAC = "B666F70A3FCE0B72"


def cmac(key: bytes, message: bytes) -> bytes:
    """RFC 4493 once more, from the bare block cipher: the golden values do not rest on one library call."""

    def aes(block: int) -> int:
        encryptor = Cipher(AES128(key), ECB()).encryptor()
        return int.from_bytes(encryptor.update(block.to_bytes(16, "big")), "big")

    def double(value: int) -> int:
        return (value << 1) % (1 << 128) ^ (0x87 if value >> 127 else 0)

    whole = len(message) % 16 == 0 and message != b""
    padded = message if whole else message + b"\x80" + bytes(-(len(message) + 1) % 16)
    subkey = double(aes(0)) if whole else double(double(aes(0)))
    state = 0
    for at in range(0, len(padded), 16):
        block = int.from_bytes(padded[at : at + 16], "big")
        state = aes(state ^ block ^ (subkey if at + 16 == len(padded) else 0))
    return state.to_bytes(16, "big")


def test_identity_bytes_are_the_golden_ones():
    body = bytes.fromhex(IDENTITY_BODY)
    assert encode_identity(IDENTITY, MAC) == body + bytes.fromhex(IDENTITY_MAC)
    assert cmac(KEY, b"\x07" + UID + body)[:8] == bytes.fromhex(IDENTITY_MAC)


def test_purse_bytes_are_the_golden_ones():
    body = bytes.fromhex(PURSE_BODY)
    assert len(body) == 40
    assert encode_purse(PURSE, IDENTITY, MAC) == body + bytes.fromhex(PURSE_MAC)
    bound_to = b"\x07" + UID + bytes.fromhex("7B40B743BA 02")
    assert cmac(KEY, bound_to + body)[:8] == bytes.fromhex(PURSE_MAC)


def number(size: int) -> st.SearchStrategy[int]:
    top = (1 << size) - 1
    return st.integers(0, top) | st.sampled_from([0, 1, top])


identities = st.builds(
    Identity,
    unit=number(32),
    card=number(40),
    issue=number(8),
    type=number(8),
    key_version=number(8),
    until_day=number(16),
    class_=number(8),
    from_day=number(16),
    flags=number(8),
)
slots = st.builds(Slot, number(24), number(16))
purses = st.builds(
    Purse,
    main_fen=number(24),
    slots=st.tuples(slots, slots, slots),
    counter=number(24),
    last_terminal=number(16),
    last_epoch=number(8),
    last_seq=number(24),
    last_time=number(32),
    last_load=number(16),
    day_total=number(16),
    day_count=number(8),
    meal_total=number(16),
    meal_count=number(4),
    first_n=number(4),
    locked=st.booleans(),
)


@given(identities, st.binary(min_size=4, max_size=7))
@settings(max_examples=200)
def test_every_identity_comes_back(identity, uid):
    mac = CardMac(KEY, uid)
    assert decode_identity(encode_identity(identity, mac), mac) == identity


@given(purses, identities)
@settings(max_examples=300)
def test_every_purse_comes_back(purse, identity):
    data = encode_purse(purse, identity, MAC)
    assert len(data) == 48
    assert decode_purse(data, identity, MAC) == purse


def flips(data: bytes):
    for bit in range(len(data) * 8):
        value = bytearray(data)
        value[bit // 8] ^= 1 << bit % 8
        yield bytes(value)


def test_one_flipped_bit_anywhere_is_noticed():  # F: A2
    purse = encode_purse(PURSE, IDENTITY, MAC)
    identity = encode_identity(IDENTITY, MAC)
    assert [d for d in flips(purse) if decode_purse(d, IDENTITY, MAC) is not None] == []
    assert [d for d in flips(identity) if decode_identity(d, MAC) is not None] == []


def test_a_record_copied_to_another_card_is_not_taken():
    data = encode_purse(PURSE, IDENTITY, MAC)
    other_uid = CardMac(KEY, UID[:-1] + b"\x81")
    other_key = CardMac(bytes(16), UID)
    assert decode_purse(data, IDENTITY, other_uid) is None
    assert decode_purse(data, IDENTITY, other_key) is None
    for change in ({"card": IDENTITY.card + 1}, {"issue": IDENTITY.issue + 1}):
        assert decode_purse(data, msgspec.structs.replace(IDENTITY, **change), MAC) is None


def test_length_of_the_uid_is_part_of_the_mac():
    """A 4-byte and a 7-byte UID must never run into each other."""
    body = bytes(24)
    assert CardMac(KEY, b"\x01\x02\x03\x04").identity(body) != CardMac(
        KEY, b"\x01\x02\x03\x04\x00\x00\x00"
    ).identity(body)


def test_a_blank_record_is_not_a_purse():
    assert decode_purse(bytes(48), IDENTITY, MAC) is None
    assert decode_purse(b"\xff" * 48, IDENTITY, MAC) is None
    assert decode_identity(bytes(32), MAC) is None


def test_layouts_of_a_later_release_are_refused_and_not_guessed():
    body = bytearray.fromhex(PURSE_BODY)
    for newer in (0x21, 0x12, 0x1F):
        body[32] = newer
        data = bytes(body) + MAC.purse(IDENTITY, bytes(body))
        with pytest.raises(CardForeign) as refused:
            decode_purse(data, IDENTITY, MAC)
        assert refused.value.code == "card.newer"
    later = b"\x02" + bytes.fromhex(IDENTITY_BODY)[1:]
    with pytest.raises(CardForeign):
        decode_identity(later + MAC.identity(later), MAC)


@pytest.mark.parametrize(
    "change",
    [
        {"main_fen": 1 << 24},
        {"main_fen": -1},
        {"counter": 1 << 24},
        {"last_seq": 1 << 24},
        {"last_load": 1 << 16},
        {"meal_count": 16},
        {"first_n": -1},
        {"slots": (Slot(1 << 24), Slot(), Slot())},
    ],
)
def test_numbers_too_wide_for_the_card_never_wrap(change):
    with pytest.raises(OverflowError):
        encode_purse(msgspec.structs.replace(PURSE, **change), IDENTITY, MAC)


def test_no_key_in_a_repr():
    assert KEY.hex() not in repr(MAC)
    assert repr(MAC) == "CardMac(…)"
