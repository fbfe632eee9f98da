"""The front desk's flows cut at every step: a card that is paid out, money for an account, the shift itself.

Method: the till dies before and after each commit, each card command and each exchange with the office, and
comes back; the cashier goes on as anybody would. The office does each id once and counts. F: A4 C8 C11
"""

import pytest

from onecard.cards.m1 import M1Card
from onecard.devices.readers.virtual import DirectStorage, VirtualM1
from onecard.errors import CardError, CardForeign
from onecard.terminal.outcome import Completed
from onecard.wire import errands as e
from onecard.wire import messages as m
from tests.onecard.terminal.stand import CARD, CASHIER, KEYS, UNIT, Stand, make_plastic

FEN = 10_000


class Died(BaseException):
    """The mains went."""


class Mains:
    """Goes off at the ``at``-th crossing; 0 never does."""

    def __init__(self, at: int) -> None:
        self.at, self.count = at, 0

    def cross(self) -> None:
        self.count += 1
        if self.count == self.at:
            raise Died


class Watched:
    """The journal's connection: once the mains went it does nothing more, and what was open is lost."""

    def __init__(self, connection, mains: Mains) -> None:
        self.connection, self._mains, self._is_dead = connection, mains, False

    def execute(self, statement, *values):
        if self._is_dead:
            return None
        if statement != "COMMIT":
            return self.connection.execute(statement, *values)
        try:
            self._mains.cross()
            answer = self.connection.execute(statement)
            self._mains.cross()
        except Died:
            self._is_dead = True
            raise
        return answer

    def __getattr__(self, name):
        return getattr(self.connection, name)


class Plastic(VirtualM1):
    """Each command crosses the door twice."""

    mains = Mains(0)

    def authenticate(self, block, which, key):
        self.mains.cross()
        answer = super().authenticate(block, which, key)
        self.mains.cross()
        return answer

    def read(self, block):
        self.mains.cross()
        answer = super().read(block)
        self.mains.cross()
        return answer

    def write(self, block, data):
        self.mains.cross()
        answer = super().write(block, data)
        self.mains.cross()
        return answer


class Office:
    """Does what is asked, once per id."""

    def __init__(self) -> None:
        self.done: dict[object, int] = {}
        self.mains = Mains(0)

    def ask(self, question: m.AskErrand) -> m.ErrandAnswer:
        self.mains.cross()
        errand = m.decode_body(question.body)
        status = m.Status.EXISTS if errand.id in self.done else m.Status.CREATED
        cash = -FEN if isinstance(errand, e.ReturnCard) else errand.fen
        self.done[errand.id] = cash
        self.mains.cross()
        return m.ErrandAnswer(result=m.Result(id=errand.id, status=status), cash_fen=cash)


class Till:
    """A station, a card and an office that outlive the process."""

    def __init__(self, folder, at: int) -> None:
        self.stand = Stand(folder)
        self.stand.station.open_shift(CASHIER, 0)
        self.plastic = Plastic.from_bytes(make_plastic(FEN).to_bytes())
        self.office = Office()
        self.watch(Mains(at))

    def watch(self, mains: Mains) -> None:
        self.mains = self.plastic.mains = self.office.mains = mains
        self.stand.journal._db = Watched(self.stand.journal._db, mains)

    def restart(self) -> None:
        self.plastic.mains = self.office.mains = Mains(0)
        self.stand.journal._db = self.stand.journal._db.connection
        self.stand.restart()
        self.stand.station.recover()
        self.watch(Mains(0))

    @property
    def desk(self):
        return self.stand.station.front_desk

    def ask_again(self) -> None:
        for errand in self.desk.errands.unanswered():
            self.desk.errands.answered(self.office.ask(self.desk.errands.question(errand.id)))

    def ask(self, kind, **fields) -> None:
        errand = self.desk.begin(kind, card=CARD, issue=1, **fields)
        self.desk.errands.answered(self.office.ask(self.desk.errands.question(errand.id)))


def pay_out(till: Till) -> None:
    """From wherever it stood: lock, ask, pay, wipe."""
    till.ask_again()
    storage = DirectStorage(till.plastic)
    try:
        look = till.stand.station.look(storage)
    except CardError:
        # Half-wiped, and so paid for: what is left of it goes as well.
        assert till.desk.errands.was_done(e.ReturnCard, CARD, 1)
        M1Card(storage, KEYS, UNIT).wipe()
        return
    if look.blank:
        return
    if not look.image.newest.locked:
        assert isinstance(till.desk.lock(storage, look), Completed)
        look = till.stand.station.look(storage)
    if not till.desk.errands.was_done(e.ReturnCard, CARD, 1):
        till.ask(e.ReturnCard, lock=till.desk.lock_of(look))
    till.desk.wipe(look)


def put_in(till: Till) -> None:
    """Money for an account."""
    till.ask_again()
    if not till.desk.errands.was_done(e.RechargeAccount, CARD, 1):
        till.ask(e.RechargeAccount, fen=2_000)


def close_shift(till: Till) -> None:
    """Money for an account, and then the Z."""
    if till.stand.station.shift is not None:
        put_in(till)
        till.stand.station.close_shift(2_000)


@pytest.mark.parametrize(
    ("flow", "cash", "least"), [(pay_out, -FEN, 100), (put_in, 2_000, 6), (close_shift, 2_000, 8)]
)
def test_killed_at_every_step_it_happens_once(flow, cash, least, tmp_path):
    for at in range(1, 2_000):
        (folder := tmp_path / str(at)).mkdir()
        till = Till(folder, at)
        try:
            flow(till)
            died = False
        except Died:
            died = True
            till.restart()
            flow(till)
        till.plastic.mains = till.office.mains = Mains(0)
        assert list(till.office.done.values()) == [cash], at
        journal = till.stand.journal
        assert journal.verify() == journal.head.seq, at
        if flow is close_shift:
            (closed,) = till.stand.bodies(m.ShiftClose)
            assert closed.totals.errands_cash_fen == cash, at
        else:
            assert till.desk.errands.cash_fen() == cash, at
        if flow is pay_out:
            with pytest.raises(CardForeign, match=r"^card\.blank"):
                M1Card(DirectStorage(till.plastic), KEYS, UNIT).read()
        till.stand.close()
        if not died:
            print(f"{flow.__name__}: killed at each of {at - 1} steps")
            assert at > least
            return
    raise AssertionError("it never got through")
