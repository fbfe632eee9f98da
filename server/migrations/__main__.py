"""``python -m server.migrations <what it does>``: draft the next version from what the tables say now."""

import sys

import sqlalchemy as sa
from alembic import command

from server.migrations import config, newest, upgrade, whole_metadata


def main(message: str) -> None:
    """Compare the newest version with the metadata and write the difference down."""
    whole_metadata()
    number = int(newest()) + 1 if any(_versions()) else 1
    engine = sa.create_engine("sqlite://")
    with engine.begin() as connection:
        if number > 1:
            upgrade(connection)
        command.revision(config(connection), message, autogenerate=True, rev_id=f"{number:04d}")


def _versions() -> list[str]:
    from pathlib import Path

    return [path.name for path in Path(__file__).parent.glob("versions/*.py")]


if __name__ == "__main__":
    main(" ".join(sys.argv[1:]))
