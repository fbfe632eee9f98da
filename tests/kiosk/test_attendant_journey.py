"""Goal: an attendant with card and PIN empties the box, tests devices, reads counters, closes functions.

Method: a person's steps at the whole app before the real server; the books know the difference by name.
"""

import pytest

from onecard.books import accounts
from onecard.cards.management.document import Kind
from onecard.wire import messages as m
from tests.kiosk.hall import ATTENDANT, PIN, Hall
from tests.kiosk.test_service_journey import dial


def enter(hall: Hall, plastic, pin: str = PIN) -> None:
    hall.put(plastic)
    dial(hall, pin)
    hall.press("ok")


def fed(hall: Hall, *notes: int) -> None:
    """A member has put these notes in."""
    hall.to_cash(hall.card(1_000))
    for note in notes:
        hall.insert(note)
    hall.press("finish")
    hall.until_screen("result")
    hall.lift()
    hall.run(6)


def count(hall: Hall, **pieces: int) -> None:
    """Pieces by value in yuan, ``y100=2``; the rest is 0."""
    hall.press_line("count")
    for value in (100, 50, 20, 10, 5, 1):
        dial(hall, str(pieces.get(f"y{value}", "")))
        hall.press("ok")


# F: D7 G4
@pytest.mark.parametrize(("pieces", "missing"), [({"y100": 1, "y20": 2}, 0), ({"y100": 1, "y20": 1}, 2_000)])
def test_the_box_is_counted_blind_and_the_books_name_a_difference(
    hall: Hall, pieces: dict[str, int], missing: int
) -> None:
    card = hall.attendant()
    fed(hall, 10_000, 2_000, 2_000)
    enter(hall, card)
    seen = len(hall.pictures)
    count(hall, **pieces)
    assert not missing or "140.00" not in str([picture.view for picture in hall.pictures[seen:]])
    hall.press_line("write")
    key = "kiosk.attendant.short" if missing else "kiosk.attendant.agrees"
    assert hall.view.notice.text == hall.booth.tr(key, fen=missing)
    assert "120.00" in hall.paper if missing else "140.00" in hall.paper
    hall.press("home")
    hall.press("end")
    hall.sync()
    (entry,) = hall.entries("collect_cash")
    assert entry.fen == 14_000 - missing
    (body,) = hall.bodies(m.Collection)
    assert body.operator == entry.operator > 0
    assert accounts.cashbox(hall.box.number)
    hall.lift()
    fed(hall, 500)
    enter(hall, card)
    count(hall, y5=1)
    hall.press_line("write")
    assert hall.view.notice.text == hall.booth.tr("kiosk.attendant.agrees")
    hall.press("home")
    hall.press_line("counters")
    ever = dict(hall.view.lines)
    assert ever[hall.booth.tr("kiosk.attendant.ever_notes", value="￥20")] == "2"
    assert ever[hall.booth.tr("kiosk.attendant.ever_notes", value="￥5")] == "1"


# F: D3 D7 G4
def test_each_of_two_boxes_is_counted_blind_by_itself(tmp_path, first_start) -> None:
    hall = Hall(tmp_path, first_start, coins=True)
    card = hall.attendant()
    hall.to_cash(hall.card(1_000))
    hall.insert(2_000)
    for _ in range(3):
        hall.drop(100)
    hall.press("finish")
    hall.until_screen("result")
    hall.lift()
    hall.run(6)
    tr = hall.booth.tr
    enter(hall, card)
    hall.press_line("count")
    assert [one.text for one in hall.view.keys] == [
        tr("kiosk.attendant.box.notes"),
        tr("kiosk.attendant.box.coins"),
    ]
    hall.press_line("box:1")
    for pieces in ("2", "", ""):  # ￥1, ￥0.50, ￥0.10: one coin is missing
        dial(hall, pieces)
        hall.press("ok")
    assert tr("kiosk.attendant.box.coins") in hall.view.detail
    hall.press_line("write")
    assert hall.view.notice.text == tr("kiosk.attendant.short", fen=100)
    assert tr("kiosk.acceptor.coins") in hall.paper
    hall.press_line("boxes")
    hall.press_line("box:0")
    for pieces in ("", "", "1", "", "", ""):
        dial(hall, pieces)
        hall.press("ok")
    hall.press_line("write")
    assert hall.view.notice.text == tr("kiosk.attendant.agrees")
    hall.press("home")
    hall.press_line("counters")
    ever = dict(hall.view.lines)
    assert ever[tr("kiosk.attendant.ever_coins", value="￥1")] == "3"
    assert ever[tr("kiosk.attendant.ever_notes", value="￥20")] == "1"
    hall.press("home")
    hall.press_line("tests")
    assert (tr("kiosk.acceptor.coins"), tr("kiosk.attendant.good")) in hall.view.lines
    hall.press("home")
    hall.press("end")
    hall.sync()
    assert [(one.box, one.acceptor) for one in hall.bodies(m.Collection)] == [("C1", "C1"), ("A1", "A1")]
    assert [one.fen for one in hall.entries("collect_cash")] == [200, 2_000]
    hall.lift()
    fed(hall, 500)
    enter(hall, card)
    hall.press_line("counters")
    assert dict(hall.view.lines)[tr("kiosk.attendant.ever_coins", value="￥1")] == "3"
    assert hall.books_agree() == []
    hall.close()


