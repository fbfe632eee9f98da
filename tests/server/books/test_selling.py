"""Sales from a purse under rules, as facts: posted as they are, and looked at again with the till's rules.

A fact that differs stands, and the office is told from which rule. F: B1 B4 B5 B7 I6
"""

from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert

from onecard.books import accounts
from onecard.books.entry import Posting
from onecard.books.events import sale
from onecard.cards.image import Purse, Slot
from onecard.clock import CARD_EPOCH_UNIX
from onecard.errors import Refused
from onecard.ids import RecordId
from onecard.rules.deal import decide, pockets_of
from onecard.rules.limits import Spent
from onecard.rules.periods import PLAIN
from onecard.wire.messages import (
    Balances,
    CardType,
    CatalogueDocument,
    Discount,
    DocumentBody,
    FullSale,
    Line,
    Load,
    PartSale,
    Pay,
    PlannedTerminalDocument,
    PointsTerms,
    Price,
    PricedLine,
    Product,
    PurseWrite,
    Sale,
    SettingsFrom,
    TerminalDocument,
    TypesDocument,
    Use,
    Versions,
    Void,
    WalletTerms,
    encode,
)
from server.books.command import Order
from server.books.selling import difference
from server.books.sheet import Event, Sheet
from server.cards.service import loads_since
from server.exceptions.tables import exception
from server.terminals.tables import document
from tests.server.books.engine import Books
from tests.server.books.station import DAY, NOW, UNIT, Move, Plastic, Station

CARD = 20_001
TYPE = CardType(
    type=1,
    name="职工卡",
    sale_limit_fen=3_000,
    wallets=(WalletTerms(wallet="subsidy", categories=("meal",)), WalletTerms(wallet="main")),
    discounts=(Discount(off=1_000, categories=("meal",)), Discount(price_fen=200, first_n=1)),
    points=PointsTerms(per_100_yuan=100),
)
DISH = Product(product=9, name="面", category="meal", price_fen=1_000, prices=(Price(fen=900, level=1),))
HELD = Versions(types=4, catalogue=7)


class Subsidy(Order[Load]):
    """Money that waits for the card's subsidy slot."""

    def look(self, sheet: Sheet) -> None:
        sheet.loads.want(self.terms.card, self.terms.issue)

    def refusal(self, sheet: Sheet) -> str:
        return ""

    def enter(self, sheet: Sheet) -> int:
        one = self.terms
        waiting = accounts.waiting(one.card, one.issue, one.wallet)
        event = Event(
            kind="given", fact=self.key, card=one.card, issue=one.issue, at=NOW, day=DAY, fen=one.fen
        )
        entry = sheet.enter(event, [Posting(accounts.subsidy_fund(1), waiting, one.fen)])
        sheet.loads.add(one.card, one.issue, one.fen, "subsidy", self.key, wallet=one.wallet)
        return entry


