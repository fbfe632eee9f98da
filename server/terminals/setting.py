"""What the office sets for terminals: the office's rows of the settings table, as text, per terminal. F: E2

Money is typed and shown in yuan and kept in fen. Whether a terminal has it is what the terminal says of its
own document. Rejected: values kept per outlet and inherited, because nobody sees on one page then what a
terminal has, and why.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec
from sqlalchemy import Connection

from onecard import money
from onecard.errors import Refused
from onecard.rules.periods import parse_meals
from onecard.settings import OFFICE, Setting, SettingError
from server.db import one_writer
from server.operators import log
from server.organisation.scope import Scope
from server.terminals import plan, service, snapshot, version

ROWS: Final[dict[str, Setting]] = {row.key: row for row in OFFICE}
_CARDS = frozenset({"accepted_types", "tap_interval_s", "payee_card", "replace_all"})
_KIND = re.compile("[a-z0-9]{1,16}", re.ASCII)
_NUMBERS = re.compile(r"\d{1,5}([ ,，]+\d{1,5})*", re.ASCII)
_NOTHING = re.compile(r"0+(\.0+)?", re.ASCII)
_PRICE = re.compile(r"(\d):(\S+)", re.ASCII)


def group_of(key: str) -> str:
    """On which part of the page: ``sale``, ``cards``, ``offline``."""
    if key.startswith("offline"):
        return "offline"
    return "cards" if key in _CARDS else "sale"


def is_money(key: str) -> bool:
    """Whether people type yuan."""
    return key.endswith("_fen")


def label(row: Setting, language: str) -> str:
    """Its name with the unit that people type."""
    text = (row.zh if language == "zh" else row.en).replace("1:300 2:500", "1:3.00 2:5.00")
    text = text.replace("（分", "（元").replace("(fen", "(yuan")
    if is_money(row.key) and "元" not in text and "yuan" not in text:
        text += "（元）" if language == "zh" else " (yuan)"
    return text


def shown(key: str, text: str) -> str:
    """A kept value as it is typed."""
    if key == "key_prices":
        parts = (part.partition(":") for part in text.replace(",", " ").split())
        return " ".join(f"{figure}:{_yuan(int(fen))}" for figure, _, fen in parts if fen.isdecimal())
    return _yuan(int(text)) if is_money(key) and text.isdecimal() else text


def default_of(row: Setting) -> str:
    """Its default as it is typed."""
    value = row.default
    return shown(row.key, str(value).lower() if isinstance(value, bool) else str(value))


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


def parse(key: str, typed: str) -> str:
    """A value as typed → as kept. Raises ``Refused``, ``SettingError`` for one that no station could use."""
    row, text = ROWS[key], typed.strip()
    if is_money(key):
        text = "0" if _NOTHING.fullmatch(text) else str(money.parse(text, cap=money.Fen(row.most)))
    elif key == "key_prices":
        text = _key_prices(text)
    elif key == "meals":
        parse_meals(text)
    elif key == "count_kind" and not _KIND.fullmatch(text):
        raise Refused("count.malformed")
    elif key == "accepted_types" and not _NUMBERS.fullmatch(text):
        raise Refused("number.malformed")
    row.parse(text)
    return text


def _key_prices(text: str) -> str:
    found = [_PRICE.fullmatch(part) for part in text.replace(",", " ").replace("，", " ").split()]
    prices = [(one[1], money.parse(one[2])) for one in found if one is not None]
    if len(prices) != len(found) or len({figure for figure, _ in prices}) != len(prices):
        raise Refused("number.malformed")
    return " ".join(f"{figure}:{fen}" for figure, fen in prices)


def at_place(connection: Connection, scope: Scope, place: str) -> list[dict[str, Any]]:
    """Terminals there: ``terminal:1001``, ``outlet:2``, ``branch:1`` or ``all``; revoked ones are nowhere.
    ``plans`` of each are what begins later, or has begun.

    Raises ``Refused("terminal.unknown")`` if there is none that may be seen.
    """
    kind, _, number = place.partition(":")
    if kind not in ("terminal", "outlet", "branch", "all") or (kind != "all") != number.isdecimal():
        raise Refused("terminal.unknown")
    rows = [row for row in service.terminals(connection, scope) if row["state"] != "revoked"]
    found = [row for row in rows if kind == "all" or row[kind] == int(number[:12])]
    if not found:
        raise Refused("terminal.unknown")
    return with_plans(connection, scope, found)


def with_plans(connection: Connection, scope: Scope, rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows of terminals that were found under ``scope``, each with its ``plans``."""
    found = list(rows)
    later = plan.plans(connection, scope.unit, [row["terminal"] for row in found])
    return [row | {"plans": later.get(row["terminal"], [])} for row in found]


