"""What rules add: effective-dated card types, prices and calendars."""

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """From the version before."""