class Canteen:
    """A till whose sales name the versions of documents that the office once handed out."""

    def __init__(
        self, books: Books, main: int = 10_000, subsidy: int = 0, card_type: CardType = TYPE
    ) -> None:
        self.books, self.till, self.card = books, Station(1001), Plastic(CARD)
        self.hand_out("types", 0, 4, TypesDocument(types=(card_type,)))
        self.hand_out("catalogue", 11, 7, CatalogueDocument(products=(DISH,)))
        self.till.issue(self.card, main).done()
        books.upload(self.till)
        if subsidy:
            wanted = Load(card=CARD, issue=1, number=1, fen=subsidy, wallet="subsidy")
            books.do(Subsidy(UNIT, 65_000 << 32 | 5, wanted, 1))
            _, loads, _ = books.read(lambda c: loads_since(c, UNIT, 0))
            self.till.load(self.card, loads).done()
            books.upload(self.till)

    def hand_out(self, name: str, scope: int, version: int, body: DocumentBody) -> None:
        row = {"name": name, "scope": scope, "version": version, "effective_from": 0, "body": encode(body)}
        self.books.write(lambda c: c.execute(insert(document).values(unit_id=UNIT, **row)))

    def sell(self, *lines: PricedLine, main: int = 0, subsidy: int = 0, **more: Any) -> Move:
        """Journaled, written on the card and uploaded."""
        off = sum(line.discount_fen for line in lines)
        due = sum(line.total_fen for line in lines) - off
        pays = tuple(Pay(name, fen) for name, fen in (("subsidy", subsidy), ("main", main)) if fen)

        def make(head: dict[str, Any], purse: PurseWrite) -> Sale:
            fields = {
                **head, "versions": more.pop("versions", HELD), "outlet": 11, "owner": 5, "card": CARD,
                "issue": 1,
                "discount_fen": off, "due_fen": due, "pays": pays, "purse": purse,
            }  # fmt: skip
            if more.get("plain"):
                plain = tuple(
                    Line(price_fen=x.price_fen, total_fen=x.total_fen, category=x.category) for x in lines
                )
                return Sale(**fields, lines=plain)
            return FullSale(**fields, lines=lines, **more)

        move = self.till._move(self.card, -main, make, slots=(0, -subsidy, 0))
        move.done()
        self.books.upload(self.till)
        return move

    def told(self) -> list[str]:
        """What the office was told about decisions."""
        rows = [row for row in self.books.rows(exception) if row.kind == "decided_differently"]
        return [msgspec.json.decode(row.detail)["what"] for row in rows]


def meal(fen: int = 1_000, off: int = 100, **more: Any) -> PricedLine:
    return PricedLine(price_fen=fen, total_fen=fen, category="meal", discount_fen=off, **more)


def shop(fen: int) -> PricedLine:
    return PricedLine(price_fen=fen, total_fen=fen, category="shop")


def test_a_sale_by_the_rules_is_posted_and_nobody_is_told(books: Books) -> None:
    canteen = Canteen(books, subsidy=500)
    canteen.sell(meal(), shop(300), main=700, subsidy=500, earned=7)
    assert canteen.told() == []
    assert books.balance(f"card:{CARD}:1:main:purse") == 9_300
    assert books.balance(f"card:{CARD}:1:subsidy:purse") == 0
    assert books.balance("owner:5:payable:11") == 1_200
    assert books.balance(f"card:{CARD}:points") == 7
    assert books.kinds() == ["issue_unreserved"]
    books.tie_out()


def first_meal(**more: Any) -> dict[str, Any]:
    return {"main": 200, "first_n": 1, "earned": 2, **more}


#: What a till did with ￥100 in main and ￥5 of subsidy on the card, and which rule it did not follow.
DECISIONS: dict[str, tuple[tuple[PricedLine, ...], dict[str, Any], list[str]]] = {
    "subsidy is asked first": ((meal(),), {"main": 400, "subsidy": 500, "earned": 4}, []),
    "main although there was subsidy": ((meal(),), {"main": 900, "earned": 9}, ["wallets"]),
    "subsidy for shop goods": ((shop(300),), {"subsidy": 300}, ["wallets"]),
    "no discount given": ((meal(off=0),), {"main": 500, "subsidy": 500, "earned": 5}, ["discount"]),
    "too much discount": ((meal(off=101),), {"main": 399, "subsidy": 500, "earned": 3}, ["discount"]),
    "points for what subsidy paid": ((meal(),), {"main": 400, "subsidy": 500, "earned": 9}, ["points"]),
    "no points": ((shop(1_000),), {"main": 1_000}, ["points"]),
    "above the limit": ((shop(3_001),), {"main": 3_001, "earned": 30}, ["limit.sale"]),
    "a plain sale": ((shop(50),), {"main": 50, "plain": True}, []),
    "a plain sale that should have been cheaper": (
        (meal(off=0),), {"main": 500, "subsidy": 500, "plain": True}, ["discount"],
    ),
    "the price of the catalogue": ((meal(product=9),), {"main": 400, "subsidy": 500, "earned": 4}, []),
    "another level's price": (
        (meal(900, 90, product=9),), {"main": 310, "subsidy": 500, "earned": 3}, ["price"],
    ),
    "a price changed by hand": ((meal(800, 80, product=9),), {"main": 220, "subsidy": 500, "earned": 2}, []),
}  # fmt: skip


