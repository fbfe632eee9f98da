"""Sales and voids as the books take them: who pays on the server, debt, uses and points; and whether a
terminal decided as the rules say.

A fact that was decided differently stands; the office is told which rule it differs from.
"""

from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import func, select

from onecard.books import accounts
from onecard.books.entry import Posting, Postings, reversal
from onecard.books.events import debt, sale, void
from onecard.cards.image import Purse
from onecard.errors import Refused
from onecard.rules import counts, points
from onecard.rules.deal import pay, pockets_of
from onecard.rules.limits import NOTHING_SPENT, Spent, check
from onecard.rules.periods import Calendar, When
from onecard.rules.pricing import Bill, price
from onecard.rules.split import Pocket
from onecard.rules.terms import types_at
from onecard.wire.messages import (
    CardType,
    CounterSale,
    FullSale,
    Pay,
    PricedLine,
    Product,
    Sale,
    Void,
)
from server.books.counted import counted, follows
from server.books.life import key_on, told
from server.books.sheet import Event, Sheet
from server.books.tables import id_of, key_of
from server.catalogue.tables import meal_price
from server.catalogue.terms import calendar_of, products_of, types_of
from server.rows import write_rows

#: Uses and points of this sale were taken back; a name that no wallet has.
BESIDE = "*"
#: More meals than any card counts: the price of the first ones does not hold.
PAST_FIRST_N = 15


# ---- a sale


def pockets(sheet: Sheet, card: int, card_type: CardType | None) -> list[Pocket]:
    """What each wallet of a card on the server may pay now, in the order of its type."""
    if card_type is not None and not card_type.stores_value:
        return []
    if card_type is None or not card_type.wallets:
        spare = 0 if card_type is None else card_type.overdraft_fen
        return [Pocket("main", max(0, sheet.balance(accounts.account(card, "main")) + spare))]
    found = []
    for terms in card_type.wallets:
        name = terms.wallet
        if name == "credit":
            fen = terms.limit_fen + sheet.balance(accounts.credit(member_of(sheet, card)))
        elif name in ("points", "centre", "cash"):
            continue  # only where the sale itself names them
        else:
            spare = card_type.overdraft_fen if name == "main" else 0
            fen = sheet.balance(accounts.account(card, name)) + spare
        found.append(Pocket(name, max(0, fen), terms))
    return found


def member_of(sheet: Sheet, card: int) -> int:
    """Who holds a card, 0 = nobody that we know."""
    row = sheet.holders.cards.get(card)
    return 0 if row is None else row.member


class Decided(NamedTuple):
    """What the server decided about a sale: who pays, and the points it earns."""

    pays: tuple[Pay, ...]
    earned: int = 0


def take_sale(sheet: Sheet, key: int, intent: Sale, decided: Decided | None) -> Postings:
    """What a sale posts. ``decided``: by the server's own decision; ``None``: the sale is a fact."""
    if decided is not None:
        pays, earned = decided.pays, decided.earned
    else:
        card_type = _told(sheet, key, intent)
        earned = intent.earned if isinstance(intent, FullSale) else 0
        pays = intent.pays if intent.pays or intent.purse is not None else _shared(sheet, intent, card_type)
    member = member_of(sheet, intent.card) if any(one.wallet == "credit" for one in pays) else 0
    postings = sale.postings(intent, pays, member, earned)
    if isinstance(intent, FullSale):
        for use in intent.uses:
            postings += sale.used(intent, use, _use(sheet, key, intent.card, use.kind, use.times))
    if decided is None and intent.purse is None:
        # The fact took an account below its floor: the excess is debt, by name.
        for one in pays:
            account = sale.payer(intent, one.wallet, 0)
            if accounts.wallet_of(account) is not None:
                below = one.fen - max(0, sheet.balance(account))
                if below > 0:
                    postings += debt.postings(intent.card, one.wallet, below)
    return postings


def _shared(sheet: Sheet, intent: Sale, card_type: CardType | None) -> tuple[Pay, ...]:
    """Who pays a fact that left it open: by the rules as far as they go, the rest from the main wallet."""
    rest, found = intent.due_fen, {}
    for one in pockets(sheet, intent.card, card_type):
        part = min(rest, one.fen) if one.terms is None or not one.terms.categories else 0
        if part:
            found[one.wallet] = part
            rest -= part
    if rest:
        found["main"] = found.get("main", 0) + rest
    return tuple(Pay(wallet, fen) for wallet, fen in found.items())


def _use(sheet: Sheet, key: int, card: int, kind: str, times: int) -> int:
    """What so many uses are worth. A fact that used more than there was takes the count below zero."""
    left = sheet.balance(accounts.uses(card, kind))
    rest = max(0, sheet.balance(accounts.prepaid(card, kind)))
    if times > left:
        sheet.inbox.add("count_short", id_of(key), fact=key, card=card, what=kind, times=times, left=left)
    there = min(times, max(0, left))
    return counts.use(left, rest, there) if there else 0


