"""Settings of terminals from a moment to come."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    """From the version before."""
    op.create_table(
        "planned_setting",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("plan", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("terminal", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("since", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "plan", "terminal", name=op.f("pk_planned_setting")),
    )
