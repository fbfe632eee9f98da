"""Bank and city card terminals as selling sees them, put on the counter as settings name them. F: C16 C17"""

from collections.abc import Callable

from onecard.clock import Clock
from onecard.devices.fitted import fitted
from onecard.errors import OneCardError
from onecard.settings import Settings
from onecard.terminal import bank, city
from onecard.terminal.bank import BankDesk, Later
from onecard.terminal.city import CityDesk
from onecard.terminal.foreign import Back, ForeignPayment
from pos.foreign import Approval
from pos.till import Till

Heard = Callable[[Approval | OneCardError], None]


class Terminal:
    """A ``Foreign``."""

    def __init__(self, desk: BankDesk | CityDesk) -> None:
        self._desk = desk

    def pay(self, fen: int, then: Heard) -> None:
        self._desk.pay(fen, lambda word: then(_approval(word)))

    def take_back(self, reference: str, fen: int, then: Heard, back: Back) -> None:
        self._desk.take_back(reference, fen, lambda word: then(_approval(word)), back)


def _approval(word: ForeignPayment | OneCardError) -> Approval | OneCardError:
    if isinstance(word, OneCardError):
        return word
    assert word.word is not None
    return Approval(approval=word.word.approval, reference=word.reference)


def put(till: Till, settings: Settings, clock: Clock, later: Later) -> None:
    """Those that the settings name stand on the till's counter from now on."""
    counter, book = till.counter, till.station.upkeep.foreign
    device = fitted(settings, "bank")
    if device is not None:
        till.foreign["bank"] = Terminal(bank.put(counter, book, device, clock, later))
    device = fitted(settings, "city")
    if device is not None:
        merchant, most_fen = settings.text("city.merchant"), settings.number("city.most_fen")
        desk = city.put(counter, book, device, clock, later, merchant=merchant, most_fen=most_fen)
        till.foreign["city"] = Terminal(desk)
