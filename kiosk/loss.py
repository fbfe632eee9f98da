"""Reporting one's own card lost: number and PIN, then which card, then it is stopped everywhere. F: D5

Needs no card and the office at once. What was typed is forgotten with the last answer.
"""

from kiosk.area import Area
from kiosk.digits import typed
from kiosk.presenters import form, menu
from kiosk.presenters.frame import NO_NOTICE, KeyView, NoticeView
from kiosk.visit_state import Limits
from onecard import masking
from onecard.errors import OneCardError
from onecard.ids import RecordId
from onecard.text import Audience, legible
from onecard.wire import own_loss as wire

#: The pads of a number, and the icon-less keys that choose between them.
_PADS = {"digits": "phone", "letters": "letters"}
NUMBER_MOST, PIN_LEAST, PIN_MOST = 20, 6, 12
#: States in which a report changes anything.
_STOPPABLE = ("active", "frozen")


class Loss(Area):
    """``stage``: number, pin, choose, done."""

    def begin(self) -> None:
        super().begin()
        self.stage, self.number, self.pin, self.why = "number", "", "", ""
        self.pad = "digits"
        self.busy = False
        self.told: wire.OwnCards | None = None
        self._id: RecordId | None = None

    def leave(self) -> None:
        self.begin()

    @property
    def screen(self) -> str:  # type: ignore[override]
        return "form" if self.stage in ("number", "pin") else "menu"

    def idle_s(self, limits: Limits) -> float | None:
        if self.busy:
            return None
        return limits.pin_s if self.stage == "pin" else limits.form_s

    def press(self, key: str) -> None:
        if self.busy:
            return
        if key == "end":
            self.host.do("end")
        elif key.startswith("pad:"):
            self._type(key.removeprefix("pad:"))
        elif key in _PADS and self.stage == "number":
            self.pad = key
        elif key == "back":
            self.stage, self.pin, self.why = "number", "", ""
        elif key == "ok" and self.stage == "number" and self.number:
            self.stage, self.why = "pin", ""
        elif key == "ok" and self.stage == "pin" and len(self.pin) >= PIN_LEAST:
            self._ask(0, 0)
        elif key.startswith("card:") and self.told is not None:
            one = self.told.cards[int(key.removeprefix("card:"))]
            self._ask(one.card, one.issue)

    def _type(self, key: str) -> None:
        self.why = ""
        if self.stage == "number":
            self.number = typed(self.number, key, NUMBER_MOST, letters=True)
        elif self.stage == "pin":
            self.pin = typed(self.pin, key, PIN_MOST)

    # -- the office --------------------------------------------------------------------------------------

    def _ask(self, card: int, issue: int) -> None:
        self.busy, self.why = True, ""
        self._id = self._id or self.booth.request_id()
        question = wire.OwnLoss(id=self._id, number=self.number, pin=self.pin, card=card, issue=issue)
        self.ask(lambda client: client.ask(wire.PATH, question, wire.OwnCards), self._answered)

    def _answered(self, answer: wire.OwnCards | OneCardError) -> None:
        self.busy = False
        if isinstance(answer, OneCardError):
            self._refused(answer)
            return
        self._id = None
        self.told = answer
        if answer.listed:
            # It holds here from now on, not from the next round of the exchange.
            self.booth.port.wake()
            self.stage, self.number, self.pin = "done", "", ""
            self.booth.port.play("ok")
        else:
            self.stage = "choose"

    def _refused(self, error: OneCardError) -> None:
        self.why = self.booth.tr.refusal(error, Audience.MEMBER)
        self.booth.port.play("refused")
        if error.code != "server.unreachable":
            self._id = None
        if self.stage == "pin":
            self.pin = ""

    # -- what is seen ------------------------------------------------------------------------------------

    def view(self) -> object:
        return self._form() if self.screen == "form" else self._cards()

    def _notice(self) -> NoticeView:
        if not self.why:
            return NO_NOTICE
        return NoticeView(tone="refuse", icon="alert-circle-outline", text=self.why)

    def _form(self) -> object:
        tr, at_pin = self.booth.tr, self.stage == "pin"
        return form.view(
            self.booth,
            title=tr("kiosk.loss.title"),
            detail=tr("kiosk.loss.pin_do" if at_pin else "kiosk.loss.number_do"),
            fields=(
                form.FieldView(label=tr("kiosk.loss.number"), text=self.number, active=not at_pin),
                form.FieldView(label=tr("kiosk.pin.pin"), text=form.hidden(self.pin), active=at_pin),
            ),
            ok=tr("common.next"),
            ready=len(self.pin) >= PIN_LEAST if at_pin else bool(self.number),
            pad="phone" if at_pin else _PADS[self.pad],
            # A staff number may begin with a letter.
            quick=() if at_pin else tuple(KeyView(key=one, text=tr(f"kiosk.loss.{one}")) for one in _PADS),
            chosen=self.pad,
            notice=self._notice(),
            busy=self.busy,
            back="back" if at_pin else "end",
        )

    def _cards(self) -> object:
        tr = self.booth.tr
        assert self.told is not None
        done = self.stage == "done"
        keys = tuple(self._card(place, one) for place, one in enumerate(self.told.cards[: menu.KEYS]))
        notice = self._notice()
        if done:
            notice = NoticeView(
                tone="done", icon="check-circle", text=tr("kiosk.loss.done"), detail=tr("kiosk.loss.done_do")
            )
        return menu.view(
            self.booth,
            icon="credit-card-lock-outline",
            title=tr("kiosk.loss.stopped" if done else "kiosk.loss.choose"),
            detail=legible(masking.name(self.told.name)),
            keys=keys,
            notice=notice,
            is_back_on=not self.busy,
        )

    def _card(self, place: int, one: wire.OwnCard) -> KeyView:
        tr = self.booth.tr
        state = f"kiosk.loss.state.{one.state}"
        can = one.state in _STOPPABLE and not self.busy and self.stage != "done"
        return KeyView(
            key=f"card:{place}",
            text=tr("kiosk.balance.card", card=masking.card(one.card, one.issue)),
            detail=tr("kiosk.loss.stop_it"),
            icon="credit-card-lock-outline",
            kind="destructive" if can else "secondary",
            enabled=can,
            reason=tr(state if tr.knows(state) else "kiosk.loss.state.other"),
        )
