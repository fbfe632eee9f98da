"""Everything that terminals and the server say to each other, under one name.

Import from here; each family lives in the file of its own: intents, cash, shift, outcomes, journal,
documents, requests; errands and lookups are used from theirs. The unions below are the only list of what a
journal or a document may hold.
"""

import msgspec
from msgspec import Raw

from onecard.errors import Refused
from onecard.wire.cash import CashDoubt, Claim, Collection, Credit, Notes, Stack, Waiting
from onecard.wire.check import Checked
from onecard.wire.documents import (
    CalendarDocument,
    CatalogueDocument,
    Document,
    Fetch,
    Fetched,
    Load,
    LoadsDocument,
    MembersDocument,
    OpenTap,
    OpenTapsDocument,
    Operator,
    OperatorsDocument,
    PlannedTerminalDocument,
    SettingsFrom,
    Snapshot,
    Stop,
    StopsDocument,
    TerminalDocument,
    TypesDocument,
)
from onecard.wire.errands import AnyErrand, AskErrand, Errand, ErrandAnswer
from onecard.wire.fleet import AccountsDocument, Commanded, CommandsDocument, NoticesDocument
from onecard.wire.foreign import ForeignOrder, ForeignProof, ForeignReturn, ForeignTotals, ForeignWord
from onecard.wire.intents import (
    AppliedLoad,
    Balances,
    Intent,
    Issue,
    Line,
    LoadIntent,
    Lock,
    Pay,
    PurseWrite,
    Recharge,
    Sale,
    SoldRecharge,
    Source,
    Versions,
    Void,
)
from onecard.wire.journal import Record, Result, Status, Upload, Uploaded
from onecard.wire.message import Message, decode, encode
from onecard.wire.outcomes import (
    Answered,
    Done,
    GivenUp,
    NotWritten,
    OutcomeRecord,
    ProvedDone,
    Seen,
    Unresolved,
)
from onecard.wire.requests import (
    AccountSale,
    Answer,
    AskCard,
    AskMedium,
    Cancel,
    CardStatus,
    Enrol,
    Enrolled,
    Explained,
    FindMember,
    IssueGrant,
    MemberRow,
    Members,
    Movement,
    NewMember,
    Problem,
    ReportLoss,
    ReserveIssue,
    SessionGrant,
    SessionRequest,
)
from onecard.wire.sale import (
    CountedPart,
    CountedSale,
    Counters,
    CounterSale,
    CounterVoid,
    FullSale,
    PartSale,
    PricedLine,
    Use,
    beside,
)
from onecard.wire.shift import Carried, DrawerMove, SettingsChanged, ShiftClose, ShiftOpen, Totals
from onecard.wire.terms import (
    CalendarTerms,
    CardType,
    Condition,
    Discount,
    Period,
    PointsTerms,
    Price,
    Product,
    WalletTerms,
)

