"""What lies on the bench, as the page shows it: plain values. Knows no device and does nothing."""

import msgspec

from onecard.bench.counter import CounterState
from onecard.bench.phone import PhoneState


class CardState(msgspec.Struct, frozen=True):
    """One card of the drawer, as the page shows it."""

    uid: str
    label: str
    kind: str
    number: str
    on: str | None


class ReaderState(msgspec.Struct, frozen=True):
    """One reader; ``tear`` is when its card will leave by itself, ``tears`` what can be chosen."""

    id: str
    card: str | None
    tear: str | None
    tears: tuple[str, ...]


class AcceptorState(msgspec.Struct, frozen=True):
    """An acceptor; ``state`` is one word for a person."""

    id: str
    state: str
    takes: bool
    values: tuple[int, ...]
    jammed: bool
    box_out: bool
    power_off: bool
    box_fen: int
    coins: bool = False


class PrinterView(msgspec.Struct, frozen=True):
    """One printer and the numbers of the receipts that came out of it."""

    id: str
    state: str
    receipts: tuple[int, ...]


class CableState(msgspec.Struct, frozen=True):
    """The network."""

    plugged: bool
    up: int
    down: int


class LogLine(msgspec.Struct, frozen=True):
    """What a hand did: ``what`` names the sentence, ``values`` fills it."""

    at: str
    what: str
    values: dict[str, str]
    bad: bool = False


class BenchState(msgspec.Struct, frozen=True):
    """Everything on the bench, in one value."""

    readers: tuple[ReaderState, ...]
    cards: tuple[CardState, ...]
    acceptors: tuple[AcceptorState, ...]
    printers: tuple[PrinterView, ...]
    cable: CableState
    log: tuple[LogLine, ...]
    counter: CounterState | None = None
    #: What the customer's window says, line by line; ``None``: the station has none.
    second: tuple[str, ...] | None = None
    phone: PhoneState | None = None
    #: The stations' sockets, and whether current is on them.
    outlets: tuple[tuple[str, bool], ...] = ()
