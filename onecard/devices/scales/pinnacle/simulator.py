"""A Pinnacle OS2 scale: an AP-1 one that can talk by itself and takes tare and zero over the cable."""

from onecard.clock import Clock
from onecard.devices.line import Line
from onecard.devices.scales.cas.simulator import Simulator as Ap1
from onecard.devices.scales.pinnacle import frames
from onecard.devices.scales.pinnacle.frames import BccRange
from onecard.devices.scales.platform import Platform


class Simulator(Ap1):
    """``stream_s`` is the time between frames; ``None`` is a unit that was set to answer only."""

    def __init__(
        self,
        clock: Clock,
        line: Line | None = None,
        platform: Platform | None = None,
        *,
        bcc_range: BccRange = "whole",
        stream_s: float | None = 0.1,
    ) -> None:
        super().__init__(clock, line, platform, bcc_range=bcc_range)
        self.stream_s = stream_s

    def _answer(self, heard: bytes) -> tuple[bytes, bytes]:
        for command, do in ((frames.TARE, self.platform.tare), (frames.ZERO, self.platform.zero)):
            while command in heard:
                do()
                heard = heard.replace(command, b"", 1)
        asked = b"" if self.stream_s is not None else super()._answer(heard)[0]
        begun = heard.rfind(b"<")
        return asked, heard[begun:] if begun >= 0 else b""
