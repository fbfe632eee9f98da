"""Deposits that left a purse and that the office has not been asked to hold: kept over a power cut. F: C19

The money is a sale in the journal; what it was for stands on the shelf until the errand that names the sale
is journaled. From then on the errand looks after itself.
"""

from onecard.ids import RecordId
from onecard.terminal.order import Order
from onecard.terminal.outcome import State
from onecard.wire import errands as e
from onecard.wire import messages as m
from pos.shelf import Deposit
from pos.till import Till

HOUR_S = 3600


def keep(till: Till, card: tuple[int, int], room: str, hours: int, order: Order, supervisor: int) -> None:
    """Before the card pays. What an earlier one left behind and nobody paid goes. Raises ``StoreError``."""
    journal = till.station.journal
    deposit = Deposit(
        card=card[0],
        issue=card[1],
        room=room,
        hours=hours,
        line=order.lines[0].name,
        fen=order.due_fen,
        supervisor=supervisor,
        after=RecordId(journal.terminal, journal.head.epoch, journal.head.seq),
    )
    till.shelf.deposit(*(one for one in till.shelf.content.deposits if _may_wait(till, one)), deposit)


def unasked(till: Till) -> tuple[tuple[Deposit, RecordId], ...]:
    """Those that are paid, each with its sale."""
    paid = [(one, _sale(till, one)) for one in till.shelf.content.deposits]
    return tuple((one, id) for one, id in paid if id is not None and _is_paid(till, one, id))


def drop(till: Till, deposit: Deposit) -> None:
    """It is not wanted as a deposit any more: the sale stays what it is. Raises ``StoreError``."""
    till.shelf.deposit(*(one for one in till.shelf.content.deposits if one != deposit))


def _may_wait(till: Till, deposit: Deposit) -> bool:
    """Its card may still pay, or has paid."""
    id = _sale(till, deposit)
    found = None if id is None else till.station.find(id)
    if id is None or found is None:
        return False
    return found.state in (State.OPEN, State.ASIDE) or _is_paid(till, deposit, id)


def _sale(till: Till, deposit: Deposit) -> RecordId | None:
    for body in till.station.journal.bodies(deposit.after):
        if isinstance(body, m.Sale) and _is_of(deposit, body):
            return body.id
    return None


def _is_of(deposit: Deposit, sale: m.Sale) -> bool:
    lines = [(line.name, line.total_fen) for line in sale.lines]
    return (sale.card, sale.issue, lines) == (deposit.card, deposit.issue, [(deposit.line, deposit.fen)])


def _is_paid(till: Till, deposit: Deposit, sale: RecordId) -> bool:
    found = till.station.find(sale)
    if found is None or found.state is not State.DONE or found.voided_by is not None:
        return False
    since = till.station.journal.bodies(deposit.after)
    return not any(isinstance(body, e.OpenHold) and body.sale == sale for body in since)
