"""A station and the real server: enrol, issue, recharge, sell with the wire cut; the books agree at the end.

F: A2 A3 A6 C10 E1
"""

import shutil

import pytest

from onecard.cards.keys import make_test_keys
from onecard.clock import SystemClock
from onecard.devices.readers.virtual import DirectStorage, VirtualM1
from onecard.errors import Refused, Unreachable
from onecard.ids import RecordId, SystemEntropy
from onecard.journal.facts import Facts
from onecard.journal.journal import Journal
from onecard.journal.sync import Exchange
from onecard.terminal.enrol import enrol, load
from onecard.terminal.order import Order
from onecard.terminal.outcome import Completed, Unfinished
from onecard.terminal.station import Station, StationConfig
from onecard.wire import messages as m
from onecard.wire.client import ServerClient
from tests.server.process import ServerProcess

TERMINAL = 1001
ADMINISTRATOR = 1


class Till:
    """A POS without its window, on the real wire."""

    def __init__(self, folder, server):
        folder.mkdir(exist_ok=True)
        clock = SystemClock()
        self.path = folder / "identity.json"
        identity = load(self.path) or enrol(
            self.path, server.url, server.code(TERMINAL), TERMINAL, clock, SystemEntropy()
        )
        self.client = ServerClient(server.url, identity, clock, SystemEntropy())
        self.journal = Journal(folder / "journal.db", TERMINAL, identity.epoch, clock)
        self.facts = Facts(folder / "facts.db", bytes.fromhex(identity.server_key), clock)
        self.exchange = Exchange(self.client, self.journal, self.facts, app="test")
        config = StationConfig(unit=identity.unit, terminal=TERMINAL, kind="kiosk")
        self.station = Station(config, self.journal, self.facts, make_test_keys(), clock)

    def close(self):
        self.client.close()
        self.journal.close()
        self.facts.close()

    def request(self, number):
        return RecordId(TERMINAL, self.journal.epoch, number)

    def tap(self, plastic, act):
        storage = DirectStorage(plastic)
        return act(storage, self.station.look(storage))

    def sell(self, plastic, fen):
        return self.tap(plastic, lambda s, look: self.station.sell(s, look, Order.amount(fen)))


@pytest.fixture
def server(tmp_path):
    server = ServerProcess(tmp_path / "server")
    server.start()
    yield server
    server.stop()


def test_a_days_business_is_in_the_books_once(server, tmp_path):
    till = Till(tmp_path / "till", server)
    assert till.exchange.run() == ""
    assert till.facts.place is not None
    kind = min(till.facts.types)

    row = till.client.new_member(m.NewMember(id=till.request(1), name="张小敏", operator=ADMINISTRATOR))
    plastic = VirtualM1(bytes.fromhex("04A1B2C3"))
    question = m.ReserveIssue(
        id=till.request(2), type=kind, member=row.member, uid=plastic.uid.hex(), operator=ADMINISTRATOR
    )
    grant = till.client.reserve_issue(question)
    issued = till.station.issue(DirectStorage(plastic), grant, 10_000)
    assert isinstance(issued, Completed)
    recharged = till.tap(plastic, lambda s, look: recharge(till, s, look, 5000))
    assert isinstance(recharged, Completed)
    assert till.exchange.run() == ""
    assert till.client.ask_card(grant.card, grant.issue).books_fen == 15_000

    server.stop()
    for fen in (1250, 800):
        assert isinstance(till.sell(plastic, fen), Completed)
    plastic_memory = list(plastic.blocks)
    storage = DirectStorage(plastic)
    look = till.station.look(storage)
    plastic.tear_at(plastic.commands + 2, 5)
    torn = till.station.sell(storage, look, Order.amount(300))
    assert isinstance(torn, Unfinished)
    assert plastic.blocks != plastic_memory
    assert isinstance(till.station.retap(DirectStorage(plastic), torn), Completed)
    with pytest.raises(Unreachable):
        till.exchange.run()
    assert till.journal.pending == 6

    server.start()
    assert till.exchange.run() == ""
    status = till.client.ask_card(grant.card, grant.issue)
    assert status.books_fen == 15_000 - 1250 - 800 - 300
    assert status.books_fen == till.station.look(DirectStorage(plastic)).balance_fen
    assert till.journal.pending == 0

    given_up_and_settled_by_the_office(till, plastic)
    till = with_a_disk_restored_from_yesterday(till, plastic, server)

    till.client.report_loss(
        m.ReportLoss(id=till.request(3), card=grant.card, issue=grant.issue, operator=ADMINISTRATOR)
    )
    assert till.exchange.run() == ""
    with pytest.raises(Refused) as refused:
        till.sell(plastic, 100)
    assert refused.value.code == "card.stopped"
    assert till.exchange.run() == ""
    server.run("reconcile")


def given_up_and_settled_by_the_office(till, plastic):
    """A torn sale that was written after all: posted, reversed, and its money back as a waiting load."""
    storage = DirectStorage(plastic)
    look = till.station.look(storage)
    before = look.balance_fen
    plastic.tear_at(plastic.commands + 3, None)  # after the last write, before it is read back
    torn = till.station.sell(storage, look, Order.amount(700))
    assert isinstance(torn, Unfinished)
    till.station.set_aside(torn.id)
    till.station.give_up(torn.id, "session_end")
    assert till.exchange.run() == ""
    look = till.station.look(DirectStorage(plastic))
    assert look.balance_fen == before - 700
    assert till.exchange.run() == ""  # the evidence goes up, the office settles …
    assert till.exchange.run() == ""  # … and the load comes down
    storage = DirectStorage(plastic)
    look = till.station.look(storage)
    assert look.loads_fen == 700
    applied = till.station.apply_loads(storage, look)
    assert isinstance(applied, Completed)
    assert applied.balance_after_fen == before
    assert till.exchange.run() == ""
    assert till.client.ask_card(look.card, look.issue).books_fen == before


def with_a_disk_restored_from_yesterday(till, plastic, server):
    """What was sold since the backup is at the server already; the old disk goes on under new numbers."""
    folder = till.path.parent
    backup = folder.with_name("backup")
    till.close()
    shutil.copytree(folder, backup)
    till = Till(folder, server)
    assert isinstance(till.sell(plastic, 100), Completed)
    assert till.exchange.run() == ""
    till.close()
    old = Till(backup, server)
    assert isinstance(old.sell(plastic, 200), Completed)
    assert old.exchange.run() == "journal.other_life"
    assert isinstance(old.sell(plastic, 300), Completed)
    assert old.exchange.run() == ""
    assert (old.journal.epoch, old.journal.pending) == (2, 0)
    look = old.station.look(DirectStorage(plastic))
    assert old.client.ask_card(look.card, look.issue).books_fen == look.balance_fen
    return old


def recharge(till, storage, look, fen):
    def credit(id):
        return m.Credit(
            unit=till.station.config.unit,
            id=id,
            at=till.station.now(),
            day=1,
            acceptor="A1",
            boot=1,
            cycle=1,
            value_fen=fen,
        )

    note = till.journal.append(credit).id
    return till.station.recharge(storage, look, fen, m.Source.CASHBOX, [note])
