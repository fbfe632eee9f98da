"""What stands on the papers of a kiosk, built from the journaled facts and nothing else.

A paper may be left lying about: it carries the end of the card number and no name. Knows no printer.
"""

from collections.abc import Sequence

import msgspec

from onecard import masking, money, wallet
from onecard.books.wallets import ON_CARD, amounts
from onecard.clock import day_of_card, local
from onecard.devices.printers import Document, Line, Logo, Part, Rule
from onecard.ids import RecordId
from onecard.terminal.look import Look
from onecard.terminal.outcome import Unfinished
from onecard.text import Translator, legible
from onecard.wire.errands import CollectSubsidy
from onecard.wire.lookups import CardStatement
from onecard.wire.messages import (
    Answered,
    Claim,
    Collection,
    Credit,
    LoadIntent,
    PurseWrite,
    Recharge,
    Waiting,
)
from onecard.wire.pockets import Ready


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """Where."""

    unit_name: str
    place_name: str
    terminal: int


class Doubt(msgspec.Struct, frozen=True, kw_only=True):
    """A note that a person has to look at; 0 fen: its value is not known."""

    fen: int
    at: int


def recharge(
    tr: Translator, head: Head, body: Recharge, notes: tuple[Credit, ...], doubts: tuple[Doubt, ...] = ()
) -> Document:
    """Notes that went onto the card. F: D3"""
    parts = [*_top(tr, head, "recharge"), *_notes(tr, notes), Rule(), _total(tr, body.amount_fen)]
    parts += [*_words(tr, body.amount_fen), *_card(tr, body.purse), *_doubts(tr, doubts)]
    return _paper(tr, head, parts, body.id, body.at)


def load(tr: Translator, head: Head, body: LoadIntent) -> Document:
    """Waiting money that was written onto the card. F: D9"""
    parts = _top(tr, head, "load")
    parts += [
        Line(tr("kiosk.paper.load_number", n=item.number), money.plain(item.fen)) for item in body.loads
    ]
    parts += [Rule(), _total(tr, sum(item.fen for item in body.loads)), *_card(tr, body.purse)]
    return _paper(tr, head, parts, body.id, body.at)


def waiting(
    tr: Translator,
    head: Head,
    body: Waiting,
    notes: tuple[Credit, ...],
    doubts: tuple[Doubt, ...] = (),
    *,
    is_account: bool = False,
) -> Document:
    """Notes that reached no card and wait for it, or are an account's: the member's proof. F: D3 D10"""
    title, said = ("recharge", "account_do") if is_account else ("waiting", "waiting_do")
    parts = [*_top(tr, head, title), *_notes(tr, notes), Rule(), _total(tr, body.amount_fen)]
    parts += [*_words(tr, body.amount_fen), Rule()]
    parts.append(Line(tr("kiosk.paper.card"), masking.card(body.card, body.issue)))
    parts += [Line(line) for line in tr(f"kiosk.paper.{said}").splitlines()]
    return _paper(tr, head, [*parts, *_doubts(tr, doubts)], body.id, body.at)


def subsidy(
    tr: Translator, head: Head, errand: CollectSubsidy, told: Answered, lines: Sequence[Ready]
) -> Document:
    """Subsidies that are on an account from now on. F: B3 D2"""
    parts = _top(tr, head, "load")
    # What was listed may have changed before it was asked for: the office's sum is the one that counts.
    if sum(one.fen for one in lines) == told.fen:
        parts += [Line(legible(one.name), money.plain(one.fen)) for one in lines]
    parts += [Rule(), _total(tr, told.fen), Rule()]
    parts.append(Line(tr("kiosk.paper.card"), masking.card(errand.card, errand.issue)))
    if told.balance_fen is not None:
        parts.append(Line(tr("kiosk.paper.balance"), money.show(told.balance_fen), bold=True))
    parts.append(Line(tr("kiosk.paper.on_account")))
    return _paper(tr, head, parts, errand.id, told.at)


