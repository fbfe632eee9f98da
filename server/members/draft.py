"""A list of members that somebody hands in: looked at row by row, shown, and taken over once. F: A12

Every row is judged before anything is written, and each bad one is named with its line and its reason. The
rows are judged again when the list is taken over, since others work meanwhile.
"""

from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy import Connection

from onecard.clock import CARD_EPOCH_UNIX
from onecard.errors import Refused
from server.db import write_rows
from server.members import service
from server.members.tables import member, member_draft
from server.operators import log
from server.organisation.scope import Scope
from server.organisation.service import branches, next_number
from server.tabular import Line

#: What a column may be called, in lists from elsewhere; compared without spaces and case.
COLUMNS = {
    "number": ("编号", "会员编号", "工号", "学号", "number", "no", "no.", "id", "member"),
    "name": ("姓名", "名字", "name"),
    "phone": ("电话", "手机", "手机号", "联系电话", "phone", "mobile"),
    "department": ("部门", "班级", "院系", "department", "class"),
    "group": ("分组", "类别", "人员类别", "group", "category"),
    "branch": ("分店", "校区", "branch", "campus"),
}
NEEDED = ("number", "name")
#: A list that nobody took over within a day holds names for nothing.
KEPT_S = 86_400
NEW, CHANGE, SAME = "new", "change", "same"


class Row(msgspec.Struct, frozen=True):
    """One line judged: what it does, or why it does nothing."""

    line: int
    values: dict[str, str]
    branch: int = 0
    member: int = 0
    deed: str = ""
    problem: str = ""
    params: dict[str, int | str] = {}


class Plan(msgspec.Struct, frozen=True):
    """A whole list judged."""

    rows: tuple[Row, ...]
    #: Headings that say nothing to us.
    ignored: tuple[str, ...]

    def of(self, deed: str) -> list[Row]:
        """The rows that do this."""
        return [row for row in self.rows if row.deed == deed]

    @property
    def bad(self) -> list[Row]:
        """The rows that do nothing, each with its reason."""
        return [row for row in self.rows if row.problem]


def columns(head: Sequence[str]) -> tuple[dict[str, int], tuple[str, ...]]:
    """Where each column stands, and the headings that are none. Raises ``Refused("import.no_column")``."""
    found: dict[str, int] = {}
    ignored = []
    for at, text in enumerate(head):
        plain = "".join(text.split()).casefold()
        name = next((name for name, words in COLUMNS.items() if plain in words and name not in found), None)
        if name is None:
            ignored.append(text)
        else:
            found[name] = at
    for name in NEEDED:
        if name not in found:
            raise Refused("import.no_column", column=COLUMNS[name][0], other=name)
    return found, tuple(text for text in ignored if text)


class _Judge:
    """What rows are compared with: members and branches as they are now."""

    def __init__(self, connection: Connection, scope: Scope, branch: int, update: bool) -> None:
        whole = Scope.whole(scope.unit)
        self.scope, self.branch, self.update = scope, branch, update
        self.branches = {
            key: row["branch"]
            for row in branches(connection, whole)
            for key in (str(row["branch"]), row["name"].casefold())
        }
        self.known = {
            row.number: row for row in connection.execute(sa.select(member).where(whole.by_unit(member)))
        }
        self.lines: dict[str, int] = {}

    def row(self, line: int, values: dict[str, str]) -> Row:
        """Raises ``Refused`` with the reason why this row is a bad one."""
        where = values.pop("branch", "").casefold()
        branch = self.branches.get(where) if where else self.branch
        if branch is None or not self.scope.has(branch):
            raise Refused("branch.unknown")
        if not values.get("number"):
            raise Refused("import.no_number")
        cleaned = service.clean(
            values.get("name", ""), values["number"], values.get("phone", ""),
            values.get("department", ""), values.get("group", ""),
        )  # fmt: skip
        first = self.lines.setdefault(cleaned["number"], line)
        if first != line:
            raise Refused("import.duplicate", line=first)
        known = self.known.get(cleaned["number"])
        if known is None:
            return Row(line, cleaned, branch, 0, NEW)
        return self._known(line, values, cleaned, branch if where else known.branch, known)

    def _known(
        self, line: int, given: dict[str, str], cleaned: dict[str, str], branch: int, known: Any
    ) -> Row:
        """A column that the list does not have leaves what is there."""
        if known.state == service.ERASED or not self.scope.has(known.branch):
            raise Refused("member.number_taken")
        kept = {name: cleaned[name] if name in given else known._mapping[name] for name in cleaned}
        same = branch == known.branch and all(known._mapping[name] == kept[name] for name in kept)
        if same:
            return Row(line, kept, branch, known.member, SAME)
        if not self.update:
            raise Refused("import.known")
        return Row(line, kept, branch, known.member, CHANGE)


