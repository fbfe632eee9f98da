"""Does a row of the office's hold here and now? Pure; the one reading of ``Condition`` for all rules."""

from onecard.rules.periods import When
from onecard.wire.terms import EVERY_DAY, Condition


def holds(row: Condition, when: When, outlet: int) -> bool:
    """Place and time; what is sold is ``covers``'s."""
    return (
        (row.days == EVERY_DAY or bool(row.days >> when.kind & 1))
        and (not row.outlets or outlet in row.outlets)
        and (not row.periods or when.meal in row.periods)
        and row.since <= when.day
        and (not row.until or when.day <= row.until)
    )


def covers(categories: tuple[str, ...], category: str) -> bool:
    """Whether goods of ``category`` are meant; naming none means all."""
    return not categories or category in categories


def particular(row: Condition, level: int = 0) -> tuple[bool, bool, bool, bool, int]:
    """How particular a row is: the higher, the earlier it is asked."""
    return (level != 0, bool(row.periods), row.days != EVERY_DAY, bool(row.outlets), row.since)
