"""What a job of the front desk asks of the card that lies on the reader; runs on the reader's thread."""

from onecard.cards.medium import StorageCard
from onecard.errors import CardForeign, Refused
from onecard.terminal.look import Look
from onecard.terminal.outcome import Completed, Unfinished
from onecard.terminal.station import Station


def read(station: Station, storage: StorageCard) -> Look:
    """A card that is none of ours may be somebody's by its UID."""
    try:
        look = station.look(storage)
    except CardForeign as error:
        if error.code != "card.foreign" or not station.accounts.knows_uids:
            raise
        return station.front_desk.by_uid(storage)
    return station.front_desk.by_uid(storage) if look.blank and station.accounts.knows_uids else look


def apply_loads(station: Station, storage: StorageCard) -> Completed | Unfinished:
    """What the office laid ready goes onto the card."""
    applied = station.apply_loads(storage, station.look(storage))
    if applied is None:
        raise Refused("load.none")
    return applied
