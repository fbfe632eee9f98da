"""How much a station may sell while its stop list grows old, and take in while nothing is uploaded. F: C10 E3

Purse cards sell without network for as long as it takes; only the cap per sale shrinks with the age of the
list, and selling stops by itself only where the office says so. Account cards are approved from the office's
last snapshot, within caps whose sum is the most that the unit can lose. Pure; knows no journal.
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
    recharge_each_fen: int = 0
    sale_cap_fen: int = 200_000
    account: str = "home"
    account_h: int = 24
    account_sale_fen: int = 5_000
    account_card_fen: int = 10_000
    account_count: int = 5
    account_total_fen: int = 200_000

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
            recharge_each_fen=settings.number("offline_recharge_each_fen"),
            sale_cap_fen=settings.number("sale_cap_fen"),
            account=settings.text("offline_account"),
            account_h=settings.number("offline_account_h"),
            account_sale_fen=settings.number("offline_account_sale_fen"),
            account_card_fen=settings.number("offline_account_card_fen"),
            account_count=settings.number("offline_account_count"),
            account_total_fen=settings.number("offline_account_fen"),
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
    # A type without a limit of its own has the station's: half of nothing would be nothing.
    usual = card_type.sale_limit_fen or rules.sale_cap_fen
    if older_than(rules.small_after_h):
        caps = [rules.small_cap_fen, usual]
    elif older_than(rules.halve_after_h):
        caps = [usual // 2]
    if card_type.offline_sale_fen and (age_s is None or age_s > ALONE_S):
        caps.append(card_type.offline_sale_fen)
    return min(caps, default=None)


def check_recharge(rules: OfflineRules, fen: int, pending_fen: int, pending_each_fen: int = 0) -> None:
    """Counter recharges not yet uploaded stay within two allowances that uploading refills: the station's,
    and the operator's own where the office sets one. The office signs both.

    Raises ``Refused("offline.recharge")``.
    """
    left = rules.recharge_allowance_fen - pending_fen
    if rules.recharge_each_fen:
        left = min(left, rules.recharge_each_fen - pending_each_fen)
    if fen > left:
        raise Refused("offline.recharge", left=max(0, left))


@dataclass(frozen=True, kw_only=True)
class Alone:
    """What is known of an account while the office is away. Amounts approved here are those that it has not
    heard of; ``spent_fen`` is what the balance does not contain yet. ``None``: not a card of this place."""

    balance_fen: int | None
    age_s: int | None
    spent_fen: int = 0
    card_fen: int = 0
    card_count: int = 0
    total_fen: int = 0


def check_account(rules: OfflineRules, card_type: CardType, fen: int, alone: Alone) -> int:
    """May this be approved without the office? Returns what the account then holds, as far as is known.

    Raises ``Refused``: ``offline.account_off``, ``offline.account_old``, ``offline.account_unknown``,
    ``limit.offline``, ``offline.account_card``, ``offline.account_total``, ``purse.short``, or
    ``offline.stopped``.
    """
    if rules.account == "none" or rules.account_total_fen == 0:
        raise Refused("offline.account_off")
    if alone.age_s is None or alone.age_s > rules.account_h * _HOUR_S:
        raise Refused("offline.account_old", hours=rules.account_h)
    if alone.balance_fen is None:
        raise Refused("offline.account_unknown")
    by_age = sale_cap(rules, card_type, alone.age_s)
    caps = [rules.account_sale_fen, *(() if by_age is None else (by_age,))]
    if card_type.offline_sale_fen:
        caps.append(card_type.offline_sale_fen)
    if fen > min(caps):
        raise Refused("limit.offline", cap=min(caps))
    card_most = min(rules.account_card_fen, card_type.offline_total_fen or rules.account_card_fen)
    times_most = min(rules.account_count, card_type.offline_count or rules.account_count)
    if alone.card_count >= times_most or alone.card_fen + fen > card_most:
        raise Refused("offline.account_card", left=max(0, card_most - alone.card_fen), times=times_most)
    if alone.total_fen + fen > rules.account_total_fen:
        raise Refused("offline.account_total", left=max(0, rules.account_total_fen - alone.total_fen))
    left = alone.balance_fen - alone.spent_fen
    if fen > left + card_type.overdraft_fen:
        raise Refused("purse.short", balance=left, due=fen)
    return left - fen
