"""What the office sets for terminals: one, an outlet's, a branch's or all; and which have it. F: E2"""

from collections.abc import Mapping
from typing import Any

from litestar import Response, get, post
from sqlalchemy import Connection

from onecard.errors import Refused
from onecard.rules.risk import worst_case
from onecard.settings import Setting
from server.console.page import Asking, form, go, language, page, runtime, visitor
from server.operators import permission
from server.organisation.scope import Scope
from server.organisation.service import branches, outlets
from server.terminals import service, setting

GROUPS = ("sale", "cards", "offline")


def _field(row: Setting, kept: list[dict[str, str]], said: str) -> dict[str, Any]:
    """One row of the form: what all of them have, "" for the default or where they differ."""
    values = {one.get(row.key) for one in kept}
    common = next(iter(values)) if len(values) == 1 else None
    is_flag = isinstance(row.default, bool)
    return {
        "key": row.key,
        "label": setting.label(row, said),
        "value": "" if common is None else setting.shown(row.key, common),
        "differs": len(values) > 1,
        "default": setting.default_of(row),
        "choices": ("true", "false") if is_flag else row.choices,
        "is_figure": isinstance(row.default, int) and not is_flag,
        "most": 500 if isinstance(row.default, str) else 12,
    }


def _places(connection: Connection, scope: Scope) -> dict[str, Any]:
    terminals = [row for row in service.terminals(connection, scope) if row["state"] != "revoked"]
    return {
        "branches": branches(connection, scope),
        "outlets": outlets(connection, scope),
        "terminals": terminals,
    }


async def _shown(
    request: Asking,
    place: str,
    typed: Mapping[str, str] | None = None,
    wrong: frozenset[str] = frozenset(),
    error: Refused | None = None,
) -> Response[Any]:
    there, said = runtime(request), language(request)
    scope = visitor(request).rights.scope(permission.TERMINAL)

    def read(connection: Connection) -> dict[str, Any]:
        rows = setting.at_place(connection, scope, place)
        kept = [setting.values_of(row) for row in rows]
        fields = [_field(row, kept, said) for row in setting.ROWS.values()]
        newest, late = setting.informed(connection, there.unit, rows)
        live = [values for row, values in zip(rows, kept, strict=True) if row["state"] == "enrolled"]
        return {
            "rows": rows,
            "groups": [
                (name, [one for one in fields if setting.group_of(one["key"]) == name]) for name in GROUPS
            ],
            "seen": setting.digest(rows),
            "newest": newest,
            "late": late,
            "live": len(live),
            "worst": worst_case(live),
            **_places(connection, scope),
        }

    found = await there.db.read(read)
    for _, fields in found["groups"]:
        for one in fields:
            one["wrong"] = one["key"] in wrong
            if typed is not None:
                one["value"] = typed.get(one["key"], one["value"])
    return page(request, "settings.html", status=422 if error else 200, error=error, at=place, **found)


@get("/terminals/settings", opt={"permission": permission.TERMINAL, "fresh": True})
async def show(request: Asking) -> Response[Any]:
    """The form; ``at`` says for whom."""
    return await _shown(request, request.query_params.get("at", "all"))


@post("/terminals/settings", opt={"permission": permission.TERMINAL, "fresh": True}, status_code=200)
async def put(request: Asking) -> Response[Any]:
    """From now on."""
    there, who, fields = runtime(request), visitor(request).rights, form(request)
    scope, place, now = who.scope(permission.TERMINAL), fields.get("at", ""), there.clock.now()

    def write(connection: Connection) -> frozenset[str]:
        rows = setting.at_place(connection, scope, place)
        changes, wrong = setting.changes_of(rows, fields)
        if not wrong:
            seen = fields.get("seen", "")
            setting.put(connection, scope, place, changes, seen, now, who.operator)
        return wrong

    try:
        wrong = await there.db.write(write)
    except Refused as no:
        if no.code != "setting.changed":
            raise
        return await _shown(request, place, error=no)
    if wrong:
        return await _shown(request, place, fields, wrong, Refused("setting.wrong", count=len(wrong)))
    return go("/terminals/settings", at=place)


HANDLERS = [show, put]
