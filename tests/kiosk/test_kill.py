"""Goal: whatever moment the kiosk is killed in, every note in the box is credited once and delivered once.

Method: a visit with two notes in a process of its own; it is killed (-9) before every byte to or from the
acceptor, every card command and every commit; then it starts again and the sums are compared. F: D3
"""

import pytest

from tests.kiosk.mortal import START_FEN, MortalRig, World
from tests.onecard.terminal.stand import read_plastic

NOTES = (5_000, 2_000)
#: The points are shared out so that both cores have work.
PARTS = 4


def visit(rig: MortalRig) -> None:
    """Two notes, finish, take the card, go."""
    rig.put(None)
    rig.press("cash")
    for count, value in enumerate(NOTES, 1):
        rig.until(lambda: rig.simulator.takes_notes)
        rig.simulator.insert(value)
        rig.until(lambda count=count: len(rig.flow.visit.cash.notes) == count)
    rig.press("finish")
    rig.until_screen("result")
    rig.lift()
    rig.press("end")


def card_comes_back(rig: MortalRig) -> None:
    """The member waited for the machine to come up and lays the card down again."""
    rig.run(1.5)
    rig.put(None)
    rig.until(lambda: rig.screen in ("balance", "result"), 10)
    rig.press("end")
    rig.lift()
    rig.run(0.5)


def nobody_comes(rig: MortalRig) -> None:
    """The member is gone; the machine comes to rest, and lets go of what was open."""
    rig.run(1.5)
    rig.clock.advance(200)
    rig.run(0.5)


def balance(world: World) -> int:
    return read_plastic(world.plastic).newest.main_fen - START_FEN


def points_of(tmp_path) -> int:
    world = World(tmp_path)
    assert world.live(visit)
    check(world)
    assert balance(world) == sum(NOTES)
    return len(world.points)


def check(world: World) -> None:
    """Every note in the box has one fate, and every credit one road."""
    report, box = world.report, sum(world.memory.box_fen)
    assert sum(report["credits"]) + sum(report["doubts"]) == box
    assert len(report["keys"]) == len({tuple(key) for key in report["keys"]})
    assert report["fates"] == [1] * report["stacks"]
    assert report["done"] + report["open"] + report["waiting"] == sum(report["credits"])
    assert report["free"] == 0
    assert world.memory.place == "none"
    assert report["screen"] in ("home", "attract")


@pytest.mark.parametrize("part", range(PARTS))
def test_killed_anywhere_and_the_member_waits_for_the_restart(tmp_path, part):
    first = tmp_path / "whole"
    first.mkdir()
    for point in range(part, points_of(first), PARTS):
        folder = tmp_path / str(point)
        folder.mkdir()
        world = World(folder)
        assert not world.live(visit, die_before=point)
        where = f"killed before {world.points[-1:]} (request {point})"
        assert world.live(card_comes_back), where
        check(world)
        assert world.report["doubts"] == [], where
        assert world.report["open"] == 0, where
        assert balance(world) == world.report["done"], where


@pytest.mark.parametrize("part", range(PARTS))
def test_killed_anywhere_with_the_acceptors_power_and_nobody_waits(tmp_path, part):
    first = tmp_path / "whole"
    first.mkdir()
    for point in range(part, points_of(first), PARTS):
        folder = tmp_path / str(point)
        folder.mkdir()
        world = World(folder)
        assert not world.live(visit, die_before=point)
        where = f"killed before {world.points[-1:]} (request {point})"
        world.simulator.power_cut(note_passed=point % 2 == 0)
        world.plastic.pull()
        world.simulator.power_on()
        assert world.live(nobody_comes), where
        check(world)
        assert world.report["given_up"] == (1 if world.report["open"] else 0), where
        # Given up is not decided: the card has it or not, and the office finds out.
        assert balance(world) in (world.report["done"], world.report["done"] + world.report["open"]), where
