"""Card types and settings over time: what holds at a moment, and what an office may not write. Pure."""

from collections.abc import Iterable
from typing import Final

import msgspec

from onecard.money import MAX_FEN
from onecard.wire.documents import PlannedTerminalDocument, SettingsFrom, TerminalDocument
from onecard.wire.terms import CardType, Condition

#: Wallets that a type may name, credit and cost centre last: somebody else's money pays after one's own.
WALLETS: Final = (
    "main",
    "gift",
    "gift2",
    "gift3",
    "subsidy",
    "subsidy2",
    "points",
    "credit",
    "centre",
    "cash",
)
MEDIA: Final = ("m1", "cpu", "track", "code", "uid")


def types_at(rows: Iterable[CardType], at: int) -> dict[int, CardType]:
    """The card types in force at ``at`` by number: of each the newest row whose moment has come."""
    found: dict[int, CardType] = {}
    for row in rows:
        held = found.get(row.type)
        if row.since <= at and (held is None or row.since >= held.since):
            found[row.type] = row
    return found


def settings_at(place: TerminalDocument, at: int) -> SettingsFrom | None:
    """What was set for later and has begun by ``at``: the newest row; ``None`` where nothing has."""
    found: SettingsFrom | None = None
    if isinstance(place, PlannedTerminalDocument):
        for row in place.planned:
            if row.since <= at and (found is None or row.since >= found.since):
                found = row
    return found


def place_at(place: TerminalDocument, at: int) -> TerminalDocument:
    """The terminal as it is set at ``at``."""
    begun = settings_at(place, at)
    return place if begun is None else msgspec.structs.replace(place, settings=begun.settings)


def fault(terms: CardType) -> str:
    """What makes a card type unusable, as a code; "" if nothing does."""
    amounts = (
        terms.deposit_fen, terms.fee_fen, terms.cap_fen, terms.sale_limit_fen, terms.day_limit_fen,
        terms.pin_above_fen, terms.recharge_min_fen,
    )  # fmt: skip
    if any(not 0 <= fen <= MAX_FEN for fen in amounts):
        return "card_type.amount"
    if min(terms.day_count_limit, terms.min_interval_s, terms.offline_count, terms.since) < 0:
        return "card_type.amount"
    if not 1 <= terms.valid_days <= 0xFFFF or terms.valid_days < terms.least_valid_days:
        return "card_type.validity"
    if any(medium not in MEDIA for medium in terms.media):
        return "card_type.media"
    return _wallet_fault(terms) or _rule_fault(terms)


def _wallet_fault(terms: CardType) -> str:
    names = [row.wallet for row in terms.wallets]
    if len(set(names)) != len(names) or any(name not in WALLETS for name in names):
        return "card_type.wallets"
    # Paid-in money is good everywhere, and debts are made only when nothing else is left.
    if any(row.wallet == "main" and (row.outlets or row.categories) for row in terms.wallets):
        return "card_type.main_scope"
    own = [name not in ("credit", "centre", "cash") for name in names]
    if sorted(own, reverse=True) != own:
        return "card_type.credit_first"
    if terms.overdraft_fen and terms.purse_on_card:
        return "card_type.overdraft"
    return ""


def _rule_fault(terms: CardType) -> str:
    rows: list[Condition] = list(terms.discounts)
    if terms.points is not None:
        rows.append(terms.points)
    if any(row.until and row.until < row.since for row in rows):
        return "card_type.dates"
    if any(row.price_fen is None and row.first_n and not row.off for row in terms.discounts):
        return "card_type.discount"
    if any(row.price_fen is not None and row.off for row in terms.discounts):
        return "card_type.discount"
    if not terms.stores_value and (terms.overdraft_fen or any(row.wallet != "cash" for row in terms.wallets)):
        return "card_type.no_value"
    return ""
