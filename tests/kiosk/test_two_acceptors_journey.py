"""Goal: notes and coins of one visit are one recharge, whatever either acceptor does meanwhile.

Method: a person's steps through the whole app with a note acceptor and a coin acceptor side by side, each
with driver and simulator on a cable of its own; journal, card, paper and boxes at the end.
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.cash_box import CashBox
from kiosk.cash_room import CashRoom
from kiosk.fitted_acceptor import fitted_acceptors
from onecard.settings import KIOSK, SettingError, Settings
from onecard.wire import messages as m
from tests.kiosk.rig import COIN_SERIAL, SERIAL, Rig, make_plastic
from tests.kiosk.test_cash_journey import balance, roads


@pytest.fixture
def two(tmp_path):
    rig = Rig(tmp_path, coins=True)
    yield rig
    rig.close()


def texts(rig: Rig, key: str, **params: object) -> str:
    return rig.booth.tr(key, **params)


# F: D3 A3
def test_notes_and_coins_of_one_visit_are_one_recharge_with_one_receipt(two, plastic):
    assert two.view.cash.detail == texts(two, "kiosk.home.cash_detail_both")
    two.to_cash(plastic)
    assert two.view.takes == texts(two, "kiosk.cash.both.takes")
    assert two.accepted == ["￥1", "￥5", "￥10", "￥20", "￥50", "￥100", "￥0.10", "￥0.50", "￥1"]
    two.drop(50)
    two.insert(2_000)
    two.drop(100)
    assert two.view.total == "￥21.50"
    assert [cells[1] for cells in two.view.inserted] == ["￥1", "￥20", "￥0.50"]
    two.press("finish")
    two.until_screen("result")
    assert (two.view.amount, balance(plastic)) == ("￥21.50", 8_750 + 2_150)
    (recharge,) = two.bodies(m.Recharge)
    assert len(recharge.credits) == 3
    assert [one.acceptor for one in two.bodies(m.Credit)] == [COIN_SERIAL, SERIAL, COIN_SERIAL]
    assert "21.50" in two.paper
    assert (two.memory.box_fen, two.coin_memory.box_fen) == ([2_000], [50, 100])
    two.run(1)
    assert not two.simulator.takes_notes
    assert not two.coin_simulator.takes_notes


# F: D3
def test_finish_waits_for_the_note_and_for_the_coin(two, plastic):
    two.to_cash(plastic)
    two.drop(100)
    two.simulator.insert(5_000)
    two.until(lambda: two.flow.visit.cash.moving_fen > 0)
    two.coin_simulator.insert(50)
    two.press("finish")
    assert two.screen == "busy"
    two.until_screen("result")
    assert balance(plastic) == 8_750 + 5_150
    assert roads(two) == {"credited": 5_150, "card": 5_150, "waiting": 0, "free": 0, "open": 0}


# F: D3
def test_a_visit_that_is_over_before_the_coin_acceptor_has_answered_waits_for_its_word(two, plastic):
    two.put(plastic)
    two.press("cash")
    two.press("back")
    assert two.screen == "busy"
    two.until_screen("balance")
    two.run(2)
    assert not two.simulator.takes_notes
    assert not two.coin_simulator.takes_notes


# F: D3
def test_both_together_never_take_more_than_fits(two):
    plastic = make_plastic(99_850)
    two.to_cash(plastic)
    assert two.accepted == ["￥1", "￥0.10", "￥0.50", "￥1"]
    assert two.simulator.insert(100)
    two.until(lambda: two.flow.visit.cash.moving_fen > 0)
    two.until(lambda: 100 not in two.coin_simulator.enabled_fen)  # its place is kept for the note
    assert two.coin_simulator.insert(100)
    assert two.coin_memory.returned_fen == [100]
    two.run(4)
    two.drop(50)
    assert two.view.state.text == texts(two, "kiosk.cash.full")
    assert two.accepted == []
    assert not two.simulator.takes_notes
    assert not two.coin_simulator.takes_notes
    two.press("finish")
    two.until_screen("result")
    assert balance(plastic) == 100_000
    assert two.bodies(m.CashDoubt) == []


# F: D3
def test_who_walks_away_finds_both_on_the_card(two, plastic):
    two.to_cash(plastic)
    two.drop(50)
    two.insert(500)
    two.until_screen("still_there", 70)
    assert "￥5.50" in two.view.detail
    two.until_screen("result", 30)
    assert balance(plastic) == 8_750 + 550


# F: D3
def test_who_takes_the_card_away_finds_both_waiting_as_one(two, plastic):
    two.to_cash(plastic)
    two.drop(50)
    two.insert(500)
    two.lift()
    two.until_screen("put_back")
    two.until_screen("result", 100)
    (waiting,) = two.bodies(m.Waiting)
    assert (waiting.amount_fen, len(waiting.credits)) == (550, 2)


# F: D3
@pytest.mark.parametrize("broken", ["coins", "notes"])
def test_one_out_of_order_is_said_and_the_other_goes_on(two, plastic, broken):
    (two.coin_cable if broken == "coins" else two.cable).cut()
    two.run(5)
    other = "notes" if broken == "coins" else "coins"
    only = texts(two, "kiosk.home.cash_only", money=texts(two, f"kiosk.money.{other}"))
    assert (two.view.cash.enabled, two.view.cash.detail) == (True, only)
    two.put(plastic)
    two.press("cash")
    two.run(1)
    said = {"money": texts(two, f"kiosk.money.{broken}"), "other": texts(two, f"kiosk.money.{other}")}
    assert two.view.partly.text == texts(two, "kiosk.cash.partly", **said)
    assert two.view.state.text == texts(two, f"kiosk.cash.{other}.ready")
    if broken == "coins":
        assert "￥0.50" not in two.accepted
        two.insert(500)
    else:
        assert two.accepted == ["￥0.10", "￥0.50", "￥1"]
        two.drop(100)
    two.press("finish")
    two.until_screen("result")
    assert balance(plastic) == 8_750 + (500 if broken == "coins" else 100)
    two.lift()
    two.until_screen("home", 60)
    (two.coin_cable if broken == "coins" else two.cable).mend()
    two.run(10)
    assert two.view.cash.detail == texts(two, "kiosk.home.cash_detail_both")


# F: D3
def test_one_that_breaks_during_the_visit_keeps_its_money_and_the_other_goes_on(two, plastic):
    two.to_cash(plastic)
    two.drop(100)
    two.coin_cable.cut()
    two.run(3)
    assert two.view.total == "￥1.00"
    assert two.view.partly.text
    two.insert(2_000)
    two.press("finish")
    two.until_screen("result")
    assert balance(plastic) == 8_750 + 2_100
    two.lift()
    two.until_screen("home", 60)
    two.coin_cable.mend()
    two.run(10)
    assert not two.coin_simulator.takes_notes, "the slot opened for a visit that is over"


# F: D3
def test_with_both_out_of_order_there_is_no_cash(two):
    two.cable.cut()
    two.coin_cable.cut()
    two.run(5)
    assert not two.view.cash.enabled
    assert two.view.cash.reason
    two.coin_cable.mend()
    two.run(10)
    assert two.view.cash.enabled


# F: D3
def test_a_note_stuck_sends_the_coins_home_and_calls_a_person(two, plastic):
    two.to_cash(plastic)
    two.drop(100)
    two.simulator.insert(10_000)
    two.until(lambda: two.flow.visit.cash.moving_fen > 0)
    two.run(0.3)
    two.simulator.jam("stacker")
    two.until_screen("person", 40)
    assert "￥100" in two.view.amount
    assert balance(plastic) == 8_750 + 100
    two.until_screen("home", 150)
    two.lift()
    only = texts(two, "kiosk.home.cash_only", money=texts(two, "kiosk.money.coins"))
    assert two.view.cash.detail == only


# F: D3
@pytest.mark.parametrize("coin_before", [True, False])
def test_the_mains_of_everything_go_with_a_note_on_its_way_and_a_coin_in_the_box(two, plastic, coin_before):
    two.to_cash(plastic)
    two.drop(50 if coin_before else 100)
    two.simulator.insert(10_000)
    two.until(lambda: two.simulator.state.name == "STACKING")
    if not coin_before:
        two.coin_simulator.insert(50)  # it falls in the moment of the cut
    two.simulator.power_cut()
    two.restart()
    two.simulator.power_on()
    two.run(10)
    boxes = sum(two.memory.box_fen) + sum(two.coin_memory.box_fen)
    # What fell unread belongs to nobody's visit any more: to the office, by name.
    doubts = sum(one.value_fen for one in two.bodies(m.CashDoubt))
    assert roads(two)["waiting"] + doubts == boxes
    assert doubts == (0 if coin_before else 50)


# F: D3
def test_each_acceptor_counts_its_own_money_across_a_restart(two, plastic):
    two.to_cash(plastic)
    two.drop(100)
    two.insert(500)
    two.restart()
    two.to_cash(plastic)
    two.drop(100)
    two.insert(500)
    names = [(one.acceptor, one.boot, one.cycle) for one in two.bodies(m.Credit)]
    assert len(set(names)) == 4
    assert two.bodies(m.CashDoubt) == []


# F: D6
def test_in_large_print_it_is_said_what_can_be_put_in(two, plastic):
    two.press("large")
    two.to_cash(plastic)
    two.run(1)
    assert any(texts(two, "kiosk.cash.both.ready") in one for one in two.spoken)


# F: D3
def test_what_is_fitted_follows_from_the_settings_and_old_ones_mean_what_they_meant():
    def fitted(**values: str) -> list[tuple[str, str, str]]:
        given = {key.replace("_", "."): value for key, value in values.items()}
        found = fitted_acceptors(Settings.of(KIOSK, given))
        return [(one.box.name, one.box.kind, one.box.serial) for one in found]

    line = "serial:/dev/ttyS0"
    assert fitted() == []
    assert fitted(acceptor_line=line) == [("acceptor", "notes", "A1")]
    alone = fitted(acceptor_line=line, acceptor_driver="cctalk-coin", acceptor_serial="COIN-1")
    assert alone == [("acceptor", "coins", "COIN-1")]
    assert fitted(coins_line=line) == [("coins", "coins", "C1")]
    both = fitted(acceptor_line=line, coins_line="serial:/dev/ttyS1")
    assert both == [("acceptor", "notes", "A1"), ("coins", "coins", "C1")]
    for same in ({"coins_line": line}, {"coins_line": "serial:/dev/ttyS1", "coins_serial": "A1"}):
        with pytest.raises(SettingError) as wrong:
            fitted(acceptor_line=line, **same)
        assert wrong.value.code == "settings.same_acceptor"


class Part:
    """A desk as the room knows it."""

    def __init__(self) -> None:
        self.fen, self.moving_fen, self.told = 0, 0, 0

    def has_fen(self, visit: int) -> int:
        return self.fen if visit == 1 else 0

    def others_moved(self) -> None:
        self.told += 1


STEPS = st.tuples(st.integers(0, 2), st.sampled_from([10, 50, 100, 500, 10_000]), st.booleans())


# F: D3
@settings(max_examples=100)
@given(st.integers(0, 20_000), st.lists(STEPS, max_size=30))
def test_whatever_goes_in_where_the_room_is_never_overdrawn(fen, story):
    room, parts = CashRoom(), [Part(), Part(), Part()]
    for part in parts:
        room.enter(part)
        room.open(1, fen)
    for which, value, comes_back in story:
        part = parts[which]
        if value > room.left_for(part):
            continue
        part.moving_fen = value
        assert sum(room.left_for(one) for one in parts if one is not part) <= 2 * (fen - value)
        if not comes_back:
            part.fen += value
        part.moving_fen = 0
        room.moved(part)
    assert sum(part.fen for part in parts) + room.left_for(parts[0]) == fen


def test_a_box_is_of_notes_or_of_coins_by_what_goes_in():
    assert CashBox(values_fen=(100, 500)).kind == "notes"
    assert CashBox(values_fen=(10, 50, 100)).kind == "coins"
