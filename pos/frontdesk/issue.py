"""Issuing a card: a member found or new, type and opening amount, a blank medium, one receipt. F: A2

Pure states. The number is reserved only when a blank lies on the reader, so that giving up costs no number.
"""

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from onecard.errors import Refused
from onecard.ids import RecordId
from onecard.money import Fen, Pad
from onecard.terminal.look import Look, UidLook
from onecard.wire.counter import OpenByUid, ReserveChip
from onecard.wire.messages import CardType, IssueGrant, MemberRow, ReserveIssue
from pos import entry as pad_entry
from pos.entry import Entry
from pos.frontdesk.member import Form, Search
from pos.question import Reserving
from pos.task import Issue


class Stage(StrEnum):
    FIND = "find"
    NEW = "new"
    AMOUNT = "amount"
    RESERVE = "reserve"  # a blank lies there, the server is asked for its number


@dataclass(frozen=True, kw_only=True)
class Issuing:
    """One card on its way."""

    stage: Stage = Stage.FIND
    search: Search = field(default_factory=Search)
    form: Form = field(default_factory=Form)
    saving: bool = False
    member: MemberRow | None = None
    type_at: int = 0
    entry: Entry = pad_entry.EMPTY


def chosen(state: Issuing, member: MemberRow) -> Issuing:
    """It is for this member; next is the money."""
    return replace(state, stage=Stage.AMOUNT, member=member, saving=False, entry=pad_entry.EMPTY)


#: Who holds a card of an anonymous type: a visitor, a guest for a day. F: A8
NOBODY: Final = MemberRow(member=0, number="", name="", department="", cards=())


def types_for(state: Issuing, types: tuple[CardType, ...]) -> tuple[CardType, ...]:
    """What may be issued: to nobody only what needs no name and carries its money itself."""
    if state.member is None or state.member.member:
        return types
    return tuple(one for one in types if one.anonymous and one.purse_on_card)


def for_nobody(state: Issuing) -> Issuing:
    """Without a name; next is the money."""
    return replace(chosen(state, NOBODY), type_at=0)


def new_member(state: Issuing) -> Issuing:
    """Nobody found: write a new one down, beginning with what was searched for."""
    text = state.search.text.strip()
    form = Form(number=text) if text.isascii() and text.isdigit() else Form(name=text)
    return replace(state, stage=Stage.NEW, form=form)


def next_type(state: Issuing, types: tuple[CardType, ...], step: int = 1) -> Issuing:
    """Another kind of card."""
    return replace(state, type_at=(state.type_at + step) % max(1, len(types)))


def pick_type(state: Issuing, index: int) -> Issuing:
    """The kind of card was touched."""
    return replace(state, type_at=index)


def opening_fen(state: Issuing, card_type: CardType, pad: Pad) -> Fen:
    """Nothing typed is a card without money. Raises ``Refused`` with an ``amount.*`` or ``card.cap`` code."""
    if state.entry.is_empty or set(state.entry.text) <= set("0."):
        return Fen(0)
    if state.entry.times is not None:
        raise Refused("amount.malformed")
    fen = pad_entry.amount(state.entry, pad, cap=Fen(10_000_000)).price_fen
    if fen > card_type.cap_fen:
        raise Refused("card.cap", cap=card_type.cap_fen)
    return fen


def cash_fen(opening: int, card_type: CardType) -> int:
    """What the member hands over: opening amount, deposit and fee."""
    return opening + card_type.deposit_fen + card_type.fee_fen


def question(look: Look, id: RecordId, card_type: CardType, member: int, operator: int) -> Reserving:
    """What is asked for the medium that lies there: a number, or the right to the one that a chip has; what
    is not to be written to is known by its UID."""
    uid, number, media = look.uid.hex(), card_type.type, card_type.media
    if isinstance(look, UidLook) or (look.blank and "uid" in media and "m1" not in media):
        return OpenByUid(id=id, type=number, member=member, uid=uid, operator=operator)
    if look.image is None:
        return ReserveIssue(id=id, type=number, member=member, uid=uid, operator=operator)
    identity = look.image.identity
    return ReserveChip(
        id=id,
        type=number,
        member=member,
        uid=uid,
        card=identity.card,
        until_day=identity.until_day,
        operator=operator,
    )


def is_open_at_once(asked: Reserving) -> bool:
    """Whether the answer is all: nothing has to be written to what is known by its UID."""
    return isinstance(asked, OpenByUid)


def granted(state: Issuing, grant: IssueGrant, opening: int, *, is_chip: bool = False) -> Issue:
    """The server gave a number: the blank on the reader becomes that card. A chip's money is loaded after."""
    assert state.member is not None
    now, later = (0, opening) if is_chip else (opening, 0)
    return Issue(grant=grant, opening_fen=now, holder=state.member.name, then_fen=later)


def back(state: Issuing) -> Issuing | None:
    """Esc: one step back; ``None`` leaves the front desk's work."""
    match state.stage:
        case Stage.FIND:
            return None
        case Stage.NEW | Stage.AMOUNT:
            return replace(state, stage=Stage.FIND, member=None, saving=False)
        case Stage.RESERVE:
            return replace(state, stage=Stage.AMOUNT)
