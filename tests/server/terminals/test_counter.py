"""Goal: the front desk freezes cards, knows what a recharge earns, and issues by list, each once.

Method: a till before the whole server, on both engines; the same question again, another branch, no right.
"""

from typing import Any

import msgspec

from onecard.ids import RecordId
from onecard.wire import counter as c
from onecard.wire import messages as m
from server.cards.stops import stop_of
from server.issuing import service as issuing
from server.promotion import service as promotions
from tests.server.books.station import Plastic
from tests.server.office import Till
from tests.server.terminals.desk import Desk


def code(desk: Desk, path: str, question: msgspec.Struct, till: Till | None = None) -> str:
    reply = (till or desk.till).send(path, m.encode(question))
    assert reply.status in (403, 409, 422), reply.text
    return reply.code


def frozen(desk: Desk, card: int, **more: Any) -> c.FreezeCard:
    id = desk.journal.next_id
    id = RecordId(id.terminal, id.epoch, 800_000 + card)
    said = {"id": id, "operator": desk.boss, "card": card, "issue": 1, "why": "dispute"}
    return c.FreezeCard(**(said | more))


def stop(desk: Desk, card: int) -> Any:
    return desk.office.read(lambda connection: stop_of(connection, desk.unit, card, 1)[0])


def test_a_card_is_frozen_here_or_everywhere_and_given_back(desk: Desk) -> None:
    """F: A14: where and why are kept; the same question once more is the same freeze."""
    card = desk.plastic().card
    here = frozen(desk, card, here=True)
    first = desk.till.ask("/t/freeze", here, m.Answer)
    assert desk.till.ask("/t/freeze", here, m.Answer) == first
    entry = stop(desk, card)
    assert (entry.reason, entry.outlets, entry.why) == ("frozen", (1,), "dispute")
    assert code(desk, "/t/freeze", msgspec.structs.replace(here, here=False)) == "record.conflict"
    id = msgspec.structs.replace(here.id, seq=here.id.seq + 100_000)
    back = c.UnfreezeCard(id=id, operator=desk.boss, card=card, issue=1)
    desk.till.ask("/t/unfreeze", back, m.Answer)
    assert stop(desk, card) is None
    id = msgspec.structs.replace(id, seq=id.seq + 1)
    assert code(desk, "/t/unfreeze", msgspec.structs.replace(back, id=id)) == "card.not_frozen"


def test_nobody_freezes_without_the_right_or_in_another_branch(desk: Desk) -> None:
    card = desk.plastic().card
    assert code(desk, "/t/freeze", frozen(desk, card, operator=desk.nobody)) == "operator.not_allowed"
    theirs = frozen(desk, card, operator=desk.other_boss)
    theirs = msgspec.structs.replace(theirs, id=RecordId(desk.other_till.terminal, 1, 900_001))
    assert code(desk, "/t/freeze", theirs, desk.other_till) == "desk.other_branch"
    assert code(desk, "/t/freeze", frozen(desk, card, why="mood")) == "freeze.why"
    assert stop(desk, card) is None


def test_what_a_recharge_earns_is_known_before_the_tap(desk: Desk) -> None:
    """F: B2 A17"""
    card, now = desk.plastic().card, desk.office.clock.now()

    def draw(connection: Any) -> int:
        draft = promotions.Draft(name="充五百送一百", least_fen=50_000, gift_fen=10_000)
        other = promotions.Draft(name="网络卡专享", least_fen=10_000, gift_fen=9_999, types=(2,))
        promotions.add_promotion(connection, desk.unit, draft, 1, now)
        promotions.add_promotion(connection, desk.unit, other, 1, now)
        return promotions.put_salesperson(connection, desk.unit, desk.boss, 100)

    seller = desk.office.write(draw)
    asked = c.AskOffers(operator=desk.boss, card=card)
    told = desk.till.ask("/t/offers", asked, c.Offers)
    assert [(one.name, one.least_fen, one.gift_fen) for one in told.offers] == [
        ("充五百送一百", 50_000, 10_000)
    ]
    assert told.sellers == ((seller, "boss 姓名"),)
    assert told.gift_left_fen == 1_000_000
    anybody = desk.till.ask("/t/offers", c.AskOffers(operator=desk.boss), c.Offers)
    assert {one.name for one in anybody.offers} == {"充五百送一百", "网络卡专享"}
    none = desk.till.ask("/t/offers", c.AskOffers(operator=desk.head, card=card), c.Offers)
    assert none.gift_left_fen is None


