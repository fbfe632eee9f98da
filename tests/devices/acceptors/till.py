"""The kiosk's own cash intake over a driver, with a disk that outlives crashes: what becomes of every note.

It runs the rules of ``kiosk.cash_intake`` on what the driver says, writes what they order, and keeps count.
"""

import msgspec

from kiosk import cash_intake
from kiosk.cash_intake import (
    Acknowledge,
    CreditWritten,
    Enable,
    GiveBack,
    Note,
    Open,
    Reconnected,
    Stack,
    StackWritten,
    WriteCredit,
    WriteDoubt,
    WriteReturned,
    WriteStack,
)
from onecard.devices.acceptors import Event
from onecard.ids import RecordId
from tests.devices.acceptors.rig import POLL_S, Kind, Rig

ROOM_FEN = 1_000_000


class Disk:
    """What is written, in order."""

    def __init__(self) -> None:
        self.records: list[WriteStack | WriteCredit | WriteReturned | WriteDoubt] = []

    def last(self) -> tuple[int, Note | None, tuple[int, int] | None]:
        """As the cash desk reads its journal backwards: newest boot, open order, newest credit or doubt."""
        settled, boot, newest = set[RecordId | None](), 0, None
        for record in reversed(self.records):
            match record:
                case WriteCredit(note):
                    return max(boot, note.boot), None, newest or (note.boot, note.cycle)
                case WriteReturned(stack):
                    settled.add(stack)
                case WriteDoubt(note=note) if note is not None:
                    boot, newest = max(boot, note.boot), newest or (note.boot, note.cycle)
                    settled.add(note.stack)
                case WriteDoubt(cycle=cycle) if cycle:
                    newest = newest or (0, cycle)
                case WriteStack(note):
                    is_open = note.stack not in settled
                    return max(boot, note.boot), note if is_open else None, None if is_open else newest
        return boot, None, newest

    @property
    def credits(self) -> list[WriteCredit]:
        return [record for record in self.records if isinstance(record, WriteCredit)]

    @property
    def credited_fen(self) -> int:
        return sum(record.value_fen for record in self.credits)

    @property
    def doubted_fen(self) -> int:
        """What the office is asked to find out about, as far as a value is known."""
        doubts = [record for record in self.records if isinstance(record, WriteDoubt)]
        return sum(one.value_fen if one.note is None else one.note.value_fen for one in doubts)

    @property
    def returned_fen(self) -> int:
        stacks = {r.note.stack: r.note.value_fen for r in self.records if isinstance(r, WriteStack)}
        return sum(stacks[r.stack] for r in self.records if isinstance(r, WriteReturned))

    def check(self) -> None:
        """Each order to stack has one end at most, each credit its own name."""
        names = [(record.note.boot, record.note.cycle) for record in self.credits]
        assert len(names) == len(set(names)), f"credited twice: {names}"
        ends = [r.note.stack for r in self.credits if r.note.stack is not None]
        ends += [r.stack for r in self.records if isinstance(r, WriteReturned)]
        ends += [r.note.stack for r in self.records if isinstance(r, WriteDoubt) and r.note is not None]
        assert len(ends) == len(set(ends)), f"one order with two ends: {self.records}"


class Till:
    """A rig under the kiosk's rules."""

    def __init__(self, kind: Kind, **options) -> None:
        self.rig = Rig(kind, **options)
        self.rig.react = self._tell
        self.rig.keeps_books = False
        self.disk = Disk()
        self.intake = cash_intake.at_start((), 1, None, None)
        self.start()

    def start(self) -> None:
        """The kiosk starts on what is on its disk."""
        boot, stack, credited = self.disk.last()
        values = tuple(sorted(self.rig.simulator.values_fen))
        self.intake = cash_intake.at_start(values, boot + 1, stack, credited)
        self.rig.driver = self.rig.kind.driver(self.rig.cable.host)
        self.rig.driver.resume(credited[1] if credited is not None else 0)
        self._tell(Reconnected())
        self.open()

    def open(self) -> None:
        """Somebody begins a recharge."""
        self._tell(Open(ROOM_FEN))

    def open_again(self) -> None:
        """The line was cut and is back: a new driver, the same application."""
        self.rig.driver = self.rig.kind.driver(self.rig.cable.host)
        self.rig.driver.resume(self.intake.credited[1] if self.intake.credited is not None else 0)
        self._tell(Reconnected())

    def _tell(self, event: Event | cash_intake.Event) -> None:
        self.intake, orders = cash_intake.step(self.intake, event)
        for order in orders:
            self._carry_out(order)

    def _carry_out(self, order: cash_intake.Order) -> None:
        driver = self.rig.driver
        match order:
            case WriteStack(note):
                id = RecordId(1, 1, len(self.disk.records) + 1)
                self.disk.records.append(WriteStack(msgspec.structs.replace(note, stack=id)))
                self._tell(StackWritten(id))
            case WriteCredit():
                self.disk.records.append(order)
                self._tell(CreditWritten(order.value_fen))
            case WriteReturned() | WriteDoubt():
                self.disk.records.append(order)
            case Stack():
                driver.stack()
            case GiveBack():
                driver.give_back()
            case Acknowledge():
                driver.acknowledge()
            case Enable(values):
                driver.enable(values)

    def run(self, seconds: float) -> None:
        self.rig.run(seconds)

    def check(self) -> None:
        """Every note is where the records say, or somebody is asked to find out."""
        memory = self.rig.simulator.memory
        self.disk.check()
        box, returned = sum(memory.box_fen), sum(memory.returned_fen)
        assert self.disk.credited_fen <= box, (self.disk.records, memory)
        assert box <= self.disk.credited_fen + self.disk.doubted_fen, (self.disk.records, memory)
        assert self.disk.returned_fen <= returned, (self.disk.records, memory)


__all__ = ["POLL_S", "Disk", "Till"]
