"""Card statistics of a day or any period, on the screen and as a file. F: A10 A15"""

from datetime import date
from typing import Any

from litestar import Response, get
from litestar.params import FromPath
from sqlalchemy import Connection

from onecard import money
from onecard.clock import business_day, card_day, day_of_card
from onecard.errors import Refused
from server.console.page import Asking, page, runtime, translator, visitor
from server.console.pages.member_list import packed
from server.operators import permission
from server.organisation.service import day_starts_at_minute
from server.reports import card_statistics as report

BALANCES = ("paid_fen", "given_fen", "deposit_fen", "debt_fen")
STATES = ("active", "lost", "expired", "other")


def _day(text: str, otherwise: int) -> int:
    """A day as typed. Raises ``Refused("day.malformed")``."""
    if not text.strip():
        return otherwise
    try:
        return card_day(date.fromisoformat(text.strip()))
    except ValueError:
        raise Refused("day.malformed") from None


async def _told(request: Asking) -> dict[str, Any]:
    there, query = runtime(request), request.query_params
    scope, now = visitor(request).rights.scope(permission.VIEW), there.clock.now()

    def read(connection: Connection) -> dict[str, Any]:
        today = card_day(business_day(now, day_starts_at_minute(connection, scope.unit)))
        first, last = _day(query.get("first", ""), today), _day(query.get("last", ""), today)
        if first > last:
            raise Refused("day.order")
        rows = report.rows(connection, scope, first, last, now)
        return {
            "rows": rows,
            "first": day_of_card(first).isoformat(),
            "last": day_of_card(last).isoformat(),
            "wrong": report.check(connection, scope, rows) if scope.is_whole else [],
        }

    return await there.db.read(read)


@get("/statistics", opt={"permission": permission.VIEW})
async def show(request: Asking) -> Response[Any]:
    """By card type; named and anonymous ones summed up apart."""
    found = await _told(request)
    rows = found["rows"]
    sums = [(kind, [row for row in rows if row.anonymous == kind]) for kind in (False, True)]
    return page(
        request,
        "statistics.html",
        movements=report.MOVEMENTS,
        states=STATES,
        balances=BALANCES,
        sums=[(kind, some) for kind, some in sums if some],
        **found,
    )


@get("/statistics/{kind:str}", opt={"permission": permission.VIEW})
async def take_along(request: Asking, kind: FromPath[str]) -> Response[Any]:
    """The same as CSV or XLSX."""
    if kind not in ("csv", "xlsx"):
        raise Refused("page.unknown")
    found, tr = await _told(request), translator(request)
    head = [tr("console.statistic.type")]
    for one in report.MOVEMENTS:
        head += [tr(f"console.kind.{one}"), f"{tr(f'console.kind.{one}')} {tr('console.statistic.yuan')}"]
    head += [tr(f"console.statistic.{name}") for name in (*STATES, *BALANCES)]
    rows = [
        [
            row.name if tr.language == "zh" else row.name_en,
            *(
                cell
                for one in report.MOVEMENTS
                for cell in (str(row.moved[one].count), money.show(row.moved[one].fen))
            ),
            *(str(getattr(row, name)) for name in STATES),
            *(money.show(getattr(row, name)) for name in BALANCES),
        ]
        for row in found["rows"]
    ]
    return await packed(f"cards-{found['first']}-{found['last']}", kind, head, rows)


HANDLERS = [show, take_along]
