"""An acceptor driver and its simulator on one cable and one false clock, and a book of what was reported.

A further protocol joins the contract suite with one more entry in ``RIGS``.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from onecard.clock import FalseClock
from onecard.devices.acceptors import Acceptor, Credited, Escrowed, Event, PoweredUp
from onecard.devices.acceptors.ccnet import driver as ccnet_driver
from onecard.devices.acceptors.ccnet import simulator as ccnet_simulator
from onecard.devices.acceptors.cctalk import driver as cctalk_driver
from onecard.devices.acceptors.cctalk import simulator as cctalk_simulator
from onecard.devices.acceptors.ebds import driver as ebds_driver
from onecard.devices.acceptors.ebds import simulator as ebds_simulator
from onecard.devices.acceptors.ict import driver as ict_driver
from onecard.devices.acceptors.ict import simulator as ict_simulator
from onecard.devices.acceptors.id003 import driver as id003_driver
from onecard.devices.acceptors.id003 import simulator as id003_simulator
from onecard.devices.acceptors.id003.meaning import State
from onecard.devices.acceptors.mdb import driver as mdb_driver
from onecard.devices.acceptors.mdb import simulator as mdb_simulator
from onecard.devices.acceptors.mdb.adaptor import Hex, Raw
from onecard.devices.acceptors.mechanics import CNY_FEN, At, Memory
from onecard.devices.acceptors.ssp import driver as ssp_driver
from onecard.devices.acceptors.ssp import simulator as ssp_simulator
from onecard.devices.acceptors.ssp.secret import DEFAULT_FIXED
from onecard.devices.cable import Cable
from onecard.devices.line import Line
from onecard.ids import SeededEntropy

ALL = frozenset({100, 500, 1_000, 2_000, 5_000, 10_000})
POLL_S = 0.1
#: Where ID-003's own machine stands, in the words of the others'.


@dataclass(frozen=True)
class Kind:
    """What a protocol can say, and so what the contract may ask of its driver."""

    simulator: Callable[..., Any]
    driver: Callable[[Line], Acceptor]
    options: dict[str, Any] = field(default_factory=dict)
    #: The device tells a credit until it is acknowledged, also to an application that starts anew.
    repeats: bool = True
    #: A cable that loses or spoils bytes for a while costs no report.
    survives_damage: bool = True
    #: A check guards its bytes; else a flipped bit may read as another note.
    has_check: bool = True
    #: What it says after a power cut: ``where`` the note was, its ``value`` if it went in, or ``nothing``.
    after_cut: str = "where"
    #: A note nobody likes, and the driver's word for it.
    bad_note: tuple[Any, str | None] = ("length", "length")
    #: Faults it reports as something else, or (None) not at all.
    faults: dict[str, str | None] = field(default_factory=dict)
    #: It says what its notes are worth; else somebody has to.
    says_values: bool = True

    def __call__(self, **options: Any) -> "Rig":
        return Rig(self, **options)


class Rig:
    """One acceptor on a cable. ``boot`` counts as the intake's does: one more at each start of the driver and
    at each power-up of the device; a credit's identity is (boot, cycle), with cycle 0 resolved to the last
    order to stack, as the contract says."""

    def __init__(self, kind: Kind, **options) -> None:
        self.kind = kind
        self.clock = FalseClock()
        self.cable = Cable()
        self.simulator = kind.simulator(self.clock, self.cable.device, **(kind.options | options))
        if kind.simulator is id003_simulator.Simulator:
            self._watch_resets()
        self.driver: Acceptor = kind.driver(self.cable.host)
        self.events: list[Event] = []
        self.boot = 1
        self.values: dict[tuple[int, int], int] = {}
        self.ordered: tuple[int, int] | None = None
        self.credits: dict[tuple[int, int], int] = {}
        self.keeps_books = True
        #: What the intake does with each event; replaced by tests.
        self.react: Callable[[Event], None] = lambda event: None

    def _watch_resets(self) -> None:
        """A reset while a note is held or on its way in is the classic way to lose somebody's money."""
        reset, simulator = self.simulator.reset, self.simulator
        in_flight = (State.ESCROW, State.HOLDING, State.STACKING, State.VEND_VALID)

        def watched() -> None:
            is_allowed = simulator.is_mute or simulator.state not in in_flight or not self.keeps_books
            assert is_allowed, f"reset in {simulator.state.name}"
            reset()

        simulator.reset = watched

    @property
    def at(self) -> At | None:
        """Where the machine stands; None when it is something that no contract speaks of."""
        return self.simulator.at

    def restart_driver(self) -> None:
        """The application crashed and is back; the device did not notice."""
        self.driver = self.kind.driver(self.cable.host)
        self.driver.enable(ALL)
        self.boot += 1

    def poll(self) -> list[Event]:
        self.clock.advance(POLL_S / 2)
        self.simulator.tick()
        self.clock.advance(POLL_S / 2)
        self.simulator.tick()
        events = self.driver.poll()
        for event in events:
            if self.keeps_books:
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


