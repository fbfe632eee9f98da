"""A Dibal scale at the other end of the cable."""

from onecard.devices.scales.dibal import frames
from onecard.devices.scales.platform import Simulator as Electronics


class Simulator(Electronics):
    """One question, one line."""

    def _answer(self, heard: bytes) -> tuple[bytes, bytes]:
        asked = heard.count(frames.ASK)
        rest = heard.rpartition(b"\n")[2]
        return self._frame() * asked, rest

    def _frame(self) -> bytes:
        sight = self.platform.sight
        return frames.encode(sight.net_g, sight.state)
