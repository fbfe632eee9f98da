"""A counter alone never proves anything."""

import pytest
from msgspec.structs import replace

from onecard.cards.image import Purse
from onecard.ids import RecordId
from onecard.rules.outcome import Verdict, judge
from onecard.wire.intents import Balances, PurseWrite

ID, OTHER, BEFORE = RecordId(1, 1, 50), RecordId(2, 1, 9), RecordId(3, 1, 8)


def record(counter, by, main):
    return Purse(
        counter=counter, last_terminal=by.terminal, last_epoch=by.epoch, last_seq=by.seq, main_fen=main
    )


OLD, NEW = record(10, BEFORE, 500), record(11, ID, 400)
WRITE = PurseWrite(
    card=1, issue=1, uid="00", counter=10, prev=BEFORE, before=Balances.of(OLD), after=Balances.of(NEW)
)
AFTER = record(12, OTHER, 300)

READS = {
    "it is the newest": (NEW, OLD, Verdict.WRITTEN),
    "it is the newest, the older copy torn": (NEW, None, Verdict.WRITTEN),
    "the old one stands": (OLD, None, Verdict.STANDS),
    "same counter, other id": (record(11, OTHER, 400), OLD, Verdict.OVERTAKEN),
    "its id, other balances": (replace(NEW, main_fen=401), OLD, Verdict.UNKNOWN),
    "one further, it is the older copy": (AFTER, NEW, Verdict.WRITTEN),
    "one further, another in the older copy": (AFTER, record(11, OTHER, 400), Verdict.OVERTAKEN),
    "one further, the older copy torn": (AFTER, None, Verdict.UNKNOWN),
    "two further": (record(13, OTHER, 200), AFTER, Verdict.UNKNOWN),
    "rolled back": (record(9, OTHER, 600), None, Verdict.UNKNOWN),
    "the counter before, another history": (record(10, OTHER, 500), None, Verdict.UNKNOWN),
}


@pytest.mark.parametrize("name", READS)
def test_a_read_of_the_card(name):
    newest, older, verdict = READS[name]
    assert judge(ID, WRITE, newest, older) is verdict
