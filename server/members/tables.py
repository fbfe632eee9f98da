"""People. The only tables with personal data of members; everything else names them by number."""

from sqlalchemy import Boolean, Column, Index, Integer, LargeBinary, String, Table, UniqueConstraint, text

from server.db import big, metadata, unit_id

member = Table(
    "member",
    metadata,
    unit_id(),
    Column("member", Integer, primary_key=True, autoincrement=False),
    Column("number", String(64), nullable=False),
    Column("name", String(64), nullable=False),
    Column("phone", String(64), nullable=False, default=""),
    Column("department", String(64), nullable=False, default=""),
    Column("branch", Integer, nullable=False),
    #: Which terminal's question made this row, "" from the console; asked again it gives the same member.
    Column("made_by", String(32), nullable=True),
    big("made_at"),
    #: What discounts and subsidies ask for: staff, student, guest …; the unit's own words.
    Column("group", String(64), nullable=False, server_default=text("''")),
    Column("state", String(16), nullable=False, server_default="active"),  # active | left | erased
    UniqueConstraint("unit_id", "number"),
    UniqueConstraint("unit_id", "made_by"),
    Index(None, "unit_id", "name"),
)

#: Card → holder as terminals may know it. ``version``: of the last change, so that only changes travel.
holder = Table(
    "holder",
    metadata,
    unit_id(),
    big("card", primary_key=True),
    Column("member", Integer, nullable=False),
    Column("type", Integer, nullable=False),
    big("version"),
    Index(None, "unit_id", "version"),
    Index(None, "unit_id", "member"),
)

#: Under this key the operation log keeps what it says about a member, itself sealed under the server's.
#: Erasing a person destroys the row; the log's lines stay, and nobody reads them any more. F: A12
member_key = Table(
    "member_key",
    metadata,
    unit_id(),
    Column("member", Integer, primary_key=True, autoincrement=False),
    Column("key", LargeBinary, nullable=False),
)

member_photo = Table(
    "member_photo",
    metadata,
    unit_id(),
    Column("member", Integer, primary_key=True, autoincrement=False),
    Column("kind", String(16), nullable=False),  # image/jpeg | image/png
    Column("image", LargeBinary, nullable=False),
    big("at"),
)

#: A list of members that was handed in and looked at, until it is taken over or thrown away.
member_draft = Table(
    "member_draft",
    metadata,
    unit_id(),
    Column("draft", Integer, primary_key=True, autoincrement=False),
    Column("branch", Integer, nullable=False),
    Column("operator", Integer, nullable=False),
    big("at"),
    Column("update", Boolean, nullable=False),  # whether known numbers are changed
    Column("rows", LargeBinary, nullable=False),
)

#: Members and opening balances of an old system: drafted by one person, agreed by another, entered once.
takeover = Table(
    "takeover",
    metadata,
    unit_id(),
    Column("takeover", Integer, primary_key=True, autoincrement=False),
    Column("name", String(64), nullable=False),  # of the old system
    Column("branch", Integer, nullable=False),
    Column("type", Integer, nullable=False),  # card type of the cards it makes
    Column("digest", String(64), nullable=False),  # of the file: the same one is not taken twice
    Column("rows", LargeBinary, nullable=False),  # emptied when it is entered or dropped
    Column("count", Integer, nullable=False),
    big("fen"),
    Column("state", String(16), nullable=False),  # drafted | agreed | entered | dropped
    big("drafted_at"),
    Column("drafted_by", Integer, nullable=False),
    big("agreed_at"),
    Column("agreed_by", Integer, nullable=False),
    UniqueConstraint("unit_id", "digest"),
)

#: What a member proves himself with where no card does. ``changed_by``: the question that set it. F: D5
member_pin = Table(
    "member_pin",
    metadata,
    unit_id(),
    Column("member", Integer, primary_key=True, autoincrement=False),
    Column("verifier", String(160), nullable=False),
    big("changed_by"),
    big("at"),
)
