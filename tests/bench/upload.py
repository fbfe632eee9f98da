"""Bar ``upload``: offline records per second in uploads of 1,000 ÷ raw COPY of the same rows, on PostgreSQL.

Purse sales and their outcomes from the journals of several tills, at once over HTTP; hash chain, signature,
card chain and counters are verified, as always.
"""

import time
from pathlib import Path

from onecard.clock import SystemClock
from onecard.journal.journal import Journal
from onecard.wire.messages import Upload, encode
from onecard.wire.signing import sign_head
from tests.bench.alone import day_alone
from tests.bench.bar import Bar, at_least, figure
from tests.bench.online_sale import place
from tests.bench.shop import UNIT, Shop, Till, shop
from tests.bench.yardstick import Postgres, postgres

TILLS, UPLOADS, RECORDS, CARDS_EACH = 4, 6, 1_000, 100
_PATH, _RECEIVED = "/t/upload", b'"received"'


def _asked(folder: Path, till: Till) -> list[bytes]:
    """The uploads of a till's day as they go over the wire, read from its journal."""
    path = folder / f"{till.number}.db"
    first = 50_000 + till.number * 1_000
    day_alone(path, till.number, range(first, first + CARDS_EACH), UPLOADS * RECORDS // 2 - CARDS_EACH)
    journal, made = Journal(path, till.number, 1, SystemClock()), []
    for after in range(0, UPLOADS * RECORDS, RECORDS):
        records = journal.records(1, after, RECORDS)
        last = records[-1]
        signature = sign_head(till.key, UNIT, till.number, 1, last.seq, last.hash)
        made.append(till.request(_PATH, encode(Upload(epoch=1, records=records, signature=signature))))
    journal.close()
    return made


def _copied(running: Postgres, folder: Path) -> float:
    """Rows per second of COPY into a table like ``record``, from a file with the very rows."""
    rows = folder / "pg" / "rows"
    running.sql("shop", f"COPY record TO '{rows}'")
    running.sql("shop", "CREATE TABLE copied (LIKE record INCLUDING ALL)")
    began = time.perf_counter()
    running.sql("shop", f"COPY copied FROM '{rows}'")
    return TILLS * UPLOADS * RECORDS / (time.perf_counter() - began)


def _uploaded(there: Shop, folder: Path) -> float:
    requests = [_asked(folder, till) for till in there.tills]
    there.run([mine[:1] for mine in requests], _RECEIVED)
    found = there.run([mine[1:] for mine in requests], _RECEIVED)
    last = f'"received":{UPLOADS * RECORDS}'.encode()
    assert all(last in answers[-1] for answers in found.answers), found.answers[0][-1]
    return len(found.latencies) * RECORDS / found.seconds


def run() -> list[Bar]:
    """Uploads first, then COPY of what they wrote."""
    with place() as folder, postgres(folder) as running:
        with shop(folder / "server", TILLS, running.database("shop"), ties=False) as there:
            records = _uploaded(there, folder)
        copied = _copied(running, folder)
    return [
        at_least("upload", records / copied, "x raw COPY", 0.05),
        figure("  records per second", records, "/s"),
        figure("  rows per second by COPY", copied, "/s"),
    ]
