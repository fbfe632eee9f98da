"""Goal: what is asked for in words is written by touch alone, Chinese too. F: C14 A2 A12

Method: every action is one that the screen offers to a finger at that moment.
"""

import pytest

from onecard.wire import messages as m
from tests.pos.rig import MEMBER, Rig


def touchable(rig: Rig) -> set[str]:
    """What a finger finds now."""
    view, overlay = rig.view, rig.overlay
    if overlay is not None:
        rows = (overlay.picks, *overlay.rows, overlay.foot)
        return {one.action for row in rows for one in row} | ({"pagedown"} if overlay.more else set())
    found = {"escape", "enter", "f2"} | {row.action for row in view.rows}
    return found | {f"write:{one.field}" for one in (view.search, *view.fields) if one.keyboard}


def touch(rig: Rig, *actions: str) -> None:
    for action in actions:
        assert action in touchable(rig), action
        rig.keys(action) if action != "char: " else rig.flow.act(action)


def letters(text: str) -> list[str]:
    return [f"char:{one}" for one in text]


def named(rig: Rig, character: str) -> list[str]:
    """The key of a character that is offered."""
    return [one.action for one in rig.overlay.picks if one.text == character]


@pytest.fixture
def desk(rig):
    rig.answers[m.FindMember] = m.Members(rows=())
    rig.keys("f9 f2")
    return rig


def test_a_member_with_a_chinese_name_is_written_down_and_has_a_card(desk) -> None:
    touch(desk, "write:search", *letters("zhangmin"), "pick:0", "pick:1", "enter")
    assert desk.overlay is None
    assert desk.asked[-1].text == "张敏"
    desk.answers[m.NewMember] = MEMBER
    touch(desk, "f2")
    assert desk.view.fields[0].text == "张敏"
    touch(desk, "write:phone", *letters("13800"), "backspace", "enter")
    touch(desk, "write:department", *letters("yi"), "pagedown", "pagedown")
    assert desk.overlay.more.startswith("3/")
    touch(desk, "clear", *letters("jiaowuchu"), "enter")
    for character in "务处":
        touch(desk, *named(desk, character))
    touch(desk, "char: ", "way:signs", "char:2", "enter", "enter")
    new = next(one for one in desk.asked if isinstance(one, m.NewMember))
    assert (new.name, new.phone, new.department) == ("张敏", "1380", "教务处 2")
    assert desk.view.stage == "amount"


def test_what_is_given_up_leaves_the_field_as_it_was(desk) -> None:
    desk.type("search", "王")
    touch(desk, "write:search", *letters("xiao"), "pick:0")
    assert desk.view.search.text == "王小"  # as from a keyboard: at once
    touch(desk, "escape")
    assert desk.view.search.text == "王"
    assert desk.overlay is None
    assert not [one for one in desk.asked if isinstance(one, m.FindMember)]


def test_letters_large_and_small_and_a_foreign_name(desk) -> None:
    touch(
        desk,
        "f2",
        "write:name",
        "way:letters",
        "shift",
        "char:a",
        "shift",
        *letters("nna"),
        "char: ",
        "char:-",
    )
    assert desk.view.fields[0].text == "Anna -"
    touch(desk, "way:pinyin", *letters("abu"), "pick:0", "pick:0", "char:·")
    assert desk.view.fields[0].text.startswith("Anna -阿")
    assert desk.view.fields[0].text.endswith("·")


def test_the_keyboard_still_types_into_the_open_pad(desk) -> None:
    touch(desk, "write:search")
    desk.keys("char:l char:i 1 char:n char:v enter enter")
    assert desk.view.search.text == "李女"
    assert desk.overlay is None


def test_an_english_till_begins_with_letters_and_signing_off_leaves_nothing_open(rig) -> None:
    rig.keys("f7 f9 f2 write:search")
    assert [one.action for one in rig.overlay.foot if one.selected] == ["way:letters"]
    rig.flow.sign_out()
    rig.flow.show()
    assert (rig.screen, rig.overlay) == ("sign_on", None)
