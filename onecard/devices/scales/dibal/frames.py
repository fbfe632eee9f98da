"""Dibal scales: ``98000001`` is answered by ``99 0 00316 0 000000 4``, 316 g. Bytes ↔ readings.

Known from one published exchange. The digit at the end is a check whose rule is not known, so it is not used;
the digit before the weight is taken as "stable" when 0; blanks between the fields may be there or not.
"""

import re

from onecard.devices.scales import Reading, State, stable

ASK, END = b"98000001\r\n", b"\r\n"
_WEIGHT = re.compile(rb"99 ?([0-9]) ?([0-9]{5}) ?([0-9]) ?([0-9]{6}) ?([0-9])\r\n")
_STABLE, _MOVING = b"0", b"1"


def line_of(line: bytes) -> Reading | None:
    """A line's meaning; ``None`` for other lines."""
    match = _WEIGHT.fullmatch(line)
    if match is None:
        return None
    if match[1] == _STABLE:
        return stable(int(match[2]))
    return Reading(State.MOVING, int(match[2])) if match[1] == _MOVING else Reading(State.BUSY)


def encode(net_g: int, state: State = State.STABLE) -> bytes:
    """What the scale answers; what it says when it cannot weigh is not known, and here it is silent."""
    if state in (State.OVER, State.UNDER_ZERO):
        return b""
    return f"99 {0 if state is State.STABLE else 1} {net_g:05d} 0 000000 4".encode() + END
