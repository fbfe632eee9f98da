"""What organisation and people add: scopes, sealed values, imports."""

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """From the version before."""
