"""A scale that sends ASCII by itself."""

from typing import Literal

from onecard.clock import Clock
from onecard.devices.line import Line
from onecard.devices.scales import State
from onecard.devices.scales.ascii import frames
from onecard.devices.scales.platform import Platform
from onecard.devices.scales.platform import Simulator as Electronics


class Simulator(Electronics):
    """``form`` is one of the two formats."""

    stream_s = 0.1

    def __init__(
        self,
        clock: Clock,
        line: Line | None = None,
        platform: Platform | None = None,
        *,
        form: Literal["lines", "boxed"] = "lines",
    ) -> None:
        super().__init__(clock, line, platform)
        self.form = form

    def _frame(self) -> bytes:
        sight = self.platform.sight
        if self.form == "lines":
            return frames.line(sight.state, sight.net_g)
        return b"" if sight.state is State.OVER else frames.box(sight.net_g)
