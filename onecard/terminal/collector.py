"""A station without network meets a stick or a handheld: its records out, the office's documents in. F: E4 A7

Whoever brings it shows a collector card; that this was done, by which card, stands in the journal and goes
along in the file. Both ways are the sealed, signed files of ``courier.py``: the same stick again changes
nothing. Blocking; knows no screen.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Final

import structlog

from onecard.clock import Clock
from onecard.errors import Refused, StoreError
from onecard.ids import Entropy, RecordId
from onecard.terminal.courier import Courier
from onecard.terminal.figures import figures, for_file
from onecard.terminal.setup import Setup
from onecard.terminal.station import Station
from onecard.whole_file import write_whole
from onecard.wire import messages as m
from onecard.wire.bundle import FILE_MAX, MAGIC, read_head
from onecard.wire.client import Identity

_log = structlog.get_logger("collector")

#: A stick has other things on it; nobody looks through more than this.
FILES_MAX: Final = 200


@dataclass(frozen=True, kw_only=True)
class Carried:
    """What a stick took along and what it brought. ``problems``: codes of what could not be used."""

    records: int
    documents: int
    files: int
    problems: tuple[str, ...] = ()


class Collector:
    """``folder`` is where a stick or handheld appears when it is plugged in."""

    def __init__(
        self,
        identity: Identity,
        station: Station,
        folder: Path,
        home: Path,
        clock: Clock,
        entropy: Entropy,
        *,
        app: str = "",
        devices: Callable[[], dict[str, str]] = dict,
    ) -> None:
        """``home``: whose disk has to have room."""
        self._who, self._station, self._folder, self._home = identity, station, folder, home
        self._courier = Courier(identity, station.journal, station.facts, clock, entropy)
        self._app, self._devices = app, devices

    @classmethod
    def of(cls, setup: Setup, devices: Callable[[], dict[str, str]]) -> "Collector | None":
        """As the station is set up; ``None``: without a stick, or in training, which no office hears of."""
        folder = setup.settings.text("stick.folder")
        if not folder or setup.is_training:
            return None
        return cls(
            setup.identity, setup.station, Path(folder), setup.folder, setup.clock, setup.entropy,
            app=version("onecard"), devices=devices,
        )  # fmt: skip

    @property
    def is_there(self) -> bool:
        """Whether a stick is plugged in."""
        return self._folder.is_dir()

    def carry(self, card: int, operator: int) -> Carried:
        """By whom: the number of the collector card, and whose PIN it was.

        The office's files come first, so that what was read of them is in the file that goes back. Raises
        ``Refused("stick.gone")``, ``StoreError``: ``stick.full`` (the records stay here as well).
        """
        if not self.is_there:
            raise Refused("stick.gone")
        documents, files, problems = self._take_all()
        journal, station = self._station.journal, self._station
        records = journal.pending

        def made(id: RecordId) -> m.Carried:
            return station.upkeep.carried(id, card, operator, records, documents)

        journal.append(made)
        beat = figures(
            journal,
            station.facts,
            station.moment,
            self._home,
            app=self._app,
            devices=self._devices(),
        )
        raw = self._courier.export(beat, for_file(journal))
        path = self._folder / f"onecard-{self._who.unit}-{self._who.terminal}.up"
        try:
            write_whole(path, raw)
            if path.read_bytes() != raw:
                raise OSError("read back otherwise")
        except OSError as error:
            raise StoreError("stick.full", detail=str(error)) from error
        _log.info("collector.carried", card=card, records=records, documents=documents)
        return Carried(records=records + 1, documents=documents, files=files, problems=problems)

    def _take_all(self) -> tuple[int, int, tuple[str, ...]]:
        """The files for this terminal, in the order in which the office made them."""
        found = []
        for path in sorted(self._folder.iterdir())[:FILES_MAX]:
            raw = _read(path)
            if raw is None:
                continue
            try:
                head = read_head(raw)
            except Refused:
                continue  # not whole, or nobody's: the stick may hold anything
            if (head.way, head.unit, head.terminal) == ("down", self._who.unit, self._who.terminal):
                found.append((head.number, raw))
        documents, problems = 0, []
        for _, raw in sorted(found):
            try:
                taken = self._courier.take(raw)
            except Refused as refused:
                problems.append(refused.code)
                continue
            documents += taken.documents
            problems += taken.problems
        return documents, len(found), tuple(problems)


def _read(path: Path) -> bytes | None:
    """A file that could be one of ours."""
    try:
        if not path.is_file() or not len(MAGIC) < path.stat().st_size <= FILE_MAX + (1 << 16):
            return None
        with path.open("rb") as file:
            if file.read(len(MAGIC)) != MAGIC:
                return None
        return path.read_bytes()
    except OSError:
        return None
