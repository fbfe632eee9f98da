"""The operation log: searched, and whether its chain verifies. F: H3"""

from datetime import date, datetime, timedelta
from typing import Any

import msgspec
from litestar import Response, get
from sqlalchemy import Connection

from onecard.clock import CHINA
from onecard.errors import Refused
from server.console.page import Asking, page, runtime, translator, visitor, word
from server.operators import log, permission, service

PER_PAGE = 100
#: Under this name a line's detail holds a sealed text.
SEALED = "sealed"


def moment(text: str, *, end: bool = False) -> int | None:
    """A day as typed → its first second, or the first after it; ``None`` for nothing typed."""
    if not text.strip():
        return None
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise Refused("day.malformed") from None
    midnight = datetime(day.year, day.month, day.day, tzinfo=CHINA) + timedelta(days=int(end))
    return int(midnight.timestamp())


def _wanted(query: Any) -> log.Wanted:
    """Raises ``Refused("day.malformed")``. A page number or an operator that is none counts as not given."""

    def number(name: str) -> int | None:
        text = query.get(name, "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None

    since, until, before = (
        moment(query.get("since", "")),
        moment(query.get("until", ""), end=True),
        number("before"),
    )
    return log.Wanted(
        text=query.get("q", "").strip()[:64],
        operator=number("operator"),
        **{
            name: value
            for name, value in (("since", since), ("until", until), ("before", before))
            if value is not None
        },
    )


@get("/log", opt={"permission": permission.LOG})
async def show(request: Asking) -> Response[Any]:
    """The newest lines that fit. Only who sees the whole unit is told about the whole chain."""
    there, rights = runtime(request), visitor(request).rights
    scope, opens = rights.scope(permission.LOG), rights.may(permission.PERSON)
    query = request.query_params
    wanted = _wanted(query)

    def read(connection: Connection) -> dict[str, Any]:
        rows = log.search(connection, scope, wanted, PER_PAGE)
        return {
            "rows": [row | {"said": _said(request, connection, row["detail"], opens)} for row in rows],
            "names": service.names(connection, scope),
            "wrong": log.check(connection, there.unit) if scope.is_whole else None,
        }

    found = await there.db.read(read)
    last = found["rows"][-1]["seq"] if len(found["rows"]) == PER_PAGE else 0
    asked = {name: query.get(name, "")[:64] for name in ("q", "operator", "since", "until")}
    return page(request, "log.html", asked=asked, last=last, **found)


def _said(request: Asking, connection: Connection, raw: str, opens: bool) -> str:
    """A line's small print; personal values for who may see them, unless the person was erased."""
    there, tr = runtime(request), translator(request)
    kept = msgspec.json.decode(raw, type=dict[str, int | str])
    sealed = kept.pop(SEALED, None)
    parts = [f"{word(tr, 'detail', name)}: {word(tr, 'detail', str(value))}" for name, value in kept.items()]
    if sealed is not None:
        values = there.seals.open(connection, there.unit, str(sealed)) if opens else None
        if values is None:
            parts.append(tr("console.log.sealed"))
        else:
            parts += [f"{word(tr, 'detail', name)}: {value}" for name, value in values.items()]
    return " · ".join(parts)


HANDLERS = [show]
