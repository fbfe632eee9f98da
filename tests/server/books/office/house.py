"""A small unit for the office's events: an outlet, members, cards of both kinds, types, an order's id."""

from collections.abc import Mapping
from typing import Any

from onecard.clock import business_day, card_day
from onecard.ids import RecordId
from onecard.wire.messages import Answer, CardType, Load, Status
from server.books.command import Order
from server.books.office.recharge_account import RechargeAccount
from server.books.office.recharge_account import Terms as Cash
from server.books.tables import fact, key_of
from server.cards.service import loads_since, open_account_card
from server.members.service import add_member
from server.organisation.scope import Scope
from server.organisation.service import add_branch, add_outlet, add_owner, add_unit
from tests.server.books.engine import Books
from tests.server.books.station import NOW, UNIT, Plastic, Station

PURSE = CardType(type=1, name="卡片", cap_fen=100_000_000)
ACCOUNT = CardType(type=2, name="网络卡", purse_on_card=False, cap_fen=100_000_000)
TYPES: Mapping[int, CardType] = {1: PURSE, 2: ACCOUNT}
ANNA, BEN = 7, 8
WHOLE = Scope.whole(UNIT)
TODAY = card_day(business_day(NOW))


class House:
    """Everything an office test needs, in books on either engine."""

    def __init__(self, books: Books) -> None:
        self.books = books
        self._seq = 5_000_000
        self.station = Station(1001)
        books.write(lambda c: add_unit(c, UNIT, "学校", NOW))
        self.branch = books.write(lambda c: add_branch(c, UNIT, "本部"))
        self.owner = books.write(lambda c: add_owner(c, UNIT, "食堂公司"))
        self.outlet = books.write(lambda c: add_outlet(c, UNIT, "一食堂", self.branch, self.owner))

    def member(self, number: str, department: str = "") -> int:
        made: int = self.books.write(
            lambda c: add_member(
                c, UNIT, NOW, name=f"人{number}", number=number, phone="", department=department,
                branch=self.branch,
            )
        )  # fmt: skip
        return made

    def account(self, member: int = 0, fen: int = 0) -> int:
        """An account card with so much on it."""
        card: int = self.books.write(
            lambda c: open_account_card(c, UNIT, member, f"{member:08x}", ACCOUNT, NOW)
        )[0]
        if fen:
            self.created(RechargeAccount(UNIT, self.key(), Cash(1001, card, 1, fen), ANNA))
        return card

    def purse(self, card: int = 20_001, fen: int = 0) -> Plastic:
        """A card in somebody's hand."""
        plastic = Plastic(card)
        self.station.issue(plastic, fen).done()
        assert self.books.upload(self.station).results == ()
        return plastic

    def key(self) -> int:
        self._seq += 1
        return key_of(RecordId(65_000, 1, self._seq))

    def ask(self, order: Order[Any]) -> tuple[str, str]:
        """Status and reason."""
        answer: Answer = self.books.do(order)
        return str(answer.result.status), answer.result.reason

    def created(self, order: Order[Any]) -> Answer:
        answer: Answer = self.books.do(order)
        assert answer.result.status is Status.CREATED, answer
        return answer

    def refused(self, order: Order[Any]) -> str:
        """The code."""
        before = self.books.accounts()
        answer: Answer = self.books.do(order)
        assert answer.result.status is Status.REFUSED, answer
        assert self.books.accounts() == before
        return answer.result.reason

    def entry_of(self, order: Order[Any]) -> int:
        """The entry an order made."""
        return next(int(row.entry) for row in self.books.rows(fact) if row.fact == order.key)

    def loads(self, card: int) -> list[Load]:
        """What waits for a card."""
        waiting = self.books.read(lambda c: loads_since(c, UNIT, 0))[1]
        return [one for one in waiting if one.card == card]

    def collect(self, card: Plastic) -> None:
        """The card takes all that waits for it."""
        mine = tuple(one for one in self.loads(card.card) if one.number > card.last_load)
        worth, main, slots = [], card.main, list(card.slots)
        for one in mine:
            here = main if one.wallet == "main" else slots[("gift", "subsidy", "subsidy2").index(one.wallet)]
            fits = max(one.fen, -here)
            worth.append(fits)
            if one.wallet == "main":
                main += fits
            else:
                slots[("gift", "subsidy", "subsidy2").index(one.wallet)] += fits
        self.station.load(card, mine, tuple(worth)).done()
        card.last_load = mine[-1].number
        assert self.books.upload(self.station).results == ()
