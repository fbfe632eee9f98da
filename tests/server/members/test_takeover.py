"""Goal: an old system's members and balances come in once, to the fen, and never on one person's word. F: H8

Method: lists good and bad on both engines, with and without a purse on the card; a stop in the middle of
posting; the same list again; totals that are not the old system's.
"""

import pytest
import sqlalchemy as sa

from onecard.errors import Refused
from onecard.wire.messages import CardType
from onecard.wire.takeover import AskTakeover
from server.cards.tables import card, issue, load
from server.catalogue.service import put_card_type
from server.members import first_tap, service, takeover
from server.members.tables import takeover as table
from server.operators import log
from server.tabular import read
from tests.server.books.station import NOW, UNIT
from tests.server.unit import SECOND, WHOLE, Unit

HEAD = "学号,姓名,班级,余额,UID"
GOOD = ("S1,李雷,高一,12.50,01 02 03 04", "S2,韩梅梅,高一,0,", "S3,王小丫,高二,100,0A0B0C0D")
TOTALS = (3, 11_250)
ACCOUNT = CardType(type=2, name="账户卡", purse_on_card=False, cap_fen=20_000)


def hand_in(
    unit: Unit, *rows: str, told=TOTALS, scope=WHOLE, branch: int = 1, card_type: int = 1, by: int = 1
):
    lines = read("\n".join((HEAD, *rows)).encode("gbk"))
    return unit.write(
        lambda c: takeover.hand_in(
            c, scope, lines, told, NOW, by, name="旧系统", branch=branch, card_type=card_type
        )
    )


def agree(unit: Unit, number: int, told=TOTALS, by: int = 2, scope=WHOLE) -> None:
    unit.write(lambda c: takeover.agree(c, scope, number, told, NOW, by))


def post(unit: Unit, number: int, most: int = 99) -> int:
    some, by = unit.read(lambda c: takeover.openings(c, WHOLE, number))
    types = {1: CardType(type=1, name="普通卡"), 2: ACCOUNT}
    return unit.books.run(takeover.post(unit.books.lane, UNIT, number, some[:most], by, types))


@pytest.fixture(params=[1, 2], ids=["purse", "account"])
def card_type(request: pytest.FixtureRequest, unit: Unit) -> int:
    unit.write(lambda c: put_card_type(c, UNIT, ACCOUNT, NOW))
    return int(request.param)


def test_members_cards_and_balances_come_in_to_the_fen(unit: Unit, card_type: int) -> None:
    number, _ = hand_in(unit, *GOOD, card_type=card_type)
    agree(unit, number)
    assert post(unit, number) == 2
    unit.write(lambda c: takeover.entered(c, WHOLE, number, NOW, 2))
    rows = unit.read(lambda c: service.find(c, WHOLE, ""))
    assert [(row["number"], row["name"], len(row["cards"])) for row in rows] == [
        ("S1", "李雷", 1), ("S2", "韩梅梅", 1), ("S3", "王小丫", 1),
    ]  # fmt: skip
    found = unit.books.accounts()
    place = "10001:1:main:waiting" if card_type == 1 else "10001:main"
    assert found[f"gateway:takeover-{number}"] == -11_250
    assert found[f"card:{place}"] == 1_250
    unit.books.tie_out()
    loads = unit.read(lambda c: c.execute(sa.select(load.c.card, load.c.number, load.c.fen)).all())
    expected = [(10_001, 1, 1_250), (10_003, 1, 10_000)] if card_type == 1 else []
    assert sorted(map(tuple, loads)) == expected
    assert len(unit.read(lambda c: service.snapshots_since(c, UNIT, 0))) == 3
    assert unit.read(lambda c: log.check(c, UNIT)) == []
    (row,) = unit.read(lambda c: c.execute(sa.select(table)).all())
    assert (row.state, bytes(row.rows)) == ("entered", b"")


