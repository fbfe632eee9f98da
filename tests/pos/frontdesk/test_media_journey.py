"""Goal: whatever a card is made of, the desk and the till do with it what people expect of a card.

Method: the person's steps at the counter of the real office, on virtual media.
"""

import msgspec
import pytest

from onecard.books import accounts
from onecard.cards.cpu import FIRST_CHIP
from onecard.cards.image import Identity, Purse
from onecard.cards.keys import make_test_keys
from onecard.cards.m1 import M1Card
from onecard.devices.cable import Cable
from onecard.devices.encoders.msr.simulator import Simulator
from onecard.devices.readers.virtual import DirectCpu, DirectStorage, VirtualM1, VirtualPurse
from onecard.devices.readers.virtual.press import make_purse
from onecard.errors import CardError, Refused
from onecard.settings import POS, STATION, Settings
from onecard.terminal.counter import Counter as Devices
from onecard.terminal.ordering import Ordering
from onecard.terminal.stripe import text_of
from onecard.wire import messages as m
from onecard.wire.counter import ReserveChip
from onecard.wire.load_order import LoadOrder
from pos import devices, terminals
from server.cards.keyroom import CardKeys
from server.catalogue.service import put_card_type

NEWER = make_test_keys(2, previous=(1,))


def version_of(counter, plastic) -> int:
    image = M1Card(DirectStorage(plastic), NEWER, counter.office.unit).read()
    plastic.pull()
    return image.identity.key_version


def test_cards_get_new_keys_one_after_the_other(counter):
    """F: A9 H5: by keys alone; money and number stay, and a card that has them already is left as it is."""
    plastics = [counter.issued(f"换钥{n}", 10_000, uid=f"0f00000{n}") for n in range(2)]
    counter.box.station._desk.keys = NEWER
    counter.open_job("renew")
    counter.keys("enter")
    for n, plastic in enumerate(plastics):
        counter.tap(plastic)
        assert f"换*{n} " in counter.view.body
        assert "换成第 2 版密钥" in counter.view.body
        assert version_of(counter, plastic) == 2
        counter.keys("enter")
    counter.tap(plastics[0])
    assert "已是最新" in counter.view.body
    counter.keys("escape escape clear 12.5 enter")
    counter.tap(plastics[1])
    assert counter.overlay.look == "ok"
    counter.sync_up()


def test_torn_while_it_gets_them_the_same_card_goes_on(counter):
    """At every command: no till may ever have to say that a member's money is gone."""
    kept = counter.issued("换钥断", 10_000, uid="0f000010").to_bytes()
    counter.box.station._desk.keys = NEWER
    counter.open_job("renew")
    finished = 0
    for at in range(2, 80):
        plastic = VirtualM1.from_bytes(kept)
        counter.keys("enter")
        plastic.tear_at(at, 4)
        counter.put(plastic)
        counter.lift()
        if counter.overlay is None:
            break  # it was through before the card left
        assert counter.overlay.look == "refused", at
        plastic.tear_at(10_000)
        counter.wait(2)
        counter.tap(plastic)
        assert "第 2 版密钥" in counter.view.body, at
        finished += "上次没有换完" in counter.view.body
        image = M1Card(DirectStorage(plastic), NEWER, counter.office.unit).read()
        assert (image.newest.main_fen, image.identity.key_version) == (10_000, 2)
    assert at > 40
    assert finished >= 3


def test_a_card_of_nobody_is_refused(counter):
    counter.open_job("renew")
    counter.keys("enter")
    counter.tap(VirtualM1(bytes.fromhex("0f000020")))
    assert counter.overlay.look == "refused"
    with pytest.raises(CardError):
        version_of(counter, VirtualM1(bytes.fromhex("0f000020")))


# -- chips of the key room (CPU cards) -----------------------------------------------------------------------


class Orders:
    """The till's client, as loads ask it."""

    def __init__(self, counter) -> None:
        self._counter = counter

    def load_order(self, question):
        return self._counter.wired.ask("/t/load", question, LoadOrder)


