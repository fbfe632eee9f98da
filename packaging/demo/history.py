"""Three months of a two-branch unit: 300 members, 20 dishes, every sale posted by the server's own intake.

``python packaging/demo/history.py --data DIR`` fills a new server folder, writes the bench's drawer of cards
(``drawer.json``) and what the demo needs to know (``demo.json``: operators, PINs, terminals, codes).
"""

import argparse
import asyncio
import datetime
import sys
from pathlib import Path

import extras
import kept
import msgspec
from past import UNIT, PastTerminal, Plastic, bill, moment
from people import DEPARTMENTS, DISHES, Dish, names
from sqlalchemy import Connection

from onecard.bench.drawer import BenchCard, Drawer
from onecard.cards.image import Identity
from onecard.cards.keys import make_test_keys
from onecard.cards.m1 import M1Card
from onecard.cards.management.document import Kind
from onecard.cards.management.plastic import Plastic as ManagementPlastic
from onecard.clock import SystemClock, card_day, local
from onecard.devices.readers.virtual import DirectStorage
from onecard.ids import Entropy, RecordId, SeededEntropy, SystemEntropy
from onecard.wire.messages import CardType, Enrol
from onecard.wire.signing import SigningKey
from server.bootstrap import opened
from server.cards.service import reserve_issue
from server.catalogue.service import add_product, put_card_type
from server.management import service as management
from server.members.service import add_member, catch_up
from server.operators import secret
from server.operators.role import roles
from server.operators.service import add_operator, set_password
from server.organisation.scope import Scope
from server.organisation.service import add_branch, add_outlet, add_owner, rename_unit
from server.runtime import Runtime
from server.terminals import service as terminals

MEMBERS = 300
DAYS = 90
#: The terminals of the past; today's two stations start with empty journals.
DESK, CANTEEN, SHOP, OLD_KIOSK = 1101, 1102, 1201, 1103
NAMES = {DESK: "一食堂前台", CANTEEN: "面食 1 号机", SHOP: "小超市 1 号机", OLD_KIOSK: "旧自助机"}
POS, KIOSK = 1001, 1002
#: So many members left their cards on the bench.
ON_BENCH = 8
NOTES = (1000, 2000, 5000, 10000)
#: What lies on the bench beside members' cards, and what stands on it.
MANAGEMENT = {
    Kind.OPERATOR: "操作员卡 Operator",
    Kind.SETTINGS: "设置卡 Settings",
    Kind.ADMINISTRATOR: "管理员卡 Administrator",
    Kind.PAYEE: "收款卡 Payee",
}
PASSWORD = "kiosk-demo-2026"


class Login(msgspec.Struct, frozen=True):
    """Somebody who can sign on in the demo."""

    login: str
    name: str
    pin: str
    role: str


LOGINS = (
    Login("zhangmin", "张敏", "135790", "前台 Front desk"),
    Login("liqiang", "李强", "246801", "收银员 Cashier"),
    Login("wanghui", "王慧", "971357", "主管 Supervisor"),
)


class Demo(msgspec.Struct, frozen=True):
    """What a person at the demo has to know."""

    unit: int
    pos: int
    kiosk: int
    pos_code: str
    kiosk_code: str
    logins: tuple[Login, ...]
    console_login: str
    console_password: str
    entries: int


