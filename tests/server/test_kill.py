"""Goal: whatever moment the server dies at, nothing acknowledged is lost and nothing is counted twice.

Method: the real process is killed again and again while the real client uploads and sells; what got no
answer is asked again with the same ids. F: B11
"""

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa

from onecard.books import accounts
from onecard.clock import SystemClock
from onecard.errors import Unreachable
from onecard.ids import SeededEntropy, SystemEntropy
from onecard.wire import messages as m
from onecard.wire.client import ServerClient
from onecard.wire.signing import SigningKey, sign_head
from server.books.reconcile import reconcile
from server.books.tables import entry, wallet
from server.cards.tables import card, issue
from tests.server.books.engine import Cluster, cluster
from tests.server.books.station import Station
from tests.server.office import Office
from tests.server.process import ServerProcess

CARD, MONEY_FEN = 20_001, 10_000_000
#: On each engine; ``make world`` asks for more.
KILLS = int(os.environ.get("ONECARD_KILLS") or 5)
LEAST = 60


@pytest.fixture(scope="module")
def postgres() -> Iterator[Cluster]:
    yield from cluster()


@pytest.fixture(params=["sqlite", "postgresql"])
def db(request: pytest.FixtureRequest) -> str | None:
    """The URL of an empty database, ``None`` for the embedded one."""
    if request.param == "sqlite":
        return None
    return str(request.getfixturevalue("postgres").new())


def prepared(folder: Path, db: str | None) -> str:
    """A folder with an account card that has money, and a code for a terminal."""
    office = Office(folder, now=SystemClock().now(), db=db)
    number = office.add_terminal()

    def card_with_money(c: sa.Connection) -> None:
        c.execute(
            card.insert().values(unit_id=1, card=CARD, issue=1, type=1, member=0, state="active", since=0)
        )
        c.execute(
            issue.insert().values(
                unit_id=1, card=CARD, issue=1, uid="01020304", until_day=60_000, deposit_fen=0, fee_fen=0
            )
        )
        c.execute(wallet.insert().values(unit_id=1, account=accounts.account(CARD, "main"), fen=MONEY_FEN))

    office.write(card_with_money)
    code = office.make_code(number)
    office.close()
    return code


class Mortal:
    """A server that dies at moments drawn from a seed, and is started again when somebody misses it."""

    def __init__(self, server: ServerProcess, seed: int) -> None:
        self.server = server
        self._entropy = SeededEntropy(seed)
        self.deaths = 0
        self._timer: threading.Timer | None = None

    def answered(self) -> None:
        """It has just answered: time to think of the next death."""
        if self._timer is None and self.deaths < KILLS:
            delay = 0.02 + self._entropy.below(400) / 1000
            self._timer = threading.Timer(delay, self._die)
            self._timer.start()

    def _die(self) -> None:
        process = self.server.process
        if process is not None:
            process.kill()

    def revive(self) -> None:
        self.settle()
        self.server.kill()
        self.deaths += 1
        self.server.start()

    def settle(self) -> None:
        """Wait for a death that is on its way."""
        if self._timer is not None:
            self._timer.join()
            self._timer = None


def insist(mortal: Mortal, question) -> object:
    """Ask until there is an answer: the same question with the same ids."""
    while True:
        try:
            answer = question()
        except Unreachable:
            mortal.revive()
        else:
            mortal.answered()
            return answer


@pytest.mark.timeout(120 + 60 * KILLS)  # as many starts, on a machine that may be busy
def test_kill_it_while_it_posts(tmp_path: Path, db: str | None) -> None:
    code = prepared(tmp_path / "server", db)
    server = ServerProcess(tmp_path / "server", db=db).start()
    client = ServerClient(server.url, None, SystemClock(), SystemEntropy())
    key = SigningKey.make(SystemEntropy())
    client.enrol(code, 1001, key)
    station = Station(1001)
    mortal = Mortal(server, seed=7)
    turns = 0
    while turns < LEAST or mortal.deaths < KILLS:
        at, turns = turns, turns + 1
        station.credit(5_000, at)
        sale = station.account_sale(CARD, 100)
        answer = insist(mortal, lambda body=m.encode(sale): client.account_sale(body))
        assert isinstance(answer, m.Answer)
        assert answer.balance_fen == MONEY_FEN - 100 * (at + 1)
        station.done(sale.id)

        def upload() -> m.Uploaded | None:
            received = client.fetch(m.Fetch(have={})).received
            if received == len(station.records):
                return None  # it had been taken before the answer was lost
            batch = station.upload(received)
            last = batch.records[-1]
            signature = sign_head(key, 1, 1001, 1, last.seq, last.hash)
            return client.upload(msgspec.structs.replace(batch, signature=signature))

        insist(mortal, upload)
    mortal.settle()
    if server.process is not None and server.process.poll() is not None:
        mortal.revive()
    assert mortal.deaths >= KILLS
    assert client.fetch(m.Fetch(have={})).received == len(station.records)
    status = client.ask_card(CARD, 1)
    assert status.books_fen == MONEY_FEN - 100 * turns
    client.close()
    server.stop()
    office = Office(tmp_path / "server", now=SystemClock().now(), db=db)
    kinds = office.read(
        lambda c: dict(c.execute(sa.select(entry.c.kind, sa.func.count()).group_by(entry.c.kind)).all())
    )
    problems = office.read(lambda c: reconcile(c, 1))
    office.close()
    assert kinds == {"credit": turns, "sale": turns}
    # The money that was put onto the account by hand is all that the books cannot explain.
    assert {one.subject for one in problems} <= {accounts.account(CARD, "main")}
