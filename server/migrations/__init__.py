"""Making and updating the database, the same way on both engines and inside one transaction.

A new version is drafted by ``python -m server.migrations <what it does>`` against an empty SQLite and then
read by a person; a test holds that migrating from nothing gives exactly the tables of the metadata.
"""

import importlib
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData

from server.db import Database, metadata

_HOME = Path(__file__).parent


def whole_metadata() -> MetaData:
    """The metadata with every table of the server in it: each folder's ``tables.py``."""
    for path in sorted(_HOME.parent.glob("*/tables.py")):
        importlib.import_module(f"server.{path.parent.name}.tables")
    return metadata


def config(connection: Connection) -> Config:
    """Alembic's settings for one open connection; there is no ini file to go out of step."""
    made = Config()
    made.set_main_option("script_location", str(_HOME))
    made.attributes["connection"] = connection
    return made


def upgrade(connection: Connection) -> None:
    """Bring this database to the newest version; one that is there already stays as it is."""
    settings = config(connection)
    if MigrationContext.configure(connection).get_current_revision() != newest():
        command.upgrade(settings, "head")


def newest() -> str:
    """The version this code wants."""
    made = Config()
    made.set_main_option("script_location", str(_HOME))
    head = ScriptDirectory.from_config(made).get_current_head()
    assert head is not None
    return head


async def migrate(db: Database) -> None:
    """Make the database, or bring it up to date: all or nothing."""
    await db.write(upgrade)
