"""Uploads: gap-free, chained, signed, and replaying anything changes nothing. (domain.md §6)"""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import Raw
from msgspec.structs import replace

from onecard.errors import Refused
from onecard.ids import RecordId
from onecard.wire.chain import DAMAGED
from onecard.wire.messages import Status, encode
from server.books import tables
from server.cards import tables as cards
from tests.server.books.engine import Books
from tests.server.books.station import Plastic, Station


def day(station: Station, cards_: list[Plastic], rounds: int = 3) -> None:
    """Issues and sales, a few of them torn."""
    for card in cards_:
        station.issue(card, 10_000).done()
    for turn in range(rounds):
        for card in cards_:
            move = station.sale(card, 100 + turn)
            if (turn + card.card) % 5 == 0:
                station.not_written(move.id)
            else:
                move.done()


def test_the_same_upload_again_changes_nothing(books: Books) -> None:
    """I2: counted exactly once."""
    station = Station(1001)
    day(station, [Plastic(20_001), Plastic(20_002)])
    first = books.upload(station)
    before = [books.rows(table) for table in (tables.entry, tables.posting, tables.fact, cards.link)]
    assert books.upload(station, 0) == first
    assert [books.rows(table) for table in (tables.entry, tables.posting, tables.fact, cards.link)] == before


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pieces=st.lists(st.tuples(st.integers(0, 30), st.integers(1, 12)), max_size=25))
def test_repeated_reordered_and_cut_uploads_give_the_same_books(
    sqlite_books, pieces: list[tuple[int, int]]
) -> None:
    """Whatever pieces arrive, in any order and as often as they like: the end is the same, exactly."""
    books: Books = sqlite_books()
    station = Station(1001)
    some = [Plastic(20_001), Plastic(20_002)]
    day(station, some)
    for start, length in pieces:
        part = station.upload(start, start + length)
        if not part.records:
            continue
        received = books.upload(station, start, start + length).received
        assert received <= len(station.records)
    while (station.sent or 0) < len(station.records):
        books.upload(station)
    for card in some:
        assert books.balance(f"card:{card.card}:1:main:purse") == card.main
    assert len(books.rows(tables.record)) == len(station.records)
    assert books.kinds() == ["issue_unreserved"] * 2
    books.tie_out()


def test_a_hole_is_answered_with_the_watermark(books: Books) -> None:
    """I3: nothing behind a hole is taken."""
    station = Station(1001)
    day(station, [Plastic(20_001)])
    assert books.upload(station, 0, 2).received == 2
    assert books.upload(station, 4, 6).received == 2
    assert len(books.rows(tables.record)) == 2


def test_an_upload_that_overlaps_takes_what_is_new(books: Books) -> None:
    station = Station(1001)
    day(station, [Plastic(20_001)])
    books.upload(station, 0, 4)
    assert books.upload(station, 2, 6).received == 6
    assert books.upload(station, 3).received == len(station.records)
    books.tie_out()


def test_other_bytes_under_the_same_place_are_a_conflict(books: Books) -> None:
    """A cloned disk: same sequence, other content. Never success, and somebody is told."""
    station, twin, card = Station(1001), Station(1001), Plastic(20_001)
    day(station, [card])
    books.upload(station)
    day(twin, [Plastic(20_009)])
    answer = books.upload(twin)
    assert answer.received == len(station.records)
    assert {one.status for one in answer.results} == {Status.CONFLICT}
    assert set(books.kinds()) == {"issue_unreserved", "journal_conflict"}
    assert books.balance("card:20009:1:main:purse") == 0


def test_a_journal_that_does_not_follow_the_head_is_not_taken(books: Books) -> None:
    station, twin = Station(1001), Station(1001)
    day(station, [Plastic(20_001)])
    day(twin, [Plastic(20_009)])
    books.upload(station, 0, 2)
    answer = books.upload(twin, 2, 4)
    assert [one.reason for one in answer.results] == ["journal_fork"]
    assert answer.received == 2


def test_wrong_signature_and_broken_chain_are_refused_whole(books: Books) -> None:
    """H5: nothing of it is kept."""
    station = Station(1001)
    day(station, [Plastic(20_001)])
    good = station.upload()
    damaged = replace(good.records[2], at=good.records[2].at + 1)
    swapped = (good.records[0], good.records[2])
    for bad, code in (
        (replace(good, signature="00" * 32), "upload.bad_signature"),
        (replace(good, records=(*good.records[:2], damaged, *good.records[3:])), "upload.broken_chain"),
        (replace(good, records=swapped), "upload.broken_chain"),
        (replace(good, epoch=2), "upload.broken_chain"),
    ):
        with pytest.raises(Refused) as refused:
            send(books, station, bad)
        assert refused.value.code == code
    assert books.rows(tables.record) == []


