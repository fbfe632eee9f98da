"""One pass of exchange with the office (documents down, records up), and the thread that repeats it.

Knows the watermark protocol and back-off; understands no document and no record. Everything may be lost or
repeated on the way: what is sent again is the same bytes, and only the server's watermark moves ours.
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

import structlog

from onecard.clock import Clock
from onecard.errors import Conflict, OneCardError, Refused, StoreError, Unreachable
from onecard.journal.facts import Facts
from onecard.journal.journal import Journal
from onecard.wire.client import Identity
from onecard.wire.fleet import ASKED_FOR
from onecard.wire.messages import Fetch, Fetched, Status, Upload, Uploaded
from onecard.wire.signing import sign_head

_log = structlog.get_logger("sync")

#: Records per upload; the server takes 1,000. Half of that holds its card locks half as long.
BATCH: Final = 500
#: Seconds until the next attempt after the first, second, … failure; the last one repeats.
BACKOFF_S: Final = (1.0, 2.0, 5.0, 10.0, 15.0)
#: ``wake`` does not hammer a server that is away.
LEAST_S: Final = 1.0


class Server(Protocol):
    """The part of ``ServerClient`` that the exchange needs."""

    identity: Identity | None

    def fetch(self, have: Fetch) -> Fetched: ...

    def upload(self, batch: Upload) -> Uploaded: ...

    def close(self) -> None: ...


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


class Exchange:
    """One pass, without thread or waiting."""

    def __init__(
        self,
        server: Server,
        journal: Journal,
        facts: Facts,
        *,
        app: str = "",
        health: Callable[[], Mapping[str, str]] = dict,
    ) -> None:
        self._server = server
        self._journal = journal
        self._facts = facts
        self._app = app
        self._health = health
        self._changed_life = False

    def run(self) -> str:
        """Fetch, then send everything pending. Returns the code of what a person should know, or "".

        Raises ``Unreachable``, ``Refused``, ``Conflict`` or ``StoreError``; what was done until then counts.
        """
        fetched = self._fetch()
        problems = self._facts.receive(fetched)
        trouble = problems[0].code if problems else ""
        self._changed_life = False
        if self._lives_differ(fetched):
            self._next_life(fetched.epoch)
        while (todo := self._journal.unsent()) is not None:
            self._send(*todo)
        return "journal.other_life" if self._changed_life else trouble

    def _fetch(self) -> Fetched:
        question = Fetch(
            have={**dict.fromkeys(ASKED_FOR, 0), **self._facts.have()},
            pending=self._journal.pending,
            app=self._app,
            health=dict(self._health()),
        )
        fetched = self._server.fetch(question)
        self._journal.set_contact(fetched.now)
        return fetched

    def _lives_differ(self, fetched: Fetched) -> bool:
        """Whether the server holds records, under this epoch or a later one, that this disk never wrote."""
        journal = self._journal
        if fetched.epoch > journal.epoch:
            return True
        here = journal.hash_at(fetched.epoch, fetched.received)
        is_known = here == fetched.head or fetched.received == 0
        if fetched.epoch < journal.epoch:
            # Nothing of this life has arrived, or what had is gone with the books that held it.
            journal.set_watermarks(0)
            if is_known and journal.hash_at(fetched.epoch, 1) is not None:
                journal.set_watermarks(fetched.received, epoch=fetched.epoch)
            return False
        if not is_known:
            return True
        journal.set_watermarks(fetched.received)
        return False

    def _next_life(self, newest: int = 0) -> None:
        """A cloned or restored disk: go on in the next epoch and send again what the server cannot have from
        us. Up to our own old watermark it has the same bytes."""
        if self._changed_life:
            # Twice in one pass: two boxes live on one key, and burning epochs would not part them.
            raise Conflict("journal.other_life")
        self._changed_life = True
        journal = self._journal
        _log.error("sync.other_life", epoch=journal.epoch, seq=journal.head.seq)
        journal.start_epoch(max(journal.epoch, newest) + 1, journal.received)

    def _send(self, epoch: int, received: int) -> None:
        identity = self._server.identity
        assert identity is not None
        records = self._journal.records(epoch, received, BATCH)
        last = records[-1]
        answer = self._server.upload(
            Upload(
                epoch=epoch,
                records=records,
                signature=sign_head(
                    identity.key, identity.unit, identity.terminal, epoch, last.seq, last.hash
                ),
            )
        )
        self._journal.set_contact(answer.now)
        for result in answer.results:
            _log.warning("sync.result", id=str(result.id), status=result.status, reason=result.reason)
        # What is durable comes with the heartbeat; an upload knows nothing of backups.
        self._journal.set_watermarks(min(answer.received, last.seq), answer.durable or None, epoch)
        if answer.received > received:
            return
        # Not one step on: the server has other records here, or wants to begin further back.
        if any(result.status is Status.CONFLICT for result in answer.results):
            if epoch == self._journal.epoch:
                self._next_life()
                return
            raise Conflict()
        if answer.received == received:
            raise Refused("sync.stuck", epoch=epoch, seq=received)


class SyncWorker:
    """The one uploader. ``on_status`` is called from its thread whenever the status changes."""

    def __init__(
        self,
        client: Server,
        journal: Journal,
        facts: Facts,
        clock: Clock,
        *,
        interval_s: float = 10.0,
        on_status: Callable[[SyncStatus], None] | None = None,
        app: str = "",
        health: Callable[[], Mapping[str, str]] = dict,
        after: Callable[[bool], None] | None = None,
    ) -> None:
        """``after`` hears, on this thread, that a pass has ended, and whether somebody answered."""
        self._client = client
        self._exchange = Exchange(client, journal, facts, app=app, health=health)
        self._journal, self._facts, self._clock = journal, facts, clock
        self._interval_s = interval_s
        self._on_status = on_status
        self._after = after
        self._woken = threading.Event()
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None
        self._online = False
        self._failures = 0
        self._trouble = ""
        self._said: SyncStatus | None = None

    def start(self) -> None:
        """Begin; the first pass runs at once."""
        assert self._thread is None, "a worker starts once"
        self._thread = threading.Thread(target=self._run, name="sync", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Something was journaled, or somebody wants fresh documents: do not wait for the next round."""
        self._woken.set()

    def stop(self, timeout_s: float = 10.0) -> None:
        """End the thread; a pass that hangs in the network is left behind."""
        self._stopped.set()
        self._woken.set()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(timeout_s)
        self._client.close()

    def status(self) -> SyncStatus:
        """As of now; cheap."""
        contact, as_of = self._journal.contact, self._facts.as_of
        if contact is not None:
            now = contact[0] + int(self._clock.monotonic() - contact[1])
        else:
            now = self._clock.now() + self._journal.offset_s
        contact_at = self._journal.contact_at
        return SyncStatus(
            online=self._online,
            pending=self._journal.pending,
            contact_age_s=max(0, now - contact_at) if contact_at else None,
            stops_version=self._facts.have().get("stops", 0),
            stops_age_s=max(0, now - as_of) if as_of else None,
            clock_offset_s=self._journal.offset_s if contact_at else None,
            trouble=self._trouble,
        )

    def turn(self) -> float:
        """One pass, without thread; how many seconds to wait before the next one."""
        try:
            self._trouble = self._exchange.run()
            self._online, self._failures = True, 0
        except Unreachable as error:
            self._gone(error)
            # Away is no trouble: it is what the journal is for. A stranger in its place is.
            self._trouble = "" if error.code == "server.unreachable" else error.code
        except OneCardError as error:
            # It answered, and said no: we are on line, and somebody has to know why nothing moves.
            self._gone(error, online=isinstance(error, Refused | Conflict))
            self._trouble = error.code
        except Exception:
            # A bug must not end the only uploader of this station.
            _log.exception("sync.fault")
            self._failures += 1
            self._trouble = "sync.fault"
        self._say()
        if self._after is not None:
            self._after(self._online)
        if self._failures == 0:
            return self._interval_s
        # A server that is asked every second while it is there may be asked nearly as often while it is away.
        most_s = max(1.5 * self._interval_s, BACKOFF_S[1])
        return min(BACKOFF_S[min(self._failures, len(BACKOFF_S)) - 1], most_s)

    def _gone(self, error: OneCardError, *, online: bool = False) -> None:
        if self._online and not online:
            _log.info("sync.offline", code=error.code)
        self._online = online
        self._failures += 1

    def _run(self) -> None:
        try:
            self._facts.hold_stops()
        except StoreError as error:
            # Look-ups go on from the disk, and say themselves what is wrong with it.
            _log.warning("sync.stops_not_held", code=error.code)
        while not self._stopped.is_set():
            # Cleared before the pass: what is journaled during it wakes the next one.
            self._woken.clear()
            wait_s = self.turn()
            if self._failures and self._stopped.wait(LEAST_S):
                return
            self._woken.wait(wait_s)

    def _say(self) -> None:
        status = self.status()
        shown = (status.online, status.pending, status.stops_version, status.trouble)
        said = self._said
        if said is not None and shown == (said.online, said.pending, said.stops_version, said.trouble):
            return
        self._said = status
        if self._on_status is not None:
            try:
                self._on_status(status)
            except Exception:
                _log.exception("sync.callback_failed")
