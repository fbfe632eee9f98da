"""What a kiosk asks about payments: which ways there are, and how its own payment stands. F: D4"""

from sqlalchemy import Connection, select, update

from onecard.errors import Refused
from onecard.wire.payment import AskPayment, AskWays, Payment, Ways
from server.books.tables import key_of
from server.payments.tables import payment
from server.runtime import Known, Runtime
from server.terminals.caller import demand_own


async def ask_ways(runtime: Runtime, _who: Known, _question: AskWays) -> Ways:
    """Names of the gateways that are set up."""
    return Ways(names=runtime.clerk.names)


async def ask_payment(runtime: Runtime, who: Known, question: AskPayment) -> Payment:
    """As it stands. Raises ``Refused("payment.unknown")`` for none of this terminal's."""
    id = question.payment
    demand_own(who, id)
    mine = (payment.c.unit_id == runtime.unit, payment.c.payment == key_of(id))
    now = runtime.clock.now()

    def write(connection: Connection) -> None:
        # Somebody waits for the next word, or nobody does: either way the gateway is asked at once.
        connection.execute(
            update(payment).where(*mine, payment.c.left == 0).values(left=1, ask_at=now, tries=0)
        )

    if question.leave:
        await runtime.db.write(write)

    row = await runtime.db.read(lambda connection: connection.execute(select(payment).where(*mine)).first())
    if row is None:
        raise Refused("payment.unknown")
    return Payment(
        payment=id,
        state=row.state,
        fen=row.fen,
        code=row.code if row.state == "shown" and not row.left else "",
        until=row.until,
        reason=row.reason,
        is_credited=bool(row.entry),
    )
