"""Every screen of the kiosk in every state, as a member sees it: each picture is the end of a short visit."""

import tempfile
from collections.abc import Callable
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import Any

from msgspec.structs import replace as replace_struct
from PIL import Image, ImageDraw

from kiosk.visit_events import Managed, Rekeyed
from kiosk.visit_state import Phase
from onecard.cards.management.document import Kind, Management
from onecard.devices.printers import PrinterState
from onecard.ids import RecordId
from onecard.terminal.collector import Carried
from onecard.text import Translator
from onecard.wire import messages as m
from onecard.wire.fleet import Notice, NoticesDocument
from onecard.wire.lookups import Identified
from onecard.wire.own_loss import OwnCard, OwnCards
from onecard.wire.payment import Payment
from onecard.wire.pockets import Pocket, Pockets, Ready
from tests.kiosk.rig import CARD, Rig, make_plastic
from tests.onecard.terminal.stand import TODAY, load
from tests.shots.gallery import Shot

Story = Callable[[Rig], None]
DAY_S = 86_400


@cache
def built(name: str) -> Any:
    """The screen, built once as the app builds it."""
    from kiosk.scenery import SCREENS

    return SCREENS[name](send=lambda key: None)


def screen(name: str, _tr: Translator, _panel: Any) -> Any:
    """The screen alone; it is given its view afterwards."""
    from onecard.ui.style import style

    style.logo = ""
    return built(name)


def branded(shape: str, tr: Translator, panel: Any) -> Any:
    """The attract screen with an operator's logo that is wide, tall or has no ground of its own."""
    from onecard.ui.style import style

    found = screen("attract", tr, panel)
    style.logo = str(_logo(shape))
    return found


