"""What a card's holder owns beyond the plastic: wallets at the office, points, and subsidies to be picked up.

Looked up for the screen of whoever holds the card; nothing here moves money.
"""

import msgspec

from onecard.wire.message import CardNo, IssueNo, Message, Short

PATH = "/t/pockets"


class AskPockets(Message, frozen=True, kw_only=True, tag="ask_pockets/1"):
    """What is in all wallets of this card? F: D1"""

    card: CardNo
    issue: IssueNo


class Pocket(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One wallet that lives at the office. ``uses``: of a count wallet; points are in ``Pockets``."""

    wallet: Short
    fen: int = 0
    uses: int = 0


class Ready(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One subsidy that lies ready for the holder. Days are card days, 0 = no end. F: B3 D2"""

    list: int
    line: int
    name: Short
    wallet: Short
    fen: int
    expires_day: int = 0
    collect_until: int = 0


class Pockets(Message, frozen=True, kw_only=True, tag="pockets/1"):
    """Answer to ``AskPockets``. ``waiting``: numbered loads that are not on the card, of every wallet."""

    card: CardNo
    issue: IssueNo
    pockets: tuple[Pocket, ...] = ()
    points: int = 0
    debt_fen: int = 0
    waiting: tuple[tuple[str, int], ...] = ()
    ready: tuple[Ready, ...] = ()
    as_of: int = 0
