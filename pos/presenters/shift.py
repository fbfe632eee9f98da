"""P6, the shift: float, X, the blind count and the Z with its difference. F: C8"""

from dataclasses import dataclass

from onecard import money
from onecard.errors import OneCardError, Refused
from pos import entry, receipt, report, shift
from pos.checkout import BOUNCE_S
from pos.presenters.frame import FrameView, RowView, frame
from pos.shift import Shift, Stage
from pos.till import Till

_DIGITS = frozenset({*"0123456789", "00", "."})


@dataclass(frozen=True, kw_only=True)
class ShiftView:
    """``stage``: open, x, count, sure or closed; the pad is there in ``open`` and ``count`` only."""

    frame: FrameView
    stage: str
    title: str
    body: str
    amount: str
    amount_label: str
    has_pad: bool
    rows: tuple[RowView, ...]
    primary: str
    second: str
    print: str
    back: str
    facts: tuple[RowView, ...]
    verdict: str
    verdict_tone: str


class ShiftPresenter:
    """Where the cashier stands between float and Z."""

    name = "shift"

    def __init__(self, till: Till) -> None:
        self._till = till
        self.state = Shift(stage=Stage.OPEN)
        self._since = 0.0
        self._left: shift.Left = ()
        #: Sums as they were when the screen came to the front: nothing is sold behind it.
        self._sums: tuple[tuple[str, int | None, int], ...] = ()

    def enter(self) -> None:
        """Open a shift, or show the one that runs."""
        is_open = self._till.shift is not None
        self.state = Shift(stage=Stage.X if is_open else Stage.OPEN)
        self._sums = receipt.rows_of(self._till.station.totals()) if is_open else ()

    @property
    def is_foreign(self) -> bool:
        """The shift that runs is another cashier's: it has to be closed before this one sells."""
        till = self._till
        return (
            till.shift is not None
            and till.operator is not None
            and till.shift.operator != till.operator.operator
        )

    def act(self, action: str, at: float) -> str:
        """A key, a touch. Answers ``opened``, ``signed_out`` (after a Z), ``left`` or nothing."""
        try:
            if self.state.stage in (Stage.OPEN, Stage.COUNT) and self._type(action):
                return ""
            match action:
                case "enter":
                    return self._go(at)
                case "f5" if self.state.stage is Stage.X:
                    self._print_x()
                case "f12" if self.state.stage is Stage.X:
                    self.state, self._since = shift.count(self.state), at
                case "f3" if self.state.closed is not None:
                    self._print_z(copy=True)
                case "escape":
                    return self._back()
        except OneCardError as error:
            self._till.refuse(error)
        return ""

    def _type(self, action: str) -> bool:
        verb, _, what = action.partition(":")
        if action in _DIGITS or verb == "char" or action == "-":
            self.state = self._with(entry.press(self.state.entry, what or action))
        elif action == "backspace":
            self.state = self._with(entry.erase(self.state.entry))
        elif action == "clear":
            self.state = self._with(entry.EMPTY)
        else:
            return False
        return True

    def _with(self, typed: entry.Entry) -> Shift:
        return Shift(stage=self.state.stage, entry=typed)

    def _go(self, at: float) -> str:
        till, state = self._till, self.state
        match state.stage:
            case Stage.OPEN:
                assert till.operator is not None
                till.station.open_shift(till.operator.operator, shift.cash_fen(state.entry, till.rules.pad))
                return "opened"
            case Stage.X:
                return "" if self.is_foreign else "left"
            case Stage.COUNT:
                self.state, self._since = shift.counted(state, till.rules.pad), at
            case Stage.SURE:
                held, self._since = at - self._since < BOUNCE_S, at
                if not held:
                    self._left = shift.left_by(till.station.sales_of_shift())
                    self.state = shift.closed(state, till.station.close_shift(state.counted_fen))
                    till.refresh()
                    self._print_z(copy=False)
            case Stage.CLOSED:
                return "signed_out"
        return ""

    def _back(self) -> str:
        if self.state.stage is Stage.CLOSED:
            return "signed_out"
        state = shift.back(self.state)
        if state is not None:
            self.state = state
            return ""
        return "signed_out" if self.state.stage is Stage.OPEN or self.is_foreign else "left"

    def _print_x(self) -> None:
        till = self._till
        body = till.shift
        if body is None:
            raise Refused("shift.none")
        report = receipt.Report(
            number=body.shift,
            opened_at=body.at,
            at=till.clock.now(),
            totals=till.station.totals(),
            float_fen=body.float_fen,
        )
        till.print(receipt.x_report(till.tr, till.head(operator=body.operator), report))
        till.say(till.tr("pos.shift.x_printed"), "done")

    def _print_z(self, *, copy: bool) -> None:
        assert self.state.closed is not None
        till, body = self._till, self.state.closed
        head = till.head(operator=body.operator)
        till.print(receipt.z_report(till.tr, head, body, copy=copy, left=self._left))
        book = till.station.upkeep.foreign
        lost = book.unclaimed_in(body.shift)
        paper = report.foreign(till.tr, head, lost, book.differing(body.shift), at=body.at)
        if paper is not None:
            till.print(paper)

    # -- what is shown -----------------------------------------------------------------------------------

    def view(self) -> ShiftView:
        till, tr, state = self._till, self._till.tr, self.state
        stage = state.stage.value
        verdict, tone = self._verdict()
        body = (
            tr("pos.shift.foreign", name=self._owner())
            if self._shows_foreign()
            else tr(f"pos.shift.body.{stage}")
        )
        return ShiftView(
            frame=frame(till),
            stage=stage,
            title=tr(f"pos.shift.title.{stage}"),
            body=body,
            amount=self._amount(),
            amount_label=tr("pos.shift.float" if state.stage is Stage.OPEN else "pos.shift.counted"),
            has_pad=state.stage in (Stage.OPEN, Stage.COUNT),
            rows=self._rows(),
            primary=tr(f"pos.shift.go.{stage}"),
            second=tr("pos.shift.z") if state.stage is Stage.X else "",
            print=self._paper(),
            back=tr("pos.shift.sign_out" if state.stage in (Stage.OPEN, Stage.CLOSED) else "common.back"),
            facts=self._facts(),
            verdict=verdict,
            verdict_tone=tone,
        )

    def _paper(self) -> str:
        """What the print key prints: the X while the shift runs, the Z once more after it."""
        if self.state.stage is Stage.X:
            return self._till.tr("pos.shift.print_x")
        return self._till.tr("pos.key.reprint") if self.state.closed is not None else ""

    def _shows_foreign(self) -> bool:
        return self.state.stage is Stage.X and self.is_foreign

    def _owner(self) -> str:
        return "" if self._till.shift is None else self._till.operator_name(self._till.shift.operator)

    def _amount(self) -> str:
        if self.state.stage is Stage.SURE:
            return money.show(self.state.counted_fen)
        try:
            return money.show(shift.cash_fen(self.state.entry, self._till.rules.pad))
        except Refused:
            return self.state.entry.text

    def _facts(self) -> tuple[RowView, ...]:
        """Whose shift, since when, how much float."""
        till, tr = self._till, self._till.tr
        body = till.shift
        if self.state.closed is not None:
            z = self.state.closed
            return (
                RowView(cells=(tr("receipt.z_number"), str(z.z)), bold=True),
                RowView(cells=(tr("receipt.float"), money.show(z.float_fen))),
                RowView(cells=(tr("receipt.expected"), money.show(z.expected_fen))),
                RowView(cells=(tr("receipt.counted"), money.show(z.counted_fen))),
            )
        if body is None:
            return ()
        return (
            RowView(cells=(tr("receipt.shift"), str(body.shift)), bold=True),
            RowView(cells=(tr("receipt.cashier"), self._owner())),
            RowView(cells=(tr("receipt.opened"), tr.moment(body.at))),
            RowView(cells=(tr("receipt.float"), money.show(body.float_fen))),
        )

    def _rows(self) -> tuple[RowView, ...]:
        tr, sums = self._till.tr, self._sums if self.state.stage is Stage.X else ()
        if self.state.closed is not None:
            sums = receipt.rows_of(self.state.closed.totals)
        return tuple(
            RowView(
                cells=(tr(f"receipt.totals.{name}"), "" if count is None else str(count), money.plain(fen))
            )
            for name, count, fen in sums
        )

    def _verdict(self) -> tuple[str, str]:
        body = self.state.closed
        if body is None:
            return "", "ink"
        over = body.counted_fen - body.expected_fen
        key = "even" if over == 0 else "over" if over > 0 else "short"
        tone = "done" if over == 0 else "wait" if over > 0 else "refuse"
        return self._till.tr(f"pos.shift.verdict.{key}", fen=money.show(abs(over))), tone
