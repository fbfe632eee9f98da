"""What a station asks the server while somebody waits: questions and answers as values.

Loss reports, reservations and look-ups are decisions of the server; each can be refused or find nobody there,
and both come back as the error itself.
"""

import msgspec

from onecard.errors import OneCardError
from onecard.ids import RecordId
from onecard.wire.messages import Answer as Decision
from onecard.wire.messages import (
    AskCard,
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

__all__ = [
    "Answer",
    "AskCard",
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
    "again",
]

Question = AskCard | FindMember | NewMember | ReserveIssue | ReportLoss
Answer = CardStatus | Members | MemberRow | IssueGrant | Decision | OneCardError


def again(question: NewMember | ReserveIssue, asked: Question | None) -> Question:
    """The question as it was asked before, with the id it had then, when it is the same one.

    A lost answer must not make a second member or use a second number.
    """
    if isinstance(asked, NewMember | ReserveIssue) and type(asked) is type(question):
        same = msgspec.structs.replace(question, id=asked.id)
        if same == asked:
            return asked
    return question
