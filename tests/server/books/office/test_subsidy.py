"""Subsidies from the upload to the purse: drafted, approved by another, released, delivered once. F: B3"""

from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import update

from onecard.clock import card_day, day_of_card
from onecard.errors import Refused
from onecard.wire.messages import Pay, encode
from server.books.office.subsidy import CHUNK, Clear, Deliver, PickUp, Terms
from server.books.office.sweep import sweep
from server.books.tables import id_of
from server.cards.service import open_account_card, report_loss
from server.cards.tables import card as table
from server.members.service import add_member
from server.subsidy import service
from server.subsidy.service import Draft
from server.subsidy.tables import subsidy_line
from tests.server.books.office.house import ANNA, BEN, PURSE, TODAY, TYPES, WHOLE, House
from tests.server.books.station import NOW, UNIT, Plastic


def listed(house: House, lines: dict[int, int], **more: Any) -> int:
    """A list that nobody has approved yet."""
    draft = Draft(name="三月补助", **more)
    made: int = house.books.write(
        lambda c: service.draft(c, UNIT, draft, tuple(lines.items()), ANNA, house.books.clock.now())
    )
    return made


def released(house: House, lines: dict[int, int], **more: Any) -> int:
    number = listed(house, lines, **more)
    now = house.books.clock.now()
    house.books.write(lambda c: service.approve(c, UNIT, number, BEN, now))
    house.books.write(lambda c: service.release(c, UNIT, number, ANNA, now))
    return number


def deliver(house: House) -> int:
    return house.books.do(Deliver(UNIT, TYPES))


def states(house: House) -> list[tuple[str, str]]:
    rows = sorted(house.books.rows(subsidy_line), key=lambda row: (row.list, row.line))
    return [(row.state, row.reason) for row in rows]


def purse_of(house: House, member: int, card: int) -> Plastic:
    """A purse card that belongs to somebody."""
    plastic = house.purse(card)
    house.books.write(lambda c: c.execute(update(table).where(table.c.card == card).values(member=member)))
    return plastic


# ---- what is uploaded


def test_every_bad_row_is_named(house: House) -> None:
    """The others can be taken as they are; amounts in yuan, as people write them."""
    anna, ben = house.member("1001"), house.member("1002")
    text = "1001,300\n9999,300\n1002,12.5\n1002,1\n1001\n,5\n1003,abc\n1001,0\n"
    read = house.books.read(lambda c: service.read_lines(c, WHOLE, text))
    assert read.lines == ((anna, 30_000), (ben, 1_250))
    assert [(bad.row, bad.code) for bad in read.bad] == [
        (2, "member.unknown"),
        (4, "subsidy.twice"),
        (5, "subsidy.twice"),
        (6, "member.unknown"),
        (7, "amount.malformed"),
        (8, "amount.zero"),
    ]
    assert read.fen == 31_250


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_a_spreadsheets_file_is_read(encoding: str) -> None:
    assert service.text_of("1001,三百".encode(encoding)) == "1001,三百"


def test_a_file_that_is_no_text_is_refused() -> None:
    with pytest.raises(Refused, match=r"subsidy\.file"):
        service.text_of(b"PK\x03\x04\xff\xfe\xff\xff")


def test_a_whole_group_gets_the_same(house: House) -> None:
    def pupil(number: str) -> int:
        made: int = house.books.write(
            lambda c: add_member(c, UNIT, NOW, name="人", branch=house.branch, number=number, group="student")
        )
        return made

    two = {pupil("1"), pupil("2")}
    house.member("3")
    read = house.books.read(lambda c: service.group_lines(c, WHOLE, "student", 5_000))
    assert {who for who, _ in read.lines} == two
    with pytest.raises(Refused, match="amount"):
        house.books.read(lambda c: service.group_lines(c, WHOLE, "student", 0))


BAD_LISTS: tuple[tuple[dict[str, Any], str], ...] = (
    ({"way": "by_post"}, "subsidy.way"),
    ({"wallet": "main"}, "subsidy.way"),
    ({"expires_day": TODAY - 1}, "subsidy.expired"),
    ({"collect_until": 1 << 20}, "subsidy.expired"),
)


