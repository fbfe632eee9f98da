"""Goal: whatever moment a kiosk with two acceptors is killed in, each note and coin is counted once.

Method: a visit with coins and a note in a process of its own; it is killed (-9) before every commit of the
journal and before every byte that is news on the coin acceptor's line; then everything starts again, with the
coin acceptor's mains lost as well at every other step. It begins when the first coin is on disk: before the
very first one of an acceptor's life nobody knows where its counter stood. F: D3
"""

import pytest

from tests.kiosk.mortal import START_FEN, MortalRig, World
from tests.kiosk.test_kill import card_comes_back, nobody_comes
from tests.onecard.terminal.stand import read_plastic

NOTE, COINS = 2_000, (100, 50)
PARTS = 2


def visit(rig: MortalRig) -> None:
    """A coin, then a note, and a coin beside it at the moment of Finish; take the card, go."""
    rig.put(None)
    rig.press("cash")
    rig.until(lambda: rig.simulator.takes_notes)
    rig.until(lambda: rig.coin_simulator.takes_notes)
    rig.coin_simulator.insert(COINS[0])
    rig.until(lambda: len(rig.flow.visit.cash.notes) == 1)
    rig.simulator.insert(NOTE)
    rig.until(lambda: rig.flow.visit.cash.moving_fen > 0)
    rig.coin_simulator.insert(COINS[1])
    rig.press("finish")
    rig.until_screen("result")
    rig.lift()
    rig.press("end")


def check(world: World) -> None:
    """Every note and coin has one fate, and every credit one road."""
    report = world.report
    box = sum(world.memory.box_fen) + sum(world.coin_memory.box_fen)
    assert sum(report["credits"]) + sum(report["doubts"]) == box
    assert len(report["keys"]) == len({tuple(key) for key in report["keys"]})
    assert report["fates"] == [1] * report["stacks"]
    assert report["done"] + report["open"] + report["waiting"] == sum(report["credits"])
    assert report["free"] == 0
    assert world.memory.place == "none"
    assert report["screen"] in ("home", "attract")


@pytest.mark.parametrize("part", range(PARTS))
def test_killed_anywhere_with_coins_and_a_note_on_their_way(tmp_path, part):
    (tmp_path / "whole").mkdir()
    whole = World(tmp_path / "whole", coins=True)
    assert whole.live(visit)
    check(whole)
    money = NOTE + sum(COINS)
    assert read_plastic(whole.plastic).newest.main_fen == START_FEN + money
    first = whole.points.index("commit")
    named = [
        point
        for point, name in enumerate(whole.points)
        if point > first and name in ("commit", "coin_read", "coin_write")
    ]
    for number, point in enumerate(named):
        if number % PARTS != part:
            continue
        (folder := tmp_path / str(point)).mkdir()
        world = World(folder, coins=True)
        assert not world.live(visit, die_before=point)
        where = f"killed before {world.points[-1:]} (request {point})"
        lost = 0
        if number // PARTS % 2:
            told = sum(world.coin_memory.box_fen)
            world.coin_simulator.power_cut()
            world.coin_simulator.power_on()
            world.plastic.pull()
            assert world.live(nobody_comes), where
            # A coin that no ring holds any more was never told to anybody: only the box knows it.
            heard = sum(world.report["credits"]) + sum(world.report["doubts"]) - sum(world.memory.box_fen)
            lost = told - heard
            assert lost in (0, *COINS), where
            world.coin_memory.box_fen.append(-lost)
        else:
            assert world.live(card_comes_back), where
            assert world.report["open"] == 0, where
        check(world)
    print(f"two acceptors: killed at {len(named[part::PARTS])} of {len(named)} named steps")
