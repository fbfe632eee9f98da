"""A recharge without the card, its promotion, its salesperson, and putting it right. F: A3 B2 A17"""

from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace

from onecard.errors import Refused
from onecard.wire.messages import CardType, Status, encode
from server.books import tables
from server.books.office.correct_recharge import CorrectRecharge
from server.books.office.correct_recharge import Terms as Correction
from server.books.office.gift_free import GiftFree
from server.books.office.gift_free import Terms as Gift
from server.books.office.number import key_from, take_number
from server.books.office.recharge_office import RechargeOffice, Terms
from server.books.tables import id_of
from server.cards.service import report_loss
from server.gift.service import gifts, quotas, set_quota
from server.promotion.service import (
    Draft,
    add_promotion,
    commissions,
    end_promotion,
    preview,
    promotions,
    put_salesperson,
)
from tests.server.books.office.house import ACCOUNT, ANNA, BEN, TODAY, TYPES, WHOLE, House
from tests.server.books.station import NOW, UNIT


def recharge(house: House, card: int, fen: int, **more: Any) -> RechargeOffice:
    return RechargeOffice(UNIT, house.key(), Terms(card, 1, fen, **more), ANNA, TYPES)


def promote(house: House, **more: Any) -> int:
    """Load 500, get 100."""
    terms = {"name": "充500送100", "least_fen": 50_000, "gift_fen": 10_000, **more}
    made: int = house.books.write(lambda c: add_promotion(c, UNIT, Draft(**terms), ANNA, NOW))
    return made


def correct(house: House, order: RechargeOffice, right: int) -> CorrectRecharge:
    terms = Correction(house.entry_of(order), order.terms.card, 1, right)
    return CorrectRecharge(UNIT, house.key(), terms, BEN, TYPES)


# ---- the recharge itself


def test_an_account_card_has_the_money_at_once(house: House) -> None:
    card = house.account()
    assert house.created(recharge(house, card, 5_000)).balance_fen == 5_000
    assert house.books.balance(f"card:{card}:main") == 5_000
    assert house.books.balance("operator:7:cash") == -5_000


def test_a_purse_card_finds_it_as_a_waiting_load(house: House) -> None:
    """Until the card comes it is owed, not on the card; then it is on the card and counted once."""
    card = house.purse(fen=1_000)
    house.created(recharge(house, card.card, 5_000, gateway="wechat"))
    assert [(one.number, one.fen, one.kind) for one in house.loads(card.card)] == [(1, 5_000, "recharge")]
    house.collect(card)
    assert card.main == house.books.balance("card:20001:1:main:purse") == 6_000
    assert house.books.balance("gateway:wechat") == -5_000


def test_the_till_it_came_into_is_named(house: House) -> None:
    house.created(recharge(house, house.account(), 700, terminal=1001))
    assert house.books.balance("till:1001:cash") == -700


def test_debt_is_paid_before_the_wallet(house: House) -> None:
    """The main wallet pays what its holder owes."""
    card = house.account(fen=500)
    sale = house.station.account_sale(card, 800)
    house.station.done(sale.id, offline=True)
    assert house.books.upload(house.station).results == ()
    assert house.books.balance(f"card:{card}:debt") == -300
    house.created(recharge(house, card, 1_000))
    assert (house.books.balance(f"card:{card}:debt"), house.books.balance(f"card:{card}:main")) == (0, 700)


CAPPED = replace(ACCOUNT, cap_fen=10_000, recharge_min_fen=500, cashless_from_fen=8_000, named_from_fen=9_000)


BAD_RECHARGES: tuple[tuple[dict[str, Any], str], ...] = (
    ({"fen": 0}, "amount.zero"),
    ({"fen": -1}, "amount.zero"),
    ({"fen": 1 << 40}, "amount.too_large"),
    ({"fen": 499}, "limit.recharge_min"),
    ({"fen": 10_001}, "limit.cap"),
    ({"fen": 8_000}, "limit.cashless"),
    ({"fen": 9_000, "gateway": "wechat"}, "limit.named"),
    ({"fen": 1_000, "gateway": "We Chat"}, "recharge.source"),
    ({"fen": 1_000, "issue": 2}, "card.unknown"),
    ({"fen": 1_000, "card": 999}, "card.unknown"),
)


def test_what_no_recharge_may_say(house: House) -> None:
    card = house.account()
    for bad, code in BAD_RECHARGES:
        terms = Terms(**{"card": card, "issue": 1, **bad})
        assert house.refused(RechargeOffice(UNIT, house.key(), terms, ANNA, {2: CAPPED})) == code, bad


