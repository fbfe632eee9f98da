"""Account cards: the server decides, remembers what it said, and cancels. (domain.md §5)"""

import asyncio

import pytest
from msgspec.structs import replace

from onecard.errors import Refused
from onecard.ids import RecordId
from onecard.wire.messages import Answer, CardType, Pay, Sale, Status, Void, encode
from server.books import intake, tables
from server.books.office.recharge_account import RechargeAccount, Terms
from server.books.tables import key_of
from server.cards.service import open_account_card, report_loss
from server.catalogue.terms import Terms as Terms_
from tests.server.books.engine import Books
from tests.server.books.station import NOW, UNIT, Plastic, Station

TYPE = CardType(type=2, name="网络卡", purse_on_card=False)
OFFICE = RecordId(65_000, 1, 9_000_000)


def account(books: Books, fen: int, seq: int = 0) -> int:
    """A card with this much on the server."""
    card, issue = books.write(lambda c: open_account_card(c, UNIT, 1, "0a0b0c0d", TYPE, NOW))
    key = key_of(OFFICE) + seq + card
    answer = books.do(RechargeAccount(UNIT, key, Terms(1001, card, issue, fen), 7))
    assert answer.result.status == Status.CREATED
    return card


def test_a_sale_within_the_balance_is_created(books: Books) -> None:
    card, station = account(books, 5_000), Station(1001)
    sale = station.account_sale(card, 1_200)
    answer = books.sell(1001, encode(sale))
    assert (answer.result.status, answer.result.id, answer.balance_fen) == (Status.CREATED, sale.id, 3_800)
    assert books.balance("owner:5:payable:11") == 1_200
    books.tie_out()


def test_the_floor_is_exact(books: Books) -> None:
    """I6: the last fen may be spent, not one more."""
    card, station = account(books, 1_200), Station(1001)
    assert books.sell(1001, encode(station.account_sale(card, 1_201))).result.reason == "purse.short"
    assert books.sell(1001, encode(station.account_sale(card, 1_200))).balance_fen == 0
    assert books.sell(1001, encode(station.account_sale(card, 1))).result.reason == "purse.short"


def test_the_same_bytes_get_the_same_answer_byte_for_byte(books: Books) -> None:
    """I11; also when money has moved since."""
    card, station = account(books, 5_000), Station(1001)
    raw = encode(station.account_sale(card, 1_200))
    first = books.sell(1001, raw)
    books.sell(1001, encode(station.account_sale(card, 300)))
    assert encode(books.sell(1001, raw)) == encode(first)
    assert books.balance(f"card:{card}:main") == 3_500


def test_other_bytes_under_one_id_are_a_conflict(books: Books) -> None:
    card, station = account(books, 5_000), Station(1001)
    sale = station.account_sale(card, 1_200)
    books.sell(1001, encode(sale))
    cheaper = replace(sale, shift=2)
    assert books.sell(1001, encode(cheaper)).result.status == Status.CONFLICT
    assert books.kinds() == ["record_conflict"]


def test_a_refusal_is_stored_and_repeats(books: Books) -> None:
    """Also after a recharge that would have been enough."""
    card, station = account(books, 1_000), Station(1001)
    raw = encode(station.account_sale(card, 1_200))
    first = books.sell(1001, raw)
    assert (first.result.status, first.result.reason) == (Status.REFUSED, "purse.short")
    books.do(RechargeAccount(UNIT, key_of(OFFICE) + 1, Terms(1001, card, 1, 5_000), 7))
    assert encode(books.sell(1001, raw)) == encode(first)
    books.tie_out()


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("unknown", "card.unknown"),
        ("lost", "card.stopped"),
        ("issue", "card.unknown"),
        ("limit", "limit.sale"),
    ],
)
def test_refusals(books: Books, kind: str, code: str) -> None:
    card, station = account(books, 10_000_000), Station(1001)
    if kind == "lost":
        books.write(lambda c: report_loss(c, UNIT, RecordId(1001, 1, 77), card, 1, 7, NOW))
    number = 99_999 if kind == "unknown" else card
    fen = TYPE.sale_limit_fen + 1 if kind == "limit" else 100
    sale = station.account_sale(number, fen, issue=2 if kind == "issue" else 1)
    assert books.sell(1001, encode(sale)).result.reason == code


def test_a_day_limit_counts_what_was_sold_today_and_voids(books: Books) -> None:
    """B9 on the server, with the card type's own limits."""
    terms = Terms_({2: replace(TYPE, day_limit_fen=1_000)})
    card, station = account(books, 10_000), Station(1001)

    def ask(intent: Sale | Void) -> Answer:
        return books.run(intake.account_sale(books.lane, UNIT, 1001, encode(intent), terms))

    first = station.account_sale(card, 800)
    assert ask(first).result.status == Status.CREATED
    assert ask(station.account_sale(card, 300)).result.reason == "limit.day"
    void = Void(**station.head(), voids=first.id, card=card, issue=1, pays=(Pay("main", 800),))
    station.append(void)
    assert ask(void).result.status == Status.CREATED
    assert ask(station.account_sale(card, 300)).result.status == Status.CREATED
    books.tie_out()


def test_void_of_an_account_sale_once(books: Books) -> None:
    """C7 I12: a decision beyond the sale is refused."""
    card, station = account(books, 5_000), Station(1001)
    sale = station.account_sale(card, 1_200)
    books.sell(1001, encode(sale))
    answers = []
    for _ in range(2):
        void = Void(**station.head(), voids=sale.id, card=card, issue=1, pays=(Pay("main", 1_200),))
        station.append(void)
        answers.append(books.sell(1001, encode(void)).result)
    assert [one.status for one in answers] == [Status.CREATED, Status.REFUSED]
    assert answers[1].reason == "void.excess"
    assert books.balance(f"card:{card}:main") == 5_000
    books.tie_out()


