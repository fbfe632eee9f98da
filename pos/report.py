"""Papers about a span of time, and about what is not a sale: totals by meal, cash put in and taken out.

Built from sums and journaled facts; knows no printer.
"""

from onecard import money
from onecard.devices.printers import Document, Line, Part, Rule
from onecard.text import Translator, legible
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


def _sums(tr: Translator, one: Totals) -> list[Part]:
    rows = [(name, count, fen) for name, count, fen in receipt.rows_of(one) if fen or count]
    return [
        Line(
            tr(f"receipt.totals.{name}") + ("" if count is None else f" × {count}"),
            money.plain(fen),
        )
        for name, count, fen in rows
    ]
