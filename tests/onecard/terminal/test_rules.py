"""Rules at a real station with a real card: what type, catalogue and calendar say is what the card pays.

The card is read again after every tap; the journal says the same. F: A1 A15 B1 B3 B4 B5 B6 B10 B13
"""

import pytest
from msgspec.structs import replace

from onecard.cards.image import Identity, Purse, Slot
from onecard.cards.m1 import M1Card
from onecard.devices.readers.virtual import DirectStorage, VirtualM1
from onecard.errors import CardError, Refused
from onecard.terminal.order import Order
from onecard.terminal.outcome import Completed, Unfinished
from onecard.wire import messages as m
from tests.onecard.terminal.stand import (
    CARD,
    CARD_TYPE,
    KEYS,
    NOON,
    TODAY,
    UID,
    UNIT,
    load,
    read_plastic,
)

WALLETS = (
    m.WalletTerms(wallet="subsidy", categories=("meal",)),
    m.WalletTerms(wallet="gift", outlets=(99,)),
    m.WalletTerms(wallet="main"),
)
STAFF = replace(CARD_TYPE, wallets=WALLETS)
LUNCH = m.CalendarTerms(periods=(m.Period(name="午餐", start=630, end=840),))


def card(main=10_000, gift=0, subsidy=0, until=TODAY + 30):
    """A card with money in its slots, as the front desk and some loads made it."""
    plastic = VirtualM1(UID)
    identity = Identity(
        unit=UNIT, card=CARD, issue=1, type=1, key_version=KEYS.version, until_day=TODAY + 900
    )
    slots = (Slot(gift), Slot(subsidy, until if subsidy else 0), Slot())
    M1Card(DirectStorage(plastic), KEYS, UNIT).personalise(identity, Purse(main_fen=main, slots=slots))
    plastic.pull()
    return plastic


def line(fen, category="meal", product=0):
    return m.Line(product=product, category=category, price_fen=fen, total_fen=fen)


def sell(stand, plastic, *lines):
    storage = DirectStorage(plastic)
    return stand.station.sell(storage, stand.station.look(storage), Order(lines=lines))


def refused(stand, plastic, *lines):
    with pytest.raises(Refused) as error:
        sell(stand, plastic, *lines)
    return error.value.code


def held(plastic):
    newest = read_plastic(plastic).newest
    return newest.main_fen, newest.slots[0].amount_fen, newest.slots[1].amount_fen


def test_the_wallets_on_a_card_pay_in_the_order_of_its_type(stand):
    """B1: subsidy for meals, gift not at this outlet, main for the rest; and a void gives each its own."""
    stand.receive(stand.office.types(STAFF))
    plastic = card(gift=900, subsidy=500)
    sold = sell(stand, plastic, line(400), line(300, "shop"))
    assert isinstance(sold, Completed)
    assert sold.intent.pays == (m.Pay("subsidy", 400), m.Pay("main", 300))
    assert held(plastic) == (9_700, 900, 100)
    storage = DirectStorage(plastic)
    stand.station.void(storage, stand.station.look(storage), sold.id)
    assert held(plastic) == (10_000, 900, 500)
    assert read_plastic(plastic).newest.slots[1].expiry_day == TODAY + 30
    assert (stand.station.totals().sales_gift_fen, stand.station.totals().voids_gift_fen) == (400, 400)


def test_subsidy_that_is_over_pays_nothing_and_is_cleared(stand):
    stand.receive(stand.office.types(STAFF))
    plastic = card(subsidy=500, until=TODAY - 1)
    sold = sell(stand, plastic, line(400))
    assert sold.intent.pays == (m.Pay("main", 400),)
    assert sold.intent.purse.cleared == (0, 500, 0)
    assert held(plastic) == (9_600, 0, 0)


