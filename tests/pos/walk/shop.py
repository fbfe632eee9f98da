"""A till with a front desk before the real office, and everything that a task of the walk needs beside hands:
cards that come and go, time, devices of the counter. Asserts nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa

from onecard.devices.readers.virtual import VirtualM1
from onecard.terminal.collector import Carried
from onecard.wire import lookups
from onecard.wire import messages as m
from pos.mode import SELLS_NOTHING, Mode
from pos.scenery import category_tabs, product_keys
from pos.sheets import setup
from server.cards import service as cards
from server.cards.tables import card as card_table
from server.catalogue import service as catalogue
from server.gift import service as gifts
from server.issuing import service as issuing
from server.operators import permission, secret
from server.operators import service as operators
from server.operators.role import add_role
from server.promotion import service as promotions
from server.reward import service as rewards
from server.subsidy import service as subsidies
from server.terminals import fleet
from tests.glass import Glass
from tests.pos.bench import Bench
from tests.pos.frontdesk.counter import PURSE, SUPERVISOR, Counter
from tests.pos.frontdesk.test_room_journey import account
from tests.pos.rig import PINS
from tests.server.office import Office

LOGIN, PIN = "ming", "246810"
LATER = m.CardType(
    type=6,
    name="记账卡",
    purse_on_card=False,
    wallets=(m.WalletTerms(wallet="main"), m.WalletTerms(wallet="credit", limit_fen=500_000)),
)
#: More operators than one page of names holds, and more products than one page of keys.
PEOPLE, GOODS = 7, 40


@dataclass(frozen=True, kw_only=True)
class Task:
    """``steps`` as ``tests.glass.script`` reads them; ``keys``: where a keyboard goes another way. ``end`` is
    true when the task is done and not merely left."""

    name: str
    steps: str
    end: "Callable[[Shop], object]"
    keys: str = ""


def make_unit(office: Office) -> None:
    """Cards that a day of sales does not exhaust, a PIN for large ones, goods, people, news, rewards."""
    unit, now, kept = office.unit, office.clock.now(), secret.verifier("135791")
    rights = next(rights for name, rights in permission.FIRST_ROLES if permission.SUPERVISOR in rights)

    def write(c: Any) -> None:
        purse = msgspec.structs.replace(PURSE, day_limit_fen=0, pin_above_fen=30_000)
        for one in (purse, LATER):
            catalogue.put_card_type(c, unit, one, now)
        for n in range(GOODS):
            catalogue.add_product(
                c,
                unit,
                now,
                name=f"菜{n}",
                category=f"类{n // 14}",
                price_fen=100 + n,
                barcode=f"69000{n:03}",
            )
        for n in range(PEOPLE):
            boss = operators.add_operator(
                c, unit, now, login=f"z{n}", name=f"员工{n}", grants=((SUPERVISOR, 0),), pin=kept, password=""
            )
            gifts.set_quota(c, unit, boss, 100_000, 1, now)
        mine = add_role(c, unit, "柜员", tuple(set(rights) - {permission.SUPERVISOR, permission.GIFT}))
        operators.add_operator(
            c, unit, now, login=LOGIN, name="张敏", grants=((mine, 0),), pin=secret.verifier(PIN), password=""
        )
        for text in ("周六盘点", "周日盘点"):
            fleet.put_notice(c, unit, text, "", 0, now + 10**6, now, 1)
        rewards.add_reward(c, unit, name="杯子", points=50)
        promotions.put_salesperson(c, unit, 2, 100)

    office.write(write)
    office.run(office.runtime.look())


class Shop(Counter):
    """``card`` is the member's that pays."""

    def __init__(self, office: Office, folder: Path, glass: Glass, panel: Any) -> None:
        #: What second persons were asked for.
        self.questions: set[str] = set()
        PINS.update({"desk": "246810", **{f"z{n}": "135791" for n in range(PEOPLE)}})
        super().__init__(office, folder, LOGIN)
        columns, lines = product_keys(panel)
        self._room = columns * lines, category_tabs(panel)
        self.glass = glass
        self._uids = iter(range(int(folder.stat().st_ino) * 0x100 & 0x0FFFFF00, 0x0FFFFFFF))
        #: Other people's cards and a scale.
        self.bench = Bench(self, "scale", "bank", "city")
        self.trained: list[bool] = []
        #: How often it was to begin anew, for settings of the next start.
        self.anew = 0
        self.ready()

    def _shown(self, picture: Any) -> None:
        super()._shown(picture)
        asking = self.flow.supervision.asking if hasattr(self, "flow") else None
        if asking is not None:
            self.questions.add(asking.what)

    def get_ready(self) -> None:
        """Members with cards, before anybody works here."""
        self.sign_on_as()
        self.card = self.hand_out("王小明", 400_000, "100")
        self.member("李雷", number="101")
        self.hand_out("丢卡", 5_000, "102")
        self.later = self.owing("后付", "103")
        account(self, "包房", "104", 50_000)
        self.hand_out("换卡", 5_000, "105")
        self.gone = self.hand_out("退卡", 5_000, "106")
        self.guest = self.hand_out("临时", 5_000, "107")
        self.formal = self.hand_out("正式", 5_000, "108")
        self.kept = self.hand_out("反悔", 5_000, "109")
        self.poor = self.hand_out("没钱", 100, "110")
        question = lookups.ChangePin(
            id=self.till.request_id(),
            card=self.card_of(self.card),
            issue=1,
            new="280415",
            operator=self.till.operator.operator,
        )
        self.wired.ask("/t/pin/change", question, m.Answer)
        self.collector = self.management("collector", uid=self.uid())
        self.opener = self.management("settings", uid=self.uid())
        self.list_to_issue()
        self.lock()
        self.place(key_prices="1:300 2:500", fixed_fen="600", count_kind="bath", count_fen="100")
        self.to_till()
        self.keys("f12 f12 0 enter")
        self.wait(1)
        self.keys("enter enter")

    def places(self) -> dict[str, str]:
        """Where what scripts name stands now."""
        people = [one.login for one in self.till.operators]
        bosses = [one.login for one in self.till.operators if "supervisor" in one.permissions]
        goods = self.flow._presenters["sell"].goods()
        doors = [door.name for door in self.flow.doors if not door.key]
        rooms = [room.name for area in self.flow._areas for room in area.rooms if room.is_there()]
        return {
            "meals": str(1 + setup.KEYS["sale"].index("meals")),
            "last_device": str(len(setup.KEYS["devices"]) - 1),
            "me": str(people.index(LOGIN)),
            "boss": str(bosses.index("z0")),
            "first": str(goods.products[0].product),
            "late": str(goods.products[14 + 13].product),
            **{name: f"#{n}" for n, name in enumerate(doors, 1)},
            **{f"room_{name}": f"#{n}" for n, name in enumerate(rooms, 1)},
        }

    def hand_out(self, name: str, fen: int, number: str) -> VirtualM1:
        plastic = VirtualM1(bytes.fromhex(self.uid()))
        self.issued_on(plastic, name, fen, number=number)
        return plastic

    def lock(self) -> None:
        """A return that was begun and given up: its card stays locked."""
        self.open_job("return_card")
        self.search("109")
        with self.office_away():
            self.keys("enter f4")
            self.put(self.kept)
            self.keys("escape")
            self.lift()
        self.sync_up()
        self.to_till()

    def list_to_issue(self) -> None:
        """Two people whose cards are to be made."""
        office, now = self.office, self.clock.now()
        people = [self.member(name, number=f"{n}") for n, name in enumerate(("甲", "乙"), 201)]
        rows = [(one, 2_000) for one in people]
        office.write(lambda c: issuing.add_list(c, office.unit, "新生", 1, rows, 1, now))

    def subsidy(self) -> None:
        """Something to collect at the desk."""
        office, now, card = self.office, self.clock.now(), self.card_of(self.card)

        def release(c: Any) -> None:
            query = sa.select(card_table.c.member).where(card_table.c.card == card)
            member = int(c.execute(query).scalar_one())
            draft = subsidies.Draft(name="餐补", way="pickup")
            number = subsidies.draft(c, office.unit, draft, ((member, 2_000),), 1, now)
            subsidies.approve(c, office.unit, number, 2, now)
            subsidies.release(c, office.unit, number, 2, now)

        office.write(release)

    def owing(self, name: str, number: str) -> VirtualM1:
        """Whoever pays later, with a card that only says whose it is."""
        uid, unit, now = self.uid(), self.office.unit, self.clock.now()
        holder = self.member(name, number=number)
        self.office.write(lambda c: cards.open_account_card(c, unit, holder, uid, LATER, now))
        return VirtualM1(bytes.fromhex(uid))

    def sales(self) -> list[m.Sale]:
        return self.stand.bodies(m.Sale)

    # -- who is there ------------------------------------------------------------------------------------

    def uid(self) -> str:
        return f"{next(self._uids):08x}"

    def happenings(self) -> dict[str, Callable[[], None]]:
        """By the names that scripts use."""
        return {
            "card": lambda: self.tap(self.card),
            "put": lambda: self.put(self.card),
            "lift": self.lift,
            "blank": lambda: self.tap(VirtualM1(bytes.fromhex(self.uid()))),
            "new": lambda: self.put(VirtualM1(bytes.fromhex(self.uid()))),
            "gone": lambda: self.put(self.gone),
            "guest": lambda: self.put(self.guest),
            "formal": lambda: self.put(self.formal),
            "locked": lambda: self.put(self.kept),
            "poor": lambda: self.tap(self.poor),
            "torn": self.tear,
            "long": lambda: self.wait(16),
            "bench": lambda: self.bench.run(3),
            "city": self.city_card,
            "credit": lambda: self.tap(self.later),
            "lost": self.lose_payment,
            "upload": self.sync_up,
            "subsidy": self.subsidy,
            "deaf": lambda: setattr(self.wired, "deaf", 99),
            "hear": lambda: setattr(self.wired, "deaf", 0),
            "settings": lambda: self.tap(self.opener),
            "collector": lambda: self.tap(self.collector),
            "second": lambda: self.wait(1),
            "desk": self.to_desk,
            "till": self.to_till,
        }

    def ready(self) -> None:
        """What a start brings with it."""
        self.fit(*self._room)
        self.till.has_printer = True
        self.till.carry = self.carry
        self.till.train, self.till.restart = self.train, self.restart

    def carry(self, card: int, by: int, then: Callable[[Any], None]) -> None:
        """A stick stands in the till."""
        then(Carried(records=3, documents=2, files=1))

    def restart(self) -> None:
        self.anew += 1

    def train(self, on: bool) -> None:
        self.trained.append(on)

    def city_card(self) -> None:
        city = self.bench.at["city"]
        city.balances["310000001234"] = 50_000
        city.place("310000001234")
        self.bench.run(3)
        city.take()

    def lose_payment(self) -> None:
        """The power goes while the bank's terminal has the amount; the customer finishes."""
        self.keys("17 f6 f4")
        self.bench.run(0.4)
        bank = self.bench.at["bank"]
        bank.customer_s = 0
        for _ in range(40):
            bank.tick()
            self.clock.advance(0.1)
        self.power_cut()
        self.ready()
        self.bench.plug()
        self.bench.run(6)

    def tear(self) -> None:
        """The member's card leaves while it is written."""
        for at in range(13, 22):
            self.card.tear_at(at)
            self.put(self.card)
            self.lift()
            if self.overlay.look == "retap":
                return
            self.wait(2)
        raise AssertionError(self.overlay)

    def to_till(self) -> None:
        if self.till.mode in SELLS_NOTHING:
            self.till.choose(Mode.FREE)
        for _ in range(9):
            bill = self.flow._presenters["sell"].bill
            if self.screen == "sell" and self.overlay is None and bill.is_empty:
                return
            self.keys("escape enter" if getattr(self.overlay, "look", "") == "retap" else "escape")
        raise AssertionError(self.screen)
