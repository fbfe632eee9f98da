"""What comes down to terminals: versioned, signed documents with a moment from which they hold."""

import msgspec
from msgspec import Raw

from onecard.ids import RecordId
from onecard.wire.message import CardNo, Hex, IssueNo, Message, Short, Signed
from onecard.wire.terms import CalendarTerms, CardType, Product


class Document(Message, frozen=True, kw_only=True, tag="document/1"):
    """A versioned, signed fact from the office. Ed25519 over name, version, effective, body."""

    name: Short
    version: int
    effective_from: int
    body: Raw
    signature: Hex


class Fetch(Message, frozen=True, kw_only=True, tag="fetch/1"):
    """Which versions the terminal holds; also the heartbeat."""

    have: dict[str, int]
    pending: int = 0
    app: Short = ""
    health: dict[str, str] = msgspec.field(default_factory=dict)


class Fetched(Message, frozen=True, kw_only=True, tag="fetched/1"):
    """What is newer. ``received``: the server's watermark, so that a terminal sees whether it must resend."""

    documents: tuple[Document, ...]
    now: int
    books_epoch: int
    epoch: int
    received: int
    head: Hex


class TerminalDocument(Message, frozen=True, kw_only=True, tag="terminal/1"):
    """Place and settings of one terminal. Document name ``terminal``."""

    unit: int
    unit_name: Short
    terminal: int
    name: Short
    kind: Short  # "pos" | "kiosk"
    branch: int
    branch_name: Short
    outlet: int
    outlet_name: Short
    owner: int
    day_starts_at_minute: int = 0
    settings: dict[str, str] = msgspec.field(default_factory=dict)


class SettingsFrom(msgspec.Struct, frozen=True, kw_only=True):
    """All settings of a terminal as they are from the moment ``since`` on (unix seconds)."""

    since: int
    settings: dict[str, str]


class PlannedTerminalDocument(TerminalDocument, frozen=True, kw_only=True, tag="terminal/2"):
    """The same while something else is set for later, oldest first. A box of before keeps what it has.

    F: E2
    """

    planned: tuple[SettingsFrom, ...]


class TypesDocument(Message, frozen=True, kw_only=True, tag="types/1"):
    """All card types, those to come as well. Document name ``types``."""

    types: tuple[CardType, ...]


class CatalogueDocument(Message, frozen=True, kw_only=True, tag="catalogue/1"):
    """Products of one outlet. Document name ``catalogue``."""

    products: tuple[Product, ...]


class CalendarDocument(Message, frozen=True, kw_only=True, tag="calendar/1"):
    """Business day, meals and holidays of one outlet, those to come as well. Document name ``calendar``."""

    terms: tuple[CalendarTerms, ...]


class Operator(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An operator as a terminal knows him offline: a verifier that expires, and named permissions."""

    operator: int
    login: Short
    name: Short
    verifier: str
    until: int  # unix seconds
    card: int = 0
    permissions: tuple[str, ...] = ()


class OperatorsDocument(Message, frozen=True, kw_only=True, tag="operators/1"):
    """Who may sign on here. Document name ``operators``."""

    operators: tuple[Operator, ...]


class Stop(msgspec.Struct, frozen=True, array_like=True):
    """``[card, issue, reason, version]``; reason "" takes the card off the list.

    Only ``lost``, ``replaced`` and ``returned`` write the locked flag; ``frozen`` refuses and writes nothing.
    ``frozen@3,11`` does so at these outlets only (A14); a box that cannot read it refuses everywhere.
    """

    card: int
    issue: int
    reason: Short
    version: int


class StopsDocument(Message, frozen=True, kw_only=True, tag="stops/1"):
    """Stop list as a delta on version ``base`` (0 = whole). Document name ``stops``."""

    base: int
    stops: tuple[Stop, ...]


class Load(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One waiting load, numbered for its (card, issue). ``digest`` covers all its other fields. F: D9"""

    card: CardNo
    issue: IssueNo
    number: int
    fen: Signed
    wallet: Short = "main"
    kind: Short = ""  # recharge | subsidy | void | sale_reversed | unloss | correction
    expires_day: int = 0
    digest: Hex = ""


class LoadsDocument(Message, frozen=True, kw_only=True, tag="loads/1"):
    """Published loads as a delta on version ``base`` (0 = whole). ``applied`` are (card, issue, upto)."""

    base: int
    loads: tuple[Load, ...]
    applied: tuple[tuple[int, int, int], ...] = ()


class OpenTap(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody's unfinished card write, as other stations know it."""

    of: RecordId
    card: CardNo
    issue: IssueNo
    kind: Short
    fen: int
    counter: int
    at: int
    given_up: bool = False


class OpenTapsDocument(Message, frozen=True, kw_only=True, tag="open_taps/1"):
    """Every open tap of the unit, whole each time. Document name ``open_taps``."""

    taps: tuple[OpenTap, ...]


class Snapshot(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a terminal may know of a card's holder: shown masked, never in an entry or a log."""

    card: CardNo
    member: int
    name: Short
    type: int = 0


class MembersDocument(Message, frozen=True, kw_only=True, tag="members/1"):
    """Card → holder, as a delta on version ``base``. Document name ``members``."""

    base: int
    members: tuple[Snapshot, ...]
