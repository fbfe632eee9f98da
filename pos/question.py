"""What a station asks the server while somebody waits: questions and answers as values.

Sales from accounts, loss reports, reservations and look-ups are decisions of the server; each can be refused
or find nobody there, and both come back as the error itself.
"""

from typing import Protocol

import msgspec

from onecard.errors import OneCardError
from onecard.ids import RecordId
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
)
from onecard.wire.messages import Answer as Decision

__all__ = [
    "AccountSale",
    "Answer",
    "AskCard",
    "AskMedium",
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
    "put",
]

Question = AskCard | AskMedium | FindMember | NewMember | ReserveIssue | ReportLoss | AccountSale | Cancel
Answer = CardStatus | Members | MemberRow | IssueGrant | Decision | OneCardError


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


def again(question: NewMember | ReserveIssue, asked: Question | None) -> Question:
    """The question as it was asked before, with the id it had then, when it is the same one.

    A lost answer must not make a second member or use a second number.
    """
    if isinstance(asked, NewMember | ReserveIssue) and type(asked) is type(question):
        same = msgspec.structs.replace(question, id=asked.id)
        if same == asked:
            return asked
    return question