def claim(tr: Translator, head: Head, body: Claim, code: str) -> Document:
    """Cash of nobody's card: whoever brings this slip is paid once, at a desk. F: D3"""
    parts = [*_top(tr, head, "claim"), _total(tr, body.amount_fen), *_words(tr, body.amount_fen), Rule()]
    parts.append(Line(tr("kiosk.paper.code"), code, size=2, bold=True))
    parts += [Line(line) for line in tr("kiosk.paper.claim_do").splitlines()]
    return _paper(tr, head, parts, body.id, body.at)


def unresolved(
    tr: Translator, head: Head, unfinished: Unfinished, doubts: tuple[Doubt, ...] = ()
) -> Document:
    """A write that nobody could prove: the office finds out, this is the member's proof. F: D3"""
    parts = [*_top(tr, head, "unresolved"), _total(tr, unfinished.fen), Rule()]
    parts.append(Line(tr("kiosk.paper.card"), masking.card(unfinished.card, unfinished.issue)))
    parts += [Line(line) for line in tr("kiosk.paper.unresolved_do").splitlines()]
    return _paper(tr, head, [*parts, *_doubts(tr, doubts)], unfinished.id, unfinished.at)


def person(
    tr: Translator, head: Head, number: str, at: int, kept_fen: int, doubts: tuple[Doubt, ...]
) -> Document:
    """Money in the machine that a person has to look at. F: D3"""
    parts = _top(tr, head, "person")
    if kept_fen:
        parts.append(_total(tr, kept_fen))
    parts += _doubts(tr, doubts or (Doubt(fen=0, at=at),))
    return Document(number, (*parts, *_foot(tr, head, number, at)))


def code_payment(tr: Translator, head: Head, look: Look, payment: RecordId, fen: int, at: int) -> Document:
    """Paid by phone, onto an account. F: D4"""
    parts = [*_top(tr, head, "code_payment"), _total(tr, fen), Rule()]
    parts.append(Line(tr("kiosk.paper.card"), masking.card(look.card, look.issue)))
    return _paper(tr, head, parts, payment, at)


def collection(tr: Translator, head: Head, body: Collection, attendant: str, kind: str = "") -> Document:
    """What an attendant counted, to be signed by hand as well; ``kind``: which of several boxes. F: D7"""
    parts = _top(tr, head, "collection")
    if kind:
        parts.append(Line(tr(f"kiosk.acceptor.{kind}"), body.acceptor))
    parts += [
        Line(tr("kiosk.paper.note", value=money.show(one.value_fen).removesuffix(".00"), n=one.count),
             money.plain(one.value_fen * one.count))
        for one in body.counted
    ]  # fmt: skip
    fen = sum(one.value_fen * one.count for one in body.counted)
    parts += [
        Rule(),
        _total(tr, fen),
        *_words(tr, fen),
        Line(tr("kiosk.paper.attendant"), legible(attendant)),
    ]
    parts += [Line(tr("kiosk.paper.signed"), "____________"), Line(tr("kiosk.paper.witness"), "____________")]
    return _paper(tr, head, parts, body.id, body.at)


def trial(tr: Translator, head: Head, at: int) -> Document:
    """A page that shows that paper comes out. F: D7"""
    number = f"T-{head.terminal}-{at}"
    return Document(number, (*_top(tr, head, "trial"), *_foot(tr, head, number, at)))


