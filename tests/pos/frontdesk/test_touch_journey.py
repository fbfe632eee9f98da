"""Goal: a job is done from the desk to its paper by touch alone, and by keys alone.

Method: every action must be a thing on the screen that can be touched, or a key that a keyboard has.
"""

from string import ascii_lowercase

from onecard.books import accounts
from onecard.wire import errands as e
from tests.pos.frontdesk.counter import Counter
from tests.pos.frontdesk.test_room_journey import account

PADS = {
    "amount": {*"0123456789", "00", ".", "clear", "backspace"},
    "phone": {*"0123456789", "clear", "backspace"},
    "letters": {*(f"char:{one}" for one in ascii_lowercase), "-", ".", "clear", "backspace"},
}
KEYBOARD = {*"0123456789.-", "enter", "escape", "up", "down", "left", "right", "backspace"}
KEYBOARD |= {*(f"f{n}" for n in range(1, 13))}


def touchable(counter: Counter) -> set[str]:
    """What can be touched now: an overlay's answers, else everything on the screen."""
    view, overlay = counter.view, counter.overlay
    if overlay is not None:
        return {one.action for one in overlay.choices}
    if getattr(view, "stop", None) is not None:
        return {"f4", "escape"}
    if counter.screen == "desk":
        return {one.action for one in (*view.tabs, *view.tiles) if one.enabled} | {"escape"}
    found = {one.action for one in view.keys if one.enabled}
    found |= {tile.action for group in view.groups for tile in group.tiles}
    found |= set() if view.list is None else {row.action for row in view.list.rows if row.action}
    return found | (set() if view.pad is None else PADS[view.pad.order])


def touch(counter: Counter, *actions: str) -> None:
    for action in actions:
        assert action in touchable(counter), (action, counter.screen)
        counter.flow.act(action)
        counter._pump()


def test_a_room_deposit_by_touch_alone(counter):
    """F: C11 C14 C19: the member by his number, the room on the letters, the amount on the pad."""
    card = account(counter, "触屏客", "90017", 50_000)
    counter.to_desk()
    touch(counter, "group:3", "job:hold", *"90017", "enter", "row:0")
    touch(counter, "f3", "f3", "char:k", "f3", "f3", "8", "f3", "f3")
    touch(counter, "pick:0:1", "1", "00", "enter")
    assert counter.view.sum == "￥100.00"
    (hold,) = counter.stand.bodies(e.OpenHold)
    assert (hold.place, hold.until - hold.at) == ("K8", 4 * 3600)
    assert counter.balance(accounts.held(card)) == 10_000
    touch(counter, "enter")


def test_a_gift_by_keys_alone(counter):
    """F: C11 C14"""
    account(counter, "键盘客", "90018", 1_000)
    counter.to_desk()
    for key in ("right", "5", *"90018", "enter", "enter", "right", "5", "enter", "f4"):
        assert key in KEYBOARD
        counter.flow.act(key)
        counter._pump()
    assert counter.stand.bodies(e.GiveGift)[0].reason == "apology"


def test_every_job_can_be_left_and_gone_on_with_by_touch(counter):
    """F: C14: the way back and the way on are on every form."""
    account(counter, "样样通", "90019", 1_000)
    counter.to_desk()
    names = []
    for _ in counter.view.tabs:
        names += [tile.action for tile in counter.view.tiles if tile.action.startswith("job:")]
        counter.keys("right")
    assert len(names) >= 24
    for name in names:
        counter.to_desk()
        counter.flow.act(name)
        assert {"escape", "enter"} <= touchable(counter), name
        if counter.view.fields and counter.view.fields[0].field == "search":
            counter.type("search", "90019")
            counter.keys("enter enter")
            assert {"escape", "enter"} <= touchable(counter), name
