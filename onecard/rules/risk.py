"""What a unit can lose while terminals sell from accounts without it: the sum of caps, as its settings say.

Pure; the same figure beside the settings in the office and in a test.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from onecard.settings import OFFICE, Settings


class Risk(NamedTuple):
    """``terminals`` may approve; together at most ``total_fen``, for one single card at most ``card_fen``."""

    terminals: int
    total_fen: int
    card_fen: int


def worst_case(settings: Iterable[Mapping[str, str]]) -> Risk:
    """Cap × terminals that are allowed; each with the settings of its own document. F: C10"""
    terminals = total = card = 0
    for texts in settings:
        rules = Settings.of_office(OFFICE, texts)
        most = rules.number("offline_account_fen")
        if rules.text("offline_account") == "none" or most == 0:
            continue
        terminals += 1
        total += most
        card += min(most, rules.number("offline_account_card_fen"))
    return Risk(terminals, total, card)
