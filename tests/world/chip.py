"""CPU cards of a world: how they come from the key room, and where they are torn. Knows no till. F: A9"""

from onecard.cards.cpu import FIRST_CHIP
from onecard.cards.image import Identity, Purse
from onecard.cards.keys import KeySet
from onecard.devices.readers.virtual import VirtualM1, VirtualPurse
from onecard.devices.readers.virtual.press import make_purse
from tests.world.luck import Luck
from tests.world.office import CARD_KEYS, CHIP, UNIT

FIRST_DAY, LAST_DAY = 2_000, 9_000
#: More commands than the longest tap takes, and the first and the last at which money may move.
MOST, MOVES = 16, (7, 8)
#: Behind the end of whatever a commit stores: it counts, and only the answer is lost.
ALL = 1 << 20


def make(number: int, keys: KeySet = CARD_KEYS) -> VirtualPurse:
    """Keys and a number of the key room's own range; no money and no holder."""
    identity = Identity(
        unit=UNIT, card=FIRST_CHIP + number, issue=1, type=CHIP, key_version=keys.version,
        until_day=LAST_DAY, from_day=FIRST_DAY,
    )  # fmt: skip
    return make_purse((0x04D5_0000 + number).to_bytes(4, "big"), keys, identity, Purse())


def number_of(plastic: VirtualM1 | VirtualPurse) -> int:
    """The number that it brings."""
    return FIRST_CHIP + int.from_bytes(plastic.uid, "big") - 0x04D5_0000


def tear(luck: Luck, plastic: VirtualPurse) -> tuple[int, int | None]:
    """At which command, and after how many bytes of what it commits; ``None``: before it was carried out."""
    index = luck.below(MOST) if luck.one_in(3) else luck.choose(MOVES)
    return index, luck.choose((None, ALL, ALL, luck.below(plastic.page_bytes + 4)))
