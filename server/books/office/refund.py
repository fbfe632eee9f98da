"""Money of a sale goes back the way it came, after its shift is closed and all of it is here. F: A4

Before that the station voids; the two never overlap. What was on a card waits for the card as a load.
"""

import msgspec
from sqlalchemy import select

from onecard.books import accounts
from onecard.books.entry import Postings
from onecard.books.events import debt, refund
from onecard.books.events import sale as sale_event
from onecard.books.wallets import NAMES
from onecard.wire.messages import Sale, Void
from server.books import tables
from server.books.command import Order
from server.books.numbering import number_load
from server.books.office.desk import shift_has_ended, today
from server.books.original import intent_of
from server.books.selling import back_beside, left_of, off_of, take_back
from server.books.sheet import Event, Sheet
from server.books.tables import key_of
from server.rows import write_rows

GONE = ("reserved", "released", "returned")


class Terms(msgspec.Struct, frozen=True):
    """``sale``: its id; ``lines``: (number from 0, quantity in thousandths), none = all that is left."""

    sale: int
    lines: tuple[tuple[int, int], ...] = ()
    reason: str = ""
    supervisor: int = 0


class Refund(Order[Terms]):
    """owner → the wallets that paid."""

    def look(self, sheet: Sheet) -> None:
        sheet.facts.want(self.terms.sale)

    def _sold(self, sheet: Sheet) -> tuple[int, Event] | None:
        fact = sheet.facts.get(self.terms.sale)
        event = sheet.events.get(fact.entry) if fact is not None and fact.entry else None
        if fact is None or event is None or event.kind != "sale":
            return None
        return fact.entry, event

    def refusal(self, sheet: Sheet) -> str:
        sold = self._sold(sheet)
        if sold is None:
            return "refund.unknown"
        entry, event = sold
        intent = intent_of(sheet, self.terms.sale)
        if not isinstance(intent, Sale) or not shift_has_ended(sheet, self.terms.sale, event):
            return "refund.open_shift"
        if self._is_perhaps_void(sheet, event):
            return "refund.void_open"
        card = sheet.holders.cards.get(event.card)
        if event.card and (card is None or card.state in GONE):
            return "refund.card"
        left = sum(left_of(sheet, entry).values())
        wanted = self._lines(sheet, entry, intent)
        if wanted is None or left <= 0:
            return "refund.excess"
        fen = sum(one for _, _, one in wanted) if self.terms.lines else left
        return "" if 0 < fen <= left else "refund.excess"

    def _is_perhaps_void(self, sheet: Sheet, event: Event) -> bool:
        """A void of it was given up, and its card, which alone knows, was not seen since."""
        given_up = sheet.taps.given_up(event.card, event.issue) if event.card else []
        voids = (one for one in map(sheet.taps.intent, given_up) if isinstance(one, Void))
        return any(key_of(one.voids) == self.terms.sale for one in voids)

    def _lines(self, sheet: Sheet, entry: int, intent: Sale) -> list[tuple[int, int, int]] | None:
        """(line, quantity, fen) that is asked for; ``None``: more than there was."""
        off = list(off_of(intent)) or refund.discounts(
            [line.total_fen for line in intent.lines], intent.discount_fen
        )
        gone = _refunded(sheet, entry)
        asked = self.terms.lines
        if len({line for line, _ in asked}) != len(asked):
            return None
        found = []
        for number, quantity in asked:
            if not 0 <= number < len(intent.lines):
                return None
            line, before = intent.lines[number], gone.get(number, (0, 0))[0]
            if quantity <= 0 or before + quantity > line.quantity:
                return None
            paid = line.total_fen - off[number]
            found.append((number, quantity, refund.line_fen(paid, line.quantity, before, quantity)))
        return found

    def enter(self, sheet: Sheet) -> int:
        sold, intent = self._sold(sheet), intent_of(sheet, self.terms.sale)
        assert sold is not None
        assert isinstance(intent, Sale)
        entry, event = sold
        left = left_of(sheet, entry)
        wanted = self._lines(sheet, entry, intent)
        assert wanted is not None
        fen = sum(one for _, _, one in wanted) if wanted else sum(left.values())
        taken = sheet.taken_back.get(entry) or {}
        paid = {wallet: part + taken.get(wallet, 0) for wallet, part in left.items()}
        parts = refund.shares(paid, left, fen)
        postings = back_to_payers(sheet, entry, event, parts, intent, self.key)
        take_back(sheet, entry, parts)
        if fen == sum(left.values()):
            postings += back_beside(sheet, entry, sheet.postings_of(entry))
        _keep_lines(sheet, entry, wanted)
        made = Event(
            kind="refund",
            fact=self.key,
            card=event.card,
            issue=event.issue,
            outlet=event.outlet,
            owner=event.owner,
            operator=self.operator,
            at=sheet.now,
            day=today(sheet),
            fen=fen,
            corrects=entry,
        )
        number = sheet.enter(made, postings)
        sheet.remark(number, self.terms.reason, self.terms.supervisor)
        return number

    def balance(self, sheet: Sheet) -> int | None:
        sold = self._sold(sheet)
        return None if sold is None else sum(left_of(sheet, sold[0]).values())


def back_to_payers(
    sheet: Sheet, entry: int, event: Event, parts: dict[str, int], intent: Sale, key: int
) -> Postings:
    """To the account that paid; what was on a plastic waits for the one that is in use now."""
    card = sheet.holders.cards.get(event.card)
    origins = {sale_event.payer_name(p.debit): p.debit for p in sheet.postings_of(entry)}
    back: list[tuple[str, int]] = []
    after: Postings = ()
    for wallet, fen in parts.items():
        if intent.purse is not None and wallet in NAMES:
            assert card is not None
            back.append((accounts.waiting(event.card, card.issue, wallet), fen))
            after += number_load(
                sheet, event.card, card.issue, fen, "refund", key, wallet=wallet,
                expires_day=_expiry(intent, wallet),
            )  # fmt: skip
            continue
        back.append((origins[wallet], fen))
        if wallet == "main":
            owed = max(0, -sheet.balance(accounts.debt(event.card)))
            after += debt.taken(event.card, origins[wallet], min(owed, fen))
    return refund.postings(event.owner, event.outlet, back) + after


def _expiry(intent: Sale, wallet: str) -> int:
    assert intent.purse is not None
    before = intent.purse.before
    slots = {"gift": before.slot1, "subsidy": before.slot2, "subsidy2": before.slot3}
    return slots[wallet].expiry_day if wallet in slots else 0


def _refunded(sheet: Sheet, entry: int) -> dict[int, tuple[int, int]]:
    table = tables.refund_line
    query = select(table).where(table.c.unit_id == sheet.unit, table.c.entry == entry)
    return {row.line: (row.quantity, row.fen) for row in sheet.connection.execute(query)}


def _keep_lines(sheet: Sheet, entry: int, wanted: list[tuple[int, int, int]]) -> None:
    gone = _refunded(sheet, entry)
    rows = []
    for line, quantity, fen in wanted:
        before = gone.get(line, (0, 0))
        rows.append((sheet.unit, entry, line, before[0] + quantity, before[1] + fen))
    write_rows(sheet.connection, tables.refund_line, rows, replace=True)
