"""A month of a chain: generated sales and recharges, closed daily, settled with all owners and operators, and
tied out. Figures for the reader; ``BIG=1`` makes it 200 outlets, 100,000 cards and 3 million sales,
``BIG=0.1`` a tenth of the cards and sales.
"""

import asyncio
import os
import random
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Connection

from onecard.books import accounts
from onecard.books.entry import Posting
from onecard.clock import FalseClock, business_day, card_day
from onecard.ids import RecordId
from onecard.wire.messages import Status
from server.books.command import Single
from server.books.lane import Lane
from server.books.reconcile import reconcile
from server.books.sheet import Event, Fact, Sheet
from server.books.tables import key_of
from server.db import Database
from server.migrations import migrate
from server.organisation.service import add_branch, add_outlet, add_owner, add_unit
from server.settlement import close, line, statement
from server.settlement.contract import Contract, agree
from server.settlement.payment import pay_in, pay_out
from tests.bench.bar import Bar, figure
from tests.bench.yardstick import postgres

BIG = float(os.environ.get("BIG") or 0)
OUTLETS, CARDS, SALES = (200, int(BIG * 100_000), int(BIG * 3_000_000)) if BIG else (20, 1_000, 30_000)
DAYS = 30
UNIT, FINANCE, CHIEF, AT_ONCE = 1, 1, 2, 1_000
FIRST_CARD, FIRST_TILL, FIRST_OPERATOR = 10_001, 1_001, 10
START = 1_780_000_000


class Trade(Single):
    """Up to 1,000 events of one till: (card, fen); fen > 0 recharges, < 0 buys."""

    def __init__(
        self, till: int, first_seq: int, day: int, at: int, moves: Sequence[tuple[int, int]]
    ) -> None:
        self.unit = UNIT
        self._till = till
        self._first = key_of(RecordId(FIRST_TILL + till, 1, first_seq))
        self._day = day
        self._at = at
        self._moves = moves

    @property
    def weight(self) -> int:
        return len(self._moves)

    def want(self, sheet: Sheet) -> None:
        sheet.wallets.want(*{accounts.account(card, "main") for card, _ in self._moves})
        sheet.facts.want(*range(self._first, self._first + len(self._moves)))

    def decide(self, sheet: Sheet) -> None:
        till = accounts.till(FIRST_TILL + self._till)
        outlet = self._till + 1
        payable = accounts.payable(outlet, outlet)
        for n, (card, fen) in enumerate(self._moves):
            key, wallet = self._first + n, accounts.account(card, "main")
            day = self._day - (n % 100 == 99)  # one in a hundred was held up on its terminal
            event = Event(
                fact=key, kind="sale" if fen < 0 else "recharge", card=card, issue=1,
                outlet=outlet if fen < 0 else 0, owner=outlet if fen < 0 else 0,
                operator=FIRST_OPERATOR + self._till, at=self._at, day=day, fen=fen,
            )  # fmt: skip
            posting = Posting(wallet, payable, -fen) if fen < 0 else Posting(till, wallet, fen)
            entry = sheet.enter(event, (posting,))
            sheet.facts.put(key, Fact(b"", Status.CREATED, "", entry, sheet.balance(wallet)))


