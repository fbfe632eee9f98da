"""Past sales that go back, whole or by the line, by a supervisor's word: the office finds and decides. F: C7

What a card paid waits for it as a load, cash comes out of the drawer that took it, and a foreign card is paid
back by its own terminal first: only then is the office asked to book it. One word allows one refund.
"""

from onecard.clock import business_day, card_day
from onecard.errors import OneCardError, Refused
from onecard.terminal.foreign import Back
from onecard.terminal.look import Look
from onecard.wire.errands import RefundSale
from onecard.wire.lookups import AskSale, AskSales, Sales, SoldSale
from onecard.wire.messages import CounterSale
from pos.area import Area, Door, Way
from pos.foreign import Approval
from pos.frontdesk import receipt
from pos.frontdesk.talk import Done, Talk
from pos.presenters.override import Granted
from pos.question import Answer
from pos.repaying import Repaying
from pos.sheets.refund import DAYS, Chosen, RefundPresenter, Stage
from pos.task import Show, Task
from pos.till import VOID, Till


class Refunding(Area):
    """``_word`` is whose it is and why; it is used up by one refund."""

    def __init__(self, till: Till, way: Way, repaying: Repaying) -> None:
        self._till, self._way, self._repaying = till, way, repaying
        self.refund = RefundPresenter(till)
        #: Another card's terminal is paying back; nobody leaves before its word.
        self._is_paying = False
        self._talk = Talk(till)
        self._word: Granted | None = None
        self._asked = 0
        self.screens = {"refund": self._on_refund}
        self.presenters = {"refund": self.refund}
        self.doors = (
            Door(name="refund", icon="cash-refund", right=VOID, open=self._open, why_not=self._why_shut),
        )

    # -- what the whole tells ----------------------------------------------------------------------------

    def rest(self) -> None:
        self._talk.rest()

    def told(self, screen: str, task: Task, look: Look) -> bool:
        if screen != "refund":
            return False
        self.refund.card = look.card
        self.refund.days = DAYS[-1]
        self._ask()
        return True

    def bound(self) -> str:
        return "errand.open" if self._talk.is_asking or self._is_paying else ""

    def _why_shut(self) -> str:
        return "" if self._till.is_online else self._till.tr("desk.needs_server")

    # -- the screen --------------------------------------------------------------------------------------

    def _open(self) -> None:
        if self._till.shift is None:
            self._till.refuse(Refused("shift.closed"))
            return
        self._way.ask_supervisor("refund", self._enter, body=self._till.tr("pos.override.refund_body"))

    def _enter(self, word: Granted) -> None:
        self._word = word
        one = self.refund
        one.stage, one.rows, one.days, one.card, one.at, one.chosen = Stage.SALES, (), DAYS[0], 0, 0, None
        self._way.go("refund")
        self._ask()

    def _on_refund(self, action: str) -> None:
        one = self.refund
        if one.stage is Stage.ASKING:
            if action == "escape" and not self._is_paying and self._talk.leave():
                self._leave()
            return
        match action:
            case "escape" if one.stage is Stage.LINES:
                one.stage, one.chosen, one.at = Stage.SALES, None, 0
            case "escape":
                self._leave()
            case "enter" if one.stage is Stage.LINES:
                self._refund()
            case "enter":
                self._choose()
            case "f2":
                self._way.want(Show(whose=True))
            case "f3" if one.stage is Stage.SALES:
                one.days = next((days for days in DAYS if days > one.days), DAYS[-1])
                self._ask()
            case _:
                one.act(action)

    def _leave(self) -> None:
        self._word = None
        self._way.go("sell")

    def _ask(self) -> None:
        """The newest answer counts; a slow one to an older question is dropped."""
        one, word = self.refund, self._word
        assert word is not None
        self._asked += 1
        asked, today = self._asked, card_day(business_day(self._till.clock.now()))
        one.is_waiting, one.at = True, 0

        def heard(answer: Answer) -> None:
            if asked != self._asked:
                return
            one.is_waiting = False
            if isinstance(answer, Sales):
                one.rows = answer.rows
            elif isinstance(answer, OneCardError):
                self._till.refuse(answer)

        question = AskSales(
            operator=word.supervisor, since_day=max(0, today - one.days), until_day=today, card=one.card
        )
        self._till.port.ask(question, heard)

    def _choose(self) -> None:
        one, word = self.refund, self._word
        row = one.row
        if row is None or word is None:
            return
        if row.why_not:
            self._till.refuse(Refused(row.why_not))
            return

        def heard(answer: Answer) -> None:
            if isinstance(answer, SoldSale) and one.stage is Stage.SALES:
                one.chosen, one.stage, one.at = Chosen(sold=answer), Stage.LINES, 0
            elif isinstance(answer, OneCardError):
                self._till.refuse(answer)

        self._till.port.ask(AskSale(operator=word.supervisor, sale=row.sale), heard)

    def _refund(self) -> None:
        one, word, till = self.refund, self._word, self._till
        chosen = one.chosen
        assert word is not None
        assert chosen is not None
        if chosen.fen <= 0:
            till.refuse(Refused("refund.excess"))
            return
        own = till.operator is not None and word.supervisor == till.operator.operator
        one.stage = Stage.ASKING
        try:
            if chosen.foreign:
                self._pay_back(chosen, word)
                return
            self._talk.begin(
                RefundSale,
                self._done,
                self._failed,
                sale=chosen.sold.row.sale,
                lines=chosen.parts,
                reason=word.reason,
                supervisor=0 if own else word.supervisor,
            )
        except OneCardError as error:
            self._failed(error)

    def _pay_back(self, chosen: Chosen, word: Granted) -> None:
        """Its terminal pays it back; what that has paid is ``repaying.py``'s to book, whatever happens."""
        till, sale = self._till, chosen.sold.row.sale
        terminal, found = till.foreign.get(chosen.foreign), till.station.find(sale)
        if terminal is None:
            raise Refused("tender.no_terminal")
        if found is None or not isinstance(found.intent, CounterSale) or not till.is_online:
            raise Refused("refund.other_terminal" if till.is_online else "server.unreachable")

        def heard(answer: Approval | OneCardError) -> None:
            self._is_paying = False
            if isinstance(answer, OneCardError):
                self._failed(answer)
            else:
                self._leave()
                self._repaying.again()
            self._way.show()

        self._is_paying = True
        back = Back(sale=sale, lines=chosen.parts, reason=word.reason, supervisor=word.supervisor)
        terminal.take_back(found.intent.reference, chosen.foreign_fen, heard, back)

    def _done(self, done: Done) -> None:
        till, chosen = self._till, self.refund.chosen
        assert chosen is not None
        card = chosen.sold.row.card
        till.print(
            receipt.of(till.tr, till.head(holder=till.holder(card) if card else ""), done.errand, done.told)
        )
        word = "cash" if done.told.cash_fen else "load"
        till.say(till.tr(f"pos.refund.done_{word}", fen=abs(done.told.cash_fen) or chosen.fen), "done")
        till.port.play("ok")
        till.port.wake()
        self._leave()

    def _failed(self, error: OneCardError) -> None:
        self._till.refuse(error)
        self.refund.stage = Stage.LINES
