"""One M1 card as a purse: read it whole, write the copy that is not the newest, prove it by reading back.

The record stands twice (sectors s+1 and s+2). A write touches only the older copy and puts the block with the
MAC last, so that whatever is torn, the newest good record survives. Rejected: value blocks as the money (no
MAC, no id of the last transaction) and re-reading before each write (eight more commands for nothing).
"""

from collections.abc import Iterator
from typing import Final

from onecard.cards.image import CardImage, Identity, Purse
from onecard.cards.keys import TRANSPORT_KEY, CardKeys, KeySet
from onecard.cards.layout import MANAGEMENT, MAX_COUNTER, decode_identity, decode_purse, encode_purse
from onecard.cards.m1 import issue, rekey
from onecard.cards.m1.sector import Sectors
from onecard.cards.medium import Key, StorageCard
from onecard.errors import (
    CardBroken,
    CardDenied,
    CardDoubtful,
    CardError,
    CardForeign,
    CardGone,
    NotWritten,
    Refused,
)
from onecard.ids import RecordId

#: Of a 4K card; on a 1K card the three sectors have to begin at 13 or below.
LAST_FIRST_SECTOR: Final = 37


class M1Card:
    """A session with the card that lies on the reader; not for two threads."""

    medium = "m1"

    def __init__(self, storage: StorageCard, keys: KeySet, unit: int, first_sector: int = 1) -> None:
        assert 1 <= first_sector <= LAST_FIRST_SECTOR, first_sector
        self._sectors = Sectors(storage)
        self._keys = keys
        self._unit = unit
        self._first = first_sector
        #: Keys that opened each copy, and what the card said when it was last read or written.
        self._copy_keys: list[CardKeys] = []
        self._image: CardImage | None = None
        self._foreign: tuple[tuple[Key, bytes], ...] = ()

    @property
    def uid(self) -> bytes:
        return self._sectors.storage.uid

    @property
    def commands(self) -> int:
        """Commands sent to this card so far."""
        return self._sectors.storage.commands

    def read(self) -> CardImage:
        """Identity and both copies, verified; the newest key version is tried first.

        Raises ``CardForeign`` (``card.blank``, ``card.foreign``, ``card.wrong_unit``, ``card.half``,
        ``card.newer``), ``CardBroken``, ``CardDenied`` or ``CardGone``.
        """
        try:
            return self._read()
        except CardDenied:
            pass
        except CardForeign as error:
            if error.code not in ("card.foreign", "card.half"):
                raise
        # A reader says "no" for a weak moment in the field too, and a customer must not hear "not our card"
        # because of one: once more, from the start.
        self._sectors.select()
        return self._read()

    def write(self, after: Purse) -> CardImage:
        """Make ``after`` the newest record; its counter is the newest one plus 1.

        Returns only with a read that shows ``after``. Raises ``NotWritten`` (a good read shows the old
        record), ``CardDoubtful`` (card present, nothing proved), ``CardGone`` (outcome unknown), or
        ``Refused("card.worn")`` at the end of the counter.
        """
        before = self._image or self.read()
        if before.newest.counter >= MAX_COUNTER:
            raise Refused("card.worn")
        assert after.counter == before.newest.counter + 1, (after.counter, before.newest.counter)
        copy = 1 - before.copy
        keys = self._copy_keys[copy]
        if keys.b is None:
            raise CardDenied("card.read_only")
        sector = self._first + 1 + copy
        data = encode_purse(after, before.identity, keys.mac)
        self._image = None
        try:
            self._sectors.open(sector, Key.B, keys.b)
            self._sectors.write(sector, data)
            proved = self._sectors.read(sector) == data
        except CardError:
            proved = False
        if not proved:
            return self._settle(before, after)
        self._image = CardImage(
            uid=before.uid, identity=before.identity, newest=after, older=before.newest, copy=copy
        )
        return self._image

    def take_over(self, foreign: tuple[tuple[Key, bytes], ...]) -> None:
        """From here on sectors that these keys of an old system open may be made ours."""
        self._foreign = foreign

    def personalise(self, identity: Identity, first: Purse) -> CardImage:
        """Make a blank card ours, or finish what an interrupted call with the same card and issue began.

        Raises ``CardForeign``: ``card.taken`` (a finished card), ``card.half`` (another number was begun;
        both name it), ``card.foreign`` (keys unknown); or ``CardDenied``, ``CardGone``: put it on again.
        """
        assert identity.unit == self._unit
        assert identity.key_version == self._keys.version
        self._image = None
        self._sectors.select()  # a refused read may have put the card to sleep
        return issue.personalise(self._plan(), identity, first, self.read)

    def wipe(self) -> None:
        """Back to a blank card with transport keys; may be called again after an interruption."""
        try:
            newest = self.read().copy
        except (CardForeign, CardBroken, CardDenied):
            newest = 0  # blank, half-made or damaged: there is no older record to come to light
            self._sectors.select()
        self._image = None
        issue.wipe(self._plan(), newest)

    def rekey(self) -> CardImage:
        """Give the card the newest keys, sector by sector; takes up what an interrupted call began.

        The record stays as it is, its counter too. Raises what ``read`` raises, and ``CardDenied``.
        """
        self._image = None
        self._sectors.select()
        rekey.rekey(self._plan(), self._unit)
        return self.read()

    def proof(self, id: RecordId) -> None:
        """A storage card proves nothing but its record."""

    def retire(self) -> None:
        """The locked record is all that a storage card can say."""

    def _plan(self) -> issue.Plan:
        return issue.Plan(self._sectors, self._first, list(self._versions()), self._foreign)

    def _settle(self, before: CardImage, after: Purse) -> CardImage:
        """A write got no success: select, read everything, and say what is known."""
        try:
            self._sectors.select()
            image = self.read()
        except CardGone:
            raise
        except CardError as error:
            raise CardDoubtful() from error
        if image.identity == before.identity and image.newest == after:
            return image
        self._image = None
        if image.identity == before.identity and image.newest == before.newest:
            raise NotWritten(image)
        raise CardDoubtful(image)

    def _read(self) -> CardImage:
        self._image = None
        keys = self._open_identity()
        data = self._sectors.read(self._first, 2)
        if data[:4] == MANAGEMENT:
            raise CardForeign("card.management")
        identity = decode_identity(data, keys.mac)
        if identity is None:
            raise CardBroken(part="identity")
        if identity.unit != self._unit:
            raise CardForeign("card.wrong_unit", unit=identity.unit)
        opened = [self._read_copy(copy, identity, keys) for copy in (0, 1)]
        copies = [purse for purse, _ in opened]
        best = max((0, 1), key=lambda copy: -1 if (p := copies[copy]) is None else p.counter)
        newest, older = copies[best], copies[1 - best]
        if newest is None:
            raise CardBroken(part="purse", card=identity.card, issue=identity.issue)
        if older is not None and older.counter == newest.counter:
            older = None  # half-way to new keys the newest record stands in both
        self._copy_keys = [used for _, used in opened]
        self._image = CardImage(uid=self.uid, identity=identity, newest=newest, older=older, copy=best)
        return self._image

    def _open_identity(self) -> CardKeys:
        for keys in self._versions():
            if self._sectors.try_open(self._first, *_strongest(keys)):
                return keys
        if self._sectors.try_open(self._first, Key.A, TRANSPORT_KEY):
            raise CardForeign("card.blank")
        raise CardForeign("card.foreign")

    def _read_copy(self, copy: int, identity: Identity, keys: CardKeys) -> tuple[Purse | None, CardKeys]:
        """The record, and the keys that opened it: others than the identity's half-way to new ones."""
        sector = self._first + 1 + copy
        others = (one for one in self._versions() if one.version != keys.version)
        for one in (keys, *others):
            if self._sectors.try_open(sector, *_strongest(one)):
                return decode_purse(self._sectors.read(sector), identity, one.mac), one
        raise CardForeign("card.half", card=identity.card, issue=identity.issue)

    def _versions(self) -> Iterator[CardKeys]:
        """Keys of this card in every version, newest first; made only as far as they are tried."""
        return (master.card(self.uid, self._unit) for master in self._keys.masters)


def _strongest(keys: CardKeys) -> tuple[Key, bytes]:
    """Key B where the box has it, so that a write needs no second LOAD KEY."""
    return (Key.A, keys.a) if keys.b is None else (Key.B, keys.b)
