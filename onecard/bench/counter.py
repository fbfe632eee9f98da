"""The devices beside the POS: scale, pole display, PIN pad, scanner, stripe reader, two terminals, mains.

Each is its driver's simulator on a pseudo-terminal; here are only the hands. Knows no price and no sale.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from onecard.clock import Clock
from onecard.devices.bank_terminals.plain.simulator import Simulator as Bank
from onecard.devices.city_terminals.plain.simulator import Simulator as City
from onecard.devices.displays.vfd.simulator import Simulator as Pole
from onecard.devices.pinpads.plain.simulator import Simulator as Pad
from onecard.devices.power.sysfs.simulator import Simulator as Battery
from onecard.devices.pty import serve_pty
from onecard.devices.scales.pinnacle.simulator import Simulator as Scale
from onecard.devices.wedges.keyboard.simulator import Simulator as Stripe
from onecard.devices.wedges.scanner.simulator import Simulator as Scanner
from onecard.devices.worker import Worker

#: Things that may lie on the scale, by name, in grams; the page names them.
GOODS: Final = {"nothing": 0, "apple": 180, "bag": 740, "crate": 5200, "anvil": 20_000}
#: Cards of the city, and what is on them.
CITY_CARDS: Final = {"310000001234": 5_000, "310000005678": 300}
#: How full the battery is said to be, and for how long it lasts.
BATTERY: Final = {"full": (90, 540), "half": (45, 240), "low": (6, 8)}
_WAIT_S: Final = 5.0


class CounterState(msgspec.Struct, frozen=True):
    """Everything beside the POS, as the page shows it."""

    weight_g: int
    settled: bool
    pole: tuple[str, ...]
    bank_approves: bool
    bank_online: bool
    bank_paid: tuple[tuple[str, str, int], ...]
    city_card: str
    city_cards: tuple[tuple[str, int], ...]
    mains: bool
    battery: str


class CounterBench:
    """One of each, from now on; ``lines`` are what the POS's settings name."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._folder = folder
        city = City(clock)
        city.balances.update(CITY_CARDS)
        simulators: dict[str, Any] = {
            "scale": Scale(clock),
            "display": Pole(clock),
            "pinpad": Pad(clock),
            "scanner": Scanner(clock),
            "stripe": Stripe(clock),
            "bank": Bank(clock),
            "city": city,
        }
        self._workers: dict[str, Worker[Any]] = {
            name: serve_pty(one, folder / name, clock, 0.02) for name, one in simulators.items()
        }
        self._battery = Battery(folder / "power")
        self._mains, self._charge = True, "full"
        self._load = "nothing"

    @property
    def settings(self) -> dict[str, dict[str, str]]:
        """Sections of the station's file, as they have to be to find everything here."""
        lines = {name: {"line": f"serial:{self._folder / name}?baud=9600"} for name in self._workers}
        lines["scale"]["driver"] = "pinnacle"
        return {**lines, "power": {"folder": str(self._folder / "power"), "backlight": ""}}

    def close(self) -> None:
        """Everything is unplugged."""
        for worker in self._workers.values():
            worker.stop()

    # -- hands -------------------------------------------------------------------------------------------

    def do(self, device: str, what: str) -> bool:
        """One thing that hands do; ``False``: there is no such thing to be done."""
        hand = self._hands.get(device)
        return hand is not None and hand(what)

    @property
    def _hands(self) -> Mapping[str, Callable[[str], bool]]:
        return {
            "scale": self._put,
            "pinpad": self._press,
            "scanner": self._scan("scanner"),
            "stripe": self._scan("stripe"),
            "bank": self._bank,
            "city": self._city,
            "power": self._power,
        }

    def _put(self, what: str) -> bool:
        if what not in GOODS:
            return False
        self._load = what
        self._on("scale", lambda one: one.platform.put(GOODS[what]))
        return True

    def _press(self, what: str) -> bool:
        if what not in ("ok", "back", "cancel") and not (len(what) == 1 and what.isdecimal()):
            return False
        self._on("pinpad", lambda one: one.press(what))
        return True

    def _scan(self, device: str) -> Callable[[str], bool]:
        def scan(text: str) -> bool:
            if not 0 < len(text) <= 100 or not text.isascii() or not text.isprintable():
                return False
            self._on(device, lambda one: one.scan(text))
            return True

        return scan

    def _bank(self, what: str) -> bool:
        def turn(one: Bank) -> bool:
            match what:
                case "approve" | "decline":
                    one.approves = what == "approve"
                case "online" | "offline":
                    one.is_online = what == "online"
                case "close":
                    one.close_batch()
                case _:
                    return False
            return True

        return bool(self._on("bank", turn))

    def _city(self, what: str) -> bool:
        if what == "take":
            self._on("city", lambda one: one.take())
            return True
        if what not in CITY_CARDS:
            return False
        self._on("city", lambda one: one.place(what))
        return True

    def _power(self, what: str) -> bool:
        if what in ("mains", "cut"):
            self._mains = what == "mains"
        elif what in BATTERY:
            self._charge = what
        else:
            return False
        percent, minutes = BATTERY[self._charge]
        self._battery.set(online=self._mains, percent=percent, minutes=None if self._mains else minutes)
        return True

    def _on(self, device: str, hand: Callable[[Any], Any]) -> Any:
        return self._workers[device].call(hand).result(_WAIT_S)

    # -- looking -----------------------------------------------------------------------------------------

    def state(self) -> CounterState:
        """As it is now."""
        sight = self._on("scale", lambda one: one.platform.sight)
        pole = self._on("display", lambda one: tuple(one.lines))
        approves, online, paid = self._on("bank", _bank_state)
        card, cards = self._on("city", lambda one: (one.lying or "", tuple(one.balances.items())))
        return CounterState(
            weight_g=sight.net_g,
            settled=sight.state == "stable",
            pole=pole,
            bank_approves=approves,
            bank_online=online,
            bank_paid=paid,
            city_card=card,
            city_cards=cards,
            mains=self._mains,
            battery=self._charge,
        )


def _bank_state(one: Bank) -> tuple[bool, bool, tuple[tuple[str, str, int], ...]]:
    newest = list(one.done.values())[-6:]
    paid = tuple((order.kind, type(outcome).__name__.lower(), order.amount_fen) for order, outcome in newest)
    return one.approves, one.is_online, paid[::-1]
