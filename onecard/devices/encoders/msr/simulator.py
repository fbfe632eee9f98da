"""An MSR605 and the person who draws cards through it, at the other end of the cable."""

from onecard.clock import Clock
from onecard.devices.encoders.msr import frames
from onecard.devices.line import Line
from onecard.errors import DeviceGone


class Simulator:
    """``swipe`` draws ``card`` (its tracks) through; ``is_clumsy`` makes that go wrong."""

    def __init__(self, clock: Clock, line: Line | None = None) -> None:
        self._line = line
        self.is_on = True
        self.is_clumsy = self.is_worn = False
        self.coercivity = b""
        self._armed = b""
        self._to_write: dict[int, str] = {}
        self._heard = b""

    def plug(self, line: Line) -> None:
        self._line = line

    def tick(self) -> None:
        """Hear commands."""
        assert self._line is not None, "not plugged in"
        try:
            self._heard += self._line.read_available()
            while self.is_on and (answer := self._command()) is not None:
                if answer:
                    self._line.write(answer)
        except DeviceGone:
            self._heard = b""

    def swipe(self, card: dict[int, str]) -> None:
        """A card is drawn through; its stripe is changed when it was to be."""
        assert self._line is not None, "not plugged in"
        armed, self._armed = self._armed, b""
        if not self.is_on or not armed:
            return
        if armed == frames.READ:
            marked = {number: f"{'%' if number == 1 else ';'}{text}?" for number, text in card.items()}
            said = frames.block(marked) + bytes(
                (frames.ESC, frames.BAD_SWIPE if self.is_clumsy else frames.OK)
            )
            self._line.write(said)
            return
        status = frames.BAD_SWIPE if self.is_clumsy else frames.WRITE_ERROR if self.is_worn else frames.OK
        if status == frames.OK:
            card.clear()
            card.update(self._to_write)
        self._line.write(bytes((frames.ESC, status)))

    def close(self) -> None:
        if self._line is not None:
            self._line.close()

    def _command(self) -> bytes | None:
        """Work off one command; ``None`` when none is whole."""
        start = self._heard.find(bytes((frames.ESC,)))
        self._heard = self._heard[start:] if start >= 0 else b""
        code = self._heard[:2]
        if len(code) < 2:
            return None
        if code == b"\x1bw":
            end = self._heard.find(bytes((frames.FS,)))
            if end < 0:
                return None
            self._to_write = frames.read_block(self._heard[2 : end + 1])
            self._armed, self._heard = code, self._heard[end + 1 :]
            return b""
        self._heard = self._heard[2:]
        if code == frames.RESET:
            self._armed = b""
            return b""
        if code == frames.TEST:
            return bytes((frames.ESC, frames.ALIVE))
        if code == frames.READ:
            self._armed = code
            return b""
        if code in (frames.HIGH_COERCIVITY, frames.LOW_COERCIVITY):
            self.coercivity = code
            return bytes((frames.ESC, frames.OK))
        return bytes((frames.ESC, frames.INVALID))