def test_a_lost_card_takes_nothing(house: House) -> None:
    card = house.account()
    house.books.write(lambda c: report_loss(c, UNIT, id_of(house.key()), card, 1, ANNA, NOW))
    assert house.refused(recharge(house, card, 1_000)) == "card.stopped"


def test_the_same_form_twice_is_one_recharge(house: House) -> None:
    """I11: byte for byte the same answer; another amount under the id is a conflict."""
    card = house.account()
    taken = [house.books.write(lambda c: take_number(c, UNIT)) for _ in range(2)]
    key = key_from(str(taken[0]))
    assert key_from(str(taken[1])) == key + 1
    order = RechargeOffice(UNIT, key, Terms(card, 1, 5_000), ANNA, TYPES)
    first = house.books.do(order)
    assert encode(house.books.do(order)) == encode(first)
    other = RechargeOffice(UNIT, key, Terms(card, 1, 6_000), ANNA, TYPES)
    assert house.books.do(other).result.status is Status.CONFLICT
    assert house.books.balance(f"card:{card}:main") == 5_000


@pytest.mark.parametrize(
    "text", ["", "1", "65000-1-5", "1001-1-5", "65001-1-0", "65001-1-٣", "65001-1-99999999"]
)
def test_only_ids_of_the_office_come_back_from_forms(text: str) -> None:
    """None that a terminal or an entry of the server's own could want."""
    with pytest.raises(Refused, match="malformed"):
        key_from(text)


# ---- promotions


def test_load_500_get_100(house: House) -> None:
    """B2: the gift stands in its own wallet, at the cost of gifts."""
    promote(house)
    card = house.account()
    house.created(recharge(house, card, 49_999))
    house.created(recharge(house, card, 50_000))
    accounts = house.books.accounts()
    assert (accounts[f"card:{card}:main"], accounts[f"card:{card}:gift"]) == (99_999, 10_000)
    assert accounts["promo:gift"] == -10_000


def test_a_purse_cards_gift_waits_too(house: House) -> None:
    """Also for a recharge over the counter, which the terminal journals without knowing promotions."""
    promote(house, gift_days=30)
    card = house.purse()
    house.station.recharge(card, 50_000).done()
    assert house.books.upload(house.station).results == ()
    waiting = [(one.wallet, one.fen, one.kind, one.expires_day) for one in house.loads(card.card)]
    assert waiting == [("gift", 10_000, "gift", 2_000 + 30)]
    house.created(recharge(house, card.card, 50_000))
    house.collect(card)
    assert (card.main, card.slots[0]) == (100_000, 20_000)


@pytest.mark.parametrize(
    ("rule", "loads", "gift"),
    [
        ({"each": True}, [150_000], 30_000),
        ({"each": True, "most_gift_fen": 20_000}, [150_000], 20_000),
        ({"once": True}, [50_000, 50_000], 10_000),
        ({"first": True}, [1_000, 50_000], 0),
        ({"first": True}, [50_000, 50_000], 10_000),
        ({"until": TODAY - 1}, [50_000], 0),
        ({"since": TODAY + 1}, [50_000], 0),
        ({"since": TODAY, "until": TODAY}, [50_000], 10_000),
        ({"types": (1,)}, [50_000], 0),
        ({"types": (2,)}, [50_000], 10_000),
    ],
)
def test_what_a_promotion_asks_for(house: House, rule: dict[str, Any], loads: list[int], gift: int) -> None:
    promote(house, **rule)
    card = house.account(house.member("1"))
    for fen in loads:
        expected = house.books.read(lambda c, fen=fen: preview(c, WHOLE, card, fen, NOW))
        before = house.books.balance(f"card:{card}:gift")
        house.created(
            RechargeOffice(UNIT, house.key(), Terms(card, 1, fen), ANNA, {2: replace(ACCOUNT, cap_fen=10**8)})
        )
        assert house.books.balance(f"card:{card}:gift") - before == expected
    assert house.books.balance(f"card:{card}:gift") == gift


def test_once_is_per_member_not_per_card(house: House) -> None:
    promote(house, once=True)
    member = house.member("1")
    cards = house.account(member), house.account(member)
    for card in cards:
        house.created(recharge(house, card, 50_000))
    assert house.books.balance("promo:gift") == -10_000


def test_two_in_one_batch_are_not_both_the_first(house: House) -> None:
    """What an earlier one of the same transaction did is seen."""
    promote(house, first=True)
    card = house.account()
    orders = [recharge(house, card, 50_000) for _ in range(3)]
    house.books.run(house.books.lane.post(orders))
    assert house.books.balance("promo:gift") == -10_000
    other = house.account()
    small_first = [recharge(house, other, 1_000), recharge(house, other, 50_000)]
    house.books.run(house.books.lane.post(small_first))
    assert house.books.balance(f"card:{other}:gift") == 0


