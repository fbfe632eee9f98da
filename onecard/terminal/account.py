"""Sales and voids of cards whose money is at the office: the server decides, the station asks.

The order of one sale: intent on disk → ask with those very bytes, as often as it takes → outcome on disk. Who
gives up asks for a tombstone under the same id, and from then on only that answer counts. The card is no more
than a name here; nothing is ever read from or written to its purse. Knows no network: whoever asks brings
the answer here. Blocking only for the disk.
"""

from collections.abc import Callable
from contextlib import suppress

from msgspec import Raw

from onecard.errors import OneCardError, Refused, StoreError
from onecard.ids import RecordId
from onecard.rules import limits
from onecard.rules.pricing import price, uses_of
from onecard.terminal import draft, offline, permission, replaced
from onecard.terminal.desk import Desk
from onecard.terminal.order import Order
from onecard.terminal.outcome import Completed, Unfinished
from onecard.terminal.shift import ShiftBook
from onecard.terminal.tap import Taps
from onecard.terminal.whose import ACTIVE, NamedLook, look
from onecard.terminal.whose import Account as Account
from onecard.wire import messages as m

MakeSale = Callable[[RecordId], m.Sale]
#: What the server calls an id that it will never post.
CANCELLED = "cancelled"


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
        return Unfinished(intent=self._desk.journal.append(self._sale(account, order)[0]), why="")

    def approve(self, account: Account, order: Order) -> Completed:
        """Sell without the office, within its caps: intent and outcome reach the disk together. F: C10

        Always a new intent: one that was ever sent is not approved here, it is given up first and named as
        what this one replaces. Raises the ``Refused`` of the first rule that says no, ``StoreError``.
        """
        make, card_type, fen = self._sale(account, order)
        left = offline.check_account(self._rules(), card_type, fen, self._alone(account))
        sold = self._decided(make, left)
        assert isinstance(sold, m.Sale)
        return _completed(sold, left)

    def void_alone(self, sale: RecordId, supervisor: int = 0, reason: str = "") -> Completed:
        """Take such a sale back without the office: the same shift needs no network. F: C7"""
        found = self._shifts.voidable(sale)
        held = self.known(found.card)
        fen = sum(pay.fen for pay in found.pays) or found.due_fen
        left = (0 if held is None else held[0]) + fen
        body = self._decided(self._void(sale, supervisor, reason), left)
        assert isinstance(body, m.Void)
        return _completed(body, left)

    def known(self, card: int) -> tuple[int, int] | None:
        """Balance of an account card as far as is known here, and the server time it was read at; ``None``
        for one that is not at home here. F: D10"""
        facts = self._desk.facts
        row, as_of = facts.account(card), facts.accounts_as_of
        if row is None:
            return None
        return row.fen - self._desk.journal.exposure.not_in(card, as_of), as_of

    def of_uid(self, uid: str) -> Account | None:
        """Whose account a plastic is that says no more than its UID (hex), as the last snapshot has it."""
        row = self._desk.facts.account_of_uid(uid)
        return None if row is None else Account(card=row.card, issue=row.issue, type=row.type)

    def look(self, account: Account, *, uid: bytes = b"", state: str = ACTIVE) -> NamedLook:
        """What is known here of a card that was not read itself. ``state``: the office's word."""
        return look(self._desk, account, uid, state)

    def _decided(self, make: Callable[[RecordId], m.Body], balance_fen: int) -> m.Body:
        at = self._desk.moment.now()

        def done(id: RecordId) -> m.Body:
            of = RecordId(id.terminal, id.epoch, id.seq - 1)
            return m.Done(id=id, at=at, of=of, offline=True, balance_fen=balance_fen)

        journal = self._desk.journal
        at_stake = RecordId(journal.terminal, journal.epoch, journal.head.seq + 1)
        try:
            return journal.append_all([make, done])[0]
        except StoreError:
            # A commit may fail by its own word only. What is on the disk counts, and nobody pays twice.
            with suppress(StoreError):
                kept = journal.body(at_stake)
                if isinstance(kept, m.Sale | m.Void):
                    return kept
            raise

    def _rules(self) -> offline.OfflineRules:
        return offline.OfflineRules.of(self._desk.place().settings)

    def _alone(self, account: Account) -> offline.Alone:
        desk, exposure = self._desk, self._desk.journal.exposure
        row, as_of = desk.facts.account(account.card), desk.facts.as_of
        if not desk.moment.is_sure:
            # Nobody knows how old the snapshot is, and the caps hang on that.
            raise Refused("clock.unsure")
        fen, count = exposure.of_card(account.card)
        return offline.Alone(
            balance_fen=None if row is None or row.issue != account.issue else row.fen,
            age_s=max(0, desk.moment.now() - as_of) if as_of else None,
            spent_fen=exposure.not_in(account.card, desk.facts.accounts_as_of),
            card_fen=fen,
            card_count=count,
            total_fen=exposure.total()[0],
        )

    def _sale(self, account: Account, order: Order) -> tuple[MakeSale, m.CardType, int]:
        """How the intent is made, under which type, and what is due."""
        desk, place, at = self._desk, self._desk.place(), self._desk.moment.now()
        who = self._who()
        replaced.check(desk.journal, order.replaces)
        card_type = self._usable(account)
        when = desk.calendar().when(at)
        bill = price(order.lines, card_type, when, place.outlet, desk.products())
        if bill.due_fen <= 0 and not bill.discount_fen:
            raise Refused("amount.zero")
        limits.check(card_type, bill.due_fen, when, place.outlet, pin_verified=order.pin_verified)
        shared = bool(card_type.wallets or bill.off or bill.first_n or order.wallet)
        pays = (m.Pay(order.wallet, bill.due_fen),) if order.wallet else ()
        uses = uses_of(bill.lines) if bill.off else ()

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
            if not shared and order.beside is None:
                return m.Sale(**head, lines=bill.lines, pays=(m.Pay("main", bill.due_fen),))
            head |= {"lines": bill.priced(), "pays": pays, "first_n": bill.first_n, "uses": uses}
            if order.beside is None:
                return m.FullSale(**head)
            return m.PartSale(**head, beside=order.beside)

        return make, card_type, bill.due_fen

    def void(self, sale: RecordId, supervisor: int = 0, reason: str = "") -> Unfinished:
        """Journal the void of such a sale; it needs no card, the account gets what it gave."""
        return Unfinished(intent=self._desk.journal.append(self._void(sale, supervisor, reason)), why="")

    def _void(self, sale: RecordId, supervisor: int, reason: str) -> Callable[[RecordId], m.Void]:
        desk, at, who = self._desk, self._desk.moment.now(), self._who()
        sold = self._shifts.voidable(sale)
        if desk.config.kind == "pos":
            desk.demand(supervisor or self._shifts.operator, permission.VOID)
        if sold.purse is not None:
            raise Refused("void.other_card")
        return lambda id: m.Void(
            **desk.head(id, at, who.shift, who.operator),
            voids=sold.id,
            card=sold.card,
            issue=sold.issue,
            pays=sold.pays,
            supervisor=supervisor,
            reason=reason,
        )

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
        self._desk.demand_open()
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
