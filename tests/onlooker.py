"""What a person sees of an app that runs without its window, whichever app it is. Asserts nothing."""

from collections.abc import Iterator
from typing import Any

from onecard.devices.printers import Document
from onecard.journal.sync import SyncStatus

_DIGITS = frozenset("0123456789.")


class Onlooker:
    """``picture`` is the newest that the app has shown."""

    picture: Any

    @property
    def screen(self) -> str:
        return str(self.picture.screen)

    @property
    def view(self) -> Any:
        return self.picture.view

    @property
    def overlay(self) -> Any:
        return self.picture.overlay

    @property
    def message(self) -> str:
        return str(self.view.frame.message)

    def _shown(self, picture: Any) -> None:
        self.picture = picture


def strokes(names: str) -> Iterator[str]:
    """Keys by name, apart by spaces; ``12.5`` is typed digit by digit."""
    for name in filter(None, names.split(" ")):
        yield from name if set(name) <= _DIGITS else [name]


def words(paper: Document) -> str:
    """All that stands on a paper."""
    return "\n".join(f"{part.text} {part.right}".strip() for part in paper.parts if hasattr(part, "text"))


def contact(*, online: bool, pending: int, age_s: int) -> SyncStatus:
    """How the line to the office stands: last heard of so long ago."""
    return SyncStatus(
        online=online, pending=pending, contact_age_s=age_s, stops_version=3, stops_age_s=age_s,
        clock_offset_s=0,
    )  # fmt: skip