def send(books: Books, station: Station, message):
    from server.books import intake

    return books.run(intake.upload(books.lane, station.sender, message))


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b'{"t":"sale/1"}', "malformed"),
        (b"[1,2,3]", "malformed"),
        (b"{" * 50, "malformed"),
        (b'{"t":"sale/9","x":1}', "malformed"),
        (b"\xff\xfe", "malformed"),
        (b'{"t":"done/1","id":[1001,1,3],"at":1,"of":[1,1,1],"more":2}', "malformed"),
    ],
)
def test_a_malformed_record_stops_nobody_behind_it(books: Books, raw: bytes, reason: str) -> None:
    """Quarantine: kept, told, and the next sale is posted."""
    station, card = Station(1001), Plastic(20_001)
    station.issue(card, 1_000).done()
    bad = station.append(None, raw=raw)
    station.sale(card, 100).done()
    answer = books.upload(station)
    assert [(one.id, one.status, one.reason) for one in answer.results] == [(bad, Status.QUARANTINED, reason)]
    assert answer.received == 5
    assert books.balance("card:20001:1:main:purse") == 900
    assert books.upload(station, 0).results == answer.results
    books.tie_out()


def test_a_record_damaged_on_its_disk_stops_nobody_behind_it(books: Books) -> None:
    """F: E3. Its terminal says so and sends the hash it had; any other body under that hash is refused. What
    it was about stays open as a hole of its card's chain, which the next record proves."""
    station, card = Station(1001), Plastic(20_001)
    station.issue(card, 1_000).done()
    station.sale(card, 100).done()
    station.sale(card, 50).done()
    whole = station.records[2]
    station.records[2] = replace(whole, body=Raw(b'"other"'))
    with pytest.raises(Refused) as refused:
        books.upload(station)
    assert refused.value.code == "upload.broken_chain"
    station.records[2] = replace(whole, body=Raw(DAMAGED))
    answer = books.upload(station)
    assert (answer.results[0].id.seq, answer.results[0].reason, answer.received) == (3, "damaged", 6)
    assert books.balance("card:20001:1:main:purse") == 950
    assert [(row.card, row.issue) for row in books.rows(cards.gap)] == [(20_001, 1)]
    books.tie_out()


def test_forged_records_are_quarantined(books: Books) -> None:
    """Sums that differ, a purse that moves otherwise, another terminal's id, another unit."""
    station, card = Station(1001), Plastic(20_001)
    station.issue(card, 1_000).done()
    other = Station(1002)
    template = Station(1001)
    template.records = list(station.records)

    def sale(**changes):
        move = template.sale(card, 100)
        body = template.records.pop().body
        from onecard.wire.messages import decode_body

        return replace(decode_body(body), id=station.next_id, **changes), move

    for changes, reason in (
        ({"due_fen": 99}, "sums_differ"),
        ({"unit": 2}, "other_unit"),
        ({"card": 20_002}, "card_differs"),
    ):
        body, _ = sale(**changes)
        station.append(body)
        assert [one.reason for one in books.upload(station).results] == [reason]
    body, _ = sale()
    station.append(replace(body, purse=replace(body.purse, after=body.purse.before)))
    assert [one.reason for one in books.upload(station).results] == ["purse_differs"]
    station.append(replace(body, id=other.next_id))
    assert [one.reason for one in books.upload(station).results] == ["not_its_place"]
    assert books.balance("owner:5:payable:11") == 0
    assert books.kinds().count("quarantined") == 5


def test_a_reissued_record_carries_the_original_bytes_and_is_not_counted_again(books: Books) -> None:
    """A restored disk goes on in the next epoch and sends again what it had: exists; else conflict."""
    station, card = Station(1001), Plastic(20_001)
    station.issue(card, 1_000).done()
    first = station.sale(card, 100).done()
    second = station.sale(card, 200)
    books.upload(station)
    again = Station(1001, epoch=2)
    for seq in (3, 4, 5):
        again.append(None, raw=bytes(station.records[seq - 1].body), was=(1, seq))
    second.write()
    again.done(second.id)
    assert books.upload(again).results == ()
    assert books.balance("owner:5:payable:11") == 300
    assert books.balance("card:20001:1:main:purse") == 700
    forged = bytes(station.records[2].body).replace(b'"shift":1', b'"shift":2')
    again.append(None, raw=forged, was=(1, 3))
    (result,) = books.upload(again).results
    assert (result.id, result.status) == (first, Status.CONFLICT)
    books.tie_out()


