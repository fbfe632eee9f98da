"""The scripted day, step by step: what a member, a cashier and a supervisor do from sign-on to Z.

Through real windows, wire, cards and notes. The first thing that is not as it should be ends it.
"""

import re
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from album import Album
from bench_hands import BenchHands
from hall import Hall
from stage import DemoFailed, Stage
from till import Till

Phase = Callable[[str], AbstractContextManager[None]]


def play(stage: Stage, build: Path, phase: Phase) -> None:
    """Raises ``DemoFailed``."""
    bench, album = BenchHands(stage.plugged["page"]), Album(build)
    till, hall = Till(stage, bench, album), Hall(stage, bench, album)
    try:
        with phase("sign on, open the shift"):
            till.sign_on()
        with phase("issue a card"):
            uid = till.issue()
        with phase("load notes at the kiosk"):
            hall.notes(uid)
        with phase("ring a sale"):
            till.sale(uid, "12.5", "sale")
        with phase("ring a sale with the server stopped"):
            till.sale_without_server(uid)
        with phase("a torn tap, completed by the same card"):
            till.torn_then_completed(uid)
        with phase("void it"):
            till.void(uid)
        with phase("a torn tap, set aside and given up"):
            till.torn_then_aside(uid)
        with phase("its money comes back at the kiosk"):
            hall.money_comes_back(uid)
        with phase("query"):
            till.query(uid)
        with phase("report the loss, refuse the card"):
            till.loss_then_refusal(uid)
        with phase("close the shift"):
            till.close_shift()
    finally:
        album.close()


def tie_out(data: Path) -> int:
    """Check the books with the server's own command; how many entries they hold."""
    done = subprocess.run(
        [sys.executable, "-m", "server", "--data", str(data / "server"), "reconcile"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    found = re.search(r"(\d+) entries, books tie out", done.stdout)
    if done.returncode or found is None:
        raise DemoFailed(f"the books do not tie out:\n{done.stdout}{done.stderr}")
    return int(found[1])
