"""What every simulated acceptor has in common: paper, people and time. How it talks is its simulator's
business.

``insert`` is the customer, ``tick`` the firmware, ``jam`` bad luck. ``Memory`` is what a power cut cannot
take: where the note was and what lies in the cash box. Its times are the usual ones; it knows no driver.
"""

from enum import Enum, auto
from typing import Literal

import msgspec

from onecard.clock import Clock
from onecard.devices.line import Line
from onecard.errors import DeviceGone

Place = Literal["none", "acceptor", "stacker"]
CNY_FEN = (100, 500, 1_000, 2_000, 5_000, 10_000)
#: Why a note is refused whose value is not enabled, or which nobody wanted in time.
INHIBITED = "inhibited"


class Timing(msgspec.Struct, frozen=True):
    """Seconds."""

    accept: float = 0.8
    stack: float = 0.5
    stacked: float = 0.3
    eject: float = 0.8
    initialize: float = 1.5
    escrow: float = 10.0
    #: Without a poll for so long a held note is returned.
    unpolled: float = 3.0
    #: With an unacknowledged credit for so long it stops answering until it is reset.
    unacknowledged: float = 60.0


class Memory(msgspec.Struct):
    """What survives a power cut: paper."""

    note_fen: int = 0
    place: Place = "none"
    box_fen: list[int] = []
    returned_fen: list[int] = []
    #: Notes that went into the box without a credit that was acknowledged.
    uncredited_fen: list[int] = []


class At(Enum):
    """Where the machine stands."""

    POWER_UP = auto()  # until somebody resets it; where the protocol wants that
    INITIALIZE = auto()
    REST = auto()
    ACCEPTING = auto()
    ESCROW = auto()
    STACKING = auto()
    PASSED = auto()  # the note cannot come back any more: the credit point
    STACKED = auto()
    REJECTING = auto()
    RETURNING = auto()
    JAM_ACCEPTOR = auto()
    JAM_STACKER = auto()
    BOX_OUT = auto()
    CHEATED = auto()
    FAILURE = auto()


FROM_MOUTH = (At.ACCEPTING, At.ESCROW, At.REJECTING, At.RETURNING)
JAMS = (At.JAM_ACCEPTOR, At.JAM_STACKER)