def plan(connection: Connection, scope: Scope, lines: Sequence[Line], branch: int, update: bool) -> Plan:
    """Judge a list; its first line is the heading. ``branch``: of rows that name none."""
    found, ignored = columns(lines[0].cells)
    judge = _Judge(connection, scope, branch, update)
    rows = []
    for line in lines[1:]:
        values = {name: line.cells[at] if at < len(line.cells) else "" for name, at in found.items()}
        try:
            rows.append(judge.row(line.number, dict(values)))
        except Refused as no:
            rows.append(Row(line.number, values, problem=no.code, params=no.params))
    return Plan(tuple(rows), ignored)


def keep(
    connection: Connection, scope: Scope, lines: list[Line], branch: int, update: bool, now: int, by: int
) -> int:
    """Put a list aside until it is taken over → its number (writes). Raises ``Refused`` if it has no heading
    that we know, or the branch is not in ``scope``."""
    columns(lines[0].cells)
    if not scope.has(branch) or branch not in {row["branch"] for row in branches(connection, scope)}:
        raise Refused("branch.unknown")
    forget(connection, scope.unit, now - KEPT_S)
    # Numbers of forgotten lists are not used again: somebody may still look at one in his browser.
    number = max(next_number(connection, member_draft, "draft", scope.unit), now - CARD_EPOCH_UNIX)
    connection.execute(
        member_draft.insert().values(
            {
                "unit_id": scope.unit, "draft": number, "branch": branch, "operator": by, "at": now,
                "update": update, "rows": msgspec.msgpack.encode(lines),
            }
        )
    )  # fmt: skip
    return number


def forget(connection: Connection, unit_id: int, before: int) -> None:
    """Throw away lists that were handed in before then (writes)."""
    connection.execute(
        member_draft.delete().where(member_draft.c.unit_id == unit_id, member_draft.c.at < before)
    )


def judged(connection: Connection, scope: Scope, number: int, by: int) -> Plan:
    """A list that was put aside, judged now. Only who handed it in sees it. Raises ``Refused``."""
    row = connection.execute(
        sa.select(member_draft).where(
            member_draft.c.unit_id == scope.unit,
            member_draft.c.draft == number,
            member_draft.c.operator == by,
        )
    ).first()
    if row is None:
        raise Refused("import.unknown")
    lines = msgspec.msgpack.decode(row.rows, type=list[Line])
    return plan(connection, scope, lines, row.branch, row._mapping["update"])


def drop(connection: Connection, unit_id: int, number: int, by: int) -> None:
    """Throw a list away (writes)."""
    mine = (member_draft.c.unit_id == unit_id) & (member_draft.c.draft == number)
    connection.execute(member_draft.delete().where(mine, member_draft.c.operator == by))


def take_over(
    connection: Connection, scope: Scope, number: int, told: tuple[int, int, int], now: int, by: int
) -> Plan:
    """Write the good rows, once (writes). ``told``: how many new, changed and bad ones the person saw.

    Raises ``Refused``: ``import.unknown`` (also when it was taken over already), ``import.changed`` when it
    would now do something else than was shown.
    """
    found = judged(connection, scope, number, by)
    new, changed = found.of(NEW), found.of(CHANGE)
    if told != (len(new), len(changed), len(found.bad)):
        raise Refused("import.changed")
    insert(connection, scope.unit, new, now)
    _update(connection, scope.unit, changed, now)
    drop(connection, scope.unit, number, by)
    log.write(
        connection, scope.unit, now, by, "member.import", str(number),
        new=len(new), changed=len(changed), bad=len(found.bad),
    )  # fmt: skip
    return found


def insert(connection: Connection, unit_id: int, rows: Sequence[Row], now: int) -> dict[str, int]:
    """New members in one go (writes) → number → key."""
    start = next_number(connection, member, "member", unit_id)
    keys = {row.values["number"]: start + at for at, row in enumerate(rows)}
    write_rows(
        connection,
        member,
        [
            _tuple({
                "unit_id": unit_id, "member": keys[row.values["number"]], "branch": row.branch,
                "made_by": None, "made_at": now, "state": "active", **row.values,
            })
            for row in rows
        ],
    )  # fmt: skip
    return keys


def _tuple(values: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(values[column.name] for column in member.c)


def _update(connection: Connection, unit_id: int, rows: Sequence[Row], now: int) -> None:
    if not rows:
        return
    names = [name for name in rows[0].values if name != "number"]
    statement = (
        member.update()
        .where(member.c.unit_id == unit_id, member.c.member == sa.bindparam("key"))
        .values({member.c[name]: sa.bindparam(f"new_{name}") for name in (*names, "branch")})
    )
    connection.execute(
        statement,
        [
            {"key": row.member, "new_branch": row.branch}
            | {f"new_{name}": row.values[name] for name in names}
            for row in rows
        ],
    )
    service.show_again(connection, unit_id, [row.member for row in rows], now)
