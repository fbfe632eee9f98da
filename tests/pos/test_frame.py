"""Goal: the header always says how things stand, and what is in the way says what to do. F: C10"""

import pytest

from onecard.devices.printers import PrinterState
from onecard.journal.sync import SyncStatus
from tests.pos.rig import Rig


def status(rig: Rig, **more) -> tuple[str, str, str]:
    fields = {
        "online": True,
        "pending": 0,
        "contact_age_s": 1,
        "stops_version": 1,
        "stops_age_s": 1,
        "clock_offset_s": 0,
    } | more
    rig.sync(SyncStatus(**fields))
    shown = rig.view.frame.status
    return shown.tone, shown.text, shown.detail


def test_before_the_first_contact_it_says_so(rig):
    rig.till.sync = None
    rig.flow.show()
    assert rig.view.frame.status.text == "正在连接…"


@pytest.mark.parametrize(
    ("more", "tone", "text", "detail"),
    [
        ({}, "done", "在线", "0 笔待传 · 名单刚更新"),
        ({"pending": 12}, "done", "在线", "12 笔待传 · 名单刚更新"),
        ({"online": False, "contact_age_s": 30}, "wait", "脱机 不到 1 分钟", "0 笔待传 · 名单刚更新"),
        (
            {"online": False, "contact_age_s": 8040, "pending": 37},
            "wait",
            "脱机 2 小时 14 分",
            "37 笔待传 · 名单刚更新",
        ),
        ({"online": False, "contact_age_s": None}, "wait", "脱机", "0 笔待传 · 名单刚更新"),
        # The age of the stop list is always there, also while all is well. F: C10
        ({"stops_age_s": 150}, "done", "在线", "0 笔待传 · 名单 2 分"),
        ({"stops_age_s": None}, "done", "在线", "0 笔待传 · 尚无名单"),
        (
            {"online": False, "stops_age_s": 8040},
            "wait",
            "脱机 不到 1 分钟",
            "0 笔待传 · 名单 2 小时",
        ),
        ({"trouble": "journal.other_life"}, "wait", "同步异常", "0 笔待传 · 名单刚更新"),
    ],
)
def test_how_things_stand(rig, more, tone, text, detail):
    assert status(rig, **more) == (tone, text, detail)


def test_the_cap_of_an_old_stop_list_is_shown(rig):
    # half of ￥500 after a day, the small cap after three
    assert "限额 ￥250/笔" in status(rig, online=False, stops_age_s=25 * 3600)[2]
    assert "限额 ￥50/笔" in status(rig, online=False, stops_age_s=73 * 3600)[2]
    assert "限额" not in status(rig, online=False, stops_age_s=3600)[2]


def test_the_most_urgent_notice_comes_first(rig, plastic):
    rig.till.reader_trouble = "device.gone"
    rig.printer = PrinterState.PAPER_OUT
    rig.keys("1 enter")
    rig.tap(plastic)
    rig.keys("escape")
    status(rig, online=False, contact_age_s=60)
    texts = [notice.text for notice in rig.view.frame.notices]
    assert texts == ["读卡器未连接", "打印机缺纸", "脱机中，可以继续刷卡收款"]
    assert all(notice.detail for notice in rig.view.frame.notices)


@pytest.mark.parametrize("state", list(PrinterState))
def test_a_printer_that_cannot_is_noticed_and_one_that_can_is_not(rig, state):
    rig.till.printer = state
    rig.flow.show()
    trouble = any("打印机" in notice.text for notice in rig.view.frame.notices)
    assert trouble == (
        state in (PrinterState.PAPER_OUT, PrinterState.COVER_OPEN, PrinterState.ERROR, PrinterState.GONE)
    )


def test_a_message_leaves_by_itself(rig):
    rig.keys("enter")
    assert rig.message
    rig.wait(5)
    assert rig.message == ""


def test_a_till_without_a_printer_never_speaks_of_paper(tmp_path, plastic):
    rig = Rig(tmp_path)
    rig.till.has_printer = False
    rig.sign_on()
    rig.printer = PrinterState.GONE
    rig.keys("1 enter")
    rig.tap(plastic)
    rig.keys("escape f3")
    assert rig.view.frame.notices == ()
    assert rig.papers == []
    rig.stand.close()
