"""The half of a POS or kiosk that has no screen: what an app holds, and the only place its taps go through.

Every method that writes a card keeps the order of one tap: check → ``intent`` on disk → write and read
back → ``done`` on disk → only then a ``Completed``. What fails before the intent raises (``Refused``,
``CardError``, ``StoreError``) and leaves no trace; what fails after it comes back as ``Unfinished``.
Blocking: call it from the reader's worker thread. Knows no widget, no thread and no network.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from onecard.cards.keys import KeySet
from onecard.cards.medium import StorageCard
from onecard.clock import Clock
from onecard.ids import RecordId
from onecard.journal.facts import Facts
from onecard.journal.journal import Journal
from onecard.terminal.look import Look
from onecard.terminal.order import Order
from onecard.terminal.outcome import Completed, Journaled, Unfinished, WrongCard
from onecard.wire.messages import Credit, IssueGrant, ShiftClose, ShiftOpen, Source, Totals, Waiting


@dataclass(frozen=True, kw_only=True)
class StationConfig:
    """What a station is before it has heard anything from the office."""

    unit: int
    terminal: int
    kind: str = "pos"  # "pos" | "kiosk"
    first_sector: int = 1


class Station:
    """One enrolled terminal. ``facts.place`` is None until the first contact: nothing can be sold before."""

    def __init__(
        self, config: StationConfig, journal: Journal, facts: Facts, keys: KeySet, clock: Clock
    ) -> None:
        self.config = config
        self.journal = journal
        self.facts = facts
        self._keys = keys
        self._clock = clock

    # ---- the card on the reader

    def look(self, storage: StorageCard) -> Look:
        """Read the card and say everything known about it. Raises ``CardError`` for cards that are not ours.

        Journals ``seen`` when somebody's open tap is on this card, and locks a card that was reported lost,
        replaced or returned; both happen before it returns and need no answer from the caller.
        """
        raise NotImplementedError

    def sell(self, storage: StorageCard, look: Look, order: Order) -> Completed | Unfinished:
        """One sale from the card's purse."""
        raise NotImplementedError

    def void(
        self, storage: StorageCard, look: Look, sale: RecordId, supervisor: int = 0
    ) -> Completed | Unfinished:
        """Take back a whole sale of this station and this open shift, onto the same card."""
        raise NotImplementedError

    def recharge(
        self,
        storage: StorageCard,
        look: Look,
        fen: int,
        source: Source = Source.TILL,
        credits: Sequence[RecordId] = (),
    ) -> Completed | Unfinished:
        """Cash onto the main purse. From the cash box ``credits`` are the notes it delivers, Σ = ``fen``."""
        raise NotImplementedError

    def apply_loads(self, storage: StorageCard, look: Look) -> Completed | Unfinished | None:
        """Write the waiting loads that fit in one go; ``None`` when there is nothing to write."""
        raise NotImplementedError

    def issue(
        self, storage: StorageCard, grant: IssueGrant, opening_fen: int, operator: int = 0
    ) -> Completed | Unfinished:
        """Make the blank medium card ``grant.card`` with ``opening_fen`` on it."""
        raise NotImplementedError

    # ---- taps that the card left half-way

    def retap(self, storage: StorageCard, unfinished: Unfinished) -> Completed | Unfinished | WrongCard:
        """A card was put on while ``unfinished`` waits: prove it, or write it now, or say it is another.

        Raises ``Refused("card.not_written")`` when the card proves that the intent can never be on it any
        more, and ``Refused("tap.given_up")`` after ``give_up``.
        """
        raise NotImplementedError

    def set_aside(self, id: RecordId, supervisor: int = 0) -> None:
        """Let the queue move. The sixth needs a supervisor: ``Refused("tap.too_many_aside")``."""
        raise NotImplementedError

    def give_up(self, id: RecordId, why: str, by: int = 0) -> None:
        """This terminal never completes it; ``why``: ``rung_again | supervisor | z | session_end``."""
        raise NotImplementedError

    def open_taps(self) -> list[Unfinished]:
        """Own taps that are open or aside, oldest first."""
        raise NotImplementedError

    def recover(self) -> list[Unfinished]:
        """Once at start: what was open when the power went is set aside. Returns ``open_taps()``."""
        raise NotImplementedError

    # ---- the cashier's shift

    def open_shift(self, operator: int, float_fen: int) -> ShiftOpen:
        """Start a shift; ``Refused("shift.open")`` while one is open."""
        raise NotImplementedError

    def totals(self) -> Totals:
        """X: sums so far of the open shift."""
        raise NotImplementedError

    def expected_cash_fen(self) -> int:
        """What should lie in the drawer now. Not for the cashier's eyes before the count."""
        raise NotImplementedError

    def close_shift(self, counted_fen: int) -> ShiftClose:
        """Z: give up what is aside, number it, close. A shift without a single sale closes as well."""
        raise NotImplementedError

    def sales_of_shift(self) -> list[Journaled]:
        """Own intents of the open shift, newest first, in every state."""
        raise NotImplementedError

    def find(self, id: RecordId) -> Journaled | None:
        """One own intent by its number, for search and reprint."""
        raise NotImplementedError

    # ---- notes that the kiosk credited

    def free_credits(self) -> list[Credit]:
        """Credits that are on no road yet: in no card write and in no ``waiting``."""
        raise NotImplementedError

    def wait_credits(self, card: int, issue: int, credits: Sequence[RecordId]) -> Waiting:
        """Turn credits that reached no card into a waiting load of this card.

        ``Refused("credit.used")`` for a credit in a card write that no read has shown as not written.
        """
        raise NotImplementedError
