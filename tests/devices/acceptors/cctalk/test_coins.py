"""Goal: every coin in the box is one credit, or somebody is asked to find out.  # F: D3 D10 G4

Method: the kiosk's own rules over driver and simulator; coins fall, one thing goes wrong, box and disk
compare.
"""

import random
from collections.abc import Callable

import pytest

from kiosk.cash_intake import WriteDoubt
from onecard.devices import cable
from onecard.devices.acceptors import Dropped, Faulted, Idle, Rejected
from onecard.devices.acceptors.cctalk.coin_simulator import CoinSimulator
from onecard.devices.acceptors.cctalk.coins import CcTalkCoins
from tests.devices.acceptors.rig import Kind
from tests.devices.acceptors.till import Till

COINS = {
    "sum": Kind(CoinSimulator, lambda line: CcTalkCoins(line, "bench")),
    "crc": Kind(
        lambda *ends, **options: CoinSimulator(*ends, check="crc", echoes=False, **options),
        lambda line: CcTalkCoins(line, "bench", check="crc"),
    ),
}


@pytest.fixture(params=sorted(COINS))
def till(request) -> Till:
    till = Till(COINS[request.param])
    till.rig.until(lambda: till.rig.simulator.takes_notes)
    till.run(0.5)
    return till


def balance(till: Till) -> None:
    till.disk.check()
    box = sum(till.rig.simulator.memory.box_fen)
    assert till.disk.credited_fen + till.disk.doubted_fen == box


def test_coins_are_credited_one_by_one(till):
    for value_fen in (10, 50, 100, 100):
        assert till.rig.simulator.insert(value_fen)
        till.run(1)
    assert till.disk.credited_fen == 260
    assert [credit.value_fen for credit in till.disk.credits] == [10, 50, 100, 100]
    balance(till)


def test_five_coins_between_two_looks_are_five_credits(till):
    for value_fen in (10, 10, 100, 50, 10):
        till.rig.simulator.insert(value_fen)
    till.run(2)
    assert [credit.value_fen for credit in till.disk.credits] == [10, 10, 100, 50, 10]
    balance(till)


@pytest.mark.parametrize("before", [252, 255])
def test_the_turn_from_255_to_1_loses_and_doubles_nothing(till, before):
    till.rig.simulator.ring.counter = before - 4
    for _ in range(12):
        till.rig.simulator.ring.put(0, 1)
        till.run(0.5)
        till.rig.simulator.insert(50)
        till.run(0.5)
    assert len(till.disk.credits) == len(till.rig.simulator.memory.box_fen)


def test_a_sixth_event_between_two_looks_is_a_case_for_a_person(till):
    till.rig.cable.to_host.damage = cable.drop
    for _ in range(7):
        till.rig.simulator.insert(100)
    till.rig.cable.heal()
    till.run(4)
    assert till.disk.credits == []
    assert [record.what for record in till.disk.records] == ["events_lost"]
    till.rig.simulator.insert(50)
    till.run(1)
    assert till.disk.credited_fen == 50


def test_only_enabled_coins_are_taken_and_refusals_are_told(till):
    till.rig.driver.enable(frozenset({100}))
    till.run(1)
    till.rig.simulator.insert(10)
    events = till.rig.run(1)
    assert Rejected("inhibited") in events
    assert till.disk.records == []


def test_a_jam_is_told_once_and_ends(till):
    till.rig.simulator.jam()
    events = till.rig.run(5)
    assert [e.kind for e in events if isinstance(e, Faulted)] == ["jam"]
    till.rig.simulator.clear_jam()
    events = till.rig.run(5)
    assert Idle(True) in events


def test_a_coin_that_is_not_on_disk_is_told_again(till):
    till.rig.react = lambda event: None  # the disk is full
    till.rig.simulator.insert(100)
    events = till.rig.run(2)
    coins = [event for event in events if isinstance(event, Dropped)]
    assert len(coins) > 10
    assert len(set(coins)) == 1


EVENTS: dict[str, Callable[[Till], None]] = {
    "crash": lambda till: till.start(),
    "line opened again": lambda till: till.open_again(),
    "host deaf": lambda till: _deaf(till, "to_host"),
    "device deaf": lambda till: _deaf(till, "to_device"),
    "power cut": lambda till: _power_cut(till),
}


def _deaf(till: Till, direction: str) -> None:
    getattr(till.rig.cable, direction).damage = cable.drop
    till.run(4)
    till.rig.cable.heal()


def _power_cut(till: Till) -> None:
    till.rig.simulator.power_cut()
    till.run(1)
    till.rig.simulator.power_on()


@pytest.mark.parametrize("event", sorted(EVENTS))
@pytest.mark.parametrize("polls", [0, 1, 3])
def test_no_event_around_a_coin_loses_or_doubles_it(till, polls, event):
    till.rig.simulator.insert(50)
    till.run(1)
    till.rig.simulator.insert(100)
    till.run(polls / 10)
    EVENTS[event](till)
    till.run(5)
    till.disk.check()
    asked = any(isinstance(record, WriteDoubt) for record in till.disk.records)
    if event == "power cut":
        # The ring forgot what was not read: then a person is asked.
        assert till.disk.credited_fen + till.disk.doubted_fen in (50, 150)
        assert asked
    else:
        balance(till)
    till.open()
    till.rig.until(lambda: till.rig.simulator.takes_notes)
    till.run(1)
    before = till.disk.credited_fen
    till.rig.simulator.insert(10)
    till.run(1)
    assert till.disk.credited_fen == before + 10


def test_a_spoilt_answer_is_not_a_coin(till):
    dice = random.Random(5)
    for _ in range(40):
        at, mask = dice.randrange(15), 1 << dice.randrange(8)
        till.rig.cable.to_host.damage = cable.flip(at, mask)
        till.rig.simulator.insert(dice.choice((10, 50, 100)))
        till.run(0.4)
        till.rig.cable.heal()
        till.run(1)
    till.disk.check()
    box = sum(till.rig.simulator.memory.box_fen)
    assert till.disk.credited_fen <= box
    if not any(isinstance(r, WriteDoubt) for r in till.disk.records):
        assert till.disk.credited_fen == box


def test_one_answer_that_is_wrong_and_checks_all_the_same_is_not_believed():
    till = Till(COINS["sum"])
    till.rig.until(lambda: till.rig.simulator.takes_notes)
    till.run(0.5)
    forged = []

    def forge(data: bytes) -> bytes:
        """A coin more than there was; the sum of eight bits lets it pass."""
        if len(data) == 16 and not forged:
            forged.append(data)
            data = data[:4] + bytes((data[4] + 1, 3)) + data[6:15]
            return data + bytes((-sum(data) & 0xFF,))
        return data

    till.rig.cable.to_host.damage = forge
    till.run(3)
    assert forged
    assert till.disk.records == []
    till.rig.simulator.insert(50)
    till.run(1)
    assert till.disk.credited_fen == 50