@pytest.mark.parametrize("name", DECISIONS)
def test_the_office_is_told_which_rule_a_till_did_not_follow(books: Books, name: str) -> None:
    lines, more, what = DECISIONS[name]
    canteen = Canteen(books, subsidy=500)
    canteen.sell(*lines, **more)
    assert canteen.told() == what
    assert books.balance("owner:5:payable:11") == more.get("main", 0) + more.get("subsidy", 0)
    books.tie_out()


def test_a_first_meal_is_believed_of_the_card(books: Books) -> None:
    """B4: how many such meals it had today the card alone knows."""
    first = Discount(price_fen=200, first_n=1)
    canteen = Canteen(books, card_type=msgspec.structs.replace(TYPE, discounts=(first,), points=None))
    canteen.sell(meal(1_200, 1_000), main=200, first_n=1)
    canteen.sell(meal(1_200, 0), main=1_200)
    assert canteen.told() == []
    canteen.sell(meal(1_200, 1_000), main=200)
    assert canteen.told() == ["discount"]
    books.tie_out()


def test_the_meals_of_a_till_without_a_calendar_are_its_own(books: Books) -> None:
    """B10: where the office keeps no calendar, the terminal's setting says what lunch is."""
    lunch = Discount(off=1_000, periods=("午餐",))
    canteen = Canteen(books, card_type=msgspec.structs.replace(TYPE, discounts=(lunch,), points=None))
    place = TerminalDocument(
        unit=UNIT, unit_name="x", terminal=1001, name="x", kind="pos", branch=1, branch_name="x", outlet=11,
        outlet_name="x", owner=5, settings={"meals": "午餐 00:00-24:00"},
    )  # fmt: skip
    canteen.hand_out("terminal", 1001, 3, place)
    canteen.sell(meal(), main=900)
    assert canteen.told() == ["discount"]
    canteen.sell(meal(), main=900, versions=msgspec.structs.replace(HELD, terminal=3))
    assert canteen.told() == ["discount"]


def test_meals_that_were_set_for_later_count_from_their_moment(books: Books) -> None:
    """E2: of one document, what held when the sale was made."""
    lunch = Discount(off=1_000, periods=("午餐",))
    canteen = Canteen(books, card_type=msgspec.structs.replace(TYPE, discounts=(lunch,), points=None))
    meals = {"meals": "午餐 00:00-24:00"}
    for number, since in ((4, NOW + 10**6), (5, 1)):
        place = PlannedTerminalDocument(
            unit=UNIT, unit_name="x", terminal=1001, name="x", kind="pos", branch=1, branch_name="x",
            outlet=11, outlet_name="x", owner=5, planned=(SettingsFrom(since=since, settings=meals),),
        )  # fmt: skip
        canteen.hand_out("terminal", 1001, number, place)
    canteen.sell(meal(), main=900, versions=msgspec.structs.replace(HELD, terminal=4))
    assert canteen.told() == ["discount"]
    canteen.sell(meal(), main=900, versions=msgspec.structs.replace(HELD, terminal=5))
    assert canteen.told() == ["discount"]


def test_what_no_document_says_is_not_judged(books: Books) -> None:
    """A version that was never handed out, and cards of a type that it does not have."""
    canteen = Canteen(books, card_type=msgspec.structs.replace(TYPE, type=5))
    canteen.sell(meal(off=0), main=1_000)
    assert canteen.told() == ["type"]
    station = Station(1002)
    station.sale(canteen.card, 900).done()
    books.upload(station)
    assert canteen.told() == ["type"]


