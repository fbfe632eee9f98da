"""Terminals of the past: journals as real stations would have kept them, uploaded by the real road.

Cards are kept as values here (nothing is tapped), but every record, chain and signature is a real one.
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from msgspec import Raw
from people import Dish

from onecard.cards.image import Identity, Purse
from onecard.clock import CHINA, card_day
from onecard.ids import Entropy, RecordId
from onecard.rules.periods import Calendar
from onecard.rules.purse import Change, advance
from onecard.wire.chain import GENESIS, record_hash
from onecard.wire.messages import (
    Balances,
    Body,
    Credit,
    Done,
    Issue,
    Line,
    Pay,
    PurseWrite,
    Recharge,
    Record,
    Sale,
    ShiftClose,
    ShiftOpen,
    Source,
    Stack,
    Totals,
    Upload,
    encode,
)
from onecard.wire.signing import SigningKey
from server.books.intake import MOST, Sender, upload
from server.books.lane import Lane

B = TypeVar("B", bound=Body)
CALENDAR = Calendar()
UNIT = 1


@dataclass
class Plastic:
    """One member's card as it stands after each record; ``before`` is the record under the newest."""

    uid: bytes
    identity: Identity
    member: int
    name: str
    purse: Purse = field(default_factory=Purse)
    before: Purse | None = None

    def write(self, change: Change, by: RecordId, at: int) -> PurseWrite:
        """The next record of this card and its link for the journal."""
        after, cleared = advance(self.purse, change, by=by, at=at, calendar=CALENDAR)
        link = PurseWrite(
            card=self.identity.card,
            issue=self.identity.issue,
            uid=self.uid.hex(),
            counter=self.purse.counter,
            prev=self.purse.last,
            before=Balances.of(self.purse),
            after=Balances.of(after),
            cleared=cleared,
        )
        self.before, self.purse = self.purse, after
        return link


