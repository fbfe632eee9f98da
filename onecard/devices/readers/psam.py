"""A PSAM in a reader of its own, as one device: watched, asked by whoever holds a card, never waited for
without end. Knows its number and no purse.
"""

from collections.abc import Callable
from typing import Final, TypeVar

from onecard.cards.cpu import command
from onecard.cards.medium import ApduCard
from onecard.clock import Clock
from onecard.devices.health import HealthView
from onecard.devices.readers import Reader
from onecard.devices.worker import Worker
from onecard.errors import CardError, CardGone, DeviceError, DeviceFault, DeviceGone

T = TypeVar("T")

#: Between two looks whether it is still there.
EVERY_S: Final = 2.0
#: A tap waits no longer than this for one of its answers.
WITHIN_S: Final = 3.0


def open_slot(name: str) -> "PsamSlot":
    """The reader whose PC/SC name contains ``name``, with or without a PSAM in it."""
    from onecard.devices.readers.pcsc import open_reader

    return PsamSlot(open_reader(name))


class PsamSlot:
    """The reader and what stands in it; one thread at a time."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._card: ApduCard | None = None
        #: What the PSAM calls itself, six bytes.
        self.number = b""

    def look(self) -> ApduCard:
        """The PSAM. Raises ``DeviceGone``; ``DeviceFault`` for a chip that is none."""
        card = self._reader.poll()
        if not isinstance(card, ApduCard):
            self._card = None
            raise DeviceGone("psam.gone")
        if card is not self._card:
            self.number = self._asked(card)
            self._card = card
        return card

    @property
    def call_under_way(self) -> int | None:
        """See ``Worker.look_after``."""
        found: int | None = getattr(self._reader, "call_under_way", None)
        return found

    def close(self) -> None:
        self._reader.close()

    @staticmethod
    def _asked(card: ApduCard) -> bytes:
        try:
            data, status = card.transmit(command.sam_terminal())
        except CardGone as error:
            raise DeviceGone("psam.gone") from error
        if status != command.OK or len(data) != command.TERMINAL:
            raise DeviceFault("psam.refused", status=f"{status:04X}")
        return data


class PsamWorker(Worker[PsamSlot]):
    """Owns the PSAM's reader. ``find`` is what ``CardPsam`` looks for it with, from any thread."""

    def __init__(
        self,
        name: str,
        open_driver: Callable[[], PsamSlot],
        *,
        clock: Clock,
        on_health: Callable[[HealthView], None] | None = None,
    ) -> None:
        super().__init__(
            name,
            open_driver,
            self._watched,
            clock=clock,
            interval_s=EVERY_S,
            on_health=on_health,
            reports_health=True,
        )

    def find(self) -> "Remote | None":
        """The PSAM that stands there now; ``None``: none does, or it does not answer."""
        try:
            return Remote(self, self.ask(lambda slot: slot.look()))
        except DeviceGone:
            return None

    def ask(self, order: Callable[[PsamSlot], T]) -> T:
        """On the PSAM's own thread. Raises what it raises, ``DeviceFault("device.stuck")`` when it does not
        come back."""
        future = self.call(order)
        try:
            return future.result(WITHIN_S)
        except TimeoutError:
            future.cancel()
            raise DeviceFault("device.stuck", device=self.name) from None

    def _watched(self, slot: PsamSlot) -> None:
        """An empty reader, or one that is away, finds its PSAM again by itself: nothing is opened anew."""
        try:
            slot.look()
        except (DeviceError, CardError) as error:
            self.health.bad(error.code, str(error))
        else:
            self.health.good()


class Remote:
    """One PSAM, for a tap on another thread; another one in its place is never taken for it."""

    def __init__(self, worker: PsamWorker, card: ApduCard) -> None:
        self._worker, self._card = worker, card

    def transmit(self, apdu: bytes) -> tuple[bytes, int]:
        """See ``ApduCard.transmit``. Raises ``CardGone``, ``DeviceFault("device.stuck")``."""
        try:
            return self._worker.ask(lambda _: self._card.transmit(apdu))
        except DeviceGone as error:
            raise CardGone from error
