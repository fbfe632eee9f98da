"""What the front desk hands over on paper, built from the journaled errand and its journaled answer alone.

So a paper that did not come out, or of an errand whose answer came after a restart, says the same. F: C6 C11
"""

from datetime import date

import msgspec

from onecard import masking, money
from onecard.clock import day_of_card, local
from onecard.devices.printers import Document, Line, Logo, Part, Rule
from onecard.text import Translator, legible
from onecard.wire import errands as e
from onecard.wire import lookups as look
from onecard.wire import messages as m
from pos.receipt import Head, as_copy


def masked(name: str) -> str:
    """A holder's name as it may stand on paper."""
    return masking.name(name)


def of(tr: Translator, head: Head, errand: e.Errand, told: m.Answered) -> Document:
    """Cash that came in or went out large and, in Chinese, in words; the drawer opens for it."""
    word = str(errand.__struct_config__.tag).partition("/")[0]
    parts = _top(tr, head, f"receipt.desk.{word}")
    parts += [Line(*one) for one in _lines(tr, errand, told)]
    cash = told.cash_fen
    if cash:
        label = tr("receipt.desk.cash_in" if cash > 0 else "receipt.desk.cash_out")
        parts += [Rule(), Line(label, money.show(abs(cash)), size=2, bold=True)]
        if tr.language == "zh":
            parts.append(Line(tr("receipt.in_words"), money.in_words(abs(cash))))
    elif told.fen:
        parts += [Rule(), Line(tr("receipt.desk.moved"), money.show(abs(told.fen)), size=2, bold=True)]
    if isinstance(errand, e.OfCard):
        parts += [Rule(), Line(tr("receipt.card"), masking.card(errand.card, errand.issue))]
    if head.holder:
        parts.append(Line(tr("receipt.holder"), legible(head.holder)))
    if told.balance_fen is not None and not isinstance(errand, e.RedeemPoints):
        parts.append(Line(tr("receipt.desk.balance"), money.show(told.balance_fen)))
    parts += _foot(tr, head, str(errand.id), errand.at)
    return Document(str(errand.id), tuple(parts), kick_drawer=bool(cash))


def copy_of(
    tr: Translator, head: Head, errand: e.Errand, told: m.Answered, *, opened_by: str = ""
) -> Document:
    """The same, marked. ``opened_by``: the drawer opens with it once more, by whose word it says."""
    first = of(tr, head, errand, told)
    again = msgspec.structs.replace(as_copy(tr, first), kick_drawer=bool(opened_by))
    if not opened_by:
        return again
    word = Line(tr("receipt.desk.opened_by"), legible(opened_by))
    return msgspec.structs.replace(again, parts=(*again.parts, word))


def _lines(tr: Translator, errand: e.Errand, told: m.Answered) -> list[tuple[str, str]]:
    match errand:
        case e.RefundSale():
            return [(tr("receipt.voids"), str(errand.sale))]
        case e.CorrectRecharge():
            right = money.plain(errand.right_fen)
            return [(tr("receipt.voids"), str(errand.recharge)), (tr("receipt.desk.right"), right)]
        case e.GiveGift():
            return [(tr("receipt.reason"), tr(f"desk.gift.reason.{errand.reason}"))]
        case e.ReplaceCard():
            return [(tr("receipt.desk.new_issue"), masking.card(errand.card, errand.issue + 1))]
        case e.TransferCard():
            return [(tr("receipt.desk.to_card"), masking.card(errand.to_card, errand.to_issue))]
        case e.RedeemPoints():
            left = "" if told.balance_fen is None else str(told.balance_fen)
            given = [(tr("receipt.desk.points"), str(errand.points))] if errand.points else []
            given += [(tr("receipt.desk.pieces"), str(errand.pieces))] if errand.pieces else []
            return [*given, (tr("receipt.desk.points_left"), left)]
        case e.OpenHold():
            until = tr.moment(errand.until)
            held = money.plain(errand.fen)
            return [
                (tr("receipt.desk.room"), legible(errand.place)),
                (tr("receipt.desk.held"), held),
                (tr("receipt.desk.until"), until),
            ]
        case e.ExtendHold():
            return [
                (tr("receipt.desk.hold_number"), str(errand.hold)),
                (tr("receipt.desk.until"), tr.moment(errand.until)),
            ]
        case e.SettleHold():
            due = money.plain(errand.due_fen)
            return [(tr("receipt.desk.hold_number"), str(errand.hold)), (tr("receipt.desk.due"), due)]
        case e.ReleaseHold():
            return [(tr("receipt.desk.hold_number"), str(errand.hold))]
        case e.PayClaim():
            return [(tr("receipt.desk.claim"), str(errand.claim))]
        case e.LateSlip():
            sold = tr.moment(errand.sold_at)
            return [(tr("receipt.desk.slip"), str(errand.number)), (tr("receipt.desk.slip_at"), sold)]
    return []


