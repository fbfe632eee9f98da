"""Goal: cash goes onto the card or waits for it, once, whatever the member, the note and the card do.

Method: a person's steps through the whole app on a real station, a virtual card and the simulated acceptor.
"""

import pytest

from onecard.devices.printers import PrinterState
from onecard.errors import StoreError
from onecard.journal.journal import RESERVE_BYTES
from onecard.terminal.outcome import State
from onecard.wire import messages as m
from tests.kiosk.rig import CARD, Rig, make_plastic
from tests.onecard.terminal.stand import read_plastic

OTHER = bytes.fromhex("04DDEE11")


def balance(plastic) -> int:
    return read_plastic(plastic).newest.main_fen


def tear_write(rig: Rig, plastic, *, after: int = 14) -> None:
    """The member pulls the card while it is written."""
    plastic.tear_at(plastic.commands + after)


def roads(rig: Rig) -> dict[str, int]:
    """Fen by where they went."""
    journal = rig.stand.journal
    done = {body.of for body in rig.bodies(m.Done)}
    return {
        "credited": sum(body.value_fen for body in rig.bodies(m.Credit)),
        "card": sum(body.amount_fen for body in rig.bodies(m.Recharge) if body.id in done),
        "waiting": sum(body.amount_fen for body in rig.bodies(m.Waiting)),
        "free": sum(body.value_fen for body in rig.stand.station.free_credits()),
        "open": sum(tap.fen for tap in journal.index.taps(State.OPEN, State.ASIDE, State.GIVEN_UP)),
    }


# F: D3 A3
def test_notes_go_in_and_the_card_has_them(rig, plastic):
    rig.to_cash(plastic)
    assert rig.view.no_change
    assert not rig.keys()["finish"].enabled
    rig.insert(10_000)
    rig.insert(2_000)
    assert rig.view.total == "￥120.00"
    assert (rig.view.before, rig.view.after) == ("￥87.50", "￥207.50")
    assert [cells[1] for cells in rig.view.inserted] == ["￥20", "￥100"]
    rig.press("finish")
    rig.until_screen("result")
    assert rig.view.amount == "￥120.00"
    assert rig.view.after == "￥207.50"
    assert rig.view.paper.tone == "done"
    assert balance(plastic) == 20_750
    assert "120.00" in rig.paper
    assert "****0001" in rig.paper
    assert roads(rig) == {"credited": 12_000, "card": 12_000, "waiting": 0, "free": 0, "open": 0}
    assert rig.sounds.count("note") == 2
    assert rig.sounds[-1] == "ok"


# F: D3
def test_cash_chosen_before_the_card_goes_straight_to_the_slot(rig, plastic):
    rig.press("cash")
    assert rig.screen == "card"
    rig.put(plastic)
    assert rig.screen == "cash"


# F: D3
def test_back_before_the_first_note_shuts_the_slot_and_loses_nothing(rig, plastic):
    rig.to_cash(plastic)
    rig.press("back")
    rig.until_screen("balance")
    rig.run(2)
    assert not rig.simulator.takes_notes
    assert rig.bodies(m.Stack, m.Credit, m.Recharge) == []


# F: D3
def test_only_what_fits_onto_the_card_is_taken(rig):
    plastic = make_plastic(96_500)
    rig.to_cash(plastic)
    assert rig.accepted == ["￥1", "￥5", "￥10", "￥20"]
    assert rig.simulator.insert(5_000)
    rig.run(5)
    assert rig.memory.returned_fen == [5_000]
    rig.insert(2_000)
    assert rig.accepted == ["￥1", "￥5", "￥10"]


# F: D3
def test_finish_with_a_note_on_its_way_counts_that_note_too(rig, plastic):
    rig.to_cash(plastic)
    rig.insert(1_000)
    rig.simulator.insert(5_000)
    rig.until(lambda: rig.flow.visit.cash.moving_fen > 0)
    rig.press("finish")
    rig.until_screen("result")
    assert balance(plastic) == 8_750 + 6_000


# F: D3
def test_a_member_who_walks_away_gets_the_money_on_the_card_that_still_lies_there(rig, plastic):
    rig.to_cash(plastic)
    rig.insert(10_000)
    rig.run(57)
    assert rig.screen == "cash"
    rig.until_screen("still_there", 10)
    assert "￥100" in rig.view.detail
    rig.until_screen("result", 30)
    assert balance(plastic) == 18_750
    assert len(rig.papers) == 1
    rig.until_screen("home", 30)


