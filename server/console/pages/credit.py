"""Who owes what on account: cost centres and their meals, bills of a period, payments. F: B8 B12"""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from sqlalchemy import Connection

from onecard.clock import business_day, card_day
from onecard.errors import Refused
from server.books.office.centre_meal import CentreMeal, Terms
from server.books.office.pay_credit import PayCredit
from server.books.office.pay_credit import Terms as Payment
from server.console import field
from server.console.page import Asking, form, go, page, runtime, visitor, whole_number
from server.credit import service
from server.operators import log, permission
from server.organisation.service import outlets


@get("/credit", opt={"permission": permission.VALUE})
async def listed(request: Asking) -> Response[Any]:
    """Centres, debtors, bills."""
    return await _listed(request)


async def _listed(request: Asking, error: Refused | None = None) -> Response[Any]:
    there, who = runtime(request), visitor(request).rights
    field.demand_whole(who, permission.VALUE)
    scope = who.scope(permission.VALUE)

    def read(connection: Connection) -> dict[str, Any]:
        owing, bills = service.owing(connection, scope), service.bills(connection, scope, limit=50)
        debtors = {*dict(owing), *(row["debtor"] for row in bills)}
        return {
            "centres": service.centres(connection, scope),
            "owing": owing,
            "bills": bills,
            "names": service.names(connection, scope, debtors),
            "outlets": outlets(connection, scope),
        }

    found = await there.db.read(read)
    return page(
        request, "credit.html", status=422 if error else 200, error=error, key=await field.new_key(request),
        sources=field.SOURCES, today=business_day(there.clock.now()).isoformat(), **found,
    )  # fmt: skip


@get("/credit/bills/{number:int}", opt={"permission": permission.VALUE})
async def bill(request: Asking, number: FromPath[int]) -> Response[Any]:
    """One bill, line by line."""
    there, who = runtime(request), visitor(request).rights
    field.demand_whole(who, permission.VALUE)
    scope = who.scope(permission.VALUE)

    def read(connection: Connection) -> dict[str, Any]:
        every = service.bills(connection, scope, limit=100_000)
        head = next((row for row in every if row["bill"] == number), None)
        if head is None:
            raise Refused("page.unknown")
        name = service.names(connection, scope, (head["debtor"],)).get(head["debtor"], head["debtor"])
        return {"head": head, "name": name, "lines": service.bill_lines(connection, scope, number)}

    return page(request, "bill.html", **await there.db.read(read))


@post("/credit/{step:str}", opt={"permission": permission.VALUE}, status_code=200)
async def act(request: Asking, step: FromPath[str]) -> Response[Any]:
    """meal, bill or pay."""
    there, who, fields = runtime(request), visitor(request).rights, form(request)
    field.demand_whole(who, permission.VALUE)
    steps = {"meal": _meal, "bill": _bill, "pay": _pay}
    try:
        if step not in steps:
            raise Refused("page.unknown")
        subject = await steps[step](request, fields)
    except Refused as no:
        return await _listed(request, no)
    now = there.clock.now()
    await there.db.write(
        lambda connection: log.write(connection, there.unit, now, who.operator, f"credit.{step}", subject)
    )
    return go("/credit")


async def _meal(request: Asking, fields: field.Fields) -> str:
    there, who = runtime(request), visitor(request).rights
    terms = Terms(
        centre=whole_number(fields.get("centre", "")),
        outlet=whole_number(fields.get("outlet", "")),
        fen=field.fen(fields, "amount"),
        people=field.number(fields, "people", 10_001) or 1,
        purpose=fields.get("purpose", "").strip(),
    )
    await field.ask(request, CentreMeal(there.unit, field.key(fields), terms, who.operator))
    return str(terms.centre)


async def _bill(request: Asking, fields: field.Fields) -> str:
    there, who = runtime(request), visitor(request).rights
    now, debtor = there.clock.now(), fields.get("debtor", "")
    until = field.day(fields, "until") or card_day(business_day(now))
    if until > card_day(business_day(now)):
        raise Refused("close.future")
    number = await there.db.write(
        lambda c: service.make_bill(c, there.unit, debtor, until, who.operator, now)
    )
    return str(number)


async def _pay(request: Asking, fields: field.Fields) -> str:
    there, who = runtime(request), visitor(request).rights
    terms = Payment(fields.get("debtor", ""), field.fen(fields, "amount"), gateway=field.gateway(fields))
    await field.ask(request, PayCredit(there.unit, field.key(fields), terms, who.operator))
    return terms.debtor


HANDLERS = [listed, bill, act]
