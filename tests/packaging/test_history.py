"""Goal: whoever starts the demo finds what each screen needs: cards that open, goods by weight, money to
collect, names to issue cards to. F: A7 B3 C3 D2

Method: a short history, made as the demo makes it; its plastic is read with the keys of the demo's stations.
"""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from onecard.bench.drawer import Drawer
from onecard.cards.keys import make_test_keys
from onecard.cards.management.document import Kind, unseal
from onecard.cards.management.plastic import Plastic
from onecard.clock import SystemClock, card_day, local
from onecard.devices.readers.virtual import DirectStorage
from onecard.ids import SystemEntropy
from server.bootstrap import opened
from server.catalogue.service import card_types, products
from server.issuing import service as issuing
from server.members.tables import member_pin
from server.organisation.scope import Scope
from server.subsidy.tables import subsidy_line

#: One history for both.
pytestmark = pytest.mark.xdist_group("history")

HISTORY = Path(__file__).resolve().parents[2] / "packaging" / "demo" / "history.py"


def office_key(folder: Path) -> bytes:
    async def public() -> bytes:
        runtime, _ = await opened(folder, None, SystemClock(), SystemEntropy())
        await runtime.db.close()
        return runtime.keys.signing.public

    return asyncio.run(public())


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("history")
    subprocess.run(
        [sys.executable, str(HISTORY), "--data", str(folder), "--days", "3"],
        check=True,
        capture_output=True,
    )
    return folder


def test_the_bench_holds_management_cards_that_the_office_made(made: Path) -> None:
    public, today = office_key(made / "server"), card_day(local(SystemClock().now()).date())
    found = set()
    for card in Drawer(made / "drawer.json").cards.values():
        if card.kind == "management":
            storage = DirectStorage(card)
            said = unseal(public, Plastic(storage, make_test_keys(), 1).read(), storage.uid)
            assert said.from_day <= today < said.until_day
            found.add(said.kind)
    assert found == {Kind.OPERATOR, Kind.SETTINGS, Kind.ADMINISTRATOR, Kind.PAYEE}


def test_everything_that_a_person_may_try_has_something_to_try_it_with(made: Path) -> None:
    def read(c: Connection) -> dict[str, int]:
        whole = Scope.whole(1)
        issued = sum(one.kind == "issued" for one in Drawer(made / "drawer.json").cards.values())
        ready = [row for row in c.execute(select(subsidy_line)) if row.state == "ready"]
        pins = {row.member for row in c.execute(select(member_pin))}
        assert len(ready) == issued
        assert {row.member for row in ready} == pins
        return {
            "types": len(card_types(c, 1)),
            "coded": sum(bool(one.barcode) for one in products(c, 1, 1)),
            "fruit": sum(one.category == "水果" for one in products(c, 1, 1)),
            "names": sum(len(issuing.lines(c, whole, one["list"])) for one in issuing.lists(c, whole)),
        }

    async def found() -> dict[str, int]:
        runtime, _ = await opened(made / "server", None, SystemClock(), SystemEntropy())
        try:
            return await runtime.db.read(read)
        finally:
            await runtime.db.close()

    assert asyncio.run(found()) == {"types": 3, "coded": 1, "fruit": 2, "names": 3}