def test_a_record_that_cannot_be_posted_is_quarantined_alone(books: Books, monkeypatch) -> None:
    """A fault of ours must not hold a terminal's queue: the batch is halved down to the one record."""
    from server.books import journal

    real = journal._take

    def breaking(sheet, item):
        if item.record.seq == 5:
            raise RuntimeError("planted")
        return real(sheet, item)

    monkeypatch.setattr(journal, "_take", breaking)
    station, card = Station(1001), Plastic(20_001)
    station.issue(card, 1_000).done()
    station.sale(card, 100).done()
    station.sale(card, 100).done()
    station.sale(card, 100).done()
    answer = books.upload(station)
    assert answer.received == 8
    assert [(one.id.seq, one.reason) for one in answer.results] == [(5, "failed")]
    # Its `done` finds no intent to post, the sale after it names it: a hole, and the books still tie out.
    assert books.balance("card:20001:1:main:purse") == 800
    books.tie_out()


@pytest.mark.parametrize(
    "raw",
    [
        b'"day":2000"->"day":1099511627776',
        b'"at":1780000002->"at":9223372036854775807',
        b'"at":1780000002->"at":18446744073709551615',
        b'"operator":7->"operator":99999999999',
        b'"owner":5->"owner":-1',
        b'"prev":[1001,1,1]->"prev":[1001,1,99999999999999999]',
        b'"prev":[1001,1,1]->"prev":[-5,1,1]',
        b'"card":20001->"card":1099511627775',
    ],
)
def test_numbers_beyond_all_bounds_hurt_nobody_else(books: Books, raw: bytes) -> None:
    """Whatever a signed record holds, it is answered, and the record behind it is posted."""
    old, new = raw.replace(b'"->', b"->").split(b"->")
    station, card, other = Station(1001), Plastic(20_001), Plastic(20_002)
    station.issue(card, 1_000).done()
    move = station.sale(card, 100)
    wild = bytes(station.records.pop().body)
    assert old in wild
    station.append(None, raw=wild.replace(old, new))
    station.done(move.id)
    station.issue(other, 700).done()
    answer = books.upload(station)
    assert answer.received == 6
    assert all(one.status is Status.QUARANTINED for one in answer.results)
    assert books.balance("card:20002:1:main:purse") == 700
    assert books.upload(station, 0).results == answer.results
    problems = books.problems()
    assert {one.check for one in problems} <= {"purse"}


def test_a_terminal_cannot_finish_anothers_intent(books: Books) -> None:
    """Only its own terminal says what became of an intent; anybody may tell what a card says."""
    station, other, card = Station(1001), Station(1002), Plastic(20_001)
    station.issue(card, 1_000).done()
    move = station.sale(card, 100)
    books.upload(station)
    other.done(move.id)
    other.not_written(move.id)
    other.give_up(move.id)
    answer = books.upload(other)
    assert [one.reason for one in answer.results] == ["not_its_intent"] * 3
    assert books.upload(other, 0).results == answer.results
    assert books.balance("owner:5:payable:11") == 0
    move.done()
    books.upload(station)
    assert books.balance("owner:5:payable:11") == 100


def test_an_id_that_is_too_wide_is_not_another_ones(books: Books) -> None:
    """(1000, 0, 2³² + …) would be the key of an intent of terminal 1001."""
    station = Station(1000)
    body = b'{"t":"unresolved/1","id":[1000,0,16777215],"at":1,"of":[1000,1,1]}'
    station.append(None, raw=body, was=(0, (1 << 32) + 16_777_215))
    assert [one.reason for one in books.upload(station).results] == ["not_its_place"]


def test_too_many_records_are_refused(books: Books) -> None:
    station = Station(1001)
    for _ in range(1_001):
        station.append(None, raw=b"{}")
    with pytest.raises(Refused):
        books.upload(station)


def test_the_body_is_kept_byte_for_byte(books: Books) -> None:
    """Spaces and all."""
    station = Station(1001)
    raw = b'{ "t":"done/1", "id":[1001,1,1],"at":1,"of":[1001,1,9] }'
    station.append(None, raw=raw)
    books.upload(station)
    (row,) = books.rows(tables.record)
    assert bytes(row.body) == raw
    assert row.hash.hex() == station.records[0].hash
    assert Raw(raw) == station.records[0].body
    assert books.kinds() == ["outcome_without_intent"]
    assert encode(RecordId(1, 2, 3)) == b"[1,2,3]"
