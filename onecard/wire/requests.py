"""What a terminal asks while the server is there: enrolment, sessions, reservations, look-ups, decisions."""

import msgspec
from msgspec import Raw

from onecard.ids import RecordId
from onecard.wire.journal import Result
from onecard.wire.message import CardNo, Hex, IssueNo, Message, Short


class Enrol(Message, frozen=True, kw_only=True, tag="enrol/1"):
    """A new box presents its one-time code and the public key that it made itself. F: E1"""

    code: Short
    terminal: int
    public_key: Hex


class Enrolled(Message, frozen=True, kw_only=True, tag="enrolled/1"):
    """``server_key``: the Ed25519 key that the terminal pins from now on."""

    unit: int
    terminal: int
    epoch: int
    server_key: Hex
    now: int


class SessionRequest(Message, frozen=True, kw_only=True, tag="session/1"):
    """X25519 share and nonce, signed with the terminal's key over (unit, terminal, share, nonce)."""

    unit: int
    terminal: int
    share: Hex
    nonce: Hex
    signature: Hex


class SessionGrant(Message, frozen=True, kw_only=True, tag="session_grant/1"):
    """The server's share, signed over the exchange; ``ticket`` is sealed, any server process opens it."""

    share: Hex
    ticket: str
    expires: int
    now: int
    signature: Hex


class ReserveIssue(Message, frozen=True, kw_only=True, tag="reserve_issue/1"):
    """May I issue a card of this type to this member? The same id always gets the same number."""

    id: RecordId
    type: int
    member: int
    uid: Hex
    operator: int


class IssueGrant(Message, frozen=True, kw_only=True, tag="issue_grant/1"):
    """The number the medium will carry. Nothing is posted until the journal's ``done`` arrives."""

    card: CardNo
    issue: IssueNo
    type: int
    until_day: int
    deposit_fen: int
    fee_fen: int


class AccountSale(Message, frozen=True, kw_only=True, tag="account_sale/1"):
    """A sale that the server decides; ``body`` is the journaled intent, byte for byte."""

    body: Raw


class Cancel(Message, frozen=True, kw_only=True, tag="cancel/1"):
    """A tombstone under this id, or the result that was already posted."""

    of: RecordId


class Answer(Message, frozen=True, kw_only=True, tag="answer/1"):
    """The stored result about one id, plus the balance after it where there is one."""

    result: Result
    balance_fen: int | None = None


class FindMember(Message, frozen=True, kw_only=True, tag="find_member/1"):
    """Front desk search by number, name or phone ending; ≤ 20 answers."""

    text: Short
    operator: int


class MemberRow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One member as the front desk sees it."""

    member: int
    number: Short
    name: Short
    department: Short = ""
    cards: tuple[tuple[int, int, str], ...] = ()  # (card, issue, state)


class Members(Message, frozen=True, kw_only=True, tag="members_found/1"):
    """Answer to ``FindMember``."""

    rows: tuple[MemberRow, ...]


class NewMember(Message, frozen=True, kw_only=True, tag="new_member/1"):
    """A person comes in for the first time; the same id gives the same member. F: A12"""

    id: RecordId
    name: Short
    number: Short = ""
    phone: Short = ""
    department: Short = ""
    operator: int


class AskCard(Message, frozen=True, kw_only=True, tag="ask_card/1"):
    """What does the server know of this card? F: A11"""

    card: CardNo
    issue: IssueNo


class AskMedium(Message, frozen=True, kw_only=True, tag="ask_medium/1"):
    """Whose is this medium? It says its UID and nothing else. Answered like ``AskCard``. F: A1"""

    uid: Hex


class Movement(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of "last transactions"."""

    at: int
    kind: Short
    fen: int
    balance_fen: int | None = None
    place: Short = ""


class Explained(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of "why is my balance X": what, how much, since when. ``wallet`` "" is the main one."""

    what: Short
    fen: int
    since: int = 0
    detail: Short = ""
    wallet: Short = ""


class CardStatus(Message, frozen=True, kw_only=True, tag="card_status/1"):
    """Answer to ``AskCard``."""

    card: CardNo
    issue: IssueNo
    state: Short  # reserved | active | lost | replaced | returned | frozen | expired | unknown
    member: int
    number: Short
    name: Short
    type: int
    books_fen: int
    waiting_fen: int
    movements: tuple[Movement, ...] = ()
    explained: tuple[Explained, ...] = ()
    as_of: int = 0


class ReportLoss(Message, frozen=True, kw_only=True, tag="report_loss/1"):
    """Stop this card everywhere. The same id gives the same answer. F: A6"""

    id: RecordId
    card: CardNo
    issue: IssueNo
    operator: int


class Problem(Message, frozen=True, kw_only=True, tag="problem/1"):
    """An error answer: a stable code and its parameters; texts are the terminal's own."""

    code: Short
    params: dict[str, int | str] = msgspec.field(default_factory=dict)
