"""What the office told this terminal: signed, versioned documents and the tables made of them.

Knows no journal and no card. All of it can be fetched again, so this file may be deleted.
"""

from pathlib import Path

from onecard.clock import Clock


class Facts:
    """Documents received. ``server_key``: the Ed25519 key pinned at enrolment."""

    def __init__(self, path: Path, server_key: bytes, clock: Clock) -> None:
        raise NotImplementedError
