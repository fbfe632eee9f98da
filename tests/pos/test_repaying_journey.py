"""Goal: what a bank's card paid is booked back once its terminal has paid it back, through any power cut.

Method: the whole till and the whole server in one process, the bank's terminal on a cable; the power goes at
every write and every question in turn, and books and terminal are compared. F: C7 C16
"""

from contextlib import suppress
from types import SimpleNamespace

import pytest

from onecard.errors import Refused, StoreError
from onecard.terminal.order import Order
from onecard.terminal.over_counter import Tender
from onecard.wire import errands
from onecard.wire import messages as m
from pos.foreign import Approval
from server.terminals import errand
from tests.pos.bench import Bench
from tests.pos.test_refund_journey import end_shift, open_refunds
from tests.world.box import PowerCut

pytestmark = pytest.mark.xdist_group("town")


class Desk:
    """The town's till with a bank's terminal beside it; ``at`` is the terminal."""

    def __init__(self, town) -> None:
        self.town = town
        self.bench = Bench(self._till(), "bank")
        self.at = self.bench.at["bank"]
        self.at.customer_s = 0.1

    def _till(self):
        till = self.town.till
        return SimpleNamespace(clock=self.town.clock, till=till.till, flow=till.flow, _pump=till.answer)

    def plug(self) -> None:
        """After the power came back."""
        self.bench.rig = self._till()
        self.bench.plug()

    def keys(self, names: str) -> None:
        self.town.till.keys(names)
        self.bench.run(0.6)
        self.town.till.keys("")

    def sell(self, keys: str) -> None:
        self.keys(f"{keys} f6 f4")
        assert self.town.till.screen == "sell"

    def mixed(self, prices: tuple[int, ...], *, cash_fen: int, bank_fen: int) -> None:
        """One sale that two paid, as an older till made it."""
        words: list[Approval] = []
        self.town.till.till.foreign["bank"].pay(bank_fen, words.append)
        self.bench.run(0.6)
        (word,) = words
        lines = tuple(m.Line(name=f"{fen}", price_fen=fen, total_fen=fen) for fen in prices)
        paid = Tender(
            cash_fen=cash_fen, given_fen=cash_fen, foreign="bank", foreign_fen=bank_fen,
            approval=word.approval, reference=word.reference,
        )  # fmt: skip
        self.town.till.station.over_counter.sell(Order(lines=lines), paid)
        self.town.sync()

    def back_fen(self) -> int:
        """What the terminal has paid back, ever."""
        return self.at.totals("1").back_fen

    def booked_fen(self) -> int:
        """What the books have of it."""
        done = self.at.totals("1")
        return done.sale_fen + self.town.sum_of("gateway:bank") - self.before

    def cut(self) -> None:
        """The power goes and comes back; the terminal is another machine."""
        till = self.town.till
        till.off(lambda bound: 0)
        till.disk.is_dead = False
        till.boot()
        self.town.sync()
        till.sign_on()
        self.plug()

    before = 0


@pytest.fixture
def desk(town):
    desk = Desk(town)
    desk.before = town.sum_of("gateway:bank")
    yield desk
    if not town.till.is_on:
        desk.cut()
    town.till.till.foreign.clear()
    town.till.till.counter.bank = None


def test_a_refund_is_booked_after_the_terminal_has_paid(desk) -> None:
    # F: C7 C16
    town, till = desk.town, desk.town.till
    desk.sell("8 + 4.5")
    end_shift(town)
    open_refunds(town)
    till.keys("enter row:0 enter")
    assert "刷卡终端" in till.view.body
    assert desk.booked_fen() == 0
    till.keys("escape")
    assert till.screen == "refund"
    desk.keys("")
    assert (desk.back_fen(), desk.booked_fen()) == (450, 450)
    assert till.screen == "sell"
    assert "刷卡终端" in till.message
    order = next(one for one in reversed(till.bodies()) if isinstance(one, m.ForeignReturn))
    asked = next(one for one in reversed(till.bodies()) if isinstance(one, errands.RefundPaid))
    assert (asked.paid, asked.lines) == (order.id, order.lines)
    assert order.lines == ((1, 1000),)
    assert town.problems() == []


