"""K1 drawn: large print has fewer keys, and plain print has them all again. F: D6"""

import gc

import pytest

from tests.kiosk.rig import Rig
from tests.onecard.ui.stage import stage, window

__all__ = ["stage", "window"]

pytestmark = [pytest.mark.window, pytest.mark.xdist_group("window")]


def test_a_key_that_large_print_takes_away_comes_back(stage, tmp_path) -> None:
    from kiosk.screens.home import HomeScreen

    rig = Rig(tmp_path)
    screen = HomeScreen(send=lambda _: None)
    stage.put(screen)
    seen = []
    for key in ("", "large", "large"):
        if key:
            rig.press(key)
        screen.show(rig.view)
        stage.settle()
        gc.collect()  # what nobody holds is gone for good
        seen.append([one.tag for one in reversed(screen.ids.grid.children)])
    rig.close()
    assert len(seen[1]) < len(seen[0])
    assert seen[2] == seen[0]
