"""Management cards are made at desks: whoever hands out rights may have them made."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0020"

NEW_RIGHT = "desk.management"


def upgrade() -> None:
    """From the version before."""
    bind = op.get_bind()
    for unit, role, held in bind.execute(sa.text("SELECT unit_id, role, permissions FROM role")).all():
        if "console.operator" in held.split():
            bind.execute(
                sa.text("UPDATE role SET permissions = :held WHERE unit_id = :unit AND role = :role"),
                {"held": f"{held} {NEW_RIGHT}", "unit": unit, "role": role},
            )
