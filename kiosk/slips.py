"""Slips for cash that no card can take: written down, printed, and printed again after a power cut. F: D3

A slip's code stands on its paper and in no record. Until its paper has come out it is kept in a file of its
own beside the journal, or the power between the two would leave money that nobody can fetch. Rejected: a code
made from keys of this machine, which would then stand on its disk for ever.
"""

from collections.abc import Sequence

import msgspec

from kiosk.booth import Booth
from kiosk.visit_events import Slip
from onecard.errors import Refused, StoreError
from onecard.ids import RecordId, SystemEntropy, one_time_code
from onecard.whole_file import write_whole
from onecard.wire.messages import Claim

NAME = "slip.json"


class _Kept(msgspec.Struct, frozen=True):
    code: str
    credits: tuple[RecordId, ...]


class Slips:
    """One kiosk's; at most one waits for its paper."""

    def __init__(self, booth: Booth) -> None:
        self._booth = booth
        self._path = booth.station.journal.path.parent / NAME

    def make(self, credits: Sequence[RecordId]) -> Slip:
        """Raises ``Refused("slip.no_paper")`` where none can be printed, ``credit.used``, ``StoreError``."""
        if not self._booth.prints or self.left() is not None:
            raise Refused("slip.no_paper")
        code = one_time_code(SystemEntropy())
        self._keep(_Kept(code, tuple(credits)))
        return Slip(self._booth.station.front_desk.claim(credits, code), code)

    def printed(self) -> None:
        """It came out, as far as its printer can say: the code is on the paper only."""
        self._path.unlink(missing_ok=True)

    def left(self) -> Slip | None:
        """One that was written down and whose paper nobody has seen."""
        try:
            kept = msgspec.json.decode(self._path.read_bytes(), type=_Kept)
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
            return None
        bodies = self._booth.station.journal.bodies(min(kept.credits))
        found = (one for one in bodies if isinstance(one, Claim) and one.credits == kept.credits)
        body = next(found, None)
        if body is None:
            self.printed()  # the power went before it was one: its notes are still free
        return None if body is None else Slip(body, kept.code)

    def _keep(self, kept: _Kept) -> None:
        try:
            write_whole(self._path, msgspec.json.encode(kept), private=True)
        except OSError as error:
            raise StoreError("store.failed", detail=str(error)) from error
