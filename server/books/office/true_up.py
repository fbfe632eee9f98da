"""The rest of a plastic that was given up follows, once every station has heard and sent what it had.

Taps that are still open then count as not written, in the member's favour, and are told to the office.
"""

import msgspec
from sqlalchemy import select

from onecard.books import accounts
from onecard.books.entry import Postings
from onecard.books.wallets import ON_CARD
from server.books import handover, settle
from server.books.command import Order
from server.books.handover import Handover, Target
from server.books.office.desk import held, today, want_medium
from server.books.sheet import Event, Sheet
from server.books.tables import id_of
from server.cards.tables import open_tap
from server.cards.taps import GIVEN_UP
from server.terminals.quiet import not_informed


class Terms(msgspec.Struct, frozen=True):
    """The old plastic. ``on_card``: the money that follows waits for a plastic, too."""

    card: int
    issue: int
    on_card: bool = True


class TrueUp(Order[Terms]):
    """old issue → what its money went to, or debt."""

    def look(self, sheet: Sheet) -> None:
        want_medium(sheet, self.terms.card, self.terms.issue)

    def refusal(self, sheet: Sheet) -> str:
        found = handover.find(sheet, (self.terms.card, self.terms.issue))
        if found is None or not found.to_card:
            return "handover.unknown"
        return "" if is_due(sheet, found) else "handover.waits"

    def enter(self, sheet: Sheet) -> int:
        old = (self.terms.card, self.terms.issue)
        found = handover.find(sheet, old)
        assert found is not None
        self._close_taps(sheet, old)
        newest = sheet.holders.cards.get(found.to_card)
        issue = found.to_issue if newest is None else max(newest.issue, found.to_issue)
        to = Target(found.to_card, issue, self.terms.on_card)
        days = [(one.wallet, one.expires_day) for one in held(sheet, old)]
        before = sum(sheet.balance(accounts.purse(*old, wallet.name)) for wallet in ON_CARD)
        postings: Postings = handover.carry_loads(sheet, old, to, self.key, published=True)
        postings += handover.carry_rest(sheet, old, to, self.key, days)
        handover.trued(sheet, old)
        made = Event(
            kind="true_up",
            fact=self.key,
            card=found.to_card,
            issue=issue,
            operator=self.operator,
            at=sheet.now,
            day=today(sheet),
            fen=before,
        )
        return sheet.enter(made, postings)

    def _close_taps(self, sheet: Sheet, old: tuple[int, int]) -> None:
        query = select(open_tap.c.fact, open_tap.c.fen, open_tap.c.state).where(
            open_tap.c.unit_id == sheet.unit, open_tap.c.card == old[0], open_tap.c.issue == old[1]
        )
        for row in sheet.connection.execute(query.order_by(open_tap.c.fact)).all():
            sheet.inbox.add(
                "tap_at_true_up", id_of(row.fact), fact=row.fact, card=old[0], issue=old[1], fen=row.fen
            )
            if row.state == GIVEN_UP:
                settle.not_written(sheet, row.fact, self.key)


def is_due(sheet: Sheet, found: Handover) -> bool:
    """Everybody has heard, nothing of the old plastic is missing, and there is something to be done."""
    chain = sheet.chains.heads.get(found.medium)
    if chain is not None and chain.gaps:
        return False
    left = any(sheet.balance(accounts.purse(*found.medium, wallet.name)) for wallet in ON_CARD)
    if found.trued_at is not None and not left and not sheet.loads.unapplied(*found.medium):
        return False
    return not not_informed(sheet.connection, sheet.unit, "stops", found.stop_version)
