"""Card keys: three masters per version, and the keys of one card derived from them by AN10922 (AES-128).

Knows no file (``keystore.py``) and shows no key: every ``repr`` here is mute. Live and test sets are of
different kinds and refuse to stand in one ``KeySet``.

The input of a derivation is UID ‖ unit u32 ‖ purpose (1 = key A, 2 = key B, 3 = MAC); a sector key is the
first 6 of the 16 bytes. NXP names no rule for which 6; the first are what a reader's key loader takes.
"""

from dataclasses import dataclass, field
from typing import Final, Literal

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES128
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.cmac import CMAC

from onecard.cards.cpu.key import CpuMasters
from onecard.cards.layout import CardMac

#: Key of a card as the factory delivers it, both keys of every sector.
TRANSPORT_KEY: Final = bytes.fromhex("FFFFFFFFFFFF")

#: Of whole key sets.
Kind = Literal["live", "test", "training"]

_CONSTANT_AES128: Final = b"\x01"
_CONSTANTS_TDEA: Final = (b"\x21", b"\x22")
_PURPOSE_A, _PURPOSE_B, _PURPOSE_MAC = 1, 2, 3


def _double(block: bytes) -> bytes:
    """Multiply by x in GF(2¹²⁸), or in GF(2⁶⁴) for DES: the subkey step of CMAC."""
    bits = len(block) * 8
    value = int.from_bytes(block, "big") << 1
    if value >> bits:
        value = (value & ((1 << bits) - 1)) ^ (0x87 if bits == 128 else 0x1B)
    return value.to_bytes(len(block), "big")


def subkeys(master: bytes) -> tuple[bytes, bytes]:
    """K1 and K2 of a 16-byte AES key."""
    encryptor = Cipher(AES128(master), CBC(bytes(16))).encryptor()
    k1 = _double(encryptor.update(bytes(16)) + encryptor.finalize())
    return k1, _double(k1)


def diversify(master: bytes, data: bytes) -> bytes:
    """AN10922 for AES-128: 1 to 31 bytes of input → 16 bytes of key.

    Differs from plain CMAC in that the message is always filled up to two blocks.
    """
    assert len(master) == 16
    assert 1 <= len(data) <= 31, len(data)
    message = _CONSTANT_AES128 + data
    k1, k2 = subkeys(master)
    if len(message) < 32:
        message = (message + b"\x80").ljust(32, b"\x00")
        mask = k2
    else:
        mask = k1
    last = bytes(a ^ b for a, b in zip(message[16:], mask, strict=True))
    encryptor = Cipher(AES128(master), CBC(bytes(16))).encryptor()
    return (encryptor.update(message[:16] + last) + encryptor.finalize())[16:]


def diversify_tdea(master: bytes, data: bytes) -> bytes:
    """AN10922 for two-key triple DES: 1 to 15 bytes of input → 16 bytes of key.

    For DESFire-type media that some units bring along; our own M1 cards use the AES form.
    """
    assert len(master) == 16
    assert 1 <= len(data) <= 15, len(data)

    def encrypt(block: bytes) -> bytes:
        encryptor = Cipher(TripleDES(master + master[:8]), CBC(bytes(8))).encryptor()
        return encryptor.update(block) + encryptor.finalize()

    k1, k2 = subkeys_tdea(master)
    key = b""
    for constant in _CONSTANTS_TDEA:
        message = constant + data
        mask = k1 if len(message) == 16 else k2
        message = message if len(message) == 16 else (message + b"\x80").ljust(16, b"\x00")
        last = bytes(a ^ b for a, b in zip(message[8:], mask, strict=True))
        key += encrypt(message[:8] + last)[8:]
    return key


def subkeys_tdea(master: bytes) -> tuple[bytes, bytes]:
    """K1 and K2 of a two-key triple-DES key."""
    encryptor = Cipher(TripleDES(master + master[:8]), CBC(bytes(8))).encryptor()
    k1 = _double(encryptor.update(bytes(8)) + encryptor.finalize())
    return k1, _double(k1)


def check_value(key: bytes) -> str:
    """Six hex digits to compare a key without seeing it: AES-CMAC of a zero block, first 3 bytes."""
    cmac = CMAC(AES128(key))
    cmac.update(bytes(16))
    return cmac.finalize()[:3].hex().upper()


@dataclass(frozen=True)
class CardKeys:
    """The keys of one card in one version. Without ``b`` a box can only read."""

    version: int
    a: bytes = field(repr=False)
    b: bytes | None = field(repr=False)
    mac: CardMac = field(repr=False)