class Month:
    """One run on one engine."""

    def __init__(self, url: str) -> None:
        self.db = Database.open(url)
        self.lane = Lane(self.db, FalseClock(START))
        self.first_day = card_day(business_day(START))
        self.took: dict[str, float] = {}
        #: Seconds of the last day's close with its check, when the books are full.
        self.last_close = 0.0

    async def run(self) -> int:
        """Problems found at the end: 0."""
        await migrate(self.db)
        await self.db.write(self._furnish)
        began = time.monotonic()
        for day in range(DAYS):
            await self._trade(day)
            self._spent("generate", began)
            began = time.monotonic()
            number = self.first_day + day
            checked = await self.db.read(lambda c, n=number: close.check(c, UNIT, n))
            assert (checked.problems, checked.unowned) == ((), 0), checked
            self._spent("check before closing", began)
            drawn = time.monotonic()
            await self.db.write(
                lambda c, n=number, found=checked: close.make(c, UNIT, n, found, FINANCE, START)
            )
            self._spent("close", drawn)
            self.last_close = time.monotonic() - began
            began = time.monotonic()
        await self._settle(line.OWNER, range(1, OUTLETS + 1))
        await self._settle(line.OPERATOR, range(FIRST_OPERATOR, FIRST_OPERATOR + OUTLETS))
        self._spent("settle", began)
        began = time.monotonic()
        problems = await self.db.read(lambda c: reconcile(c, UNIT))
        self._spent("tie_out", began)
        for problem in problems[:5]:
            print(problem)
        await self.db.close()
        return len(problems)

    def _spent(self, name: str, began: float) -> None:
        self.took[name] = self.took.get(name, 0.0) + time.monotonic() - began

    def _furnish(self, connection: Connection) -> None:
        add_unit(connection, UNIT, "连锁", START)
        branches = [add_branch(connection, UNIT, f"分店 {n}") for n in range(10)]
        for n in range(OUTLETS):
            owner = add_owner(connection, UNIT, f"业主 {n}")
            add_outlet(connection, UNIT, f"网点 {n}", branches[n % 10], owner)
            contract = Contract(owner, 0, self.first_day - 1, 800 + n % 5 * 100)
            agree(connection, UNIT, contract, FINANCE, START)

    async def _trade(self, day: int) -> None:
        """A day's sales, each card recharged on the first."""
        dice = random.Random(day)
        moves: list[tuple[int, int]] = []
        if day == 0:
            moves = [(FIRST_CARD + n, SALES // CARDS * 10_000) for n in range(CARDS)]
        moves += [
            (FIRST_CARD + dice.randrange(CARDS), -dice.randrange(300, 5_000)) for _ in range(SALES // DAYS)
        ]
        pieces = [moves[i : i + AT_ONCE] for i in range(0, len(moves), AT_ONCE)]
        for n, piece in enumerate(pieces):
            till = n % OUTLETS
            seq = (day * len(pieces) + n) * AT_ONCE % (1 << 23) + 1
            at = START + day * 86_400 + n % 86_400
            await self.lane.do(Trade(till, seq, self.first_day + day, at, piece))

    async def _settle(self, kind: str, subjects: range) -> None:
        for subject in subjects:
            if not await self._due(kind, subject):
                continue
            one = await self.db.write(lambda c, s=subject: statement.draft(c, UNIT, kind, s, FINANCE, START))
            number = one.statement
            for to, by in ((statement.CHECKED, FINANCE), (statement.CONFIRMED, CHIEF)):
                await self.db.write(
                    lambda c, to=to, by=by, n=number: statement.advance(c, UNIT, n, to, by, START)
                )
            if kind == line.OWNER:
                await pay_out(self.lane, UNIT, number, FINANCE)
            else:
                await pay_in(self.lane, UNIT, number, one.due_fen, FINANCE)

    async def _due(self, kind: str, subject: int) -> bool:
        found = await self.db.read(lambda c: line.derive(c, UNIT, kind, subject, 0, DAYS))
        return bool(found)


def _on(name: str, url: str) -> list[Bar]:
    month = Month(url)
    problems = asyncio.run(month.run())
    if problems:
        raise RuntimeError(f"{problems} problems: the books of the month do not tie out")
    bars = [figure(f"month {name}: {step}", seconds, "s") for step, seconds in month.took.items()]
    bars.append(figure(f"month {name}: the last day's close", month.last_close, "s"))
    bars.append(figure(f"month {name}: sales", float(SALES), f"{OUTLETS} outlets"))
    return bars


def run() -> list[Bar]:
    """Both engines at the small size; the big one where a chain would have it, on PostgreSQL."""
    with tempfile.TemporaryDirectory(prefix="onecard-month-") as home:
        folder, bars = Path(home), []
        if not BIG:
            bars += _on("sqlite", f"sqlite:///{folder}/books.db")
        with postgres(folder) as server:
            bars += _on("pg", server.database("month"))
    return bars