class PastTerminal:
    """One enrolled terminal of the past and its journal."""

    def __init__(self, number: int, key: SigningKey, outlet: int, owner: int, operator: int) -> None:
        self.number, self.key = number, key
        self.outlet, self.owner, self.operator = outlet, owner, operator
        self._records: list[Record] = []
        self._seq, self._hash = 0, GENESIS
        self._shift = self._z = self._opened_at = self._first_seq = 0
        self._sums: dict[str, int] = {}
        self._cycle = 0

    # ---- records

    def _append(self, at: int, make: Callable[[RecordId], B]) -> B:
        id = RecordId(self.number, 1, self._seq + 1)
        body = make(id)
        raw = encode(body)
        hashed = record_hash(self._hash, self.number, 1, id.seq, at, 0, 0, raw)
        self._records.append(
            Record(seq=id.seq, at=at, mono_ms=0, offset_s=0, body=Raw(raw), prev=self._hash, hash=hashed)
        )
        self._seq, self._hash = id.seq, hashed
        return body

    def _done(self, at: int, of: RecordId) -> None:
        self._append(at, lambda id: Done(id=id, at=at, of=of))

    def _add(self, **sums: int) -> None:
        for name, value in sums.items():
            self._sums[name] = self._sums.get(name, 0) + value

    async def send(self, lane: Lane) -> int:
        """Upload what is new, as a station does; how many records went."""
        sent = len(self._records)
        sender = Sender(UNIT, self.number, lambda head, signature: True)
        while self._records:
            batch, self._records = self._records[:MOST], self._records[MOST:]
            signature = self.key.sign(bytes.fromhex(batch[-1].hash)).hex()
            answer = await upload(lane, sender, Upload(epoch=1, records=tuple(batch), signature=signature))
            assert answer.received == batch[-1].seq, answer
            assert not answer.results, answer.results
        return sent

    # ---- events

    def open_shift(self, at: int, float_fen: int = 20_000) -> None:
        self._shift += 1
        self._opened_at, self._sums = at, {"float": float_fen}
        opened = self._append(
            at,
            lambda id: ShiftOpen(
                unit=UNIT, id=id, at=at, day=day_of(at), shift=self._shift, operator=self.operator,
                float_fen=float_fen,
            ),
        )  # fmt: skip
        self._first_seq = opened.id.seq

    def close_shift(self, at: int) -> None:
        self._z += 1
        float_fen = self._sums.pop("float")
        totals = Totals(**self._sums)
        cash = float_fen + totals.recharges_fen + totals.issues_fen + totals.deposits_fen + totals.fees_fen
        self._append(
            at,
            lambda id: ShiftClose(
                unit=UNIT, id=id, at=at, day=day_of(at), shift=self._shift, operator=self.operator, z=self._z,
                opened_at=self._opened_at, first_seq=self._first_seq, last_seq=self._seq, totals=totals,
                float_fen=float_fen, expected_fen=cash, counted_fen=cash, head=self._hash,
            ),
        )  # fmt: skip

    def issue(self, at: int, id: RecordId, plastic: Plastic, opening_fen: int, deposit_fen: int) -> None:
        """``id`` is the one the number was reserved under: the next of this journal."""

        def make(own: RecordId) -> Issue:
            assert own == id, (own, id)
            who = plastic.identity
            return Issue(
                unit=UNIT, id=own, at=at, day=day_of(at), shift=self._shift, operator=self.operator,
                card=who.card, issue=who.issue, type=who.type, uid=plastic.uid.hex(), until=who.until_day,
                opening_fen=opening_fen, deposit_fen=deposit_fen,
                purse=plastic.write(Change(main_fen=opening_fen), own, at),
            )  # fmt: skip

        self._done(at + 2, self._append(at, make).id)
        self._add(issues=1, issues_fen=opening_fen, deposits_fen=deposit_fen)

    @property
    def next_id(self) -> RecordId:
        """The id that the next record will have."""
        return RecordId(self.number, 1, self._seq + 1)

    def sale(self, at: int, plastic: Plastic, lines: tuple[Line, ...]) -> None:
        due = sum(line.total_fen for line in lines)
        sale = self._append(
            at,
            lambda id: Sale(
                unit=UNIT, id=id, at=at, day=day_of(at), shift=self._shift, operator=self.operator,
                outlet=self.outlet, owner=self.owner, card=plastic.identity.card, issue=1, lines=lines,
                due_fen=due, pays=(Pay("main", due),),
                purse=plastic.write(Change(main_fen=-due, spent_fen=due), id, at),
            ),
        )  # fmt: skip
        self._done(at + 1, sale.id)
        self._add(sales=1, sales_main_fen=due)

    def recharge(self, at: int, plastic: Plastic, fen: int) -> None:
        """Cash over the counter."""
        made = self._append(at, lambda id: self._recharge(id, at, plastic, fen, Source.TILL, ()))
        self._done(at + 1, made.id)
        self._add(recharges=1, recharges_fen=fen)

    def notes(self, at: int, plastic: Plastic, notes: tuple[int, ...]) -> None:
        """Notes at a kiosk, and the recharge that delivers them."""
        credits: list[RecordId] = []
        for note in notes:
            self._cycle += 1
            head = {"unit": UNIT, "at": at, "day": day_of(at), "acceptor": "ID003-1", "boot": 1}
            head |= {"cycle": self._cycle, "value_fen": note, "card": plastic.identity.card, "issue": 1}
            self._append(at, lambda id, head=head: Stack(id=id, **head))
            credits.append(self._append(at + 2, lambda id, head=head: Credit(id=id, **head)).id)
        made = self._append(
            at + 9,
            lambda id: self._recharge(id, at + 9, plastic, sum(notes), Source.CASHBOX, tuple(credits)),
        )
        self._done(at + 10, made.id)

    def _recharge(
        self, id: RecordId, at: int, plastic: Plastic, fen: int, source: Source, credits: tuple[RecordId, ...]
    ) -> Recharge:
        return Recharge(
            unit=UNIT, id=id, at=at, day=day_of(at), shift=self._shift, operator=self.operator, source=source,
            amount_fen=fen, credits=credits, purse=plastic.write(Change(main_fen=fen), id, at),
        )  # fmt: skip


def day_of(at: int) -> int:
    """The business day of a moment, in card days."""
    return CALENDAR.card_day(at)


def moment(day: datetime.date, hour: int, minute: int, second: int = 0) -> int:
    """Wall time of the unit → unix seconds."""
    wall = datetime.datetime.combine(day, datetime.time(hour, minute, second), CHINA)
    return int(wall.timestamp())


def bill(dishes: list[tuple[int, Dish]], entropy: Entropy) -> tuple[Line, ...]:
    """One to three lines from the menu."""
    chosen = {entropy.below(len(dishes)) for _ in range(1 + entropy.below(3))}
    return tuple(
        Line(product=number, name=dish.name, category=dish.category, price_fen=dish.price_fen,
             total_fen=dish.price_fen)
        for number, dish in (dishes[index] for index in sorted(chosen))
    )  # fmt: skip


__all__ = ["CALENDAR", "UNIT", "PastTerminal", "Plastic", "bill", "card_day", "day_of", "moment"]
