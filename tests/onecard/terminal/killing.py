"""A process that kills itself with signal 9 at the k-th crossing of a door, for every k, one fork each.

    python -m tests.onecard.terminal.killing <folder> <operation>

Doors are the journal's commit and every card command, before and after. ``<folder>/base`` holds a prepared
station and card; ``<folder>/<k>`` is what the k-th kill leaves. Prints how many kills it took to get through.
"""

import os
import shutil
import signal
import sys
from pathlib import Path

import msgspec

from onecard.devices.readers.virtual import Plastic, VirtualM1, VirtualPurse
from onecard.devices.readers.virtual.purse import Memory
from onecard.errors import CardError
from onecard.terminal.outcome import Unfinished
from tests.onecard.terminal.cpu_card import direct
from tests.onecard.terminal.operation import EVERY, Case
from tests.onecard.terminal.stand import CASHIER, Stand

CARD = 700_001


class Killer:
    """Dies at the ``at``-th crossing; 0 never does."""

    def __init__(self, at: int) -> None:
        self.at = at
        self.count = 0

    def cross(self) -> None:
        self.count += 1
        if self.count == self.at:
            os.kill(os.getpid(), signal.SIGKILL)


class PlasticOnDisk(VirtualM1):
    """A card that outlives the process, as plastic does."""

    path: Path
    killer: Killer

    @classmethod
    def lying_in(cls, folder: Path, killer: Killer) -> "PlasticOnDisk":
        plastic = cls.from_bytes((folder / "card.json").read_bytes())
        plastic.path, plastic.killer = folder / "card.json", killer
        return plastic

    def authenticate(self, block, which, key):
        self.killer.cross()
        answer = super().authenticate(block, which, key)
        self.killer.cross()
        return answer

    def read(self, block):
        self.killer.cross()
        answer = super().read(block)
        self.killer.cross()
        return answer

    def write(self, block, data):
        self.killer.cross()
        answer = super().write(block, data)
        save(self, self.path)
        self.killer.cross()
        return answer


class ChipOnDisk(VirtualPurse):
    """The same for a CPU card: its UID and what its chip stored."""

    path: Path
    killer = Killer(0)

    @classmethod
    def lying_in(cls, folder: Path, killer: Killer) -> "ChipOnDisk":
        kept = (folder / "card.json").read_bytes()
        chip = cls(kept[:4], msgspec.msgpack.decode(kept[4:], type=Memory))
        chip.path, chip.killer = folder / "card.json", killer
        return chip

    def run(self, apdu):
        self.killer.cross()
        answer = super().run(apdu)
        self.killer.cross()
        return answer

    def commit(self, state):
        super().commit(state)
        save(self, self.path)


def save(plastic: Plastic, path: Path) -> None:
    fresh = path.with_suffix(".new")
    kept = plastic.to_bytes() if isinstance(plastic, VirtualM1) else plastic.uid + plastic.stored
    fresh.write_bytes(kept)
    fresh.replace(path)


class WatchedDatabase:
    """The journal's connection, with the killer at its commits."""

    def __init__(self, connection, killer: Killer) -> None:
        self._connection, self._killer = connection, killer

    def execute(self, statement, *values):
        if statement != "COMMIT":
            return self._connection.execute(statement, *values)
        self._killer.cross()
        answer = self._connection.execute(statement)
        self._killer.cross()
        return answer

    def __getattr__(self, name):
        return getattr(self._connection, name)


def prepare(folder: Path, operation: str) -> Case:
    """A station with an open shift, and the card, saved in ``folder``."""
    folder.mkdir(parents=True)
    stand = Stand(folder)
    stand.station.open_shift(CASHIER, 0)
    case = EVERY[operation](stand, CARD)
    save(case.plastic, folder / "card.json")
    stand.close()
    return case


def reopen(folder: Path, operation: str, killer: Killer | None = None) -> Case:
    """The prepared case again, on what is in ``folder`` now."""
    stand = Stand(folder)
    if killer is not None:
        stand.journal._db.execute("PRAGMA synchronous = FULL")
        stand.journal._db = WatchedDatabase(stand.journal._db, killer)
    case = EVERY[operation](stand, CARD, again=True)
    kind = ChipOnDisk if isinstance(case.plastic, VirtualPurse) else PlasticOnDisk
    case.plastic = kind.lying_in(folder, killer or Killer(0))
    return case


def act(case: Case, *, retap: bool) -> object:
    """What the station does with the card that is put on: complete what is open, or begin."""
    station = case.stand.station
    storage = direct(case.plastic)
    if retap and (waiting := station.recover()):
        return station.retap(storage, waiting[0])
    return case.act(storage)


def run_once(folder: Path, operation: str, at: int, *, retap: bool = False) -> bool:
    """Fork, do it, die at crossing ``at``. Whether it got through alive."""
    pid = os.fork()
    if pid == 0:
        try:
            killer = Killer(0)
            case = reopen(folder, operation, killer)
            killer.at = at
            ended = act(case, retap=retap)
            os._exit(3 if isinstance(ended, Unfinished) else 0)
        except CardError:
            os._exit(4)
        except BaseException:
            import traceback

            traceback.print_exc()
            os._exit(5)
    _, status = os.waitpid(pid, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL, status
        return False
    assert os.WEXITSTATUS(status) == 0, status
    return True


def main() -> None:
    root, operation = Path(sys.argv[1]), sys.argv[2]
    prepare(root / "base", operation)
    for at in range(1, 1000):
        folder = root / str(at)
        shutil.copytree(root / "base", folder)
        if run_once(folder, operation, at):
            print(at)
            return
    raise AssertionError("it never got through")


if __name__ == "__main__":
    main()
