"""What the edge asks about cards, and what it changes without moving money.

Reads: ``await db.read(lambda connection: f(connection, …))``; those that write say so: ``db.write``.
"""

from sqlalchemy import Connection, func, select, update

from onecard.cards.cpu import FIRST_CHIP
from onecard.clock import business_day, card_day
from onecard.errors import Refused
from onecard.ids import RecordId
from onecard.wire.counter import OpenByUid, ReserveChip
from onecard.wire.messages import CardType, IssueGrant, Load, OpenTap, decode_body
from server.books.tables import counter, id_of, key_of, watermark
from server.cards import tables
from server.cards.asked import once
from server.cards.loads import APPLIED, OPEN, PUBLISHED, RECALLED, WAITING, WITHDRAWN, recalled
from server.cards.medium import of_uid
from server.cards.status import card_status as card_status
from server.cards.stops import count_of, take_number
from server.cards.stops import freeze as freeze
from server.cards.stops import report_loss as report_loss
from server.cards.stops import set_stop as set_stop
from server.cards.stops import stop_history as stop_history
from server.cards.stops import stops_since as stops_since
from server.cards.stops import unfreeze as unfreeze
from server.cards.stops import unloss as unloss
from server.cards.taps import GIVEN_UP, PENDING
from server.db import one_writer, write_rows

FIRST_CARD = 10_001
#: Card numbers that books which were restored leave out: more than anybody issues between two backups.
LEFT_OUT = 1_000


def reserve_issue(
    connection: Connection,
    unit: int,
    id: RecordId,
    member: int,
    uid: str,
    card_type: CardType,
    now: int,
) -> IssueGrant:
    """A number for a new card (writes). The same ``id`` gets the same number; ``Conflict`` if it asks for
    something else; another clerk may go on with it. The number is released, not used again, when the issue
    is not written."""

    def reserve() -> IssueGrant:
        number = _next_card(connection, unit)
        until = card_day(business_day(now)) + card_type.valid_days
        fees = (card_type.deposit_fen, card_type.fee_fen)
        write_rows(connection, tables.card, [(unit, number, 1, card_type.type, member, "reserved", now)])
        write_rows(connection, tables.issue, [(unit, number, 1, uid, until, *fees, key_of(id), None)])
        return IssueGrant(
            card=number, issue=1, type=card_type.type, until_day=until, deposit_fen=fees[0], fee_fen=fees[1]
        )

    words = ("issue", "number", member, uid, card_type.type)
    return once(connection, unit, id, words, reserve, IssueGrant)


def reserve_chip(
    connection: Connection, unit: int, asked: ReserveChip, card_type: CardType, now: int
) -> IssueGrant:
    """The chip's own number becomes this member's (writes); the same ``id`` the same answer.

    Raises ``Refused``: ``card.taken`` (somebody's already), ``card.from_key_room`` (no number of a chip).
    """
    words = ("issue", "chip", asked.member, asked.uid, asked.type, asked.card, asked.until_day)

    def take() -> IssueGrant:
        return _chip(connection, unit, asked, card_type, now)

    return once(connection, unit, asked.id, words, take, IssueGrant)


def _chip(connection: Connection, unit: int, asked: ReserveChip, card_type: CardType, now: int) -> IssueGrant:
    if asked.card < FIRST_CHIP:
        raise Refused("card.from_key_room")
    table = tables.card
    mine = select(table.c.state, table.c.member).where(table.c.unit_id == unit, table.c.card == asked.card)
    known = connection.execute(mine).first()
    # A desk that lost its power before it wrote the chip asks anew, for the same person.
    again = known is not None and (known.state, known.member) == ("reserved", asked.member)
    if known is not None and known.state != "released" and not again:
        raise Refused("card.taken", card=asked.card, issue=1)
    fees = (card_type.deposit_fen, card_type.fee_fen)
    row = (unit, asked.card, 1, asked.type, asked.member, "reserved", now)
    write_rows(connection, table, [row], replace=True)
    plastic = (unit, asked.card, 1, asked.uid, asked.until_day, *fees, key_of(asked.id), None)
    write_rows(connection, tables.issue, [plastic], replace=True)
    return IssueGrant(
        card=asked.card,
        issue=1,
        type=asked.type,
        until_day=asked.until_day,
        deposit_fen=fees[0],
        fee_fen=fees[1],
    )


def _next_card(connection: Connection, unit: int) -> int:
    """The next card number; books that were restored leave out what the lost days may have given away."""
    had = count_of(connection, unit, "card")
    number = take_number(connection, unit, "card", FIRST_CARD)
    epoch = max(1, count_of(connection, unit, "books_epoch"))
    known = max(1, count_of(connection, unit, "card_epoch"))
    if epoch > known:
        # The same backup may be restored more than once: each of those lives numbered for itself.
        number += LEFT_OUT * (epoch - known) if had else 0
        rows = [(unit, "card", number), (unit, "card_epoch", epoch)]
        write_rows(connection, counter, rows, replace=True)
    return number


