"""The unit that a soak plays in: a few days old, with people enough to sign on and cards for everybody.

Made by the demo's own programs; only more cashiers and more blank cards than a demo needs. Plays nothing.
"""

import asyncio
import subprocess
import sys
from pathlib import Path

import msgspec
from sqlalchemy import Connection

from onecard.bench.drawer import Drawer
from onecard.clock import SystemClock
from onecard.ids import SeededEntropy, SystemEntropy
from server.bootstrap import UNIT, opened
from server.operators import secret
from server.operators.role import roles
from server.operators.service import add_operator
from server.organisation.scope import Scope
from tests.soak.pocket import Pocket

ROOT = Path(__file__).resolve().parents[2]
DAYS = 4
BLANKS = 12
#: Whoever signs on with a wrong PIN too often has to wait, so there are many of them.
PIN = "280417"
PEOPLE = ("Cashier", "Front desk", "Supervisor", "Front desk", "Supervisor", "Cashier") * 2


class Unit(msgspec.Struct, frozen=True):
    """What the stations have to know: terminal numbers, one-time codes, PINs by name."""

    pos: int
    kiosk: int
    pos_code: str
    kiosk_code: str
    pins: dict[str, str]


def lay_out(data: Path, seed: int) -> Unit:
    """A server's folder with its unit, and every card in the pocket of ``data``."""
    subprocess.run(
        [sys.executable, "packaging/demo/history.py", "--data", str(data), "--days", str(DAYS)],
        cwd=ROOT, check=True, capture_output=True,
    )  # fmt: skip
    demo = msgspec.json.decode((data / "demo.json").read_bytes())
    asyncio.run(_add_people(data))
    drawer = Drawer(data / "drawer.json")
    entropy = SeededEntropy(seed)
    for _ in range(BLANKS):
        drawer.blank(entropy)
    Pocket(data / "cards", "").lay_in(drawer.cards.values())
    pins = {login["name"]: login["pin"] for login in demo["logins"]}
    pins |= {_name(number): PIN for number in range(len(PEOPLE))}
    return Unit(demo["pos"], demo["kiosk"], demo["pos_code"], demo["kiosk_code"], pins)


def _name(number: int) -> str:
    return f"员工{number + 1:02d}"


async def _add_people(data: Path) -> None:
    clock = SystemClock()
    runtime, _ = await opened(data / "server", None, clock, SystemEntropy())
    verifier = secret.verifier(PIN)

    def write(c: Connection) -> None:
        numbers = {str(row["name"]).split()[-1]: row["role"] for row in roles(c, Scope.whole(UNIT))}
        for at, word in enumerate(PEOPLE):
            role = numbers[word.split()[-1]]
            login = f"staff{at + 1:02d}"
            add_operator(c, UNIT, clock.now(), login=login, name=_name(at), grants=((role, 0),), pin=verifier)

    await runtime.db.write(write)
    await runtime.db.close()
