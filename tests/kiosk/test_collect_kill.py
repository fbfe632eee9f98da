"""Goal: whatever moment the kiosk is killed in, money that waits for a card is put on it once.

Method: a visit that collects two loads, in a process of its own; it is killed (-9) before every card command
and every commit; then the member, or nobody, comes back. F: D9
"""

from tests.kiosk.mortal import START_FEN, MortalRig, World
from tests.onecard.terminal.stand import load, read_plastic

LOADS = (1_000, 250)


def collect(rig: MortalRig) -> None:
    """Lay the card down, take what waits, go."""
    if not rig.stand.facts.have().get("loads"):
        rig.stand.receive(rig.stand.office.loads(*(load(n, fen) for n, fen in enumerate(LOADS, 1))))
    rig.put(None)
    rig.until(lambda: rig.screen in ("balance", "result"), 10)
    if rig.screen == "balance" and rig.view.load.key:
        rig.press("load")
        rig.until_screen("result")
    rig.lift()
    rig.run(0.5)


def card_comes_back(rig: MortalRig) -> None:
    rig.run(1.5)
    collect(rig)
    rig.clock.advance(200)
    rig.run(0.5)


def nobody_comes(rig: MortalRig) -> None:
    rig.run(1.5)
    rig.clock.advance(200)
    rig.run(0.5)


def test_killed_anywhere_it_is_collected_once(tmp_path):
    (tmp_path / "whole").mkdir()
    world = World(tmp_path / "whole")
    assert world.live(collect)
    first, last = world.points.index("commit"), len(world.points)
    assert read_plastic(world.plastic).newest.main_fen == START_FEN + sum(LOADS)
    # Before the first commit the card is only read: the first and the last of those stand for all.
    points = [0, *range(first - 1, last)]
    for point in points:
        (folder := tmp_path / str(point)).mkdir()
        world = World(folder)
        assert not world.live(collect, die_before=point)
        where = f"killed before {world.points[-1:]} (request {point})"
        world.plastic.pull()
        if point % 3 == 0:
            assert world.live(nobody_comes), where
        assert world.live(card_comes_back), where
        newest = read_plastic(world.plastic).newest
        assert (newest.main_fen, newest.last_load) == (START_FEN + sum(LOADS), len(LOADS)), where
        assert world.report["screen"] == "home", where
    print(f"collect: killed at {len(points)} of {last} steps")
