"""After a total failure: sales from paper slips, by two people, and what was taken and not there. F: C20"""

from datetime import datetime

from onecard.clock import CHINA, local
from onecard.errors import Refused
from onecard.wire import errands as e
from pos.frontdesk.job import Job
from pos.presenters.override import Granted
from pos.till import CORRECT


class Slip(Job):
    """One slip of paper; a second person compares what was typed with it."""

    name, right, icon = "slip", CORRECT, "file-document-outline"
    fields = ("slip", "when")
    leaves_loads = True

    def begin(self) -> None:
        self.texts["when"] = local(self.till.station.now()).strftime("%Y-%m-%d %H:%M")

    def check(self) -> None:
        self._number()
        self._at()
        self.fen()

    def _number(self) -> int:
        text = self.texts["slip"].strip()
        if not (text.isascii() and text.isdecimal() and 0 < int(text[:10]) < 1 << 31):
            raise Refused("slip.number")
        return int(text[:10])

    def _at(self) -> int:
        try:
            told = datetime.strptime(self.texts["when"].strip(), "%Y-%m-%d %H:%M").replace(tzinfo=CHINA)
        except ValueError:
            raise Refused("slip.day") from None
        return int(told.timestamp())

    def go(self) -> None:
        card, issue = self.card
        number, at, fen = self._number(), self._at(), self.fen()

        def granted(word: Granted) -> None:
            self.ask(
                e.LateSlip,
                card=card,
                issue=issue,
                number=number,
                sold_at=at,
                fen=fen,
                supervisor=word.supervisor,
            )

        body = self.till.tr("pos.override.slip_body", number=number, fen=fen, at=at)
        self.way.ask_supervisor("slip", granted, body=body, other=True)


class Debt(Job):
    """Whatever the holder owes is taken out of what he has: from an account at once, from a plastic later."""

    name, right, icon = "debt", CORRECT, "cash-refund"
    by_word = True
    states = frozenset({"active", "frozen", "lost"})
    pad = ""
    is_sure = leaves_loads = True

    def go(self) -> None:
        card, issue = self.card
        self.ask(e.CollectDebt, card=card, issue=issue)
