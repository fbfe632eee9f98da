"""Cards by list at a desk: chips and blanks in one list, and whose stripe is missing. F: A2 A9"""

import msgspec

from onecard.cards.cpu import FIRST_CHIP
from onecard.ids import RecordId
from onecard.wire import counter as c
from onecard.wire import messages as m
from onecard.wire.beside import Beside, PutBeside
from server.catalogue.service import put_card_type
from server.issuing import service as issuing
from tests.server.books.station import Plastic
from tests.server.terminals.desk import Desk
from tests.server.terminals.test_lookup import code

SWIPED = m.CardType(type=9, name="混发卡", media=("m1", "cpu", "track"), cap_fen=1_000_000)


def begin(desk: Desk, count: int) -> int:
    people, now = [desk.member() for _ in range(count)], desk.office.clock.now()
    desk.office.write(lambda connection: put_card_type(connection, desk.unit, SWIPED, now))
    rows = [(who, 1_000) for who in people]
    made: int = desk.office.write(
        lambda connection: issuing.add_list(connection, desk.unit, "混发", SWIPED.type, rows, 1, now)
    )
    return made


def take(desk: Desk, number: int, line: int, seq: int, **chip: int) -> c.TakeTurn:
    id = RecordId(desk.till.terminal, 1, 710_000 + seq)
    return c.TakeTurn(id=id, operator=desk.boss, list=number, line=line, uid=f"0a0a1a{seq:02x}", **chip)


def turn(desk: Desk, number: int) -> c.Turn:
    return desk.till.ask("/t/issue/turn", c.AskTurn(operator=desk.boss, list=number, stripes=True), c.Turn)


def write(desk: Desk, card: int, opening: int) -> Plastic:
    plastic = Plastic(card)
    desk.journal.issue(plastic, opening).done()
    desk.journal.sync()
    return plastic


def test_a_chip_brings_its_number_and_is_whole_when_its_first_money_is_on_it(desk: Desk) -> None:
    number = begin(desk, 2)
    chip = FIRST_CHIP + 900
    asked = take(desk, number, 1, 1, card=chip, until_day=4_000)
    grant = desk.till.ask("/t/issue/take", asked, m.IssueGrant)
    assert (grant.card, grant.until_day, grant.type) == (chip, 4_000, SWIPED.type)
    again = msgspec.structs.replace(asked, id=RecordId(desk.till.terminal, 1, 710_050))
    assert desk.till.ask("/t/issue/take", again, m.IssueGrant) == grant
    assert code(desk, "/t/issue/take", take(desk, number, 2, 2, card=chip, until_day=4_000)) == "card.taken"
    wrong = take(desk, number, 2, 3, card=20_001, until_day=4_000)
    assert code(desk, "/t/issue/take", wrong) == "card.from_key_room"
    assert [(one.line, one.is_made) for one in turn(desk, number).failed] == [(1, False)]
    plastic = write(desk, chip, 0)
    told = turn(desk, number)
    assert [(one.line, one.card, one.is_made) for one in told.failed] == [(1, chip, True)]
    assert (told.row.issued, told.stripeless) == (0, ())
    desk.journal.recharge(plastic, 1_000).done()
    desk.journal.sync()
    told = turn(desk, number)
    assert (told.failed, told.row.issued) == ((), 1)


def test_who_lacks_a_stripe_is_told_to_a_desk_that_can_write_one(desk: Desk) -> None:
    number = begin(desk, 1)
    grant = desk.till.ask("/t/issue/take", take(desk, number, 1, 11), m.IssueGrant)
    write(desk, grant.card, 1_000)
    told = turn(desk, number)
    assert [(one.card, one.is_made) for one in told.stripeless] == [(grant.card, True)]
    plain = c.AskTurn(operator=desk.boss, list=number)
    assert desk.till.ask("/t/issue/turn", plain, c.Turn).stripeless == ()
    for stripes, missing in ((True, 1), (False, 0)):
        asked = c.AskLists(operator=desk.boss, stripes=stripes)
        rows = desk.till.ask("/t/issue/lists", asked, c.IssueLists).rows
        assert next(one for one in rows if one.list == number).stripeless == missing
    id = RecordId(desk.till.terminal, 1, 710_099)
    noted = PutBeside(
        id=id, operator=desk.boss, card=grant.card, issue=1, kind=Beside.TRACK, value="9000000010001001"
    )
    assert desk.till.ask("/t/beside/put", noted, m.Answer).result.status is m.Status.CREATED
    assert turn(desk, number).stripeless == ()
