"""Why is my balance X: a card's status told as a sum that a person can follow. Pure. F: A11 G6

Books + what has not arrived = what the card says; + what waits for the next tap = what it will be.
"""

import msgspec

from onecard.text import Translator
from onecard.wire.messages import CardStatus, Explained


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One row. ``counts``: whether it is part of the sum; ``is_sum``: it is one itself."""

    what: str
    fen: int
    since: int = 0
    detail: str = ""
    counts: bool = True
    is_sum: bool = False


class Story(msgspec.Struct, frozen=True, kw_only=True):
    """``spendable_fen`` is what the card or account says, ``missing`` how many records have not arrived."""

    spendable_fen: int
    books_fen: int
    waiting_fen: int
    missing: int
    lines: tuple[Line, ...]


def tell(status: CardStatus) -> Story:
    """What does not add up is a line of its own, never hidden in another."""
    by: dict[str, list[Explained]] = {}
    for one in status.explained:
        by.setdefault(one.what, []).append(one)
    lines = [Line(what="books", fen=status.books_fen)]
    lines += [Line(what="gap", fen=one.fen, since=one.since, detail=one.detail) for one in by.get("gap", [])]
    told = status.books_fen + sum(one.fen for one in by.get("gap", []))
    chain = by.get("chain_balance", [])
    spendable = chain[0].fen if chain else status.books_fen
    if spendable != told:
        lines.append(Line(what="difference", fen=spendable - told))
    if chain:
        lines.append(
            Line(what="on_card", fen=spendable, since=chain[0].since, detail=chain[0].detail, is_sum=True)
        )
    waiting = by.get("waiting_load", [])
    lines += [Line(what="waiting_load", fen=one.fen, since=one.since, detail=one.detail) for one in waiting]
    if waiting:
        total = spendable + sum(one.fen for one in waiting)
        lines.append(Line(what="total", fen=total, is_sum=True))
    for what in ("open_tap", "debt"):
        lines += [
            Line(what=what, fen=one.fen, since=one.since, detail=one.detail, counts=False)
            for one in by.get(what, [])
        ]
    return Story(
        spendable_fen=spendable,
        books_fen=status.books_fen,
        waiting_fen=status.waiting_fen,
        missing=len(by.get("gap", [])),
        lines=tuple(lines),
    )


def _word(tr: Translator, table: str, value: str) -> str:
    key = f"console.{table}.{value}"
    return tr(key) if tr.knows(key) else value


def detail(tr: Translator, line: Line) -> str:
    """The small print of a line: which record, which load, in which state."""
    words = line.detail.split()
    match line.what, words:
        case "on_card", [record, counter]:
            return tr("console.why_detail.chain", record=record, counter=counter.lstrip("#"))
        case "gap", [record]:
            return tr("console.why_detail.gap", record=record)
        case "open_tap", [kind, record, state]:
            return tr(
                "console.why_detail.open_tap",
                kind=_word(tr, "kind", kind),
                record=record,
                state=_word(tr, "tap_state", state),
            )
        case "waiting_load", [number, kind, state]:
            return tr(
                "console.why_detail.load",
                number=number.lstrip("#"),
                kind=_word(tr, "load_kind", kind),
                state=_word(tr, "load_state", state),
            )
    return line.detail
