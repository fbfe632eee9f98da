"""How much a station may sell while its stop list grows old, and take in while nothing is uploaded. F: C10 E3

Purse cards sell without network for as long as it takes; only the cap per sale shrinks with the age of the
list, and selling stops by itself only where the office says so. Pure; knows no journal.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from onecard.errors import Refused
from onecard.settings import OFFICE, Settings
from onecard.wire.messages import CardType

_HOUR_S = 3600
#: A list that nobody confirmed for so long says that there is no network. F: A1
ALONE_S = 300


@dataclass(frozen=True, kw_only=True)
class OfflineRules:
    """The steps by age; 0 hours switches a step off."""

    halve_after_h: int
    small_after_h: int
    small_cap_fen: int
    stop_after_h: int
    recharge_allowance_fen: int

    @classmethod
    def of(cls, office: Mapping[str, str]) -> "OfflineRules":
        """From the settings of the terminal document."""
        settings = Settings.of_office(OFFICE, office)
        return cls(
            halve_after_h=settings.number("offline_halve_h"),
            small_after_h=settings.number("offline_small_h"),
            small_cap_fen=settings.number("offline_small_cap_fen"),
            stop_after_h=settings.number("offline_stop_h"),
            recharge_allowance_fen=settings.number("offline_recharge_fen"),
        )


def sale_cap(rules: OfflineRules, card_type: CardType, age_s: int | None) -> int | None:
    """The cap per sale under a stop list of this age (``None`` = never had one); ``None``: no cap of ours.

    Raises ``Refused("offline.stopped")``.
    """

    def older_than(hours: int) -> bool:
        return hours > 0 and (age_s is None or age_s > hours * _HOUR_S)

    if older_than(rules.stop_after_h):
        raise Refused("offline.stopped", hours=rules.stop_after_h)
    caps = []
    if older_than(rules.small_after_h):
        caps = [rules.small_cap_fen, card_type.sale_limit_fen]
    elif older_than(rules.halve_after_h):
        caps = [card_type.sale_limit_fen // 2]
    if card_type.offline_sale_fen and (age_s is None or age_s > ALONE_S):
        caps.append(card_type.offline_sale_fen)
    return min(caps, default=None)


def check_recharge(rules: OfflineRules, fen: int, pending_fen: int) -> None:
    """Counter recharges not yet uploaded stay within an allowance that uploading refills.

    Raises ``Refused("offline.recharge")``.
    """
    left = max(0, rules.recharge_allowance_fen - pending_fen)
    if fen > left:
        raise Refused("offline.recharge", left=left)
