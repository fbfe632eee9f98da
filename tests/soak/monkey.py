"""One monkey at one window: what it does next by its seed, and now and then something that makes sense.

Knows hands, chance and tours; which keys there are and what a tour is, its station says. Decides no money.
"""

import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol, TypeVar

from tests.soak.hand import Hand
from tests.soak.watch import Watch

T = TypeVar("T")
#: A step of a tour: is it done? Asked again in each frame.
Step = Callable[[], object]
Tour = Iterator[Step]

#: So many events in a frame at most; nobody's hand is quicker, a wedge is.
BURST = 24
#: A step that is waited for longer than this has failed; the monkey goes on with something else.
PATIENCE_S = 4.0
#: Events between two looks whether everything still leads home.
HOME_EVERY = 700


class Station(Protocol):
    """What a monkey has to know of where it plays."""

    #: ``(weight, key)``.
    keys: Sequence[tuple[float, str]]
    texts: Sequence[str]
    #: ``(weight, tour)``: begins at home.
    tours: Sequence[tuple[int, Callable[[], Tour]]]

    def home(self) -> Tour:
        """From anywhere back to where work begins; never gives up by itself."""

    def where(self) -> str:
        """What stands on the glass, for whoever asks why a tour came to nothing."""

    def mischief(self) -> None:
        """Something that happens to the devices around."""

    def look(self) -> None:
        """After each frame: what must be true of what is on the glass."""


class Luck(random.Random):
    """All chance of one monkey."""

    def weigh(self, items: Sequence[tuple[float, T]]) -> T:
        """One of ``(weight, item)``."""
        return self.choices([item for _, item in items], [weight for weight, _ in items])[0]


class Monkey:
    """``frame`` is called between any two frames of the window."""

    def __init__(self, station: Station, hand: Hand, watch: Watch, luck: Luck) -> None:
        self._station, self._hand, self._watch, self._luck = station, hand, watch, luck
        self._tour: Tour | None = None
        self._name, self._since = "", 0.0
        self._step: Step | None = None
        self._at_home = 0
        #: Tours by name: how many came to their end, how many were given up.
        self.toured: Counter[str] = Counter()
        self.given_up: Counter[str] = Counter()
        self.stops = False

    @property
    def events(self) -> int:
        return self._hand.done.total()

    def frame(self) -> None:
        """The next few things."""
        self._watch.frame()
        self._station.look()
        if self._tour is not None:
            self._go_on()
        elif self.stops:
            return
        elif self.events - self._at_home >= HOME_EVERY:
            self._at_home = self.events
            self.set_out(self._station.home(), "home")
        elif self._luck.random() < 0.02:
            tour = self._luck.weigh(self._station.tours)
            self.set_out(self._there_and(tour), tour.__name__)
        else:
            self._burst()

    def set_out(self, tour: Tour, name: str) -> None:
        """A tour begins; what went on ends."""
        self._tour, self._name, self._step = tour, name, None

    @property
    def is_touring(self) -> bool:
        return self._tour is not None

    @property
    def doing(self) -> str:
        """Which tour it is on."""
        return self._name if self._tour is not None else "nonsense"

    # -- tours -------------------------------------------------------------------------------------------

    def _there_and(self, tour: Callable[[], Tour]) -> Tour:
        yield from self._station.home()
        yield from tour()

    def _go_on(self) -> None:
        """As many steps as need no waiting; a step that is not done is asked again in the next frame."""
        assert self._tour is not None
        for _ in range(BURST):
            if self._step is None:
                self._step = next(self._tour, None)
                self._since = time.monotonic()
                if self._step is None:
                    self.toured[self._name] += 1
                    self._tour = None
                    return
            if self._step() is False:
                if time.monotonic() - self._since > getattr(self._step, "patience_s", PATIENCE_S):
                    self.given_up[self._name] += 1
                    print(f"gave up {self._name}: {self._station.where()}", file=sys.stderr, flush=True)
                    self._tour = None
                return
            self._step = None

    # -- nonsense ----------------------------------------------------------------------------------------

    def _burst(self) -> None:
        luck, hand = self._luck, self._hand
        what = luck.weigh(((30, "targets"), (22, "keys"), (12, "glass"), (4, "held"), (4, "twice"),
                           (4, "typing"), (5, "world")))  # fmt: skip
        times = luck.randint(1, BURST)
        match what:
            case "targets":
                # Where they were when the burst began: a hand is quicker than the eye.
                found = hand.targets()
                for _ in range(times if found else 0):
                    hand.press(luck.choice(found))
            case "keys":
                for _ in range(times):
                    hand.key(luck.weigh(self._station.keys))
            case "glass":
                for _ in range(times):
                    hand.anywhere(luck)
            case "held":
                key = luck.choice(("enter", "enter", "escape", "1", "backspace", "down", "f2", "tab"))
                for _ in range(times):
                    hand.key(key)
            case "twice":
                self._target(times=luck.randint(2, 4))
            case "typing":
                self._type()
            case "world":
                self._station.mischief()

    def _target(self, times: int = 1) -> None:
        found = self._hand.targets()
        if found:
            self._hand.press(self._luck.choice(found), times=times)

    def _type(self) -> None:
        """Into a field when there is one."""
        fields: list[Any] = self._hand.fields()
        text = self._luck.choice(self._station.texts)
        if fields:
            self._hand.press(self._luck.choice(fields))
        self._hand.text(text)
