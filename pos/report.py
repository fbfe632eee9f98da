"""Papers about a span of time, and about what is not a sale: totals by meal, cash put in and taken out.

Built from sums and journaled facts; knows no printer.
"""

from onecard import money
from onecard.devices.printers import Document, Line, Part, Rule
from onecard.terminal.foreign import ForeignPayment
from onecard.text import Translator, legible
from onecard.wire.foreign import ForeignTotals
from onecard.wire.messages import DrawerMove, Totals
from pos import receipt
from pos.receipt import Head


def period(
    tr: Translator,
    head: Head,
    *,
    since: int,
    until: int,
    at: int,
    meals: tuple[tuple[str, Totals], ...],
    whole: Totals,
) -> Document:
    """What was taken by meal; gift and real money on lines of their own. F: C9"""
    parts: list[Part] = [
        Line(tr("receipt.from"), tr.moment(since)),
        Line(tr("receipt.until"), tr.moment(until)),
    ]
    for name, one in meals:
        parts += [Rule(), Line(legible(name), bold=True), *_sums(tr, one)]
    parts += [Rule(), Line(tr("pos.totals.whole"), bold=True), *_sums(tr, whole)]
    return receipt.sheet(tr, head, "receipt.period", f"period-{since}-{at}", parts, at=at)


def drawer(tr: Translator, head: Head, body: DrawerMove, *, copy: bool = False) -> Document:
    """Cash in or out, for whoever explains it; both sign. F: C8"""
    parts: list[Part] = [
        Line(tr(f"receipt.drawer_{body.way}"), money.show(body.fen), size=2, bold=True),
        Line(tr("receipt.reason"), tr(f"pos.drawer.reason.{body.reason}")),
        Line(tr("receipt.signature"), "____________"),
    ]
    paper = receipt.sheet(tr, head, "receipt.drawer", str(body.id), parts, at=body.at, copy=copy)
    return Document(paper.id, paper.parts, kick_drawer=not copy)


def proof(tr: Translator, head: Head, one: ForeignPayment, *, at: int, by: str) -> Document:
    """For its operator's counter: a card of theirs paid here and nothing was sold for it. F: C17"""
    word = one.word
    assert word is not None
    parts: list[Part] = [
        Line(tr("receipt.foreign.paid"), money.show(one.order.fen), size=2, bold=True),
        Line(tr("receipt.foreign.order"), one.reference),
        Line(tr("receipt.foreign.at"), tr.moment(one.order.at)),
        Line(tr("receipt.foreign.card"), f"****{word.card}"),
        Line(tr("receipt.foreign.sequence"), str(word.sequence)),
        Line(tr("receipt.foreign.before"), money.plain(word.before_fen)),
        Line(tr("receipt.foreign.after"), money.plain(word.after_fen)),
        *(Line(word.proof[at_ : at_ + 32]) for at_ in range(0, len(word.proof), 32)),
        Line(tr("receipt.foreign.nothing")),
        Line(tr("receipt.supervisor"), by),
        Line(tr("receipt.signature"), "____________"),
    ]
    return receipt.sheet(tr, head, "receipt.foreign.proof", f"proof-{one.reference}", parts, at=at)


def foreign(
    tr: Translator, head: Head, lost: list[ForeignPayment], differing: list[ForeignTotals], *, at: int
) -> Document | None:
    """Beside the Z: what other people's card terminals left open in the shift; ``None``: nothing."""
    if not lost and not differing:
        return None
    parts: list[Part] = []
    for one in lost:
        parts += [
            Line(tr(f"receipt.foreign.lost_{one.order.device}"), money.plain(one.order.fen), bold=True),
            Line(one.reference, tr.moment(one.order.at)),
        ]
    for sums in differing:
        parts.append(Line(tr("receipt.foreign.differs", batch=sums.batch), bold=True))
        for name, side in (("ours", sums.ours), ("theirs", sums.theirs)):
            said = f"{side[0]} {money.plain(side[1])} / {side[2]} {money.plain(side[3])}"
            parts.append(Line(tr(f"receipt.foreign.{name}"), said))
    return receipt.sheet(tr, head, "receipt.foreign.open", f"foreign-{at}", parts, at=at)


def _sums(tr: Translator, one: Totals) -> list[Part]:
    rows = [(name, count, fen) for name, count, fen in receipt.rows_of(one) if fen or count]
    return [
        Line(
            tr(f"receipt.totals.{name}") + ("" if count is None else f" × {count}"),
            money.plain(fen),
        )
        for name, count, fen in rows
    ]
