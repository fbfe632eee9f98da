"""Slips for cash that no card can take: written down, printed, and printed again after a power cut. F: D3

A slip's code stands on its paper and in no record. Until its paper has come out it is kept in a file of its
own beside the journal, or the power between the two would leave money that nobody can fetch. Where the
printer cannot say, it is kept for the attendant alone: a stranger would be handed a second paper of it.
Rejected: a code made from keys of this machine, which would then stand on its disk for ever.
"""

from collections.abc import Sequence

import msgspec
import structlog

from kiosk.booth import Booth
from kiosk.visit_events import Slip
from onecard.devices.printers import PrinterState
from onecard.errors import Refused, StoreError
from onecard.ids import RecordId, one_time_code
from onecard.whole_file import write_whole
from onecard.wire.messages import Claim

NAME = "slip.json"
#: So many are kept for the attendant; the oldest gives way, as its member would have come long ago.
MOST = 20
_log = structlog.get_logger("kiosk")


class _Kept(msgspec.Struct, frozen=True, omit_defaults=True):
    code: str
    credits: tuple[RecordId, ...]
    #: It was sent to a printer that cannot say what became of it.
    is_unsure: bool = False


class Slips:
    """One kiosk's; at most one waits for its paper."""

    def __init__(self, booth: Booth) -> None:
        self._booth = booth
        self._path = booth.station.journal.path.parent / NAME

    def make(self, credits: Sequence[RecordId]) -> Slip:
        """Raises ``Refused("slip.no_paper")`` where none can be printed, ``credit.used``, ``StoreError``."""
        if not self._booth.prints or self.waiting() is not None:
            raise Refused("slip.no_paper")
        self.tidy()
        code = one_time_code(self._booth.entropy)
        self._keep([*self._read()[1 - MOST :], _Kept(code, tuple(credits))])
        return Slip(self._booth.station.front_desk.claim(credits, code), code)

    def sent(self, slip: Slip, state: PrinterState) -> None:
        """What its printer says of one. Out: its code is on the paper only."""
        if not (state.has_printed or state is PrinterState.UNKNOWN):
            return
        kept = [one for one in self._read() if one.credits != slip.claim.credits]
        if state is PrinterState.UNKNOWN:
            kept.append(_Kept(slip.code, slip.claim.credits, is_unsure=True))
        self._try_to_keep(kept)

    def tidy(self) -> None:
        """The power went before they were slips: their notes are free, and no paper will say the code."""
        kept = self._read()
        real = [one for one in kept if self._slip(one) is not None]
        if real != kept:
            self._try_to_keep(real)

    def waiting(self) -> Slip | None:
        """The one that was written down and never went to a printer."""
        found = (self._slip(one) for one in self._read() if not one.is_unsure)
        return next((one for one in found if one is not None), None)

    def left(self) -> list[Slip]:
        """Those whose paper nobody here has seen, the oldest first."""
        return [one for one in map(self._slip, self._read()) if one is not None]

    def _slip(self, kept: _Kept) -> Slip | None:
        """``None``: it never was one."""
        bodies = self._booth.station.journal.bodies(min(kept.credits))
        found = (one for one in bodies if isinstance(one, Claim) and one.credits == kept.credits)
        body = next(found, None)
        return None if body is None else Slip(body, kept.code)

    def _read(self) -> list[_Kept]:
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=list[_Kept])
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
            return []

    def _try_to_keep(self, kept: list[_Kept]) -> None:
        """Where the disk says no, one is printed once more, and is paid once all the same."""
        try:
            self._keep(kept)
        except StoreError as error:
            _log.warning("kiosk.slip_kept", code=error.code)

    def _keep(self, kept: list[_Kept]) -> None:
        try:
            if kept:
                write_whole(self._path, msgspec.json.encode(kept), private=True)
            else:
                self._path.unlink(missing_ok=True)
        except OSError as error:
            raise StoreError("store.failed", detail=str(error)) from error
