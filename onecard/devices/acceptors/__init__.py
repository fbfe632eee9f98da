"""Contract of a cash acceptor: events that happened, orders it takes. Money is credited nowhere here.

A driver is polled; it has no thread, sleeps never and asks no clock. ``Credited`` (``Dropped`` for coins,
which no escrow holds) is raised exactly at the protocol's credit point and *repeats until* ``acknowledge`` is
called, because the intake journals the credit before it lets the device go on.
"""

from typing import Protocol

import msgspec


class Event(msgspec.Struct, frozen=True):
    """Something the device reported."""


class PoweredUp(Event, frozen=True):
    """The device (re)started. ``note``: where a note was then: ``"none" | "acceptor" | "stacker"``."""

    note: str = "none"


class Idle(Event, frozen=True):
    """Enabled, or disabled, and at rest."""

    enabled: bool


class Accepting(Event, frozen=True):
    """A note is being drawn in; its value is not known yet."""


class Escrowed(Event, frozen=True):
    """A note is held; not money yet. The intake answers ``stack`` or ``give_back`` within about 8 s."""

    cycle: int
    value_fen: int


class Stacking(Event, frozen=True):
    """On its way to the cash box; still not money."""

    cycle: int


class Credited(Event, frozen=True):
    """The credit point. ``value_fen`` is ``None`` when the device does not say it (use the escrow's).

    ``cycle`` 0: the note was stacked before this driver was opened (or before the device's last power-up) and
    nobody had acknowledged it. No other note can have been taken since, so it belongs to the journal's last
    stack order: credit that one unless its credit is on disk already, then acknowledge.
    """

    cycle: int
    value_fen: int | None


class Dropped(Event, frozen=True):
    """A coin fell into the cash box: the credit point of a device without escrow, which nobody could order.

    Repeats until ``acknowledge``, as ``Credited`` does. ``cycle`` goes on counting across ``resume``.
    """

    cycle: int
    value_fen: int


class Lost(Event, frozen=True):
    """The device did something that it will never tell: what it took meanwhile is for a person to find
    out."""

    detail: str


class Stacked(Event, frozen=True):
    """In the cash box; follows ``Credited``."""

    cycle: int


class Rejected(Event, frozen=True):
    """Not taken; ``reason`` is the device's own code in words."""

    reason: str


class Returned(Event, frozen=True):
    """A held note went back to the customer."""

    cycle: int


class Faulted(Event, frozen=True):
    """It cannot take money: ``"jam" | "box_full" | "box_out" | "cheated" | "failure" | "silent"``."""

    kind: str
    detail: str = ""


class Acceptor(Protocol):
    """One acceptor on one line."""

    #: What tells this acceptor from another one; part of every credit's identity.
    serial: str
    #: Values it can take, fen.
    values_fen: tuple[int, ...]

    def poll(self) -> list[Event]:
        """Exchange what is due and say what happened. Raises ``DeviceGone`` when the line is gone."""
        ...

    def enable(self, values_fen: frozenset[int]) -> None:
        """Take exactly these notes from now on; an empty set closes the mouth."""
        ...

    def stack(self) -> None:
        """Keep the held note. The intent must be on disk before this is called."""
        ...

    def give_back(self) -> None:
        """Return the held note."""
        ...

    def acknowledge(self) -> None:
        """The credit is on disk: let the device go on."""
        ...

    def resume(self, cycle: int) -> None:
        """Before the first poll: the newest ``Dropped`` of this device whose credit is on disk; 0 is none."""
        ...

    def close(self) -> None: ...
