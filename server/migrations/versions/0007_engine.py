"""What the engine adds: the month of each posting; on PostgreSQL a partition for each month."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_COLUMNS = ("unit_id", "entry", "line", "debit", "credit", "fen", "currency")


def upgrade() -> None:
    """From the version before: the table is made anew, since a key changes; what is in it goes along."""
    sqlite = op.get_context().dialect.name == "sqlite"
    if sqlite:
        for verb in ("update", "delete"):
            op.execute(f"DROP TRIGGER posting_no_{verb}")
    else:
        op.execute("DROP TRIGGER posting_append_only ON posting")
        op.execute("ALTER TABLE posting DROP CONSTRAINT pk_posting")
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
        sa.ForeignKeyConstraint(
            ["unit_id", "entry"], ["entry.unit_id", "entry.entry"], name=op.f("fk_posting_unit_id_entry")
        ),
        sa.PrimaryKeyConstraint("unit_id", "entry", "line", "month", name=op.f("pk_posting")),
        sqlite_with_rowid=False,
        postgresql_partition_by="RANGE (month)",
    )
    if sqlite:
        _copy("CAST(strftime('%Y%m', '2020-01-01', '+' || entry.day || ' days') AS INTEGER)")
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER posting_no_{verb.lower()} BEFORE {verb} ON posting "
                "BEGIN SELECT RAISE(ABORT, 'posting is append-only'); END"
            )
    else:
        _divide()
    op.drop_table("posting_old")


def _divide() -> None:
    month = "to_char(date '2020-01-01' + entry.day, 'YYYYMM')::int"
    asked = f"SELECT DISTINCT {month} FROM entry"  # noqa: S608
    guard = "BEFORE UPDATE OR DELETE OR TRUNCATE ON {0} FOR EACH STATEMENT EXECUTE FUNCTION append_only()"
    for (number,) in op.get_bind().exec_driver_sql(asked).all():
        name = f"posting_{number}"
        op.execute(f"CREATE TABLE {name} PARTITION OF posting FOR VALUES FROM ({number}) TO ({number + 1})")
        op.execute(f"CREATE TRIGGER {name}_append_only {guard.format(name)}")
    _copy(month)
    op.execute(f"CREATE TRIGGER posting_append_only {guard.format('posting')}")


def _copy(month: str) -> None:
    old = ", ".join(f"posting_old.{name}" for name in _COLUMNS)
    op.execute(
        f"INSERT INTO posting ({', '.join(_COLUMNS)}, month) SELECT {old}, {month} FROM posting_old "  # noqa: S608
        "JOIN entry ON entry.unit_id = posting_old.unit_id AND entry.entry = posting_old.entry"
    )
