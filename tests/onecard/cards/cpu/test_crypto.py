"""The PBOC purse's arithmetic against worked vectors, and what each MAC is bound to. F: A9"""

import pytest

from onecard.cards.cpu import crypto

KEY = bytes.fromhex("11223344556677888877665544332211")
RANDOM = bytes.fromhex("11223344")
TERMINAL = bytes.fromhex("001122334455")


def test_vector_of_a_load():
    session = crypto.load_session(KEY, RANDOM, 0)
    assert session.hex().upper() == "9B1D924E05595603"
    assert crypto.load_mac1(session, 0, 0x1000, 1, TERMINAL).hex().upper() == "2988AE5A"
    moment = bytes.fromhex("20111221214822")
    assert crypto.load_mac2(session, 0x1000, 1, TERMINAL, moment).hex().upper() == "3A845BF0"


def test_vector_of_a_purchase():
    session = crypto.purchase_session(KEY, RANDOM, 0, 1)
    assert session.hex().upper() == "003238ABC57659DD"
    moment = bytes.fromhex("20120229135100")
    assert crypto.purchase_mac1(session, 0x1000, 6, TERMINAL, moment).hex().upper() == "F15CAB75"
    assert crypto.purchase_mac2(session, 0x1000).hex().upper() == "56988A13"


def test_a_factor_and_its_complement_make_the_halves_of_a_cards_key():
    factor = bytes.fromhex("0102030405060708")
    key = crypto.diversify(KEY, factor)
    assert key[:8] == crypto.encrypt(KEY, factor)
    assert key[8:] == crypto.encrypt(KEY, bytes.fromhex("FEFDFCFBFAF9F8F7"))


def test_a_des_vector():
    """FIPS 81: the same block under single DES, also through the triple machine."""
    key, plain = bytes.fromhex("0123456789ABCDEF"), b"Now is t"
    assert crypto.encrypt(key, plain).hex() == "3fa40e8a984d4815"
    assert crypto.encrypt(key + key, plain).hex() == "3fa40e8a984d4815"


def test_the_long_mac_is_the_short_one_where_both_halves_are_the_same():
    key = bytes.fromhex("0123456789ABCDEF")
    start = bytes.fromhex("1122334400000000")
    for size in range(25):
        data = bytes(range(size))
        assert crypto.long_mac(key + key, data, start) == crypto.mac(key, data, start)
    assert crypto.long_mac(KEY, b"1", start) != crypto.mac(KEY[:8], b"1", start)


def test_padding_is_always_added_so_a_longer_message_of_zeros_differs():
    key = KEY[:8]
    assert crypto.mac(key, bytes(7)) != crypto.mac(key, bytes(8))
    assert crypto.mac(key, bytes(8)) != crypto.mac(key, bytes(9))


@pytest.mark.parametrize("place", range(6))
def test_a_tac_is_bound_to_every_part(place):
    terms = [500, 9, TERMINAL, 77, bytes.fromhex("20261122120000")]
    tac = crypto.purchase_tac(KEY, *terms)
    if place == 5:
        assert crypto.purchase_tac(KEY[::-1][:8] + KEY[:8], *terms) != tac
        return
    other = [501, 6, bytes(6), 78, bytes(7)][place]
    assert crypto.purchase_tac(KEY, *terms[:place], other, *terms[place + 1 :]) != tac


def test_a_load_tac_is_bound_to_balance_and_sequence():
    moment = bytes.fromhex("20261122120000")
    tac = crypto.load_tac(KEY, 1_000, 5, 500, 2, TERMINAL, moment)
    assert crypto.load_tac(KEY, 1_001, 5, 500, 2, TERMINAL, moment) != tac
    assert crypto.load_tac(KEY, 1_000, 6, 500, 2, TERMINAL, moment) != tac
