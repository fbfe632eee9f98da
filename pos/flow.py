"""Which screen follows which, and who hears a key, a touch, a card and a clock tick.

The whole app without window, threads and devices: all that people do comes in as an action by name, all there
is to see goes out as one frozen ``Picture``: a screen, and above it at most one overlay.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from onecard.errors import OneCardError, Refused
from onecard.ids import RecordId
from onecard.terminal import card_event
from onecard.terminal.card_event import Complete
from onecard.terminal.look import Look
from onecard.terminal.outcome import Completed
from pos import paper, receipt
from pos import tap_events as events
from pos.card_wait import CardWait
from pos.frontdesk.work import FrontDesk
from pos.presenters import tap as tap_words
from pos.presenters.aside import AsidePresenter
from pos.presenters.override import Granted, OverrideView
from pos.presenters.sell import SellPresenter
from pos.presenters.shift import ShiftPresenter
from pos.presenters.sign_on import SignOnPresenter
from pos.presenters.tap import TapView
from pos.presenters.void import VoidPresenter
from pos.supervision import Supervision
from pos.tap import Phase
from pos.tap_events import Event
from pos.task import Blank, Issue, Recharge, Sell, Show, TakeBack, Task
from pos.till import Till

#: Phases of a wait that a screen shows itself, without an overlay.
_SILENT = frozenset({Phase.READY, Phase.READING, Phase.REFUSED})


class Presenter(Protocol):
    """Whatever makes a screen's view."""

    def view(self) -> object: ...


