"""A hall with a kiosk, a counter that issues cards, and the office: the real server, all in one process.

The kiosk's app is whole; it asks the server over the wire's own bytes, and its journal goes up the same way.
Virtual cards, the acceptor's simulator and false time are the rig's. Asserts nothing.
"""

import shutil
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import select, update

from onecard.cards.management.document import Kind, Management, seal
from onecard.clock import business_day, card_day
from onecard.devices.printers import PrinterState
from onecard.devices.readers.virtual import DirectStorage, VirtualM1
from onecard.ids import RecordId
from onecard.journal.journal import Journal
from onecard.terminal.outcome import Completed
from onecard.terminal.station import Station
from onecard.wire import messages as m
from onecard.wire.client import ServerClient
from server.books import tables as books
from server.books.office import recharge_office
from server.books.reconcile import reconcile
from server.books.tables import key_of
from server.catalogue import service as catalogue
from server.members import service as members
from server.members.tables import member_pin
from server.operators import secret
from server.subsidy import service as subsidies
from server.terminals.snapshot import EVERY_S
from server.terminals.tables import terminal
from tests.kiosk.rig import Rig
from tests.server.office import Office
from tests.server.terminals.box import Box
from tests.server.terminals.desk import ACCOUNT, PURSE

ADMINISTRATOR, ATTENDANT = 1, 6
PIN = "482913"


class Client(ServerClient):
    """The terminal's client, over a wire without HTTP."""

    def __init__(self, wire: Any) -> None:
        self._wire = wire

    def _ask(self, path: str, question: Any, kind: type[Any]) -> Any:
        return self._wire.ask(path, question, kind)


class BoxStand:
    """A box of the server's tests, as the rig calls its stand."""

    def __init__(self, box: Box) -> None:
        self.box, self.folder, self.clock = box, box.folder, box.office.clock

    @property
    def station(self) -> Station:
        return self.box.station

    @property
    def journal(self) -> Journal:
        return self.box.journal

    def restart(self) -> None:
        self.box.restart()

    def close(self) -> None:
        self.box.close()

    def bodies(self, *kinds: type) -> list[Any]:
        journal = self.box.journal
        found = [m.decode_body(one.body) for one in journal.records(journal.epoch, 0, 10**6)]
        return [one for one in found if not kinds or isinstance(one, kinds)]


