"""Alembic's way in: runs the versions on the connection that ``migrate`` holds, in its transaction."""

from alembic import context

from server.migrations import whole_metadata

_connection = context.config.attributes["connection"]
context.configure(
    connection=_connection,
    target_metadata=whole_metadata(),
    transaction_per_migration=False,
    render_as_batch=False,
)
context.run_migrations()
