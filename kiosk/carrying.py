"""Records onto a stick or handheld and the office's files from it, for an attendant. F: E4 A7

The same both ways as at a till; who carries is the card that opened the pages, and the PIN beside it. Says
what came of it; the files are ``collector.py``'s.
"""

from typing import Final

from kiosk.area import Host
from kiosk.presenters.frame import NO_NOTICE, NoticeView
from onecard.cards.management.document import Kind, Management
from onecard.errors import OneCardError, Refused
from onecard.terminal.collector import Carried
from onecard.text import Audience
from onecard.wire.messages import Operator

#: Cards that take data along; others that open the attendant's pages do not.
CARRIERS: Final = frozenset({Kind.COLLECTOR, Kind.ADMINISTRATOR})


class Carrying:
    """One after the other; an answer to somebody who has gone is shown to nobody, and done all the same."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self.notice: NoticeView = NO_NOTICE
        self.is_busy = False
        self._turn = 0

    @property
    def is_there(self) -> bool:
        """This machine is set up for a stick."""
        return self._host.booth.carry is not None

    def why_not(self, card: Management) -> str:
        """Why this card may not; "" = it may."""
        return "" if card.kind in CARRIERS else self._host.booth.tr("kiosk.carry.card")

    def begin(self, card: Management, operator: Operator) -> None:
        """Now, with what is plugged in."""
        carry = self._host.booth.carry
        if carry is None or self.is_busy or self.why_not(card):
            return
        self.is_busy = True
        self._turn += 1
        turn = self._turn
        self._say("accent", "progress-clock", "busy")

        def done(told: Carried | OneCardError) -> None:
            self.is_busy = False
            if turn == self._turn:
                self._told(told)
                self._host.show()

        carry(card.number, operator.operator, done)

    def _told(self, told: Carried | OneCardError) -> None:
        booth = self._host.booth
        if isinstance(told, OneCardError):
            text = booth.tr.refusal(told, Audience.CASHIER)
            self.notice = NoticeView(tone="refuse", icon="alert-circle-outline", text=text)
            booth.port.play("refused")
            return
        booth.port.play("ok")
        if told.problems:
            what = booth.tr.refusal(Refused(told.problems[0]), Audience.CASHIER)
            self._say("wait", "alert-circle-outline", "partly", records=told.records, what=what)
        else:
            word = "done" if told.files else "out_only"
            self._say("done", "check-circle-outline", word, records=told.records, documents=told.documents)

    def leave(self) -> None:
        """Nobody reads what comes of it."""
        self._turn += 1
        self.notice = NO_NOTICE

    def _say(self, tone: str, icon: str, key: str, **params: object) -> None:
        text = self._host.booth.tr(f"kiosk.carry.{key}", **params)
        self.notice = NoticeView(tone=tone, icon=icon, text=text)
