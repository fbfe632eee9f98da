"""What a terminal has to say about itself after each exchange: figures, and what became of commands.

Runs on the exchange's thread, so that a till notices nothing of it. Repeats what was not answered; the
office knows each by its number. Knows the wire's fleet messages; decides nothing about money.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol, TypeVar

import msgspec
import structlog

from onecard.clock import Clock
from onecard.errors import OneCardError, Refused, StoreError, Unreachable
from onecard.journal.orders import Ended
from onecard.journal.prune import prune
from onecard.terminal.command import Aftermath, Commands, Deed, Outcome
from onecard.terminal.figures import figures, reports
from onecard.terminal.slot import Slots
from onecard.terminal.station import Station
from onecard.wire import fleet as f
from onecard.wire.meter import Meter

_log = structlog.get_logger("fleet")

#: Seconds between two sets of figures; what became of a command does not wait for them.
BEAT_S: Final = 60.0
#: Seconds between two looks for records that may leave the disk.
PRUNE_S: Final = 86_400.0
#: Bytes per part of a package: a bad line loses no more than that.
PACKAGE_PART: Final = 512 << 10
#: Parts of a package in one turn: heartbeats and sales go on in between.
PARTS_A_TURN: Final = 8
LOG_BYTES: Final = 200 << 10

A = TypeVar("A", bound=msgspec.Struct)


class Asker(Protocol):
    """The part of ``ServerClient`` that is needed."""

    def ask(self, path: str, question: msgspec.Struct, kind: type[A]) -> A: ...


@dataclass(kw_only=True)
class Body:
    """What only the running program has; what is not given is refused as ``not_here``."""

    app: str = ""
    devices: Callable[[], Mapping[str, str]] = dict
    #: A picture of the window (PNG). Called on the exchange's thread; may block a moment.
    picture: Callable[[], bytes] | None = None
    #: The program ends itself, to be started again.
    restart: Callable[[], None] | None = None
    #: Sets the machine's clock to this unix time. Raises ``OSError``.
    set_clock: Callable[[int], None] | None = None
    log: Path | None = None
    slots: Slots | None = None
    version: str = ""
    meter: Meter | None = None
    deeds: Mapping[str, Deed] = field(default_factory=dict)


class Fleet:
    """``turn`` after each pass of the exchange; ``started`` once before the first."""

    def __init__(self, station: Station, client: Asker, clock: Clock, folder: Path, body: Body) -> None:
        self._station, self._client, self._clock = station, client, clock
        self._folder, self._body = folder, body
        self._beat_at: float | None = None
        self._pruned_at: float | None = None
        self._collecting = False
        deeds: dict[str, Deed] = {"collect": self._collect, "fetch_all": self._fetch_all, **body.deeds}
        aftermath: dict[str, Aftermath] = {}
        if body.log is not None:
            deeds["logs"] = self._logs
        if body.picture is not None:
            deeds["screenshot"] = self._screenshot
        if body.set_clock is not None:
            deeds["set_time"] = self._set_time
        if body.restart is not None:
            deeds["restart"] = self._restart
            aftermath["restart"] = lambda _: Outcome(said="started again")
            if body.slots is not None:
                deeds["update"] = self._update
                aftermath["update"] = self._updated
        self._commands = Commands(station.journal, station.config.unit, station.now, deeds, aftermath)
        self._is_new = True

    def turn(self, *, online: bool) -> None:
        """Never raises: what fails is tried again at the next turn, and keeps nothing else from being done.
        What needs no office is done without it: a command may have come by stick."""
        if self._is_new:
            self._try(self._started)
        self._try(lambda: self._commands.run(self._station.facts.commands, online=online))
        if online and self._try(self._tell_all):
            self._try(self._beat_in_time)

    def _try(self, step: Callable[[], None]) -> bool:
        """``False``: nobody answers any more, so there is no use in asking on."""
        try:
            step()
        except OneCardError as error:
            _log.info("fleet.later", code=error.code)
            return not isinstance(error, Unreachable)
        except Exception:
            _log.exception("fleet.fault")
        return True

    def _started(self) -> None:
        """The window stands, the journal is open, one exchange was tried: this version works."""
        body = self._body
        if body.slots is not None:
            body.slots.healthy(body.version)
        self._commands.recover()
        self._is_new = False

    # ---- telling

    def beat(self) -> f.Beat:
        """The figures as they are now."""
        station, body = self._station, self._body
        return figures(
            station.journal,
            station.facts,
            station.moment,
            self._folder,
            app=body.app,
            devices=body.devices(),
            traffic=() if body.meter is None else body.meter.days(),
        )

    def _beat_in_time(self) -> None:
        now = self._clock.monotonic()
        if self._beat_at is None or now - self._beat_at >= BEAT_S or self._collecting:
            self._beat()
            self._beat_at, self._collecting = now, False

    def _beat(self) -> None:
        answer = self._client.ask("/t/beat", self.beat(), f.Beaten)
        for epoch, seq in answer.durable:
            self._station.journal.set_durable(epoch, seq)
        if self._body.meter is not None:
            self._body.meter.keep()
        if self._pruned_at is None or self._clock.monotonic() - self._pruned_at >= PRUNE_S:
            # Only with the office's word of this very day: an old clock must not make records look old.
            prune(self._station.journal, answer.now)
            self._pruned_at = self._clock.monotonic()

    def _tell_all(self) -> None:
        """One that the office will not hear stops none of those behind it."""
        orders, last = self._station.journal.orders, 0
        while ended_some := orders.untold(last):
            for ended in ended_some:
                last = ended.command
                try:
                    self._tell(ended)
                except Refused as no:
                    _log.warning("fleet.not_heard", command=ended.command, kind=ended.kind, code=no.code)
                    if no.code == "command.unknown":
                        # Forgotten in a restore, or never asked: nobody waits for it, now or later.
                        orders.told(ended.command)

    def _tell(self, ended: Ended) -> None:
        for report in reports(ended):
            self._client.ask("/t/report", report, f.Reported)
        self._station.journal.orders.told(ended.command)

    # ---- doing

    def _collect(self, _: f.FleetCommand) -> Outcome:
        """Everything that is pending went up just before; the figures follow at once."""
        self._collecting = True
        return Outcome(said=f"pending {self._station.journal.pending}")

    def _fetch_all(self, _: f.FleetCommand) -> Outcome:
        """Every list and document anew, whole, in the place of what is held. F: E3"""
        self._station.facts.forget()
        return Outcome()

    def _logs(self, _: f.FleetCommand) -> Outcome:
        assert self._body.log is not None
        try:
            with self._body.log.open("rb") as file:
                file.seek(max(0, file.seek(0, 2) - LOG_BYTES))
                content = file.read(LOG_BYTES)
        except OSError as error:
            raise StoreError("store.failed", detail=str(error)) from error
        return Outcome(said=f"{len(content)} bytes", content=content)

    def _screenshot(self, _: f.FleetCommand) -> Outcome:
        assert self._body.picture is not None
        content = self._body.picture()
        return Outcome(said=f"{len(content)} bytes", content=content)

    def _set_time(self, _: f.FleetCommand) -> Outcome:
        """To the office's time as last heard, seconds ago; ``said`` is by how much it was wrong."""
        assert self._body.set_clock is not None
        wrong_s = self._clock.now() - self._station.now()
        try:
            self._body.set_clock(self._station.now())
        except OSError as error:
            return Outcome(state="failed", said=f"{wrong_s} s, {type(error).__name__}"[:64])
        return Outcome(said=f"{wrong_s} s")

    def _restart(self, _: f.FleetCommand) -> Outcome:
        assert self._body.restart is not None
        self._body.restart()
        return Outcome(later=True)

    # ---- updating

    def _update(self, one: f.FleetCommand) -> Outcome:
        """Fetch the package piece by piece, unpack it beside the running version, and ask to be started."""
        slots, given = self._body.slots, one.given
        assert slots is not None
        assert self._body.restart is not None
        try:
            version, name, digest, size = given["version"], given["name"], given["sha256"], int(given["size"])
        except (KeyError, ValueError) as error:
            raise Refused("update.version", version="") from error
        package = slots.folder / "package"
        if not slots.path(version).exists() and not self._fetched(package, name, digest, size):
            return Outcome(later=True)
        try:
            slots.stage(package, version, digest)
        except Refused:
            package.unlink(missing_ok=True)
            raise
        slots.begin(version, one.command)
        package.unlink(missing_ok=True)
        self._body.restart()
        return Outcome(later=True)

    def _fetched(self, package: Path, name: str, digest: str, size: int) -> bool:
        """Go on where the last turn ended; a package of another name begins anew."""
        mark = package.with_name("package.name")
        try:
            package.parent.mkdir(parents=True, exist_ok=True)
            if not mark.exists() or mark.read_text() != digest:
                package.unlink(missing_ok=True)
                mark.write_text(digest)
            with package.open("ab") as file:
                for _ in range(PARTS_A_TURN):
                    at = file.tell()
                    if at >= size:
                        return True
                    part = self._client.ask("/t/package", f.AskPackage(name=name, offset=at), f.PackagePart)
                    if part.size != size or not part.content:
                        raise Refused("update.digest", version=name)
                    file.write(part.content)
                return file.tell() >= size
        except OSError as error:
            raise StoreError("store.failed", detail=str(error)) from error

    def _updated(self, command: int) -> Outcome | None:
        assert self._body.slots is not None
        how = self._body.slots.outcome(command)
        if how:
            good = how == "done"
            return Outcome(
                state=how, said=self._body.version if good else f"back to {self._body.version}"[:64]
            )
        trial = self._body.slots.state.trial
        waits = trial is not None and trial.command == command
        return None if waits else Outcome(state="interrupted")
