"""The monkey without a window: what the views offer is pressed, on false time, hundreds of times a second.

A till and a kiosk of one office in this process, whole but for pixels and threads. For every test run; hangs,
leaks and what a window does wrong only ``python -m tests.soak`` finds.
"""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from onecard.devices.readers.virtual import VirtualM1
from onecard.errors import Unreachable
from pos.mode import SELLS_NOTHING, Mode
from pos.tap import Phase
from tests.pos.town import Line, Town
from tests.soak.monkey import Luck

KEYS = (
    *"0123456789", *("." * 3), *(["enter"] * 8), *(["escape"] * 3), "clear", "backspace", "up", "down", "*",
    "+", "-", "/", "pageup", "pagedown", "char:m", "char:王", "space", *(f"f{n}" for n in range(1, 13)),
)  # fmt: skip
#: So many keys of somebody who wants to get out, each with a moment behind it.
WAY_HOME = 200


def offers(view: Any) -> Iterator[str]:
    """Every action that something in this view sends when it is pressed."""
    if is_dataclass(view) and not isinstance(view, type):
        name = getattr(view, "action", "") or getattr(view, "key", "")
        if isinstance(name, str) and name and getattr(view, "enabled", True):
            yield name
        for field in fields(view):
            yield from offers(getattr(view, field.name))
    elif isinstance(view, tuple):
        for one in view:
            yield from offers(one)


def words(view: Any) -> Iterator[str]:
    """Every text in it."""
    if isinstance(view, str):
        yield view
    elif is_dataclass(view) and not isinstance(view, type):
        for field in fields(view):
            yield from words(getattr(view, field.name))
    elif isinstance(view, tuple):
        for one in view:
            yield from words(one)


class Blind:
    """``found`` are violations."""

    wire: "Wire"

    def __init__(self, town: Town, seed: int) -> None:
        self.town, self.luck = town, Luck(seed)
        self.events = 0
        self.found: list[str] = []
        self.last: list[str] = []
        self.cards = [
            town.plastic(20_000 * (n + 1), uid=f"0499{n:04X}", name=name)
            for n, name in enumerate(("王小明", "欧阳锋", "Anna Li"))
        ]
        self.cards.append(VirtualM1(bytes.fromhex("0499AA00")))

    def note(self, what: str) -> None:
        self.events += 1
        self.last = [*self.last[-15:], what]

    def violated(self, what: str) -> None:
        self.found.append(f"{what}; event {self.events}, after {self.last}")

    def put(self, box: Any, *, calmly: bool = False) -> None:
        """Lay some card down; now and then it leaves in the middle, unless it is done calmly."""
        plastic = self.luck.choice(self.cards[: 3 if calmly else None])
        if any(one is not box and one.plastic is plastic for one in self.boxes()):
            return
        box.lift()
        self.note(f"put {plastic.uid.hex()}")
        if not calmly and self.luck.random() < 0.25:
            plastic.tear_at(self.luck.randint(3, 24), self.luck.randint(0, 16))
        # A tear that was never reached is no longer meant.
        box.put(plastic)
        plastic._fault = None
        if not plastic.in_field:
            box.lift()

    def boxes(self) -> tuple[Any, ...]:
        return (self.town.till,)

    def network(self, box: Any) -> None:
        """It goes and comes."""
        self.note("network")
        self.wire.is_cut = self.luck.random() < 0.4
        box.sync.turn()


class Wire(Line):
    """A line that somebody can pull out."""

    is_cut = False

    def exchange(self, box: Any, *arguments: Any) -> Any:
        if self.is_cut:
            raise Unreachable
        return super().exchange(box, *arguments)


class BlindTill(Blind):
    """At the till."""

    def __init__(self, town: Town, seed: int) -> None:
        super().__init__(town, seed)
        self.till = town.till
        self.till.network = self.wire = Wire(town.office)
        self._seen: set[Any] = set()

    def play(self, events: int) -> None:
        at_home = 0
        while self.events < events:
            self._one()
            self.till.answer()
            self._look()
            if self.events - at_home > 250:
                self.go_home()
                at_home = self.events
        self.wire.is_cut = False
        self.go_home()

    def _one(self) -> None:
        luck, till = self.luck, self.till
        what = luck.weigh(
            ((45, "offer"), (30, "key"), (12, "put"), (6, "lift"), (4, "time"), (2, "net"), (6, "sale"))
        )
        match what:
            case "sale":
                self.go_home()
                for key in (*str(luck.randint(1, 30)), "enter"):
                    self._act(key)
                self.put(till, calmly=True)
            case "offer":
                found = sorted({*offers(till.picture.overlay), *offers(till.picture.view)})
                self._act(luck.choice(found or ["escape"]))
            case "key":
                key = luck.choice(KEYS)
                for _ in range(luck.choice((1, 1, 1, 2, 5))):
                    self._act(key)
            case "put":
                self.put(till)
            case "lift":
                self.note("lift")
                till.lift()
            case "time":
                self.note("time")
                till.wait(luck.choice((0.5, 1, 6)))
            case _:
                self.network(till)

    def _act(self, action: str) -> None:
        if self.till.flow.screen == "sign_on":
            self.till.sign_on()  # a PIN takes its twenty milliseconds, and three wrong ones the morning
        self.note(action)
        self.till.act(action)
        self._look()

    def _look(self) -> None:
        """Success on the glass is success in the journal."""
        tap, journal = self.till.flow.cards.tap, self.till.journal
        if tap.phase is not Phase.OK or tap.completed is None or tap.completed.id in self._seen:
            return
        id = tap.completed.id
        self._seen.add(id)
        known = journal.index.tap(id)
        if journal.body(id) is None or (
            known is not None and known.state != "done" and not tap.completed.is_owed
        ):
            self.violated(f"{id} is shown as done, the journal says {known}")

    def go_home(self) -> None:
        """Out of everything, by the keys that anybody would press."""
        till = self.till
        till.lift()
        # Somebody minds what this till is for; one that sells nothing has nowhere else to go.
        if till.till.mode in SELLS_NOTHING or self.luck.random() < 0.7:
            till.till.choose(Mode.FREE)
        for turn in range(WAY_HOME):
            flow = till.flow
            if flow.screen == "sign_on":
                till.sign_on()
            if flow.screen == "sell" and flow.cards.tap.phase is Phase.CLOSED and flow.is_free:
                return
            if flow.screen == "shift" and till.till.shift is None:
                till.keys("2 0 0 enter")
            elif flow.cards.tap.phase is Phase.ASIDE:
                till.keys("enter")
            elif flow.screen == "tender" and turn % 3 == 0:
                till.keys("clear 9 9 9 9 enter")
            else:
                till.keys("clear" if turn % 4 == 3 else "escape")
            till.wait(0.5)
        self.violated(f"no way home from {till.flow.screen}, {till.flow.cards.tap.phase}")
