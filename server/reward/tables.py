"""What points can be given up for, and what was. F: B5"""

from sqlalchemy import Boolean, Column, Index, Integer, String, Table

from server.db import big, metadata, unit_id

#: ``fen`` > 0: balance for the gift wallet; 0: goods over the counter. ``stock``: pieces left, −1 = enough.
reward = Table(
    "reward",
    metadata,
    unit_id(),
    Column("reward", Integer, primary_key=True, autoincrement=False),
    Column("name", String(64), nullable=False),
    Column("name_en", String(64), nullable=False),
    big("points"),
    big("fen"),
    Column("stock", Integer, nullable=False),
    Column("active", Boolean, nullable=False),
)

redeemed = Table(
    "redeemed",
    metadata,
    unit_id(),
    big("entry", primary_key=True),
    Column("reward", Integer, nullable=False),
    Column("pieces", Integer, nullable=False),
    big("card"),
    big("points"),
    big("at"),
    Index(None, "unit_id", "reward"),
)
