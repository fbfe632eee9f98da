"""A disk that fails at any statement of any card write, truly or only by its own word: exactly once. F: I9"""

import sqlite3

import pytest

from onecard.devices.readers.virtual import DirectStorage
from onecard.errors import StoreError
from onecard.terminal.outcome import Completed, Unfinished
from onecard.wire import messages as m
from tests.onecard.terminal.operation import OPERATIONS
from tests.onecard.terminal.stand import Stand, read_plastic

FIRST = 800_000


class FailingDatabase:
    """The journal's connection; statement number ``at`` fails, ``after`` having been carried out."""

    def __init__(self, connection, at: int, *, after: bool) -> None:
        self._connection, self._at, self._after = connection, at, after
        self.reached = 0

    def execute(self, statement, *values):
        self.reached += 1
        if self.reached != self._at:
            return self._connection.execute(statement, *values)
        if self._after:
            self._connection.execute(statement, *values)
        error = sqlite3.OperationalError("disk I/O error")
        error.sqlite_errorname = "SQLITE_IOERR_FSYNC"
        raise error

    def heal(self) -> None:
        """No further failure; a journal that opened its file anew does not use this object any more."""
        self._at = 0

    def __getattr__(self, name):
        return getattr(self._connection, name)


@pytest.mark.parametrize("after", [False, True], ids=["failed", "failed by its word only"])
@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_disk_that_fails_once(stand: Stand, operation, after):
    stand.receive(stand.office.place(offline_recharge_fen="1000000000"))
    reached = set()
    for at in range(1, 100):
        case = OPERATIONS[operation](stand, FIRST + at)
        memory = list(case.plastic.blocks)
        storage = DirectStorage(case.plastic)
        failing = stand.journal._db = FailingDatabase(stand.journal._db, at, after=after)
        try:
            ended = case.act(storage)
        except StoreError:
            ended = None
            assert case.plastic.blocks == memory, "refused, and yet the card was written"
        failing.heal()
        reached.add(type(ended))
        if failing.reached < at:
            assert isinstance(ended, Completed)
            break
        settle(case, ended)
    else:
        raise AssertionError("it never got through")
    assert reached == {type(None), Unfinished, Completed}
    assert stand.journal.verify() == stand.journal.head.seq


def settle(case, ended):
    station = case.stand.station
    waiting = station.open_taps()
    if isinstance(ended, Unfinished):
        again = station.retap(DirectStorage(case.plastic), ended)
        assert isinstance(again, Completed)
    elif waiting:  # the intent is on the disk although it said no: as after a power cut
        (one,) = station.recover()
        assert isinstance(station.retap(DirectStorage(case.plastic), one), Completed)
    elif ended is None:
        assert isinstance(case.act(DirectStorage(case.plastic)), Completed)
    assert station.open_taps() == []
    image = read_plastic(case.plastic)
    assert image.newest.main_fen == case.after_fen
    done = [body.of for body in case.stand.bodies(m.Done)]
    assert done.count(image.newest.last) == 1
