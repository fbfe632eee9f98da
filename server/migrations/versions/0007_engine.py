"""What the engine adds: monthly partitions of the postings on PostgreSQL."""

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """From the version before."""
