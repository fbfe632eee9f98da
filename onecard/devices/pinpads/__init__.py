"""Contract of a PIN pad: asked for a PIN, it gives one, or says why not. A PIN is never written anywhere.

A driver is polled; it has no thread, sleeps never and asks no clock. PINs come through no window and no
wedge.
"""

from typing import Protocol

import msgspec

LEAST, MOST = 4, 12


class Pin:
    """Digits that no log, error or dump shows. Used once: ``take`` wipes them."""

    __slots__ = ("_digits",)

    def __init__(self, digits: bytes) -> None:
        self._digits = bytearray(digits)

    def take(self) -> str:
        """The digits, for the one question to the card or the server; afterwards they are gone from here."""
        assert self._digits, "a PIN is used once"
        told = self._digits.decode("ascii")
        self.wipe()
        return told

    def wipe(self) -> None:
        """Overwrite them, as well as Python lets one."""
        for at in range(len(self._digits)):
            self._digits[at] = 0
        self._digits.clear()

    def __repr__(self) -> str:
        return "Pin(…)"

    def __reduce__(self) -> str:
        raise TypeError("a PIN is not stored")


class Typing(msgspec.Struct, frozen=True):
    """So many digits stand there, for the dots on the screen."""

    count: int


class Entered:
    """OK was pressed."""

    __slots__ = ("pin",)

    def __init__(self, pin: Pin) -> None:
        self.pin = pin

    def __repr__(self) -> str:
        return "Entered(pin=Pin(…))"


class Cancelled(msgspec.Struct, frozen=True):
    """The person gave up, or pressed OK with too few digits."""

    reason: str = "cancel"


class TimedOut(msgspec.Struct, frozen=True):
    """Nobody finished in time."""


Event = Typing | Entered | Cancelled | TimedOut


class Pinpad(Protocol):
    """One pad on one line."""

    def ask(self) -> None:
        """Begin; keys pressed before count for nothing. Ends with one ``Entered``, ``Cancelled`` or
        ``TimedOut``."""
        ...

    def stop(self) -> None:
        """No PIN is wanted any more; forget what was typed."""
        ...

    def poll(self) -> list[Event]:
        """What happened since. Raises ``DeviceGone``, and then nothing of what was typed is kept."""
        ...

    def close(self) -> None: ...