def chip_of(counter, number: int, *, uid: str, type: int = 1):
    """As the key room made it: keys, a number of its own range, a type; no money and no holder."""
    day = counter.box.station.upkeep.calendar.card_day(counter.clock.now())
    identity = Identity(
        unit=counter.office.unit, card=FIRST_CHIP + number, issue=1, type=type, key_version=1,
        until_day=day + 900, from_day=day,
    )  # fmt: skip
    return make_purse(bytes.fromhex(uid), make_test_keys(), identity, Purse())


def put(counter, plastic) -> None:
    counter.gate.changed(DirectCpu(plastic))
    counter._pump()


def tap(counter, plastic) -> None:
    put(counter, plastic)
    counter.lift()


@pytest.fixture
def chips(counter):
    """A till that may order loads, and an office that has their keys."""
    counter.office.runtime.card_keys = CardKeys(counter.office.unit, make_test_keys())
    counter.box.station.attach(load_host=Ordering(counter.box.journal, Orders(counter)))
    yield counter
    counter.office.runtime.card_keys = None


def issue_chip(counter, plastic, name: str, number: str, yuan: int = 100) -> None:
    counter.member(name, number=number)
    counter.to_desk()
    counter.keys("f2")
    counter.type("search", number)
    counter.keys(f"enter enter {yuan} enter")
    put(counter, plastic)


def test_a_chip_is_bound_to_a_member_and_loaded_at_once(chips):
    """F: A2 A9: one flow for the person at the desk; the cash lies in the drawer once, the purse agrees."""
    counter, chip = chips, chip_of(chips, 1, uid="0f100001")
    before = counter.drawer
    issue_chip(counter, chip, "芯片甲", "C1")
    assert counter.overlay.look == "ok", counter.overlay
    counter.lift()
    counter.keys("enter")
    counter.sync_up()
    card = FIRST_CHIP + 1
    assert (chip.memory.balance, counter.purse(card), counter.state_of(card)) == (10_000, 10_000, "active")
    assert counter.drawer == before + 11_500
    assert [type(one).__name__ for one in counter.stand.bodies(m.Issue, m.Recharge)] == ["Issue", "Recharge"]
    assert counter.balance(accounts.deposit(card)) == 1_000
    # It is somebody's now: no second member gets it.
    issue_chip(counter, chip, "芯片乙", "C2")
    assert counter.overlay.look == "refused"


def test_a_chip_sells_and_a_void_of_it_is_owed_and_paid_by_a_load(chips):
    """F: C7 A9: money goes onto it only by the office's order, and the receipt says so."""
    counter, chip, card = chips, chip_of(chips, 2, uid="0f100002"), FIRST_CHIP + 2
    issue_chip(counter, chip, "芯片丙", "C3")
    counter.lift()
    counter.keys("enter escape escape escape clear")
    counter.keys("12.5 enter")
    tap(counter, chip)
    assert counter.overlay.look == "ok", counter.overlay
    assert chip.memory.balance == 8_750
    counter.keys("enter f2 enter")
    if counter.screen == "void":
        counter.keys("enter")
    approve(counter)
    tap(counter, chip)
    assert counter.overlay.look == "ok", counter.overlay
    assert chip.memory.balance == 8_750
    assert "退款待圈存：联网后写入卡内" in counter.paper
    assert "卡内余额|￥87.50" in counter.paper
    counter.sync_up()
    counter.keys("enter escape escape f1")
    put(counter, chip)
    assert counter.screen == "query"
    counter.keys("f6")
    counter.lift()
    assert chip.memory.balance == 10_000
    counter.sync_up()
    assert counter.purse(card) == 10_000


def approve(counter) -> None:
    """Whoever stands here may void, and says why."""
    for _ in range(4):
        if counter.overlay is not None and counter.overlay.look == "ready":
            return
        counter.keys("enter")


def test_a_chip_is_recharged_and_given_back(chips):
    """F: A3 A4: paid out like any card; the chip itself is shut for good, and the desk says so."""
    counter, chip, card = chips, chip_of(chips, 3, uid="0f100003"), FIRST_CHIP + 3
    issue_chip(counter, chip, "芯片丁", "C4")
    counter.lift()
    counter.keys("enter")
    counter.to_desk()
    counter.keys("f3 50 enter")
    tap(counter, chip)
    assert counter.overlay.look == "ok", counter.overlay
    assert chip.memory.balance == 15_000
    counter.keys("enter")
    before = counter.drawer
    counter.open_job("return_card")
    counter.search("C4")
    counter.keys("enter f4")
    put(counter, chip)
    assert counter.view.sum == "￥160.00", counter.view
    assert counter.drawer == before - 16_000
    counter.keys("f5")
    assert chip.memory.blocked == 2
    assert "永久停用" in counter.view.body
    counter.lift()
    counter.sync_up()
    assert (counter.purse(card), counter.state_of(card)) == (0, "returned")


