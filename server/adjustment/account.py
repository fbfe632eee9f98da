"""The accounts that an adjustment may name, to be chosen from: those of places and people that exist, and
those of a card that is named beside them.
"""

from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import Connection

from onecard.books import accounts
from onecard.errors import Refused
from server.credit.service import centres
from server.operators.service import names
from server.organisation.scope import Scope
from server.organisation.service import outlets, owners
from server.terminals.service import terminals

#: Of the card that is named beside: wallets on the server, and what stands beside them.
OF_CARD = ("main", "gift", "subsidy", "subsidy2", "deposit", "debt")
#: Where it stands in the name of an account of any card.
ANY = "*"
GATEWAYS = ("bank", "city", "wechat", "alipay")


class Choice(NamedTuple):
    """``account``: its name, with ``*`` for the card; ``kind``: a word; ``whose``: what that is called."""

    account: str
    kind: str
    whose: str = ""


def choices(connection: Connection, scope: Scope) -> list[Choice]:
    """Everything to choose from, kind by kind."""
    return list(_choices(connection, scope))


def _choices(connection: Connection, scope: Scope) -> Iterator[Choice]:
    for name in OF_CARD:
        yield Choice(f"card:{ANY}:{name}", f"card_{name}")
    tills = [row for row in terminals(connection, scope) if row["kind"] != "kiosk"]
    for row in tills:
        yield Choice(accounts.till(row["terminal"]), "till", f"{row['terminal']} {row['name']}")
    people = names(connection, scope)
    for number, name in people.items():
        yield Choice(accounts.operator_cash(number), "operator", name)
    yield Choice(accounts.VAULT, "vault")
    for name in GATEWAYS:
        yield Choice(accounts.gateway(name), f"gateway_{name}")
    known = {row["owner"]: row["name"] for row in owners(connection, scope)}
    for row in outlets(connection, scope):
        owner = row["owner"]
        whose = f"{known.get(owner, owner)} / {row['name']}"
        yield Choice(accounts.payable(owner, row["outlet"]), "payable", whose)
    for owner, name in known.items():
        yield Choice(accounts.commission(owner), "commission", name)
    for row in centres(connection, scope):
        yield Choice(accounts.centre(row["centre"]), "centre", row["name"])
    yield Choice(accounts.PROMO_GIFT, "promo_gift")
    yield Choice(accounts.fee("issue"), "fee_issue")
    yield Choice(accounts.fee("card"), "fee_card")
    for row in terminals(connection, scope):
        whose = f"{row['terminal']} {row['name']}"
        yield Choice(accounts.difference(row["terminal"]), "difference", whose)
        yield Choice(accounts.unresolved(row["terminal"]), "unresolved", whose)
        yield Choice(accounts.terminal_loss(row["terminal"]), "terminal_loss", whose)


def chosen(connection: Connection, scope: Scope, account: str, card: int) -> str:
    """The account that was chosen; ``card``: the one named beside it, 0: none. Raises
    ``Refused("adjust.account")``, also for a name that nobody offered."""
    if account not in {one.account for one in choices(connection, scope)}:
        raise Refused("adjust.account")
    if ANY not in account:
        return account
    if not card:
        raise Refused("adjust.account")
    return account.replace(ANY, str(card))
