"""Wallets as people read them: what each is called, and what is in it until when."""

from onecard import money
from onecard.cards.image import Slot
from onecard.clock import day_of_card
from onecard.text import Translator


def name(tr: Translator, wallet: str) -> str:
    """One that this station has no word for keeps the office's own."""
    key = f"wallet.{wallet}"
    return tr(key) if tr.knows(key) else wallet


def words(tr: Translator, wallet: str, slot: Slot) -> str:
    """``补助 ￥300.00（至 2026-08-31）``"""
    said = f"{name(tr, wallet)} {money.show(slot.amount_fen)}"
    if not slot.expiry_day:
        return said
    return tr("wallet.until", what=said, day=day_of_card(slot.expiry_day).isoformat())
