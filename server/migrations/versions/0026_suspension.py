"""Terminals suspended because two boxes use one key."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    """From the version before."""
    op.create_table(
        "suspension",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("terminal", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("epoch", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("released_at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("released_by", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "terminal", "epoch", name=op.f("pk_suspension")),
    )
