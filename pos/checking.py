"""Taps that sell nothing, one after the other without a key: who is this, and collecting subsidies. F: A13 B3

The office is asked who somebody is and writes that down; alone, the till says what its own lists know. What
lies ready is asked for by a journaled errand and, for a purse, goes onto the card that still lies there.
"""

from onecard import masking, money
from onecard.clock import local
from onecard.errors import OneCardError
from onecard.terminal.look import Look
from onecard.terminal.outcome import Completed
from onecard.wire.errands import CollectSubsidy
from onecard.wire.lookups import Identified, Identify
from pos.area import Area, Door, Way
from pos.frontdesk import receipt
from pos.frontdesk.talk import Done, Talk
from pos.mode import SELLS_NOTHING
from pos.presenters.check import Checked, CheckPresenter
from pos.question import Answer
from pos.task import Collect, Show, Task
from pos.till import QUERY, SELL, Till

#: Loads that the office has just made are here within this time, or the next tap brings them.
FETCH_S = 12.0
_WAKE_EVERY_S = 1.0


class Checking(Area):
    """Both screens ask for cards themselves."""

    asks = frozenset({"identity", "subsidy"})

    def __init__(self, till: Till, way: Way) -> None:
        self._till, self._way = till, way
        self.identity = CheckPresenter(till, "identity")
        self.subsidy = CheckPresenter(till, "subsidy")
        self._talk = Talk(till)
        #: The card whose subsidies are on their way to it, and since when.
        self._look: Look | None = None
        self._since = self._woken = 0.0
        self._is_asking = False
        self.screens = {"identity": self._on_check, "subsidy": self._on_check}
        self.presenters = {"identity": self.identity, "subsidy": self.subsidy}
        self.doors = (
            Door(
                name="identity",
                icon="card-account-details-outline",
                right=QUERY,
                open=lambda: self._enter("identity"),
            ),
            Door(name="subsidy", icon="gift-outline", right=SELL, open=lambda: self._enter("subsidy")),
        )

    # -- what the whole tells ----------------------------------------------------------------------------

    def rest(self) -> None:
        way, mode = self._way, self._till.mode
        if way.screen == "sell" and mode in SELLS_NOTHING and self._till.operator is not None:
            self._enter(mode.value)
        self._talk.rest()
        if way.screen not in self.asks:
            return
        if self._look is not None and not self._talk.is_asking:
            self._fetch()
        elif not self._is_busy and way.is_free:
            way.want(Show(whose=True))

    def told(self, screen: str, task: Task, look: Look) -> bool:
        if screen == "identity":
            self._identify(look)
        elif screen == "subsidy":
            self._collect(look)
        return screen in self.asks

    def refused(self, screen: str, task: Task, error: OneCardError) -> None:
        if screen in self.asks:
            self._say(screen, error)

    def finished(self, task: Task, completed: Completed, text: str, detail: str) -> None:
        if self._way.screen == "subsidy" and isinstance(task, Collect):
            self.subsidy.last = Checked(
                look="ok", title=text.split()[0], amount=money.show(task.fen), detail=detail
            )
            self._look = None

    def bound(self) -> str:
        return "errand.open" if self._talk.is_asking else ""

    @property
    def _is_busy(self) -> bool:
        return self._is_asking or self._talk.is_asking or self._look is not None

    # -- the screens -------------------------------------------------------------------------------------

    def _enter(self, screen: str) -> None:
        self.identity.last = self.subsidy.last = None
        self._look = None
        self._way.go(screen)

    def _on_check(self, action: str) -> None:
        if self._talk.is_asking and not self._talk.leave():
            return
        match action:
            case "escape" if self._till.mode in SELLS_NOTHING:
                self._leave("mode")
            case "escape":
                self._leave("sell")
            case "f11":
                self._leave("mode")
            case "f10":
                self._way.unwant()
                self._way.sign_out()

    def _leave(self, screen: str) -> None:
        self._way.unwant()
        self._look, self._is_asking = None, False
        self._way.go(screen)

    def _say(self, screen: str, error: OneCardError) -> None:
        said = Checked(
            look="refused", title=self._till.tr("common.tap.refused"), detail=self._till.tr.refusal(error)
        )
        (self.identity if screen == "identity" else self.subsidy).last = said
        self._till.port.play("refused")

    # -- who is this -------------------------------------------------------------------------------------

    def _identify(self, look: Look) -> None:
        till = self._till
        if not till.is_online:
            self.identity.last = self._known_here(look)
            if look.card:
                assert till.operator is not None
                by = till.operator.operator
                till.journaled(lambda: self._note(look, by))
            till.port.play("ok" if self.identity.last.look == "ok" else "refused")
            return
        self._is_asking = True
        self.identity.last = Checked(look="reading", title=till.tr("common.tap.reading"))
        assert till.operator is not None
        question = Identify(
            card=look.card, issue=look.issue, operator=till.operator.operator, with_photo=True
        )
        if look.blank:
            question = Identify(uid=look.uid.hex(), operator=till.operator.operator, with_photo=True)

        def heard(answer: Answer) -> None:
            self._is_asking = False
            if isinstance(answer, Identified):
                self.identity.last = self._identified(answer)
                till.port.play("ok" if answer.state == "active" else "refused")
            elif isinstance(answer, OneCardError):
                self._say("identity", answer)

        till.port.ask(question, heard)

    def _note(self, look: Look, by: int) -> None:
        self._till.station.front_desk.check(look, by)

    def _identified(self, one: Identified) -> Checked:
        tr = self._till.tr
        good = one.state == "active"
        facts = (
            (tr("pos.check.number"), one.number),
            (tr("pos.check.department"), one.department),
            (tr("pos.check.group"), one.group),
            (tr("pos.check.card"), masking.card(one.card, one.issue)),
            (tr("pos.check.state"), tr(f"desk.card_state.{one.state}")),
            (tr("pos.check.at"), local(self._till.clock.now()).strftime("%H:%M:%S")),
        )
        return Checked(
            look="ok" if good else "refused",
            title=one.name or tr("pos.check.nobody"),
            detail=tr("pos.check.good") if good else tr(f"desk.card_state.{one.state}"),
            facts=tuple(fact for fact in facts if fact[1]),
            photo=one.photo,
        )

    def _known_here(self, look: Look) -> Checked:
        """Without the office: what this till's own lists say, and that they may be old."""
        tr = self._till.tr
        why = look.refusal
        if why is not None and why.code in ("card.account", "card.by_chip"):
            why = None  # no word about the card, only about where its money is
        return Checked(
            look="ok" if why is None and not look.blank else "refused",
            title=self._till.holder(look.card) or tr("pos.check.nobody"),
            detail=tr("pos.check.alone") if why is None else tr.refusal(why),
            facts=((tr("pos.check.card"), masking.card(look.card, look.issue)),),
        )

    # -- subsidies ---------------------------------------------------------------------------------------

    def _collect(self, look: Look) -> None:
        till = self._till
        if look.blank:
            self._say("subsidy", OneCardError("card.blank"))
            return
        if look.refusal is not None and look.refusal.code not in ("card.account", "card.locked"):
            self._say("subsidy", look.refusal)
            return
        if not till.is_online:
            self._look, self._since = look, till.now() - FETCH_S  # what waits here already
            return
        self.subsidy.last = Checked(look="reading", title=till.tr("pos.check.asking"))
        try:
            self._talk.begin(
                CollectSubsidy,
                lambda done: self._asked(look, done),
                lambda error: self._none(look, error),
                card=look.card,
                issue=look.issue,
            )
        except OneCardError as error:
            self._say("subsidy", error)

    def _asked(self, look: Look, done: Done) -> None:
        purse = look.card_type is None or look.card_type.purse_on_card
        if purse:
            self._look, self._since = look, self._till.now()
            return
        self._credited(done)

    def _none(self, look: Look, error: OneCardError) -> None:
        """Nothing lies ready at the office; what waits for the card already goes onto it all the same."""
        if error.code == "subsidy.nothing" and look.loads_fen:
            self._look, self._since = look, self._till.now()
        else:
            self._say("subsidy", error)

    def _credited(self, done: Done) -> None:
        tr, told = self._till.tr, done.told
        balance = (
            "" if told.balance_fen is None else tr("pos.tap.balance", balance=money.show(told.balance_fen))
        )
        self.subsidy.last = Checked(
            look="ok", title=tr("pos.tap.done.load"), amount=money.show(told.fen or 0), detail=balance
        )
        assert isinstance(done.errand, CollectSubsidy)
        head = self._till.head(holder=self._till.holder(done.errand.card))
        self._till.print(receipt.of(tr, head, done.errand, told))
        self._till.port.play("ok")

    def _fetch(self) -> None:
        """The loads come with the next exchange; then they are written onto the card that lies there."""
        till, look = self._till, self._look
        assert look is not None
        after = 0 if look.image is None else look.image.newest.last_load
        loads = till.station.facts.loads(look.card, look.issue, after)
        if loads:
            if self._way.is_free:
                self._way.want(Collect(fen=sum(one.fen for one in loads)), lying=True)
                self._look = None
            return
        if till.now() - self._since >= FETCH_S:
            self._look = None
            self.subsidy.last = Checked(
                look="refused", title=till.tr("pos.check.nothing"), detail=till.tr("pos.check.later")
            )
        elif till.now() - self._woken >= _WAKE_EVERY_S:
            self._woken = till.now()
            till.port.wake()
