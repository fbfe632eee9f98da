"""Goal: what a mouse of the system presses at the kiosk's real window is what happens: paper, card and books.

Method: one story under a virtual display; every key is clicked by ``xdotool``, a program of its own, at the
place where it stands on the glass. Papers and the server's books are looked at in the end.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.bench.taps import virtual_screen
from tests.kiosk.hall import PIN

ROOT = Path(__file__).resolve().parents[2]


class Person:
    """Before the window: looks where a key is, and clicks there."""

    def __init__(self, kiosk: "subprocess.Popen[str]", environment: dict[str, str]) -> None:
        self._kiosk, self._environment = kiosk, environment

    def tell(self, words: str) -> Any:
        assert self._kiosk.stdin is not None
        assert self._kiosk.stdout is not None
        self._kiosk.stdin.write(words + "\n")
        self._kiosk.stdin.flush()
        for line in self._kiosk.stdout:
            if line.startswith("{"):
                return json.loads(line)
        raise AssertionError(f"the kiosk ended at {words!r}")

    def click(self, key: str) -> None:
        at = self.tell(f"find {key}")
        where = ("mousemove", str(at["x"]), str(at["y"]), "click", "1")
        subprocess.run(["xdotool", *where], env=self._environment, check=True, timeout=10)

    def do(self, story: str) -> None:
        """``!put member`` is told, everything else is clicked; figures one by one."""
        for step in story.split():
            if step.startswith("!"):
                self.tell(step[1:].replace("=", " "))
            elif step.isdigit():
                for digit in step:
                    self.click(f"pad:{digit}")
            else:
                self.click(step)


@pytest.fixture
def person(tmp_path: Path) -> Iterator[Person]:
    with virtual_screen("1080x1920") as display:
        environment = {**os.environ, "DISPLAY": display, "SDL_AUDIODRIVER": "dummy"}
        command = [sys.executable, "-m", "tests.kiosk.outside", str(tmp_path)]
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        with subprocess.Popen(command, cwd=ROOT, env=environment, **pipes) as kiosk:
            try:
                yield Person(kiosk, environment)
            finally:
                kiosk.kill()


@pytest.mark.window
@pytest.mark.timeout(240)
def test_a_day_at_the_kiosk_by_clicks_from_outside(person: Person) -> None:
    # F: D2 D3 D4 D5 D7
    person.do("collect !put=member !until=result end !lift !until=home")
    person.do("code !put=member fen:5000 !until=pay !pay !until=result end !lift !until=home")
    person.do("cash !put=member !until=cash !note=2000 finish !until=result end !lift !until=home")
    person.do(f"loss 2024003 ok {PIN} ok card:0 end !until=home")
    person.do(f"!put=attendant {PIN} ok count ok ok 1 ok ok ok ok write home end !lift !until=home")
    told = person.tell("end")
    assert told["wrong"] == []
    assert told["fen"] == {"subsidy": [30_000], "recharge": [5_000, 2_000], "collect_cash": [2_000]}
    assert told["card"] == 1_000 + 5_000 + 2_000  # the subsidy is in a wallet of its own
    assert told["stopped"] == "lost"
    papers = told["papers"]
    for said in ("￥300.00", "￥50.00", "￥20.00"):
        assert any(said in paper for paper in papers), said
    assert "钱箱清点单" in papers[-1]
    assert "20.00" in papers[-1]
    assert told["pressed"] >= 40
