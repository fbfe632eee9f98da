"""Emptying a cash box: what is in it is counted kind by kind, the meter unseen, then it is recorded. F: D7

The record is the attendant's word, under the journal's signed chain; the difference is shown after it only.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import msgspec

from kiosk import meter
from kiosk.booth import Booth
from kiosk.cash_box import CashBox
from kiosk.digits import typed
from onecard.clock import business_day, card_day
from onecard.wire.messages import Collection, Operator

_MOST = 5


class Count:
    """One count. ``at``: which kind is being counted; past the last one it wants to be confirmed."""

    def __init__(self, box: CashBox, *, of_several: bool = False) -> None:
        """``of_several``: the kiosk has another box, which is counted by itself."""
        self.values = tuple(sorted(box.values_fen, reverse=True))
        self.box, self.of_several = box, of_several
        self.typed = ["" for _ in self.values]
        self.at = 0
        self.done: Collection | None = None

    @property
    def is_complete(self) -> bool:
        return self.at >= len(self.values)

    @property
    def counted(self) -> Counter[int]:
        return Counter({value: int(text or 0) for value, text in zip(self.values, self.typed, strict=True)})

    def press(self, key: str) -> None:
        """A digit, or on to the next kind, or back to the one before."""
        if key == "ok" and not self.is_complete:
            self.at += 1
        elif key == "back":
            self.at = max(0, self.at - 1)
        elif key.startswith("pad:") and not self.is_complete:
            self.typed[self.at] = typed(self.typed[self.at], key.removeprefix("pad:"), _MOST)

    def write(self, booth: Booth, operator: Operator) -> Collection:
        """The record; from here on the meter begins anew. Raises ``StoreError`` and nothing was written."""
        station = booth.station
        journal = station.journal
        serial = self.box.serial
        metered, last = meter.since_emptied(journal, serial)
        head = self._head(booth, operator)
        written = journal.append(
            lambda id: Collection(
                **head,
                id=id,
                acceptor=serial,
                # Where there is one box it is the kiosk's, whichever acceptor stood on it meanwhile.
                box=serial if self.of_several else "",
                counted=meter.notes(self.counted),
                metered=meter.notes(metered),
            )
        )
        assert isinstance(written, Collection)
        upkeep = station.upkeep
        ever = meter.before(upkeep.own.values, last, self.box.name) + metered
        name = meter.before_name(self.box.name)
        values = {**upkeep.own.values, name: meter.packed(ever, written)}
        upkeep.set_own(values, upkeep.own.card, operator.operator)
        self.done = written
        booth.port.wake()
        return written

    def _head(self, booth: Booth, operator: Operator) -> dict[str, Any]:
        station, place = booth.station, booth.place
        at = station.now()
        day = business_day(at, 0 if place is None else place.day_starts_at_minute)
        return {
            "unit": station.config.unit,
            "at": at,
            "day": card_day(day),
            "operator": operator.operator,
            "versions": station.facts.versions(),
        }


def difference_fen(done: Collection) -> int:
    """Counted less metered."""

    def worth(notes: Sequence[msgspec.Struct]) -> int:
        return sum(one.value_fen * one.count for one in notes)  # type: ignore[attr-defined]

    return worth(done.counted) - worth(done.metered)
