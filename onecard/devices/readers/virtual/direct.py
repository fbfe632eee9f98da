"""Virtual cards without pcscd: the driver's own APDUs straight into the virtual field, in microseconds."""

from onecard.devices.readers.pcsc.cpu import ApduCpu
from onecard.devices.readers.pcsc.dialect import ACR122U, Dialect
from onecard.devices.readers.pcsc.storage import ApduStorage
from onecard.devices.readers.virtual.card import CardLeft, VirtualM1
from onecard.devices.readers.virtual.chip import VirtualChip
from onecard.devices.readers.virtual.field import ACR, CardField, ChipField, Manners
from onecard.errors import CardGone


class DirectStorage(ApduStorage):
    """Lays ``card`` into the field of its own; a card that left has to be laid down again in a new one."""

    def __init__(self, card: VirtualM1, dialect: Dialect = ACR122U, manners: Manners = ACR) -> None:
        card.place()
        self._field = CardField(card, manners)
        super().__init__(dialect, self._transmit, self._reselect)
        self.fetch_uid()

    def _transmit(self, apdu: bytes) -> bytes:
        try:
            return self._field.transmit(apdu)
        except CardLeft:
            raise CardGone from None

    def _reselect(self) -> None:
        try:
            self._field.reset()
        except CardLeft:
            raise CardGone from None


class DirectCpu(ApduCpu):
    """The same for a CPU card, or a PSAM."""

    def __init__(self, card: VirtualChip) -> None:
        card.place()
        self._field = ChipField(card)
        super().__init__(self._carry, self._wake)
        self.fetch_uid()

    def _carry(self, apdu: bytes) -> bytes:
        try:
            return self._field.transmit(apdu)
        except CardLeft:
            raise CardGone from None

    def _wake(self) -> None:
        try:
            self._field.reset()
        except CardLeft:
            raise CardGone from None
