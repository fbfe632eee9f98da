"""The names of accounts, which are readable addresses, and what kind of account each one is.

A name is set for good: it stands in every posting ever made. Knows nothing of balances.
"""

import re
from enum import StrEnum


class Kind(StrEnum):
    """Which side of the conservation equation an account stands on."""

    CASH = "cash"  # held: tills, cash boxes, the vault, gateways
    RECEIVABLE = "receivable"  # owed by members
    MEMBER = "member"  # owed to members
    OWNER = "owner"  # owed to owners
    INCOME = "income"
    COST = "cost"
    OPEN = "open"  # taken but not yet assigned, or a difference that somebody has to explain


def purse(card: int, issue: int, wallet: str) -> str:
    """What the card itself holds, by the books."""
    return f"card:{card}:{issue}:{wallet}:purse"


def waiting(card: int, issue: int, wallet: str) -> str:
    """Numbered loads that are not on the card yet."""
    return f"card:{card}:{issue}:{wallet}:waiting"


def account(card: int, wallet: str) -> str:
    """A wallet that lives on the server."""
    return f"card:{card}:{wallet}"


def deposit(card: int) -> str:
    return f"card:{card}:deposit"


def debt(card: int) -> str:
    """What the holder of a card owes, because facts took more than there was."""
    return f"card:{card}:debt"


def held(card: int) -> str:
    """Set apart out of a card's main wallet until a bill is settled: a deposit for a room. F: C19"""
    return f"card:{card}:hold"


def uses(card: int, kind: str) -> str:
    """Uses left in a count wallet, in the currency ``CNT:<kind>``. F: B7"""
    return f"card:{card}:uses:{kind}"


def prepaid(card: int, kind: str) -> str:
    """What was paid for the uses that are left."""
    return f"card:{card}:prepaid:{kind}"


def claim(number: int) -> str:
    """Cash taken without a card, against a slip."""
    return f"claim:{number}"


def credit(member: int) -> str:
    return f"member:{member}:credit"


def centre(number: int) -> str:
    """What a cost centre of the unit owes for meals of its people and guests. F: B12"""
    return f"centre:{number}"


def till(terminal: int) -> str:
    return f"till:{terminal}:cash"


def operator_cash(operator: int) -> str:
    return f"operator:{operator}:cash"


def cashbox(terminal: int) -> str:
    return f"kiosk:{terminal}:cashbox"


VAULT = "vault"
#: The name of any till.
TILL = re.compile(r"till:\d+:cash", re.ASCII)


def gateway(name: str) -> str:
    return f"gateway:{name}"


def payable(owner: int, outlet: int) -> str:
    """What an owner is to be paid for sales at one outlet."""
    return f"owner:{owner}:payable:{outlet}"


def commission(owner: int) -> str:
    return f"fee:commission:{owner}"


def fee(kind: str) -> str:
    return f"fee:{kind}"


PROMO_GIFT = "promo:gift"
COST_POINTS = "cost:points"


def count(kind: str) -> str:
    """Where uses come from when they are sold and go when they are used, in ``CNT:<kind>``."""
    return f"count:{kind}"


def subsidy_fund(batch: int) -> str:
    return f"subsidy:fund:{batch}"


def breakage(wallet: str) -> str:
    """Money that expired on or off a card."""
    return f"breakage:{wallet}"


def unresolved(terminal: int) -> str:
    """Taken at this terminal, and not yet known where it belongs."""
    return f"unresolved:{terminal}"


def difference(terminal: int) -> str:
    return f"difference:{terminal}"


def loss(card: int) -> str:
    return f"loss:card:{card}"


def terminal_loss(terminal: int) -> str:
    """What the unit bears for what happened at a terminal and to no card."""
    return f"loss:terminal:{terminal}"


_KINDS = tuple(
    (re.compile(pattern, re.ASCII), kind)
    for pattern, kind in (
        (r"card:\d+:debt", Kind.RECEIVABLE),
        (r"member:\d+:credit|centre:\d+", Kind.RECEIVABLE),
        (r"card:\d+:\d+:[a-z0-9]+:(?:purse|waiting)", Kind.MEMBER),
        (r"card:\d+:[a-z][a-z0-9]*|card:\d+:(?:uses|prepaid):[a-z0-9]+", Kind.MEMBER),
        (r"claim:\d+", Kind.MEMBER),
        (r"till:\d+:cash|operator:\d+:cash|kiosk:\d+:cashbox|vault|gateway:[a-z0-9_-]+", Kind.CASH),
        (r"owner:\d+:payable:\d+", Kind.OWNER),
        (r"fee:commission:\d+|fee:[a-z]+|breakage:[a-z0-9]+", Kind.INCOME),
        (r"promo:gift|cost:points|count:[a-z0-9]+|subsidy:fund:\d+|loss:(?:card|terminal):\d+", Kind.COST),
        (r"unresolved:\d+|difference:\d+", Kind.OPEN),
    )
)


def kind_of(name: str) -> Kind | None:
    """The kind of an account, ``None`` when the name is none of ours."""
    for pattern, kind in _KINDS:
        if pattern.fullmatch(name):
            return kind
    return None


def is_wallet(name: str) -> bool:
    """Accounts of a card, claim or debtor: their balance is kept as a row, since decisions look at it."""
    return name.startswith(("card:", "claim:", "member:", "centre:"))


def wallet_of(name: str) -> str | None:
    """The wallet a card's account stands for: of a purse, of waiting loads, or on the server."""
    parts = name.split(":")
    if parts[0] != "card" or parts[-1] in ("debt", "deposit", "hold") or parts[2] in ("uses", "prepaid"):
        return None
    return parts[3] if len(parts) == 5 else parts[2]


#: Money that its holder paid in; what he was given is apart, and points and counts are no money.
_PAID = ("main", "cash")
_NO_MONEY = ("points", "count")


def purpose_of(name: str) -> str:
    """What an account means to the card's holder: ``paid``, ``given``, ``deposit``, ``debt``, "" for none."""
    last = name.rpartition(":")[2]
    if not name.startswith("card:") or last in ("deposit", "debt"):
        return last if name.startswith("card:") else ""
    kind = name.split(":")[2]
    if kind in ("uses", "prepaid"):
        return "paid" if kind == "prepaid" else ""
    wallet = "main" if last == "hold" else (wallet_of(name) or "").rstrip("0123456789")
    if wallet in _NO_MONEY:
        return ""
    return "paid" if wallet in _PAID else "given"


_ONE_OF_MANY = re.compile(r"^(card:\d+(?::\d+)?|member:\d+|claim:\d+|loss:card:\d+)", re.ASCII)


def control(name: str) -> str:
    """The control account an account is summed up in: of cards, members and claims nobody lists each one.

    ``card:10001:1:main:purse`` → ``card:main:purse``; accounts of places and people of the house stay.
    """
    found = _ONE_OF_MANY.match(name)
    if found is None:
        return name
    return found[0].rstrip("0123456789:").partition(":")[0] + name[found.end() :]
