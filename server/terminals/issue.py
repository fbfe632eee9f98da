"""A person who comes in for the first time, and the number of the card that he gets. F: A2 A12"""

from sqlalchemy import Connection

from onecard.errors import Refused
from onecard.wire import messages as m
from server.cards import service as cards
from server.catalogue.service import card_type_of
from server.members import service as members
from server.operators import permission
from server.organisation.scope import Scope
from server.runtime import Known, Runtime
from server.terminals import errand
from server.terminals.caller import at_desk, demand_own


async def new_member(runtime: Runtime, who: Known, question: m.NewMember) -> m.MemberRow:
    """A new member of the terminal's branch."""
    demand_own(who, question.id)
    now = runtime.clock.now()

    def write(connection: Connection) -> m.MemberRow:
        there, _ = at_desk(connection, runtime.unit, who, question.operator, permission.ISSUE)
        key = members.add_member(
            connection,
            runtime.unit,
            now,
            name=question.name,
            branch=there.branch,
            number=question.number,
            phone=question.phone,
            department=question.department,
            made_by=str(question.id),
            by=question.operator,
        )
        row = members.by_key(connection, Scope.whole(runtime.unit), key)
        assert row is not None
        return members.member_row(row | {"cards": ()})

    return await runtime.db.write(write)


async def reserve(runtime: Runtime, who: Known, question: m.ReserveIssue) -> m.IssueGrant:
    """A card number for a member, and the holder's name on its way to all terminals.

    Member 0 is nobody: whoever holds a card of an anonymous type. Raises ``Refused("card.wants_name")`` for
    any other type. F: A8 A15
    """
    demand_own(who, question.id)
    now = runtime.clock.now()

    def write(connection: Connection) -> m.IssueGrant:
        _, scope = at_desk(connection, runtime.unit, who, question.operator, permission.ISSUE)
        terms = card_type_of(connection, runtime.unit, question.type, now)
        if not question.member:
            if not terms.anonymous:
                raise Refused("card.wants_name")
            return cards.reserve_issue(connection, runtime.unit, question.id, 0, question.uid, terms, now)
        person = members.by_key(connection, Scope.whole(runtime.unit), question.member)
        if person is None:
            raise Refused("member.unknown")
        # Who gets the newest card gets what waits for its member.
        if not scope.has(person["branch"]):
            raise Refused(errand.ELSEWHERE)
        granted = cards.reserve_issue(
            connection, runtime.unit, question.id, question.member, question.uid, terms, now
        )
        members.hold(connection, runtime.unit, granted.card, question.member, question.type, now)
        return granted

    return await runtime.db.write(write)
