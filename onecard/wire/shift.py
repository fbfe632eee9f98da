"""Bodies of a cashier's shift: open with a float, cash put in or taken out, close with a blind count and the
Z totals; and what was set at the station itself."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from onecard.wire.intents import Intent
from onecard.wire.message import Amount, Hex, Short


class ShiftOpen(Intent, frozen=True, kw_only=True, tag="shift_open/1"):
    """A cashier starts; ``shift`` in the head is the number of the new shift. F: C8"""

    float_fen: Amount = 0


class DrawerMove(Intent, frozen=True, kw_only=True, tag="drawer/1", omit_defaults=True):
    """Cash that went into the drawer or out of it for no sale, because of ``reason``: ``safe`` (to or from
    the vault), or a word of the till's short list that somebody explains later. F: C8"""

    way: Literal["in", "out"]
    fen: Annotated[int, Meta(ge=1, le=(1 << 24) - 1)]
    reason: Short
    supervisor: int = 0


class SettingsChanged(Intent, frozen=True, kw_only=True, tag="settings_changed/1", omit_defaults=True):
    """All that is set at the station itself from now on, over what the office says; ``card``: the management
    card that opened it, or brought it. F: C18"""

    values: Annotated[dict[Short, Annotated[str, Meta(max_length=500)]], Meta(max_length=100)]
    card: int = 0


class Carried(Intent, frozen=True, kw_only=True, tag="carried/1", omit_defaults=True):
    """A stick or handheld was here: ``records`` went along, ``documents`` came with it; ``card`` is the
    collector card that allowed it. F: E4 F10"""

    card: int
    records: int
    documents: int = 0


class Totals(msgspec.Struct, frozen=True, kw_only=True):
    """Sums over one shift; gift and real money are never added together."""

    sales: int = 0
    sales_main_fen: int = 0
    sales_gift_fen: int = 0
    voids: int = 0
    voids_main_fen: int = 0
    voids_gift_fen: int = 0
    recharges: int = 0
    recharges_fen: int = 0
    issues: int = 0
    issues_fen: int = 0
    deposits_fen: int = 0
    fees_fen: int = 0
    aside: int = 0
    aside_fen: int = 0
    #: Cash taken for card writes that were given up; not there at all in records from before it was counted.
    aside_cash_fen: int | msgspec.UnsetType = msgspec.UNSET
    #: Cash that errands at the office put into the drawer less what they took out; the same.
    errands_cash_fen: int | msgspec.UnsetType = msgspec.UNSET
    #: Of sales and voids what went over the counter in cash, and by foreign cards; the same.
    sales_cash_fen: int | msgspec.UnsetType = msgspec.UNSET
    sales_foreign_fen: int | msgspec.UnsetType = msgspec.UNSET
    voids_cash_fen: int | msgspec.UnsetType = msgspec.UNSET
    voids_foreign_fen: int | msgspec.UnsetType = msgspec.UNSET
    #: Of sales and voids what the office divides among the wallets of an account; the same.
    sales_account_fen: int | msgspec.UnsetType = msgspec.UNSET
    voids_account_fen: int | msgspec.UnsetType = msgspec.UNSET
    #: Cash put into the drawer and taken out of it for no sale; the same.
    paid_in_fen: int | msgspec.UnsetType = msgspec.UNSET
    paid_out_fen: int | msgspec.UnsetType = msgspec.UNSET


class ShiftClose(Intent, frozen=True, kw_only=True, tag="shift_close/1"):
    """The Z: numbered, immutable. ``counted_fen`` is the blind count of the drawer. F: C8"""

    z: int
    opened_at: int
    first_seq: int
    last_seq: int
    totals: Totals
    float_fen: Amount
    expected_fen: int
    counted_fen: int
    #: Hash of the journal's head just before this record; printed on the paper.
    head: Hex
