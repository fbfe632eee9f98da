"""Goal: an attendant takes a kiosk's records along on a stick, brings lists, and gives cards new keys there.

Method: a person's steps at the whole app before the real server; files carried both ways by hand, twice, the
stick gone; cards pulled away while they get their keys. F: A7 A9 E4 H5
"""

import pytest

from onecard.cards.keys import make_test_keys
from onecard.cards.m1 import M1Card
from onecard.cards.management.document import Kind
from onecard.devices.readers.virtual import DirectStorage, VirtualM1
from onecard.errors import OneCardError
from onecard.ids import SystemEntropy
from onecard.terminal.collector import Collector
from onecard.wire import messages as m
from server.cards.service import report_loss
from server.terminals import courier
from tests.kiosk.hall import Hall, next_id
from tests.kiosk.test_attendant_journey import enter

NEWER = make_test_keys(2, previous=(1,))


class Stick:
    """A folder that somebody carries. ``slow``: nothing comes back until ``plug`` is called for."""

    def __init__(self, hall: Hall, folder) -> None:
        self.hall, self.folder, self.slow = hall, folder, False
        self._waiting = []
        folder.mkdir()
        made = Collector(
            hall.box.identity, hall.box.station, folder, folder.parent, hall.clock, SystemEntropy()
        )

        def carry(card, by, then) -> None:
            def work() -> None:
                try:
                    then(made.carry(card, by))
                except OneCardError as error:
                    then(error)

            self._waiting.append(work)
            if not self.slow:
                self.end()

        hall.booth.carry = carry

    def end(self) -> None:
        self._waiting.pop()()

    def from_office(self, name: str) -> None:
        office = self.hall.office
        raw = bytes(office.run(courier.depart(office.runtime, self.hall.box.number)))
        (self.folder / name).write_bytes(raw)

    def to_office(self) -> courier.Arrived:
        office = self.hall.office
        (path,) = self.folder.glob("*.up")
        return office.run(courier.arrive(office.runtime, path.read_bytes()))


@pytest.fixture
def stick(hall: Hall, tmp_path) -> Stick:
    return Stick(hall, tmp_path / "stick")


def notice(hall: Hall) -> str:
    return str(hall.view.notice.text)


def test_records_go_and_lists_come_by_a_collector_card_and_nothing_counts_twice(hall, stick) -> None:
    key = hall.attendant("zhao", Kind.COLLECTOR)
    hall.card(5_000)
    number = hall.last_card
    payer = hall.card(1_000)
    hall.cut()
    hall.to_cash(payer)
    hall.insert(2_000)
    hall.press("finish")
    hall.until_screen("result")
    hall.lift()
    hall.run(6)
    now = hall.clock.now()
    hall.office.write(lambda c: report_loss(c, hall.unit, next_id(hall.counter), number, 1, 1, now))
    hall.clock.advance(60)
    stick.from_office("office.onecard")
    enter(hall, key)
    hall.press_line("carry")
    assert hall.view.detail == hall.booth.tr("kiosk.carry.do")
    hall.press_line("go")
    assert "已采集" in notice(hall), hall.view
    assert hall.box.station.facts.stop(number, 1) is not None
    (carried,) = hall.bodies(m.Carried)
    assert carried.operator == hall.flow.areas["attendant"].operator.operator
    assert stick.to_office().records == carried.records + 1
    cash = len(hall.entries("recharge"))
    assert cash
    hall.press_line("go")
    assert hall.bodies(m.Carried)[-1].documents == 0
    stick.to_office()
    assert len(hall.entries("recharge")) == cash
    assert hall.books_agree() == []


def test_a_stick_that_is_missing_is_said_and_a_slow_one_is_waited_for(hall, stick) -> None:
    enter(hall, hall.attendant("zhao", Kind.ADMINISTRATOR))
    hall.press_line("carry")
    stick.folder.rename(stick.folder.with_name("away"))
    hall.press_line("go")
    assert hall.view.notice.tone == "refuse"
    assert hall.bodies(m.Carried) == []
    stick.folder.with_name("away").rename(stick.folder)
    stick.slow = True
    hall.press_line("go")
    assert notice(hall) == hall.booth.tr("kiosk.carry.busy")
    for key in ("home", "end", "go"):
        hall.flow.press(key)
        assert notice(hall) == hall.booth.tr("kiosk.carry.busy")
    hall.run(400)
    assert notice(hall) == hall.booth.tr("kiosk.carry.busy"), "nobody is sent away while it writes"
    stick.end()
    assert "已采集" in notice(hall)
    hall.press("home")
    assert not notice(hall)


