"""What a station asks the server while somebody waits: questions and answers as values.

Sales from accounts, loss reports, reservations and look-ups are decisions of the server; each can be refused
or find nobody there, and both come back as the error itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, TypeVar, cast

import msgspec
from msgspec import Raw

from onecard.errors import OneCardError
from onecard.ids import RecordId
from onecard.wire import counter, errands, lookups, pockets
from onecard.wire.beside import AskBeside, PutBeside
from onecard.wire.management import AskManagement, ManagementGrant, ReturnManagement, VouchedManagement
from onecard.wire.messages import (
    AccountSale,
    AskCard,
    AskMedium,
    Cancel,
    CardStatus,
    CardType,
    FindMember,
    IssueGrant,
    MemberRow,
    Members,
    NewMember,
    ReportLoss,
    ReserveIssue,
    encode,
)
from onecard.wire.messages import Answer as Decision
from onecard.wire.vouched import PATH as BY_WORD
from onecard.wire.vouched import Vouched

__all__ = [
    "AT_DESK",
    "AccountSale",
    "Answer",
    "AskCard",
    "AskMedium",
    "AtDesk",
    "ByWord",
    "Cancel",
    "CardStatus",
    "CardType",
    "Decision",
    "FindMember",
    "IssueGrant",
    "MemberRow",
    "Members",
    "NewMember",
    "Question",
    "RecordId",
    "ReportLoss",
    "ReserveIssue",
    "Server",
    "again",
    "by_word",
    "put",
]

#: Questions of front desk and counter, each with its path and what the answer to it is.
AT_DESK: Mapping[type[msgspec.Struct], tuple[str, type[msgspec.Struct]]] = {
    errands.AskErrand: ("/t/errand", errands.ErrandAnswer),
    lookups.AskStatement: ("/t/statement", lookups.CardStatement),
    lookups.AskRemittance: ("/t/remittance", lookups.Remittance),
    lookups.AskHolds: ("/t/holds", lookups.Holds),
    lookups.AskRewards: ("/t/rewards", lookups.Rewards),
    lookups.ChangePin: ("/t/pin/change", Decision),
    lookups.CheckPin: ("/t/pin/check", lookups.PinChecked),
    lookups.AskSales: ("/t/sales", lookups.Sales),
    lookups.AskSale: ("/t/sale/lines", lookups.SoldSale),
    lookups.Identify: ("/t/identify", lookups.Identified),
    counter.FreezeCard: ("/t/freeze", Decision),
    counter.UnfreezeCard: ("/t/unfreeze", Decision),
    counter.AskOffers: ("/t/offers", counter.Offers),
    counter.AskLists: ("/t/issue/lists", counter.IssueLists),
    counter.AskTurn: ("/t/issue/turn", counter.Turn),
    counter.TakeTurn: ("/t/issue/take", IssueGrant),
    counter.ReserveChip: ("/t/issue/chip", IssueGrant),
    counter.OpenByUid: ("/t/issue/uid", IssueGrant),
    AskBeside: ("/t/beside", CardStatus),
    PutBeside: ("/t/beside/put", Decision),
    AskManagement: ("/t/management", ManagementGrant),
    VouchedManagement: ("/t/management/vouched", ManagementGrant),
    ReturnManagement: ("/t/management/return", Decision),
    pockets.AskPockets: (pockets.PATH, pockets.Pockets),
}

AtDesk = (
    errands.AskErrand
    | lookups.AskStatement
    | lookups.AskRemittance
    | lookups.AskHolds
    | lookups.AskRewards
    | lookups.ChangePin
    | lookups.CheckPin
    | lookups.AskSales
    | lookups.AskSale
    | lookups.Identify
    | counter.FreezeCard
    | counter.UnfreezeCard
    | counter.AskOffers
    | counter.AskLists
    | counter.AskTurn
    | counter.TakeTurn
    | counter.ReserveChip
    | counter.OpenByUid
    | AskBeside
    | PutBeside
    | AskManagement
    | ReturnManagement
    | pockets.AskPockets
)
Told = (
    errands.ErrandAnswer
    | lookups.CardStatement
    | lookups.Remittance
    | lookups.Holds
    | lookups.Rewards
    | lookups.PinChecked
    | lookups.Sales
    | lookups.SoldSale
    | lookups.Identified
    | counter.Offers
    | counter.IssueLists
    | counter.Turn
    | ManagementGrant
    | pockets.Pockets
)


@dataclass(frozen=True, kw_only=True)
class ByWord:
    """A question of the desk by a supervisor's word."""

    question: "AtDesk | FindMember | Reserving"
    supervisor: int


