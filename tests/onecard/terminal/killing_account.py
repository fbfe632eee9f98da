"""A process that kills itself at the k-th crossing of a door while it sells from an account, for every k.

    python -m tests.onecard.terminal.killing_account <folder> <story>

Doors are the journal's commits and every exchange with the books, before and after. The books are the real
ones, in a file beside the journal; what dies is the till, before or after they have heard it.
"""

import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from onecard.errors import Refused
from onecard.ids import RecordId
from onecard.terminal.account import Account
from onecard.terminal.desk import StationConfig
from onecard.terminal.order import Order
from onecard.wire import messages as m
from server.books import intake
from server.books.intake import Sender
from server.books.reconcile import reconcile
from server.cards.service import open_account_card
from tests.onecard.terminal.killing import Killer, WatchedDatabase
from tests.onecard.terminal.stand import BOSS, CARD_TYPE, CASHIER, NOON, TERMINAL, Stand
from tests.server.books.engine import Books
from tests.server.books.station import UNIT
from tests.server.books.test_decision import OFFICE, TYPE, RechargeAccount, Terms, key_of

START_FEN = 10_000
FEN = 1_250


class Till(Stand):
    """A station of the unit that the books are of, and its way to them."""

    def __init__(self, folder: Path, killer: Killer | None = None) -> None:
        super().__init__(folder)
        self.close()
        self.config = StationConfig(unit=UNIT, terminal=TERMINAL)
        self.start()
        self.receive(self.office.types(CARD_TYPE, TYPE))
        self.books = Books(f"sqlite:///{folder}/books.db")
        self.killer = killer or Killer(0)
        if killer is not None:
            self.journal._db.execute("PRAGMA synchronous = FULL")
            self.journal._db = WatchedDatabase(self.journal._db, killer)

    @property
    def accounts(self):
        return self.station.accounts

    @property
    def account(self) -> Account:
        (card,) = self.books.rows(cards())
        return Account(card=card.card, issue=card.issue, type=card.type)

    def asked(self, ask: Callable[[], m.Answer]) -> m.Answer:
        self.killer.cross()
        answer = ask()
        self.killer.cross()
        return answer

    def ask(self, id: RecordId) -> m.Answer:
        body = bytes(self.accounts.question(id).body)
        return self.asked(lambda: self.books.sell(TERMINAL, body))

    def cancel(self, id: RecordId) -> m.Answer:
        return self.asked(lambda: self.books.cancel(id))

    def upload(self) -> m.Uploaded:
        """Everything, again and again: the server knows what it has."""
        records = self.journal.records(1, 0)
        batch = m.Upload(epoch=1, records=records, signature="")
        sender = Sender(UNIT, TERMINAL, lambda head, signature: True)
        return self.books.run(intake.upload(self.books.lane, sender, batch))

    def balance(self) -> int:
        return self.books.balance(f"card:{self.account.card}:main")

    def problems(self) -> list[object]:
        return self.books.read(lambda connection: reconcile(connection, UNIT))

    def close(self) -> None:
        super().close()
        if hasattr(self, "books"):
            self.books.close()


def cards():
    import server.cards.tables

    return server.cards.tables.card


def sale(till: Till) -> None:
    opened = till.accounts.sell(till.account, Order.amount(FEN))
    till.accounts.answered(till.ask(opened.id))


def declined(till: Till) -> None:
    opened = till.accounts.sell(till.account, Order.amount(START_FEN + 1))
    with pytest.raises(Refused, match=r"purse\.short"):
        till.accounts.answered(till.ask(opened.id))


def lost(till: Till) -> None:
    """The question never arrived, and the cashier gave up."""
    opened = till.accounts.sell(till.account, Order.amount(FEN))
    with pytest.raises(Refused, match=r"account\.cancelled"):
        till.accounts.answered(till.cancel(opened.id))


def late(till: Till) -> None:
    """Only the answer was lost: asked to cancel, the server says that it is posted."""
    opened = till.accounts.sell(till.account, Order.amount(FEN))
    till.ask(opened.id)
    till.accounts.answered(till.cancel(opened.id))


def aside(till: Till) -> None:
    """Nobody hears anything any more: set aside, and later the server is asked to cancel."""
    opened = till.accounts.sell(till.account, Order.amount(FEN))
    till.ask(opened.id)
    till.station.set_aside(opened.id)
    assert till.accounts.settle(till.cancel(opened.id))


def rung_again(till: Till) -> None:
    opened = till.accounts.sell(till.account, Order.amount(FEN))
    till.ask(opened.id)
    till.station.set_aside(opened.id)
    till.station.give_up(opened.id, "rung_again")
    second = till.accounts.sell(till.account, Order.amount(FEN, replaces=opened.id))
    till.accounts.answered(till.ask(second.id))


def void(till: Till) -> None:
    sold = next(one for one in till.station.sales_of_shift() if isinstance(one.intent, m.Sale))
    opened = till.accounts.void(sold.id, BOSS, "goods")
    till.accounts.answered(till.ask(opened.id))


STORIES = {one.__name__: one for one in (sale, declined, lost, late, aside, rung_again, void)}


def prepare(folder: Path, story: str) -> None:
    """An account with money, and a till with an open shift."""
    folder.mkdir(parents=True)
    till = Till(folder)
    till.books.create()
    card, issue = till.books.write(lambda c: open_account_card(c, UNIT, 1, "0a0b0c0d", TYPE, NOON))
    till.books.do(RechargeAccount(UNIT, key_of(OFFICE), Terms(1001, card, issue, START_FEN), 7))
    till.station.open_shift(CASHIER, 0)
    if story == "void":
        sale(till)
    till.close()


def run_once(folder: Path, story: str, at: int) -> bool:
    """Fork, do it, die at crossing ``at``. Whether it got through alive."""
    pid = os.fork()
    if pid == 0:
        try:
            killer = Killer(0)
            till = Till(folder, killer)
            killer.at = at
            STORIES[story](till)
            os._exit(0)
        except BaseException:
            import traceback

            traceback.print_exc()
            os._exit(5)
    _, status = os.waitpid(pid, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL, status
        return False
    assert os.WEXITSTATUS(status) == 0, status
    return True


def main() -> None:
    root, story = Path(sys.argv[1]), sys.argv[2]
    prepare(root / "base", story)
    for at in range(1, 100):
        folder = root / str(at)
        shutil.copytree(root / "base", folder)
        if run_once(folder, story, at):
            print(at)
            return
    raise AssertionError("it never got through")


if __name__ == "__main__":
    main()
