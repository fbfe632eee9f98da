"""A terminal and its cards reduced to what goes over the wire: a chained journal, and purses that move.

Everything is written with the real messages; nothing here knows how the server thinks.
"""

import dataclasses
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from msgspec import UNSET, Raw
from msgspec.structs import replace

from onecard.books.wallets import NAMES
from onecard.cards.image import Slot
from onecard.ids import RecordId
from onecard.wire.chain import GENESIS, record_hash
from onecard.wire.messages import (
    AppliedLoad,
    Balances,
    Credit,
    Done,
    GivenUp,
    Issue,
    Line,
    Load,
    LoadIntent,
    Lock,
    NotWritten,
    Pay,
    PurseWrite,
    Recharge,
    Record,
    Sale,
    Seen,
    ShiftClose,
    Source,
    Totals,
    Unresolved,
    Upload,
    Void,
    Waiting,
    encode,
)
from server.books.intake import Sender

UNIT = 1
ROOT = RecordId(0, 0, 0)
NOW = 1_780_000_000
DAY = 2_000


@dataclass
class Plastic:
    """What a card says: main purse and slots, counter, id of its last transaction; and the copy before."""

    card: int
    issue: int = 1
    main: int = 0
    counter: int = 0
    last: RecordId = ROOT
    older: tuple[int, RecordId] = (-1, ROOT)
    last_load: int = 0
    slots: tuple[int, int, int] = (0, 0, 0)

    def copy(self) -> "Plastic":
        return dataclasses.replace(self)

    @property
    def balances(self) -> Balances:
        return Balances(self.main, *(Slot(fen) for fen in self.slots))


