"""Each kind of record on the wire becomes the entry it should, and the books tie out. F: B11"""

from onecard.ids import RecordId
from onecard.wire.messages import Status
from server.cards import tables as cards
from server.cards.service import loads_since, report_loss, unloss
from tests.server.books.engine import Books
from tests.server.books.station import NOW, UNIT, Plastic, Station


def test_issue_posts_opening_deposit_and_fee(books: Books) -> None:
    """One heap of cash: purse, deposit, fee. F: A2"""
    station, card = Station(1001), Plastic(20_001)
    station.issue(card, 10_000, deposit=2_000, fee=500).done()
    answer = books.upload(station)
    assert answer.received == 2
    assert answer.results == ()
    assert books.accounts() == {
        "card:20001:1:main:purse": 10_000,
        "card:20001:deposit": 2_000,
        "fee:issue": 500,
        "till:1001:cash": -12_500,
    }
    books.tie_out()


def test_an_intent_alone_posts_nothing(books: Books) -> None:
    station, card = Station(1001), Plastic(20_001)
    station.issue(card, 10_000)
    books.upload(station)
    assert books.accounts() == {}
    station.done(RecordId(1001, 1, 1))
    books.upload(station)
    assert books.balance("card:20001:1:main:purse") == 10_000
    assert books.rows(cards.open_tap) == []


def test_sale_moves_money_to_the_owner(books: Books) -> None:
    """C1: purse → owner of the outlet."""
    station, card = Station(1001), Plastic(20_001)
    station.issue(card, 10_000).done()
    station.sale(card, 1_250).done()
    books.upload(station)
    assert books.balance("card:20001:1:main:purse") == 8_750
    assert books.balance("owner:5:payable:11") == 1_250
    books.tie_out()


def test_void_takes_a_sale_back(books: Books) -> None:
    """F: C7"""
    station, card = Station(1001), Plastic(20_001)
    station.issue(card, 10_000).done()
    sold = station.sale(card, 1_250).done()
    before = books.accounts()
    station.void(card, sold, 1_250).done()
    books.upload(station)
    assert before == {}
    assert books.accounts() == {"card:20001:1:main:purse": 10_000, "till:1001:cash": -10_000}
    books.tie_out()


def test_a_second_void_of_one_sale_is_an_exception_and_not_the_owners_loss(books: Books) -> None:
    """I12: Σ reversals ≤ the original; the card has the money, so the rest is the terminal's difference."""
    station, card = Station(1001), Plastic(20_001)
    station.issue(card, 10_000).done()
    sold = station.sale(card, 1_000).done()
    station.void(card, sold, 1_000).done()
    station.void(card, sold, 1_000).done()
    books.upload(station)
    assert books.balance("owner:5:payable:11") == 0
    assert books.balance("difference:1001") == -1_000
    assert books.balance("card:20001:1:main:purse") == 11_000
    assert "void_excess" in books.kinds()
    books.tie_out()


def test_recharge_at_the_till(books: Books) -> None:
    """F: A3"""
    station, card = Station(1001), Plastic(20_001)
    station.issue(card, 0).done()
    station.recharge(card, 5_000).done()
    books.upload(station)
    assert books.accounts() == {"card:20001:1:main:purse": 5_000, "till:1001:cash": -5_000}
    books.tie_out()


def test_notes_become_a_recharge(books: Books) -> None:
    """D3: each credit alone, then one recharge that lists them."""
    desk, kiosk, card = Station(1001), Station(2001), Plastic(20_001)
    desk.issue(card, 0).done()
    books.upload(desk)
    credits = (kiosk.credit(5_000, 1), kiosk.credit(2_000, 2))
    books.upload(kiosk)
    assert books.accounts() == {"kiosk:2001:cashbox": -7_000, "unresolved:2001": 7_000}
    kiosk.recharge(card, 7_000, credits).done()
    books.upload(kiosk)
    assert books.accounts() == {"card:20001:1:main:purse": 7_000, "kiosk:2001:cashbox": -7_000}
    assert books.kinds() == ["issue_unreserved"]
    books.tie_out()


def test_a_note_is_credited_once(books: Books) -> None:
    """D3: (acceptor, boot, cycle) names the note; the same again is held back."""
    kiosk = Station(2001)
    kiosk.credit(5_000, 1)
    again = kiosk.credit(5_000, 1)
    answer = books.upload(kiosk)
    assert [(one.id, one.status, one.reason) for one in answer.results] == [
        (again, Status.QUARANTINED, "note_twice")
    ]
    assert books.balance("kiosk:2001:cashbox") == -5_000
    books.tie_out()


