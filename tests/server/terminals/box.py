"""A real terminal (journal, facts, station, exchange) before the real server, both in this process."""

from pathlib import Path
from typing import Any

from onecard.books import accounts
from onecard.cards.keys import make_test_keys
from onecard.errors import Refused, Unreachable
from onecard.journal.facts import Facts
from onecard.journal.journal import Journal
from onecard.journal.sync import Exchange
from onecard.terminal.station import Station, StationConfig
from onecard.wire import messages as m
from onecard.wire.client import Identity
from onecard.wire.signing import SigningKey
from server.books.tables import wallet
from server.cards.tables import card, issue
from server.catalogue import service as catalogue
from server.members.tables import holder, member
from tests.server.office import Office, Till

ACCOUNT_TYPE = m.CardType(type=2, name="网络卡", purse_on_card=False, sale_limit_fen=50_000)


class Wire:
    """What ``ServerClient`` is to an exchange, without HTTP. ``cut``: nobody answers."""

    def __init__(self, till: Till, identity: Identity) -> None:
        self.till = till
        self.identity: Identity | None = identity
        self.cut = False
        self.shaken_at = 0

    def ask(self, path: str, question: Any, kind: type[Any]) -> Any:
        if self.cut:
            raise Unreachable()
        now = self.till.office.clock.now()
        if now - self.shaken_at > 3_000:
            self.till.shake()
            self.shaken_at = now
        reply = self.till.send(path, m.encode(question))
        if reply.status != 200:
            raise Refused(reply.code)
        return m.decode(reply.body, kind)

    def fetch(self, have: m.Fetch) -> m.Fetched:
        return self.ask("/t/fetch", have, m.Fetched)

    def upload(self, batch: m.Upload) -> m.Uploaded:
        return self.ask("/t/upload", batch, m.Uploaded)

    def close(self) -> None:
        pass


class Box:
    """One terminal in a folder. ``number``: a spare that takes an existing terminal's place."""

    def __init__(
        self, office: Office, folder: Path, *, kind: str = "kiosk", outlet: int = 1, number: int = 0
    ) -> None:
        self.office, self.folder, self.kind = office, folder, kind
        folder.mkdir(parents=True, exist_ok=True)
        self.number = number or office.add_terminal(kind, outlet)
        key = SigningKey.make(office.entropy)
        reply = office.enrol(self.number, office.make_code(self.number), key)
        assert reply.status == 200, reply.text
        told = m.decode(reply.body, m.Enrolled)
        self.till = Till(office, self.number, key)
        self.identity = Identity(
            unit=told.unit,
            terminal=self.number,
            epoch=told.epoch,
            seed=key.seed.hex(),
            server_key=told.server_key,
        )
        self.wire = Wire(self.till, self.identity)
        self.start()

    def start(self) -> None:
        clock, identity = self.office.clock, self.identity
        self.journal = Journal(self.folder / "journal.db", self.number, identity.epoch, clock)
        self.journal._db.execute("PRAGMA synchronous = OFF")
        self.facts = Facts(self.folder / "facts.db", bytes.fromhex(identity.server_key), clock)
        self.exchange = Exchange(self.wire, self.journal, self.facts)
        config = StationConfig(unit=identity.unit, terminal=self.number, kind=self.kind)
        self.station = Station(config, self.journal, self.facts, make_test_keys(), clock)

    def sync(self) -> str:
        return self.exchange.run()

    def close(self) -> None:
        self.journal.close()
        self.facts.close()

    def restart(self) -> None:
        self.close()
        self.start()


def open_account(office: Office, number: int, fen: int, *, branch: int = 1, uid: str = "") -> None:
    """An account card with money, held by somebody of a branch."""
    now = office.clock.now()

    def write(c: Any) -> None:
        catalogue.put_card_type(c, 1, ACCOUNT_TYPE, now)
        c.execute(
            card.insert().values(
                unit_id=1, card=number, issue=1, type=2, member=number, state="active", since=now
            )
        )
        c.execute(
            issue.insert().values(
                unit_id=1, card=number, issue=1, uid=uid or f"{number:08x}", until_day=60_000,
                deposit_fen=0, fee_fen=0,
            )
        )  # fmt: skip
        c.execute(
            member.insert().values(
                unit_id=1, member=number, number=f"S{number}", name="某人", branch=branch, made_at=now
            )
        )
        c.execute(holder.insert().values(unit_id=1, card=number, member=number, type=2, version=1))
        c.execute(wallet.insert().values(unit_id=1, account=accounts.account(number, "main"), fen=fen))

    office.write(write)
    office.run(office.runtime.look())


def balance(office: Office, number: int) -> int:
    import sqlalchemy as sa

    query = sa.select(wallet.c.fen).where(wallet.c.account == accounts.account(number, "main"))
    return int(office.read(lambda c: c.execute(query).scalar_one()))