def test_what_no_list_may_say(house: House) -> None:
    for bad, code in BAD_LISTS:
        with pytest.raises(Refused, match=code.replace(".", r"\.")):
            listed(house, {1: 100}, **bad)
    with pytest.raises(Refused, match=r"subsidy\.empty"):
        listed(house, {})


# ---- two people


def test_nobody_approves_his_own_list(house: House) -> None:
    """Nothing moves before two people and a release."""
    number = listed(house, {house.member("1"): 100})
    with pytest.raises(Refused, match=r"approval\.same_person"):
        house.books.write(lambda c: service.approve(c, UNIT, number, ANNA, NOW))
    with pytest.raises(Refused, match=r"subsidy\.state"):
        house.books.write(lambda c: service.release(c, UNIT, number, BEN, NOW))
    assert deliver(house) == 0
    assert house.books.accounts() == {}


def test_a_dropped_list_is_never_released(house: House) -> None:
    number = listed(house, {house.member("1"): 100})
    house.books.write(lambda c: service.drop(c, UNIT, number))
    for step in (service.approve, service.release):
        with pytest.raises(Refused, match=r"subsidy\.state"):
            house.books.write(lambda c, step=step: step(c, UNIT, number, BEN, NOW))
    with pytest.raises(Refused, match=r"subsidy\.unknown"):
        house.books.write(lambda c: service.approve(c, UNIT, 99, BEN, NOW))


# ---- how it reaches people


def test_the_next_tap_writes_it(house: House) -> None:
    """Purse card: a load with its last day, out of the list's own fund."""
    member = house.member("1")
    card = purse_of(house, member, 20_001)
    number = released(house, {member: 3_000}, expires_day=TODAY + 30)
    assert deliver(house) == 1
    assert [(one.wallet, one.fen, one.kind, one.expires_day) for one in house.loads(20_001)] == [
        ("subsidy", 3_000, "subsidy", TODAY + 30)
    ]
    house.collect(card)
    assert card.slots == (0, 3_000, 0)
    assert house.books.balance(f"subsidy:fund:{number}") == -3_000


def test_an_account_card_has_it_at_once(house: House) -> None:
    member = house.member("1")
    card = house.account(member)
    released(house, {member: 3_000}, way="direct")
    deliver(house)
    assert house.books.balance(f"card:{card}:subsidy") == 3_000


def test_each_line_is_delivered_once(house: House) -> None:
    """Whoever asks how often: the line's state changes with the money."""
    members = [house.member(str(one)) for one in range(5)]
    for member in members:
        house.account(member)
    number = released(house, dict.fromkeys(members, 100))
    for _ in range(3):
        house.books.run(house.books.lane.post([Deliver(UNIT, TYPES), Deliver(UNIT, TYPES)]))
    assert house.books.balance(f"subsidy:fund:{number}") == -500
    (row,) = house.books.read(lambda c: service.lists(c, WHOLE))
    assert (row["states"], row["fen"]) == ({"delivered": (5, 500)}, 500)


def test_a_long_list_goes_in_pieces(house: House) -> None:
    lines = dict.fromkeys(range(1, CHUNK + 3), 1)  # members without a card: their lines fail, by name
    released(house, lines)
    assert [deliver(house), deliver(house), deliver(house)] == [CHUNK, 2, 0]
    assert set(states(house)) == {("failed", "subsidy.no_card")}


def test_what_failed_can_be_sent_again(house: House) -> None:
    """No card yet, and a lost one; after a card is there the line arrives."""
    first, second = house.member("1"), house.member("2")
    lost = house.account(second)
    house.books.write(lambda c: report_loss(c, UNIT, id_of(house.key()), lost, 1, ANNA, NOW))
    number = released(house, {first: 100, second: 200})
    deliver(house)
    assert states(house) == [("failed", "subsidy.no_card")] * 2
    card = house.account(first)
    assert house.books.write(lambda c: service.retry(c, UNIT, number)) == 2
    deliver(house)
    assert [state for state, _ in states(house)] == ["delivered", "failed"]
    assert house.books.balance(f"card:{card}:subsidy") == 100


