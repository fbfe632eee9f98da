"""What a card's life adds: forks, lost terminals, withdrawn loads, cases of the inbox."""

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """From the version before."""
