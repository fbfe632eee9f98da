"""The till's screens and overlays: each is a cashier's path on a real station, drawn as the app draws it."""

import tempfile
from collections.abc import Callable
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from onecard.devices.printers import PrinterState
from onecard.ids import RecordId
from onecard.text import Translator
from onecard.wire import messages as m
from onecard.wire.fleet import AccountRow, AccountsDocument, Notice, NoticesDocument
from onecard.wire.pockets import AskPockets, Pocket, Pockets
from tests.onecard.terminal.stand import CARD, TODAY, load
from tests.pos.rig import MEMBER, PEOPLE, Rig, make_plastic
from tests.shots.gallery import Shot

Path_ = Callable[[Rig], None]

DISHES = tuple(
    m.Product(product=n, name=zh, name_en=en, category=category, price_fen=fen)
    for n, (zh, en, category, fen) in enumerate(
        [
            ("米饭", "Rice", "主食", 100),
            ("馒头", "Steamed bun", "主食", 80),
            ("葱油拌面", "Scallion noodles", "主食", 600),
            ("牛肉面", "Beef noodles", "主食", 1600),
            ("蛋炒饭", "Egg fried rice", "主食", 900),
            ("水饺", "Dumplings", "主食", 1200),
            ("红烧肉", "Braised pork", "荤菜", 800),
            ("宫保鸡丁", "Kung pao chicken", "荤菜", 700),
            ("清蒸鲈鱼", "Steamed bass", "荤菜", 1500),
            ("清炒时蔬", "Greens", "素菜", 300),
            ("麻婆豆腐", "Mapo tofu", "素菜", 400),
            ("番茄炒蛋", "Tomato and egg", "素菜", 500),
            ("例汤", "Soup", "汤", 150),
            ("酸奶", "Yoghurt", "饮品", 450),
        ],
        1,
    )
)


def till(tr: Translator) -> Rig:
    rig = Rig(Path(tempfile.mkdtemp(prefix="onecard-shot-")), language=tr.language)
    office = rig.stand.office
    rig.stand.receive(
        office.document("catalogue", m.CatalogueDocument(products=DISHES)),
        office.types(
            m.CardType(
                type=1, name="职工卡" if tr.language == "zh" else "Staff", cap_fen=100_000, fee_fen=1500
            ),
            m.CardType(type=2, name="学生卡" if tr.language == "zh" else "Student", deposit_fen=1000),
        ),
    )
    return rig


@lru_cache(maxsize=1)
def screens(panel: Any) -> Any:
    """All screens on this panel, built once as the app builds them."""
    from onecard.ui.navigator import Navigator
    from pos.scenery import Scenery

    navigator = Navigator()
    return navigator, Scenery(navigator, panel, send=lambda _: None, type_in=lambda _f, _t: None)


def room_on(panel: Any) -> tuple[int, int]:
    """How many product keys and how many categories fit on a panel."""
    from pos.scenery import category_tabs, product_keys

    columns, lines = product_keys(panel)
    return columns * lines, category_tabs(panel)


def scene(steps: Path_, *, signed_on: bool = True) -> Callable[[Translator, Any], Any]:
    """Builds the till, walks the path and draws where it ends."""

    @cache
    def pictures(language: str) -> dict[tuple[int, int], Any]:
        """What is seen at the end, by the room that panels have: all are of one walk."""
        from onecard.ui.theme import PANELS

        rig = till(Translator(language))
        rig.boot(language=language)
        if signed_on:
            rig.sign_on()
        steps(rig)
        seen = {}
        for tiles, tabs in sorted({room_on(panel) for panel in PANELS.values()}):
            rig.fit(tiles, tabs)
            seen[tiles, tabs] = rig.picture
        rig.stand.close()
        return seen

    def make(tr: Translator, panel: Any) -> Any:
        navigator, scenery = screens(panel)
        scenery.show(pictures(tr.language)[room_on(panel)])
        return navigator

    return make


def torn(rig: Rig) -> Any:
    card = make_plastic(10_000)
    rig.keys("12.5 enter")
    for at in range(13, 20):
        card.tear_at(at)
        rig.put(card)
        rig.lift()
        if rig.overlay.look == "retap":
            return card
        rig.wait(2)
    raise AssertionError


def bill(rig: Rig) -> None:
    rig.keys("category:1 2 * product:7 category:2 product:10 category:0 product:1")


def sold(rig: Rig, yuan: str = "12.5") -> None:
    rig.keys(f"{yuan} enter")
    rig.tap(make_plastic(10_000))