# F: D3
def test_the_question_is_answered_and_more_notes_go_in(rig, plastic):
    rig.to_cash(plastic)
    rig.insert(1_000)
    rig.until_screen("still_there", 70)
    rig.press("yes")
    assert rig.screen == "cash"
    rig.insert(1_000)
    rig.until_screen("still_there", 70)
    rig.insert(2_000)  # a note is an answer too
    assert rig.screen == "cash"
    assert rig.view.total == "￥40.00"


# F: D3
def test_a_member_who_left_with_the_card_finds_the_money_waiting_for_it(rig, plastic):
    rig.to_cash(plastic)
    rig.insert(5_000)
    rig.lift()
    rig.until_screen("put_back")
    assert rig.view.amount == "￥50.00"
    assert rig.sounds[-1] == "retap"
    rig.until_screen("still_there", 70)
    rig.until_screen("result", 30)
    assert rig.picture.view.title == rig.booth.tr("kiosk.result.waiting")
    assert balance(plastic) == 8_750
    assert roads(rig) == {"credited": 5_000, "card": 0, "waiting": 5_000, "free": 0, "open": 0}
    (waiting,) = rig.bodies(m.Waiting)
    assert (waiting.card, waiting.issue) == (CARD, 1)
    assert rig.booth.tr("kiosk.paper.title.waiting") in rig.paper


# F: D3
def test_the_card_that_comes_back_gets_its_money_and_another_one_does_not(rig, plastic):
    stranger = make_plastic(100, uid=OTHER, card=CARD + 5)
    rig.to_cash(plastic)
    rig.insert(5_000)
    rig.lift()
    rig.until_screen("put_back")
    rig.put(stranger)
    assert rig.view.wrong
    assert balance(stranger) == 100
    rig.lift()
    assert not rig.view.wrong
    rig.put(plastic)
    rig.until_screen("result")
    assert balance(plastic) == 13_750
    assert rig.bodies(m.Waiting) == []


# F: D3
@pytest.mark.parametrize("after", range(6, 18))
def test_a_card_pulled_while_it_is_written_is_finished_by_the_same_card(rig, plastic, after):
    rig.to_cash(plastic)
    rig.insert(5_000)
    tear_write(rig, plastic, after=after)
    rig.press("finish")
    rig.run(3)
    rig.lift()
    rig.run(1)
    if rig.screen == "put_back":
        rig.put(plastic)
    rig.until_screen("result")
    assert balance(plastic) == 13_750
    assert roads(rig) == {"credited": 5_000, "card": 5_000, "waiting": 0, "free": 0, "open": 0}


# F: D3
def test_a_torn_write_at_walk_away_is_given_up_and_never_becomes_waiting_by_time(rig, plastic):
    rig.to_cash(plastic)
    rig.insert(5_000)
    tear_write(rig, plastic)
    rig.press("finish")
    rig.until_screen("put_back")
    rig.lift()
    rig.until_screen("result", 120)
    assert rig.view.title == rig.booth.tr("kiosk.result.aside")
    rig.until_screen("home", 60)
    rig.run(200)
    (given,) = rig.bodies(m.GivenUp)
    assert given.why == "session_end"
    assert roads(rig) == {"credited": 5_000, "card": 0, "waiting": 0, "free": 0, "open": 5_000}
    assert rig.booth.tr("kiosk.paper.title.unresolved") in rig.paper


# F: D3
def test_a_write_that_the_card_disproves_is_written_again(rig, plastic):
    rig.to_cash(plastic)
    rig.insert(5_000)
    tear_write(rig, plastic, after=12)
    rig.press("finish")
    rig.until_screen("put_back")
    # Elsewhere, before it comes back, the card is used: the intent can never be on it any more.
    rig.lift()
    spend_elsewhere(rig, plastic)
    rig.put(plastic)
    rig.until_screen("result")
    assert balance(plastic) == 8_750 - 100 + 5_000
    assert len(rig.bodies(m.Recharge)) == 2
    assert len(rig.bodies(m.NotWritten)) == 1
    assert roads(rig)["card"] == 5_000


def spend_elsewhere(rig: Rig, plastic) -> None:
    from onecard.cards.m1 import M1Card
    from onecard.devices.readers.virtual import DirectStorage
    from onecard.ids import RecordId
    from onecard.rules.periods import Calendar
    from onecard.rules.purse import Change, advance
    from tests.onecard.terminal.stand import KEYS, UNIT

    session = M1Card(DirectStorage(plastic), KEYS, UNIT)
    purse, _ = advance(
        session.read().newest,
        Change(main_fen=-100),
        by=RecordId(1002, 1, 9),
        at=rig.clock.now(),
        calendar=Calendar(),
    )
    session.write(purse)
    plastic.pull()


