"""Key strokes → scans. Knows the US map, the end of a scan and a limit; reads no device.

A scan ends with Enter. A pause ends it too where the reader was set to send none; otherwise a scan that
pauses for good was cut short, and half a number is another number.
"""

from typing import Literal

from onecard.devices.wedges import LONGEST, Scan, Scanned, Spoilt
from onecard.devices.wedges.keyboard import keys
from onecard.devices.wedges.keyboard.frames import Stroke

#: Readers type a character per millisecond or so; between two scans lies more than this.
GAP_MS = 100


class Decoder:
    """One device's strokes, in order."""

    def __init__(
        self, *, end: Literal["enter", "gap"] = "enter", gap_ms: int = GAP_MS, limit: int = LONGEST
    ) -> None:
        self._ends_by_gap, self._gap_us, self._limit = end == "gap", gap_ms * 1000, limit
        self._text: list[str] = []
        self._spoilt: Spoilt | None = None
        self._held: set[int] = set()
        self._last_us = 0

    @property
    def is_partial(self) -> bool:
        """Something was typed whose end has not come."""
        return bool(self._text) or self._spoilt is not None

    def feed(self, strokes: list[Stroke]) -> list[Scan]:
        """Scans that these strokes complete."""
        found: list[Scan] = []
        for stroke in strokes:
            if self.is_partial and stroke.at_us - self._last_us > self._gap_us:
                found += self.expire()
            self._last_us = stroke.at_us
            if stroke.kind == "dropped":
                # Which keys are held is not known any more, and neither is what was typed.
                self._held.clear()
                self._spoil("lost")
            elif stroke.kind == "up":
                self._held.discard(stroke.code)
            else:
                found += self._down(stroke.code)
        return found

    def expire(self) -> list[Scan]:
        """No stroke came for the length of a pause."""
        if not self.is_partial:
            return []
        if not self._ends_by_gap:
            self._spoil("cut")
        return self._finish()

    def _down(self, code: int) -> list[Scan]:
        if code in keys.ENTERS:
            return self._finish() if self.is_partial else []
        if code in keys.SHIFTS | keys.CONTROLS | keys.ALTS:
            self._held.add(code)
        elif code not in keys.IGNORED:
            self._type(code)
        return []

    def _type(self, code: int) -> None:
        character = ""
        if self._held & keys.CONTROLS:
            character = keys.SEPARATOR[1] if code == keys.SEPARATOR[0] else ""
        elif not self._held & keys.ALTS:
            # Alt and a number is a scanner's way to write what the map lacks, in a code page nobody names.
            character = keys.CHARACTERS.get(code, ("", ""))[bool(self._held & keys.SHIFTS)]
        if not character:
            self._spoil("foreign")
        elif len(self._text) >= self._limit:
            self._spoil("too_long")
        else:
            self._text.append(character)

    def _spoil(self, reason: Literal["too_long", "cut", "foreign", "lost"]) -> None:
        self._spoilt = self._spoilt or Spoilt(reason)
        self._text.clear()

    def _finish(self) -> list[Scan]:
        scan = self._spoilt or Scanned("".join(self._text))
        self._spoilt = None
        self._text.clear()
        return [scan]
