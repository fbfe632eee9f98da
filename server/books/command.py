"""Shapes of commands to the books: one that cannot be divided, and one that the office asks for by an id.

An office order is decided once. Its answer, a refusal too, is stored under its id and repeats for ever; the
same id with other terms is a conflict. Knows no event: those are in ``server.books.office``, a file each.
"""

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Sequence
from functools import cached_property
from typing import Any, Generic, TypeVar

import msgspec

from onecard.wire.messages import Answer, Result, Status
from server.books.case import result_of
from server.books.sheet import Fact, Sheet
from server.books.tables import id_of

T = TypeVar("T", bound=msgspec.Struct)
_ENCODER = msgspec.msgpack.Encoder(order="deterministic")


class Single:
    """A command that cannot be divided."""

    __slots__ = ()

    @property
    def weight(self) -> int:
        return 1

    def parts(self) -> Sequence[Any]:
        return ()

    def joined(self, results: Sequence[Any]) -> Any:
        raise AssertionError("one command has no parts")


class Order(Single, ABC, Generic[T]):
    """One event the office decides, ``terms`` saying all of it; ``operator`` is who asked.

    A subclass says what it looks at, which rule says no, and what is entered.
    """

    def __init__(self, unit: int, key: int, terms: T, operator: int) -> None:
        self.unit = unit
        self.key = key
        self.terms = terms
        self.operator = operator

    @cached_property
    def digest(self) -> bytes:
        """What tells a repeat from another order under the same id."""
        said = _ENCODER.encode([type(self).__name__, self.terms, self.operator])
        return hashlib.sha256(said).digest()

    @abstractmethod
    def look(self, sheet: Sheet) -> None:
        """Announce what the decision looks at."""

    @abstractmethod
    def refusal(self, sheet: Sheet) -> str:
        """The code of the first rule that says no, "" if none does."""

    @abstractmethod
    def enter(self, sheet: Sheet) -> int:
        """Put down what is to be written; the entry's number, 0 when nothing moved."""

    def balance(self, sheet: Sheet) -> int | None:
        """What the answer says the card holds afterwards, fen."""
        return None

    def want(self, sheet: Sheet) -> None:
        sheet.facts.want(self.key)
        self.look(sheet)

    def decide(self, sheet: Sheet) -> Answer:
        fact = sheet.facts.get(self.key)
        if fact is not None and fact.digest is not None and fact.digest != self.digest:
            conflict = Result(id=id_of(self.key), status=Status.CONFLICT, reason="record_conflict")
            return Answer(result=conflict)
        if fact is None:
            reason = self.refusal(sheet)
            if reason:
                fact = Fact(self.digest, Status.REFUSED, reason, 0, self.balance(sheet))
            else:
                entry = self.enter(sheet)
                fact = Fact(self.digest, Status.CREATED, "", entry, self.balance(sheet))
            sheet.facts.put(self.key, fact)
        return Answer(result=result_of(self.key, fact), balance_fen=fact.balance_fen)