def test_an_operators_card_takes_nothing_along(hall, stick) -> None:
    enter(hall, hall.attendant("zhao", Kind.OPERATOR))
    (key,) = (one for one in hall.view.keys if one.key == "carry")
    assert (key.enabled, key.reason) == (False, "请用采集卡或管理员卡")
    hall.flow.areas["attendant"].press("carry")
    assert hall.flow.areas["attendant"].page == "home"
    assert "renew" in {one.key for one in hall.view.keys}


def test_without_a_stick_in_its_settings_a_kiosk_does_not_speak_of_one(hall) -> None:
    enter(hall, hall.attendant("zhao", Kind.COLLECTOR))
    assert "carry" not in {one.key for one in hall.view.keys}


# -- new keys ------------------------------------------------------------------------------------------------


def version_of(hall: Hall, plastic: VirtualM1) -> tuple[int, int]:
    image = M1Card(DirectStorage(plastic), NEWER, hall.unit).read()
    plastic.pull()
    return image.identity.key_version, image.newest.main_fen


def renewing(hall: Hall) -> None:
    """At the page, with keys of a newer version in the machine's store."""
    attendant = hall.attendant()
    hall.box.station._desk.keys = NEWER
    enter(hall, attendant)
    hall.lift()
    hall.press_line("renew")


def test_cards_get_new_keys_one_after_the_other_without_a_network(hall) -> None:
    cards = [hall.card(5_000), hall.card(1_200)]
    renewing(hall)
    hall.cut()
    before = hall.bodies()
    for plastic, fen in zip(cards, (5_000, 1_200), strict=True):
        hall.press_line("go")
        assert notice(hall) == hall.booth.tr("kiosk.renew.card_do")
        hall.put(plastic)
        assert "已换成第 2 版密钥" in notice(hall)
        hall.lift()
        assert version_of(hall, plastic) == (2, fen)
    hall.press_line("go")
    hall.put(cards[0])
    assert "已是最新" in notice(hall)
    hall.lift()
    assert hall.bodies() == before
    hall.press("home")
    hall.press("end")
    hall.put(cards[1])
    assert hall.view.balance == "￥12.00"


def test_torn_at_any_command_the_same_card_goes_on(hall) -> None:
    kept = hall.card(5_000).to_bytes()
    renewing(hall)
    finished = 0
    for at in range(2, 90, 3):
        plastic = VirtualM1.from_bytes(kept)
        hall.press_line("go")
        plastic.tear_at(at, 4)
        hall.put(plastic)
        hall.lift()
        if hall.view.notice.tone == "done":
            break
        assert hall.view.notice.tone == "refuse", at
        assert hall.view.notice.detail == hall.booth.tr("kiosk.renew.same"), at
        plastic.tear_at(10_000)
        hall.press_line("go")
        hall.put(plastic)
        assert "第 2 版密钥" in notice(hall), at
        finished += "上次没有换完" in notice(hall)
        hall.lift()
        assert version_of(hall, plastic) == (2, 5_000), at
    assert at > 40
    assert finished


def test_a_card_of_nobodys_and_one_of_another_kind_are_refused(hall) -> None:
    renewing(hall)
    for plastic in (VirtualM1(b"\x04\xaa\xbb\x01"), hall.attendant("qian", Kind.PAYEE)):
        hall.press_line("go")
        memory = plastic.to_bytes()
        hall.put(plastic)
        assert hall.view.notice.tone == "refuse"
        hall.lift()
        assert plastic.to_bytes() == memory


def test_who_leaves_while_a_card_is_waited_for_leaves_nothing_armed(hall) -> None:
    card = hall.card(5_000)
    memory = card.to_bytes()
    renewing(hall)
    hall.press_line("go")
    hall.press("home")
    hall.put(card)
    assert (card.to_bytes(), notice(hall)) == (memory, "")
    hall.lift()
    hall.press_line("renew")
    hall.press_line("go")
    hall.press("home")
    hall.press("end")
    hall.run(3)
    hall.put(card)
    assert hall.view.balance == "￥50.00"
    assert card.to_bytes() == memory
