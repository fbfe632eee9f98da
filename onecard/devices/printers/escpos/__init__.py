"""ESC/POS receipt printers over TCP port 9100, USB or a serial line."""

from collections.abc import Mapping

from onecard.clock import Clock, SystemClock
from onecard.devices.printers.escpos.driver import EscPos
from onecard.devices.printers.escpos.encode import Paper, load_logo
from onecard.devices.printers.escpos.usb import open_printer
from onecard.resources import asset


def open(section: Mapping[str, str], clock: Clock | None = None) -> EscPos:
    """``line``: ``tcp:192.168.1.50:9100``, ``serial:/dev/ttyUSB0?baud=19200``, ``usb:/dev/usb/lp0`` or
    ``usb:04b8:0e15``.

    ``paper``: ``80`` (48 columns, the default) or ``58`` (32); ``cut``: ``partial``, ``full`` or ``none``;
    ``qr``: ``native`` or ``raster`` for printers without the command; ``logo``: a picture's path, our own
    mark by default, ``none`` for no picture; ``status``: ``none`` for a printer that answers nothing, then
    every document ends as ``UNKNOWN`` at once; ``drawer_open``: the level of the drawer's switch that means
    open, ``high``, ``low`` or ``none`` (no switch). Connects only when asked for something, so a printer
    that is switched off delays nobody. Raises ``ValueError``.
    """
    paper = Paper.of(
        width_mm=int(section.get("paper", "80")),
        cut=section.get("cut", "partial"),
        qr=section.get("qr", "native"),
    )
    status = section.get("status", "auto")
    if status not in ("auto", "none"):
        raise ValueError(f"status {status!r}")
    drawer_open = section.get("drawer_open", "none")
    if drawer_open not in ("high", "low", "none"):
        raise ValueError(f"drawer_open {drawer_open!r}")
    url = section["line"]
    logo = section.get("logo") or asset("brand", "receipt.png")
    return EscPos(
        lambda: open_printer(url),
        paper,
        clock=clock or SystemClock(),
        logo=load_logo(logo, paper.dots) if logo != "none" else None,
        keeps_line=not url.startswith("tcp:"),
        has_status=status != "none",
        drawer_open=drawer_open,
    )
