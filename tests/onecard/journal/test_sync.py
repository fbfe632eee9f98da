"""Exchange over a road that loses, repeats and cuts: every record arrives once, in order, byte for byte.

The other side is a recording double of the protocol; the road to the real server is tried in tests/server.
F: C10 I2 I3
"""

import random
import threading

import pytest

from onecard.clock import FalseClock, SystemClock
from onecard.errors import Refused, Unreachable
from onecard.ids import SeededEntropy
from onecard.journal.facts import Facts
from onecard.journal.journal import Journal
from onecard.journal.sync import BATCH, Exchange, SyncWorker
from onecard.wire import messages as m
from onecard.wire.chain import GENESIS
from onecard.wire.client import Identity
from onecard.wire.fleet import ASKED_FOR
from onecard.wire.signing import SigningKey, verify_head
from tests.onecard.journal.test_journal import recharge
from tests.onecard.terminal.stand import NOON, Office

KEY = SigningKey.make(SeededEntropy(9))


class Double:
    """Keeps what comes, in order, as the server's watermark says; ``road`` decides what gets lost."""

    def __init__(self, office, clock, road=lambda: "ok"):
        self.identity = Identity(unit=7, terminal=1001, epoch=1, seed=KEY.seed.hex(), server_key="00" * 32)
        self.office, self.clock, self.road = office, clock, road
        self.kept: dict[int, list[m.Record]] = {}
        self.uploads = 0
        self.documents: tuple[m.Document, ...] = ()
        self.asked: list[m.Fetch] = []

    def _through(self, handle):
        what = self.road()
        if what == "lose request":
            raise Unreachable
        if what == "repeat":
            handle()
        answer = handle()
        if what == "lose reply":
            raise Unreachable
        return answer

    def fetch(self, have):
        self.asked.append(have)
        return self._through(self._fetched)

    def _fetched(self):
        newest = max((epoch for epoch, kept in self.kept.items() if kept), default=1)
        kept = self.kept.get(newest, [])
        return m.Fetched(
            documents=self.documents,
            now=self.clock.now(),
            books_epoch=1,
            epoch=newest,
            received=len(kept),
            head=kept[-1].hash if kept else "",
        )

    def upload(self, batch):
        return self._through(lambda: self._uploaded(batch))

    def _uploaded(self, batch):
        self.uploads += 1
        kept = self.kept.setdefault(batch.epoch, [])
        last = batch.records[-1]
        assert verify_head(KEY.public, batch.signature, 7, 1001, batch.epoch, last.seq, last.hash)
        results = []
        for record in batch.records:
            if record.seq <= len(kept):
                if kept[record.seq - 1] != record:
                    id = m.decode_body(record.body).id
                    results.append(m.Result(id=id, status=m.Status.CONFLICT))
                    break
            elif record.seq == len(kept) + 1:
                if record.prev != (kept[-1].hash if kept else GENESIS):
                    id = m.decode_body(record.body).id
                    results.append(m.Result(id=id, status=m.Status.CONFLICT))
                    break
                kept.append(record)
            else:
                break
        return m.Uploaded(
            received=len(kept), durable=0, books_epoch=1, now=self.clock.now(), results=tuple(results)
        )

    def close(self):
        pass


class Box:
    """A terminal's two files and its exchange with a double."""

    def __init__(self, folder, road=lambda: "ok"):
        folder.mkdir(exist_ok=True)
        self.clock = FalseClock(NOON)
        self.office = Office(self.clock)
        self.journal = Journal(folder / "j.db", 1001, 1, self.clock)
        self.journal._db.execute("PRAGMA synchronous = OFF")
        self.facts = Facts(folder / "f.db", self.office.key.public, self.clock)
        self.server = Double(self.office, self.clock, road)
        self.exchange = Exchange(self.server, self.journal, self.facts, app="test")

    def arrived(self, epoch=1):
        return tuple(self.server.kept.get(epoch, ()))


@pytest.fixture
def box(tmp_path):
    return Box(tmp_path / "box")


def test_everything_pending_goes_up_in_order(box):
    box.journal.append_all([recharge] * (2 * BATCH + 7))
    assert box.exchange.run() == ""
    assert box.arrived() == box.journal.records(1, 0, 10**6)
    assert (box.server.uploads, box.journal.pending) == (3, 0)
    assert box.exchange.run() == ""
    assert box.server.uploads == 3


def test_a_pass_says_what_is_held_and_pending_and_learns_the_time(box):
    box.journal.append(recharge)
    box.server.documents = (box.office.types(),)
    box.server.clock = FalseClock(NOON + 90)
    box.exchange.run()
    unknown = dict.fromkeys(ASKED_FOR, 0)
    assert (box.server.asked[0].pending, box.server.asked[0].have) == (1, unknown)
    assert (box.journal.offset_s, list(box.facts.types)) == (90, [1])
    box.exchange.run()
    assert (box.server.asked[1].pending, box.server.asked[1].have) == (0, unknown | {"types": 1})


@pytest.mark.parametrize("seed", range(20))
def test_nothing_is_lost_or_doubled_on_a_bad_road(tmp_path, seed):
    chance = random.Random(seed)
    roads = ["ok", "lose request", "lose reply", "repeat"]
    box = Box(tmp_path / "box", lambda: chance.choice(roads))
    for _ in range(40):
        box.journal.append_all([recharge] * chance.randrange(1, 40))
        try:
            box.exchange.run()
        except Unreachable:
            continue
    box.server.road = lambda: "ok"
    box.exchange.run()
    assert box.arrived() == box.journal.records(1, 0, 10**6)
    assert box.journal.pending == 0


