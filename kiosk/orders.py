"""Carries out what a visit commands of station, office and printer, and what is left for a quiet moment.

Decides nothing about money: what fails is logged, told as an event where the visit waits for it, and found
again by ``leftover.py``.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import structlog

from kiosk import by_uid, leftover, paper, receipt
from kiosk.booth import Booth
from kiosk.by_uid import Stranger
from kiosk.slips import Slips
from kiosk.visit_events import Answered, Event, Named, Printed, Wait, Waited
from kiosk.visit_state import Visit
from onecard.devices.printers import PrinterState
from onecard.errors import OneCardError, Refused
from onecard.terminal.card_event import GiveUp, SetAside
from onecard.wire import payment
from onecard.wire import pockets as wallets
from onecard.wire.client import ServerClient
from onecard.wire.errands import CodePayment, ErrandAnswer
from onecard.wire.messages import CardStatus, Status

_log = structlog.get_logger("kiosk")

Tell = Callable[[Event], None]


class Orders:
    """One kiosk's. ``tell`` is the flow's ear for what comes of an order later."""

    def __init__(self, booth: Booth) -> None:
        self.booth, self.slips = booth, Slips(booth)
        self._started_at = booth.now()
        self._swept_at = self._started_at
        self._old_writes = True
        self._asked_at = booth.now()
        self._ways_at: float | None = None
        self._is_asking = False

    def ask(self, card: int, issue: int, tell: Tell) -> None:
        """What the office knows of this card: first what the list shows, then all of its wallets."""
        port = self.booth.port
        port.wake()

        def status_came(status: CardStatus | None) -> None:
            if status is None:
                tell(Answered(card=card, issue=issue, status=None))
                return
            question = wallets.AskPockets(card=card, issue=issue)

            def pockets_came(answer: wallets.Pockets | OneCardError) -> None:
                found = answer if isinstance(answer, wallets.Pockets) else None
                tell(Answered(card=card, issue=issue, status=status, pockets=found))

            port.inquire(lambda client: client.ask(wallets.PATH, question, wallets.Pockets), pockets_came)

        port.ask(card, issue, status_came)

    def name(self, stranger: Stranger, tell: Tell) -> None:
        """Whose account is it that this plastic is? Only the office knows it by now."""
        booth = self.booth

        def answered(answer: CardStatus | OneCardError) -> None:
            uid, at = stranger.uid, booth.now()
            try:
                if isinstance(answer, OneCardError):
                    raise by_uid.unknown(answer)
                look = by_uid.told(booth.station, stranger, answer)
            except OneCardError as error:
                tell(Named(uid=uid, error=error, at=at))
                return
            tell(Named(uid=uid, look=look, status=answer, at=at))

        booth.port.inquire(lambda client: client.ask_medium(stranger.uid), answered)

    def wait(self, order: Wait) -> Waited:
        """Credits that reached no card: a slip where one is wanted and can be had, else a load."""
        station, now = self.booth.station, self.booth.now()
        try:
            if order.slip:
                with suppress(Refused):
                    slip = self.slips.make(order.credits)
                    self.booth.port.wake()
                    return Waited(waiting=None, slip=slip, at=now)
            waiting = station.wait_credits(order.card, order.issue, order.credits)
        except OneCardError as error:
            _log.error("kiosk.wait_failed", code=error.code)
            return Waited(waiting=None, at=now)
        self.booth.port.wake()
        return Waited(waiting=waiting, at=now)

    def let_go(self, order: SetAside | GiveUp) -> None:
        """A write that nobody proved."""
        station = self.booth.station
        try:
            if isinstance(order, SetAside):
                station.set_aside(order.id)
            else:
                station.give_up(order.id, order.why)
        except Refused as refused:
            # Five may lie aside; each is given up in the next breath, so this one is as well.
            _log.warning("kiosk.let_go_refused", code=refused.code)
        except OneCardError as error:
            # The disk refuses: the visit is over all the same, so this is one of the old writes from here on.
            _log.error("kiosk.let_go_failed", code=error.code)
            self._old_writes, self._started_at = True, self.booth.now()
        self.booth.port.wake()

    def print(self, visit: Visit, tell: Tell) -> Visit:
        """The paper of what the visit has come to; the visit that waits for it."""
        self.booth.port.wake()
        document = paper.after(self.booth, visit)
        if document is None or not self.booth.has_printer:
            return replace(visit, printed=False)

        slip = None if visit.outcome is None else visit.outcome.slip

        def printed(state: PrinterState) -> None:
            unsure = state is PrinterState.UNKNOWN
            if slip is not None:
                self.slips.sent(slip, state)
            tell(Printed(id=document.id, ok=state.has_printed, unsure=unsure))

        # Said before it is asked: a printer that answers at once must find the visit waiting.
        waiting = replace(visit, paper=document.id, printed=None)
        self.booth.port.print(document, lambda state: printed(state))
        return waiting

    def print_left(self) -> None:
        """A slip whose paper the power cut off, for whoever still stands there or opens the machine."""
        self.slips.tidy()
        left, booth = self.slips.waiting(), self.booth
        if left is not None and booth.has_printer:
            document = receipt.claim(booth.tr, booth.head(), *left)
            booth.port.print(document, lambda state: self.slips.sent(left, state))

    def quiet(self) -> None:
        """Nobody is here: what earlier visits left."""
        booth = self.booth
        if self._old_writes and booth.now() - self._started_at >= leftover.GRACE_S:
            self._old_writes = False
            if leftover.give_up_old(booth.station):
                booth.port.wake()
        if booth.now() - self._swept_at >= leftover.SWEEP_S:
            # The disk may have refused when the visit ended.
            self._swept_at = booth.now()
            if leftover.sweep(booth.station):
                booth.port.wake()
        if booth.is_online and not self._is_asking and booth.now() - self._asked_at >= leftover.AGAIN_S:
            self._asked_at = booth.now()
            self._ask_again()
        wait_s = leftover.WAYS_S if booth.gateways else leftover.NO_WAYS_S
        if booth.is_online and (self._ways_at is None or booth.now() - self._ways_at >= wait_s):
            self._ways_at = booth.now()
            self._ask_ways()

    def _ask_ways(self) -> None:
        """By which gateways can be paid here; a gateway that is closed is gone within a minute."""

        def answered(answer: payment.Ways | OneCardError) -> None:
            if isinstance(answer, payment.Ways):
                self.booth.gateways = answer.names

        self.booth.port.inquire(
            lambda client: client.ask(payment.WAYS_PATH, payment.AskWays(), payment.Ways), answered
        )

    def _ask_again(self) -> None:
        """An errand whose answer was lost: with the same bytes, so that the office does it once."""
        errands = self.booth.station.front_desk.errands
        errand = next(iter(errands.unanswered()), None)
        if errand is None:
            return
        id, question = errand.id, errands.question(errand.id)
        self._is_asking = True

        def put(client: ServerClient) -> ErrandAnswer:
            if isinstance(errand, CodePayment):
                # Nobody looks at its code any more: better it is never opened.
                cancelled = client.cancel(id)
                if cancelled.result.status is Status.REFUSED:
                    return ErrandAnswer(result=cancelled.result)
            return client.errand(question)

        def answered(answer: ErrandAnswer | OneCardError) -> None:
            self._is_asking = False
            if isinstance(answer, OneCardError):
                _log.info("kiosk.errand_later", errand=str(errand.id), code=answer.code)
                return
            try:
                errands.answered(answer)
            except OneCardError as error:
                _log.info("kiosk.errand_refused", errand=str(errand.id), code=error.code)

        self.booth.port.inquire(put, answered)
