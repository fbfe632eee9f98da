"""Goal: whatever can be done at a till is done with fingers alone, and with the keyboard alone. F: C14

Method: one table of tasks, walked over the real screens by touches and by keystrokes before the real office.
It is whole when every door, job, mode, tab, question, screen and phase is in it, and every target that ever
stood on the glass was used both ways: what is new and in no row of it fails.
"""

import ast
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pos.frontdesk.jobs import JOBS
from pos.mode import Mode
from pos.presenters.desk import OWN
from pos.sheets.setup import TABS
from pos.tap import Phase
from tests.glass import Fingers, Glass, Hand, Keys, script, where
from tests.onecard.ui.stage import window
from tests.pos.frontdesk.conftest import made_office
from tests.pos.walk import desk_tasks as desk
from tests.pos.walk import till_tasks as till
from tests.pos.walk.shop import Shop, Task, make_unit
from tests.server.office import Office

__all__ = ["made_office", "window"]

pytestmark = [pytest.mark.window, pytest.mark.xdist_group("window"), pytest.mark.timeout(900)]

POS = Path(__file__).resolve().parents[3] / "pos"
AT_TILL = (*till.OPENING, *till.SELLING, *till.TAPPING, *till.MODES, *till.BACK, *till.SHIFT)
TASKS: tuple[Task, ...] = (*AT_TILL, *till.REFUND, *till.SETUP, *desk.TASKS)
WAYS = {"fingers": Fingers, "keys": Keys}
#: On the glass in place of a keyboard, which has all of them itself.
NOT_FOR_KEYS = {"write", "char", "way", "shift", "pick", "-", ".", "clear", "backspace", "f3", "f2"}
#: What is there in a station that practises only, and is made by a card.
ELSEWHERE = {"room:training_card"}


class Walk:
    """One day with one pair of hands: what went wrong with each task, and what was met on the way."""

    def __init__(self, shop: Shop, hand: Hand) -> None:
        self.shop, self.hand = shop, hand
        self.wrong: dict[str, str] = {}
        self.screens: set[str] = set()
        self.phases: set[str] = set()
        self.covers: set[str] = set()

    def all(self) -> None:
        for task in TASKS:
            self.wrong[task.name] = self._one(task)

    def _one(self, task: Task) -> str:
        shop, hand = self.shop, self.hand
        try:
            if task in desk.TASKS:
                shop.to_desk()
            elif shop.screen not in ("sign_on", "shift"):
                shop.to_till()
            steps = task.keys if isinstance(hand, Keys) and task.keys else task.steps
            script(shop.glass, hand, steps.format(**shop.places()), shop.happenings())
        except (LookupError, AssertionError) as error:
            return f"{type(error).__name__}: {error}"
        finally:
            self._look()
        return "" if task.end(shop) else f"not done: {where(shop.glass)}, {shop.message}"

    def _look(self) -> None:
        places = {place for place, _ in self.hand.seen}
        self.screens |= places
        self.covers |= {place.partition(".")[0] for place in places}
        self.phases |= {place.partition(".")[2] for place in places}


@pytest.fixture(scope="module")
def glass(window: Any) -> Iterator[Glass]:
    from kivy.clock import Clock

    from onecard.ui.style import style
    from onecard.ui.theme import PANELS
    from pos.scenery import Scenery

    panel = PANELS["1280x800"]
    style.apply(theme="light", px_per_mm=panel.px_per_mm)
    made = Glass(window)
    made.navigator.size = (panel.width, panel.height)
    made.scenery = Scenery(made.navigator, panel, send=made.heard, type_in=made.typed)
    root = window.children[-1]
    root.clear_widgets()
    root.add_widget(made.navigator)
    kept, Clock._max_fps = Clock._max_fps, 0  # nobody watches: no waiting between frames
    yield made
    Clock._max_fps = kept
    window.unbind(on_key_down=made.router._on_key_down)
    root.clear_widgets()


@pytest.fixture(scope="module", params=WAYS)
def walk(
    request: pytest.FixtureRequest,
    glass: Glass,
    made_office: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Walk]:
    """The whole day, once for each way."""
    from onecard.ui.theme import PANELS

    folder = tmp_path_factory.mktemp("walk")
    shutil.copytree(made_office, folder / "server")
    office = Office(folder / "server")
    make_unit(office)
    shop = Shop(office, folder / "till", glass, PANELS["1280x800"])
    glass.person = shop
    shop.get_ready()
    walk = Walk(shop, WAYS[request.param](glass))
    walk.all()
    yield walk
    shop.box.close()
    office.close()


@pytest.mark.parametrize("task", [task.name for task in TASKS])
def test_it_is_done_this_way_alone(walk: Walk, task: str) -> None:
    # F: C14
    assert not walk.wrong[task], walk.wrong[task]


def test_everything_on_the_glass_was_used(walk: Walk) -> None:
    # F: C14
    left = walk.hand.seen - walk.hand.did
    if isinstance(walk.hand, Keys):
        left = {(place, action) for place, action in left if action not in NOT_FOR_KEYS}
    assert not left


def test_every_screen_and_every_state_of_a_tap_was_met(walk: Walk) -> None:
    # F: C14
    flow, scenery = walk.shop.flow, walk.shop.glass.scenery
    assert set(flow._presenters) <= walk.screens
    silent = {Phase.CLOSED, Phase.READING, Phase.OK, Phase.ASKING}  # nothing to press, or beside the pad
    assert {phase.value for phase in Phase if phase not in silent} <= walk.phases
    no_keyboard = {"KeyboardView"} if isinstance(walk.hand, Keys) else set()
    assert {kind.__name__ for kind in scenery._makers} - no_keyboard <= walk.covers


def test_every_way_in_has_its_task(walk: Walk) -> None:
    # F: C14
    flow, names = walk.shop.flow, {task.name for task in TASKS} | ELSEWHERE
    wanted = {f"door:{door.name}" for door in flow.doors}
    wanted |= {f"room:{room.name}" for area in flow._areas for room in area.rooms}
    wanted |= {f"mode:{mode.value}" for mode in Mode} | {f"setup:{tab}" for tab in TABS}
    wanted |= {f"job:{name}" for name in JOBS} | {f"desk:{name}" for name in OWN}
    assert not wanted - names


def test_every_question_for_a_second_person_was_asked(walk: Walk) -> None:
    # F: C14
    asked = set()
    for path in POS.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in ("ask_supervisor", "ask"):
                asked |= {
                    a.value for a in node.args[:1] if isinstance(a, ast.Constant) and isinstance(a.value, str)
                }
    assert walk.shop.questions == asked