def test_the_best_promotion_counts_alone(house: House) -> None:
    promote(house, gift_fen=5_000)
    best = promote(house, gift_fen=12_000)
    card = house.account()
    house.created(recharge(house, card, 50_000))
    assert house.books.balance(f"card:{card}:gift") == 12_000
    assert house.books.write(lambda c: end_promotion(c, UNIT, best))
    house.created(recharge(house, card, 50_000))
    assert house.books.balance(f"card:{card}:gift") == 17_000
    rows = house.books.read(lambda c: promotions(c, WHOLE))
    assert [(row["times"], row["given_fen"]) for row in rows] == [(1, 12_000), (1, 5_000)]


# ---- putting it right


def test_a_recharge_keyed_too_high_is_put_right(house: House) -> None:
    """A3: 5,000 keyed, 500 handed over; the till then says what is in it."""
    card = house.account()
    wrong = recharge(house, card, 500_00, terminal=1001)
    house.created(wrong)
    house.created(correct(house, wrong, 50_00))
    assert house.books.balance(f"card:{card}:main") == 5_000
    assert house.books.balance("till:1001:cash") == -5_000


def test_correcting_to_nothing_undoes_all_of_it(house: House) -> None:
    """Reversal: every account stands as before, the gift too."""
    promote(house)
    card = house.account(fen=300)
    before = house.books.accounts()
    wrong = recharge(house, card, 50_000)
    house.created(wrong)
    house.created(correct(house, wrong, 0))
    assert house.books.accounts() == before


def test_the_gift_shrinks_with_its_recharge(house: House) -> None:
    promote(house, each=True)
    card = house.account()
    wrong = recharge(house, card, 150_000)
    house.created(wrong)
    house.created(correct(house, wrong, 50_000))
    assert house.books.balance(f"card:{card}:gift") == 10_000


def test_what_was_spent_meanwhile_is_owed(house: House) -> None:
    """The cash is right at once; the holder owes the rest by name."""
    card = house.account()
    wrong = recharge(house, card, 5_000)
    house.created(wrong)
    sale = house.station.account_sale(card, 4_800)
    assert house.books.sell(1001, encode(sale)).result.status is Status.CREATED
    house.created(correct(house, wrong, 500))
    assert house.books.balance(f"card:{card}:main") == 0
    assert house.books.balance(f"card:{card}:debt") == -4_300
    assert house.books.balance("operator:7:cash") == -500


def test_a_purse_card_pays_back_by_a_negative_load(house: House) -> None:
    """D9: it takes what is there when the card comes; what is missing becomes debt."""
    card = house.purse(fen=1_000)
    wrong = recharge(house, card.card, 5_000)
    house.created(wrong)
    house.collect(card)
    house.station.sale(card, 5_500).done()
    house.created(correct(house, wrong, 500))
    assert [one.fen for one in house.loads(card.card)] == [-4_500]
    house.collect(card)
    assert card.main == 0
    assert house.books.balance("card:20001:debt") == -4_000
    assert house.books.balance("card:20001:1:main:waiting") == 0


def test_a_recharge_over_the_counter_is_put_right_too(house: House) -> None:
    card = house.purse()
    house.station.recharge(card, 5_000).done()
    assert house.books.upload(house.station).results == ()
    entry = max(row.entry for row in house.books.rows(tables.entry))
    order = CorrectRecharge(UNIT, house.key(), Correction(entry, 20_001, 1, 2_000), BEN, TYPES)
    house.created(order)
    house.collect(card)
    assert card.main == 2_000


def test_corrections_never_go_beyond_the_recharge(house: House) -> None:
    """Each one names what it should have been, less than what it now is."""
    card = house.account()
    wrong = recharge(house, card, 5_000)
    house.created(wrong)
    assert house.refused(correct(house, wrong, 5_000)) == "correct.not_less"
    assert house.refused(correct(house, wrong, -1)) == "correct.not_less"
    house.created(correct(house, wrong, 3_000))
    assert house.refused(correct(house, wrong, 4_000)) == "correct.not_less"
    house.created(correct(house, wrong, 0))
    assert house.refused(correct(house, wrong, 0)) == "correct.not_less"


