"""Key diversification against published vectors, key sets, and that nothing prints a key."""

import pytest
from cryptography.hazmat.primitives.ciphers.algorithms import AES128
from cryptography.hazmat.primitives.cmac import CMAC

from onecard.cards.keys import (
    KeySet,
    Masters,
    check_value,
    diversify,
    diversify_tdea,
    make_test_keys,
    subkeys,
    subkeys_tdea,
)

MASTER = bytes.fromhex("00112233445566778899AABBCCDDEEFF")
UID = bytes.fromhex("04782E21801D80")


def test_an10922_vector():
    assert subkeys(MASTER) == (
        bytes.fromhex("FBC9F75C9413C041DFEE452D3F0706D1"),
        bytes.fromhex("F793EEB928278083BFDC8A5A7E0E0D25"),
    )
    data = UID + bytes.fromhex("3042F5") + b"NXP Abu"
    assert diversify(MASTER, data).hex().upper() == "A8DD63A3B89D54B37CA802473FDA9175"


def test_an10922_vector_of_two_key_triple_des():
    data = bytes.fromhex("04782E21801D803042F5") + b"NXP A"
    assert diversify_tdea(MASTER, data).hex().upper() == "16F8597C9E8910C86B9648D006107DD7"
    assert [key.hex().upper() for key in subkeys_tdea(MASTER)] == ["F612EB32E46035F3", "EC25D665C8C06BFD"]


def test_an10922_full_input_is_not_padded_and_takes_k1():
    """31 bytes fill both blocks; there AN10922 and plain CMAC over 01 ‖ input agree."""
    data = bytes(range(31))
    cmac = CMAC(AES128(MASTER))
    cmac.update(b"\x01" + data)
    assert diversify(MASTER, data) == cmac.finalize()


def test_an10922_short_input_differs_from_plain_cmac():
    cmac = CMAC(AES128(MASTER))
    cmac.update(b"\x01" + UID)
    assert diversify(MASTER, UID) != cmac.finalize()


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("", "BB1D6929E95937287FA37D129B756746"),
        ("6BC1BEE22E409F96E93D7E117393172A", "070A16B46B4D4144F79BDD9DD04A287C"),
        (
            "6BC1BEE22E409F96E93D7E117393172AAE2D8A571E03AC9C9EB76FAC45AF8E5130C81C46A35CE411",
            "DFA66747DE9AE63030CA32611497C827",
        ),
    ],
)
def test_cmac_is_the_one_of_rfc_4493(message, expected):
    cmac = CMAC(AES128(bytes.fromhex("2B7E151628AED2A6ABF7158809CF4F3C")))
    cmac.update(bytes.fromhex(message))
    assert cmac.finalize().hex().upper() == expected


def test_keys_of_a_card_are_the_golden_ones():
    """Set for good: a card issued today must open in ten years."""
    masters = Masters(1, MASTER, bytes(range(16)), bytes(range(16, 32)))
    keys = masters.card(UID, unit=0x01020304)
    data = UID + bytes.fromhex("04030201")
    assert keys.a == diversify(MASTER, data + b"\x01")[:6] == bytes.fromhex("005FAA5461AB")
    assert keys.b == diversify(bytes(range(16)), data + b"\x02")[:6] == bytes.fromhex("F3F1EE5B1A53")
    assert keys.mac.identity(bytes(24)) == bytes.fromhex("6129575A4B48260E")


def test_other_card_other_unit_other_keys():
    keys = make_test_keys()
    one, two, there = keys.card(UID, 1), keys.card(UID[:-1] + b"\x00", 1), keys.card(UID, 2)
    assert len({one.a, one.b, two.a, two.b, there.a, there.b}) == 6
    assert len({k.mac.identity(bytes(24)) for k in (one, two, there)}) == 3


def test_the_newest_version_comes_first_whatever_the_order():
    keys = make_test_keys(version=3, previous=(1, 2))
    assert keys.versions == (3, 2, 1)
    assert keys.version == 3
    assert keys.card(UID, 1).version == 3
    assert keys.card(UID, 1, 2).a == make_test_keys(2).card(UID, 1).a
    with pytest.raises(KeyError):
        keys.card(UID, 1, 9)


def test_one_version_cannot_stand_twice():
    one = make_test_keys().masters[0]
    with pytest.raises(AssertionError):
        KeySet([one, one], test=True)


def test_a_read_only_set_has_no_key_b():
    reading = make_test_keys().reading_only()
    assert reading.card(UID, 1).b is None
    assert reading.card(UID, 1).a == make_test_keys().card(UID, 1).a
    assert reading.masters[0].b is None


def test_nothing_prints_a_key():
    keys = make_test_keys()
    master = keys.masters[0]
    card = keys.card(UID, 1)
    for shown in (repr(keys), repr(master), repr(card), f"{card.mac}"):
        for secret in (master.a, master.b, master.mac, card.a, card.b):
            assert repr(secret) not in shown
            assert secret.hex() not in shown.lower()


def test_the_test_set_says_so_in_its_bytes():
    keys = make_test_keys()
    assert keys.test
    assert all(b"TEST" in secret for m in keys.masters for secret in (m.a, m.b, m.mac))


def test_check_value_is_six_digits_and_tells_keys_apart():
    assert check_value(MASTER) != check_value(bytes(16))
    assert len(check_value(MASTER)) == 6
