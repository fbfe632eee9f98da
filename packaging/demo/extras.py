"""What the demo's unit has today beyond meals: more card types, fruit by weight, a scanned code, money and
cards that wait for people, a promotion, a notice. Each is there so that a person can try what needs it.
"""

from sqlalchemy import Connection, insert

from onecard.clock import card_day, local
from onecard.wire.messages import CardType, WalletTerms
from server.catalogue.service import add_product, put_card_type
from server.issuing.service import add_list
from server.members.service import add_member
from server.members.tables import member_pin
from server.operators import secret
from server.organisation.scope import Scope
from server.promotion import service as promotion
from server.subsidy import service as subsidy
from server.terminals import setting
from server.terminals.fleet import put_notice

STAFF, ACCOUNT, ROOM = 1, 2, 3
#: In the order in which they pay.
WALLETS = tuple(WalletTerms(wallet=one) for one in ("subsidy", "gift", "main"))
#: Of everybody whose card lies on the bench; the member's, not an operator's.
MEMBER_PIN = "258369"
SCANNED = "6901234567892"
FRUIT = "水果"
#: Makes lists and approves them: two people, as always.
MAKER, APPROVER = 1, 4


def staff_card(name: str = "员工卡") -> CardType:
    """The type of all members of the past."""
    return CardType(
        type=STAFF, name=name, name_en="Staff", deposit_fen=1000, sale_limit_fen=200_000, wallets=WALLETS
    )


def types_and_goods(c: Connection, unit: int, at: int) -> None:
    """An account at the office, a room card; fruit by the kilogram, rooms, one article with a code."""
    account = CardType(type=ACCOUNT, name="记账卡", name_en="Account", purse_on_card=False, wallets=WALLETS)
    put_card_type(c, unit, account, at)
    room = CardType(type=ROOM, name="包厢储值卡", name_en="Room", cap_fen=2_000_000, wallets=WALLETS)
    put_card_type(c, unit, room, at)
    for name, name_en, category, price_fen, initials, code in (
        ("苹果", "Apples", FRUIT, 1280, "pg", ""),
        ("香蕉", "Bananas", FRUIT, 780, "xj", ""),
        ("小包厢", "Small room", "包厢", 16800, "xbx", ""),
        ("大包厢", "Large room", "包厢", 38800, "dbx", ""),
        ("果盘", "Fruit plate", "包厢", 5800, "gp", ""),
        ("绿茶", "Green tea", "饮品", 400, "lc", SCANNED),
    ):
        add_product(
            c, unit, at, name=name, name_en=name_en, category=category, price_fen=price_fen,
            initials=initials, barcode=code,
        )  # fmt: skip


def today(c: Connection, unit: int, members: list[int], now: int) -> None:
    """``members``: whose cards lie on the bench."""
    _money(c, unit, members, now)
    _people(c, unit, members, now)
    zh, en = (
        "周五晚餐到 20:30；自助机可领补助。",
        "Dinner until 20:30 on Friday; collect your subsidy here.",
    )
    put_notice(c, unit, zh, en, 0, 0, now, MAKER)
    whole = Scope.whole(unit)
    seen = setting.digest(setting.at_place(c, whole, "all"), now)
    setting.put(c, whole, "all", {"weigh_categories": FRUIT}, seen, now, MAKER)


def _money(c: Connection, unit: int, members: list[int], now: int) -> None:
    draft = promotion.Draft(
        name="充 100 送 10", name_en="10 for 100", least_fen=10_000, gift_fen=1_000, each=True
    )
    promotion.add_promotion(c, unit, draft, MAKER, now)
    lines = tuple((member, 5_000) for member in members)
    for name, way in (("本月餐补", "pickup"), ("高温补贴", "tap")):
        until = card_day(local(now).date()) + 30 if way == "pickup" else 0
        number = subsidy.draft(
            c, unit, subsidy.Draft(name=name, way=way, collect_until=until), lines, MAKER, now
        )
        subsidy.approve(c, unit, number, APPROVER, now)
        subsidy.release(c, unit, number, APPROVER, now)


def _people(c: Connection, unit: int, members: list[int], now: int) -> None:
    verifier = secret.verifier(MEMBER_PIN)
    proof = {"unit_id": unit, "verifier": verifier, "changed_by": 0, "at": now}
    rows = [proof | {"member": member} for member in members]
    c.execute(insert(member_pin), rows)
    starters = [
        add_member(c, unit, now, name=name, branch=1, number=number, department="综合部")
        for name, number in (("新同事甲", "20260901"), ("新同事乙", "20260902"), ("新同事丙", "20260903"))
    ]
    add_list(c, unit, "新同事 New colleagues", STAFF, [(one, 0) for one in starters], MAKER, now)