def test_what_a_desk_cannot_do_with_chips_is_said(chips):
    """F: A9: a chip without keys, one of another type, one that nobody has yet."""
    counter = chips
    nobodys = chip_of(counter, 4, uid="0f100004")
    counter.keys("escape escape clear 1 enter")
    tap(counter, nobodys)
    assert "还没有发给任何人" in counter.overlay.title + counter.overlay.detail
    counter.keys("escape")
    counter.wait(1)
    other = chip_of(counter, 5, uid="0f100005", type=2)
    issue_chip(counter, other, "芯片戊", "C5")
    assert counter.view.frame.message
    assert other.memory.balance == 0
    counter.lift()
    strange = msgspec.structs.replace(nobodys.memory, application=b"\xa0\x00\x01\x02\x03")
    empty = VirtualPurse(bytes.fromhex("0f100006"), strange)
    issue_chip(counter, empty, "芯片己", "C6")
    assert counter.overlay.look == "refused"
    assert "密钥室" in counter.overlay.title + counter.overlay.detail


def test_a_number_asked_for_before_the_power_went_is_given_again_to_the_same_member_only(chips):
    """F: A2 A9"""
    counter, who = chips, [chips.member(name, number=name) for name in ("Q1", "Q2")]

    def ask(member: int, card: int = FIRST_CHIP + 7) -> m.IssueGrant:
        question = ReserveChip(
            id=counter.till.request_id(), operator=counter.till.operator.operator, type=1, member=member,
            uid="0f100007", card=card, until_day=4_000,
        )  # fmt: skip
        return counter.wired.ask("/t/issue/chip", question, m.IssueGrant)

    assert ask(who[0]) == ask(who[0])
    for member, card, code in (
        (who[1], FIRST_CHIP + 7, "card.taken"),
        (who[0], 20_001, "card.from_key_room"),
    ):
        with pytest.raises(Refused) as no:
            ask(member, card)
        assert no.value.code == code


# -- what somebody has already: a transit card, a phone ------------------------------------------------------

UID_TYPE = m.CardType(
    type=7, name="城市卡账户", purse_on_card=False, media=("uid", "track"), cap_fen=1_000_000
)


def transit_card(uid: str) -> VirtualM1:
    """Somebody else's keys on every sector."""
    card = VirtualM1(bytes.fromhex(uid))
    for sector in range(16):
        trailer = sector * 4 + 3
        card.blocks[trailer] = b"METROK" + card.blocks[trailer][6:10] + b"METROK"
    return card


@pytest.fixture
def by_uid(counter):
    """The unit takes transit cards and phones."""
    now = counter.clock.now()
    counter.office.write(lambda c: put_card_type(c, counter.office.unit, UID_TYPE, now))
    counter.office.run(counter.office.runtime.look())
    counter.clock.advance(1)
    counter.sync_up()
    return counter


def open_by_uid(counter, plastic, name: str, number: str) -> None:
    counter.member(name, number=number)
    counter.to_desk()
    counter.keys("f2")
    counter.type("search", number)
    at = [one.type for one in counter.till.types].index(UID_TYPE.type)
    counter.keys(f"enter enter type:{at} enter")
    counter.put(plastic)


