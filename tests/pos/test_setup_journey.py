"""Goal: with a management card and a PIN the station's settings are changed, without a server. F: C18 A7"""

import msgspec
import pytest

from onecard.cards.management.document import Kind, Management, pack_stops, seal
from onecard.cards.management.plastic import Plastic
from onecard.devices.readers.virtual import DirectStorage, VirtualM1
from onecard.settings import POS, STATION, Settings
from onecard.terminal import own
from onecard.wire import messages as m
from tests.onecard.terminal.stand import BOSS, CARD, CASHIER, KEYS, TODAY, UNIT
from tests.pos.rig import PEOPLE, PINS, Rig, error_of
from tests.pos.test_watch_journey import door

UID = bytes.fromhex("04AABBCC")


def card(rig: Rig, kind: Kind, *, operator: int = BOSS, payload: bytes = b"", uid: bytes = UID) -> VirtualM1:
    """A management card as the office made it."""
    plastic = VirtualM1(uid)
    content = Management(UNIT, 90_000 + uid[3], kind, operator, TODAY - 1, TODAY + 365, payload)
    Plastic(DirectStorage(plastic), KEYS, UNIT).write(seal(rig.stand.office.key, content, uid))
    plastic.pull()
    return plastic


def enter(rig: Rig, plastic: VirtualM1 | None = None, pin: str = "135791") -> None:
    door(rig, "setup")
    rig.tap(plastic or card(rig, Kind.SETTINGS))
    rig.keys(f"{pin} enter")


def change(rig: Rig, tab: str, name: str, text: str) -> None:
    """Choose a setting by what it is called, and give it this value."""
    rig.keys(f"tab:{tab}")
    row = next(at for at, one in enumerate(rig.view.rows) if one.cells[0] == name)
    rig.keys(f"row:{row} enter")
    if rig.view.choices:
        rig.flow.act(f"choice:{text}")
    else:
        rig.type("value", text)
    rig.keys("enter")


@pytest.fixture
def alone(rig):
    rig.offline()
    return rig


def test_no_card_or_a_wrong_pin_opens_nothing(alone, plastic):
    # F: C18
    rig = alone
    door(rig, "setup")
    rig.keys("enter")
    assert rig.screen == "setup_gate"
    rig.tap(plastic)
    assert rig.view.body == error_of(rig, "management.wanted")
    rig.wait(1)
    rig.tap(card(rig, Kind.PAYEE, uid=bytes.fromhex("04000001")))
    assert rig.screen == "setup_gate"
    rig.wait(1)
    rig.tap(card(rig, Kind.SETTINGS))
    rig.keys("111111 enter")
    assert rig.screen == "setup_gate"
    assert rig.view.tone == "refuse"
    assert "1" not in rig.view.amount
    rig.keys("135791 enter")
    assert rig.screen == "setup"


def test_meals_are_set_stored_reported_and_survive_a_restart(alone):
    # F: C18
    rig = alone
    enter(rig)
    change(rig, "sale", "餐次", "早餐 06:00-09:30; 午餐 11:00-13:00")
    assert ("餐次", "早餐 06:00-09:30; 午餐 11:00-13:00", "本机") in [row.cells for row in rig.view.rows]
    assert rig.till.station.upkeep.calendar.when(rig.till.station.now()).meal == "午餐"
    (told,) = rig.stand.bodies(m.SettingsChanged)
    assert told.values == {"meals": "早餐 06:00-09:30; 午餐 11:00-13:00"}
    assert (told.operator, told.card) == (BOSS, 90_000 + UID[3])
    rig.stand.restart()
    rig.boot()
    assert rig.till.station.upkeep.calendar.when(rig.till.station.now()).meal == "午餐"
    assert len(rig.stand.bodies(m.SettingsChanged)) == 1


def test_what_could_not_be_used_is_not_stored(alone):
    rig = alone
    enter(rig)
    for name, text in (
        ("餐次", "午餐 11-13"),
        ("单笔上限（分）", "0"),
        ("大额确认（分）", "many"),
        ("计次钱包", "洗澡"),
    ):
        change(rig, "sale", name, text)
        assert rig.screen == "setup_edit"
        assert rig.view.fields[0].error
        rig.keys("escape")
    change(rig, "devices", "电子秤连接", "usb:7")
    assert rig.view.fields[0].error
    assert rig.stand.bodies(m.SettingsChanged) == []


