"""What settlement adds: contracts, closes, statements."""

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """From the version before."""
