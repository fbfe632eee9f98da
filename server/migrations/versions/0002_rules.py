"""What rules add: effective-dated card types, prices and calendars."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """From the version before."""
    _card_types()
    op.create_table(
        "product_terms",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("product", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("terms", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "product", name=op.f("pk_product_terms")),
    )
    op.create_table(
        "calendar",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("outlet", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("since", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("terms", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "outlet", "since", name=op.f("pk_calendar")),
    )
    op.create_table(
        "meal_price",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("entry", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("card", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "entry", name=op.f("pk_meal_price")),
    )
    op.create_index(
        op.f("ix_meal_price_unit_id_card_day"), "meal_price", ["unit_id", "card", "day"], unique=False
    )
    op.create_table(
        "count_wallet",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("card", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("until_day", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "card", "kind", name=op.f("pk_count_wallet")),
    )


def _card_types() -> None:
    """The terms that are there hold since always."""
    op.create_table(
        "card_type_terms",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("type", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("since", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("terms", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "type", "since", name=op.f("pk_card_type_terms")),
    )
    op.execute(
        "INSERT INTO card_type_terms (unit_id, type, since, terms, made_at)"
        " SELECT unit_id, type, 0, terms, 0 FROM card_type"
    )
    op.drop_table("card_type")