def test_key_prices_set_here_sell_at_once(alone, plastic):
    # F: C18 C1
    rig = alone
    enter(rig)
    change(rig, "sale", "按键单价（如 1:300 2:500）", "1:300 2:550")
    change(rig, "sale", "消费模式", "keys")
    rig.keys("escape escape 1 2 enter")
    rig.tap(plastic)
    assert rig.stand.bodies(m.Sale)[-1].due_fen == 850


def test_a_fixed_price_set_here_is_what_a_tap_pays_without_an_office(alone, plastic):
    # F: C18 C1
    rig = alone
    enter(rig)
    change(rig, "sale", "消费模式", "fixed")
    rig.keys("escape escape enter")
    assert error_of(rig, "mode.not_set") == rig.till.message[0]
    enter(rig)
    change(rig, "sale", "定额（分）", "650")
    rig.keys("escape escape enter")
    rig.tap(plastic)
    assert rig.stand.bodies(m.Sale)[-1].due_fen == 650


def test_the_customers_window_and_the_logo_are_set_here(alone):
    # F: C18 C5
    rig = alone
    enter(rig)
    change(rig, "devices", "顾客窗口宽度（像素，0 没有）", "1024")
    change(rig, "sale", "运营单位标志（图片文件）", "/srv/logo.png")
    assert "重新启动" in rig.view.body
    merged = own.over_file((*STATION, *POS), Settings.of((*STATION, *POS), {}), rig.stand.folder)
    assert (merged.number("second.width"), merged.text("screen.logo")) == (1024, "/srv/logo.png")


def test_a_mode_set_here_holds_until_the_office_is_followed_again(alone):
    # F: C18
    rig = alone
    enter(rig)
    change(rig, "sale", "消费模式", "amount")
    rig.keys("escape escape")
    assert rig.till.mode.value == "amount"
    enter(rig)
    rig.keys("tab:sale")
    row = next(at for at, one in enumerate(rig.view.rows) if one.cells[0] == "消费模式")
    rig.keys(f"row:{row} f4")
    assert rig.till.mode.value == "free"
    assert rig.view.rows[row].cells[2] == "默认"


def test_only_some_card_types_are_taken_and_not_too_often(alone, plastic):
    # F: C18 B9
    rig = alone
    enter(rig)
    change(rig, "cards", "接受的卡类型（编号，空为全部）", "2 3")
    rig.keys("escape escape 12.5 enter")
    rig.tap(plastic)
    assert rig.overlay.look == "refused"
    assert error_of(rig, "card.not_accepted") in str(rig.overlay)
    rig.keys("escape")
    rig.keys("clear clear")
    enter(rig)
    change(rig, "cards", "接受的卡类型（编号，空为全部）", "1")
    change(rig, "cards", "同卡刷卡间隔（秒）", "30")
    rig.keys("escape escape 12.5 enter")
    rig.tap(plastic)
    assert rig.overlay.look == "ok"
    rig.keys("3 enter")
    rig.tap(plastic)
    assert rig.overlay.look == "refused"
    rig.wait(32)
    rig.tap(plastic)
    assert rig.overlay.look == "ok"


def test_a_device_is_set_for_the_next_start(alone):
    # F: C18
    rig = alone
    restarts = []
    rig.till.restart = lambda: restarts.append(1)
    enter(rig)
    change(rig, "devices", "电子秤连接", "serial:/dev/ttyUSB1")
    assert "重新启动" in rig.view.body
    rig.keys("f6")
    assert restarts == [1]
    rows = (*STATION, *POS)
    file = Settings.of(rows, {"scale.line": "serial:/dev/ttyUSB0", "scale.driver": "adam"})
    merged = own.over_file(rows, file, rig.stand.folder)
    assert (merged.text("scale.line"), merged.text("scale.driver")) == ("serial:/dev/ttyUSB1", "adam")


