"""For scales that do not say whether a weight is stable: it is, once it came often without a change."""

from onecard.devices.scales import Reading, State
from onecard.devices.scales.exchange import Parser

#: Equal answers in a row; at a worker's pace the load then rested for a tenth of a second.
EQUAL = 3


class Steady:
    """A ``Parser`` around another."""

    def __init__(self, parser: Parser) -> None:
        self._parser = parser
        self._last: Reading | None = None
        self._equal = 0

    def feed(self, data: bytes) -> list[Reading]:
        return [self._judge(reading) for reading in self._parser.feed(data)]

    def reset(self) -> None:
        self._parser.reset()

    def forget(self) -> None:
        """Begin counting again."""
        self._last, self._equal = None, 0

    def _judge(self, reading: Reading) -> Reading:
        self._equal = self._equal + 1 if reading == self._last else 1
        self._last = reading
        if reading.state is State.STABLE and self._equal < EQUAL:
            return Reading(State.MOVING, reading.weight_g)
        return reading
