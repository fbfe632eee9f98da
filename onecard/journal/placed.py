"""The terminal's document as it is set at a moment: what is for later begins by itself. Knows no disk."""

from collections.abc import Callable

from onecard.rules.terms import place_at, settings_at
from onecard.wire.messages import PlannedTerminalDocument, SettingsFrom, TerminalDocument


class Placed:
    """Gives the same object while nothing changes, so that others may keep what they made of it."""

    def __init__(self) -> None:
        self._kept: tuple[TerminalDocument, SettingsFrom | None, TerminalDocument] | None = None

    def at(self, document: TerminalDocument | None, time: Callable[[], int]) -> TerminalDocument | None:
        """``time`` is asked only where something is set for later."""
        if not isinstance(document, PlannedTerminalDocument):
            return document
        now, kept = time(), self._kept
        begun = settings_at(document, now)
        if kept is None or kept[0] is not document or kept[1] is not begun:
            kept = self._kept = (document, begun, place_at(document, now))
        return kept[2]
