"""What became of one tap, as values. Knows no card command and no disk."""

from dataclasses import dataclass, field
from enum import StrEnum

from onecard.cards.image import CardImage
from onecard.ids import RecordId
from onecard.journal.facet import PurseIntent, amount_of, card_of, kind_of


class State(StrEnum):
    """How far one intent has come, by this terminal's journal."""

    OPEN = "open"  # written down, nothing known of the card yet
    ASIDE = "aside"  # set aside: the queue moved on, the same card may still complete it
    GIVEN_UP = "given_up"  # this terminal will never touch it again; the server settles it
    DONE = "done"
    NOT_WRITTEN = "not_written"


@dataclass(frozen=True, kw_only=True)
class Completed:
    """The card carries the intent, or the server posted it, and ``done`` is on disk: success may be shown."""

    intent: PurseIntent
    balance_before_fen: int
    balance_after_fen: int
    #: Card commands this tap took, the reading included.
    commands: int
    #: The card as it stands now; ``None`` where the money is at the office.
    image: CardImage | None = field(repr=False)
    #: Written down, but nothing is on the card yet: the office pays it as a waiting load (void, CPU card).
    is_owed: bool = False

    @property
    def id(self) -> RecordId:
        return self.intent.id


@dataclass(frozen=True, kw_only=True)
class Unfinished:
    """The card left between intent and proof. The same card has to come back (``Station.retap``), or the
    server's answer to a question about an account (``Accounts.answered``).

    ``why`` is a refusal code for the screen: ``card.gone``, ``card.doubtful``, ``store.…``, or
    ``tap.server_decides`` when the card has moved on so far that only the office can tell.
    """

    intent: PurseIntent = field(repr=False)
    state: State = State.OPEN
    why: str = "card.gone"

    @property
    def id(self) -> RecordId:
        return self.intent.id

    @property
    def kind(self) -> str:
        """``sale | void | recharge | load | issue | lock``."""
        return kind_of(self.intent)

    @property
    def fen(self) -> int:
        """What the write moves, never negative."""
        return amount_of(self.intent)

    @property
    def card(self) -> int:
        return card_of(self.intent)[0]

    @property
    def issue(self) -> int:
        return card_of(self.intent)[1]

    @property
    def at(self) -> int:
        return self.intent.at

    @property
    def is_on_account(self) -> bool:
        """No card can settle it, only the server's word."""
        return self.intent.purse is None


@dataclass(frozen=True, kw_only=True)
class WrongCard:
    """Another card was put on than the one that is waited for; nothing was written to it."""

    unfinished: Unfinished
    #: Number of the card that lies there; 0 when it could not be read as ours.
    card: int = 0


@dataclass(frozen=True, kw_only=True)
class Journaled:
    """One intent of this terminal and how far it came: for lists, search and reprints."""

    intent: PurseIntent
    state: State
    #: The void that took this sale back, if one is done.
    voided_by: RecordId | None = None

    @property
    def id(self) -> RecordId:
        return self.intent.id