class Hall(Rig):
    """A rig whose office is the server. ``settings`` are what the office sets for this kiosk."""

    def __init__(
        self,
        folder: Path,
        first: tuple[Path, Any],
        *,
        language: str = "zh",
        coins: bool = False,
        **settings: str,
    ) -> None:
        shutil.copytree(first[0], folder / "server")
        self.office = Office(folder / "server", first=first[1])
        self.unit, now = self.office.unit, self.office.clock.now()
        for terms in (PURSE, ACCOUNT):
            self.office.write(lambda c, terms=terms: catalogue.put_card_type(c, self.unit, terms, now))
        self.office.run(self.office.runtime.look())
        self.box = Box(self.office, folder / "kiosk")
        said = msgspec.json.encode(settings).decode()
        mine = terminal.c.terminal == self.box.number
        self.office.write(lambda c: c.execute(update(terminal).where(mine).values(settings=said)))
        self.counter = Box(self.office, folder / "counter")
        self.counter.sync()
        self.stand = BoxStand(self.box)  # type: ignore[assignment]
        self.clock = self.office.clock
        self.has_acceptor, self.papers, self.sounds, self.pictures = True, [], [], []
        self.has_coins = coins
        self.printer, self.asked, self.language = PrinterState.OK, [], language
        self.client: Any = Client(self.box.wire)
        self._next = 0
        self.plug_in()
        self.sync()
        self.boot()

    # -- the network -------------------------------------------------------------------------------------

    def ask(self, card: int, issue: int, then: Any) -> None:
        self.inquire(lambda client: client.ask_card(card, issue), lambda one: then(_status(one)))

    def wake(self) -> None:
        """The exchange runs at once."""
        if not self.box.wire.cut:
            self._events.append(self.sync)

    def sync(self) -> None:
        self.box.sync()

    def cut(self) -> None:
        """No network from here on."""
        self.box.wire.cut = True
        self.offline(pending=self.box.journal.pending)

    def mend(self) -> None:
        self.box.wire.cut = False
        self.sync()
        self.online()

    # -- people and their cards --------------------------------------------------------------------------

    def member(self, name: str = "王小明", pin: str = PIN) -> int:
        self._next += 1
        number, now = f"2024{self._next:03d}", self.clock.now()

        def write(c: Any) -> int:
            key = members.add_member(c, self.unit, now, name=name, number=number, branch=1)
            if pin:
                row = (self.unit, key, secret.verifier(pin), 0, now)
                names = [column.name for column in member_pin.c]
                c.execute(member_pin.insert().values(**dict(zip(names, row, strict=True))))
            return int(key)

        return int(self.office.write(write))

    def account(self, fen: int = 4_200, member: int = 0) -> VirtualM1:
        """An account card: the plastic says who it is, its money is at the office."""
        plastic = self.card(0, member, type=2)
        self._next += 1
        terms = recharge_office.Terms(self.last_card, 1, fen)
        key = key_of(RecordId(64_000, 1, self._next))
        runtime = self.office.runtime
        order = recharge_office.RechargeOffice(self.unit, key, terms, ADMINISTRATOR, runtime.terms.types)
        self.office.run(runtime.lane.do(order))
        self.clock.advance(EVERY_S + 1)
        for _ in range(2):
            self.sync()
        return plastic

    def card(self, fen: int = 8_750, member: int = 0, *, type: int = 1) -> VirtualM1:
        """A card that the counter issued to this member."""
        self._next += 1
        holder = member or self.member()
        plastic = VirtualM1(bytes([4, 0xA1, self._next >> 8, self._next & 0xFF]))
        station = self.counter.station
        storage = DirectStorage(plastic)
        question = m.ReserveIssue(
            id=next_id(self.counter), type=type, member=holder, uid=storage.uid.hex(), operator=ADMINISTRATOR
        )
        grant = Client(self.counter.wire).reserve_issue(question)
        self.last_card = grant.card
        done = station.issue(storage, grant, fen)
        assert isinstance(done, Completed), done
        plastic.pull()
        self.counter.sync()
        self.sync()
        return plastic

    def subsidy(self, member: int, fen: int, name: str = "餐补", way: str = "pickup", **more: Any) -> None:
        now = self.clock.now()

        def write(c: Any) -> None:
            draft = subsidies.Draft(name=name, way=way, **more)
            number = subsidies.draft(c, self.unit, draft, ((member, fen),), ADMINISTRATOR, now)
            subsidies.approve(c, self.unit, number, ADMINISTRATOR + 1, now)
            subsidies.release(c, self.unit, number, ADMINISTRATOR + 1, now)

        self.office.write(write)

    def sweep(self) -> None:
        """What time brings by itself at the office."""
        self.office.runtime._sweep_at = 0
        self.office.run(self.office.runtime.sweep())

    def attendant(self, login: str = "zhao", kind: Kind = Kind.OPERATOR, *, own: bool = True) -> VirtualM1:
        """A management card; ``own``: it is this attendant's, otherwise whoever has a PIN."""
        operator = self.office.operator(login, ATTENDANT, 0, pin=PIN)
        self.office.run(self.office.runtime.look())
        self.clock.advance(2)
        self.sync()
        self._next += 1
        today = card_day(business_day(self.clock.now()))
        holder = operator if own else 0
        management = Management(self.unit, 90_000 + self._next, kind, holder, today, today + 30)
        plastic = VirtualM1(bytes([4, 0xB2, 0, self._next]))
        content = seal(self.office.runtime.keys.signing, management, plastic.uid)
        self.box.station.upkeep.cards.write(DirectStorage(plastic), content)
        plastic.pull()
        return plastic

    # -- the books ---------------------------------------------------------------------------------------

    def entries(self, kind: str) -> list[Any]:
        table = books.entry
        query = select(table).where(table.c.kind == kind).order_by(table.c.entry)
        return list(self.office.read(lambda c: c.execute(query).all()))

    def wallet(self, account: str) -> int:
        table = books.wallet
        query = select(table.c.fen).where(table.c.account == account)
        return int(self.office.read(lambda c: c.execute(query).scalar()) or 0)

    def books_agree(self) -> list[Any]:
        self.box.wire.cut = False
        self.sync()
        return list(self.office.read(lambda c: reconcile(c, self.unit)))

    def close(self) -> None:
        self.box.close()
        self.counter.close()
        self.office.close()


def next_id(box: Box) -> Any:
    """The id that this box's next record will have; an issue is reserved under it."""
    head = box.journal.head
    return RecordId(box.number, box.journal.epoch, head.seq + 1)


def _status(answer: Any) -> m.CardStatus | None:
    return answer if isinstance(answer, m.CardStatus) else None