@dataclass
class Station:
    """One terminal: makes records in order and uploads them."""

    terminal: int
    epoch: int = 1
    records: list[Record] = field(default_factory=list)
    at: int = NOW
    sent: int = 0
    day: int = DAY

    @property
    def next_id(self) -> RecordId:
        return RecordId(self.terminal, self.epoch, len(self.records) + 1)

    @property
    def sender(self) -> Sender:
        return Sender(UNIT, self.terminal, signature_holds)

    def append(self, body: Any, *, raw: bytes | None = None, was: tuple[int, int] | None = None) -> RecordId:
        raw = encode(body) if raw is None else raw
        seq = len(self.records) + 1
        prev = self.records[-1].hash if self.records else GENESIS
        digest = record_hash(prev, self.terminal, self.epoch, seq, self.at, seq * 10, 0, raw)
        record = Record(
            seq=seq, at=self.at, mono_ms=seq * 10, offset_s=0, body=Raw(raw), prev=prev, hash=digest, was=was
        )
        self.records.append(record)
        self.at += 1
        return RecordId(self.terminal, self.epoch, seq)

    def head(self) -> dict[str, Any]:
        return {"unit": UNIT, "id": self.next_id, "at": self.at, "day": self.day, "shift": 1, "operator": 7}

    def upload(self, start: int = 0, stop: int | None = None) -> Upload:
        """The message for records[start:stop]."""
        some = tuple(self.records[start:stop])
        signature = sign(bytes.fromhex(some[-1].hash)).hex() if some else ""
        return Upload(epoch=self.epoch, records=some, signature=signature)

    # ---- outcomes
    def done(self, of: RecordId, offline: bool = False) -> RecordId:
        return self.append(Done(id=self.next_id, at=self.at, of=of, offline=offline))

    def not_written(self, of: RecordId) -> RecordId:
        return self.append(NotWritten(id=self.next_id, at=self.at, of=of))

    def unresolved(self, of: RecordId) -> RecordId:
        return self.append(Unresolved(id=self.next_id, at=self.at, of=of))

    def give_up(self, of: RecordId) -> RecordId:
        return self.append(GivenUp(id=self.next_id, at=self.at, of=of, why="z"))

    def see(self, of: RecordId, card: Plastic) -> RecordId:
        older_counter, older = card.older
        return self.append(
            Seen(
                id=self.next_id, at=self.at, of=of, card=card.card, issue=card.issue, uid="01020304",
                newest="00", counter=card.counter, last=card.last, older_counter=older_counter,
                older_last=older if older_counter >= 0 else None,
            )
        )  # fmt: skip

    # ---- intents; each returns its id and what writing it would do to the card
    def sale(self, card: Plastic, fen: int, *, outlet: int = 11, owner: int = 5) -> "Move":
        return self._move(
            card, -fen,
            lambda head, purse: Sale(
                **head, outlet=outlet, owner=owner, card=card.card, issue=card.issue, due_fen=fen,
                lines=(Line(price_fen=fen, total_fen=fen),), pays=(Pay("main", fen),), purse=purse,
            ),
        )  # fmt: skip

    def void(self, card: Plastic, of: RecordId, fen: int, *, reason: str = "", supervisor: int = 0) -> "Move":
        return self._move(
            card, fen,
            lambda head, purse: Void(
                **head, voids=of, card=card.card, issue=card.issue, pays=(Pay("main", fen),), purse=purse,
                reason=reason, supervisor=supervisor,
            ),
        )  # fmt: skip

    def recharge(
        self,
        card: Plastic,
        fen: int,
        credits: tuple[RecordId, ...] = (),
        *,
        replaces: RecordId | None = None,
    ) -> "Move":
        source = Source.CASHBOX if credits else Source.TILL
        return self._move(
            card, fen,
            lambda head, purse: Recharge(
                **head, source=source, amount_fen=fen, credits=credits, purse=purse, replaces=replaces
            ),
        )  # fmt: skip

    def issue(self, card: Plastic, fen: int, *, deposit: int = 0, fee: int = 0) -> "Move":
        """As a station would it says nothing of loads: there was none."""
        return self._move(
            card, fen,
            lambda head, purse: Issue(
                **head, card=card.card, issue=card.issue, type=1, uid="01020304", until=4000,
                opening_fen=fen, deposit_fen=deposit, fee_fen=fee, purse=replace(purse, last_load=UNSET),
            ),
        )  # fmt: skip

    def load(self, card: Plastic, loads: tuple[Load, ...], worth: tuple[int, ...] | None = None) -> "Move":
        worth = tuple(one.fen for one in loads) if worth is None else worth
        applied = tuple(
            AppliedLoad(one.number, fen, one.digest) for one, fen in zip(loads, worth, strict=True)
        )
        fens = [0, 0, 0, 0]
        for one, fen in zip(loads, worth, strict=True):
            fens[NAMES.index(one.wallet)] += fen
        main, *slots = fens
        move = self._move(
            card, main, lambda head, purse: LoadIntent(**head, loads=applied, purse=purse),
            slots=(slots[0], slots[1], slots[2]),
        )  # fmt: skip
        move.last_load = loads[-1].number
        return move

    def lock(self, card: Plastic, reason: str = "lost") -> "Move":
        return self._move(
            card, 0, lambda head, purse: Lock(**head, reason=reason, stop_version=1, purse=purse)
        )

    def credit(self, fen: int, cycle: int, card: int = 0) -> RecordId:
        return self.append(
            Credit(**self.head(), acceptor="A1", boot=1, cycle=cycle, value_fen=fen, card=card)
        )

    def waiting(self, card: Plastic, fen: int, credits: tuple[RecordId, ...]) -> RecordId:
        return self.append(
            Waiting(**self.head(), card=card.card, issue=card.issue, amount_fen=fen, credits=credits)
        )

    def account_sale(self, card: int, fen: int, *, issue: int = 1) -> Sale:
        """The intent alone, journaled; ask the server with ``encode`` of it."""
        sale = Sale(
            **self.head(), outlet=11, owner=5, card=card, issue=issue, due_fen=fen,
            lines=(Line(price_fen=fen, total_fen=fen),), pays=(Pay("main", fen),),
        )  # fmt: skip
        self.append(sale)
        return sale

    def close_shift(self, first_seq: int, cash_fen: int, *, shift: int = 1) -> RecordId:
        """The Z of the shift that the record ``first_seq`` opened, in which so much cash was taken."""
        return self.append(
            ShiftClose(
                **self.head() | {"shift": shift}, z=shift, opened_at=NOW, first_seq=first_seq,
                last_seq=len(self.records), totals=Totals(), float_fen=500, expected_fen=500 + cash_fen,
                counted_fen=500 + cash_fen, head="00" * 32,
            )
        )  # fmt: skip

    def _move(
        self,
        card: Plastic,
        fen: int,
        make: Callable[[dict[str, Any], PurseWrite], Any],
        slots: tuple[int, int, int] = (0, 0, 0),
    ) -> "Move":
        """``fen`` and ``slots``: what it adds to the main purse and to each slot."""
        id = self.next_id
        move = Move(self, card, id, fen, card.counter, slots)
        purse = PurseWrite(
            card=card.card, issue=card.issue, uid="01020304", counter=card.counter, prev=card.last,
            before=card.balances, after=move.after.balances, last_load=card.last_load,
        )  # fmt: skip
        self.append(make(self.head(), purse))
        return move


@dataclass
class Move:
    """A journaled intent that may or may not reach its card."""

    station: Station
    card: Plastic
    id: RecordId
    fen: int
    #: What the card's counter was before it.
    counter: int = 0
    slots: tuple[int, int, int] = (0, 0, 0)
    #: The last load it puts on the card, 0 = none.
    last_load: int = 0

    @property
    def after(self) -> Plastic:
        """The card's balances with it."""
        old, new = self.card.slots, self.slots
        slots = (old[0] + new[0], old[1] + new[1], old[2] + new[2])
        return dataclasses.replace(self.card, main=self.card.main + self.fen, slots=slots)

    def write(self) -> "Move":
        """The card takes it."""
        card, after = self.card, self.after
        card.older = (card.counter, card.last)
        card.main, card.slots = after.main, after.slots
        card.counter += 1
        card.last = self.id
        card.last_load = self.last_load or card.last_load
        return self

    def done(self) -> RecordId:
        """The card takes it and the station knows."""
        self.write()
        self.station.done(self.id)
        return self.id


def sign(head: bytes) -> bytes:
    return hashlib.sha256(b"test signature" + head).digest()


def signature_holds(head: bytes, signature: bytes) -> bool:
    return signature == sign(head)
