"""Asks the gateways about every payment that is not ended, and carries each one step further. F: D4

    created → shown → paid, which is credited | failed | expired
    paid, and no rule lets it onto the card → refunding → refunded

Safe to run in several processes and to be killed anywhere: a step is asked of the gateway first and written
down after, every question may be repeated, and the credit is one transaction with the state. Whoever does not
answer is asked again, later and later; a payment is never ended by silence. A refund that its gateway does
not make comes into the office's inbox, and leaves it when it is made.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

import structlog
from sqlalchemy import Connection, Row, select, update

from onecard.errors import Unreachable
from onecard.wire.messages import CardType
from server.books.lane import Lane
from server.books.office.code_payment import STUCK, CreditPayment, TellStuck
from server.books.tables import id_of
from server.exceptions.tables import exception
from server.payments.gateway import Gateway, Told, Wanted
from server.payments.tables import payment

_log = structlog.get_logger()

#: States that the clerk still has work with.
OPEN: Final = ("created", "shown", "refunding")
#: Payments looked at in one turn.
_AT_ONCE: Final = 50
#: Seconds until the next question: while somebody looks at the code, and after n silences.
_LOOKING_S: Final = 1
_SILENT_S: Final = (2, 5, 15, 60, 300)


class Clerk:
    """``gateways`` by name, asked for at every turn, so that a change of settings needs no restart."""

    def __init__(self, lane: Lane, unit: int, gateways: Callable[[], Mapping[str, Gateway]]) -> None:
        self._lane, self._unit, self._gateways = lane, unit, gateways

    @property
    def names(self) -> tuple[str, ...]:
        """Ways to pay that are open now."""
        return tuple(self._gateways())

    async def turn(self, types: Mapping[int, CardType]) -> int:
        """One round over what is due; how many were looked at."""
        now = self._lane.clock.now()
        query = (
            select(payment)
            .where(payment.c.unit_id == self._unit, payment.c.state.in_(OPEN), payment.c.ask_at <= now)
            .order_by(payment.c.ask_at, payment.c.payment)
            .limit(_AT_ONCE)
        )
        rows = await self._lane.db.read(lambda connection: connection.execute(query).all())
        for row in rows:
            await self._step(row, now, types)
        return len(rows)

    async def _step(self, row: "Row[Any]", now: int, types: Mapping[int, CardType]) -> None:
        gateway = self._gateways().get(row.gateway)
        try:
            if gateway is None:
                if row.state == "created":
                    await self._end(row, "failed", now, reason="payment.gateway")
                    return
                raise Unreachable("gateway.unreachable", why="not set up")
            if row.state == "refunding":
                await self._refund(row, gateway, now)
            elif row.state == "created":
                await self._open(row, gateway, now)
            else:
                await self._follow(row, gateway, now, types)
        except Unreachable as error:
            if row.state == "refunding" and row.tries >= len(_SILENT_S):
                await self._lane.do(TellStuck(self._unit, row.payment))
            wait = _SILENT_S[min(row.tries, len(_SILENT_S) - 1)]
            _log.info("payment.silent", payment=str(id_of(row.payment)), code=error.code, tries=row.tries)
            await self._change(row, {"ask_at": now + wait, "tries": row.tries + 1})

    async def _open(self, row: "Row[Any]", gateway: Gateway, now: int) -> None:
        """A code, unless nobody wants it any more: then it must not be payable either."""
        number = _number(row)
        if row.left or now >= row.until:
            told = await gateway.close(number)
            if told is not Told.PAID:
                await self._end(row, "expired", now)
                return
            await self._change(row, {"state": "shown", "ask_at": now, "tries": 0})
            return
        opened = await gateway.open(Wanted(number, row.fen, "OneCard 一卡通", row.until))
        if opened.told is Told.OPEN and opened.code:
            changes = {"state": "shown", "code": opened.code, "ask_at": now + _LOOKING_S, "tries": 0}
            await self._change(row, changes)
        elif opened.told is Told.PAID:
            await self._change(row, {"state": "shown", "ask_at": now, "tries": 0})
        else:
            await self._end(row, "failed", now, reason="payment.refused")

    async def _follow(
        self, row: "Row[Any]", gateway: Gateway, now: int, types: Mapping[int, CardType]
    ) -> None:
        """Paid, or over: a code that nobody looks at any more is closed, and closing says who was first."""
        over = bool(row.left) or now >= row.until
        told = await (gateway.close if over else gateway.ask)(_number(row))
        if told is Told.PAID:
            state = await self._lane.do(CreditPayment(self._unit, row.payment, types))
            _log.info("payment.made", payment=str(id_of(row.payment)), state=state)
        elif told in (Told.CLOSED, Told.UNKNOWN, Told.REFUNDED):
            await self._end(row, "expired", now)
        elif told is Told.REFUSED:
            await self._end(row, "failed", now, reason="payment.refused")
        else:
            await self._change(row, {"ask_at": now + _LOOKING_S, "tries": 0})

    async def _refund(self, row: "Row[Any]", gateway: Gateway, now: int) -> None:
        told = await gateway.refund(_number(row), row.fen)
        if told is Told.REFUNDED:
            await self._end(row, "refunded", now, reason=row.reason)
            await self._lane.db.write(lambda connection: self._settled(connection, row, now))
        else:
            raise Unreachable("gateway.unreachable", why=told.value)

    def _settled(self, connection: Connection, row: "Row[Any]", now: int) -> None:
        """It was in the inbox as stuck, and is not any more: nobody has to look at it."""
        matter = (exception.c.kind == STUCK, exception.c.subject == _number(row))
        connection.execute(
            update(exception)
            .where(exception.c.unit_id == self._unit, *matter, exception.c.closed_at.is_(None))
            .values(closed_at=now, note="refunded", action="explained")
        )

    async def _end(self, row: "Row[Any]", state: str, now: int, reason: str = "") -> None:
        await self._change(row, {"state": state, "reason": reason, "ended_at": now})

    async def _change(self, row: "Row[Any]", changes: dict[str, Any]) -> None:
        """Only from the state it was seen in: another process may have been faster."""
        mine = (payment.c.unit_id == self._unit, payment.c.payment == row.payment)

        def write(connection: Connection) -> None:
            connection.execute(
                update(payment)
                .where(*mine, payment.c.state == row.state, payment.c.entry == 0)
                .values(**changes)
            )

        await self._lane.db.write(write)


def _number(row: "Row[Any]") -> str:
    """Our number of it at the gateway."""
    return str(id_of(row.payment))
