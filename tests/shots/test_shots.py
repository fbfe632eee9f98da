"""Every registered screen, drawn off screen: its layout has no fault, and it still is its golden picture."""

import fcntl
import json
import subprocess
import sys

import pytest

from tests.shots.__main__ import ROOT, render
from tests.shots.compare import GOLDEN, difference
from tests.shots.gallery import shots

pytestmark = [pytest.mark.window, pytest.mark.xdist_group("shots")]


@pytest.fixture(scope="module")
def drawn(tmp_path_factory, request):
    """Drawn once per run, whichever workers ask: the first draws, the others wait at the lock."""
    base = tmp_path_factory.getbasetemp()
    if hasattr(request.config, "workerinput"):
        base = base.parent
    folder, done = base / "shots", base / "shots.json"
    with (base / "shots.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            done.write_text(json.dumps(render(folder, golden=True, fast=True)), encoding="utf-8")
    return folder, json.loads(done.read_text(encoding="utf-8"))


@pytest.mark.timeout(900)
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
