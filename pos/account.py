"""Talks to the server about accounts while somebody waits, and later about what nobody waited for. F: A1 C10

The order is the core's (``onecard.terminal.account``); here is who asks when, on the window's thread, and
which answer still counts. Knows no screen.
"""

from collections.abc import Callable

from onecard.errors import OneCardError, Refused
from onecard.ids import RecordId
from onecard.terminal.account import Account
from onecard.terminal.card_event import Complete, Ended, Failed
from onecard.terminal.outcome import Unfinished
from onecard.terminal.whose import ACTIVE
from onecard.wire.beside import AskBeside, Beside
from pos import tap_events as events
from pos.question import Answer, AskMedium, Cancel, CardStatus, Decision
from pos.tap import Phase, Tap
from pos.task import Sell, Show, TakeBack, Task
from pos.till import Till

#: Between two questions about what lies aside.
SETTLE_EVERY_S = 10.0


class AccountTalk:
    """``tap`` is the wait as it stands, ``step`` brings it on."""

    def __init__(self, till: Till, *, tap: Callable[[], Tap], step: Callable[[events.Event], None]) -> None:
        self._till, self._tap, self._step = till, tap, step
        self._settling = False
        self._settle_at = 0.0

    # -- what needs no card ------------------------------------------------------------------------------

    def alone_decides(self, task: Task) -> bool:
        """Whether the server's word is all that this takes: a void of what an account paid."""
        if not isinstance(task, TakeBack):
            return False
        found = self._till.station.find(task.sale)
        return found is not None and found.intent.purse is None

    def has_word(self, task: Task) -> bool:
        """Somebody wants to complete what no card can; the server is asked, at once if it is there."""
        if not (isinstance(task, Complete) and task.unfinished.is_on_account):
            return False
        self._settle_at = 0.0
        if self._till.is_online:
            self._till.say(self._till.tr("pos.account.settling"), "wait")
            self.settle(self._till.now())
        else:
            self._till.refuse(Refused("account.offline"))
        return True

    # -- while somebody waits ----------------------------------------------------------------------------

    def ask(self, task: Task, medium: events.OnAccount | None) -> None:
        """Find out whose account it is if need be, write the question down, and put it."""
        if isinstance(task, Show) and medium is not None:
            self._name(task, medium)
        elif not self._till.is_online:
            self._alone(task, medium)
        elif medium is not None and not medium.card:
            self._ask_whose(task, medium)
        else:
            self._open(task, medium)

    def _name(self, task: Show, medium: events.OnAccount) -> None:
        """Only whose card it is."""
        account: Account | None = Account(card=medium.card, issue=medium.issue, type=medium.type)
        if not medium.card and self._till.is_online:
            self._ask_whose(task, medium)
            return
        if not medium.card:
            account = self._till.station.accounts.of_uid(medium.uid)
        if account is None:
            self._fail(Refused("card.uid_unasked"))
        else:
            self._tell(medium, account)

    def _tell(self, medium: events.OnAccount, account: Account, state: str = ACTIVE) -> None:
        look = self._till.station.accounts.look(account, uid=bytes.fromhex(medium.uid), state=state)
        self._step(Ended(result=look, at=self._till.now()))

    def _alone(self, task: Task, medium: events.OnAccount | None) -> None:
        """No office: sell from its last figures, within its caps; what was never sent may be decided here."""
        accounts = self._till.station.accounts
        try:
            if isinstance(task, TakeBack):
                completed = accounts.void_alone(task.sale, task.supervisor, task.reason)
            else:
                assert isinstance(task, Sell)
                assert medium is not None
                account: Account | None = Account(card=medium.card, issue=medium.issue, type=medium.type)
                if not medium.card:
                    account = accounts.of_uid(medium.uid)
                if account is None or accounts.known(account.card) is None:
                    raise Refused("account.offline")
                completed = accounts.approve(account, task.order_for(account.card, account.issue))
        except OneCardError as error:
            self._fail(error)
        else:
            self._step(Ended(result=completed, at=self._till.now()))

    def _ask_whose(self, task: Task, medium: events.OnAccount) -> None:
        def heard(answer: Answer) -> None:
            tap = self._tap()
            if tap.phase is not Phase.ASKING or tap.task is not task or tap.unfinished is not None:
                return  # nobody waits for it any more
            if medium.track and isinstance(answer, CardStatus) and self._is_by_chip(answer.type):
                self._fail(Refused("card.by_chip"))
            elif isinstance(answer, CardStatus) and isinstance(task, Show):
                account = Account(card=answer.card, issue=answer.issue, type=answer.type)
                self._tell(medium, account, answer.state)
            elif isinstance(answer, CardStatus) and answer.state == ACTIVE:
                found = events.OnAccount(
                    uid=medium.uid, card=answer.card, issue=answer.issue, type=answer.type
                )
                self._open(task, found)
            elif isinstance(answer, CardStatus):
                self._fail(Refused("card.stopped", reason=answer.state))
            elif isinstance(answer, OneCardError):
                unknown = answer.code == "card.unknown" and medium.error is not None
                self._fail(medium.error if unknown and medium.error is not None else answer)

        question: AskBeside | AskMedium = AskMedium(uid=medium.uid)
        if medium.track or medium.code:
            kind = Beside.TRACK if medium.track else Beside.CODE
            question = AskBeside(kind=kind, value=medium.track or medium.code)
        self._till.port.ask(question, heard)

    def _is_by_chip(self, card_type: int) -> bool:
        """Whether such a card's money is on its chip: a stripe beside it only says whose it is."""
        kind = self._till.station.facts.types.get(card_type)
        return kind is not None and kind.purse_on_card

    def _open(self, task: Task, medium: events.OnAccount | None) -> None:
        accounts = self._till.station.accounts
        try:
            if isinstance(task, TakeBack):
                opened = accounts.void(task.sale, task.supervisor, task.reason)
            else:
                assert isinstance(task, Sell)
                assert medium is not None
                account = Account(card=medium.card, issue=medium.issue, type=medium.type)
                opened = accounts.sell(account, task.order_for(account.card, account.issue))
        except OneCardError as error:
            # Whose account it is: a PIN may be wanted for it.
            whose = {} if medium is None else {"card": medium.card, "issue": medium.issue}
            self._fail(Refused(error.code, **error.params | whose) if isinstance(error, Refused) else error)
            return
        self._step(events.Opened(unfinished=opened))
        self.again(opened.id)

    def again(self, id: RecordId) -> None:
        """Put the question, for the first time or once more."""
        question = self._till.station.accounts.question(id)
        self._till.port.ask(question, lambda answer: self._heard(id, answer, to_cancel=False))

    def cancel(self, id: RecordId) -> None:
        """Ask for a tombstone."""
        self._till.port.ask(Cancel(of=id), lambda answer: self._heard(id, answer, to_cancel=True))

    def _heard(self, id: RecordId, answer: Answer, *, to_cancel: bool) -> None:
        tap, now = self._tap(), self._till.now()
        if tap.phase is not Phase.ASKING or tap.unfinished is None or tap.unfinished.id != id:
            return
        if (tap.leaving == "cancel") is not to_cancel:
            return  # once it was asked to cancel, only that answer counts
        if isinstance(answer, OneCardError):
            self._step(events.NoAnswer(error=answer, at=now))
            return
        assert isinstance(answer, Decision)
        try:
            completed = self._till.station.accounts.answered(answer)
        except Refused as error:
            self._fail(error)
        except OneCardError as error:
            self._step(events.NoAnswer(error=error, at=now))
        else:
            self._step(Ended(result=completed, at=now))

    def _fail(self, error: OneCardError) -> None:
        self._till.refresh()
        self._till.port.wake()
        self._step(Ended(result=Failed(error=error), at=self._till.now()))

    # -- when nobody waits -------------------------------------------------------------------------------

    def settle(self, at: float) -> None:
        """Ask to cancel what was set aside, one after the other, whenever the server is there."""
        if self._settling or at < self._settle_at or not self._till.is_online:
            return
        waited = self._tap().unfinished
        aside = [one for one in self._till.aside if one.is_on_account and one.state != "open"]
        one = next((one for one in aside if waited is None or one.id != waited.id), None)
        if one is not None:
            self._settling, self._settle_at = True, at + SETTLE_EVERY_S
            self._till.port.ask(Cancel(of=one.id), lambda answer: self._settled(one, answer))

    def _settled(self, one: Unfinished, answer: Answer) -> None:
        self._settling = False
        if not isinstance(answer, Decision):
            return
        till = self._till
        try:
            posted = till.station.accounts.settle(answer)
        except OneCardError:
            return  # given up meanwhile, or the disk: the list shows how it stands
        finally:
            till.refresh()
        self._settle_at = 0.0
        till.port.wake()
        word = "pos.account.given_back" if posted else "pos.account.was_not"
        if one.kind == "sale":
            till.say(till.tr(word, fen=one.fen), "wait" if posted else "ink")
