"""What the next card on the reader is wanted for: ``visit.py`` waits with it, ``teller.py`` does it."""

from dataclasses import dataclass

from onecard.ids import RecordId
from onecard.terminal.card_event import Complete as Complete


@dataclass(frozen=True, kw_only=True)
class Show:
    """Only read it. ``card`` other than 0: only this one, as when it is read again after a write."""

    card: int = 0


@dataclass(frozen=True, kw_only=True)
class Deliver:
    """Credited notes onto the card that opened the visit, and onto no other one."""

    card: int
    issue: int
    fen: int
    credits: tuple[RecordId, ...]


@dataclass(frozen=True, kw_only=True)
class Collect:
    """Waiting loads onto the card of this visit."""

    card: int
    issue: int


@dataclass(frozen=True)
class Probe:
    """Any card: only say what it is, and leave no trace. F: D7"""


@dataclass(frozen=True)
class Renew:
    """Any card of ours gets the newest keys. F: H5"""


Task = Show | Probe | Renew | Deliver | Collect | Complete
