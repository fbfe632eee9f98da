"""CPU cards, a PSAM and a host for loads on a table in front of the tests. Knows no assertion."""

from msgspec.structs import replace

from onecard.cards.cpu import crypto
from onecard.cards.cpu.card import CpuCard
from onecard.cards.cpu.host import LoadOrder, LoadWanted
from onecard.cards.cpu.profile import STANDARD
from onecard.cards.cpu.psam import KeyPsam
from onecard.cards.cpu.record import factor_of
from onecard.cards.image import Identity, Purse
from onecard.cards.keys import make_test_keys
from onecard.devices.readers.virtual import DirectCpu, VirtualPurse
from onecard.devices.readers.virtual.press import make_purse

UID = bytes.fromhex("04B1C2D3")
UNIT = 7
KEYS = make_test_keys()
IDENTITY = Identity(
    unit=UNIT, card=600_001, issue=1, type=1, key_version=1, until_day=3_000, from_day=2_000, class_=2
)
FIRST = Purse(main_fen=100_000, counter=1, last_terminal=9, last_epoch=1, last_seq=1, last_time=200_000_000)
MOMENT = bytes.fromhex("20261122113000")


def plastic(first: Purse = FIRST, profile=STANDARD, keys=KEYS, identity=IDENTITY) -> VirtualPurse:
    return make_purse(UID, keys, identity, first, profile)


class Host:
    """Who holds the load key; ``orders`` is what it was asked."""

    def __init__(self, keys=KEYS) -> None:
        self.keys, self.asked, self.fault = keys, [], None

    def __call__(self, wanted: LoadWanted) -> LoadOrder:
        self.asked.append(wanted)
        if self.fault is not None:
            raise self.fault
        key = self.keys.masters[0].cpu.card(factor_of(wanted.unit, wanted.card, wanted.issue)).load
        start = wanted.start
        session = crypto.load_session(key, start.challenge, start.sequence)
        assert crypto.load_mac1(session, start.balance, wanted.fen, 2, wanted.terminal) == start.mac1
        return LoadOrder(MOMENT, crypto.load_mac2(session, wanted.fen, 2, wanted.terminal, MOMENT))


def session(card: VirtualPurse, keys=KEYS, host=None, psam=None, profile=STANDARD, unit=UNIT) -> CpuCard:
    return CpuCard(DirectCpu(card), keys, unit, psam or KeyPsam(keys), host or Host(keys), profile)


def after(purse: Purse, spend: int = 1_250, seq: int | None = None, **more) -> Purse:
    """The record after this one, by terminal 31."""
    return replace(
        purse,
        main_fen=purse.main_fen - spend,
        counter=purse.counter + 1,
        last_terminal=31,
        last_epoch=2,
        last_seq=purse.counter + 70 if seq is None else seq,
        last_time=FIRST.last_time + 60 * purse.counter,
        **more,
    )


def tac_key(card: VirtualPurse) -> bytes:
    return card.memory.keys.tac
