"""Goal: the cashier sees how the till stands, what it took by meal, and finds any record. F: C9 C10 C6"""

import pytest

from onecard.devices.health import HealthView
from tests.pos.rig import Rig, error_of, make_plastic
from tests.pos.test_shift_journey import lines


@pytest.fixture
def rig(tmp_path):
    rig = Rig(tmp_path, meals="早餐 06:00-09:30; 午餐 10:30-14:00")
    rig.sign_on()
    yield rig
    rig.stand.close()


def door(rig: Rig, name: str) -> None:
    """The back of the till, and the room of that name."""
    for wanted in ("back", name):
        if wanted == "back":
            rig.keys("f11")
        word = rig.till.tr(f"pos.key.{wanted}")
        rig.flow.act(next(tile.action for tile in rig.view.tiles if tile.text == word))


def sold(rig: Rig, yuan: str, plastic) -> None:
    rig.keys(f"{yuan} enter")
    rig.tap(plastic)
    rig.keys("enter")


def cells(rig: Rig) -> list[tuple[str, ...]]:
    return [row.cells for row in rig.view.rows]


def test_status_tells_office_lists_devices_and_what_to_do(rig):
    # F: C10
    rig.till.devices = lambda: [
        HealthView("reader", "good", "", rig.clock.now()),
        HealthView("scale", "bad", "device.gone", rig.clock.now()),
        HealthView("printer", "bad", "paper_out", rig.clock.now()),
    ]
    door(rig, "status")
    assert rig.screen == "status"
    named = {row[0]: row for row in cells(rig)}
    assert named["服务器"][1] == "在线"
    assert named["待上传"][1] == "0"
    assert named["读卡器"][1] == "正常"
    assert named["打印机"][2] == "缺纸"
    assert named["电子秤"][1] == "异常"
    assert "黑名单" in named
    assert "商品价格" in named
    rig.offline(age_s=30 * 3600, pending=37)
    named = {row[0]: row for row in cells(rig)}
    assert named["待上传"][1:] == ("37", "联网后自动上传，请不要关机太久")
    assert named["服务器"][1] == "脱机"
    assert "限额" in named["服务器"][2]
    assert named["黑名单"][1] == "1 天 6 小时前"
    assert "脱机照常" in rig.view.body
    before = rig.wakes
    rig.keys("f5")
    assert rig.wakes == before + 1
    rig.keys("escape")
    assert rig.screen == "sell"


def test_totals_are_apart_by_meal_and_by_span(rig):
    # F: C9
    plastic = make_plastic(50_000)
    sold(rig, "12.5", plastic)
    rig.wait(1)
    sold(rig, "8", plastic)
    rig.clock.advance(3 * 3600)
    rig.online()
    sold(rig, "5", plastic)
    door(rig, "totals")
    assert [row[:3] for row in cells(rig)] == [
        ("午餐", "2", "20.50"),
        ("餐次以外", "1", "5.00"),
        ("合计", "3", "25.50"),
    ]
    rig.keys("span:yesterday")
    assert cells(rig) == []
    assert rig.view.empty
    rig.keys("left left")
    assert rig.view.choices[0].selected
    assert cells(rig)[-1][2] == "25.50"
    rig.keys("f3")
    assert "消费 × 3|25.50" in lines(rig.papers[-1])
    assert "午餐|" in lines(rig.papers[-1])


def test_a_record_is_found_by_what_is_typed_and_printed_again(rig):
    # F: C9 C6
    for yuan in ("12.5", "8", "9"):
        sold(rig, yuan, make_plastic(50_000))
    door(rig, "records")
    assert rig.view.sum == "3"
    rig.type("search", "8.00")
    assert [row[4] for row in cells(rig)] == ["8.00"]
    rig.keys("enter")
    assert "补打" in lines(rig.papers[-1])
    assert "8.00" in lines(rig.papers[-1])
    rig.type("search", "no such thing")
    assert rig.view.rows == ()
    rig.keys("enter")
    rig.type("search", "")
    rig.keys("down down down")
    assert rig.view.rows[2].selected


def test_last_weeks_records_are_there_after_many_shifts(rig):
    # F: C9
    sold(rig, "12.5", make_plastic(50_000))
    rig.clock.advance(3 * 86_400)
    rig.online()
    door(rig, "records")
    assert rig.view.rows == ()
    rig.keys("span:week")
    assert [row[4] for row in cells(rig)] == ["12.50"]


def test_totals_and_records_from_one_minute_to_another(rig):
    # F: C9
    plastic = make_plastic(50_000)
    for yuan in ("12.5", "8", "5"):
        sold(rig, yuan, plastic)
        rig.clock.advance(30 * 60)
        rig.online()
    door(rig, "totals")
    # Noon, half past twelve and one o'clock: the one in the middle.
    rig.keys("f2 202605041229 down 202605041259 enter")
    assert cells(rig)[-1][:3] == ("合计", "1", "8.00")
    assert "05-04 12:29" in rig.view.body
    assert not any(one.selected for one in rig.view.choices)
    rig.keys("f3")
    assert "消费 × 1|8.00" in lines(rig.papers[-1])
    rig.keys("f4")
    assert [row[4] for row in cells(rig)] == ["8.00"]
    rig.keys("f2 end:to 202605041229 enter")
    assert rig.view.body == error_of(rig, "date.backwards")
    rig.keys("202613041229 enter")
    assert rig.view.body == error_of(rig, "date.malformed")
    rig.keys("202605041359 enter")
    assert [row[4] for row in cells(rig)] == ["5.00", "8.00"]
    rig.keys("f2 clear escape")
    assert (rig.screen, len(rig.view.rows)) == ("records", 2)
    rig.keys("span:today")
    assert len(rig.view.rows) == 3
