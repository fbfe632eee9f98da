"""Orders at other people's card terminals."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    """From the version before."""
    op.create_table(
        "foreign_payment",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("fact", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("terminal", sa.Integer(), nullable=False),
        sa.Column("shift", sa.Integer(), nullable=False),
        sa.Column("device", sa.String(length=8), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("original", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("fen", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("sold", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("back", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "fact", name=op.f("pk_foreign_payment")),
    )
    op.create_index(
        op.f("ix_foreign_payment_unit_id_terminal_shift"), "foreign_payment",
        ["unit_id", "terminal", "shift"], unique=False,
    )  # fmt: skip
