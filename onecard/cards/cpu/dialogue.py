"""Reading a CPU card: selected, whose it is, both records, the chip's own log and balance, put together.

The chip's balance is the money. The newest record says it too, unless loads came after it: those stand in the
chip's log, and the record's online sequence tells how many. What does not add up is a broken card.
"""

from datetime import datetime
from typing import Final

import msgspec
from msgspec.structs import replace

from onecard.cards.cpu import command
from onecard.cards.cpu.command import LOAD, OK, LogRecord
from onecard.cards.cpu.profile import Profile
from onecard.cards.cpu.record import PUBLIC, RECORD, Record, decode_public, decode_record, factor, id_of
from onecard.cards.image import CardImage, Identity, Purse
from onecard.cards.keys import KeySet, Masters
from onecard.cards.layout import CardMac
from onecard.cards.medium import ApduCard
from onecard.clock import CARD_EPOCH_UNIX, CHINA, card_seconds, local
from onecard.errors import CardBroken, CardDenied, CardForeign

_LOG: Final = 23


class State(msgspec.Struct, frozen=True):
    """One good read of the whole card."""

    image: CardImage
    masters: Masters
    mac: CardMac
    factor: bytes
    #: The chip's sequences now.
    online: int
    offline: int
    #: The newest line of its log, if there is any, and the terminal's sequence in the newest record.
    last: LogRecord | None
    terminal_sequence: int


def ask(card: ApduCard, apdu: bytes) -> bytes:
    """The answer of a command that has to succeed. Raises ``CardDenied``."""
    data, status = card.transmit(apdu)
    if status != OK:
        raise CardDenied(sw=f"{status:04X}")
    return data


def open_purse(card: ApduCard, profile: Profile) -> None:
    """Select the application. Raises ``CardForeign``: ``card.foreign``, ``card.locked`` (blocked)."""
    _, status = card.transmit(command.select(profile.application))
    if status in command.BLOCKED:
        raise CardForeign("card.locked", sw=f"{status:04X}")
    if status in command.NOT_FOUND:
        raise CardForeign("card.foreign", sw=f"{status:04X}")
    if status != OK:
        raise CardDenied(sw=f"{status:04X}")


def read(card: ApduCard, keys: KeySet, unit: int, profile: Profile) -> State:
    """Everything the card says, verified. Raises what ``CardSession.read`` raises."""
    open_purse(card, profile)
    public = ask(card, command.read_binary(profile.public_file, PUBLIC))
    identity = decode_public(public)
    if identity.unit != unit:
        raise CardForeign("card.wrong_unit", unit=identity.unit)
    masters = next((one for one in keys.masters if one.version == identity.key_version), None)
    if masters is None:
        raise CardForeign("card.foreign", version=identity.key_version)
    mac = masters.card(card.uid, unit).mac
    records = [_record(card, profile, number, identity, mac) for number in (1, 2)]
    copy = max((0, 1), key=lambda one: -1 if (r := records[one]) is None else r.purse.counter)
    newest = records[copy]
    if newest is None:
        raise CardBroken(part="purse", card=identity.card, issue=identity.issue)
    last = _log(card, profile, 1)
    balance = int.from_bytes(ask(card, command.balance()), "big")
    loads = _loads_since(newest, last, profile)
    purse = _with_loads(newest.purse, loads, last, balance)
    if purse is None:
        raise CardBroken(part="balance", card=identity.card, issue=identity.issue)
    older = _older(card, profile, purse, loads, last, newest, records[1 - copy])
    image = CardImage(uid=card.uid, identity=identity, newest=purse, older=older, copy=copy)
    online = (newest.online + loads) & 0xFFFF
    return State(image, masters, mac, factor(public), online, newest.offline, last, newest.terminal_sequence)


def moment_of(seconds: int) -> bytes:
    """Card seconds → seven BCD bytes of the unit's wall time."""
    return bytes.fromhex(local(seconds + CARD_EPOCH_UNIX).strftime("%Y%m%d%H%M%S"))


def seconds_of(moment: bytes) -> int:
    """Seven BCD bytes → card seconds; 0 for what is no moment."""
    try:
        when = datetime.strptime(moment.hex(), "%Y%m%d%H%M%S").replace(tzinfo=CHINA)
    except ValueError:
        return 0
    return card_seconds(int(when.timestamp()))


def sequence_of(line: LogRecord, profile: Profile) -> int:
    """The chip's number of a transaction as it was before the transaction raised it."""
    return line.sequence if profile.logs_before else (line.sequence - 1) & 0xFFFF


def _record(card: ApduCard, profile: Profile, number: int, identity: Identity, mac: CardMac) -> Record | None:
    data, status = card.transmit(command.read_record(profile.record_file, number, RECORD))
    if status in command.NOT_FOUND:
        return None
    if status != OK:
        raise CardDenied(sw=f"{status:04X}")
    return decode_record(data, identity, mac, profile.record_mark)


def _log(card: ApduCard, profile: Profile, number: int) -> LogRecord | None:
    data, status = card.transmit(command.read_record(profile.log_file, number, _LOG))
    if status in command.NOT_FOUND:
        return None
    if status != OK:
        raise CardDenied(sw=f"{status:04X}")
    line = command.log_record(data)
    return None if line is None or line.kind in (0x00, 0xFF) else line


def _loads_since(newest: Record, last: LogRecord | None, profile: Profile) -> int:
    if last is None or last.kind != LOAD:
        return 0
    return (sequence_of(last, profile) + 1 - newest.online) & 0xFFFF


def _with_loads(purse: Purse, loads: int, last: LogRecord | None, balance: int) -> Purse | None:
    """The purse as the chip holds it now; ``None`` when record, log and balance contradict each other."""
    if loads == 0:
        return purse if balance == purse.main_fen else None
    assert last is not None
    if balance < last.amount or (loads == 1 and balance != purse.main_fen + last.amount):
        return None
    return _loaded(purse, last, main_fen=balance, counter=purse.counter + loads)


def _loaded(purse: Purse, line: LogRecord, *, main_fen: int, counter: int) -> Purse:
    """What a load leaves: the money, whose it was, and everything else as it stood."""
    by = id_of(line.terminal)
    return replace(
        purse,
        main_fen=main_fen,
        counter=counter,
        last_terminal=by.terminal,
        last_epoch=by.epoch,
        last_seq=by.seq,
        last_time=seconds_of(line.moment),
    )


def _older(
    card: ApduCard,
    profile: Profile,
    purse: Purse,
    loads: int,
    last: LogRecord | None,
    newest: Record,
    other: Record | None,
) -> Purse | None:
    """The record before the newest; a load that came in between is in the chip's log only."""
    if loads == 1:
        return newest.purse
    if loads == 0 and (other is None or other.purse.counter == purse.counter - 1):
        return None if other is None else other.purse
    line = _log(card, profile, 2)
    if line is None or line.kind != LOAD or last is None:
        return None
    moved = last.amount if last.kind == LOAD else -last.amount
    known = newest.purse if loads else other
    assert known is not None
    before = known if isinstance(known, Purse) else known.purse
    return _loaded(before, line, main_fen=purse.main_fen - moved, counter=purse.counter - 1)
