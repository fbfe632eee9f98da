"""A member at the counter: what is known of him, his PIN, his points, what he owes."""

from onecard import money, wallet
from onecard.errors import Refused
from onecard.ids import RecordId
from onecard.wire import errands as e
from onecard.wire.lookups import AskRewards, ChangePin, RewardRow, Rewards
from onecard.wire.pockets import AskPockets, Pockets
from pos.frontdesk import receipt
from pos.frontdesk.job import Job, Result
from pos.presenters.frame import RowView
from pos.presenters.job import ListView
from pos.question import Answer, by_word
from pos.till import ISSUE, POINTS, QUERY, RECHARGE

LEAST_PIN, MOST_PIN = 6, 12


class Person(Job):
    """Found by name, phone or number: his cards, what the books say, why. F: A11 C11"""

    name, right, icon = "person", QUERY, "account-outline"
    pad = ""
    _why = False
    _pockets: Pockets | None = None

    def begin(self) -> None:
        self._why, self._pockets = False, None

    def found(self) -> None:
        """What is his beyond the plastic: wallets at the office, points, subsidies that lie ready."""
        target = self.target
        card, issue = self.card

        def heard(answer: Answer) -> None:
            if self.target is target and isinstance(answer, Pockets):
                self._pockets = answer

        self.till.port.ask(AskPockets(card=card, issue=issue), heard)

    def facts(self) -> tuple[tuple[str, str], ...]:
        pockets, tr = self._pockets, self.till.tr
        if pockets is None:
            return ()
        rows = [
            (wallet.name(tr, one.wallet), str(one.uses) if one.uses else money.show(one.fen))
            for one in pockets.pockets
        ]
        if pockets.points:
            rows.append((tr("desk.person.points"), str(pockets.points)))
        if pockets.debt_fen:
            rows.append((tr("desk.why.debt"), money.show(pockets.debt_fen)))
        ready = sum(one.fen for one in pockets.ready)
        if ready:
            rows.append((tr("desk.person.ready"), money.show(ready)))
        return tuple(rows)

    def rows(self) -> ListView:
        tr, status = self.till.tr, self.status
        if self._why:
            return ListView(
                titles=tuple(tr(f"desk.query.column.{one}") for one in ("what", "detail", "sum")),
                shares=(1.4, 1.2, -0.9),
                rows=()
                if status is None
                else tuple(
                    RowView(cells=(tr(f"desk.why.{one.what}"), one.detail, money.plain(one.fen)))
                    for one in status.explained
                ),
                empty=tr("common.loading" if status is None else "common.empty_list"),
            )
        return ListView(
            titles=tuple(tr(f"desk.query.column.{one}") for one in ("at", "kind", "place", "sum")),
            shares=(1.0, 0.9, 1.2, -0.8),
            rows=()
            if status is None
            else tuple(
                RowView(
                    cells=(tr.moment(one.at), receipt.kind(tr, one.kind), one.place, money.plain(one.fen)),
                    tone="done" if one.fen > 0 else "ink",
                )
                for one in status.movements
            ),
            empty=tr("common.loading" if status is None else "common.empty_list"),
        )

    def go(self) -> None:
        self._why = not self._why


class Pin(Job):
    """A member's new PIN, typed twice by himself; the operator vouches who he is. F: C11"""

    name, right, icon = "pin", ISSUE, "dialpad"
    by_word = True
    pad, is_secret = "phone", True
    _first = ""
    _id: RecordId | None = None

    def begin(self) -> None:
        self._first, self._id = "", None

    def facts(self) -> tuple[tuple[str, str], ...]:
        tr = self.till.tr
        return ((tr("desk.pin.step"), tr("desk.pin.again" if self._first else "desk.pin.new")),)

    def go(self) -> None:
        pin = self.entry.first
        if not pin.isdigit() or not LEAST_PIN <= len(pin) <= MOST_PIN:
            raise Refused("pin.malformed", least=LEAST_PIN, most=MOST_PIN)
        if not self._first:
            self._first, self.entry = pin, type(self.entry)()
            return
        if pin != self._first:
            self._first, self.entry = "", type(self.entry)()
            raise Refused("pin.differs")
        card, issue = self.card
        self._id = self._id or self.till.request_id()
        question = ChangePin(id=self._id, card=card, issue=issue, new=pin, operator=self.operator)
        self.put(question, self._changed)

    def _changed(self, _: Answer) -> None:
        """Neither word nor paper has it."""
        self._first, self.entry = "", type(self.entry)()
        self.till.port.play("ok")
        self.end(Result())


class Redeem(Job):
    """Points are given up for a reward, or for balance. F: B5"""

    name, right, icon = "redeem", POINTS, "star-outline"
    by_word = True
    states = frozenset({"active"})
    pad = "phone"
    leaves_loads = True
    _rewards: tuple[RewardRow, ...] = ()

    def begin(self) -> None:
        self._rewards = ()

    def found(self) -> None:
        def heard(answer: Answer) -> None:
            if isinstance(answer, Rewards):
                self._rewards = answer.rows

        self.till.port.ask(by_word(AskRewards(operator=self.operator), self.allowed_by), heard)

    def rows(self) -> ListView:
        tr = self.till.tr
        rewards = [(tr.named(one), str(one.points), _stock(one)) for one in self._rewards]
        cells = [(tr("desk.redeem.balance"), "", ""), *rewards]
        return ListView(
            titles=tuple(tr(f"desk.redeem.column.{name}") for name in ("what", "points", "stock")),
            shares=(1.4, -0.8, -0.7),
            rows=tuple(
                RowView(cells=one, action=f"row:{n}", selected=n == self.at) for n, one in enumerate(cells)
            ),
        )

    def go(self) -> None:
        """Of the first row points are typed, of a reward how many; nothing typed is one."""
        typed = self.entry.first or ("" if self.at == 0 else "1")
        if not typed.isdigit() or not 0 < int(typed) < 1 << 31:
            raise Refused("amount.malformed")
        card, issue = self.card
        if self.at == 0:
            self.ask(e.RedeemPoints, card=card, issue=issue, points=int(typed))
        else:
            reward = self._rewards[self.at - 1].reward
            self.ask(e.RedeemPoints, card=card, issue=issue, reward=reward, pieces=int(typed))


def _stock(one: RewardRow) -> str:
    return "" if one.stock < 0 else str(one.stock)


class Credit(Job):
    """Cash for what a member owes on account. F: B8"""

    name, right, icon = "credit", RECHARGE, "clipboard-list-outline"
    by_word = True
    by_member = True

    def go(self) -> None:
        assert self.target is not None
        self.ask(e.PayCredit, member=self.target.member.member, fen=self.fen())
