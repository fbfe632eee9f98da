"""What stands on the papers that a station prints, built from the journaled facts and nothing else.

A reprint is the same call with ``copy=True``, so it can never say anything else than the first paper did.
Knows no printer; the width of the paper is the driver's affair.
"""

import msgspec

from onecard import masking, money, wallet
from onecard.books.wallets import NAMES, ON_CARD, amounts, changes
from onecard.clock import local
from onecard.devices.printers import Document, Line, Logo, Part, Rule
from onecard.journal.facet import PurseIntent, amount_of, card_of, kind_of
from onecard.text import Translator, legible
from onecard.wire.messages import (
    CounterSale,
    Issue,
    LoadIntent,
    Lock,
    Pay,
    PricedLine,
    PurseWrite,
    Recharge,
    Sale,
    ShiftClose,
    Totals,
    Void,
    beside,
)
from pos import worth
from pos.basket import quantity


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """Where and by whom; ``holder`` is masked already or empty."""

    unit_name: str
    outlet_name: str
    terminal: int
    operator_name: str
    holder: str = ""
    training: bool = False


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What an X shows: the shift as it stands now."""

    number: int
    opened_at: int
    at: int
    totals: Totals
    float_fen: int


def of(
    tr: Translator,
    head: Head,
    intent: PurseIntent,
    *,
    copy: bool = False,
    balance_fen: int | None = None,
    is_owed: bool = False,
) -> Document | None:
    """The paper of one record; ``None`` for a record that gets none. ``balance_fen``: as in ``sale``,
    ``is_owed``: as in ``void``."""
    match intent:
        case Sale():
            return sale(tr, head, intent, copy=copy, balance_fen=balance_fen)
        case Void():
            return void(tr, head, intent, copy=copy, balance_fen=balance_fen, is_owed=is_owed)
        case Recharge():
            return recharge(tr, head, intent, copy=copy)
        case LoadIntent():
            return load(tr, head, intent, copy=copy)
        case Issue():
            return issue(tr, head, intent, copy=copy)
        case Lock():
            return None


def as_copy(tr: Translator, document: Document) -> Document:
    """Any paper once more, marked, and without opening the drawer."""
    mark = Line(tr("receipt.copy"), align="center", bold=True)
    if mark in document.parts:
        return document
    at = document.parts.index(Rule()) if Rule() in document.parts else 0
    parts = (*document.parts[:at], mark, *document.parts[at:])
    return Document(document.id, parts, cut=document.cut)


def sale(
    tr: Translator,
    head: Head,
    body: Sale,
    *,
    balance_fen: int | None = None,
    offline: bool = False,
    copy: bool = False,
) -> Document:
    """``balance_fen``: of an account card; a purse card's stands in the record itself. F: C6"""
    parts: list[Part] = [*_top(tr, head, "receipt.sale", copy)]
    uses = tuple(line for line in body.lines if isinstance(line, PricedLine) and line.uses)
    for line in body.lines:
        if line in uses:
            parts.append(_use(tr, line))
            continue
        name = legible(line.name) or tr("receipt.free_amount")
        count = quantity(line)
        times = f" {count} × {money.plain(line.price_fen)}" if "kg" in count else f" × {count}"
        times = "" if count == "1" else times
        parts.append(Line(name + times, money.plain(line.total_fen)))
    # What a use was worth is nobody's discount.
    discount = body.discount_fen - sum(line.discount_fen for line in uses)
    if discount:
        parts.append(Line(tr("receipt.discount"), money.plain(-discount)))
    total = worth.words(tr, body.due_fen, worth.uses_of(body))
    parts += [Rule(), Line(tr("receipt.total"), total, size=2, bold=True), *_pays(tr, body.pays)]
    if isinstance(body, CounterSale):
        parts += _counter(tr, body)
    before = beside(body)
    if before is not None:
        parts.append(Line(tr("receipt.beside"), str(before)))
    if body.card:
        parts += _card(tr, head, body.card, body.issue, body.purse, balance_fen)
    notes = [tr("receipt.offline")] if offline else []
    whole = (*parts, *_foot(tr, head, str(body.id), body.at, notes))
    return Document(str(body.id), whole, kick_drawer=_moves_cash(body.pays) and not copy)


