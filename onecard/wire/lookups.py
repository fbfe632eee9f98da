"""What a terminal looks up at the office for a person: past sales, statements, who somebody is; and a
member's PIN.

Nothing here moves money, and nothing of it is journaled: a PIN stands in no record.
"""

from typing import Annotated

import msgspec
from msgspec import Meta

from onecard.ids import RecordId
from onecard.wire.message import CardNo, Hex, IssueNo, Message, Short

Day = Annotated[int, Meta(ge=0, le=0xFFFF)]
Pin = Annotated[str, Meta(max_length=32)]
#: Statements and lists go back so far at once.
MOST_DAYS = 400


class AskSales(Message, frozen=True, kw_only=True, omit_defaults=True, tag="ask_sales/1"):
    """Past sales of this terminal, or of its outlet (``whole_outlet``), of one card or of any. F: C7

    ``before``: only sales older than this entry, for the next page.
    """

    operator: int
    since_day: Day
    until_day: Day
    card: int = 0
    whole_outlet: bool = False
    before: int = 0


class SaleRow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """``left_fen``: what was not taken back yet. ``why_not``: the code of what keeps it from a refund."""

    sale: RecordId
    entry: int
    at: int
    card: int
    issue: int
    fen: int
    left_fen: int
    operator: int
    why_not: Short = ""


class Sales(Message, frozen=True, kw_only=True, tag="sales/1"):
    """Answer to ``AskSales``, the newest first."""

    rows: tuple[SaleRow, ...]


class AskSale(Message, frozen=True, kw_only=True, tag="ask_sale/1"):
    """One past sale, line by line."""

    operator: int
    sale: RecordId


class SoldLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """``refunded``: of ``quantity``, thousandths; ``paid_fen``: after its discount."""

    name: Short
    quantity: int
    paid_fen: int
    refunded: int = 0


class SoldSale(Message, frozen=True, kw_only=True, tag="sold_sale/1"):
    """Answer to ``AskSale``."""

    row: SaleRow
    lines: tuple[SoldLine, ...]
    pays: tuple[tuple[str, int], ...]


class AskStatement(Message, frozen=True, kw_only=True, tag="ask_statement/1"):
    """What happened to a card's money from ``since_day`` to ``until_day``, both counted. F: D5 F1

    ``operator`` 0: the holder himself, at a kiosk.
    """

    card: CardNo
    issue: IssueNo
    since_day: Day
    until_day: Day
    operator: int = 0


class StatementLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """``paid_fen`` of money paid in, ``given_fen`` of gifts and subsidies: never added together."""

    at: int
    kind: Short
    paid_fen: int
    given_fen: int = 0
    place: Short = ""


class CardStatement(Message, frozen=True, kw_only=True, tag="card_statement/1"):
    """Opening + lines = closing. ``cut``: earlier lines were left out and stand in the opening."""

    card: int
    name: Short
    number: Short
    since_day: int
    until_day: int
    opening_paid_fen: int
    opening_given_fen: int
    closing_paid_fen: int
    closing_given_fen: int
    lines: tuple[StatementLine, ...]
    cut: bool
    as_of: int


class AskRemittance(Message, frozen=True, kw_only=True, tag="ask_remittance/1"):
    """An operator's own cash of these days. F: C11 G1"""

    operator: int
    since_day: Day
    until_day: Day


class RemittanceLine(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of event: how often, what it brought and what it took."""

    kind: Short
    count: int
    in_fen: int
    out_fen: int


class ShiftLine(msgspec.Struct, frozen=True, kw_only=True):
    """One Z of his."""

    terminal: int
    z: int
    day: int
    float_fen: int
    expected_fen: int
    counted_fen: int


class Remittance(Message, frozen=True, kw_only=True, tag="remittance/1"):
    """Answer to ``AskRemittance``: as the books have it now. ``held_fen``: what he holds and has not paid in,
    of all days, as far as it is in his own hands and not in a till."""

    operator: int
    lines: tuple[RemittanceLine, ...]
    shifts: tuple[ShiftLine, ...]
    held_fen: int
    as_of: int


class Identify(Message, frozen=True, kw_only=True, omit_defaults=True, tag="identify/1"):
    """Who is this? Sells nothing; each check is logged. F: A13

    A card by number, or a medium by its UID. ``operator`` 0: a terminal without one.
    """

    card: int = 0
    issue: int = 0
    uid: Hex = ""
    operator: int = 0
    with_photo: bool = False


class Identified(Message, frozen=True, kw_only=True, omit_defaults=True, tag="identified/1"):
    """``state`` as in ``CardStatus``; a photo is a JPEG or PNG."""

    card: int
    issue: int
    state: Short
    number: Short
    name: Short
    department: Short = ""
    group: Short = ""
    photo: bytes = b""


class ChangePin(Message, frozen=True, kw_only=True, omit_defaults=True, tag="change_pin/1"):
    """A member's own new PIN. F: C11 D5

    He proves the old one; or, it being his first or forgotten, an operator vouches who he is.
    """

    id: RecordId
    card: CardNo
    issue: IssueNo
    new: Pin
    old: Pin = ""
    operator: int = 0


class CheckPin(Message, frozen=True, kw_only=True, tag="check_pin/1"):
    """Is this his PIN? Wrong ones are counted, whoever asks. F: B9 D5"""

    card: CardNo
    issue: IssueNo
    pin: Pin


class PinChecked(Message, frozen=True, kw_only=True, tag="pin_checked/1"):
    """``is_set`` False: he never chose one."""

    fits: bool
    is_set: bool


class AskHolds(Message, frozen=True, kw_only=True, tag="ask_holds/1"):
    """Deposits held at this terminal's outlet. F: C19"""

    operator: int


class HoldRow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One open hold. ``on_card``: the deposit came off a card's purse, the rest goes back to it as a load."""

    hold: RecordId
    card: int
    issue: int
    place: Short
    fen: int
    until: int
    on_card: bool = False


class Holds(Message, frozen=True, kw_only=True, tag="holds/1"):
    """Answer to ``AskHolds``, the next to end first."""

    rows: tuple[HoldRow, ...]


class AskRewards(Message, frozen=True, kw_only=True, tag="ask_rewards/1"):
    """What points can be given up for. F: B5"""

    operator: int


class RewardRow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """``fen``: what it adds to the gift wallet; ``stock`` −1 = no end of it."""

    reward: int
    name: Short
    name_en: Short
    points: int
    fen: int
    stock: int


class Rewards(Message, frozen=True, kw_only=True, tag="rewards/1"):
    """Answer to ``AskRewards``."""

    rows: tuple[RewardRow, ...]
