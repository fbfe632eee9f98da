"""How many notes or coins of each kind went into a box: for ever, and since it was emptied last. Reads the
journal.

What was in boxes that were emptied before is kept with the station's own settings, because the journal drops
records that the office holds safely; it says which collection it goes up to, so that one whose power went
before it was added is added all the same.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Final

from onecard.journal.journal import Journal
from onecard.wire.messages import Collection, Credit, Notes

#: Under this name stands what all boxes before this one held, and the newest of their collections:
#: ``10000:53,5000:7@1001-1-77``. A second acceptor has a name of its own (``before_name``).
BEFORE: Final = "kiosk.meter"
_FIRST: Final = "acceptor"


def before_name(box: str) -> str:
    """Under which name the boxes before this one stand."""
    return BEFORE if box == _FIRST else f"{BEFORE}.{box}"


def since_emptied(journal: Journal, serial: str) -> tuple[Counter[int], Collection | None]:
    """Value → notes credited by this acceptor since the newest collection, and that collection."""
    found: Counter[int] = Counter()
    for body in journal.backwards():
        if isinstance(body, Collection) and body.acceptor == serial:
            return found, body
        if isinstance(body, Credit) and body.acceptor == serial:
            found[body.value_fen] += 1
    return found, None


def before(values: Mapping[str, str], newest: Collection | None = None, box: str = _FIRST) -> Counter[int]:
    """What boxes that were emptied held, out of the station's own settings; ``newest``: the collection that
    the journal has last, which may not be among them yet."""
    name = before_name(box)
    kept, _, last = values.get(name, "").partition("@")
    pairs = (one.split(":") for one in kept.split(",") if ":" in one)
    found = Counter({int(value): int(count) for value, count in pairs if value.isdigit() and count.isdigit()})
    # An older release kept no number: what it kept goes up to its newest collection.
    is_missing = name not in values or (last and str(newest.id) != last) if newest is not None else False
    if newest is not None and is_missing:
        found.update({one.value_fen: one.count for one in newest.metered})
    return found


def packed(counts: Mapping[int, int], newest: Collection) -> str:
    """As ``before`` reads it."""
    kept = ",".join(f"{value}:{count}" for value, count in sorted(counts.items()) if count)
    return f"{kept}@{newest.id}"


def notes(counts: Mapping[int, int]) -> tuple[Notes, ...]:
    """As a collection says it, the largest first."""
    return tuple(Notes(value, count) for value, count in sorted(counts.items(), reverse=True) if count)


def worth(counts: Mapping[int, int]) -> int:
    """Fen."""
    return sum(value * count for value, count in counts.items())
