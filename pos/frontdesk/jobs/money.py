"""Money at the counter without a card in the hand: cash for an account, a gift, a correction, a subsidy."""

from onecard import masking, money
from onecard.errors import OneCardError, Refused
from onecard.wire import errands as e
from onecard.wire.counter import AskOffers, Offers
from pos.frontdesk import past
from pos.frontdesk.job import Job
from pos.frontdesk.loss import Target
from pos.frontdesk.offer import most, wants_payee, words_of
from pos.presenters.frame import RowView, TileView
from pos.presenters.job import ListView
from pos.question import Answer, MemberRow
from pos.till import CORRECT, GIFT, RECHARGE, SELL

#: Cash from this amount on is looked at twice.
LARGE_FEN = 100_000
#: Why a manager gives something, as the office knows it.
REASONS = ("service", "apology", "event", "guest")


class _WithOffers(Job):
    """What the office offers for this card is shown before anything is done. F: B2"""

    offers = Offers()

    def begin(self) -> None:
        self.offers = Offers()

    def found(self) -> None:
        target = self.target

        def heard(answer: Answer) -> None:
            if self.target is target and isinstance(answer, Offers):
                self.offers = answer

        question = AskOffers(operator=self.operator, card=self.card[0])
        self.till.port.ask(question, heard)


class AccountRecharge(_WithOffers):
    """Cash for a card whose money is at the office, or that is not at hand. F: A3 A17"""

    name, right, icon = "cash", RECHARGE, "cash-plus"
    by_word = True
    states = frozenset({"active"})
    leaves_loads = True

    def groups(self) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
        return sellers(self, self.offers)

    def facts(self) -> tuple[tuple[str, str], ...]:
        return offered(self, self.offers)

    def check(self) -> None:
        self.is_sure = self.fen() >= LARGE_FEN
        if wants_payee(self.till):
            raise Refused("recharge.payee_card")

    def more_keys(self) -> tuple[TileView, ...]:
        if not wants_payee(self.till):
            return ()
        return (self.tile("f1", self.till.tr("desk.cash.payee")),)

    def key(self, action: str) -> None:
        """Whoever takes cash shows the card for it first, where the unit wants that. F: A7"""
        if action == "f1" and wants_payee(self.till):
            self.want(lambda station, storage: station.upkeep.show(storage), word="payee")

    def go(self) -> None:
        card, issue = self.card
        seller = int(self.picked()) if self.groups() else 0
        self.ask(e.RechargeAccount, card=card, issue=issue, fen=self.fen(), salesperson=seller)


def sellers(job: Job, offers: Offers) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """Who has the commission; not asked where nobody sells. F: A17"""
    tr = job.till.tr
    if not offers.sellers:
        return ()
    named = tuple((str(number), name or f"#{number}") for number, name in offers.sellers[:7])
    return ((tr("desk.cash.seller"), (("0", tr("desk.cash.nobody")), *named)),)


def offered(job: Job, offers: Offers) -> tuple[tuple[str, str], ...]:
    """Each promotion in a line, and what the amount that stands there would get."""
    tr = job.till.tr
    lines = [(tr.named(one), words_of(tr, one)) for one in offers.offers]
    try:
        gift = most(offers, job.fen())
    except Refused:
        return tuple(lines)
    if gift:
        lines.append((tr("desk.cash.would_get"), money.show(gift)))
    return tuple(lines)


class Gift(_WithOffers):
    """A manager gives something, out of his quota of the month, for a reason. F: A17"""

    name, right, icon = "gift", GIFT, "gift-outline"
    by_word = True
    states = frozenset({"active"})
    is_sure = leaves_loads = True

    def groups(self) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
        tr = self.till.tr
        return ((tr("desk.gift.why"), tuple((one, tr(f"desk.gift.reason.{one}")) for one in REASONS)),)

    def facts(self) -> tuple[tuple[str, str], ...]:
        left, tr = self.offers.gift_left_fen, self.till.tr
        return ((tr("desk.gift.quota"), tr("desk.gift.none") if left is None else money.show(left)),)

    def check(self) -> None:
        fen, left = self.fen(), self.offers.gift_left_fen
        if left is not None and fen > left:
            raise Refused("gift.over_quota")

    def go(self) -> None:
        card, issue = self.card
        self.ask(e.GiveGift, card=card, issue=issue, fen=self.fen(), reason=self.picked())


class Correct(Job):
    """A recharge of this till was keyed too high; what was never handed over goes back. F: A3"""

    name, right, icon = "correct", CORRECT, "pencil-outline"
    by_word = True
    needs_card = False
    is_sure = leaves_loads = True
    _recharges: tuple[past.Recharged, ...] = ()

    def begin(self) -> None:
        self._recharges = past.recharges(self.till.station)[:60]

    def rows(self) -> ListView:
        tr = self.till.tr
        return ListView(
            titles=tuple(tr(f"desk.correct.column.{name}") for name in ("at", "card", "sum", "back")),
            shares=(1.0, 1.1, -1.0, -0.9),
            rows=tuple(
                RowView(
                    cells=(
                        tr.moment(one.at),
                        f"{self.till.holder(one.card)} {masking.card(one.card, one.issue)}".strip(),
                        money.plain(one.fen),
                        money.plain(-one.back_fen) if one.back_fen else "",
                    ),
                    action=f"row:{n}",
                    selected=n == self.at,
                )
                for n, one in enumerate(self._recharges)
            ),
            empty=tr("desk.correct.none"),
        )

    def check(self) -> None:
        if not self._recharges:
            raise Refused("correct.unknown")
        one = self._recharges[self.at]
        if self.fen(least=0) >= one.fen - one.back_fen:
            raise Refused("correct.not_less")
        self.target = Target(
            member=MemberRow(member=0, number="", name=self.till.holder(one.card)),
            card=one.card, issue=one.issue, state="active",
        )  # fmt: skip

    def failed(self, error: OneCardError) -> None:
        self.target = None
        super().failed(error)

    def go(self) -> None:
        one = self._recharges[self.at]
        right = self.fen(least=0)
        self.ask(e.CorrectRecharge, card=one.card, issue=one.issue, recharge=one.id, right_fen=right)


class Collect(Job):
    """All of a subsidy that lies ready for this card's holder. F: B3"""

    name, right, icon = "collect", SELL, "tray-arrow-down"
    states = frozenset({"active"})
    pad = ""
    leaves_loads = True

    def facts(self) -> tuple[tuple[str, str], ...]:
        if self.status is None:
            return ()
        return ((self.till.tr("desk.job.waiting"), money.show(self.status.waiting_fen)),)

    def go(self) -> None:
        card, issue = self.card
        self.ask(e.CollectSubsidy, card=card, issue=issue)
