"""Which driver a station's settings name, and what its unit may take. Knows the names, no protocol."""

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from pathlib import Path

import msgspec

from onecard.clock import SystemClock
from onecard.devices import capture
from onecard.devices.acceptors import Acceptor, ccnet, cctalk, ebds, ict, id003, mdb, ssp
from onecard.errors import DeviceGone

CNY_FEN = (100, 500, 1_000, 2_000, 5_000, 10_000)
CNY_COINS_FEN = (10, 50, 100)


class Choice(msgspec.Struct, frozen=True):
    """One driver: how it is opened, the money that its kind takes, and the options it needs or knows."""

    open: Callable[[Mapping[str, str]], Acceptor]
    values_fen: tuple[int, ...] = CNY_FEN
    options: tuple[str, ...] = ()


CHOICES: Mapping[str, Choice] = {
    "id003": Choice(id003.open),
    "ssp": Choice(ssp.open, options=("key",)),
    "cctalk": Choice(cctalk.open, options=("address", "check")),
    "cctalk-coin": Choice(cctalk.open_coins, CNY_COINS_FEN, ("address", "check", "unit")),
    "ccnet": Choice(ccnet.open),
    "ebds": Choice(ebds.open, options=("notes",)),
    "mdb": Choice(mdb.open, options=("adaptor", "acks")),
    "ict": Choice(ict.open, options=("notes",)),
}


def open_chosen(driver: str, section: Mapping[str, str], options: str) -> Acceptor:
    """The driver called ``driver`` on ``section`` (``line``, ``serial``) with the options of a setting.

    A setting it cannot use is, for the kiosk, a device that is not there: the log and the device's health say
    why. Raises ``DeviceGone``.
    """
    try:
        given = read_options(driver, options)
        path = given.pop("record", "")
        with capture.kept(Path(path), SystemClock()) if path else nullcontext():
            return CHOICES[driver].open({**section, **given})
    except ValueError as error:
        raise DeviceGone(device=driver, why=str(error)) from error


def read_options(driver: str, text: str) -> dict[str, str]:
    """``notes=1,5,10 key=none`` of a setting, for this driver. Raises ``ValueError`` for one it does not
    know."""
    options: dict[str, str] = {}
    for part in text.split():
        name, is_given, value = part.partition("=")
        known = (*CHOICES[driver].options, "record")
        if not is_given or name not in known:
            raise ValueError(f"{driver} has no option {part!r}; it knows {', '.join(known)}")
        options[name] = value
    return options
