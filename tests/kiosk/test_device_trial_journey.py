"""Goal: an attendant tries the reader and each slot by hand, and nobody's money is touched by it.

Method: a person's steps at the whole app before the real server; books and boxes are looked at in the end.
"""

from pathlib import Path
from typing import Any

import pytest

from kiosk import cash_intake
from kiosk.cash_intake import CNY_FEN, Enable, GiveBack, Open, Phase, WriteCredit, WriteDoubt
from onecard.devices import acceptors as device
from onecard.devices.readers.virtual import VirtualM1
from onecard.wire import messages as m
from server.cards.stops import set_stop
from tests.kiosk.hall import Hall
from tests.kiosk.test_attendant_journey import enter
from tests.kiosk.test_service_journey import dial
from tests.kiosk.test_uid_journey import metro


def at_tests(hall: Hall) -> None:
    enter(hall, hall.attendant())
    hall.press_line("tests")


def said(hall: Hall, key: str, **params: Any) -> bool:
    return bool(hall.view.notice.text == hall.booth.tr(f"kiosk.trial.{key}", **params))


# F: D7
def test_the_reader_names_any_card_and_leaves_no_trace_on_it_or_in_the_journal(hall: Hall) -> None:
    member = hall.card(5_000)
    number = hall.last_card
    hall.office.write(lambda c: set_stop(c, hall.unit, number, 1, "lost", 1, hall.clock.now()))
    hall.sync()
    at_tests(hall)
    hall.press_line("test:reader")
    assert said(hall, "card.management")
    hall.lift()
    records, memory = hall.bodies(), member.to_bytes()
    cards = {"member": member, "blank": VirtualM1(b"\x04\xaa\xbb\xcc"), "foreign": metro("08112233")}
    for kind, plastic in cards.items():
        hall.press_line("test:reader")
        assert said(hall, "card_do")
        hall.put(plastic)
        assert said(hall, f"card.{kind}")
        assert plastic.uid.hex().upper() in hall.view.notice.detail
        hall.lift()
    assert hall.bodies() == records
    assert member.to_bytes() == memory, "the test locked a card that was reported lost"
    hall.press("home")
    hall.put(VirtualM1(b"\x04\xaa\xbb\xcd"))
    assert not hall.view.notice.text


# F: D7
def test_a_note_is_recognised_and_comes_back_and_the_books_know_nothing_of_it(hall: Hall) -> None:
    at_tests(hall)
    before = hall.bodies()
    hall.press_line("test:box:0")
    assert said(hall, "note.open")
    hall.insert(2_000)
    assert said(hall, "note.returned", value="￥20")
    assert (hall.memory.returned_fen, hall.memory.box_fen) == ([2_000], [])
    hall.run(3)
    assert not hall.simulator.takes_notes, "one note is enough for a test"
    assert hall.bodies() == before
    hall.press_line("test:box:0")
    hall.until(lambda: hall.simulator.takes_notes)
    hall.press("home")
    hall.run(3)
    assert not hall.simulator.takes_notes, "the slot stayed open behind whoever left the page"
    hall.press("end")
    hall.lift()
    hall.to_cash(hall.card(1_000))
    hall.insert(500)
    assert hall.view.total == "￥5.00"
    hall.press("finish")
    hall.until_screen("result")


# F: D7
@pytest.mark.parametrize("trouble", ["jam", "gone"])
def test_a_slot_in_trouble_says_so(hall: Hall, trouble: str) -> None:
    at_tests(hall)
    hall.press_line("test:box:0")
    hall.until(lambda: hall.simulator.takes_notes)
    hall.simulator.jam() if trouble == "jam" else hall.cable.cut()
    hall.run(4)
    assert hall.view.notice.tone == "refuse"
    assert hall.bodies(m.Stack, m.Credit, m.CashDoubt) == []


# F: D7 D3 G4
def test_a_coin_cannot_come_back_so_it_is_on_record_on_a_slip_and_in_the_count(
    tmp_path: Path, first_start: Any
) -> None:
    hall = Hall(tmp_path, first_start, coins=True)
    at_tests(hall)
    hall.press_line("test:box:1")
    hall.drop(100)
    assert said(hall, "coin.kept", value="￥1")
    (credit,) = hall.bodies(m.Credit)
    assert (credit.card, credit.value_fen) == (0, 100)
    hall.run(3)
    assert not hall.coin_simulator.takes_notes
    hall.press("home")
    hall.press_line("claim")
    assert "1.00" in hall.paper
    hall.press_line("count")
    hall.press_line("box:1")
    for pieces in ("1", "", ""):
        dial(hall, pieces)
        hall.press("ok")
    hall.press_line("write")
    assert hall.view.notice.text == hall.booth.tr("kiosk.attendant.agrees")
    hall.press("home")
    hall.press("end")
    hall.sync()
    assert hall.books_agree() == []
    hall.close()


# F: D7 D3
def test_a_note_of_a_test_that_went_in_all_the_same_is_a_doubt_for_the_office_and_never_a_credit() -> None:
    intake = cash_intake.at_start(CNY_FEN, 1, None, None)
    intake, _ = cash_intake.step(intake, Open(10_000, trial=True))
    intake, orders = cash_intake.step(intake, device.Escrowed(1, 2_000))
    assert orders == [GiveBack()]
    intake, orders = cash_intake.step(intake, device.Credited(1, 2_000))
    assert [type(one) for one in orders if isinstance(one, WriteDoubt | WriteCredit)] == [WriteDoubt]
    assert intake.trial is not None
    assert (intake.trial.stage, intake.trial.value_fen, intake.phase) == ("kept", 2_000, Phase.CLOSED)
    assert orders[-1] == Enable(frozenset())
    intake, _ = cash_intake.step(intake, Open(10_000))
    assert intake.trial is None
