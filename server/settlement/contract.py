"""What an owner's contract takes off his takings. Pure sums; agreements are effective-dated. F: G7

commission = rate × (net sales − the owner's part of gifts and subsidies), at least the statement's minimum.
Rounded half up, once per agreement and outlet, so that a sum never depends on how it was cut into days.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import msgspec
from sqlalchemy import Connection, select

from onecard.books.events.settle import Due
from onecard.clock import day_of_card
from onecard.errors import Refused
from server.db import write_rows
from server.organisation.tables import outlet as outlets
from server.settlement import tables

#: Shares and rates are hundredths of a percent.
WHOLE = 10_000


class Contract(msgspec.Struct, frozen=True):
    """``outlet`` 0: all outlets of the owner that have no agreement of their own."""

    owner: int
    outlet: int
    from_day: int
    commission: int = 0
    minimum_fen: int = 0
    gift_share: int = 0
    subsidy_share: int = 0


class Taking(msgspec.Struct, frozen=True):
    """What came in at an outlet on a day, fen; ``wallet``: which pocket paid."""

    day: int
    outlet: int
    wallet: str
    fen: int


def agree(connection: Connection, unit: int, contract: Contract, by: int, now: int) -> None:
    """A new agreement (writes). Raises ``Refused``: ``contract.share``, ``contract.outlet``,
    ``contract.past`` when a confirmed statement already covers its first day."""
    shares = (contract.commission, contract.gift_share, contract.subsidy_share)
    if not all(0 <= share <= WHOLE for share in shares) or contract.minimum_fen < 0:
        raise Refused("contract.share")
    mine = (outlets.c.unit_id == unit, outlets.c.outlet == contract.outlet, outlets.c.owner == contract.owner)
    if contract.outlet and connection.execute(select(outlets.c.outlet).where(*mine)).first() is None:
        raise Refused("contract.outlet", outlet=contract.outlet)
    covered = _covered(connection, unit, contract.owner)
    if contract.from_day <= covered:
        raise Refused("contract.past", day=day_of_card(covered).isoformat())
    row = (unit, *msgspec.structs.astuple(contract), by, now)
    write_rows(connection, tables.contract, [row], replace=True)


def _covered(connection: Connection, unit: int, owner: int) -> int:
    """The last day an owner's statements reach, 0 = none."""
    table, close = tables.statement, tables.close
    query = (
        select(close.c.day)
        .join(table, (table.c.unit_id == close.c.unit_id) & (table.c.close_upto == close.c.close))
        .where(table.c.unit_id == unit, table.c.kind == "owner", table.c.subject == owner)
        .where(table.c.state.not_in(("drafted", "dropped")))
    )
    return max(connection.execute(query).scalars(), default=0)


def contracts(connection: Connection, unit: int, owner: int) -> list[Contract]:
    """All agreements of one owner, oldest first."""
    table = tables.contract
    query = select(table).where(table.c.unit_id == unit, table.c.owner == owner)
    rows = connection.execute(query.order_by(table.c.from_day, table.c.outlet))
    return [Contract(*row[1:8]) for row in rows]


def in_force(agreed: Sequence[Contract], outlet: int, day: int) -> Contract | None:
    """The newest agreement for an outlet on a day; its own before the general one."""
    for place in (outlet, 0):
        found = [one for one in agreed if one.outlet == place and one.from_day <= day]
        if found:
            return max(found, key=lambda one: one.from_day)
    return None


def dues(agreed: Sequence[Contract], takings: Iterable[Taking]) -> tuple[Due, ...]:
    """What each outlet is paid and what comes off, by the agreements in force on each day."""
    payable: dict[int, int] = defaultdict(int)
    parts: dict[Contract, dict[int, dict[str, int]]] = {}
    for one in takings:
        payable[one.outlet] += one.fen
        contract = in_force(agreed, one.outlet, one.day)
        if contract is not None:
            pocket = next((kind for kind in ("gift", "subsidy") if one.wallet.startswith(kind)), "real")
            sums = parts.setdefault(contract, {}).setdefault(one.outlet, defaultdict(int))
            sums[pocket] += one.fen
    commission: dict[int, int] = defaultdict(int)
    gift: dict[int, int] = defaultdict(int)
    subsidy: dict[int, int] = defaultdict(int)
    for contract, by_outlet in parts.items():
        taken = _commissions(contract, by_outlet, gift, subsidy)
        for outlet, fen in taken.items():
            commission[outlet] += fen
    return tuple(
        Due(outlet, fen, commission[outlet], gift[outlet], subsidy[outlet])
        for outlet, fen in sorted(payable.items())
    )


def _commissions(
    contract: Contract,
    by_outlet: Mapping[int, Mapping[str, int]],
    gift: dict[int, int],
    subsidy: dict[int, int],
) -> dict[int, int]:
    taken: dict[int, int] = {}
    for outlet, sums in sorted(by_outlet.items()):
        own_gift = _share(sums.get("gift", 0), contract.gift_share)
        own_subsidy = _share(sums.get("subsidy", 0), contract.subsidy_share)
        gift[outlet] += own_gift
        subsidy[outlet] += own_subsidy
        taken[outlet] = _share(sum(sums.values()) - own_gift - own_subsidy, contract.commission)
    missing = contract.minimum_fen - sum(taken.values())
    if contract.minimum_fen and missing > 0:
        taken[min(taken)] += missing
    return taken


def _share(fen: int, share: int) -> int:
    """Half up, the same for what is taken back."""
    part = (abs(fen) * share + WHOLE // 2) // WHOLE
    return part if fen >= 0 else -part
