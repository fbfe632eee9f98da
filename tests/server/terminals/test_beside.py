"""Several media on one plastic: a swipe or a scan finds the card that a tap finds. F: A9"""

from typing import Any

import msgspec
import pytest

from onecard.ids import RecordId
from onecard.wire import messages as m
from onecard.wire.beside import AskBeside, Beside, PutBeside
from server.cards import tables
from server.cards.service import open_account_card
from server.operators import permission
from server.operators import service as operators
from tests.server.office import Office, Till

#: The office of these tests, one after the other.
ENGINES = ("sqlite", "postgresql")

TYPE = m.CardType(type=2, name="网络卡", purse_on_card=False)


@pytest.fixture
def till(office: Office) -> Till:
    return office.till()


def opened(office: Office, uid: str) -> tuple[int, int]:
    def make(c: Any) -> tuple[int, int]:
        return open_account_card(c, office.unit, 1, uid, TYPE, office.clock.now())

    card, issue = office.write(make)
    return int(card), int(issue)


def clerk(office: Office, right: str = permission.ISSUE) -> int:
    role = office.write(lambda c: operators.add_role(c, office.unit, "柜台", (right,)))
    return office.operator("clerk", role)


def note(
    till: Till, by: int, place: tuple[int, int], kind: Beside, value: str, question: int = 1
) -> PutBeside:
    card, issue = place
    id = RecordId(till.terminal, 1, question)
    return PutBeside(id=id, operator=by, card=card, issue=issue, kind=kind, value=value)


def test_swipe_scan_and_tap_are_one_card(office: Office, till: Till) -> None:
    place, by = opened(office, "0a0b0c0d"), clerk(office)
    tapped = till.ask("/t/medium", m.AskMedium(uid="0a0b0c0d"), m.CardStatus)
    assert (tapped.card, tapped.issue) == place
    media = ((Beside.TRACK, "6217001234"), (Beside.CODE, "A-77"), (Beside.UID, "04aabbcc"))
    for number, (kind, value) in enumerate(media, 1):
        for _ in range(2):
            till.ask("/t/beside/put", note(till, by, place, kind, value, number), m.Answer)
        assert till.ask("/t/beside", AskBeside(kind=kind, value=value), m.CardStatus) == tapped, kind


def test_a_cards_own_number_on_a_stripe_finds_its_newest_plastic(office: Office, till: Till) -> None:
    card, _ = opened(office, "0a0b0c0d")
    office.write(lambda c: c.execute(tables.card.update().where(tables.card.c.card == card).values(issue=3)))
    for kind in (Beside.TRACK, Beside.CODE):
        found = till.ask("/t/beside", AskBeside(kind=kind, value=str(card)), m.CardStatus)
        assert (found.card, found.issue) == (card, 3)
    for kind, value in ((Beside.UID, str(card)), (Beside.TRACK, str(card + 1)), (Beside.TRACK, "9" * 20)):
        reply = till.send("/t/beside", m.encode(AskBeside(kind=kind, value=value)))
        assert (reply.status, reply.code) == (422, "card.unknown")


def test_the_same_characters_of_another_kind_are_nobodys(office: Office, till: Till) -> None:
    place = opened(office, "0a0b0c0d")
    till.ask("/t/beside/put", note(till, clerk(office), place, Beside.TRACK, "77"), m.Answer)
    reply = till.send("/t/beside", m.encode(AskBeside(kind=Beside.CODE, value="77")))
    assert (reply.status, reply.code) == (422, "card.unknown")


def test_a_stripe_in_use_is_not_given_to_another_card(office: Office, till: Till) -> None:
    by = clerk(office)
    first, second = opened(office, "0a0b0c0d"), opened(office, "0a0b0c0e")
    till.ask("/t/beside/put", note(till, by, first, Beside.TRACK, "77"), m.Answer)
    reply = till.send("/t/beside/put", m.encode(note(till, by, second, Beside.TRACK, "77", 2)))
    assert (reply.status, reply.code) == (422, "medium.taken")


def test_only_who_may_issue_says_what_is_on_a_card(office: Office, till: Till) -> None:
    place = opened(office, "0a0b0c0d")
    asked = note(till, clerk(office, permission.QUERY), place, Beside.TRACK, "77")
    assert till.send("/t/beside/put", m.encode(asked)).code == "operator.not_allowed"
    unknown = msgspec.structs.replace(asked, card=99)
    assert till.send("/t/beside/put", m.encode(unknown)).status in (403, 422)