def test_a_server_restored_from_a_backup_gets_the_rest_again(box):
    box.journal.append_all([recharge] * 30)
    box.exchange.run()
    del box.server.kept[1][10:]
    box.exchange.run()
    assert box.arrived() == box.journal.records(1, 0)
    del box.server.kept[1][:]
    box.exchange.run()
    assert box.arrived() == box.journal.records(1, 0)


def test_a_restored_disk_goes_on_in_the_next_epoch(box, tmp_path):
    box.journal.append_all([recharge] * 10)
    box.exchange.run()
    old = Box(tmp_path / "old")
    old.journal.append_all([recharge] * 3)  # the backup held three of the ten …
    old.journal.set_watermarks(2)
    old.journal.append_all([recharge] * 2)  # … and two were sold since
    old.server.kept = box.server.kept
    assert old.exchange.run() == "journal.other_life"
    again = old.arrived(2)
    assert [record.was for record in again] == [(1, 3), (1, 4), (1, 5)]
    assert [record.body for record in again] == [record.body for record in old.journal.records(1, 2)]
    assert old.journal.pending == 0
    assert old.journal.append(recharge).id.epoch == 2
    assert old.exchange.run() == ""
    assert len(old.arrived(2)) == 4


def test_a_restored_server_gets_again_what_a_later_life_of_the_disk_had_sent(box, tmp_path):
    box.journal.append_all([recharge] * 3)
    box.exchange.run()
    backup = {1: list(box.server.kept[1])}
    old = Box(tmp_path / "old")
    old.journal.append_all([recharge] * 2)
    old.server.kept = box.server.kept
    assert old.exchange.run() == "journal.other_life"
    old.journal.append_all([recharge] * 4)
    assert old.exchange.run() == ""
    whole = old.arrived(2)
    del old.server.kept[2][3:]  # from within the second life …
    assert old.exchange.run() == ""
    assert old.arrived(2) == whole
    old.server.kept = backup  # … and from before it began
    old.exchange.run()
    assert old.arrived(2) == whole
    old.server.kept = {}
    old.exchange.run()
    assert old.arrived(2) == whole
    assert old.arrived(1) == old.journal.records(1, 0)


def test_the_same_old_disk_a_second_time_takes_an_epoch_of_its_own(box, tmp_path):
    box.journal.append_all([recharge] * 3)
    box.exchange.run()
    for n, name in enumerate(("old", "again"), 2):
        old = Box(tmp_path / name)
        old.journal.append_all([recharge] * 2)
        old.server.kept = box.server.kept
        assert old.exchange.run() == "journal.other_life"
        assert old.journal.epoch == n
        assert old.journal.append(recharge).id.epoch == n
        assert old.exchange.run() == ""
        assert len(old.arrived(n)) == 3


def test_a_server_that_takes_nothing_is_named(box):
    box.journal.append(recharge)
    box.server._uploaded = lambda batch: m.Uploaded(received=0, durable=0, books_epoch=1, now=NOON)
    with pytest.raises(Refused) as refused:
        box.exchange.run()
    assert refused.value.code == "sync.stuck"


# ---- the thread


def test_the_worker_uploads_when_it_is_woken(box):
    arrived = threading.Event()
    uploaded = box.server._uploaded

    def upload(batch):
        answer = uploaded(batch)
        arrived.set()
        return answer

    box.server._uploaded = upload
    worker = SyncWorker(box.server, box.journal, box.facts, SystemClock(), interval_s=3600)
    worker.start()
    box.journal.append(recharge)
    worker.wake()
    assert arrived.wait(60)
    assert box.facts.holds_stops  # brought into memory by the one thread that nobody waits for
    worker.stop(60)
    assert box.arrived() == box.journal.records(1, 0)
    assert worker.status().online


def test_the_worker_says_what_changed_and_only_that(box):
    said = []
    worker = SyncWorker(box.server, box.journal, box.facts, box.clock, on_status=said.append)
    box.server.road = lambda: "lose request"
    worker.turn()
    worker.turn()
    box.journal.append(recharge)
    worker.turn()
    box.server.road = lambda: "ok"
    worker.turn()
    worker.turn()
    assert [(one.online, one.pending) for one in said] == [(False, 0), (False, 1), (True, 0)]


def test_the_worker_backs_off_and_comes_back(box):
    box.journal.append(recharge)
    worker = SyncWorker(box.server, box.journal, box.facts, box.clock, interval_s=10)
    box.server.road = lambda: "lose request"
    assert [worker.turn() for _ in range(6)] == [1, 2, 5, 10, 15, 15]
    status = worker.status()
    assert (status.online, status.pending, status.contact_age_s, status.trouble) == (False, 1, None, "")
    box.server.road = lambda: "ok"
    assert worker.turn() == 10
    box.clock.advance(75)
    status = worker.status()
    assert (status.online, status.pending, status.contact_age_s, status.stops_age_s) == (True, 0, 75, 75)


def test_who_may_ask_every_second_waits_no_longer_for_a_server_that_is_away(box) -> None:
    box.server.road = lambda: "lose request"
    worker = SyncWorker(box.server, box.journal, box.facts, box.clock, interval_s=1)
    assert [worker.turn() for _ in range(4)] == [1, 2, 2, 2]


def test_trouble_is_named_and_the_thread_lives_on(box):
    worker = SyncWorker(box.server, box.journal, box.facts, box.clock)
    box.server.road = lambda: 1 / 0
    worker.turn()
    assert worker.status().trouble == "sync.fault"
    box.server.road = lambda: "ok"
    worker.turn()
    assert worker.status().trouble == ""
