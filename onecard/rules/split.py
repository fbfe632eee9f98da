"""Which wallet pays how much of a bill, in the card type's order. Pure. F: C4"""

from collections.abc import Sequence

from onecard.errors import Refused
from onecard.wire.intents import Pay


def split(total_fen: int, wallets: Sequence[tuple[str, int]]) -> tuple[Pay, ...]:
    """``wallets`` are (name, fen it may pay) in the order they are used; those that pay nothing are left out.

    Σ of the answer is ``total_fen``, or ``Refused("purse.short")``: a bill is paid whole or not at all.
    """
    assert total_fen >= 0
    assert len({name for name, _ in wallets}) == len(wallets), wallets
    pays, rest = [], total_fen
    for name, available in wallets:
        assert available >= 0, (name, available)
        part = min(rest, available)
        if part:
            pays.append(Pay(name, part))
            rest -= part
    if rest:
        raise Refused("purse.short", balance=total_fen - rest, due=total_fen)
    return tuple(pays)
