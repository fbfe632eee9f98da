"""Every registered screen, drawn off screen: its layout has no fault, and it still is its golden picture."""

import subprocess
import sys

import pytest

from tests.shots.__main__ import ROOT, render
from tests.shots.compare import GOLDEN, difference
from tests.shots.gallery import shots

# One worker draws for all of these.
pytestmark = [pytest.mark.window, pytest.mark.xdist_group("shots")]


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    folder = tmp_path_factory.mktemp("shots")
    return folder, render(folder, golden=True)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("shot", shots(), ids=lambda shot: shot.title)
def test_screen_is_as_accepted(drawn, shot) -> None:
    folder, problems = drawn
    faults = [f"{name}: {fault}" for name, found in problems.items() if is_of(name, shot) for fault in found]
    faults += [
        fault
        for name in shot.golden_names()
        if (fault := difference(GOLDEN / f"{name}.png", folder / f"{name}.png"))
    ]
    assert not faults, "\n".join(faults)


def is_of(picture: str, shot) -> bool:
    return picture.startswith(tuple(f"{shot.title}-{language}-" for language in ("zh", "en")))


def test_no_golden_picture_is_left_over() -> None:
    wanted = {name for shot in shots() for name in shot.golden_names()}
    assert {path.stem for path in GOLDEN.glob("*.png")} <= wanted


def test_gallery_is_read_without_a_window() -> None:
    code = (
        "import sys; from tests.shots.gallery import shots; assert shots(); sys.exit('kivy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
