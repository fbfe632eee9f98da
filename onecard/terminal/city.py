"""The city card's own terminal beside a station: its operator's card pays, its operator settles. F: C17

One order at a time: wait for a card, check the operator's limits, journal the order, debit, journal the
record. What the terminal cannot say at once it is asked again, with the same card where it needs that.
"""

from collections.abc import Callable
from typing import Any, Final

import structlog

from onecard.clock import Clock
from onecard.devices.city_terminals import (
    CardLeft,
    CardNeeded,
    CardSeen,
    CityCard,
    CityTerminal,
    Debit,
    Debited,
    Declined,
    Event,
    NotFound,
    Record,
    Records,
    Rules,
    Unknown,
)
from onecard.devices.city_terminals.export import export, gaps
from onecard.devices.worker import Worker
from onecard.errors import DeviceGone, OneCardError, Refused
from onecard.terminal.foreign import Back, ForeignBook, ForeignPayment, Then
from onecard.terminal.later import Later

_log = structlog.get_logger("city")

#: Seconds that a customer gets to lay the card on, and between two questions about an unknown outcome.
CARD_S: Final = 60.0
ASK_AGAIN_S: Final = 3.0
#: Reasons of the terminal that have a sentence of their own.
_SAID: Final = ("short", "stopped")


class CityDesk:
    """``merchant`` is our number at the operator; ``rules`` its limits."""

    def __init__(
        self,
        book: ForeignBook,
        open_driver: Callable[[], CityTerminal],
        clock: Clock,
        later: Later,
        *,
        merchant: str = "",
        rules: Rules | None = None,
    ) -> None:
        self._book, self._clock, self._later = book, clock, later
        self._merchant, self._rules = merchant, rules or Rules()
        #: The card that lies there, for the screen.
        self.card: CityCard | None = None
        #: The same card has to be laid on again: only it can tell.
        self.needs_card = False
        self._wanted: tuple[int, float, Then] | None = None
        self._then: Then | None = None
        self._open = next((one for one in book.payments("city") if one.word is None), None)
        self._ask_at = 0.0
        self._records: list[Record] = []
        self._after = 0
        self._collected: Callable[[bytes | OneCardError], object] | None = None
        self.worker: Worker[CityTerminal] = Worker(
            "city", open_driver, self._look, clock=clock, interval_s=0.05, on_gone=self._away
        )

    @property
    def is_open(self) -> bool:
        return self._open is not None

    def pay(self, fen: int, then: Then) -> None:
        """``then`` hears the record, or why there is none, once that is certain."""
        if self._open is not None or self._wanted is not None:
            then(Refused("bank.open"))
        elif self.worker.health.view.condition != "good":
            then(DeviceGone(device="city"))
        else:
            self._wanted = (fen, self._clock.monotonic() + CARD_S, then)

    def take_back(self, reference: str, fen: int, then: Then, back: Back | None = None) -> None:
        """Such terminals take nothing back: the operator does, at its own counter."""
        then(Refused("city.no_void"))

    def collect(self, after: int, then: Callable[[bytes | OneCardError], object]) -> None:
        """All records behind this number, as the operator's file. ``city.gap``: some are missing."""
        self._records, self._collected, self._after = [], then, after

        def ask(terminal: CityTerminal) -> None:
            if terminal.is_busy or self._open is not None or self._wanted is not None:
                raise Refused("bank.open")
            terminal.collect(after)

        def asked(future: Any) -> None:
            error = future.exception()
            if error is not None:
                said = error if isinstance(error, OneCardError) else Refused("station.fault", what="city")
                self._later(lambda: self._collect_ended(said))

        self.worker.call(ask).add_done_callback(asked)

    # -- on the terminal's thread ------------------------------------------------------------------------

    def _look(self, terminal: CityTerminal) -> None:
        for event in terminal.poll():
            self._hear(terminal, event)
        now = self._clock.monotonic()
        if terminal.is_busy:
            return
        if self._open is not None and now >= self._ask_at:
            self._ask_at = now + ASK_AGAIN_S
            terminal.inquire(self._open.reference)
        elif self._open is None and self._wanted is not None:
            self._begin(terminal, now)

    def _begin(self, terminal: CityTerminal, now: float) -> None:
        assert self._wanted is not None
        fen, until, then = self._wanted
        if self.card is None:
            if now >= until:
                self._end_wait(Refused("city.no_card"), then)
            return
        try:
            today_fen = self._book.paid_today("city", self.card.number) if self._rules.most_per_day_fen else 0
            self._rules.check(self.card, fen, today_fen)
            body = self._book.order("city", "sale", fen)
        except OneCardError as error:
            self._end_wait(error, then)
            return
        self._wanted, self._then = None, then
        self._open = ForeignPayment(order=body)
        self._ask_at = now + ASK_AGAIN_S
        terminal.debit(Debit(str(body.id), fen, self.card.number))

    def _end_wait(self, error: OneCardError, then: Then) -> None:
        self._wanted = None
        self._later(lambda: then(error))

    def _hear(self, terminal: CityTerminal, event: Event) -> None:
        match event:
            case CardSeen(card=card):
                self.card, self._ask_at = card, 0.0
            case CardLeft():
                self.card = None
            case Records(records=records, is_all=is_all):
                self._take_records(terminal, records, is_all=is_all)
            case CardNeeded():
                self.needs_card = True
            case Unknown():
                pass  # asked again at the next look that is due
            case Debited(record=record) if self._is_about(record.reference):
                self._settle(record, "")
            case Declined(reference=reference, reason=reason) if self._is_about(reference):
                self._settle(None, reason)
            case NotFound(reference=reference) if self._is_about(reference):
                self._settle(None, "not_found")

    def _is_about(self, reference: str) -> bool:
        return self._open is not None and self._open.reference == reference

    def _settle(self, record: Record | None, reason: str) -> None:
        one, then = self._open, self._then
        assert one is not None
        self._open, self._then, self.needs_card = None, None, False
        if record is None or record.amount_fen != one.order.fen:
            why = reason or "differs"
            self._book.word(one.reference, is_approved=False, reason=why)
            known = why if why in _SAID else "declined"
            told: ForeignPayment | OneCardError = Refused(f"city.{known}", reason=why)
        else:
            word = self._book.word(
                one.reference,
                is_approved=True,
                approval=f"{record.sequence:08d}",
                card=record.card[-4:],
                sequence=record.sequence,
                before_fen=record.before_fen,
                after_fen=record.after_fen,
                proof=record.proof,
            )
            told = ForeignPayment(order=one.order, word=word)
            if self.card is not None and self.card.number == record.card:
                # It still lies there, with what is left on it.
                self.card = CityCard(record.card, record.after_fen)
        _log.info("city.settled", reference=one.reference, is_approved=record is not None)
        if then is not None:
            self._later(lambda: then(told))

    def _take_records(self, terminal: CityTerminal, records: tuple[Record, ...], *, is_all: bool) -> None:
        self._records += records
        if not is_all and records:
            terminal.collect(records[-1].sequence)
            return
        missing = not is_all or bool(gaps(self._records, self._after))
        answer: bytes | OneCardError = Refused("city.gap")
        if not missing:
            answer = export(self._merchant, self._records)
        self._later(lambda: self._collect_ended(answer))

    def _collect_ended(self, answer: bytes | OneCardError) -> None:
        then, self._collected = self._collected, None
        if then is not None:
            then(answer)

    def _away(self) -> None:
        self.card = None
        if self._wanted is not None:
            self._end_wait(DeviceGone(device="city"), self._wanted[2])
