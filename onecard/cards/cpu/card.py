"""One CPU card as a purse: read it whole, debit with the record in the same commit, load by the host's order.

The promise is that of ``cards/session.py``. A debit or a load whose answer was lost is never begun again
before the card was read: balance, record and log say whether it happened, and the transaction prove gives
the TAC again. Money out needs the PSAM only; money in needs the host, so it needs the network.
"""

from typing import Final

from onecard.cards.cpu import command, crypto
from onecard.cards.cpu.command import COMPOUND, LOAD, OK
from onecard.cards.cpu.dialogue import State, ask, moment_of, read, sequence_of
from onecard.cards.cpu.host import LoadHost, LoadWanted
from onecard.cards.cpu.profile import STANDARD, Profile
from onecard.cards.cpu.proof import Proof
from onecard.cards.cpu.psam import Psam, Wanted
from onecard.cards.cpu.record import Record, encode_record, terminal_of
from onecard.cards.image import CardImage, Identity, Purse, Slot
from onecard.cards.keys import KeySet
from onecard.cards.layout import MAX_COUNTER
from onecard.cards.medium import ApduCard
from onecard.errors import (
    CardDenied,
    CardDoubtful,
    CardError,
    CardForeign,
    CardGone,
    DeviceError,
    NotWritten,
    Refused,
    Unreachable,
)
from onecard.ids import RecordId

_EMPTY: Final = (Slot(), Slot(), Slot())


def is_new(image: CardImage) -> bool:
    """As it came from the key room: nothing was ever written to it and nothing is on it."""
    return image.newest.counter == 0 and image.newest.main_fen == 0


