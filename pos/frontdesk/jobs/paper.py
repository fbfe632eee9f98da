"""What is asked for on paper: a member's statement, one's own remittance report. F: C11"""

from onecard import money
from onecard.clock import business_day, card_day, day_of_card
from onecard.devices.printers import Document
from onecard.errors import Refused
from onecard.wire.lookups import AskRemittance, AskStatement, CardStatement, Remittance
from pos.frontdesk import receipt
from pos.frontdesk.job import Job
from pos.presenters.frame import RowView, TileView
from pos.presenters.job import ListView
from pos.question import Answer
from pos.till import QUERY, REMIT

#: Days back from today, and today.
PERIODS = ("today", "week", "month", "year")
_BACK = {"today": 0, "week": 6, "month": 30, "year": 365}


class _Paper(Job):
    """A period is chosen, the office answers, and what it said is on the screen and can be printed."""

    pad = ""

    def begin(self) -> None:
        self._document: Document | None = None

    def days(self) -> tuple[int, int]:
        """The first and the last, both counted."""
        today = card_day(business_day(self.till.station.now()))
        return today - _BACK[self.picked()], today

    def groups(self) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
        tr = self.till.tr
        return ((tr("desk.paper.days"), tuple((one, tr(f"desk.paper.{one}")) for one in PERIODS)),)

    def told(self, document: Document) -> None:
        """The answer came; nothing is printed unasked."""
        self._document = document

    def more_keys(self) -> tuple[TileView, ...]:
        if self._document is None:
            return ()
        return (self.tile("f3", self.till.tr("desk.paper.print"), icon="printer"),)

    def key(self, action: str) -> None:
        if action == "f3" and self._document is not None:
            self.till.print(self._document)
            self.till.say(self.till.tr("pos.printing"))


class Statement(_Paper):
    """What happened to a card's money, with opening and closing balance. F: F1"""

    name, right, icon = "statement", QUERY, "file-document-outline"
    by_word = True

    def begin(self) -> None:
        super().begin()
        self._told: CardStatement | None = None

    def go(self) -> None:
        card, issue = self.card
        since, until = self.days()
        question = AskStatement(
            card=card, issue=issue, since_day=since, until_day=until, operator=self.operator
        )
        self.put(question, self._heard)

    def _heard(self, answer: Answer) -> None:
        assert isinstance(answer, CardStatement)
        self._told = answer
        self.told(receipt.statement(self.till.tr, self.till.head(), answer))

    def rows(self) -> ListView | None:
        tr, told = self.till.tr, self._told
        if told is None:
            return None
        first = (tr("receipt.desk.opening"), "", receipt.both(told.opening_paid_fen, told.opening_given_fen))
        last = (tr("receipt.desk.closing"), "", receipt.both(told.closing_paid_fen, told.closing_given_fen))
        lines = tuple(
            RowView(
                cells=(
                    f"{tr.moment(one.at)} {receipt.kind(tr, one.kind)}",
                    one.place,
                    receipt.both(one.paid_fen, one.given_fen),
                )
            )
            for one in told.lines
        )
        return ListView(
            titles=tuple(tr(f"desk.statement.column.{name}") for name in ("what", "place", "sum")),
            shares=(1.4, 1.0, -1.0),
            rows=(RowView(cells=first, bold=True), *lines, RowView(cells=last, bold=True)),
        )


class Report(_Paper):
    """One's own cash of some days, as the books have it. F: G1"""

    name, right, icon = "remittance", REMIT, "cash-register"
    needs_card = False

    def begin(self) -> None:
        super().begin()
        self._told: Remittance | None = None

    def go(self) -> None:
        since, until = self.days()
        question = AskRemittance(operator=self.operator, since_day=since, until_day=until)

        def heard(answer: Answer) -> None:
            if not isinstance(answer, Remittance):
                raise Refused("server.unreachable")
            self._told = answer
            self.told(receipt.remittance(self.till.tr, self.till.head(), answer, (since, until)))

        self.put(question, heard)

    def facts(self) -> tuple[tuple[str, str], ...]:
        if self._told is None:
            return ()
        return ((self.till.tr("receipt.desk.held_by_me"), money.show(self._told.held_fen)),)

    def rows(self) -> ListView | None:
        tr, told = self.till.tr, self._told
        if told is None:
            return None
        lines = [
            RowView(
                cells=(
                    receipt.kind(tr, one.kind),
                    str(one.count),
                    money.plain(one.in_fen),
                    money.plain(-one.out_fen),
                )
            )
            for one in told.lines
        ]
        lines += [
            RowView(
                cells=(
                    tr(
                        "receipt.desk.z",
                        z=one.z,
                        terminal=one.terminal,
                        day=day_of_card(one.day).isoformat(),
                    ),
                    "",
                    money.plain(one.counted_fen),
                    money.plain(one.counted_fen - one.expected_fen),
                ),
                tone="muted",
            )
            for one in told.shifts
        ]
        return ListView(
            titles=tuple(tr(f"desk.remittance.column.{name}") for name in ("what", "count", "in", "out")),
            shares=(1.6, -0.6, -0.9, -0.9),
            rows=tuple(lines),
            empty=tr("common.empty_list"),
        )
