"""Published values of schemes that no driver speaks yet, reached with the ciphers that our own cards use."""

from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.cmac import CMAC

from onecard.cards.cpu.crypto import encrypt

_VARIANT = bytes.fromhex("C0C0C0C000000000" * 2)
_PIN = bytes.fromhex("00000000000000FF" * 2)


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))


def _cmac(key: bytes, data: bytes) -> bytes:
    mac = CMAC(AES(key))
    mac.update(data)
    return mac.finalize()


def test_session_keys_of_a_desfire_ev2():
    """AN12343, pages 33 and 34."""
    a = bytes.fromhex("B04D0787C93EE0CC8CACC8E86F16C6FE")
    b = bytes.fromhex("FA659AD0DCA738DD65DC7DC38612AD81")
    mixed = bytes.fromhex("00010080") + a[:2] + _xor(a[2:8], b[:6]) + b[6:] + a[8:]
    keys = [_cmac(bytes(16), bytes.fromhex(label) + mixed).hex() for label in ("A55A", "5AA5")]
    assert keys == ["63dc07286289a7a6c0334ca31c314a04", "774f26743ece6af5033b6ae8522946f6"]


def _first_key(base: bytes, serial: bytes) -> bytes:
    """X9.24-1: the key that a pad is born with, its counter still zero."""
    without_counter = serial[:7] + bytes([serial[7] & 0xE0])
    return encrypt(base, without_counter) + encrypt(_xor(base, _VARIANT), without_counter)


def _next_key(key: bytes, register: bytes) -> bytes:
    """X9.24-1: one step of the way that cannot be gone back."""

    def half(key: bytes) -> bytes:
        return _xor(encrypt(key[:8], _xor(register, key[8:])), key[8:])

    return half(_xor(key, _VARIANT)) + half(key)


def test_first_keys_of_a_pin_pad_under_dukpt():
    """X9.24-1 annex: base key, serial number with counter 1 → initial, transaction and PIN key."""
    serial = bytes.fromhex("FFFF9876543210E00001")
    initial = _first_key(bytes.fromhex("0123456789ABCDEFFEDCBA9876543210"), serial)
    assert initial.hex() == "6ac292faa1315b4d858ab3a3d7d5933a"
    of_transaction = _next_key(initial, serial[2:])
    assert of_transaction.hex() == "042666b49184cfa368de9628d0397bc9"
    assert _xor(of_transaction, _PIN).hex() == "042666b49184cf5c68de9628d0397b36"


def test_clear_pin_block_of_iso_9564_format_0():
    pin, number = "1234", "4012345678909"
    typed = bytes.fromhex(f"0{len(pin)}{pin}".ljust(16, "F"))
    of_card = bytes.fromhex("0000" + number[-13:-1])
    assert _xor(typed, of_card).hex() == "041274edcba9876f"
