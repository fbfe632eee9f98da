"""One tap's conversation with whatever medium lies on the reader, and what only some media can do.

Counts only its own commands, however long the card has lain. Knows media; knows no sale and no journal.
"""

from contextlib import suppress
from typing import Final

from msgspec.structs import replace

from onecard.cards.cpu.card import CpuCard, is_new
from onecard.cards.cpu.proof import Proof
from onecard.cards.image import CardImage
from onecard.cards.m1 import M1Card
from onecard.cards.medium import ApduCard, StorageCard
from onecard.cards.session import CardSession
from onecard.errors import CardError, CardForeign, Refused
from onecard.ids import RecordId
from onecard.journal.facet import card_of
from onecard.terminal.desk import Desk
from onecard.wire.messages import LoadIntent, Lock

#: Reasons after which a card never comes back. One that was lost may be found.
_FOR_EVER: Final = frozenset({"replaced", "returned"})


class M1Session(M1Card):
    """With a storage card."""

    def __init__(self, desk: Desk, storage: StorageCard) -> None:
        super().__init__(storage, desk.keys, desk.config.unit, desk.config.first_sector)
        if desk.old is not None:
            self.take_over(desk.old.keys(storage))
        self._before = storage.commands

    @property
    def commands(self) -> int:
        return super().commands - self._before


class CpuSession(CpuCard):
    """With a CPU card."""

    def __init__(self, desk: Desk, card: ApduCard) -> None:
        super().__init__(card, desk.keys, desk.config.unit, desk.psam, desk.load_host)
        self._before = card.commands
        self._desk = desk

    def read(self) -> CardImage:
        """The chip's log names a load but not its number; where the load was ours our journal knows it."""
        image = super().read()
        newest = image.newest
        if newest.last.terminal != self._desk.config.terminal:
            return image
        body = self._desk.journal.body(newest.last)
        if not isinstance(body, LoadIntent) or card_of(body) != (image.identity.card, image.identity.issue):
            return image
        return replace(image, newest=replace(newest, last_load=body.loads[-1].number))

    @property
    def commands(self) -> int:
        return super().commands - self._before


def open_session(desk: Desk, storage: StorageCard) -> CardSession:
    """With what lies there; nothing is sent to it yet."""
    return CpuSession(desk, storage) if isinstance(storage, ApduCard) else M1Session(desk, storage)


def check_blank(session: CardSession, card: int, *, is_old: bool) -> None:
    """A medium that may become ``card``: blank, begun for this very card, or ``is_old``, the old system's.

    Raises ``Refused("card.not_blank")``, or the ``CardError`` of any other card.
    """
    try:
        image = session.read()
    except CardForeign as error:
        if error.code == "card.blank" or (error.code == "card.half" and error.params.get("card") == card):
            return
        if error.code != "card.foreign" or not is_old:
            raise
        return
    if session.medium == "cpu" and is_new(image) and image.identity.card == card:
        return
    raise Refused("card.not_blank")


def proof_of(session: CardSession, id: RecordId) -> Proof | None:
    """What the card gives out about a write that its record has proved; it may be gone already."""
    try:
        return session.proof(id)
    except CardError:
        return None


def shut(session: CardSession, lock: Lock) -> None:
    """Beyond the locked record, where the medium can and the card is dead for ever; nobody waits for it."""
    # A desk locks a card before it is paid out; only what the office's list says is final.
    if lock.reason in _FOR_EVER and lock.stop_version:
        with suppress(CardError):
            session.retire()