def test_two_kiosks_whose_acceptors_bear_one_number_credit_both_notes(books: Books) -> None:
    """A serial number is typed in, or left out."""
    first, second = Station(2001), Station(2002)
    for kiosk in (first, second):
        kiosk.credit(5_000, 1)
        assert books.upload(kiosk).results == ()
    books.tie_out()


def test_walk_away_credits_wait_as_a_load_and_go_onto_the_card_once(books: Books) -> None:
    """D3 D9: unresolved → waiting, numbered; applied later by another terminal."""
    desk, kiosk, card = Station(1001), Station(2001), Plastic(20_001)
    desk.issue(card, 0).done()
    books.upload(desk)
    credits = (kiosk.credit(5_000, 1), kiosk.credit(2_000, 2))
    kiosk.waiting(card, 7_000, credits)
    books.upload(kiosk)
    assert books.balance("card:20001:1:main:waiting") == 7_000
    assert books.balance("unresolved:2001") == 0
    loads = waiting_loads(books)
    assert [(one.number, one.fen) for one in loads] == [(1, 7_000)]
    desk.load(card, loads).done()
    books.upload(desk)
    assert books.balance("card:20001:1:main:purse") == 7_000
    assert books.balance("card:20001:1:main:waiting") == 0
    assert waiting_loads(books) == ()
    books.tie_out()
    # The same loads once more by a cloned list: the card has it, so it is posted, and somebody is told.
    desk.load(card, loads).done()
    books.upload(desk)
    assert books.balance("unresolved:1001") == -7_000
    assert "load_twice" in books.kinds()
    books.tie_out()


def test_credits_do_not_wait_twice(books: Books) -> None:
    """One road per credit: a second waiting, or one beside an open recharge, is held back."""
    kiosk, card = Station(2001), Plastic(20_001)
    first, second = kiosk.credit(5_000, 1), kiosk.credit(2_000, 2)
    kiosk.waiting(card, 5_000, (first,))
    kiosk.waiting(card, 5_000, (first,))
    move = kiosk.recharge(card, 2_000, (second,))
    kiosk.waiting(card, 2_000, (second,))
    answer = books.upload(kiosk)
    assert [one.reason for one in answer.results] == ["credits_not_free", "credits_not_free"]
    kiosk.not_written(move.id)
    kiosk.waiting(card, 2_000, (second,))
    assert books.upload(kiosk).results == ()
    assert books.balance("card:20001:1:main:waiting") == 7_000
    books.tie_out()


def test_a_load_that_does_not_fit_waits_on_under_a_new_number(books: Books) -> None:
    """D9: never skipped, but it may be worth less."""
    kiosk, card = Station(2001), Plastic(20_001)
    kiosk.issue(card, 0).done()
    kiosk.waiting(card, 5_000, (kiosk.credit(5_000, 1),))
    books.upload(kiosk)
    kiosk.load(card, waiting_loads(books), (3_000,)).done()
    books.upload(kiosk)
    assert books.balance("card:20001:1:main:purse") == 3_000
    assert [(one.number, one.fen) for one in waiting_loads(books)] == [(2, 2_000)]
    books.tie_out()


def test_a_lock_is_a_link_without_money(books: Books) -> None:
    """A6: the chain goes on over it."""
    station, card = Station(1001), Plastic(20_001)
    station.issue(card, 1_000).done()
    station.lock(card).done()
    station.sale(card, 100).done()
    books.upload(station)
    assert books.balance("card:20001:1:main:purse") == 900
    assert books.rows(cards.gap) == []
    books.tie_out()


def test_a_lock_that_arrives_after_the_card_was_found_again_is_undone(books: Books) -> None:
    """A6: the flag is cleared by a load worth 0, which is issued by itself. One still lost stays so."""
    station, card = Station(1001), Plastic(20_001)
    station.issue(card, 1_000).done()
    books.upload(station)
    ask = RecordId(1001, 1, 900)
    books.write(lambda c: report_loss(c, UNIT, ask, card.card, 1, 7, NOW))
    station.lock(card).done()
    books.upload(station)
    assert waiting_loads(books) == ()
    found = RecordId(1001, 1, 901)
    for _ in range(2):
        books.write(lambda c: unloss(c, UNIT, found, card.card, 1, 7, NOW))
    assert [(one.fen, one.kind) for one in waiting_loads(books)] == [(0, "unloss")]
    station.lock(card).done()
    books.upload(station)
    assert [one.number for one in waiting_loads(books)] == [1, 2]
    station.load(card, waiting_loads(books)).done()
    books.upload(station)
    assert books.kinds() == ["issue_unreserved"]
    assert waiting_loads(books) == ()
    books.tie_out()


def waiting_loads(books: Books):
    return books.read(lambda connection: loads_since(connection, UNIT, 0))[1]