def test_a_settings_card_brings_its_settings(alone):
    # F: A7
    rig = alone
    payload = msgspec.msgpack.encode({"key_prices": "1:300 2:500", "pad": "implied", "no.such": "1"})
    enter(rig, card(rig, Kind.SETTINGS, payload=payload))
    assert rig.till.station.upkeep.own.values == {"key_prices": "1:300 2:500", "pad": "implied"}
    assert rig.till.rules.pad.value == "implied"


def test_an_administrator_sets_the_time_while_nobody_knows_it(alone):
    # F: A7
    rig = alone
    # The battery died: the clock is years back, and no server is there.
    rig.keys("f10")
    rig.clock.step(-4 * 365 * 86_400)
    rig.stand.restart()
    rig.boot()
    rig.offline()
    assert not rig.till.station.clock_is_sure
    rig.sign_on()
    enter(rig, card(rig, Kind.ADMINISTRATOR))
    assert rig.view.rows[0].tone == "refuse"
    rig.keys("row:0 enter")
    rig.type("value", "2026-05-04 11:00")
    rig.keys("enter")
    assert rig.view.fields[0].error == error_of(rig, "clock.behind")
    rig.type("value", "2026-05-04 12:30")
    rig.keys("enter")
    assert rig.till.station.clock_is_sure
    assert rig.till.tr.time(rig.till.station.now()) == "12:30"
    assert "time.set" in rig.stand.bodies(m.SettingsChanged)[-1].values


def test_a_payee_card_opens_the_till_for_a_recharge(tmp_path, plastic):
    # F: A7 A3
    rig = Rig(tmp_path, payee_card="true")
    rig.sign_on()
    rig.keys("f9 f3 50 enter")
    rig.put(plastic)
    assert rig.overlay.look == "refused"
    rig.lift()
    rig.wait(2)
    rig.tap(card(rig, Kind.PAYEE))
    assert error_of(rig, "management.payee") in str(rig.overlay)
    rig.wait(2)
    rig.tap(plastic)
    assert rig.overlay.look == "ok"
    rig.stand.close()


def test_a_loss_card_brings_the_stop_list_to_a_till_without_network(alone, plastic):
    # F: A7 E3
    rig = alone
    body = m.StopsDocument(base=0, stops=(m.Stop(CARD, 1, "lost", 9),))
    document = rig.stand.office.document("stops", body)
    rig.keys("12.5 enter")
    rig.tap(card(rig, Kind.LOSS, operator=0, payload=pack_stops(document, body)))
    assert error_of(rig, "management.loss") in str(rig.overlay)
    rig.wait(2)
    rig.tap(plastic)
    assert rig.overlay.look == "refused"


def test_an_operators_card_and_the_pin_sign_on(closed):
    # F: A7 C8
    closed.tap(card(closed, Kind.OPERATOR, operator=CASHIER))
    assert closed.screen == "sign_on"
    assert closed.view.chosen == "张敏"
    closed.keys("246810 enter")
    assert closed.screen == "shift"


def test_a_stopped_management_card_opens_nothing(rig):
    # F: A7
    rig.stand.receive(rig.stand.office.stops((90_000 + UID[3], 1, "lost")))
    door(rig, "setup")
    rig.tap(card(rig, Kind.SETTINGS))
    assert rig.screen == "setup_gate"
    assert rig.view.tone == "refuse"


def touched(rig: Rig, *actions: str) -> None:
    """Only what is on the screen can be touched."""
    for action in actions:
        view, over = rig.view, rig.overlay
        if over is not None:
            assert action in {one.action for row in (over.picks, *over.rows, over.foot) for one in row}, (
                action
            )
            rig.flow.act(action)
            continue
        letters, has_pad = getattr(view, "letters", ()), bool(getattr(view, "pad", ""))
        pad = {*"0123456789", "clear", "backspace"} if has_pad and not letters else set()
        tiles = (*view.keys, *view.choices, *getattr(view, "options", ()), *letters)
        rows = {row.action for row in getattr(view, "rows", ())}
        rows |= {f"write:{one.field}" for one in getattr(view, "fields", ()) if one.keyboard}
        assert action in pad | rows | {tile.action for tile in tiles if tile.enabled}, (action, rig.screen)
        rig.flow.act(action)


