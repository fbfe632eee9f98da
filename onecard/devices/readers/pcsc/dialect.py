"""How readers differ in the pseudo-APDUs for storage cards, as data; and which ATR means "M1". Pure bytes.

The general form stands in PC/SC part 3. [?] The row of the SCM3712 follows public reports (old form of
AUTHENTICATE) and was not tried on the device; reported deviations belong in this table, not in the driver.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from onecard.cards.medium import Key

_KEY_TYPE: Final = {Key.A: 0x60, Key.B: 0x61}

#: Start of every ATR that a PC/SC reader makes for a storage card of ISO 14443 A part 3.
_STORAGE_ATR: Final = bytes.fromhex("3B8F8001804F0CA00000030603")
#: Card names in bytes 13-14: 1K, 4K, and what ACS readers say for the 1K of another maker.
_M1_NAMES: Final = frozenset({0x0001, 0x0002, 0xFF88})


@dataclass(frozen=True)
class Dialect:
    """The words one family of readers uses."""

    name: str
    #: Parts of the PC/SC reader name that tell the family.
    known_by: tuple[str, ...] = ()
    key_slot: int = 0
    old_authenticate: bool = False

    def get_uid(self) -> bytes:
        return bytes.fromhex("FFCA000000")

    def load_key(self, key: bytes) -> bytes:
        """Into a volatile slot: the key is gone with the reader's power."""
        assert len(key) == 6
        return bytes([0xFF, 0x82, 0x00, self.key_slot, 6]) + key

    def authenticate(self, block: int, which: Key) -> bytes:
        if self.old_authenticate:
            return bytes([0xFF, 0x88, 0x00, block, _KEY_TYPE[which], self.key_slot])
        return bytes([0xFF, 0x86, 0x00, 0x00, 5, 1, 0, block, _KEY_TYPE[which], self.key_slot])

    def read(self, block: int) -> bytes:
        return bytes([0xFF, 0xB0, 0x00, block, 16])

    def write(self, block: int, data: bytes) -> bytes:
        return bytes([0xFF, 0xD6, 0x00, block, 16]) + data


GENERIC: Final = Dialect("generic")
ACR122U: Final = Dialect("acr122u", known_by=("ACR122", "ACR 122"))
SCM3712: Final = Dialect("scm3712", known_by=("SCL3711", "SCL3712", "SCM3712"), old_authenticate=True)

DIALECTS: Final = (ACR122U, SCM3712, GENERIC)


def dialect_for(reader_name: str) -> Dialect:
    """The family a reader belongs to by its name; the general form for all others."""
    for dialect in DIALECTS:
        if any(part.lower() in reader_name.lower() for part in dialect.known_by):
            return dialect
    return GENERIC


class Medium(StrEnum):
    """What kind of card an ATR speaks of."""

    M1 = "m1"
    OTHER_STORAGE = "storage"
    CPU = "cpu"


def is_uid(answer: bytes) -> bool:
    """Whether an answer to GET UID can be one: over all kinds of cards 4 to 10 bytes."""
    return 4 <= len(answer) <= 10


def medium_of(atr: bytes) -> Medium:
    """The medium behind an ATR. The check byte is not insisted on: some readers get it wrong."""
    if atr.startswith(_STORAGE_ATR) and len(atr) >= 15:
        name = int.from_bytes(atr[13:15], "big")
        return Medium.M1 if name in _M1_NAMES else Medium.OTHER_STORAGE
    return Medium.CPU
