"""An acceptor driver and its simulator on one cable and one false clock, and a book of what was reported.

A further protocol joins the contract suite with one more entry in ``RIGS``.
"""

from collections.abc import Callable

from onecard.clock import FalseClock
from onecard.devices.acceptors import Acceptor, Credited, Escrowed, Event, PoweredUp
from onecard.devices.acceptors.id003.driver import Id003
from onecard.devices.acceptors.id003.meaning import State
from onecard.devices.acceptors.id003.simulator import Memory, Simulator
from onecard.devices.cable import Cable

ALL = frozenset({100, 500, 1_000, 2_000, 5_000, 10_000})
POLL_S = 0.1
IN_FLIGHT = (State.ESCROW, State.HOLDING, State.STACKING, State.VEND_VALID)


class Rig:
    """One acceptor on a cable. ``boot`` counts as the intake's does: one more at each start of the driver and
    at each power-up of the device; a credit's identity is (boot, cycle), with cycle 0 resolved to the last
    order to stack, as the contract says."""

    def __init__(self, **options) -> None:
        self.clock = FalseClock()
        self.cable = Cable()
        self.simulator = Simulator(self.clock, self.cable.device, **options)
        self._watch_resets()
        self.driver: Acceptor = Id003(self.cable.host, "bench")
        self.events: list[Event] = []
        self.boot = 1
        self.values: dict[tuple[int, int], int] = {}
        self.ordered: tuple[int, int] | None = None
        self.credits: dict[tuple[int, int], int] = {}
        #: What the intake does with each event; replaced by tests.
        self.react: Callable[[Event], None] = lambda event: None

    def _watch_resets(self) -> None:
        """A reset while a note is held or on its way in is the classic way to lose somebody's money."""
        reset, simulator = self.simulator._reset, self.simulator

        def watched() -> None:
            assert simulator._is_mute or simulator.state not in IN_FLIGHT, f"reset in {simulator.state.name}"
            reset()

        simulator._reset = watched

    def restart_driver(self) -> None:
        """The application crashed and is back; the device did not notice."""
        self.driver = Id003(self.cable.host, "bench")
        self.driver.enable(ALL)
        self.boot += 1

    def poll(self) -> list[Event]:
        self.clock.advance(POLL_S / 2)
        self.simulator.tick()
        self.clock.advance(POLL_S / 2)
        self.simulator.tick()
        events = self.driver.poll()
        for event in events:
            self._book(event)
            self.react(event)
        self.events += events
        return events

    def run(self, seconds: float) -> list[Event]:
        before = len(self.events)
        for _ in range(round(seconds / POLL_S)):
            self.poll()
        return self.events[before:]

    def until(self, done: Callable[[], bool], seconds: float = 30.0) -> None:
        for _ in range(round(seconds / POLL_S)):
            if done():
                return
            self.poll()
        raise AssertionError(f"still waiting after {seconds} s; last: {self.events[-5:]}")

    def until_event(self, kind: type[Event], seconds: float = 30.0) -> Event:
        before = len(self.events)
        self.until(lambda: any(isinstance(e, kind) for e in self.events[before:]), seconds)
        return next(e for e in self.events[before:] if isinstance(e, kind))

    def until_open(self) -> None:
        """Started up and ready to take notes."""
        self.driver.enable(ALL)
        self.until(lambda: self.simulator.takes_notes)
        self.run(0.3)

    def order_stack(self) -> None:
        """As the intake does: the intent is written down, then the order is given."""
        escrowed = next(e for e in reversed(self.events) if isinstance(e, Escrowed))
        self.ordered = (self.boot, escrowed.cycle)
        self.driver.stack()

    def _book(self, event: Event) -> None:
        if isinstance(event, PoweredUp):
            self.boot += 1
        elif isinstance(event, Escrowed):
            self.values[(self.boot, event.cycle)] = event.value_fen
        elif isinstance(event, Credited):
            key = (self.boot, event.cycle) if event.cycle else self.ordered
            assert key is not None, "a credit that nobody ordered"
            value = event.value_fen if event.value_fen is not None else self.values[key]
            assert self.credits.setdefault(key, value) == value, "one credit, two values"

    @property
    def credited_fen(self) -> int:
        return sum(self.credits.values())


def intake(rig: Rig, *, stack: bool = True) -> None:
    """Let the rig take (or give back) every note and acknowledge every credit at once."""

    def react(event: Event) -> None:
        if isinstance(event, Escrowed):
            if stack:
                rig.ordered = (rig.boot, event.cycle)
                rig.driver.stack()
            else:
                rig.driver.give_back()
        elif isinstance(event, Credited):
            rig.driver.acknowledge()

    rig.react = react


def id003(**options) -> Rig:
    return Rig(**options)


def id003_valueless(**options) -> Rig:
    """A unit whose VEND VALID carries no denomination."""
    return Rig(says_value=False, **options)


RIGS = {"id003": id003, "id003-valueless": id003_valueless}
__all__ = ["ALL", "RIGS", "Memory", "Rig", "intake"]