def _use(tr: Translator, line: PricedLine) -> Line:
    name, _, times = worth.cells(tr, line)
    return Line(f"{legible(name)} {wallet.name(tr, line.uses)}", times)


def void(
    tr: Translator,
    head: Head,
    body: Void,
    *,
    supervisor_name: str = "",
    balance_fen: int | None = None,
    copy: bool = False,
    is_owed: bool = False,
) -> Document:
    """A void names the sale it takes back and who allowed it. F: C7

    ``is_owed``: nothing is on the card yet, the office pays it as a waiting load.
    """
    parts: list[Part] = [*_top(tr, head, "receipt.void", copy), Line(tr("receipt.voids"), str(body.voids))]
    parts += [
        Rule(),
        _total(tr("receipt.returned"), sum(pay.fen for pay in body.pays)),
        *_pays(tr, body.pays),
    ]
    purse = body.purse
    if is_owed and purse is not None:
        parts.append(Line(tr("receipt.owed")))
        balance_fen, purse = purse.before.main_fen, None
    if body.card:
        parts += _card(tr, head, body.card, body.issue, purse, balance_fen)
    if supervisor_name:
        parts.append(Line(tr("receipt.supervisor"), supervisor_name))
    if body.reason:
        parts.append(Line(tr("receipt.reason"), reason(tr, body.reason)))
    whole = (*parts, *_foot(tr, head, str(body.id), body.at))
    return Document(str(body.id), whole, kick_drawer=_moves_cash(body.pays) and not copy)


def recharge(tr: Translator, head: Head, body: Recharge, *, copy: bool = False) -> Document:
    """Cash onto a card. F: A3"""
    parts: list[Part] = [*_top(tr, head, "receipt.recharge", copy)]
    parts += [_total(tr("receipt.cash_in"), body.amount_fen), *_words(tr, body.amount_fen)]
    parts += _card(tr, head, body.purse.card, body.purse.issue, body.purse, None)
    return Document(str(body.id), (*parts, *_foot(tr, head, str(body.id), body.at)), kick_drawer=not copy)


def load(tr: Translator, head: Head, body: LoadIntent, *, copy: bool = False) -> Document:
    """Waiting money that was written onto the card. F: D9"""
    parts: list[Part] = [*_top(tr, head, "receipt.load", copy)]
    parts += [Line(tr("receipt.load_number", n=item.number), money.plain(item.fen)) for item in body.loads]
    parts += [Rule(), _total(tr("receipt.total"), sum(item.fen for item in body.loads))]
    moved = dict(zip(NAMES, changes(body.purse), strict=True))
    if any(fen for name, fen in moved.items() if name != "main"):
        parts += [
            Line(tr("receipt.into", wallet=wallet.name(tr, name)), money.plain(fen))
            for name, fen in moved.items()
            if fen
        ]
    parts += _card(tr, head, body.purse.card, body.purse.issue, body.purse, None)
    return Document(str(body.id), (*parts, *_foot(tr, head, str(body.id), body.at)))


def issue(tr: Translator, head: Head, body: Issue, *, copy: bool = False) -> Document:
    """Member, card, opening amount, deposit and fee on one paper. F: A2"""
    paid = body.opening_fen + body.deposit_fen + body.fee_fen
    parts: list[Part] = [*_top(tr, head, "receipt.issue", copy)]
    parts.append(Line(tr("receipt.opening"), money.plain(body.opening_fen)))
    if body.deposit_fen:
        parts.append(Line(tr("receipt.deposit"), money.plain(body.deposit_fen)))
    if body.fee_fen:
        parts.append(Line(tr("receipt.fee"), money.plain(body.fee_fen)))
    parts += [Rule(), _total(tr("receipt.cash_in"), paid), *_words(tr, paid)]
    # The member's own paper: the whole number, it is what a loss report will ask for.
    parts.append(Line(tr("receipt.card_number"), str(body.card)))
    if head.holder:
        parts.append(Line(tr("receipt.holder"), legible(head.holder)))
    parts.append(Line(tr("receipt.balance"), money.show(body.opening_fen)))
    return Document(str(body.id), (*parts, *_foot(tr, head, str(body.id), body.at)), kick_drawer=not copy)


