"""What the front desk at a till needs: members' PINs, slips of kiosks, holds on purse cards, its rights."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

#: Rights that are new; whoever may manage operators gets them, or nobody could ever hand them out.
NEW_RIGHTS = (
    "pos.refund",
    "pos.hold",
    "desk.payout",
    "desk.replace",
    "desk.correct",
    "desk.gift",
    "desk.points",
    "desk.remit",
)


def upgrade() -> None:
    """From the version before."""
    op.create_table(
        "member_pin",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("member", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("verifier", sa.String(length=160), nullable=False),
        sa.Column("changed_by", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "member", name=op.f("pk_member_pin")),
    )
    op.create_table(
        "claim",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("claim", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("terminal", sa.Integer(), nullable=False),
        sa.Column("fen", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("paid_by", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("paid_at", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.PrimaryKeyConstraint("unit_id", "claim", name=op.f("pk_claim")),
    )
    op.create_table(
        "hold_sale",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("hold", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("sale", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "hold", name=op.f("pk_hold_sale")),
    )
    op.create_index(op.f("ix_hold_sale_unit_id_sale"), "hold_sale", ["unit_id", "sale"], unique=True)
    bind = op.get_bind()
    for unit, role, held in bind.execute(sa.text("SELECT unit_id, role, permissions FROM role")).all():
        if "console.operator" in held.split():
            bind.execute(
                sa.text("UPDATE role SET permissions = :held WHERE unit_id = :unit AND role = :role"),
                {"held": " ".join([*held.split(), *NEW_RIGHTS]), "unit": unit, "role": role},
            )