def statement(tr: Translator, head: Head, issue: int, told: CardStatement) -> Document:
    """What happened to a card's money: paid in and given, never added together. F: D5"""
    number = f"S-{head.terminal}-{told.card}-{told.as_of}"
    parts = _top(tr, head, "statement")
    parts += [
        Line(tr("kiosk.paper.card"), masking.card(told.card, issue)),
        Line(tr("kiosk.paper.period"), f"{_day(told.since_day)} – {_day(told.until_day)}"),
        Rule(),
        Line(tr("kiosk.paper.opening"), _both(told.opening_paid_fen, told.opening_given_fen)),
    ]
    for line in told.lines:
        kind = f"kiosk.kind.{line.kind}"
        what = tr(kind if tr.knows(kind) else "kiosk.kind.other")
        parts.append(Line(f"{tr.moment(line.at)} {what}", _both(line.paid_fen, line.given_fen)))
        if line.place:
            parts.append(Line(f"  {legible(line.place)}"))
    parts += [
        Rule(),
        Line(tr("kiosk.paper.closing"), _both(told.closing_paid_fen, told.closing_given_fen), bold=True),
        Line(tr("kiosk.paper.both")),
    ]
    if told.cut:
        parts.append(Line(tr("kiosk.paper.cut")))
    return Document(number, (*parts, *_foot(tr, head, number, told.as_of)))


def _day(card_day: int) -> str:
    return day_of_card(card_day).isoformat()


def _both(paid_fen: int, given_fen: int) -> str:
    """``12.50 + 3.00``: own money and what was given."""
    return f"{money.plain(paid_fen)} + {money.plain(given_fen)}" if given_fen else money.plain(paid_fen)


def _paper(tr: Translator, head: Head, parts: list[Part], id: RecordId, at: int) -> Document:
    return Document(str(id), (*parts, *_foot(tr, head, str(id), at)))


def _top(tr: Translator, head: Head, title: str) -> list[Part]:
    parts: list[Part] = [Logo(), Line(legible(head.unit_name), align="center")]
    parts.append(Line(tr(f"kiosk.paper.title.{title}"), align="center", size=2, bold=True))
    return [*parts, Rule()]


def _foot(tr: Translator, head: Head, number: str, at: int) -> list[Part]:
    return [
        Rule(),
        Line(tr("kiosk.paper.number"), number),
        Line(tr("kiosk.paper.at"), local(at).strftime("%Y-%m-%d %H:%M:%S")),
        Line(tr("kiosk.paper.place", terminal=head.terminal), legible(head.place_name)),
    ]


def _total(tr: Translator, fen: int) -> Line:
    return Line(tr("kiosk.paper.total"), money.show(fen), size=2, bold=True)


def _words(tr: Translator, fen: int) -> list[Part]:
    """Cash is written in words too; the words are Chinese in law, hence only there."""
    return [Line(tr("kiosk.paper.in_words"), money.in_words(fen))] if tr.language == "zh" else []


def _notes(tr: Translator, notes: tuple[Credit, ...]) -> list[Part]:
    """How many of each note, the largest first."""
    values = [note.value_fen for note in notes]
    return [
        Line(
            tr("kiosk.paper.note", value=money.show(value).removesuffix(".00"), n=values.count(value)),
            money.plain(value * values.count(value)),
        )
        for value in sorted(set(values), reverse=True)
    ]


def _card(tr: Translator, purse: PurseWrite) -> list[Part]:
    return [
        Rule(),
        Line(tr("kiosk.paper.card"), masking.card(purse.card, purse.issue)),
        Line(tr("kiosk.paper.before"), money.plain(purse.before.main_fen)),
        Line(tr("kiosk.paper.balance"), money.show(purse.after.main_fen), bold=True),
        *(
            Line(wallet.name(tr, one.name), money.show(fen))
            for one, fen in zip(ON_CARD[1:], amounts(purse.after)[1:], strict=True)
            if fen
        ),
    ]


def _doubts(tr: Translator, doubts: tuple[Doubt, ...]) -> list[Part]:
    if not doubts:
        return []
    parts: list[Part] = [Rule(), Line(tr("kiosk.paper.doubt"), bold=True)]
    for doubt in doubts:
        value = money.show(doubt.fen) if doubt.fen else tr("kiosk.paper.doubt_unknown")
        parts.append(Line(local(doubt.at).strftime("%H:%M:%S"), value))
    return [*parts, *(Line(line) for line in tr("kiosk.paper.doubt_do").splitlines())]
