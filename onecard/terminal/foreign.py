"""Orders at other people's card terminals, as this station's journal has them. F: C16 C17

On disk before the terminal hears of an order, and its word on disk before anybody acts on it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from onecard.errors import OneCardError
from onecard.ids import RecordId
from onecard.terminal.desk import Desk
from onecard.terminal.outcome import State
from onecard.terminal.shift import ShiftBook
from onecard.wire.errands import Part
from onecard.wire.foreign import (
    ForeignOrder,
    ForeignProof,
    ForeignReturn,
    ForeignTotals,
    ForeignWord,
    Sums,
)

Device = Literal["bank", "city"]
#: So many are shown, and can be taken back from here.
MOST = 2000


@dataclass(frozen=True, kw_only=True)
class Back:
    """A sale of ours that is paid back there, and what is to be booked then; no ``lines``: all that is
    left."""

    sale: RecordId
    lines: tuple[Part, ...] = ()
    reason: str = ""
    supervisor: int = 0


@dataclass(frozen=True, kw_only=True)
class ForeignPayment:
    """``word`` is ``None`` while nobody knows what came of it; ``is_sold``: a sale of ours names it, or the
    refund that booked it."""

    order: ForeignOrder
    word: ForeignWord | None = None
    is_sold: bool = False
    #: The errand that was to book it and was given up; the office may have done it all the same.
    given_up: RecordId | None = None

    @property
    def reference(self) -> str:
        return str(self.order.id)

    @property
    def is_approved(self) -> bool:
        return self.word is not None and self.word.is_approved


#: Hears the terminal's word, or why there is none, once that is certain.
Then = Callable[[ForeignPayment | OneCardError], object]


class ForeignBook:
    """Of one station."""

    def __init__(self, desk: Desk, shifts: ShiftBook) -> None:
        self._desk, self._shifts = desk, shifts

    def order(
        self,
        device: Device,
        kind: Literal["sale", "void", "refund"],
        fen: int,
        original: str = "",
        back: Back | None = None,
    ) -> ForeignOrder:
        """Raises ``StoreError``: then nothing may be sent."""
        desk, now, shifts = self._desk, self._desk.moment.now(), self._shifts

        def make(id: RecordId) -> ForeignOrder:
            head = desk.head(id, now, shifts.number, shifts.operator)
            if back is None:
                return ForeignOrder(**head, device=device, kind=kind, fen=fen, original=original)
            return ForeignReturn(
                **head,
                device=device,
                kind=kind,
                fen=fen,
                original=original,
                sale=back.sale,
                lines=back.lines,
                sale_reason=back.reason,
                supervisor=back.supervisor,
            )

        return desk.journal.append(make)

    def word(self, reference: str, *, is_approved: bool, **said: object) -> ForeignWord:
        """What came of it. Raises ``Conflict`` for a second word, ``StoreError``."""
        now, of = self._desk.moment.now(), RecordId.parse(reference)
        return self._desk.journal.append(
            lambda id: ForeignWord(id=id, at=now, of=of, is_approved=is_approved, **said)  # type: ignore[arg-type]
        )

    def proof(self, reference: str, supervisor: int) -> ForeignProof:
        """The member gets it in writing that his card paid for nothing. Raises ``StoreError``."""
        now, of = self._desk.moment.now(), RecordId.parse(reference)
        return self._desk.journal.append(lambda id: ForeignProof(id=id, at=now, of=of, supervisor=supervisor))

    def compared(self, device: Device, batch: str, ours: Sums, theirs: Sums) -> ForeignTotals:
        """What a comparison of a batch said. Raises ``StoreError``."""
        desk, now, shifts = self._desk, self._desk.moment.now(), self._shifts

        def make(id: RecordId) -> ForeignTotals:
            head = desk.head(id, now, shifts.number, shifts.operator)
            return ForeignTotals(**head, device=device, batch=batch, ours=ours, theirs=theirs)

        return desk.journal.append(make)

    def unclaimed_in(self, shift: int) -> list[ForeignPayment]:
        """Of both devices, ordered in this shift."""
        devices: tuple[Device, ...] = ("bank", "city")
        both = [one for device in devices for one in unclaimed(self.payments(device))]
        return [one for one in both if one.order.shift == shift]

    def differing(self, shift: int) -> list[ForeignTotals]:
        """Of each batch that was compared in this shift the last word, where the sums differ."""
        journal, found = self._desk.journal, dict[tuple[str, str], ForeignTotals]()
        opened = journal.index.shift_opened(shift)
        for body in journal.bodies(opened) if opened is not None else ():
            if isinstance(body, ForeignTotals) and body.shift == shift:
                found[body.device, body.batch] = body
        return [one for one in found.values() if one.ours != one.theirs]

    def paid_today(self, device: Device, card: str) -> int:
        """What cards whose number ends like this one's paid here today, fen: never less than it did."""
        desk = self._desk
        today = desk.calendar().card_day(desk.moment.now())
        return sum(
            one.order.fen
            for one in self.payments(device)
            if one.order.day == today and one.order.kind == "sale"
            and one.is_approved and one.word is not None and one.word.card == card[-4:]
        )  # fmt: skip

    def payments(self, device: Device) -> list[ForeignPayment]:
        """The newest ones and all that are open, oldest first."""
        journal = self._desk.journal
        found = []
        for id, word_id, booked, given_up in journal.index.foreign_orders(device, MOST):
            order, word = journal.body(id), None if word_id is None else journal.body(word_id)
            assert isinstance(order, ForeignOrder)
            assert word is None or isinstance(word, ForeignWord)
            is_sold = booked is not None
            found.append(ForeignPayment(order=order, word=word, is_sold=is_sold, given_up=given_up))
        return found

    def unbooked(self, device: Device) -> list[ForeignPayment]:
        """Sales of ours that were paid back there, and nothing of it is booked yet; oldest first. F: C7"""
        return [one for one in self.payments(device) if self._is_unbooked(one)]

    def _is_unbooked(self, one: ForeignPayment) -> bool:
        order = one.order
        if not isinstance(order, ForeignReturn) or not one.is_approved or one.is_sold:
            return False
        return not any(
            void.state != State.NOT_WRITTEN for void in self._desk.journal.index.voids_of(order.sale)
        )


def unclaimed(payments: Sequence[ForeignPayment]) -> list[ForeignPayment]:
    """Money that moved and that no sale of ours names, nor was taken back: a person has to give it back."""
    back = {one.order.original for one in payments if one.order.original and one.is_approved}
    return [
        one
        for one in payments
        if one.order.kind == "sale" and one.is_approved and not one.is_sold and one.reference not in back
    ]
