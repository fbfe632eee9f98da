"""What entries do to accounts of debtors, picked out while they are written, so that a bill finds them."""

from collections.abc import Callable, Iterable
from typing import Any

_DEBTORS = ("member:", "centre:")


def credit_moves(postings: Iterable[tuple[Any, ...]], day_of: Callable[[int], int]) -> list[tuple[Any, ...]]:
    """``postings`` as rows of their table, ``day_of`` an entry → rows of ``credit_move``."""
    sums: dict[tuple[int, str, int], int] = {}
    for unit, entry, _, debit, credit, fen, *_ in postings:
        if debit.startswith(_DEBTORS):
            key = (unit, debit, entry)
            sums[key] = sums.get(key, 0) + fen
        if credit.startswith(_DEBTORS):
            key = (unit, credit, entry)
            sums[key] = sums.get(key, 0) - fen
    return [(*key, fen, day_of(key[2]), 0) for key, fen in sums.items() if fen]
