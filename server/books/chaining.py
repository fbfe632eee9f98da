"""A record becomes a link of its card's chain: forks, holes that close, money that is not there. F: G6"""

from onecard.books import accounts
from onecard.books.events import write_off
from onecard.books.wallets import ON_CARD, amounts
from onecard.wire.messages import PurseWrite, Status
from server.books import fork, handover, infer
from server.books.sheet import Event, Fact, Sheet
from server.books.tables import id_of, key_of
from server.cards.link import Added, Link, Medium


class Linked:
    """A record that is being posted: its link is in the chain, its entry not yet made."""

    def __init__(self, sheet: Sheet, key: int, purse: PurseWrite, at: int, day: int) -> None:
        self._sheet = sheet
        self._at, self._day = at, day
        before, after = amounts(purse.before), amounts(purse.after)
        self.link = Link(purse.card, purse.issue, purse.counter, key, key_of(purse.prev), before, after)
        self._medium = (purse.card, purse.issue)
        added: Added = sheet.chains.add(self.link, at)
        self._plain = added.plain
        if added.jump:
            sheet.inbox.add("chain_jump", id_of(key), fact=key, card=purse.card, issue=purse.issue)
        for hole in added.inferred:
            infer.undo(sheet, self._medium, hole, day)
        chain = sheet.chains.heads.get(self._medium)
        assert chain is not None
        self._is_forked = chain.forks > 0 and not added.plain
        self._lives = True
        if self._is_forked:
            # Before this record is posted: it may apply what a dead branch had applied.
            self._lives = fork.others(sheet, self._medium, self.link, at)

    def finish(self) -> None:
        """Its entry is made: what follows from it."""
        sheet, medium = self._sheet, self._medium
        if not self._lives:
            fork.lose(sheet, self.link)
        chain = sheet.chains.heads.get(medium)
        if not self._plain and chain is not None and chain.gaps:
            infer.review(sheet, medium)
        if self._is_forked:
            fork.tell_cost(sheet, medium)
            fork.overspent(sheet, medium)
        settle_loss(sheet, *medium, at=self._at, day=self._day)


def settle_loss(sheet: Sheet, card: int, issue: int, *, at: int, day: int) -> None:
    """The chain is whole and the purse still below zero: more was spent than ever went on; that money is
    lost."""
    chain = sheet.chains.heads.get((card, issue))
    if chain is None or chain.gaps:
        return
    for wallet in ON_CARD:
        account = accounts.purse(card, issue, wallet.name)
        # Side wallets are only looked up when this batch moved them.
        below = -sheet.balance(account) if account in sheet.wallets.changed else 0
        if below > 0 and not _is_carried_on(sheet, (card, issue)):
            key = sheet.server_key()
            event = Event(kind="write_off", fact=key, card=card, issue=issue, at=at, day=day, fen=below)
            entry = sheet.enter(event, write_off.postings(card, issue, wallet.name, below))
            sheet.facts.put(key, Fact(None, Status.CREATED, "", entry))
            sheet.inbox.add("card_loss", id_of(key), fact=key, card=card, issue=issue, fen=below)


def _is_carried_on(sheet: Sheet, medium: Medium) -> bool:
    """Its money went on to another card, so what is short is owed there (``true_up``)."""
    found = handover.find(sheet, medium)
    return found is not None and found.to_card != 0
