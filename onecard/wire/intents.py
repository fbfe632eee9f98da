"""Bodies of intents: what a terminal is about to do, written to disk before it does it.

The body is encoded once; those very bytes go by every road and their digest tells a repeat from a conflict.
Money is integer fen, days are card days (since 2020-01-01), times are unix seconds.
"""

from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from onecard.cards.image import Purse, Slot
from onecard.ids import RecordId
from onecard.wire.message import Amount, CardNo, Hex, IssueNo, Message, Short, Signed


class Balances(msgspec.Struct, frozen=True, array_like=True):
    """``[main_fen, [slot…], [slot…], [slot…]]`` of one purse record."""

    main_fen: Amount
    slot1: Slot = Slot()
    slot2: Slot = Slot()
    slot3: Slot = Slot()

    @classmethod
    def of(cls, purse: Purse) -> "Balances":
        return cls(purse.main_fen, *purse.slots)


class PurseWrite(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One link of the card's chain: counter n → n+1, both balances, and which transaction came before.

    ``prev`` and ``counter`` are what was read from the card; the record that wrote counter n is ``prev``.
    """

    card: CardNo
    issue: IssueNo
    uid: Hex
    counter: Annotated[int, Meta(ge=0, lt=1 << 24)]
    prev: RecordId
    before: Balances
    after: Balances
    #: What expired and was cleared by this very write, per slot, fen. It goes back to its fund.
    cleared: tuple[Amount, Amount, Amount] = (0, 0, 0)
    #: The number of the last load on the card as it was read; older records do not say.
    last_load: Annotated[int, Meta(ge=0, lt=1 << 16)] | UnsetType = UNSET


class Versions(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The documents a decision was made under; the server decides again with the same ones."""

    terminal: int = 0
    types: int = 0
    catalogue: int = 0
    operators: int = 0
    stops: int = 0
    loads: int = 0
    calendar: int = 0


class Intent(Message, frozen=True, kw_only=True):
    """What every intent says: who, where, when. ``id`` is the fact's identity for ever."""

    unit: int
    id: RecordId
    at: int
    day: int  # business day, card days
    shift: int = 0
    operator: int = 0
    versions: Versions = Versions()
    #: The intent that this one takes the place of (rung again after it was given up).
    replaces: RecordId | None = None


class Pay(msgspec.Struct, frozen=True, array_like=True):
    """``[wallet, fen]``: what one wallet pays."""

    wallet: Short
    fen: Amount


class Line(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One line of a bill. ``quantity`` in thousandths (1000 = one piece or 1 kg)."""

    product: int = 0  # 0 = free amount
    name: Short = ""
    category: Short = ""
    quantity: Annotated[int, Meta(ge=1, le=10**9)] = 1000
    price_fen: Amount
    total_fen: Amount


class Sale(Intent, frozen=True, kw_only=True, tag="sale/1"):
    """A sale. Σ pays = due = Σ line totals − discount. ``purse`` is None for an account card. F: C1 C2"""

    outlet: int
    owner: int
    card: CardNo
    issue: IssueNo
    lines: tuple[Line, ...]
    discount_fen: Amount = 0
    due_fen: Amount
    pays: tuple[Pay, ...]
    purse: PurseWrite | None = None


class Void(Intent, frozen=True, kw_only=True, tag="void/1", omit_defaults=True):
    """Takes back a whole sale of the same terminal and shift, wallet by wallet. F: C7

    ``supervisor`` allowed it, because of ``reason``: a word of the till's short list, not a sentence.
    """

    voids: RecordId
    card: CardNo
    issue: IssueNo
    pays: tuple[Pay, ...]
    supervisor: int = 0
    purse: PurseWrite | None = None
    reason: Short = ""


class Source(StrEnum):
    """Where recharge money comes from."""

    TILL = "till"  # cash over the counter
    CASHBOX = "cashbox"  # notes the kiosk stacked; ``credits`` lists them


class Recharge(Intent, frozen=True, kw_only=True, tag="recharge/1"):
    """Cash onto the card's main purse. From the cash box it lists the credits it delivers. F: A3 D3"""

    source: Source
    amount_fen: Amount
    credits: tuple[RecordId, ...] = ()
    purse: PurseWrite


class SoldRecharge(Recharge, frozen=True, kw_only=True, tag="recharge/2"):
    """The same, and who sold it: an operator's number. F: A17"""

    salesperson: Annotated[int, Meta(ge=1, lt=1 << 31)]


class AppliedLoad(msgspec.Struct, frozen=True, array_like=True):
    """``[number, fen, digest]``: one numbered load as it went onto the card; fen may be less than it was."""

    number: Annotated[int, Meta(ge=1, le=65_535)]
    fen: Signed
    digest: Hex


class LoadIntent(Intent, frozen=True, kw_only=True, tag="load/1"):
    """Waiting loads n+1 … n+k written into the purse in one go. F: D9"""

    loads: tuple[AppliedLoad, ...]
    purse: PurseWrite


class Issue(Intent, frozen=True, kw_only=True, tag="issue/1"):
    """A blank medium becomes card ``card``; the server reserved the number before. F: A2

    ``opening_fen`` is on the card with the first record; deposit and fee are cash as well, but not purse.
    """

    card: CardNo
    issue: IssueNo
    type: int
    uid: Hex
    until: int
    opening_fen: Amount
    deposit_fen: Amount = 0
    fee_fen: Amount = 0
    purse: PurseWrite


class Lock(Intent, frozen=True, kw_only=True, tag="lock/1"):
    """A stopped card was tapped and the locked flag is being written onto it. F: A6"""

    reason: Short
    stop_version: int
    purse: PurseWrite