def queried(rig: Rig) -> None:
    now = rig.clock.now()
    rig.answers[m.AskCard] = m.CardStatus(
        card=CARD,
        issue=1,
        state="active",
        member=7,
        number="2024007",
        name="王小明",
        type=1,
        books_fen=8_750,
        waiting_fen=2_000,
        movements=(
            m.Movement(at=now - 600, kind="sale", fen=-1250, balance_fen=10_000, place="一食堂 2 号机"),
            m.Movement(at=now - 90_000, kind="recharge", fen=10_000, balance_fen=11_250, place="前台"),
            m.Movement(at=now - 180_000, kind="sale", fen=-850, balance_fen=1_250, place="二食堂"),
            m.Movement(at=now - 270_000, kind="load", fen=2_000, balance_fen=2_100, place="自助机 K-03"),
        ),
        explained=(),
        as_of=now,
    )
    rig.stand.receive(rig.stand.office.loads(load(1, 2_000)))
    rig.keys("f1")
    rig.tap(make_plastic(10_000))


def account(rig: Rig) -> None:
    """A card whose money is at the office, with what else is there."""
    rig.stand.receive(
        rig.stand.office.types(m.CardType(type=2, name="网络卡", name_en="Net card", purse_on_card=False))
    )
    now = rig.clock.now()
    rig.answers[m.AskCard] = m.CardStatus(
        card=CARD,
        issue=1,
        state="active",
        member=7,
        number="2024007",
        name="王小明",
        type=2,
        books_fen=8_750,
        waiting_fen=0,
        movements=(
            m.Movement(at=now - 600, kind="sale", fen=-1250, balance_fen=8_750, place="一食堂 2 号机"),
            m.Movement(at=now - 90_000, kind="recharge", fen=10_000, balance_fen=10_000, place="前台"),
        ),
        explained=(),
        as_of=now,
    )
    rig.answers[AskPockets] = Pockets(
        card=CARD,
        issue=1,
        pockets=(
            Pocket(wallet="main", fen=8_750),
            Pocket(wallet="gift", fen=300),
            Pocket(wallet="bath", uses=4),
        ),
        points=120,
    )
    rig.keys("f1")
    rig.tap(make_plastic(0, type=2))


def account_offline(rig: Rig) -> None:
    rig.stand.receive(
        rig.stand.office.types(m.CardType(type=2, name="网络卡", name_en="Net card", purse_on_card=False))
    )
    heard = AccountsDocument(
        base=0, as_of=rig.clock.now() - 8_040, accounts=(AccountRow(CARD, 1, 2, 8_750, ""),)
    )
    rig.stand.receive(rig.stand.office.document("accounts", heard))
    rig.offline()
    rig.keys("f1")
    rig.tap(make_plastic(0, type=2))


def visitor(rig: Rig) -> None:
    """A type of card for whoever gives no name is one of three ways on."""
    guest = m.CardType(type=3, name="访客卡", name_en="Visitor card", deposit_fen=2_000, anonymous=True)
    rig.stand.receive(rig.stand.office.types(m.CardType(type=1, name="职工卡", name_en="Staff"), guest))
    issuing(rig)


def issuing(rig: Rig) -> None:
    rig.answers[m.FindMember] = m.Members(
        rows=(
            MEMBER,
            m.MemberRow(member=8, number="2024018", name="王晓敏", department="二班"),
            m.MemberRow(
                member=9, number="2023107", name="欧阳𠮷", department="教务处", cards=((CARD + 5, 1, "lost"),)
            ),
        )
    )
    rig.keys("f9 f2")
    rig.type("search", "王")
    rig.keys("enter")


def chars(text: str) -> str:
    """Letter by letter."""
    return " ".join(f"char:{one}" for one in text)


def writing(names: str) -> Path_:
    """Without a keyboard, into a form for a new member."""

    def steps(rig: Rig) -> None:
        rig.keys("f9 f2 f2")
        rig.keys(names)

    return steps


def losing(rig: Rig) -> None:
    issuing(rig)
    rig.keys("escape f4")
    rig.type("search", "王")
    rig.keys("enter")
    rig.answers[m.ReportLoss] = lambda q: m.Answer(result=m.Result(id=q.id, status=m.Status.CREATED))


def no_paper(rig: Rig) -> None:
    rig.printer = PrinterState.PAPER_OUT
    sold(rig)
    rig.keys("escape")
    bill(rig)


