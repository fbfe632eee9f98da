"""An account sale decided: does it cost what the rules say, may the card, and which wallets pay.

The same engine as at the till. A price that a terminal made under older rules is refused, not mended: its
documents are newer at the next try.
"""

from sqlalchemy import select

from onecard.books import accounts
from onecard.errors import Refused
from onecard.rules import points
from onecard.rules.deal import pay
from onecard.rules.limits import Spent, check
from onecard.rules.periods import When
from onecard.rules.pricing import Bill
from onecard.rules.split import Pocket, split_by_scope
from onecard.wire.messages import CardType, FullSale, Pay, Sale
from server.books.office.count import until
from server.books.selling import Decided, pockets, reckoned, same_prices, same_sums
from server.books.sheet import Sheet
from server.catalogue.terms import products_of
from server.credit.tables import cost_centre


def bargain(sheet: Sheet, intent: Sale, card_type: CardType, when: When, spent: Spent) -> Decided:
    """Who pays and what it earns. Raises the ``Refused`` of the first rule that says no."""
    bill = _priced(sheet, intent, card_type, when, spent)
    # The PIN was asked at the station, which is what the terminal's key stands for.
    check(card_type, intent.due_fen, when, intent.outlet, spent, pin_verified=True)
    own = pockets(sheet, intent.card, card_type)
    pays = _named(sheet, intent, card_type, bill, own) if intent.pays else pay(bill, own, intent.outlet)
    earned = (
        points.earned(card_type.points, bill.nets(), pays, when, intent.outlet) if card_type.points else 0
    )
    if isinstance(intent, FullSale):
        _check_beside(sheet, intent, card_type, pays)
        # A till that leaves open who pays leaves open what it earns.
        if intent.earned not in (0, earned):
            raise Refused("sale.differs")
    return Decided(pays, earned)


def _priced(sheet: Sheet, intent: Sale, card_type: CardType, when: When, spent: Spent) -> Bill:
    products = products_of(sheet.connection, sheet.unit, intent.outlet, intent.versions.catalogue)
    # A till cannot know how many such meals the card had: it claims, and rings again if that is refused.
    bill = reckoned(intent, card_type, when, products, spent.first_n)
    if not same_sums(bill, intent) or not same_prices(bill, intent):
        raise Refused("sale.differs")
    if bill.due_fen <= 0 and not bill.discount_fen:
        raise Refused("amount.zero")
    return bill


def _named(sheet: Sheet, intent: Sale, card_type: CardType, bill: Bill, own: list[Pocket]) -> tuple[Pay, ...]:
    """The wallets that the sale names: each has the money, and together they may pay for these goods."""
    if len(own) == len(intent.pays) == 1 and own[0].terms is None and own[0].wallet == intent.pays[0].wallet:
        if intent.due_fen > own[0].fen:
            raise Refused("purse.short", balance=own[0].fen, due=intent.due_fen)
        return intent.pays
    there = {one.wallet: one for one in own}
    found = []
    for one in intent.pays:
        pocket = there.get(one.wallet)
        if one.wallet in ("cash", "points", "centre"):
            pocket = Pocket(one.wallet, one.fen)
        elif pocket is None and not card_type.wallets:
            pocket = Pocket(one.wallet, sheet.balance(accounts.account(intent.card, one.wallet)))
        if pocket is None:
            raise Refused("sale.wallet")
        if one.fen > pocket.fen:
            raise Refused("purse.short", balance=pocket.fen, due=one.fen)
        found.append(pocket._replace(fen=one.fen))
    split_by_scope(bill.nets(), found, intent.outlet)
    return intent.pays


def _check_beside(sheet: Sheet, intent: FullSale, card_type: CardType, pays: tuple[Pay, ...]) -> None:
    """Uses, points and the cost centre."""
    for use in intent.uses:
        last = until(sheet, intent.card, use.kind)
        if last is not None and 0 < last < intent.day:
            raise Refused("count.expired")
        left = sheet.balance(accounts.uses(intent.card, use.kind))
        if use.times > left:
            raise Refused("count.short", left=left, due=use.times)
    paid = {one.wallet: one.fen for one in pays}
    if intent.spent:
        if points.needed(card_type.points, paid.get("points", 0)) != intent.spent:
            raise Refused("sale.differs")
        if intent.spent > sheet.balance(accounts.account(intent.card, "points")):
            raise Refused("points.short")
    if intent.centre:
        if not any(row.wallet == "centre" for row in card_type.wallets):
            raise Refused("sale.wallet")
        _check_centre(sheet, intent.centre, paid.get("centre", 0))


def _check_centre(sheet: Sheet, number: int, fen: int) -> None:
    table = cost_centre
    query = select(table.c.limit_fen, table.c.active).where(
        table.c.unit_id == sheet.unit, table.c.centre == number
    )
    row = sheet.connection.execute(query).first()
    if row is None or not row.active:
        raise Refused("centre.unknown")
    if row.limit_fen and fen - sheet.balance(accounts.centre(number)) > row.limit_fen:
        raise Refused("centre.limit")
