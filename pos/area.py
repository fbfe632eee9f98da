"""What a part of the till brings into the whole: screens, their views, doors, and what it wants to hear.

``Flow`` knows areas and no screen of theirs; an area knows the ``Way`` and no other area.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from onecard.errors import OneCardError
from onecard.terminal.look import Look
from onecard.terminal.outcome import Completed
from pos.presenters.field import FieldView
from pos.presenters.override import Granted
from pos.task import Task


class Presenter(Protocol):
    """Whatever makes a screen's view."""

    def view(self) -> object: ...


class Way(Protocol):
    """What an area needs of the whole app."""

    screen: str

    def go(self, screen: str) -> None:
        """To the front."""
        ...

    def want(self, task: Task, *, lying: bool = False) -> None:
        """A card is wanted for this. ``lying``: the one that lies there will do."""
        ...

    def done(self, task: Task, completed: Completed) -> None:
        """Something was done that needed no card, and its record is on disk."""
        ...

    def unwant(self) -> None:
        """No card is wanted any more, as far as the state of the tap allows it."""
        ...

    def ask_supervisor(
        self,
        what: str,
        granted: Callable[[Granted], None],
        *,
        body: str = "",
        card: bool = True,
        other: bool = False,
    ) -> None:
        """``pos.override.<what>`` is what is read. ``card``: the reader is free for a supervisor's.
        ``other``: it has to be somebody else than who works here."""
        ...

    def show(self) -> None: ...

    def act(self, action: str) -> None:
        """As if somebody had pressed this."""
        ...

    def field(self, name: str) -> FieldView | None:
        """A line that can be typed into on the screen in front."""
        ...

    def typed(self, field: str, text: str) -> None:
        """As if somebody had typed this into it."""
        ...

    def look(self, key: str) -> None:
        """The other language (``f7``), the other theme (``f8``)."""
        ...

    def sign_out(self) -> None: ...

    def quit(self) -> None: ...

    def open(self, door: str) -> None:
        """As if somebody had gone through this door, if it opens for him."""
        ...

    @property
    def is_free(self) -> bool:
        """Whether the next card may be wanted: nothing waits, or a success whose card is gone."""
        ...

    @property
    def is_waiting(self) -> bool:
        """Whether a card is wanted or a tap stands on the screen."""
        ...

    @property
    def doors(self) -> "tuple[Door, ...]":
        """Of all areas, in their order."""
        ...


def _no() -> bool:
    return False


def _nothing() -> str:
    return ""


def _yes() -> bool:
    return True


@dataclass(frozen=True, kw_only=True)
class Door:
    """A way in from the selling screen: by function key, or without one from the list behind F11.

    ``pos.key.<name>`` is its word, ``pos.more.<name>`` its sentence on that list. ``why_not``: a sentence, ""
    when it is open. ``is_lit``: something behind it waits for somebody.
    """

    name: str
    open: Callable[[], None]
    right: str = ""
    key: str = ""
    icon: str = ""
    is_lit: Callable[[], bool] = _no
    why_not: Callable[[], str] = _nothing
    #: What needs a device that this till does not have is not shown at all at the back.
    is_there: Callable[[], bool] = _yes


class Area:
    """A part of the till. ``screens``: who hears the actions of each; ``presenters``: who makes its view.

    ``asks``: screens that ask for a card themselves, without the overlay.
    """

    screens: Mapping[str, Callable[[str], None]] = {}
    presenters: Mapping[str, Presenter] = {}
    doors: tuple[Door, ...] = ()
    #: Ways in from the back of the till, where it is about the station and not about a sale.
    rooms: tuple[Door, ...] = ()
    asks: frozenset[str] = frozenset()

    def takes(self, screen: str, action: str) -> bool:
        """An action that is this part's although another's screen is in front: is it done with that?"""
        return False

    def typed(self, screen: str, field: str, text: str) -> None:
        """A text field of a screen of ours changed."""

    def left(self, screen: str) -> None:
        """A screen of ours makes room for another."""

    def told(self, screen: str, task: Task, look: Look) -> bool:
        """A card was read for a question while ``screen`` was in front; was it ours?"""
        return False

    def refused(self, screen: str, task: Task, error: OneCardError) -> None:
        """The card that ``screen``, one of ours, asked for will not do."""

    def denied(self, task: Task, error: OneCardError, look: Look | None) -> None:
        """The card that came, as far as it was read, will not do for what it was wanted for."""

    def finished(self, task: Task, completed: Completed, text: str, detail: str) -> None:
        """A tap is done and its record on disk; the words are what stays on the screen."""

    def rest(self) -> None:
        """After every action and tick: a screen of ours may want a card."""

    def unwanted(self) -> None:
        """Somebody left the wait for a card."""

    def aside(self) -> None:
        """A tap was set aside and the cashier goes on."""

    def cover(self) -> object | None:
        """What is to be seen above the screen; while it is there ``covered`` hears what is done."""
        return None

    def covered(self, action: str) -> None:
        """An action while our cover is there."""

    def bound(self) -> str:
        """Refusal code of what keeps the operator from signing out; "" when nothing does."""
        return ""

    def signed_out(self) -> None:
        """Nobody works here any more."""
