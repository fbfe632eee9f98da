"""The only writer of money: many commands, one transaction, a result each.

Every command first says what it wants to see; all of it is read at once; then each decides in memory, in
order of arrival; then everything is written as sets. The last statement takes the unit's next batch number.
"""

from collections.abc import Sequence
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection

from server.books.sheet import Sheet

R_co = TypeVar("R_co", covariant=True)


class Command(Protocol[R_co]):
    """One request to the books, and how it is decided."""

    @property
    def unit(self) -> int: ...

    @property
    def weight(self) -> int:
        """How many records it is."""
        ...

    def want(self, sheet: Sheet) -> None:
        """Name everything that ``decide`` will look at."""
        ...

    def decide(self, sheet: Sheet) -> R_co:
        """Look, decide, and put down what is to be written."""
        ...

    def parts(self) -> "Sequence[Command[Any]]":
        """Smaller commands to try one after the other when the whole fails; empty: there are none."""
        ...

    def joined(self, results: Sequence[Any]) -> Any:
        """The result of the whole from those of its parts."""
        ...


def post(connection: Connection, commands: Sequence[Command[Any]], now: int) -> list[Any]:
    """Decide and write all ``commands``; raises and writes nothing if one cannot be written."""
    results: dict[int, Any] = {}
    for unit in sorted({command.unit for command in commands}):
        mine = [(i, command) for i, command in enumerate(commands) if command.unit == unit]
        sheet = Sheet(connection, unit, now)
        for _, command in mine:
            command.want(sheet)
        sheet.read()
        for i, command in mine:
            results[i] = command.decide(sheet)
        sheet.write()
    return [results[i] for i in range(len(commands))]
