"""For a window that hears a wedge as a keyboard: tells a machine's typing from a person's. Knows no toolkit.

The fallback where a wedge cannot be grabbed. An input method may swallow letters before they come here, and
another window may have the focus; a grabbed or a serial reader is better. A window that was held up hears
late and all at once, so keys count as a person's only after looks that found it quiet, never by time alone.
"""

from typing import Final, NamedTuple

from onecard.devices.wedges import LONGEST, Scan, Scanned, Spoilt

#: No person types two characters within this.
FAST_MS: Final = 40
#: Looks without a key, besides that time, until what was typed is a person's.
LOOKS: Final = 2
#: Shorter than this before Enter it could be somebody's quick fingers …
LEAST: Final = 4
#: … and so many without one are no fingers at all: a scan whose end never came.
SURE: Final = 8


class Stroke(NamedTuple):
    """A key by its name, and what the system made of it; either may not have come."""

    key: str
    text: str


class Typed:
    """Feed it what the window hears, ``look`` at each frame: it gives back scans, and what a person meant."""

    def __init__(self) -> None:
        self._held: list[Stroke] = []
        self._texts = 0
        self._last_ms = self._looks = 0
        self._is_too_long = False

    @property
    def holds(self) -> bool:
        """Whether keys wait here for it to be known whose they are."""
        return bool(self._held)

    def key(self, name: str, at_ms: int) -> None:
        """A key that writes a character: ``7``, ``a``, ``space`` …"""
        self._hold(Stroke(name, ""), at_ms)

    def text(self, characters: str, at_ms: int) -> None:
        """What the system says was written; it follows its key, or comes without one."""
        for character in characters:
            if self._texts < len(self._held):
                self._held[self._texts] = Stroke(self._held[self._texts].key, character)
                self._last_ms, self._looks = at_ms, 0
            else:
                self._hold(Stroke("", character), at_ms)
            self._texts += 1

    def enter(self) -> Scan | None:
        """Enter was pressed: by the machine behind what it typed, or (``None``) by a person, whose keys
        before it have to be let go first."""
        if len(self._held) < LEAST:
            return None
        strokes, is_too_long = self._cleared()
        if is_too_long:
            return Spoilt("too_long")
        if any(not one.text and (len(one.key) > 1 or one.key.isalpha()) for one in strokes):
            # Of a letter the key alone does not say which: half a code is another code.
            return Spoilt("lost")
        return Scanned("".join(one.text or one.key for one in strokes))

    def look(self, at_ms: int) -> Spoilt | list[Stroke]:
        """At each frame: what a person typed, to be done now, or that a machine's scan broke off."""
        if not self._held:
            return []
        self._looks += 1
        if self._looks < LOOKS or at_ms - self._last_ms <= FAST_MS:
            return []
        if self._is_too_long:
            self._cleared()
            return Spoilt("too_long")
        if len(self._held) >= SURE:
            self._cleared()
            return Spoilt("cut")
        return self.let_go()

    def let_go(self) -> list[Stroke]:
        """What is held was a person's after all."""
        return self._cleared()[0]

    def _hold(self, stroke: Stroke, at_ms: int) -> None:
        self._last_ms, self._looks = at_ms, 0
        if len(self._held) < LONGEST:
            self._held.append(stroke)
        else:
            self._is_too_long = True

    def _cleared(self) -> tuple[list[Stroke], bool]:
        found = self._held, self._is_too_long
        self._held, self._texts, self._is_too_long = [], 0, False
        return found
