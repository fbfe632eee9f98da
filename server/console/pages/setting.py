"""What the office sets for terminals, at once or for later: one, an outlet's, a branch's
or all; and which have it. F: E2"""

from collections.abc import Mapping
from typing import Any

from litestar import Response, get, post
from sqlalchemy import Connection

from onecard.errors import Refused
from onecard.rules.risk import worst_case
from onecard.settings import Setting
from server.console import field
from server.console.page import Asking, form, go, language, page, runtime, visitor
from server.operators import permission
from server.operators.service import names
from server.organisation.scope import Scope
from server.organisation.service import branches, outlets
from server.terminals import planning, service, setting

GROUPS = ("sale", "cards", "offline")
#: What is said on the page itself.
_SHOWN = frozenset(
    ("setting.changed", "setting.moment", "setting.too_many", "setting.begun", "date.malformed")
)


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


def _said(changes: Mapping[str, str | None], language: str) -> list[tuple[str, str]]:
    """Label and value of each, "" for the default."""
    return [
        (setting.label(setting.ROWS[key], language), "" if text is None else setting.shown(key, text))
        for key, text in changes.items()
        if key in setting.ROWS
    ]


async def _shown(
    request: Asking,
    place: str,
    since: str,
    typed: Mapping[str, str] | None = None,
    wrong: frozenset[str] = frozenset(),
    error: Refused | None = None,
) -> Response[Any]:
    there, said = runtime(request), language(request)
    now = there.clock.now()
    try:
        at = max(now, field.moment({"from": since}, "from"))
    except Refused as no:
        at, since, error = now, "", error or no
    scope = visitor(request).rights.scope(permission.TERMINAL)

    def read(connection: Connection) -> dict[str, Any]:
        rows = setting.at_place(connection, scope, place)
        kept = [setting.values_of(row, at) for row in rows]
        fields = [_field(row, kept, said) for row in setting.ROWS.values()]
        newest, late = setting.informed(connection, there.unit, rows)
        live = [values for row, values in zip(rows, kept, strict=True) if row["state"] == "enrolled"]
        called = {row["terminal"]: row["name"] for row in rows}
        coming = planning.coming(rows, now)
        who = names(connection, scope) if coming else {}
        return {
            "rows": rows,
            "groups": [
                (name, [one for one in fields if setting.group_of(one["key"]) == name]) for name in GROUPS
            ],
            "seen": setting.digest(rows, now),
            "who": who,
            "coming": [
                (one, [(number, called[number]) for number in held], _said(one.changes, said))
                for one, held in coming
            ],
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
    return page(
        request, "settings.html", status=422 if error else 200, error=error, at=place, since=since, **found
    )


@get("/terminals/settings", opt={"permission": permission.TERMINAL, "fresh": True})
async def show(request: Asking) -> Response[Any]:
    """The form; ``at`` says for whom, ``from`` from which moment on, and then as it will be by then."""
    asked = request.query_params
    return await _shown(request, asked.get("at", "all"), asked.get("from", ""))


@post("/terminals/settings", opt={"permission": permission.TERMINAL, "fresh": True}, status_code=200)
async def put(request: Asking) -> Response[Any]:
    """From now on, or from a moment to come."""
    there, who, fields = runtime(request), visitor(request).rights, form(request)
    scope, place, now = who.scope(permission.TERMINAL), fields.get("at", ""), there.clock.now()
    typed = fields.get("from", "").strip()

    def write(connection: Connection) -> frozenset[str]:
        rows, since = setting.at_place(connection, scope, place), field.moment({"from": typed}, "from")
        changes, wrong = setting.changes_of(rows, fields, max(now, since))
        seen = fields.get("seen", "")
        if not wrong and typed:
            planning.put_later(connection, scope, place, changes, seen, since, now, who.operator)
        elif not wrong:
            setting.put(connection, scope, place, changes, seen, now, who.operator)
        return wrong

    try:
        wrong = await there.db.write(write)
    except Refused as no:
        if no.code not in _SHOWN:
            raise
        return await _shown(request, place, typed, None if no.code == "setting.changed" else fields, error=no)
    if wrong:
        return await _shown(request, place, typed, fields, wrong, Refused("setting.wrong", count=len(wrong)))
    return go("/terminals/settings", at=place)


@post("/terminals/settings/withdraw", opt={"permission": permission.TERMINAL, "fresh": True}, status_code=200)
async def withdraw(request: Asking) -> Response[Any]:
    """A plan that has not begun, for the terminals of the place that is shown."""
    there, who, fields = runtime(request), visitor(request).rights, form(request)
    scope, place, now = who.scope(permission.TERMINAL), fields.get("at", ""), there.clock.now()
    number = field.number(fields, "plan", 1 << 62)

    def write(connection: Connection) -> int:
        return planning.withdraw(connection, scope, place, number, now, who.operator)

    try:
        await there.db.write(write)
    except Refused as no:
        if no.code not in _SHOWN:
            raise
        return await _shown(request, place, "", error=no)
    return go("/terminals/settings", at=place)


HANDLERS = [show, put, withdraw]