@dataclass(frozen=True, kw_only=True)
class Picture:
    """What is to be seen."""

    screen: str
    view: object
    overlay: TapView | OverrideView | None = None


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
        self.sign_on = SignOnPresenter(till)
        self.sell = SellPresenter(till, tiles, tabs)
        self.void = VoidPresenter(till)
        self.aside = AsidePresenter(till)
        self.shift = ShiftPresenter(till)
        self.front = FrontDesk(till, self)
        self.screen = "sign_on"
        self.quit_asked = False
        self._screens: dict[str, Callable[[str], None]] = {
            "sign_on": self._on_sign_on,
            "shift": self._on_shift,
            "sell": self._on_sell,
            "void": self._on_void,
            "aside": self._on_aside,
            **self.front.screens,
        }

        self._presenters: dict[str, Presenter] = {
            "sign_on": self.sign_on,
            "shift": self.shift,
            "sell": self.sell,
            "void": self.void,
            "aside": self.aside,
            "desk": self.front.desk,
            "issue": self.front.issue,
            "recharge": self.front.recharge,
            "query": self.front.query,
            "loss": self.front.loss,
        }

    def start(self) -> None:
        """The window is there."""
        self.till.refresh()
        self._want_operator()
        self.show()

    # -- what comes in -----------------------------------------------------------------------------------

    def act(self, action: str) -> None:
        """A key or a touch by name: ``7``, ``enter``, ``f2``, ``product:12``, ``char:x`` …"""
        if self.supervision.asking is not None:
            self.supervision.act(action)
        elif self.front.issue.is_reserving:
            pass
        elif self._is_covered:
            self._on_overlay(action)
        else:
            self._on_screen(action)
        self._want_operator()
        self.show()

    def typed(self, field: str, text: str) -> None:
        """A text field of the screen in front changed."""
        if self.screen == "issue":
            self.front.issue.typed(field, text)
        elif self.screen == "loss":
            self.front.loss.typed(field, text)
        self.show()

    def event(self, event: Event) -> None:
        """Something happened at the reader.

        A good tap is over before "reading" could be painted, and painting it would hold up the frame with the
        success: a beginning is drawn by the next tick, if it lasts that long.
        """
        self.cards.step(event)
        if not isinstance(event, card_event.Placed | card_event.Began):
            self.show()

    def tick(self) -> None:
        """A moment has passed."""
        self.cards.step(events.Ticked(at=self.till.now(), patience_s=self.till.patience_s))
        self._want_operator()
        self.show()

    # -- what is seen ------------------------------------------------------------------------------------

    def show(self) -> None:
        """Everything as it stands now."""
        self._shown(self.picture())

    def picture(self) -> Picture:
        """The frozen value that the window draws."""
        return Picture(screen=self.screen, view=self._presenters[self.screen].view(), overlay=self._overlay())

    def _overlay(self) -> TapView | OverrideView | None:
        tr = self.till.tr
        if self.supervision.asking is not None:
            return self.supervision.asking.view()
        if self.front.issue.is_reserving:
            return TapView(look="reading", title=tr("desk.issue.reserving"))
        if not self._is_covered:
            return None
        printed = self.till.printed
        no_paper = (
            "pos.tap.no_paper" if printed.failed else "pos.tap.check_paper" if printed.is_unsure else ""
        )
        now, patience_s = self.till.now(), self.till.patience_s
        return tap_words.present(
            tr, self.cards.tap, now, paper=tr(no_paper) if no_paper else "", patience_s=patience_s
        )

    @property
    def _is_covered(self) -> bool:
        """Waiting for an operator's or a supervisor's card covers nothing: their screens ask for it."""
        tap = self.cards.tap
        asks_itself = self.screen == "sign_on" or self.supervision.asking is not None
        silent = isinstance(tap.task, Show) and asks_itself and tap.phase in _SILENT
        return tap.phase is not Phase.CLOSED and not silent

    # -- cards -------------------------------------------------------------------------------------------

    def want(self, task: Task, *, lying: bool = False) -> None:
        """A card is wanted for this."""
        self.cards.want(task, lying=lying)

    def _on_overlay(self, action: str) -> None:
        if self.cards.tap.phase is Phase.RETAP:
            if action == "f8":
                self.supervision.ask("aside", self._aside_by_word, card=False)
            return
        before = self.cards.tap
        if not self.cards.act(action):
            self._on_screen(action)
        if before.phase is Phase.ASIDE and self.cards.tap.phase is Phase.CLOSED:
            self.sell.next_customer()

    def _on_screen(self, action: str) -> None:
        if action in ("f7", "f8"):
            self._change_look(action)
        else:
            self._screens[self.screen](action)

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
        if isinstance(task, Sell):
            self.sell.paid(text, detail)
        elif isinstance(task, Recharge):
            self.front.recharge.paid(f"{text}  {detail}")
        elif isinstance(task, Issue):
            self.front.issue.issued(f"{text}  {detail}")
        if self.screen == "void":
            self.void.enter()

    def _told(self, task: Task, look: Look) -> None:
        """A card was read for a question."""
        if isinstance(task, Blank):
            self.front.blank(look)
        elif self.supervision.asking is not None:
            self.supervision.card(look)
        elif self.screen == "sign_on":
            self._operator_card(look)
        else:
            self.front.looked(look)

    def _refused(self, task: Task, error: OneCardError) -> None:
        """Screens that wait for a card themselves also say themselves why it will not do."""
        if isinstance(task, Show) and self.supervision.asking is not None:
            self.supervision.asking.refused(error)
        elif isinstance(task, Show) and self.screen == "sign_on":
            self.sign_on.refused(error)

    def _no_card_for_word(self) -> None:
        if isinstance(self.cards.tap.task, Show):
            self.cards.dismiss()

    # -- signing on and off ------------------------------------------------------------------------------

    def go(self, screen: str) -> None:
        """To the front."""
        if screen != "void":
            self.void.leave()
        self.screen = screen
        self.till.refresh()

    def _want_operator(self) -> None:
        """On the sign-on screen the reader waits for an operator's card."""
        if self.screen == "sign_on" and self.cards.tap.phase is Phase.CLOSED and self.till.place is not None:
            self.want(Show())

    def _on_sign_on(self, action: str) -> None:
        if action == "f11":
            self.quit_asked = True
        elif self.sign_on.act(action):
            self._signed_on()

    def _operator_card(self, look: Look) -> None:
        try:
            self.till.operator = self.till.sign_on.by_card(look)
        except OneCardError as error:
            self.sign_on.refused(error)
            return
        self._signed_on()

    def _signed_on(self) -> None:
        if self.cards.tap.phase is not Phase.CLOSED:
            self.cards.dismiss()
        self.sign_on.forget()
        self.shift.enter()
        self.go("shift" if self.till.shift is None or self.shift.is_foreign else "sell")

    def sign_out(self) -> None:
        """Nobody leaves while a card write is open, or with a bill that is rung and not paid."""
        if self.cards.tap.holds_till:
            return
        if not self.sell.bill.is_empty:
            self.till.refuse(Refused("signon.bill_open"))
            return
        self.till.operator = None
        self.sell.forget()
        self.go("sign_on")

    # -- the till's screens ------------------------------------------------------------------------------

    def _on_shift(self, action: str) -> None:
        match self.shift.act(action, self.till.now()):
            case "opened" | "left":
                self.go("sell")
            case "signed_out":
                self.sign_out()

    def _on_sell(self, action: str) -> None:
        till = self.till
        if action[:1] == "f" and action[1:].isdigit():
            if self.sell.may_press(action):
                self._function(action)
            return
        task = self.sell.act(action, till.now())
        if task is None:
            return
        if till.shift is None:
            till.refuse(Refused("shift.closed"))
            return
        self.want(task)

    def _function(self, key: str) -> None:
        match key:
            case "f1":
                self.front.ask_card()
            case "f2":
                self.void.enter()
                self.go("void")
            case "f3":
                self._reprint()
            case "f4":
                self.aside.enter()
                self.go("aside")
            case "f9":
                self.front.open()
            case "f10":
                self.sign_out()
            case "f12":
                self.shift.enter()
                self.go("shift")

    def _reprint(self) -> None:
        """Papers that did not come out first, else the last one again, marked as a copy."""
        till = self.till
        waiting = list(till.printed.failed)
        if not waiting and till.printed.last is not None:
            waiting = [receipt.as_copy(till.tr, till.printed.last)]
        for document in waiting:
            till.print(document)
        till.say(till.tr("pos.printing" if waiting else "pos.key.no_paper"))

    def _on_void(self, action: str) -> None:
        till = self.till
        try:
            if action == "escape":
                self.go("sell")
            elif action == "f3" and self.void.chosen is not None:
                document = paper.of_record(till, self.void.chosen.journaled)
                if document is not None:
                    till.print(document)
                    till.say(till.tr("pos.printing"))
            elif action == "enter":
                record = self.void.wanted()
                body = till.tr("pos.override.void_body", fen=record.fen, at=record.at)
                self.supervision.ask("void", self._take_back, body=body)
            else:
                self.void.act(action)
        except OneCardError as error:
            till.refuse(error)

    def _take_back(self, word: Granted) -> None:
        record = self.void.wanted()
        self.want(
            TakeBack(
                sale=record.id,
                fen=record.fen,
                supervisor=word.supervisor,
                supervisor_name=word.name,
                reason=word.reason,
            )
        )

    def _on_aside(self, action: str) -> None:
        taps = self.till.aside
        if action == "escape":
            self.go("sell")
        elif action == "enter" and taps:
            self.want(Complete(unfinished=taps[self.aside.at]))
        elif action == "f6" and taps:
            one = taps[self.aside.at].id
            self.supervision.ask("drop", lambda word: self._drop(one, word))
        else:
            self.aside.act(action)

    def _drop(self, id: RecordId, word: Granted) -> None:
        self.cards.journal(lambda: self.till.station.give_up(id, "supervisor", word.supervisor))

    # -- how it looks ------------------------------------------------------------------------------------

    def _change_look(self, key: str) -> None:
        till = self.till
        if key == "f7":
            till.speak("en" if till.tr.language == "zh" else "zh")
        else:
            till.theme = "dark" if till.theme == "light" else "light"
            till.port.look(theme=till.theme)
