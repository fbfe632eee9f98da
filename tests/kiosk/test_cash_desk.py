"""Goal: after a start the desk knows what became of the last note, however much was written since."""

from kiosk import meter
from kiosk.cash_desk import last_note
from onecard.ids import RecordId
from onecard.journal.index import number
from onecard.wire import messages as m
from tests.kiosk.rig import CARD, SERIAL, Rig


def head(rig: Rig, id: RecordId) -> dict:
    return {"unit": 7, "id": id, "at": rig.clock.now(), "day": 1}


def stack(rig: Rig, boot: int, cycle: int, acceptor: str = SERIAL) -> m.Stack:
    return rig.stand.journal.append(
        lambda id: m.Stack(
            **head(rig, id), acceptor=acceptor, boot=boot, cycle=cycle, value_fen=500, card=CARD, issue=1
        )
    )


def credit(rig: Rig, boot: int, cycle: int) -> m.Credit:
    return rig.stand.journal.append(
        lambda id: m.Credit(**head(rig, id), acceptor=SERIAL, boot=boot, cycle=cycle, value_fen=500)
    )


def fill(rig: Rig, count: int) -> None:
    """Records of other things."""
    rig.stand.journal.append_all(
        [lambda id: m.GivenUp(id=id, at=1, of=RecordId(1, 1, 1), why="z", by=0)] * count
    )


# F: D3
def test_an_order_without_an_outcome_is_found_below_many_other_records(rig):
    ordered = stack(rig, 4, 2)
    fill(rig, 700)
    boot, note, credited = last_note(rig.stand.journal, SERIAL)
    assert (boot, credited) == (4, None)
    assert (note.boot, note.cycle, note.value_fen, note.stack) == (4, 2, 500, ordered.id)


# F: D3
def test_a_credited_order_is_closed_even_when_its_credit_stands_far_from_it(rig):
    stack(rig, 4, 2)
    fill(rig, 300)
    credit(rig, 4, 2)
    fill(rig, 300)
    assert last_note(rig.stand.journal, SERIAL) == (4, None, (4, 2))


# F: D3
def test_a_returned_order_is_closed(rig):
    ordered = stack(rig, 4, 2)
    rig.stand.journal.append(lambda id: m.NotWritten(id=id, at=1, of=ordered.id))
    assert last_note(rig.stand.journal, SERIAL) == (4, None, None)


# F: D3
def test_notes_of_another_acceptor_are_not_ours(rig):
    stack(rig, 9, 9, acceptor="B2")
    assert last_note(rig.stand.journal, SERIAL) == (0, None, None)


# F: D3
def test_a_coin_has_no_order_and_its_credit_is_the_last_word(rig):
    credit(rig, 4, 260)
    fill(rig, 300)
    assert last_note(rig.stand.journal, SERIAL) == (4, None, (4, 260))


# F: D3
def test_what_went_to_the_office_in_doubt_is_known_too(rig):
    credit(rig, 4, 260)
    rig.stand.journal.append(
        lambda id: m.CashDoubt(
            **head(rig, id), acceptor=SERIAL, boot=4, cycle=261, value_fen=50, what="coin_without_session"
        )
    )
    assert last_note(rig.stand.journal, SERIAL) == (4, None, (4, 261))


# F: D3 E8
def test_a_spare_kiosk_and_a_pruned_disk_use_no_number_of_a_note_again(rig):
    """A new disk under the next epoch knows no note: its first one has a number that no record of the epoch
    before, and so no note, can have had; and every start is above the one before it."""
    at_first = rig.desks[0].intake.boot
    assert at_first > number(RecordId(1001, 1, 0))
    fill(rig, 3)
    rig.restart()
    later = rig.desks[0].intake.boot
    assert later > at_first
    rig.stand.journal.start_epoch(2, rig.stand.journal.head.seq)
    rig.restart()
    assert rig.desks[0].intake.boot > number(RecordId(1001, 1, (1 << 24) - 1)) > later


# F: D3 E8
def test_another_life_of_the_disk_still_knows_its_notes(rig):
    """The office raised the epoch while a note was ordered, and again after it was credited: neither is
    forgotten, and what was issued again counts once."""
    journal = rig.stand.journal
    ordered = stack(rig, 4, 2)
    journal.start_epoch(2, journal.head.seq)
    assert last_note(journal, SERIAL)[1].stack == ordered.id
    credit(rig, 4, 2)
    journal.start_epoch(3, journal.head.seq - 1)
    assert last_note(journal, SERIAL) == (4, None, (4, 2))
    assert meter.since_emptied(journal, SERIAL)[0] == {500: 1}
