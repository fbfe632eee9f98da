"""Goal: what a kiosk does for a member or an attendant is done with fingers, card and money alone. F: D6 D7

Method: a table of tasks walked over the real screens by touches, before the real office. It is whole when
every screen is met, and everything that could be touched was touched.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from kiosk.scenery import SCREENS
from onecard.cards.management.document import Kind
from onecard.wire import messages as m
from tests.glass import Fingers, Glass, script, where
from tests.kiosk.hall import PIN, Hall
from tests.kiosk.test_code_journey import Phone
from tests.onecard.ui.stage import window

__all__ = ["window"]

pytestmark = [pytest.mark.window, pytest.mark.xdist_group("window"), pytest.mark.timeout(600)]


def on(screen: str) -> Callable[[Hall], bool]:
    return lambda hall: hall.screen == screen


def has(kind: type) -> Callable[[Hall], object]:
    return lambda hall: hall.bodies(kind)


#: In the foot of every screen; touched on some of them.
FOOT = {"language", "large", "low"}


@dataclass(frozen=True, kw_only=True)
class Task:
    """``steps`` as ``tests.glass.script`` reads them."""

    name: str
    steps: str
    end: Callable[[Hall], object]


DIAL = f"{PIN} ok"
LETTERS = "letters pad:S pad:clear digits 1 pad:clear"
COUNT = "1 ok 1 pad:clear ok ok ok ok back ok ok"
TASKS = (
    Task(name="collect:left", steps="!subsidies collect !put end !lift", end=on("home")),
    Task(name="service:collect", steps="service !card2 collect balance end !lift", end=on("home")),
    Task(name="service:code", steps="service !card2 code end !lift", end=on("home")),
    Task(name="balance", steps="!put end !lift", end=on("home")),
    Task(name="balance:asked", steps="balance back balance !put end !lift", end=on("home")),
    Task(
        name="collect:one",
        steps="!subsidies collect !put one:0 !done end !lift",
        end=lambda hall: hall.papers,
    ),
    Task(name="collect:all", steps="!subsidies !put collect all !wait balance end !lift", end=on("home")),
    Task(name="load", steps="!waiting !put load !wait end !lift", end=on("home")),
    Task(name="cash:back", steps="cash !put !open back !wait end !lift", end=on("home")),
    Task(name="cash", steps="!put cash !note finish !done balance end !lift", end=has(m.Recharge)),
    Task(
        name="code",
        steps="code !put 12 pad:clear 3 pad:backspace 5 pad:clear fen:5000 !paid balance end !lift",
        end=on("home"),
    ),
    Task(name="code:left", steps="code !put end !lift", end=on("home")),
    Task(name="loss", steps=f"loss end loss {LETTERS} 2024001 ok {DIAL} card:0 end", end=on("home")),
    Task(name="service:back", steps="service !card2 balance service balance end !lift", end=on("home")),
    Task(
        name="pin",
        steps=f"service !card2 pin 1 pad:clear {DIAL} 775533 ok 775533 ok balance end !lift",
        end=on("home"),
    ),
    Task(name="statement", steps="service !card2 statement days:7 !wait balance end !lift", end=on("home")),
    Task(name="who", steps="service !card2 who balance end !lift", end=on("home")),
    Task(name="idle", steps="!card2 !idle yes !idle end !lift", end=on("home")),
    Task(name="attract", steps="!deserted wake", end=on("home")),
    Task(name="attendant:pin", steps=f"!nobodys who:0 1 pad:clear {DIAL} end !lift", end=on("home")),
    Task(
        name="attendant:count",
        steps=f"!attendant {DIAL} count {COUNT} back ok write home end !lift",
        end=has(m.Collection),
    ),
    Task(
        name="attendant:tests",
        steps=f"!attendant {DIAL} tests test:reader test:box:0 !note test:printer !wait test:sound"
        " test:office home counters home end !lift",
        end=on("home"),
    ),
    Task(name="attendant:renew", steps=f"!attendant {DIAL} renew go home end !lift", end=on("home")),
    Task(name="attendant:settings", steps=f"!attendant {DIAL} settings more home end !lift", end=on("home")),
    Task(
        name="attendant:functions",
        steps=f"!attendant {DIAL} functions function:machine home end !lift !attendant {DIAL}"
        " functions function:machine home end !lift",
        end=on("home"),
    ),
    Task(name="foot", steps="language language low low", end=on("home")),
    Task(
        name="large",
        steps="large others others large",
        end=on("home"),
    ),
)


class KioskGlass(Glass):
    """The kiosk's screens."""

    def heard(self, action: str) -> None:
        self.said.append(action)
        self.person.flow.touched()
        self.person.flow.press(action)
        self.person._pump()
        self.draw()

    def draw(self) -> None:
        self.scenery.draw(self.person.picture)
        self.met.add(self.navigator.name)