@pytest.mark.parametrize("case", ["sale", "other_card", "notes", "nothing"])
def test_what_cannot_be_corrected(house: House, case: str) -> None:
    """Only somebody's cash can be mis-keyed: banknotes were counted by a machine."""
    card = house.account(fen=5_000)
    house.books.sell(1001, encode(house.station.account_sale(card, 100)))
    plastic = house.purse()
    kiosk = type(house.station)(2001)
    note = kiosk.credit(1_000, 1)
    kiosk.recharge(plastic, 1_000, (note,)).done()
    assert house.books.upload(kiosk).results == ()
    rows = {row.kind: row for row in house.books.rows(tables.entry)}
    notes = max(row.entry for row in house.books.rows(tables.entry) if row.card == 20_001)
    find: dict[str, Callable[[], tuple[int, int, str]]] = {
        "sale": lambda: (rows["sale"].entry, card, "correct.unknown"),
        "other_card": lambda: (notes, card, "correct.unknown"),
        "notes": lambda: (notes, 20_001, "correct.not_keyed"),
        "nothing": lambda: (99_999, card, "correct.unknown"),
    }
    entry, whose, code = find[case]()
    order = CorrectRecharge(UNIT, house.key(), Correction(entry, whose, 1, 10), BEN, TYPES)
    assert house.refused(order) == code


# ---- salespeople


def test_commission_is_on_what_was_paid_and_stayed(house: House) -> None:
    """A17: 3 % of 600.00 + 100.00 − the 200.00 that were a typing mistake; gifts earn nothing."""
    promote(house)
    seller = house.books.write(lambda c: put_salesperson(c, UNIT, BEN, 300))
    assert house.books.write(lambda c: put_salesperson(c, UNIT, BEN, 300)) == seller
    card = house.account()
    wrong = recharge(house, card, 60_000, salesperson=seller)
    house.created(wrong)
    house.created(recharge(house, card, 10_000, salesperson=seller))
    house.created(recharge(house, card, 70_000))
    house.created(correct(house, wrong, 40_000))
    (row,) = house.books.read(lambda c: commissions(c, WHOLE, TODAY, TODAY))
    assert (row.operator, row.recharges, row.paid_fen, row.commission_fen) == (BEN, 2, 50_000, 1_500)
    assert house.books.read(lambda c: commissions(c, WHOLE, TODAY + 1, TODAY + 9)) == []


# ---- the manager's gift


def give(house: House, card: int, fen: int, reason: str = "apology", **more: Any) -> GiftFree:
    return GiftFree(UNIT, house.key(), Gift(card, 1, fen, reason, **more), BEN, TYPES)


def test_a_gift_within_the_quota_of_the_month(house: House) -> None:
    """A17; a new month, a new quota."""
    card = house.account()
    assert house.refused(give(house, card, 100)) == "gift.no_quota"
    house.books.write(lambda c: set_quota(c, UNIT, BEN, 1_000, ANNA, NOW))
    house.created(give(house, card, 600))
    assert house.refused(give(house, card, 401)) == "gift.over_quota"
    house.created(give(house, card, 400))
    assert house.books.read(lambda c: quotas(c, WHOLE, NOW))[0]["given_fen"] == 1_000
    house.books.clock.advance(31 * 86_400)
    house.created(give(house, card, 1_000))
    assert house.books.balance(f"card:{card}:gift") == 2_000
    assert [row["fen"] for row in house.books.read(lambda c: gifts(c, WHOLE))] == [1_000, 400, 600]


BAD_GIFTS: tuple[tuple[dict[str, Any], str], ...] = (
    ({"fen": 0}, "amount.zero"),
    ({"reason": "because"}, "gift.reason"),
    ({"expires_day": TODAY - 1}, "gift.expired"),
    ({"expires_day": 1 << 20}, "gift.expired"),
    ({"issue": 3}, "card.unknown"),
)


def test_what_no_gift_may_say(house: House) -> None:
    house.books.write(lambda c: set_quota(c, UNIT, BEN, 10_000, ANNA, NOW))
    card = house.account()
    for bad, code in BAD_GIFTS:
        terms = Gift(**{"card": card, "issue": 1, "fen": 100, "reason": "event", **bad})
        assert house.refused(GiftFree(UNIT, house.key(), terms, BEN, TYPES)) == code, bad


def test_a_gift_for_a_purse_card_waits_in_the_gift_slot(house: House) -> None:
    house.books.write(lambda c: set_quota(c, UNIT, BEN, 10_000, ANNA, NOW))
    card = house.purse(fen=100)
    house.created(give(house, card.card, 700))
    house.collect(card)
    assert (card.main, card.slots) == (100, (700, 0, 0))


def test_types_are_what_the_office_says(house: House) -> None:
    """A card of a type nobody knows takes no money."""
    nothing: dict[int, CardType] = {}
    order = RechargeOffice(UNIT, house.key(), Terms(house.account(), 1, 5_000), ANNA, nothing)
    assert house.refused(order) == "card_type.unknown"
