"""Contract of a receipt printer: a document in, bytes out, and an honest status. "Unknown" is never "ok"."""

from enum import StrEnum
from typing import Literal, Protocol

import msgspec


class PrinterState(StrEnum):
    """What the printer says of itself."""

    OK = "ok"
    NEAR_END = "near_end"
    PAPER_OUT = "paper_out"
    COVER_OPEN = "cover_open"
    ERROR = "error"
    GONE = "gone"
    UNKNOWN = "unknown"

    @property
    def has_printed(self) -> bool:
        """Said after a document: it came out."""
        return self in (PrinterState.OK, PrinterState.NEAR_END)

    @property
    def needs_person(self) -> bool:
        """No paper comes out until somebody has seen to it."""
        return not self.has_printed and self is not PrinterState.UNKNOWN


class DrawerState(StrEnum):
    """What the cash drawer's switch says. Without a switch, or without an answer, nobody knows."""

    OPEN = "open"
    CLOSED = "closed"
    UNKNOWN = "unknown"


class Line(msgspec.Struct, frozen=True, tag="line"):
    """One line of text; ``right`` is set against the right margin of the same line."""

    text: str
    right: str = ""
    align: Literal["left", "center", "right"] = "left"
    size: Literal[1, 2] = 1
    bold: bool = False


class Rule(msgspec.Struct, frozen=True, tag="rule"):
    """A dashed line across the paper."""


class Logo(msgspec.Struct, frozen=True, tag="logo"):
    """The operator's logo, as a raster."""


class Code(msgspec.Struct, frozen=True, tag="code"):
    """A QR code."""

    data: str


Part = Line | Rule | Logo | Code


class Document(msgspec.Struct, frozen=True):
    """One receipt. ``id`` names it in the print queue and on its reprint."""

    id: str
    parts: tuple[Part, ...]
    cut: bool = True
    kick_drawer: bool = False


class Printer(Protocol):
    """One receipt printer."""

    columns: int

    def status(self) -> PrinterState:
        """Asked now, with a bounded wait; no answer is ``UNKNOWN``, no connection ``GONE``."""
        ...

    def print(self, document: Document) -> PrinterState:
        """Send and confirm. Only ``OK`` and ``NEAR_END`` mean that it came out; never raises."""
        ...

    def drawer(self) -> DrawerState:
        """Asked now, with a bounded wait; never raises."""
        ...

    def kick_drawer(self) -> DrawerState:
        """Open the cash drawer, also while there is no paper, and say whether it is open; never raises."""
        ...

    def close(self) -> None: ...
