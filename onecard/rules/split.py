"""Which wallet pays how much of a bill, in the card type's order, each only where it may. Pure. F: B1 B8 C4

A wallet pays as much as it can before the next one is asked; which goods it pays for is left open, so that a
wallet that may pay for anything never takes what only a narrower one behind it could have paid. How much each
can pay is the least over all groups of wallets asked so far: no group pays more than what its members may
pay for.
"""

from collections.abc import Sequence
from typing import NamedTuple

from onecard.errors import Refused
from onecard.rules.condition import covers
from onecard.wire.intents import Pay
from onecard.wire.terms import WalletTerms


class Pocket(NamedTuple):
    """A wallet, what it may pay now, and what it is confined to (``None``: nothing)."""

    wallet: str
    fen: int
    terms: WalletTerms | None = None


def split(total_fen: int, wallets: Sequence[tuple[str, int]]) -> tuple[Pay, ...]:
    """``wallets`` are (name, fen it may pay) in the order they are used; those that pay nothing are left out.

    Σ of the answer is ``total_fen``, or ``Refused("purse.short")``: a bill is paid whole or not at all.
    """
    assert total_fen >= 0
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


def split_by_scope(
    lines: Sequence[tuple[str, int]], pockets: Sequence[Pocket], outlet: int
) -> tuple[Pay, ...]:
    """``lines`` are (category, fen). The same promise as ``split``; nothing is paid for by a wallet that may
    not pay for it. ``Refused("wallet.scope")`` when there is money enough, but not for these goods here."""
    open_here = [one for one in pockets if one.fen > 0 and _open(one.terms, outlet)]
    total = sum(fen for _, fen in lines)
    if all(one.terms is None or not one.terms.categories for one in open_here):
        found = _in_order(total, open_here)
    else:
        found = _by_groups(_classes(lines, open_here), open_here)
    paid = sum(pay.fen for pay in found)
    if paid != total:
        code = "wallet.scope" if sum(one.fen for one in pockets) >= total else "purse.short"
        raise Refused(code, balance=paid, due=total)
    return found


def _open(terms: WalletTerms | None, outlet: int) -> bool:
    return terms is None or not terms.outlets or outlet in terms.outlets


def _in_order(total: int, pockets: Sequence[Pocket]) -> tuple[Pay, ...]:
    pays = []
    for one in pockets:
        if total == 0:
            break
        part = min(total, one.fen)
        pays.append(Pay(one.wallet, part))
        total -= part
    return tuple(pays)


def _classes(lines: Sequence[tuple[str, int]], pockets: Sequence[Pocket]) -> dict[int, int]:
    """Fen by the set (as bits) of wallets that may pay for them."""
    found: dict[int, int] = {}
    for category, fen in lines:
        who = 0
        for bit, one in enumerate(pockets):
            if one.terms is None or covers(one.terms.categories, category):
                who |= 1 << bit
        found[who] = found.get(who, 0) + fen
    return found


def _by_groups(classes: dict[int, int], pockets: Sequence[Pocket]) -> tuple[Pay, ...]:
    """The wallets' payments, each the most that is possible after those before it."""
    #: What each group of the wallets asked so far pays together.
    groups = {0: 0}
    pays = []
    for bit, one in enumerate(pockets):
        mine = 1 << bit
        most = one.fen
        for group, paid in groups.items():
            payable = sum(fen for who, fen in classes.items() if who & (group | mine))
            most = min(most, payable - paid)
        if most > 0:
            pays.append(Pay(one.wallet, most))
            groups |= {group | mine: paid + most for group, paid in groups.items()}
    return tuple(pays)
