"""Goal: an id is one question for ever: the same again gets the same answer, anything else is a conflict.

Method: every question of a desk that has an id and is no fact, each of its fields changed in turn, and the id
asked for every other kind of question; on both engines. F: I11
"""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from onecard.ids import RecordId
from onecard.wire import counter as c
from onecard.wire import lookups as look
from onecard.wire import messages as m
from onecard.wire.beside import Beside, PutBeside
from onecard.wire.management import AskManagement, ManagementGrant, ReturnManagement, VouchedManagement
from tests.server.terminals.desk import ADMINISTRATOR, Desk

#: Its path, the question with a new id, and for each field another value that could stand there.
Asked = tuple[str, msgspec.Struct, dict[str, Any]]


class People:
    """Two who may everything."""

    one = two = 0

    def __init__(self, desk: Desk) -> None:
        self.one, self.two = (desk.office.operator(f"same-{n}", ADMINISTRATOR) for n in (1, 2))


@pytest.fixture(scope="module")
def people(desk: Desk) -> People:
    return People(desk)


def new_id(desk: Desk) -> RecordId:
    desk._card += 1
    return RecordId(desk.till.terminal, 1, 700_000 + desk._card)


def uid(desk: Desk) -> str:
    desk._card += 1
    return f"04{desk._card:06x}"


def loss(desk: Desk, who: People) -> Asked:
    asked = m.ReportLoss(id=new_id(desk), card=desk.plastic().card, issue=1, operator=who.one)
    return "/t/loss", asked, {"card": desk.plastic().card, "issue": 2, "operator": who.two}


def freeze(desk: Desk, who: People) -> Asked:
    card = desk.plastic().card
    asked = c.FreezeCard(id=new_id(desk), card=card, issue=1, operator=who.one, why="left")
    other = {"card": desk.plastic().card, "issue": 2, "operator": who.two, "why": "debt", "here": True}
    return "/t/freeze", asked, other


def unfreeze(desk: Desk, who: People) -> Asked:
    cards = desk.plastic().card, desk.plastic().card
    for card in cards:
        frozen = c.FreezeCard(id=new_id(desk), card=card, issue=1, operator=who.one, why="left")
        desk.till.ask("/t/freeze", frozen, m.Answer)
    asked = c.UnfreezeCard(id=new_id(desk), card=cards[0], issue=1, operator=who.one)
    return "/t/unfreeze", asked, {"card": cards[1], "issue": 2, "operator": who.two}


def issue(desk: Desk, who: People) -> Asked:
    asked = m.ReserveIssue(id=new_id(desk), type=1, member=desk.member(), uid=uid(desk), operator=who.one)
    return "/t/issue", asked, {"type": 2, "member": desk.member(), "uid": uid(desk)}


def by_uid(desk: Desk, who: People) -> Asked:
    asked = c.OpenByUid(id=new_id(desk), type=2, member=desk.member(), uid=uid(desk), operator=who.one)
    return "/t/issue/uid", asked, {"type": 1, "member": desk.member(), "uid": uid(desk)}


def chip(desk: Desk, who: People) -> Asked:
    number = (1 << 39) + desk._card
    asked = c.ReserveChip(
        id=new_id(desk), type=1, member=desk.member(), uid=uid(desk), operator=who.one, card=number,
        until_day=4_000,
    )  # fmt: skip
    other = {"type": 2, "member": desk.member(), "uid": uid(desk), "card": number + 1, "until_day": 4_001}
    return "/t/issue/chip", asked, other


def beside(desk: Desk, who: People) -> Asked:
    asked = PutBeside(
        id=new_id(desk), card=desk.plastic().card, issue=1, kind=Beside.TRACK, value=uid(desk),
        operator=who.one,
    )  # fmt: skip
    other = {"card": desk.plastic().card, "kind": Beside.CODE, "value": uid(desk), "operator": who.two}
    return "/t/beside/put", asked, other


def management(desk: Desk, who: People) -> Asked:
    asked = AskManagement(
        id=new_id(desk), operator=who.one, kind="settings", uid=uid(desk), days=30, holder=who.one,
        settings={"pad": "implied"},
    )  # fmt: skip
    other = {
        "operator": who.two, "kind": "payee", "uid": uid(desk), "days": 31, "holder": who.two, "base": 1,
        "settings": {"pad": "point"},
    }  # fmt: skip
    return "/t/management", asked, other


