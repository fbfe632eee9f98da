"""A till asks for the order of a CPU card's load: its intent is checked like any, then bound and ordered."""

import msgspec
from sqlalchemy import Connection

from onecard.errors import Refused
from onecard.wire.load_order import AskLoadOrder, LoadOrder
from onecard.wire.messages import LoadIntent, Recharge, decode_body
from server.books.case import fault_of
from server.cards import load_order
from server.runtime import Known, Runtime
from server.terminals.caller import demand_own


async def order_load(runtime: Runtime, who: Known, question: AskLoadOrder) -> LoadOrder:
    """MAC2 for this card, this sequence and this intent."""
    try:
        intent = decode_body(question.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Refused("request.malformed") from error
    if not isinstance(intent, (LoadIntent, Recharge)) or fault_of(intent):
        raise Refused("request.malformed")
    demand_own(who, intent.id)
    if intent.unit != runtime.unit:
        raise Refused("request.not_yours")
    purse, now = intent.purse, runtime.clock.now()
    if runtime.card_keys is None:
        raise Refused("load.no_keys")
    keys = runtime.card_keys.of(purse.card, purse.issue, question.key_version)
    ordered = load_order.order(question, intent, keys, now)

    def write(connection: Connection) -> None:
        load_order.bind(connection, runtime.unit, intent, question.sequence, now)

    await runtime.db.write(write)
    return ordered
