"""What the office wants done at this terminal, each once: taken up on disk, done, written down, told. F: E6

Knows which deeds there are and nothing of how they are done: whoever has a window, a log or a package gives
the deed. A deed that ends the program is finished by the next start, which asks what became of it.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import structlog

from onecard.clock import business_day, card_day
from onecard.errors import OneCardError, Refused
from onecard.ids import RecordId
from onecard.journal.journal import Journal
from onecard.journal.orders import TAKEN
from onecard.wire.fleet import Commanded, FleetCommand

_log = structlog.get_logger("command")

DONE, FAILED, REFUSED, INTERRUPTED = "done", "failed", "refused", "interrupted"
#: What cannot be done without the office: package and documents are there, the records go there, and it knows
#: the time.
NEED_OFFICE: Final = frozenset(("update", "collect", "set_time", "fetch_all"))
#: A log or a picture at most; it has to fit the journal's disk and the line.
CONTENT_MAX: Final = 2 << 20


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How a deed ended. ``later``: not yet; the program ends now, or it is still being fetched."""

    state: str = DONE
    said: str = ""
    content: bytes = b""
    later: bool = False


Deed = Callable[[FleetCommand], Outcome]
#: After a start: what became of a deed that had ended the program; ``None``: not known yet.
Aftermath = Callable[[int], Outcome | None]


class Commands:
    """``now``: the office's time as well as is known. Only the exchange's thread calls it."""

    def __init__(
        self,
        journal: Journal,
        unit: int,
        now: Callable[[], int],
        deeds: Mapping[str, Deed],
        aftermath: Mapping[str, Aftermath] | None = None,
    ) -> None:
        self._journal, self._unit, self._now = journal, unit, now
        self._deeds = {"lock": _nothing_more, "unlock": _nothing_more, **deeds}
        self._aftermath = aftermath or {}
        #: Begun in this very run and not ended: asked again each time, never begun again from a record.
        self._under_way: dict[int, FleetCommand] = {}
        #: Done in this very run, and the disk did not take that down: only the word is tried again.
        self._unwritten: dict[int, Outcome] = {}

    def recover(self) -> None:
        """Once at start: what was taken up before is ended, with what can be known of it."""
        for command, kind in self._journal.orders.taken():
            self._finish(command, kind)

    def _finish(self, command: int, kind: str) -> None:
        """One that was taken up, and nobody is at it: what can be known of it, never its deed again."""
        ask = self._aftermath.get(kind)
        outcome = Outcome(state=INTERRUPTED) if ask is None else ask(command)
        if outcome is not None:
            self._end(command, kind, outcome)

    def run(self, wanted: tuple[FleetCommand, ...], *, online: bool = True) -> None:
        """Do what is new, in the order of the numbers; without the office (``online``) what needs none.
        Raises ``StoreError``: then nothing was begun."""
        for one in sorted(wanted, key=lambda one: one.command):
            if not online and one.kind in NEED_OFFICE:
                continue
            try:
                self._go_on(one)
            except Refused as no:
                # Of this one alone: those behind it are done all the same.
                _log.warning("command.refused", command=one.command, kind=one.kind, code=no.code)

    def _go_on(self, one: FleetCommand) -> None:
        state = self._journal.orders.state(one.command)
        if state is None:
            self._take_up(one)
        elif state == TAKEN and one.command in self._unwritten:
            self._end(one.command, one.kind, self._unwritten[one.command])
        elif state == TAKEN and one.command in self._under_way:
            self._do(one)
        elif state == TAKEN:
            self._finish(one.command, one.kind)

    def _take_up(self, one: FleetCommand) -> None:
        if one.until <= self._now():
            self._end(one.command, one.kind, Outcome(state=REFUSED, said="too_late"))
            return
        if one.kind not in self._deeds:
            self._end(one.command, one.kind, Outcome(state=REFUSED, said="not_here"))
            return
        self._journal.append(self._record(one.command, one.kind, Outcome(state=TAKEN)))
        self._under_way[one.command] = one
        self._do(one)

    def _do(self, one: FleetCommand) -> None:
        try:
            outcome = self._deeds[one.kind](one)
        except Refused as no:
            outcome = Outcome(state=REFUSED, said=no.code[:64])
        except OneCardError as error:
            outcome = Outcome(state=FAILED, said=error.code[:64])
        except Exception as error:
            _log.exception("command.fault", command=one.command, kind=one.kind)
            outcome = Outcome(state=FAILED, said=type(error).__name__[:64])
        if not outcome.later:
            self._under_way.pop(one.command, None)
            self._unwritten[one.command] = outcome
            self._end(one.command, one.kind, outcome)

    def _end(self, command: int, kind: str, outcome: Outcome) -> None:
        if outcome.content:
            self._journal.orders.keep(command, outcome.content[:CONTENT_MAX])
        self._journal.append(self._record(command, kind, outcome))
        self._unwritten.pop(command, None)
        _log.info("command.ended", command=command, kind=kind, state=outcome.state, said=outcome.said)

    def _record(self, command: int, kind: str, outcome: Outcome) -> Callable[[RecordId], Commanded]:
        at, content = self._now(), outcome.content[:CONTENT_MAX]
        return lambda id: Commanded(
            unit=self._unit,
            id=id,
            at=at,
            day=card_day(business_day(at)),
            command=command,
            kind=kind,
            state=outcome.state,
            said=outcome.said[:64],
            digest=hashlib.sha256(content).hexdigest() if content else "",
        )


def _nothing_more(_: FleetCommand) -> Outcome:
    """The record itself is the deed: the station looks at it before each tap."""
    return Outcome()