def x_report(tr: Translator, head: Head, report: Report) -> Document:
    """The shift so far; closes nothing and tells no expected cash, the count stays blind. F: C8"""
    parts: list[Part] = [*_top(tr, head, "receipt.x", copy=False)]
    parts.append(Line(tr("receipt.shift"), str(report.number)))
    parts.append(Line(tr("receipt.opened"), tr.moment(report.opened_at)))
    parts += [Rule(), *_totals(tr, report.totals)]
    return Document(f"x-{report.number}-{report.at}", (*parts, *_foot(tr, head, "", report.at)))


def z_report(
    tr: Translator,
    head: Head,
    body: ShiftClose,
    *,
    copy: bool = False,
    left: tuple[PurseIntent, ...] = (),
) -> Document:
    """The numbered close with count, difference and the journal's head. ``left``: what the shift leaves to
    the office, taps that were never completed and voids that it pays, one line each. F: C8"""
    over = body.counted_fen - body.expected_fen
    parts: list[Part] = [*_top(tr, head, "receipt.z", copy)]
    parts.append(Line(tr("receipt.z_number"), str(body.z), size=2, bold=True))
    parts.append(Line(tr("receipt.shift"), str(body.shift)))
    parts.append(Line(tr("receipt.opened"), tr.moment(body.opened_at)))
    parts.append(Line(tr("receipt.records"), f"{body.first_seq}–{body.last_seq}"))
    parts += [Rule(), *_totals(tr, body.totals), *_left(tr, left), Rule()]
    parts.append(Line(tr("receipt.float"), money.plain(body.float_fen)))
    parts.append(Line(tr("receipt.expected"), money.plain(body.expected_fen)))
    parts.append(Line(tr("receipt.counted"), money.plain(body.counted_fen)))
    key = "receipt.even" if over == 0 else "receipt.over" if over > 0 else "receipt.short"
    parts.append(Line(tr(key), money.plain(over), bold=True))
    parts += [Rule(), Line(tr("receipt.head")), *(Line(row) for row in _rows_of(body.head))]
    return Document(str(body.id), (*parts, *_foot(tr, head, str(body.id), body.at)))


def sheet(
    tr: Translator, head: Head, title: str, id: str, parts: list[Part], *, at: int, copy: bool = False
) -> Document:
    """Any paper of ours: whose and where above, when and by whom below."""
    number = "" if "-" in id and not id[0].isdigit() else id
    return Document(id, (*_top(tr, head, title, copy), *parts, *_foot(tr, head, number, at)))


def _top(tr: Translator, head: Head, title: str, copy: bool) -> list[Part]:
    parts: list[Part] = [Logo(), Line(legible(head.unit_name), align="center")]
    parts.append(Line(legible(head.outlet_name), align="center", size=2, bold=True))
    parts.append(Line(tr(title), align="center"))
    if head.training:
        parts.append(Line(tr("receipt.training"), align="center", bold=True))
    if copy:
        parts.append(Line(tr("receipt.copy"), align="center", bold=True))
    return [*parts, Rule()]


def _foot(tr: Translator, head: Head, number: str, at: int, notes: list[str] | None = None) -> list[Part]:
    parts: list[Part] = [Rule()]
    if number:
        parts.append(Line(tr("receipt.number"), number))
    parts.append(Line(tr("receipt.at"), local(at).strftime("%Y-%m-%d %H:%M:%S")))
    parts.append(Line(tr("receipt.place", terminal=head.terminal), legible(head.operator_name)))
    parts += [Line(note, align="center") for note in notes or []]
    return parts


def _total(label: str, fen: int) -> Line:
    return Line(label, money.show(fen), size=2, bold=True)


def _words(tr: Translator, fen: int) -> list[Part]:
    """Money that came in as cash is written in words too; the words are Chinese in law, hence only there."""
    return [Line(tr("receipt.in_words"), money.in_words(fen))] if tr.language == "zh" else []


def _pays(tr: Translator, pays: tuple[Pay, ...]) -> list[Part]:
    """Real money and gift never on one line."""
    return [
        Line(tr("receipt.paid_from", wallet=wallet.name(tr, pay.wallet)), money.plain(pay.fen))
        for pay in pays
    ]


def _moves_cash(pays: tuple[Pay, ...]) -> bool:
    return any(pay.wallet == "cash" for pay in pays)


