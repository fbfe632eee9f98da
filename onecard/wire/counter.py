"""What the front desk asks beside errands: freezing a card, what a recharge earns, lists of cards to issue.

None of it moves money: whatever does is journaled first (``errands``, ``intents``).
"""

from typing import Annotated

import msgspec
from msgspec import Meta

from onecard.ids import RecordId
from onecard.wire.message import CardNo, Hex, IssueNo, Message, Short

Number = Annotated[int, Meta(ge=1, lt=1 << 31)]


class FreezeCard(Message, frozen=True, kw_only=True, omit_defaults=True, tag="freeze_card/1"):
    """Refuse a card that nobody lost. ``here``: at this terminal's outlet only. Answered by ``Answer``, whose
    ``entry`` is the version of the stop list. The same id gives the same answer. F: A14"""

    id: RecordId
    operator: int
    card: CardNo
    issue: IssueNo
    why: Short
    here: bool = False


class UnfreezeCard(Message, frozen=True, kw_only=True, tag="unfreeze_card/1"):
    """Give a frozen card back. F: A14"""

    id: RecordId
    operator: int
    card: CardNo
    issue: IssueNo


class ReserveChip(Message, frozen=True, kw_only=True, tag="reserve_chip/1"):
    """This chip from the key room is for this member: it brings its number, type and last day. Answered by
    ``IssueGrant``; the same id always gets the same. F: A2 A9"""

    id: RecordId
    operator: int
    type: int
    member: int
    uid: Hex
    card: CardNo
    until_day: Annotated[int, Meta(ge=0, lt=1 << 16)]


class OpenByUid(Message, frozen=True, kw_only=True, tag="open_by_uid/1"):
    """An account for this member, known by the UID of something that he has already. Answered by
    ``IssueGrant``; nothing is written to the medium. F: A9"""

    id: RecordId
    operator: int
    type: int
    member: int
    uid: Annotated[Hex, Meta(min_length=8)]


class AskOffers(Message, frozen=True, kw_only=True, omit_defaults=True, tag="ask_offers/1"):
    """What does a recharge of this card earn today, who may have sold it, how much may I give? F: B2 A17

    ``card`` 0: nobody has put one yet; then what any card may earn.
    """

    operator: int
    card: Annotated[int, Meta(ge=0, lt=1 << 40)] = 0


class Offer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Load ``least_fen``, get ``gift_fen``; ``each``: for every further ``least_fen`` again."""

    name: Short
    name_en: Short = ""
    least_fen: int
    gift_fen: int
    each: bool = False
    most_gift_fen: int = 0


class Offers(Message, frozen=True, kw_only=True, omit_defaults=True, tag="offers/1"):
    """``sellers``: (number of a salesperson, name). ``gift_left_fen``: the rest of one's quota of this month,
    ``None`` = none at all."""

    offers: tuple[Offer, ...] = ()
    sellers: tuple[tuple[int, Short], ...] = ()
    gift_left_fen: int | None = None


class AskLists(Message, frozen=True, kw_only=True, omit_defaults=True, tag="ask_lists/1"):
    """Which lists of cards are to be issued? ``stripes``: this desk can write stripes. F: A2 A9"""

    operator: int
    stripes: bool = False


class ListRow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One list and how far it is."""

    list: int
    name: Short
    type: int
    waiting: int
    issued: int
    asked: int
    skipped: int
    stripeless: int = 0


class IssueLists(Message, frozen=True, kw_only=True, tag="issue_lists/1"):
    """The newest first."""

    rows: tuple[ListRow, ...]


class AskTurn(Message, frozen=True, kw_only=True, omit_defaults=True, tag="ask_turn/1"):
    """Who is next on this list? ``skip``: not here today, the one after; ``again``: call those who were
    skipped once more; ``stripes``: this desk can write stripes, whose are missing? F: A2 A9"""

    operator: int
    list: Number
    skip: int = 0
    again: bool = False
    stripes: bool = False


class TurnRow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of a list. ``card``: the number reserved for it, 0 = none. ``is_made``: that card is made,
    and what it should hold or carry besides is not on it yet."""

    line: int
    member: int
    name: Short
    number: Short
    opening_fen: int
    card: int = 0
    is_made: bool = False


class Turn(Message, frozen=True, kw_only=True, omit_defaults=True, tag="turn/1"):
    """Answer to ``AskTurn``. ``next`` ``None``: nobody waits. ``failed``: a number was reserved and no card
    was written yet, or a chip whose first money is not on it. ``stripeless``: cards without their stripe."""

    row: ListRow
    next: TurnRow | None = None
    failed: tuple[TurnRow, ...] = ()
    stripeless: tuple[TurnRow, ...] = ()


class TakeTurn(Message, frozen=True, kw_only=True, omit_defaults=True, tag="take_turn/1"):
    """The medium ``uid`` is for this line; answered by ``IssueGrant``. A line that this terminal asked for
    and never wrote gets the number that it had. ``card``, ``until_day``: of a chip from the key room, which
    brings them along; 0 = a blank. F: A2 A9"""

    id: RecordId
    operator: int
    list: Number
    line: Number
    uid: Hex
    card: Annotated[int, Meta(ge=0, lt=1 << 40)] = 0
    until_day: Annotated[int, Meta(ge=0, lt=1 << 16)] = 0