# F: D3
def test_a_card_stopped_meanwhile_is_not_recharged_and_the_money_waits(rig, plastic):
    rig.to_cash(plastic)
    rig.insert(5_000)
    rig.stand.receive(rig.stand.office.stops((CARD, 1, "frozen")))
    rig.press("finish")
    rig.until_screen("result")
    assert roads(rig)["waiting"] == 5_000
    assert rig.booth.tr("kiosk.result.waiting_detail") in rig.view.detail


# F: D3
def test_a_note_that_gets_stuck_needs_a_person_and_the_rest_is_on_the_card(rig, plastic):
    rig.to_cash(plastic)
    rig.insert(5_000)
    rig.simulator.insert(10_000)
    rig.until(lambda: rig.flow.visit.cash.moving_fen > 0)
    rig.run(0.3)
    rig.simulator.jam("stacker")
    rig.until_screen("person", 40)
    assert "￥100" in rig.view.amount
    assert balance(plastic) == 13_750
    assert "100" in rig.paper
    rig.until_screen("home", 150)
    rig.lift()
    assert rig.booth.cash_off == "jam"
    assert not rig.view.cash.enabled
    # An attendant opens it and hands the note back: nothing was credited, the office hears of the doubt.
    rig.simulator.clear_jam()
    rig.run(10)
    assert roads(rig)["credited"] == 5_000
    assert [doubt.value_fen for doubt in rig.bodies(m.CashDoubt)] == [10_000]
    assert rig.booth.cash_off == ""


# F: D3
def test_power_lost_with_a_note_in_the_stacker_credits_it_to_the_card_of_its_visit(rig, plastic):
    rig.to_cash(plastic)
    rig.simulator.insert(10_000)
    rig.until(lambda: rig.simulator.state.name == "STACKING")
    rig.simulator.power_cut()
    rig.restart()
    rig.simulator.power_on()
    rig.run(10)
    assert roads(rig) == {"credited": 10_000, "card": 0, "waiting": 10_000, "free": 0, "open": 0}
    (waiting,) = rig.bodies(m.Waiting)
    assert waiting.card == CARD
    assert rig.memory.box_fen == [10_000]


# F: D3
def test_a_restart_in_the_middle_of_a_visit_puts_its_notes_on_their_road(rig, plastic):
    rig.to_cash(plastic)
    rig.insert(2_000)
    rig.insert(1_000)
    rig.restart()
    assert roads(rig) == {"credited": 3_000, "card": 0, "waiting": 3_000, "free": 0, "open": 0}
    assert not rig.simulator.takes_notes


# F: D3
def test_a_write_open_at_a_restart_is_finished_by_the_card_or_given_up_after_a_while(rig, plastic):
    for comes_back in (True, False):
        rig.to_cash(plastic)
        rig.insert(1_000)
        tear_write(rig, plastic)
        rig.press("finish")
        rig.until_screen("put_back")
        rig.restart()
        if comes_back:
            rig.put(plastic)
            rig.until_screen("result")
            assert balance(plastic) == 9_750
            rig.lift()
            rig.until_screen("home", 60)
    rig.run(130)
    assert [body.why for body in rig.bodies(m.GivenUp)] == ["session_end"]


# F: D10
def test_offline_cash_goes_on_within_the_allowance(tmp_path, plastic):
    rig = Rig(tmp_path, offline_recharge_fen="6000")
    rig.offline(pending=12)
    assert rig.view.frame.status.detail == rig.booth.tr("kiosk.frame.pending", n=12)
    rig.to_cash(plastic)
    assert rig.accepted == ["￥1", "￥5", "￥10", "￥20", "￥50"]
    rig.insert(5_000)
    rig.insert(1_000)
    rig.press("finish")
    rig.until_screen("result")
    rig.lift()
    rig.until_screen("home", 60)
    assert not rig.view.cash.enabled
    assert rig.view.cash.reason == rig.booth.tr("kiosk.cash_off.allowance")
    rig.stand.journal.set_watermarks(rig.stand.journal.head.seq)
    rig.run(1)
    assert rig.view.cash.enabled
    rig.close()


# F: D10
def test_cash_that_waits_for_its_card_is_within_the_allowance_too(tmp_path, plastic):
    rig = Rig(tmp_path, offline_recharge_fen="6000")
    rig.offline()
    rig.to_cash(plastic)
    rig.insert(5_000)
    rig.insert(1_000)
    rig.lift()
    rig.until_screen("home", 200)
    assert [one.amount_fen for one in rig.bodies(m.Waiting)] == [6_000]
    assert rig.view.cash.reason == rig.booth.tr("kiosk.cash_off.allowance")
    rig.close()


