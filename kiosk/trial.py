"""Device tests that need a hand: any card on the reader, one note or coin in a slot. F: D7

A card is only named, a note comes back; of a coin, which nothing can hold, the acceptor's own rules say
where it is. Formats what is to be said; takes and writes nothing.
"""

from kiosk.area import Host
from kiosk.cash_box import COINS, CashBox
from kiosk.cash_desk import Session
from kiosk.cash_intake import Intake
from kiosk.presenters.frame import NO_NOTICE, NoticeView, whole
from kiosk.visit_events import Probed, Result
from onecard.errors import OneCardError
from onecard.terminal.card_event import Failed
from onecard.text import Audience

#: How each stage of a try is shown.
_LOOK = {
    "open": ("accent", "cash-plus"),
    "rejected": ("wait", "alert-circle-outline"),
    "held": ("wait", "progress-clock"),
    "returned": ("done", "check-circle-outline"),
    "kept": ("wait", "alert-circle-outline"),
}


class Trial:
    """What is being tried: nothing, the reader or one acceptor."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self.notice: NoticeView = NO_NOTICE
        self._waits_for_card = False
        self._box: CashBox | None = None
        self._opening = 0

    # -- the reader --------------------------------------------------------------------------------------

    def reader(self) -> None:
        """The next card, or the one that lies there."""
        self.stop()
        self._waits_for_card = True
        self._say("accent", "contactless-payment", "card_do")
        self._host.do("probe")

    def read(self, result: Result) -> None:
        """What the reader says lies there."""
        if not self._waits_for_card:
            return
        self._waits_for_card = False
        tr, port = self._host.booth.tr, self._host.booth.port
        if isinstance(result, Probed):
            medium = tr("kiosk.trial.medium", medium=result.medium.upper(), uid=result.uid.upper())
            self._say("done", "check-circle-outline", f"card.{result.kind}", detail=medium)
            port.play("ok")
        elif isinstance(result, Failed):
            self._fail(result.error)

    def _fail(self, error: OneCardError) -> None:
        booth = self._host.booth
        text = booth.tr.refusal(error, Audience.CASHIER)
        self.notice = NoticeView(tone="refuse", icon="alert-circle-outline", text=text)
        booth.port.play("refused")

    # -- an acceptor -------------------------------------------------------------------------------------

    def acceptor(self, box: CashBox) -> None:
        """Its mouth opens for one note or coin."""
        self.stop()
        self._box = box
        self._opening = self._host.try_mouth(box.serial)
        self._told("open", "")

    def cash(self, intake: Intake, session: Session) -> None:
        """An acceptor reports; only the one that is tried, and of this try, counts."""
        box, trial = self._box, intake.trial
        if box is None or session.visit != self._opening or session.acceptor != box.serial:
            return
        if intake.fault:
            key = f"kiosk.attendant.trouble.{intake.fault.removeprefix('device.')}"
            tr = self._host.booth.tr
            why = tr(key) if tr.knows(key) else intake.fault
            self._say("refuse", "alert-octagon", "fault", why=why)
        elif trial is not None:
            self._told(trial.stage, whole(trial.value_fen))
            if trial.is_over:
                self._box = None
                self._host.booth.port.play("ok" if trial.stage == "returned" else "ready")

    def _told(self, stage: str, value: str) -> None:
        assert self._box is not None
        tone, icon = _LOOK[stage]
        is_coin = self._box.kind == COINS
        key = f"{'coin' if is_coin else 'note'}.{stage}"
        self._say(tone, icon, key, value=value)

    def stop(self) -> None:
        """Nothing is tried any more; whoever leaves shuts the slot."""
        if self._box is not None:
            self._box = None
            self._host.booth.port.close_mouth()
        self._waits_for_card = False
        self.notice = NO_NOTICE

    def _say(self, tone: str, icon: str, key: str, detail: str = "", **params: str) -> None:
        text = self._host.booth.tr(f"kiosk.trial.{key}", **params)
        self.notice = NoticeView(tone=tone, icon=icon, text=text, detail=detail)
