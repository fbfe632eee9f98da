"""A CAS AP-1 scale at the other end of the cable, from the protocol's description."""

from onecard.clock import Clock
from onecard.devices.line import Line
from onecard.devices.scales.cas import frames
from onecard.devices.scales.cas.frames import BccRange
from onecard.devices.scales.platform import Platform
from onecard.devices.scales.platform import Simulator as Electronics


class Simulator(Electronics):
    """Answers ENQ with ACK, or with NAK while it is not ready, and DC1 with a frame."""

    def __init__(
        self,
        clock: Clock,
        line: Line | None = None,
        platform: Platform | None = None,
        *,
        bcc_range: BccRange = "body",
    ) -> None:
        super().__init__(clock, line, platform)
        self.bcc_range: BccRange = bcc_range
        #: It warms up and has nothing to say.
        self.is_busy = False

    def _answer(self, heard: bytes) -> tuple[bytes, bytes]:
        said = b""
        for byte in heard:
            if byte == frames.ENQ[0]:
                said += frames.NAK if self.is_busy else frames.ACK
            elif byte == frames.DC1[0] and not self.is_busy:
                said += self._frame()
        return said, b""

    def _frame(self) -> bytes:
        sight = self.platform.sight
        return frames.encode(frames.body(sight.state, sight.net_g), self.bcc_range)
