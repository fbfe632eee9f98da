"""Cards over PC/SC, on any reader with the standard's pseudo-APDUs; the only door to pyscard."""

from typing import TYPE_CHECKING

from onecard.cards.medium import ApduCard

if TYPE_CHECKING:
    from onecard.cards.cpu.psam import Finder
    from onecard.devices.readers.pcsc.driver import PcscReader


def open_reader(name: str) -> "PcscReader":
    """The reader whose PC/SC name contains ``name``, looked for at each poll until it is there."""
    # pyscard is wanted by stations only; the APDUs of this package are of use without it.
    from onecard.devices.readers.pcsc.driver import PcscReader

    return PcscReader(name)


def open_psam(name: str) -> "Finder":
    """Finds the PSAM in the reader whose name contains ``name``, whenever it is wanted."""
    reader = open_reader(name)

    def find() -> ApduCard | None:
        card = reader.poll()
        return card if isinstance(card, ApduCard) else None

    return find


def list_readers() -> list[str]:
    """Names of all readers now. Raises ``DeviceGone("reader.no_service")`` without a PC/SC service."""
    from onecard.devices.readers.pcsc.driver import list_readers as names

    return names()
