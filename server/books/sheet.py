"""The sheet of one batch: everything the commands look at, read at once, and everything they change."""

from sqlalchemy import Connection


class Sheet:
    """Lives for one transaction of one unit."""

    def __init__(self, connection: Connection, unit: int, now: int) -> None:
        self.connection = connection
        self.unit = unit
        self.now = now

    def read(self) -> None:
        """Fetch what was asked for."""

    def write(self) -> None:
        """Write what was put down."""
