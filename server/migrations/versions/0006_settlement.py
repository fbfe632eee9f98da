"""What settlement adds: closes and their totals, contracts, statements, emptied cash boxes."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """From the version before."""
    op.create_table(
        "close",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("close", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("batch_from", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("batch_upto", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("watermarks", sa.Text(), nullable=False),
        sa.Column("differences", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.Column("seconded_by", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "close", name=op.f("pk_close")),
    )
    op.create_index(op.f("ix_close_unit_id_day"), "close", ["unit_id", "day"], unique=False)
    op.create_table(
        "close_total",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("close", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("branch", sa.Integer(), nullable=False),
        sa.Column("outlet", sa.Integer(), nullable=False),
        sa.Column("terminal", sa.Integer(), nullable=False),
        sa.Column("operator", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("debit", sa.String(length=64), nullable=False),
        sa.Column("credit", sa.String(length=64), nullable=False),
        sa.Column("currency", sa.String(length=16), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("fen", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "close", "line", name=op.f("pk_close_total")),
    )
    op.create_table(
        "collection",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("fact", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("terminal", sa.Integer(), nullable=False),
        sa.Column("booked_fen", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("counted_fen", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("metered_fen", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("attendant", sa.Integer(), nullable=False),
        sa.Column("witness", sa.Integer(), nullable=False),
        sa.Column("box", sa.String(length=64), nullable=False),
        sa.Column("at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "fact", name=op.f("pk_collection")),
    )
    op.create_index(
        op.f("ix_collection_unit_id_terminal_fact"),
        "collection",
        ["unit_id", "terminal", "fact"],
        unique=False,
    )
    op.create_table(
        "contract",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("owner", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("outlet", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("from_day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("commission", sa.Integer(), nullable=False),
        sa.Column("minimum_fen", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("gift_share", sa.Integer(), nullable=False),
        sa.Column("subsidy_share", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "owner", "outlet", "from_day", name=op.f("pk_contract")),
    )
    op.create_table(
        "statement",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("statement", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("books_epoch", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("subject", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("close_from", sa.Integer(), nullable=False),
        sa.Column("close_upto", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("payment", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("due_fen", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("paid_fen", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.PrimaryKeyConstraint("unit_id", "statement", name=op.f("pk_statement")),
    )
    op.create_index(
        op.f("ix_statement_unit_id_kind_subject"), "statement", ["unit_id", "kind", "subject"], unique=False
    )
    op.create_table(
        "statement_line",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("statement", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("outlet", sa.Integer(), nullable=False),
        sa.Column("terminal", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("fen", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("late", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "statement", "line", name=op.f("pk_statement_line")),
    )
    op.create_table(
        "statement_step",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("statement", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("step", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("by", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "statement", "step", name=op.f("pk_statement_step")),
    )
    for table in ("close", "close_total", "statement_line", "statement_step", "collection"):
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
