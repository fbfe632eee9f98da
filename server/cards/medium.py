"""Which card a plastic is, when all that is known of it is its UID. Reads only; judges nothing. F: A1"""

from sqlalchemy import Connection, select

from server.cards import tables


def of_uid(connection: Connection, unit: int, uid: str) -> tuple[int, int] | None:
    """(card, issue) of the newest medium with this UID (hex) that was really issued; ``None``: no such card.

    A wiped plastic may have been another card before; the newest number is what it is now.
    """
    card, issue = tables.card, tables.issue
    query = (
        select(issue.c.card, issue.c.issue)
        .join_from(issue, card, (card.c.unit_id == issue.c.unit_id) & (card.c.card == issue.c.card))
        .where(issue.c.unit_id == unit, issue.c.uid == uid, issue.c.issue == card.c.issue)
        .where(card.c.state.not_in(("reserved", "released")))
        .order_by(issue.c.card.desc())
        .limit(1)
    )
    row = connection.execute(query).first()
    return None if row is None else (row.card, row.issue)
