"""Sectors of an M1 card: which one is open, its blocks, and its trailer with the access bits.

Knows no record. A trailer whose access bits contradict their complements would close the sector for ever, so
none leaves this module unverified.
"""

from typing import Final

from onecard.cards.keys import TRANSPORT_KEY
from onecard.cards.medium import Key, StorageCard
from onecard.errors import CardDenied, CardError

#: A reads, B reads and writes, neither key can be read back, B may change the trailer.
OUR_ACCESS: Final = bytes.fromhex("787788")
#: As delivered: key A may do everything, key B is readable and therefore opens nothing.
TRANSPORT_ACCESS: Final = bytes.fromhex("FF0780")
#: Byte 9 of a trailer means nothing to us and stays as delivered.
_GENERAL_PURPOSE: Final = b"\x69"

DATA_BLOCKS: Final = 3
_TRAILER: Final = 3


def access_bits(access: bytes) -> tuple[int, int, int, int] | None:
    """Three access bytes → C1C2C3 of the blocks 0..3 as numbers, ``None`` if the complements do not match.

    >>> access_bits(bytes.fromhex("787788"))
    (4, 4, 4, 3)
    """
    assert len(access) == 3
    not_c2, not_c1 = divmod(access[0], 16)
    c1, not_c3 = divmod(access[1], 16)
    c3, c2 = divmod(access[2], 16)
    if (c1 ^ not_c1, c2 ^ not_c2, c3 ^ not_c3) != (15, 15, 15):
        return None
    bits = [(c1 >> i & 1) << 2 | (c2 >> i & 1) << 1 | (c3 >> i & 1) for i in range(4)]
    return (bits[0], bits[1], bits[2], bits[3])


def make_trailer(key_a: bytes, access: bytes, key_b: bytes) -> bytes:
    """The 16 bytes of a trailer. ``ValueError`` for access bytes that would kill the sector."""
    if access_bits(access) is None:
        raise ValueError(f"access bytes {access.hex()} contradict their complements")
    trailer = key_a + access + _GENERAL_PURPOSE + key_b
    if len(trailer) != 16:
        raise ValueError("a sector key has 6 bytes")
    return trailer


TRANSPORT_TRAILER: Final = make_trailer(TRANSPORT_KEY, TRANSPORT_ACCESS, TRANSPORT_KEY)


class Sectors:
    """The card's sectors with at most one open; authenticates only when another one is needed."""

    def __init__(self, storage: StorageCard) -> None:
        self.storage = storage
        self._open: tuple[int, Key, bytes] | None = None

    def open(self, sector: int, which: Key, key: bytes) -> None:
        """Authenticate unless just this is open. ``CardDenied`` leaves the card unselected."""
        if self._open == (sector, which, key):
            return
        self._open = None
        self.storage.authenticate(_block(sector, _TRAILER), which, key)
        self._open = (sector, which, key)

    def try_open(self, sector: int, which: Key, key: bytes) -> bool:
        """Authenticate; when the key is wrong, wake the card again and say so."""
        try:
            self.open(sector, which, key)
        except CardDenied:
            self.select()
            return False
        return True

    def select(self) -> None:
        """Wake the card up; nothing is open after it."""
        self._open = None
        self.storage.select()

    def read(self, sector: int, count: int = DATA_BLOCKS) -> bytes:
        """The first ``count`` data blocks of the open sector."""
        return b"".join(self._read(_block(sector, index)) for index in range(count))

    def read_access(self, sector: int) -> bytes:
        """The access bytes of the open sector."""
        return self._read(_block(sector, _TRAILER))[6:9]

    def read_key_b(self, sector: int) -> bytes:
        """Key B of the open sector, where its rights let it be read: as delivered."""
        return self._read(_block(sector, _TRAILER))[10:]

    def write(self, sector: int, data: bytes) -> None:
        """All three data blocks of the open sector, the last one last."""
        assert len(data) == DATA_BLOCKS * 16
        for index in range(DATA_BLOCKS):
            self._write(_block(sector, index), data[index * 16 : index * 16 + 16])

    def write_trailer(self, sector: int, trailer: bytes) -> None:
        """New keys and rights for the open sector; they count from the next authentication on."""
        assert access_bits(trailer[6:9]) is not None
        self._write(_block(sector, _TRAILER), trailer)
        self.select()

    def _read(self, block: int) -> bytes:
        try:
            return self.storage.read(block)
        except CardError:
            self._open = None
            raise

    def _write(self, block: int, data: bytes) -> None:
        try:
            self.storage.write(block, data)
        except CardError:
            self._open = None
            raise


def _block(sector: int, index: int) -> int:
    """Number of a data block, or of the trailer (``_TRAILER``).

    The upper eight sectors of a 4K card have sixteen blocks each; of those the first three are used.
    """
    assert 0 < sector < 40, sector
    if sector < 32:
        return sector * 4 + index
    return 128 + (sector - 32) * 16 + (15 if index == _TRAILER else index)
