"""The journal: gap-free, chained, durable, and closed before a card is touched when the disk is not well."""

import sqlite3
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onecard.cards.image import Slot
from onecard.clock import FalseClock
from onecard.errors import Conflict, Refused, StoreError
from onecard.ids import RecordId
from onecard.journal.journal import RESERVE_BYTES, Journal
from onecard.wire.chain import DAMAGED, GENESIS, record_hash
from onecard.wire.errands import OpenHold
from onecard.wire.messages import (
    Balances,
    Credit,
    Done,
    FullSale,
    GivenUp,
    NotWritten,
    PurseWrite,
    Recharge,
    Source,
    Unresolved,
    Use,
    Waiting,
    decode_body,
)


def make_journal(tmp_path, **options):
    return Journal(tmp_path / "journal.db", 1001, 1, options.pop("clock", FalseClock()), **options)


def recharge(id, fen=100, credits=()):
    write = PurseWrite(
        card=7,
        issue=1,
        uid="01020304",
        counter=1,
        prev=RecordId(0, 0, 0),
        before=Balances(0, Slot(), Slot(), Slot()),
        after=Balances(fen),
    )
    source = Source.CASHBOX if credits else Source.TILL
    return Recharge(
        unit=1, id=id, at=1, day=1, shift=1, source=source, amount_fen=fen, credits=credits, purse=write
    )


def credit(id, cycle=1):
    return Credit(unit=1, id=id, at=1, day=1, acceptor="A1", boot=1, cycle=cycle, value_fen=100)


def outcome(kind, of, **more):
    return lambda id: kind(id=id, at=2, of=of, **more)


def test_what_could_not_be_read_again_is_not_written(tmp_path):
    # F: C18 C20, bad input: one such record would have kept the till from every later shift
    journal = make_journal(tmp_path)
    head = {"unit": 1, "at": 1, "day": 1, "operator": 2}
    card = {"card": 7, "issue": 1}
    nothing = {"outlet": 1, "owner": 1, "due_fen": 0, "lines": (), "pays": ()}
    for unfit in (
        lambda id: FullSale(id=id, uses=(Use(kind="洗澡", times=1),), **nothing, **card, **head),
        lambda id: OpenHold(id=id, fen=100, until=9, place="K" * 65, **card, **head),
    ):
        with pytest.raises(Refused) as refused:
            journal.append(unfit)
        assert refused.value.code == "record.unfit"
    assert journal.head.seq == 0
    assert journal.append(credit).id.seq == 1


def test_numbers_have_no_gap_and_hashes_chain(tmp_path):
    # F: C10, I3, I7
    journal = make_journal(tmp_path)
    for n in range(1, 6):
        assert journal.append(recharge).id == RecordId(1001, 1, n)
    records = journal.records(1, 0)
    prev = GENESIS
    for n, record in enumerate(records, 1):
        assert (record.seq, record.prev) == (n, prev)
        prev = record_hash(prev, 1001, 1, n, record.at, record.mono_ms, record.offset_s, bytes(record.body))
        assert record.hash == prev
    assert journal.head.hash == prev
    assert journal.verify() == 5


def test_a_body_is_kept_byte_for_byte(tmp_path):
    journal = make_journal(tmp_path)
    body = journal.append(recharge)
    assert decode_body(journal.body_bytes(body.id)) == body
    assert bytes(journal.records(1, 0)[0].body) == journal.body_bytes(body.id)


def test_the_journal_goes_on_after_a_restart(tmp_path):
    journal = make_journal(tmp_path)
    journal.append(recharge)
    head = journal.head
    journal.close()
    again = make_journal(tmp_path)
    assert again.head == head
    assert again.append(recharge).id.seq == 2
    assert again.verify() == 2


def test_several_records_are_written_together_or_not_at_all(tmp_path):
    journal = make_journal(tmp_path)

    def broken(id):
        raise ValueError

    with pytest.raises(ValueError):
        journal.append_all([recharge, recharge, broken])
    assert journal.head.seq == 0
    assert [body.id.seq for body in journal.append_all([recharge, recharge])] == [1, 2]


def test_a_record_can_neither_be_changed_nor_removed(tmp_path):
    journal = make_journal(tmp_path)
    journal.append(recharge)
    for statement in ("UPDATE record SET at = 0", "DELETE FROM record"):
        with pytest.raises(sqlite3.IntegrityError, match="final"):
            journal._db.execute(statement)


def test_a_second_process_cannot_append_to_the_same_journal(tmp_path):
    make_journal(tmp_path).append(recharge)
    with pytest.raises(StoreError) as refused:
        make_journal(tmp_path)
    assert refused.value.code == "store.in_use"


