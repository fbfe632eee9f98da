"""Front desk: a card is lost. Search, choose, say it again; then it is dead wherever it is heard of. F: A6"""

from dataclasses import dataclass, replace

from onecard.errors import OneCardError
from pos.frontdesk import loss, member
from pos.frontdesk.loss import Reporting, Stage
from pos.presenters.field import FieldView
from pos.presenters.frame import FrameView, RowView, frame
from pos.question import Answer, Decision, FindMember, Members, ReportLoss
from pos.till import Till


@dataclass(frozen=True, kw_only=True)
class StopView:
    """The second look before a card is stopped, and what came of it."""

    title: str
    body: str
    who: str
    yes: str
    no: str
    tone: str
    done: bool
    icon: str = "credit-card-off-outline"
    kind: str = "destructive"


@dataclass(frozen=True, kw_only=True)
class LossView:
    """A search and the cards it found."""

    frame: FrameView
    title: str
    body: str
    search: FieldView
    titles: tuple[str, ...]
    rows: tuple[RowView, ...]
    empty: str
    go: str
    back: str
    stop: StopView | None


class LossPresenter:
    """One report; its id stays when an answer was lost, so that asking again reports nothing twice."""

    name = "loss"

    def __init__(self, till: Till) -> None:
        self._till = till
        self.state = Reporting()

    def enter(self, text: str = "") -> None:
        """A new report; ``text``: what to search for, when it is known."""
        self.state = Reporting()
        if text:
            self.typed("search", text)
            self._search()

    def typed(self, field: str, text: str) -> None:
        """The search field changed."""
        if field == "search":
            self.state = replace(self.state, search=member.typed(self.state.search, text))

    def act(self, action: str) -> None:
        """A key, a touch."""
        state = self.state
        try:
            match state.stage, action:
                case (Stage.FIND, "up" | "down"):
                    self.state = loss.move(state, 1 if action == "down" else -1)
                case (Stage.FIND, "enter"):
                    fresh = member.clean(state.search.text) != state.search.searched
                    if fresh or not loss.targets(state.search):
                        self._search()
                    else:
                        self.state = loss.choose(state)
                case (Stage.FIND, _) if action.startswith("row:"):
                    self.state = loss.choose(loss.pick(state, int(action.removeprefix("row:"))))
                case (Stage.CONFIRM, "f4"):
                    self._report()
        except OneCardError as error:
            self._till.refuse(error)

    def back(self) -> bool:
        """Esc; ``False`` when there is nothing to go back to."""
        state = loss.back(self.state)
        if state is None:
            return False
        self.state = state
        return True

    def _search(self) -> None:
        search, text = member.ask(self.state.search)
        self.state = replace(self.state, search=search, at=0)
        assert self._till.operator is not None

        def answered(answer: Answer) -> None:
            if isinstance(answer, Members):
                self.state = replace(
                    self.state, search=member.found(self.state.search, text, answer.rows), at=0
                )
            elif isinstance(answer, OneCardError):
                self.state = replace(self.state, search=member.failed(self.state.search, answer))
                self._till.refuse(answer)

        self._till.port.ask(FindMember(text=text, operator=self._till.operator.operator), answered)

    def _report(self) -> None:
        target = self.state.target
        assert target is not None
        assert self._till.operator is not None
        id = self.state.id or self._till.request_id()
        self.state = replace(self.state, stage=Stage.SENDING, id=id)

        def answered(answer: Answer) -> None:
            if isinstance(answer, Decision):
                self.state = replace(self.state, stage=Stage.DONE)
                self._till.port.play("ok")
                # This till at least refuses the card from now on, not from the next round of the exchange.
                self._till.port.wake()
            elif isinstance(answer, OneCardError):
                keep = self.state.id if answer.code == "server.unreachable" else None
                self.state = replace(self.state, stage=Stage.CONFIRM, id=keep)
                self._till.refuse(answer)

        report = ReportLoss(
            id=id, card=target.card, issue=target.issue, operator=self._till.operator.operator
        )
        self._till.port.ask(report, answered)

    def view(self) -> LossView:
        till, tr, state = self._till, self._till.tr, self.state
        return LossView(
            frame=frame(till),
            title=tr("desk.loss.title"),
            body=tr("desk.loss.body"),
            search=FieldView(
                field="search",
                label=tr("desk.search.label"),
                text=state.search.text,
                placeholder=tr("desk.search.hint"),
                is_search=True,
            ),
            titles=tuple(
                tr(f"desk.search.column.{name}") for name in ("name", "number", "department", "card", "state")
            ),
            rows=tuple(
                RowView(
                    cells=(
                        one.member.name,
                        one.member.number,
                        one.member.department,
                        f"{one.card}-{one.issue}",
                        tr(f"desk.card_state.{one.state}"),
                    ),
                    action=f"row:{n}",
                    selected=n == state.at,
                    tone="ink" if one.state in loss.STOPPABLE else "muted",
                )
                for n, one in enumerate(loss.targets(state.search))
            ),
            empty=self._empty(),
            go=tr("desk.loss.choose") if loss.targets(state.search) else tr("common.search"),
            back=tr("common.back"),
            stop=self._stop(),
        )

    def _empty(self) -> str:
        tr, search = self._till.tr, self.state.search
        if search.asked:
            return tr("common.loading")
        if search.searched:
            return tr("desk.loss.no_card") if search.rows else tr("desk.search.nobody_known")
        return tr("desk.search.begin")

    def _stop(self) -> StopView | None:
        tr, state = self._till.tr, self.state
        if state.stage is Stage.FIND or state.target is None:
            return None
        target = state.target
        done = state.stage is Stage.DONE
        sending = state.stage is Stage.SENDING
        return StopView(
            title=tr("desk.loss.done" if done else "desk.loss.sure"),
            body=tr("desk.loss.done_body" if done else "desk.loss.sure_body"),
            who=f"{target.member.name}  {target.card}-{target.issue}",
            yes="" if done else tr("common.please_wait" if sending else "desk.loss.yes"),
            no=tr("common.close") if done else tr("common.cancel"),
            tone="done" if done else "refuse",
            done=done,
        )