def test_a_tombstone_wins_over_a_late_request(books: Books) -> None:
    card, station = account(books, 5_000), Station(1001)
    sale = station.account_sale(card, 1_200)
    tomb = books.cancel(sale.id)
    assert (tomb.result.status, tomb.result.reason) == (Status.REFUSED, "cancelled")
    assert encode(books.sell(1001, encode(sale))) == encode(tomb)
    assert encode(books.cancel(sale.id)) == encode(tomb)
    assert books.balance("owner:5:payable:11") == 0


def test_a_purse_cannot_be_cancelled(books: Books) -> None:
    """The card decides: before its journal is here nobody can tell, so the clash is shown; after, refused."""
    station, card = Station(1001), Plastic(20_001)
    station.issue(card, 1_000).done()
    move = station.sale(card, 100)
    books.upload(station)
    assert books.cancel(move.id).result.reason == "cancel.purse"
    move.done()
    assert books.upload(station).results == ()
    assert books.balance("card:20001:1:main:purse") == 900
    books.cancel(station.next_id)
    station.sale(card, 100).done()
    (result,) = books.upload(station).results
    assert result.status is Status.CONFLICT
    assert "record_conflict" in books.kinds()
    books.tie_out()


def test_cancel_after_posting_gives_the_posted_result(books: Books) -> None:
    card, station = account(books, 5_000), Station(1001)
    sale = station.account_sale(card, 1_200)
    posted = books.sell(1001, encode(sale))
    assert encode(books.cancel(sale.id)) == encode(posted)
    assert books.balance("owner:5:payable:11") == 1_200


def test_journal_and_request_meet_under_one_id(books: Books) -> None:
    """I11: online first, then the upload of the same intent and its done; and the other way round."""
    card, station = account(books, 5_000), Station(1001)
    sale = station.account_sale(card, 1_200)
    books.sell(1001, encode(sale))
    station.done(sale.id)
    assert books.upload(station).results == ()
    second = station.account_sale(card, 300)
    books.upload(station)
    books.sell(1001, encode(second))
    station.done(second.id)
    assert books.upload(station).results == ()
    assert books.balance("owner:5:payable:11") == 1_500
    assert books.kinds() == []
    books.tie_out()


def test_an_offline_approval_is_a_fact_and_its_excess_is_debt(books: Books) -> None:
    """I6: beyond the floor is debt, by name; a fact is not refused."""
    card, station = account(books, 1_000), Station(1001)
    sale = station.account_sale(card, 1_500)
    station.done(sale.id, offline=True)
    assert books.upload(station).results == ()
    assert books.balance(f"card:{card}:debt") == -500
    assert books.balance(f"card:{card}:main") == 0
    books.tie_out()


def test_given_up_without_an_answer_is_dead(books: Books) -> None:
    """The request may still be on its way: it finds the tombstone."""
    card, station = account(books, 5_000), Station(1001)
    sale = station.account_sale(card, 1_200)
    station.give_up(sale.id)
    books.upload(station)
    assert books.sell(1001, encode(sale)).result.reason == "cancelled"


def test_what_is_not_a_request_is_not_stored(books: Books) -> None:
    card, station = account(books, 5_000), Station(1001)
    sale = station.account_sale(card, 1_200)
    for terminal, raw in ((1001, b"{}"), (1002, encode(sale)), (1001, encode(replace(sale, due_fen=1)))):
        with pytest.raises(Refused):
            books.sell(terminal, raw)
    assert len(books.rows(tables.fact)) == 1


def test_64_at_once_on_one_card_never_spend_twice(books: Books) -> None:
    """hot_card: arrival order decides; what is left decides who is refused."""
    card = account(books, 1_000)
    stations = [Station(1001 + i) for i in range(64)]
    bodies = [(s.terminal, encode(s.account_sale(card, 30))) for s in stations]

    async def all_at_once() -> list[Answer]:
        # Each twice, as if every answer had been lost once.
        asked = [intake.account_sale(books.lane, UNIT, t, raw) for t, raw in bodies + bodies]
        return list(await asyncio.gather(*asked))

    answers = books.run(all_at_once())
    assert [encode(one) for one in answers[:64]] == [encode(one) for one in answers[64:]]
    created = [one for one in answers[:64] if one.result.status == Status.CREATED]
    assert len(created) == 33
    assert books.balance(f"card:{card}:main") == 10
    batches = {row.batch for row in books.rows(tables.entry)}
    assert len(batches) < 34, "concurrent requests are committed together"
    books.tie_out()


def test_two_processes_on_one_database_do_not_double_spend(books: Books) -> None:
    """Two lanes stand for two server processes: same card, same ids."""
    card = account(books, 1_000)
    second = Books(books.db.url)
    stations = [Station(1001 + i) for i in range(20)]
    bodies = [(s.terminal, encode(s.account_sale(card, 100))) for s in stations]

    async def race() -> list[Answer]:
        lanes = (books.lane, second.lane)
        asked = [intake.account_sale(lane, UNIT, t, raw) for t, raw in bodies for lane in lanes]
        return list(await asyncio.gather(*asked))

    answers = books.run(race())
    for one, other in zip(answers[::2], answers[1::2], strict=True):
        assert encode(one) == encode(other)
    assert books.balance(f"card:{card}:main") == 0
    assert sum(one.result.status == Status.CREATED for one in answers[::2]) == 10
    books.tie_out()
    books.run(second.db.close())
    second.runner.close()
