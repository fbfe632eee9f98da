"""What the office knows of its terminals and tells them: balances, commands, notices, sticks, backups."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """From the version before."""
    op.create_table(
        "account_row",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("card", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("issue", sa.Integer(), nullable=False),
        sa.Column("type", sa.Integer(), nullable=False),
        sa.Column("fen", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("branch", sa.Integer(), nullable=False),
        sa.Column("version", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("moved", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "card", name=op.f("pk_account_row")),
    )
    op.create_index(
        op.f("ix_account_row_unit_id_version"), "account_row", ["unit_id", "version"], unique=False
    )
    op.create_table(
        "acknowledged",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("terminal", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=16), nullable=False),
        sa.Column("version", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("since", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "terminal", "name", name=op.f("pk_acknowledged")),
    )
    op.create_table(
        "backup",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("backup", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("begun_at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("done_at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("note", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "backup", name=op.f("pk_backup")),
    )
    op.create_table(
        "backup_mark",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("backup", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("terminal", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("epoch", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("received", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "backup", "terminal", "epoch", name=op.f("pk_backup_mark")),
    )
    op.create_table(
        "beat",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("terminal", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "terminal", name=op.f("pk_beat")),
    )
    op.create_table(
        "bundle",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("terminal", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("way", sa.String(length=4), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "terminal", "way", "number", name=op.f("pk_bundle")),
    )
    op.create_table(
        "command",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("command", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("terminal", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("given", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.Column("until", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("said", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "command", name=op.f("pk_command")),
    )
    op.create_index(
        op.f("ix_command_unit_id_terminal_ended_at"),
        "command",
        ["unit_id", "terminal", "ended_at"],
        unique=False,
    )
    op.create_table(
        "command_part",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("command", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("part", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "command", "part", name=op.f("pk_command_part")),
    )
    op.create_table(
        "notice",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("notice", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("since", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("until", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "notice", name=op.f("pk_notice")),
    )
    op.create_table(
        "traffic",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("terminal", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("up", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("down", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "terminal", "day", name=op.f("pk_traffic")),
    )
