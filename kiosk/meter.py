"""How many notes of each kind went into the box: for ever, and since it was emptied last. Reads the journal.

What was in boxes that were emptied before is kept with the station's own settings, because the journal drops
records that the office holds safely.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Final

from onecard.ids import RecordId
from onecard.journal.journal import Journal
from onecard.wire.messages import Collection, Credit, Notes

#: Under this name stands what all boxes before this one held: ``10000:53,5000:7``.
BEFORE: Final = "kiosk.meter"
_CHUNK: Final = 256


def since_emptied(journal: Journal, serial: str) -> Counter[int]:
    """Value → notes credited by this acceptor since the newest collection."""
    found: Counter[int] = Counter()
    top = journal.head.seq
    while top > 0:
        first = max(1, top - _CHUNK + 1)
        ids = (RecordId(journal.terminal, journal.epoch, seq) for seq in (first, top))
        for body in reversed(list(journal.bodies(*ids))):
            if isinstance(body, Collection) and body.acceptor == serial:
                return found
            if isinstance(body, Credit) and body.acceptor == serial:
                found[body.value_fen] += 1
        top = first - 1
    return found


def before(values: Mapping[str, str]) -> Counter[int]:
    """What boxes that were emptied held, out of the station's own settings."""
    pairs = (one.split(":") for one in values.get(BEFORE, "").split(",") if ":" in one)
    return Counter({int(value): int(count) for value, count in pairs if value.isdigit() and count.isdigit()})


def packed(counts: Mapping[int, int]) -> str:
    """As ``before`` reads it."""
    return ",".join(f"{value}:{count}" for value, count in sorted(counts.items()) if count)


def notes(counts: Mapping[int, int]) -> tuple[Notes, ...]:
    """As a collection says it, the largest first."""
    return tuple(Notes(value, count) for value, count in sorted(counts.items(), reverse=True) if count)


def worth(counts: Mapping[int, int]) -> int:
    """Fen."""
    return sum(value * count for value, count in counts.items())