ID003 = Kind(
    id003_simulator.Simulator,
    lambda line: id003_driver.Id003(line, "bench"),
    bad_note=("photo_pattern", "photo_pattern"),
)
SSP = Kind(
    lambda *ends, **options: ssp_simulator.Simulator(*ends, entropy=SeededEntropy(2), **options),
    lambda line: ssp_driver.Ssp(line, "bench", SeededEntropy(1), DEFAULT_FIXED),
    after_cut="value",
    faults={"failure": "jam"},
)
CCTALK = Kind(
    cctalk_simulator.Simulator,
    lambda line: cctalk_driver.CcTalkBills(line, "bench"),
    after_cut="nothing",
    bad_note=("transport", "transport"),
)
CCNET = Kind(ccnet_simulator.Simulator, lambda line: ccnet_driver.Ccnet(line, "bench"))
EBDS = Kind(
    ebds_simulator.Simulator,
    lambda line: ebds_driver.Ebds(line, "bench", {i + 1: fen for i, fen in enumerate(CNY_FEN)}),
    repeats=False,
    after_cut="value",
    bad_note=("length", "rejected"),
    says_values=False,
)
MDB = Kind(
    mdb_simulator.Simulator,
    lambda line: mdb_driver.Mdb(line, "bench", Hex()),
    after_cut="nothing",
    bad_note=("length", "rejected"),
)
ICT = Kind(
    ict_simulator.Simulator,
    lambda line: ict_driver.Ict(line, "bench", {i + 1: fen for i, fen in enumerate(CNY_FEN)}),
    repeats=False,
    survives_damage=False,
    has_check=False,
    after_cut="nothing",
    bad_note=("length", "rejected"),
    says_values=False,
)

RIGS = {
    "id003": ID003,
    #: A unit whose VEND VALID carries no denomination.
    "id003-valueless": replace(ID003, options={"says_value": False}),
    "essp": SSP,
    #: A unit whose answers carry the count of their question.
    "essp-same-count": replace(SSP, options={"counts_answers": False}),
    "ssp": replace(
        SSP,
        driver=lambda line: ssp_driver.Ssp(line, "bench", SeededEntropy(1), None),
        options={"fixed_key": None},
        repeats=False,
    ),
    "cctalk": CCTALK,
    "cctalk-sum": replace(
        CCTALK,
        driver=lambda line: cctalk_driver.CcTalkBills(line, "bench", check="sum"),
        options={"check": "sum", "echoes": False},
    ),
    "ccnet": CCNET,
    #: A unit that takes the next poll for an acknowledgement.
    "ccnet-once": replace(CCNET, options={"needs_ack": False}, repeats=False, survives_damage=False),
    "ebds": EBDS,
    "mdb": MDB,
    "mdb-raw": replace(
        MDB,
        driver=lambda line: mdb_driver.Mdb(line, "bench", Raw()),
        simulator=lambda *ends, **options: mdb_simulator.Simulator(*ends, adaptor=Raw(), **options),
        survives_damage=False,  # a stray 00 is an acknowledgement
    ),
    #: An adaptor that acknowledges before the host has read.
    "mdb-hasty": replace(
        MDB,
        driver=lambda line: mdb_driver.Mdb(line, "bench", Hex(acknowledges=True)),
        simulator=lambda *ends, **options: mdb_simulator.Simulator(
            *ends, adaptor=Hex(acknowledges=True), **options
        ),
        repeats=False,
        survives_damage=False,
    ),
    "ict": ICT,
}
#: ``make fuzz`` and a long run take every variant and every damage, ``make test`` a fair part of them.
FULL = "ONECARD_FUZZ_EXAMPLES" in os.environ
#: One of each protocol; the others differ from one of these in a single point.
MAIN = ("id003", "essp", "ssp", "cctalk", "ccnet", "ebds", "mdb", "ict")
TRIED = tuple(sorted(RIGS)) if FULL else MAIN
__all__ = ["ALL", "FULL", "MAIN", "RIGS", "TRIED", "Kind", "Memory", "Rig", "intake"]
