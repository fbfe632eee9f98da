"""Cards: find one, and say why its balance is what it is. F: A11 G6"""

from typing import Any

from litestar import Response, get
from litestar.params import FromPath
from sqlalchemy import Connection

from onecard.clock import local
from onecard.errors import Refused
from server.cards.service import card_status, stop_history
from server.console import field, figures, story
from server.console.page import Asking, go, page, runtime, translator, visitor
from server.members import service as members
from server.operators import permission
from server.operators import service as operators
from server.organisation.scope import Scope
from server.organisation.service import outlets
from server.terminals.quiet import heard
from server.terminals.service import terminals

PER_PAGE = 30


@get("/cards", opt={"permission": permission.VIEW})
async def listed(request: Asking) -> Response[Any]:
    """Cards by number or holder; a number that is a card goes straight to it."""
    there = runtime(request)
    scope = visitor(request).rights.scope(permission.VIEW)
    text = request.query_params.get("q", "").strip()[:64]

    def read(connection: Connection) -> dict[str, Any]:
        return {
            "rows": figures.cards(connection, scope, text, PER_PAGE),
            "states": figures.card_states(connection, scope),
        }

    found = await there.db.read(read)
    if text and len(found["rows"]) == 1 and str(found["rows"][0]["card"]) == text:
        return go(f"/cards/{text}/{found['rows'][0]['issue']}")
    return page(request, "cards.html", q=text, **found)


@get("/cards/{card:int}/{issue:int}", opt={"permission": permission.VIEW})
async def show(request: Asking, card: FromPath[int], issue: FromPath[int]) -> Response[Any]:
    """State, holder, balance with its reasons, and the last transactions."""
    there = runtime(request)
    scope = visitor(request).rights.scope(permission.VIEW)
    now = there.clock.now()

    def read(connection: Connection) -> dict[str, Any]:
        if not (0 < card < 1 << 40 and 0 < issue < 256):
            raise Refused("card.unknown")
        row = figures.card_of(connection, scope, card)
        if row is None:
            raise Refused("card.unknown")
        # Where his card was is the holder's to know, whichever branch it was in.
        names = {one["outlet"]: str(one["name"]) for one in outlets(connection, Scope.whole(there.unit))}
        boxes = {one["terminal"]: str(one["name"]) for one in terminals(connection, Scope.whole(there.unit))}
        return {
            "card": row,
            "issue": issue,
            "told": card_status(
                connection,
                there.unit,
                card,
                issue,
                now,
                lambda outlet, box: names.get(outlet) or boxes.get(box, ""),
            ),
            "heard": {one.terminal: one for one in heard(connection, there.unit)},
            "boxes": boxes,
            "history": stop_history(connection, there.unit, card),
            "outlets": names,
            "people": operators.names(connection, scope),
            "member": members.by_key(connection, scope, row["member"]),
            "type": figures.type_name(connection, scope, row["type"]),
        }

    found = await there.db.read(read)
    tr = translator(request)

    def holder(terminal: int) -> story.Holder:
        said = found["heard"].get(terminal)
        name = found["boxes"].get(terminal, str(terminal))
        if said is None:
            return story.Holder(name, 0, 0, terminal in found["boxes"])
        return story.Holder(name, said.pending, said.seen_at, False)

    def moment(at: int) -> str:
        return local(at).strftime("%Y-%m-%d %H:%M")

    may_act = visitor(request).rights.may(permission.VALUE)
    return page(
        request,
        "card.html",
        key=await field.new_key(request) if may_act else "",
        story=story.tell(found["told"]),
        wallets=story.others(found["told"]),
        detail=lambda line: story.detail(tr, line, holder, moment),
        **found,
    )


HANDLERS = [listed, show]