# F: D7 A7
def test_without_the_right_pin_or_card_nothing_opens(hall: Hall) -> None:
    card = hall.attendant()
    enter(hall, card, "111333")
    assert hall.screen == "form"
    assert hall.view.notice.text
    assert hall.flow.areas["attendant"].operator is None
    hall.press("end")
    hall.lift()
    hall.put(hall.attendant("qian", Kind.PAYEE))
    assert hall.view.tone == "refuse"


# F: A7 D7
def test_a_card_of_nobodys_asks_who_it_is(hall: Hall) -> None:
    hall.put(hall.attendant("sun", Kind.COLLECTOR, own=False))
    assert [one.text for one in hall.view.keys] == ["sun 姓名"]
    hall.press_line("who:0")
    dial(hall, PIN)
    hall.press("ok")
    assert hall.view.title == hall.booth.tr("kiosk.attendant.home")


# F: D7 D8
def test_a_function_out_of_service_says_so_over_a_restart_and_comes_back(hall: Hall) -> None:
    card = hall.attendant()
    enter(hall, card)
    hall.press_line("functions")
    hall.press_line("function:cash")
    hall.press_line("function:collect")
    hall.press("home")
    hall.press("end")
    hall.lift()
    hall.restart()
    assert hall.view.cash.reason == hall.booth.tr("kiosk.cash_off.closed")
    assert hall.view.collect.reason == hall.booth.tr("kiosk.off.closed")
    assert hall.bodies(m.SettingsChanged)
    enter(hall, card)
    hall.press_line("functions")
    hall.press_line("function:cash")
    hall.press_line("function:machine")
    hall.press("home")
    hall.press("end")
    hall.lift()
    assert (hall.screen, hall.view.why) == ("out", hall.booth.tr("kiosk.out.attendant"))
    hall.put(hall.card(5_000))
    assert "50.00" not in str(hall.view)
    hall.lift()
    hall.run(7)
    enter(hall, card)
    hall.press_line("functions")
    hall.press_line("function:machine")
    hall.press("home")
    hall.press("end")
    hall.lift()
    assert hall.view.cash.enabled


# F: D7
def test_devices_are_tested_and_settings_shown(hall: Hall) -> None:
    enter(hall, hall.attendant())
    hall.press_line("tests")
    before = len(hall.papers)
    hall.press_line("test:printer")
    assert len(hall.papers) == before + 1
    hall.press_line("test:sound")
    assert hall.sounds[-1] == "ok"
    hall.press("home")
    hall.press_line("settings")
    hall.run(185)
    assert hall.screen == "still_there"
    hall.run(21)
    assert hall.screen == "home"
    assert hall.flow.areas["attendant"].operator is None


# F: D7 A7
def test_with_a_card_of_nobodys_everybody_who_may_finds_his_name(hall: Hall) -> None:
    for n in range(9):
        hall.office.operator(f"zz{n}", ATTENDANT, 0, pin=PIN)
    card = hall.attendant(own=False)
    hall.put(card)
    names = {key.text for key in hall.view.keys}
    assert len(hall.view.keys) == 8
    hall.press_line("more")
    later = {key.text for key in hall.view.keys}
    assert len(names | later) - 1 == len(hall.flow.areas["attendant"].able) > 8
    last = [key.key for key in hall.view.keys if key.key != "more"][-1]
    hall.press_line(last)
    dial(hall, PIN)
    hall.press("ok")
    assert hall.view.title == hall.booth.tr("kiosk.attendant.home")
