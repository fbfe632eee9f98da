"""Errands: what a person at a terminal wants of the office, journaled before it is asked for. F: C11

An errand posts by the server's answer alone, and its bytes are the same in the journal and in the question,
so that it can be asked again after anything. ``operator`` does it, ``supervisor`` allowed it; the server asks
for the right of whoever allowed it. What the answer said is journaled too (``Answered``).
"""

from typing import Annotated

import msgspec
from msgspec import Meta, Raw

from onecard.ids import RecordId
from onecard.wire.intents import Intent
from onecard.wire.journal import Result
from onecard.wire.message import Amount, CardNo, Hex, IssueNo, Message, Short
from onecard.wire.requests import IssueGrant

Moment = Annotated[int, Meta(ge=0, lt=1 << 40)]
CardDay = Annotated[int, Meta(ge=0, le=0xFFFF)]
Count = Annotated[int, Meta(ge=0, le=(1 << 31) - 1)]
#: A place in a bill and how much of it, in thousandths.
Part = tuple[Annotated[int, Meta(ge=0, le=9_999)], Annotated[int, Meta(ge=1, le=10**9)]]


class Errand(Intent, frozen=True, kw_only=True, omit_defaults=True):
    """Root of all errands."""

    supervisor: int = 0


class OfCard(Errand, frozen=True, kw_only=True, omit_defaults=True):
    """An errand for one card."""

    card: CardNo
    issue: IssueNo


class RefundSale(Errand, frozen=True, kw_only=True, omit_defaults=True, tag="refund/1"):
    """A past sale goes back the way it was paid: the ``lines`` named, or all that is left. F: C7"""

    sale: RecordId
    lines: tuple[Part, ...] = ()
    reason: Short = ""


class RefundPaid(RefundSale, frozen=True, kw_only=True, omit_defaults=True, tag="refund/2"):
    """Its card's own terminal has paid it back already, by the order ``paid``. F: C7 C16"""

    paid: RecordId


class ReturnCard(OfCard, frozen=True, kw_only=True, omit_defaults=True, tag="return_card/1"):
    """The holder gives the card back and is paid from this till. ``lock``: what locked it. F: A4"""

    lock: RecordId | None = None


class ReturnRest(OfCard, frozen=True, kw_only=True, omit_defaults=True, tag="return_rest/1"):
    """What was not sure yet when the card came back. F: A4"""


class UnlockCard(OfCard, frozen=True, kw_only=True, omit_defaults=True, tag="unlock_card/1"):
    """It was locked for a return or a transfer that did not happen: a load worth 0 opens it again."""

    lock: RecordId


class ReplaceCard(OfCard, frozen=True, kw_only=True, omit_defaults=True, tag="replace_card/1"):
    """A new plastic, ``uid``, for this card; the answer grants its issue number. F: A5"""

    uid: Hex


class TransferCard(OfCard, frozen=True, kw_only=True, omit_defaults=True, tag="transfer_card/1"):
    """From a temporary card to the formal one. F: A8"""

    to_card: CardNo
    to_issue: IssueNo
    lock: RecordId | None = None


class UnlossCard(OfCard, frozen=True, kw_only=True, omit_defaults=True, tag="unloss_card/1"):
    """A lost card was found: off the stop list, and a load worth 0 clears the flag. F: A6"""


class CorrectRecharge(OfCard, frozen=True, kw_only=True, omit_defaults=True, tag="correct_recharge/1"):
    """``recharge`` was keyed too high and should have been ``right_fen``; the rest is handed back. F: A3"""

    recharge: RecordId
    right_fen: Amount


class RechargeAccount(OfCard, frozen=True, kw_only=True, omit_defaults=True, tag="recharge_account/1"):
    """Cash for a card whose money is at the office, or that is not at hand. F: A3 A17"""

    fen: Amount
    salesperson: int = 0


class GiveGift(OfCard, frozen=True, kw_only=True, omit_defaults=True, tag="gift/1"):
    """A manager's gift, out of the quota of whoever allows it. F: A17"""

    fen: Amount
    reason: Short
    expires_day: CardDay = 0


class RedeemPoints(OfCard, frozen=True, kw_only=True, omit_defaults=True, tag="redeem/1"):
    """``pieces`` of a reward, or ``points`` into balance. F: B5"""

    reward: Count = 0
    pieces: Count = 0
    points: Count = 0


