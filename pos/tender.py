"""How one bill is paid when no card of ours pays all of it: cash with change, and what a foreign card takes.

Pure: what is typed, what that leaves to pay and what goes back over the counter. F: C4
"""

from dataclasses import dataclass, replace

from onecard import money
from onecard.errors import Refused
from onecard.money import Fen, Pad
from onecard.terminal.over_counter import Shown as Shown
from onecard.terminal.over_counter import Tender as Tender
from onecard.wire.messages import Line
from pos import entry as pad_entry
from pos.basket import PIECE
from pos.entry import Entry

#: Notes that people hand over, yuan.
NOTES = (10, 20, 50, 100)
#: No one hands over more than this beyond what is due: it is a slip of the finger.
MOST_CHANGE_FEN = 100_00


@dataclass(frozen=True, kw_only=True)
class Paying:
    """``due_fen``: of the bill at the price of ``shown``, who pays nothing himself."""

    due_fen: int
    entry: Entry = pad_entry.EMPTY
    shown: Shown | None = None
    holder: str = ""


def given_fen(state: Paying, pad: Pad, cap: Fen) -> Fen:
    """Cash handed over; nothing typed is the exact sum. Raises ``Refused`` with an ``amount.*`` code."""
    if state.entry.is_empty:
        return Fen(state.due_fen)
    if state.entry.times is not None:
        raise Refused("amount.malformed")
    return money.parse(state.entry.first, pad, cap=cap)


def note(state: Paying, yuan: int, pad: Pad) -> Paying:
    """A key with a note on it: put to what already lies there."""
    try:
        there = 0 if state.entry.is_empty else money.parse(state.entry.first, pad, cap=Fen(10_000_00))
    except Refused:
        there = Fen(0)
    fen = there + yuan * money.YUAN
    return replace(state, entry=Entry(money.typed(Fen(fen), pad)))


def cash(state: Paying, pad: Pad, cap: Fen) -> Tender:
    """All of it in cash. Raises ``Refused``: ``tender.short``, ``tender.too_much``, ``amount.…``."""
    given = given_fen(state, pad, cap)
    if given < state.due_fen:
        raise Refused("tender.short", due=state.due_fen, given=given)
    if given - state.due_fen >= MOST_CHANGE_FEN:
        raise Refused("tender.too_much", given=given)
    return Tender(cash_fen=state.due_fen, given_fen=given)


def part_fen(state: Paying, pad: Pad, cap: Fen) -> Fen:
    """What of the bill a card is to pay: typed, and less than all. Raises ``Refused``."""
    if state.entry.is_empty:
        raise Refused("tender.part")
    fen = given_fen(state, pad, cap)
    if not 0 < fen < state.due_fen:
        raise Refused("tender.part")
    return fen


def cut(lines: tuple[Line, ...], fen: int) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """The bill in two, ``fen`` in the first; the line that lies across is two lines of its name.

    Money alone crosses the cut there: how many pieces each payer ate, nobody knows.
    """
    first: list[Line] = []
    rest: list[Line] = []
    for line in lines:
        part = min(line.total_fen, fen - sum(one.total_fen for one in first))
        if part == line.total_fen:
            first.append(line)
        elif part == 0:
            rest.append(line)
        else:
            first.append(_piece(line, part))
            rest.append(_piece(line, line.total_fen - part))
    return tuple(first), tuple(rest)


def _piece(line: Line, fen: int) -> Line:
    return Line(name=line.name, category=line.category, quantity=PIECE, price_fen=fen, total_fen=fen)