def test_a_sale_paid_by_two_goes_back_part_by_part_to_both(desk) -> None:
    """C7 C16: neither the terminal nor the drawer gives back more than it took."""
    town, till = desk.town, desk.town.till
    desk.mixed((700, 500), cash_fen=401, bank_fen=799)
    end_shift(town)
    account = f"till:{till.station.journal.terminal}:cash"
    drawer = town.sum_of(account)
    open_refunds(town)
    desk.keys("enter row:1 enter")
    assert desk.back_fen() == desk.booked_fen() == 466  # of 7.00: as 7.99 to 4.01
    assert town.sum_of(account) - drawer == 234
    open_refunds(town)
    desk.keys("enter enter")
    assert desk.back_fen() == desk.booked_fen() == 799
    assert town.sum_of(account) - drawer == 401
    open_refunds(town)
    assert till.view.rows[0].cells[-1] == "0.00"
    till.keys("escape")
    assert town.problems() == []


def test_nothing_is_booked_when_the_terminal_does_not_pay(desk) -> None:
    town, till = desk.town, desk.town.till
    desk.sell("6")
    end_shift(town)
    open_refunds(town)
    desk.at.approves = False
    desk.keys("enter enter")
    assert (desk.back_fen(), desk.booked_fen()) == (0, 0)
    assert till.screen == "refund"
    assert till.message
    desk.at.approves = True
    till.keys("escape escape")


def test_the_office_books_nothing_that_no_terminal_has_paid_back(desk) -> None:
    town, till = desk.town, desk.town.till
    desk.sell("6")
    sale = next(one for one in reversed(till.bodies()) if isinstance(one, m.CounterSale))
    end_shift(town)
    front = till.station.front_desk
    asked = front.begin(errands.RefundSale, sale=sale.id, reason="other")
    with pytest.raises(Refused) as refused:
        front.errands.answered(till.ask_now(front.errands.question(asked.id)))
    assert refused.value.code == "refund.unpaid"
    assert desk.booked_fen() == 0


#: After which record the power goes, whether the sale's shift was over, whether a Z comes before all else.
CUTS = [
    (m.ForeignReturn, False, False),
    (m.ForeignWord, False, False),
    (m.CounterVoid, False, False),
    (m.ForeignWord, False, True),
    (m.ForeignWord, True, False),
    (errands.RefundPaid, True, False),
    (m.Answered, True, False),
    (errands.RefundPaid, True, True),
]
_NAMES = [f"{kind.__name__}{'-old' * old}{'-z' * z}" for kind, old, z in CUTS]


@pytest.mark.parametrize(("after", "is_old", "is_closed"), CUTS, ids=_NAMES)
def test_the_power_may_go_after_every_record(desk, monkeypatch, after, is_old, is_closed) -> None:
    """Neither is money out that no book has, nor a booking without the money."""
    town, till = desk.town, desk.town.till
    desk.sell("6")
    before = desk.back_fen()
    if is_old:
        end_shift(town)
        open_refunds(town)
    till.keys("enter" if is_old else "f2")
    cut_after(monkeypatch, till, after)
    with suppress(PowerCut, StoreError):
        desk.keys("enter")
    assert till.is_dead
    monkeypatch.undo()
    desk.cut()
    if is_closed:
        town.sync()
        assert isinstance(till.close_shift(), m.ShiftClose)
    desk.bench.run(12, 0.5)
    assert desk.back_fen() - before in (0, 600)
    assert desk.booked_fen() == desk.back_fen()
    assert town.problems() == []


def cut_after(monkeypatch, till, kind: type) -> None:
    """The disk dies with the transaction that wrote such a record."""
    for name in ("append", "append_all"):
        write = getattr(till.journal, name)

        def written(makes, write=write):
            made = write(makes)
            if any(isinstance(one, kind) for one in (made if isinstance(made, list) else [made])):
                till.disk.is_dead = True
                raise PowerCut(kind.__name__)
            return made

        monkeypatch.setattr(till.journal, name, written)


def test_what_the_office_refuses_stays_on_the_list_for_a_person(desk, monkeypatch) -> None:
    town, till = desk.town, desk.town.till
    desk.sell("6")
    end_shift(town)
    open_refunds(town)
    before = desk.back_fen()
    monkeypatch.setattr(errand, "refusal", lambda sheet, who, asked: "operator.not_allowed")
    desk.keys("enter enter")
    assert till.screen == "sell"
    assert desk.back_fen() - before == 600
    assert desk.booked_fen() == desk.back_fen() - 600
    desk.bench.run(6, 0.5)
    monkeypatch.undo()
    till.keys(f"f11 {town.door('back')}")
    till.keys(next(tile.action for tile in till.view.tiles if tile.text == "银行卡 · 市民卡"))
    assert till.view.rows[0].cells[3] == "已退未记账"
    assert "1 笔终端已退" in till.view.body
    desk.keys("enter")
    desk.bench.run(1)
    till.keys("")
    assert till.view.rows[0].cells[3] == "成功"
    assert desk.booked_fen() == desk.back_fen()
    assert town.problems() == []
    till.keys("escape")
