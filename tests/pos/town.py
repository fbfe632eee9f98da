"""A till and its real server in one process: what a person does, what the printer prints, and the books.

The till is the whole app without its window on a virtual card; the server is the one of the seeded worlds,
whose network here is good. Asserts nothing.
"""

from typing import Any

import msgspec
from sqlalchemy import Connection, delete, insert, select, update

from onecard.books import accounts
from onecard.clock import FalseClock
from onecard.devices.printers import Document, PrinterState
from onecard.devices.readers.virtual import DirectStorage, VirtualM1
from onecard.ids import RecordId, SeededEntropy
from onecard.terminal.look import Look
from onecard.wire import messages as m
from onecard.wire.errands import GiveGift
from pos.shelf import Content, Shelf
from server.books import tables
from server.books.office.count import SellCount, Selling
from server.books.office.subsidy import Deliver
from server.books.reconcile import reconcile
from server.books.tables import key_of
from server.catalogue.service import add_product, put_card_type
from server.exceptions.tables import exception
from server.gift.tables import gift_quota
from server.operators.tables import operation_log
from server.subsidy import service as subsidies
from server.terminals import version
from server.terminals.tables import terminal
from tests.onlooker import Onlooker, strokes, words
from tests.world import disk
from tests.world.box import Box
from tests.world.office import BOSS, CLERK, CLERK_2, NOW, PURSE, UNIT, Office, quiet
from tests.world.pos import PosBox


class Line:
    """A network that loses nothing."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def exchange(
        self, box: Box, method: str, path: str, body: bytes, headers: dict[str, str]
    ) -> tuple[int, bytes, dict[str, str]]:
        reply = self._office.exchange(method, path, body, headers)
        return reply.status, reply.body, reply.headers


class DiskShelf(Shelf):
    """The shelf's file on the till's own disk, written whole."""

    _FILE = "shelf.json"

    def __init__(self, drive: disk.Disk) -> None:
        super().__init__()
        self._drive = drive
        if kept := drive.files.get(self._FILE):
            self.content = msgspec.json.decode(kept.data, type=Content)

    def _put(self, content: Content) -> None:
        written = msgspec.json.encode(content)
        self._drive.fuse("shelf")
        self._drive.files[self._FILE] = disk.File(bytearray(written), bytearray(written))
        super()._put(content)


class Counter(Onlooker, PosBox):
    """One till; ``papers`` came out of its printer."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.papers: list[Document] = []
        self.shown = []

    def start_app(self) -> None:
        super().start_app()
        self.till.shelf = DiskShelf(self.disk)

    def print(self, document: Document, then: Any) -> None:
        self.papers.append(document)
        then(PrinterState.OK)

    # ---- what people do

    def keys(self, names: str) -> None:
        """Questions are answered."""
        for key in strokes(names):
            self.act(key)
            self.answer()
        self.flow.show()

    def type(self, field: str, text: str) -> None:
        self.flow.typed(field, text)
        self.answer()

    def tap(self, plastic: VirtualM1) -> None:
        """Put and take away."""
        self.put(plastic)
        self.answer()
        self.lift()
        self.answer()
        self.flow.show()

    def wait(self, seconds: float) -> None:
        for _ in range(round(seconds * 4)):
            self.clock._world.advance(0.25)
            self.tick()
            self.answer()

    def answer(self) -> None:
        while self.put_questions():
            pass
        self.picture = self.flow.picture()

    # ---- what is seen

    def paper(self) -> str:
        """The words of the last paper."""
        return words(self.papers[-1])


