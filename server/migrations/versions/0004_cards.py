"""What a card's life adds: forks, lost terminals, withdrawn loads, refunds, cases of the inbox."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """From the version before."""
    op.create_table(
        "handover",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("card", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("issue", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("to_card", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("to_issue", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("asked_by", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("stop_version", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("trued_at", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.PrimaryKeyConstraint("unit_id", "card", "issue", name=op.f("pk_handover")),
    )
    op.create_index(op.f("ix_handover_unit_id_to_card"), "handover", ["unit_id", "to_card"], unique=False)
    op.create_index(op.f("ix_handover_unit_id_trued_at"), "handover", ["unit_id", "trued_at"], unique=False)
    op.create_table(
        "inference",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("card", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("issue", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("after", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("entry", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "card", "issue", "after", "place", name=op.f("pk_inference")),
    )
    op.create_table(
        "lost_link",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("card", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("issue", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("fact", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("entry", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "card", "issue", "fact", name=op.f("pk_lost_link")),
    )
    op.create_table(
        "lost_terminal",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("terminal", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("declared_by", sa.Integer(), nullable=False),
        sa.Column("second", sa.Integer(), nullable=False),
        sa.Column("fact", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "terminal", name=op.f("pk_lost_terminal")),
    )
    op.create_table(
        "proposal",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("proposal", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("exception", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("terms", sa.LargeBinary(), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("answered_by", sa.Integer(), nullable=False),
        sa.Column("answered_at", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("fact", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "proposal", name=op.f("pk_proposal")),
    )
    op.create_index(op.f("ix_proposal_unit_id_state"), "proposal", ["unit_id", "state"], unique=False)
    op.create_table(
        "refund_line",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("entry", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("quantity", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("fen", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "entry", "line", name=op.f("pk_refund_line")),
    )
    op.create_table(
        "repair",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("fact", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.Column("entry", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("operator", sa.Integer(), nullable=False),
        sa.Column("second", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "fact", name=op.f("pk_repair")),
    )
    op.create_table(
        "slip",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("outlet", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("fact", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "outlet", "day", "number", name=op.f("pk_slip")),
    )
    op.create_table(
        "stop_change",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("card", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("issue", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=12), nullable=False),
        sa.Column("outlets", sa.String(length=255), nullable=False),
        sa.Column("why", sa.String(length=64), nullable=False),
        sa.Column("at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("operator", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "version", name=op.f("pk_stop_change")),
    )
    op.create_index(op.f("ix_stop_change_unit_id_card"), "stop_change", ["unit_id", "card"], unique=False)
    op.create_table(
        "withdrawal",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("card", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("issue", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("target", sa.String(length=64), nullable=False),
        sa.Column("asked_by", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("version", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "card", "issue", "number", name=op.f("pk_withdrawal")),
    )
    op.add_column("exception", sa.Column("in_charge", sa.Integer(), server_default="0", nullable=False))
    op.add_column("exception", sa.Column("action", sa.String(length=24), nullable=True))
    op.add_column("exception", sa.Column("bearer", sa.String(length=32), nullable=True))
    op.add_column("exception", sa.Column("second", sa.Integer(), server_default="0", nullable=False))
    op.add_column("exception", sa.Column("settled_by", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("gap", sa.Column("inferred", sa.BigInteger(), server_default="0", nullable=False))
