"""The server orders loads of CPU cards, each online sequence for one intent, and judges proofs. F: A9, B3

The card is a virtual chip that speaks bytes; till and journal are real messages.
"""

from dataclasses import replace
from typing import Any

import msgspec
import pytest
from msgspec import Raw
from sqlalchemy import select

from onecard.cards import keystore
from onecard.cards.cpu import command
from onecard.cards.cpu.proof import Proof
from onecard.cards.cpu.record import terminal_of
from onecard.cards.image import Identity, Purse
from onecard.cards.keys import make_test_keys
from onecard.devices.readers.virtual import DirectCpu
from onecard.devices.readers.virtual.press import make_purse
from onecard.errors import Refused
from onecard.ids import RecordId, SeededEntropy
from onecard.wire import messages as m
from onecard.wire.load_order import AskLoadOrder, LoadOrder
from server.cards import keyroom, load_order
from server.cards.keyroom import CardKeys
from server.exceptions.tables import exception
from tests.server.books.station import Move, Plastic
from tests.server.office import Journal, Office

KEYS = make_test_keys()
CARD = 10_001
PATH = "/t/load"


class Counter:
    """A till, a CPU card of the office's, and the card's books."""

    def __init__(self, office: Office) -> None:
        self.office = office
        office.runtime.card_keys = CardKeys(office.unit, KEYS)
        self.till = office.till()
        self.journal = Journal(self.till)
        self.plastic = Plastic(CARD)
        self.journal.issue(self.plastic, 0).done()
        self.journal.sync()
        identity = Identity(unit=office.unit, card=CARD, issue=1, type=1, key_version=1, until_day=4_000)
        self.chip = make_purse(bytes.fromhex("01020304"), KEYS, identity, Purse(counter=1))
        self.card = DirectCpu(self.chip)
        self.card.transmit(command.select(self.chip.memory.application))

    def begin(self, id: RecordId, fen: int) -> command.LoadStart:
        data, status = self.card.transmit(command.start_load(1, fen, terminal_of(id)))
        assert status == command.OK
        start = command.load_start(data)
        assert start is not None
        return start

    def question(self, move: Move, start: command.LoadStart | None = None, **other: Any) -> AskLoadOrder:
        start = start or self.begin(move.id, move.fen)
        asked = AskLoadOrder(
            body=Raw(bytes(self.journal.records[move.id.seq - 1].body)),
            balance=start.balance,
            sequence=start.sequence,
            key_version=1,
            challenge=start.challenge.hex(),
            mac1=start.mac1.hex(),
        )
        return msgspec.structs.replace(asked, **other)

    def order(self, move: Move) -> LoadOrder:
        return self.till.ask(PATH, self.question(move), LoadOrder)

    def credit(self, move: Move, ordered: LoadOrder) -> Proof:
        """The card takes it, and gives its TAC."""
        moment = bytes.fromhex(ordered.moment)
        sequence = self.chip.memory.online
        tac, status = self.card.transmit(command.credit(moment, bytes.fromhex(ordered.mac2)))
        assert status == command.OK
        return Proof(
            kind=2,
            sequence=sequence,
            fen=move.fen,
            balance_fen=self.chip.memory.balance,
            terminal=terminal_of(move.id).hex(),
            moment=ordered.moment,
            tac=tac.hex(),
        )

    def proved(self, move: Move, proof: Proof, **other: Any) -> m.Uploaded:
        move.write()
        fields = {"card": CARD, "issue": 1, "key_version": 1, "proof": proof} | other
        head = {"id": self.journal.next_id, "at": self.journal.at, "of": move.id}
        self.journal.append(m.ProvedDone(**head, **fields))
        return self.journal.sync()

    def refusal(self, question: AskLoadOrder) -> str:
        reply = self.till.send(PATH, m.encode(question))
        assert reply.status == 422, reply.text
        return reply.code

    def inbox(self) -> list[str]:
        # How the card came to be is not asked here.
        query = select(exception.c.kind).where(exception.c.kind != "issue_unreserved")
        return [row.kind for row in self.office.read(lambda c: c.execute(query).all())]


@pytest.fixture
def counter(office: Office) -> Counter:
    return Counter(office)


