"""Which management cards there are. Their numbers are cards' numbers, so one stop list holds both."""

from sqlalchemy import Column, Integer, LargeBinary, String, Table

from server.db import big, metadata, unit_id

#: ``content``: what was sealed for this plastic, to write it again after a card was pulled too soon.
management_card = Table(
    "management_card",
    metadata,
    unit_id(),
    big("card", primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("operator", Integer, nullable=False),
    Column("uid", String(32), nullable=False),
    Column("from_day", Integer, nullable=False),
    Column("until_day", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),
    big("asked_by"),
    Column("made_by", Integer, nullable=False),
    big("at"),
)
