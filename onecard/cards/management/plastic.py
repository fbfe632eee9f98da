"""A signed content on an M1 card: a header in the first sector, then as many sectors as it takes.

    header   "OCM1" 4 | length u16 | the content begins

Keys and access bits are those of purse cards. The first sector is written last, so a card that was cut from
the reader is not taken for a finished one; writing it again finishes it. Knows no content.
"""

from typing import Final

from onecard.cards.keys import TRANSPORT_KEY, KeySet
from onecard.cards.layout import MANAGEMENT
from onecard.cards.m1 import issue
from onecard.cards.m1.sector import DATA_BLOCKS, TRANSPORT_TRAILER, Sectors
from onecard.cards.medium import Key, StorageCard
from onecard.errors import CardBroken, CardForeign, Refused

_LAST_OF_1K: Final = 15
_LAST_OF_4K: Final = 39
_HEAD: Final = 6
_SECTOR: Final = DATA_BLOCKS * 16


class Plastic:
    """The card on the reader, as a place for one content."""

    def __init__(self, storage: StorageCard, keys: KeySet, unit: int, first: int = 1) -> None:
        self._sectors = Sectors(storage)
        self._first = first
        versions = [master.card(storage.uid, unit) for master in keys.masters]
        self._plan = issue.Plan(self._sectors, first, versions)

    def read(self) -> bytes:
        """The content. Raises ``CardForeign`` (no management card), ``CardBroken`` (not finished)."""
        data = self._read(self._first)
        if data[:4] != MANAGEMENT:
            raise CardForeign("card.foreign")
        length = int.from_bytes(data[4:_HEAD], "little")
        if length > _room(self._first, _LAST_OF_4K):
            raise CardBroken(part="management")
        for sector in range(self._first + 1, self._first + self._count(length)):
            data += self._read(sector)
        return data[_HEAD : _HEAD + length]

    @property
    def room(self) -> int:
        """So many bytes of content fit on it."""
        return _room(self._first, _LAST_OF_4K if self._is_4k() else _LAST_OF_1K)

    def write(self, content: bytes) -> None:
        """Onto a blank card, or in the place of what stood on a management card; may be called again.

        Raises ``Refused("management.too_long")``, ``CardForeign("card.not_blank")``: it has money.
        """
        self._refuse_money()
        last = _LAST_OF_1K
        if len(content) > _room(self._first, last) and self._is_4k():
            last = _LAST_OF_4K
        if len(content) > _room(self._first, last):
            raise Refused("management.too_long", room=_room(self._first, last))
        count = self._count(len(content))
        data = MANAGEMENT + len(content).to_bytes(2, "little") + content
        data = data.ljust(count * _SECTOR, b"\x00")
        for index in (*range(1, count), 0):
            issue.finish(self._plan, self._first + index, data[index * _SECTOR : (index + 1) * _SECTOR])

    def wipe(self) -> None:
        """Back to a blank card, whichever of our keys stand where; may be called again after a tear.

        The first sector goes first, so that what is half-wiped is no card any more. Raises ``CardForeign``:
        ``card.not_blank`` (it has money), ``card.foreign`` (its first sector cannot be opened).
        """
        self._refuse_money()
        last = _LAST_OF_4K if self._is_4k() else _LAST_OF_1K
        for sector in range(self._first, last + 1):
            try:
                found = issue.open_any(self._plan, sector)
            except CardForeign:
                continue
            self._clear(sector, found == (Key.A, TRANSPORT_KEY))

    def _clear(self, sector: int, is_factory: bool) -> None:
        """An opened sector: nothing in it, then the factory's keys. ``is_factory``: key A is that already."""
        if not is_factory or any(self._sectors.read(sector)):
            self._sectors.write(sector, bytes(_SECTOR))
        # A trailer that was torn on this way may have left a part of our key B.
        if not is_factory or self._sectors.read_key_b(sector) != TRANSPORT_KEY:
            self._sectors.write_trailer(sector, TRANSPORT_TRAILER)

    def is_empty(self) -> bool:
        """Nothing stands there, whoever's keys are on it: a blank, or one that was cut on its way to it.

        Everything of ours begins with a byte that is not 0, and that is the first to go.
        """
        try:
            self._sectors.open(self._first, *issue.open_any(self._plan, self._first))
        except CardForeign:
            return False
        return not self._sectors.read(self._first)[0]

    def _is_4k(self) -> bool:
        """Whether a 4K card's own sectors answer to a key that we can know; a tear spoils only one."""
        return any(issue.open_whole(self._plan, sector) for sector in (_LAST_OF_4K, _LAST_OF_1K + 1))

    def _count(self, length: int) -> int:
        return -(-(_HEAD + length) // _SECTOR)

    def _read(self, sector: int) -> bytes:
        for keys in self._plan.keys:
            if self._sectors.try_open(sector, Key.A, keys.a):
                return self._sectors.read(sector)
        raise CardForeign("card.foreign", sector=sector)

    def _refuse_money(self) -> None:
        """A purse card that somebody puts here by mistake stays what it is, torn as it may be: its first
        sector is never empty while there is money, and one that nothing opens could be anybody's."""
        opened = issue.open_any(self._plan, self._first)
        self._sectors.open(self._first, *opened)
        data = self._sectors.read(self._first)
        if opened != (Key.A, TRANSPORT_KEY) and data[0] and data[:4] != MANAGEMENT:
            raise CardForeign("card.not_blank")


def _room(first: int, last: int) -> int:
    """Bytes that fit between these sectors."""
    return max(0, last - first + 1) * _SECTOR - _HEAD


#: What the largest card holds; no content is longer.
MOST: Final = _room(1, _LAST_OF_4K)