def test_a_transit_card_is_an_account_by_its_uid_is_charged_and_pays(by_uid):
    """F: A1 A9 C11: nothing is written to it, and no second member gets it."""
    counter, plastic = by_uid, transit_card("0f200001")
    memory = plastic.to_bytes()
    open_by_uid(counter, plastic, "地铁客", "U1")
    assert "已开户" in counter.view.body, (counter.view, counter.overlay)
    card = int("".join(one for one in counter.view.body.split("卡号")[1].split("。")[0] if one.isdigit()))
    counter.lift()
    counter.open_job("cash")
    counter.keys("f1")
    counter.tap(plastic)
    assert counter.view.subject == "地铁客"
    counter.keys("80 enter")
    assert counter.balance(accounts.account(card, "main")) == 8_000
    counter.keys("escape escape escape clear")
    counter.keys("12.5 enter")
    counter.tap(plastic)
    assert counter.overlay.look == "ok", counter.overlay
    assert counter.balance(accounts.account(card, "main")) == 6_750
    assert plastic.to_bytes() == memory
    counter.keys("enter")
    open_by_uid(counter, plastic, "另一位", "U2")
    assert "已开户" not in counter.view.body
    assert "medium.taken" in counter.message  # the test's wire leaves out which card


def test_a_phone_that_draws_its_uid_anew_is_refused(by_uid):
    """F: A9: and so is any plastic for a type that wants one of ours."""
    counter, phone = by_uid, transit_card("08aabbcc")
    open_by_uid(counter, phone, "手机客", "U3")
    assert counter.overlay.look == "refused"
    assert "每次给出的号码都不同" in counter.overlay.title + counter.overlay.detail
    counter.lift()
    counter.keys("escape")
    counter.member("电子钱包客", number="U4")
    counter.to_desk()
    counter.keys("f2")
    counter.type("search", "U4")
    counter.keys("enter enter type:0 enter")
    counter.put(transit_card("0f200002"))
    assert counter.overlay.look == "refused"


# -- several media on one plastic ----------------------------------------------------------------------------


@pytest.fixture
def stripes(by_uid):
    """Something to swipe with stands on the counter."""
    devices.hear(by_uid.till, by_uid.flow)
    return by_uid


def swipe(counter, text: str) -> None:
    counter.till.counter.scanned(text, "stripe")
    counter._pump()


def test_a_plastic_with_stripe_and_chip_is_one_card_found_by_swipe_or_tap(stripes):
    """F: A9: the stripe is noted by drawing it through; money stays on the chip, and the till says so."""
    counter, plastic = stripes, stripes.issued("两用卡", 10_000, uid="0f300001")
    card = counter.card_of(plastic)
    counter.open_job("beside")
    counter.search("N0f300001")
    swipe(counter, ";6217001234567?")
    assert counter.view.fields[0].text == "6217001234567"
    counter.keys("enter")
    assert "已关联" in counter.view.body
    for by in (lambda: swipe(counter, ";6217001234567?"), lambda: counter.keys("f1") or counter.tap(plastic)):
        counter.open_job("person")
        by()
        assert counter.view.subject == "两用卡", counter.view
        assert str(card) in counter.view.subject_detail
        counter.keys("escape escape")
    counter.to_desk()
    counter.keys("escape clear 12.5 enter")
    swipe(counter, ";6217001234567?")
    assert counter.overlay.look == "refused"
    assert "放到读卡器上" in counter.overlay.title + counter.overlay.detail
    counter.wait(2)
    counter.tap(plastic)
    assert counter.overlay.look == "ok"
    counter.sync_up()
    assert counter.purse(card) == 8_750


def test_an_existing_discount_card_pays_by_its_own_track(stripes):
    """F: A9: the plastic of another shop names an account here; a bank's card never does."""
    counter = stripes
    open_by_uid(counter, transit_card("0f300002"), "折扣客", "T1")
    card = int("".join(one for one in counter.view.body.split("卡号")[1].split("。")[0] if one.isdigit()))
    counter.lift()
    counter.open_job("beside")
    counter.search("T1")
    swipe(counter, ";8801990000017?")
    counter.keys("enter")
    counter.open_job("cash")
    swipe(counter, ";8801990000017?")
    counter.keys("50 enter")
    counter.keys("escape escape escape clear 7.5 enter")
    swipe(counter, ";8801990000017?")
    assert counter.overlay.look == "ok", counter.overlay
    assert counter.balance(accounts.account(card, "main")) == 4_250
    counter.keys("enter")
    counter.keys("1 enter")
    swipe(counter, ";8801990000025?")
    assert counter.overlay.look == "refused"
    assert "card.unknown" in counter.overlay.detail or "没有" in counter.overlay.detail, counter.overlay
    counter.keys("escape")
    counter.open_job("beside")
    counter.search("T1")
    swipe(counter, ";4111111111111111=25121011000?")
    assert counter.view.tone == "refuse"
    assert "4111" not in repr(counter.view)