@dataclass(frozen=True)
class Masters:
    """One version of the three masters, 16 bytes each; ``b`` is ``None`` in a read-only box.

    ``cpu`` are those of CPU cards, where a unit has any; their records are sealed under ``mac`` as all are.
    """

    version: int
    a: bytes = field(repr=False)
    b: bytes | None = field(repr=False)
    mac: bytes = field(repr=False)
    cpu: CpuMasters = field(default=CpuMasters(), repr=False)

    def __post_init__(self) -> None:
        assert 0 < self.version < 256, self.version
        assert all(len(key) == 16 for key in (self.a, self.mac, self.b or self.a))

    def card(self, uid: bytes, unit: int) -> CardKeys:
        """The keys of the card with this UID in this unit."""
        data = uid + unit.to_bytes(4, "little")
        return CardKeys(
            version=self.version,
            a=diversify(self.a, data + bytes([_PURPOSE_A]))[:6],
            b=None if self.b is None else diversify(self.b, data + bytes([_PURPOSE_B]))[:6],
            mac=CardMac(diversify(self.mac, data + bytes([_PURPOSE_MAC])), uid),
        )

    def check_values(self) -> dict[str, str]:
        """Check values by the name of the master."""
        keys = {"A": self.a, "MAC": self.mac} | ({} if self.b is None else {"B": self.b})
        return {name: check_value(key) for name, key in sorted(keys.items())} | self.cpu.check_values()


class KeySet:
    """All versions a box knows, newest first. ``test`` marks a set that must never meet real money, and
    ``training`` the one of those that people practise with, apart from the demo's."""

    def __init__(
        self,
        masters: tuple[Masters, ...] | list[Masters],
        *,
        test: bool,
        training: bool = False,
        old: bytes = b"",
    ) -> None:
        """``old``: the sector key of the system before, while its cards are being taken over."""
        assert test or not training
        assert len(old) in (0, 6)
        versions = [master.version for master in masters]
        assert masters
        assert len(set(versions)) == len(versions), versions
        self._masters = tuple(sorted(masters, key=lambda master: -master.version))
        self.test = test
        self.training = training
        self.old = old

    def __repr__(self) -> str:
        return f"KeySet(versions={list(self.versions)}, {self.kind})"

    @property
    def kind(self) -> Kind:
        """The three never mix: a box is set up for one of them."""
        return "training" if self.training else "test" if self.test else "live"

    @property
    def version(self) -> int:
        """The newest version: what cards are issued under."""
        return self._masters[0].version

    @property
    def versions(self) -> tuple[int, ...]:
        return tuple(master.version for master in self._masters)

    @property
    def masters(self) -> tuple[Masters, ...]:
        return self._masters

    def card(self, uid: bytes, unit: int, version: int | None = None) -> CardKeys:
        """Keys of one card under one version, the newest by default. ``KeyError`` if it is not here."""
        for master in self._masters:
            if version is None or master.version == version:
                return master.card(uid, unit)
        raise KeyError(version)

    def reading_only(self) -> "KeySet":
        """The same set without the masters of key B: it opens cards and cannot change them."""
        masters = [Masters(master.version, master.a, None, master.mac) for master in self._masters]
        return KeySet(masters, test=self.test, training=self.training)

    def with_old(self, old: bytes) -> "KeySet":
        """The same set with another key of the system before; b"": none any more."""
        return KeySet(self._masters, test=self.test, training=self.training, old=old)

    def of_a_till(self, *, with_purchase: bool = True) -> "KeySet":
        """What a till may have: never the keys that make money on a CPU card or judge its proofs."""
        masters = [
            Masters(one.version, one.a, one.b, one.mac, one.cpu.of_a_till(with_purchase=with_purchase))
            for one in self._masters
        ]
        return KeySet(masters, test=self.test, training=self.training, old=self.old)


def make_training_keys(version: int = 1) -> KeySet:
    """The fixed set of training mode: as public as the test set, and no card of one opens under the other."""
    return KeySet([_public("TRAI", version)], test=True, training=True)


def make_test_keys(version: int = 1, previous: tuple[int, ...] = ()) -> KeySet:
    """The fixed set of the demo and of tests. Public, marked in its own bytes, and worth nothing."""
    masters = [_public("TEST", number) for number in (version, *previous)]
    return KeySet(masters, test=True, old=b"OLDKEY")


def _public(word: str, number: int) -> Masters:
    name = f"ONECARD{word}{number:03d}-".encode()
    a, b, mac, *cpu = (name + purpose for purpose in (b"A", b"B", b"M", b"P", b"L", b"T", b"W"))
    return Masters(number, a, b, mac, CpuMasters(*cpu))