def statement(tr: Translator, head: Head, body: look.CardStatement) -> Document:
    """Opening, every line, closing; money paid in and money given apart. F: C11 F1"""
    parts = _top(tr, head, "receipt.desk.statement")
    parts.append(Line(tr("receipt.desk.days"), f"{_day(body.since_day)} – {_day(body.until_day)}"))
    parts.append(Line(tr("receipt.card"), masking.card(body.card)))
    if body.name:
        parts.append(Line(tr("receipt.holder"), legible(masked(body.name))))
    opening = both(body.opening_paid_fen, body.opening_given_fen)
    parts += [Rule(), Line(tr("receipt.desk.opening"), opening, bold=True)]
    if body.cut:
        parts.append(Line(tr("receipt.desk.cut")))
    for one in body.lines:
        parts.append(Line(f"{tr.moment(one.at)} {kind(tr, one.kind)}", both(one.paid_fen, one.given_fen)))
    closing = both(body.closing_paid_fen, body.closing_given_fen)
    parts += [
        Rule(),
        Line(tr("receipt.desk.closing"), closing, bold=True),
        Line(tr("receipt.desk.given_apart")),
    ]
    return Document(f"statement-{body.card}-{body.as_of}", (*parts, *_foot(tr, head, "", body.as_of)))


def remittance(tr: Translator, head: Head, body: look.Remittance, days: tuple[int, int]) -> Document:
    """One's own cash of some days, and what is still in one's hands. F: C11 G1"""
    parts = _top(tr, head, "receipt.desk.remittance")
    parts.append(Line(tr("receipt.desk.days"), f"{_day(days[0])} – {_day(days[1])}"))
    parts.append(Rule())
    for one in body.lines:
        label = f"{kind(tr, one.kind)} × {one.count}"
        parts.append(Line(label, f"+{money.plain(one.in_fen)} −{money.plain(one.out_fen)}"))
    brought = sum(one.in_fen - one.out_fen for one in body.lines)
    parts += [Rule(), Line(tr("receipt.desk.net"), money.show(brought), bold=True)]
    for shift in body.shifts:
        label = tr("receipt.desk.z", z=shift.z, terminal=shift.terminal, day=_day(shift.day))
        parts.append(Line(label, money.plain(shift.counted_fen)))
    parts.append(Line(tr("receipt.desk.held_by_me"), money.show(body.held_fen), size=2, bold=True))
    parts += [Rule(), Line(tr("receipt.desk.signed")), Line("")]
    return Document(f"remittance-{body.operator}-{body.as_of}", (*parts, *_foot(tr, head, "", body.as_of)))


def both(paid_fen: int, given_fen: int) -> str:
    """``12.50`` or ``12.50 + 3.00``: what was given stands behind what was paid in."""
    return money.plain(paid_fen) if not given_fen else f"{money.plain(paid_fen)} + {money.plain(given_fen)}"


def kind(tr: Translator, word: str) -> str:
    """A newer office may know kinds that this till does not."""
    for key in (f"pos.kind.{word}", f"desk.kind.{word}"):
        if tr.knows(key):
            return tr(key)
    return tr("pos.kind.other")


def _day(day: int) -> str:
    found: date = day_of_card(day)
    return found.isoformat()


def _top(tr: Translator, head: Head, title: str) -> list[Part]:
    parts: list[Part] = [Logo(), Line(legible(head.unit_name), align="center")]
    parts.append(Line(legible(head.outlet_name), align="center", size=2, bold=True))
    parts.append(Line(tr(title), align="center"))
    if head.training:
        parts.append(Line(tr("receipt.training"), align="center", bold=True))
    return [*parts, Rule()]


def _foot(tr: Translator, head: Head, number: str, at: int) -> list[Part]:
    parts: list[Part] = [Rule()]
    if number:
        parts.append(Line(tr("receipt.number"), number))
    parts.append(Line(tr("receipt.at"), local(at).strftime("%Y-%m-%d %H:%M:%S")))
    parts.append(Line(tr("receipt.place", terminal=head.terminal), legible(head.operator_name)))
    return parts
