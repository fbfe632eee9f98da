"""One job of the front desk, from whom it is for to its paper: what all of them do alike. F: C11

A job asks (``FIND`` the card, then a ``FORM``), waits for the office or the reader (``BUSY``) and shows what
came of it (``DONE``). Subclasses say what is asked and what is done; no job knows another, nor any window.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from onecard.cards.medium import StorageCard
from onecard.errors import OneCardError
from onecard.terminal.look import Look
from onecard.terminal.outcome import Completed, Unfinished
from onecard.terminal.station import Station
from onecard.wire.errands import Errand
from pos.area import Way
from pos.frontdesk import at_reader, receipt
from pos.frontdesk.finder import Finder
from pos.frontdesk.form import Form
from pos.frontdesk.loss import Target
from pos.frontdesk.stage import Result as Result
from pos.frontdesk.stage import Stage as Stage
from pos.frontdesk.talk import Done, Talk
from pos.presenters.frame import TileView
from pos.question import Answer, AskCard, AtDesk, CardStatus, Question, by_word
from pos.task import Serve
from pos.till import Till

T = TypeVar("T")


class Job(Form):
    """``name`` is the stem of its words, ``right`` who may do it, ``icon`` its sign on the desk."""

    name = ""
    right = ""
    icon = ""
    #: In which a card will do; empty = all.
    states: frozenset[str] = frozenset()
    by_member = False
    needs_card = True
    needs_server = True
    #: Asks once more before it does it.
    is_sure = False
    #: It cannot be undone at the counter.
    is_grave = False
    #: What it does reaches a card with a purse as loads.
    leaves_loads = False
    #: A supervisor may allow all that it does to who has not the right.
    by_word = False

    def __init__(self, till: Till, way: Way, talk: Talk, *, allowed_by: int = 0) -> None:
        self.till, self.way, self.talk = till, way, talk
        #: Whose word it is done by, where who works here may not; for one time.
        self.allowed_by = allowed_by
        self.finder = Finder(
            till, self._chosen, states=self.states, by_member=self.by_member, allowed_by=allowed_by
        )
        self.enter()

    # -- what a job says of itself -----------------------------------------------------------------------

    def begin(self) -> None:
        """The form is new."""

    def found(self) -> None:
        """``target`` is known."""

    def go(self) -> None:
        """Enter in the form. Raises ``Refused`` for what will not do."""

    def key(self, action: str) -> None:
        """Any other key in the form."""

    def key_after(self, action: str) -> None:
        """A key when it is done."""
        if action == "f6" and self.has_loads:
            self.write_loads()
        elif action == "enter":
            self.enter()

    def keys_after(self) -> tuple[TileView, ...]:
        """What may still be done with the card then."""
        if not self.has_loads:
            return ()
        return (self.tile("f6", self.till.tr("desk.job.write"), icon="contactless-payment"),)

    def facts(self) -> tuple[tuple[str, str], ...]:
        """What is to be known before it is done."""
        return ()

    def more_keys(self) -> tuple[TileView, ...]:
        """Keys of the form between Esc and Enter."""
        return ()

    # -- what comes in -----------------------------------------------------------------------------------

    def enter(self) -> None:
        """From the beginning."""
        self.stage = Stage.FIND if self.needs_card else Stage.FORM
        self.target: Target | None = None
        self.status: CardStatus | None = None
        #: What the books say of it once it is done.
        self.after: CardStatus | None = None
        self.look: Look | None = None
        self.clear()
        self.error: OneCardError | None = None
        self.result, self.asks_again, self.has_loads = Result(), False, False
        self._upload: tuple[int, Callable[[], None]] | None = None
        self.finder.enter()
        self.begin()

    def typed(self, field: str, text: str) -> None:
        """A text field changed."""
        self.error = None
        if field == "search":
            self.finder.typed(text)
        elif field in self.texts:
            self.texts[field] = text

    def act(self, action: str) -> bool:
        """A key, a touch; ``False``: it leaves."""
        try:
            return self._act(action)
        except OneCardError as error:
            self.failed(error)
            return True

    def _act(self, action: str) -> bool:
        match self.stage:
            case Stage.FIND if action == "escape":
                return False
            case Stage.FIND if action == "f1":
                self._want_card()
            case Stage.FIND if action.startswith("scan:"):
                self.finder.scanned(action.removeprefix("scan:"))
            case Stage.FIND:
                self.error = None
                self.finder.act(action)
            case Stage.FORM:
                return self._in_form(action)
            case Stage.BUSY:
                self._waiting(action)
            case Stage.DONE if action == "escape" or (action == "enter" and self.allowed_by):
                return False
            case Stage.DONE:
                self.key_after(action)
        return True

    def _in_form(self, action: str) -> bool:
        if self.asks_again:
            self.asks_again = False
            if action == "f4":
                self.go()
            return True
        if action == "escape":
            if not self.needs_card:
                return False
            self.enter()
            return True
        if self.press(action):
            self.error = None
        elif action != "enter":
            self.key(action)
        else:
            self.check()
            self.asks_again = self.is_sure
            if not self.asks_again:
                self.go()
        return True

    def check(self) -> None:
        """Before it is asked once more. Raises ``Refused`` for what will not do."""

    def _waiting(self, action: str) -> None:
        """No key leaves anything half done: what was asked is cancelled, or stays on the list."""
        if self._upload is not None and action == "escape":
            self.enter()  # nothing was asked yet; what is on the card can be gone on with later
        elif action == "escape":
            self.talk.cancel()
        elif action == "f9" and self.talk.leave():
            self.enter()
            self.till.say(self.till.tr("desk.job.left_open"), "wait")

    # -- what jobs do ------------------------------------------------------------------------------------

    def _chosen(self, target: Target, status: CardStatus | None) -> None:
        self.target, self.status, self.stage = target, status, Stage.FORM

        def heard(said: CardStatus) -> None:
            self.status = said

        if status is None:
            self._ask_status(heard)
        self.found()

    def _ask_status(self, then: Callable[[CardStatus], None]) -> None:
        """What the books say of the card; shown when it comes."""
        target = self.target

        def heard(answer: Answer) -> None:
            if self.target == target and isinstance(answer, CardStatus):
                then(answer)

        if target is not None and target.card:
            self.till.port.ask(AskCard(card=target.card, issue=target.issue), heard)

    def _want_card(self) -> None:
        self.want(at_reader.read, self._put)

    def _put(self, look: Look) -> None:
        self.look = look
        try:
            self.finder.put(look)
        except OneCardError as error:
            self.failed(error)

    def want(
        self,
        do: Callable[[Station, StorageCard], Look | Completed | Unfinished],
        heard: Callable[[Look], None] | None = None,
        done: Callable[[Completed], None] | None = None,
        *,
        word: str = "card",
        lying: bool = False,
        fen: int = 0,
    ) -> None:
        """A card is wanted; ``desk.put.<word>`` says which, beside the job's own title."""
        tr = self.till.tr
        task = Serve(
            title=tr(f"desk.put.{word}"),
            detail=tr(f"desk.{self.name}.title"),
            do=do,
            heard=self._safely(heard),
            done=self._safely(done),
            fen=fen,
        )
        self.way.want(task, lying=lying)

    def _safely(self, then: Callable[[T], None] | None) -> Callable[[T], None]:
        """What follows a card may be refused like anything else."""

        def call(value: T) -> None:
            try:
                if then is not None:
                    then(value)
            except OneCardError as error:
                self.failed(error)

        return call

    def ask(self, kind: type[Errand], **fields: object) -> None:
        """An errand; ``did`` hears that it was done. Raises ``Refused``, ``StoreError``: not asked."""
        before, self.stage = self.stage, Stage.BUSY
        if self.allowed_by:
            fields["supervisor"] = self.allowed_by
        try:
            self.talk.begin(kind, self.did, self.failed, **fields)
        except OneCardError:
            self.stage = before
            raise

    def did(self, done: Done) -> None:
        """It was done: the paper, and what matters of it."""
        till, tr = self.till, self.till.tr
        till.port.play("ok")
        till.print(receipt.of(tr, till.head(holder=self.holder_on_paper), done.errand, done.told))
        cash = done.told.cash_fen
        self.has_loads = self.leaves_loads and self.has_purse
        word = "take" if cash > 0 else "give" if cash < 0 else "sum"
        label = tr(f"desk.job.{word}") if cash or done.told.fen else ""
        self.end(Result(label=label, fen=abs(cash or done.told.fen), tone="wait" if cash < 0 else "done"))

    def put(self, question: AtDesk, then: Callable[[Answer], None]) -> None:
        """A question that is no errand; ``then`` gets the answer unless it is a refusal."""
        self.stage = Stage.BUSY

        def heard(answer: Answer) -> None:
            if self.stage is not Stage.BUSY:
                return
            self.stage = Stage.FORM
            if isinstance(answer, OneCardError):
                self.failed(answer)
            else:
                self._safely(then)(answer)

        self.till.port.ask(self.vouched(question), heard)

    def vouched(self, question: AtDesk) -> Question:
        """By whose word it is asked, where who works here may not himself."""
        return by_word(question, self.allowed_by)

    def rest(self) -> None:
        """A moment has passed: what waits for a record to reach the office goes on when it has."""
        if self._upload is None or self.stage is not Stage.BUSY:
            return
        last, then = self._upload
        if self.till.station.journal.received < last:
            return
        self._upload = None
        try:
            then()
        except OneCardError as error:
            self.failed(error)

    def after_upload(self, then: Callable[[], None]) -> None:
        """The office judges by the card's records: it must have them first, and what a look at the card
        proved of a lock that was cut short."""
        self.stage, self._upload = Stage.BUSY, (self.till.station.journal.head.seq, then)
        self.till.port.wake()
        self.rest()

    @property
    def is_uploading(self) -> bool:
        return self._upload is not None

    def write_loads(self) -> None:
        """What the office laid ready goes onto the card, after the newest word of it."""
        self.till.port.wake()
        self.want(at_reader.apply_loads, done=self.wrote, word="same", lying=True)

    def wrote(self, completed: Completed) -> None:
        """It is on the card."""
        note = self.till.tr("desk.job.wrote", fen=completed.balance_after_fen)
        # The books hear of it with the next upload: what they say until then is of before.
        self.end(
            Result(label=self.result.label, fen=self.result.fen, tone=self.result.tone, note=note), ask=False
        )
        self.has_loads = False

    def end(self, result: Result, *, ask: bool = True) -> None:
        """It is done; how the card stands now is another question."""
        self.result, self.stage, self.error = result, Stage.DONE, None
        self.after = None

        def heard(said: CardStatus) -> None:
            if self.result is result:
                self.after = said

        if ask:
            self._ask_status(heard)

    def failed(self, error: OneCardError) -> None:
        """It was not done; the form stands as it was."""
        self.error = error
        if self.stage is Stage.BUSY:
            self.stage = Stage.FORM
        self.till.refuse(error)

    @property
    def card(self) -> tuple[int, int]:
        """Card and issue."""
        assert self.target is not None
        return self.target.card, self.target.issue

    @property
    def operator(self) -> int:
        assert self.till.operator is not None
        return self.till.operator.operator

    @property
    def has_purse(self) -> bool:
        """Whether its money is on the plastic; unknown types are treated as if."""
        kind = None if self.status is None else self.till.station.facts.types.get(self.status.type)
        return kind is None or kind.purse_on_card

    @property
    def headline(self) -> tuple[str, str]:
        """What stands large above the form where it is not the holder."""
        return "", ""

    @property
    def note(self) -> str:
        """What stands in the place of the instruction, when there is something to say."""
        return ""

    def issued(self) -> None:
        """The plastic that this job had a number for is written, its first money with it."""

    def completed(self, completed: Completed) -> None:
        """What a card had left half-written is on it."""

    def left(self) -> None:
        """Another screen comes to the front."""

    def tile(self, action: str, text: str, **more: Any) -> TileView:
        """One key at the foot."""
        hint = {"enter": "Enter", "escape": "Esc"}.get(action, action.upper())
        return TileView(action=action, text=text, hint=hint, **more)

    @property
    def holder_on_paper(self) -> str:
        """Masked: a paper may be left lying about."""
        return "" if self.target is None else receipt.masked(self.target.member.name)
