"""A whole fleet in one process from one seed: terminals, cards, an office, and everything that goes wrong.

``World(options).run()`` takes steps, heals what was broken, lets everything arrive and looks at the
invariants. No sockets, no threads, no sleeping: a step is over before the next one begins. Knows no deed and
no invariant.
"""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol

from onecard.cards.m1 import M1Card
from onecard.cards.management.document import Kind, Management, seal
from onecard.clock import FalseClock, business_day, card_day
from onecard.devices.readers.virtual import DirectStorage, VirtualM1, VirtualPurse
from onecard.errors import OneCardError, StoreError, Unreachable
from onecard.ids import RecordId, SeededEntropy
from onecard.wire import messages as m
from onecard.wire.client import Identity
from onecard.wire.counter import ReserveChip
from pos.task import Issue, Recharge
from server.books import tables
from server.books.case import medium_of
from server.exceptions.tables import exception
from tests.world import books, chip, ledger
from tests.world.box import KEYS, Box, Plastic, PowerCut
from tests.world.kiosk import KioskBox
from tests.world.luck import Luck
from tests.world.network import Network
from tests.world.office import ACCOUNT, BOSS, CHIP, KEEPER, NOW, PURSE, UNIT, Office
from tests.world.pos import Phase, PosBox

#: What the office says to a till whose disks have followed each other too fast.
SUSPENDED = "terminal.suspended"
#: Families of faults; a world may leave some out.
FAMILIES = ("net", "power", "card", "disk", "cash", "server", "restore", "clone", "clock", "paper", "lost")


@dataclass(frozen=True)
class Options:
    """All that decides how a world runs."""

    seed: int
    steps: int = 120
    families: frozenset[str] = frozenset(FAMILIES)
    #: Numbers of the steps that happen; ``None``: all.
    only: frozenset[int] | None = None
    #: Names of families and deeds that this day is about; none: the seed says it.
    about: tuple[str, ...] = ()

    @property
    def kept(self) -> frozenset[int]:
        """The steps that happen, by number."""
        all_of_them = frozenset(range(1, self.steps + 1))
        return all_of_them if self.only is None else all_of_them & self.only

    def __str__(self) -> str:
        text = f"SEED={self.seed} STEPS={self.steps}"
        if self.families != frozenset(FAMILIES):
            text += f" FAULTS={','.join(sorted(self.families)) or 'none'}"
        if self.about:
            text += f" ABOUT={','.join(self.about)}"
        if self.only is not None:
            text += f" ONLY={','.join(map(str, sorted(self.kept))) or 'none'}"
        return text


@dataclass
class Violation:
    """An invariant that does not hold, by its id."""

    id: str
    what: str

    def __str__(self) -> str:
        return f"{self.id}: {self.what}"


@dataclass
class Holder:
    """A member with a card. ``card`` 0: not issued yet. ``backups``: what somebody copied off it, when."""

    plastic: Plastic
    type: int = PURSE
    card: int = 0
    issue: int = 0
    is_lost: bool = False
    is_forged: bool = False
    #: There is a newer plastic of this card.
    is_dead: bool = False
    #: Its holder gives it back; ``is_gone``: and it is blank.
    is_leaving: bool = False
    is_gone: bool = False
    #: The card to which its money is about to move, or has moved.
    moves_to: int = 0
    #: The holder's own name.
    member: str = ""
    backups: list[list[bytes]] = field(default_factory=list)

    @property
    def name(self) -> str:
        return f"card {self.card}"

    @property
    def m1(self) -> VirtualM1:
        """Of whoever can be copied."""
        assert isinstance(self.plastic, VirtualM1)
        return self.plastic


class Broken(Exception):
    """An invariant does not hold; the world stops here."""

    def __init__(self, violations: list[Violation]) -> None:
        super().__init__("; ".join(map(str, violations)))
        self.violations = violations


@dataclass(frozen=True)
class Morning:
    """Everything that a fleet was when it was set up."""

    after_s: int
    boxes: dict[str, tuple[dict[str, bytes], Identity | None, int]]
    office: dict[str, bytes]
    cards: list[tuple[Plastic, int, int, int]]
    keeper: bytes