class Town:
    """An office, one till, and cards."""

    def __init__(self, tmp: str = "town") -> None:
        quiet()
        disk.install()
        self.clock = FalseClock(NOW)
        self.members: dict[bytes, int] = {}
        self._orders = 0
        self.office = Office(tmp, self.clock, SeededEntropy(7))
        number, code = self.office.add_terminal("pos", 1)
        self.till = Counter(f"{tmp}-till", "pos", self.clock, Line(self.office), SeededEntropy(11))
        self.till.enrol(number, code)
        self.till.boot()
        self.sync()
        self.till.sign_on()
        self.sync()

    def sync(self) -> None:
        """Everything up and everything down."""
        self.till.sync.turn()
        self.till.answer()

    boss = BOSS

    def door(self, name: str) -> str:
        """The figure that opens it on the list behind F11."""
        doors = [one.name for one in self.till.flow.doors if not one.key]
        return str(doors.index(name) + 1)

    def settings(self, **texts: str) -> None:
        """The office sets these for the till, and nothing else."""
        now = self.clock.now()

        def write(connection: Connection) -> None:
            values = {"settings": msgspec.json.encode(texts).decode()}
            connection.execute(
                update(terminal).where(terminal.c.terminal == self.till.number).values(**values)
            )
            version.touch(connection, UNIT, version.TERMINAL, now)

        self.office.write(write)
        self.office.tick()
        self.sync()

    def uses(self, plastic: VirtualM1, kind: str, times: int) -> None:
        """Somebody has bought so many uses at the office."""
        look = self.look(plastic)
        self._orders += 1
        key = key_of(RecordId(900_000, 9, self._orders))
        terms = Selling(terminal=0, card=look.card, issue=look.issue, kind=kind, times=times, fen=100 * times)
        answer = self.office.do(SellCount(UNIT, key, terms, CLERK))
        assert answer.result.status is m.Status.CREATED, answer
        self.sync()

    def uses_left(self, plastic: VirtualM1, kind: str) -> int:
        """What is left of a count wallet by the books."""
        return self.sum_of(accounts.uses(self.look(plastic).card, kind), f"CNT:{kind}")

    def products(self, *rows: tuple[str, str, int]) -> None:
        """The office sells these at the till's outlet: name, category, fen."""

        now = self.clock.now()

        def write(connection: Connection) -> None:
            for name, category, fen in rows:
                add_product(connection, UNIT, now, name=name, category=category, price_fen=fen, outlet=1)

        self.office.write(write)
        self.office.tick()
        self.sync()

    def gift(self, plastic: VirtualM1, fen: int) -> None:
        """A manager gives it, and it goes onto the card."""
        look, desk = self.look(plastic), self.till.station.front_desk

        def quota(connection: Connection) -> None:
            connection.execute(delete(gift_quota))
            connection.execute(
                insert(gift_quota).values(
                    unit_id=UNIT, operator=BOSS, month_fen=1_000_000, set_by=1, set_at=0
                )
            )

        self.office.write(quota)
        errand = desk.begin(GiveGift, card=look.card, issue=look.issue, fen=fen, reason="guest")
        answer = self.till.ask_now(desk.errands.question(errand.id))
        assert isinstance(answer, m.ErrandAnswer), answer
        desk.errands.answered(answer)
        self.sync()
        storage = DirectStorage(plastic)
        self.till.station.apply_loads(storage, self.till.station.look(storage))
        plastic.pull()
        self.sync()

    def subsidy(self, plastic: VirtualM1, fen: int) -> None:
        """The office releases a list with one line, to be picked up."""
        now, member = self.clock.now(), self.members[plastic.uid]

        def write(connection: Connection) -> None:
            draft = subsidies.Draft(name="八月", way="pickup")
            made = subsidies.draft(connection, UNIT, draft, ((member, fen),), CLERK, now)
            subsidies.approve(connection, UNIT, made, CLERK_2, now)
            subsidies.release(connection, UNIT, made, CLERK_2, now)

        self.office.write(write)
        self.office.do(Deliver(UNIT))
        self.sync()

    def logged(self, action: str) -> int:
        """How often somebody did this, by the office's log."""
        table = operation_log
        return int(
            self.office.read(lambda c: len(c.execute(select(table).where(table.c.action == action)).all()))
        )

    def plastic(
        self, fen: int, uid: str = "04A1B2C3", *, type: int = PURSE, name: str = "王小明"
    ) -> VirtualM1:
        """A member's card, issued by the office at this very till."""
        till = self.till
        member = till.ask_now(m.NewMember(id=till.till.request_id(), name=name, operator=BOSS))
        assert isinstance(member, m.MemberRow), member
        self.members[bytes.fromhex(uid)] = member.member
        grant = till.ask_now(
            m.ReserveIssue(
                id=till.till.request_id(), type=type, member=member.member, uid=uid.lower(), operator=BOSS
            )
        )
        assert isinstance(grant, m.IssueGrant), grant
        plastic = VirtualM1(bytes.fromhex(uid))
        storage = DirectStorage(plastic)
        till.station.look(storage)
        till.station.issue(storage, grant, fen, BOSS)
        plastic.pull()
        self.sync()
        return plastic

    def look(self, plastic: VirtualM1) -> Look:
        """What the till reads of a card."""
        look = self.till.station.look(DirectStorage(plastic))
        plastic.pull()
        return look

    def type(self, card_type: m.CardType) -> None:
        """The office makes terms for a type of card."""
        now = self.clock.now()
        self.office.write(lambda c: put_card_type(c, UNIT, card_type, now))
        self.office.tick()
        self.sync()

    def sum_of(self, account: str, currency: str = "CNY") -> int:
        """What an account holds by the postings, debit less credit, fen."""
        self.sync()

        def read(connection: Connection) -> int:
            posting, total = tables.posting, 0
            for row in connection.execute(select(posting).where(posting.c.currency == currency)):
                total += row.fen * ((row.credit == account) - (row.debit == account))
            return total

        return self.office.read(read)

    def cash(self) -> int:
        """What lies in the drawer by the books."""
        return -self.sum_of(f"till:{self.till.number}:cash")

    def inbox(self) -> list[str]:
        """Exceptions that somebody has to look at."""
        self.sync()
        return self.office.read(
            lambda c: [row.kind for row in c.execute(select(exception).where(exception.c.closed_by == 0))]
        )

    def problems(self) -> list[Any]:
        """What the books say against themselves, everything uploaded."""
        self.sync()
        return list(self.office.read(lambda c: list(reconcile(c, 1))))

    def close(self) -> None:
        self.till.disk.is_dead = True
        self.till.off(lambda bound: 0)
        self.till.disk.remove()
        self.office.kill(lambda bound: 0)
        self.office.disk.remove()
