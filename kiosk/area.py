"""What has the screen for a while beside the visit's own money: a list, a form, a page of its own.

An area is begun with the visit, hears keys and moments, and asks its host for what only the flow can do. It
forgets everything when it is left. Nothing here writes a card or takes a note.
"""

from collections.abc import Callable
from typing import Protocol, TypeVar

from kiosk.booth import Booth
from kiosk.cash_desk import Session
from kiosk.cash_intake import Intake
from kiosk.visit_events import Result
from kiosk.visit_state import Limits, Visit
from onecard.devices.printers import Document, PrinterState
from onecard.errors import OneCardError
from onecard.wire.client import ServerClient

A = TypeVar("A")


class Host(Protocol):
    """What an area may want of the flow."""

    booth: Booth
    visit: Visit

    def show(self) -> None:
        """Something has changed: draw it."""

    def leave(self) -> None:
        """The area is through, and the visit with it."""

    def try_mouth(self, serial: str) -> int:
        """Open this acceptor for a test of it; the number of the opening."""

    def do(self, key: str) -> None:
        """As if that key of the visit had been pressed: ``balance``, ``load``, ``end``."""


class Area:
    """Root of all areas."""

    #: Its screen, unless it has several.
    screen = ""

    def __init__(self, host: Host) -> None:
        self.host = host
        #: Counts entries, so that an answer to somebody who has gone is recognised.
        self._turn = 0
        self.begin()

    @property
    def booth(self) -> Booth:
        return self.host.booth

    def enter(self, visit: Visit) -> None:
        """It has the screen from now on."""

    def leave(self) -> None:
        """The visit is over: forget all of it. Called more than once."""

    def press(self, key: str) -> None:
        """A key by name."""

    def tick(self) -> None:
        """A moment has passed."""

    def read(self, result: Result) -> None:
        """What came of a card that was wanted here."""

    def cash(self, intake: Intake, session: Session) -> None:
        """An acceptor reports."""

    def idle_s(self, limits: Limits) -> float | None:
        """How long it may stand untouched; ``None`` while it is at work."""
        return limits.form_s

    def view(self) -> object:
        """What is to be seen."""
        raise AssertionError(type(self))

    # -- the office --------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Everything anew: answers to the entry before count for nothing. Extended by areas with a state."""
        self._turn += 1
        #: What became of its paper, as ``presenters.result.paper_notice`` names it.
        self.paper = ""

    def ask(self, question: Callable[[ServerClient], A], then: Callable[[A | OneCardError], None]) -> None:
        """Put a question to the office; whoever has left by then hears nothing."""
        turn = self._turn

        def answered(answer: A | OneCardError) -> None:
            if turn == self._turn:
                then(answer)
                self.host.show()

        self.booth.port.inquire(question, answered)

    # -- paper -------------------------------------------------------------------------------------------

    def print(self, document: Document) -> None:
        """The paper of what was done here; the page says what became of it."""
        turn = self._turn

        def printed(state: PrinterState) -> None:
            if turn == self._turn:
                unsure = state is PrinterState.UNKNOWN
                self.paper = "check_paper" if unsure else "printed" if state.has_printed else "not_printed"
                self.host.show()

        self.paper = "printing" if self.booth.has_printer else "not_printed"
        if self.booth.has_printer:
            self.booth.port.print(document, printed)
