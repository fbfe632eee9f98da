"""The arithmetic of the PBOC purse: triple-DES diversification, session keys, MAC1, MAC2, TAC. Pure bytes.

Every number is big-endian, as on the wire. DES is what these cards speak; nothing new is built on it here.
A MAC is the left half of a DES-CBC-MAC with a zero start and ``80 00…`` always appended. Sources: PBOC 1.0
part 2 as retold by public articles; the vectors in the tests were worked out again from their inputs.
"""

from typing import Final

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.modes import CBC, ECB

BLOCK: Final = 8
KEY: Final = 16
MAC: Final = 4


def _spread(key: bytes) -> bytes:
    """A single or double DES key as the 24 bytes the library takes."""
    assert len(key) in (BLOCK, KEY), len(key)
    return key * 3 if len(key) == BLOCK else key + key[:BLOCK]


def encrypt(key: bytes, data: bytes) -> bytes:
    """ECB of whole blocks under a key of 8 (DES) or 16 bytes (two-key triple DES)."""
    assert len(data) % BLOCK == 0, len(data)
    encryptor = Cipher(TripleDES(_spread(key)), ECB()).encryptor()  # noqa: S305 - the standard's own
    return encryptor.update(data) + encryptor.finalize()


def mac(key: bytes, data: bytes, start: bytes = bytes(BLOCK)) -> bytes:
    """Four bytes under a single DES key; ``start`` is the card's challenge for commands that change files."""
    assert len(key) == BLOCK, len(key)
    encryptor = Cipher(TripleDES(_spread(key)), CBC(start)).encryptor()
    return (encryptor.update(_padded(data)) + encryptor.finalize())[-BLOCK:][:MAC]


def long_mac(key: bytes, data: bytes, start: bytes) -> bytes:
    """The same under a double key: single DES to the end, the last block through triple DES (ISO 9797-1, 3).

    This is how commands that maintain the application are protected.
    """
    assert len(key) == KEY, len(key)
    padded = _padded(data)
    encryptor = Cipher(TripleDES(_spread(key[:BLOCK])), CBC(start)).encryptor()
    before = (start + encryptor.update(padded[:-BLOCK]))[-BLOCK:]
    last = bytes(a ^ b for a, b in zip(before, padded[-BLOCK:], strict=True))
    return encrypt(key, last)[:MAC]


def _padded(data: bytes) -> bytes:
    marked = data + b"\x80"
    return marked + bytes(-len(marked) % BLOCK)


def diversify(master: bytes, factor: bytes) -> bytes:
    """A card's key: the factor (right 8 bytes of the application serial number), then its complement."""
    assert len(master) == KEY, len(master)
    assert len(factor) == BLOCK, len(factor)
    return encrypt(master, factor + bytes(byte ^ 0xFF for byte in factor))


def check_value(key: bytes) -> str:
    """Six hex digits to compare a key without seeing it: the first 3 bytes of a zero block under it."""
    return encrypt(key, bytes(BLOCK))[:3].hex().upper()


def load_session(key: bytes, challenge: bytes, sequence: int) -> bytes:
    """Session key of a load: the card's random number and its online sequence."""
    return encrypt(key, challenge + sequence.to_bytes(2, "big") + b"\x80\x00")


def purchase_session(key: bytes, challenge: bytes, sequence: int, terminal_sequence: int) -> bytes:
    """Session key of a purchase: random number, offline sequence, right half of the terminal's sequence."""
    tail = terminal_sequence.to_bytes(4, "big")[2:]
    return encrypt(key, challenge + sequence.to_bytes(2, "big") + tail)


def load_mac1(session: bytes, balance: int, amount: int, kind: int, terminal: bytes) -> bytes:
    """The card's word for its balance, to the host."""
    return mac(session, _u4(balance) + _u4(amount) + bytes([kind]) + terminal)


def load_mac2(session: bytes, amount: int, kind: int, terminal: bytes, moment: bytes) -> bytes:
    """The host's order to credit."""
    return mac(session, _u4(amount) + bytes([kind]) + terminal + moment)


def purchase_mac1(session: bytes, amount: int, kind: int, terminal: bytes, moment: bytes) -> bytes:
    """The PSAM's order to debit."""
    return mac(session, _u4(amount) + bytes([kind]) + terminal + moment)


def purchase_mac2(session: bytes, amount: int) -> bytes:
    """The card's word that it has debited, to the PSAM."""
    return mac(session, _u4(amount))


def tac_key(key: bytes) -> bytes:
    """Both halves of the card's TAC key, one upon the other."""
    assert len(key) == KEY, len(key)
    return bytes(a ^ b for a, b in zip(key[:BLOCK], key[BLOCK:], strict=True))


def load_tac(
    key: bytes, balance: int, sequence: int, amount: int, kind: int, terminal: bytes, moment: bytes
) -> bytes:
    """What proves a load to the issuer; ``balance`` after it, ``sequence`` before it was raised."""
    seq = sequence.to_bytes(2, "big")
    return mac(tac_key(key), _u4(balance) + seq + _u4(amount) + bytes([kind]) + terminal + moment)


def purchase_tac(
    key: bytes, amount: int, kind: int, terminal: bytes, terminal_sequence: int, moment: bytes
) -> bytes:
    """What proves a purchase to the issuer."""
    return mac(tac_key(key), _u4(amount) + bytes([kind]) + terminal + _u4(terminal_sequence) + moment)


def _u4(value: int) -> bytes:
    return value.to_bytes(4, "big")
