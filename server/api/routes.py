"""The routes of the open API. Each names the scope its token must carry. F: M3 A6 A13"""

from typing import Annotated, Any

from litestar import Request, get, post
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import Body, FromPath, Parameter, QueryParameter
from sqlalchemy import Connection

from onecard.errors import Refused
from server.api import cursor, read, shape
from server.api.token import Bearer
from server.cards.stops import set_stop
from server.operators import log
from server.organisation.service import unit_name
from server.runtime import Runtime

PROBLEM = "application/problem+json"
_MOST_NUMBER = (1 << 40) - 1

Asking = Request[Any, Bearer, Any]
Number = Annotated[int, Parameter(ge=1, le=_MOST_NUMBER)]
After = Annotated[
    str | None,
    QueryParameter(name="after", pattern=cursor.PATTERN, description="`next` of the page before."),
]
Limit = Annotated[int, QueryParameter(name="limit", ge=1, le=cursor.MOST, description="Rows of a page.")]

_SAID = {
    400: "The question is malformed.",
    401: "No token, or one that is not good.",
    403: "The token does not carry the scope.",
    404: "There is nothing with this number in the places of the token.",
    405: "The route does not know this method.",
    422: "A rule says no; `code` names it.",
    503: "Busy: come again after `Retry-After` seconds.",
}


def _documented(*statuses: int) -> dict[int, ResponseSpec]:
    return {
        status: ResponseSpec(
            data_container=shape.Problem,
            description=_SAID[status],
            media_type=PROBLEM,
            generate_examples=False,
        )
        for status in (400, 401, 403, 405, 503, *statuses)
    }


def _there(request: Asking) -> Runtime:
    found: Runtime = request.app.state.runtime
    return found


@get("/unit", operation_id="unit", summary="Who runs this system", responses=_documented())
async def unit(request: Asking) -> shape.Unit:
    """Any good token may ask."""
    there = _there(request)
    name = await there.db.read(lambda connection: unit_name(connection, there.unit))
    return shape.Unit(there.unit, name)


@get("/members", operation_id="members", summary="Members, a page at a time", responses=_documented())
async def members(request: Asking, after: After = None, limit: Limit = cursor.LIMIT) -> shape.Members:
    """Scope ``members``."""
    scope, start = request.user.demand("members"), cursor.decode(after)
    return await _there(request).db.read(lambda connection: read.members(connection, scope, start, limit))


@get("/members/{number:int}", operation_id="member", summary="One member", responses=_documented(404))
async def member(request: Asking, number: FromPath[Number]) -> shape.Member:
    """Scope ``members``."""
    scope = request.user.demand("members")
    return await _there(request).db.read(lambda connection: read.one_member(connection, scope, number))


@get("/cards/{number:int}", operation_id="card", summary="A card and its wallets", responses=_documented(404))
async def card(request: Asking, number: FromPath[Number]) -> shape.Card:
    """Scope ``cards``. Balances are the books'; a purse may be ahead of them."""
    scope, there = request.user.demand("cards"), _there(request)
    now = there.clock.now()
    return await there.db.read(lambda connection: read.one_card(connection, scope, number, now))


@get("/entries", operation_id="entries", summary="Business events in book order", responses=_documented())
async def entries(request: Asking, after: After = None, limit: Limit = cursor.LIMIT) -> shape.Entries:
    """Scope ``entries``. Keep ``next`` and ask again: nothing is missed and nothing comes twice."""
    scope, start = request.user.demand("entries"), cursor.decode(after)
    return await _there(request).db.read(lambda connection: read.entries(connection, scope, start, limit))


@post(
    "/identity", operation_id="identity", summary="Who holds this card", status_code=200,
    responses=_documented(404),
)  # fmt: skip
async def identity(request: Asking, data: Annotated[shape.AskIdentity, Body()]) -> shape.Identity:
    """Scope ``identity``. Sells nothing; each check is in the operation log."""
    bearer, there = request.user, _there(request)
    scope, now = bearer.demand("identity"), there.clock.now()

    def look(connection: Connection) -> shape.Identity:
        found = read.identity(connection, scope, data.uid, now)
        log.write(connection, there.unit, now, 0, "api.identity", str(found.card), token=bearer.token)
        return found

    return await there.db.write(look)


@post(
    "/cards/{number:int}/loss", operation_id="loss", summary="Report a card lost", status_code=200,
    responses=_documented(404, 422),
)  # fmt: skip
async def loss(request: Asking, number: FromPath[Number]) -> shape.Stopped:
    """Scope ``loss``. Safe to repeat: a card that is stopped already answers the same."""
    bearer, there = request.user, _there(request)
    scope, now = bearer.demand("loss"), there.clock.now()

    def stop(connection: Connection) -> shape.Stopped:
        found = read.one_card(connection, scope, number, now)
        if found.state in ("reserved", "released", "unknown"):
            raise Refused("card.unknown", card=number, issue=found.issue)
        version = set_stop(connection, there.unit, number, found.issue, "lost", 0, now)
        log.write(connection, there.unit, now, 0, "api.loss", str(number), token=bearer.token)
        return shape.Stopped(number, found.issue, version)

    return await there.db.write(stop)


HANDLERS = [unit, members, member, card, entries, identity, loss]
