"""What the office decides about cards, prices and time, as rows that documents carry.

Every row leaves out what has its default, so that a document from before a field was there reads the same.
Days are card days (since 2020-01-01), moments unix seconds, minutes those of the unit's wall clock.
What the rows mean is in ``onecard.rules``; nothing is decided here.
"""

from typing import Annotated, Final

import msgspec
from msgspec import Meta

from onecard.wire.message import Amount, Short

#: Bits of ``Condition.days``: Monday … Sunday are 0–6, a holiday is a kind of day of its own.
HOLIDAY: Final = 7
EVERY_DAY: Final = 0xFF

Days = Annotated[int, Meta(ge=1, le=EVERY_DAY)]
CardDay = Annotated[int, Meta(ge=0, le=0xFFFF)]
Minute = Annotated[int, Meta(ge=0, le=24 * 60)]
#: Hundredths of a percent: 2,000 = 20 %.
Share = Annotated[int, Meta(ge=0, le=10_000)]
Prose = Annotated[str, Meta(max_length=4_000)]


class Condition(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where and when a row holds; what is left open holds everywhere and always. F: B4 B10 B13

    ``periods`` are meal periods by name, ``since`` and ``until`` business days and both count (0 = open).
    """

    outlets: tuple[int, ...] = ()
    categories: tuple[Short, ...] = ()
    periods: tuple[Short, ...] = ()
    days: Days = EVERY_DAY
    since: CardDay = 0
    until: CardDay = 0


class Discount(Condition, frozen=True, kw_only=True, omit_defaults=True):
    """What a line costs less: a share of it, or all above ``price_fen``. The first row that holds counts.

    ``first_n``: only the first so many meals of a business day, and then ``price_fen`` is what the lines of
    one such meal cost together. ``most_fen``: at most so much off per sale, 0 = no such bound. F: B4
    """

    off: Share = 0
    price_fen: Amount | None = None
    most_fen: Amount = 0
    first_n: Annotated[int, Meta(ge=0, le=15)] = 0


class PointsTerms(Condition, frozen=True, kw_only=True, omit_defaults=True):
    """How points come and what they are worth. F: B5

    ``per_100_yuan`` points for each ￥100 that ``wallets`` paid; ``redeem_fen``: worth of 100 points when
    they pay, 0 = they do not.
    """

    per_100_yuan: Annotated[int, Meta(ge=0, le=1_000_000)] = 0
    wallets: tuple[Short, ...] = ("main", "cash")
    redeem_fen: Amount = 0


class WalletTerms(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One wallet in the order in which they pay, and the places and categories it is confined to. F: B1 B8

    ``limit_fen``: how much a credit wallet may be owed.
    """

    wallet: Short
    outlets: tuple[int, ...] = ()
    categories: tuple[Short, ...] = ()
    limit_fen: Amount = 0


class CardType(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a card of this type may do. An amount, number or list left at nothing sets no limit. F: A1 A15

    Several rows of one number are its terms over time: of those whose ``since`` (unix seconds) has come the
    newest holds.
    """

    type: int
    name: Short
    name_en: Short = ""
    purse_on_card: bool = True
    valid_days: int = 1825
    deposit_fen: int = 0
    fee_fen: int = 0
    cap_fen: int = 500_000
    sale_limit_fen: int = 200_000
    day_limit_fen: int = 0
    day_count_limit: int = 0
    min_interval_s: int = 0
    pin_above_fen: int = 0
    recharge_min_fen: int = 100
    since: int = 0
    #: Of ``m1 cpu track code uid``; nothing named: what the unit has.
    media: tuple[Short, ...] = ()
    #: False: the card says who it is and collects points, and other money pays.
    stores_value: bool = True
    #: In the order in which they pay; nothing named: the main wallet alone.
    wallets: tuple[WalletTerms, ...] = ()
    #: Which of a product's prices; 0 = the list price.
    level: Annotated[int, Meta(ge=0, le=99)] = 0
    discounts: tuple[Discount, ...] = ()
    points: PointsTerms | None = None
    meal_limit_fen: Amount = 0
    meal_count_limit: Annotated[int, Meta(ge=0, le=15)] = 0
    #: Meal periods by name, and outlets, in which it may be used.
    periods: tuple[Short, ...] = ()
    outlets: tuple[int, ...] = ()
    #: Without network: most per sale, and for account cards most between two contacts, in money and times.
    offline_sale_fen: Amount = 0
    offline_total_fen: Amount = 0
    offline_count: int = 0
    #: How far below zero the main wallet of an account card may go.
    overdraft_fen: Amount = 0
    #: Prepaid-card rules: sold to nobody by name; from which amount a name, or money other than cash, is due.
    anonymous: bool = False
    named_from_fen: Amount = 0
    cashless_from_fen: Amount = 0
    least_valid_days: int = 0
    terms: Prose = ""
    terms_en: Prose = ""


class Price(Condition, frozen=True, kw_only=True, omit_defaults=True):
    """Another price of a product. The first row that holds counts, the most particular stand first. F: B6 B13

    ``level`` 0 is for everybody.
    """

    fen: Amount
    level: Annotated[int, Meta(ge=0, le=99)] = 0


class Product(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing on sale. ``menu``: it is offered only when one of these holds; none: always."""

    product: int
    name: Short
    name_en: Short = ""
    category: Short
    price_fen: int
    barcode: Short = ""
    initials: Short = ""  # pinyin initials, for search
    prices: tuple[Price, ...] = ()
    menu: tuple[Condition, ...] = ()


class Period(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A meal: from minute ``start`` of the wall clock up to, not including, ``end``; may go over midnight."""

    name: Short
    name_en: Short = ""
    start: Minute
    end: Minute
    days: Days = EVERY_DAY


class CalendarTerms(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An outlet's day and meals from the moment ``since`` on. F: B10

    ``special``: ``(day, kind)`` of days that are not what the week says: 7 = holiday, 0–6 = counts as that
    weekday (a Saturday worked for a bridge day).
    """

    since: int = 0
    day_starts_at_minute: Annotated[int, Meta(ge=0, lt=24 * 60)] = 0
    periods: tuple[Period, ...] = ()
    special: tuple[tuple[CardDay, Annotated[int, Meta(ge=0, le=HOLIDAY)]], ...] = ()
