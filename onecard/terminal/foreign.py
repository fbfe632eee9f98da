"""Orders at other people's card terminals, as this station's journal has them. F: C16 C17

On disk before the terminal hears of an order, and its word on disk before anybody acts on it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from onecard.ids import RecordId
from onecard.terminal.desk import Desk
from onecard.terminal.shift import ShiftBook
from onecard.wire.foreign import ForeignOrder, ForeignWord

Device = Literal["bank", "city"]
#: So many are shown, and can be taken back from here.
MOST = 2000


@dataclass(frozen=True, kw_only=True)
class ForeignPayment:
    """``word`` is ``None`` while nobody knows what came of it; ``is_sold``: a sale of ours names it."""

    order: ForeignOrder
    word: ForeignWord | None = None
    is_sold: bool = False

    @property
    def reference(self) -> str:
        return str(self.order.id)

    @property
    def is_approved(self) -> bool:
        return self.word is not None and self.word.is_approved


class ForeignBook:
    """Of one station."""

    def __init__(self, desk: Desk, shifts: ShiftBook) -> None:
        self._desk, self._shifts = desk, shifts

    def order(
        self, device: Device, kind: Literal["sale", "void", "refund"], fen: int, original: str = ""
    ) -> ForeignOrder:
        """Raises ``StoreError``: then nothing may be sent."""
        desk, now, shifts = self._desk, self._desk.moment.now(), self._shifts
        return desk.journal.append(
            lambda id: ForeignOrder(
                **desk.head(id, now, shifts.number, shifts.operator),
                device=device,
                kind=kind,
                fen=fen,
                original=original,
            )
        )

    def word(self, reference: str, *, is_approved: bool, **said: object) -> ForeignWord:
        """What came of it. Raises ``Conflict`` for a second word, ``StoreError``."""
        now, of = self._desk.moment.now(), RecordId.parse(reference)
        return self._desk.journal.append(
            lambda id: ForeignWord(id=id, at=now, of=of, is_approved=is_approved, **said)  # type: ignore[arg-type]
        )

    def payments(self, device: Device) -> list[ForeignPayment]:
        """The newest ones and all that are open, oldest first."""
        journal = self._desk.journal
        found = []
        for id, word_id, is_sold in journal.index.foreign_orders(device, MOST):
            order, word = journal.body(id), None if word_id is None else journal.body(word_id)
            assert isinstance(order, ForeignOrder)
            assert word is None or isinstance(word, ForeignWord)
            found.append(ForeignPayment(order=order, word=word, is_sold=is_sold))
        return found


def unclaimed(payments: Sequence[ForeignPayment]) -> list[ForeignPayment]:
    """Money that moved and that no sale of ours names, nor was taken back: a person has to give it back."""
    back = {one.order.original for one in payments if one.order.original and one.is_approved}
    return [
        one
        for one in payments
        if one.order.kind == "sale" and one.is_approved and not one.is_sold and one.reference not in back
    ]