def test_a_stop_in_the_middle_posts_every_balance_once(unit: Unit, card_type: int) -> None:
    number, _ = hand_in(unit, *GOOD, card_type=card_type)
    agree(unit, number)
    assert post(unit, number, most=1) == 1
    for _ in range(2):
        assert post(unit, number) == 2
    unit.write(lambda c: takeover.entered(c, WHOLE, number, NOW, 2))
    assert post(unit, number) == 0
    assert unit.books.accounts()[f"gateway:takeover-{number}"] == -11_250
    unit.books.tie_out()


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("S9,x,,,", "amount.empty"), ("S9,x,,-1,", "amount.malformed"), ("S9,x,,1e9,", "amount.malformed"),
        ("S9,x,,0.001,", "amount.malformed"), ("S9,x,,１２．５,", "amount.malformed"),
        ("S9,x,,NaN,", "amount.malformed"), ("S9,x,,99999999.99,", "amount.too_large"),
        ("S9,x,,5000.01,", "takeover.cap"), ("S9,x,,1,0102", "takeover.uid"),
        ("S9,x,,1,XYZXYZXY", "takeover.uid"), (",x,,1,", "import.no_number"),
        ("S9,x,,1,0A0B0C0D", "takeover.uid_twice"), ("S1,x,,1,", "import.duplicate"),
        ("S9,,,1,", "name.malformed"), ("S0,x,,1,", "import.known"), ("S0,老人,,1,", "import.known"),
    ],
)  # fmt: skip
def test_one_bad_line_stops_the_list_and_is_named(unit: Unit, row: str, problem: str) -> None:
    unit.member("老人", number="S0")
    number, judged = hand_in(unit, *GOOD, row)
    assert number == 0
    assert [(one.line, one.problem) for one in judged.bad] == [(5, problem)]
    assert unit.read(lambda c: takeover.takeovers(c, WHOLE)) == []


def test_totals_have_to_be_the_old_systems_twice_and_from_two_people(unit: Unit) -> None:
    for told in ((3, 11_249), (2, 11_250), (0, 0)):
        with pytest.raises(Refused) as no:
            hand_in(unit, *GOOD, told=told)
        assert no.value.code == "takeover.totals"
    number, _ = hand_in(unit, *GOOD)
    for by, told, code in (
        (1, TOTALS, "takeover.same_person"),
        (2, (3, 11_251), "takeover.totals"),
        (2, (4, 11_250), "takeover.totals"),
    ):
        with pytest.raises(Refused) as no:
            agree(unit, number, told, by)
        assert no.value.code == code
    assert unit.read(lambda c: service.count(c, WHOLE, "")) == 0
    agree(unit, number)
    with pytest.raises(Refused) as no:
        agree(unit, number, by=3)
    assert no.value.code == "takeover.state"
    assert unit.read(lambda c: service.count(c, WHOLE, "")) == 3


def test_the_same_list_is_not_taken_twice(unit: Unit) -> None:
    number, _ = hand_in(unit, *GOOD)
    with pytest.raises(Refused) as no:
        hand_in(unit, *GOOD)
    assert no.value.code == "takeover.twice"
    unit.write(lambda c: takeover.drop(c, WHOLE, number, NOW, 1))
    again, _ = hand_in(unit, *GOOD)
    agree(unit, again)
    post(unit, again)
    with pytest.raises(Refused):
        unit.write(lambda c: takeover.drop(c, WHOLE, again, NOW, 1))
    _, judged = hand_in(unit, *GOOD)
    assert {one.problem for one in judged.bad} == {"import.known"}


def test_who_came_meanwhile_stops_it_whole(unit: Unit) -> None:
    number, _ = hand_in(unit, *GOOD)
    unit.member("先到", number="S3")
    with pytest.raises(Refused) as no:
        agree(unit, number)
    assert no.value.code == "import.changed"
    assert unit.read(lambda c: c.execute(sa.select(card)).all()) == []


