"""Why is my balance X: a card's status told as a sum that a person can follow. Pure. F: A11 G6

Books + what has not arrived = what the card says; + what waits for the next tap = what it will be.
"""

from collections.abc import Callable

import msgspec

from onecard.clock import day_of_card
from onecard.ids import RecordId
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


def tell(status: CardStatus, wallet: str = "") -> Story:
    """What does not add up is a line of its own, never hidden in another. ``wallet`` "": the main one."""
    by: dict[str, list[Explained]] = {}
    for one in status.explained:
        if one.wallet == wallet:
            by.setdefault(one.what, []).append(one)
    books = status.books_fen if not wallet else sum(one.fen for one in by.get("books", []))
    lines = [Line(what="books", fen=books)]
    lines += [Line(what="gap", fen=one.fen, since=one.since, detail=one.detail) for one in by.get("gap", [])]
    told = books + sum(one.fen for one in by.get("gap", []))
    chain = by.get("chain_balance", [])
    server = sum(one.fen for one in by.get("account_balance", [])) if chain else 0
    spendable = chain[0].fen + server if chain else books
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
    for what in ("open_tap", "held_back", "held", "expired", "debt"):
        lines += [
            Line(what=what, fen=one.fen, since=one.since, detail=one.detail, counts=False)
            for one in by.get(what, [])
        ]
    return Story(
        spendable_fen=spendable,
        books_fen=books,
        waiting_fen=status.waiting_fen if not wallet else sum(one.fen for one in waiting),
        missing=len(by.get("gap", [])),
        lines=tuple(lines),
    )


def others(status: CardStatus) -> list[tuple[str, Story]]:
    """The same for every other wallet that has anything, in the order they are told."""
    names = dict.fromkeys(one.wallet for one in status.explained if one.wallet)
    return [(name, tell(status, name)) for name in names]


class Holder(msgspec.Struct, frozen=True):
    """Who must still bring a missing record: how many he holds, and when he was last heard (0 = never)."""

    name: str
    pending: int
    seen_at: int
    is_lost: bool


def _word(tr: Translator, table: str, value: str) -> str:
    key = f"console.{table}.{value}"
    return tr(key) if tr.knows(key) else value


def detail(
    tr: Translator,
    line: Line,
    holder: Callable[[int], Holder] | None = None,
    moment: Callable[[int], str] = str,
) -> str:
    """The small print of a line: which record, which load, in which state; who holds what is missing."""
    words = line.detail.split()
    match line.what, words:
        case "on_card", [record, counter]:
            return tr("console.why_detail.chain", record=record, counter=counter.lstrip("#"))
        case "gap", [record]:
            return _missing(tr, record, holder, moment)
        case "held_back", [plastic, kind]:
            return tr("console.why_detail.held_back", plastic=plastic, kind=_word(tr, "kind", kind))
        case "expired", [day]:
            return tr("console.why_detail.expired", day=day_of_card(int(day)).isoformat())
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


def _missing(
    tr: Translator, record: str, holder: Callable[[int], Holder] | None, moment: Callable[[int], str]
) -> str:
    said = tr("console.why_detail.gap", record=record)
    if holder is None:
        return said
    who = holder(RecordId.parse(record).terminal)
    if who.is_lost:
        return said + " · " + tr("console.why_detail.holder_lost", name=who.name)
    if not who.seen_at:
        return said + " · " + tr("console.why_detail.holder_never", name=who.name)
    seen = moment(who.seen_at)
    return said + " · " + tr("console.why_detail.holder", name=who.name, pending=who.pending, seen=seen)
