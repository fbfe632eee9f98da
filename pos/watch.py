"""How the station stands, what it did, what the office says: status, totals, records, notices. F: C9 C10"""

from onecard.errors import OneCardError
from pos import paper
from pos.area import Area, Door, Way
from pos.sheets.dates import DatesPresenter
from pos.sheets.notices import NoticesPresenter
from pos.sheets.records import RecordsPresenter
from pos.sheets.status import StatusPresenter
from pos.sheets.totals import TotalsPresenter
from pos.till import SELL, Till


class Watch(Area):
    """Screens that change nothing."""

    def __init__(self, till: Till, way: Way) -> None:
        self._till, self._way = till, way
        self.status = StatusPresenter(till)
        self.totals = TotalsPresenter(till)
        self.records = RecordsPresenter(till)
        self.notices = NoticesPresenter(till)
        self.dates = DatesPresenter(till)
        #: Where they are asked for.
        self._dated = "totals"
        self.screens = {
            "status": self._on_status,
            "totals": self._on_totals,
            "records": self._on_records,
            "notices": self._on_notices,
            "dates": self._on_dates,
        }
        self.presenters = {
            "status": self.status,
            "totals": self.totals,
            "records": self.records,
            "notices": self.notices,
            "dates": self.dates,
        }
        self.rooms = (
            Door(name="status", icon="information-outline", open=lambda: way.go("status")),
            Door(name="totals", icon="calculator", right=SELL, open=self._open_totals),
            Door(name="records", icon="format-list-bulleted", right=SELL, open=self._open_records),
            Door(
                name="notices",
                icon="message-text-outline",
                open=self._open_notices,
                is_lit=lambda: self.notices.has_news,
                is_there=lambda: bool(till.station.facts.notices),
            ),
        )

    def typed(self, screen: str, field: str, text: str) -> None:
        if screen == "records":
            self.records.typed(text)

    def left(self, screen: str) -> None:
        if screen == "records":
            self.records.leave()

    def _on_status(self, action: str) -> None:
        if action == "escape":
            self._way.go("sell")
        elif action == "f5":
            self._till.port.wake()
            self._till.say(self._till.tr("pos.status.asked"))

    def _open_notices(self) -> None:
        self.notices.enter()
        self._way.go("notices")

    def _on_notices(self, action: str) -> None:
        if action == "escape":
            self._way.go("sell")
        else:
            self.notices.act(action)

    def _open_totals(self) -> None:
        self.totals.enter()
        self._way.go("totals")

    def _on_totals(self, action: str) -> None:
        if action == "escape":
            self._way.go("sell")
        elif action == "f3":
            self._till.print(self.totals.paper())
            self._till.say(self._till.tr("pos.printing"))
        elif action == "f2":
            self._ask_dates(self.totals.span)
        elif action == "f4":
            self._open_records()
        else:
            self.totals.act(action)

    def _open_records(self) -> None:
        self.records.enter(self.totals.span if self._way.screen == "totals" else "today")
        self._way.go("records")

    def _on_records(self, action: str) -> None:
        if action == "escape":
            self._way.go("sell")
        elif action == "enter":
            self._reprint()
        elif action == "f2":
            self._ask_dates(self.records.span)
        else:
            self.records.act(action)

    def _ask_dates(self, span: str) -> None:
        self._dated = self._way.screen
        self.dates.enter(span)
        self._way.go("dates")

    def _on_dates(self, action: str) -> None:
        if action == "escape":
            # Its lines were let go of when it was left.
            self._show_dated(self.records.span if self._dated == "records" else self.totals.span)
        elif action == "enter":
            try:
                self._show_dated(self.dates.chosen())
            except OneCardError as error:
                self.dates.refuse(error)
                self._till.port.play("refused")
        else:
            self.dates.act(action)

    def _show_dated(self, span: str) -> None:
        if self._dated == "records":
            self.records.enter(span)
        else:
            self.totals.span = span
            self.totals.enter()
        self._way.go(self._dated)

    def _reprint(self) -> None:
        """A copy of the paper of the record that is chosen. F: C6"""
        till, chosen = self._till, self.records.chosen
        if chosen is None:
            return
        try:
            document = paper.of_record(till, chosen.journaled)
        except OneCardError as error:
            till.refuse(error)
            return
        if document is None:
            till.say(till.tr("pos.records.no_paper"))
            return
        till.print(document)
        till.say(till.tr("pos.printing"))
