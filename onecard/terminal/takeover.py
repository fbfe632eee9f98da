"""The first tap of an old system's card: its old purse is emptied, ours is written, and that once. F: H8

The money is not taken from the card: it is the figure that two people tied out, and it waits at the office as
a load of the new card. What the old purse said goes to the office as evidence. Emptied first and written
second, so that at no moment both systems would sell to the same card; torn in between, the same card simply
goes on at its next tap, here or at any other station.

Needs the office once per card, for the number that the card becomes; its loads are usually here already.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import structlog

from onecard.cards.legacy import OldCard, OldLayout
from onecard.cards.medium import ApduCard, StorageCard
from onecard.errors import CardForeign, Refused, Unreachable
from onecard.journal.index import Tap
from onecard.terminal.desk import Desk
from onecard.terminal.draft import Who
from onecard.terminal.issuing import Issuing
from onecard.terminal.look import Look
from onecard.terminal.outcome import Completed, State, Unfinished, WrongCard
from onecard.terminal.tap import Taps
from onecard.wire import messages as m
from onecard.wire.takeover import AskTakeover

_log = structlog.get_logger("takeover")

_MAY_BE_OLD = ("card.blank", "card.foreign", "card.half")
#: What the office says of a plastic that is nobody's, or whose turn is over.
_NOBODYS = frozenset({"takeover.no_card", "takeover.done"})


class TakeoverHost(Protocol):
    """Whom to ask. Raises ``Refused`` or ``Unreachable``."""

    def __call__(self, question: AskTakeover) -> m.IssueGrant: ...


@dataclass(frozen=True, kw_only=True)
class Taken:
    """A card that was taken over: its number now, what the old system had on it."""

    card: int
    old: str
    fen: int


class Takeover:
    """At a station that knows the layout of the system before; nothing at any other."""

    def __init__(self, desk: Desk, taps: Taps, issuing: Issuing) -> None:
        self._desk, self._taps, self._issuing = desk, taps, issuing
        self._host: TakeoverHost | None = None
        self._taken: Taken | None = None

    def attach(self, layout: OldLayout, host: TakeoverHost) -> None:
        """From now on its cards become ours."""
        self._desk.old, self._host = layout, host

    @property
    def is_on(self) -> bool:
        return self._desk.old is not None and self._host is not None

    def has_begun(self, own_open: Sequence[Unfinished]) -> bool:
        """Whether what waits for this card is the write that makes it ours: nobody has to be asked."""
        return self.is_on and any(_is_plain(one.intent) for one in own_open)

    def brings(self, look: Look) -> bool:
        """Whether it has just become ours and its money lies here: that belongs to the first tap."""
        if not self.is_on or look.image is None or not look.loads or look.own_open:
            return False
        return look.image.newest.last_load == 0 and look.balance_fen == 0 and look.refusal is None

    def news(self) -> Taken | None:
        """The card that was taken over since this was asked last."""
        taken, self._taken = self._taken, None
        return taken

    def come(self, storage: StorageCard, operator: int = 0) -> bool:
        """A card that is none of ours, or blank: is it one now? ``False``: it is no old one either.

        Raises ``Refused``: ``takeover.offline``, ``takeover.again`` (put it on once more), ``takeover.…`` as
        the office says; ``CardError`` when it left before anything was journaled.
        """
        if self._host is None or self._desk.old is None or isinstance(storage, ApduCard):
            return False
        self._desk.demand_open()
        begun = self._begun(storage)
        if begun is not None:
            return self._ended(self._taps.retap(storage, begun.id))
        error = self._error(storage)
        if error not in _MAY_BE_OLD:
            return False
        storage.select()
        old = self._read(storage)
        if old is None and error == "card.blank":
            return False
        grant = self._granted(storage, old, operator)
        if grant is None:
            return False
        if old is not None:
            _log.info("takeover.card", layout=self._desk.old.name, card=grant.card, fen=old.fen)
            self._desk.old.empty(storage)
        storage.select()
        done = self._ended(self._issuing.issue(storage, grant, 0, Who(0, operator), is_old=True))
        number, fen = ("", 0) if old is None else (old.number, old.fen)
        self._taken = Taken(card=grant.card, old=number, fen=fen)
        return done

    # ---- inside

    def _begun(self, storage: StorageCard) -> Tap | None:
        """Our own beginning on this plastic."""
        journal, uid = self._desk.journal, storage.uid.hex()
        for tap in journal.index.open_taps():
            body = journal.body(tap.id) if tap.kind == "issue" else None
            if isinstance(body, m.Issue) and body.uid == uid and _is_plain(body):
                return tap
        return None

    def _error(self, storage: StorageCard) -> str:
        """Why it is not ours, or not wholly; "" when it is."""
        try:
            self._taps.open_session(storage).read()
        except CardForeign as error:
            return error.code
        return ""

    def _read(self, storage: StorageCard) -> OldCard | None:
        assert self._desk.old is not None
        old = self._desk.old.read(storage)
        storage.select()
        return old

    def _granted(self, storage: StorageCard, old: OldCard | None, operator: int) -> m.IssueGrant | None:
        """``None``: not a card that waits for this, and no money on it that somebody could ask about.

        One whose old number was overwritten already, or that is a stranger's, is asked about by its UID.
        """
        assert self._host is not None
        number, fen = ("", 0) if old is None else (old.number, max(0, old.fen))
        try:
            return self._host(AskTakeover(uid=storage.uid.hex(), number=number, fen=fen, operator=operator))
        except Unreachable as error:
            if old is None:
                return None  # nothing says that it ever was an old card
            raise Refused("takeover.offline") from error
        except Refused as refused:
            if refused.code in _NOBODYS and not fen:
                return None
            raise

    def _ended(self, ended: Completed | Unfinished | WrongCard) -> bool:
        if isinstance(ended, Completed):
            return True
        unfinished = ended if isinstance(ended, Unfinished) else ended.unfinished
        if unfinished.state is State.OPEN:
            # Nobody is kept waiting for it: whoever puts this card on again goes on with it.
            now = self._desk.moment.now()
            self._desk.journal.append(lambda id: m.Unresolved(id=id, at=now, of=unfinished.id))
        raise Refused("takeover.again")


def _is_plain(intent: object) -> bool:
    """A card for which nobody paid: one that came over."""
    return isinstance(intent, m.Issue) and not (intent.opening_fen or intent.deposit_fen or intent.fee_fen)