def test_a_time_a_figure_and_an_address_are_set_by_touch_alone(alone):
    """F: C18 C14"""
    rig = alone
    enter(rig)
    touched(rig, "row:0", "enter", "clear", *"202605041", "backspace", *"1231")
    assert rig.view.fields[0].text == "2026-05-04 12:31"
    touched(rig, "enter")
    assert rig.screen == "setup"
    most = next(at for at, row in enumerate(rig.view.rows) if "上限" in row.cells[0])
    touched(rig, f"row:{most}", "enter", "clear", *"50000", "enter")
    assert "50000" in [row.cells[1] for row in rig.view.rows]
    touched(rig, "tab:network", "row:0", "enter", "way:signs", "clear", "way:letters")
    touched(rig, *(f"char:{letter}" for letter in "http:"), "way:signs", "char:/", "char:/")
    touched(rig, "way:digits", *"10", "way:letters", "char:.", "char:a")
    assert rig.view.fields[0].text == "http://10.a"
    touched(rig, "enter")
    assert rig.view.rows[0].cells[1] == "http://10.a"


def row_of(rig: Rig, name: str) -> str:
    return next(row.action for row in rig.view.rows if row.cells[0] == name)


def test_meals_and_weighed_goods_are_written_in_chinese_by_touch_alone(alone):
    """F: C18 C14"""
    rig = alone
    enter(rig)
    touched(rig, row_of(rig, "餐次"), "enter", "write:value", "clear")
    touched(rig, *(f"char:{one}" for one in "wucan"))
    for character in "午餐":
        touched(rig, next(one.action for one in rig.overlay.picks if one.text == character))
    touched(rig, "way:signs", "char: ", *(f"char:{one}" for one in "11:00-13:00"), "enter", "enter")
    assert rig.till.station.upkeep.calendar.when(rig.till.station.now()).meal == "午餐"
    touched(rig, row_of(rig, "称重商品类别（逗号分隔）"), "enter", "write:value")
    # Longer than a name may be: a list of them is no name.
    touched(rig, *(["way:signs", *["char:1"] * 80]), "enter", "enter")
    assert rig.till.office.text("weigh_categories") == "1" * 80


def test_card_types_are_chosen_by_their_names(alone, plastic):
    """F: C18 C14"""
    rig = alone
    enter(rig)
    touched(rig, "tab:cards", "row:0", "enter")
    names = {one.action: (one.text, one.selected) for one in rig.view.choices}
    assert names["type:1"] == ("职工卡", False)
    touched(rig, "9", "type:1", "enter")
    assert rig.view.rows[0].cells[1] == "9、1 职工卡"
    assert rig.till.office.text("accepted_types") == "9 1"
    touched(rig, "enter", "type:1", "enter", "escape")
    rig.keys("escape")
    assert rig.till.office.text("accepted_types") == "9"
    rig.keys("12.5 enter")
    rig.tap(plastic)
    assert rig.overlay.look == "refused"


def test_a_card_of_nobodys_opens_for_any_supervisor_by_his_own_pin(tmp_path):
    """F: A7 C18 D7"""
    rig = Rig(tmp_path)
    boss = next(one for one in PEOPLE if one.operator == BOSS)
    more = tuple(
        msgspec.structs.replace(boss, operator=800 + n, login=f"m{n}", name=f"主管{n}", card=0)
        for n in range(10)
    )
    PINS["m9"] = "972531"
    rig.sign_on()
    rig.stand.receive(rig.stand.office.operators(*PEOPLE, *more))
    door(rig, "setup")
    rig.tap(card(rig, Kind.SETTINGS, operator=0))
    assert "李伟" in [one.text for one in rig.view.choices]
    rig.keys("972531 enter")
    assert rig.view.tone == "refuse"  # his PIN does not open for somebody else
    touched(rig, "pagedown")
    name = next(one.action for one in rig.view.choices if one.text == "主管9")
    touched(rig, name, *"135791", "enter")
    assert rig.view.tone == "refuse"
    touched(rig, *"972531", "enter")
    assert rig.screen == "setup"
    change(rig, "sale", "定额（分）", "600")
    assert rig.stand.bodies(m.SettingsChanged)[-1].operator == 809
    rig.stand.close()