def spent_on(sheet: Sheet, card: int, when: When, calendar: Calendar, *, meals: bool) -> Spent:
    """What a card on the server spent on this business day and in this meal, voided sales left out.

    ``meals``: whether those at a first-n price matter.
    """
    rows = sheet.day_of(card, when.day)
    gone = {corrects for _, kind, _, _, corrects in rows if kind == "void"}
    sales = [(-fen, at) for entry, kind, fen, at, _ in rows if kind == "sale" and entry not in gone]
    here = [fen for fen, at in sales if when.meal and calendar.same_meal(at, when.at)]
    last = max((at for _, kind, _, at, _ in rows if kind == "sale"), default=0)
    return Spent(
        last,
        sum(fen for fen, _ in sales),
        len(sales),
        sum(here),
        len(here),
        _first_n(sheet, card, when.day) if meals else 0,
    )


def _first_n(sheet: Sheet, card: int, day: int) -> int:
    table = meal_price
    query = select(func.sum(table.c.times)).where(
        table.c.unit_id == sheet.unit, table.c.card == card, table.c.day == day
    )
    return int(sheet.connection.execute(query).scalar() or 0)


def count_meal(sheet: Sheet, entry: int, card: int, day: int, corrects: int) -> None:
    """A meal at a first-n price, or (``corrects``) its void, of a card on the server; a purse counts it."""
    table, times = meal_price, 1
    if corrects:
        query = select(table.c.day).where(table.c.unit_id == sheet.unit, table.c.entry == corrects)
        found = sheet.connection.execute(query).scalar()
        if found is None:
            return
        day, times = found, -1
    write_rows(sheet.connection, table, [(sheet.unit, entry, card, day, times)])


# ---- was it decided by the rules?


def _told(sheet: Sheet, key: int, intent: Sale) -> CardType | None:
    """Tell the office where a fact differs from the rules its terminal held; the card's type by those."""
    named = types_of(sheet.connection, sheet.unit, intent.versions.types)
    row = sheet.holders.cards.get(intent.card)
    if named is None or row is None:
        return None
    card_type = types_at((one for one in named if one.type == row.type), intent.at).get(row.type)
    what = "type" if card_type is None else difference(sheet, intent, card_type)
    if not what and not follows(sheet, intent):
        what = "counters"
    if what:
        sheet.inbox.add(
            "decided_differently", id_of(key), fact=key, card=intent.card, issue=intent.issue,
            fen=intent.due_fen, what=what,
        )  # fmt: skip
    return card_type


def difference(sheet: Sheet, intent: Sale, card_type: CardType) -> str:
    """Which rule of ``card_type`` a sale from a purse does not follow, "" if it follows all: ``price``,
    ``discount``, ``wallets``, ``points``, or the code of a limit."""
    calendar = calendar_of(sheet.connection, sheet.unit, intent)
    when = calendar.when(intent.at)
    products = products_of(sheet.connection, sheet.unit, intent.outlet, intent.versions.catalogue)
    full = intent if isinstance(intent, FullSale) else None
    # A till of before the card's counters were told is believed: the card alone knew what it had spent.
    had = counted(intent, calendar)
    spent = NOTHING_SPENT if had is None else had
    try:
        if had is None:
            bill = reckoned(intent, card_type, when, products, 0)
        else:
            bill = price(intent.lines, card_type, when, intent.outlet, products, had.first_n)
        if not same_prices(bill, intent):
            return "price"
        if not same_sums(bill, intent):
            return "discount"
        if not isinstance(intent, CounterSale):  # no limit of a card bounds what others pay
            check(card_type, intent.due_fen, when, intent.outlet, spent, pin_verified=True)
        if intent.purse is not None and intent.pays != _pays(intent, card_type, when.day, bill):
            return "wallets"
    except Refused as refused:
        return refused.code
    earned = points.earned(card_type.points, bill.nets(), intent.pays, when, intent.outlet)
    return "" if earned == (full.earned if full is not None else 0) else "points"


def _pays(intent: Sale, card_type: CardType, today: int, bill: Bill) -> tuple[Pay, ...]:
    assert intent.purse is not None
    before = intent.purse.before
    purse = Purse(main_fen=before.main_fen, slots=(before.slot1, before.slot2, before.slot3))
    return pay(bill, pockets_of(card_type, purse, today), intent.outlet)


def reckoned(
    intent: Sale, card_type: CardType, when: When, products: Mapping[int, Product], had: int
) -> Bill:
    """What a sale costs by our own reckoning, at a first-n price only if it claims one. ``had``: such meals
    that the card had today."""
    claims = isinstance(intent, FullSale) and intent.first_n > 0
    bill = price(intent.lines, card_type, when, intent.outlet, products, had if claims else PAST_FIRST_N)
    if not claims and bill.off != off_of(intent):
        # A meal cheaper than the first price is not counted, and still gets no other discount.
        return price(intent.lines, card_type, when, intent.outlet, products, had)
    return bill