class Mechanics:
    """One acceptor. A simulator adds ``hear`` (what was written to it) and, where its protocol reports events
    once, ``turned`` (something moved)."""

    #: A note at its credit point stays there until the host has confirmed it.
    WAITS_FOR_HOST = False
    #: It does nothing after a power cut until it is reset.
    STARTS_BY_RESET = False
    USUAL = Timing()

    def __init__(
        self,
        clock: Clock,
        line: Line | None = None,
        *,
        values_fen: tuple[int, ...] = CNY_FEN,
        timing: Timing | None = None,
        memory: Memory | None = None,
        capacity: int = 600,
    ) -> None:
        self._clock, self._line = clock, line
        self._timing = timing or self.USUAL
        self.memory = memory or Memory()
        self.values_fen = values_fen
        self._capacity = capacity
        self.is_on = False
        self.refusal: str | None = None
        self._until: float | None = None
        self.power_on()

    # -- people ------------------------------------------------------------------------------------------

    @property
    def at(self) -> At:
        return self._at

    @property
    def is_full(self) -> bool:
        return len(self.memory.box_fen) >= self._capacity

    @property
    def takes_notes(self) -> bool:
        """The mouth is open (its lamp is on)."""
        return self.is_on and self._at is At.REST and self.is_open and bool(self.enabled_fen)

    @property
    def is_jammed(self) -> bool:
        return self._at in JAMS

    @property
    def is_box_out(self) -> bool:
        return self._at is At.BOX_OUT

    def insert(self, value_fen: int, reject: str | None = None) -> bool:
        """A customer puts a note in; ``False``: the mouth is shut. ``reject``: why it is not liked."""
        if not self.takes_notes or self.is_full:
            return False
        self.memory.note_fen, self.memory.place = value_fen, "acceptor"
        self.refusal = reject
        self._enter(At.ACCEPTING, self._timing.accept)
        return True

    def jam(self, where: Literal["acceptor", "stacker"] = "acceptor") -> None:
        """A note gets stuck."""
        self._enter(At.JAM_ACCEPTOR if where == "acceptor" else At.JAM_STACKER)

    def clear_jam(self) -> None:
        """An attendant pulls the note out and hands it back."""
        self._hand_back()
        self._initialize()

    def take_box_out(self) -> list[int]:
        """The cash box leaves with what is in it."""
        taken, self.memory.box_fen = self.memory.box_fen, []
        self._enter(At.BOX_OUT)
        return taken

    def put_box_back(self) -> None:
        self._initialize()

    def cheat(self) -> None:
        """Somebody pulls a string."""
        self._enter(At.CHEATED, self._timing.eject)

    def fail(self) -> None:
        self._enter(At.FAILURE)

    def power_cut(self, *, note_passed: bool = True) -> None:
        """The mains go. ``note_passed``: a note that was on its way into the stacker had passed the lever."""
        if not self.is_on:
            return
        self.is_on = False
        if self._at in (At.STACKING, At.PASSED):
            passed = self._at is At.PASSED or note_passed
            self.memory.place = "stacker" if passed else "acceptor"

    def power_on(self) -> None:
        if self.is_on:
            return
        self.is_on = True
        self.enabled_fen = frozenset[int]()
        self.is_open = False
        self.refusal = None
        self._last_poll = self._clock.monotonic()
        self.found: Place = self.memory.place
        self.found_fen = self.memory.note_fen
        self._at = At.REST
        self.started()
        if self.STARTS_BY_RESET:
            self._enter(At.POWER_UP)
        else:
            self._initialize()

    def plug(self, line: Line) -> None:
        """The cable goes in."""
        self._line = line

    def close(self) -> None:
        if self._line is not None:
            self._line.close()

    # -- what a protocol adds ----------------------------------------------------------------------------

    def started(self) -> None:
        """Power is back: whatever was in memory chips is gone."""

    def hear(self, data: bytes) -> None:
        """Bytes of the host, none included; answer with ``say``."""
        raise AssertionError("a simulator says what it does with bytes")

    def turned(self, at: At) -> None:
        """The machine is in another state now."""

    # -- firmware ----------------------------------------------------------------------------------------

    def tick(self) -> None:
        """Answer what was asked and go on with what is due."""
        data = b""
        if self._line is not None:
            try:
                data = self._line.read_available()
            except DeviceGone:
                data = b""
        if not self.is_on:
            return
        self._advance()
        self.hear(data)

    poll = tick  # so that a device worker can run it

    def say(self, data: bytes) -> None:
        """Onto the wire."""
        assert self._line is not None
        try:
            self._line.write(data)
        except DeviceGone:
            return

    def heard_poll(self) -> None:
        """The host asks how it is: it is alive."""
        self._last_poll = self._clock.monotonic()

    def stack(self) -> bool:
        """The host wants the held note."""
        if self._at is At.ESCROW:
            self._enter(At.STACKING, self._timing.stack)
            return True
        return False

    def give_back(self) -> bool:
        """The host does not want it."""
        if self._at is At.ESCROW:
            self._enter(At.RETURNING, self._timing.eject)
            return True
        return False

    def hold(self) -> bool:
        """The host needs time: the escrow's limit begins again."""
        if self._at is At.ESCROW:
            self._until = self._clock.monotonic() + self._timing.escrow
            return True
        return False

    def confirm(self) -> None:
        """The host has the credit."""
        if self._at is At.PASSED and self.WAITS_FOR_HOST:
            self._box(credited=True)
            self._enter(At.STACKED, self._timing.stacked)

    def reset(self) -> None:
        """As the protocol's reset command does: what is in the path goes where it can go."""
        if self._at in (At.BOX_OUT, *JAMS):
            return  # a reset does not put the box back
        self._initialize()

    def _initialize(self) -> None:
        if self.memory.place == "stacker" or self._at in (At.STACKING, At.PASSED):
            self._box(credited=False)
        else:
            self._hand_back()
        self._enter(At.INITIALIZE, self._timing.initialize)

    def _enter(self, at: At, seconds: float | None = None) -> None:
        self._at = at
        self._since = self._clock.monotonic()
        self._until = None if seconds is None else self._since + seconds
        self.turned(at)

    def _advance(self) -> None:
        now = self._clock.monotonic()
        if self._at is At.ESCROW and now - max(self._last_poll, self._since) > self._timing.unpolled:
            self._enter(At.RETURNING, self._timing.eject)
        if self._until is None or now < self._until:
            return
        match self._at:
            case At.ACCEPTING:
                self._judge()
            case At.ESCROW:
                self._refuse(INHIBITED)
            case At.STACKING:
                self.memory.place = "stacker"
                self._enter(At.PASSED, None if self.WAITS_FOR_HOST else self._timing.stacked)
            case At.PASSED:
                self._box(credited=True)
                self._enter(At.STACKED, self._timing.stacked)
            case At.REJECTING | At.RETURNING:
                self._hand_back()
                self._enter(At.REST)
            case _:
                self._enter(At.REST)

    def _judge(self) -> None:
        if self.refusal is not None or self.memory.note_fen not in self.values_fen:
            self._refuse(self.refusal or "unknown")
        elif self.memory.note_fen not in self.enabled_fen:
            self._refuse(INHIBITED)
        else:
            self._enter(At.ESCROW, self._timing.escrow)

    def _refuse(self, reason: str) -> None:
        self.refusal = reason
        self._enter(At.REJECTING, self._timing.eject)

    def _hand_back(self) -> None:
        if self.memory.place != "none":
            self.memory.returned_fen.append(self.memory.note_fen)
        self._no_note()

    def _box(self, *, credited: bool) -> None:
        self.memory.box_fen.append(self.memory.note_fen)
        if not credited:
            self.memory.uncredited_fen.append(self.memory.note_fen)
        self._no_note()

    def _no_note(self) -> None:
        self.memory.note_fen, self.memory.place = 0, "none"