def test_threads_get_different_numbers(tmp_path):
    journal = make_journal(tmp_path)
    threads = [
        threading.Thread(target=lambda: [journal.append(recharge) for _ in range(20)]) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert journal.head.seq == journal.verify() == 80


# ---- states


@pytest.mark.parametrize(
    ("steps", "state"),
    [
        ([], "open"),
        ([Unresolved], "aside"),
        ([Done], "done"),
        ([Unresolved, Done], "done"),
        ([NotWritten], "not_written"),
        ([Unresolved, GivenUp], "given_up"),
    ],
)
def test_outcomes_move_an_intent_through_its_states(tmp_path, steps, state):
    journal = make_journal(tmp_path)
    id = journal.append(recharge).id
    for step in steps:
        journal.append(outcome(step, id, **({"why": "z"} if step is GivenUp else {})))
    assert journal.index.tap(id).state == state
    assert [tap.id for tap in journal.index.taps("open", "aside")] == ([id] if state in "open aside" else [])


@pytest.mark.parametrize("settled", [Done, NotWritten, GivenUp])
@pytest.mark.parametrize("late", [Done, NotWritten, GivenUp, Unresolved])
def test_a_settled_intent_is_never_settled_again(tmp_path, settled, late):
    journal = make_journal(tmp_path)
    id = journal.append(recharge).id
    journal.append(outcome(settled, id, **({"why": "z"} if settled is GivenUp else {})))
    with pytest.raises(Conflict):
        journal.append(outcome(late, id, **({"why": "z"} if late is GivenUp else {})))
    assert journal.head.seq == 2


def test_a_credit_takes_one_road_only(tmp_path):
    # F: D3
    journal = make_journal(tmp_path)
    note = journal.append(credit).id
    assert journal.index.free_credits() == [note]
    write = journal.append(lambda id: recharge(id, 100, (note,))).id
    assert journal.index.free_credits() == []

    def wait(id):
        return Waiting(unit=1, id=id, at=1, day=1, card=7, issue=1, amount_fen=100, credits=(note,))

    with pytest.raises(Conflict):
        journal.append(wait)
    journal.append(outcome(Unresolved, write))
    journal.append(outcome(GivenUp, write, why="session_end"))
    with pytest.raises(Conflict):  # given up is not "shown not written"
        journal.append(wait)


def test_a_credit_whose_write_was_shown_not_written_is_free_again(tmp_path):
    journal = make_journal(tmp_path)
    note = journal.append(credit).id
    write = journal.append(lambda id: recharge(id, 100, (note,))).id
    journal.append(outcome(NotWritten, write))
    assert journal.index.free_credits() == [note]
    journal.append(lambda id: recharge(id, 100, (note,)))
    assert journal.index.free_credits() == []


# ---- a disk that is not well


def test_a_full_disk_stops_intents_but_not_what_must_still_be_said(tmp_path):
    free = RESERVE_BYTES
    journal = make_journal(tmp_path, free_bytes=lambda: free)
    id = journal.append(recharge).id
    free = RESERVE_BYTES - 1
    with pytest.raises(StoreError) as refused:
        journal.append(recharge)
    assert refused.value.code == "store.full"
    journal.append(outcome(Done, id))
    journal.append(credit)
    assert journal.verify() == 3


def test_a_disk_that_fails_in_the_middle_leaves_no_hole(tmp_path):
    journal = make_journal(tmp_path)
    journal.append(recharge)
    journal._db.execute("PRAGMA max_page_count = 1")  # SQLite's own "disk full"
    with pytest.raises(StoreError) as refused:
        for _ in range(100):
            journal.append(recharge)
    assert refused.value.code == "store.full"
    count = journal.head.seq
    assert journal.append(recharge).id.seq == count + 1  # opened anew after the failure
    assert journal.verify() == count + 1


def test_a_read_only_disk_is_named(tmp_path):
    journal = make_journal(tmp_path)
    journal._db.execute("PRAGMA query_only = ON")  # what SQLite answers on a disk mounted read-only
    with pytest.raises(StoreError) as refused:
        journal.append(recharge)
    assert refused.value.code == "store.read_only"


def test_a_missing_directory_is_a_store_error(tmp_path):
    with pytest.raises(StoreError):
        Journal(tmp_path / "away" / "journal.db", 1001, 1, FalseClock())


def test_rubbish_instead_of_a_database_is_named(tmp_path):
    (tmp_path / "journal.db").write_bytes(b"rubbish" * 1000)
    with pytest.raises(StoreError) as refused:
        make_journal(tmp_path)
    assert refused.value.code == "store.corrupt"


def test_the_journal_of_another_terminal_is_refused(tmp_path):
    make_journal(tmp_path).close()
    with pytest.raises(StoreError) as refused:
        Journal(tmp_path / "journal.db", 1002, 1, FalseClock())
    assert refused.value.code == "store.other_terminal"


@given(data=st.data())
def test_a_changed_byte_anywhere_breaks_the_chain(tmp_path_factory, data):
    # F: I7
    path = tmp_path_factory.mktemp("journal")
    journal = make_journal(path)
    for _ in range(4):
        journal.append(recharge)
    journal._db.execute("DROP TRIGGER record_update")
    n = data.draw(st.integers(1, 4)) | 1 << 24
    column = data.draw(st.sampled_from(["at", "mono_ms", "offset_s", "body", "prev", "hash"]))
    value = journal._db.execute(f"SELECT {column} FROM record WHERE n = ?", (n,)).fetchone()[0]
    if isinstance(value, int):
        changed = value + 1
    else:
        at = data.draw(st.integers(0, len(value) - 1))
        raw = bytearray(value if isinstance(value, bytes) else value.encode())
        raw[at] = (raw[at] - 48 + 1) % 10 + 48
        changed = bytes(raw) if isinstance(value, bytes) else raw.decode()
    journal._db.execute(f"UPDATE record SET {column} = ? WHERE n = ?", (changed, n))
    with pytest.raises(StoreError) as refused:
        journal.verify()
    assert refused.value.code == "store.corrupt"
    journal.close()


@pytest.mark.parametrize("body", [b"{", None])
def test_a_record_that_the_disk_changed_goes_up_as_damaged_and_alone(tmp_path, body):
    """One byte of its body, or so much that it cannot be read: those around it go up as they are."""
    # F: I7 E3
    journal = make_journal(tmp_path)
    journal.append_all([recharge] * 3)
    before = journal.records(1, 0)
    journal._db.execute("DROP TRIGGER record_update")
    changed = body or bytes(before[1].body).replace(b"100", b"900")
    journal._db.execute("UPDATE record SET body = ? WHERE n = ?", (changed, 2 | 1 << 24))
    after = journal.records(1, 0)
    assert [bytes(record.body) for record in after] == [
        bytes(before[0].body), DAMAGED, bytes(before[2].body)
    ]  # fmt: skip
    assert [record.hash for record in after] == [record.hash for record in before]
    if body:
        with pytest.raises(StoreError) as refused:
            list(journal.bodies(RecordId(1001, 1, 1)))
        assert refused.value.code == "store.corrupt"


# ---- watermarks and another life


def test_watermarks_and_contact_survive_a_restart(tmp_path):
    clock = FalseClock()
    journal = make_journal(tmp_path, clock=clock)
    journal.append_all([recharge] * 3)
    journal.set_watermarks(2, 1)
    journal.set_contact(clock.now() + 500)
    journal.close()
    again = make_journal(tmp_path, clock=clock)
    assert (again.received, again.durable, again.pending, again.offset_s) == (2, 1, 1, 500)
    assert again.contact_at == clock.now() + 500
    assert again.append(recharge).id.seq == 4
    assert again.records(1, 3)[0].offset_s == 500


def test_a_cloned_disk_goes_on_in_the_next_epoch_with_the_same_bytes(tmp_path):
    # F: I3
    journal = make_journal(tmp_path)
    journal.append_all([recharge] * 4)
    old = journal.records(1, 2)
    journal.start_epoch(2, common_seq=2)
    new = journal.records(2, 0)
    assert [bytes(record.body) for record in new] == [bytes(record.body) for record in old]
    assert [record.was for record in new] == [(1, 3), (1, 4)]
    assert journal.append(recharge).id == RecordId(1001, 2, 3)
    assert (journal.pending, journal.verify()) == (3, 7)
    journal.close()
    assert make_journal(tmp_path).head.epoch == 2


def test_records_of_an_epoch_that_ended_are_still_sent(tmp_path):
    # A station enrolled anew on its old disk has the next epoch; what it had not sent goes first.
    journal = make_journal(tmp_path)
    journal.append_all([recharge] * 3)
    journal.set_watermarks(1)
    journal.close()
    again = Journal(tmp_path / "journal.db", 1001, 2, FalseClock())
    assert again.append(recharge).id == RecordId(1001, 2, 1)
    assert (again.pending, again.unsent()) == (3, (1, 1))
    again.set_watermarks(3, epoch=1)
    assert (again.pending, again.unsent()) == (1, (2, 0))
    again.set_watermarks(1)
    assert (again.pending, again.unsent()) == (0, None)
