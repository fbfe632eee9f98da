"""The writes of M1 and CPU cards as things to be interrupted: a card, what to do, what must come of it.

``again``: the station and its journal have been prepared before and were restarted.
"""

from collections.abc import Callable
from dataclasses import dataclass

from onecard.cards.image import CardImage
from onecard.cards.m1.sector import access_bits
from onecard.cards.medium import StorageCard
from onecard.devices.readers.virtual import DirectStorage, Plastic, VirtualM1, VirtualPurse
from onecard.terminal.order import Order
from onecard.terminal.outcome import Completed
from onecard.wire import messages as m
from tests.onecard.terminal.cpu_card import Orders, make_cpu_plastic, read_cpu
from tests.onecard.terminal.stand import TODAY, Stand, make_plastic, read_plastic

START = 10_000
FEN = 1250


@dataclass
class Case:
    """One card with one write to come."""

    stand: Stand
    plastic: Plastic
    card: int
    before_fen: int
    after_fen: int
    act: Callable[[StorageCard], object]
    kind: str

    def image(self) -> CardImage:
        """What the card says now."""
        if isinstance(self.plastic, VirtualPurse):
            return read_cpu(self.stand, self.plastic)
        return read_plastic(self.plastic)

    @property
    def is_dead(self) -> bool:
        """A trailer was torn inside its access bytes: the chip itself refuses that sector from then on."""
        assert isinstance(self.plastic, VirtualM1)
        return any(access_bits(self.plastic.blocks[trailer][6:9]) is None for trailer in (7, 11, 15))


def _uid(number: int) -> bytes:
    return bytes([4]) + (number % 0xFFFFFF).to_bytes(3, "big")


def _looked(stand: Stand, then: Callable[..., object]) -> Callable[[StorageCard], object]:
    return lambda storage: then(storage, stand.station.look(storage))


def sale(stand: Stand, number: int, again: bool = False) -> Case:
    plastic = make_plastic(START, uid=_uid(number), card=number)
    act = _looked(stand, lambda storage, look: stand.station.sell(storage, look, Order.amount(FEN)))
    return Case(stand, plastic, number, START, START - FEN, act, "sale")


def void(stand: Stand, number: int, again: bool = False) -> Case:
    plastic = make_plastic(START, uid=_uid(number), card=number)
    if not again:
        storage = DirectStorage(plastic)
        sold = stand.station.sell(storage, stand.station.look(storage), Order.amount(FEN))
        assert isinstance(sold, Completed)
        plastic.pull()
    sale = next(body.id for body in stand.bodies(m.Sale) if body.card == number)
    act = _looked(stand, lambda storage, look: stand.station.void(storage, look, sale))
    return Case(stand, plastic, number, START - FEN, START, act, "void")


def recharge(stand: Stand, number: int, again: bool = False) -> Case:
    plastic = make_plastic(START, uid=_uid(number), card=number)
    act = _looked(stand, lambda storage, look: stand.station.recharge(storage, look, FEN))
    return Case(stand, plastic, number, START, START + FEN, act, "recharge")


def load(stand: Stand, number: int, again: bool = False) -> Case:
    plastic = make_plastic(START, uid=_uid(number), card=number)
    loads = tuple(
        m.Load(card=number, issue=1, number=n, fen=fen, digest="0a") for n, fen in ((1, 1000), (2, 250))
    )
    if not again:
        held = stand.facts.have().get("loads", 0)
        stand.receive(stand.office.loads(*loads, base=held))
    act = _looked(stand, stand.station.apply_loads)
    return Case(stand, plastic, number, START, START + FEN, act, "load")


def issue(stand: Stand, number: int, again: bool = False) -> Case:
    plastic = make_plastic(blank=True, uid=_uid(number))
    grant = m.IssueGrant(card=number, issue=1, type=1, until_day=TODAY + 9, deposit_fen=0, fee_fen=0)
    return Case(
        stand, plastic, number, 0, FEN, lambda storage: stand.station.issue(storage, grant, FEN), "issue"
    )


def lock(stand: Stand, number: int, again: bool = False) -> Case:
    """At the front desk, before a card is paid out."""
    plastic = make_plastic(START, uid=_uid(number), card=number)
    act = _looked(stand, stand.station.front_desk.lock)
    return Case(stand, plastic, number, START, START, act, "lock")


def _cpu(stand: Stand, number: int) -> VirtualPurse:
    stand.station.attach(load_host=Orders())
    return make_cpu_plastic(START, uid=_uid(number), card=number)


def cpu_sale(stand: Stand, number: int, again: bool = False) -> Case:
    case = sale(stand, number, again)
    case.plastic = _cpu(stand, number)
    return case


def cpu_recharge(stand: Stand, number: int, again: bool = False) -> Case:
    case = recharge(stand, number, again)
    case.plastic = _cpu(stand, number)
    return case


def cpu_load(stand: Stand, number: int, again: bool = False) -> Case:
    case = load(stand, number, again)
    case.plastic = _cpu(stand, number)
    return case


def cpu_lock(stand: Stand, number: int, again: bool = False) -> Case:
    case = lock(stand, number, again)
    case.plastic = _cpu(stand, number)
    return case


#: Writes of M1 cards whose taps wait for the card to come back.
OPERATIONS = {"sale": sale, "void": void, "recharge": recharge, "load": load, "issue": issue}
#: The same of CPU cards: a void there is owed and writes nothing, and they are made in the key room.
CPU_OPERATIONS = {"cpu sale": cpu_sale, "cpu recharge": cpu_recharge, "cpu load": cpu_load}
#: Locks, which wait for nobody: a restart gives them up, the next tap locks.
LOCKS = {"lock": lock, "cpu lock": cpu_lock}
EVERY = OPERATIONS | CPU_OPERATIONS | LOCKS


def crossings(make: Callable[[Stand, int], Case], stand: Stand, number: int) -> list[int | None]:
    """Dry run on a spare card: for each command that the write takes, how many bytes a tear can leave
    written (``None``: it writes nothing)."""
    case = make(stand, number)
    assert isinstance(case.plastic, VirtualM1)
    storage = DirectStorage(case.plastic)
    written: set[int] = set()
    write = case.plastic.write

    def noted(block: int, data: bytes) -> bool:
        written.add(case.plastic.commands)
        return write(block, data)

    case.plastic.write = noted  # type: ignore[method-assign]
    assert isinstance(case.act(storage), Completed)
    return [16 if index in written else None for index in range(case.plastic.commands)]


def tears(profile: list[int | None]) -> list[tuple[int, int | None]]:
    """Every (command, bytes already written) at which the card can leave."""
    found: list[tuple[int, int | None]] = []
    for index, size in enumerate(profile):
        found += [(index, None)] if size is None else [(index, byte) for byte in range(size + 1)]
    return found