def refused(rig: Rig) -> None:
    rig.keys("12.5 enter")
    rig.put(make_plastic(300))


def on_account(rig: Rig, *, silent: bool) -> None:
    """The server is asked for a card's money, and has or has not answered yet."""
    rig.stand.receive(rig.stand.office.types(m.CardType(type=2, name="网络卡", purse_on_card=False)))
    rig.is_slow = not silent
    rig.keys("12.5 enter")
    rig.put(make_plastic(0, type=2))


def wallets(rig: Rig) -> None:
    """A card with a subsidy and a gift on it, and more to come."""
    rows = (load(1, 30_000, wallet="subsidy", expires_day=TODAY + 7), load(2, 2_000, wallet="gift"))
    rig.stand.receive(rig.stand.office.loads(*rows))
    plastic = make_plastic(10_000)
    rig.offline()
    for names in ("f1", "f6"):
        rig.keys(names)
        rig.tap(plastic)
    rig.stand.receive(rig.stand.office.loads(*rows, load(3, 5_000)))
    rig.keys("escape escape f1")
    rig.tap(plastic)


def taken_back(rig: Rig) -> None:
    card = make_plastic(10_000)
    rig.keys("12.5 enter")
    rig.tap(card)
    rig.keys("enter f2 enter right 135791 enter")
    rig.tap(card)
    rig.keys("enter")


def voiding(rig: Rig) -> None:
    sold(rig)
    rig.keys("enter")
    sold(rig, "8")
    rig.keys("enter f9 f3 50 enter")
    rig.tap(make_plastic(10_000))
    rig.keys("enter escape escape f2")


def found(rig: Rig) -> None:
    card = torn(rig)
    rig.wait(16)
    rig.keys("enter clear 3 enter")
    rig.tap(card)


def aside(rig: Rig) -> None:
    torn(rig)
    rig.wait(16)
    rig.keys("enter clear")


def elsewhere(rig: Rig) -> None:
    """What other stations could not finish; the card of one of them was here."""
    aside(rig)
    now = rig.clock.now()
    more = {"issue": 1, "kind": "sale"}
    taps = (
        m.OpenTap(of=RecordId(1002, 1, 77), card=CARD + 3, fen=850, counter=5, at=now - 4000, **more),
        m.OpenTap(
            of=RecordId(1003, 1, 12), card=CARD + 1, fen=1250, counter=0, at=now - 900, given_up=True, **more
        ),
    )
    rig.stand.receive(rig.stand.office.open_taps(*taps))
    rig.keys("f4 f5 enter")
    rig.tap(make_plastic(500, uid=bytes.fromhex("04A1B2C9"), card=CARD + 1))


def told(rig: Rig) -> None:
    """The office has something to say to whoever signs on."""
    text = "本周六 14:00 至 18:00 盘点，请各窗口提前结班并核对钱箱；有疑问请联系前台。"
    english = "Stock-taking on Saturday from 14:00 to 18:00: close your shift and count the drawer before."
    news = NoticesDocument(notices=(Notice(notice=1, text=text, text_en=english),))
    rig.stand.receive(rig.stand.office.document("notices", news))
    rig.flow.show()


def z(rig: Rig, count: str = "249") -> None:
    voiding(rig)
    rig.keys(f"escape f12 f12 {count} enter")
    rig.wait(1)


def shot(
    name: str, steps: Path_, *, signed_on: bool = True, english: bool = False, golden: bool = True
) -> Shot:
    return Shot(name, "pos", scene(steps, signed_on=signed_on), english=english, golden=golden)


def keys(names: str) -> Path_:
    return lambda rig: rig.keys(names)


def offline(rig: Rig) -> None:
    sold(rig)
    rig.keys("enter")
    rig.offline(age_s=30 * 3600 + 840)


def many_people(rig: Rig) -> None:
    names = ("陈建国", "李秀英", "王芳", "刘洋", "赵磊", "周婷", "吴强", "孙丽", "欧阳明月", "Alexander")
    rig.stand.receive(
        rig.stand.office.operators(
            *(
                m.Operator(
                    operator=n,
                    login=f"op{n:02}",
                    name=name,
                    verifier="",
                    until=2**40,
                    permissions=("pos.sell",),
                )
                for n, name in enumerate(names, 20)
            )
        )
    )
    rig.keys("operator:3 1357")


def nobody(rig: Rig) -> None:
    rig.stand.receive(rig.stand.office.document("operators", m.OperatorsDocument(operators=())))
    rig.flow.show()