class Lobby:
    """What happens around a kiosk beside fingers."""

    def __init__(self, hall: Hall) -> None:
        self.hall = hall
        self.phone = Phone(hall)
        self.member, self.other = hall.member("王小明"), hall.member("李雷")
        self.plastic, self.second = hall.card(8_750, self.member), hall.card(5_000, self.other)
        self.attendant = hall.attendant()
        self.nobodys = hall.attendant("sun", Kind.COLLECTOR, own=False)

    def happenings(self) -> dict[str, Callable[[], object]]:
        hall = self.hall
        return {
            "put": lambda: hall.put(self.plastic),
            "card2": lambda: hall.put(self.second),
            "attendant": lambda: hall.put(self.attendant),
            "nobodys": lambda: hall.put(self.nobodys),
            "lift": self.lift,
            "subsidies": self.subsidies,
            "waiting": self.waiting,
            "open": lambda: hall.until(lambda: hall.simulator.takes_notes),
            "note": lambda: hall.insert(2_000),
            "done": lambda: hall.until_screen("result"),
            "wait": lambda: hall.run(3),
            "paid": self.pay,
            "idle": lambda: hall.until_screen("still_there", 90),
            "deserted": lambda: hall.until_screen("attract", 90),
        }

    def lift(self) -> None:
        self.hall.lift()
        self.hall.run(7)

    def subsidies(self) -> None:
        for fen in (1_000, 2_000):
            self.hall.subsidy(self.member, fen)
        self.hall.sync()

    def waiting(self) -> None:
        self.hall.subsidy(self.member, 700, way="tap")
        self.hall.sweep()
        self.hall.sync()

    def pay(self) -> None:
        self.phone.wait(3)
        self.phone.pay()
        self.phone.wait(3)


class Walk:
    """One day, and what went wrong with each task."""

    def __init__(self, lobby: Lobby, glass: KioskGlass) -> None:
        self.lobby, self.hall, self.glass = lobby, lobby.hall, glass
        self.hand = Fingers(glass)
        self.wrong: dict[str, str] = {}
        self.pages: set[str] = set()

    def all(self) -> None:
        for task in TASKS:
            self.wrong[task.name] = self._one(task)

    def _one(self, task: Task) -> str:
        hall = self.hall
        try:
            script(self.glass, self.hand, task.steps, self.lobby.happenings())
        except (LookupError, AssertionError) as error:
            return f"{type(error).__name__}: {str(error)[:300]}"
        finally:
            done = task.end(hall)
            self._goes_home()
        return "" if done else f"not done: {where(self.glass)}"

    def _goes_home(self) -> None:
        """Nobody is there any more."""
        hall = self.hall
        hall.lift()
        hall.run(8)
        if hall.screen != "home":
            hall.run(60)
        if hall.screen == "attract":
            self.glass.heard("wake")


@pytest.fixture(scope="module")
def glass(window: Any) -> Iterator[KioskGlass]:
    from kivy.clock import Clock

    from kiosk.scenery import Scenery
    from onecard.ui.style import style

    style.apply(theme="light", px_per_mm=4.0, type_scale=1.0)
    made = KioskGlass(window)
    made.pad, made.navigator.size = "pad:", (1080, 1920)
    made.scenery = Scenery(made.navigator, send=made.heard)
    root = window.children[-1]
    root.clear_widgets()
    root.add_widget(made.navigator)
    kept, Clock._max_fps = Clock._max_fps, 0  # nobody watches: no waiting between frames
    yield made
    Clock._max_fps = kept
    window.unbind(on_key_down=made.router._on_key_down)
    root.clear_widgets()


@pytest.fixture(scope="module")
def walk(
    glass: KioskGlass, first_start: tuple[Path, Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Walk]:
    hall = Hall(tmp_path_factory.mktemp("walk"), first_start)
    glass.person = hall
    walk = Walk(Lobby(hall), glass)
    walk.all()
    yield walk
    hall.close()


@pytest.mark.parametrize("task", [task.name for task in TASKS])
def test_it_is_done_by_touch_alone(walk: Walk, task: str) -> None:
    # F: D6 D7
    assert not walk.wrong[task], walk.wrong[task]


def test_everything_on_the_glass_was_touched(walk: Walk) -> None:
    # F: D6
    left = {(place, key) for place, key in walk.hand.seen - walk.hand.did if key not in FOOT}
    assert not left


def test_every_screen_was_met(walk: Walk) -> None:
    # F: D6
    assert (
        set(SCREENS) - {"put_back", "person"} <= walk.glass.met
    )  # nothing to press: a card or a person helps
