"""Recharging by a code that a phone pays: how much, the code, and what became of it. F: D4

The payment is journaled before it is asked for. The office follows it at the gateway; here it is only looked
up. Money that was paid is the office's to credit: on the account, or as a load that this visit then writes.
Whoever leaves says so, and what is paid after that waits for the card.
"""

from msgspec import Raw

from kiosk import receipt
from kiosk.area import Area
from kiosk.arrival import Arrival
from kiosk.digits import typed
from kiosk.presenters import form, menu, pay
from kiosk.presenters.frame import NO_NOTICE, KeyView, NoticeView, whole
from kiosk.visit_state import Limits, Visit
from onecard import money
from onecard.errors import OneCardError, Refused
from onecard.ids import RecordId
from onecard.terminal.look import Look
from onecard.text import Audience, Translator, legible
from onecard.wire import payment as wire
from onecard.wire.errands import AskErrand, CodePayment, ErrandAnswer

#: Amounts at one touch, fen.
QUICK = (2_000, 5_000, 10_000, 20_000)
#: Most for one code, and digits that can be typed, in yuan.
MOST_FEN = 100_000
_DIGITS = 4
_AGAIN_S = 1.0
#: A code that the office never told in this time will not come.
_PATIENCE_S = 15.0
_ENDED = {"failed": "failed", "expired": "expired", "refunding": "refunded", "refunded": "refunded"}