def test_an_expired_card_gets_nothing(house: House) -> None:
    """B3: card validity is checked."""
    member = house.member("1")
    house.books.write(lambda c: open_account_card(c, UNIT, member, "0a", TYPES[2], NOW - 2_000 * 86_400))
    released(house, {member: 100})
    deliver(house)
    assert states(house) == [("failed", "card.expired")]


# ---- picking up


def pick(house: House, card: int) -> PickUp:
    return PickUp(UNIT, house.key(), Terms(card, 1), ANNA, TYPES)


def test_a_tap_picks_up_all_that_is_ready_once(house: House) -> None:
    """Tap = check + collect; the same question again gives the same answer and nothing more."""
    member = house.member("1")
    card = purse_of(house, member, 20_001)
    released(house, {member: 100}, way="pickup")
    released(house, {member: 200}, way="pickup")
    deliver(house)
    assert house.loads(20_001) == []
    order = pick(house, 20_001)
    first = house.created(order)
    assert encode(house.books.do(order)) == encode(first)
    assert house.refused(pick(house, 20_001)) == "subsidy.nothing"
    house.collect(card)
    assert card.slots == (0, 300, 0)


def test_what_nobody_picks_up_lapses(house: House) -> None:
    member = house.member("1")
    card = house.account(member)
    number = released(house, {member: 100}, way="pickup", collect_until=TODAY)
    house.books.clock.advance(86_400)
    assert house.refused(pick(house, card)) == "subsidy.nothing"
    house.books.run(sweep(house.books.lane, UNIT, TYPES))
    assert states(house) == [("lapsed", "")]
    assert house.books.balance(f"subsidy:fund:{number}") == 0


def test_a_lost_card_picks_up_nothing(house: House) -> None:
    member = house.member("1")
    card = house.account(member)
    released(house, {member: 100}, way="pickup")
    house.books.write(lambda c: report_loss(c, UNIT, id_of(house.key()), card, 1, ANNA, NOW))
    assert house.refused(pick(house, card)) == "card.stopped"
    assert house.refused(pick(house, 999)) == "card.unknown"


# ---- what is not spent in time


def test_month_end_is_the_last_day_of_the_month() -> None:
    for text in ("2026-02-28", "2024-02-29", "2026-12-31"):
        last = date.fromisoformat(text)
        assert service.month_end(card_day(last.replace(day=3))) == card_day(last)
        assert day_of_card(service.month_end(card_day(last))) == last


def test_what_expired_goes_back_to_its_own_fund(house: House) -> None:
    """Spent first is what expires first; what adds up stays."""
    member = house.member("1")
    card = house.account(member)
    march = released(house, {member: 1_000}, expires_day=TODAY + 10)
    stays = released(house, {member: 500})
    house.books.run(sweep(house.books.lane, UNIT, TYPES))
    sale = replace(house.station.account_sale(card, 300), pays=(Pay("subsidy", 300),))
    assert house.books.sell(1001, encode(sale)).result.reason == ""
    house.books.clock.advance(10 * 86_400)
    assert house.books.do(Clear(UNIT)) == 0
    house.books.clock.advance(86_400)
    assert [house.books.do(Clear(UNIT)), house.books.do(Clear(UNIT))] == [1, 0]
    accounts = house.books.accounts()
    assert accounts[f"card:{card}:subsidy"] == 500
    assert accounts[f"subsidy:fund:{march}"] == -300
    assert accounts[f"subsidy:fund:{stays}"] == -500


def test_the_server_never_clears_a_purse(house: House) -> None:
    """What is on a card is cleared by its next write alone."""
    member = house.member("1")
    card = purse_of(house, member, 20_001)
    released(house, {member: 100}, expires_day=TODAY)
    deliver(house)
    house.collect(card)
    house.books.clock.advance(40 * 86_400)
    assert house.books.do(Clear(UNIT)) == 0
    assert house.books.balance("card:20001:1:subsidy:purse") == card.slots[1] == 100
    assert PURSE.purse_on_card