def test_a_part_of_a_bill_is_posted_as_any_other_sale(books: Books) -> None:
    """C4: what it names beside is for people, not for the books."""
    canteen = Canteen(books)
    till, before = canteen.till, RecordId(1001, 1, 5)
    move = till._move(
        canteen.card, -900,
        lambda head, purse: PartSale(
            **head, outlet=11, owner=5, card=CARD, issue=1, lines=(meal(),), discount_fen=100, due_fen=900,
            pays=(Pay("main", 900),), purse=purse, earned=4, beside=before,
        ),
    )  # fmt: skip
    move.done()
    books.upload(till)
    assert (books.balance("owner:5:payable:11"), books.balance(f"card:{CARD}:points")) == (900, 4)
    books.tie_out()


def test_a_void_gives_back_slots_and_points(books: Books) -> None:
    """C7: a sale/2 is taken back as a sale/1 is."""
    canteen = Canteen(books, subsidy=500)
    before = books.accounts()
    sold = canteen.sell(meal(), main=400, subsidy=500, earned=4)
    till, card = canteen.till, canteen.card
    pays = (Pay("subsidy", 500), Pay("main", 400))
    till._move(
        card, 400,
        lambda head, purse: Void(**head, voids=sold.id, card=CARD, issue=1, pays=pays, purse=purse),
        slots=(0, 500, 0),
    ).done()  # fmt: skip
    books.upload(till)
    assert books.accounts() == before
    assert (card.main, card.slots) == (10_000, (0, 500, 0))
    assert books.kinds() == ["issue_unreserved"]
    books.tie_out()


def test_a_given_up_sale_that_was_written_comes_back_with_its_points(books: Books) -> None:
    """§5: the money as loads of the wallets that paid, the points at once."""
    canteen = Canteen(books, subsidy=500)
    till, card = canteen.till, canteen.card
    pays = (Pay("subsidy", 500), Pay("main", 400))
    move = till._move(
        card, -400,
        lambda head, purse: FullSale(
            **head, outlet=11, owner=5, card=CARD, issue=1, lines=(meal(),), discount_fen=100, due_fen=900,
            pays=pays, purse=purse, earned=4,
        ),
        slots=(0, -500, 0),
    )  # fmt: skip
    move.write()
    till.give_up(move.id)
    till.see(move.id, card)
    books.upload(till)
    assert books.balance(f"card:{CARD}:1:subsidy:waiting") == 500
    assert books.balance(f"card:{CARD}:1:main:waiting") == 400
    assert books.balance(f"card:{CARD}:points") == 0
    assert books.balance("owner:5:payable:11") == 0
    books.tie_out()


def test_a_fact_that_used_more_than_there_was_is_told(books: Books) -> None:
    """B7: uses live on the server; a till that sold one offline is not refused."""
    canteen = Canteen(books, card_type=CardType(type=1, name="x"))
    line = PricedLine(price_fen=500, total_fen=500, discount_fen=500, uses="bath")
    canteen.sell(line, uses=(Use("bath", 1),))
    assert books.kinds() == ["count_short", "issue_unreserved"]
    assert books.balance(f"card:{CARD}:uses:bath") == -1
    books.tie_out()