def values_of(row: Mapping[str, Any], at: int) -> dict[str, str]:
    """What is set for it at a moment; all else is the default."""
    base = msgspec.json.decode(row["settings"], type=dict[str, str])
    return plan.values_at(base, row["plans"], at)


def digest(rows: Iterable[Mapping[str, Any]], now: int) -> str:
    """What whoever fills in the form has seen: settings and plans."""
    said = [
        (
            row["terminal"],
            sorted(values_of(row, now).items()),
            [one.plan for one in row["plans"] if one.since > now],
        )
        for row in rows
    ]
    return hashlib.sha256(msgspec.json.encode(said)).hexdigest()


def informed(connection: Connection, unit: int, rows: Iterable[Mapping[str, Any]]) -> tuple[int, list[Any]]:
    """The document's version, and those enrolled ones that have not said yet that they hold it."""
    newest = version.versions(connection, unit).get(version.TERMINAL, (0, 0))[0]
    late = []
    for row in rows:
        have = msgspec.json.decode(row["have"], type=dict[str, int]) if row["have"] else {}
        if row["state"] == "enrolled" and have.get(version.TERMINAL, 0) != newest:
            late.append(row)
    return newest, late


def put(
    connection: Connection,
    scope: Scope,
    place: str,
    changes: Mapping[str, str | None],
    seen: str,
    now: int,
    by: int,
) -> int:
    """These values from now on, ``None`` for the default (writes) → how many terminals have others now.

    Raises ``Refused``: ``terminal.unknown``, ``setting.changed`` if they are not what was ``seen``.
    """
    one_writer(connection, scope.unit)
    plan.begin(connection, scope.unit, now)
    rows, changed, moves = demand_seen(connection, scope, place, seen, now), 0, False
    for row in rows:
        old = values_of(row, now)
        told = news(changes, old)
        if not told:
            continue
        new = {key: text for key, text in (old | told).items() if text is not None}
        plan.keep_values(connection, scope.unit, row["terminal"], new)
        note(connection, scope, now, by, "terminal.settings", row["terminal"], told)
        changed, moves = changed + 1, moves or plan.ACCOUNTS in told
    if changed:
        version.touch(connection, scope.unit, version.TERMINAL, now)
    if moves:
        snapshot.resend(connection, scope.unit, now)
    return changed


def news(changes: Mapping[str, str | None], old: Mapping[str, str]) -> dict[str, str | None]:
    """What is new of it."""
    return {key: text for key, text in changes.items() if old.get(key) != text}


def demand_seen(
    connection: Connection, scope: Scope, place: str, seen: str, now: int
) -> list[dict[str, Any]]:
    """Terminals there. Raises ``Refused``: as ``at_place``, and ``setting.changed``."""
    rows = at_place(connection, scope, place)
    if digest(rows, now) != seen:
        raise Refused("setting.changed")
    return rows


def note(
    connection: Connection,
    scope: Scope,
    now: int,
    by: int,
    action: str,
    number: int,
    changes: Mapping[str, str | None],
    **more: int,
) -> None:
    """Into the operation log."""
    said = {key: text or "" for key, text in changes.items()}
    log.write(connection, scope.unit, now, by, action, str(number), **said, **more)


def changes_of(
    rows: Iterable[Mapping[str, Any]], fields: Mapping[str, str], at: int
) -> tuple[dict[str, str | None], frozenset[str]]:
    """What a form asks for: key → value, ``None`` for the default; and the keys whose value is wrong.

    A field that says what all of them have already asks for nothing; nor does an empty one where they differ.
    """
    kept = [values_of(row, at) for row in rows]
    changes: dict[str, str | None] = {}
    wrong = set()
    for key in ROWS:
        had = {values.get(key) for values in kept}
        typed = fields.get(key, "").strip()
        if key not in fields or (not typed and len(had) > 1):
            continue
        try:
            text = parse(key, typed) if typed else None
        except (Refused, SettingError):
            wrong.add(key)
            continue
        if had != {text}:
            changes[key] = text
    return changes, frozenset(wrong)
