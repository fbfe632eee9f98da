"""Which screen is in front, and who hears a key, a touch, a card and a clock tick.

The whole app without window, threads and devices: all that people do comes in as an action by name, all there
is to see goes out as one frozen ``Picture``: a screen, and above it at most one overlay. What a screen does
is its area's.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from onecard.devices.displays import Face, Row
from onecard.errors import OneCardError, Refused
from onecard.terminal import card_event
from onecard.terminal.look import Look
from onecard.terminal.outcome import Completed
from pos import paper
from pos import tap_events as events
from pos.area import Area, Door
from pos.areas import areas
from pos.card_wait import CardWait
from pos.mode import BY_ITSELF
from pos.presenters import customer
from pos.presenters import tap as tap_words
from pos.presenters.field import FieldView, fields
from pos.presenters.more import why_shut
from pos.presenters.override import Granted
from pos.supervision import Supervision
from pos.tap import Phase
from pos.tap_events import Event
from pos.task import Issue, Show, Task
from pos.till import Till

#: Phases of a wait that a screen shows itself, without an overlay.
_SILENT = frozenset({Phase.READY, Phase.READING, Phase.REFUSED})


@dataclass(frozen=True, kw_only=True)
class Picture:
    """What is to be seen."""

    screen: str
    view: object
    overlay: object | None = None


class Flow:
    """One station's screens. ``tiles`` product keys and ``tabs`` categories fit; ``shown`` hears changes."""

    def __init__(self, till: Till, *, tiles: int, shown: Callable[[Picture], None], tabs: int = 5) -> None:
        self.till = till
        self._shown = shown
        self.cards = CardWait(
            till, finished=self._finished, told=self._told, refused=self._refused, settled=self._settled
        )
        self.supervision = Supervision(
            till, card_wanted=lambda: self.cards.want(Show()), card_unwanted=self._no_card_for_word
        )
        self.screen = "sign_on"
        self.quit_asked = False
        #: Hears what the customer's window shows, whenever anything is shown.
        self.customer: Callable[[customer.CustomerView], None] = lambda view: None
        self._last = ""
        self._seen: customer.CustomerView | None = None
        self._areas: tuple[Area, ...] = ()
        self._areas = areas(till, self, tiles=tiles, tabs=tabs)
        self._of_screen = {name: area for area in self._areas for name in area.screens}
        self._presenters = {name: one for area in self._areas for name, one in area.presenters.items()}
        self._asks = frozenset(name for area in self._areas for name in area.asks)

    def start(self) -> None:
        """The window is there."""
        self.till.refresh()
        self._rest()
        self.show()

    # -- what comes in -----------------------------------------------------------------------------------

    def act(self, action: str) -> None:
        """A key or a touch by name: ``7``, ``enter``, ``f2``, ``product:12``, ``char:x`` …"""
        area = self._covering
        if self.supervision.asking is not None:
            self.supervision.act(action)
        elif area is not None:
            area.covered(action)
        elif self._is_covered:
            self._on_overlay(action)
        else:
            self._on_screen(action)
        self._rest()
        self.show()

    def typed(self, field: str, text: str) -> None:
        """A text field of the screen in front changed."""
        self._of_screen[self.screen].typed(self.screen, field, text)
        self.show()

    def event(self, event: Event) -> None:
        """Something happened at the reader.

        A good tap is over before "reading" could be painted, and painting it would hold up the frame with the
        success: a beginning is drawn by the next tick, if it lasts that long.
        """
        self.cards.step(event)
        if isinstance(event, card_event.Lifted):
            self._rest()
        if not isinstance(event, card_event.Placed | card_event.Began):
            self.show()

    def tick(self) -> None:
        """A moment has passed."""
        self.cards.step(events.Ticked(at=self.till.now(), patience_s=self.till.patience_s))
        self._rest()
        self.show()

    def _rest(self) -> None:
        for area in self._areas:
            area.rest()

    # -- what is seen ------------------------------------------------------------------------------------

    def show(self) -> None:
        """Everything as it stands now, on both sides of the counter."""
        picture = self.picture()
        self._shown(picture)
        seen = customer.present(self.till, picture.view, self.cards.tap)
        if seen != self._seen:
            self._seen = seen
            upper, lower = customer.two_lines(seen)
            self.till.counter.show(Face(Row(*upper), Row(*lower)))
        self.customer(seen)

    def picture(self) -> Picture:
        """The frozen value that the window draws."""
        return Picture(screen=self.screen, view=self._presenters[self.screen].view(), overlay=self._overlay())

    @property
    def _covering(self) -> Area | None:
        return next((area for area in self._areas if area.cover() is not None), None)

    def _overlay(self) -> object | None:
        tr = self.till.tr
        if self.supervision.asking is not None:
            return self.supervision.asking.view()
        area = self._covering
        if area is not None:
            return area.cover()
        if not self._is_covered:
            return None
        printed = self.till.printed
        no_paper = (
            "pos.tap.no_paper" if printed.failed else "pos.tap.check_paper" if printed.is_unsure else ""
        )
        now, patience_s = self.till.now(), self.till.patience_s
        view = tap_words.present(
            tr, self.cards.tap, now, paper=tr(no_paper) if no_paper else "", patience_s=patience_s
        )
        # The next card is wanted before anybody has read what became of the last one.
        follows = self._last and self.till.mode in BY_ITSELF and self.cards.tap.phase is Phase.READY
        return replace(view, note=tr("pos.tap.last_done", what=self._last)) if follows else view

    @property
    def _is_covered(self) -> bool:
        """Waiting for an operator's or a supervisor's card covers nothing: their screens ask for it."""
        tap = self.cards.tap
        asks_itself = self.screen in self._asks or self.supervision.asking is not None
        silent = isinstance(tap.task, Show) and asks_itself and tap.phase in _SILENT
        return tap.phase is not Phase.CLOSED and not silent

    # -- what areas ask for ------------------------------------------------------------------------------

    @property
    def doors(self) -> tuple[Door, ...]:
        """Of all areas, as far as the devices that they need are there."""
        return tuple(door for area in self._areas for door in area.doors if door.is_there())

    def field(self, name: str) -> FieldView | None:
        """A line that can be typed into on the screen in front."""
        view = self._presenters[self.screen].view()
        return next((one for one in fields(view) if one.field == name and one.keyboard), None)

    def open(self, door: str) -> None:
        """As if somebody had gone through this door, if it opens for him."""
        found = next((one for one in self.doors if one.name == door), None)
        if found is not None and not why_shut(self.till, found):
            found.open()

    @property
    def is_free(self) -> bool:
        """Whether the next card may be wanted: nothing waits, or a success whose card is gone."""
        tap = self.cards.tap
        return tap.phase is Phase.CLOSED or (tap.phase is Phase.OK and not tap.present and tap.then is None)

    @property
    def is_waiting(self) -> bool:
        """Whether a card is wanted or a tap stands on the screen."""
        return self.cards.tap.phase is not Phase.CLOSED

    def want(self, task: Task, *, lying: bool = False) -> None:
        """A card is wanted for this."""
        self.cards.want(task, lying=lying)

    def done(self, task: Task, completed: Completed) -> None:
        """As if a card had done it."""
        self.till.refresh()
        self.till.port.wake()
        self._finished(task, completed)

    def unwant(self) -> None:
        """No card is wanted any more, as far as the state of the tap allows it."""
        self.cards.dismiss()

    def ask_supervisor(
        self,
        what: str,
        granted: Callable[[Granted], None],
        *,
        body: str = "",
        card: bool = True,
        other: bool = False,
    ) -> None:
        """One action, allowed by a second person."""
        self.supervision.ask(what, granted, body=body, card=card, other=other)

    def go(self, screen: str) -> None:
        """To the front."""
        if screen != self.screen:
            self._of_screen[self.screen].left(self.screen)
        self.screen = screen
        self.till.refresh()

    def sign_out(self) -> None:
        """Nobody leaves while a card write is open, or with a bill that is rung and not paid."""
        if self.cards.tap.holds_till:
            return
        bound = next(filter(None, (area.bound() for area in self._areas)), "")
        if bound:
            self.till.refuse(Refused(bound))
            return
        self.till.operator, self._last = None, ""
        for area in self._areas:
            area.signed_out()
        self.go("sign_on")

    def quit(self) -> None:
        """The program is to end."""
        self.quit_asked = True

    def let_go(self) -> bool:
        """The office wants a new start: only where nothing is rung, asked or written. A reader that waits by
        itself for whoever comes next waits no more, unless somebody just came."""
        if any(area.bound() for area in self._areas) or self.supervision.asking is not None:
            return False
        if self.cards.tap.phase is Phase.READY and self.till.mode in BY_ITSELF:
            return self.till.port.disarm()
        return self.is_free

    # -- cards -------------------------------------------------------------------------------------------

    def _on_overlay(self, action: str) -> None:
        if self.cards.tap.phase is Phase.RETAP:
            if action == "f8":
                self.supervision.ask("aside", self._aside_by_word, card=False)
            return
        before = self.cards.tap
        if not self.cards.act(action):
            self._on_screen(action)
        if before.phase is Phase.ASIDE and self.cards.tap.phase is Phase.CLOSED:
            for area in self._areas:
                area.aside()
        if before.phase is Phase.READY and action in ("escape", "clear"):
            for area in self._areas:
                area.unwanted()

    def _on_screen(self, action: str) -> None:
        is_door = self.screen == "sell" and any(one.key == action for one in self.doors)
        if action in ("f7", "f8") and not is_door:
            self.look(action)
        elif not any(area.takes(self.screen, action) for area in self._areas):
            self._of_screen[self.screen].screens[self.screen](action)

    def _aside_by_word(self, word: Granted) -> None:
        self.cards.step(events.Overridden(supervisor=word.supervisor))

    def _settled(self) -> None:
        self.supervision.drop("aside")

    def _finished(self, task: Task, completed: Completed) -> None:
        till = self.till
        document = paper.after(till, task, completed)
        if document is not None:
            till.print(document)
        holder = task.holder if isinstance(task, Issue) else till.holder(paper.card_number(completed))
        text, detail = paper.words(till.tr, holder, completed)
        self._last = f"{text} · {detail}"
        for area in self._areas:
            area.finished(task, completed, text, detail)

    def _told(self, task: Task, look: Look) -> None:
        """A card was read for a question: whoever asks for a word, the screen in front, or who takes any."""
        if self.supervision.asking is not None:
            self.supervision.card(look)
            return
        first = self._of_screen[self.screen]
        for area in (first, *(one for one in self._areas if one is not first)):
            if area.told(self.screen, task, look):
                return

    def _refused(self, task: Task, error: OneCardError) -> None:
        """Screens that wait for a card themselves also say themselves why it will not do."""
        if isinstance(task, Show) and self.supervision.asking is not None:
            self.supervision.asking.refused(error)
        elif isinstance(task, Show) and self.screen in self._asks:
            self._of_screen[self.screen].refused(self.screen, task, error)
        else:
            for area in self._areas:
                area.denied(task, error, self.cards.tap.look)

    def _no_card_for_word(self) -> None:
        if isinstance(self.cards.tap.task, Show):
            self.cards.dismiss()

    # -- how it looks ------------------------------------------------------------------------------------

    def look(self, key: str) -> None:
        """The other language or theme; anybody may, at any moment."""
        till = self.till
        if key == "f7":
            till.speak("en" if till.tr.language == "zh" else "zh")
        else:
            till.theme = "dark" if till.theme == "light" else "light"
            till.port.look(theme=till.theme)
