"""What kind of card lies on the reader, for a test of it: nothing is written, journaled or decided. F: D7"""

from kiosk.visit_events import Probed
from onecard.cards.medium import StorageCard
from onecard.errors import CardBroken, CardForeign
from onecard.terminal.station import Station

#: What cannot be read as a card of ours, by the code that says so.
_KINDS = {"card.blank": "blank", "card.management": "management", "card.wrong_unit": "other_unit"}


def probe(station: Station, storage: StorageCard) -> Probed:
    """Raises ``CardGone`` or ``CardDenied``: then the reader itself has something to say."""
    session = station.upkeep.session(storage)
    try:
        session.read()
        kind = "member"
    except CardBroken:
        kind = "broken"
    except CardForeign as error:
        kind = _KINDS.get(error.code, "foreign")
    return Probed(kind=kind, medium=session.medium, uid=storage.uid.hex())
