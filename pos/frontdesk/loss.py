"""Reporting a card lost: find the member, choose the card, say it again, and stop it everywhere. F: A6

Needs the server, which decides; a card that was found again is given back in the office.
"""

from dataclasses import dataclass, field, replace
from enum import StrEnum

from onecard.errors import Refused
from onecard.ids import RecordId
from onecard.wire.messages import MemberRow
from pos.frontdesk.member import Search

#: Card states in which a loss report changes anything.
STOPPABLE = frozenset({"active", "frozen"})


class Stage(StrEnum):
    FIND = "find"
    CONFIRM = "confirm"
    SENDING = "sending"
    DONE = "done"


@dataclass(frozen=True, kw_only=True)
class Target:
    """One card of one member."""

    member: MemberRow
    card: int
    issue: int
    state: str


@dataclass(frozen=True, kw_only=True)
class Reporting:
    """``id`` names the report: asked again it is the same one."""

    stage: Stage = Stage.FIND
    search: Search = field(default_factory=Search)
    at: int = 0
    target: Target | None = None
    id: RecordId | None = None


def targets(search: Search) -> tuple[Target, ...]:
    """Every card of every member found, in the order shown."""
    return tuple(
        Target(member=row, card=card, issue=issue, state=state)
        for row in search.rows
        for card, issue, state in row.cards
    )


def move(state: Reporting, step: int) -> Reporting:
    """Up and down in the list of cards."""
    last = max(0, len(targets(state.search)) - 1)
    return replace(state, at=min(max(0, state.at + step), last))


def pick(state: Reporting, index: int) -> Reporting:
    """A line was touched."""
    return replace(state, at=index) if 0 <= index < len(targets(state.search)) else state


def choose(state: Reporting) -> Reporting:
    """Enter on a card. Raises ``Refused``: ``loss.no_card`` or ``loss.stopped`` (it is already)."""
    cards = targets(state.search)
    if state.at >= len(cards):
        raise Refused("loss.no_card")
    target = cards[state.at]
    if target.state not in STOPPABLE:
        raise Refused("loss.stopped")
    return replace(state, stage=Stage.CONFIRM, target=target)


def back(state: Reporting) -> Reporting | None:
    """Esc; ``None`` leaves."""
    if state.stage is Stage.CONFIRM:
        return replace(state, stage=Stage.FIND, target=None, id=None)
    return state if state.stage is Stage.SENDING else None
