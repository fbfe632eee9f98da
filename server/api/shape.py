"""What the open API says: money in fen, moments in unix seconds, days as dates. Additions only. F: M3"""

from typing import Annotated

import msgspec
from msgspec import Meta


class Problem(msgspec.Struct, frozen=True):
    """RFC 9457. ``code`` is stable and for programs, ``title`` for people."""

    type: str
    title: str
    status: int
    code: str


class Unit(msgspec.Struct, frozen=True):
    """Who runs this system."""

    unit: int
    name: str


class Member(msgspec.Struct, frozen=True):
    """A person. ``state``: active | left | erased."""

    member: int
    number: str
    name: str
    phone: str
    department: str
    group: str
    branch: int
    state: str


class Members(msgspec.Struct, frozen=True):
    """One page; ``next`` opens the one after, null: there is none."""

    items: list[Member]
    next: str | None


class Wallet(msgspec.Struct, frozen=True):
    """``fen``: on the card or account by the books; ``waiting_fen``: not on the card yet."""

    wallet: str
    fen: int
    waiting_fen: int


class Card(msgspec.Struct, frozen=True):
    """A card as the books know it. ``state``: active | lost | replaced | returned | frozen …"""

    card: int
    issue: int
    type: int
    member: int
    state: str
    wallets: list[Wallet]
    as_of: int


class Entry(msgspec.Struct, frozen=True):
    """One business event; ``fen`` is what it did to the card's holder. ``day`` as YYYY-MM-DD."""

    entry: int
    kind: str
    card: int
    issue: int
    outlet: int
    terminal: int
    at: int
    day: str
    fen: int
    corrects: int


class Entries(msgspec.Struct, frozen=True):
    """One page in the order of the books; ``next`` is always there: ask again later for what is new."""

    items: list[Entry]
    next: str


class Identity(msgspec.Struct, frozen=True):
    """Who a card belongs to, and whether it is good."""

    card: int
    issue: int
    state: str
    member: int
    number: str
    name: str
    department: str


class AskIdentity(msgspec.Struct, frozen=True):
    """By what a reader sees: the medium's UID in hex."""

    uid: Annotated[str, Meta(pattern="^[0-9a-f]{8,20}$")]


class Stopped(msgspec.Struct, frozen=True):
    """The card stands on the stop list from this version on."""

    card: int
    issue: int
    version: int
