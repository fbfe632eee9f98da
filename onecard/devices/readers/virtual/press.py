"""Where virtual CPU cards and PSAMs come from, with everything that card maker and key room put on them."""

from onecard.cards.cpu.key import CpuMasters
from onecard.cards.cpu.profile import STANDARD, Profile
from onecard.cards.cpu.record import Record, encode_public, encode_record, factor
from onecard.cards.image import Identity, Purse
from onecard.cards.keys import KeySet
from onecard.devices.readers.virtual.psam import SamMemory, VirtualPsam
from onecard.devices.readers.virtual.purse import Keys, Memory, VirtualPurse


def make_purse(
    uid: bytes, keys: KeySet, identity: Identity, first: Purse, profile: Profile = STANDARD
) -> VirtualPurse:
    """A card in use: whose it is, its keys, and ``first`` as its newest record and balance."""
    masters = next(one for one in keys.masters if one.version == identity.key_version)
    public = encode_public(identity)
    mac = masters.card(uid, identity.unit).mac
    record = encode_record(Record(first, 0, 0, 0), identity, mac, profile.record_mark)
    own = {name: key for name, key in vars(masters.cpu.card(factor(public))).items() if key is not None}
    memory = Memory(
        application=profile.application,
        public=public,
        keys=Keys(**own),
        records=[record, b""],
        balance=first.main_fen,
        pin=profile.load_pin,
    )
    return VirtualPurse(uid, memory, logs_before=profile.logs_before)


def make_psam(number: bytes, masters: CpuMasters) -> VirtualPsam:
    """A PSAM with the master of purchases."""
    assert masters.purchase is not None
    return VirtualPsam(SamMemory(number=number, master=masters.purchase))
