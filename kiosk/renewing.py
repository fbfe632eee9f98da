"""Cards of an older key version get the newest keys at the kiosk, one after the other. F: A9 H5

Needs no network. A card taken away too soon goes on where it stood when it is put on again, here or anywhere.
"""

from kiosk.area import Host
from kiosk.presenters.frame import NO_NOTICE, NoticeView
from kiosk.visit_events import Rekeyed, Result
from onecard.terminal.card_event import Failed
from onecard.text import Audience


class Renewing:
    """What became of the card that was put on last."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self.notice: NoticeView = NO_NOTICE
        self._waits = False

    def begin(self) -> None:
        """The next card, or the one that lies there."""
        self._waits = True
        text = self._host.booth.tr("kiosk.renew.card_do")
        self.notice = NoticeView(tone="accent", icon="contactless-payment", text=text)
        self._host.do("renew_keys")

    def read(self, result: Result) -> None:
        """What the reader says."""
        if not self._waits:
            return
        self._waits = False
        booth = self._host.booth
        if isinstance(result, Rekeyed):
            word = "newest" if result.before == result.now else "renewed" if result.before else "finished"
            text = booth.tr(f"kiosk.renew.{word}", who=result.who, version=result.now)
            self.notice = NoticeView(tone="done", icon="check-circle-outline", text=text)
            booth.port.play("ok")
        elif isinstance(result, Failed):
            same = booth.tr("kiosk.renew.same") if result.gone else ""
            why = booth.tr.refusal(result.error, Audience.CASHIER)
            self.notice = NoticeView(tone="refuse", icon="alert-circle-outline", text=why, detail=same)
            booth.port.play("refused")

    def leave(self) -> None:
        """No card is waited for; one that is being written is written to its end."""
        if self._waits:
            self._waits = False
            self._host.do("let_go")
        self.notice = NO_NOTICE