def _counter(tr: Translator, body: CounterSale) -> list[Part]:
    """Notes and change; the approval of another card's terminal."""
    parts: list[Part] = []
    if body.given_fen:
        cash = sum(pay.fen for pay in body.pays if pay.wallet == "cash")
        parts.append(Line(tr("receipt.given"), money.plain(body.given_fen)))
        parts.append(Line(tr("receipt.change"), money.plain(body.given_fen - cash)))
    if body.approval:
        parts.append(Line(tr("receipt.approval"), body.approval))
    if body.earned:
        parts.append(Line(tr("receipt.earned"), str(body.earned)))
    return parts


def reason(tr: Translator, word: str) -> str:
    """Why something was taken back, in words; a newer station may know reasons that this one does not."""
    key = f"pos.reason.{word}"
    return tr(key) if tr.knows(key) else word


def _card(
    tr: Translator, head: Head, number: int, issue_no: int, purse: PurseWrite | None, balance_fen: int | None
) -> list[Part]:
    parts: list[Part] = [Rule(), Line(tr("receipt.card"), masking.card(number, issue_no))]
    if head.holder:
        parts.append(Line(tr("receipt.holder"), legible(head.holder)))
    if purse is not None:
        parts.append(Line(tr("receipt.balance"), money.show(purse.after.main_fen)))
        for one, fen in zip(ON_CARD[1:], amounts(purse.after)[1:], strict=True):
            if fen:
                parts.append(Line(wallet.name(tr, one.name), money.show(fen)))
        if any(purse.cleared):
            parts.append(Line(tr("receipt.cleared"), money.plain(sum(purse.cleared))))
    elif balance_fen is not None:
        parts.append(Line(tr("receipt.balance"), money.show(balance_fen)))
    return parts


def rows_of(totals: Totals) -> tuple[tuple[str, int | None, int], ...]:
    """Name, count (where one is counted) and fen of each line of an X or Z; gift apart from real money."""
    return (
        ("sales", totals.sales, totals.sales_main_fen),
        ("sales_gift", None, totals.sales_gift_fen),
        *((("sales_cash", None, totals.sales_cash_fen),) if totals.sales_cash_fen else ()),
        *((("sales_foreign", None, totals.sales_foreign_fen),) if totals.sales_foreign_fen else ()),
        *((("sales_account", None, totals.sales_account_fen),) if totals.sales_account_fen else ()),
        ("voids", totals.voids, totals.voids_main_fen),
        ("voids_gift", None, totals.voids_gift_fen),
        *((("voids_cash", None, totals.voids_cash_fen),) if totals.voids_cash_fen else ()),
        *((("voids_foreign", None, totals.voids_foreign_fen),) if totals.voids_foreign_fen else ()),
        *((("voids_account", None, totals.voids_account_fen),) if totals.voids_account_fen else ()),
        ("recharges", totals.recharges, totals.recharges_fen),
        ("issues", totals.issues, totals.issues_fen),
        ("deposits", None, totals.deposits_fen),
        ("fees", None, totals.fees_fen),
        ("aside", totals.aside, totals.aside_fen),
        *((("aside_cash", None, totals.aside_cash_fen),) if totals.aside_cash_fen else ()),
        *((("errands_cash", None, totals.errands_cash_fen),) if totals.errands_cash_fen else ()),
        *((("paid_in", None, totals.paid_in_fen),) if totals.paid_in_fen else ()),
        *((("paid_out", None, -totals.paid_out_fen),) if totals.paid_out_fen else ()),
    )


def _totals(tr: Translator, totals: Totals) -> list[Part]:
    parts: list[Part] = []
    for name, count, fen in rows_of(totals):
        label = tr(f"receipt.totals.{name}")
        parts.append(Line(label if count is None else f"{label} × {count}", money.plain(fen)))
    return parts


def _left(tr: Translator, left: tuple[PurseIntent, ...]) -> list[Part]:
    """``12:31 消费 ****0001  12.50``."""
    if not left:
        return []
    lines: list[Part] = [Rule(), Line(tr("receipt.left"), bold=True)]
    for one in left:
        card, issue_no = card_of(one)
        what = f"{tr.time(one.at)} {tr('pos.kind.' + kind_of(one))} {masking.card(card, issue_no)}"
        lines.append(Line(what, money.plain(amount_of(one))))
    return lines


def _rows_of(digest: str, width: int = 32) -> list[str]:
    """A long digest in rows that every paper is wide enough for."""
    return [digest[at : at + width] for at in range(0, len(digest), width)]
