"""Goal: a member stops his own card with number and PIN, and nobody else's; guessing helps nobody.

Method: asked of the server on both engines.
"""

import pytest
from sqlalchemy import insert, select, update

from onecard.ids import RecordId
from onecard.wire.own_loss import OwnCards, OwnLoss
from server.cards.stops import stop_of
from server.members.tables import member, member_pin
from server.operators import secret
from tests.server.terminals.desk import Desk
from tests.server.terminals.test_lookup import code

PIN = "482913"


@pytest.fixture
def person(desk: Desk) -> tuple[str, int]:
    """Number and card of somebody with a PIN."""
    key = desk.member()
    card = desk.plastic(member=key)

    def write(c) -> str:
        row = (desk.unit, key, secret.verifier(PIN), 0, desk.office.clock.now())
        names = [column.name for column in member_pin.c]
        c.execute(insert(member_pin).values(**dict(zip(names, row, strict=True))))
        return str(c.execute(select(member.c.number).where(member.c.member == key)).scalar_one())

    return desk.office.write(write), card.card


def question(desk: Desk, number: str, pin: str = PIN, **more: int) -> OwnLoss:
    desk.seq = getattr(desk, "seq", 900_000) + 1  # type: ignore[attr-defined]
    return OwnLoss(id=RecordId(desk.kiosk.till.terminal, 1, desk.seq), number=number, pin=pin, **more)


# F: D5 A6
def test_his_own_card_is_stopped_once_and_anothers_is_not(desk: Desk, person: tuple[str, int]) -> None:
    number, card = person
    till = desk.kiosk.till
    told = till.ask("/t/loss/own", question(desk, number), OwnCards)
    assert [(one.card, one.state) for one in told.cards] == [(card, "active")]
    assert told.listed == 0
    other = desk.plastic()
    assert code(desk, "/t/loss/own", question(desk, number, card=other.card, issue=1), till) == "card.unknown"
    stop = question(desk, number, card=card, issue=1)
    first = till.ask("/t/loss/own", stop, OwnCards)
    assert first.listed > 0
    assert till.ask("/t/loss/own", stop, OwnCards).listed == first.listed
    assert desk.office.read(lambda c: stop_of(c, desk.unit, card, 1))[0].reason == "lost"


# F: D5
def test_a_number_is_found_as_a_pad_of_capitals_says_it_unless_it_could_be_two_peoples(
    desk: Desk, person: tuple[str, int]
) -> None:
    till, mine = desk.kiosk.till, select(member.c.member).where(member.c.number == person[0])

    def called(number: str, key: int) -> None:
        desk.office.write(
            lambda c: c.execute(update(member).where(member.c.member == key).values(number=number))
        )

    key = desk.office.read(lambda c: int(c.execute(mine).scalar_one()))
    called("s/01-23", key)
    told = till.ask("/t/loss/own", question(desk, "S0123"), OwnCards)
    assert [one.card for one in told.cards] == [person[1]]
    called("S.0123", desk.member())
    assert code(desk, "/t/loss/own", question(desk, "S0123"), till) == "pin.wrong"
    assert till.ask("/t/loss/own", question(desk, "s/01-23"), OwnCards).cards
    assert code(desk, "/t/loss/own", question(desk, "-"), till) == "pin.wrong"


# F: D5
def test_unknown_numbers_and_wrong_pins_sound_alike_and_close_the_door(
    desk: Desk, person: tuple[str, int]
) -> None:
    till = desk.kiosk.till
    assert code(desk, "/t/loss/own", question(desk, "nobody"), till) == "pin.wrong"
    for _ in range(5):
        assert code(desk, "/t/loss/own", question(desk, person[0], "000000"), till) == "pin.wrong"
    assert code(desk, "/t/loss/own", question(desk, person[0]), till) == "attempt.locked"
