"""The first version: every table, and the triggers that make the books append-only."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "asked",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("asked", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("question", sa.LargeBinary(), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "kind", "asked", name=op.f("pk_asked")),
    )
    op.create_table(
        "attempt",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("target", sa.String(length=96), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("until", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("last_at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "target", name=op.f("pk_attempt")),
    )
    op.create_table(
        "batch",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("batch", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("batch_no", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("books_epoch", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "batch", name=op.f("pk_batch")),
    )
    op.create_index(op.f("ix_batch_unit_id_batch_no"), "batch", ["unit_id", "batch_no"], unique=True)
    op.create_table(
        "branch",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("branch", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "branch", name=op.f("pk_branch")),
    )
    op.create_table(
        "card",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("card", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("issue", sa.Integer(), nullable=False),
        sa.Column("type", sa.Integer(), nullable=False),
        sa.Column("member", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("since", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "card", name=op.f("pk_card")),
    )
    op.create_index(op.f("ix_card_unit_id_member"), "card", ["unit_id", "member"], unique=False)
    op.create_table(
        "card_type",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("type", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("terms", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "type", name=op.f("pk_card_type")),
    )
    op.create_table(
        "chain",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("card", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("issue", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("counter", sa.Integer(), nullable=False),
        sa.Column("head", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("after_0", sa.Integer(), nullable=False),
        sa.Column("after_1", sa.Integer(), nullable=False),
        sa.Column("after_2", sa.Integer(), nullable=False),
        sa.Column("after_3", sa.Integer(), nullable=False),
        sa.Column("gaps", sa.Integer(), nullable=False),
        sa.Column("forks", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "card", "issue", name=op.f("pk_chain")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "console_session",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("operator", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seen_at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("proved_at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "token_hash", name=op.f("pk_console_session")),
    )
    op.create_table(
        "contact",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("terminal", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seen_at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("pending", sa.Integer(), nullable=False),
        sa.Column("app", sa.String(length=64), nullable=False),
        sa.Column("health", sa.Text(), nullable=False),
        sa.Column("have", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "terminal", name=op.f("pk_contact")),
    )
    op.create_table(
        "counter",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=16), nullable=False),
        sa.Column("value", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "name", name=op.f("pk_counter")),
    )
    op.create_table(
        "document",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=16), nullable=False),
        sa.Column("scope", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("effective_from", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "name", "scope", "version", name=op.f("pk_document")),
    )
    op.create_table(
        "document_version",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=16), nullable=False),
        sa.Column("version", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("changed_at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "name", name=op.f("pk_document_version")),
    )
    op.create_table(
        "enrolment_code",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("terminal", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("public_key", sa.String(length=64), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "code_hash", name=op.f("pk_enrolment_code")),
    )
    op.create_table(
        "entry",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("entry", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("fact", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("card", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("issue", sa.Integer(), nullable=False),
        sa.Column("outlet", sa.Integer(), nullable=False),
        sa.Column("owner", sa.Integer(), nullable=False),
        sa.Column("operator", sa.Integer(), nullable=False),
        sa.Column("shift", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("fen", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("balance_fen", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("corrects", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("terminal", sa.Integer(), nullable=False),
        sa.Column("batch", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "entry", name=op.f("pk_entry")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_entry_unit_id_card_at"), "entry", ["unit_id", "card", "at"], unique=False)
    op.create_table(
        "evidence",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("fact", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("by", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("counter", sa.Integer(), nullable=False),
        sa.Column("last", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("older_counter", sa.Integer(), nullable=False),
        sa.Column("older_last", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "fact", "by", name=op.f("pk_evidence")),
    )
    op.create_table(
        "exception",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("exception", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("fact", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("card", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("issue", sa.Integer(), nullable=False),
        sa.Column("terminal", sa.Integer(), nullable=False),
        sa.Column("fen", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("closed_at", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("closed_by", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "exception", name=op.f("pk_exception")),
    )
    op.create_index(
        op.f("ix_exception_unit_id_closed_at"), "exception", ["unit_id", "closed_at"], unique=False
    )
    op.create_index(
        op.f("ix_exception_unit_id_kind_subject"), "exception", ["unit_id", "kind", "subject"], unique=True
    )
    op.create_table(
        "fact",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("fact", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=True),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.Column("entry", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("balance_fen", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.PrimaryKeyConstraint("unit_id", "fact", name=op.f("pk_fact")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "gap",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("card", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("issue", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("after", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("missing", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("counter", sa.Integer(), nullable=False),
        sa.Column("since", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "card", "issue", "after", name=op.f("pk_gap")),
    )
    op.create_table(
        "holder",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("card", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("member", sa.Integer(), nullable=False),
        sa.Column("type", sa.Integer(), nullable=False),
        sa.Column("version", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "card", name=op.f("pk_holder")),
    )
    op.create_index(op.f("ix_holder_unit_id_member"), "holder", ["unit_id", "member"], unique=False)
    op.create_index(op.f("ix_holder_unit_id_version"), "holder", ["unit_id", "version"], unique=False)
    op.create_table(
        "issue",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("card", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("issue", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("until_day", sa.Integer(), nullable=False),
        sa.Column("deposit_fen", sa.Integer(), nullable=False),
        sa.Column("fee_fen", sa.Integer(), nullable=False),
        sa.Column("asked_by", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("issued_by", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.PrimaryKeyConstraint("unit_id", "card", "issue", name=op.f("pk_issue")),
    )
    op.create_index(op.f("ix_issue_unit_id_asked_by"), "issue", ["unit_id", "asked_by"], unique=True)
    op.create_index(op.f("ix_issue_unit_id_uid"), "issue", ["unit_id", "uid"], unique=False)
    op.create_table(
        "link",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("card", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("issue", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("counter", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("fact", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("prev", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("before_0", sa.Integer(), nullable=False),
        sa.Column("before_1", sa.Integer(), nullable=False),
        sa.Column("before_2", sa.Integer(), nullable=False),
        sa.Column("before_3", sa.Integer(), nullable=False),
        sa.Column("after_0", sa.Integer(), nullable=False),
        sa.Column("after_1", sa.Integer(), nullable=False),
        sa.Column("after_2", sa.Integer(), nullable=False),
        sa.Column("after_3", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "card", "issue", "counter", "fact", name=op.f("pk_link")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "load",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("card", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("issue", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("wallet", sa.String(length=16), nullable=False),
        sa.Column("fen", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("expires_day", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("version", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("made_by", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("made_at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("applied_by", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("applied_fen", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.PrimaryKeyConstraint("unit_id", "card", "issue", "number", name=op.f("pk_load")),
    )
    op.create_index(op.f("ix_load_unit_id_version"), "load", ["unit_id", "version"], unique=False)
    op.create_table(
        "member",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("member", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("phone", sa.String(length=64), nullable=False),
        sa.Column("department", sa.String(length=64), nullable=False),
        sa.Column("branch", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.String(length=32), nullable=True),
        sa.Column("made_at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "member", name=op.f("pk_member")),
        sa.UniqueConstraint("unit_id", "made_by", name=op.f("uq_member_unit_id_made_by")),
        sa.UniqueConstraint("unit_id", "number", name=op.f("uq_member_unit_id_number")),
    )
    op.create_index(op.f("ix_member_unit_id_name"), "member", ["unit_id", "name"], unique=False)
    op.create_table(
        "note",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("fact", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("terminal", sa.Integer(), nullable=False),
        sa.Column("acceptor", sa.String(length=64), nullable=False),
        sa.Column("boot", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("cycle", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("fen", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("used_by", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.PrimaryKeyConstraint("unit_id", "fact", name=op.f("pk_note")),
    )
    op.create_index(
        op.f("ix_note_unit_id_terminal_acceptor_boot_cycle"),
        "note",
        ["unit_id", "terminal", "acceptor", "boot", "cycle"],
        unique=True,
    )
    op.create_table(
        "open_tap",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("fact", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("card", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("issue", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("fen", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("counter", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("given_up_by", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("given_up_at", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.PrimaryKeyConstraint("unit_id", "fact", name=op.f("pk_open_tap")),
    )
    op.create_index(op.f("ix_open_tap_unit_id_card"), "open_tap", ["unit_id", "card"], unique=False)
    op.create_table(
        "operation_head",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("writer", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "writer", name=op.f("pk_operation_head")),
    )
    op.create_table(
        "operation_log",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("writer", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("operator", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("prev", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "writer", "seq", name=op.f("pk_operation_log")),
    )
    op.create_index(op.f("ix_operation_log_unit_id_at"), "operation_log", ["unit_id", "at"], unique=False)
    op.create_table(
        "operator",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("operator", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("login", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("pin", sa.String(length=160), nullable=False),
        sa.Column("password", sa.String(length=160), nullable=False),
        sa.Column("must_change", sa.Boolean(), nullable=False),
        sa.Column("password_until", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("card", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "operator", name=op.f("pk_operator")),
        sa.UniqueConstraint("unit_id", "login", name=op.f("uq_operator_unit_id_login")),
    )
    op.create_table(
        "operator_grant",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("operator", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("role", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("branch", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "operator", "role", "branch", name=op.f("pk_operator_grant")),
    )
    op.create_table(
        "outlet",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("outlet", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("branch", sa.Integer(), nullable=False),
        sa.Column("owner", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "outlet", name=op.f("pk_outlet")),
    )
    op.create_table(
        "owner",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("owner", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "owner", name=op.f("pk_owner")),
    )
    op.create_table(
        "product",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("product", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("outlet", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("name_en", sa.String(length=64), nullable=False),
        sa.Column("category", sa.String(length=64), nullable=False),
        sa.Column("price_fen", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("barcode", sa.String(length=64), nullable=False),
        sa.Column("initials", sa.String(length=64), nullable=False),
        sa.Column("on_sale", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "product", name=op.f("pk_product")),
    )
    op.create_table(
        "record",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("record", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("mono_ms", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("offset_s", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("was", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("received_at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "record", name=op.f("pk_record")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "reversed",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("entry", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("wallet", sa.String(length=16), nullable=False),
        sa.Column("fen", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.CheckConstraint("fen >= 0", name=op.f("ck_reversed_not_negative")),
        sa.PrimaryKeyConstraint("unit_id", "entry", "wallet", name=op.f("pk_reversed")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "role",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("role", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("permissions", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "role", name=op.f("pk_role")),
    )
    op.create_table(
        "settlement",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("fact", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("written", sa.Boolean(), nullable=False),
        sa.Column("proof", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "fact", name=op.f("pk_settlement")),
    )
    op.create_table(
        "stop",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("card", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("issue", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("reason", sa.String(length=12), nullable=False),
        sa.Column("version", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("operator", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "card", "issue", name=op.f("pk_stop")),
    )
    op.create_index(op.f("ix_stop_unit_id_version"), "stop", ["unit_id", "version"], unique=False)
    op.create_table(
        "terminal",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("terminal", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("outlet", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("public_key", sa.String(length=64), nullable=False),
        sa.Column("settings", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "terminal", name=op.f("pk_terminal")),
    )
    op.create_table(
        "unit",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("day_starts_at_minute", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("unit_id", name=op.f("pk_unit")),
    )
    op.create_table(
        "wallet",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("fen", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "account", name=op.f("pk_wallet")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "watermark",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("terminal", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("epoch", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("received", sa.Integer(), nullable=False),
        sa.Column("head", sa.String(length=64), nullable=False),
        sa.Column("at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "terminal", "epoch", name=op.f("pk_watermark")),
    )
    op.create_table(
        "posting",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("entry", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("debit", sa.String(length=64), nullable=False),
        sa.Column("credit", sa.String(length=64), nullable=False),
        sa.Column("fen", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("currency", sa.String(length=16), nullable=False),
        sa.CheckConstraint("debit <> credit", name=op.f("ck_posting_two_sides")),
        sa.CheckConstraint("fen > 0", name=op.f("ck_posting_positive")),
        sa.ForeignKeyConstraint(
            ["unit_id", "entry"], ["entry.unit_id", "entry.entry"], name=op.f("fk_posting_unit_id_entry")
        ),
        sa.PrimaryKeyConstraint("unit_id", "entry", "line", name=op.f("pk_posting")),
        sqlite_with_rowid=False,
    )
    _guard_the_books()


def _guard_the_books() -> None:
    """Facts, entries, postings and records are only ever added: the database itself refuses anything else."""
    tables = ("fact", "entry", "posting", "record")
    if op.get_context().dialect.name == "sqlite":
        for table in tables:
            for verb in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                )
        return
    op.execute(
        "CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    for table in tables:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION append_only()"
        )
