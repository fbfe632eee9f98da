"""A terminal's side of the stick: its records and figures into a file, documents out of one. F: E4

The same messages as by network, so the same file twice changes nothing; what a file cannot do is say what
time it is now, or take a watermark back. Knows files as bytes; whoever has a folder writes them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from onecard.clock import Clock
from onecard.errors import Refused
from onecard.ids import Entropy
from onecard.journal.facts import Facts
from onecard.journal.journal import Journal
from onecard.journal.sync import BATCH
from onecard.wire import bundle as b
from onecard.wire.client import Identity
from onecard.wire.documents import Fetched
from onecard.wire.fleet import ASKED_FOR, Beat, Report
from onecard.wire.journal import Record, Upload
from onecard.wire.signing import sign_head

#: Records per file; a station that was alone for longer needs another one.
RECORDS_MAX: Final = 60_000


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What a file brought. ``problems``: codes of documents that could not be used."""

    documents: int
    received: int
    as_of: int
    problems: tuple[str, ...] = ()


class Courier:
    """For one terminal. ``Refused`` codes are those of ``wire.bundle``, and ``bundle.way``, ``other_unit``,
    ``other_terminal``, ``old``, ``gap``."""

    def __init__(
        self, identity: Identity, journal: Journal, facts: Facts, clock: Clock, entropy: Entropy
    ) -> None:
        self._who, self._journal, self._facts = identity, journal, facts
        self._clock, self._entropy = clock, entropy

    def export(self, beat: Beat | None = None, reports: tuple[Report, ...] = ()) -> bytes:
        """Everything that the office has not confirmed, and what this terminal holds. May be repeated."""
        uploads = pending_of(self._journal, self._who)
        head = self._journal.head
        have: Mapping[str, int] = {**dict.fromkeys(ASKED_FOR, 0), **self._facts.have()}
        content = b.BundleUp(
            uploads=uploads, have=dict(have), app=beat.app if beat else "", beat=beat, reports=reports
        )
        return seal_up(self._who, content, head.epoch, head.seq, self._now(), self._entropy)

    def take(self, raw: bytes) -> Taken:
        """Stop list, loads, settings and the rest out of the office's file. Raises ``Refused``,
        ``StoreError``; nothing that is held is lost by that."""
        head = b.read_head(raw)
        if head.way != "down":
            raise Refused("bundle.way")
        if head.unit != self._who.unit:
            raise Refused("bundle.other_unit", unit=head.unit)
        if head.terminal != self._who.terminal:
            raise Refused("bundle.other_terminal", terminal=head.terminal)
        server = bytes.fromhex(self._who.server_key)
        content = b.unseal(raw, made_by=server, key=self._who.key, kind=b.BundleDown)
        fetched = content.fetched
        newer = [one for one in fetched.documents if one.version > self._facts.have().get(one.name, 0)]
        if fetched.now < self._facts.as_of and not newer:
            raise Refused("bundle.old")
        problems = self._facts.receive(fetched, by_hand=True)
        if problems and all(one.code == "document.gap" for one in problems) and len(problems) == len(newer):
            raise Refused("bundle.gap", names=", ".join(str(one.params["name"]) for one in problems))
        self._confirm(fetched)
        for epoch, seq in content.durable:
            self._journal.set_durable(epoch, seq)
        return Taken(
            documents=len(newer) - len(problems),
            received=self._journal.received,
            as_of=self._facts.as_of,
            problems=tuple(one.code for one in problems),
        )

    def _confirm(self, told: Fetched) -> None:
        """What the office has of the running epoch; another life of this disk is the network's to settle."""
        journal, epoch, received = self._journal, told.epoch, told.received
        if epoch != journal.epoch or received <= journal.received:
            return
        if journal.hash_at(epoch, received) == told.head:
            journal.set_watermarks(received, None, epoch, told.now)

    def _now(self) -> int:
        return max(0, self._clock.now() + self._journal.offset_s)


def pending_of(journal: Journal, who: Identity) -> tuple[Upload, ...]:
    """Unconfirmed records in signed pieces, oldest epoch first."""
    pieces: list[Upload] = []
    left = RECORDS_MAX
    for epoch, received in journal.unsent_all():
        after = received
        while left > 0 and (records := journal.records(epoch, after, min(BATCH, left))):
            pieces += signed(who, epoch, records)
            after, left = records[-1].seq, left - len(records)
    return tuple(pieces)


def signed(who: Identity, epoch: int, records: Sequence[Record]) -> list[Upload]:
    """Records of one epoch in pieces that an upload takes, each with its head signed."""
    pieces = []
    for at in range(0, len(records), BATCH):
        some = tuple(records[at : at + BATCH])
        signature = sign_head(who.key, who.unit, who.terminal, epoch, some[-1].seq, some[-1].hash)
        pieces.append(Upload(epoch=epoch, records=some, signature=signature))
    return pieces


def seal_up(
    who: Identity, content: b.BundleUp, epoch: int, seq: int, made_at: int, entropy: Entropy
) -> bytes:
    """To the server, under this terminal's key; its number is where the journal stands."""
    return b.seal(
        "up",
        content,
        unit=who.unit,
        terminal=who.terminal,
        number=epoch << 24 | seq,
        made_at=made_at,
        key=who.key,
        to=bytes.fromhex(who.server_key),
        entropy=entropy,
    )
