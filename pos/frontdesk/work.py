"""The front desk's screens in their order: door, issue, recharge, query, report a loss, any other job. F: C11

Knows which follows which; what is typed on them is their presenters'.
"""

from dataclasses import replace

from onecard import money
from onecard.errors import OneCardError, Refused
from onecard.terminal.look import ON_ACCOUNT, Look
from onecard.terminal.outcome import Completed
from onecard.wire.pockets import AskPockets, Pockets
from pos.area import Area, Door, Way
from pos.entry import Entry
from pos.frontdesk import deposit
from pos.frontdesk.counter import Counter
from pos.frontdesk.jobs import JOBS
from pos.frontdesk.jobs.beside import BesideJob
from pos.frontdesk.query import Query, answered
from pos.presenters.desk import DeskPresenter
from pos.presenters.issue import IssuePresenter
from pos.presenters.loss import LossPresenter
from pos.presenters.override import Granted
from pos.presenters.query import QueryPresenter
from pos.presenters.recharge import RechargePresenter
from pos.presenters.tap import TapView
from pos.question import Answer, AskCard, CardStatus
from pos.task import Blank, Collect, Issue, Recharge, Serve, Show, Task
from pos.till import ISSUE, LOSS, QUERY, RECHARGE, Till


class FrontDesk(Area):
    """``is_home``: Esc leads to the desk's door, otherwise back to the till."""

    def __init__(self, till: Till, way: Way) -> None:
        self._till, self._way = till, way
        self.is_home = False
        self.counter = Counter(till, way)
        self.desk = DeskPresenter(till, JOBS, self._left_open)
        self.issue = IssuePresenter(till)
        self.recharge = RechargePresenter(till)
        self.query = QueryPresenter(till)
        self.loss = LossPresenter(till)
        self.screens = {
            "desk": self._on_desk,
            "issue": self._on_issue,
            "recharge": self._on_recharge,
            "query": self._on_query,
            "loss": self._on_loss,
            "job": self._on_job,
        }
        self.presenters = {
            "desk": self.desk,
            "issue": self.issue,
            "recharge": self.recharge,
            "query": self.query,
            "loss": self.loss,
            "job": self.counter,
        }
        self.doors = (
            Door(name="query", key="f1", right=QUERY, open=self.ask_card),
            Door(name="desk", key="f9", open=self.open, why_not=self._why_shut),
        )

    def _left_open(self) -> int:
        """Of this shift, without an answer or not even asked for."""
        return len(self.counter.talk.left()) + len(deposit.unasked(self._till))

    # -- what the whole tells ----------------------------------------------------------------------------

    def typed(self, screen: str, field: str, text: str) -> None:
        if screen == "issue":
            self.issue.typed(field, text)
        elif screen == "loss":
            self.loss.typed(field, text)
        elif screen == "job":
            self.counter.typed(field, text)

    def left(self, screen: str) -> None:
        if screen == "job":
            self.counter.left()

    def told(self, screen: str, task: Task, look: Look) -> bool:
        if isinstance(task, Serve):
            task.heard(look)
        elif isinstance(task, Blank):
            self.blank(look)
        else:
            self.looked(look)
        return True

    def denied(self, task: Task, error: OneCardError, look: Look | None) -> None:
        """Cash for a card that holds none itself goes to its account at the office, the amount as typed."""
        if not isinstance(task, Recharge) or error.code != ON_ACCOUNT or look is None:
            return
        if self._way.screen != "recharge" or self.desk.why_not("cash"):
            return
        self._way.unwant()
        self.counter.begin("cash", look)
        assert self.counter.job is not None
        self.counter.job.entry = Entry(money.typed(task.fen, self._till.rules.pad))
        self._till.say(self._till.tr("desk.recharge.to_account"))

    def finished(self, task: Task, completed: Completed, text: str, detail: str) -> None:
        if isinstance(task, Serve):
            # The job's own screen says what came of it.
            self._way.unwant()
            task.done(completed)
        elif isinstance(task, Issue) and task.then_fen:
            # The card is made and its holder's cash lies there: onto it now, as any recharge.
            self._way.want(Recharge(fen=task.then_fen), lying=True)
        elif self._way.screen == "job":
            self.counter.finished(task, completed)
        elif isinstance(task, Recharge) and self._way.screen == "issue":
            self.issue.issued(f"{text}  {detail}")
        elif isinstance(task, Recharge):
            self.recharge.paid(f"{text}  {detail}")
        elif isinstance(task, Issue):
            self.issue.issued(f"{text}  {detail}")
            self._stripe_of(task)

    def _stripe_of(self, task: Issue) -> None:
        """After the chip the stripe, where there is an encoder and such cards are swiped as well. F: A9"""
        kind = self._till.station.facts.types.get(task.grant.type)
        if self._till.counter.stripes is None or kind is None or "track" not in kind.media:
            return

        def heard(answer: Answer) -> None:
            if isinstance(answer, CardStatus) and self._way.screen == "issue":
                self.counter.begin("beside")
                assert isinstance(self.counter.job, BesideJob)
                self.counter.job.write_on(answer)

        self._till.port.ask(AskCard(card=task.grant.card, issue=task.grant.issue), heard)

    def covered(self, action: str) -> None:
        if self._way.screen == "job" and self.counter.is_busy:
            self.counter.act(action)

    def rest(self) -> None:
        self.counter.rest()
        if self._way.screen == "issue" and self.issue.is_word_used and not self._way.is_waiting:
            self._till.say(self.issue.last, "done")  # the next card takes another word
            self.issue.enter()
            self._leave()

    def bound(self) -> str:
        return "errand.under_way" if self.counter.holds else ""

    def cover(self) -> object | None:
        """While a number is asked for, nothing else is done."""
        if self._way.screen == "job" and self.counter.is_busy:
            return self.counter.wait_view()
        if not self.issue.is_reserving:
            return None
        return TapView(look="reading", title=self._till.tr("desk.issue.reserving"))

    # -- the door ----------------------------------------------------------------------------------------

    def _why_shut(self) -> str:
        open_to = any(self._till.may(right) for right in (ISSUE, RECHARGE, LOSS, QUERY))
        return "" if open_to else self._till.tr("pos.key.no_right")

    def open(self) -> None:
        """The door."""
        self.is_home = True
        self._way.go("desk")

    def ask_card(self) -> None:
        """From the till: what is on this card?"""
        self.is_home = False
        self._way.want(Show(whose=True))

    def _leave(self) -> None:
        self._way.go("desk" if self.is_home else "sell")

    def _on_desk(self, action: str) -> None:
        if action == "escape":
            self._way.go("sell")
            return
        what = self.desk.act(action)
        if what:
            self._begin(what)

    def _begin(self, what: str) -> None:
        match what:
            case _ if self.desk.needs_word(what):
                body = self._till.tr(f"desk.{what}.title")
                self._way.ask_supervisor("desk", lambda word: self._allowed(what, word), body=body)
            case "query":
                self._way.want(Show(whose=True))
            case "issue":
                self.issue.enter()
                self._way.go("issue")
            case "recharge":
                self.recharge.enter()
                self._way.go("recharge")
            case "loss":
                self.loss.enter()
                self._way.go("loss")
            case _:
                self.counter.begin(what)

    def _allowed(self, what: str, word: Granted) -> None:
        """Once; the office asks for the right of whoever gave the word, and so does the till."""
        known = (one for one in self._till.operators if one.operator == word.supervisor)
        right = self.desk.word_for(what)
        if not any(right in one.permissions for one in known):
            self._till.refuse(Refused("signon.not_allowed", permission=right))
        elif what == "issue":
            self.issue.enter(allowed_by=word.supervisor)
            self._way.go("issue")
        else:
            self.counter.begin(what, allowed_by=word.supervisor)

    def _on_job(self, action: str) -> None:
        if not self.counter.act(action):
            self._leave()

    # -- issue -------------------------------------------------------------------------------------------

    def _on_issue(self, action: str) -> None:
        if action == "escape":
            if not self.issue.back():
                self._leave()
            return
        task = self.issue.act(action)
        if task is not None:
            self._way.want(task)

    def blank(self, look: Look) -> None:
        """A blank lies on the reader; its number is asked for while it stays there."""
        self.issue.reserve(look, lambda task: self._way.want(task, lying=True))

    # -- recharge ----------------------------------------------------------------------------------------

    def _on_recharge(self, action: str) -> None:
        if action == "escape" and not self.recharge.state.confirming_fen:
            self._leave()
            return
        task = self.recharge.act(action, self._till.now())
        if task is None:
            return
        if self._till.shift is None:
            self._till.refuse(Refused("shift.closed"))
            return
        self._way.want(task, lying=True)

    # -- query -------------------------------------------------------------------------------------------

    def looked(self, look: Look) -> None:
        """The card's own word at once; the server's when it comes."""
        if look.blank:
            self._till.refuse(Refused("card.blank"))
            return
        if look.refusal is not None and look.refusal.code == "card.by_chip":
            self._till.refuse(look.refusal)
            return
        known = self._till.station.accounts.known(look.card)
        self.query.query = Query(look=look, asked=self._till.is_online, known=known)
        self._way.go("query")
        if not self._till.is_online:
            return

        def heard(answer: Answer) -> None:
            now = self.query.query
            if now is not None and now.look is look and isinstance(answer, CardStatus | OneCardError):
                self.query.query = answered(now, answer)

        def heard_pockets(answer: Answer) -> None:
            now = self.query.query
            if now is not None and now.look is look and isinstance(answer, Pockets):
                self.query.query = replace(now, pockets=answer)

        self._till.port.ask(AskCard(card=look.card, issue=look.issue), heard)
        self._till.port.ask(AskPockets(card=look.card, issue=look.issue), heard_pockets)

    def _on_query(self, action: str) -> None:
        query = self.query.query
        assert query is not None
        if action == "escape":
            self._leave()
            self.query.query = None
            return
        if action not in {key.key for key in self.query.view().frame.keys if key.enabled}:
            return
        match action:
            case "f1":
                self._way.want(Show(whose=True))
            case "f2":
                self.is_home = True
                self.counter.begin("statement", query.look)
            case "f3":
                self._begin("recharge")
            case "f4":
                self.loss.enter(str(query.look.card))
                self._way.go("loss")
            case "f5":
                self.query.toggle()
            case "f6":
                self._way.want(Collect(fen=query.look.loads_fen), lying=True)

    # -- loss --------------------------------------------------------------------------------------------

    def _on_loss(self, action: str) -> None:
        if action == "escape":
            if not self.loss.back():
                self._leave()
        else:
            self.loss.act(action)
