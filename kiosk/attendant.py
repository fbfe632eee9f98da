"""The attendant's pages, behind a management card and a PIN: box, tests, data, keys, service. F: D7 E4

Knows which page leads where; the count is ``collection.py``'s, the words are ``attendant_pages.py``'s.
"""

from kiosk import attendant_pages as pages
from kiosk import receipt
from kiosk.area import Area
from kiosk.carrying import Carrying
from kiosk.cash_box import CashBox
from kiosk.cash_desk import Session
from kiosk.cash_intake import Intake
from kiosk.collection import Count
from kiosk.digits import typed
from kiosk.renewing import Renewing
from kiosk.slips import Slips
from kiosk.trial import Trial
from kiosk.visit_events import Result, Slip
from kiosk.visit_state import Limits, Visit
from onecard.devices.printers import PrinterState
from onecard.errors import OneCardError, Refused
from onecard.ids import RecordId
from onecard.terminal.signon import SignOn
from onecard.text import Audience
from onecard.wire.messages import Credit, Operator

#: The right that opens these pages.
ATTEND = "kiosk.attend"
PIN_MOST = 12
_FORMS = frozenset({"pin", "count"})


class Attendant(Area):
    """``page``: who, pin, home, boxes, count, sure, counted, tests, counters, settings, functions, carry,
    renew."""

    def enter(self, visit: Visit) -> None:
        assert visit.managed is not None
        self.card = visit.managed.card
        able = [one for one in self.booth.station.facts.operators if ATTEND in one.permissions]
        self.able += [one for one in able if self.card.operator in (0, one.operator)]
        if self.card.operator and self.able:
            self._wants(self.able[0])
        elif not self.able:
            self.why = self.booth.tr("kiosk.attendant.nobody")

    def begin(self) -> None:
        super().begin()
        self.page, self.why, self.pin, self.said = "who", "", "", ""
        self.able: list[Operator] = []
        self.wanted: Operator | None = None
        self.operator: Operator | None = None
        self.count: Count | None = None
        self.first = 0
        self.trial = Trial(self.host)
        self.renewing, self.carrying = Renewing(self.host), Carrying(self.host)
        #: Slips that were sent to the printer from these pages.
        self._sent: set[RecordId] = set()

    def _wants(self, one: Operator) -> None:
        self.wanted, self.page = one, "pin"

    def leave(self) -> None:
        self._put_down()
        self.begin()

    def read(self, result: Result) -> None:
        self.trial.read(result)
        self.renewing.read(result)

    def cash(self, intake: Intake, session: Session) -> None:
        self.trial.cash(intake, session)

    @property
    def screen(self) -> str:  # type: ignore[override]
        return "form" if self.page in _FORMS else "menu"

    def _put_down(self) -> None:
        """Whatever was wanted of the last page is not wanted any more."""
        self.trial.stop()
        self.renewing.leave()
        self.carrying.leave()

    def idle_s(self, limits: Limits) -> float | None:
        if self.carrying.is_busy:
            return None
        return limits.pin_s if self.page == "pin" else limits.cash_s * 3

    def view(self) -> object:
        return pages.view(self)

    # -- keys --------------------------------------------------------------------------------------------

    def press(self, key: str) -> None:
        if self.carrying.is_busy:
            return  # the stick is not pulled out by somebody who thinks that it is over
        self._put_down()
        if key == "end":
            self.host.do("end")
        elif key == "home" and self.operator is not None:
            self.page, self.why, self.said, self.count = "home", "", "", None
        else:
            getattr(self, f"_on_{self.page}")(key)

    def _on_who(self, key: str) -> None:
        if key == "more":
            self.first = pages.next_names(self)
        elif key.startswith("who:"):
            self._wants(self.able[int(key.removeprefix("who:"))])

    def _on_pin(self, key: str) -> None:
        if key.startswith("pad:"):
            self.pin, self.why = typed(self.pin, key.removeprefix("pad:"), PIN_MOST), ""
        elif key == "ok" and self.pin and self.wanted is not None:
            self._check(self.wanted)

    def _check(self, wanted: Operator) -> None:
        """Tries are counted on disk, whatever card opened the page."""
        booth, pin, self.pin = self.booth, self.pin, ""
        station = booth.station
        try:
            known = SignOn(station.facts, station.journal, station.moment).by_pin(wanted.login, pin)
            if ATTEND not in known.permissions:
                raise Refused("signon.not_allowed", permission=ATTEND)
        except OneCardError as error:
            self.why = booth.tr.refusal(error, Audience.CASHIER)
            booth.port.play("refused")
            return
        self.operator, self.page = known, "home"
        booth.port.play("ok")

    def _on_home(self, key: str) -> None:
        if key == "count":
            self._count_begins(self.booth.boxes[0]) if len(self.booth.boxes) == 1 else self._to_boxes()
        elif key in ("tests", "counters", "settings", "functions", "renew") or self._carries(key):
            self.page, self.first = key, 0
        elif key == "claim":
            self._claim()

    def _carries(self, key: str) -> bool:
        return key == "carry" and self.carrying.is_there and not self.carrying.why_not(self.card)

    def _on_carry(self, key: str) -> None:
        assert self.operator is not None
        if key == "go":
            self.carrying.begin(self.card, self.operator)

    def _on_renew(self, key: str) -> None:
        if key == "go":
            self.renewing.begin()

    @property
    def unclaimed(self) -> list[Credit]:
        """Notes that were taken and are nobody's card's: after a power cut, as a rule."""
        return [one for one in self.booth.station.free_credits() if not one.card]

    def _claim(self) -> None:
        """Written, then printed; one whose paper nobody has seen comes first. F: D3"""
        booth, slips = self.booth, Slips(self.booth)
        if not booth.prints:
            self.why = booth.tr("kiosk.off.printer")
            return
        try:
            slip = self._left or slips.make([one.id for one in self.unclaimed])
        except OneCardError as error:
            self.why = booth.tr.refusal(error, Audience.CASHIER)
            return
        self._sent.add(slip.claim.id)
        document = receipt.claim(booth.tr, booth.head(), *slip)
        booth.port.print(document, lambda state: slips.sent(slip, state))
        booth.port.wake()
        self.said = booth.tr("kiosk.attendant.claimed", fen=slip.claim.amount_fen)

    @property
    def _left(self) -> Slip | None:
        """The next slip whose paper nobody has seen; those before notes that have none. Once for each time
        that somebody is here: he sees what a printer that cannot say has done."""
        left = Slips(self.booth).left()
        return next((one for one in left if one.claim.id not in self._sent), None)

    @property
    def slip_fen(self) -> int:
        """What a slip can be had for now."""
        left = self._left
        free = sum(one.value_fen for one in self.unclaimed)
        return free if left is None else left.claim.amount_fen

    # -- the boxes ---------------------------------------------------------------------------------------

    def _to_boxes(self) -> None:
        self.page, self.why, self.said, self.count = "boxes", "", "", None

    def _on_boxes(self, key: str) -> None:
        if key.startswith("box:"):
            self._count_begins(self.booth.boxes[int(key.removeprefix("box:"))])

    def _count_begins(self, box: CashBox) -> None:
        self.page, self.why, self.said = "count", "", ""
        self.count = Count(box, of_several=len(self.booth.boxes) > 1)

    def _on_count(self, key: str) -> None:
        assert self.count is not None
        if key == "back" and self.count.at == 0:
            self._to_boxes() if self.count.of_several else self.press("home")
            return
        self.count.press(key)
        if self.count.is_complete:
            self.page = "sure"

    def _on_sure(self, key: str) -> None:
        assert self.count is not None
        assert self.operator is not None
        if key == "back":
            self.count.press("back")
            self.page = "count"
        elif key == "write":
            try:
                done = self.count.write(self.booth, self.operator)
            except OneCardError as error:
                self.why = self.booth.tr.refusal(error, Audience.CASHIER)
                return
            self.page, self.why = "counted", ""
            self.booth.port.play("ok")
            if self.booth.has_printer:
                kind = self.count.box.kind if self.count.of_several else ""
                document = receipt.collection(
                    self.booth.tr, self.booth.head(), done, self.operator.name, kind
                )
                self.booth.port.print(document, lambda _: None)

    def _on_counted(self, key: str) -> None:
        """To the other box, or back to the first page."""
        if key == "boxes":
            self._to_boxes()

    # -- tests, counters, settings -----------------------------------------------------------------------

    def _on_tests(self, key: str) -> None:
        booth, turn = self.booth, self._turn
        self.said = ""
        if key == "test:reader":
            self.trial.reader()
        elif key.startswith("test:box:"):
            self.trial.acceptor(booth.boxes[int(key.removeprefix("test:box:"))])
        elif key == "test:sound":
            booth.port.play("ok")
            self.said = booth.tr("kiosk.attendant.heard")
        elif key == "test:office":
            booth.port.wake()
            self.said = booth.tr("common.online" if booth.is_online else "common.offline")
        elif key == "test:printer" and booth.has_printer:
            self.said = booth.tr("kiosk.paper_period.printing")

            def printed(state: PrinterState) -> None:
                if turn == self._turn:
                    done = "printed" if state.has_printed else "not_printed"
                    self.said = booth.tr(f"kiosk.result.{done}")
                    self.host.show()

            booth.port.print(receipt.trial(booth.tr, booth.head(), booth.station.now()), printed)

    def _on_counters(self, key: str) -> None:
        """Nothing to press but back."""

    def _on_settings(self, key: str) -> None:
        if key == "more":
            self.first = pages.next_page(self)

    def _on_functions(self, key: str) -> None:
        if not key.startswith("function:"):
            return
        assert self.operator is not None
        try:
            self.booth.switch(key.removeprefix("function:"), self.card.number, self.operator.operator)
            self.booth.port.wake()
        except OneCardError as error:
            self.why = self.booth.tr.refusal(error, Audience.CASHIER)