def vouched(desk: Desk, who: People) -> Asked:
    asked = VouchedManagement(
        id=new_id(desk), operator=desk.boss, kind="payee", uid=uid(desk), days=30, supervisor=who.one
    )
    return "/t/management/vouched", asked, {"operator": desk.checker, "days": 1, "supervisor": who.two}


def give_back(desk: Desk, who: People) -> Asked:
    plastics, numbers = (uid(desk), uid(desk)), []
    for plastic in plastics:
        asked = AskManagement(id=new_id(desk), operator=who.one, kind="payee", uid=plastic, days=30)
        numbers.append(desk.till.ask("/t/management", asked, ManagementGrant).number)
    back = ReturnManagement(id=new_id(desk), operator=who.one, number=numbers[0], uid=plastics[0])
    return "/t/management/return", back, {"number": numbers[1], "uid": plastics[1], "operator": who.two}


def pin(desk: Desk, who: People) -> Asked:
    asked = look.ChangePin(id=new_id(desk), card=desk.account(), issue=1, new="271828", operator=who.one)
    return "/t/pin/change", asked, {"card": desk.account(), "new": "314159", "operator": who.two}


def person(desk: Desk, who: People) -> Asked:
    asked = m.NewMember(
        id=new_id(desk),
        name="林一",
        number=uid(desk),
        phone="13800000001",
        department="机电",
        operator=who.one,
    )
    other = {"name": "林二", "number": uid(desk), "phone": "13800000002", "department": "文学"}
    return "/t/member/new", asked, other


QUESTIONS = (
    loss, freeze, unfreeze, issue, by_uid, chip, beside, management, vouched, give_back, pin, person,
)  # fmt: skip


def said(desk: Desk, path: str, question: msgspec.Struct) -> tuple[int, bytes]:
    reply = desk.till.send(path, m.encode(question))
    return reply.status, reply.body if reply.status == 200 else reply.code.encode()


@pytest.mark.parametrize("make", QUESTIONS, ids=lambda make: make.__name__)
def test_what_an_id_asked_it_asks_for_ever(
    desk: Desk, people: People, make: Callable[[Desk, People], Asked]
) -> None:
    path, question, others = make(desk, people)
    first = said(desk, path, question)
    assert first[0] == 200, first
    for name, value in others.items():
        other = msgspec.structs.replace(question, **{name: value})
        assert other != question
        assert said(desk, path, other) == (409, b"record.conflict"), name
    assert said(desk, path, question) == first


def test_an_id_that_asked_one_thing_asks_no_other(desk: Desk, people: People) -> None:
    """Also where both would have been answered alike: a number reserved is no account opened."""
    path, first, _ = issue(desk, people)
    assert said(desk, path, first)[0] == 200
    for make in QUESTIONS[:-1]:
        path, question, _ = make(desk, people)
        same = msgspec.structs.replace(question, id=first.id)  # type: ignore[attr-defined]
        if make is not issue:
            assert said(desk, path, same) == (409, b"record.conflict"), make.__name__
    told = {name: getattr(first, name) for name in ("id", "member", "uid", "operator")}
    assert said(desk, "/t/issue/uid", c.OpenByUid(**told, type=1)) == (409, b"record.conflict")


def test_asked_again_after_midnight_a_management_card_is_the_same(desk: Desk, people: People) -> None:
    path, question, _ = management(desk, people)
    first = said(desk, path, question)
    desk.pass_time(86_400)
    assert said(desk, path, question) == first


def test_a_pin_that_was_changed_since_is_not_changed_back(desk: Desk, people: People) -> None:
    path, first, _ = pin(desk, people)
    assert said(desk, path, first)[0] == 200
    second = msgspec.structs.replace(first, id=new_id(desk), new="161803")
    assert said(desk, path, second)[0] == 200
    assert said(desk, path, first) == (409, b"record.conflict")
    assert isinstance(second, look.ChangePin)
    check = look.CheckPin(card=second.card, issue=1, pin="161803")
    assert desk.till.ask("/t/pin/check", check, look.PinChecked).fits
