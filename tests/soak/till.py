"""A monkey's knowledge of the POS: its keys, what stands around it, the way home, what must hold there."""

import time
from collections.abc import Callable
from typing import Any

from onecard.bench.counter import BATTERY, GOODS, CounterBench
from onecard.bench.drawer import TEARS, BenchCard
from onecard.bench.network import NetworkCable
from onecard.devices.printers.escpos.simulator import PrinterSimulator
from pos.mode import SELLS_NOTHING, Mode
from pos.tap import Phase
from tests.soak.hand import Hand, Tray
from tests.soak.monkey import Luck, Tour
from tests.soak.pocket import Pocket
from tests.soak.watch import Watch

#: From anywhere the selling screen is reached within this time, a card that is waited for included.
HOME_S = 90.0
_F = tuple((2, f"f{number}") for number in range(1, 13) if number not in (7, 8, 10, 12))


class Till:
    """``pins``: by name."""

    keys = (
        *((3, str(digit)) for digit in range(10)),
        *((3, key) for key in (".", "backspace", "escape", "down", "up")),
        *((1, key) for key in ("*", "+", "-", "/", "delete", "left", "right", "pageup", "pagedown", "home")),
        *((1, key) for key in ("end", "tab", "shift-tab", "spacebar", "a", "m", "q", "z", "f10", "f12")),
        (8, "enter"),
        *_F,
        # Another language, another theme: every word of the till anew.
        *((0.2, key) for key in ("f7", "f8")),
    )
    texts = ("王", "2026", "mf", "Chen", "１２", "0.5", "99999999", "🍜", "x" * 60, "19", "a b", "-5", "日")

    def __init__(
        self, app: Any, hand: Hand, watch: Watch, luck: Luck, tray: Tray, pocket: Pocket, *,
        printer: PrinterSimulator, cable: NetworkCable, counter: CounterBench, pins: dict[str, str],
    ) -> None:  # fmt: skip
        self.app, self.hand, self._watch, self._luck = app, hand, watch, luck
        self.tray, self.pocket = tray, pocket
        self.printer, self.cable, self.counter, self._pins = printer, cable, counter, pins
        #: Sales that were shown as done, by id.
        self.shown: set[Any] = set()
        self._guard()

    def _guard(self) -> None:
        """Nobody here may end the program or set this machine's clock; and whatever is shown is looked at."""
        app, flow = self.app, self.app.flow
        self.stops_asked = 0

        def stop(*_: Any) -> None:
            self.stops_asked += 1
            flow.quit_asked = False

        self.really_stop = app.stop
        app.stop = stop
        app.till.set_clock = lambda at: None
        app.till.train = lambda on: None
        shown = flow._shown

        def look(picture: Any) -> None:
            shown(picture)
            self._is_on_disk()

        flow._shown = look

    # -- what must hold ----------------------------------------------------------------------------------

    def _is_on_disk(self) -> None:
        """Success is on the glass: then its record, and that it was done, are in the journal, committed."""
        tap = self.app.flow.cards.tap
        if tap.phase is not Phase.OK or tap.completed is None or tap.completed.id in self.shown:
            return
        id = tap.completed.id
        journal = self.app.setup.station.journal
        if id.terminal != journal.terminal:
            return
        self.shown.add(id)
        if self.tray.card is not None:
            self.tray.card.kind = "issued"
        if journal.body(id) is None:
            self._watch.violated(f"{id} is shown as done and is not in the journal")
            return
        known = journal.index.tap(id)
        if known is not None and known.state != "done" and not tap.completed.is_owed:
            self._watch.violated(f"{id} is shown as done, the journal says {known.state}")

    def look(self) -> None:
        """Each frame; what the printer cut off is taken away."""
        if len(self.printer.mechanism.receipts) > 40:
            self.printer.mechanism.receipts.clear()

    # -- what is around ----------------------------------------------------------------------------------

    def card(self, kind: str = "") -> BenchCard | None:
        """Any card in hand, or one of this kind; now and then another one from the pocket."""
        held = list(self.pocket.held.values())
        if len(held) >= 5:
            spare = [one for one in held if one is not self.tray.card]
            self.pocket.give_back(self._luck.choice(spare))
        if len(held) < 3 or self._luck.random() < 0.1:
            self.pocket.take(self._luck, "issued" if self._luck.random() < 0.8 else "")
        held = list(self.pocket.held.values())
        liked = [one for one in held if one.kind == kind] or held
        return self._luck.choice(liked) if liked else None

    def put(self, tear: str | None = None, kind: str = "") -> BenchCard | None:
        card = self.card(kind)
        if card is not None:
            card.order_tear(tear)
            self.tray.put(card)
            self.hand.note("card", f"put {card.uid.hex()} {tear or ''}")
        return card

    def lift(self) -> None:
        self.hand.note("card", "lift")
        self.tray.lift()

    def mischief(self) -> None:
        luck = self._luck
        what = luck.weigh(
            ((30, "put"), (20, "lift"), (12, "torn"), (3, "cable"), (3, "printer"), (4, "scale"), (4, "scan"),
             (2, "stripe"), (4, "pad"), (2, "power"), (2, "bank"), (2, "city"))
        )  # fmt: skip
        match what:
            case "put":
                self.put()
            case "lift":
                self.lift()
            case "torn":
                self.put(luck.choice(TEARS))
            case "cable":
                self.hand.note("cable")
                (self.cable.pull if self.cable.plugged and luck.random() < 0.5 else self.cable.plug)()
            case "printer":
                states = ("ok", "ok", "ok", "near_end", "paper_out", "cover_open", "off")
                self.hand.note("printer")
                self.printer.set_state(luck.choice(states))
            case _:
                self._at_counter(what)

    def _at_counter(self, what: str) -> None:
        luck = self._luck
        device, thing = {
            "scale": ("scale", luck.choice(tuple(GOODS))),
            "scan": ("scanner", luck.choice(("6901234567892", "2000010012505", "x", "13" * 40))),
            "stripe": ("stripe", luck.choice((";990000000001=99121010000?", "%B1^A?;1=2?", ";1?"))),
            "pad": ("pinpad", luck.choice(("1", "5", "0", "ok", "back", "cancel"))),
            "power": ("power", luck.choice(("mains", "mains", "cut", *BATTERY))),
            "bank": ("bank", luck.choice(("approve", "approve", "decline", "online", "offline"))),
            "city": ("city", luck.choice(("take", "310000001234", "310000005678"))),
        }[what]
        self.hand.note(device, thing)
        self.counter.do(device, thing)

    def all_well(self) -> None:
        """Everything around works again."""
        self.lift()
        self.cable.plug()
        self.printer.set_state("ok")
        for device, thing in (("power", "mains"), ("power", "full"), ("bank", "approve"), ("bank", "online"),
                              ("city", "take"), ("scale", "nothing")):  # fmt: skip
            self.counter.do(device, thing)

    # -- home --------------------------------------------------------------------------------------------

    @property
    def screen(self) -> str:
        return str(self.app.flow.screen)

    @property
    def phase(self) -> Phase:
        phase: Phase = self.app.flow.cards.tap.phase
        return phase

    @property
    def is_home(self) -> bool:
        """An empty selling screen with nothing over it."""
        flow, picture = self.app.flow, self.app.flow.picture()
        over = picture.overlay or getattr(picture.view, "confirm", None)
        if self.screen != "sell" or over is not None or flow.cards.tap.phase is not Phase.CLOSED:
            return False
        sell = flow._presenters["sell"]
        return bool(sell.bill.is_empty and sell.bill.entry.is_empty)

    def where(self) -> str:
        tap = self.app.flow.cards.tap
        return f"{self.screen}, {tap.phase}, {tap.error}, {self.app.till.message}; {self.hand.last[-8:]}"

    def home(self) -> Tour:
        yield self.all_well
        yield self._mode
        yield self._homeward()

    def _mode(self) -> None:
        """Somebody minds what this till is for; one that sells nothing has nowhere else to go."""
        if self.app.till.mode in SELLS_NOTHING or self._luck.random() < 0.7:
            self.app.till.choose(Mode.FREE)

    def _homeward(self) -> Callable[[], bool]:
        """Signing on if it must be; a tap that waits for its card is waited out."""
        began = time.monotonic()
        turns = {"n": 0}

        def turn() -> bool:
            # The till takes a while to hear what its devices say: one key in four frames.
            turns["n"] += 1
            if self.is_home:
                return True
            if time.monotonic() - began > HOME_S:
                picture = self.app.flow.picture()
                self._watch.violated(
                    f"no way home from {self.screen}, {self.phase}, over it {type(picture.overlay).__name__}"
                    f" {getattr(picture.overlay, 'title', '')!r} message {self.app.till.message};"
                    f" {self.hand.last[-12:]}"
                )
                return True
            if turns["n"] % 4 == 0:
                self._one_step_home(turns["n"] // 4)
            return False

        turn.patience_s = HOME_S + 30  # type: ignore[attr-defined]
        return turn

    def _one_step_home(self, turn: int) -> None:
        hand = self.hand
        if self.screen == "sign_on" and self.app.flow.supervision.asking is None:
            self._sign_on()
        elif self.screen == "shift" and self.app.till.shift is None:
            hand.keys("2 0 0 enter")
        elif self.phase is Phase.ASIDE:
            hand.key("enter")
        elif self.screen == "tender" and self.phase is Phase.CLOSED and turn % 3 == 0:
            # Part of it is paid: nobody leaves before the rest is.
            hand.keys("delete 9 9 9 9 enter")
        elif turn % 3 == 2:
            hand.key("enter" if turn % 15 == 14 else "delete")
        else:
            hand.key("escape")

    def _sign_on(self) -> None:
        app, hand = self.app, self.hand
        people = app.till.operators
        if not people:
            return
        at = self._luck.randrange(len(people))
        for one in people:
            # The pause after wrong PINs is over: a soak has no quarter of an hour to stand before it.
            app.setup.station.journal.attempts.put(one.login, 0, 0)
        hand.note("press", f"operator:{people[at].operator}")
        app.flow.act(f"operator:{people[at].operator}")  # its tile may be on another page
        hand.keys("delete")
        hand.keys(self._pins.get(people[at].name, "0000"))
        hand.key("enter")
