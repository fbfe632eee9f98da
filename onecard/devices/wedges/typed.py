"""For a window that hears a wedge as a keyboard: tells a machine's typing from a person's. Knows no toolkit.

The fallback where a wedge cannot be grabbed. An input method may swallow letters before they come here, and
another window may have the focus; a grabbed or a serial reader is better.
"""

from onecard.devices.wedges import LONGEST, Scanned

#: No person types two characters within this.
FAST_MS = 40
#: Shorter than this it could be somebody's quick fingers.
LEAST = 4


class Typed:
    """Feed it what the window hears; it gives back what a person meant and a machine's scans."""

    def __init__(self) -> None:
        self._held: list[str] = []
        self._last_ms = 0

    def text(self, characters: str, at_ms: int) -> str:
        """What was typed by hand and is for the window's own fields: held back while it may be a scan."""
        out = self.expire(at_ms)
        self._held += characters
        self._last_ms = at_ms
        if len(self._held) > LONGEST:
            out += "".join(self._held)
            self._held.clear()
        return out

    def enter(self, at_ms: int) -> Scanned | None:
        """Enter: a scan, or ``None`` when a person pressed it; then ``expire`` holds what was typed."""
        is_fast = at_ms - self._last_ms <= FAST_MS and len(self._held) >= LEAST
        if not is_fast:
            return None
        scan = Scanned("".join(self._held))
        self._held.clear()
        return scan

    def expire(self, at_ms: int) -> str:
        """What was held too long to be a machine's; call it now and then, and before Enter is acted on."""
        if not self._held or at_ms - self._last_ms <= FAST_MS:
            return ""
        out = "".join(self._held)
        self._held.clear()
        return out
