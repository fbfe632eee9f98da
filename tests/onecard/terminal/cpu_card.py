"""CPU cards for a real station, and an office that orders their loads. Knows no assertion."""

from onecard.cards.cpu import crypto
from onecard.cards.cpu.host import LoadOrder, LoadWanted
from onecard.cards.cpu.record import factor_of
from onecard.cards.image import CardImage, Identity, Purse
from onecard.cards.medium import StorageCard
from onecard.devices.readers.virtual import DirectCpu, DirectStorage, Plastic, VirtualM1, VirtualPurse
from onecard.devices.readers.virtual.press import make_purse
from onecard.terminal.conversation import open_session
from tests.onecard.terminal.stand import CARD, KEYS, TODAY, UNIT, Stand

MOMENT = bytes.fromhex("20261122113000")


def make_cpu_plastic(
    main_fen: int = 10_000,
    *,
    uid: bytes = bytes.fromhex("04B1B2B3"),
    card: int = CARD,
    keys=KEYS,
    **identity: int,
) -> VirtualPurse:
    """A CPU card as it came from the key room."""
    fields = {
        "unit": UNIT,
        "card": card,
        "issue": 1,
        "type": 1,
        "key_version": keys.version,
        "until_day": TODAY + 1000,
        "from_day": TODAY - 100,
    } | identity
    return make_purse(uid, keys, Identity(**fields), Purse(main_fen=main_fen))


def direct(plastic: Plastic) -> StorageCard:
    """The plastic in a field of its own."""
    return DirectStorage(plastic) if isinstance(plastic, VirtualM1) else DirectCpu(plastic)


def read_cpu(stand: Stand, plastic: VirtualPurse) -> CardImage:
    return open_session(stand.station._desk, DirectCpu(plastic)).read()


class Orders:
    """A host that orders whatever a real card asks for; ``fault`` is raised instead."""

    def __init__(self) -> None:
        self.fault: Exception | None = None
        self.asked: list[LoadWanted] = []

    def __call__(self, wanted: LoadWanted) -> LoadOrder:
        self.asked.append(wanted)
        if self.fault is not None:
            raise self.fault
        key = KEYS.masters[0].cpu.card(factor_of(wanted.unit, wanted.card, wanted.issue)).load
        assert key is not None
        session = crypto.load_session(key, wanted.start.challenge, wanted.start.sequence)
        mac2 = crypto.load_mac2(session, wanted.fen, 2, wanted.terminal, MOMENT)
        return LoadOrder(MOMENT, mac2)