def open_account_card(
    connection: Connection, unit: int, member: int, uid: str, card_type: CardType, now: int
) -> tuple[int, int]:
    """A card whose money lives on the server is active at once (writes): (card, issue)."""
    number = _next_card(connection, unit)
    until = card_day(business_day(now)) + card_type.valid_days
    write_rows(connection, tables.card, [(unit, number, 1, card_type.type, member, "active", now)])
    write_rows(connection, tables.issue, [(unit, number, 1, uid, until, 0, 0, None, None)])
    return number, 1


def open_by_uid(
    connection: Connection, unit: int, asked: OpenByUid, card_type: CardType, now: int
) -> IssueGrant:
    """An account whose card is a plastic or a phone that somebody has already (writes); the same ``id`` the
    same answer. Raises ``Refused``: ``card.medium``, ``card.uid_fees``, ``medium.taken``."""
    words = ("issue", "uid", asked.member, asked.uid, asked.type)

    def take() -> IssueGrant:
        return _by_uid(connection, unit, asked, card_type, now)

    return once(connection, unit, asked.id, words, take, IssueGrant)


def _by_uid(connection: Connection, unit: int, asked: OpenByUid, card_type: CardType, now: int) -> IssueGrant:
    if card_type.purse_on_card or (card_type.media and "uid" not in card_type.media):
        raise Refused("card.medium")
    if card_type.deposit_fen or card_type.fee_fen:
        raise Refused("card.uid_fees")
    known = of_uid(connection, unit, asked.uid)
    if known is not None:
        table = tables.card
        mine = select(table.c.state).where(table.c.unit_id == unit, table.c.card == known[0])
        if connection.execute(mine).scalar_one() not in ("returned", "replaced"):
            raise Refused("medium.taken", card=known[0])
    card, issue = open_account_card(connection, unit, asked.member, asked.uid, card_type, now)
    until = card_day(business_day(now)) + card_type.valid_days
    return IssueGrant(card=card, issue=issue, type=asked.type, until_day=until, deposit_fen=0, fee_fen=0)


def loads_since(
    connection: Connection, unit: int, version: int
) -> tuple[int, tuple[Load, ...], tuple[tuple[int, int, int], ...]]:
    """Version now, loads waiting that are newer than ``version``, and (card, issue, upto) applied since.

    The loads of an issue that is dead go like applied ones.
    """
    table = tables.load
    query = select(table).where(table.c.unit_id == unit, table.c.version > version)
    if version == 0:
        query = query.where(table.c.state.in_(OPEN))
    waiting: list[Load] = []
    applied: dict[tuple[int, int], int] = {}
    for r in connection.execute(query.order_by(table.c.card, table.c.issue, table.c.number)):
        if r.state in (APPLIED, WITHDRAWN):
            applied[r.card, r.issue] = r.number
        elif r.state == RECALLED:
            waiting.append(recalled(r.card, r.issue, r.number, r.wallet))
        else:
            waiting.append(
                Load(
                    card=r.card,
                    issue=r.issue,
                    number=r.number,
                    fen=r.fen,
                    wallet=r.wallet,
                    kind=r.kind,
                    expires_day=r.expires_day,
                    digest=r.digest,
                )
            )
    upto = tuple((card, issue, number) for (card, issue), number in applied.items())
    return count_of(connection, unit, "loads"), tuple(waiting), upto


def unpublished(connection: Connection, unit: int, version: int) -> bool:
    """Whether loads newer than ``version`` wait that no terminal has been given yet."""
    table = tables.load
    query = select(table.c.card).where(
        table.c.unit_id == unit, table.c.version > version, table.c.state == WAITING
    )
    return connection.execute(query.limit(1)).first() is not None


def mark_published(connection: Connection, unit: int, version: int) -> None:
    """Some terminal gets the loads up to ``version`` (writes): from now on none of them is simply taken back.

    In one transaction with reading them, and before they are handed out.
    """
    one_writer(connection, unit)
    table = tables.load
    mine = (table.c.unit_id == unit, table.c.state == WAITING, table.c.version <= version)
    connection.execute(update(table).where(*mine).values(state=PUBLISHED))


def open_taps(connection: Connection, unit: int) -> tuple[OpenTap, ...]:
    """Every card write of the unit that was set aside or given up and whose outcome is not known.

    One that is still pending counts when its terminal has begun another epoch: an older copy of its disk may
    have taken its place, and then nobody there knows of it.
    """
    table, mark = tables.open_tap, watermark
    query = select(table).where(table.c.unit_id == unit, table.c.counter >= 0)
    begun = select(mark.c.terminal, func.max(mark.c.epoch)).where(mark.c.unit_id == unit)
    epochs = {row[0]: row[1] for row in connection.execute(begun.group_by(mark.c.terminal))}
    found = [
        row for row in connection.execute(query.order_by(table.c.at, table.c.fact))
        if row.state != PENDING or id_of(row.fact).epoch < epochs.get(row.fact >> 32, 0)
    ]  # fmt: skip
    return tuple(
        OpenTap(
            # By the number that its card and its terminal know.
            of=decode_body(r.body).id, card=r.card, issue=r.issue, kind=r.kind, fen=abs(r.fen),
            counter=r.counter, at=r.at, given_up=r.state == GIVEN_UP,
        )
        for r in found
    )  # fmt: skip
