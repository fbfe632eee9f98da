"""An Adam scale at the other end of the cable."""

from onecard.devices.scales import State
from onecard.devices.scales.adam import frames
from onecard.devices.scales.platform import Simulator as Electronics


class Simulator(Electronics):
    """Prints what it shows, moving or not; over its capacity it shows no number."""

    def _answer(self, heard: bytes) -> tuple[bytes, bytes]:
        asked = heard.count(frames.ASK)
        rest = heard.rpartition(b"\n")[2]
        return self._frame() * asked, rest

    def _frame(self) -> bytes:
        sight = self.platform.sight
        return b"  ------\r\n" if sight.state is State.OVER else frames.encode(sight.net_g)
