"""Paying statements: looks first, so that a mistake of the moment does not use up the payment's one id.

Answer = await pay_in(lane, unit, statement, fen, operator, witness)
Answer = await pay_out(lane, unit, statement, operator, paid_from)
"""

from onecard.books import accounts
from onecard.errors import Refused
from onecard.wire.messages import Answer
from server.books.lane import Lane
from server.books.office.remit import Remit
from server.books.office.remit import Terms as PayIn
from server.books.office.settle import Settle
from server.books.office.settle import Terms as PayOut
from server.settlement import line, statement


async def pay_in(
    lane: Lane, unit: int, number: int, paid_fen: int, operator: int, witness: int = 0
) -> Answer:
    """An operator's cash is in the vault. Paying twice is paying once.

    Raises ``Refused``: ``statement.unknown``, ``statement.state``; ``statement.difference`` when it is not
    what is due and no second person saw it.
    """
    one = await _payable(lane, unit, number, line.OPERATOR)
    if paid_fen < 0 or (paid_fen != one.due_fen and witness in (0, operator)):
        raise Refused("statement.difference", due=one.due_fen)
    return await lane.do(Remit(unit, one.payment, PayIn(number, paid_fen, witness), operator))


async def pay_out(
    lane: Lane, unit: int, number: int, operator: int, paid_from: str = accounts.VAULT
) -> Answer:
    """An owner has his money. Raises ``Refused``: as above, ``statement.paid_from``."""
    one = await _payable(lane, unit, number, line.OWNER)
    if accounts.kind_of(paid_from) is not accounts.Kind.CASH:
        raise Refused("statement.paid_from")
    return await lane.do(Settle(unit, one.payment, PayOut(number, paid_from), operator))


async def _payable(lane: Lane, unit: int, number: int, kind: str) -> statement.Statement:
    one = await lane.db.read(lambda connection: statement.get(connection, unit, number))
    if one.kind != kind or one.state not in (statement.CONFIRMED, statement.PAID):
        raise Refused("statement.state", state=one.state)
    return one
