"""Does what came into the books since a line tie out? For closing a day of a chain: reads what is new and the
balances that are kept, each once; ``reconcile`` reads everything there ever was.

Knows no close: which totals stood at the line is told.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from sqlalchemy import Connection, String, cast, func, literal, select

from onecard.books.accounts import control, is_wallet
from server.books import tables
from server.books.reconcile import Problem, batches, facts, orphans, reversals, shifts
from server.books.span import first_after
from server.cards import tables as cards
from server.cards.loads import OPEN

#: Kept balances read at once.
_AT_ONCE = 50_000
#: A shift that closed so long before the line may still have come after it.
_LATE_S = 7 * 86_400


def recent(
    connection: Connection, unit: int, after: int, line_at: int, moved: Mapping[str, int]
) -> list[Problem]:
    """Problems of batches after ``after``, whose line was drawn at ``line_at``; ``moved``: credit − debit of
    each control account from the first batch to the newest."""
    since = first_after(connection, unit, after)
    kept = _kept(connection, unit)
    return [
        *_balances(kept, moved),
        *_loads(connection, unit, kept),
        *orphans(connection, unit, since),
        *facts(connection, unit, since),
        *reversals(connection, unit, since),
        *batches(connection, unit, since),
        *shifts(connection, unit, max(0, line_at - _LATE_S)),
        *_purses(connection, unit, since),
    ]


def _kept(connection: Connection, unit: int) -> dict[str, int]:
    """The balances that decisions look at, summed by control account."""
    table = tables.wallet
    sums: dict[str, int] = defaultdict(int)
    query = select(table.c.account, table.c.fen).where(table.c.unit_id == unit).order_by(table.c.account)
    last = ""
    while rows := connection.execute(query.where(table.c.account > last).limit(_AT_ONCE)).all():
        for account, fen in rows:
            sums[control(account)] += fen
        last = rows[-1][0]
    return sums


def _balances(kept: Mapping[str, int], moved: Mapping[str, int]) -> Iterator[Problem]:
    """Kept balances are what the postings moved, control account by control account."""
    derived = {name: fen for name, fen in moved.items() if is_wallet(name) or name == "claim"}
    for name in sorted(kept.keys() | derived.keys()):
        if kept.get(name, 0) != derived.get(name, 0):
            yield Problem("wallet", name, derived.get(name, 0), kept.get(name, 0))


def _loads(connection: Connection, unit: int, kept: Mapping[str, int]) -> Iterator[Problem]:
    """Loads that wait are worth what the waiting accounts hold, wallet by wallet."""
    table = cards.load
    query = select(table.c.wallet, func.sum(table.c.fen)).where(
        table.c.unit_id == unit, table.c.state.in_(OPEN)
    )
    waiting = {wallet: int(fen) for wallet, fen in connection.execute(query.group_by(table.c.wallet))}
    held = {name.split(":")[1]: fen for name, fen in kept.items() if name.endswith(":waiting")}
    for wallet in sorted(waiting.keys() | held.keys()):
        if waiting.get(wallet, 0) != held.get(wallet, 0):
            yield Problem("waiting", f"card:{wallet}:waiting", waiting.get(wallet, 0), held.get(wallet, 0))


def _purses(connection: Connection, unit: int, since: int) -> Iterator[Problem]:
    """A plastic that was used since, with a whole chain: its purse account is what its card said last. One
    that is not its card's any more is left to the whole check: its money may have gone on without it."""
    entry, chain, wallet, holder = tables.entry, cards.chain, tables.wallet, cards.card
    here = (entry.c.unit_id == unit, entry.c.entry >= since, entry.c.balance_fen.is_not(None))
    used = select(entry.c.card, entry.c.issue).where(*here).distinct().subquery()
    card, issue = cast(chain.c.card, String), cast(chain.c.issue, String)
    name = literal("card:") + card + literal(":") + issue + literal(":main:purse")
    query = (
        select(wallet.c.account, chain.c.after_0, func.coalesce(wallet.c.fen, 0))
        .select_from(used)
        .join(chain, (chain.c.card == used.c.card) & (chain.c.issue == used.c.issue))
        .join(wallet, (wallet.c.unit_id == chain.c.unit_id) & (wallet.c.account == name))
        .join(holder, (holder.c.unit_id == chain.c.unit_id) & (holder.c.card == chain.c.card))
        .where(chain.c.unit_id == unit, chain.c.gaps == 0, wallet.c.fen != chain.c.after_0)
        .where(holder.c.issue == chain.c.issue, holder.c.state == "active")
    )
    for account, said, fen in connection.execute(query):
        yield Problem("purse", account, said, fen)
