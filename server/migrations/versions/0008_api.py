"""What the open API adds: tokens and their scopes."""

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """From the version before."""
