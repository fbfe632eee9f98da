"""Erasing a person: his data goes, the books and every chain of hashes stay as they are. F: A12

Cards and entries name a member by number only. What the operation log says about him is sealed under a key
of his own, which is destroyed; his row stays, blank, so that the number is never another's.
"""

import sqlalchemy as sa
from sqlalchemy import Connection

from onecard.books import accounts
from onecard.errors import Refused
from server.books.tables import wallet
from server.cards.tables import card
from server.members import draft, seal, service
from server.members.tables import member, member_photo, member_pin
from server.operators import log
from server.organisation.scope import Scope

#: Cards in these states are nobody's any more.
_OVER = ("returned", "released", "replaced")


def demand_erasable(connection: Connection, scope: Scope, key: int) -> None:
    """Raises ``Refused``: ``member.unknown``; ``member.has_card`` while a card of his is in use or lost, for
    it could not be given back to anybody; ``member.owes`` while a bill of his is open."""
    row = service.by_key(connection, scope, key)
    if row is None or row["state"] == service.ERASED:
        raise Refused("member.unknown")
    held = sa.select(card.c.card).where(scope.by_unit(card), card.c.member == key, card.c.state.not_in(_OVER))
    if connection.execute(held).first():
        raise Refused("member.has_card")
    owed = sa.select(wallet.c.fen).where(scope.by_unit(wallet), wallet.c.account == accounts.credit(key))
    if connection.execute(owed).scalar():
        raise Refused("member.owes")


def erase(connection: Connection, scope: Scope, key: int, now: int, by: int) -> None:
    """Forget who this member was (writes). Raises ``Refused``."""
    demand_erasable(connection, scope, key)
    mine = (member.c.unit_id == scope.unit) & (member.c.member == key)
    blank = {"name": "", "number": f"X{key:06d}", "phone": "", "department": "", "group": ""}
    values = {member.c[name]: value for name, value in blank.items()}
    connection.execute(member.update().where(mine).values({**values, member.c.state: service.ERASED}))
    connection.execute(
        member_photo.delete().where(member_photo.c.unit_id == scope.unit, member_photo.c.member == key)
    )
    connection.execute(
        member_pin.delete().where(member_pin.c.unit_id == scope.unit, member_pin.c.member == key)
    )
    seal.destroy(connection, scope.unit, key)
    # A list that waits to be taken over may name him too, and would bring him back.
    draft.forget(connection, scope.unit, now + 1)
    service.show_again(connection, scope.unit, (key,), now)
    log.write(connection, scope.unit, now, by, "member.erase", str(key))
