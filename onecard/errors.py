"""The tree of everything that can go wrong on purpose.

::

    OneCardError
    ├── Refused            a rule said no: a stable code and its parameters; shown to people in their language
    ├── Unreachable        the other side did not answer; nothing is known about what it did
    ├── Conflict           the same id came with other content; never a success
    ├── CardError
    │   ├── CardGone       the card or the reader left while we talked; a write may or may not have happened
    │   ├── CardDenied     the card answered, and said no: wrong key, closed sector, write not allowed
    │   ├── CardForeign    not our card: unknown layout, wrong unit, blank, or keys that do not open it
    │   ├── CardBroken     ours, but no valid copy of the record is left
    │   └── CardDoubtful   a write got no success, and reading again did not settle what is on the card
    │       └── NotWritten reading again proved that the record from before the write still stands
    ├── DeviceError
    │   ├── DeviceGone     unplugged, port closed, connection refused
    │   └── DeviceFault    it answers and says that it cannot work (jam, paper out, cover open)
    └── StoreError         our own disk: full, read-only, corrupt. Selling stops before a card is touched

A programmer's error is an ``assert`` or a plain exception and stops the flow safely; these are for operation.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from onecard.cards.image import CardImage


class OneCardError(Exception):
    """Root of the tree. ``code`` is stable and is the key of the texts in ``assets/lang``."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code if not params else f"{code} {params}")
        self.code = code
        self.params = params


class Refused(OneCardError):
    """A rule said no. ``refusal.<code>`` holds the cashier's text and the member's, in both languages."""


class Unreachable(OneCardError):
    """No answer. Whatever was asked may have happened: ask again with the same id."""

    def __init__(self, code: str = "server.unreachable", **params: Any) -> None:
        super().__init__(code, **params)


class Conflict(OneCardError):
    """The same id with other content."""

    def __init__(self, code: str = "record.conflict", **params: Any) -> None:
        super().__init__(code, **params)


class CardError(OneCardError):
    """Anything about the medium in the field."""


class CardGone(CardError):
    """Card or reader left in the middle; read the card again before saying anything."""

    def __init__(self, code: str = "card.gone", **params: Any) -> None:
        super().__init__(code, **params)


class CardDenied(CardError):
    """The card or the reader answered with anything but success; after a write the outcome is unknown."""

    def __init__(self, code: str = "card.denied", **params: Any) -> None:
        super().__init__(code, **params)


class CardForeign(CardError):
    """Blank, of another system or unit, or its keys do not open."""

    def __init__(self, code: str = "card.foreign", **params: Any) -> None:
        super().__init__(code, **params)


class CardBroken(CardError):
    """Our card, but neither copy of the purse record verifies; rebuilt at the front desk."""

    def __init__(self, code: str = "card.broken", **params: Any) -> None:
        super().__init__(code, **params)


class CardDoubtful(CardError):
    """A write was not confirmed. ``image`` is what a read after it found, ``None`` if that failed too.

    The record written may or may not be on the card: the same card has to come back.
    """

    def __init__(self, image: "CardImage | None" = None, code: str = "card.doubtful", **params: Any) -> None:
        super().__init__(code, **params)
        self.image = image


class NotWritten(CardDoubtful):
    """A write failed and a good read after it shows the old record: nothing has happened to the money."""

    image: "CardImage"

    def __init__(self, image: "CardImage", code: str = "card.not_written", **params: Any) -> None:
        super().__init__(image, code, **params)


class DeviceError(OneCardError):
    """A device other than the card itself."""


class DeviceGone(DeviceError):
    """Unplugged, port closed, connection refused."""

    def __init__(self, code: str = "device.gone", **params: Any) -> None:
        super().__init__(code, **params)


class DeviceFault(DeviceError):
    """It answers, and says what is wrong."""


class StoreError(OneCardError):
    """Our own disk cannot take the next record."""

    def __init__(self, code: str = "store.failed", **params: Any) -> None:
        super().__init__(code, **params)