# -- the stripe is written at the desk -----------------------------------------------------------------------


class Encoder:
    """An MSR605 on a cable, and the hand that draws cards through it."""

    def __init__(self, counter) -> None:
        cable = Cable(f"encoder-{id(self)}")
        self.counter, self.simulator = counter, Simulator(counter.clock, cable.device)
        values = {"encoder.line": f"mem:{cable.name}"}
        counter.till.counter = Devices(Settings.of((*STATION, *POS), values), counter.clock)
        terminals.put(counter.till, Settings.of((*STATION, *POS), values), counter.clock, lambda call: call())
        devices.hear(counter.till, counter.flow)
        self.run()

    def run(self) -> None:
        for _ in range(8):
            self.counter.clock.advance(0.05)
            self.counter.till.counter.turn()
            self.simulator.tick()
        self.counter._pump()
        self.counter.flow.show()

    def draw(self, stripe: dict[int, str]) -> None:
        self.run()
        self.simulator.swipe(stripe)
        self.run()


STRIPED = m.CardType(type=8, name="磁条芯片卡", media=("m1", "track"), cap_fen=1_000_000)


@pytest.fixture
def striped(counter):
    """Cards with a stripe, and an encoder at the desk."""
    now = counter.clock.now()
    counter.office.write(lambda c: put_card_type(c, counter.office.unit, STRIPED, now))
    counter.office.run(counter.office.runtime.look())
    counter.clock.advance(1)
    counter.sync_up()
    return counter, Encoder(counter)


def issue_striped(counter, plastic, number: str) -> None:
    counter.member("磁条客", number=number)
    counter.to_desk()
    counter.keys("f2")
    counter.type("search", number)
    at = [one.type for one in counter.till.types].index(STRIPED.type)
    counter.keys(f"enter enter type:{at} 50 enter")
    counter.tap(plastic)
    counter.keys("enter")


def test_after_the_chip_the_stripe_is_written_checked_and_noted(striped):
    """F: A2 A9: drawn through twice; from then on the same card is found by it."""
    (counter, encoder), plastic, stripe = striped, VirtualM1(bytes.fromhex("0f400001")), {}
    issue_striped(counter, plastic, "M1")
    card = counter.card_of(plastic)
    encoder.run()
    assert (counter.screen, counter.view.body) == ("job", "请把卡刷过写磁机，写入磁条。")
    encoder.draw(stripe)
    assert stripe == {2: text_of(card, 1)}
    assert counter.view.body == "请再刷一次，核对磁条。"
    encoder.draw(stripe)
    assert "已关联" in counter.view.body, counter.view
    counter.open_job("person")
    swipe(counter, f";{stripe[2]}?")
    assert counter.view.subject == "磁条客"


def test_a_stripe_that_fails_leaves_the_card_good_and_can_be_written_again(striped):
    """F: A9: a bad draw, a worn stripe, another plastic at the check, the cable out."""
    (counter, encoder), plastic, stripe = striped, VirtualM1(bytes.fromhex("0f400002")), {}
    issue_striped(counter, plastic, "M2")
    card, simulator = counter.card_of(plastic), encoder.simulator
    for name, words in (("is_clumsy", "刷得不好"), ("is_worn", "写不进去")):
        setattr(simulator, name, True)
        encoder.draw(stripe)
        assert words in counter.view.body
        setattr(simulator, name, False)
        counter.keys("f5")
        encoder.run()
    encoder.draw(stripe)
    encoder.draw({2: "123"})
    assert "核对不一致" in counter.view.body
    assert stripe == {2: text_of(card, 1)}
    simulator.is_on = False
    counter.keys("f5")
    for _ in range(10):
        encoder.run()
    assert "磁条没有写成" in counter.view.body
    simulator.is_on, simulator._heard = True, b""  # switched on it has forgotten everything
    counter.keys("f5")
    encoder.draw(stripe)
    encoder.draw(stripe)
    assert "已关联" in counter.view.body
    counter.sync_up()
    assert (counter.state_of(card), counter.purse(card)) == ("active", 5_000)
