"""The mechanics of a simulated scale: a load that swings before it rests, zero, tare, too much. No bytes."""

import msgspec

from onecard.clock import Clock
from onecard.devices.line import Line
from onecard.devices.scales import State
from onecard.errors import DeviceGone


class Sight(msgspec.Struct, frozen=True):
    """What the weighing cell says now; ``net_g`` is what is displayed."""

    state: State
    net_g: int
    has_tare: bool


class Platform:
    """A pan that people put things on."""

    def __init__(self, clock: Clock, *, capacity_g: int = 15_000, settle_s: float = 0.5) -> None:
        self._clock, self.capacity_g, self.settle_s = clock, capacity_g, settle_s
        self._before_g = self._load_g = 0
        self._since = clock.monotonic() - settle_s
        self._zero_g = self._tare_g = 0

    def put(self, load_g: int) -> None:
        """From now on so much lies on it in all; it swings for a while."""
        self._before_g, self._since = self._gross_g, self._clock.monotonic()
        self._load_g = load_g

    def tare(self) -> bool:
        """What lies on it is packaging, once it rests."""
        if self.sight.state is not State.STABLE:
            return False
        self._tare_g = self._gross_g - self._zero_g
        return True

    def zero(self) -> bool:
        """What lies on it is nothing, if it is little enough (2 % of what it can carry)."""
        near = abs(self._gross_g) <= self.capacity_g // 50
        if self._is_moving or not near:
            return False
        self._zero_g, self._tare_g = self._gross_g, 0
        return True

    @property
    def sight(self) -> Sight:
        net_g = self._gross_g - self._zero_g - self._tare_g
        if self._gross_g > self.capacity_g:
            state = State.OVER
        elif self._is_moving:
            state = State.MOVING
        else:
            state = State.UNDER_ZERO if net_g < 0 else State.STABLE
        return Sight(state, net_g, self._tare_g != 0)

    @property
    def _is_moving(self) -> bool:
        return self._clock.monotonic() - self._since < self.settle_s

    @property
    def _gross_g(self) -> int:
        part = min(1.0, (self._clock.monotonic() - self._since) / self.settle_s) if self.settle_s else 1.0
        return round(self._before_g + (self._load_g - self._before_g) * part)


class Simulator:
    """The electronics around a ``Platform``; a protocol adds ``_answer``, or what it sends by itself."""

    #: Seconds between frames of a scale that talks by itself; ``None`` is one that only answers.
    stream_s: float | None = None

    def __init__(self, clock: Clock, line: Line | None = None, platform: Platform | None = None) -> None:
        self.platform = platform or Platform(clock)
        self.is_on = True
        self._clock, self._line = clock, line
        self._due = clock.monotonic()
        self._heard = b""

    def plug(self, line: Line) -> None:
        """Join it to a cable."""
        self._line = line

    def tick(self) -> None:
        """What the firmware does now."""
        assert self._line is not None, "not plugged in"
        try:
            data = self._line.read_available()
            if not self.is_on:
                return
            self._heard = (self._heard + data)[-64:]
            said, self._heard = self._answer(self._heard)
            if self.stream_s is not None and self._clock.monotonic() >= self._due:
                self._due = self._clock.monotonic() + self.stream_s
                said += self._frame()
            if said:
                self._line.write(said)
        except DeviceGone:
            self._heard = b""

    def close(self) -> None:
        if self._line is not None:
            self._line.close()

    def _answer(self, heard: bytes) -> tuple[bytes, bytes]:
        """What it says to that, and what it keeps because it is not complete."""
        return b"", b""

    def _frame(self) -> bytes:
        """One frame of what it sends by itself."""
        return b""
