"""Front desk: cash onto a card. The amount large, in words, and with keys for whole sums. F: A3"""

from dataclasses import dataclass

from onecard import money
from onecard.errors import OneCardError, Refused
from onecard.money import Fen
from pos import entry
from pos.frontdesk import recharge
from pos.frontdesk.offer import AskOffers, Offers, most, wants_payee, words_of
from pos.frontdesk.recharge import QUICK_YUAN, Recharging
from pos.presenters.frame import FrameView, TileView, frame
from pos.presenters.sell import ConfirmView
from pos.question import Answer
from pos.task import Recharge
from pos.till import RECHARGE, Till

#: Cash from this amount on is looked at twice.
LARGE_FEN = 100_000
_DIGITS = frozenset({*"0123456789", "00", "."})


@dataclass(frozen=True, kw_only=True)
class RechargeView:
    """Pad on the left, whole sums on the right."""

    frame: FrameView
    title: str
    body: str
    amount: str
    amount_tone: str
    words: str
    error: str
    quick: tuple[TileView, ...]
    quick_title: str
    last: str
    go: str
    back: str
    #: What loading earns, and who has the commission; "" where there is nothing to say.
    offers: str = ""
    seller: str = ""
    confirm: ConfirmView | None = None


class RechargePresenter:
    """What is typed; the cash is in the cashier's hand before the card comes."""

    name = "recharge"

    def __init__(self, till: Till) -> None:
        self._till = till
        self.state = Recharging()
        self._last = ""
        self.offers, self._seller = Offers(), 0

    def enter(self) -> None:
        """An empty pad; what loading earns is asked, and shown when it is known. F: B2"""
        self.state, self._last = Recharging(), ""
        self.offers, self._seller = Offers(), 0
        operator = self._till.operator
        if operator is None or not self._till.is_online:
            return

        def heard(answer: Answer) -> None:
            if isinstance(answer, Offers):
                self.offers = answer

        self._till.port.ask(AskOffers(operator=operator.operator), heard)

    @property
    def _cap(self) -> Fen:
        return Fen(max((one.cap_fen for one in self._till.types), default=500_000))

    @property
    def _least(self) -> int:
        return min((one.recharge_min_fen for one in self._till.types), default=1)

    def act(self, action: str, at: float) -> Recharge | None:
        """A key, a touch; a task when a card is wanted now."""
        verb, _, what = action.partition(":")
        try:
            if self.state.confirming_fen:
                return self._decide(action, at)
            if action in _DIGITS or verb == "char" or action == "-":
                self.state = Recharging(entry=entry.press(self.state.entry, what or action))
            elif action == "backspace":
                self.state = Recharging(entry=entry.erase(self.state.entry))
            elif action == "clear":
                self.state = Recharging()
            elif verb == "quick":
                self.state = recharge.quick(self.state, int(what), self._till.rules.pad)
            elif action == "f2" and self.offers.sellers:
                self._seller = (self._seller + 1) % (len(self.offers.sellers) + 1)
            elif action == "enter":
                return self._ring(at)
        except OneCardError as error:
            self._till.refuse(error)
        return None

    def _ring(self, at: float) -> Recharge | None:
        till = self._till
        if not till.may(RECHARGE):
            raise Refused("signon.not_allowed")
        self.state, fen = recharge.ring(
            self.state,
            till.rules.pad,
            least_fen=self._least,
            cap=self._cap,
            large_fen=LARGE_FEN,
            at=at,
        )
        return None if fen is None else self._task(fen)

    def _task(self, fen: Fen) -> Recharge:
        seller = self.offers.sellers[self._seller - 1][0] if self._seller else 0
        return Recharge(fen=fen, salesperson=seller)

    def _decide(self, action: str, at: float) -> Recharge | None:
        if action == "enter":
            self.state, fen = recharge.confirm(self.state, at)
            return None if fen is None else self._task(fen)
        if action in ("escape", "clear"):
            self.state = Recharging(entry=self.state.entry)
        return None

    def paid(self, text: str) -> None:
        """Done: the pad is empty for the next one."""
        self.state, self._last = Recharging(), text

    def view(self) -> RechargeView:
        till, tr = self._till, self._till.tr
        amount, words, error = money.show(0), "", ""
        try:
            fen = recharge.amount_fen(self.state, till.rules.pad, least_fen=1, cap=self._cap)
            amount, words = money.show(fen), money.in_words(fen)
            gift = most(self.offers, fen)
            if gift:
                words = tr("desk.recharge.gift", words=words, fen=gift)
        except Refused as refused:
            if not self.state.entry.is_empty and refused.code != "amount.zero":
                amount, error = self.state.entry.text, tr.refusal(refused)
        return RechargeView(
            frame=frame(till),
            title=tr("desk.recharge.title"),
            body=tr("desk.recharge.payee" if wants_payee(till) else "desk.recharge.body"),
            offers=self._offers(),
            seller=self._sold_by(),
            amount=amount,
            amount_tone="refuse" if error else "ink",
            words=words,
            error=error,
            quick=tuple(
                TileView(action=f"quick:{yuan}", text=money.show(yuan * money.YUAN).removesuffix(".00"))
                for yuan in QUICK_YUAN
            ),
            quick_title=tr("desk.recharge.quick"),
            last=self._last,
            go=tr("desk.recharge.go"),
            back=tr("common.back"),
            confirm=self._confirm(),
        )

    def _offers(self) -> str:
        tr, shown = self._till.tr, self.offers.offers[:3]
        return " · ".join(words_of(tr, one) for one in shown)

    def _sold_by(self) -> str:
        if not self.offers.sellers:
            return ""
        tr = self._till.tr
        name = self.offers.sellers[self._seller - 1][1] if self._seller else tr("desk.cash.nobody")
        return tr("desk.recharge.seller", name=name)

    def _confirm(self) -> ConfirmView | None:
        fen, tr = self.state.confirming_fen, self._till.tr
        if not fen:
            return None
        return ConfirmView(
            title=tr("desk.recharge.large"),
            amount=money.show(fen),
            words=money.in_words(fen),
            body=tr("desk.recharge.large_body"),
            yes=tr("desk.recharge.large_yes"),
            no=tr("pos.sell.large_no"),
        )
