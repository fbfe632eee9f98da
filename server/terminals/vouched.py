"""Questions of a desk that somebody else answers for: the office asks for that person's right, and logs both.

Knows which questions may come so, and nothing of what they do. F: C7 C11
"""

from typing import Any

import msgspec
from sqlalchemy import Connection

from onecard.errors import Refused
from onecard.wire import counter as c
from onecard.wire import lookups as look
from onecard.wire.beside import PutBeside
from onecard.wire.messages import FindMember, NewMember, ReserveIssue
from onecard.wire.vouched import PATH, Vouched
from server.operators import log
from server.operators.rights import rights
from server.runtime import Known, Runtime
from server.terminals import beside, counter, issue, listing, paper, past, person

_HANDLERS: dict[type[msgspec.Struct], Any] = {
    c.FreezeCard: counter.freeze,
    c.UnfreezeCard: counter.unfreeze,
    c.AskLists: listing.lists,
    c.AskTurn: listing.turn,
    c.TakeTurn: listing.take,
    PutBeside: beside.put,
    look.ChangePin: person.change_pin,
    look.AskStatement: paper.statement,
    FindMember: person.find,
    NewMember: issue.new_member,
    ReserveIssue: issue.reserve,
    c.ReserveChip: counter.take_chip,
    c.OpenByUid: counter.take_uid,
    look.AskRewards: past.rewards,
}
_Listing = c.AskLists | c.AskTurn | c.TakeTurn
_Issue = NewMember | ReserveIssue | c.ReserveChip | c.OpenByUid
_Look = look.ChangePin | look.AskStatement | look.AskRewards
_Any = FindMember | _Issue | _Listing | PutBeside | c.FreezeCard | c.UnfreezeCard | _Look
#: What leaves no line of its own in the log, or would leave one for every card of a list.
_SILENT = (c.AskLists, c.AskTurn, FindMember, look.AskRewards)


async def ask(runtime: Runtime, who: Known, vouched: Vouched) -> msgspec.Struct:
    """As the question itself, and ``Refused``: ``request.malformed``, ``operator.unknown``."""
    try:
        question = msgspec.json.decode(vouched.question, type=_Any)
    except msgspec.ValidationError:
        raise Refused("request.malformed") from None
    if who.kind == "kiosk" or not question.operator:
        raise Refused("request.malformed")
    unit, now, by = runtime.unit, runtime.clock.now(), question.operator

    def works_here(connection: Connection) -> bool:
        return rights(connection, unit, by) is not None

    if not await runtime.db.read(works_here):
        raise Refused("operator.unknown")
    handler = _HANDLERS[type(question)]
    answer: msgspec.Struct = await handler(
        runtime, msgspec.structs.replace(who, supervisor=vouched.supervisor), question
    )
    if not isinstance(question, _SILENT):
        name = str(question.__struct_config__.tag).partition("/")[0]
        subject = str(getattr(question, "card", 0) or getattr(question, "line", ""))
        if isinstance(question, ReserveIssue | c.OpenByUid):
            subject = str(question.member)

        def note(connection: Connection) -> None:
            said = {"what": name, "supervisor": str(vouched.supervisor)}
            log.write(connection, unit, now, by, "till.vouched", subject, **said)

        await runtime.db.write(note)
    return answer


QUESTIONS: dict[str, Any] = {PATH: (Vouched, ask)}
