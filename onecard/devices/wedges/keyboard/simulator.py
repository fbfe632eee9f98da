"""A scanner or stripe reader that types, at the other end of the cable. Pulled out, its cable is cut."""

from onecard.clock import Clock
from onecard.devices.line import Line
from onecard.devices.wedges.keyboard import frames, keys


def strokes(text: str, at_us: int = 0, *, step_us: int = 1000, end: bool = True) -> bytes:
    """The events that type ``text``, and Enter."""
    said, now = b"", at_us

    def event(code: int, value: int) -> bytes:
        return (
            frames.encode(frames.EV_MSC, 4, 0x70000 + code, now)
            + frames.encode(frames.EV_KEY, code, value, now)
            + frames.encode(frames.EV_SYN, frames.SYN_REPORT, 0, now)
        )

    for character in text:
        code, shifted = (
            (keys.SEPARATOR[0], False) if character == keys.SEPARATOR[1] else keys.CODES[character]
        )
        held = keys.CONTROL if character == keys.SEPARATOR[1] else keys.SHIFT if shifted else None
        if held is not None:
            said += event(held, frames.DOWN)
        said += event(code, frames.DOWN) + event(code, frames.UP)
        if held is not None:
            said += event(held, frames.UP)
        now += step_us
    return said + event(keys.ENTER, frames.DOWN) + event(keys.ENTER, frames.UP) if end else said


class Simulator:
    """``scan`` is a person with a code or a card."""

    def __init__(self, clock: Clock, line: Line | None = None) -> None:
        self._clock, self._line = clock, line

    def plug(self, line: Line) -> None:
        self._line = line

    def scan(self, text: str, *, end: bool = True) -> None:
        """Read it; ``end`` off: the reader was set to send no Enter."""
        assert self._line is not None, "not plugged in"
        self._line.write(strokes(text, round(self._clock.monotonic() * 1_000_000), end=end))

    def tick(self) -> None:
        """It does nothing by itself."""

    def close(self) -> None:
        if self._line is not None:
            self._line.close()
