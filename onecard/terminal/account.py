"""Sales and voids of cards whose money is at the office: the server decides, the station asks.

The order of one sale: intent on disk → ask with those very bytes, as often as it takes → outcome on disk. Who
gives up asks for a tombstone under the same id, and from then on only that answer counts. The card is no more
than a name here; nothing is ever read from or written to its purse. Knows no network: whoever asks brings
the answer here. Blocking only for the disk.
"""

from contextlib import suppress
from dataclasses import dataclass

from msgspec import Raw

from onecard.errors import OneCardError, Refused
from onecard.ids import RecordId
from onecard.rules import limits
from onecard.rules.pricing import price
from onecard.terminal import draft, permission, replaced
from onecard.terminal.desk import Desk
from onecard.terminal.order import Order
from onecard.terminal.outcome import Completed, Unfinished
from onecard.terminal.shift import ShiftBook
from onecard.terminal.tap import Taps
from onecard.wire import messages as m

#: What the server calls an id that it will never post.
CANCELLED = "cancelled"


@dataclass(frozen=True, kw_only=True)
class Account:
    """Whose account: what a card that holds no money itself says, or the office says about its UID."""

    card: int
    issue: int
    type: int


class Accounts:
    """Writes the intents and what became of them."""

    def __init__(self, desk: Desk, shifts: ShiftBook, taps: Taps) -> None:
        self._desk, self._shifts, self._taps = desk, shifts, taps

    @property
    def knows_uids(self) -> bool:
        """Whether a card may be known by its UID alone at this unit."""
        types = self._desk.facts.types.values()
        return any(not one.purse_on_card and (not one.media or "uid" in one.media) for one in types)

    def sell(self, account: Account, order: Order) -> Unfinished:
        """Journal a sale that is about to be asked for; how the wallets share it is the server's to say.

        Raises the ``Refused`` of the first rule that says no here already; balance and past are the server's.
        """
        desk, place, at = self._desk, self._desk.place(), self._desk.moment.now()
        who = self._who()
        replaced.check(desk.journal, order.replaces)
        card_type = self._usable(account)
        when = desk.calendar().when(at)
        bill = price(order.lines, card_type, when, place.outlet, desk.products())
        if bill.due_fen <= 0:
            raise Refused("amount.zero")
        limits.check(card_type, bill.due_fen, when, place.outlet, pin_verified=order.pin_verified)
        shared = bool(card_type.wallets or bill.off or bill.first_n)

        def make(id: RecordId) -> m.Sale:
            head = desk.head(id, at, who.shift, who.operator) | {
                "replaces": order.replaces,
                "outlet": place.outlet,
                "owner": place.owner,
                "card": account.card,
                "issue": account.issue,
                "discount_fen": bill.discount_fen,
                "due_fen": bill.due_fen,
            }
            if shared:
                return m.FullSale(**head, lines=bill.priced(), pays=(), first_n=bill.first_n)
            return m.Sale(**head, lines=bill.lines, pays=(m.Pay("main", bill.due_fen),))

        return Unfinished(intent=desk.journal.append(make), why="")

    def void(self, sale: RecordId, supervisor: int = 0, reason: str = "") -> Unfinished:
        """Journal the void of such a sale; it needs no card, the account gets what it gave."""
        desk, at, who = self._desk, self._desk.moment.now(), self._who()
        sold = self._shifts.voidable(sale)
        if desk.config.kind == "pos":
            desk.demand(supervisor or self._shifts.operator, permission.VOID)
        if sold.purse is not None:
            raise Refused("void.other_card")
        intent = desk.journal.append(
            lambda id: m.Void(
                **desk.head(id, at, who.shift, who.operator),
                voids=sold.id,
                card=sold.card,
                issue=sold.issue,
                pays=sold.pays,
                supervisor=supervisor,
                reason=reason,
            )
        )
        return Unfinished(intent=intent, why="")

    def question(self, id: RecordId) -> m.AccountSale:
        """What the server is asked about this id: the same bytes, however often."""
        return m.AccountSale(body=Raw(self._desk.journal.body_bytes(id)))

    def answered(self, answer: m.Answer) -> Completed:
        """The server's word about one of these, to its question or to ``cancel``: on disk, then done.

        Raises ``Refused`` when it will never be posted, or is settled already (``tap.done``,
        ``tap.given_up``); ``StoreError`` when the word could not be written down: then it is as open as
        before, and the next answer says the same.
        """
        intent, _ = self._taps.waiting(answer.result.id)
        assert isinstance(intent, m.Sale | m.Void)
        assert intent.purse is None
        now, journal = self._desk.moment.now(), self._desk.journal
        status, balance = answer.result.status, answer.balance_fen
        if status in (m.Status.CREATED, m.Status.EXISTS):
            journal.append(lambda id: m.Done(id=id, at=now, of=intent.id, balance_fen=balance))
            return _completed(intent, balance or 0)
        if status is not m.Status.REFUSED:
            # Another record stands under this id: nobody here can tell which of them is the sale.
            raise Refused("account.conflict")
        journal.append(lambda id: m.NotWritten(id=id, at=now, of=intent.id))
        raise _refusal(answer.result.reason, intent, balance)

    def settle(self, answer: m.Answer) -> bool:
        """The answer to ``cancel`` about one that was set aside; whether a sale had been posted after all.

        Nobody waits for it and the goods stayed here: such a sale is given up, and the server gives the money
        back. Raises ``StoreError``.
        """
        intent, _ = self._taps.waiting(answer.result.id)
        posted = answer.result.status in (m.Status.CREATED, m.Status.EXISTS)
        if isinstance(intent, m.Sale) and posted:
            now = self._desk.moment.now()
            self._desk.journal.append(lambda id: m.GivenUp(id=id, at=now, of=intent.id, why=CANCELLED))
            return True
        with suppress(Refused):
            self.answered(answer)
        return False

    def balance_told(self, of: RecordId) -> int | None:
        """What the server said the account held after this sale or void; for its receipt, printed again."""
        for body in self._desk.journal.bodies(of):
            if isinstance(body, m.Done) and body.of == of:
                return body.balance_fen
        return None

    def _who(self) -> draft.Who:
        if self._desk.config.kind == "pos":
            self._shifts.demand()
        return draft.Who(self._shifts.number, self._shifts.operator)

    def _usable(self, account: Account) -> m.CardType:
        stop = self._desk.facts.stop(account.card, account.issue)
        if stop is not None:
            raise Refused("card.stopped", reason=stop[0])
        card_type = self._desk.card_type(account.type)
        if card_type is None:
            raise Refused("card.type_unknown", type=account.type)
        if card_type.purse_on_card:
            # Without its own record a purse card's money cannot be spent, whatever else knows its number.
            raise Refused("card.blank")
        return card_type


def _completed(intent: m.Sale | m.Void, balance_fen: int) -> Completed:
    moved = -intent.due_fen if isinstance(intent, m.Sale) else sum(pay.fen for pay in intent.pays)
    return Completed(
        intent=intent,
        balance_before_fen=balance_fen - moved,
        balance_after_fen=balance_fen,
        commands=0,
        image=None,
    )


def _refusal(reason: str, intent: m.Sale | m.Void, balance_fen: int | None) -> OneCardError:
    if reason == CANCELLED:
        return Refused("account.cancelled")
    if reason.startswith("limit."):
        # Which figure was reached is the server's knowledge; it sends the rule's name only.
        return Refused("account.limit", rule=reason)
    due = intent.due_fen if isinstance(intent, m.Sale) else 0
    return Refused(reason or "sale.refused", balance=balance_fen or 0, due=due)
