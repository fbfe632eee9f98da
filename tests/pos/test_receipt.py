"""Goal: a paper says what was journaled, all of it, and the same again as a copy. F: C6 C7 C8 A2 A3"""

import msgspec

from onecard.devices.printers import Document, Line, Logo, Rule
from onecard.ids import RecordId
from onecard.text import Translator
from onecard.wire import messages as m
from pos import receipt
from pos.receipt import Head, Report
from tests.onecard.terminal.stand import NOON, TODAY

ZH, EN = Translator("zh"), Translator("en")
HEAD = Head(unit_name="测试单位", outlet_name="一食堂", terminal=1001, operator_name="张敏", holder="王*明")
ID = RecordId(1001, 1, 42)
COMMON = {"unit": 7, "id": ID, "at": NOON, "day": TODAY, "shift": 3, "operator": 11}


def written(document: Document) -> str:
    """The paper as text: what stands left, and right of ``|``."""
    rows = []
    for part in document.parts:
        if isinstance(part, Line):
            rows.append(f"{part.text}|{part.right}" if part.right else part.text)
        elif isinstance(part, Rule):
            rows.append("-")
        elif isinstance(part, Logo):
            rows.append("<logo>")
    return "\n".join(rows)


def purse(before: int, after: int, **more) -> m.PurseWrite:
    return m.PurseWrite(
        card=500_001,
        issue=1,
        uid="04a1b2c3",
        counter=5,
        prev=RecordId(0, 0, 0),
        before=m.Balances(main_fen=before),
        after=m.Balances(main_fen=after),
        **more,
    )


SALE = m.Sale(
    **COMMON,
    outlet=31,
    owner=41,
    card=500_001,
    issue=1,
    lines=(
        m.Line(product=3, name="红烧肉", category="荤菜", quantity=2000, price_fen=800, total_fen=1600),
        m.Line(price_fen=450, total_fen=450),
    ),
    due_fen=2050,
    pays=(m.Pay("main", 1850), m.Pay("gift", 200)),
    purse=purse(10_000, 8_150),
)


def test_a_sale():
    assert written(receipt.sale(ZH, HEAD, SALE, offline=True)) == "\n".join(
        [
            "<logo>",
            "测试单位",
            "一食堂",
            "消费凭证",
            "-",
            "红烧肉 × 2|16.00",
            "金额|4.50",
            "-",
            "合计|￥20.50",
            "付款 主钱包|18.50",
            "付款 赠送|2.00",
            "-",
            "卡号|****0001",
            "持卡人|王*明",
            "卡内余额|￥81.50",
            "-",
            "单号|1001-1-42",
            "时间|2026-05-04 12:00:00",
            "1001 号机|张敏",
            "脱机交易，联网后自动上传",
        ]
    )


def test_a_copy_is_the_same_paper_marked():
    first, copy = receipt.sale(ZH, HEAD, SALE), receipt.sale(ZH, HEAD, SALE, copy=True)
    assert written(copy).replace("*** 补打 ***\n", "") == written(first)
    again = receipt.as_copy(ZH, first)
    assert written(again) == written(copy)
    assert receipt.as_copy(ZH, again) == again


def test_a_void_names_the_sale_and_who_allowed_it():
    void = m.Void(
        **COMMON,
        voids=RecordId(1001, 1, 40),
        card=500_001,
        issue=1,
        pays=SALE.pays,
        supervisor=12,
        purse=purse(0, 1850),
    )
    text = written(receipt.void(ZH, HEAD, void, supervisor_name="李伟"))
    assert "原因" not in text
    why = msgspec.structs.replace(void, reason="amount")
    assert "原因|金额输错" in written(receipt.void(ZH, HEAD, why))
    assert "Reason|Wrong amount" in written(receipt.void(Translator("en"), HEAD, why))
    # A CPU card's void is owed: what stands on the card is what it was.
    owed = written(
        receipt.void(ZH, HEAD, msgspec.structs.replace(void, purse=purse(300, 2350)), is_owed=True)
    )
    assert "退款待圈存" in owed
    assert "￥3.00" in owed
    assert "￥23.50" not in owed
    assert "退款待圈存" not in text
    assert "原单号|1001-1-40" in text
    assert "退回|￥20.50" in text
    assert "主管|李伟" in text


def test_a_recharge_opens_the_drawer_once_and_writes_the_sum_in_words():
    body = m.Recharge(**COMMON, source=m.Source.TILL, amount_fen=5_000, purse=purse(0, 5_000))
    first, copy = receipt.recharge(ZH, HEAD, body), receipt.recharge(ZH, HEAD, body, copy=True)
    assert "大写|伍拾元整" in written(first)
    assert (first.kick_drawer, copy.kick_drawer) == (True, False)
    assert "In words" not in written(receipt.recharge(EN, HEAD, body))


def test_an_issue_is_one_receipt_for_card_money_deposit_and_fee():
    # F: A2
    body = m.Issue(
        **COMMON,
        card=700_001,
        issue=1,
        type=1,
        uid="04a1b2c3",
        until=TODAY + 1000,
        opening_fen=10_000,
        deposit_fen=1_000,
        fee_fen=500,
        purse=purse(0, 10_000),
    )
    text = written(receipt.issue(ZH, HEAD, body))
    for row in (
        "首次充值|100.00",
        "押金|10.00",
        "工本费|5.00",
        "收现金|￥115.00",
        "卡号|700001",
        "卡内余额|￥100.00",
    ):
        assert row in text, row


def test_x_says_nothing_of_expected_cash_and_z_says_everything():
    # F: C8
    totals = m.Totals(
        sales=2, sales_main_fen=2050, sales_gift_fen=200, recharges=1, recharges_fen=5_000, aside_cash_fen=700
    )
    x = written(
        receipt.x_report(
            ZH, HEAD, Report(number=3, opened_at=NOON - 3600, at=NOON, totals=totals, float_fen=20_000)
        )
    )
    assert "消费 × 2|20.50" in x
    assert "其中赠送|2.00" in x
    assert "未完成所收现金|7.00" in x
    assert "应有" not in x
    body = m.ShiftClose(
        **COMMON,
        z=9,
        opened_at=NOON - 3600,
        first_seq=30,
        last_seq=41,
        totals=totals,
        float_fen=20_000,
        expected_fen=25_000,
        counted_fen=24_900,
        head="ab" * 32,
    )
    z = written(receipt.z_report(ZH, HEAD, body))
    for row in ("Z 编号|9", "流水号|30–41", "应有现金|250.00", "实点现金|249.00", "短款|-1.00", "ab" * 16):
        assert row in z, row


def test_names_that_the_paper_cannot_draw_do_not_stop_it():
    head = Head(unit_name="😀单位", outlet_name="𠮷食堂", terminal=1, operator_name="\x00张", holder="")
    assert "〓" in written(receipt.sale(ZH, head, SALE))


def test_every_card_write_but_a_lock_has_a_paper():
    lock = m.Lock(**COMMON, reason="lost", stop_version=1, purse=purse(5, 5))
    assert receipt.of(ZH, HEAD, lock) is None
    load = m.LoadIntent(**COMMON, loads=(m.AppliedLoad(1, 2_000, "aa"),), purse=purse(0, 2_000))
    assert "第 1 笔|20.00" in written(receipt.of(ZH, HEAD, load))


def test_expired_money_that_was_cleared_is_said():
    body = m.Recharge(
        **COMMON, source=m.Source.TILL, amount_fen=100, purse=purse(0, 100, cleared=(0, 300, 0))
    )
    assert "过期清零|3.00" in written(receipt.recharge(ZH, HEAD, body))