def same_sums(bill: Bill, intent: Sale) -> bool:
    """Whether what is off each line, and so what is to be paid, is what our own reckoning says."""
    first_n = intent.first_n if isinstance(intent, FullSale) else 0
    return bill.due_fen == intent.due_fen and bill.off == off_of(intent) and bill.first_n == first_n


def same_prices(bill: Bill, intent: Sale) -> bool:
    """Whether each line was rung at the price that our own reckoning gave it."""
    if bill.lines is intent.lines:
        return True
    return all(ours.price_fen == its.price_fen for ours, its in zip(bill.lines, intent.lines, strict=True))


def off_of(intent: Sale) -> tuple[int, ...]:
    """What is off each line, empty when nothing is off any; as ``Bill.off``."""
    if not intent.discount_fen:
        return ()
    off = tuple(line.discount_fen if isinstance(line, PricedLine) else 0 for line in intent.lines)
    return off if any(off) else ()


# ---- a void


def left_of(sheet: Sheet, entry: int) -> dict[str, int]:
    """What of a sale was not taken back yet, per wallet."""
    taken = sheet.taken_back.get(entry) or {}
    left: dict[str, int] = {}
    for posting in sheet.postings_of(entry):
        wallet = _payer_name(posting)
        if wallet is not None:
            left[wallet] = left.get(wallet, 0) + posting.fen
    return {wallet: fen - taken.get(wallet, 0) for wallet, fen in left.items()}


def _payer_name(posting: Posting) -> str | None:
    if accounts.kind_of(posting.credit) is not accounts.Kind.OWNER:
        return None
    return sale.payer_name(posting.debit)


def take_back(sheet: Sheet, entry: int, amounts: Mapping[str, int]) -> None:
    """Note that this much of an entry is reversed now."""
    taken = dict(sheet.taken_back.get(entry) or {})
    for wallet, fen in amounts.items():
        taken[wallet] = taken.get(wallet, 0) + fen
    sheet.taken_back.put(entry, taken)


def sale_of(sheet: Sheet, intent: Void) -> tuple[int, Event | None]:
    """The entry that a void names, if it is a sale of the same terminal to the same card."""
    if intent.voids.terminal != intent.id.terminal:
        return 0, None
    own = told(sheet, key_of(intent.voids), key_of(intent.id))
    fact = sheet.facts.get(key_on(sheet, own, intent.card, intent.issue))
    event = sheet.events.get(fact.entry) if fact is not None and fact.entry else None
    if fact is None or event is None or event.kind != "sale" or event.card != intent.card:
        return 0, None
    return fact.entry, event


def void_refusal(sheet: Sheet, intent: Void) -> str:
    """Why the books do not take a sale back, "" if they do."""
    entry, sold = sale_of(sheet, intent)
    if sold is None:
        return "void.excess"
    left = left_of(sheet, entry)
    wanted = void.whole(intent, left)
    if sum(void.within(wanted, left).values()) != sum(one.fen for one in wanted):
        return "void.excess"
    # A sale that no money paid for can be taken back as well, once.
    gone = bool(left) or (sheet.taken_back.get(entry) or {}).get(BESIDE, 0)
    return "void.excess" if not wanted and gone else ""


def take_void(sheet: Sheet, key: int, intent: Void) -> tuple[int, int, Postings]:
    """The entry of the sale, fen that came back, and what a void posts."""
    entry, event = sale_of(sheet, intent)
    left = left_of(sheet, entry) if event is not None else {}
    wanted = void.whole(intent, left)
    covered = void.within(wanted, left)
    fen = sum(one.fen for one in wanted)
    excess = fen - sum(covered.values())
    if excess:
        kind = "void_excess" if event is not None else "void_unknown"
        sheet.inbox.add(
            kind, id_of(key), fact=key, card=intent.card, issue=intent.issue, fen=excess,
            voids=str(intent.voids),
        )  # fmt: skip
    if event is None:
        return entry, fen, void.postings(intent, 0, 0, left)
    sold = sheet.postings_of(entry)
    origins = {name: one.debit for one in sold if (name := _payer_name(one)) is not None}
    postings = void.postings(intent, event.owner, event.outlet, left, origins)
    take_back(sheet, entry, covered)
    if all(fen == covered.get(wallet, 0) for wallet, fen in left.items()):
        postings += back_beside(sheet, entry, sold)
    return entry, fen, postings


def back_beside(sheet: Sheet, entry: int, sold: list[Posting]) -> Postings:
    """Points and uses of a sale that is taken back as a whole, once."""
    found = sale.beside(sold)
    if (sheet.taken_back.get(entry) or {}).get(BESIDE):
        return ()
    if found or not sold:
        take_back(sheet, entry, {BESIDE: 1})
    return reversal(found)
