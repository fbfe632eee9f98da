"""Terminals of banks and city cards and a stripe encoder, on the counter as settings name them. F: C16 C17"""

from collections.abc import Callable

from onecard.clock import Clock
from onecard.devices.city_terminals import Rules
from onecard.devices.fitted import fitted
from onecard.errors import OneCardError
from onecard.settings import Settings
from onecard.terminal.bank import BankDesk
from onecard.terminal.city import CityDesk
from onecard.terminal.foreign import Back, ForeignPayment
from onecard.terminal.later import Later
from onecard.terminal.stripe import StripeDesk
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
        bank = BankDesk(book, device.open, clock, later)
        counter.put_bank(bank)
        till.foreign["bank"] = Terminal(bank)
    device = fitted(settings, "encoder")
    if device is not None:
        counter.put_encoder(StripeDesk(device.open, clock, later))
    device = fitted(settings, "city")
    if device is not None:
        merchant = settings.text("city.merchant")
        rules = Rules(
            most_fen=settings.number("city.most_fen"),
            most_per_day_fen=settings.number("city.day_fen"),
            least_left_fen=settings.number("city.left_fen"),
        )
        city = CityDesk(book, device.open, clock, later, merchant=merchant, rules=rules)
        counter.put_city(city)
        till.foreign["city"] = Terminal(city)
