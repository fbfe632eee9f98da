"""MEI, CPI and Pyramid banknote acceptors speaking EBDS on a serial line, 9600 7E1."""

from collections.abc import Mapping

from onecard.devices.acceptors.ebds.driver import Ebds
from onecard.devices.acceptors.ebds.meaning import NOTES
from onecard.devices.line import open_line


def open(section: Mapping[str, str]) -> Ebds:
    """``line``, ``serial``, and ``notes``: what note 1, 2 … is worth in yuan (``1,5,10,20,50,100``).

    The protocol's plain form only numbers notes, so what they are worth must be said by who fits the unit;
    there is no default. Raises ``DeviceGone``, or ``ValueError`` for a wrong setting.
    """
    notes = [int(text) for text in section.get("notes", "").split(",") if text]
    if not 1 <= len(notes) <= NOTES or any(not 0 <= yuan <= 100_000 for yuan in notes):
        raise ValueError("notes: what note 1, 2 … is worth in yuan, 0 for one that is not taken")
    url = section["line"]
    if url.startswith("serial:") and "?" not in url:
        url += "?baud=9600&bits=7&parity=E"
    values = {place + 1: yuan * 100 for place, yuan in enumerate(notes) if yuan}
    return Ebds(open_line(url), section.get("serial") or f"ebds@{section['line']}", values)
