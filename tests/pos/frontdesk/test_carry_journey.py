"""Goal: a till without any network is served by a stick: a collector card opens it, and nothing counts twice.

Method: the person's steps at a till of the real office; files carried both ways by hand, twice, damaged, for
somebody else; the stick full or pulled out. F: E4 A7 F10
"""

import pytest
import sqlalchemy as sa

from onecard.errors import OneCardError, StoreError
from onecard.ids import SystemEntropy
from onecard.terminal import collector
from onecard.wire import messages as m
from server.books.tables import entry
from server.cards.service import report_loss
from server.terminals import courier
from server.terminals.tables import bundle
from tests.server.terminals.box import Box


class Stick:
    """A folder that is carried between a till and the office."""

    def __init__(self, counter, folder) -> None:
        self.counter, self.folder = counter, folder
        folder.mkdir()
        box = counter.box
        made = collector.Collector(
            box.identity, box.station, folder, folder.parent, counter.clock, SystemEntropy()
        )

        def carry(card, by, then) -> None:
            try:
                answer = made.carry(card, by)
            except OneCardError as error:
                answer = error
            then(answer)

        counter.till.carry = carry

    def from_office(self, name="office.onecard") -> bytes:
        office = self.counter.office
        raw = bytes(office.run(courier.depart(office.runtime, self.counter.box.number)))
        (self.folder / name).write_bytes(raw)
        return raw

    @property
    def up(self) -> bytes:
        (path,) = self.folder.glob("*.up")
        return path.read_bytes()

    def to_office(self) -> courier.Arrived:
        office = self.counter.office
        return office.run(courier.arrive(office.runtime, self.up))


@pytest.fixture
def stick(counter, tmp_path):
    return Stick(counter, tmp_path / "stick")


def open_carry(counter, plastic) -> None:
    for _ in range(6):
        if counter.screen == "sell" and counter.overlay is None:
            break
        counter.keys("escape clear")
    doors = [one.name for one in counter.flow.doors if not one.key]
    counter.keys(f"f11 {doors.index('back') + 1}")
    rooms = [tile.text for tile in counter.view.tiles]
    counter.keys(str(rooms.index("采集数据") + 1))
    counter.tap(plastic)


def collect(counter, plastic, pin="246810") -> None:
    open_carry(counter, plastic)
    counter.keys(f"{pin} enter")


def entries(counter) -> int:
    count = sa.select(sa.func.count()).select_from(entry)
    return int(counter.office.read(lambda c: c.execute(count).scalar_one()))


def test_records_go_and_lists_come_by_a_collector_card(counter, stick):
    plastic = counter.issued("离线客", 10_000, uid="0f500001")
    card = counter.card_of(plastic)
    counter.sync_up()
    counter.box.wire.cut = True
    counter.offline()
    counter.keys("escape escape clear 12.5 enter")
    counter.tap(plastic)
    counter.keys("enter")
    now, id = counter.clock.now(), counter.till.request_id()
    counter.office.write(lambda c: report_loss(c, counter.office.unit, id, card, 1, 1, now))
    counter.clock.advance(60)
    stick.from_office()
    key = counter.management("collector", uid="0f5000f1")
    before = entries(counter)
    collect(counter, key)
    assert "已采集" in counter.message, counter.view
    assert counter.box.station.facts.stop(card, 1) is not None
    (carried,) = counter.stand.bodies(m.Carried)
    assert carried.records > 0
    assert carried.operator == counter.till.operator.operator
    arrived = stick.to_office()
    assert arrived.records == carried.records + 1
    assert entries(counter) == before + 1
    # The same stick once more: nothing is done twice, on either side.
    with pytest.raises(OneCardError, match=r"bundle\.repeated"):
        stick.to_office()
    collect(counter, key)
    again = counter.stand.bodies(m.Carried)[-1]
    assert again.documents == 0
    stick.to_office()
    assert entries(counter) == before + 1
    rows = counter.office.read(lambda c: c.execute(sa.select(bundle).where(bundle.c.way == "up")).all())
    assert len(rows) == 2
    # What the office has confirmed by its own next file is not carried again.
    stick.from_office("second.onecard")
    collect(counter, key)
    assert counter.stand.bodies(m.Carried)[-1].records < carried.records


def test_nobody_without_card_and_pin_gets_a_record(counter, stick):
    plastic = counter.issued("不是采集卡", 1_000, uid="0f500002")
    payee = counter.management("payee", uid="0f5000f2")
    key = counter.management("collector", uid="0f5000f3")
    for wrong in (plastic, payee):
        open_carry(counter, wrong)
        assert counter.view.tone == "refuse"
        counter.keys("enter escape")
    collect(counter, key, "000000")
    assert counter.view.tone == "refuse"
    assert list(stick.folder.iterdir()) == []
    assert counter.stand.bodies(m.Carried) == []


def test_damaged_foreign_and_other_files_are_left_alone(counter, stick, tmp_path):
    key = counter.management("collector", uid="0f5000f4")
    raw = stick.from_office("a.onecard")
    (stick.folder / "a.onecard").write_bytes(raw[:-1])
    (stick.folder / "b.onecard").write_bytes(raw[:200] + bytes([raw[200] ^ 1]) + raw[201:])
    (stick.folder / "photo.jpg").write_bytes(b"\xff\xd8" + bytes(5_000))
    (stick.folder / "empty.onecard").write_bytes(b"")
    (stick.folder / "folder").mkdir()
    other = Box(counter.office, tmp_path / "other", kind="pos")
    theirs = bytes(counter.office.run(courier.depart(counter.office.runtime, other.number)))
    other.close()
    (stick.folder / "theirs.onecard").write_bytes(theirs)
    have = counter.box.facts.have()
    collect(counter, key)
    assert "已采集" in counter.message
    assert counter.box.facts.have() == have
    assert stick.to_office().terminal == counter.box.number


def test_a_full_stick_or_none_leaves_everything_here(counter, stick, monkeypatch):
    key = counter.management("collector", uid="0f5000f5")

    def full(path, data, **_):
        raise OSError(28, "no space left")

    monkeypatch.setattr(collector, "write_whole", full)
    collect(counter, key)
    assert "写不下" in counter.message
    monkeypatch.undo()
    for path in stick.folder.iterdir():
        path.unlink()
    stick.folder.rmdir()
    collect(counter, key)
    assert "没有插入" in counter.message
    stick.folder.mkdir()
    collect(counter, key)
    assert "已采集" in counter.message
    assert stick.to_office().records > 0


def test_a_torn_copy_is_found_out_before_the_stick_is_pulled(counter, stick, monkeypatch):
    def short(path, data, **_):
        path.write_bytes(data[:100])

    monkeypatch.setattr(collector, "write_whole", short)
    heard = []
    counter.till.carry(1, 1, heard.append)
    assert [type(one) for one in heard] == [StoreError]
