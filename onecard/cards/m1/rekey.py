"""New keys for a card in use: cut anywhere, its newest record stays readable and the next call goes on.

First the older copy gets the newest record under the new keys, then the identity, then the other copy. A till
that meets such a card half-way reads it (each sector may be of another version); only keys torn in the middle
of a trailer are for the front desk. The access bytes stay the same, so no sector can die on the way.
"""

from msgspec.structs import replace

from onecard.cards.image import Identity, Purse
from onecard.cards.keys import CardKeys
from onecard.cards.layout import decode_identity, decode_purse, encode_identity, encode_purse
from onecard.cards.m1.issue import Plan, torn_renewals
from onecard.cards.m1.sector import OUR_ACCESS, make_trailer
from onecard.cards.medium import Key
from onecard.errors import CardBroken, CardDenied, CardForeign


def rekey(plan: Plan, unit: int) -> None:
    """See ``M1Card.rekey``."""
    opened = [_open_any(plan, plan.first + index) for index in range(3)]
    identity = _identity(plan, opened[0])
    if identity.unit != unit:
        raise CardForeign("card.wrong_unit", unit=identity.unit)
    copies = [_record(plan, index, opened[index], identity) for index in (1, 2)]
    best = max((0, 1), key=lambda copy: -1 if (p := copies[copy]) is None else p.counter)
    newest = copies[best]
    if newest is None:
        raise CardBroken(part="purse", card=identity.card, issue=identity.issue)
    keys = plan.keys[0]
    record = encode_purse(newest, identity, keys.mac)
    renewed = encode_identity(replace(identity, key_version=keys.version), keys.mac) + bytes(16)
    older = 2 - best
    # Before the newest copy is touched its record stands in the other one, whatever happened in between.
    if opened[older] != plan.ours[1] or copies[1 - best] != newest:
        _renew(plan, plan.first + older, opened[older], record)
    for index, data in ((0, renewed), (1 + best, record)):
        if opened[index] != plan.ours[1]:
            _renew(plan, plan.first + index, opened[index], data)


def _renew(plan: Plan, sector: int, key_b: bytes, data: bytes) -> None:
    plan.sectors.open(sector, Key.B, key_b)
    plan.sectors.write(sector, data)
    if plan.sectors.read(sector) != data:
        raise CardDenied("card.not_personalised")
    _, new_b = plan.ours
    if key_b != new_b:
        plan.sectors.write_trailer(sector, make_trailer(plan.keys[0].a, OUR_ACCESS, new_b))
        plan.sectors.open(sector, Key.B, new_b)


def _open_any(plan: Plan, sector: int) -> bytes:
    """The key B that opens this sector: of a version, or torn between a newer and an older one."""
    whole = (keys.b for keys in plan.keys if keys.b is not None)
    for key in (*whole, *torn_renewals(plan.keys)):
        if plan.sectors.try_open(sector, Key.B, key):
            return key
    raise CardForeign("card.foreign", sector=sector)


def _identity(plan: Plan, key_b: bytes) -> Identity:
    """The identity under any version; torn in its very renewal it is put together from both of its forms."""
    plan.sectors.open(plan.first, Key.B, key_b)
    data = plan.sectors.read(plan.first, 2)
    for keys in plan.keys:
        found = decode_identity(data, keys.mac)
        if found is not None:
            return found
    newest = plan.keys[0]
    for keys in plan.keys[1:]:
        found = _between(data, newest, keys)
        if found is not None:
            return found
    raise CardBroken(part="identity")


def _between(data: bytes, newest: CardKeys, old: CardKeys) -> Identity | None:
    """The version is the only number that changes: with it put back, only the MAC is a mixture.

    Each byte of the MAC has to be the old or the new one, in this order: a write stops only once.
    """
    before = data[:12] + bytes([old.version]) + data[13:24]
    sealed = before + old.mac.identity(before)
    identity = decode_identity(sealed, old.mac)
    assert identity is not None
    renewed = encode_identity(replace(identity, key_version=newest.version), newest.mac)
    mixtures = (renewed[:n] + sealed[n:] for n in range(len(sealed) + 1))
    return identity if any(data == one for one in mixtures) else None


def _record(plan: Plan, index: int, key_b: bytes, identity: Identity) -> Purse | None:
    """One copy's record under any version; ``None`` when it is torn."""
    plan.sectors.open(plan.first + index, Key.B, key_b)
    data = plan.sectors.read(plan.first + index)
    found = (decode_purse(data, identity, keys.mac) for keys in plan.keys)
    return next((purse for purse in found if purse is not None), None)