class CpuCard:
    """A session with the card that lies on the reader; not for two threads."""

    medium = "cpu"

    def __init__(
        self,
        card: ApduCard,
        keys: KeySet,
        unit: int,
        psam: Psam,
        host: LoadHost | None = None,
        profile: Profile = STANDARD,
    ) -> None:
        self._card, self._keys, self._unit = card, keys, unit
        self._psam, self._host, self._profile = psam, host, profile
        self._state: State | None = None
        #: What the card gave out about the last write of this session.
        self._proof: tuple[RecordId, Proof] | None = None

    @property
    def uid(self) -> bytes:
        return self._card.uid

    @property
    def commands(self) -> int:
        """Commands sent to this card so far."""
        return self._card.commands

    def read(self) -> CardImage:
        """See ``CardSession.read``."""
        try:
            return self._read().image
        except CardDenied:
            # As with any card in a weak field: once more, from the start.
            self._card.select()
            return self._read().image

    def write(self, after: Purse) -> CardImage:
        """See ``CardSession.write``. Less money: a compound purchase, also of nothing at all (a lock, an
        unlock); more money: a load."""
        state = self._state or self._read()
        before = state.image.newest
        if before.counter >= MAX_COUNTER:
            raise Refused("card.worn")
        assert after.counter == before.counter + 1, (after.counter, before.counter)
        assert after.slots == _EMPTY, "a CPU card has one purse"
        self._state = self._proof = None
        try:
            if after.main_fen > before.main_fen:
                self._load(state, after)
            else:
                self._debit(state, after)
        except (DeviceError, Refused, Unreachable) as error:
            # Raised before the card was told to move anything.
            self._state = state
            raise NotWritten(state.image, error.code, **error.params) from error
        except (CardGone, CardDoubtful):
            # Doubtful: a card without the key. It keeps any record we give it, so reading it proves nothing.
            raise
        except CardError:
            return self._settle(state.image, after)
        return self._prove_written(state.image, after)

    def personalise(self, identity: Identity, first: Purse) -> CardImage:
        """A front desk has no load and no TAC key to put on, so a blank chip cannot be made here: the key
        room gives each its keys, number and type. What a desk does is its first record, with no money in it;
        money is loaded after it. Finishes what an interrupted call began.

        Raises ``CardForeign``: ``card.from_key_room`` (no such chip), ``card.taken``; else as ``write``.
        """
        try:
            image = self.read()
        except CardForeign as error:
            if error.code == "card.foreign":
                raise CardForeign("card.from_key_room") from error
            raise
        known, newest = image.identity, image.newest
        if (known.unit, known.card, known.issue) != (identity.unit, identity.card, identity.issue):
            raise CardForeign("card.from_key_room")
        if newest.last == first.last and newest.counter == first.counter:
            return image
        if not is_new(image):
            raise CardForeign("card.taken", card=known.card, issue=known.issue)
        assert first.main_fen == 0, "money is loaded, not written"
        return self.write(first)

    def proof(self, id: RecordId) -> Proof | None:
        """The TAC of ``id``, the newest transaction on this card; ``None`` when the card no longer tells.

        Asked from the card (transaction prove) where this session did not see it come.
        """
        if self._proof is not None and self._proof[0] == id:
            return self._proof[1]
        state = self._state or self._read()
        line, newest = state.last, state.image.newest
        if line is None or newest.last != id:
            return None
        sequence = sequence_of(line, self._profile)
        for asked in (sequence, (sequence + 1) & 0xFFFF):
            data, status = self._card.transmit(command.prove(line.kind, asked))
            if status == OK and len(data) == 8:
                terminal_sequence = 0 if line.kind == LOAD else state.terminal_sequence
                return Proof(
                    kind=line.kind,
                    sequence=sequence,
                    fen=line.amount,
                    balance_fen=newest.main_fen,
                    terminal=line.terminal.hex(),
                    terminal_sequence=terminal_sequence,
                    moment=line.moment.hex(),
                    tac=data[4:].hex(),
                )
        return None

    def rekey(self) -> CardImage:
        """Its keys are the key room's; an older version goes on being taken as long as it is in the set."""
        return self.read()

    def retire(self) -> None:
        """See ``CardSession.retire``."""
        self.block(for_ever=True)

    def wipe(self) -> None:
        """Only the key room can make it blank; here it is shut for ever, once."""
        try:
            self.block(for_ever=True)
        except CardForeign as error:
            if error.code != "card.locked":
                raise

    def block(self, *, for_ever: bool = False) -> None:
        """Shut the application, where this box has the key for it; raises ``CardDenied`` otherwise.

        A card that is blocked answers no select any more: dead without any list, in every system.
        """
        state = self._state or self._read()
        key = state.masters.cpu.card(state.factor).maintain
        if key is None:
            raise CardDenied("card.read_only")
        header = command.block_application(for_ever=for_ever)
        nonce = ask(self._card, command.challenge())
        ask(self._card, header + crypto.long_mac(key, header, nonce + bytes(4)))
        self._state = None

    # ---- inside

    def _read(self) -> State:
        self._state = None
        self._state = read(self._card, self._keys, self._unit, self._profile)
        return self._state

    def _debit(self, state: State, after: Purse) -> None:
        card, profile, before = self._card, self._profile, state.image.newest
        fen, id, moment = before.main_fen - after.main_fen, after.last, moment_of(after.last_time)
        terminal = self._psam.terminal(id)
        start = command.purchase_start(ask(card, command.start_compound(profile.purchase_key, fen, terminal)))
        if start is None or start.balance != before.main_fen:
            raise CardDenied("card.changed")
        order = self._psam.order(
            Wanted(
                start=start,
                fen=fen,
                kind=COMPOUND,
                moment=moment,
                factor=state.factor,
                key_version=state.masters.version,
                id=id,
            )
        )
        record = Record(after, state.online, (start.sequence + 1) & 0xFFFF, order.sequence)
        data = encode_record(record, state.image.identity, state.mac, profile.record_mark)
        number = 2 - state.image.copy
        ask(card, command.update_compound(profile.record_mark, profile.record_file, number, data))
        answer = ask(card, command.debit(order.sequence, moment, order.mac1))
        if len(answer) != 8 or not self._confirmed(answer[4:]):
            raise CardDoubtful(code="card.forged")
        self._proof = (
            id,
            Proof(
                kind=COMPOUND,
                sequence=start.sequence,
                fen=fen,
                balance_fen=after.main_fen,
                terminal=terminal.hex(),
                terminal_sequence=order.sequence,
                moment=moment.hex(),
                tac=answer[:4].hex(),
            ),
        )

    def _confirmed(self, mac2: bytes) -> bool:
        """What the PSAM says of the card's MAC2; the card has been debited, so its absence is no "no"."""
        try:
            return self._psam.confirms(mac2)
        except DeviceError:
            return True

    def _load(self, state: State, after: Purse) -> None:
        card, profile, before = self._card, self._profile, state.image.newest
        if self._host is None:
            raise Refused("card.online_only")
        fen, terminal, identity = (
            after.main_fen - before.main_fen,
            terminal_of(after.last),
            state.image.identity,
        )
        if profile.load_pin:
            ask(card, command.verify_pin(profile.load_pin))
        start = command.load_start(ask(card, command.start_load(profile.load_key, fen, terminal)))
        if start is None or (start.balance, start.sequence) != (before.main_fen, state.online):
            raise CardDenied("card.changed")
        order = self._host(
            LoadWanted(
                start=start,
                fen=fen,
                terminal=terminal,
                unit=identity.unit,
                card=identity.card,
                issue=identity.issue,
                key_version=identity.key_version,
                id=after.last,
            )
        )
        tac = ask(card, command.credit(order.moment, order.mac2))
        if len(tac) != crypto.MAC:
            raise CardDenied(length=len(tac))
        self._proof = (
            after.last,
            Proof(
                kind=LOAD,
                sequence=start.sequence,
                fen=fen,
                balance_fen=after.main_fen,
                terminal=terminal.hex(),
                moment=order.moment.hex(),
                tac=tac.hex(),
            ),
        )

    def _prove_written(self, before: CardImage, after: Purse) -> CardImage:
        """The card said yes, and gave its TAC; the record is read back all the same."""
        try:
            image = self._read().image
        except CardGone:
            raise
        except CardError:
            return self._settle(before, after)
        return self._judged(before, after, image)

    def _settle(self, before: CardImage, after: Purse) -> CardImage:
        """No success came: select, read everything, and say what is known."""
        try:
            self._card.select()
            image = self.read()
        except CardGone:
            raise
        except CardError as error:
            raise CardDoubtful() from error
        return self._judged(before, after, image)

    def _judged(self, before: CardImage, after: Purse, image: CardImage) -> CardImage:
        newest = image.newest
        same = (newest.last, newest.counter, newest.main_fen) == (after.last, after.counter, after.main_fen)
        if image.identity == before.identity and same:
            return image
        if image.identity == before.identity and newest == before.newest:
            raise NotWritten(image)
        self._state = None
        raise CardDoubtful(image)
