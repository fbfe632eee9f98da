"""Changing one's PIN with the card on the reader: the present one, a new one, and the new one again. F: D5

The office proves the present one and judges the new one; nothing of either is kept here.
"""

from kiosk.area import Area
from kiosk.digits import typed
from kiosk.presenters import form, menu
from kiosk.presenters.frame import NO_NOTICE, NoticeView
from kiosk.visit_state import Limits, Visit
from onecard.errors import OneCardError
from onecard.ids import RecordId
from onecard.terminal.look import Look
from onecard.text import Audience
from onecard.wire.lookups import ChangePin
from onecard.wire.messages import Answer

LEAST, MOST = 6, 12
_STAGES = ("old", "new", "again")


class PinChange(Area):
    """``stage``: old, new, again, done."""

    def enter(self, visit: Visit) -> None:
        assert visit.look is not None
        self.look: Look = visit.look

    def begin(self) -> None:
        super().begin()
        self.stage, self.why, self.busy = "old", "", False
        self.digits = dict.fromkeys(_STAGES, "")
        self._id: RecordId | None = None

    def leave(self) -> None:
        self.begin()

    @property
    def screen(self) -> str:  # type: ignore[override]
        return "menu" if self.stage == "done" else "form"

    def idle_s(self, limits: Limits) -> float | None:
        return None if self.busy else limits.pin_s

    def press(self, key: str) -> None:
        if self.busy:
            return
        if key in ("end", "balance"):
            self.host.do(key)
        elif key.startswith("pad:") and self.stage in self.digits:
            self.why = ""
            self.digits[self.stage] = typed(self.digits[self.stage], key.removeprefix("pad:"), MOST)
        elif key == "ok" and self._is_ready:
            self._next()

    @property
    def _is_ready(self) -> bool:
        return len(self.digits.get(self.stage, "")) >= LEAST

    def _next(self) -> None:
        if self.stage != "again":
            self.stage, self.why = _STAGES[_STAGES.index(self.stage) + 1], ""
        elif self.digits["again"] != self.digits["new"]:
            self._start_over("new", self.booth.tr("kiosk.pin.differ"))
        else:
            self._ask()

    def _start_over(self, stage: str, why: str) -> None:
        for one in _STAGES[_STAGES.index(stage) :]:
            self.digits[one] = ""
        self.stage, self.why = stage, why
        self.booth.port.play("refused")

    def _ask(self) -> None:
        self.busy = True
        self._id = self._id or self.booth.request_id()
        question = ChangePin(
            id=self._id,
            card=self.look.card,
            issue=self.look.issue,
            new=self.digits["new"],
            old=self.digits["old"],
        )
        self.ask(lambda client: client.change_pin(question), self._answered)

    def _answered(self, answer: Answer | OneCardError) -> None:
        self.busy = False
        if isinstance(answer, OneCardError):
            why = self.booth.tr.refusal(answer, Audience.MEMBER)
            if answer.code == "server.unreachable":
                self.why = why  # asked again under the same id
                return
            self._id = None
            self._start_over("new" if answer.code in ("pin.weak", "pin.malformed") else "old", why)
            return
        self.begin()
        self.stage = "done"
        self.booth.port.play("ok")

    def view(self) -> object:
        tr = self.booth.tr
        if self.stage == "done":
            done = NoticeView(tone="done", icon="check-circle", text=tr("kiosk.pin.done"))
            return menu.view(
                self.booth, icon="key-outline", title=tr("kiosk.pin.title"), notice=done, back="balance"
            )
        wrong = NoticeView(tone="refuse", icon="alert-circle-outline", text=self.why)
        return form.view(
            self.booth,
            title=tr("kiosk.pin.title"),
            detail=tr(f"kiosk.pin.{self.stage}_do"),
            fields=tuple(
                form.FieldView(
                    label=tr(f"kiosk.pin.{one}"), text=form.hidden(self.digits[one]), active=one == self.stage
                )
                for one in _STAGES
            ),
            ok=tr("kiosk.pin.change" if self.stage == "again" else "common.next"),
            ready=self._is_ready,
            notice=wrong if self.why else NO_NOTICE,
            busy=self.busy,
        )
