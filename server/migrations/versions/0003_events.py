"""What the office's events add: promotions, subsidies, gifts, points, bills, holds and lists."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """From the version before."""
    _promotion()
    _subsidy()
    _gift()
    _credit()
    _hold()
    _issuing()


def _promotion() -> None:
    op.create_table(
        "promotion",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("promotion", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("name_en", sa.String(length=64), nullable=False),
        sa.Column("least_fen", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("gift_fen", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("each", sa.Boolean(), nullable=False),
        sa.Column("most_gift_fen", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("first", sa.Boolean(), nullable=False),
        sa.Column("once", sa.Boolean(), nullable=False),
        sa.Column("since", sa.Integer(), nullable=False),
        sa.Column("until", sa.Integer(), nullable=False),
        sa.Column("types", sa.Text(), nullable=False),
        sa.Column("gift_days", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "promotion", name=op.f("pk_promotion")),
    )
    op.create_table(
        "recharge",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("entry", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("card", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("holder", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("fen", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("gift_fen", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("gift_entry", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("promotion", sa.Integer(), nullable=False),
        sa.Column("salesperson", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "entry", name=op.f("pk_recharge")),
    )
    op.create_index(op.f("ix_recharge_unit_id_holder"), "recharge", ["unit_id", "holder"], unique=False)
    op.create_index(
        op.f("ix_recharge_unit_id_salesperson_day"),
        "recharge",
        ["unit_id", "salesperson", "day"],
        unique=False,
    )
    op.create_table(
        "salesperson",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("salesperson", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("operator", sa.Integer(), nullable=False),
        sa.Column("share", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "salesperson", name=op.f("pk_salesperson")),
    )


def _subsidy() -> None:
    op.create_table(
        "subsidy_list",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("list", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("way", sa.String(length=12), nullable=False),
        sa.Column("wallet", sa.String(length=16), nullable=False),
        sa.Column("expires_day", sa.Integer(), nullable=False),
        sa.Column("collect_until", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("approved_by", sa.Integer(), nullable=False),
        sa.Column("approved_at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("released_by", sa.Integer(), nullable=False),
        sa.Column("released_at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "list", name=op.f("pk_subsidy_list")),
    )
    op.create_table(
        "subsidy_line",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("list", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("member", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("fen", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.Column("card", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("entry", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "list", "line", name=op.f("pk_subsidy_line")),
    )
    op.create_index(
        op.f("ix_subsidy_line_unit_id_member"), "subsidy_line", ["unit_id", "member"], unique=False
    )
    op.create_index(op.f("ix_subsidy_line_unit_id_state"), "subsidy_line", ["unit_id", "state"], unique=False)
    op.create_table(
        "subsidy_grant",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("card", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("wallet", sa.String(length=16), nullable=False),
        sa.Column("list", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("fen", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("expires_day", sa.Integer(), nullable=False),
        sa.Column("cleared", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "card", "wallet", "list", "line", name=op.f("pk_subsidy_grant")),
    )
    op.create_index(
        op.f("ix_subsidy_grant_unit_id_cleared_expires_day"),
        "subsidy_grant",
        ["unit_id", "cleared", "expires_day"],
        unique=False,
    )


def _gift() -> None:
    op.create_table(
        "gift_quota",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("operator", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("month_fen", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("set_by", sa.Integer(), nullable=False),
        sa.Column("set_at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "operator", name=op.f("pk_gift_quota")),
    )
    op.create_table(
        "gift",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("entry", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("operator", sa.Integer(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("card", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("fen", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "entry", name=op.f("pk_gift")),
    )
    op.create_index(
        op.f("ix_gift_unit_id_operator_month"), "gift", ["unit_id", "operator", "month"], unique=False
    )
    op.create_table(
        "reward",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("reward", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("name_en", sa.String(length=64), nullable=False),
        sa.Column("points", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("fen", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("stock", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "reward", name=op.f("pk_reward")),
    )
    op.create_table(
        "redeemed",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("entry", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("reward", sa.Integer(), nullable=False),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.Column("card", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("points", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "entry", name=op.f("pk_redeemed")),
    )
    op.create_index(op.f("ix_redeemed_unit_id_reward"), "redeemed", ["unit_id", "reward"], unique=False)


def _credit() -> None:
    op.create_table(
        "cost_centre",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("centre", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("limit_fen", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "centre", name=op.f("pk_cost_centre")),
    )
    op.create_table(
        "centre_meal",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("entry", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("centre", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "entry", name=op.f("pk_centre_meal")),
    )
    op.create_index(op.f("ix_centre_meal_unit_id_centre"), "centre_meal", ["unit_id", "centre"], unique=False)
    op.create_table(
        "credit_move",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("debtor", sa.String(length=64), nullable=False),
        sa.Column("entry", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("fen", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("bill", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "debtor", "entry", name=op.f("pk_credit_move")),
    )
    op.create_index(op.f("ix_credit_move_unit_id_bill"), "credit_move", ["unit_id", "bill"], unique=False)
    op.create_table(
        "credit_bill",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("bill", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("debtor", sa.String(length=64), nullable=False),
        sa.Column("until", sa.Integer(), nullable=False),
        sa.Column("opening_fen", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("charged_fen", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("paid_fen", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "bill", name=op.f("pk_credit_bill")),
    )
    op.create_index(op.f("ix_credit_bill_unit_id_debtor"), "credit_bill", ["unit_id", "debtor"], unique=False)


def _hold() -> None:
    op.create_table(
        "hold",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("hold", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("card", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("issue", sa.Integer(), nullable=False),
        sa.Column("outlet", sa.Integer(), nullable=False),
        sa.Column("owner", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=32), nullable=False),
        sa.Column("fen", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("until", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("opened_by", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("due_fen", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("ended_by", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("ended_at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "hold", name=op.f("pk_hold")),
    )
    op.create_index(op.f("ix_hold_unit_id_state_until"), "hold", ["unit_id", "state", "until"], unique=False)
    op.create_table(
        "adjustment",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("adjustment", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("debit", sa.String(length=64), nullable=False),
        sa.Column("credit", sa.String(length=64), nullable=False),
        sa.Column("fen", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("currency", sa.String(length=16), nullable=False),
        sa.Column("card", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=False),
        sa.Column("decided_at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("entry", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "adjustment", name=op.f("pk_adjustment")),
    )
    op.create_index(op.f("ix_adjustment_unit_id_state"), "adjustment", ["unit_id", "state"], unique=False)


def _issuing() -> None:
    op.create_table(
        "issue_list",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("list", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("type", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "list", name=op.f("pk_issue_list")),
    )
    op.create_table(
        "issue_line",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("list", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("member", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("opening_fen", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("asked", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("card", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "list", "line", name=op.f("pk_issue_line")),
    )
    op.create_index(
        op.f("ix_issue_line_unit_id_list_state"), "issue_line", ["unit_id", "list", "state"], unique=False
    )
