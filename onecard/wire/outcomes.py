"""Records that name their intent and say what became of it."""

from typing import Annotated

from msgspec import Meta

from onecard.cards.cpu.proof import Proof
from onecard.ids import RecordId
from onecard.wire.journal import Status
from onecard.wire.message import CardNo, Hex, IssueNo, Message, Short


class OutcomeRecord(Message, frozen=True, kw_only=True):
    """What became of an intent. ``of`` is the intent's id; ``id`` is this record's own."""

    id: RecordId
    at: int
    of: RecordId


class Done(OutcomeRecord, frozen=True, kw_only=True, tag="done/1", omit_defaults=True):
    """The card's last transaction *is* this intent (or the server, or an offline decision, said yes).

    ``balance_fen``: what the server said the account holds then; a purse says so itself.
    """

    offline: bool = False
    balance_fen: int | None = None


class ProvedDone(Done, frozen=True, kw_only=True, tag="done/2", omit_defaults=True):
    """A CPU card took it, and gave out what proves it to the issuer. F: A9"""

    card: CardNo
    issue: IssueNo
    key_version: Annotated[int, Meta(ge=1, le=255)]
    proof: Proof


class NotWritten(OutcomeRecord, frozen=True, kw_only=True, tag="not_written/1"):
    """A read proved that the card does not carry it."""


class Unresolved(OutcomeRecord, frozen=True, kw_only=True, tag="unresolved/1"):
    """Set aside: the card left and the queue must move."""


class GivenUp(OutcomeRecord, frozen=True, kw_only=True, tag="given_up/1"):
    """This terminal will never complete it any more; from here on only the server settles it."""

    why: Short
    by: int = 0


class Seen(OutcomeRecord, frozen=True, kw_only=True, tag="seen/1"):
    """A card with somebody's open tap was read: both copies as they stand on it, as evidence.

    ``of`` may be another terminal's intent. ``newest`` / ``older``: 48-byte records, hex; older may be "".
    """

    card: CardNo
    issue: IssueNo
    uid: Hex
    newest: Hex
    older: Hex = ""
    counter: int
    last: RecordId
    older_counter: int = -1
    older_last: RecordId | None = None


class Answered(OutcomeRecord, frozen=True, kw_only=True, tag="answered/1", omit_defaults=True):
    """What the server said to an errand; it says the same for ever. ``cash_fen``: into the drawer, or out."""

    status: Status
    reason: Short = ""
    entry: int = 0
    fen: int = 0
    cash_fen: int = 0
    balance_fen: int | None = None
