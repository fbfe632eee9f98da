"""Bodies of a cashier's shift: open with a float, close with a blind count and the Z totals."""

import msgspec

from onecard.wire.intents import Intent
from onecard.wire.message import Amount, Hex


class ShiftOpen(Intent, frozen=True, kw_only=True, tag="shift_open/1"):
    """A cashier starts; ``shift`` in the head is the number of the new shift. F: C8"""

    float_fen: Amount = 0


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
