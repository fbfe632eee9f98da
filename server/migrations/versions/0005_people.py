"""What organisation and people add: owners in grants, sealed values, imports, take-over, going live."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

#: Rights that are split off from what the role of an administrator could do before.
NEW_RIGHTS = ("console.organisation", "console.log", "console.person", "console.system")


def upgrade() -> None:
    """From the version before."""
    _grants()
    _roles()
    op.create_index("ix_operation_log_unit_id_subject", "operation_log", ["unit_id", "subject"])
    op.create_index(
        "ix_operation_log_unit_id_writer_prev", "operation_log", ["unit_id", "writer", "prev"], unique=True
    )
    op.add_column("unit", sa.Column("live_at", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("member", sa.Column("group", sa.String(64), nullable=False, server_default=sa.text("''")))
    op.add_column("member", sa.Column("state", sa.String(16), nullable=False, server_default="active"))
    _people()
    op.create_table(
        "reset_request",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("asked_at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("unit_id", name="pk_reset_request"),
    )


def _grants() -> None:
    """A grant may be limited to one owner. Its key grows, so the small table is made anew."""
    rows = op.get_bind().execute(sa.text("SELECT unit_id, operator, role, branch FROM operator_grant")).all()
    op.drop_table("operator_grant")
    grant = op.create_table(
        "operator_grant",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("operator", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("role", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("branch", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("owner", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "operator", "role", "branch", "owner", name="pk_operator_grant"),
    )
    names = ("unit_id", "operator", "role", "branch")
    op.bulk_insert(grant, [dict(zip(names, row, strict=True)) | {"owner": 0} for row in rows])


def _roles() -> None:
    """Who could manage operators was the administrator: his role gets the new rights too."""
    bind = op.get_bind()
    for unit, role, held in bind.execute(sa.text("SELECT unit_id, role, permissions FROM role")).all():
        if "console.operator" in held.split():
            bind.execute(
                sa.text("UPDATE role SET permissions = :held WHERE unit_id = :unit AND role = :role"),
                {"held": " ".join([*held.split(), *NEW_RIGHTS]), "unit": unit, "role": role},
            )


def _people() -> None:
    op.create_table(
        "member_key",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("member", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "member", name="pk_member_key"),
    )
    op.create_table(
        "member_photo",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("member", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("image", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "member", name="pk_member_photo"),
    )
    op.create_table(
        "member_draft",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("draft", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("branch", sa.Integer(), nullable=False),
        sa.Column("operator", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("update", sa.Boolean(), nullable=False),
        sa.Column("rows", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "draft", name="pk_member_draft"),
    )
    op.create_table(
        "takeover",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("takeover", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("branch", sa.Integer(), nullable=False),
        sa.Column("type", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("rows", sa.LargeBinary(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("fen", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("drafted_at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("drafted_by", sa.Integer(), nullable=False),
        sa.Column("agreed_at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("agreed_by", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "takeover", name="pk_takeover"),
        sa.UniqueConstraint("unit_id", "digest", name="uq_takeover_unit_id_digest"),
    )