def once_more(plastic: Plastic) -> Plastic:
    """The same plastic as it is now."""
    if isinstance(plastic, VirtualPurse):
        return plastic.copy()
    return VirtualM1.from_bytes(plastic.to_bytes())


_MORNING: list[Morning] = []
Deed = Callable[["World"], str | None]


class World:
    """``story`` is what happened, a line each."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.story: list[str] = []
        self.steps = 0
        self.violations: list[Violation] = []
        self.clock = FalseClock(NOW)
        self.luck = Luck(options.seed, lambda what: self._say(f"    ! {what}"))
        self.network = Network(self.clock, self.luck)
        self.office = Office("office", self.clock, SeededEntropy(1))
        self.network.office = self.office
        self.pos = [PosBox(f"pos{n}", "pos", self.clock, self.network, SeededEntropy(n)) for n in (1, 2)]
        self.kiosks = [KioskBox("kiosk3", "kiosk", self.clock, self.network, SeededEntropy(9))]
        self.boxes: list[Box] = [*self.pos, *self.kiosks]
        self.holders: list[Holder] = []
        #: Fen per card by the office's own word.
        self.office_owed: dict[int, int] = {}
        self.office_seq = 0
        #: Orders of the office that got no answer: (fact, card, fen).
        self.office_unsure: list[tuple[int, int, int]] = []
        self.backup: tuple[dict[str, bytes], dict[int, int], list[tuple[int, int, int]]] | None = None
        self.was_restored = False
        self.restores = 0
        #: Cards of which the office disposed as if a lost terminal had nothing to say of them any more.
        self.excused: set[int] = set()
        self.images: dict[str, dict[str, bytes]] = {}
        self.acked: dict[str, tuple[int, int]] = {}
        self.marks: dict[tuple[str, int], int] = {}
        #: Orders by which the office paid what was left on cards that came back.
        self.rests: set[int] = set()
        #: Codes of slips that came out of a printer, by number.
        self.slips: dict[RecordId, str] = {}
        #: The card of whoever looks after the kiosks.
        self.keeper: VirtualM1 | None = None
        #: Intents that some till said went well.
        self.shown: list[RecordId] = []
        for till in self.pos:
            till.shown = self.shown

    # ---- telling

    def _say(self, line: str) -> None:
        self.story.append(line)

    def note(self, line: str) -> None:
        """A line of the story with the time of day of the world."""
        seconds = self.clock.now() - NOW
        self._say(
            f"{seconds // 86400}d{seconds // 3600 % 24:02}:{seconds // 60 % 60:02}:{seconds % 60:02} {line}"
        )

    def broken(self, id: str, what: str) -> None:
        """An invariant does not hold."""
        self.violations.append(Violation(id, what))
        self._say(f"    VIOLATED {id}: {what}")

    @property
    def digest(self) -> str:
        """Everything that happened and everything that was journaled, as one number."""
        whole = hashlib.sha256("\n".join(self.story).encode())
        for box in self.boxes:
            if box.is_on:
                whole.update(box.journal.head.hash.encode())
        return whole.hexdigest()[:16]

    def lives(self) -> list[list[m.Body]]:
        """Every journal there ever was, as far as it was kept."""
        found: list[list[m.Body]] = []
        for box in self.boxes:
            found += box.past
            if box.is_on or box.is_gone:
                found.append(box.bodies() if box.is_on else box.kept)
        return found

    # ---- the first morning

    def set_up(self) -> None:
        """The first morning, the same for all worlds; its disks are kept, it takes as long as a day."""
        if _MORNING:
            self._wake_up(_MORNING[0])
            return
        self._first_morning()
        self.keeper = self._keeper()
        for box in self.boxes:
            box.disk.settle()
            self.power_off(box)
        self.luck.faults, self.story = 0, []
        self.office.kill(lambda bound: 0)
        _MORNING.append(
            Morning(
                self.clock.now() - NOW,
                {box.name: (box.image(), box.identity, box.number) for box in self.boxes},
                self.office.disk.copy(),
                [(once_more(one.plastic), one.type, one.card, one.issue) for one in self.holders],
                self.keeper.to_bytes(),
            )
        )
        self._wake_up(_MORNING[0])

    def _wake_up(self, morning: "Morning") -> None:
        if self.office.runtime is not None:
            self.office.kill(lambda bound: 0)
        self.clock.advance(max(0, NOW + morning.after_s - self.clock.now()))
        self.office.disk.restore(morning.office)
        self.office.entropy = SeededEntropy(self.options.seed)
        self.office.start()
        self.holders = []
        for plastic, kind, card, issue in morning.cards:
            self.holders.append(Holder(once_more(plastic), kind, card, issue, member=plastic.uid.hex()))
        self.keeper = VirtualM1.from_bytes(morning.keeper)
        self.acked.clear()
        for n, box in enumerate(self.boxes):
            image, box.identity, box.number = morning.boxes[box.name]
            box.put_image(image)
            box.entropy = SeededEntropy(self.options.seed * 31 + n)
            self.power_on(box)

    def _first_morning(self, cards: int = 5) -> None:
        """Terminals enrol, the office's word arrives, members get their cards."""
        for box in self.boxes:
            number, code = self.office.add_terminal(box.kind, 1 if box.name != "pos2" else 2)
            box.enrol(number, code)
        self.office.tick()
        for box in self.boxes:
            self.power_on(box)
            box.sync.turn()
        for till in self.pos:
            till.sign_on()
        for n in range(cards):
            plastic = VirtualM1((0x04A1_0000 + n).to_bytes(4, "big"))
            holder = Holder(plastic, ACCOUNT if n == 1 else PURSE)
            self.holders.append(holder)
            self.issue(self.pos[n % 2], holder, 0 if holder.type == ACCOUNT else 5_000)
        self.holders.append(Holder(chip.make(1), CHIP))
        self.issue(self.pos[0], self.holders[-1], 5_000)
        for till in self.pos:
            till.lift()
        self.sync_all()
        assert all(one.card for one in self.holders)

    def _keeper(self) -> VirtualM1:
        """A management card of the office's, for as long as a world may last."""
        plastic, now, runtime = VirtualM1(bytes.fromhex("04b20001")), self.clock.now(), self.office.runtime
        assert runtime is not None
        today = card_day(business_day(now))
        document = Management(UNIT, 90_001, Kind.OPERATOR, KEEPER, today, today + 365)
        content = seal(runtime.keys.signing, document, plastic.uid)
        self.kiosks[0].station.upkeep.cards.write(DirectStorage(plastic), content)
        plastic.pull()
        return plastic

    def issue(self, till: PosBox, holder: Holder, opening_fen: int) -> str | None:
        """The front desk makes a blank plastic somebody's card."""
        if till.phase not in (Phase.CLOSED, Phase.OK, Phase.REFUSED, Phase.READY):
            return None
        grant = till.ask_now(self._reserving(till, holder))
        if not isinstance(grant, m.IssueGrant):
            return f"issue: {grant}"
        # Money for a chip is loaded once it is somebody's.
        loaded_fen = opening_fen if holder.type == CHIP else 0
        if not till.want(Issue(grant=grant, opening_fen=opening_fen - loaded_fen, holder="")):
            return None
        till.put(holder.plastic)
        holder.card, holder.issue = grant.card, grant.issue
        self.clock.advance(5)
        till.tick()
        if loaded_fen and till.want(Recharge(fen=loaded_fen)):
            till.put(holder.plastic)
        return f"issue {holder.name} type {holder.type} with {opening_fen}: {till.phase.value}"

    def _reserving(self, till: PosBox, holder: Holder) -> m.ReserveIssue | ReserveChip:
        """A number for a blank, or the right to the one that a chip brings."""
        member, uid = self._member(till, holder), holder.plastic.uid.hex()
        id = till.till.request_id()
        if holder.type != CHIP:
            return m.ReserveIssue(id=id, type=holder.type, member=member, uid=uid, operator=BOSS)
        number = chip.number_of(holder.plastic)
        return ReserveChip(
            id=id, type=CHIP, member=member, uid=uid, card=number, until_day=chip.LAST_DAY, operator=BOSS
        )

    def _member(self, till: PosBox, holder: Holder) -> int:
        holder.member = holder.plastic.uid.hex()
        row = till.ask_now(m.NewMember(id=till.till.request_id(), name=holder.member, operator=BOSS))
        return row.member if isinstance(row, m.MemberRow) else 0

    # ---- power

    def power_on(self, box: Box) -> bool:
        """It starts, unless its disk says no."""
        if box.is_on or box.is_gone:
            return box.is_on
        if isinstance(box, KioskBox):
            box.simulator.power_on()
        try:
            box.boot()
        except PowerCut:
            self.power_off(box)
            return False
        except StoreError as error:
            self.note(f"{box.name} does not start: {error}")
            box.off(self.luck.below)
            return False
        if box.is_dead:
            self.power_off(box)
            return False
        self._survived(box)
        return True

    def power_off(self, box: Box) -> None:
        """The power is gone."""
        if box.is_on:
            head = box.journal.head
            self.acked[box.name] = max(self.acked.get(box.name, (0, 0)), (head.epoch, head.seq))
        if isinstance(box, KioskBox) and self.luck.one_in(2):
            box.simulator.power_cut(note_passed=self.luck.one_in(2))
        lost = box.off(self.luck.below)
        self.luck.fault(f"{box.name} loses its power" + (f" and {lost} writes" if lost else ""))

    def lose(self, box: Box) -> None:
        """It is nowhere; what it knew alone is gone with it."""
        box.kept = box.bodies()
        self.power_off(box)
        self.office.hear()
        box.is_gone = True
        # What waits for its outcome there is given up when the terminal is.
        waiting = [one for one in ledger.fold([box.kept]).fates if one.state in ("open", "aside")]
        self.excused |= {medium_of(one.body)[0] for one in waiting}
        # What only this box and the server had is gone for good when the server loses it as well.
        self.backup = None
        self.luck.fault(f"{box.name} is lost")

    def find(self, box: Box) -> None:
        """There it is again, and everything on its disk."""
        box.is_gone, box.is_offline = False, False
        self.power_on(box)

    def _survived(self, box: Box) -> None:
        head = box.journal.head
        known = self.acked.pop(box.name, (0, 0))
        if (head.epoch, head.seq) < known:
            self.broken("I9", f"{box.name} had record {known} on disk, now ends at {(head.epoch, head.seq)}")

    def guard(self, box: Box, work: Callable[[], str | None]) -> str | None:
        """Do something with a machine; it may lose its power in the middle of it."""
        try:
            said = work()
        except PowerCut:
            said = "power cut"
        except OneCardError as error:
            said = str(error)
        if box.is_dead and box.is_on:
            self.power_off(box)
        return said

    # ---- time

    def pass_time(self, seconds: float) -> None:
        """Everything that happens by itself, in the grain that matters."""
        began = self.clock.monotonic()
        end = began + seconds
        ticks = 0
        while self.clock.monotonic() < end - 1e-6:
            fine = any(
                kiosk.memory.place != "none" or (kiosk.is_on and kiosk.is_active) for kiosk in self.kiosks
            )
            waits = any(one.is_on and one.phase in (Phase.RETAP, Phase.ASKING) for one in self.pos)
            left, gone = end - self.clock.monotonic(), self.clock.monotonic() - began
            # Who waits for something waits in seconds, and nothing is waited for longer than minutes.
            grain = (
                left if not (fine or waits) else 0.1 if fine and gone < 30 else 1.0 if gone < 300 else 600.0
            )
            self.clock.advance(min(grain, left))
            ticks += 1
            window = grain >= 1.0 or ticks % 3 == 0
            for kiosk in self.kiosks:
                kiosk.simulator.tick()
                if kiosk.is_on:
                    self.guard(kiosk, lambda kiosk=kiosk, window=window: kiosk.turn(window=window))  # type: ignore[misc]
            if window:
                self._tills()
        self._tills()
        self.network.deliver()
        self._see_server()
        self.office.tick()

    def _tills(self) -> None:
        for till in self.pos:
            if till.is_on:
                self.guard(till, till.tick)
            if till.is_on:
                self.guard(till, lambda till=till: till.put_questions() and None)  # type: ignore[misc]
        for kiosk in self.kiosks:
            if kiosk.is_on:
                self.guard(kiosk, lambda kiosk=kiosk: kiosk.put_questions() and None)  # type: ignore[misc]

    def sync(self, box: Box) -> str | None:
        """One exchange with the office."""
        self.network.asked = 0
        box.sync.turn()
        trouble = box.sync.status().trouble
        self._see_server()
        if isinstance(box, PosBox) and box.is_on and not box.is_ready:
            box.sign_on()
        if box.sync.status().online and not box.is_dead:
            # What the server itself has just said that it has.
            epoch = box.journal.epoch
            self.marks[box.name, epoch] = box.journal._marks[epoch][0]
        if trouble == "sync.fault":
            self.broken("fault", f"{box.name}: the exchange failed inside")
        return trouble or f"{box.journal.pending} left"

    def _see_server(self) -> None:
        office = self.office
        if office.runtime is not None and office.disk.is_dead:
            lost = office.kill(self.luck.below)
            self.luck.fault(f"the server dies and loses {lost} writes")

    # ---- running

    def run(self, deeds: "Deeds", checks: "Checks") -> None:
        """Steps, then healing, then everything must be right."""
        try:
            self.luck.begin(0)
            self.set_up()
            kept = self.options.kept
            for number in range(1, self.options.steps + 1):
                if number not in kept:
                    continue
                self.luck.begin(number)
                self._step(deeds)
                if number % 40 == 0:
                    self._check(checks.always(self))
                if self.violations:
                    return
            self.luck.begin(10**6)
            self.heal()
            deeds.finish(self)
            self.sync_all()
            self.settle_unsure()
            self._check(checks.always(self))
            self._check(checks.in_the_end(self))
        except Broken:
            return

    def _step(self, deeds: "Deeds") -> None:
        self.network.asked = 0
        for _ in range(6):
            name, deed = deeds.draw(self)
            said = self._try(deed)
            if said is not None:
                self.steps += 1
                self.note(f"{name}: {said}")
                self._see_server()
                return

    def _try(self, deed: Deed) -> str | None:
        try:
            said = deed(self)
        except PowerCut:
            said = "power cut"
        except Unreachable as error:
            said = str(error)
        except StoreError as error:
            if not any(box.is_dead or box.disk.trouble for box in self.boxes):
                raise
            said = str(error)
        for box in self.boxes:
            if box.is_dead and box.is_on:
                self.power_off(box)
                said = said or "power cut"
        return said

    def _check(self, violations: Iterable[Violation]) -> None:
        for one in violations:
            self.broken(one.id, one.what)
        if self.violations:
            raise Broken(self.violations)

    def heal(self) -> None:
        """Whatever was broken is whole again; nobody is in the middle of anything."""
        self.network.bad = 0
        self.luck.begin(10**6 + 1)
        if not self.office.is_up:
            self.office.kill(self.luck.below)
            self.start_server()
        self.network.deliver(all_of_it=True)
        for box in self.boxes:
            box.fuse, box.is_offline, box.disk.trouble, box.free_bytes = None, False, 0, 1 << 40
            box.clock.skew_s, box.disk.good_writes = 0, None
        self.office.disk.trouble = 0
        self.office.disk.fuse = lambda what: False
        for kiosk in self.kiosks:
            kiosk.cable.mend()
            kiosk.cable.heal()
            kiosk.simulator.power_on()
            kiosk.simulator.clear_jam() if kiosk.simulator.state.name.startswith("JAM") else None
        for station in (*self.pos, *self.kiosks):
            station.printer.trouble("")
        for box in self.boxes:
            if not self.power_on(box) and not box.is_gone:
                self.broken("I10", f"{box.name} does not start after everything was healed")
        for station in (*self.pos, *self.kiosks):
            if station.is_on:
                station.look_at_printer()
        self.note("healed")
        for till in (one for one in self.pos if one.is_on):
            till.lift()
        for kiosk in self.kiosks:
            kiosk.lift()
        self.pass_time(60)

    def start_server(self) -> None:
        """It comes back, with everything that it had said it had."""
        self.office.start()
        office = self.office
        if self.was_restored:
            self.was_restored = False
            self.marks.clear()
            return
        found = books.watermarks(office)
        for box in self.boxes:
            for (name, epoch), received in self.marks.items():
                if name == box.name and found.get((box.number, epoch), 0) < received:
                    self.broken(
                        "I9", f"the server had {received} of {name} and has {found.get((box.number, epoch))}"
                    )

    def take_backup(self) -> None:
        """What the books hold now, and what the office knows to be in them."""
        self.backup = None
        if any(till.is_on and till.station.front_desk.errands.unanswered() for till in self.pos):
            return  # it may be done any moment, and what is paid out is not undone
        self.backup = (self.office.disk.copy(), dict(self.office_owed), list(self.office_unsure))

    def restore_server(self) -> None:
        """Another machine with the last backup."""
        assert self.backup is not None
        self.office.kill(lambda bound: 0)
        image, owed, unsure = self.backup
        self.office.disk.restore(image)
        self.office_owed, self.office_unsure = dict(owed), list(unsure)
        self.was_restored = True
        self.restores += 1
        self.start_server()

    def settle_unsure(self) -> None:
        """What became of the office's orders that got no answer."""
        if self.office_unsure:
            created = {row.fact for row in books.rows(self.office, tables.fact) if row.status == "created"}
            for fact, card, fen in self.office_unsure:
                if fact in created:
                    self.office_owed[card] = self.office_owed.get(card, 0) + fen
            self.office_unsure = []

    def unsure_cards(self, told: ledger.Ledger) -> set[int]:
        """Cards whose making nobody finished: what was paid for them is with a person."""
        return {
            fate.body.card for fate in told.fates if isinstance(fate.body, m.Issue) and fate.state != "done"
        }

    def exceptions(self) -> list[Any]:
        """The office's inbox."""
        return books.rows(self.office, exception)

    def last_load(self, holder: Holder) -> int | None:
        """The number on the plastic; a chip says it to the station that put it there."""
        if not isinstance(holder.plastic, VirtualM1):
            return None
        try:
            return M1Card(DirectStorage(holder.plastic), KEYS, UNIT).read().newest.last_load
        except OneCardError:
            return None
        finally:
            holder.plastic.pull()

    def sync_all(self, rounds: int = 2) -> None:
        """Everything arrives, and everything comes down."""
        for _ in range(rounds):
            for box in self.boxes:
                if box.is_on:
                    said = self.guard(box, lambda box=box: self.sync(box))  # type: ignore[misc]
                    if said == SUSPENDED and self.office.release():
                        said = self.guard(box, lambda box=box: self.sync(box))  # type: ignore[misc]
                    if said != "0 left":
                        self.note(f"sync {box.name}: {said}")
            self.pass_time(2)

    def remove(self) -> None:
        """Nothing of this world is kept."""
        for box in self.boxes:
            if box.is_on:
                box.disk.is_dead = True
                box.off(lambda bound: 0)
            box.disk.remove()
        if self.office.runtime is not None:
            self.office.kill(lambda bound: 0)
        self.office.disk.remove()


class Deeds(Protocol):
    """What people and bad luck do; see ``deed.py``."""

    def draw(self, world: World) -> tuple[str, Deed]: ...

    def finish(self, world: World) -> None:
        """What everybody does at the end of the day."""


class Checks(Protocol):
    """See ``invariant.py``."""

    def always(self, world: World) -> list[Violation]: ...

    def in_the_end(self, world: World) -> list[Violation]: ...
