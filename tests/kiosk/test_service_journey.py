"""Goal: a member alone reports a loss, changes the PIN and prints a statement; no digit stays behind.

Method: a person's steps at the whole app before the real server.
"""

import pytest
from sqlalchemy import select, update

from onecard.errors import StoreError
from onecard.wire import messages as m
from server.cards.stops import set_stop, stop_of
from server.members.tables import member
from server.operators.tables import operation_log
from tests.kiosk.hall import PIN, Hall
from tests.kiosk.test_collect_journey import main_fen


def dial(hall: Hall, digits: str) -> None:
    for digit in digits:
        hall.flow.touched()
        hall.flow.press(f"pad:{digit}")


def stopped(hall: Hall, card: int) -> str:
    entry = hall.office.read(lambda c: stop_of(c, hall.unit, card, 1))[0]
    return "" if entry is None else str(entry.reason)


# F: D5 A6
def test_a_lost_card_is_stopped_with_number_and_pin_and_without_the_card(hall: Hall) -> None:
    plastic = hall.card(5_000, hall.member())
    hall.press("loss")
    dial(hall, "2024001")
    hall.press("ok")
    dial(hall, PIN)
    assert PIN not in str(hall.view)
    hall.press("ok")
    assert hall.screen == "menu"
    assert hall.view.detail == "王*明"
    (key,) = hall.view.keys
    hall.press_line(key.key)
    assert hall.view.title == hall.booth.tr("kiosk.loss.stopped")
    hall.press("end")
    assert (hall.screen, hall.flow.areas["loss"].pin) == ("home", "")
    hall.sync()
    hall.put(plastic)
    assert hall.view.notices[0].tone == "refuse"
    number = hall.flow.visit.look.card
    assert stopped(hall, number) == "lost"


# F: D5
def test_a_member_of_staff_types_the_letter_of_his_number_too(hall: Hall) -> None:
    staff = hall.member()
    hall.card(5_000, staff)
    hall.office.write(
        lambda c: c.execute(update(member).where(member.c.member == staff).values(number="s-0123"))
    )
    hall.press("loss")
    hall.press_line("letters")
    assert hall.view.pad == "letters"
    dial(hall, "S")
    hall.press_line("digits")
    dial(hall, "0123")
    assert hall.view.fields[0].text == "S0123"
    hall.press("ok")
    assert (hall.view.pad, hall.view.quick) == ("phone", ())
    dial(hall, PIN)
    hall.press("ok")
    (key,) = hall.view.keys
    hall.press_line(key.key)
    assert hall.view.title == hall.booth.tr("kiosk.loss.stopped")
    assert stopped(hall, hall.last_card) == "lost"


# F: D5
def test_a_wrong_pin_and_an_unknown_number_are_told_the_same_and_the_door_closes(hall: Hall) -> None:
    hall.card(5_000, hall.member())
    said = []
    for number in ("2024001", "99", "2024001", "2024001", "2024001", "2024001", "2024001"):
        hall.press("loss")
        dial(hall, number)
        hall.press("ok")
        dial(hall, "000000")
        hall.press("ok")
        said.append(hall.view.notice.text)
        hall.press("back")
        hall.press("end")
    assert said[0] == said[1] == hall.booth.tr("refusal.pin.wrong.member")
    assert said[-1] != said[0]


# F: D5
def test_a_pin_is_changed_with_the_old_one_and_the_new_one_holds(hall: Hall) -> None:
    plastic = hall.card(5_000, hall.member())
    hall.press("service")
    hall.put(plastic)
    hall.press_line("pin")
    for digits in (PIN, "775533", "775534"):
        dial(hall, digits)
        hall.press("ok")
    assert hall.view.notice.text == hall.booth.tr("kiosk.pin.differ")
    for digits in ("775533", "775533"):
        dial(hall, digits)
        hall.press("ok")
    assert hall.view.notice.text == hall.booth.tr("kiosk.pin.done")
    assert "775533" not in str(vars(hall.flow.areas["pin"]))
    number = hall.flow.visit.look.card
    assert hall.client.check_pin(check(number, "775533")).fits
    assert not hall.client.check_pin(check(number, PIN)).fits


def check(card: int, pin: str):
    from onecard.wire.lookups import CheckPin

    return CheckPin(card=card, issue=1, pin=pin)


# F: D5
def test_a_wrong_old_pin_begins_again(hall: Hall) -> None:
    hall.press("service")
    hall.put(hall.card(5_000, hall.member()))
    hall.press_line("pin")
    for digits in ("111222", "775533", "775533"):
        dial(hall, digits)
        hall.press("ok")
    assert hall.view.notice.text == hall.booth.tr("refusal.pin.wrong.member")
    assert [one.text for one in hall.view.fields] == ["", "", ""]


