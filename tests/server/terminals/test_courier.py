"""Goal: a terminal without any network keeps its books and its lists by files alone, and no file does a thing
twice.

Method: a real terminal that never asks the real server, files carried both ways, lost, repeated, mixed up,
for somebody else. F: E4 E8 F10 A6
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from onecard.errors import Refused
from onecard.ids import RecordId, SeededEntropy, SystemEntropy
from onecard.terminal.account import Account
from onecard.terminal.courier import Courier, Taken
from onecard.terminal.figures import for_file
from onecard.terminal.fleet import Body, Fleet
from onecard.terminal.order import Order
from onecard.wire import bundle as b
from onecard.wire import fleet as f
from onecard.wire import messages as m
from server.books.tables import entry
from server.cards.service import report_loss
from server.exceptions.tables import exception
from server.terminals import courier, fleet, service
from server.terminals.tables import bundle, contact
from tests.server.office import Office
from tests.server.terminals.box import Box, balance, open_account

CARD = 20_001


@pytest.fixture
def box(office: Office, tmp_path: Path) -> Iterator[Box]:
    open_account(office, CARD, 50_000)
    box = Box(office, tmp_path / "box")
    yield box
    box.close()


def carrier(box: Box) -> Courier:
    return Courier(box.identity, box.journal, box.facts, box.office.clock, SystemEntropy())


def down(office: Office, box: Box, **how: Any) -> bytes:
    return bytes(office.run(courier.depart(office.runtime, box.number, **how)))


def begin(office: Office, box: Box) -> None:
    """The first file from the office; the program is started anew, as after ``bundle import``."""
    carrier(box).take(down(office, box))
    box.restart()


def tell(office: Office, terminal: int, kind: str) -> int:
    now = office.clock.now()
    return int(office.write(lambda c: fleet.tell(c, 1, [terminal], kind, {}, now, 1))[0])


def up(office: Office, raw: bytes, **how: Any) -> courier.Arrived:
    return office.run(courier.arrive(office.runtime, raw, **how))


def sell(box: Box, fen: int) -> RecordId:
    sold = box.station.accounts.approve(Account(card=CARD, issue=1, type=2), Order.amount(fen))
    return sold.intent.id


def code(act: Any, *arguments: Any, **how: Any) -> str:
    with pytest.raises(Refused) as refused:
        act(*arguments, **how)
    return refused.value.code


def entries(office: Office) -> int:
    return int(office.read(lambda c: c.execute(sa.select(sa.func.count()).select_from(entry)).scalar_one()))


def test_a_terminal_lives_by_files_alone(office: Office, box: Box) -> None:
    taken = carrier(box).take(down(office, box))
    assert taken.problems == ()
    assert box.facts.place is not None
    assert box.facts.account(CARD) is not None
    assert not box.station.clock_is_sure
    box.restart()
    assert box.station.clock_is_sure, "the clock fits the moment the file was made"
    sell(box, 3_000)
    told = up(office, carrier(box).export())
    assert (told.records, told.received) == (2, 2)
    assert balance(office, CARD) == 47_000
    assert box.journal.pending == 2, "the terminal has not heard of it yet"
    carrier(box).take(down(office, box))
    assert box.journal.pending == 0


def test_the_same_file_again_changes_nothing_at_either_end(office: Office, box: Box) -> None:
    first = down(office, box)
    carrier(box).take(first)
    held = box.facts.have()
    assert carrier(box).take(first) == Taken(documents=0, received=0, as_of=box.facts.as_of)
    assert box.facts.have() == held
    box.restart()
    sell(box, 3_000)
    raw = carrier(box).export()
    up(office, raw)
    count = entries(office)
    assert code(up, office, raw) == "bundle.repeated"
    told = up(office, carrier(box).export())  # made once more: other bytes, the same records
    assert (told.results, entries(office), balance(office, CARD)) == ((), count, 47_000)


def test_a_file_and_the_network_are_two_roads_to_one_place(office: Office, box: Box) -> None:
    box.sync()
    sell(box, 3_000)
    raw = carrier(box).export()
    assert box.sync() == ""
    assert balance(office, CARD) == 47_000
    assert up(office, raw).results == ()
    assert balance(office, CARD) == 47_000


def test_a_lost_file_is_no_lost_record(office: Office, box: Box) -> None:
    begin(office, box)
    sell(box, 1_000)
    carrier(box).export()  # lost on the way
    sell(box, 2_000)
    assert up(office, carrier(box).export()).records == 4
    assert balance(office, CARD) == 47_000


def test_files_in_the_wrong_order_leave_no_hole(office: Office, box: Box) -> None:
    """The office's answer came back before the second file was made, and the first file is lost."""
    begin(office, box)
    sell(box, 1_000)
    first = carrier(box).export()
    box.journal.set_watermarks(2)  # as if somebody had told it so
    sell(box, 2_000)
    second = carrier(box).export()
    assert code(up, office, second) == "bundle.hole"
    assert balance(office, CARD) == 50_000
    up(office, first)
    up(office, second)
    assert balance(office, CARD) == 47_000


