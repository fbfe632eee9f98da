"""Lists of members: one handed in, looked at and taken over; and one taken along. F: A12"""

import asyncio
from collections.abc import Iterable, Sequence
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from sqlalchemy import Connection

from onecard.errors import Refused
from server import tabular
from server.console.page import (
    Asking,
    download,
    form,
    go,
    page,
    runtime,
    translator,
    uploaded,
    visitor,
    whole_number,
)
from server.members import draft, service
from server.operators import log, permission
from server.organisation.service import branches

#: A list may be larger than a form.
UPLOAD_MAX = tabular.FILE_MAX + 64 * 1024
#: How many rows of each sort a page shows; all bad ones can be taken along as a file.
SHOWN = 200
#: Members read in one statement.
AT_ONCE = 5_000
COLUMNS = ("number", "name", "phone", "department", "group")
CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


async def packed(
    title: str, kind: str, head: Sequence[str], rows: Iterable[Sequence[str]]
) -> Response[bytes]:
    """A list as a file, made beside the event loop. ``kind``: ``csv`` or ``xlsx``."""
    if kind == "xlsx":
        body = await asyncio.to_thread(tabular.write_xlsx, title, head, rows)
        return download(f"{title}.xlsx", XLSX, body)
    return download(f"{title}.csv", CSV, await asyncio.to_thread(tabular.write_csv, head, rows))


async def _form(request: Asking, error: Refused | None = None) -> Response[Any]:
    scope = visitor(request).rights.scope(permission.PERSON)
    mine = await runtime(request).db.read(lambda connection: branches(connection, scope))
    return page(
        request,
        "member_import.html",
        status=422 if error else 200,
        branches=[row for row in mine if scope.has(row["branch"])],
        columns=[(name, draft.COLUMNS[name]) for name in (*COLUMNS, "branch")],
        megabytes=tabular.FILE_MAX // 1024 // 1024,
        rows_max=tabular.ROWS_MAX,
        error=error,
    )


@get("/members/import", opt={"permission": permission.PERSON})
async def show_import(request: Asking) -> Response[Any]:
    """Where a file is chosen."""
    return await _form(request)


@post(
    "/members/import",
    opt={"permission": permission.PERSON, "upload": True},
    status_code=200,
    request_max_body_size=UPLOAD_MAX,
)
async def hand_in(request: Asking) -> Response[Any]:
    """The file is read and put aside; nothing is taken over yet."""
    there, who, fields = runtime(request), visitor(request), form(request)
    scope, now = who.rights.scope(permission.PERSON), there.clock.now()
    try:
        lines = await asyncio.to_thread(tabular.read, uploaded(request))
        branch = whole_number(fields.get("branch", ""), 1 << 31)
        update = bool(fields.get("update"))
        number = await there.db.write(
            lambda connection: draft.keep(connection, scope, lines, branch, update, now, who.rights.operator)
        )
    except Refused as no:
        return await _form(request, no)
    return go(f"/members/import/{number}")


async def _judged(request: Asking, number: int) -> draft.Plan:
    there, who = runtime(request), visitor(request)
    scope = who.rights.scope(permission.PERSON)
    return await there.db.read(
        lambda connection: draft.judged(connection, scope, number, who.rights.operator)
    )


def _reason(request: Asking, row: draft.Row) -> str:
    """Why a row is a bad one, in the reader's language."""
    return translator(request).refusal(Refused(row.problem, **row.params))


async def _preview(request: Asking, number: int, error: Refused | None = None) -> Response[Any]:
    plan = await _judged(request, number)
    new, changed, bad = plan.of(draft.NEW), plan.of(draft.CHANGE), plan.bad
    return page(
        request,
        "member_preview.html",
        status=422 if error else 200,
        error=error,
        number=number,
        counts={"new": len(new), "changed": len(changed), "same": len(plan.of(draft.SAME)), "bad": len(bad)},
        bad=[(row, _reason(request, row)) for row in bad[:SHOWN]],
        good=[*new, *changed][:20],
        ignored=plan.ignored,
        columns=COLUMNS,
        shown=SHOWN,
    )


@get("/members/import/{number:int}", opt={"permission": permission.PERSON})
async def preview(request: Asking, number: FromPath[int]) -> Response[Any]:
    """What would happen, and every bad row with its line and reason."""
    return await _preview(request, number)


@get("/members/import/{number:int}/bad", opt={"permission": permission.PERSON})
async def bad_rows(request: Asking, number: FromPath[int]) -> Response[Any]:
    """The bad rows as a file, with their reasons: corrected, it can be handed in again."""
    plan, tr = await _judged(request, number), translator(request)
    head = [
        tr("console.import.line"),
        *(draft.COLUMNS[name][0] for name in COLUMNS),
        tr("console.import.reason"),
    ]
    rows = [
        [str(row.line), *(row.values.get(name, "") for name in COLUMNS), _reason(request, row)]
        for row in plan.bad
    ]
    return await packed("members-to-correct", "csv", head, rows)


@post("/members/import/{number:int}", opt={"permission": permission.PERSON}, status_code=200)
async def take_over(request: Asking, number: FromPath[int]) -> Response[Any]:
    """The good rows are written, once and all together; or the list is dropped."""
    there, who, fields = runtime(request), visitor(request), form(request)
    scope, now, by = who.rights.scope(permission.PERSON), there.clock.now(), who.rights.operator
    if fields.get("drop"):
        await there.db.write(lambda connection: draft.drop(connection, there.unit, number, by))
        return go("/members/import")
    try:
        told = (_count(fields, "new"), _count(fields, "changed"), _count(fields, "bad"))
        await there.db.write(lambda connection: draft.take_over(connection, scope, number, told, now, by))
    except Refused as no:
        if no.code == "import.unknown":
            raise
        return await _preview(request, number, no)
    return go("/members")


def _count(fields: Any, name: str) -> int:
    text = fields.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) < 8):
        raise Refused("import.changed")
    return int(text)


@get("/members/export/{kind:str}", opt={"permission": permission.PERSON})
async def export(request: Asking, kind: FromPath[str]) -> Response[Any]:
    """Everybody that fits the search, as CSV or XLSX; who took a list along is in the operation log."""
    if kind not in ("csv", "xlsx"):
        raise Refused("page.unknown")
    there, who, tr = runtime(request), visitor(request), translator(request)
    scope, now = who.rights.scope(permission.PERSON), there.clock.now()
    text = request.query_params.get("q", "")[:64]

    def write(connection: Connection) -> tuple[list[dict[str, Any]], dict[int, str]]:
        rows: list[dict[str, Any]] = []
        while some := service.find(connection, scope, text, AT_ONCE, len(rows)):
            rows += some
        log.write(connection, there.unit, now, who.rights.operator, "member.export", kind, count=len(rows))
        return rows, {row["branch"]: row["name"] for row in branches(connection, scope)}

    found, named = await there.db.write(write)
    head = [
        *(draft.COLUMNS[name][0] if tr.language == "zh" else name for name in (*COLUMNS, "branch")),
        tr("console.member.cards"),
    ]
    rows = [
        [
            *(str(row[name]) for name in COLUMNS),
            named.get(row["branch"], ""),
            " ".join(str(card) for card, _, _ in row["cards"]),
        ]
        for row in found
        if row["state"] != service.ERASED
    ]
    return await packed("members", kind, head, rows)


HANDLERS = [show_import, hand_in, preview, bad_rows, take_over, export]
