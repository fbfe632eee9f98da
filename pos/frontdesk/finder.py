"""Whose card is it? Found by name, number or phone, or by putting it on the reader. F: A11 C11

The office says who holds what; a card that is put only says its number, and the office the rest.
"""

from collections.abc import Callable
from dataclasses import replace

from onecard.devices.wedges import track
from onecard.errors import OneCardError, Refused
from onecard.terminal.look import Look, UidLook
from onecard.wire.beside import AskBeside, Beside
from pos.frontdesk import member
from pos.frontdesk.loss import Target, targets
from pos.frontdesk.member import Search
from pos.presenters.field import FieldView
from pos.presenters.frame import RowView
from pos.presenters.job import ListView, PadView
from pos.question import Answer, AskCard, AskMedium, CardStatus, FindMember, MemberRow, Members, by_word
from pos.till import Till

_SHARES = (1.1, 1.0, 1.1, 1.0, -0.7)


def medium_of(text: str) -> tuple[Beside, str]:
    """What was swiped or scanned, as it is noted beside a card. Raises ``Refused``: ``scan.bank_card``,
    ``scan.unreadable``."""
    swipe = track.parse(text) if text[:1] in "%;+" else None
    if swipe is None:
        return Beside.CODE, text
    if swipe.is_bank_card:
        raise Refused("scan.bank_card")
    value = swipe.number or swipe.tracks.get(1, "")
    if not value:
        raise Refused("scan.unreadable")
    return Beside.TRACK, value


class Finder:
    """``chosen hears the card. ``states``: those in which a card will do, empty = all. ``by_member``: the
    person is meant and not a card, which is then number 0. ``allowed_by``: who answers for the question."""

    def __init__(
        self,
        till: Till,
        chosen: Callable[[Target, CardStatus | None], None],
        *,
        states: frozenset[str] = frozenset(),
        by_member: bool = False,
        allowed_by: int = 0,
    ) -> None:
        self._till, self._chosen = till, chosen
        self._states, self._by_member, self._allowed_by = states, by_member, allowed_by
        self.search, self.at = Search(), 0

    def enter(self, text: str = "") -> None:
        """From the beginning; ``text``: what to look for, when it is known."""
        self.search, self.at = Search(text=text), 0
        if text:
            self._ask()

    @property
    def rows(self) -> tuple[Target, ...]:
        """What can be chosen, in the order shown."""
        if self._by_member:
            return tuple(Target(member=row, card=0, issue=0, state="") for row in self.search.rows)
        return targets(self.search)

    def typed(self, text: str) -> None:
        """The search field changed."""
        self.search = member.typed(self.search, text)

    def act(self, action: str) -> None:
        """A key, a touch. Raises ``Refused``: ``search.empty``, ``desk.wrong_state``."""
        last = max(0, len(self.rows) - 1)
        if action.isdigit() and action.isascii():
            self.typed((self.search.text + action)[: member.LONGEST])
        elif action == "backspace":
            self.typed(self.search.text[:-1])
        elif action == "clear":
            self.typed("")
        elif action in ("up", "down"):
            self.at = min(max(0, self.at + (1 if action == "down" else -1)), last)
        elif action.startswith("row:"):
            self.at = int(action.removeprefix("row:"))
            self._choose()
        elif action == "enter":
            fresh = member.clean(self.search.text) != self.search.searched
            if fresh or not self.rows:
                self._ask()
            else:
                self._choose()

    def put(self, look: Look) -> None:
        """A card lies on the reader. Raises ``Refused("card.blank")``."""
        if look.blank and not isinstance(look, UidLook):
            raise Refused("card.blank")

        def heard(answer: Answer) -> None:
            if isinstance(answer, CardStatus):
                self._found(answer)
            elif isinstance(answer, OneCardError):
                self._till.refuse(answer)

        by_uid = isinstance(look, UidLook)
        whose = AskMedium(uid=look.uid.hex()) if by_uid else AskCard(card=look.card, issue=look.issue)
        self._till.port.ask(whose, heard)

    def scanned(self, text: str) -> None:
        """A stripe was swiped, a code scanned: what the office noted beside a card, or a number to look for.

        Raises ``Refused``: ``scan.bank_card``, ``scan.unreadable``."""
        kind, value = medium_of(text)

        def heard(answer: Answer) -> None:
            if isinstance(answer, CardStatus):
                self._found(answer)
            elif isinstance(answer, Refused) and answer.code == "card.unknown":
                self.enter(value)
            elif isinstance(answer, OneCardError):
                self._till.refuse(answer)

        self._till.port.ask(AskBeside(kind=kind, value=value), heard)

    def _found(self, status: CardStatus) -> None:
        row = MemberRow(member=status.member, number=status.number, name=status.name)
        self._take(Target(member=row, card=status.card, issue=status.issue, state=status.state), status)

    def _ask(self) -> None:
        self.search, text = member.ask(self.search)
        self.at = 0
        assert self._till.operator is not None

        def answered(answer: Answer) -> None:
            if isinstance(answer, Members):
                self.search = member.found(self.search, text, answer.rows)
            elif isinstance(answer, OneCardError):
                self.search = member.failed(self.search, answer)
                self._till.refuse(answer)

        question = FindMember(text=text, operator=self._till.operator.operator)
        self._till.port.ask(by_word(question, self._allowed_by), answered)

    def _choose(self) -> None:
        if self.at < len(self.rows):
            self._take(self.rows[self.at], None)

    def _take(self, target: Target, status: CardStatus | None) -> None:
        if self._states and target.card and target.state not in self._states:
            error = Refused("desk.wrong_state", state=self._till.tr(f"desk.card_state.{target.state}"))
            self._till.refuse(error)
            return
        self.search = replace(self.search, error=None)
        self._chosen(target, status)

    # -- what is shown -----------------------------------------------------------------------------------

    @property
    def has_found(self) -> bool:
        """Whether Enter chooses rather than searches."""
        return bool(self.rows) and member.clean(self.search.text) == self.search.searched

    def field(self) -> FieldView:
        tr = self._till.tr
        return FieldView(
            field="search",
            label=tr("desk.search.label"),
            text=self.search.text,
            placeholder=tr("desk.search.hint"),
            is_search=True,
        )

    def pad(self) -> PadView:
        """Numbers can be found without a keyboard."""
        return PadView(
            order="phone", label=self._till.tr("desk.search.digits"), amount=self.search.text[-12:]
        )

    def list(self) -> ListView:
        tr = self._till.tr
        names = ("name", "number", "department") if self._by_member else _COLUMNS
        return ListView(
            titles=tuple(tr(f"desk.search.column.{name}") for name in names),
            shares=(1.2, 1.0, -1.0) if self._by_member else _SHARES,
            rows=tuple(self._row(n, one) for n, one in enumerate(self.rows)),
            empty=self._empty(),
        )

    def _row(self, n: int, one: Target) -> RowView:
        tr, who = self._till.tr, one.member
        cells: tuple[str, ...] = (who.name, who.number, who.department)
        if not self._by_member:
            cells = (*cells, f"{one.card}-{one.issue}", tr(f"desk.card_state.{one.state}"))
        fits = not self._states or one.state in self._states or self._by_member
        return RowView(cells=cells, action=f"row:{n}", selected=n == self.at, tone="ink" if fits else "muted")

    def _empty(self) -> str:
        tr, search = self._till.tr, self.search
        if search.asked:
            return tr("common.loading")
        if search.searched:
            return tr("desk.loss.no_card") if search.rows else tr("desk.search.nobody_known")
        return tr("desk.search.begin")


_COLUMNS = ("name", "number", "department", "card", "state")