def test_a_discount_and_points_make_it_a_sale_in_full(stand):
    """B4 B5: each line says what is off it; a card without rules still writes the plain sale."""
    rules = {"discounts": (m.Discount(off=1_000),), "points": m.PointsTerms(per_100_yuan=100)}
    stand.receive(stand.office.types(replace(CARD_TYPE, **rules)))
    plastic = card()
    sold = sell(stand, plastic, line(1_000), line(555, "shop"))
    assert isinstance(sold.intent, m.FullSale)
    assert [one.discount_fen for one in sold.intent.lines] == [100, 55]
    assert (sold.intent.due_fen, sold.intent.discount_fen, sold.intent.earned) == (1_400, 155, 14)
    assert held(plastic)[0] == 8_600
    assert stand.bodies(m.Sale) == [sold.intent]
    stand.receive(stand.office.types(CARD_TYPE))
    assert type(sell(stand, plastic, line(100)).intent) is m.Sale


def test_the_card_counts_its_first_meals(stand):
    """B4: one at ￥2 a day; a void gives it back, also after a restart."""
    rule = m.Discount(price_fen=200, first_n=1)
    stand.receive(stand.office.types(replace(CARD_TYPE, discounts=(rule,))))
    plastic = card()
    first = sell(stand, plastic, line(1_200))
    assert (first.intent.due_fen, first.intent.first_n, read_plastic(plastic).newest.first_n) == (200, 1, 1)
    second = sell(stand, plastic, line(1_200))
    assert (second.intent.due_fen, type(second.intent)) == (1_200, m.CountedSale)
    assert [one.intent.counters.first_n for one in (first, second)] == [0, 1]
    stand.restart()
    storage = DirectStorage(plastic)
    stand.station.void(storage, stand.station.look(storage), first.id)
    assert read_plastic(plastic).newest.first_n == 0
    assert sell(stand, plastic, line(1_200)).intent.due_fen == 200
    stand.clock.advance(86_400)
    assert sell(stand, plastic, line(1_200)).intent.due_fen == 200


def test_a_torn_sale_in_full_is_written_again_as_it_was(stand):
    """The record is made from the journal alone: slots, first meal and points included."""
    rules = {"discounts": (m.Discount(price_fen=700, first_n=3),), "points": m.PointsTerms(per_100_yuan=100)}
    stand.receive(stand.office.types(replace(STAFF, **rules)))
    finished = 0
    for command in range(1, 30):
        plastic = card(subsidy=500)
        plastic.tear_at(command, None)
        try:
            ended = sell(stand, plastic, line(1_200))
        except CardError:
            stand.restart()
            continue  # the card left before anything was written down
        if isinstance(ended, Unfinished):
            stand.restart()
            stand.station.recover()
            waiting = next(tap for tap in stand.station.open_taps() if tap.id == ended.id)
            ended = stand.station.retap(DirectStorage(plastic), waiting)
            finished += 1
        assert isinstance(ended, Completed), (command, ended)
        assert held(plastic) == (9_800, 0, 0)
        assert read_plastic(plastic).newest.first_n == 1
    assert finished > 2


def test_products_cost_what_their_level_and_hour_say(stand):
    """B6 B13: the key says the list price, the card pays its own; at lunch by the outlet's calendar. B10"""
    dish = m.Product(
        product=9, name="面", category="meal", price_fen=1_500,
        prices=(m.Price(fen=900, level=2, periods=("午餐",)), m.Price(fen=1_100, level=2)),
    )  # fmt: skip
    stand.receive(
        stand.office.types(replace(CARD_TYPE, level=2)),
        stand.office.document("catalogue", m.CatalogueDocument(products=(dish,))),
        stand.office.document("calendar", m.CalendarDocument(terms=(LUNCH,))),
    )
    plastic = card()
    sold = sell(stand, plastic, line(1_500, product=9))
    assert [(one.price_fen, one.total_fen) for one in sold.intent.lines] == [(900, 900)]
    assert sold.intent.versions.calendar == 1
    stand.clock.advance(3 * 3600)
    assert sell(stand, plastic, line(1_500, product=9)).intent.due_fen == 1_100


