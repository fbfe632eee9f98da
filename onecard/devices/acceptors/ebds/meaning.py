"""What EBDS bits mean, in the host's three bytes and in the device's six. Data, no behaviour."""

from enum import IntFlag

import msgspec

NOTES = 7


class Host(IntFlag):
    """The host's second byte."""

    ESCROW = 0x10
    STACK = 0x20
    RETURN = 0x40


#: The host's third byte: power-up policy B, finish a note that was past escrow and report its value.
POLICY_B = 0x04


class At(IntFlag):
    """The device's first byte."""

    IDLE = 0x01
    ACCEPTING = 0x02
    ESCROWED = 0x04
    STACKING = 0x08
    STACKED = 0x10
    RETURNING = 0x20
    RETURNED = 0x40


class Trouble(IntFlag):
    """The device's second byte."""

    CHEATED = 0x01
    REJECTED = 0x02
    JAMMED = 0x04
    FULL = 0x08
    BOX_PRESENT = 0x10
    PAUSED = 0x20
    CALIBRATION = 0x40


class Other(IntFlag):
    """The device's third byte, beside the value in bits 3 to 5."""

    POWER_UP = 0x01
    INVALID = 0x02
    FAILURE = 0x04


class Status(msgspec.Struct, frozen=True):
    """A device's answer. ``note`` is 1 to 7; 0 when it names none."""

    at: At
    trouble: Trouble
    other: Other
    note: int


def read(data: bytes) -> Status | None:
    """None when the answer has not the six bytes of a status."""
    if len(data) < 3:
        return None
    return Status(At(data[0] & 0x7F), Trouble(data[1] & 0x7F), Other(data[2] & 0x07), data[2] >> 3 & 0x07)


def encode(status: Status, model: int = 2, revision: int = 3) -> bytes:
    """The same, towards the wire; for simulators."""
    return bytes((status.at, status.trouble, status.other | status.note << 3, 1, model, revision))


def fault(status: Status) -> tuple[str, str] | None:
    """(kind, detail) of what keeps the device from working."""
    if status.other & Other.FAILURE:
        return "failure", ""
    if status.trouble & Trouble.JAMMED:
        return "jam", ""
    if not status.trouble & Trouble.BOX_PRESENT:
        return "box_out", ""
    if status.trouble & Trouble.FULL:
        return "box_full", ""
    if status.trouble & Trouble.CHEATED:
        return "cheated", ""
    if status.trouble & Trouble.CALIBRATION:
        return "failure", "calibration"
    return None
