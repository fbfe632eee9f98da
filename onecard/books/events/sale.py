"""A sale: out of the wallets that pay, to the owner of the outlet; and what moves beside the money.

Points are earned and spent in a currency of their own. A use of a count wallet moves one use, and its share
of what was paid for them to the owner.
"""

from collections.abc import Iterable

from onecard.books import accounts
from onecard.books.entry import CNY, PTS, Posting, Postings, move
from onecard.books.wallets import NAMES, ON_CARD, changes
from onecard.errors import Refused
from onecard.rules.pricing import uses_of
from onecard.wire.intents import Pay, PurseWrite, Sale
from onecard.wire.sale import CountedSale, CounterSale, FullSale, Use

#: What pays besides the wallets on a card; it never goes with a write on the card.
OFF_CARD = ("gift2", "gift3", "points", "credit", "centre", "cash", "bank", "city")
#: Who holds what was paid by a card that is not ours.
FOREIGN = ("bank", "city")
#: What may pay over the counter.
OVER_COUNTER = frozenset(("cash", *FOREIGN))


def source(purse: PurseWrite | None, card: int, issue: int, wallet: str) -> str:
    """The account a wallet of this sale lives in: on the card, or on the server."""
    return accounts.account(card, wallet) if purse is None else accounts.purse(card, issue, wallet)


def payer(sale: Sale, wallet: str, member: int) -> str:
    """The account that a pay comes out of. ``member``: who holds the card, for what is bought on credit."""
    match wallet:
        case "cash":
            return accounts.till(sale.id.terminal)
        case "bank" | "city":
            return accounts.gateway(wallet)
        case "points":
            return accounts.COST_POINTS
        case "credit":
            return accounts.credit(member)
        case "centre":
            return accounts.centre(sale.centre if isinstance(sale, FullSale) else 0)
    return source(sale.purse, sale.card, sale.issue, wallet)


def payer_name(account: str) -> str | None:
    """The wallet that an account pays for, the way back from ``payer``; ``None``: no pay comes out of it."""
    if account == accounts.COST_POINTS:
        return "points"
    head, _, name = account.partition(":")
    if head == "gateway" and name in FOREIGN:
        return name
    found = {"till": "cash", "member": "credit", "centre": "centre"}.get(head)
    return found or accounts.wallet_of(account)


def postings(
    sale: Sale, pays: tuple[Pay, ...] | None = None, member: int = 0, earned: int | None = None
) -> Postings:
    """wallet → owner, per wallet; points. ``pays`` and ``earned``: as the server decided, where it did."""
    owner = accounts.payable(sale.owner, sale.outlet)
    found: Postings = ()
    for pay in sale.pays if pays is None else pays:
        found += move(payer(sale, pay.wallet, member), owner, pay.fen)
    full = sale if isinstance(sale, FullSale) else None
    if full is not None and full.spent:
        found += move(accounts.account(sale.card, "points"), accounts.COST_POINTS, full.spent, PTS)
    if earned is None:
        earned = 0 if full is None else full.earned
    if earned:
        found += move(accounts.COST_POINTS, accounts.account(sale.card, "points"), earned, PTS)
    return found


def used(sale: Sale, use: Use, fen: int) -> Postings:
    """uses → used up; what was paid for them → owner, ``fen`` of it."""
    owner = accounts.payable(sale.owner, sale.outlet)
    return (
        *move(accounts.uses(sale.card, use.kind), accounts.count(use.kind), use.times, f"CNT:{use.kind}"),
        *move(accounts.prepaid(sale.card, use.kind), owner, fen),
    )


def beside(postings: Iterable[Posting]) -> Postings:
    """What moved in a sale beside the pays: points, uses, and what the uses were paid with."""
    return tuple(p for p in postings if p.currency != CNY or ":prepaid:" in p.debit)


def returned_as_load(sale: Sale) -> Postings:
    """The reversal of a sale whose money is gone from the card but whose goods were not given: to waiting."""
    owner = accounts.payable(sale.owner, sale.outlet)
    found: Postings = ()
    for pay in sale.pays:
        found += move(owner, accounts.waiting(sale.card, sale.issue, pay.wallet), pay.fen)
    return found


def fault(sale: Sale) -> str:
    """What makes the record contradict itself, "" if nothing does."""
    if sale.owner < 0 or sale.outlet < 0:
        return "place_unknown"
    total = sum(line.total_fen for line in sale.lines)
    if total - sale.discount_fen != sale.due_fen:
        return "sums_differ"
    # The server shares out what a card without a purse is to pay.
    if isinstance(sale, CounterSale):
        return _counter_fault(sale)
    left_open = not sale.pays and sale.purse is None and isinstance(sale, FullSale)
    if not left_open and sum(pay.fen for pay in sale.pays) != sale.due_fen:
        return "sums_differ"
    beyond = _full_fault(sale) if isinstance(sale, FullSale) else ""
    return beyond or pays_fault(sale.pays, sale.purse, sale.card, sale.issue, -1)


def _counter_fault(sale: CounterSale) -> str:
    """Nothing of it is on a card, and nobody's card earns nothing."""
    names = [pay.wallet for pay in sale.pays]
    if not names or len(set(names)) != len(names) or not OVER_COUNTER.issuperset(names):
        return "wallets_differ"
    if sum(pay.fen for pay in sale.pays) != sale.due_fen:
        return "sums_differ"
    if sale.purse is not None or bool(sale.card) != bool(sale.issue):
        return "card_differs"
    if sale.uses or sale.spent or sale.centre or sale.first_n or (sale.earned and not sale.card):
        return "wallets_differ"
    return _full_fault(sale)


def _full_fault(sale: FullSale) -> str:
    if isinstance(sale, CountedSale) and sale.purse is None:
        return "purse_differs"  # only a card counts
    off = [line.discount_fen for line in sale.lines]
    if sum(off) != sale.discount_fen:
        return "sums_differ"
    if any(fen > line.total_fen for fen, line in zip(off, sale.lines, strict=True)):
        return "sums_differ"
    try:
        uses = uses_of(sale.lines)
    except Refused:
        return "uses_differ"
    if uses != sale.uses or any(line.uses and line.discount_fen != line.total_fen for line in sale.lines):
        return "uses_differ"
    names = {pay.wallet for pay in sale.pays}
    return (
        "wallets_differ"
        if ("points" in names, "centre" in names) != (sale.spent > 0, sale.centre > 0)
        else ""
    )


def pays_fault(pays: tuple[Pay, ...], purse: PurseWrite | None, card: int, issue: int, sign: int) -> str:
    """Each wallet once, only wallets we know, and the card changed by exactly these amounts."""
    by_wallet = {pay.wallet: pay.fen for pay in pays}
    if len(by_wallet) != len(pays):
        return "wallets_differ"
    if purse is None:
        return "" if by_wallet.keys() <= _ANY else "wallets_differ"
    if any(wallet not in NAMES for wallet in by_wallet):
        return "wallets_differ"
    if (purse.card, purse.issue) != (card, issue):
        return "card_differs"
    wanted = tuple(sign * by_wallet.get(wallet.name, 0) for wallet in ON_CARD)
    return "" if changes(purse) == wanted else "purse_differs"


_ANY = frozenset((*NAMES, *OFF_CARD))