SHOTS = [
    shot("sign-on", keys("operator:1 2468"), signed_on=False, english=True),
    shot("sign-on-wrong", keys("operator:1 111111 enter"), signed_on=False, golden=False),
    shot("sign-on-many", many_people, signed_on=False, golden=False),
    shot("sign-on-notice", told, signed_on=False, golden=False),
    shot("sign-on-waiting", nobody, signed_on=False),
    shot("shift-open", keys("operator:1 246810 enter 200"), signed_on=False),
    shot("sell", keys("12.5"), english=True),
    shot("sell-ready", lambda rig: None),
    shot("sell-bill", bill, english=True),
    shot("sell-after", lambda rig: (sold(rig), rig.keys("enter"))[0]),
    shot("sell-bad", keys("12.5.3 enter")),
    shot("sell-times", keys("12.5 * 3")),
    shot("sell-confirm", keys("888.8 enter"), english=True),
    shot("sell-offline", offline, english=True),
    shot("sell-no-paper", no_paper),
    shot("tap-ready", keys("12.5 enter"), english=True),
    shot("tap-ok", sold),
    shot("tap-refused", refused, english=True),
    shot("tap-retap", torn, english=True),
    shot("tap-aside", lambda rig: (torn(rig), rig.wait(16))[0], english=True),
    shot("tap-found", found, english=True),
    shot("tap-asking", lambda rig: on_account(rig, silent=False)),
    shot("tap-silent", lambda rig: on_account(rig, silent=True), english=True),
    shot("override", lambda rig: (sold(rig), rig.keys("enter f2 enter 1357"))[0], english=True),
    shot("override-wrong", lambda rig: (torn(rig), rig.keys("f8 000000 enter"))[0], golden=False),
    shot("void", voiding, english=True),
    shot("void-empty", keys("f2"), golden=False),
    shot("void-done", taken_back, golden=False),
    shot("aside", lambda rig: (aside(rig), rig.keys("f4"))[0], english=True),
    shot("aside-elsewhere", elsewhere, english=True),
    shot("shift-x", lambda rig: (voiding(rig), rig.keys("escape f12"))[0], english=True),
    shot("shift-count", keys("f12 f12 1250.5")),
    shot("shift-sure", keys("f12 f12 200 enter"), golden=False),
    shot("shift-z", lambda rig: (z(rig), rig.keys("enter"))[0], english=True),
    shot("desk", keys("f9"), english=True),
    shot("desk-offline", lambda rig: (rig.keys("f9"), rig.offline())[0]),
    shot("issue-find", issuing, english=True),
    shot("issue-begin", keys("f9 f2"), golden=False),
    shot("issue-visitor", visitor, english=True),
    shot(
        "issue-new",
        lambda rig: (rig.keys("f9 f2"), rig.type("search", "李雷"), rig.keys("f2"))[0],
        english=True,
    ),
    shot(
        "keyboard",
        writing(f"write:name way:pinyin {chars('zhang')} 1 {chars('min')}"),
        english=True,
    ),
    shot("keyboard-more", writing(f"write:department way:pinyin {chars('yi')} pagedown"), golden=False),
    shot("keyboard-letters", writing("write:department way:letters shift char:B"), golden=False),
    shot("keyboard-signs", writing("write:phone 1 3 8"), golden=False),
    shot("issue-amount", lambda rig: (issuing(rig), rig.keys("enter 100"))[0], english=True),
    shot("issue-blank", lambda rig: (issuing(rig), rig.keys("enter 100 enter"))[0], golden=False),
    shot("recharge", keys("f9 f3 100"), english=True),
    shot("recharge-confirm", keys("f9 f3 1000 enter"), golden=False),
    shot("query", queried, english=True),
    shot("query-why", lambda rig: (queried(rig), rig.keys("f5"))[0]),
    shot("query-offline", lambda rig: (rig.offline(), rig.keys("f1"), rig.tap(make_plastic(10_000)))[0]),
    shot("query-wallets", wallets, golden=False),
    shot("query-account", account, golden=False),
    shot("query-account-offline", account_offline, golden=False),
    shot("loss", losing, english=True),
    shot("loss-sure", lambda rig: (losing(rig), rig.keys("enter"))[0], english=True),
    shot("loss-done", lambda rig: (losing(rig), rig.keys("enter f4"))[0], golden=False),
]
assert len(PEOPLE) == 2
