"""Before which closes everything was read."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """From the version before."""
    op.create_table(
        "close_reading",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("close", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("entries", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("postings", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "close", name=op.f("pk_close_reading")),
    )
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER close_reading_no_{verb.lower()} BEFORE {verb} ON close_reading "
                "BEGIN SELECT RAISE(ABORT, 'close_reading is append-only'); END"
            )
        return
    op.execute(
        "CREATE TRIGGER close_reading_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON close_reading "
        "FOR EACH STATEMENT EXECUTE FUNCTION append_only()"
    )
