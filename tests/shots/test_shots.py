"""Every registered screen, drawn off screen: its layout has no fault, and it still is its golden picture."""

import fcntl
import json
import subprocess
import sys

import pytest

from onecard.text import LANGUAGES
from tests.shots.__main__ import ROOT, render
from tests.shots.compare import GOLDEN
from tests.shots.gallery import picture_name, shots

pytestmark = [pytest.mark.window, pytest.mark.xdist_group("shots")]


@pytest.fixture(scope="module")
def drawn(tmp_path_factory, request):
    """Drawn once per run, whichever workers ask: the first draws, the others wait at the lock."""
    base = tmp_path_factory.getbasetemp()
    if hasattr(request.config, "workerinput"):
        base = base.parent
    done = base / "shots.json"
    with (base / "shots.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            found = render(base / "shots", golden=True, compare=True)
            done.write_text(json.dumps(found), encoding="utf-8")
    return json.loads(done.read_text(encoding="utf-8"))


@pytest.mark.timeout(900)
@pytest.mark.parametrize("shot", shots(), ids=lambda shot: shot.title)
def test_screen_is_as_accepted(drawn, shot) -> None:
    names = [picture_name(shot, language, "light", panel) for language in LANGUAGES for panel in shot.sizes]
    assert set(shot.golden_names()) <= set(names)
    faults = [f"{name}: {fault}" for name in names for fault in drawn[name]]
    assert not faults, "\n".join(faults)


def test_no_golden_picture_is_left_over() -> None:
    wanted = {name for shot in shots() for name in shot.golden_names()}
    assert {path.stem for path in GOLDEN.glob("*.png")} <= wanted


def test_gallery_is_read_without_a_window() -> None:
    code = (
        "import sys; from tests.shots.gallery import shots; assert shots(); sys.exit('kivy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
