"""Front desk: issuing a card, from a name to a card with money on it and one receipt. F: A2"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from onecard import money
from onecard.errors import OneCardError, Refused
from pos import entry
from pos.frontdesk import issue, member
from pos.frontdesk.issue import Issuing, Stage
from pos.presenters.field import FieldView
from pos.presenters.frame import FrameView, RowView, TileView, frame
from pos.question import (
    Answer,
    CardType,
    FindMember,
    IssueGrant,
    MemberRow,
    Members,
    NewMember,
    Question,
    Reserving,
    again,
    by_word,
)
from pos.task import Blank, Issue, Look
from pos.till import Till

_DIGITS = frozenset({*"0123456789", "00", "."})


@dataclass(frozen=True, kw_only=True)
class IssueView:
    """``stage``: find, new or amount. What the stage does not show is empty."""

    frame: FrameView
    stage: str
    step: str
    title: str
    body: str
    search: FieldView
    titles: tuple[str, ...]
    rows: tuple[RowView, ...]
    empty: str
    fields: tuple[FieldView, ...]
    member: str
    member_detail: str
    types: tuple[TileView, ...]
    amount: str
    amount_label: str
    amount_tone: str
    words: str
    lines: tuple[RowView, ...]
    primary: str
    can_go: bool
    why_not: str
    second: str
    third: str
    back: str
    error: str


class IssuePresenter:
    """One card on its way. ``act`` answers with a ``Blank`` when a blank is wanted on the reader."""

    name = "issue"

    def __init__(self, till: Till) -> None:
        self._till = till
        self.state = Issuing()
        self._error: OneCardError | None = None
        #: The question that is under way; asked again it keeps its id, so nothing is made twice.
        self._asking: Question | None = None
        #: By whose word, where who works here may not; 0 = his own right. It is good for one card.
        self._allowed_by = 0
        self.is_word_used = False
        self.last = ""

    def enter(self, *, allowed_by: int = 0) -> None:
        """A new card."""
        self.state, self._error, self._asking, self.last = Issuing(), None, None, ""
        self._allowed_by, self.is_word_used = allowed_by, False

    @property
    def is_reserving(self) -> bool:
        """The server is asked for a number while the blank lies there."""
        return self.state.stage is Stage.RESERVE

    # -- what is asked -----------------------------------------------------------------------------------

    def typed(self, field: str, text: str) -> None:
        """A field changed."""
        if field == "search":
            self.state = replace(self.state, search=member.typed(self.state.search, text))
        elif field in member.FIELDS:
            self.state = replace(self.state, form=member.fill(self.state.form, field, text))
        self._error = None

    def act(self, action: str) -> Blank | None:
        """A key, a touch."""
        try:
            match self.state.stage:
                case Stage.FIND:
                    self._find(action)
                case Stage.NEW:
                    if action == "enter":
                        self._save()
                case Stage.AMOUNT:
                    return self._amount(action)
                case Stage.RESERVE:
                    pass
        except OneCardError as error:
            self._error = error
            self._till.refuse(error)
        return None

    def back(self) -> bool:
        """Esc; ``False`` when there is nothing to go back to."""
        state = issue.back(self.state)
        if state is None:
            return False
        self.state, self._error, self._asking = state, None, None
        return True

    def _find(self, action: str) -> None:
        state = self.state
        if action in ("up", "down"):
            self.state = replace(state, search=member.move(state.search, 1 if action == "down" else -1))
        elif action.startswith("row:"):
            chosen = member.pick(state.search, int(action.removeprefix("row:")))
            self.state = replace(state, search=chosen)
            self._choose()
        elif action == "f2":
            self.state = issue.new_member(state)
        elif action == "f3" and self._has_anonymous:
            self.state = issue.for_nobody(state)
        elif action == "enter":
            fresh = member.clean(state.search.text) != state.search.searched
            if fresh or not state.search.rows:
                self._search()
            else:
                self._choose()

    def _choose(self) -> None:
        chosen = self.state.search.chosen
        if chosen is not None:
            self.state = issue.chosen(self.state, chosen)

    def _search(self) -> None:
        search, text = member.ask(self.state.search)
        self.state = replace(self.state, search=search)
        assert self._till.operator is not None

        def answered(answer: Answer) -> None:
            if isinstance(answer, Members):
                self.state = replace(self.state, search=member.found(self.state.search, text, answer.rows))
            elif isinstance(answer, OneCardError):
                self.state = replace(self.state, search=member.failed(self.state.search, answer))
                self._till.refuse(answer)

        question = FindMember(text=text, operator=self._till.operator.operator)
        self._till.port.ask(by_word(question, self._allowed_by), answered)

    def _save(self) -> None:
        if self.state.saving:
            return
        form = member.checked(self.state.form)
        assert self._till.operator is not None
        question = NewMember(
            id=self._till.request_id(),
            name=form.name,
            number=form.number,
            phone=form.phone,
            department=form.department,
            operator=self._till.operator.operator,
        )
        self._asking, self.state = again(question, self._asking), replace(self.state, saving=True)

        def answered(answer: Answer) -> None:
            self.state = replace(self.state, saving=False)
            if isinstance(answer, MemberRow):
                self._asking = None
                self.state = issue.chosen(self.state, answer)
            elif isinstance(answer, OneCardError):
                self._failed(answer)

        self._put(answered)

    def _put(self, answered: Callable[[Answer], None]) -> None:
        """What is under way; the same question under the same id however often."""
        assert isinstance(self._asking, Reserving)
        self._till.port.ask(by_word(self._asking, self._allowed_by), answered)

    def _failed(self, error: OneCardError) -> None:
        self._error = error
        if error.code != "server.unreachable":
            self._asking = None  # it was answered: the next try is another question
        self._till.refuse(error)

    def _amount(self, action: str) -> Blank | None:
        verb, _, what = action.partition(":")
        state = self.state
        if action in _DIGITS or verb == "char" or action == "-":
            self.state = replace(state, entry=entry.press(state.entry, what or action))
        elif action == "backspace":
            self.state = replace(state, entry=entry.erase(state.entry))
        elif action == "clear":
            self.state = replace(state, entry=entry.EMPTY)
        elif action in ("left", "right"):
            self.state = issue.next_type(state, self._types, 1 if action == "right" else -1)
        elif verb == "type":
            self.state = issue.pick_type(state, int(what))
        elif action == "enter":
            self._opening()
            if not self._till.is_online:
                raise Refused("server.unreachable")
            card_type = self._type()
            if self._opening() and not self._till.recharges:
                raise Refused("recharge.off_here")
            by_uid = not card_type.purse_on_card and "uid" in card_type.media
            if by_uid and self._opening():
                raise Refused("card.account")
            return Blank(fen=issue.cash_fen(self._opening(), card_type), by_uid=by_uid)
        return None

    def _type(self) -> CardType:
        types = self._types
        if not types:
            raise Refused("card.no_type")
        return types[min(self.state.type_at, len(types) - 1)]

    @property
    def _types(self) -> tuple[CardType, ...]:
        return issue.types_for(self.state, self._till.types)

    @property
    def _has_anonymous(self) -> bool:
        """Whether the unit has a type of card that is issued to nobody by name. F: A8"""
        return bool(issue.types_for(issue.for_nobody(self.state), self._till.types))

    def _opening(self) -> int:
        return issue.opening_fen(self.state, self._type(), self._till.rules.pad)

    # -- what happens ------------------------------------------------------------------------------------

    def reserve(self, look: Look, then: Callable[[Issue], None]) -> None:
        """A blank lies on the reader: ask for its number. ``then`` gets the task once there is one.

        A chip brings its number and its type along from the key room.
        """
        assert self.state.member is not None
        assert self._till.operator is not None
        opening, card_type = self._opening(), self._type()
        if look.image is not None and look.image.identity.type != card_type.type:
            self._failed(Refused("card.chip_type", type=look.image.identity.type))
            return
        question = issue.question(
            look,
            self._till.request_id(),
            card_type,
            self.state.member.member,
            self._till.operator.operator,
        )
        self._asking, self.state = again(question, self._asking), replace(self.state, stage=Stage.RESERVE)

        def answered(answer: Answer) -> None:
            if self.state.stage is not Stage.RESERVE:
                return
            self.state = replace(self.state, stage=Stage.AMOUNT)
            if isinstance(answer, IssueGrant) and issue.is_open_at_once(question):
                self._till.port.wake()
                self._till.port.play("ok")
                self.issued(self._till.tr("desk.issue.by_uid", card=answer.card))
            elif isinstance(answer, IssueGrant):
                self._asking = None
                made = issue.granted(self.state, answer, opening, is_chip=look.is_new_chip)
                then(replace(made, supervisor=self._allowed_by))
            elif isinstance(answer, OneCardError):
                self._failed(answer)

        self._put(answered)

    def issued(self, text: str) -> None:
        """Done: the next person."""
        self.state, self._error, self._asking, self.last = Issuing(), None, None, text
        self.is_word_used = bool(self._allowed_by)

    # -- what is shown -----------------------------------------------------------------------------------

    def view(self) -> IssueView:
        till, tr, state = self._till, self._till.tr, self.state
        stage = "amount" if state.stage is Stage.RESERVE else state.stage.value
        amount, words, tone, error, opening = self._money()
        found = state.search.rows
        return IssueView(
            frame=frame(till),
            stage=stage,
            step=tr("desk.issue.step", n=1 if stage != "amount" else 2),
            title=tr("desk.issue.title"),
            body=self.last or tr(f"desk.issue.body.{stage}"),
            search=FieldView(
                field="search",
                label=tr("desk.search.label"),
                text=state.search.text,
                placeholder=tr("desk.search.hint"),
                is_search=True,
            ),
            titles=tuple(
                tr(f"desk.search.column.{name}") for name in ("name", "number", "department", "cards")
            ),
            rows=tuple(
                RowView(
                    cells=(one.name, one.number, one.department, str(len(one.cards)) if one.cards else "–"),
                    action=f"row:{n}",
                    selected=n == state.search.at,
                )
                for n, one in enumerate(found)
            ),
            empty=self._empty(),
            fields=tuple(self._field(name) for name in member.FIELDS) if stage == "new" else (),
            member="" if state.member is None else state.member.name or tr("desk.issue.anonymous"),
            member_detail=""
            if state.member is None
            else " · ".join(part for part in (state.member.number, state.member.department) if part),
            types=tuple(
                TileView(action=f"type:{n}", text=tr.named(one), selected=n == state.type_at)
                for n, one in enumerate(self._types)
            ),
            amount=amount,
            amount_label=tr("desk.issue.opening"),
            amount_tone=tone,
            words=words,
            lines=self._lines(opening),
            primary=tr(f"desk.issue.go.{self._next()}"),
            can_go=stage != "amount" or till.is_online,
            why_not=tr("desk.needs_server"),
            second=tr("desk.issue.new") if stage == "find" else "",
            third=tr("desk.issue.anonymous") if stage == "find" and self._has_anonymous else "",
            back=tr("common.back"),
            error=error if self._error is None else tr.refusal(self._error),
        )

    def _next(self) -> str:
        search = self.state.search
        if self.state.stage is not Stage.FIND:
            return "new" if self.state.stage is Stage.NEW else "amount"
        return "choose" if search.rows and member.clean(search.text) == search.searched else "find"

    def _empty(self) -> str:
        tr, search = self._till.tr, self.state.search
        if search.asked:
            return tr("common.loading")
        return tr("desk.search.nobody") if search.searched else tr("desk.search.begin")

    def _field(self, name: str) -> FieldView:
        tr = self._till.tr
        error = (
            tr.refusal(self._error)
            if self._error is not None and self._error.code == f"member.{name}"
            else ""
        )
        return FieldView(
            field=name,
            label=tr(f"desk.issue.field.{name}"),
            text=getattr(self.state.form, name),
            error=error,
            keyboard="figures" if name in ("number", "phone") else "words",
        )

    def _money(self) -> tuple[str, str, str, str, int]:
        """Amount, in words, tone, error and fen of the opening amount as it is typed."""
        if not self._types:
            return money.show(0), "", "muted", "", 0
        try:
            fen = self._opening()
        except Refused as refused:
            return self.state.entry.text, "", "refuse", self._till.tr.refusal(refused), 0
        return money.show(fen), money.in_words(fen) if fen else "", "ink", "", fen

    def _lines(self, opening: int) -> tuple[RowView, ...]:
        """What the member hands over, line by line."""
        tr = self._till.tr
        if not self._types:
            return ()
        kind = self._type()
        lines = [RowView(cells=(tr("receipt.opening"), money.show(opening)))]
        if kind.deposit_fen:
            lines.append(RowView(cells=(tr("receipt.deposit"), money.show(kind.deposit_fen))))
        if kind.fee_fen:
            lines.append(RowView(cells=(tr("receipt.fee"), money.show(kind.fee_fen))))
        total = money.show(issue.cash_fen(opening, kind))
        return (*lines, RowView(cells=(tr("desk.issue.take"), total), bold=True))
