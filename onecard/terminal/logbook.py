"""The station's log as a file beside its journal: what the office can ask for. Two files, the older one full.

Lines of key=value, also on standard error. Knows no line's meaning; a disk that takes none costs the line.
"""

import logging
import sys
from contextlib import suppress
from pathlib import Path
from typing import Final, TextIO, cast

import structlog

NAME: Final = "station.log"
FULL_BYTES: Final = 1 << 20


class Logbook:
    """What structlog writes into."""

    def __init__(self, path: Path, *, full_bytes: int = FULL_BYTES) -> None:
        self.path, self._full = path, full_bytes
        self._file: TextIO | None = None

    def write(self, text: str) -> None:
        with suppress(OSError, ValueError):
            sys.stderr.write(text)
        try:
            if self._file is None:
                self._file = self.path.open("a", encoding="utf-8")
            self._file.write(text)
            if self._file.tell() >= self._full:
                self._file.close()
                self._file = None
                self.path.replace(self.path.with_suffix(".log.1"))
        except (OSError, ValueError):
            self._file = None

    def flush(self) -> None:
        try:
            if self._file is not None:
                self._file.flush()
        except (OSError, ValueError):
            self._file = None


def begin(folder: Path, level: str) -> Path:
    """From now on every log line of this process goes there too; returns the file."""
    path = folder / NAME
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info,
            structlog.processors.LogfmtRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        logger_factory=structlog.WriteLoggerFactory(cast(TextIO, Logbook(path))),
    )
    return path