def test_terms_change_at_their_moment(stand):
    """B13: one document says what holds now and what will."""
    later = replace(CARD_TYPE, since=NOON + 600, sale_limit_fen=100)
    calendar = (LUNCH, m.CalendarTerms(since=NOON + 600, periods=(m.Period(name="晚餐", start=0, end=1440),)))
    stand.receive(
        stand.office.types(later, replace(CARD_TYPE, meal_limit_fen=500)),
        stand.office.document("calendar", m.CalendarDocument(terms=calendar)),
    )
    plastic = card()
    assert refused(stand, plastic, line(501)) == "limit.meal"
    sell(stand, plastic, line(500))
    stand.clock.advance(600)
    assert refused(stand, plastic, line(101)) == "limit.sale"
    assert stand.station.look(DirectStorage(plastic)).card_type.meal_limit_fen == 0


def test_a_type_has_its_own_limit_without_network(stand):
    """A1: the office has not answered for five minutes."""
    stand.receive(stand.office.types(replace(CARD_TYPE, offline_sale_fen=1_000)))
    plastic = card()
    sell(stand, plastic, line(1_001))
    stand.clock.advance(301)
    assert refused(stand, plastic, line(1_001)) == "limit.offline"
    sell(stand, plastic, line(1_000))


REFUSALS = {
    "another outlet": ({"outlets": (32,)}, "limit.outlet"),
    "another meal": ({"periods": ("晚餐",)}, "limit.period"),
    "another medium": ({"media": ("cpu",)}, "card.medium"),
    "money, but not for this": ({"wallets": WALLETS[:2]}, "wallet.scope"),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_rules_refuse_by_name_and_journal_nothing(stand, name):
    terms, code = REFUSALS[name]
    stand.receive(
        stand.office.types(replace(CARD_TYPE, **terms)),
        stand.office.document("calendar", m.CalendarDocument(terms=(LUNCH,))),
    )
    plastic = card(gift=5_000, subsidy=5_000)
    assert refused(stand, plastic, line(100, "shop")) == code
    assert stand.bodies(m.Sale) == []


def test_loads_go_into_the_wallets_they_name(stand):
    """B3: gift and subsidy by a tap, the subsidy with its last day; the main purse keeps its own."""
    stand.receive(
        stand.office.loads(
            load(1, 300, wallet="gift", kind="gift"),
            load(2, 800, wallet="subsidy", kind="subsidy", expires_day=TODAY + 7),
            load(3, 50),
        )
    )
    plastic = card(main=1_000, subsidy=100, until=TODAY + 2)
    storage = DirectStorage(plastic)
    look = stand.station.look(storage)
    assert look.loads_fen == 1_150
    stand.station.apply_loads(storage, look)
    assert held(plastic) == (1_050, 300, 900)
    assert read_plastic(plastic).newest.slots[1].expiry_day == TODAY + 7


@pytest.mark.parametrize(
    ("fen", "terms", "code"),
    [
        (50_000, {"cashless_from_fen": 50_000}, "limit.cashless"),
        (49_999, {"cashless_from_fen": 50_000}, ""),
        (50_000, {"named_from_fen": 50_000}, "limit.named"),
        (50_000, {"named_from_fen": 50_000, "holder": True}, ""),
        (50_000, {"named_from_fen": 50_000, "anonymous": True, "holder": True}, "limit.named"),
    ],
)
def test_prepaid_card_rules_at_the_counter(stand, fen, terms, code):
    """A15: from some amount on no cash, and not without a name."""
    terms = dict(terms)
    if terms.pop("holder", False):
        stand.receive(stand.office.members(m.Snapshot(card=CARD, member=7, name="张敏")))
    stand.receive(stand.office.types(replace(CARD_TYPE, **terms)))
    plastic = card(main=0)
    storage = DirectStorage(plastic)
    look = stand.station.look(storage)
    assert (look.cap_room_fen >= fen) == (code == "")
    if not code:
        stand.station.recharge(storage, look, fen)
        return
    with pytest.raises(Refused) as error:
        stand.station.recharge(storage, look, fen)
    assert error.value.code == code