def test_a_loss_report_goes_by_stick_and_the_office_sees_who_knows_it(office: Office, box: Box) -> None:
    carrier(box).take(down(office, box))
    now = office.clock.now()
    asked = RecordId(box.number, 1, 9_000)
    office.write(lambda c: report_loss(c, 1, asked, CARD, 1, 1, now))
    before = box.facts.stop(CARD, 1)
    carrier(box).take(down(office, box))
    assert (before, box.facts.stop(CARD, 1)) == (None, ("lost", 1))
    up(office, carrier(box).export())
    row = office.read(lambda c: c.execute(sa.select(contact).where(contact.c.terminal == box.number)).one())
    assert '"stops":1' in row.have
    assert row.pending == 0


def test_commands_and_their_results_go_by_stick_too(office: Office, box: Box) -> None:
    """A till that no network reaches is locked, and its window is seen, by files alone. F: E4 E6"""
    lock, look = tell(office, box.number, "lock"), tell(office, box.number, "screenshot")
    begin(office, box)
    picture = bytes(range(256)) * 2_345
    body = Body(app="0.1.0", picture=lambda: picture)
    program = Fleet(box.station, box.wire, office.clock, box.folder, body)
    box.wire.cut = True
    program.turn(online=False)
    assert box.journal.orders.is_locked
    up(office, carrier(box).export(program.beat(), for_file(box.journal)))
    rows = office.read(lambda c: fleet.commands_of(c, 1, box.number))
    assert {row["command"]: row["state"] for row in rows} == {lock: "done", look: "done"}
    assert office.read(lambda c: fleet.content_of(c, 1, box.number, look)) == picture
    at, said = office.read(lambda c: fleet.last_beat(c, 1, box.number)) or (0, program.beat())
    assert (at, said.locked, said.pending) == (office.clock.now(), True, 4)


def _said(command: int, state: str, at: int) -> Callable[[RecordId], f.Commanded]:
    return lambda id: f.Commanded(unit=1, id=id, at=at, day=1, command=command, kind="lock", state=state)


def test_a_record_ends_a_command_by_every_road_and_the_first_word_stands(office: Office, box: Box) -> None:
    now, number, other = office.clock.now(), tell(office, box.number, "lock"), tell(office, 9_999, "lock")
    words = ((number, "taken"), (number, "done"), (number, "failed"), (other, "done"), (7, "done"))
    for command, state in words:
        box.journal.append(_said(command, state, now))
    box.sync()
    mine = office.read(lambda c: fleet.commands_of(c, 1, box.number))
    others = office.read(lambda c: fleet.commands_of(c, 1, 9_999))
    assert [row["state"] for row in mine + others] == ["done", "asked"]


def test_a_stick_says_nothing_about_the_time_and_takes_no_list_back(office: Office, box: Box) -> None:
    old = down(office, box)
    office.clock.advance(3_600)
    carrier(box).take(down(office, box))
    as_of, offset = box.facts.as_of, box.journal.offset_s
    assert code(carrier(box).take, old) == "bundle.old"
    assert (box.facts.as_of, box.journal.offset_s, box.journal.contact) == (as_of, offset, None)


def test_a_file_for_somebody_else_or_the_other_way_is_named_so(
    office: Office, box: Box, tmp_path: Path
) -> None:
    other = Box(office, tmp_path / "other")
    mine = down(office, box)
    assert code(carrier(other).take, mine) == "bundle.other_terminal"
    assert code(carrier(box).take, carrier(box).export()) == "bundle.way"
    assert code(up, office, mine) == "bundle.way"
    foreign = b.seal(
        "up", b.BundleUp(uploads=(), have={}), unit=9, terminal=box.number, number=1, made_at=1,
        key=box.identity.key, to=office.runtime.keys.signing.public, entropy=SeededEntropy(4),
    )  # fmt: skip
    assert code(up, office, foreign) == "bundle.other_unit"
    forged = b.seal(
        "up", b.BundleUp(uploads=(), have={}), unit=1, terminal=box.number, number=1, made_at=1,
        key=other.identity.key, to=office.runtime.keys.signing.public, entropy=SeededEntropy(4),
    )  # fmt: skip
    assert code(up, office, forged) == "bundle.signature"
    unknown = b.seal(
        "up", b.BundleUp(uploads=(), have={}), unit=1, terminal=9_999, number=1, made_at=1,
        key=other.identity.key, to=office.runtime.keys.signing.public, entropy=SeededEntropy(4),
    )  # fmt: skip
    assert code(up, office, unknown) == "terminal.unknown"
    other.close()


