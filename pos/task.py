"""What the next card on the reader is wanted for: ``tap.py`` waits with it, ``teller.py`` does it."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from onecard.cards.medium import StorageCard
from onecard.ids import RecordId
from onecard.terminal.card_event import Complete as Complete
from onecard.terminal.look import Look as Look
from onecard.terminal.order import Order as Order
from onecard.terminal.outcome import Completed, Unfinished
from onecard.terminal.station import Station
from onecard.wire.messages import IssueGrant


@dataclass(frozen=True, kw_only=True)
class Sell:
    """Take money for a bill."""

    order: Order
    #: Whose PIN was proved for it; nobody else's card may use that.
    proved: tuple[int, int] = (0, 0)

    @property
    def fen(self) -> int:
        return self.order.due_fen

    def order_for(self, card: int, issue: int) -> Order:
        """The order as far as this card may have it."""
        mine = not self.order.pin_verified or self.proved == (card, issue)
        return self.order if mine else replace(self.order, pin_verified=False)


@dataclass(frozen=True, kw_only=True)
class TakeBack:
    """Void a sale of this shift onto the card that paid it."""

    sale: RecordId
    fen: int
    supervisor: int
    supervisor_name: str = ""
    #: One of ``presenters.override.REASONS``.
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Recharge:
    """Cash that lies in the till, onto the card. ``replaces``: one that was given up and had this cash."""

    fen: int
    replaces: RecordId | None = None
    #: Who has the commission; 0 = nobody.
    salesperson: int = 0


@dataclass(frozen=True, kw_only=True)
class Collect:
    """Waiting loads onto the card."""

    fen: int


@dataclass(frozen=True, kw_only=True)
class Issue:
    """A blank medium becomes the card of this grant."""

    grant: IssueGrant
    opening_fen: int
    holder: str
    #: By whose word, where who works here may not; 0 = his own.
    supervisor: int = 0
    #: Cash that is loaded when the card is made: onto a chip money comes by the server's order only.
    then_fen: int = 0

    @property
    def fen(self) -> int:
        return self.opening_fen + self.then_fen + self.grant.deposit_fen + self.grant.fee_fen


@dataclass(frozen=True, kw_only=True)
class Show:
    """Only read it: query, sign-on, a supervisor's card. ``whose``: it only has to say whose it is, so a UID,
    a stripe or a code that the office knows will do as well."""

    fen: int = 0
    whose: bool = False


@dataclass(frozen=True, kw_only=True)
class Blank:
    """A factory-fresh medium, read before a number is reserved for it; ``fen`` is the cash it will cost.
    ``by_uid``: what is somebody else's will do as well, known by its UID."""

    fen: int
    by_uid: bool = False


@dataclass(frozen=True, kw_only=True)
class Serve:
    """Work of the front desk on one card. ``do`` runs on the reader's thread and may raise like the station;
    ``heard`` gets a look that wrote nothing, ``done`` what was written, both on the window's thread.

    ``title`` and ``detail`` are what is read while the card is waited for, translated.
    """

    title: str
    detail: str
    do: Callable[[Station, StorageCard], Look | Completed | Unfinished]
    heard: Callable[[Look], None]
    done: Callable[[Completed], None]
    fen: int = 0


Task = Sell | TakeBack | Recharge | Collect | Issue | Show | Blank | Serve | Complete
