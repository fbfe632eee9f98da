"""What tills tell beside money: why something was taken back, and each shift's close."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """From the version before."""
    op.create_table(
        "remark",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("entry", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.Column("supervisor", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["unit_id", "entry"], ["entry.unit_id", "entry.entry"], name=op.f("fk_remark_unit_id_entry")
        ),
        sa.PrimaryKeyConstraint("unit_id", "entry", name=op.f("pk_remark")),
    )
    op.create_table(
        "shift_close",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("fact", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("terminal", sa.Integer(), nullable=False),
        sa.Column("shift", sa.Integer(), nullable=False),
        sa.Column("z", sa.Integer(), nullable=False),
        sa.Column("operator", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("first", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("last", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("float_fen", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("expected_fen", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("counted_fen", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "fact", name=op.f("pk_shift_close")),
    )
    op.create_index(
        op.f("ix_shift_close_unit_id_operator_day"),
        "shift_close",
        ["unit_id", "operator", "day"],
        unique=False,
    )
    for table in ("remark", "shift_close"):
        _guard(table)


def _guard(table: str) -> None:
    """Only ever added to, as the books are."""
    if op.get_context().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION append_only()"
    )