FAULTS: dict[str, dict[str, Any]] = {
    "discounts do not add up": {"lines": (meal(off=99), shop(300))},
    "a line below nothing": {"lines": (meal(off=1_100), shop(300)), "discount_fen": 1_100, "due_fen": 200},
    "uses that no line has": {"uses": (Use("bath", 1),)},
    "a use that is paid for as well": {"lines": (meal(uses="bath"), shop(300)), "uses": (Use("bath", 1),)},
    "points without their worth": {"spent": 5},
    "a cost centre without a share": {"centre": 3},
    "a purse that pays with something else": {"pays": (Pay("credit", 1_200),)},
    "who pays left open by a purse": {"pays": ()},
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_sale_that_contradicts_itself_is_kept_out(books: Books, name: str) -> None:
    canteen = Canteen(books)
    fields: dict[str, Any] = {
        "outlet": 11, "owner": 5, "card": CARD, "issue": 1, "lines": (meal(), shop(300)), "discount_fen": 100,
        "due_fen": 1_200, "pays": (Pay("main", 1_200),),
    }  # fmt: skip
    canteen.till._move(
        canteen.card, -1_200, lambda head, purse: FullSale(**head, **fields | FAULTS[name], purse=purse)
    ).done()
    books.upload(canteen.till)
    assert "quarantined" in books.kinds()
    assert books.balance("owner:5:payable:11") == 0
    books.tie_out()


conditions = st.sampled_from([{}, {"categories": ("meal",)}, {"outlets": (11,)}, {"outlets": (99,)}])
discounts = st.builds(
    lambda where, off, price, most, first: Discount(
        **where, off=0 if price is not None else off, price_fen=price, most_fen=most, first_n=first
    ),
    conditions,
    st.integers(0, 10_000),
    st.none() | st.integers(0, 2_000),
    st.integers(0, 2_000),
    st.integers(0, 2),
)
wallets = st.permutations(["main", "gift", "subsidy", "subsidy2"]).flatmap(
    lambda names: st.lists(st.sampled_from([(), ("meal",), ("shop",)]), min_size=4, max_size=4).map(
        lambda goods: tuple(
            WalletTerms(wallet=name, categories=() if name == "main" else some)
            for name, some in zip(names, goods, strict=True)
        )
    )
)
card_types = st.builds(
    CardType,
    type=st.just(1),
    name=st.just("x"),
    wallets=st.just(()) | wallets,
    discounts=st.lists(discounts, max_size=2).map(tuple),
    points=st.none() | st.builds(PointsTerms, per_100_yuan=st.integers(0, 500)),
    sale_limit_fen=st.sampled_from([3_000, 200_000]),
)
goods = st.lists(st.tuples(st.integers(1, 4_000), st.sampled_from(["meal", "shop"])), min_size=1, max_size=4)
slot = st.builds(Slot, st.integers(0, 3_000), st.sampled_from([0, DAY - 1, DAY, DAY + 9]))


@given(
    card_type=card_types, goods=goods, main=st.integers(0, 9_000), slots=st.tuples(slot, slot, slot),
    had=st.integers(0, 2),
)  # fmt: skip
def test_what_the_engine_decides_it_finds_again(card_type, goods, main, slots, had):  # type: ignore[no-untyped-def]
    """A1: the same code at the till and here; no honest sale is ever told to the office."""
    purse = Purse(main_fen=main, slots=slots)
    lines = tuple(Line(category=category, price_fen=fen, total_fen=fen) for fen, category in goods)
    at = CARD_EPOCH_UNIX + DAY * 86_400
    when = PLAIN.when(at)
    try:
        deal = decide(card_type, lines, when, 11, pockets_of(card_type, purse, when.day), Spent(first_n=had))
    except Refused:
        return
    spent = {pay.wallet: pay.fen for pay in deal.pays}
    after = Balances(
        main - spent.get("main", 0),
        *(
            Slot(one.amount_fen - spent.get(name, 0), one.expiry_day)
            for name, one in zip(("gift", "subsidy", "subsidy2"), slots, strict=True)
        ),
    )
    write = PurseWrite(
        card=CARD,
        issue=1,
        uid="01",
        counter=1,
        prev=RecordId(0, 0, 0),
        before=Balances(main, *slots),
        after=after,
    )
    fields: dict[str, Any] = {
        "unit": UNIT, "id": RecordId(1001, 1, 1), "at": at, "day": when.day, "outlet": 11, "owner": 5,
        "card": CARD, "issue": 1, "discount_fen": deal.bill.discount_fen, "due_fen": deal.bill.due_fen,
        "pays": deal.pays, "purse": write,
    }  # fmt: skip
    if deal.is_plain:
        intent: Sale = Sale(**fields, lines=deal.bill.lines)
    else:
        intent = FullSale(
            **fields, lines=deal.bill.priced(), first_n=deal.bill.first_n, earned=deal.earned, uses=deal.uses
        )
    assert sale.fault(intent) == ""
    books: Any = SimpleNamespace(connection=None, unit=UNIT)
    assert difference(books, intent, card_type) == ""
