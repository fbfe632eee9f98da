"""Where one member's visit stands, as one frozen value; nothing of it outlives the visit. Decides nothing."""

from dataclasses import dataclass, field, fields, replace
from enum import StrEnum

from kiosk.task import Deliver
from kiosk.visit_events import Cash, Managed, Slip
from onecard.errors import OneCardError
from onecard.ids import RecordId
from onecard.terminal.look import ON_ACCOUNT, Look
from onecard.terminal.outcome import Completed, Unfinished
from onecard.wire.messages import CardStatus, Waiting
from onecard.wire.pockets import Pockets


class Phase(StrEnum):
    HOME = "home"
    CARD = "card"  # something was chosen; it needs a card
    READING = "reading"
    BALANCE = "balance"
    COLLECTING = "collecting"  # waiting loads are being written
    CASH = "cash"
    CLOSING = "closing"  # no further note; the last one comes to rest
    WRITING = "writing"  # notes are being written onto the card
    RETURN = "return"  # money is in, the card is not there
    RETAP = "retap"  # the outcome of a write is not known: the same card again
    RESULT = "result"
    REFUSED = "refused"
    PERSON = "person"  # cash that a person has to look at
    AREA = "area"  # a form, a list or a page of its own has the screen (``area.py``)


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Seconds without a touch until the question, by what is shown; and how long the question stays.

    ``tap_s``: a card that was only tapped is gone, what it says stays legible so long.
    """

    menu_s: float = 30
    form_s: float = 45
    result_s: float = 20
    cash_s: float = 60
    pin_s: float = 20
    warning_s: float = 20
    tap_s: float = 5

    def longer(self, times: float) -> "Limits":
        """For who needs more time."""
        return Limits(**{one.name: getattr(self, one.name) * times for one in fields(self)})


class Kind(StrEnum):
    """What a visit came to."""

    RECHARGED = "recharged"
    LOADED = "loaded"
    WAITING = "waiting"  # the money waits for the card
    ACCOUNT = "account"  # the money is the account's as soon as the office has the record
    ASIDE = "aside"  # a write whose outcome the office finds out
    KEPT = "kept"  # credited, and no road yet: the disk refused it
    SLIP = "slip"  # the card is dead for ever: paid to whoever brings the paper


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What the result and the paper say."""

    kind: Kind
    fen: int
    completed: Completed | None = None
    waiting: Waiting | None = None
    slip: Slip | None = field(default=None, repr=False)
    unfinished: Unfinished | None = None


@dataclass(frozen=True, kw_only=True)
class Visit:
    """``number`` tells this visit from the one before. Times are monotonic seconds."""

    number: int = 1
    phase: Phase = Phase.HOME
    #: The last sign of life; idle time runs from here.
    since: float = 0.0
    #: When the question "still there?" came up.
    asked_at: float | None = None
    #: A card lies on the reader.
    present: bool = False
    #: What was chosen before the card came: ``balance``, ``cash`` or an area.
    want: str = ""
    #: Which area has the screen.
    area: str = ""
    #: The management card that opened the attendant's pages.
    managed: Managed | None = field(default=None, repr=False)
    #: Large print or low keys are on.
    is_eased: bool = False
    language: str = ""
    look: Look | None = field(default=None, repr=False)
    #: A card that says nothing but its UID, while the office is asked whose account it is.
    uid: str = ""
    #: What the office knows; meaningless while ``asking_office``.
    status: CardStatus | None = field(default=None, repr=False)
    pockets: Pockets | None = field(default=None, repr=False)
    asking_office: bool = False
    cash: Cash = field(default_factory=Cash)
    #: What still has to reach the card.
    owed: Deliver | None = None
    unfinished: Unfinished | None = None
    outcome: Outcome | None = None
    error: OneCardError | None = None
    #: Another card lies there than the one that is waited for.
    wrong: bool = False
    #: The task waits at the reader for a card.
    armed: bool = False
    #: A card has the task.
    busy: bool = False
    #: The reader was asked to let go, because the member is not there any more.
    leaving: bool = False
    #: The member did not answer the question.
    walked_away: bool = False
    #: Something about a note needs a person.
    person: bool = False
    #: Whether the paper came out; ``None`` = not known yet.
    printed: bool | None = None
    #: The printer cannot say: a person has to look.
    is_paper_unsure: bool = False
    paper: str = ""

    @property
    def is_asking(self) -> bool:
        """The question "still there?" covers the screen."""
        return self.asked_at is not None

    @property
    def card(self) -> tuple[int, int]:
        """(card, issue) of this visit, ``(0, 0)`` before one was read."""
        return (0, 0) if self.look is None else (self.look.card, self.look.issue)

    @property
    def is_account(self) -> bool:
        """This card's money is at the office."""
        return (
            self.look is not None and self.look.refusal is not None and self.look.refusal.code == ON_ACCOUNT
        )

    @property
    def holds_money(self) -> bool:
        """Money has come in and is on no road yet."""
        return self.cash.total_fen > 0 or self.cash.moving_fen > 0 or self.owed is not None


#: Phases that stay to be read, also without the card; a card that comes begins a visit of its own.
LINGERING = frozenset({Phase.BALANCE, Phase.RESULT, Phase.REFUSED, Phase.PERSON})
#: Phases in which nothing is asked of the member: the clock stands still.
BUSY = frozenset({Phase.READING, Phase.COLLECTING, Phase.CLOSING, Phase.WRITING})


def to(visit: Visit, phase: Phase, at: float) -> Visit:
    """Into another phase; the idle clock starts anew."""
    return replace(visit, phase=phase, since=at, asked_at=None)


def credit_ids(notes: tuple[tuple[RecordId, int], ...]) -> tuple[RecordId, ...]:
    """Only the names of credited notes."""
    return tuple(id for id, _ in notes)