def test_another_branchs_list_does_not_exist(unit: Unit) -> None:
    """F: H2"""
    number, _ = hand_in(unit, *GOOD)
    assert unit.read(lambda c: takeover.takeovers(c, SECOND)) == []
    with pytest.raises(Refused) as no:
        agree(unit, number, scope=SECOND)
    assert no.value.code == "takeover.unknown"
    with pytest.raises(Refused):
        hand_in(unit, *GOOD, scope=SECOND, branch=1)


def first_tap_of(unit: Unit, uid: str, number: str = "", fen: int = 0):
    asked = AskTakeover(uid=uid, number=number, fen=fen)
    return unit.write(lambda c: first_tap.grant(c, UNIT, 1001, asked, NOW))


def refused(unit: Unit, uid: str, number: str = "") -> str:
    with pytest.raises(Refused) as no:
        first_tap_of(unit, uid, number)
    return no.value.code


def test_the_first_plastic_with_the_number_is_the_card_and_no_other(unit: Unit, card_type: int) -> None:
    number, _ = hand_in(unit, *GOOD, card_type=card_type)
    assert refused(unit, "01020304", "S1") == "takeover.no_card"
    agree(unit, number)
    granted = first_tap_of(unit, "01020304", "whatever it says")
    assert (granted.card, granted.issue, granted.type, granted.deposit_fen) == (10_001, 1, card_type, 0)
    assert refused(unit, "99999999", "S1") == "takeover.other_plastic"
    assert first_tap_of(unit, "aabbccdd", " 00s2").card == 10_002
    assert first_tap_of(unit, "aabbccdd").card == 10_002
    assert refused(unit, "aabbccde", "S2") == "takeover.other_plastic"
    assert refused(unit, "12121212", "S7") == refused(unit, "12121212") == "takeover.no_card"
    assert unit.read(lambda c: log.check(c, UNIT)) == []


def test_a_card_that_had_its_turn_or_was_reported_lost_is_not_made_again(unit: Unit) -> None:
    number, _ = hand_in(unit, *GOOD)
    agree(unit, number)
    set_state = card.update().where(card.c.card == 10_001).values
    for state, code in (("lost", "card.stopped"), ("frozen", "card.stopped"), ("returned", "takeover.done")):
        unit.write(lambda c, state=state: c.execute(set_state(state=state)))
        assert refused(unit, "01020304") == code
    unit.write(lambda c: c.execute(set_state(state="active", issue=2)))
    assert refused(unit, "01020304") == "takeover.done"
    unit.write(lambda c: c.execute(set_state(issue=1)))
    assert first_tap_of(unit, "01020304").card == 10_001
    unit.write(lambda c: c.execute(issue.update().where(issue.c.card == 10_001).values(issued_by=7)))
    assert refused(unit, "01020304") == "takeover.done"


def test_an_old_number_is_one_card(unit: Unit) -> None:
    """Of its own column, or the member's where there is none; known from an earlier list as well."""
    head = HEAD + ",旧卡号"
    rows = ("S1,李雷,高一,12.50,,0077", "S2,韩梅梅,高一,0,,77")
    lines = read("\n".join((head, *rows)).encode())
    number, judged = unit.write(
        lambda c: takeover.hand_in(c, WHOLE, lines, (2, 1_250), NOW, 1, name="旧系统", branch=1, card_type=1)
    )
    assert (number, [one.problem for one in judged.bad]) == (0, ["takeover.card_twice"])
    number, _ = hand_in(unit, *GOOD)
    agree(unit, number)
    lines = read("\n".join((head, "S8,李雷,高一,12.50,,s3")).encode())
    number, judged = unit.write(
        lambda c: takeover.hand_in(c, WHOLE, lines, (1, 1_250), NOW, 1, name="旧系统", branch=1, card_type=1)
    )
    assert (number, [one.problem for one in judged.bad]) == (0, ["takeover.card_twice"])