# F: D5
def test_a_statement_is_printed_and_says_what_the_books_say(hall: Hall) -> None:
    member = hall.member()
    plastic = hall.card(1_000, member)
    hall.subsidy(member, 30_000)
    hall.press("collect")
    hall.put(plastic)
    hall.until_screen("result")
    hall.lift()
    hall.run(6)
    hall.press("service")
    hall.put(plastic)
    hall.press_line("statement")
    hall.press_line("days:7")
    assert hall.view.notice.text == hall.booth.tr("kiosk.paper_period.printed")
    assert "对账单" in hall.paper
    assert "10.00 + 300.00" in hall.paper
    assert "王小明" not in hall.paper
    assert main_fen(plastic) == 1_000


# F: D5 D6
@pytest.mark.parametrize("function", ["loss", "service"])
def test_whoever_leaves_a_form_leaves_nothing_in_it(hall: Hall, function: str) -> None:
    plastic = hall.card(5_000, hall.member())
    hall.press(function)
    if function == "service":
        hall.put(plastic)
        hall.press_line("pin")
        dial(hall, "482")
        hall.lift()
    else:
        dial(hall, "2024001")
        hall.press("ok")
        dial(hall, "482")
        hall.until_screen("still_there", 60)
        hall.run(21)
    assert hall.screen == "home"
    assert hall.flow.areas["pin"].digits["old"] == ""
    assert (hall.flow.areas["loss"].number, hall.flow.areas["loss"].pin) == ("", "")


# F: D10
def test_offline_each_function_that_needs_the_office_says_why(hall: Hall) -> None:
    plastic = hall.card(5_000)
    hall.cut()
    reason = hall.booth.tr("kiosk.off.offline")
    assert not hall.view.loss.enabled
    assert hall.view.loss.reason == reason
    hall.put(plastic)
    hall.press("service")
    reasons = {one.key: one.reason for one in hall.view.keys}
    assert (reasons["pin"], reasons["statement"]) == (reason, reason)


# F: A13
def test_a_tap_says_who_it_is_and_whether_the_card_is_good(hall: Hall) -> None:
    plastic = hall.card(5_000, hall.member())
    before = hall.bodies()
    hall.press("service")
    hall.put(plastic)
    hall.press_line("who")
    assert hall.view.notice.text == hall.booth.tr("kiosk.who.good")
    said = dict(hall.view.lines)
    assert said[hall.booth.tr("kiosk.who.number")] == "2024001"
    assert "*" in said[hall.booth.tr("kiosk.who.name")]
    query = select(operation_log).where(operation_log.c.action == "till.identify")
    logged = hall.office.read(lambda c: c.execute(query).mappings().all())
    assert str(hall.flow.visit.look.card) in [one["subject"] for one in logged]
    assert hall.bodies() == before
    hall.press("balance")
    assert hall.screen == "balance"
    hall.lift()
    hall.press("end")
    assert "2024001" not in str(vars(hall.flow.areas["who"]))


# F: A13 D10
@pytest.mark.parametrize("cut", ["before", "meanwhile"])
def test_offline_a_tap_says_who_it_is_as_far_as_is_known_and_the_log_has_it_later(
    hall: Hall, cut: str
) -> None:
    plastic = hall.card(5_000, hall.member())
    lost = hall.card(1_000, hall.member("李雷"))
    number = hall.last_card
    hall.office.write(lambda c: set_stop(c, hall.unit, number, 1, "lost", 1, hall.clock.now()))
    hall.sync()
    before = hall.bodies()
    hall.press("service")
    if cut == "before":
        hall.cut()
    hall.put(plastic)
    hall.box.wire.cut = True
    hall.press_line("who")
    tr = hall.booth.tr
    assert (hall.view.notice.text, hall.view.notice.detail) == (tr("kiosk.who.good"), tr("kiosk.who.alone"))
    assert hall.view.detail == tr("kiosk.who.detail")
    assert dict(hall.view.lines)[tr("kiosk.who.name")] == "王*明"
    assert hall.sounds[-1] == "ok"
    query = select(operation_log).where(operation_log.c.action == "till.identify")
    assert hall.office.read(lambda c: c.execute(query).all()) == []
    assert [type(one) for one in hall.bodies()[len(before) :]] == [m.Checked]
    hall.press("balance")
    hall.press("end")
    hall.lift()
    hall.run(6)
    hall.put(lost)
    assert hall.view.more.key == ""
    hall.lift()
    hall.run(6)
    hall.mend()
    (logged,) = hall.office.read(lambda c: c.execute(query).mappings().all())
    assert logged["subject"] == str(number - 1)


# F: A13 D10
def test_a_check_that_the_disk_refused_is_not_said_to_be_recorded(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    plastic = hall.card(5_000, hall.member())
    hall.cut()
    hall.press("service")
    hall.put(plastic)

    def full(make: object) -> None:
        raise StoreError("store.full")

    monkeypatch.setattr(hall.stand.journal, "append", full)
    hall.press_line("who")
    assert hall.view.detail == hall.booth.tr("kiosk.who.not_noted")
