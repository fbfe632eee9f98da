"""The numbered loads of one plastic, and taking one back that should not be. F: D9"""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from sqlalchemy import Connection

from onecard.books import accounts
from onecard.errors import Refused
from server.books.office.withdraw import TARGETS, Terms, Withdraw
from server.cards import pending
from server.cards.loads import PUBLISHED, WAITING
from server.console import field
from server.console.page import Asking, form, go, page, runtime, visitor, whole_number
from server.operators import permission


@get("/cards/{card:int}/{issue:int}/loads", opt={"permission": permission.VALUE, "fresh": True})
async def show(request: Asking, card: FromPath[int], issue: FromPath[int]) -> Response[Any]:
    """All of them, with where each one's money could go back to."""
    return await _show(request, card, issue)


async def _show(request: Asking, card: int, issue: int, error: Refused | None = None) -> Response[Any]:
    there, who = runtime(request), visitor(request).rights
    scope = who.scope(permission.VALUE)

    def read(connection: Connection) -> dict[str, Any]:
        row = field.plastic(connection, scope, card, issue)
        return {"card": row, "rows": pending.loads(connection, scope, card, issue)}

    found = await there.db.read(read)
    for row in found["rows"]:
        is_open = row["state"] in (WAITING, PUBLISHED) and row["fen"] > 0
        row["targets"] = _targets(row, who.operator) if is_open else []
    return page(
        request, "loads.html", status=422 if error else 200, error=error, issue=issue,
        key=await field.new_key(request), **found,
    )  # fmt: skip


def _targets(row: dict[str, Any], operator: int) -> list[tuple[str, str]]:
    """(account, word): who had given it; paid-in money also into a hand that holds cash."""
    found = []
    giver = accounts.kind_of(row["giver"])
    if giver in TARGETS and giver is not accounts.Kind.CASH:
        found.append((row["giver"], "giver"))
    if row["wallet"] == "main":
        if row["giver"].startswith("gateway:"):
            found.append((row["giver"], "gateway"))
        found += [(accounts.operator_cash(operator), "my_cash"), (accounts.VAULT, "vault")]
    return found


@post("/cards/{card:int}/{issue:int}/loads", opt={"permission": permission.VALUE, "fresh": True},
      status_code=200)  # fmt: skip
async def withdraw(request: Asking, card: FromPath[int], issue: FromPath[int]) -> Response[Any]:
    """At once while nobody has it; otherwise it goes when all terminals agree."""
    there, who, fields = runtime(request), visitor(request).rights, form(request)
    scope = who.scope(permission.VALUE)

    def read(connection: Connection) -> list[dict[str, Any]]:
        field.plastic(connection, scope, card, issue)
        return pending.loads(connection, scope, card, issue)

    try:
        number, target = whole_number(fields.get("number", ""), 1 << 16), fields.get("target", "")
        rows = await there.db.read(read)
        row = next((one for one in rows if one["number"] == number), None)
        if row is None:
            raise Refused("load.unknown")
        if target not in dict(_targets(row, who.operator)):
            raise Refused("load.target")
        terms = Terms(card, issue, number, target)
        await field.ask(request, Withdraw(there.unit, field.key(fields), terms, who.operator))
    except Refused as no:
        return await _show(request, card, issue, no)
    await field.noted(request, "card.withdraw", card, number=number, fen=row["fen"])
    return go(f"/cards/{card}/{issue}/loads")


HANDLERS = [show, withdraw]
