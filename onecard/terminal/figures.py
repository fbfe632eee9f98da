"""What a terminal says about itself, the same by network as by stick: its figures, and what commands brought.

Makes messages and sends none; knows neither window nor line.
"""

import hashlib
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from onecard.journal.facts import Facts
from onecard.journal.journal import Journal
from onecard.journal.orders import Ended
from onecard.terminal.moment import Moment
from onecard.wire import fleet as f

#: Bytes per part of a log or picture: a bad line loses no more than that.
PART: Final = 256 << 10
#: Logs and pictures in one file, in bytes; what does not fit goes with another one.
FILE_BYTES: Final = 8 << 20


def figures(
    journal: Journal,
    facts: Facts,
    moment: Moment,
    folder: Path,
    *,
    app: str = "",
    devices: Mapping[str, str] | None = None,
    traffic: Sequence[tuple[int, int, int]] = (),
) -> f.Beat:
    """As they are now. ``folder``: whose disk has to have room."""
    age = -1 if facts.as_of == 0 else max(0, moment.now() - facts.as_of)
    return f.Beat(
        app=app[:64],
        pending=journal.pending,
        free_bytes=shutil.disk_usage(folder).free,
        stops_age_s=age,
        clock_offset_s=journal.offset_s,
        clock_is_sure=moment.is_sure,
        locked=journal.orders.is_locked,
        offline_fen=max(0, journal.exposure.total()[0]),
        devices=dict(devices or {}),
        versions=facts.have(),
        traffic=tuple(f.Traffic(*day) for day in traffic),
    )


def reports(ended: Ended) -> Iterator[f.Report]:
    """What became of one command, with what it brought, in as many parts as it takes."""
    content = ended.content
    pieces = [content[at : at + PART] for at in range(0, len(content), PART)]
    for part, piece in enumerate(pieces or [b""]):
        yield f.Report(
            command=ended.command,
            kind=ended.kind,
            state=ended.state,
            said=ended.said,
            at=ended.at,
            digest=hashlib.sha256(content).hexdigest() if content else "",
            part=part,
            parts=len(pieces),
            content=piece,
        )


def for_file(journal: Journal) -> tuple[f.Report, ...]:
    """Logs and pictures that the office has not said to have, the newest first. How a command ended needs no
    report in a file: its record travels there, and the office ends the command by it."""
    made: list[f.Report] = []
    size = 0
    for ended in journal.orders.untold_content():
        size += len(ended.content)
        if size > FILE_BYTES:
            break
        made += reports(ended)
    return tuple(made)
