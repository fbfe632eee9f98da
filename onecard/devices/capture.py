"""What went over a cable, with its time: recorded to a file, and played back by a simulator. Knows no
protocol.

A technician records one try (``recording``); a station keeps a device's talk by a setting (``kept``).
One JSON object per line: ``{"at": seconds, "from": "device" | "host", "hex": …}``; ``{"at": …, "open": url}``
begins a connection and ``{"at": …, "gone": why}`` ends one. Digits of a PIN are written as 0. A capture of a
card reader or scanner holds card numbers: it is for the technician who made it, and nobody else can read it.
"""

import json
import math
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import msgspec
import structlog

from onecard.clock import Clock
from onecard.devices import line as lines
from onecard.devices.line import Line
from onecard.errors import DeviceGone

_log = structlog.get_logger("onecard.devices")
#: A day of polling a chatty device; a record that is never looked at must not fill a disk.
KEPT_MOST = 64 << 20


class Moment(msgspec.Struct, frozen=True):
    """One line of a capture; ``kind`` is ``device``, ``host``, ``open`` or ``gone``."""

    at: float
    kind: str
    data: bytes = b""
    text: str = ""


class _Recorded:
    """A ``Line`` that writes down what passes."""

    def __init__(
        self,
        inner: Line,
        file: TextIO,
        clock: Clock,
        began: float,
        is_secret: bool,
        *,
        is_ours: bool = False,
        most: float = math.inf,
    ) -> None:
        """``is_ours``: the file ends with the line; ``most``: no more bytes than this are written."""
        self._inner, self._file, self._clock, self._began = inner, file, clock, began
        self._is_secret, self._is_ours, self._room = is_secret, is_ours, most

    def read_available(self) -> bytes:
        try:
            data = self._inner.read_available()
        except DeviceGone as gone:
            self._note(gone=str(gone))
            raise
        if data:
            self._note(**{"from": "device", "hex": self._masked(data).hex()})
        return data

    def write(self, data: bytes) -> None:
        self._note(**{"from": "host", "hex": self._masked(data).hex()})
        self._inner.write(data)

    def close(self) -> None:
        self._inner.close()
        if self._is_ours:
            self._file.close()

    def _masked(self, data: bytes) -> bytes:
        if not self._is_secret:
            return data
        return bytes(0x30 if 0x30 <= byte <= 0x39 else byte for byte in data)

    def _note(self, **said: str) -> None:
        at = round(self._clock.monotonic() - self._began, 6)
        text = json.dumps({"at": at, **said}) + "\n"
        self._room -= len(text)
        if self._room < 0:
            return
        try:
            self._file.write(text)
        except (OSError, ValueError):
            self._room = 0  # a full disk ends the record, never the device's work


@contextmanager
def kept(path: Path, clock: Clock) -> Iterator[None]:
    """The line opened inside is recorded at the end of ``path`` for as long as it is open; times are Unix
    seconds. At ``KEPT_MOST`` bytes it ends; a file that cannot be written is, for the station, no reason not
    to work."""

    def tap(url: str, inner: Line, is_secret: bool) -> Line:
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            file = os.fdopen(descriptor, "a", encoding="utf-8", buffering=1)
        except OSError as error:
            _log.warning("capture.not_written", path=str(path), why=str(error))
            return inner
        room = KEPT_MOST - file.tell()
        line = _Recorded(
            inner, file, clock, clock.monotonic() - clock.now(), is_secret, is_ours=True, most=room
        )
        line._note(open=url)
        return line

    token = lines.own_tap.set(tap)
    try:
        yield
    finally:
        lines.own_tap.reset(token)


@contextmanager
def recording(path: Path, clock: Clock) -> Iterator[None]:
    """Every line opened inside is recorded in ``path``, which must not be there yet."""
    assert lines.tap is None, "one recording at a time"
    began = clock.monotonic()
    with path.open("x", encoding="utf-8", buffering=1) as file:

        def tap(url: str, inner: Line, is_secret: bool) -> Line:
            file.write(json.dumps({"at": round(clock.monotonic() - began, 6), "open": url}) + "\n")
            return _Recorded(inner, file, clock, began, is_secret)

        lines.tap = tap
        try:
            yield
        finally:
            lines.tap = None


def load(path: Path) -> list[Moment]:
    """A capture, oldest first. Raises ``ValueError`` with the number of a line that is none."""
    return moments(path.read_text(encoding="utf-8"), str(path))


def moments(text: str, name: str = "capture") -> list[Moment]:
    """The same from a file's text; ``name`` is how an error calls it."""
    found = list[Moment]()
    for number, line in enumerate(text.splitlines(), 1):
        try:
            said = json.loads(line)
            at = float(said["at"])
            if not 0 <= at < math.inf:
                raise ValueError(f"at {at}")
            if "hex" in said and said["from"] in ("device", "host"):
                found.append(Moment(at, said["from"], data=bytes.fromhex(said["hex"])))
            elif "open" in said:
                found.append(Moment(at, "open", text=str(said["open"])))
            else:
                found.append(Moment(at, "gone", text=str(said["gone"])))
        except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
            raise ValueError(f"line {number} of {name} is no capture: {error}") from error
    return found


class Player:
    """A simulator that says what a device once said: never before its time, and never before the host has
    said as much as it had then. ``differs`` tells when the host says something else."""

    def __init__(self, moments: list[Moment], clock: Clock, line: Line | None = None) -> None:
        self._moments, self._clock, self._line = moments, clock, line
        self._began: float | None = None
        self._next = 0
        self._heard, self._due = bytearray(), bytearray()
        #: Where the host's bytes first were others than those recorded.
        self.differs: int | None = None

    @property
    def is_over(self) -> bool:
        """Everything was said."""
        return self._next == len(self._moments)

    def plug(self, line: Line) -> None:
        self._line = line

    def tick(self) -> None:
        """Hear the host, and say what is due."""
        assert self._line is not None, "not plugged in"
        if self._began is None:
            self._began = self._clock.monotonic() - (self._moments[0].at if self._moments else 0)
        self._heard += self._line.read_available()
        while not self.is_over and self._say(self._moments[self._next], self._line):
            self._next += 1

    def close(self) -> None:
        if self._line is not None:
            self._line.close()

    def _say(self, moment: Moment, line: Line) -> bool:
        assert self._began is not None
        if moment.kind == "host":
            self._due += moment.data
        elif moment.kind == "device":
            if self._clock.monotonic() - self._began < moment.at or len(self._heard) < len(self._due):
                return False
            line.write(moment.data)
        self._compare()
        return True

    def _compare(self) -> None:
        length = min(len(self._heard), len(self._due))
        if self.differs is None and self._heard[:length] != self._due[:length]:
            self.differs = next(at for at in range(length) if self._heard[at] != self._due[at])
