"""A member's statement on paper, with the card on the reader: for how many days, then it is printed. F: D5"""

from kiosk import receipt
from kiosk.area import Area
from kiosk.presenters import menu
from kiosk.presenters.frame import NO_NOTICE, KeyView, NoticeView
from kiosk.visit_state import Limits, Visit
from onecard.clock import business_day, card_day
from onecard.devices.printers import PrinterState
from onecard.errors import OneCardError
from onecard.terminal.look import Look
from onecard.text import Audience
from onecard.wire.lookups import AskStatement, CardStatement

#: Periods that can be chosen.
DAYS = (7, 30, 90)


class AccountPaper(Area):
    """``stage``: choose, asking, printing, printed, failed."""

    screen = "menu"

    def enter(self, visit: Visit) -> None:
        assert visit.look is not None
        self.look: Look = visit.look

    def begin(self) -> None:
        super().begin()
        self.stage, self.why = "choose", ""

    def leave(self) -> None:
        self.begin()

    def idle_s(self, limits: Limits) -> float | None:
        return None if self._is_busy else limits.result_s

    @property
    def _is_busy(self) -> bool:
        return self.stage in ("asking", "printing")

    def press(self, key: str) -> None:
        if self._is_busy:
            return
        if key in ("end", "balance"):
            self.host.do(key)
        elif key.startswith("days:"):
            self._ask(int(key.removeprefix("days:")))

    def _ask(self, days: int) -> None:
        self.stage, self.why = "asking", ""
        station, place = self.booth.station, self.booth.place
        starts = 0 if place is None else place.day_starts_at_minute
        today = card_day(business_day(station.now(), starts))
        question = AskStatement(
            card=self.look.card, issue=self.look.issue, since_day=today - days + 1, until_day=today
        )
        self.ask(lambda client: client.statement(question), self._answered)

    def _answered(self, answer: CardStatement | OneCardError) -> None:
        if isinstance(answer, OneCardError):
            self.stage, self.why = "failed", self.booth.tr.refusal(answer, Audience.MEMBER)
            self.booth.port.play("refused")
            return
        self.stage = "printing"
        turn = self._turn

        def printed(state: PrinterState) -> None:
            if turn == self._turn:
                self.stage = "printed" if state.has_printed else "failed"
                self.why = "" if state.has_printed else self.booth.tr("kiosk.off.printer")
                self.host.show()

        document = receipt.statement(self.booth.tr, self.booth.head(), self.look.issue, answer)
        self.booth.port.print(document, printed)

    def view(self) -> object:
        tr = self.booth.tr
        keys = tuple(
            KeyView(
                key=f"days:{days}",
                text=tr("kiosk.paper_period.days", n=days),
                icon="printer",
                enabled=not self._is_busy,
            )
            for days in DAYS
        )
        return menu.view(
            self.booth,
            icon="file-document-outline",
            title=tr("kiosk.home.statement"),
            detail=tr("kiosk.paper_period.do"),
            keys=keys,
            notice=self._notice(),
            back="balance",
            is_back_on=not self._is_busy,
        )

    def _notice(self) -> NoticeView:
        tr = self.booth.tr
        if self.why:
            return NoticeView(tone="refuse", icon="alert-circle-outline", text=self.why)
        if self.stage == "printed":
            return NoticeView(tone="done", icon="printer-check", text=tr("kiosk.paper_period.printed"))
        if self._is_busy:
            return NoticeView(tone="plain", icon="printer", text=tr("kiosk.paper_period.printing"))
        return NO_NOTICE
