"""What a station asks the server while somebody waits: questions and answers as values.

Loss reports, reservations and look-ups are decisions of the server; each can be refused or find nobody there,
and both come back as the error itself.
"""

from onecard.errors import OneCardError
from onecard.wire.messages import (
    Answer as Result,
)
from onecard.wire.messages import (
    AskCard,
    CardStatus,
    FindMember,
    IssueGrant,
    MemberRow,
    Members,
    NewMember,
    ReportLoss,
    ReserveIssue,
)

Question = AskCard | FindMember | NewMember | ReserveIssue | ReportLoss
Answer = CardStatus | Members | MemberRow | IssueGrant | Result | OneCardError
