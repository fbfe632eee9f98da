"""No constraint looks on any more when postings are written.

The one writer makes an entry and its postings in one statement, and reconciliation finds a posting without an
entry; asking the entries again for every posting was a tenth of the database's work for a sale.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

_COLUMNS = "unit_id, entry, line, debit, credit, fen, currency, month"


def upgrade() -> None:
    """From the version before. SQLite cannot drop a constraint: there the table is made anew."""
    if op.get_context().dialect.name != "sqlite":
        op.drop_constraint(op.f("fk_posting_unit_id_entry"), "posting", type_="foreignkey")
        return
    for verb in ("update", "delete"):
        op.execute(f"DROP TRIGGER posting_no_{verb}")
    op.rename_table("posting", "posting_old")
    op.create_table(
        "posting",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("entry", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("debit", sa.String(length=64), nullable=False),
        sa.Column("credit", sa.String(length=64), nullable=False),
        sa.Column("fen", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("currency", sa.String(length=16), nullable=False),
        sa.Column("month", sa.Integer(), autoincrement=False, nullable=False),
        sa.CheckConstraint("debit <> credit", name=op.f("ck_posting_two_sides")),
        sa.CheckConstraint("fen > 0", name=op.f("ck_posting_positive")),
        sa.PrimaryKeyConstraint("unit_id", "entry", "line", "month", name=op.f("pk_posting")),
        sqlite_with_rowid=False,
    )
    op.execute(f"INSERT INTO posting ({_COLUMNS}) SELECT {_COLUMNS} FROM posting_old")  # noqa: S608
    op.drop_table("posting_old")
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER posting_no_{verb.lower()} BEFORE {verb} ON posting "
            "BEGIN SELECT RAISE(ABORT, 'posting is append-only'); END"
        )