#: What the office answers by somebody else's word in the general form; other questions carry it themselves.
_BY_WORD = (
    counter.FreezeCard,
    counter.UnfreezeCard,
    counter.AskLists,
    counter.AskTurn,
    counter.TakeTurn,
    PutBeside,
    lookups.ChangePin,
    lookups.AskStatement,
    lookups.AskRewards,
    FindMember,
    NewMember,
    ReserveIssue,
    counter.ReserveChip,
    counter.OpenByUid,
)


#: Answers to the questions that have a way of their own.
_PLAIN: Mapping[type[msgspec.Struct], type[msgspec.Struct]] = {
    FindMember: Members,
    NewMember: MemberRow,
    ReserveIssue: IssueGrant,
}


def by_word(
    question: "AtDesk | FindMember | Reserving", supervisor: int
) -> "AtDesk | FindMember | Reserving | ByWord":
    """The question, by that word if there is one and it may come so."""
    if supervisor and isinstance(question, _BY_WORD):
        return ByWord(question=question, supervisor=supervisor)
    return question


Question = (
    AskCard
    | AskMedium
    | FindMember
    | NewMember
    | ReserveIssue
    | ReportLoss
    | AccountSale
    | Cancel
    | AtDesk
    | ByWord
)
Answer = CardStatus | Members | MemberRow | IssueGrant | Decision | Told | OneCardError


Reserving = NewMember | ReserveIssue | counter.ReserveChip | counter.OpenByUid

A = TypeVar("A", bound=msgspec.Struct)


class Server(Protocol):
    """The part of the wire's client that answers people's questions."""

    def ask_card(self, card: int, issue: int) -> CardStatus: ...

    def find_member(self, text: str, operator: int) -> Members: ...

    def new_member(self, question: NewMember) -> MemberRow: ...

    def reserve_issue(self, question: ReserveIssue) -> IssueGrant: ...

    def report_loss(self, question: ReportLoss) -> Decision: ...

    def ask_medium(self, uid: str) -> CardStatus: ...

    def account_sale(self, body: bytes) -> Decision: ...

    def cancel(self, of: RecordId) -> Decision: ...

    def ask(self, path: str, question: msgspec.Struct, kind: type[A]) -> A: ...


def put(server: Server, question: Question) -> Answer:
    """Ask; blocks. Raises ``Unreachable``, ``Refused`` or ``Conflict``."""
    match question:
        case AskCard():
            return server.ask_card(question.card, question.issue)
        case FindMember():
            return server.find_member(question.text, question.operator)
        case NewMember():
            return server.new_member(question)
        case ReserveIssue():
            return server.reserve_issue(question)
        case ReportLoss():
            return server.report_loss(question)
        case AskMedium():
            return server.ask_medium(question.uid)
        case AccountSale():
            return server.account_sale(bytes(question.body))
        case Cancel():
            return server.cancel(question.of)
        case ByWord():
            asked = Vouched(supervisor=question.supervisor, question=Raw(encode(question.question)))
            kind_of = type(question.question)
            answers = _PLAIN[kind_of] if kind_of in _PLAIN else AT_DESK[kind_of][1]
            return cast(Answer, server.ask(BY_WORD, asked, answers))
    path, kind = AT_DESK[type(question)]
    return cast(Answer, server.ask(path, question, kind))


def again(question: Reserving, asked: Question | None) -> Question:
    """The question as it was asked before, with the id it had then, when it is the same one.

    A lost answer must not make a second member or use a second number.
    """
    if isinstance(asked, Reserving) and type(asked) is type(question):
        same = msgspec.structs.replace(question, id=asked.id)
        if same == asked:
            return asked
    return question