# F: D3 E3
def test_no_coin_is_asked_for_while_the_disk_has_no_room_for_it(rig, plastic, monkeypatch):
    monkeypatch.setattr(rig.stand.journal, "_free_bytes", lambda: RESERVE_BYTES - 1)
    rig.run(1)
    assert (rig.view.cash.enabled, rig.view.cash.reason) == (False, rig.booth.tr("kiosk.cash_off.store"))


# F: D3
def test_without_paper_it_says_so_before_the_first_note_and_goes_on(rig, plastic):
    rig.printer = rig.booth.printer = PrinterState.PAPER_OUT
    rig.to_cash(plastic)
    assert rig.view.paper.text == rig.booth.tr("kiosk.cash.no_paper")
    rig.insert(1_000)
    rig.press("finish")
    rig.until_screen("result")
    rig.run(1)
    assert rig.view.paper.text == rig.booth.tr("kiosk.result.not_printed")
    assert rig.view.number.endswith(str(rig.bodies(m.Recharge)[0].id))
    assert balance(plastic) == 9_750


def test_a_printer_that_cannot_say_leaves_it_to_the_members_eyes(rig, plastic):
    rig.to_cash(plastic)
    rig.printer = PrinterState.UNKNOWN
    rig.insert(1_000)
    rig.press("finish")
    rig.until_screen("result")
    rig.run(1)
    assert rig.view.paper.text == rig.booth.tr("kiosk.result.check_paper")


# F: D3
@pytest.mark.parametrize("trouble", ["jam", "box", "cable", "power"])
def test_an_acceptor_in_trouble_takes_no_cash_and_says_why(rig, plastic, trouble):
    def break_it() -> None:
        {
            "jam": rig.simulator.jam,
            "box": rig.simulator.take_box_out,
            "cable": rig.cable.cut,
            "power": rig.simulator.power_cut,
        }[trouble]()

    break_it()
    rig.run(5)
    assert rig.screen == "home"
    assert not rig.view.cash.enabled
    assert rig.view.cash.reason
    rig.put(plastic)
    assert rig.screen == "balance"
    assert not rig.view.cash.enabled


# F: D3
def test_an_acceptor_pulled_out_during_a_visit_shuts_for_good_and_the_money_goes_on_the_card(rig, plastic):
    rig.to_cash(plastic)
    rig.insert(5_000)
    rig.cable.cut()
    rig.run(3)
    assert rig.view.state.tone == "refuse"
    rig.press("finish")
    rig.until_screen("result")
    assert balance(plastic) == 13_750
    rig.lift()
    rig.until_screen("home", 60)
    rig.cable.mend()
    rig.run(10)
    assert rig.view.cash.enabled
    assert not rig.simulator.takes_notes, "the slot opened for a visit that is over"


# F: D3
def test_no_note_is_taken_that_cannot_be_written_down(rig, plastic, monkeypatch):
    rig.to_cash(plastic)

    def full(make):
        raise StoreError("store.full")

    monkeypatch.setattr(rig.stand.journal, "append", full)
    assert rig.simulator.insert(5_000)
    rig.run(5)
    assert rig.memory.returned_fen == [5_000]
    assert rig.memory.box_fen == []
    assert not rig.simulator.takes_notes
    assert rig.view.total == "￥0.00"


# F: D3
def test_a_write_that_the_disk_would_not_let_go_is_given_up_later(rig, plastic, monkeypatch):
    rig.to_cash(plastic)
    rig.insert(5_000)
    tear_write(rig, plastic)
    rig.press("finish")
    rig.until_screen("put_back")
    rig.lift()

    def read_only(make):
        raise StoreError("store.read_only")

    with monkeypatch.context() as disk:
        disk.setattr(rig.stand.journal, "append", read_only)
        rig.until_screen("home", 200)
    assert roads(rig)["open"] == 5_000
    assert rig.bodies(m.GivenUp) == []
    rig.run(125)
    assert [body.why for body in rig.bodies(m.GivenUp)] == ["session_end"]


# F: D3
def test_a_write_torn_after_the_member_has_gone_is_given_up_too(rig, plastic):
    """The card still lies there, so the notes go onto it; it is pulled while that happens."""
    rig.to_cash(plastic)
    rig.insert(5_000)
    rig.until_screen("still_there", 90)
    tear_write(rig, plastic)
    rig.until_screen("put_back", 60)
    rig.lift()
    rig.until_screen("home", 200)
    assert [body.why for body in rig.bodies(m.GivenUp)] == ["session_end"]
