"""What the office's events add: promotions, subsidies, gifts, holds, bills."""

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """From the version before."""
