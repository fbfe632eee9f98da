"""ICT 104 and L70 to V77 banknote acceptors on a serial line, 9600 8E1."""

from collections.abc import Mapping

from onecard.devices.acceptors.ict.driver import Ict
from onecard.devices.acceptors.ict.frames import CHANNELS
from onecard.devices.line import open_line


def open(section: Mapping[str, str]) -> Ict:
    """``line``, ``serial``, and ``notes``: what channel 1, 2 … is worth in yuan (``1,5,10,20,50,100``).

    The protocol only numbers channels, so what they are worth must be said by who fits the unit; there is no
    default. Raises ``DeviceGone``, or ``ValueError`` for a wrong setting.
    """
    notes = [int(text) for text in section.get("notes", "").split(",") if text]
    if not 1 <= len(notes) <= CHANNELS or any(not 0 <= yuan <= 100_000 for yuan in notes):
        raise ValueError("notes: what channel 1, 2 … is worth in yuan, 0 for one that is not taken")
    url = section["line"]
    if url.startswith("serial:") and "?" not in url:
        url += "?baud=9600&parity=E"
    values = {place + 1: yuan * 100 for place, yuan in enumerate(notes) if yuan}
    return Ict(open_line(url), section.get("serial") or f"ict@{section['line']}", values)