def test_a_load_is_ordered_credited_and_proved(counter: Counter) -> None:
    move = counter.journal.recharge(counter.plastic, 5_000)
    proof = counter.credit(move, counter.order(move))
    answer = counter.proved(move, proof)
    assert answer.results == ()
    assert counter.inbox() == []
    assert counter.chip.memory.balance == 5_000


def test_the_same_intent_may_ask_again_and_another_has_to_wait(counter: Counter) -> None:
    """Answers get lost; a sequence is still good for one intent only, and its amount."""
    move = counter.journal.recharge(counter.plastic, 5_000)
    first, again = counter.order(move), counter.order(move)
    assert first.mac2 != again.mac2
    other = counter.journal.recharge(counter.plastic, 700)
    assert counter.refusal(counter.question(other)) == "load.bound"
    # The till read the card and says that the first one is not on it: then its sequence is free.
    counter.journal.not_written(move.id)
    counter.journal.sync()
    proof = counter.credit(other, counter.order(other))
    counter.proved(other, proof)
    assert counter.inbox() == []
    assert counter.chip.memory.balance == 700


def test_the_same_intent_is_not_ordered_for_another_amount(counter: Counter) -> None:
    """Neither for its own sequence, nor for the next one, when its card has taken it."""
    move = counter.journal.recharge(counter.plastic, 5_000)
    kept = counter.question(move)
    counter.till.ask(PATH, kept, LoadOrder)
    body = m.decode_body(kept.body)
    assert isinstance(body, m.Recharge)
    more = msgspec.structs.replace(body.purse.after, main_fen=6_000)
    purse = msgspec.structs.replace(body.purse, after=more)
    raised = m.encode(msgspec.structs.replace(body, amount_fen=6_000, purse=purse))
    start = counter.begin(move.id, 6_000)
    assert counter.refusal(counter.question(move, start, body=Raw(raised))) == "load.differs"
    counter.credit(move, counter.order(move))
    assert counter.chip.memory.balance == 5_000
    office = counter.office
    with pytest.raises(Refused, match=r"^load\.replayed"):  # even had it been spent down to what it was
        office.write(lambda c: load_order.bind(c, office.unit, body, kept.sequence + 1, office.clock.now()))


def test_an_old_sequence_is_never_ordered_again(counter: Counter) -> None:
    move = counter.journal.recharge(counter.plastic, 5_000)
    start = counter.begin(move.id, move.fen)
    kept = counter.question(move, start)
    counter.proved(move, counter.credit(move, counter.order(move)))
    later = counter.journal.recharge(counter.plastic, 100)
    counter.proved(later, counter.credit(later, counter.order(later)))
    assert counter.refusal(kept) == "load.replayed"


def test_a_card_that_was_seen_past_a_load_may_have_the_next_before_the_upload(counter: Counter) -> None:
    move = counter.journal.recharge(counter.plastic, 5_000)
    counter.credit(move, counter.order(move))
    move.write()
    later = counter.journal.recharge(counter.plastic, 100)
    counter.credit(later, counter.order(later))
    assert counter.chip.memory.balance == 5_100


SPOILT: tuple[tuple[dict[str, Any], str], ...] = (
    ({"mac1": "00000000"}, "load.forged"),
    ({"challenge": "00000000"}, "load.forged"),
    ({"sequence": 1}, "load.forged"),
    ({"balance": 1}, "load.differs"),
    ({"key_version": 9}, "load.no_keys"),
    ({"body": Raw(b'{"t":"done/1"}')}, "request.malformed"),
    ({"body": Raw(b"{}")}, "request.malformed"),
)


def test_what_is_no_such_card_gets_no_order(counter: Counter) -> None:
    move = counter.journal.recharge(counter.plastic, 5_000)
    for other, code in SPOILT:
        assert counter.refusal(counter.question(move, **other)) == code, other
    # None of it has left anything behind that would be in the way.
    counter.credit(move, counter.order(move))


def test_another_terminals_intent_is_not_ordered(counter: Counter) -> None:
    move = counter.journal.recharge(counter.plastic, 5_000)
    question = counter.question(move)
    stranger = counter.office.till(name="2 号机")
    reply = stranger.send(PATH, m.encode(question))
    assert (reply.status, reply.code) == (422, "request.not_yours")


