"""What a read of the card proves about one intent. Pure; for re-taps here and evidence at the server.

Written means: the card's record *is* this intent, with its id, counter and balances, under a valid MAC.
A counter alone never proves anything.
"""

from enum import StrEnum

from onecard.cards.image import Purse
from onecard.ids import RecordId
from onecard.wire.intents import Balances, PurseWrite


class Verdict(StrEnum):
    """What is known of a card write."""

    WRITTEN = "written"
    #: The record from before stands: not written, and could still be.
    STANDS = "stands"
    #: Another record took its place: never written.
    OVERTAKEN = "overtaken"
    #: The card has moved on too far, or does not fit the intent at all: only the chain decides.
    UNKNOWN = "unknown"


def judge(id: RecordId, write: PurseWrite, newest: Purse, older: Purse | None) -> Verdict:
    """``newest`` and ``older`` are the two copies of one good read of the card that ``write`` names."""
    counter = write.counter + 1
    if newest.counter == write.counter:
        same = newest.last == write.prev and Balances.of(newest) == write.before
        return Verdict.STANDS if same else Verdict.UNKNOWN
    if newest.counter == counter:
        return _compare(id, write, newest)
    if newest.counter == counter + 1 and older is not None and older.counter == counter:
        return _compare(id, write, older)
    return Verdict.UNKNOWN


def _compare(id: RecordId, write: PurseWrite, record: Purse) -> Verdict:
    if record.last != id:
        return Verdict.OVERTAKEN
    return Verdict.WRITTEN if Balances.of(record) == write.after else Verdict.UNKNOWN