__all__ = [
    "PURSE_INTENTS",
    "AccountSale",
    "AccountsDocument",
    "Answer",
    "Answered",
    "AnyErrand",
    "AppliedLoad",
    "AskCard",
    "AskErrand",
    "AskMedium",
    "Balances",
    "Body",
    "CalendarDocument",
    "CalendarTerms",
    "Cancel",
    "CardStatus",
    "CardType",
    "Carried",
    "CashDoubt",
    "CatalogueDocument",
    "Checked",
    "Claim",
    "Collection",
    "Commanded",
    "CommandsDocument",
    "Condition",
    "CountedPart",
    "CountedSale",
    "CounterSale",
    "CounterVoid",
    "Counters",
    "Credit",
    "Discount",
    "Document",
    "DocumentBody",
    "Done",
    "DrawerMove",
    "Enrol",
    "Enrolled",
    "Errand",
    "ErrandAnswer",
    "Explained",
    "Fetch",
    "Fetched",
    "FindMember",
    "ForeignOrder",
    "ForeignProof",
    "ForeignReturn",
    "ForeignTotals",
    "ForeignWord",
    "FullSale",
    "GivenUp",
    "Intent",
    "Issue",
    "IssueGrant",
    "Line",
    "Load",
    "LoadIntent",
    "LoadsDocument",
    "Lock",
    "MemberRow",
    "Members",
    "MembersDocument",
    "Message",
    "Movement",
    "NewMember",
    "NotWritten",
    "Notes",
    "NoticesDocument",
    "OpenTap",
    "OpenTapsDocument",
    "Operator",
    "OperatorsDocument",
    "OutcomeRecord",
    "PartSale",
    "Pay",
    "Period",
    "PlannedTerminalDocument",
    "PointsTerms",
    "Price",
    "PricedLine",
    "Problem",
    "Product",
    "ProvedDone",
    "PurseWrite",
    "Recharge",
    "Record",
    "ReportLoss",
    "ReserveIssue",
    "Result",
    "Sale",
    "Seen",
    "SessionGrant",
    "SessionRequest",
    "SettingsChanged",
    "SettingsFrom",
    "ShiftClose",
    "ShiftOpen",
    "Snapshot",
    "SoldRecharge",
    "Source",
    "Stack",
    "Status",
    "Stop",
    "StopsDocument",
    "TerminalDocument",
    "Totals",
    "TypesDocument",
    "Unresolved",
    "Upload",
    "Uploaded",
    "Use",
    "Versions",
    "Void",
    "Waiting",
    "WalletTerms",
    "beside",
    "decode",
    "decode_body",
    "decode_document_body",
    "encode",
]

Body = (
    Sale
    | FullSale
    | CountedSale
    | CounterSale
    | PartSale
    | CountedPart
    | Void
    | CounterVoid
    | Recharge
    | SoldRecharge
    | LoadIntent
    | Issue
    | Lock
    | Stack
    | Credit
    | Waiting
    | Claim
    | CashDoubt
    | Collection
    | ShiftOpen
    | ShiftClose
    | DrawerMove
    | SettingsChanged
    | Carried
    | Checked
    | ForeignOrder
    | ForeignReturn
    | ForeignWord
    | ForeignProof
    | ForeignTotals
    | Done
    | ProvedDone
    | NotWritten
    | Unresolved
    | GivenUp
    | Seen
    | Answered
    | AnyErrand
    | Commanded
)
#: Intents whose effect is a write on a card's purse.
PURSE_INTENTS = (Sale, Void, Recharge, LoadIntent, Issue, Lock)
DocumentBody = (
    TerminalDocument
    | PlannedTerminalDocument
    | TypesDocument
    | CatalogueDocument
    | CalendarDocument
    | OperatorsDocument
    | StopsDocument
    | LoadsDocument
    | OpenTapsDocument
    | MembersDocument
    | AccountsDocument
    | NoticesDocument
    | CommandsDocument
)

_BODY: msgspec.json.Decoder[Body] = msgspec.json.Decoder(Body)
_DOCUMENT_BODY: msgspec.json.Decoder[DocumentBody] = msgspec.json.Decoder(DocumentBody)


def decode_body(raw: bytes | Raw) -> Body:
    """The body of a journal record. Raises ``msgspec.DecodeError``."""
    try:
        return _BODY.decode(raw)
    except (UnicodeDecodeError, RecursionError) as error:
        raise msgspec.DecodeError(str(error)) from error


def encode_body(body: Body) -> bytes:
    """The same on its way to the disk. Raises ``Refused("record.unfit")`` for what could not be read again:
    one such record would close the whole shift."""
    raw = encode(body)
    try:
        decode_body(raw)
    except msgspec.DecodeError as error:
        raise Refused("record.unfit") from error
    return raw


def decode_document_body(raw: bytes | Raw) -> DocumentBody:
    """The body of a document. Raises ``msgspec.DecodeError``."""
    try:
        return _DOCUMENT_BODY.decode(raw)
    except (UnicodeDecodeError, RecursionError) as error:
        raise msgspec.DecodeError(str(error)) from error