def test_a_list_is_issued_line_by_line_and_goes_on_after_anything(desk: Desk) -> None:
    """F: A2: the next name, one who is not here, a card that was never written, and the end."""
    people = [desk.member() for _ in range(3)]
    now = desk.office.clock.now()
    number = desk.office.write(
        lambda connection: issuing.add_list(
            connection, desk.unit, "高一新生", 1, [(who, 1_000) for who in people], 1, now
        )
    )
    asked = c.AskTurn(operator=desk.boss, list=number)
    turn = desk.till.ask("/t/issue/turn", asked, c.Turn)
    assert turn.next is not None
    assert (turn.next.member, turn.next.opening_fen, turn.row.waiting) == (people[0], 1_000, 3)
    id = RecordId(desk.till.terminal, 1, 700_001)
    take = c.TakeTurn(id=id, operator=desk.boss, list=number, line=1, uid="0a0a0a01")
    grant = desk.till.ask("/t/issue/take", take, m.IssueGrant)
    assert desk.till.ask("/t/issue/take", take, m.IssueGrant) == grant
    # The power goes: another request for the same line and medium is given the same number.
    again = msgspec.structs.replace(take, id=RecordId(desk.till.terminal, 1, 700_002))
    assert desk.till.ask("/t/issue/take", again, m.IssueGrant) == grant
    stolen = msgspec.structs.replace(take, id=RecordId(desk.second.till.terminal, 1, 5))
    assert code(desk, "/t/issue/take", stolen, desk.second.till) == "issuing.taken"
    turn = desk.till.ask("/t/issue/turn", asked, c.Turn)
    assert [(one.line, one.card) for one in turn.failed] == [(1, grant.card)]
    desk.journal.issue(Plastic(grant.card), 1_000).done()
    desk.journal.sync()
    turn = desk.till.ask("/t/issue/turn", msgspec.structs.replace(asked, skip=2), c.Turn)
    assert turn.next is not None
    assert (turn.next.line, turn.row.issued, turn.row.skipped, turn.failed) == (3, 1, 1, ())
    turn = desk.till.ask("/t/issue/turn", msgspec.structs.replace(asked, again=True), c.Turn)
    assert turn.next is not None
    assert turn.next.line == 2
    rows = desk.till.ask("/t/issue/lists", c.AskLists(operator=desk.boss), c.IssueLists).rows
    assert rows[0].name == "高一新生"
    assert code(desk, "/t/issue/lists", c.AskLists(operator=desk.nobody)) == "operator.not_allowed"


def test_nobody_issues_a_card_to_a_member_of_another_branch(desk: Desk) -> None:
    """H2: who gets the newest card gets the subsidy that waits for its member."""
    mine, theirs = desk.member(branch=1), desk.member(branch=2)

    def asked(till: Till, member: int, operator: int, seq: int) -> str:
        id = RecordId(till.terminal, 1, 0xE00000 + seq)
        question = m.ReserveIssue(id=id, type=1, member=member, uid="0a0b0c0d", operator=operator)
        reply = till.send("/t/issue", m.encode(question))
        return "" if reply.status == 200 else reply.code

    assert asked(desk.till, mine, desk.boss, 1) == ""
    assert asked(desk.till, theirs, desk.boss, 2) == "desk.other_branch"
    assert asked(desk.other_till, theirs, desk.other_boss, 1) == ""
    assert asked(desk.till, theirs, desk.head, 3) == ""  # of all branches
