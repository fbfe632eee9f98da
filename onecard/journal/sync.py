"""One pass of exchange with the office (documents down, records up), and the thread that repeats it.

Knows the watermark protocol and back-off; understands no document and no record.
"""

from collections.abc import Callable
from dataclasses import dataclass

from onecard.clock import Clock
from onecard.journal.facts import Facts
from onecard.journal.journal import Journal
from onecard.wire.client import ServerClient


@dataclass(frozen=True, kw_only=True)
class SyncStatus:
    """What the banner shows. Ages in seconds, ``None`` = never."""

    online: bool
    pending: int
    contact_age_s: int | None
    stops_version: int
    stops_age_s: int | None
    clock_offset_s: int | None
    #: Refusal code of what keeps the exchange from working although the server answers; "" = nothing.
    trouble: str = ""


class SyncWorker:
    """The one uploader. ``on_status`` is called from its thread whenever the status changes."""

    def __init__(
        self,
        client: ServerClient,
        journal: Journal,
        facts: Facts,
        clock: Clock,
        *,
        interval_s: float = 10.0,
        on_status: Callable[[SyncStatus], None] | None = None,
    ) -> None:
        raise NotImplementedError

    def start(self) -> None:
        raise NotImplementedError

    def wake(self) -> None:
        """Something was journaled, or somebody wants fresh documents: do not wait for the next round."""
        raise NotImplementedError

    def status(self) -> SyncStatus:
        raise NotImplementedError

    def stop(self) -> None:
        raise NotImplementedError
