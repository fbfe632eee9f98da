"""Bar ``start``: from the POS process's first instruction to a screen on which somebody can sign on and sell.

On 50,000 products and a stop list of a million cards, the office away. Measured from outside, on the map that
the window writes of itself.
"""

import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import msgspec
from argon2 import PasswordHasher

from onecard.ids import SystemEntropy
from onecard.terminal.enrol import Enrolment
from onecard.wire import messages as m
from onecard.wire.client import Identity
from tests.bench.bar import Bar, at_most, figure
from tests.onecard.terminal.stand import CASHIER, NOON, TERMINAL, UNIT, Stand

PRODUCTS, STOPS = 50_000, 1_000_000
_STARTS = 5
_WITHIN_S = 60.0
_NOT_AT_WORK = ("DISPLAY", "WAYLAND_DISPLAY", "PYTHONDONTWRITEBYTECODE")


def _fill(folder: Path) -> None:
    """What a terminal of a large chain holds."""
    stand = Stand(folder)
    office = stand.office
    products = tuple(
        m.Product(
            product=n, name=f"商品 {n}", category=f"类 {n % 12}", price_fen=100 + n % 5000, initials="sp"
        )
        for n in range(1, PRODUCTS + 1)
    )
    stops = tuple(m.Stop(card, 1, "lost", 1) for card in range(1, STOPS + 1))
    cashier = m.Operator(
        operator=CASHIER, login="zhang", name="张敏", verifier=PasswordHasher().hash("135790"),
        until=NOON + 10**9, permissions=("pos.sell", "pos.shift"),
    )  # fmt: skip
    stand.receive(
        office.document("catalogue", m.CatalogueDocument(products=products)),
        office.document("stops", m.StopsDocument(base=0, stops=stops)),
        office.operators(cashier),
    )
    seed = SystemEntropy().bytes(32).hex()
    identity = Identity(unit=UNIT, terminal=TERMINAL, epoch=1, seed=seed, server_key=office.key.public.hex())
    kept = Enrolment(seed=seed, server_url="http://127.0.0.1:9", terminal=TERMINAL, identity=identity)
    (folder / "identity.json").write_bytes(msgspec.json.encode(kept))
    stand.close()


def _settings(folder: Path) -> Path:
    path = folder / "pos.toml"
    path.write_text(
        f'[server]\nurl = "http://127.0.0.1:9"\n[data]\nfolder = "{folder}"\n[card]\ntest_keys = true\n',
        "utf-8",
    )
    return path


def _start(folder: Path, settings: Path) -> float:
    """Seconds until the sign-on screen shows the cashier."""
    shown = folder / "map.json"
    shown.unlink(missing_ok=True)
    environment = {k: v for k, v in os.environ.items() if k not in _NOT_AT_WORK}
    # Modules come compiled to a station; here the first start does it, aside from the checkout.
    environment["PYTHONPYCACHEPREFIX"] = str(folder / "bytecode")
    began = time.perf_counter()
    with (folder / "pos.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "pos", "--config", str(settings)],
            env=environment | {"ONECARD_UI_MAP": str(shown)}, stdout=log, stderr=log,
        )  # fmt: skip
    try:
        while time.perf_counter() - began < _WITHIN_S:
            if process.poll() is not None:
                raise RuntimeError((folder / "pos.log").read_text("utf-8")[-2000:])
            if shown.exists() and "operator-0" in json.loads(shown.read_text("utf-8"))["widgets"]:
                return time.perf_counter() - began
            time.sleep(0.01)
        raise TimeoutError("the POS shows no sign-on screen")
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def run() -> list[Bar]:
    with tempfile.TemporaryDirectory(prefix="onecard-bench-") as name:
        folder = Path(name)
        _fill(folder)
        settings = _settings(folder)
        _start(folder, settings)  # once for the file cache, as on any morning but the first
        seconds = [_start(folder, settings) for _ in range(_STARTS)]
    return [
        at_most("start", statistics.median(seconds), "s", 3.0),
        figure("  slowest", max(seconds), "s"),
    ]