def test_a_delta_on_what_was_never_held_is_said_and_a_whole_file_helps(office: Office, box: Box) -> None:
    box.sync()
    office.run(office.runtime.keep_contacts())
    now = office.clock.now()
    office.write(lambda c: report_loss(c, 1, RecordId(box.number, 1, 9_000), CARD, 1, 1, now))
    delta = down(office, box)
    box.close()
    for path in box.folder.glob("facts.db*"):
        path.unlink()
    box.start()
    told = carrier(box).take(delta)
    assert "document.gap" in told.problems or told.documents >= 1
    assert carrier(box).take(down(office, box, whole=True)).problems == ()
    assert box.facts.stop(CARD, 1) == ("lost", 1)


def test_every_file_is_written_down(office: Office, box: Box) -> None:
    begin(office, box)
    sell(box, 1_000)
    up(office, carrier(box).export(), by=1)
    rows = office.read(lambda c: c.execute(sa.select(bundle).order_by(bundle.c.way)).all())
    assert [(row.way, row.first, row.last, row.made_by) for row in rows] == [
        ("down", 0, 0, 0),
        ("up", 1, 2, 1),
    ]


# ---- a box that died


def test_a_spare_takes_place_and_settings_and_the_old_disk_is_posted_once(
    office: Office, box: Box, tmp_path: Path
) -> None:
    """F: E8"""
    box.sync()
    sell(box, 1_000)
    box.sync()
    sell(box, 2_000)  # never uploaded: the box dies
    old = carrier(box)
    spare = Box(office, tmp_path / "spare", number=box.number)
    assert spare.sync() == ""
    place = spare.facts.place
    assert place is not None
    assert (place.terminal, place.owner, place.settings) == (
        box.number, box.facts.place.owner, box.facts.place.settings,  # type: ignore[union-attr]
    )  # fmt: skip
    assert spare.identity.epoch == box.identity.epoch + 1
    sold = spare.station.accounts.approve(Account(card=CARD, issue=1, type=2), Order.amount(500))
    assert sold.intent.id.epoch == 2
    spare.sync()
    raw = old.export()
    assert code(up, office, raw) == "bundle.signature", "the key of the dead box opens nothing by itself"
    told = up(office, raw, rescue=True, by=1)
    assert (told.epoch, told.received) == (1, 4)
    assert balance(office, CARD) == 46_500
    assert code(up, office, raw, rescue=True) == "bundle.repeated"
    assert up(office, old.export(), rescue=True).results == ()
    assert balance(office, CARD) == 46_500
    assert spare.sync() == "", "the spare goes on as if nothing had been"
    spare.close()


def test_a_revoked_box_is_rescued_only_on_a_persons_word(office: Office, box: Box) -> None:
    box.sync()
    sell(box, 1_000)
    raw = carrier(box).export()
    now = office.clock.now()
    office.write(lambda c: service.revoke(c, 1, box.number, now, 1))
    assert code(up, office, raw) == "terminal.revoked"
    assert up(office, raw, rescue=True).records == 2
    assert balance(office, CARD) == 49_000
    assert code(down, office, box) == "terminal.revoked"


def test_what_a_box_sold_after_its_loss_was_reported_waits_for_people(
    office: Office, box: Box, tmp_path: Path
) -> None:
    """The moment is kept with its key, also when a spare has its number by then. F: E8"""
    box.sync()
    sell(box, 1_000)
    office.clock.advance(5)
    office.write(lambda c: service.revoke(c, 1, box.number, office.clock.now(), 1))
    office.clock.advance(5)
    sell(box, 2_000)
    spare = Box(office, tmp_path / "spare", number=box.number)
    told = up(office, carrier(box).export(), rescue=True, by=1)
    assert [one.status for one in told.results] == [m.Status.QUARANTINED]
    assert balance(office, CARD) == 49_000
    rows = office.read(lambda c: c.execute(sa.select(exception)).all())
    assert [(one.kind, one.card, one.fen) for one in rows] == [("quarantined", CARD, -2_000)]
    spare.close()


def test_a_restored_disk_that_comes_by_stick_is_a_conflict_and_posts_nothing_twice(
    office: Office, box: Box
) -> None:
    import shutil

    box.sync()
    sell(box, 1_000)
    box.close()
    copy = box.folder.with_name("copy")
    shutil.copytree(box.folder, copy)
    box.start()
    sell(box, 2_000)
    box.sync()
    assert balance(office, CARD) == 47_000
    box.close()
    box.folder = copy
    box.start()
    sell(box, 4_000)
    told = up(office, carrier(box).export())
    assert any(one.status is m.Status.CONFLICT for one in told.results)
    assert balance(office, CARD) == 47_000
    assert box.sync() == "journal.other_life", "the network gives it the next epoch"
    # What the copy sold under a number that was used counts as well: it has happened.
    assert (box.journal.epoch, balance(office, CARD)) == (2, 43_000)
    asked = office.read(lambda c: c.execute(sa.select(exception.c.kind)).scalars().all())
    assert "record_conflict" in asked, "two sales under one number are for a person"
    sell(box, 500)
    box.sync()
    assert balance(office, CARD) == 42_500, "and selling goes on"
