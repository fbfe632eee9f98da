"""What office and terminals say to each other about the terminals themselves, and about money at the office.

Documents down: balances of account cards, notices, commands. Up: the heartbeat, what became of a command.
Knows no transport; everything here fits a stick as well as the network.
"""

from typing import Annotated, Final

import msgspec
from msgspec import Meta

from onecard.wire.intents import Intent
from onecard.wire.message import CardNo, Hex, IssueNo, Message, Short
from onecard.wire.terms import Prose

#: Documents that a terminal of before does not know; asked for by name, they come.
ASKED_FOR: Final = ("accounts", "notices", "commands")

COMMANDS: Final = (
    "lock", "unlock", "restart", "logs", "screenshot", "collect", "set_time", "update", "fetch_all",
)  # fmt: skip

Number = Annotated[int, Meta(ge=0, lt=1 << 53)]


class AccountRow(msgspec.Struct, frozen=True, array_like=True):
    """``[card, issue, type, fen, uid]``: what stood on a card's main wallet at the office. F: C10 E3"""

    card: CardNo
    issue: IssueNo
    type: int
    fen: int
    uid: Hex = ""


class AccountsDocument(Message, frozen=True, kw_only=True, tag="accounts/1"):
    """Account cards that are at home here, as a delta on version ``base`` (0 = whole).

    ``as_of``: server time at which these balances were read; every upload answered by then is in them.
    """

    base: int
    as_of: int
    accounts: tuple[AccountRow, ...]
    gone: tuple[CardNo, ...] = ()


class Notice(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A few sentences for the attract screen or the till, shown from ``since`` until ``until`` (0 = open)."""

    notice: Number
    text: Prose
    text_en: Prose = ""
    since: int = 0
    until: int = 0


class NoticesDocument(Message, frozen=True, kw_only=True, tag="notices/1"):
    """Every notice of the unit that is not over. Document name ``notices``."""

    notices: tuple[Notice, ...]


class FleetCommand(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing to be done once at one terminal; after ``until`` (server time) it is not begun any more."""

    command: Annotated[int, Meta(ge=1, lt=1 << 53)]
    kind: Short
    until: int
    given: dict[str, str] = msgspec.field(default_factory=dict)


class CommandsDocument(Message, frozen=True, kw_only=True, tag="commands/1"):
    """What this terminal is still to do. Document name ``commands``."""

    terminal: int
    commands: tuple[FleetCommand, ...]


class Commanded(Intent, frozen=True, kw_only=True, tag="commanded/1", omit_defaults=True):
    """A command was taken up (``state`` taken), or this became of it: done, failed, refused, interrupted.

    Whoever finds one taken and not ended never begins it again. F: E6
    """

    command: Number
    kind: Short
    state: Short
    said: Short = ""
    #: SHA-256 of what was sent beside it (log, picture).
    digest: Hex = ""


class Report(Message, frozen=True, kw_only=True, tag="report/1"):
    """What became of a command, and a part of what it brought. Same command and part: the same again."""

    command: Number
    kind: Short
    state: Short
    said: Short = ""
    at: int
    digest: Hex = ""
    part: Annotated[int, Meta(ge=0, le=64)] = 0
    parts: Annotated[int, Meta(ge=0, le=64)] = 0
    content: bytes = b""


class Reported(Message, frozen=True, kw_only=True, tag="reported/1"):
    """The office has it."""

    command: Number
    part: int


class Traffic(msgspec.Struct, frozen=True, array_like=True):
    """``[day, up, down]``: bytes of one card day, counted where the HTTP client sends them. F: E7"""

    day: int
    up: Number
    down: Number


class Beat(Message, frozen=True, kw_only=True, tag="beat/1"):
    """The figures an office needs of a terminal. Ages in seconds, -1 = never; sizes in bytes."""

    app: Short = ""
    pending: Number = 0
    free_bytes: Number = 0
    stops_age_s: int = -1
    clock_offset_s: int = 0
    clock_is_sure: bool = True
    locked: bool = False
    offline_fen: Number = 0  # approved without the office and not yet in its figures
    devices: dict[str, str] = msgspec.field(default_factory=dict)
    versions: dict[str, int] = msgspec.field(default_factory=dict)
    traffic: tuple[Traffic, ...] = ()


class Beaten(Message, frozen=True, kw_only=True, tag="beaten/1"):
    """``durable``: (epoch, seq) up to which a backup outside the server holds the journal."""

    now: int
    durable: tuple[tuple[int, int], ...] = ()


class AskPackage(Message, frozen=True, kw_only=True, tag="ask_package/1"):
    """A part of a program package, from this byte on."""

    name: Short
    offset: Number


class PackagePart(Message, frozen=True, kw_only=True, tag="package_part/1"):
    """Empty ``content``: there is no more."""

    size: Number
    content: bytes