class CollectSubsidy(OfCard, frozen=True, kw_only=True, omit_defaults=True, tag="collect/1"):
    """All that lies ready for this card's holder, or one line of one list; a purse takes it as loads.
    F: B3 D2"""

    list: Count = 0
    line: Count = 0


class CodePayment(OfCard, frozen=True, kw_only=True, omit_defaults=True, tag="code_payment/1"):
    """The holder will pay by a code on the screen, through ``gateway``; see ``wire.payment``. F: D4"""

    fen: Amount
    gateway: Short


class OpenHold(OfCard, frozen=True, kw_only=True, omit_defaults=True, tag="hold/1"):
    """A deposit for a room until ``until``. A purse pays it first, by the sale ``sale``. F: C19"""

    place: Short
    fen: Amount
    until: Moment
    sale: RecordId | None = None


class ExtendHold(Errand, frozen=True, kw_only=True, omit_defaults=True, tag="hold_extend/1"):
    """They stay longer. F: C19"""

    hold: RecordId
    until: Moment


class SettleHold(Errand, frozen=True, kw_only=True, omit_defaults=True, tag="hold_settle/1"):
    """The bill comes out of the deposit. F: C19"""

    hold: RecordId
    due_fen: Annotated[int, Meta(ge=1, le=(1 << 24) - 1)]


class ReleaseHold(Errand, frozen=True, kw_only=True, omit_defaults=True, tag="hold_release/1"):
    """All of it goes back. F: C19"""

    hold: RecordId


class PayCredit(Errand, frozen=True, kw_only=True, omit_defaults=True, tag="pay_credit/1"):
    """Cash for what a member owes on account. F: B8"""

    member: Annotated[int, Meta(ge=1, lt=1 << 31)]
    fen: Amount


class PayClaim(Errand, frozen=True, kw_only=True, omit_defaults=True, tag="pay_claim/1"):
    """A kiosk's slip for cash taken without a card: paid once, from this till. F: D3

    ``claim``: the number printed on it; ``code``: what only the slip says.
    """

    claim: RecordId
    code: Short


class LateSlip(OfCard, frozen=True, kw_only=True, omit_defaults=True, tag="late_slip/1"):
    """A sale that was written on paper while everything was down: slip ``number`` of the moment ``sold_at``.

    Two people: ``operator`` has typed it, ``supervisor`` has compared it with the paper. F: C20
    """

    number: Annotated[int, Meta(ge=1, lt=1 << 31)]
    sold_at: Moment
    fen: Annotated[int, Meta(ge=1, le=(1 << 24) - 1)]


class CollectDebt(OfCard, frozen=True, kw_only=True, omit_defaults=True, tag="collect_debt/1"):
    """What the holder owes, because more was taken than there was, out of what he has now. F: C20"""


AnyErrand = (
    RefundSale
    | RefundPaid
    | ReturnCard
    | ReturnRest
    | UnlockCard
    | ReplaceCard
    | TransferCard
    | UnlossCard
    | CorrectRecharge
    | RechargeAccount
    | GiveGift
    | RedeemPoints
    | CollectSubsidy
    | CodePayment
    | OpenHold
    | ExtendHold
    | SettleHold
    | ReleaseHold
    | PayCredit
    | PayClaim
    | LateSlip
    | CollectDebt
)


class AskErrand(Message, frozen=True, kw_only=True, tag="ask_errand/1"):
    """Please do this; ``body`` is the journaled errand, byte for byte."""

    body: Raw


class ErrandAnswer(Message, frozen=True, kw_only=True, omit_defaults=True, tag="errand_answer/1"):
    """The stored result. ``cash_fen``: into this till (+) or out of the drawer into the holder's hand (−).

    ``fen``: what it did to the card's holder; ``grant``: the number of a replacement, to be written.
    """

    result: Result
    balance_fen: int | None = None
    fen: int = 0
    cash_fen: int = 0
    grant: IssueGrant | None = None


def cash_hint(errand: msgspec.Struct) -> int:
    """What the cashier takes in for it, fen, before the server has said yes; 0 where nothing is taken."""
    return errand.fen if isinstance(errand, RechargeAccount | PayCredit) else 0
