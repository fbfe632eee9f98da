"""A Toledo 8217 scale at the other end of the cable."""

from onecard.devices.scales import State
from onecard.devices.scales.platform import Simulator as Electronics
from onecard.devices.scales.toledo import frames

_BITS = {State.MOVING: frames.MOTION, State.OVER: frames.OVER, State.UNDER_ZERO: frames.UNDER}


class Simulator(Electronics):
    """One letter, one answer; zero and tare answer nothing."""

    def _answer(self, heard: bytes) -> tuple[bytes, bytes]:
        said = b""
        for letter in heard:
            if letter == frames.ASK[0]:
                said += self._frame()
            elif letter == frames.ZERO[0]:
                self.platform.zero()
            elif letter == frames.TARE[0]:
                self.platform.tare()
        return said, b""

    def _frame(self) -> bytes:
        sight = self.platform.sight
        if sight.state is State.STABLE:
            return frames.weight(sight.net_g, is_net=sight.has_tare)
        return frames.status(_BITS[sight.state])
