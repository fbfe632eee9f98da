"""A sale that its card's type wants a PIN for: asked when the card comes, checked by the office. F: C4 B9

What was proved holds for this bill and this card; another card that comes instead is asked for its own.
"""

from dataclasses import replace

from onecard.devices import pinpads
from onecard.errors import OneCardError, Refused
from onecard.terminal.look import Look
from onecard.wire.lookups import CheckPin, PinChecked
from pos.area import Area, Way
from pos.presenters.pin import PinPresenter
from pos.question import Answer
from pos.task import Sell, Task
from pos.till import Till

#: The rule that asks for it.
WANTED = "limit.pin"


class Proving(Area):
    """Nothing of a PIN outlives the question about it."""

    def __init__(self, till: Till, way: Way) -> None:
        self._till, self._way = till, way
        self._asking: PinPresenter | None = None
        self._sell: Sell | None = None

    def denied(self, task: Task, error: OneCardError, look: Look | None) -> None:
        if error.code != WANTED or not isinstance(task, Sell) or not self._till.is_online:
            return
        card = look.card if look is not None else int(error.params.get("card", 0))
        issue = look.issue if look is not None else int(error.params.get("issue", 0))
        if not card:
            return
        self._sell = task
        self._asking = PinPresenter(self._till, task.fen, card, issue)
        if self._asking.on_pad:
            self._ask_pad()

    def cover(self) -> object | None:
        return None if self._asking is None else self._asking.view()

    def covered(self, action: str) -> None:
        assert self._asking is not None
        if action == "escape":
            self._leave()
            self._way.unwant()
            return
        pin = self._asking.act(action)
        if pin:
            self._check(pin)

    def _leave(self) -> None:
        if self._asking is not None and self._asking.on_pad:
            self._till.counter.stop_pin()
        self._asking, self._sell = None, None

    # -- the pad at the counter --------------------------------------------------------------------------

    def _ask_pad(self) -> None:
        asking = self._asking

        def heard(event: pinpads.Event) -> None:
            if asking is None or asking is not self._asking:
                if isinstance(event, pinpads.Entered):
                    event.pin.wipe()
                return
            if isinstance(event, pinpads.Typing):
                asking.count = event.count
            elif isinstance(event, pinpads.Entered):
                asking.count = 0
                self._check(event.pin.take())
            else:
                self._leave()
                self._way.unwant()
            self._way.show()

        self._till.counter.ask_pin(heard)

    # -- the office --------------------------------------------------------------------------------------

    def _check(self, pin: str) -> None:
        asking = self._asking
        assert asking is not None
        asking.is_asking, asking.error = True, None

        def heard(answer: Answer) -> None:
            if asking is not self._asking:
                return
            asking.is_asking = False
            if isinstance(answer, PinChecked) and answer.fits:
                self._go_on(asking)
                return
            if isinstance(answer, PinChecked):
                asking.error = Refused("pin.mismatch" if answer.is_set else "pin.not_set")
            elif isinstance(answer, OneCardError):
                asking.error = answer
            self._till.port.play("refused")
            if asking.on_pad:
                self._ask_pad()

        self._till.port.ask(CheckPin(card=asking.card, issue=asking.issue, pin=pin), heard)

    def _go_on(self, asking: PinPresenter) -> None:
        sell = self._sell
        assert sell is not None
        self._leave()
        proved = replace(
            sell, order=replace(sell.order, pin_verified=True), proved=(asking.card, asking.issue)
        )
        self._way.want(proved, lying=True)
