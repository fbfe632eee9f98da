"""Cards over PC/SC, on any reader with the standard's pseudo-APDUs; the only door to pyscard."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from onecard.devices.readers.pcsc.driver import PcscReader


def open_reader(name: str) -> "PcscReader":
    """The reader whose PC/SC name contains ``name``, looked for at each poll until it is there."""
    # pyscard is wanted by stations only; the APDUs of this package are of use without it.
    from onecard.devices.readers.pcsc.driver import PcscReader

    return PcscReader(name)


def list_readers() -> list[str]:
    """Names of all readers now. Raises ``DeviceGone("reader.no_service")`` without a PC/SC service."""
    from onecard.devices.readers.pcsc.driver import list_readers as names

    return names()