class CodePay(Area):
    """``stage``: amount, way, opening, code, crediting, credited, waiting, failed, expired, refunded,
    unknown."""

    def enter(self, visit: Visit) -> None:
        assert visit.look is not None
        self.look: Look = visit.look

    def begin(self) -> None:
        super().begin()
        self.stage, self.why, self.yuan = "amount", "", ""
        self.fen = self._until = self._whole = 0
        self.code = ""
        self.payment: RecordId | None = None
        self._asked_at = self._since = 0.0
        self._is_asking = False
        self._arrival: Arrival | None = None

    def leave(self) -> None:
        """The code is gone from the screen: nobody should be able to pay it unseen."""
        payment = self.payment
        if payment is not None and self.stage in ("opening", "code", "unknown"):
            question = wire.AskPayment(payment=payment, leave=True)
            self.booth.port.inquire(
                lambda client: client.ask(wire.PATH, question, wire.Payment), lambda _: None
            )
        self.begin()

    @property
    def screen(self) -> str:  # type: ignore[override]
        return {"amount": "form", "way": "menu"}.get(self.stage, "pay")

    def idle_s(self, limits: Limits) -> float | None:
        if self.stage in ("opening", "code", "crediting"):
            return None
        return limits.form_s if self.stage in ("amount", "way") else limits.result_s

    # -- keys --------------------------------------------------------------------------------------------

    def press(self, key: str) -> None:
        if key == "end" and self.stage != "crediting":
            self.host.do("end")
        elif key == "balance":
            self.host.do("balance")
        elif self.stage == "amount" and key.startswith("pad:"):
            self.why = ""
            self.yuan = typed(self.yuan, key.removeprefix("pad:"), _DIGITS).lstrip("0")
        elif self.stage == "amount" and key.startswith("fen:"):
            self._choose(int(key.removeprefix("fen:")))
        elif self.stage == "amount" and key == "ok" and self.yuan:
            self._choose(int(self.yuan) * 100)
        elif self.stage == "way" and key == "amount":
            self.stage = "amount"
        elif self.stage == "way" and key.removeprefix("way:") in self.booth.gateways:
            self._open(self.fen, key.removeprefix("way:"))

    def _choose(self, fen: int) -> None:
        """How much is known; by which app, where there are several."""
        booth = self.booth
        most = min(MOST_FEN, self.look.cap_room_fen) if self.is_purse else MOST_FEN
        if fen > most:
            self.why = booth.tr("kiosk.pay.most", fen=most)
            booth.port.play("refused")
            return
        self.fen, self.why = fen, ""
        if not booth.gateways:
            self._fail(Refused("payment.gateway"))  # closed while the amount was typed
        elif len(booth.gateways) > 1:
            self.stage = "way"
        else:
            self._open(fen, booth.gateways[0])

    def _open(self, fen: int, gateway: str) -> None:
        booth, station = self.booth, self.booth.station
        fields = {"card": self.look.card, "issue": self.look.issue, "fen": fen, "gateway": gateway}
        try:
            errand = station.front_desk.begin(CodePayment, **fields)
        except OneCardError as error:
            self._fail(error)
            return
        self.payment, self.stage, self.why, self._since = errand.id, "opening", "", booth.now()
        question = AskErrand(body=Raw(station.journal.body_bytes(errand.id)))
        self.ask(lambda client: client.errand(question), self._opened)

    @property
    def is_purse(self) -> bool:
        """Whether its money is on the card itself."""
        return self.look.card_type is None or self.look.card_type.purse_on_card

    # -- the office --------------------------------------------------------------------------------------

    def _opened(self, answer: ErrandAnswer | OneCardError) -> None:
        try:
            if isinstance(answer, OneCardError):
                raise answer
            self.booth.station.front_desk.errands.answered(answer)
        except OneCardError as error:
            self._fail(error)
            return
        self._look_up()

    def _fail(self, error: OneCardError) -> None:
        self.stage, self.why = "failed", self.booth.tr.refusal(error, Audience.MEMBER)
        self.booth.port.play("refused")

    def tick(self) -> None:
        now = self.booth.now()
        if self.stage in ("opening", "code", "unknown") and self.payment and not self._is_asking:
            if now - self._asked_at >= _AGAIN_S:
                self._look_up()
        elif self.stage == "crediting" and self._arrival is not None and self._arrival.poll():
            if self._arrival.here:
                self.host.do("load")
            else:
                self._end("waiting", "ok")

    def _look_up(self) -> None:
        assert self.payment is not None
        self._asked_at, self._is_asking = self.booth.now(), True
        question = wire.AskPayment(payment=self.payment)
        self.ask(lambda client: client.ask(wire.PATH, question, wire.Payment), self._told)

    def _told(self, answer: wire.Payment | OneCardError) -> None:
        """The newest word. Silence ends nothing: whoever has paid must not be told that it failed."""
        self._is_asking = False
        if isinstance(answer, OneCardError):
            if self.stage == "code" and self._left_s() == 0:
                self.stage, self.why = "unknown", ""
            return
        if answer.state == "shown" and answer.code and self.stage != "unknown":
            self.stage, self.code, self._until = "code", answer.code, answer.until
            self._whole = self._whole or max(1, self._left_s())
        elif answer.is_credited:
            self._paid()
        elif answer.state in _ENDED:
            self._end(_ENDED[answer.state], "refused")
        elif self.stage == "opening" and self.booth.now() - self._since >= _PATIENCE_S:
            self.leave()
            self._end("failed", "refused")

    def _paid(self) -> None:
        if self.is_purse:
            self.stage, self._arrival = "crediting", Arrival(self, self.look)
            return
        self._end("credited", "ok")
        assert self.payment is not None
        booth = self.booth
        self.print(
            receipt.code_payment(
                booth.tr, booth.head(), self.look, self.payment, self.fen, booth.station.now()
            )
        )

    def _end(self, stage: str, sound: str) -> None:
        self.stage = stage
        self.booth.port.play(sound)

    def _left_s(self) -> int:
        return max(0, self._until - self.booth.station.now())

    # -- what is seen ------------------------------------------------------------------------------------

    def view(self) -> object:
        if self.stage == "amount":
            return self._amount()
        if self.stage == "way":
            return self._ways()
        return pay.view(
            self.booth,
            stage=self.stage,
            fen=self.fen,
            code=self.code,
            left_s=self._left_s(),
            whole_s=self._whole,
            why=self.why,
            paper=self.paper,
            number="" if self.payment is None else str(self.payment),
        )

    def _ways(self) -> object:
        tr = self.booth.tr
        keys = [
            KeyView(key=f"way:{name}", text=gateway_name(tr, name), detail=_how(tr, name), icon="qrcode")
            for name in self.booth.gateways[: menu.KEYS]
        ]
        return menu.view(
            self.booth,
            icon="qrcode-scan",
            title=tr("kiosk.pay.way"),
            amount=money.show(self.fen),
            detail=tr("kiosk.pay.way_do"),
            keys=tuple(keys),
            back="amount",
        )

    def _amount(self) -> object:
        tr = self.booth.tr
        wrong = NoticeView(tone="refuse", icon="alert-circle-outline", text=self.why)
        return form.view(
            self.booth,
            title=tr("kiosk.home.code"),
            detail=tr("kiosk.pay.amount_do"),
            fields=(
                form.FieldView(
                    label=tr("kiosk.paper.total"), text=money.show(int(self.yuan or 0) * 100), active=True
                ),
            ),
            quick=tuple(KeyView(key=f"fen:{fen}", text=whole(fen)) for fen in QUICK),
            ok=tr("common.next"),
            ready=bool(self.yuan),
            notice=wrong if self.why else NO_NOTICE,
        )


def _how(tr: Translator, name: str) -> str:
    """By which app the code is scanned, where there are words for it."""
    key = f"kiosk.pay.how.{name}"
    return tr(key) if tr.knows(key) else ""


def gateway_name(tr: Translator, name: str) -> str:
    """As people call it; a unit may have set up one that nobody has words for."""
    key = f"kiosk.pay.gateway.{name}"
    return tr(key) if tr.knows(key) else legible(name)