@cache
def _logo(shape: str) -> Path:
    width, height, ground = {
        "wide": (960, 120, "#ffffff"),
        "tall": (240, 400, "#ffffff"),
        "clear": (480, 160, "#ffffff00"),
    }[shape]
    path = Path(tempfile.mkdtemp(), f"{shape}.png")
    picture = Image.new("RGBA", (width, height), ground)
    pen = ImageDraw.Draw(picture)
    side = min(width, height)
    pen.ellipse((side // 8, side // 8, side * 7 // 8, side * 7 // 8), fill="#9c1c1c")
    where = (
        (side, side // 3, width - 10, side * 2 // 3)
        if width > height
        else (20, side, width - 20, height - 20)
    )
    pen.rectangle(where, fill="#1a2a4a")
    picture.save(path)
    return path


def told(story: Story, tr: Translator, **options: Any) -> Any:
    """What is to be seen at the end of a story."""
    with tempfile.TemporaryDirectory() as folder:
        rig = Rig(Path(folder), language=tr.language, **options)
        try:
            story(rig)
            return rig.view
        finally:
            rig.close()


def history(rig: Rig) -> m.CardStatus:
    """Three days of an ordinary member."""
    now = rig.clock.now()
    rows = [
        (3_600, "sale", -1250, 8750, "一食堂 2号机"),
        (20_000, "recharge", 5000, 10_000, "大厅自助机"),
        (DAY_S, "sale", -900, 5000, "二食堂 清真窗口"),
        (DAY_S + 18_000, "sale", -1600, 5900, "一食堂 1号机"),
        (DAY_S * 2, "load", 10_000, 7500, "大厅自助机"),
        (DAY_S * 2 + 9_000, "sale", -1100, -2500 + 2500, "小卖部"),
    ]
    return m.CardStatus(
        card=CARD, issue=1, state="active", member=7, number="2024007", name="王小明", type=1,
        books_fen=8750, waiting_fen=0, as_of=now,
        movements=tuple(
            m.Movement(at=now - ago, kind=kind, fen=fen, balance_fen=left, place=place)
            for ago, kind, fen, left, place in rows
        ),
    )  # fmt: skip


def balance(rig: Rig, fen: int = 8750) -> Any:
    rig.status = history(rig)
    plastic = make_plastic(fen)
    rig.put(plastic)
    return plastic


def subsidies(count: int = 3) -> Pockets:
    """What the office says of a member with money of every kind."""
    names = ("三月餐补", "高温补贴", "加班餐补", "节日慰问", "交通补贴")
    ready = tuple(
        Ready(
            list=n + 1, line=1, name=names[n], wallet="subsidy", fen=fen, expires_day=TODAY + 60 * (n % 2),
            collect_until=TODAY + 20 if n == 0 else 0,
        )
        for n, fen in enumerate((30_000, 12_000, 1_850, 20_000, 5_000)[:count])
    )  # fmt: skip
    return Pockets(card=CARD, issue=1, points=1_240, ready=ready)


class Told:
    """An office that knows the pockets of whoever asks, and is slow with everything else."""

    def __init__(self, pockets: Pockets) -> None:
        self.pockets = pockets

    def ask(self, _path: str, _question: Any, _kind: type) -> Pockets:
        return self.pockets


def rich(rig: Rig) -> None:
    rig.client = Told(subsidies())
    rows = (load(1, 15_000, wallet="subsidy", expires_day=TODAY + 7), load(2, 2_000, wallet="gift"))
    rig.stand.receive(rig.stand.office.loads(*rows))
    plastic = balance(rig)
    rig.press("collect")
    rig.press_line("here")
    rig.until_screen("result")
    rig.lift()
    rig.run(6)
    rig.put(plastic)


def many_wallets(rig: Rig) -> None:
    counts = tuple(Pocket(wallet=name, uses=n) for n, name in enumerate(("早餐", "午餐", "浴室", "班车"), 1))
    told = subsidies()
    rig.client = Told(replace_struct(told, pockets=(*counts, *counts), debt_fen=-1_250))
    balance(rig)


def pickup(rig: Rig, count: int = 3) -> None:
    rig.client = Told(subsidies(count))
    rig.press("collect")
    rig.status = history(rig)
    rig.put(make_plastic(8_750))


def nothing_to_collect(rig: Rig) -> None:
    rig.client = Told(Pockets(card=CARD, issue=1))
    rig.press("collect")
    rig.status = history(rig)
    rig.put(make_plastic(8_750))


def service(rig: Rig) -> None:
    balance(rig)
    _open(rig, "service")


def dialled(rig: Rig, digits: str) -> None:
    for digit in digits:
        rig.flow.press(f"pad:{digit}")


def loss_pin(rig: Rig) -> None:
    _open(rig, "loss")
    dialled(rig, "2024007")
    rig.press("ok")
    dialled(rig, "4829")


def loss_letters(rig: Rig) -> None:
    _open(rig, "loss")
    rig.press_line("letters")
    dialled(rig, "S")


class Knows:
    """An office that answers one look-up with these cards."""

    def ask(self, _path: str, _question: Any, _kind: type) -> Any:
        cards = (OwnCard(card=CARD, issue=1, state="active"), OwnCard(card=CARD + 7, issue=2, state="lost"))
        return OwnCards(name="王小明", cards=cards)


def loss_choose(rig: Rig) -> None:
    _open(rig, "loss")
    dialled(rig, "2024007")
    rig.press("ok")
    dialled(rig, "482913")
    rig.client = Knows()
    rig.press("ok")


def pin_again(rig: Rig) -> None:
    service(rig)
    rig.press_line("pin")
    for digits in ("482913", "775533"):
        dialled(rig, digits)
        rig.press("ok")
    dialled(rig, "775534")
    rig.press("ok")


class Gateway:
    """An office with a payment in this state."""

    def __init__(self, rig: Rig) -> None:
        self.rig, self.state = rig, "shown"

    def errand(self, question: Any) -> m.ErrandAnswer:
        body = m.decode_body(bytes(question.body))
        return m.ErrandAnswer(result=m.Result(id=body.id, status=m.Status.CREATED))

    def ask(self, path: str, question: Any, _kind: type) -> Any:
        if path != "/t/payment":
            return Pockets(card=CARD, issue=1)
        code = f"onecard-sandbox://pay/{question.payment}" if self.state == "shown" else ""
        until = self.rig.clock.now() + 171
        return Payment(payment=question.payment, state=self.state, fen=5_000, code=code, until=until)


def _open(rig: Rig, key: str) -> None:
    """On a later page of keys, where large print has no room for it on the first."""
    while rig.keys().get(key) is None:
        rig.press("others")
    rig.press(key)


def code_amount(rig: Rig) -> None:
    rig.booth.gateways = ("sandbox",)
    rig.flow.show()
    rig.client = Gateway(rig)
    _open(rig, "code")
    balance(rig)


def code_ways(rig: Rig) -> None:
    code_amount(rig)
    rig.booth.gateways = ("wechat", "alipay")
    rig.flow.press("fen:5000")


class Checks:
    """An office that knows whose card it is."""

    def identify(self, _question: Any) -> Any:
        person = {"number": "2024007", "name": "王小明", "department": "计算机学院", "group": "学生"}
        return Identified(card=CARD, issue=1, state="active", **person)


def who(rig: Rig) -> None:
    service(rig)
    rig.client = Checks()
    rig.press_line("who")


def code_shown(rig: Rig, state: str = "shown") -> None:
    code_amount(rig)
    rig.flow.press("fen:5000")
    rig.run(1)
    if state != "shown":
        rig.client.state = state
        rig.run(2)


def attended(page: str, *digits: str) -> Story:
    """Behind the card and the PIN."""

    def told(rig: Rig) -> None:
        today = 2315
        management = Management(7, 90_001, Kind.OPERATOR, 12, today, today + 30)
        rig.flow.visit = replace(
            rig.flow.visit, phase=Phase.AREA, area="attendant", managed=Managed(management)
        )
        rig.flow._entered()
        area = rig.flow.areas["attendant"]
        area.operator = rig.stand.station.facts.operators[1]
        area.page, area.why = "home", ""
        if page:
            area.press(page)
        for one in digits:
            dialled(rig, one)
            rig.flow.press("ok")
        rig.flow.show()

    return told


def renewed(rig: Rig) -> None:
    """A card has got new keys."""
    attended("renew")(rig)
    area = rig.flow.areas["attendant"]
    area.renewing._waits = True
    area.renewing.read(Rekeyed(who="20001-1", before=1, now=2))
    rig.flow.show()


def carried(rig: Rig) -> None:
    """A stick has taken the records along."""
    rig.booth.carry = lambda _card, _by, then: then(Carried(records=128, documents=3, files=1))
    attended("")(rig)
    area = rig.flow.areas["attendant"]
    area.card = replace_struct(area.card, kind=Kind.COLLECTOR)
    area.press("carry")
    area.press("go")
    rig.flow.show()


def deserted(rig: Rig) -> None:
    rows = (
        Notice(notice=1, text="本周六盘点，早餐 8:00 开始供应。", text_en="Saturday: breakfast from 8."),
        Notice(notice=2, text="五月餐补已发放，请在本月底前领取。", text_en="The May meal subsidy is ready."),
    )
    rig.stand.receive(rig.stand.office.document("notices", NoticesDocument(notices=rows)))
    rig.run(46)


def eased(story: Story, *keys: str) -> Story:
    """The same in large print, or with low keys."""

    def told(rig: Rig) -> None:
        for key in keys:
            rig.flow.press(key)
        story(rig)

    return told


def large_at_last(story: Story) -> Story:
    """Large print chosen where the story ends."""

    def told(rig: Rig) -> None:
        story(rig)
        rig.flow.press("large")

    return told


def waiting(rig: Rig) -> None:
    rig.stand.receive(rig.stand.office.loads(load(1, 20_000, kind="subsidy")))
    open_sale = RecordId(1002, 1, 77)
    tap = m.OpenTap(of=open_sale, card=CARD, issue=1, kind="sale", fen=1250, counter=0, at=1)
    rig.stand.receive(rig.stand.office.open_taps(tap))
    balance(rig)


def offline_balance(rig: Rig) -> None:
    plastic = balance(rig)
    rig.press("cash")
    rig.insert(2_000)
    rig.press("finish")
    rig.until_screen("result")
    rig.status = None
    rig.offline(pending=4)
    rig.lift()
    rig.put(plastic)


def stopped(rig: Rig) -> None:
    rig.stand.receive(rig.stand.office.stops((CARD, 1, "frozen")))
    balance(rig)


def cash(rig: Rig, *notes: int, fen: int = 8750) -> Any:
    plastic = balance(rig, fen)
    rig.press("cash")
    rig.until(lambda: rig.simulator.takes_notes)
    for note in notes:
        rig.insert(note)
    return plastic


def cash_moving(rig: Rig) -> None:
    cash(rig, 10_000, 5_000)
    rig.simulator.insert(10_000)
    rig.run(1.2)


def cash_jam(rig: Rig) -> None:
    cash(rig, 2_000)
    rig.simulator.jam()
    rig.run(0.6)


def cash_both(rig: Rig) -> None:
    cash(rig, 2_000)
    rig.drop(50)
    rig.drop(100)


def cash_no_coins(rig: Rig) -> None:
    rig.coin_cable.cut()
    rig.run(5)
    cash(rig)
    rig.run(1)


def home_no_coins(rig: Rig) -> None:
    rig.coin_cable.cut()
    rig.run(5)


def cash_without_paper(rig: Rig) -> None:
    rig.booth.printer = PrinterState.PAPER_OUT
    cash(rig)


def finished(rig: Rig) -> None:
    cash(rig, 10_000, 10_000, 5_000)
    rig.press("finish")
    rig.until_screen("result")


def not_printed(rig: Rig) -> None:
    rig.printer = PrinterState.PAPER_OUT
    finished(rig)


def collected(rig: Rig) -> None:
    rig.stand.receive(rig.stand.office.loads(load(1, 20_000, kind="subsidy")))
    balance(rig)
    rig.press("load")
    rig.until_screen("result")


def walked_away(rig: Rig) -> None:
    cash(rig, 10_000, 2_000)
    rig.lift()
    rig.until_screen("result", 260)


def torn(rig: Rig) -> Any:
    plastic = cash(rig, 10_000)
    plastic.tear_at(plastic.commands + 14)
    rig.press("finish")
    rig.until_screen("put_back")
    rig.lift()
    return plastic


def torn_and_gone(rig: Rig) -> None:
    torn(rig)
    rig.until_screen("result", 260)


def wrong_card(rig: Rig) -> None:
    torn(rig)
    rig.run(1)
    rig.put(make_plastic(100, uid=bytes.fromhex("04DDEE11"), card=CARD + 5))


def card_away(rig: Rig) -> None:
    cash(rig, 10_000, 2_000)
    rig.lift()
    rig.until_screen("put_back")


def stuck(rig: Rig) -> None:
    cash(rig, 5_000)
    rig.simulator.insert(10_000)
    rig.until(lambda: rig.flow.visit.cash.moving_fen > 0)
    rig.run(0.3)
    rig.simulator.jam("stacker")
    rig.until_screen("person", 60)


def asked(rig: Rig) -> None:
    balance(rig)
    rig.until_screen("still_there", 60)
    rig.run(6)


def asked_about_cash(rig: Rig) -> None:
    cash(rig, 10_000)
    rig.until_screen("still_there", 150)
    rig.run(4)


def reading(rig: Rig) -> None:
    from onecard.terminal.card_event import Began

    rig.flow.event(Began(at=rig.clock.monotonic()))


def writing(rig: Rig) -> None:
    from kiosk.task import Deliver

    owed = Deliver(card=CARD, issue=1, fen=25_000, credits=())
    rig.flow.visit = replace(rig.flow.visit, phase=Phase.WRITING, owed=owed)
    rig.flow.show()


def foreign(rig: Rig) -> None:
    rig.put(make_plastic(blank=True))


def chosen(rig: Rig) -> None:
    rig.press("cash")


def lying(rig: Rig) -> None:
    balance(rig)
    rig.press("end")


def out(rig: Rig) -> None:
    rig.booth.reader_trouble = "reader.gone"
    rig.flow.show()


def box_full(rig: Rig) -> None:
    rig.booth.boxes[0].trouble = "box_full"
    rig.offline(pending=12)


def statement(rig: Rig) -> None:
    service(rig)
    rig.press_line("statement")


class Collects(Told):
    """An office that puts what is asked for onto the account."""

    def errand(self, question: Any) -> m.ErrandAnswer:
        body = m.decode_body(bytes(question.body))
        created = m.Result(id=body.id, status=m.Status.CREATED)
        return m.ErrandAnswer(result=created, fen=12_000, balance_fen=16_200)


def account_collected(rig: Rig) -> None:
    """An account's subsidy is on it at once."""
    terms = m.CardType(type=1, name="网络卡", purse_on_card=False, cap_fen=1_000_000)
    rig.stand.receive(rig.stand.office.types(terms))
    rig.client, rig.status = Collects(subsidies()), history(rig)
    rig.press("collect")
    rig.put(make_plastic(0))
    rig.press_line("one:1")
    rig.run(1)


def uid_card(rig: Rig) -> None:
    """A city card: no day until which it is good, and nothing of ours on it."""
    terms = m.CardType(type=2, name="网络卡", purse_on_card=False, cap_fen=1_000_000, media=("uid",))
    rig.stand.receive(rig.stand.office.types(terms))
    status = replace_struct(history(rig), type=2)
    rig.client = Told(subsidies())
    rig.client.ask_medium = lambda uid: status
    rig.status = status
    rig.put(make_plastic(blank=True))


def who_offline(rig: Rig) -> None:
    balance(rig)
    rig.offline(pending=3)
    _open(rig, "service")
    rig.press_line("who")


def tried_note(rig: Rig) -> None:
    attended("tests")(rig)
    rig.press_line("test:box:0")
    rig.insert(2_000)


def tried_coin(rig: Rig) -> None:
    attended("tests")(rig)
    rig.press_line("test:box:1")
    rig.drop(100)


def tried_card(rig: Rig) -> None:
    attended("tests")(rig)
    rig.press_line("test:reader")
    rig.put(make_plastic(100))


def shot(
    name: str, on: str, story: Story, *, english: bool = False, golden: bool = True, **options: Any
) -> Shot:
    return Shot(
        name,
        "kiosk",
        partial(screen, on),
        partial(told, story, **options),
        english=english,
        golden=golden,
    )


#: Drawn in large print as well, each screen and each state with much to say; and those with low keys as well.
EASED: tuple[tuple[str, str, Story], ...] = (
    ("card", "card", chosen),
    ("busy", "busy", writing),
    ("pickup", "pickup", pickup),
    ("service", "menu", service),
    ("who", "menu", who),
    ("loss-letters", "form", loss_letters),
    ("code-ways", "menu", code_ways),
    ("code", "pay", code_shown),
    ("cash", "cash", lambda rig: cash(rig, 10_000, 2_000)),
    ("result", "result", finished),
    ("put-back", "put_back", torn),
    ("person", "person", stuck),
    ("still-there", "still_there", asked_about_cash),
    ("out", "out", out),
)
LARGE: tuple[tuple[str, str, Story], ...] = (
    *EASED,
    ("attract", "attract", deserted),
    ("pickup-done", "pickup", account_collected),
    ("statement", "menu", statement),
    ("loss-pin", "form", loss_pin),
    ("loss-choose", "menu", loss_choose),
    ("pin-again", "form", pin_again),
    ("code-amount", "form", code_amount),
    ("result-waiting", "result", walked_away),
    ("result-unresolved", "result", torn_and_gone),
    ("result-refused", "result", foreign),
)

SHOTS = [
    *(shot(f"{name}-large", on, eased(story, "large"), golden=False) for name, on, story in LARGE),
    *(shot(f"{name}-low", on, eased(story, "low"), golden=False) for name, on, story in EASED),
    shot("cash-both-large", "cash", eased(cash_both, "large"), golden=False, coins=True),
    shot("cash-both-low", "cash", eased(cash_both, "low"), golden=False, coins=True),
    shot("home-low", "home", eased(lambda rig: None, "low"), golden=False),
    shot("balance-low", "balance", eased(rich, "low"), golden=False),
    shot("balance-uid", "balance", uid_card, golden=False),
    shot("pickup-done", "pickup", account_collected, golden=False),
    shot("statement", "menu", statement, golden=False),
    shot("who-offline", "menu", who_offline, golden=False),
    shot("attendant-tried-note", "menu", tried_note, golden=False),
    shot("attendant-tried-coin", "menu", tried_coin, golden=False, coins=True),
    shot("attendant-tried-card", "menu", tried_card, golden=False),
    shot("home", "home", lambda rig: None, english=True),
    shot("home-no-cash", "home", box_full, golden=False),
    shot("home-card-left", "home", lying, golden=False),
    shot("attract", "attract", deserted, english=True),
    shot("card", "card", chosen),
    shot("busy-reading", "busy", reading, golden=False),
    shot("busy-writing", "busy", writing),
    shot("balance", "balance", balance, english=True),
    shot("balance-waiting", "balance", waiting),
    shot("balance-offline", "balance", offline_balance),
    shot("balance-stopped", "balance", stopped, golden=False),
    shot("balance-wallets", "balance", rich, english=True),
    shot("balance-many", "balance", many_wallets, golden=False),
    shot("balance-many-large", "balance", large_at_last(many_wallets), golden=False),
    shot("home-large-others", "home", eased(lambda rig: None, "large", "others"), golden=False),
    shot("pickup", "pickup", pickup, english=True),
    shot("pickup-many", "pickup", lambda rig: pickup(rig, 5), golden=False),
    shot("pickup-nothing", "pickup", nothing_to_collect, golden=False),
    shot("service", "menu", service),
    shot("loss-pin", "form", loss_pin, english=True),
    shot("loss-letters", "form", loss_letters, english=True),
    shot("loss-choose", "menu", loss_choose),
    shot("pin-again", "form", pin_again, golden=False),
    shot("code-amount", "form", code_amount),
    shot("code-ways", "menu", code_ways),
    *(Shot(f"attract-logo-{shape}", "kiosk", partial(branded, shape), partial(told, deserted), golden=False)
      for shape in ("wide", "tall", "clear")),
    shot("who", "menu", who, english=True),
    shot("code", "pay", code_shown, english=True),
    shot("code-expired", "pay", lambda rig: code_shown(rig, "expired"), golden=False),
    shot("attendant", "menu", attended(""), english=True),
    shot("attendant-count", "form", attended("count", "12", "3"), golden=False),
    shot("attendant-sure", "menu", attended("count", "12", "3", "0", "7", "0", "2"), golden=False),
    shot("attendant-tests", "menu", attended("tests"), golden=False),
    shot("attendant-renew", "menu", renewed, golden=False),
    shot("attendant-carry", "menu", carried, golden=False),
    shot("attendant-counters", "menu", attended("counters"), golden=False),
    shot("attendant-functions", "menu", attended("functions"), golden=False),
    shot("home-offline", "home", lambda rig: rig.offline(pending=12), golden=False),
    shot("home-large", "home", eased(lambda rig: None, "large"), english=True),
    shot("balance-large", "balance", large_at_last(rich), english=True),
    shot("cash", "cash", cash),
    shot("cash-notes", "cash", lambda rig: cash(rig, 10_000, 10_000, 2_000, 500), english=True),
    shot("cash-both", "cash", cash_both, english=True, coins=True),
    shot("cash-no-coins", "cash", cash_no_coins, golden=False, coins=True),
    shot("home-no-coins", "home", home_no_coins, golden=False, coins=True),
    shot("attendant-boxes", "menu", attended("count"), golden=False, coins=True),
    shot("cash-moving", "cash", cash_moving, golden=False),
    shot("cash-trouble", "cash", cash_jam, golden=False),
    shot("cash-near-cap", "cash", lambda rig: cash(rig, 2_000, fen=96_500), golden=False),
    shot("cash-no-paper", "cash", cash_without_paper, golden=False),
    shot("result", "result", finished, english=True),
    shot("result-not-printed", "result", not_printed, golden=False),
    shot("result-collected", "result", collected, golden=False),
    shot("result-waiting", "result", walked_away),
    shot("result-unresolved", "result", torn_and_gone),
    shot("result-refused", "result", foreign),
    shot("put-back", "put_back", torn, english=True),
    shot("put-back-money", "put_back", card_away, golden=False),
    shot("put-back-wrong", "put_back", wrong_card),
    shot("person", "person", stuck, english=True),
    shot("still-there", "still_there", asked),
    shot("still-there-cash", "still_there", asked_about_cash, golden=False),
    shot("out", "out", out),
]  # fmt: skip
