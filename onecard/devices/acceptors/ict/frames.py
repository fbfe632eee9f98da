"""ICT bytes: each is a message of its own, without length or check. Bytes ↔ tokens; what one means, the state
says.

The line's parity bit is all that guards a byte, and several values stand for different things in the two
directions and in different states. So nothing is found behind garbage: an unknown byte is counted and
dropped.
"""

from enum import IntEnum


class Host(IntEnum):
    """What the host says."""

    ACCEPT = 0x02
    STATUS = 0x0C
    REJECT = 0x0F
    HOLD = 0x18
    RESET = 0x30
    ENABLE = 0x3E
    DISABLE = 0x5E


class Unit(IntEnum):
    """What the unit says."""

    STACKED = 0x10
    RETURNED = 0x11
    MOTOR = 0x20
    CHECKSUM = 0x21
    JAM = 0x22
    BILL_REMOVED = 0x23
    BOX_OPEN = 0x24
    SENSOR = 0x25
    FISHING = 0x27
    STACKER = 0x28
    REJECTED = 0x29
    INVALID = 0x2A
    CLEARED = 0x2F
    ENABLED = 0x3E
    INHIBITED = 0x5E
    POWER_UP_1 = 0x80
    NOTE = 0x81
    POWER_UP_2 = 0x8F


#: Channels 1 to 8 of a note in escrow, behind ``NOTE``.
FIRST_CHANNEL = 0x40
CHANNELS = 8
_UNITS = {int(unit): unit for unit in Unit}
FAULTS = {
    Unit.MOTOR: ("failure", "motor"),
    Unit.CHECKSUM: ("failure", "checksum"),
    Unit.JAM: ("jam", ""),
    Unit.BILL_REMOVED: ("cheated", "bill_removed"),
    Unit.BOX_OPEN: ("box_out", ""),
    Unit.SENSOR: ("failure", "sensor"),
    Unit.FISHING: ("cheated", "fishing"),
    Unit.STACKER: ("box_full", ""),
}


class Tokens:
    """Takes bytes as they come; gives tokens: a ``Unit``, or a channel number 1 to 8 behind ``NOTE``."""

    def __init__(self) -> None:
        self._is_channel_due = False
        self.garbage = 0

    @property
    def is_partial(self) -> bool:
        """``NOTE`` was said, and not yet which."""
        return self._is_channel_due

    def feed(self, data: bytes) -> list[Unit | int]:
        """Tokens that ``data`` completes; a channel stands for the note in escrow."""
        tokens: list[Unit | int] = []
        for byte in data:
            was_due, self._is_channel_due = self._is_channel_due, byte == Unit.NOTE
            channel = byte - FIRST_CHANNEL
            if was_due and 0 <= channel < CHANNELS:
                tokens.append(channel + 1)
            elif (unit := _UNITS.get(byte)) is not None:
                tokens.append(unit)
            else:
                self.garbage += 1
        return tokens

    def expire(self) -> list[Unit | int]:
        """The channel will not come any more."""
        self._is_channel_due = False
        return []
