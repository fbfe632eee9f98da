"""A terminal asks whose medium this is; the answer is the card's own. F: A1"""

from typing import Any

from onecard.wire import messages as m
from server.cards.service import open_account_card
from tests.server.office import Office

#: The office of these tests, one after the other.
ENGINES = ("sqlite", "postgresql")

TYPE = m.CardType(type=2, name="网络卡", purse_on_card=False)


def test_a_uid_is_answered_like_its_card(office: Office) -> None:
    till, now = office.till(), office.clock.now()

    def make(c: Any) -> tuple[int, int]:
        return open_account_card(c, office.unit, 1, "0a0b0c0d", TYPE, now)

    card, issue = office.write(make)
    status = till.ask("/t/medium", m.AskMedium(uid="0a0b0c0d"), m.CardStatus)
    assert (status.card, status.issue, status.type, status.state) == (card, issue, 2, "active")
    assert status == till.ask("/t/card", m.AskCard(card=card, issue=issue), m.CardStatus)


def test_an_unknown_uid_is_refused_by_name(office: Office) -> None:
    reply = office.till().send("/t/medium", m.encode(m.AskMedium(uid="ffffffff")))
    assert reply.status == 422
    assert m.decode(reply.body, m.Problem).code == "card.unknown"
