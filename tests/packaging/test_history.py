"""Goal: whoever starts the demo holds the cards that open what only management cards open. F: A7

Method: a short history, made as the demo makes it; its plastic is read with the keys of the demo's stations.
"""

import asyncio
import subprocess
import sys
from pathlib import Path

from onecard.bench.drawer import Drawer
from onecard.cards.keys import make_test_keys
from onecard.cards.management.document import Kind, unseal
from onecard.cards.management.plastic import Plastic
from onecard.clock import SystemClock, card_day, local
from onecard.devices.readers.virtual import DirectStorage
from onecard.ids import SystemEntropy
from server.bootstrap import opened

HISTORY = Path(__file__).resolve().parents[2] / "packaging" / "demo" / "history.py"


def office_key(folder: Path) -> bytes:
    async def public() -> bytes:
        runtime, _ = await opened(folder, None, SystemClock(), SystemEntropy())
        await runtime.db.close()
        return runtime.keys.signing.public

    return asyncio.run(public())


def test_the_bench_holds_management_cards_that_the_office_made(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, str(HISTORY), "--data", str(tmp_path), "--days", "3"],
        check=True,
        capture_output=True,
    )
    public, today = office_key(tmp_path / "server"), card_day(local(SystemClock().now()).date())
    found = set()
    for card in Drawer(tmp_path / "drawer.json").cards.values():
        if card.kind == "management":
            storage = DirectStorage(card)
            said = unseal(public, Plastic(storage, make_test_keys(), 1).read(), storage.uid)
            assert said.from_day <= today < said.until_day
            found.add(said.kind)
    assert found == {Kind.OPERATOR, Kind.SETTINGS, Kind.ADMINISTRATOR, Kind.PAYEE}