def test_without_keys_there_are_no_orders_and_proofs_are_seen_to_be_unchecked(counter: Counter) -> None:
    counter.office.runtime.card_keys = None
    move = counter.journal.recharge(counter.plastic, 5_000)
    assert counter.refusal(counter.question(move)) == "load.no_keys"
    counter.office.runtime.card_keys = CardKeys(counter.office.unit, KEYS)
    proof = counter.credit(move, counter.order(move))
    counter.office.runtime.card_keys = None
    counter.proved(move, proof)
    assert counter.inbox() == ["tac_unchecked"]


def test_a_proof_that_does_not_hold_is_for_a_person_and_the_fact_stands(counter: Counter) -> None:
    for count, spoilt in enumerate(({"tac": "00000000"}, {"sequence": 77}), 1):
        move = counter.journal.recharge(counter.plastic, 5_000)
        proof = counter.credit(move, counter.order(move))
        assert counter.proved(move, msgspec.structs.replace(proof, **spoilt)).results == ()
        assert counter.inbox() == ["tac_wrong"] * count


def test_a_good_proof_of_another_transaction_is_noticed(counter: Counter) -> None:
    move = counter.journal.recharge(counter.plastic, 5_000)
    proof = counter.credit(move, counter.order(move))
    counter.proved(move, proof)
    later = counter.journal.recharge(counter.plastic, 4_000)
    counter.proved(later, proof)
    assert counter.inbox() == ["tac_differs"]


def test_a_stopped_card_gets_none(counter: Counter) -> None:
    move = counter.journal.recharge(counter.plastic, 5_000)
    question = counter.question(move)
    loss = m.ReportLoss(id=counter.journal.next_id, card=CARD, issue=1, operator=1)
    counter.till.ask("/t/loss", loss, m.Answer)
    assert counter.refusal(question) == "card.stopped"


def test_waiting_loads_are_ordered_as_they_are_and_once(counter: Counter) -> None:
    counter.plastic.main = 0
    paid = counter.journal.recharge(counter.plastic, 900)
    counter.journal.give_up(paid.id)
    counter.journal.see(paid.id, replace(counter.plastic))
    counter.journal.sync()  # not on the card: the cash waits as a load
    (load,) = counter.till.fetch()["loads"].loads
    wrong = counter.journal.load(counter.plastic, (load,), (901,))
    assert counter.refusal(counter.question(wrong)) in ("load.differs", "request.malformed")
    counter.journal.not_written(wrong.id)
    move = counter.journal.load(counter.plastic, (load,))
    counter.credit(move, counter.order(move))
    move.write()
    # The upload is still to come: the same load once more is refused, although the books hold it open.
    again = counter.journal.load(counter.plastic, (load,))
    assert counter.refusal(counter.question(again)) == "load.differs"


def test_keys_come_from_the_folder_of_keys(tmp_path: Any) -> None:
    assert keyroom.load(tmp_path, 1) is None
    entropy = SeededEntropy(1)
    secret = keystore.MachineSecret.make(tmp_path / "cards.secret", entropy)
    keystore.save(tmp_path / "cards.store", KEYS, secret, entropy)
    keys = keyroom.load(tmp_path, 1)
    assert keys is not None
    assert keys.of(CARD, 1, 1) == CardKeys(1, KEYS).of(CARD, 1, 1)
    assert keys.of(CARD, 1, 2) is None


def test_an_owed_void_is_paid_by_an_ordinary_load(counter: Counter) -> None:
    """A till voids a CPU card's sale and touches no card: given up at once, with what the card shows."""
    charged = counter.journal.recharge(counter.plastic, 5_000)
    counter.proved(charged, counter.credit(charged, counter.order(charged)))
    sold = counter.journal.sale(counter.plastic, 1_200, outlet=1, owner=1).done()
    void = counter.journal.void(counter.plastic, sold, 1_200)
    counter.journal.give_up(void.id)
    counter.journal.see(void.id, replace(counter.plastic))
    assert counter.journal.sync().results == ()
    (load,) = counter.till.fetch()["loads"].loads
    assert (load.fen, load.kind) == (1_200, "void")
    assert counter.inbox() == []
