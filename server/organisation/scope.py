"""Which places somebody may look at, as one value that every query of the office takes. F: H2

A place is (branch, owner), 0 standing for all of them: (0, 0) is the whole unit, (2, 0) a branch manager's,
(0, 3) an owner's. People belong to branches and to no owner, so an owner sees none. Says nothing about
*what* may be done there: that is the permission under which a scope was asked for.
"""

from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy import Table
from sqlalchemy.sql.elements import ColumnElement

from server.organisation.tables import outlet
from server.terminals.tables import terminal

Place = tuple[int, int]
EVERYWHERE: Place = (0, 0)


class Scope(msgspec.Struct, frozen=True):
    """A unit and places in it; its methods are conditions on rows: ``….where(scope.by_outlet(table))``."""

    unit: int
    places: frozenset[Place]

    @classmethod
    def whole(cls, unit: int) -> "Scope":
        """The server's own view, and that of who holds a permission for the whole unit."""
        return cls(unit, frozenset((EVERYWHERE,)))

    @property
    def is_whole(self) -> bool:
        """Whether nothing of the unit is hidden."""
        return EVERYWHERE in self.places

    @property
    def branches(self) -> frozenset[int]:
        """Branches seen with all that is in them; 0 among them stands for all."""
        return frozenset(branch for branch, owner in self.places if owner == 0)

    @property
    def owners(self) -> frozenset[int]:
        """Owners seen in all their branches; 0 among them stands for all."""
        return frozenset(owner for branch, owner in self.places if branch == 0)

    @property
    def sees_people(self) -> bool:
        """Whether any member can be in it."""
        return bool(self.branches)

    def has(self, branch: int, owner: int = 0) -> bool:
        """Whether a place lies in here; (2, 0) lies in (0, 0), never in (2, 3)."""
        return not self.places.isdisjoint({(b, o) for b in (0, branch) for o in (0, owner)})

    def by_unit(self, table: Table) -> ColumnElement[bool]:
        """Rows that belong to the unit as a whole and hide from nobody in it: names of card types, roles."""
        return table.c.unit_id == self.unit

    def by_whole(self, table: Table) -> ColumnElement[bool]:
        """Rows that only who sees the whole unit may see."""
        return self.by_unit(table) & (sa.true() if self.is_whole else sa.false())

    def by_branch(self, table: Table) -> ColumnElement[bool]:
        """Rows with a ``branch``: members, and branches themselves."""
        if 0 in self.branches:
            return self.by_unit(table)
        return self.by_unit(table) & table.c.branch.in_(self.branches)

    def by_owner(self, table: Table) -> ColumnElement[bool]:
        """Rows with an ``owner`` that are his alone wherever he sells: statements, owners themselves."""
        if 0 in self.owners:
            return self.by_unit(table)
        return self.by_unit(table) & table.c.owner.in_(self.owners)

    def by_place(self, table: Table) -> ColumnElement[bool]:
        """Rows with a ``branch`` and an ``owner``: outlets, grants."""
        if self.is_whole:
            return self.by_unit(table)
        mine: list[ColumnElement[bool]] = [sa.false()]
        for branch, owner in sorted(self.places):
            here: list[ColumnElement[bool]] = [table.c.branch == branch] if branch else []
            mine.append(sa.and_(*here, *([table.c.owner == owner] if owner else [])))
        return self.by_unit(table) & sa.or_(*mine)

    def outlets(self) -> sa.Select[Any]:
        """Numbers of the outlets in here, to be used inside another query."""
        return sa.select(outlet.c.outlet).where(self.by_place(outlet))

    def by_outlet(self, table: Table) -> ColumnElement[bool]:
        """Rows with an ``outlet``."""
        if self.is_whole:
            return self.by_unit(table)
        return self.by_unit(table) & table.c.outlet.in_(self.outlets())

    def by_terminal(self, table: Table) -> ColumnElement[bool]:
        """Rows with a ``terminal``."""
        if self.is_whole:
            return self.by_unit(table)
        mine = sa.select(terminal.c.terminal).where(self.by_outlet(terminal))
        return self.by_unit(table) & table.c.terminal.in_(mine)

    def by_sale(self, table: Table) -> ColumnElement[bool]:
        """Rows with ``outlet``, ``owner`` and ``terminal``: entries. What was sold stays with the owner of
        that day, even if the outlet or the till is another's now; what names none goes by its terminal."""
        if self.is_whole:
            return self.by_unit(table)
        mine: list[ColumnElement[bool]] = [sa.false()]
        for branch, owner in sorted(self.places):
            here = sa.select(outlet.c.outlet).where(outlet.c.unit_id == self.unit)
            if branch:
                here = here.where(outlet.c.branch == branch)
            mine.append(sa.and_(table.c.outlet.in_(here), *([table.c.owner == owner] if owner else [])))
        nowhere = (table.c.outlet == 0) & self.by_terminal(table)
        return self.by_unit(table) & sa.or_(*mine, nowhere)