class History:
    """Fills one empty server."""

    def __init__(self, runtime: Runtime, entropy: Entropy, today: datetime.date, length: int) -> None:
        self.runtime = runtime
        self.entropy = entropy
        self.length = length
        self.first = today - datetime.timedelta(days=length)
        self.today = today
        self.cards: list[Plastic] = []
        self.dishes: list[tuple[int, Dish]] = []
        self.past: dict[int, PastTerminal] = {}

    async def unit(self) -> None:
        """Places, people who work there, the menu, the terminals."""
        verifiers = {login.login: secret.verifier(login.pin) for login in LOGINS}
        password = secret.verifier(PASSWORD)
        start = moment(self.first, 6, 0)
        await self.runtime.db.write(lambda c: self._unit(c, start, verifiers, password))

    def _unit(self, c: Connection, at: int, verifiers: dict[str, str], password: str) -> None:
        rename_unit(c, UNIT, "晨光科技园 Morning Light")
        north = add_branch(c, UNIT, "北园区")
        stall = add_owner(c, UNIT, "李记面馆")
        outlets = (
            add_outlet(c, UNIT, "一食堂", 1, 1),
            add_outlet(c, UNIT, "面食档口", 1, stall),
            add_outlet(c, UNIT, "北区小超市", north, 1),
        )
        put_card_type(c, UNIT, extras.staff_card(), at)
        for dish in DISHES:
            number = add_product(
                c, UNIT, at, name=dish.name, name_en=dish.name_en, category=dish.category,
                price_fen=dish.price_fen, initials=dish.initials,
            )  # fmt: skip
            self.dishes.append((number, dish))
        extras.types_and_goods(c, UNIT, at)
        numbers = {role["name"]: role["role"] for role in roles(c, Scope.whole(UNIT))}
        for login in LOGINS:
            add_operator(
                c, UNIT, at, login=login.login, name=login.name, grants=((numbers[login.role], 0),),
                pin=verifiers[login.login],
            )  # fmt: skip
        set_password(c, UNIT, 1, password, at, 1)
        places = {DESK: outlets[0], CANTEEN: outlets[1], SHOP: outlets[2], OLD_KIOSK: outlets[0]}
        for number, outlet in places.items():
            self._enrol(
                c,
                at,
                number,
                "kiosk" if number == OLD_KIOSK else "pos",
                outlet,
                1 if outlet != outlets[1] else stall,
            )
        terminals.add_terminal(
            c, UNIT, at, kind="pos", name="一食堂 1 号机", outlet_no=outlets[0], number=POS
        )
        terminals.add_terminal(
            c, UNIT, at, kind="kiosk", name="大厅自助机", outlet_no=outlets[0], number=KIOSK
        )

    def _enrol(self, c: Connection, at: int, number: int, kind: str, outlet: int, owner: int) -> None:
        key = SigningKey(self.entropy.bytes(32))
        terminals.add_terminal(c, UNIT, at, kind=kind, name=NAMES[number], outlet_no=outlet, number=number)
        secret_key = self.runtime.code_secret
        code = terminals.make_code(c, UNIT, number, at, secret_key, self.entropy)
        question = Enrol(code=code, terminal=number, public_key=key.public.hex())
        terminals.enrol(c, UNIT, question, at, secret_key, self.runtime.keys.signing.public)
        self.past[number] = PastTerminal(number, key, outlet, owner, operator=2)

    async def members(self) -> None:
        """Everybody comes to the front desk on the first three days and gets a card."""
        desk = self.past[DESK]
        everybody = names(MEMBERS, self.entropy)
        terms = extras.staff_card()
        for start in range(0, MEMBERS, 100):
            day = self.first + datetime.timedelta(days=start // 100)
            desk.open_shift(moment(day, 8, 0))
            for index in range(start, start + 100):
                at = moment(day, 8, 5) + (index - start) * 180
                plastic = await self._register(desk, index, everybody[index], terms, at)
                opening = (100, 150, 200, 300)[self.entropy.below(4)] * 100
                desk.issue(at, desk.next_id, plastic, opening, 1000)
                self.cards.append(plastic)
            desk.close_shift(moment(day, 18, 0))
            await desk.send(self.runtime.lane)

    async def _register(self, desk: PastTerminal, index: int, name: str, terms: CardType, at: int) -> Plastic:
        uid = b"\x04" + self.entropy.bytes(3)
        department = DEPARTMENTS[self.entropy.below(len(DEPARTMENTS))]

        def write(c: Connection) -> Plastic:
            member = add_member(
                c, UNIT, at, name=name, branch=1 + index % 2, number=f"{20260001 + index}",
                phone=f"139{self.entropy.below(10**8):08d}", department=department,
            )  # fmt: skip
            grant = reserve_issue(c, UNIT, desk.next_id, member, uid.hex(), terms, at)
            identity = Identity(
                unit=UNIT, card=grant.card, issue=grant.issue, type=grant.type, key_version=1,
                until_day=grant.until_day, from_day=card_day(local(at).date()),
            )  # fmt: skip
            return Plastic(uid, identity, member, name)

        return await self.runtime.db.write(write)

    async def days(self) -> int:
        """Lunch, dinner and recharges of every day; how many records were uploaded."""
        records = 0
        for offset in range(3, self.length):
            day = self.first + datetime.timedelta(days=offset)
            weekend = day.weekday() >= 5
            open_here = (DESK, CANTEEN, SHOP)
            for number in open_here:
                self.past[number].open_shift(moment(day, 7, 0))
            for plastic in self.cards:
                self._one_member(plastic, day, 12 if weekend else 62)
            for number in open_here:
                self.past[number].close_shift(moment(day, 21, 0))
            for terminal in self.past.values():
                records += await terminal.send(self.runtime.lane)
        await self.runtime.db.write(lambda c: catch_up(c, UNIT, self.runtime.clock.now()))
        return records

    def _one_member(self, plastic: Plastic, day: datetime.date, chance: int) -> None:
        if self.entropy.below(100) >= chance:
            return
        lines = bill(self.dishes, self.entropy)
        due = sum(line.total_fen for line in lines)
        at = moment(day, 11, 20) + self.entropy.below(5_400)
        if plastic.purse.main_fen < due + 500:
            if self.entropy.below(2):
                notes = tuple(NOTES[self.entropy.below(4)] for _ in range(2 + self.entropy.below(2)))
                self.past[OLD_KIOSK].notes(at - 900, plastic, notes)
            else:
                self.past[DESK].recharge(at - 900, plastic, (50, 100, 200)[self.entropy.below(3)] * 100)
        self.past[(DESK, CANTEEN, SHOP)[self.entropy.below(3)]].sale(at, plastic, lines)


def drawer(cards: list[Plastic], opening: list[BenchCard], path: Path, entropy: Entropy) -> None:
    """The plastic on the bench: some members' cards as they stand today, blanks, management cards, and a
    stranger's card."""
    keys = make_test_keys()
    box = Drawer(path)
    for plastic in cards[:ON_BENCH]:
        card = BenchCard(plastic.uid)
        assert plastic.before is not None
        m1 = M1Card(DirectStorage(card), keys, UNIT)
        m1.personalise(plastic.identity, plastic.before)
        m1.write(plastic.purse)
        card.pull()
        card.label, card.kind, card.number = plastic.name, "issued", f"No. {plastic.identity.card}"
        box.add(card)
    for number in (1, 2, 3):
        box.blank(entropy).label = f"空白卡 Blank {number}"
    for card in opening:
        box.add(card)
    stranger = BenchCard(b"\x04" + entropy.bytes(3))
    other = Plastic(stranger.uid, msgspec.structs.replace(cards[0].identity, unit=99), 0, "")
    M1Card(DirectStorage(stranger), keys, 99).personalise(other.identity, other.purse)
    stranger.pull()
    stranger.label, stranger.kind = "别家的卡 Foreign", "foreign"
    box.add(stranger)
    box.save()


async def management_cards(runtime: Runtime, entropy: Entropy) -> list[BenchCard]:
    """One of each kind that opens something here, for whoever has a PIN; made as a front desk makes them."""
    now, key = runtime.clock.now(), runtime.keys.signing
    today, by = card_day(local(now).date()), management.By(1)

    def write(c: Connection) -> list[BenchCard]:
        made: list[BenchCard] = []
        for kind, label in MANAGEMENT.items():
            card = BenchCard(b"\x04" + entropy.bytes(3))
            wanted = management.Wanted(kind=kind, uid=card.uid, from_day=today, until_day=today + 365)
            id = RecordId(POS, 1, len(made) + 1)
            number, content = management.issue(c, UNIT, id, wanted, key, by, now)
            ManagementPlastic(DirectStorage(card), make_test_keys(), UNIT).write(content)
            card.pull()
            card.label, card.kind, card.number = label, "management", f"No. {number}"
            made.append(card)
        return made

    return await runtime.db.write(write)


async def fill(data: Path, seed: int, days: int) -> Demo:
    """Everything, into an empty ``data`` folder."""
    clock, entropy = SystemClock(), SeededEntropy(seed)
    runtime, _ = await opened(data / "server", None, clock, SystemEntropy())
    history = History(runtime, entropy, local(clock.now()).date(), days)
    await history.unit()
    await history.members()
    records = await history.days()
    members = [plastic.member for plastic in history.cards[:ON_BENCH]]
    await runtime.db.write(lambda c: extras.today(c, UNIT, members, clock.now()))
    drawer(history.cards, await management_cards(runtime, entropy), data / "drawer.json", entropy)
    codes = await runtime.db.write(
        lambda c: [
            terminals.make_code(
                c, UNIT, number, clock.now(), runtime.code_secret, SystemEntropy(), minutes=24 * 60
            )
            for number in (POS, KIOSK)
        ]
    )
    await runtime.db.close()
    return Demo(UNIT, POS, KIOSK, codes[0], codes[1], LOGINS, "admin", PASSWORD, records)


def main() -> int:
    parser = argparse.ArgumentParser(description="Three months of history for the OneCard demo.")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--days", type=int, default=DAYS, help="age of the unit (default %(default)s)")
    arguments = parser.parse_args()
    arguments.data.mkdir(parents=True, exist_ok=True)
    demo = asyncio.run(fill(arguments.data, arguments.seed, arguments.days))
    (arguments.data / "demo.json").write_bytes(msgspec.json.format(msgspec.json.encode(demo)))
    kept.write_origin(arguments.data)
    print(f"history: {MEMBERS} members, {len(DISHES)} dishes, {demo.entries} journal records")
    return 0


if __name__ == "__main__":
    sys.exit(main())
