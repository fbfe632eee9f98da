"""A monkey's knowledge of the kiosk: what stands around it, and what a member does there with sense."""

import time
from collections.abc import Callable
from typing import Any

from kiosk.visit_state import Kind, Phase
from onecard import masking, money
from onecard.bench.drawer import TEARS, BenchCard
from onecard.bench.network import NetworkCable
from onecard.devices.acceptors.simulators import Hands
from onecard.devices.printers.escpos.simulator import PrinterSimulator
from onecard.devices.worker import Worker
from tests.soak.hand import Hand, Tray
from tests.soak.monkey import Luck, Tour
from tests.soak.pocket import Pocket
from tests.soak.watch import Watch

#: Everybody's visit is over after this time without a touch, whatever it came to.
HOME_S = 150.0
NOTES_FEN = (500, 1_000, 2_000, 5_000, 10_000)
_HOME = frozenset({"home", "attract"})
#: What happened when there is money to be shown that is not on a disk: never.
_PROVEN = frozenset({Kind.RECHARGED, Kind.LOADED})


class Hall:
    """A member, the card in hand, and whoever serves the machine."""

    keys = tuple(
        (1, key) for key in ("enter", "escape", "tab", "shift-tab", "spacebar", "1", "5", "f1", "up")
    )
    texts = ("1", "x", "13800138000", "🍜")

    def __init__(
        self, app: Any, hand: Hand, watch: Watch, luck: Luck, tray: Tray, pocket: Pocket, *,
        printer: PrinterSimulator, cable: NetworkCable, acceptor: Worker[Hands],
    ) -> None:  # fmt: skip
        self.app, self.hand, self._watch, self._luck = app, hand, watch, luck
        self.tray, self.pocket = tray, pocket
        self.printer, self.cable, self._acceptor = printer, cable, acceptor
        self.tours = ((20, self.cash), (15, self.balance), (8, self.walked_away), (10, self.load),
                      (8, self.torn_cash), (5, self.english))  # fmt: skip
        self.shown: set[Any] = set()
        #: What named the member of a visit; nothing of it may be left when he is gone.
        self._private: set[str] = set()
        self._remembered: Any = None
        self._was_home = False
        self.really_stop = app.stop
        app.stop = lambda *_: None
        shown = app.flow._shown

        def look(picture: Any) -> None:
            shown(picture)
            self._is_on_disk()

        app.flow._shown = look

    # -- what must hold ----------------------------------------------------------------------------------

    def _is_on_disk(self) -> None:
        """Money that is shown as taken or delivered has its record in the journal, committed."""
        visit, journal = self.app.flow.visit, self.app.setup.station.journal
        for id, fen in visit.cash.notes:
            if id not in self.shown:
                self.shown.add(id)
                body = journal.body(id)
                if body is None or body.value_fen != fen:
                    self._watch.violated(f"{fen} fen are shown as taken, the journal knows {body} of {id}")
        outcome = visit.outcome
        if visit.phase is not Phase.RESULT or outcome is None or outcome.completed is None:
            return
        id = outcome.completed.id
        if outcome.kind not in _PROVEN or id in self.shown:
            return
        self.shown.add(id)
        known = journal.index.tap(id)
        if known is None or known.state != "done":
            self._watch.violated(f"{id} is shown as done, the journal says {known}")

    def look(self) -> None:
        """Each frame: whose visit it is is remembered; when nobody is there, nothing of it may be left."""
        if len(self.printer.mechanism.receipts) > 40:
            self.printer.mechanism.receipts.clear()
        visit = self.app.flow.visit
        if visit.look is not None and visit.look.card and visit.look is not self._remembered:
            self._remembered = visit.look
            self._remember(visit.look)
        is_home = visit.phase is Phase.HOME and self.app.navigator.name in _HOME
        if is_home and not self._was_home and self._private:
            self._check_nothing_left()
        self._was_home = is_home

    def _remember(self, look: Any) -> None:
        member = self.app.booth.station.facts.member(look.card)
        if member is not None:
            self._private |= {member.name, masking.name(member.name)}
        self._private.add(masking.card(look.card, look.issue))
        if look.image is not None and look.image.newest.main_fen % 1_000:
            self._private.add(money.show(look.image.newest.main_fen))

    def _check_nothing_left(self) -> None:
        left = [text for text in self.everywhere() if any(one and one in text for one in self._private)]
        if left:
            self._watch.violated(f"left on the screens after a visit: {left[:5]}")
        self._private.clear()

    def everywhere(self) -> list[str]:
        """Every text that any screen still holds, seen or not."""
        screens = self.app.navigator._screens.values()
        return [str(one.text) for screen in screens for one in screen.walk() if getattr(one, "text", "")]

    # -- what is around ----------------------------------------------------------------------------------

    def card(self) -> BenchCard | None:
        """One in hand, rarely a blank one; now and then another one from the pocket."""
        held = list(self.pocket.held.values())
        if len(held) >= 4:
            spare = [one for one in held if one is not self.tray.card]
            self.pocket.give_back(self._luck.choice(spare))
        if len(held) < 2 or self._luck.random() < 0.15:
            self.pocket.take(self._luck, "issued" if self._luck.random() < 0.8 else "")
        held = list(self.pocket.held.values())
        liked = [one for one in held if one.kind == "issued"] if self._luck.random() < 0.9 else held
        return self._luck.choice(liked or held) if held else None

    def put(self, tear: str | None = None) -> BenchCard | None:
        card = self.card()
        if card is not None:
            card.order_tear(tear)
            self.tray.put(card)
            self.hand.note("card", f"put {card.uid.hex()} {tear or ''}")
        return card

    def lift(self) -> None:
        self.hand.note("card", "lift")
        self.tray.lift()

    def feed(self) -> bool:
        """A note, if the mouth takes one."""
        fen = self._luck.choice(NOTES_FEN)
        taken = bool(self._acceptor.call(lambda one: one.insert(fen)).result(5))
        if taken:
            self.hand.note("note", str(fen))
        return taken

    def mischief(self) -> None:
        luck = self._luck
        what = luck.weigh(((26, "put"), (14, "lift"), (8, "torn"), (26, "feed"), (3, "cable"), (3, "printer"),
                           (1, "jam"), (1, "power"), (1, "box")))  # fmt: skip
        match what:
            case "put":
                self.put()
            case "lift":
                self.lift()
            case "torn":
                self.put(luck.choice(TEARS))
            case "feed":
                self.feed()
            case "cable":
                self.hand.note("cable")
                (self.cable.pull if self.cable.plugged and luck.random() < 0.5 else self.cable.plug)()
            case "printer":
                self.hand.note("printer")
                self.printer.set_state(luck.choice(("ok", "ok", "near_end", "paper_out", "off")))
            case _:
                self.hand.note(what)
                self._machine(what)

    def _machine(self, what: str) -> None:
        """A jam, a power cut of the acceptor, its box out and in again; what is in the box stays counted."""

        def act(one: Hands) -> None:
            match what:
                case "jam" if one.memory.place == "acceptor":
                    one.jam()
                case "power" if one.is_on:
                    one.power_cut()
                case _ if one.is_jammed:
                    one.clear_jam()
                case _ if not one.is_on:
                    one.power_on()

        self._acceptor.call(act).result(5)

    def all_well(self) -> None:
        self.lift()
        self.cable.plug()
        self.printer.set_state("ok")

        def mend(one: Hands) -> None:
            if not one.is_on:
                one.power_on()
            if one.is_jammed:
                one.clear_jam()

        self._acceptor.call(mend).result(5)

    # -- home --------------------------------------------------------------------------------------------

    @property
    def screen(self) -> str:
        return str(self.app.navigator.name)

    @property
    def is_home(self) -> bool:
        return self.app.flow.visit.phase is Phase.HOME and self.screen in _HOME

    def where(self) -> str:
        visit = self.app.flow.visit
        return f"{self.screen}, {visit.phase}, {visit.error}, {visit.want}; {self.hand.last[-8:]}"

    def home(self) -> Tour:
        yield self.all_well
        yield self._homeward()

    def _homeward(self) -> Callable[[], bool]:
        began = time.monotonic()
        turns = {"n": 0}

        def turn() -> bool:
            turns["n"] += 1
            if self.is_home:
                return True
            if time.monotonic() - began > HOME_S:
                visit = self.app.flow.visit
                self._watch.violated(
                    f"no way home from {self.screen}, {visit.phase}, {visit.error}; {self.hand.last[-12:]}"
                )
                return True
            if turns["n"] % 10 == 0:
                self._one_step_home()
            return False

        turn.patience_s = HOME_S + 30  # type: ignore[attr-defined]
        return turn

    def _one_step_home(self) -> None:
        """Press the end where there is one; somebody who waits for a person waits on."""
        for tag in ("finish", "end", "back", "home"):
            if self.hand.tag(tag):
                return

    # -- with sense --------------------------------------------------------------------------------------

    def _on(self, *screens: str) -> Callable[[], bool]:
        return lambda: self.screen in screens

    def _arrive(self) -> Tour:
        yield lambda: self.put() is not None
        yield self._on("balance", "result", "person", "put_back")

    def balance(self) -> Tour:
        yield from self._arrive()
        yield lambda: self.hand.tag("more")
        yield self.lift

    def english(self) -> Tour:
        yield lambda: self.hand.tag("language")
        yield lambda: self.hand.tag("large")
        yield from self._arrive()
        yield lambda: self.hand.tag("low")
        yield self.lift

    def cash(self) -> Tour:
        yield from self._arrive()
        yield lambda: self.hand.tag("cash")
        yield self._on("cash")
        for _ in range(self._luck.randint(1, 4)):
            yield self.feed
        yield lambda: self.hand.tag("finish")
        yield self._on("result", "put_back", "person")
        yield self.lift

    def torn_cash(self) -> Tour:
        """The card leaves while the notes are being written onto it; then it comes back, or it does not."""
        cards: list[BenchCard | None] = []
        yield lambda: cards.append(self.put())
        yield self._on("balance", "result", "person", "put_back")
        yield lambda: self.hand.tag("cash")
        yield self._on("cash")
        yield self.feed
        card = cards[0]
        assert card is not None
        yield lambda: card.order_tear(self._luck.choice(TEARS))
        yield lambda: self.hand.tag("finish")
        yield self._on("result", "put_back", "person")
        if self._luck.random() < 0.7 and card.uid.hex() in self.pocket.held:
            yield lambda: self.tray.put(card)
            yield self._on("result", "person")
        yield self.lift

    def walked_away(self) -> Tour:
        """Notes are in, the card is taken, nobody comes back."""
        yield from self._arrive()
        yield lambda: self.hand.tag("cash")
        yield self._on("cash")
        yield self.feed
        yield self.lift

    def load(self) -> Tour:
        yield from self._arrive()
        yield lambda: self.hand.tag("load")
        yield self._on("result", "put_back", "person")
        yield self.lift
