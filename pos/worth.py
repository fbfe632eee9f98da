"""What a bill comes to and what a card holds after it, as people read it: money, uses, gift apart. F: C1 C5

Formats; decides nothing about who pays what.
"""

from collections.abc import Sequence

from onecard import money, wallet
from onecard.books.wallets import NAMES, amounts, changes
from onecard.journal.facet import PurseIntent
from onecard.terminal.outcome import Completed
from onecard.text import Translator
from onecard.wire.messages import FullSale, Line, PricedLine, Sale
from pos.basket import PIECE, quantity
from pos.task import Sell, Task


def words(tr: Translator, fen: int, uses: int = 0) -> str:
    """``￥12.50``, ``1 次``, or both."""
    if not uses:
        return money.show(fen)
    times = tr("wallet.times", n=uses)
    return f"{times} + {money.show(fen)}" if fen else times


def cell(tr: Translator, fen: int, uses: int = 0) -> str:
    """The same in a column of sums."""
    return words(tr, fen, uses).removeprefix("￥") if uses else money.plain(fen)


def rung_uses(lines: Sequence[Line]) -> int:
    """How many uses a bill takes."""
    return sum(_times(line) for line in lines)


def uses_of(intent: PurseIntent) -> int:
    """How many uses a sale took."""
    return sum(one.times for one in intent.uses) if isinstance(intent, FullSale) else 0


def of_task(tr: Translator, task: Task | None, completed: Completed | None = None) -> str:
    """What the next card is to pay or to get, "" where it is nothing; once it has, what it was."""
    if task is None:
        return ""
    if completed is not None and isinstance(completed.intent, Sale):
        return words(tr, completed.intent.due_fen, uses_of(completed.intent))
    if isinstance(task, Sell):
        lines = task.order.lines
        fen = sum(line.total_fen for line in lines if not _times(line))
        return words(tr, fen, rung_uses(lines)) if fen or rung_uses(lines) else ""
    return money.show(task.fen) if task.fen else ""


def left(tr: Translator, completed: Completed) -> tuple[tuple[str, str], ...]:
    """What is on the card now, main wallet first, as name and sum; gift and subsidy stand apart from it, also
    when the last of them has just gone."""
    found = [("main", completed.balance_after_fen)]
    purse = completed.intent.purse
    if purse is not None:
        sides = zip(NAMES, amounts(purse.after), changes(purse), strict=True)
        found += [(name, fen) for name, fen, moved in sides if name != "main" and (fen or moved)]
    names = [tr("pos.customer.balance") if name == "main" else wallet.name(tr, name) for name, _ in found]
    sums = (money.show(fen) for _, fen in found)
    return tuple((name[:1].upper() + name[1:], fen) for name, fen in zip(names, sums, strict=True))


def cells(tr: Translator, line: Line) -> tuple[str, str, str]:
    """One line of a bill: what, how often at which price, how much."""
    times = _times(line)
    if times:
        return line.name or tr("receipt.uses"), "", tr("wallet.times", n=times)
    much = f"{quantity(line).removesuffix(' kg')} × {money.plain(line.price_fen)}"
    return line.name or tr("receipt.free_amount"), much, money.plain(line.total_fen)


def _times(line: Line) -> int:
    return line.quantity // PIECE if isinstance(line, PricedLine) and line.uses else 0
