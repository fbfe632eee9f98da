"""Goal: whatever moment the kiosk is killed in while its box is counted, the count is recorded once, with its
difference and by name, and no meter forgets a note.

Method: a box with two notes; the attendant finds one of them, key by key on his own page, in a process of its
own that is killed (-9) before every commit of the journal and every change of a file; then he looks again.
F: D7 G4
"""

import shutil
from pathlib import Path

from kiosk import meter
from kiosk.attendant import Attendant
from kiosk.collection import difference_fen
from onecard.wire import messages as m
from tests.kiosk.mortal import MortalRig, World
from tests.kiosk.rig import SERIAL
from tests.kiosk.test_kill import NOTES, visit
from tests.world.folder import Folder

WHO = m.Operator(operator=5, login="zhao", name="赵", verifier="", until=0)
#: By value in yuan, the largest first: one ￥20 is not found.
FOUND = ("", "1", "", "", "", "")
SHORT_FEN = -2_000


def pages(rig: MortalRig) -> Attendant:
    """He has shown card and PIN."""
    area = rig.flow.areas["attendant"]
    assert isinstance(area, Attendant)
    area.begin()
    area.operator, area.page = WHO, "home"
    return area


def count(rig: MortalRig, found: tuple[str, ...] = FOUND) -> None:
    area = pages(rig)
    Folder(rig.stand.folder, lambda what: rig.link("commit"))
    area.press("count")
    for pieces in found:
        for digit in pieces:
            area.press(f"pad:{digit}")
        area.press("ok")
    area.press("write")
    assert area.page == "counted", area.why
    rig.run(0.5)


def figures(rig: MortalRig) -> dict[str, object]:
    """What the page of counters is made of, and what the office will read."""
    since, last = meter.since_emptied(rig.stand.journal, SERIAL)
    own = rig.stand.station.upkeep.own
    ever = meter.before(own.values, last) + since
    made = rig.bodies(m.Collection)
    return {
        "since": sorted(since.elements()),
        "ever": sorted(ever.elements()),
        "short": [difference_fen(one) for one in made],
        "by": [one.operator for one in made],
        "told": own.is_told,
    }


def looks_again(rig: MortalRig) -> None:
    """A box whose meter still stands was not counted."""
    rig.run(1.5)
    if figures(rig)["since"]:
        count(rig)


def again(fed: Path, folder: Path) -> World:
    """The same kiosk as a member has left it."""
    shutil.copytree(fed, folder)
    return World(folder)


def report(world: World) -> dict[str, object]:
    told: dict[str, object] = {}
    said, world.on_report = world.on_report, told.update  # type: ignore[method-assign]

    def look(rig: MortalRig) -> None:
        rig.run(1.5)
        rig.link("report", figures(rig))
        rig.tell = lambda: None  # type: ignore[method-assign]

    assert world.live(look)
    world.on_report = said  # type: ignore[method-assign]
    return told


def test_killed_anywhere_the_box_is_counted_once(tmp_path):
    (fed := tmp_path / "fed").mkdir()
    assert World(fed).live(visit)
    world = again(fed, tmp_path / "whole")
    assert world.live(count)
    points = [n for n, name in enumerate(world.points) if name == "commit"]
    whole, notes = report(world), sorted(NOTES)
    assert whole == {"since": [], "ever": notes, "short": [SHORT_FEN], "by": [WHO.operator], "told": True}
    # The record; the station's own settings with the meter in them, whole and again as told; their record.
    assert len(points) >= 6
    for point in points:
        world = again(fed, tmp_path / str(point))
        assert not world.live(count, die_before=point)
        assert world.live(looks_again), f"killed before request {point}"
        assert report(world) == whole, f"killed before request {point}"
    print(f"count: killed at {len(points)} steps")
